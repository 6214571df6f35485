//! Promises: made, kept, put off, and held against what was said.

mod evidence;
mod interaction;

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::support::{App, Client, apps};

const WHOLE: &str =
    "promise { id kind words madeAt dueAt state isOverdue closedAt closingNote version
    person { name } recruiter { subject } job { id } application { id }
    madeIn { id } keptBy { id } reschedules { dueAt rescheduledAt note recruiter { subject } } }";

async fn candidate(client: &Client, name: &str) -> Value {
    let input = json!({ "name": name });
    let made = client
        .mutate("createCandidate", input, "candidate { id }")
        .await;
    made["candidate"]["id"].clone()
}

/// A promise to this person, due in a week after the tests begin.
fn to(person: &Value, kind: &str) -> Value {
    json!({ "person": { "id": person }, "kind": kind, "dueAt": "2026-03-09T09:00:00Z" })
}

async fn make(client: &Client, input: Value) -> Value {
    change(client, "makePromise", input).await
}

/// What a mutation of one promise makes of it.
async fn change(client: &Client, name: &str, input: Value) -> Value {
    let mut payload = client.mutate(name, input, WHOLE).await;
    payload["promise"].take()
}

fn about(promise: &Value, fields: Value) -> Value {
    let mut input = json!({ "by": { "id": promise["id"] } });
    if let (Value::Object(input), Value::Object(fields)) = (&mut input, fields) {
        input.extend(fields);
    }
    input
}

fn refusal(code: &str, path: &str) -> Vec<(String, String)> {
    vec![(code.to_owned(), path.to_owned())]
}

/// When the earliest open promise to a person falls due.
async fn due(client: &Client, person: &Value) -> Value {
    let document = "query ($id: ID!) { person(by: { id: $id }) { promiseDueAt } }";
    let seen = client.query_with(document, json!({ "id": person })).await;
    seen["person"]["promiseDueAt"].clone()
}

/// The events that a promise has left, by what happened and in which fields.
async fn events(app: &App, promise: &Value) -> Vec<(String, Vec<String>)> {
    use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
    use sqlx::Row;
    let bytes = BASE64_URL_SAFE_NO_PAD
        .decode(promise["id"].as_str().unwrap())
        .unwrap();
    let id = uuid::Uuid::from_slice(&bytes[1..]).unwrap();
    let text = |fields: String| serde_json::from_str(&fields).unwrap();
    if app.url.starts_with("postgres") {
        use sqlx::Connection;
        let mut connection = sqlx::PgConnection::connect(&app.url).await.unwrap();
        let query =
            "SELECT change, fields::text AS fields FROM event WHERE node_id = $1 ORDER BY id";
        let rows = sqlx::query(query).bind(id).fetch_all(&mut connection).await;
        return rows
            .unwrap()
            .iter()
            .map(|row| (row.get("change"), text(row.get("fields"))))
            .collect();
    }
    Vec::new()
}

#[tokio::test]
async fn a_promise_is_made_and_falls_due() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let ada = candidate(&sam, "Ada Finch").await;
        let mut input = to(&ada, "SUBMIT_TO_CLIENT");
        input["words"] = json!(" I will send your resume to the plant. ");
        input["idempotencyKey"] = json!("promise-1");
        input["externalRecords"] = json!([{ "system": "notes", "type": "task", "id": "7" }]);

        let made = make(&sam, input.clone()).await;
        let again = make(&sam, input).await;
        app.advance(TimeDelta::days(7));
        let sam = app.as_recruiter("sam");
        let by =
            json!({ "by": { "externalRecord": { "system": "notes", "type": "task", "id": "7" } } });
        let document = "query ($by: NodeBy!) { promise(by: $by) { id isOverdue } }";
        let at_due = sam.query_with(document, by.clone()).await;
        app.advance(TimeDelta::seconds(1));
        let after = sam.query_with(document, by).await;

        assert_eq!(made, again);
        assert_eq!(made["words"], "I will send your resume to the plant.");
        assert_eq!(made["state"], "OPEN");
        assert_eq!(made["madeAt"], "2026-03-02T09:00:00Z");
        assert_eq!(made["person"]["name"], "Ada Finch");
        assert_eq!(made["recruiter"]["subject"], "sam");
        assert_eq!(at_due["promise"]["id"], made["id"]);
        assert_eq!(at_due["promise"]["isOverdue"], false);
        assert_eq!(after["promise"]["isOverdue"], true);
        assert_eq!(due(&sam, &ada).await, "2026-03-09T09:00:00Z");
    }
}

#[tokio::test]
async fn what_is_no_promise_is_refused_by_field() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let ada = candidate(&sam, "Ada Finch").await;
        let with = |field: &str, value: Value| {
            let mut input = to(&ada, "REPLY");
            input[field] = value;
            input
        };
        let nobody = "AQAAAAAAAAAAAAAAAAAAAAA";
        let cases = [
            (
                with("dueAt", json!("2026-03-02T08:59:59Z")),
                "INVALID",
                "input.dueAt",
            ),
            (
                with("madeAt", json!("2026-03-10T09:00:00Z")),
                "INVALID",
                "input.madeAt",
            ),
            (
                with("words", json!("x".repeat(2_001))),
                "INVALID",
                "input.words",
            ),
            (with("kind", json!("OTHER")), "INVALID", "input.words"),
            (
                with("person", json!({ "id": nobody })),
                "NOT_FOUND",
                "input.person",
            ),
            (
                with(
                    "madeIn",
                    json!({ "externalRecord": { "system": "a", "type": "b", "id": "c" } }),
                ),
                "NOT_FOUND",
                "input.madeIn",
            ),
        ];

        for (input, code, path) in cases {
            let refused = sam.refused("makePromise", input.clone()).await;
            assert_eq!(refused, refusal(code, path), "{input}");
        }
        let seen = sam.query("{ promises { totalCount } }").await;
        assert_eq!(seen["promises"]["totalCount"], 0);
        assert_eq!(due(&sam, &ada).await, Value::Null);
    }
}

#[tokio::test]
async fn it_is_kept_up_to_the_moment_it_is_due_and_late_after_it() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let ada = candidate(&sam, "Ada Finch").await;
        let (first, second, third) = (
            make(&sam, to(&ada, "REPLY")).await,
            make(&sam, to(&ada, "CALL_BACK")).await,
            make(&sam, to(&ada, "MEET")).await,
        );
        app.advance(TimeDelta::days(8));
        let sam = app.as_recruiter("sam");

        let on_time = json!({ "keptAt": "2026-03-09T09:00:00Z", "note": "By e-mail." });
        let on_time = change(&sam, "keepPromise", about(&first, on_time)).await;
        let repeat = change(&sam, "keepPromise", about(&first, json!({}))).await;
        let late = change(&sam, "keepPromise", about(&second, json!({}))).await;
        let keep = async |fields: Value| sam.refused("keepPromise", about(&third, fields)).await;
        let too_early = keep(json!({ "keptAt": "2026-03-02T08:59:59Z" })).await;
        let to_come = keep(json!({ "keptAt": "2026-03-10T09:06:00Z" })).await;
        let stale = keep(json!({ "version": 7 })).await;

        assert_eq!(on_time["state"], "KEPT");
        assert_eq!(on_time["closedAt"], "2026-03-09T09:00:00Z");
        assert_eq!(on_time["closingNote"], "By e-mail.");
        assert_eq!(on_time["version"], 2);
        assert_eq!(repeat, on_time);
        assert_eq!(late["state"], "KEPT_LATE");
        assert_eq!(late["isOverdue"], false);
        assert_eq!(too_early, refusal("INVALID", "input.keptAt"));
        assert_eq!(to_come, refusal("INVALID", "input.keptAt"));
        assert_eq!(stale, refusal("CONFLICT", "input.version"));
    }
}

#[tokio::test]
async fn what_is_closed_stays_so_until_it_is_reopened() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let ada = candidate(&sam, "Ada Finch").await;
        let promise = make(&sam, to(&ada, "REPLY")).await;

        let note = json!({ "note": "The client froze the post." });
        let broken = change(&sam, "breakPromise", about(&promise, note)).await;
        for name in ["keepPromise", "withdrawPromise"] {
            let refused = sam.refused(name, about(&promise, json!({}))).await;
            assert_eq!(refused, refusal("INVALID", "input.by"), "{name}");
        }
        let later = json!({ "dueAt": "2026-03-20T09:00:00Z" });
        let put_off = sam
            .refused("reschedulePromise", about(&promise, later))
            .await;
        let no_longer = due(&sam, &ada).await;
        let open = change(&sam, "reopenPromise", about(&promise, json!({}))).await;
        let again = due(&sam, &ada).await;
        let released = change(&sam, "withdrawPromise", about(&promise, json!({}))).await;

        assert_eq!(broken["state"], "BROKEN");
        assert_eq!(broken["closingNote"], "The client froze the post.");
        assert_eq!(put_off, refusal("INVALID", "input.by"));
        assert_eq!(no_longer, Value::Null);
        assert_eq!(
            (&open["state"], &open["closedAt"]),
            (&json!("OPEN"), &Value::Null)
        );
        assert_eq!(open["closingNote"], Value::Null);
        assert_eq!(again, "2026-03-09T09:00:00Z");
        assert_eq!(released["state"], "WITHDRAWN");
        assert_eq!(due(&sam, &ada).await, Value::Null);
    }
}

#[tokio::test]
async fn a_promise_that_is_put_off_keeps_the_times_it_was_due() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let ada = candidate(&sam, "Ada Finch").await;
        let promise = make(&sam, to(&ada, "REPLY")).await;
        let put_off = async |to: &str| {
            let fields = json!({ "dueAt": to, "note": "They are away." });
            change(&sam, "reschedulePromise", about(&promise, fields)).await
        };

        put_off("2026-03-12T09:00:00Z").await;
        let twice = put_off("2026-03-16T09:00:00Z").await;
        let same = put_off("2026-03-16T09:00:00Z").await;
        let before = json!({ "dueAt": "2026-03-01T09:00:00Z" });
        let before = sam
            .refused("reschedulePromise", about(&promise, before))
            .await;

        let reschedule = |due: &str| {
            json!({ "dueAt": due, "rescheduledAt": "2026-03-02T09:00:00Z",
                "note": "They are away.", "recruiter": { "subject": "sam" } })
        };
        assert_eq!(
            twice["reschedules"],
            json!([
                reschedule("2026-03-09T09:00:00Z"),
                reschedule("2026-03-12T09:00:00Z")
            ])
        );
        assert_eq!(same, twice);
        assert_eq!(before, refusal("INVALID", "input.dueAt"));
        assert_eq!(due(&sam, &ada).await, "2026-03-16T09:00:00Z");
    }
}

#[tokio::test]
async fn a_promise_is_corrected_handed_over_and_removed() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let rae = app.as_recruiter("rae");
        let me = rae.query("{ viewer { recruiter { id } } }").await;
        let ada = candidate(&sam, "Ada Finch").await;
        let promise = make(&sam, to(&ada, "REPLY")).await;

        let fields = json!({ "kind": "OTHER", "words": "Bring the book.",
            "recruiter": me["viewer"]["recruiter"]["id"] });
        let new = change(&sam, "updatePromise", about(&promise, fields)).await;
        let nothing = change(&sam, "updatePromise", about(&promise, json!({}))).await;
        let silent = json!({ "words": null });
        let silent = sam.refused("updatePromise", about(&promise, silent)).await;
        let removed = sam
            .mutate("removePromise", about(&promise, json!({})), "removedId")
            .await;
        let gone = sam.refused("keepPromise", about(&promise, json!({}))).await;

        assert_eq!(
            (&new["kind"], &new["version"]),
            (&json!("OTHER"), &json!(2))
        );
        assert_eq!(new["recruiter"]["subject"], "rae");
        assert_eq!(nothing, new);
        assert_eq!(silent, refusal("INVALID", "input.words"));
        assert_eq!(removed["removedId"], promise["id"]);
        assert_eq!(gone, refusal("NOT_FOUND", "input.by"));
        assert_eq!(due(&sam, &ada).await, Value::Null);
    }
}

#[tokio::test]
async fn each_change_leaves_one_event_and_none_where_nothing_changed() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let ada = candidate(&sam, "Ada Finch").await;
        let promise = make(&sam, to(&ada, "REPLY")).await;

        let later = json!({ "dueAt": "2026-03-12T09:00:00Z" });
        for _ in 0..2 {
            change(&sam, "reschedulePromise", about(&promise, later.clone())).await;
        }
        for _ in 0..2 {
            change(&sam, "keepPromise", about(&promise, json!({}))).await;
        }
        change(&sam, "reopenPromise", about(&promise, json!({}))).await;

        let seen = events(&app, &promise).await;
        if !seen.is_empty() {
            let event = |change: &str, fields: &[&str]| {
                let fields = fields.iter().map(|field| (*field).to_owned()).collect();
                (change.to_owned(), fields)
            };
            assert_eq!(
                seen,
                [
                    event("CREATED", &[]),
                    event("UPDATED", &["dueAt", "reschedules"]),
                    event("UPDATED", &["state", "closedAt"]),
                    event("UPDATED", &["state", "closedAt"]),
                ]
            );
        }
    }
}

#[tokio::test]
async fn lists_are_narrowed_and_run_by_due_time() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let (ada, bo) = (candidate(&sam, "Ada").await, candidate(&sam, "Bo").await);
        let mut ids = Vec::new();
        for (person, kind, day) in [
            (&ada, "REPLY", 12),
            (&ada, "MEET", 4),
            (&bo, "REPLY", 8),
            (&bo, "CALL_BACK", 6),
        ] {
            let mut input = to(person, kind);
            input["dueAt"] = json!(format!("2026-03-{day:02}T09:00:00Z"));
            input["words"] = json!(day.to_string());
            ids.push(make(&sam, input).await);
        }
        change(&sam, "keepPromise", about(&ids[3], json!({}))).await;
        app.advance(TimeDelta::days(7));
        let sam = app.as_recruiter("sam");
        let list = async |filter: Value| {
            let document = "query ($filter: PromiseFilter) { promises(filter: $filter) {
                totalCount nodes { words } } }";
            let seen = sam.query_with(document, json!({ "filter": filter })).await;
            let nodes = seen["promises"]["nodes"].as_array().unwrap().clone();
            assert_eq!(seen["promises"]["totalCount"], nodes.len());
            let words = nodes.iter().map(|node| node["words"].as_str().unwrap());
            words.collect::<Vec<_>>().join(" ")
        };

        assert_eq!(list(json!({})).await, "4 6 8 12");
        assert_eq!(list(json!({ "people": [ada] })).await, "4 12");
        assert_eq!(list(json!({ "kinds": ["REPLY"] })).await, "8 12");
        assert_eq!(list(json!({ "states": ["OPEN"] })).await, "4 8 12");
        assert_eq!(list(json!({ "states": ["KEPT", "BROKEN"] })).await, "6");
        assert_eq!(list(json!({ "overdue": true })).await, "4 8");
        assert_eq!(list(json!({ "overdue": false })).await, "6 12");
        let window =
            json!({ "dueSince": "2026-03-06T09:00:00Z", "dueUntil": "2026-03-12T09:00:00Z" });
        assert_eq!(list(window).await, "6 8");
        let nested = sam
            .query(
                "{ viewer { recruiter { followThrough { kept overdue denominator ratio }
                    promises(first: 2, filter: { states: [OPEN] }) {
                        totalCount pageInfo { hasNextPage } nodes { words } } } } }",
            )
            .await;
        assert_eq!(
            nested["viewer"]["recruiter"],
            json!({
                "followThrough": { "kept": 1, "overdue": 2, "denominator": 3, "ratio": 1.0 / 3.0 },
                "promises": { "totalCount": 3, "pageInfo": { "hasNextPage": true },
                    "nodes": [{ "words": "4" }, { "words": "8" }] },
            })
        );
    }
}

#[tokio::test]
async fn follow_through_is_null_until_something_has_fallen_due() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let ada = candidate(&sam, "Ada").await;
        let figures = async || {
            let document = "query ($id: ID!) { person(by: { id: $id }) { followThrough {
                kept keptLate broken overdue denominator ratio } } }";
            let seen = sam.query_with(document, json!({ "id": ada })).await;
            seen["person"]["followThrough"].clone()
        };
        let none = figures().await;
        let (open, released, broken) = (
            make(&sam, to(&ada, "REPLY")).await,
            make(&sam, to(&ada, "REPLY")).await,
            make(&sam, to(&ada, "REPLY")).await,
        );

        change(&sam, "withdrawPromise", about(&released, json!({}))).await;
        let still_none = figures().await;
        change(&sam, "breakPromise", about(&broken, json!({}))).await;
        change(&sam, "keepPromise", about(&open, json!({}))).await;

        assert_eq!(
            (&none["denominator"], &none["ratio"]),
            (&json!(0), &Value::Null)
        );
        assert_eq!(none, still_none);
        assert_eq!(
            figures().await,
            json!({ "kept": 1, "keptLate": 0, "broken": 1, "overdue": 0, "denominator": 2,
                "ratio": 0.5 })
        );
    }
}
