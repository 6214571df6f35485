//! Files of other systems, from their bytes to the rows; and back out again.

mod bad_files;
mod killed;
mod program;
mod round_trip;
mod server;

use std::{collections::HashMap, io::Cursor, path::Path, time::Duration};

use entity::enums::NodeKind;
use indicatif::ProgressBar;
use rapport::{
    auth::viewer::Scopes,
    export::{self, Table},
    graphql,
    import::{
        maps::built_in,
        produce::{Plan, begin},
        program::{Given, Program},
        read::{Format, Reading},
        rejects::Rejects,
        run::{Import, Tally},
        target::{Direct, Target},
    },
    store::{Caller, Store, export::Of},
};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{App, apps};

/// A file to import.
#[derive(Clone, Copy)]
struct Source<'a> {
    bytes: &'a [u8],
    format: Format,
    /// The map's code.
    map: Option<&'a str>,
    set: &'a [(&'a str, &'a str)],
}

impl<'a> Source<'a> {
    fn records(bytes: &'a [u8]) -> Self {
        Self {
            bytes,
            format: Format::JsonLines,
            map: None,
            set: &[],
        }
    }

    fn mapped(bytes: &'a [u8], format: Format, map: &'a str) -> Self {
        Self {
            bytes,
            format,
            map: Some(map),
            set: &[],
        }
    }
}

/// What came of an import.
struct Outcome {
    tally: Result<Tally, String>,
    out: String,
    rejected: String,
}

impl Outcome {
    fn tally(&self) -> Tally {
        self.tally.clone().unwrap()
    }
}

async fn store(app: &App, tenant: &str) -> Store {
    let caller = Caller {
        tenant,
        subject: "import",
        name: None,
        email: None,
        scopes: Scopes::from_claim("read write sync admin"),
    };
    let viewer = app.database.viewer(&caller).await.unwrap();
    Store::new(app.database.clone(), viewer)
}

async fn import(app: &App, tenant: &str, source: Source<'_>) -> Outcome {
    run(app, tenant, source, false).await
}

async fn run(app: &App, tenant: &str, source: Source<'_>, dry_run: bool) -> Outcome {
    let program = source.map.map(|code| Program::compile(code).unwrap());
    let header = program
        .as_ref()
        .map(|program| program.header.clone())
        .unwrap_or_default();
    let set: Vec<_> = source
        .set
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    let plan = Plan {
        reading: Reading {
            format: source.format,
            encoding: None,
            delimiter: None,
        },
        program,
        given: Given::new(None, &set, header.zone, header.region),
        system: header.system,
        time: Duration::from_secs(5),
    };
    let (steps, watch) = begin(Cursor::new(source.bytes.to_vec()), plan).unwrap();
    let path = std::env::temp_dir().join(format!("rapport-{}.jsonl", Uuid::new_v4()));
    let mut out = Vec::new();
    let mut import = Import {
        target: Target::Direct(Box::new(Direct {
            store: store(app, tenant).await,
            system: "test".to_owned(),
            read_id: graphql::id::read,
        })),
        dry_run,
        rejects: Rejects::new(path.clone()).unwrap(),
        out: &mut out,
        progress: ProgressBar::hidden(),
        time: Duration::from_secs(5),
        patience: Duration::from_secs(30),
    };
    let tally = import
        .run(steps, watch)
        .await
        .map_err(|why| format!("{why:#}"));
    let rejected = std::fs::read_to_string(&path).unwrap_or_default();
    let _ = std::fs::remove_file(path);
    let out = String::from_utf8(out).unwrap();
    Outcome {
        tally,
        out,
        rejected,
    }
}

fn sample(name: &str) -> Vec<u8> {
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples");
    std::fs::read(samples.join(name)).unwrap()
}

async fn exported(app: &App, tenant: &str) -> Vec<Value> {
    let mut out = Vec::new();
    let store = store(app, tenant).await;
    export::lines(&store, Of::All, &mut out, &ProgressBar::hidden())
        .await
        .unwrap();
    let lines = String::from_utf8(out).unwrap();
    lines
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// Everything that came into a tenant, in an order and by names that do not depend on how.
async fn state(app: &App, tenant: &str) -> Vec<String> {
    let mut lines = exported(app, tenant).await;
    lines.retain(|line| line["type"] != "settings");
    named(&lines)
}

/// The lines of an export by names that do not depend on where it was made: those that other
/// systems have, or else those that the tenant had from which it was taken before.
fn named(lines: &[Value]) -> Vec<String> {
    let mut names: HashMap<String, Value> = HashMap::new();
    for line in lines {
        let aliases = line["aliases"].as_array().cloned().unwrap_or_default();
        let first = aliases.iter().find(|alias| alias["system"] != "rapport");
        let name = match (first.or(aliases.first()), line["type"].as_str()) {
            (Some(name), _) => name["id"].clone(),
            // What a referral tells of a tie has no name but our id, and nothing names it.
            (None, Some("relationship" | "settings")) => Value::Null,
            (None, _) => line["id"].clone(),
        };
        names.insert(line["id"].as_str().unwrap().to_owned(), name);
    }
    let mut lines = lines.to_vec();
    for line in &mut lines {
        rename(line, &names);
        let line = line.as_object_mut().unwrap();
        if let Some(aliases) = line.get_mut("aliases").and_then(Value::as_array_mut) {
            aliases.retain(|alias| alias["system"] != "rapport");
        }
        if line.get("aliases") == Some(&json!([])) {
            line.remove("aliases");
        }
        if line["type"] == "relationship" && !line.contains_key("aliases") {
            line.insert("id".to_owned(), Value::Null);
        }
    }
    // Whoever imported is a recruiter of the tenant; it has nothing else of theirs.
    lines.retain(|line| line["recruiter"]["name"] != "import");
    let mut lines: Vec<_> = lines.iter().map(Value::to_string).collect();
    lines.sort();
    lines
}

fn rename(value: &mut Value, names: &HashMap<String, Value>) {
    match value {
        Value::Object(fields) => {
            if fields
                .get("system")
                .is_some_and(|system| system == "rapport")
                && let Some(name) = fields["id"].as_str().and_then(|id| names.get(id))
            {
                fields.insert("id".to_owned(), name.clone());
            }
            fields.values_mut().for_each(|value| rename(value, names));
        }
        Value::Array(items) => items.iter_mut().for_each(|item| rename(item, names)),
        _ => {}
    }
}

/// Shows no more than what differs.
fn same(one: &[String], other: &[String]) {
    let lacks = |these: &[String], those: &[String]| -> Vec<String> {
        these
            .iter()
            .filter(|line| !those.contains(line))
            .cloned()
            .collect()
    };
    assert_eq!(lacks(one, other), lacks(other, one));
}

const SAMPLES: [(&str, Format, &str); 9] = [
    ("greenhouse/candidate.json", Format::Json, "greenhouse"),
    ("greenhouse/job.json", Format::Json, "greenhouse"),
    ("lever/airbyte_records.jsonl", Format::Airbyte, "lever"),
    (
        "bamboohr/application_details.json",
        Format::Json,
        "bamboohr",
    ),
    ("frappe/job_applicant.json", Format::Json, "frappe"),
    ("frappe/employee_referral.json", Format::Json, "frappe"),
    ("merge/candidates_page.json", Format::Json, "merge"),
    ("opencats/datagrid_export.csv", Format::Csv, "opencats"),
    ("jsonresume/sample.resume.json", Format::Json, "jsonresume"),
];

#[tokio::test]
async fn every_sample_comes_in_and_a_second_time_changes_nothing() {
    for app in apps().await {
        for (file, format, map) in SAMPLES {
            let bytes = sample(file);
            let set = [("opportunity", "784ff8e2-4536-4d65-8b29-e2dbeb0e8bef")];
            let source = Source {
                set: &set,
                ..Source::mapped(&bytes, format, built_in(map).unwrap())
            };

            let first = import(&app, &app.tenant, source).await;
            assert_eq!(first.rejected, "", "{file}");
            assert!(first.tally().created > 0, "{file}: {:?}", first.tally);
            let before = state(&app, &app.tenant).await;
            let second = import(&app, &app.tenant, source).await.tally();

            assert_eq!(
                (second.created, second.updated),
                (0, 0),
                "{file}: {second:?}"
            );
            assert_eq!(state(&app, &app.tenant).await, before, "{file}");
        }
    }
}

#[tokio::test]
async fn the_order_of_a_lever_stream_does_not_matter() {
    let stream = String::from_utf8(sample("lever/airbyte_records.jsonl")).unwrap();
    let posting = json!({"stream": "postings", "emitted_at": 1, "data": {
        "id": "f45efa75-63f3-466c-93c2-643d3147968d", "text": "Administrative Assistant",
        "state": "published", "categories": {"location": "San Francisco"},
        "updatedAt": 1_628_507_614_492_u64,
    }});
    let mut lines: Vec<_> = stream.lines().map(str::to_owned).collect();
    lines.push(posting.to_string());
    let set = [("opportunity", "784ff8e2-4536-4d65-8b29-e2dbeb0e8bef")];
    for app in apps().await {
        let mut states = Vec::new();
        for turn in 0..4 {
            let tenant = Uuid::now_v7().to_string();
            let mut lines = lines.clone();
            match turn {
                1 => lines.reverse(),
                2 => lines.rotate_left(3),
                3 => lines.swap(0, 5),
                _ => {}
            }
            // One by one, and then all at once.
            for part in lines.iter().cloned().chain([lines.join("\n")]) {
                let source = Source {
                    set: &set,
                    ..Source::mapped(part.as_bytes(), Format::Airbyte, built_in("lever").unwrap())
                };
                let outcome = import(&app, &tenant, source).await;
                assert_eq!(outcome.rejected, "", "{part}");
            }
            // Both opportunities are for one job, and a referral cannot say which of them it led to:
            // its status may follow either.
            let state = state(&app, &tenant).await.into_iter();
            let state = state.filter(|line| !line.contains("\"referral\":{"));
            states.push(state.collect::<Vec<_>>());
        }

        let all = states[0].join("\n");
        assert_eq!(all.matches("\"hats\":[\"CANDIDATE\"]").count(), 1, "{all}");
        assert_eq!(all.matches("\"application\":{").count(), 2, "{all}");
        for other in &states[1..] {
            same(other, &states[0]);
        }
    }
}

#[tokio::test]
async fn what_is_exported_comes_back_in_without_a_loss() {
    for app in apps().await {
        for (file, format, map) in SAMPLES {
            let bytes = sample(file);
            let source = Source::mapped(&bytes, format, built_in(map).unwrap());
            import(&app, &app.tenant, source).await;
        }
        let made = json!({"system": "other", "type": "tie", "id": "1", "relationship": {
            "person": {"system": "greenhouse", "type": "candidate", "id": "53883394"},
            "other": {"system": "jsonresume", "type": "resume", "id": "richard.hendriks@mail.com"},
            "kind": "FRIEND", "since": "2020-01-01",
        }});
        import(
            &app,
            &app.tenant,
            Source::records(made.to_string().as_bytes()),
        )
        .await;
        let lines = exported(&app, &app.tenant).await;
        assert!(lines.len() > 20, "{}", lines.len());

        let empty = Uuid::now_v7().to_string();
        let text: Vec<_> = lines.iter().map(Value::to_string).collect();
        let outcome = import(&app, &empty, Source::records(text.join("\n").as_bytes())).await;

        assert_eq!(outcome.rejected, "");
        assert_eq!(outcome.tally().deferred, 0, "{:?}", outcome.tally);
        same(&state(&app, &empty).await, &state(&app, &app.tenant).await);
    }
}

#[tokio::test]
async fn what_was_rejected_is_mended_and_fed_again() {
    let map = "# system: hrms\nif .name then {type: \"person\", id: .id, person: {name: .name}} \
               else refuse(\"nobody is named\") end";
    let file = "{\"id\":\"1\",\"name\":\"Marlo Finch\"}\n{\"id\":\"2\"}\n{\"id\":\n\
                {\"id\":\"4\",\"name\":\"\"}\n{\"id\":\"5\",\"name\":\"Robin Reed\"}\n";
    for app in apps().await {
        let source = |bytes| Source::mapped(bytes, Format::JsonLines, map);

        let first = import(&app, &app.tenant, source(file.as_bytes())).await;

        assert_eq!((first.tally().created, first.tally().rejected), (2, 3));
        let lines: Vec<Value> = first
            .rejected
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        let told: Vec<_> = lines
            .iter()
            .map(|line| {
                (
                    line["$rejected"]["line"].as_u64().unwrap(),
                    &line["$rejected"]["stage"],
                )
            })
            .collect();
        assert_eq!(
            told,
            [(2, &json!("map")), (3, &json!("read")), (4, &json!("sync"))]
        );
        assert_eq!(
            lines[0]["$rejected"]["why"][0],
            "nobody is named (near line 2 of the program)"
        );

        let mended = first
            .rejected
            .replace("\"id\":\"2\"", "\"id\":\"2\",\"name\":\"Jo Dale\"")
            .replace("\"name\":\"\"", "\"name\":\"Ash Wells\"");
        let second = import(&app, &app.tenant, source(mended.as_bytes())).await;

        assert_eq!(
            (second.tally().created, second.tally().rejected),
            (2, 1),
            "{}",
            second.rejected
        );
        assert!(
            second.rejected.contains("still is what was rejected"),
            "{}",
            second.rejected
        );
    }
}

#[tokio::test]
async fn a_state_is_passed_on_only_when_what_precedes_it_is_stored() {
    let file = String::from_utf8(sample("singer/lever.singer")).unwrap();
    let map = built_in("lever").unwrap();
    for app in apps().await {
        let outcome = import(
            &app,
            &app.tenant,
            Source::mapped(file.as_bytes(), Format::Singer, map),
        )
        .await;
        let last = outcome.out.lines().last().unwrap();
        assert_eq!(
            serde_json::from_str::<Value>(last).unwrap()["bookmarks"]["applications"]["done"],
            true
        );

        // A stream that breaks passes on the states of what came whole, and no other.
        let broken: Vec<_> = file.lines().take(8).chain(["{\"type\":"]).collect();
        let source = Source::mapped(b"", Format::Singer, map);
        let bytes = broken.join("\n");
        let outcome = import(
            &app,
            &app.tenant,
            Source {
                bytes: bytes.as_bytes(),
                ..source
            },
        )
        .await;
        assert!(
            outcome
                .tally
                .unwrap_err()
                .starts_with("line 9 is not a message")
        );
        assert!(!outcome.out.contains("\"applications\""), "{}", outcome.out);
    }
}

#[tokio::test]
async fn a_map_that_never_ends_stops_the_import_and_keeps_what_came_before() {
    let map = "# system: hrms\nif .id == \"2\" then def f: f; f \
               else {type: \"person\", id: .id, person: {name: .name}} end";
    let file = "{\"id\":\"1\",\"name\":\"Marlo Finch\"}\n{\"id\":\"2\",\"name\":\"x\"}\n\
                {\"id\":\"3\",\"name\":\"Robin Reed\"}\n";
    for app in apps().await {
        let outcome = import(
            &app,
            &app.tenant,
            Source::mapped(file.as_bytes(), Format::JsonLines, map),
        )
        .await;

        let why = outcome.tally.unwrap_err();
        assert!(
            why.starts_with("line 2: the map: it does not come to an end"),
            "{why}"
        );
        assert_eq!(state(&app, &app.tenant).await.len(), 1);
    }
}

#[tokio::test]
async fn a_dry_run_prints_and_stores_nothing() {
    for app in apps().await {
        let bytes = sample("opencats/legacy_export.csv");
        let source = Source::mapped(&bytes, Format::Csv, built_in("opencats").unwrap());

        let outcome = run(&app, &app.tenant, source, true).await;

        assert_eq!(outcome.tally().created, 2);
        assert_eq!(outcome.out.lines().count(), 2);
        assert_eq!(state(&app, &app.tenant).await, Vec::<String>::new());
    }
}

#[tokio::test]
async fn one_person_is_exported_with_what_hangs_on_them_and_a_table_has_no_formulas() {
    for app in apps().await {
        let bytes = sample("greenhouse/candidate.json");
        let source = Source::mapped(&bytes, Format::Json, built_in("greenhouse").unwrap());
        import(&app, &app.tenant, source).await;
        let other = json!({"system": "hrms", "type": "person", "id": "9", "person": {
            "name": "=cmd|' /C calc'!A0", "emails": [{"value": "nine@example.com"}],
        }});
        import(
            &app,
            &app.tenant,
            Source::records(other.to_string().as_bytes()),
        )
        .await;
        let store = store(&app, &app.tenant).await;
        let person = store
            .person_by_email("TEST@example.com")
            .await
            .unwrap()
            .unwrap();

        let mut out = Vec::new();
        export::lines(&store, Of::Person(person), &mut out, &ProgressBar::hidden())
            .await
            .unwrap();
        let lines = String::from_utf8(out).unwrap();
        assert!(
            lines.contains("John Locke") && lines.contains("DevOps Engineer"),
            "{lines}"
        );
        assert!(!lines.contains("nine@example.com"), "{lines}");

        let mut out = Vec::new();
        let people = Table::of(NodeKind::Person);
        export::table(&store, Of::All, &people, &mut out, &ProgressBar::hidden())
            .await
            .unwrap();
        let rows = String::from_utf8(out).unwrap();
        assert!(rows.contains("\"'=cmd|' /C calc'!A0\""), "{rows}");
    }
}
