//! Facts that speak for a promise having been kept, and the one call that confirms them.

use chrono::TimeDelta;
use serde_json::{Value, json};
use sqlx::Connection;

use super::{about, candidate, change, make, refusal, to};
use crate::support::{App, Client, apps};

const EVIDENCE: &str = "query ($id: ID!) { node(id: $id) { ... on Promise { evidence {
    kind at inTime sentence interaction { id } application { id } } } } }";

async fn evidence(client: &Client, promise: &Value) -> Vec<Value> {
    let id = json!({ "id": promise["id"] });
    let seen = client.query_with(EVIDENCE, id).await;
    seen["node"]["evidence"].as_array().unwrap().clone()
}

async fn log(client: &Client, person: &Value, channel: &str, fields: Value) -> Value {
    let mut input = json!({ "people": [{ "id": person }], "channel": channel });
    if let (Value::Object(input), Value::Object(fields)) = (&mut input, fields) {
        input.extend(fields);
    }
    let made = client
        .mutate("logInteraction", input, "interaction { id }")
        .await;
    made["interaction"]["id"].clone()
}

#[tokio::test]
async fn an_outreach_after_the_promise_is_shown_and_one_call_confirms_it() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let ada = candidate(&sam, "Ada").await;
        let sent = |day: u32| json!({ "direction": "OUTBOUND", "occurredAt": format!("2026-03-{day:02}T10:00:00Z") });
        let promise = make(&sam, to(&ada, "CALL_BACK")).await;
        app.advance(TimeDelta::days(20));
        let sam = app.as_recruiter("sam");

        let none = evidence(&sam, &promise).await;
        log(&sam, &ada, "EMAIL", sent(3)).await;
        log(&sam, &ada, "CALL", sent(1)).await;
        let missed = json!({ "outcome": "NO_ANSWER", "occurredAt": "2026-03-04T10:00:00Z" });
        log(&sam, &ada, "CALL", missed).await;
        let private = json!({ "visibility": "PRIVATE", "occurredAt": "2026-03-04T11:00:00Z" });
        log(&sam, &ada, "CALL", private).await;
        let still_none = evidence(&sam, &promise).await;
        let late = log(&sam, &ada, "VIDEO_CALL", sent(10)).await;
        let call = log(&sam, &ada, "CALL", sent(5)).await;
        let found = evidence(&sam, &promise).await;
        let other = json!({ "evidence": { "interaction": { "id": call } },
            "keptAt": "2026-03-06T10:00:00Z" });
        let other = sam.refused("keepPromise", about(&promise, other)).await;
        let confirm = json!({ "evidence": { "interaction": { "id": call } } });
        let kept = change(&sam, "keepPromise", about(&promise, confirm)).await;

        assert_eq!((none, still_none), (vec![], vec![]));
        assert_eq!(
            found,
            [
                json!({ "kind": "OUTREACH", "at": "2026-03-05T10:00:00Z", "inTime": true,
                    "sentence": "We reached out to them by telephone.",
                    "interaction": { "id": call }, "application": null }),
                json!({ "kind": "OUTREACH", "at": "2026-03-10T10:00:00Z", "inTime": false,
                    "sentence": "We reached out to them by video call.",
                    "interaction": { "id": late }, "application": null }),
            ]
        );
        assert_eq!(other, refusal("INVALID", "input.keptAt"));
        assert_eq!(kept["state"], "KEPT");
        assert_eq!(kept["closedAt"], "2026-03-05T10:00:00Z");
        assert_eq!(kept["keptBy"]["id"], call);
        assert_eq!(evidence(&sam, &promise).await, Vec::<Value>::new());
    }
}

#[tokio::test]
async fn an_introduction_takes_somebody_else() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let (ada, bo) = (candidate(&sam, "Ada").await, candidate(&sam, "Bo").await);
        let promise = make(&sam, to(&ada, "INTRODUCE")).await;
        app.advance(TimeDelta::hours(1));

        log(&sam, &ada, "MEAL", json!({})).await;
        let alone = evidence(&sam, &promise).await;
        app.advance(TimeDelta::hours(1));
        let both = json!({ "people": [{ "id": ada }, { "id": bo }] });
        let both = log(&sam, &ada, "MEAL", both).await;
        let found = evidence(&sam, &promise).await;

        assert_eq!(alone, Vec::<Value>::new());
        assert_eq!(found.len(), 1);
        assert_eq!(found[0]["interaction"]["id"], both);
    }
}

#[tokio::test]
async fn what_keeps_a_promise_was_with_the_person_and_after_it() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let (ada, bo) = (candidate(&sam, "Ada").await, candidate(&sam, "Bo").await);
        let mail = json!({ "direction": "OUTBOUND" });
        let with_bo = log(&sam, &bo, "EMAIL", mail).await;
        let early = json!({ "direction": "OUTBOUND", "occurredAt": "2026-03-01T09:00:00Z" });
        let early = log(&sam, &ada, "EMAIL", early).await;
        let promise = make(&sam, to(&ada, "REPLY")).await;
        let keep = |id: &Value| {
            let fields = json!({ "evidence": { "interaction": { "id": id } } });
            about(&promise, fields)
        };

        let others = sam.refused("keepPromise", keep(&with_bo)).await;
        let before = sam.refused("keepPromise", keep(&early)).await;
        let sent = make(&sam, to(&ada, "SUBMIT_TO_CLIENT")).await;
        let fields = json!({ "evidence": { "interaction": { "id": with_bo } } });
        let sent = change(&sam, "keepPromise", about(&sent, fields)).await;

        let path = "input.evidence.interaction";
        assert_eq!(others, refusal("INVALID", path));
        assert_eq!(before, refusal("INVALID", path));
        assert_eq!(sent["state"], "KEPT");
    }
}

#[tokio::test]
async fn a_page_of_promises_with_their_evidence_costs_the_same_for_one_as_for_twenty() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        for number in 0..20 {
            let person = candidate(&sam, &format!("Person {number:02}")).await;
            let kind = ["REPLY", "SUBMIT_TO_CLIENT", "SHARE_OUTCOME"][number % 3];
            let mut input = to(&person, kind);
            input["madeAt"] = json!("2026-03-01T09:00:00Z");
            make(&sam, input).await;
            log(&sam, &person, "CALL", json!({})).await;
        }
        let cost = async |first: u32| {
            let document = format!(
                "{{ promises(first: {first}, filter: {{ kinds: [REPLY, SHARE_OUTCOME] }}) {{ nodes {{
                    person {{ name followThrough {{ ratio }} promises(first: 2) {{ nodes {{ id }} }} }}
                    recruiter {{ subject }} reschedules {{ dueAt }}
                    evidence {{ sentence interaction {{ channel }} }} }} }} }}"
            );
            let answer = sam.run(&document, json!({})).await;
            assert!(answer.errors().is_empty(), "{:?}", answer.errors());
            answer.statements
        };

        let (few, many) = (cost(2).await, cost(14).await);

        assert_eq!(few, many);
        assert!(many <= 11, "{many}");
    }
}

/// The row behind an id.
fn row(id: &Value) -> uuid::Uuid {
    use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(id.as_str().unwrap()).unwrap();
    uuid::Uuid::from_slice(&bytes[1..]).unwrap()
}

/// A dated step of an application, as an import would leave it.
async fn step(app: &App, application: &Value, at: &str, milestone: &str, outcome: Option<&str>) {
    let at: chrono::DateTime<chrono::Utc> = at.parse().unwrap();
    let columns =
        "(tenant_id, id, application_id, stage, milestone, outcome, changed_at, recruiter_id)";
    let query = format!(
        "INSERT INTO application_change {columns}
         SELECT tenant_id, $1, $2, $3, $4, $5, $6, (SELECT id FROM recruiter
             WHERE recruiter.tenant_id = application.tenant_id LIMIT 1)
         FROM application WHERE id = $2"
    );
    let query = sqlx::AssertSqlSafe(query);
    let milestone = Some(milestone).filter(|milestone| !milestone.is_empty());
    if app.url.starts_with("postgres") {
        let mut connection = sqlx::PgConnection::connect(&app.url).await.unwrap();
        let query = sqlx::query(query)
            .bind(uuid::Uuid::now_v7())
            .bind(row(application));
        let query = query
            .bind("Sent out")
            .bind(milestone)
            .bind(outcome)
            .bind(at);
        query.execute(&mut connection).await.unwrap();
    } else {
        let mut connection = sqlx::SqliteConnection::connect(&app.url).await.unwrap();
        let query = sqlx::query(query)
            .bind(uuid::Uuid::now_v7())
            .bind(row(application));
        let query = query
            .bind("Sent out")
            .bind(milestone)
            .bind(outcome)
            .bind(at);
        query.execute(&mut connection).await.unwrap();
    }
}

#[tokio::test]
async fn an_application_that_came_before_the_client_keeps_the_promise_to_send_it() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let ada = candidate(&sam, "Ada").await;
        let job = sam
            .mutate("createJob", json!({ "title": "Welder" }), "job { id }")
            .await;
        let apply = json!({ "person": { "id": ada }, "job": { "id": job["job"]["id"] },
            "appliedAt": "2026-02-01T09:00:00Z" });
        let made = sam
            .mutate("createApplication", apply, "application { id }")
            .await;
        let application = &made["application"]["id"];
        let promise = make(&sam, to(&ada, "SUBMIT_TO_CLIENT")).await;
        let tell = make(&sam, to(&ada, "SHARE_OUTCOME")).await;
        app.advance(TimeDelta::days(20));
        let sam = app.as_recruiter("sam");
        let fields = json!({ "evidence": { "application": { "id": application } } });

        let none = evidence(&sam, &promise).await;
        let too_soon = sam
            .refused("keepPromise", about(&promise, fields.clone()))
            .await;
        step(&app, application, "2026-03-04T09:00:00Z", "SUBMITTED", None).await;
        let found = evidence(&sam, &promise).await;
        let kept = change(&sam, "keepPromise", about(&promise, fields)).await;
        log(
            &sam,
            &ada,
            "CALL",
            json!({ "occurredAt": "2026-03-05T09:00:00Z" }),
        )
        .await;
        let ended = Some("NOT_SELECTED");
        step(&app, application, "2026-03-06T09:00:00Z", "", ended).await;
        log(
            &sam,
            &ada,
            "CALL",
            json!({ "occurredAt": "2026-03-07T09:00:00Z" }),
        )
        .await;
        let told = evidence(&sam, &tell).await;

        assert_eq!(none, Vec::<Value>::new());
        assert_eq!(too_soon, refusal("INVALID", "input.evidence.application"));
        assert_eq!(
            found,
            [
                json!({ "kind": "SUBMISSION", "at": "2026-03-04T09:00:00Z", "inTime": true,
                "sentence": "The application came before the client: \u{201c}Sent out\u{201d} \
                             (submitted).",
                "interaction": null, "application": { "id": application } })
            ]
        );
        assert_eq!(kept["state"], "KEPT");
        assert_eq!(kept["closedAt"], "2026-03-04T09:00:00Z");
        assert_eq!(&kept["application"]["id"], application);
        let last = told.last().unwrap();
        assert_eq!(last["kind"], "NEWS");
        assert_eq!(
            last["sentence"],
            "We reached out to them by telephone after the application ended (not selected) on \
             2026-03-06."
        );
        assert_eq!(&last["application"]["id"], application);
    }
}
