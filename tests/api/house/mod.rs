//! Keeps the order of the rooms: reads the sources and finds each path that reaches up, and each
//! library named outside the room that owns it.

mod source;

use std::{
    fs,
    path::{Path, PathBuf},
};

use source::{code_only, first_segments, names_library, words};

/// The floors from the top down. A room may name itself and every room of a lower floor; rooms of
/// one floor do not know each other.
const FLOORS: [&[&str]; 11] = [
    &["main", "lib"],
    &["cli"],
    &["http"],
    &["graphql"],
    &["demo", "export", "feed", "import", "sync"],
    &["store"],
    &["auth"],
    &["telemetry"],
    &["rules", "config"],
    &["clock"],
    &["entity", "error"],
];

/// Which rooms may name a library; the entities' own derives are the one exception for each.
const OWNERS: [(&str, &[&str]); 6] = [
    ("async_graphql", &["graphql", "http"]),
    ("sea_orm", &["store", "demo"]),
    ("sqlx", &["store", "demo"]),
    ("jaq_core", &["import"]),
    ("jaq_json", &["import"]),
    ("csv_core", &["import"]),
];

/// A rule must be testable by a table of values: no I/O, and the time is an argument.
const NOT_IN_RULES: [&str; 2] = ["tokio", "futures_util"];

#[test]
fn every_room_imports_only_rooms_below_it() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut offences = Vec::new();
    for folder in ["src", "entity/src"] {
        for file in sources(&root.join(folder)) {
            let shown = file
                .strip_prefix(root)
                .unwrap()
                .to_string_lossy()
                .replace('\\', "/");
            offences.extend(offences_in(&shown, &fs::read_to_string(&file).unwrap()));
        }
    }

    assert!(
        offences.is_empty(),
        "paths that the plan of rooms forbids:\n{}",
        offences.join("\n")
    );
}

#[test]
fn a_path_that_reaches_up_is_found() {
    let cases = [
        (
            "src/store/page.rs",
            "use crate::graphql::page::Cursor;",
            "graphql",
        ),
        (
            "src/rules/cadence.rs",
            "use crate::{error::Result, store::{Store, page}};",
            "store",
        ),
        ("src/rules/cadence.rs", "use crate::clock::Clock;", "clock"),
        ("src/rules/cadence.rs", "use tokio::sync::Mutex;", "tokio"),
        (
            "src/auth/keys.rs",
            "fn f() { crate::http::router(); }",
            "http",
        ),
        ("src/store/mod.rs", "use super::http::router;", "http"),
        (
            "src/store/person/mod.rs",
            "use super::super::graphql::id;",
            "graphql",
        ),
        (
            "src/error.rs",
            "impl From<crate::auth::Refused> for Error {}",
            "auth",
        ),
        ("src/feed/audit.rs", "use crate::sync::upsert;", "sync"),
        (
            "src/store/person.rs",
            "use async_graphql::Request;",
            "async_graphql",
        ),
        (
            "src/cli/doctor.rs",
            "let rows = sea_orm::Statement::new();",
            "sea_orm",
        ),
        (
            "src/graphql/person.rs",
            "use ::sea_orm::EntityTrait;",
            "sea_orm",
        ),
        (
            "entity/src/person.rs",
            "use async_graphql::SimpleObject;",
            "async_graphql",
        ),
    ];

    for (file, code, culprit) in cases {
        let found = offences_in(file, code);
        assert_eq!(found.len(), 1, "{file}: {code}: {found:?}");
        assert!(found[0].contains(&format!("`{culprit}`")), "{found:?}");
    }
}

#[test]
fn a_path_that_stays_or_goes_down_is_fine() {
    let cases = [
        ("src/main.rs", "use rapport::cli::run;"),
        (
            "src/store/page.rs",
            "use crate::{auth::viewer::Viewer, error::Error}; use super::sql;",
        ),
        (
            "src/store/mod.rs",
            "pub(in crate::store) fn find() { sea_orm::Statement::new(); }",
        ),
        (
            "src/store/mod.rs",
            "// use crate::graphql::x;\n/* crate::http::y /* crate::cli::z */ */",
        ),
        (
            "src/store/mod.rs",
            r##"let s = "crate::graphql::x"; let r = r#"crate::"http::x"#;"##,
        ),
        (
            "src/store/mod.rs",
            r"fn f<'a>(quote: char) -> bool { quote == '\'' || quote == '\u{22}' }",
        ),
        (
            "src/cli/migrate.rs",
            "use sea_orm_migration::MigratorTrait;",
        ),
        (
            "src/rules/referral.rs",
            "use entity::enums::ReferralStatus; use super::interaction;",
        ),
        (
            "entity/src/enums.rs",
            "use async_graphql::Enum; use sea_orm::entity::prelude::*;",
        ),
    ];

    for (file, code) in cases {
        assert_eq!(
            offences_in(file, code),
            Vec::<String>::new(),
            "{file}: {code}"
        );
    }
}

#[test]
fn every_module_of_the_program_has_its_floor() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");

    for file in sources(&src) {
        let file = file.strip_prefix(&src).unwrap();
        let room = file
            .components()
            .next()
            .unwrap()
            .as_os_str()
            .to_string_lossy();
        let room = room.trim_end_matches(".rs");
        assert!(
            floor(room).is_some(),
            "src/{} is in no room: give it a floor",
            file.display()
        );
    }
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found
}

fn floor(room: &str) -> Option<usize> {
    FLOORS.iter().position(|rooms| rooms.contains(&room))
}

/// The forbidden paths of one file, each as a line to read.
fn offences_in(file: &str, source: &str) -> Vec<String> {
    let place: Vec<_> = file.split('/').collect();
    let in_entity = place[0] == "entity";
    let room = if in_entity {
        "entity"
    } else {
        place[1].trim_end_matches(".rs")
    };
    let words = words(&code_only(source));

    let mut culprits = Vec::new();
    if !in_entity {
        let depth = place.len() - 1 - usize::from(file.ends_with("/mod.rs"));
        culprits.extend(
            rooms_named(&words, depth)
                .into_iter()
                .filter(|named| !may(room, named)),
        );
    }
    for (library, owners) in OWNERS {
        let derives = in_entity && (library == "sea_orm" || file == "entity/src/enums.rs");
        if !owners.contains(&room) && !derives && names_library(&words, library) {
            culprits.push(library.into());
        }
    }
    if room == "rules" {
        let banned = NOT_IN_RULES
            .iter()
            .filter(|library| names_library(&words, library));
        culprits.extend(banned.map(|library| (*library).to_owned()));
    }
    culprits.dedup();
    culprits
        .iter()
        .map(|culprit| format!("{file} (room `{room}`) names `{culprit}`"))
        .collect()
}

fn may(room: &str, named: &str) -> bool {
    let asks_the_time = room == "rules" && named == "clock";
    room == named || !asks_the_time && floor(room) < floor(named)
}

/// The rooms that paths lead to: `crate::room`, `rapport::room`, `crate::{room, ...}` and as many
/// `super::` as lead out of the file's own room.
fn rooms_named(words: &[String], depth: usize) -> Vec<String> {
    let mut named = Vec::new();
    let mut at = 0;
    while at < words.len() {
        let mut next = at + 1;
        let is_root = match words[at].as_str() {
            "crate" | "rapport" => true,
            "super" => {
                let mut steps = 1;
                while words.get(next).is_some_and(|word| word == "::")
                    && words.get(next + 1).is_some_and(|word| word == "super")
                {
                    steps += 1;
                    next += 2;
                }
                steps >= depth
            }
            _ => false,
        };
        if is_root && words.get(next).is_some_and(|word| word == "::") {
            named.extend(first_segments(&words[next + 1..]));
        }
        at = next;
    }
    named.retain(|name| floor(name).is_some());
    named
}
