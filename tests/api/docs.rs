//! The documents keep up with the program: what they list is complete, what they show runs, and
//! what they link to is there.

use std::{
    fs,
    path::{Path, PathBuf},
};

use clap::Args;
use rapport::{config::Settings, graphql, graphql::code::Code};
use serde_json::json;

use crate::support::apps;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(file: &str) -> String {
    fs::read_to_string(root().join(file)).unwrap()
}

/// All that is written for readers.
fn pages() -> Vec<PathBuf> {
    ["", "docs", "docs/decisions"]
        .into_iter()
        .flat_map(|folder| fs::read_dir(root().join(folder)).unwrap())
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .collect()
}

#[test]
fn every_code_of_an_error_is_explained() {
    let errors = read("docs/errors.md");

    for code in Code::ALL {
        assert!(errors.contains(&format!("\n| `{code}` | ")), "{code}");
    }
    let sdl = graphql::sdl();
    let (_, rest) = sdl.split_once("enum UserErrorCode {").unwrap();
    let (values, _) = rest.split_once("\n}").unwrap();
    let is_value = |line: &&str| line.bytes().all(|b| b.is_ascii_uppercase() || b == b'_');
    let values: Vec<_> = values
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .filter(is_value)
        .collect();
    assert!(values.contains(&"CONFLICT"), "{values:?}");
    for value in values {
        assert!(errors.contains(&format!("\n| `{value}` | ")), "{value}");
    }
}

#[test]
fn every_setting_is_in_the_table() {
    let operations = read("docs/operations.md");

    let command = Settings::augment_args(clap::Command::new("rapport"));
    for setting in command.get_arguments() {
        let Some(flag) = setting.get_long().filter(|flag| *flag != "print-config") else {
            continue;
        };
        let variable = format!("RAPPORT_{}", setting.get_id().as_str().to_ascii_uppercase());
        let default: Vec<_> = setting
            .get_default_values()
            .iter()
            .map(|value| format!("`{}`", value.to_str().unwrap()))
            .collect();
        let row = format!("| `--{flag}` | `{variable}` | {} |", default.join(""));
        assert!(operations.contains(&row), "docs/operations.md: {row}");
    }
}

#[tokio::test]
async fn every_query_in_the_documents_fits_the_schema() {
    let mut tried = 0;
    let app = apps().await.remove(0);
    // Changes are read and understood, and then not made.
    let sam = app.with_scope("sam", "read");
    for page in pages() {
        let text = fs::read_to_string(&page).unwrap();
        for block in text.split("\n```graphql\n").skip(1) {
            let (document, _) = block.split_once("\n```").unwrap();
            let answer = sam.run(document, json!({})).await;

            for error in answer.errors() {
                let code = error["extensions"]["code"].as_str().unwrap();
                assert_eq!(code, "FORBIDDEN", "{}: {error}", page.display());
            }
            tried += 1;
        }
    }
    assert!(tried >= 5, "only {tried} queries were found");
}

#[test]
fn every_link_between_the_documents_leads_somewhere() {
    for page in pages() {
        let text = fs::read_to_string(&page).unwrap();
        for link in text.split("](").skip(1) {
            let (target, _) = link.split_once(')').unwrap();
            let (file, _) = target.split_once('#').unwrap_or((target, ""));
            if file.is_empty() || file.contains("://") {
                continue;
            }
            let path = page.parent().unwrap().join(file);
            assert!(path.exists(), "{}: {target}", page.display());
        }
    }
}
