//! Files that should not be as they are: each fault is told with its line, and the rest comes in.

use rapport::import::read::Format;
use serde_json::{Value, json};

use super::{
    Outcome, Source, import,
    program::{Files, ends},
    state,
};
use crate::support::apps;

/// What was rejected: its line and why.
fn told(outcome: &Outcome) -> Vec<(u64, String)> {
    let lines = outcome.rejected.lines().map(|line| {
        let line: Value = serde_json::from_str(line).unwrap();
        let mark = &line["$rejected"];
        let why = mark["why"][0].as_str().unwrap().to_owned();
        (mark["line"].as_u64().unwrap(), why)
    });
    lines.collect()
}

fn person(id: &str, fields: &Value) -> Vec<u8> {
    let line = json!({"system": "hrms", "type": "person", "id": id, "person": fields});
    let mut bytes = line.to_string().into_bytes();
    bytes.push(b'\n');
    bytes
}

#[tokio::test]
async fn a_fault_is_told_by_its_line_and_the_rest_comes_in() {
    let good = |id| person(id, &json!({"name": "Jo Reed"}));
    let latin = || {
        b"{\"system\":\"hrms\",\"type\":\"person\",\"id\":\"2\",\"person\":{\"name\":\"Ren\xe9e\"}}\n".to_vec()
    };
    let cases = [
        (
            "half a line",
            b"{\"system\":\"hrms\",\"ty".to_vec(),
            "it is not JSON",
        ),
        ("Latin-1", latin(), "it is not UTF-8"),
        ("no object", b"[1, 2]\n".to_vec(), "it is not an object"),
        (
            "a wrong type",
            person("2", &json!({"emails": "jo@example.com"})),
            "person.emails: invalid type",
        ),
        (
            "an unknown field",
            person("2", &json!({"colour": "red"})),
            "person.colour: unknown field",
        ),
        (
            "2 MB",
            person("2", &json!({"name": "Jo", "headline": "x".repeat(2 << 20)})),
            "person.headline: ",
        ),
        ("nobody", person("2", &json!({"name": ""})), "person.name: "),
        (
            "no payload",
            b"{\"system\":\"hrms\",\"type\":\"x\",\"id\":\"2\"}\n".to_vec(),
            "a record needs exactly one of",
        ),
    ];
    for app in apps().await {
        for (number, (what, bytes, why)) in cases.iter().enumerate() {
            let tenant = format!("{}-{number}", app.tenant);
            let mut file = [good("1"), bytes.clone()].concat();
            if file.ends_with(b"\n") {
                file.extend(good("3"));
            }

            let outcome = import(&app, &tenant, Source::records(&file)).await;

            let told = told(&outcome);
            assert_eq!(told.len(), 1, "{what}: {told:?}");
            assert_eq!(told[0].0, 2, "{what}");
            assert!(told[0].1.starts_with(why), "{what}: {}", told[0].1);
            let good = 1 + u64::from(file.ends_with(b"\n"));
            assert_eq!(outcome.tally().created, good, "{what}");
        }
    }
}

#[tokio::test]
async fn of_one_key_that_comes_twice_the_last_word_counts() {
    let file = [
        person("1", &json!({"name": "Jo Reed"})),
        person("2", &json!({"name": "Ash Wells"})),
        person("1", &json!({"name": "Jo Reed-Dale"})),
        person("1", &json!({"name": "Jo Reed-Dale"})),
    ]
    .concat();
    for app in apps().await {
        let tally = import(&app, &app.tenant, Source::records(&file))
            .await
            .tally();

        assert_eq!(
            (tally.created, tally.updated, tally.unchanged),
            (2, 1, 1),
            "{tally:?}"
        );
        let state = state(&app, &app.tenant).await.join("\n");
        assert!(
            state.contains("Jo Reed-Dale") && !state.contains("Jo Reed\""),
            "{state}"
        );
    }
}

#[tokio::test]
async fn what_a_map_yields_may_be_rubbish() {
    let map = "# system: hrms\n\
               if .id < 6 then [5, \"text\", true, [1], {type: 7, id: 1}, {type: \"a\"}][.id] \
               else {type: \"person\", id: .id, person: {name: .name}} end";
    let rubbish: Vec<_> = (0..6).map(|id| format!("{{\"id\":{id}}}\n")).collect();
    let file = rubbish.concat() + "{\"id\":7,\"name\":\"Jo Reed\"}\n";
    for app in apps().await {
        let source = Source::mapped(file.as_bytes(), Format::JsonLines, map);

        let outcome = import(&app, &app.tenant, source).await;

        let lines: Vec<_> = told(&outcome).into_iter().map(|(line, _)| line).collect();
        assert_eq!(lines, [1, 2, 3, 4, 5, 6], "{}", outcome.rejected);
        assert_eq!(outcome.tally().created, 1);
        let again = Source::mapped(outcome.rejected.as_bytes(), Format::JsonLines, map);
        assert_eq!(import(&app, &app.tenant, again).await.tally().rejected, 6);
    }
}

#[tokio::test]
async fn a_record_that_refers_to_nothing_waits_and_is_told_so() {
    let note = json!({"system": "hrms", "type": "note", "id": "1", "interaction": {
        "people": [{"type": "person", "id": "9"}], "channel": "NOTE",
        "occurredAt": "2026-01-01T00:00:00Z",
    }});
    for app in apps().await {
        let source = note.to_string();
        let alone = import(&app, &app.tenant, Source::records(source.as_bytes())).await;
        let person = person("9", &json!({"name": "Jo Reed"}));
        let then = import(&app, &app.tenant, Source::records(&person)).await;

        assert_eq!((alone.tally().deferred, alone.tally().created), (1, 0));
        assert_eq!(then.tally().created, 1);
        assert_eq!(state(&app, &app.tenant).await.len(), 2);
    }
}

#[tokio::test]
async fn the_shell_is_told_and_what_was_rejected_is_mended_and_fed_to_the_same_command() {
    let files = Files::new();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap().trim().to_owned();
    let lines = [
        text(person("1", &json!({"name": "Jo Reed"}))),
        text(person(
            "2",
            &json!({"name": "Ash Wells", "emails": [{"value": "ash at example.com"}]}),
        )),
    ];
    let file = files.write("people.jsonl", &lines);
    let rejected = files.path("people.jsonl.rejected.jsonl");
    let half = files.write("half.json", &[format!("[{},", lines[0])]);
    for app in apps().await {
        let import = |file: &std::path::Path| ends(files.import(file, &app.url, &app.tenant));

        let (first, _) = import(&file).await;
        let told = std::fs::read_to_string(&rejected).unwrap();
        let mended = told.replace("ash at example.com", "ash@example.com");
        std::fs::write(&rejected, mended).unwrap();
        let (second, _) = import(&rejected).await;
        let (broken, _) = import(&half).await;
        let (nowhere, _) = import(&files.path("nothing.jsonl")).await;
        let (flag, _) = ends(files.rapport(&["import", "people.jsonl", "--no-such-flag"])).await;

        assert_eq!(first.code, Some(2), "{first:?}");
        assert!(told.contains("\"line\":2"), "{told}");
        assert!(
            first.err.contains("mend them and import that file"),
            "{first:?}"
        );
        assert_eq!(second.code, Some(0), "{second:?}");
        assert_eq!(state(&app, &app.tenant).await.len(), 2);
        assert_eq!(broken.code, Some(1), "{broken:?}");
        assert!(
            broken.err.contains("line 2: the file ends in the middle"),
            "{broken:?}"
        );
        assert_eq!(nowhere.code, Some(1), "{nowhere:?}");
        assert!(nowhere.err.contains("cannot open"), "{nowhere:?}");
        assert_ne!(flag.code, Some(0), "{flag:?}");
    }
}
