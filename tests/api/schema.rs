//! The schema as a contract: checked in, described throughout, its interfaces kept.

use std::{fs, path::Path};

use serde_json::Value;

use crate::support::{
    Shape, apps,
    shape::{list, text, written},
};

#[test]
fn the_schema_that_is_checked_in_is_the_one_that_is_served() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("schema.graphql");
    let checked_in = fs::read_to_string(file).unwrap();

    assert!(
        checked_in.replace("\r\n", "\n") == rapport::graphql::sdl(),
        "schema.graphql is out of date: run `cargo run -- schema > schema.graphql`"
    );
}

#[tokio::test]
async fn everything_has_a_description() {
    for app in apps().await {
        let shape = Shape::read(&app.as_recruiter("sam")).await;
        let mut silent = Vec::new();
        let mut say = |path: String, thing: &Value| {
            if text(&thing["description"]).trim().is_empty() {
                silent.push(path);
            }
        };

        for (name, of) in shape.types() {
            // The language's own scalars are the library's to describe.
            if ["Boolean", "Float", "ID", "Int", "String"].contains(&name) {
                continue;
            }
            say(name.to_owned(), of);
            for field in list(&of["fields"]) {
                let path = format!("{name}.{}", text(&field["name"]));
                for arg in list(&field["args"]) {
                    say(format!("{path}({})", text(&arg["name"])), arg);
                }
                say(path, field);
            }
            for part in ["inputFields", "enumValues"] {
                for value in list(&of[part]) {
                    say(format!("{name}.{}", text(&value["name"])), value);
                }
            }
        }

        assert_eq!(silent, Vec::<String>::new(), "without a description");
    }
}

#[tokio::test]
async fn every_type_has_all_that_its_interfaces_promise() {
    for app in apps().await {
        let shape = Shape::read(&app.as_recruiter("sam")).await;
        let mut checked = 0;
        for (name, of) in shape.types() {
            for interface in list(&of["interfaces"]) {
                for promised in shape.fields(text(&interface["name"])) {
                    let field = shape.field(name, text(&promised["name"]));
                    let of = |field: &Value| {
                        let args = list(&field["args"]).iter();
                        let args: Vec<_> = args
                            .map(|arg| (text(&arg["name"]).to_owned(), written(&arg["type"])))
                            .collect();
                        (written(&field["type"]), args)
                    };
                    assert_eq!(of(field), of(promised), "{name}.{}", text(&field["name"]));
                    checked += 1;
                }
            }
        }
        // Both hats have all of a person, and each node its id.
        assert!(checked > 60, "{checked}");
    }
}

#[tokio::test]
async fn every_mutation_takes_one_input_and_answers_with_user_errors() {
    for app in apps().await {
        let shape = Shape::read(&app.as_recruiter("sam")).await;
        for field in shape.fields("Mutation") {
            let name = text(&field["name"]);
            let args: Vec<_> = list(&field["args"])
                .iter()
                .map(|arg| written(&arg["type"]))
                .collect();
            assert_eq!(args, [format!("{}!", crate::support::input_type(name))]);
            let payload = written(&field["type"]);
            let payload = payload.trim_end_matches('!');
            let errors = shape.field(payload, "userErrors");
            assert_eq!(written(&errors["type"]), "[UserError!]!", "{name}");
        }
    }
}
