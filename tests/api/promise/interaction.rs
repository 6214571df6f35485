//! Promises made and kept in the interaction that tells of them.

use serde_json::{Value, json};

use super::{about, candidate, due, make, refusal, to};
use crate::support::{Client, apps};

const DUE: &str = "2026-03-09T09:00:00Z";

async fn log(client: &Client, input: Value) -> Value {
    let made = client
        .mutate("logInteraction", input, "interaction { id }")
        .await;
    made["interaction"]["id"].clone()
}

/// All promises, as far as these tests look at them.
async fn promises(client: &Client) -> Vec<Value> {
    let document = "{ promises { nodes { kind state madeAt closedAt version person { name }
        recruiter { subject } madeIn { id } keptBy { id } } } }";
    let seen = client.query(document).await;
    seen["promises"]["nodes"].as_array().unwrap().clone()
}

#[tokio::test]
async fn over_lunch_a_promise_is_made_and_another_kept_in_one_stroke() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let ada = candidate(&sam, "Ada").await;
        let mut before = to(&ada, "MEET");
        before["madeAt"] = json!("2026-02-20T09:00:00Z");
        before["dueAt"] = json!("2026-02-27T09:00:00Z");
        let before = make(&sam, before).await;

        let lunch = log(
            &sam,
            json!({
                "people": [{ "id": ada }], "channel": "MEAL",
                "occurredAt": "2026-03-01T12:00:00Z",
                "promises": [{ "kind": "SUBMIT_TO_CLIENT", "dueAt": DUE,
                    "words": "I will send his resume." }],
                "keepPromises": [{ "id": before["id"] }],
            }),
        )
        .await;

        let seen = promises(&sam).await;
        let id = json!({ "id": lunch });
        assert_eq!(
            seen,
            [
                json!({ "kind": "MEET", "state": "KEPT_LATE", "madeAt": "2026-02-20T09:00:00Z",
                    "closedAt": "2026-03-01T12:00:00Z", "version": 2, "person": { "name": "Ada" },
                    "recruiter": { "subject": "sam" }, "madeIn": null, "keptBy": id }),
                json!({ "kind": "SUBMIT_TO_CLIENT", "state": "OPEN",
                    "madeAt": "2026-03-01T12:00:00Z", "closedAt": null, "version": 1,
                    "person": { "name": "Ada" }, "recruiter": { "subject": "sam" },
                    "madeIn": id, "keptBy": null }),
            ]
        );
        assert_eq!(due(&sam, &ada).await, DUE);
    }
}

#[tokio::test]
async fn of_several_people_the_one_must_be_named_and_have_been_there() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let (ada, bo, cy) = (
            candidate(&sam, "Ada").await,
            candidate(&sam, "Bo").await,
            candidate(&sam, "Cy").await,
        );
        let made = make(&sam, to(&cy, "REPLY")).await;
        let mut young = to(&ada, "REPLY");
        young["madeAt"] = json!("2026-03-02T08:00:00Z");
        let young = make(&sam, young).await;
        let with = |field: &str, value: Value| {
            let mut input = json!({ "people": [{ "id": ada }, { "id": bo }], "channel": "MEAL",
                "occurredAt": "2026-03-01T12:00:00Z" });
            input[field] = json!([value]);
            input
        };
        let promise = |fields: Value| {
            let mut promise = json!({ "kind": "REPLY", "dueAt": DUE });
            if let (Value::Object(promise), Value::Object(fields)) = (&mut promise, fields) {
                promise.extend(fields);
            }
            with("promises", promise)
        };
        let cases = [
            (promise(json!({})), "INVALID", "promises.0.person"),
            (
                promise(json!({ "person": { "id": cy } })),
                "INVALID",
                "promises.0.person",
            ),
            (
                promise(json!({ "person": { "id": bo }, "dueAt": "2026-03-01T11:00:00Z" })),
                "INVALID",
                "promises.0.dueAt",
            ),
            (
                promise(json!({ "person": { "email": "x@example.com" } })),
                "NOT_FOUND",
                "promises.0.person",
            ),
            (
                with("keepPromises", json!({ "id": made["id"] })),
                "INVALID",
                "keepPromises.0",
            ),
            (
                with("keepPromises", json!({ "id": young["id"] })),
                "INVALID",
                "keepPromises.0",
            ),
        ];

        for (input, code, path) in cases {
            let refused = sam.refused("logInteraction", input.clone()).await;
            assert_eq!(refused, refusal(code, &format!("input.{path}")), "{input}");
        }
        let seen = sam.query("{ interactions { totalCount } }").await;
        assert_eq!(seen["interactions"]["totalCount"], 0);
        log(&sam, promise(json!({ "person": { "id": bo } }))).await;
        assert_eq!(due(&sam, &bo).await, DUE);
    }
}

#[tokio::test]
async fn what_a_removed_interaction_kept_is_open_again_and_what_it_made_stays() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let ada = candidate(&sam, "Ada").await;
        let mut meet = to(&ada, "MEET");
        meet["madeAt"] = json!("2026-02-20T09:00:00Z");
        meet["dueAt"] = json!("2026-03-05T09:00:00Z");
        let meet = make(&sam, meet).await;
        let lunch = log(
            &sam,
            json!({
                "people": [{ "id": ada }], "channel": "MEAL",
                "promises": [{ "kind": "REPLY", "dueAt": DUE }],
                "keepPromises": [{ "id": meet["id"] }],
            }),
        )
        .await;
        assert_eq!(due(&sam, &ada).await, DUE);

        let by = json!({ "by": { "id": lunch } });
        sam.mutate("removeInteraction", by, "removedId").await;

        let seen = promises(&sam).await;
        let state = |index: usize| {
            let promise: &Value = &seen[index];
            json!([
                promise["kind"],
                promise["state"],
                promise["madeIn"],
                promise["keptBy"]
            ])
        };
        assert_eq!(state(0), json!(["MEET", "OPEN", null, null]));
        assert_eq!(state(1), json!(["REPLY", "OPEN", null, null]));
        assert_eq!(due(&sam, &ada).await, "2026-03-05T09:00:00Z");
    }
}

#[tokio::test]
async fn promises_follow_the_interaction_that_made_or_kept_them() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let (ada, bo) = (candidate(&sam, "Ada").await, candidate(&sam, "Bo").await);
        let mut meet = to(&ada, "MEET");
        meet["madeAt"] = json!("2026-02-20T09:00:00Z");
        meet["dueAt"] = json!("2026-02-25T09:00:00Z");
        let meet = make(&sam, meet).await;
        let lunch = log(
            &sam,
            json!({
                "people": [{ "id": ada }], "channel": "MEAL",
                "occurredAt": "2026-02-26T12:00:00Z",
                "promises": [{ "kind": "REPLY", "dueAt": DUE }],
                "keepPromises": [{ "id": meet["id"] }],
            }),
        )
        .await;
        let update = async |fields: Value| {
            let input = about(&json!({ "id": lunch }), fields);
            sam.mutate("updateInteraction", input, "interaction { id }")
                .await;
            promises(&sam).await
        };

        let late = promises(&sam).await;
        let in_time = update(json!({ "occurredAt": "2026-02-24T12:00:00Z" })).await;
        let untouched = update(json!({ "subject": "Lunch" })).await;
        let without_her = update(json!({ "people": [{ "id": bo }] })).await;

        assert_eq!(late[0]["state"], "KEPT_LATE");
        assert_eq!(in_time[0]["state"], "KEPT");
        assert_eq!(in_time[0]["closedAt"], "2026-02-24T12:00:00Z");
        assert_eq!(in_time[1]["madeAt"], "2026-02-24T12:00:00Z");
        assert_eq!(untouched, in_time);
        assert_eq!(without_her[0]["state"], "OPEN");
        assert_eq!(due(&sam, &ada).await, "2026-02-25T09:00:00Z");
    }
}

#[tokio::test]
async fn promises_follow_an_interaction_of_which_a_sync_tells_more() {
    for app in apps().await {
        let sam = app.with_scope("sam", "read write sync");
        let ada = candidate(&sam, "Ada").await;
        let mut meet = to(&ada, "MEET");
        meet["madeAt"] = json!("2026-02-20T09:00:00Z");
        meet["dueAt"] = json!("2026-02-25T09:00:00Z");
        let meet = make(&sam, meet).await;
        let record = json!({ "system": "ats", "type": "call", "id": "1" });
        let input = json!({
            "people": [{ "id": ada }], "channel": "CALL", "externalRecords": [record],
            "occurredAt": "2026-02-26T12:00:00Z",
            "promises": [{ "kind": "REPLY", "dueAt": DUE }],
            "keepPromises": [{ "id": meet["id"] }],
        });
        log(&sam, input).await;
        let late = promises(&sam).await;

        let call = json!({ "type": "call", "id": "1", "interaction": {
            "people": [{ "node": ada }], "channel": "CALL",
            "occurredAt": "2026-02-24T12:00:00Z" } });
        let input = json!({ "system": "ats", "records": [call] });
        let told = sam.mutate("syncRecords", input, "results { status }").await;

        assert_eq!(told["results"], json!([{ "status": "UPDATED" }]));
        let in_time = promises(&sam).await;
        assert_eq!(late[0]["state"], "KEPT_LATE");
        assert_eq!(in_time[0]["state"], "KEPT");
        assert_eq!(in_time[0]["closedAt"], "2026-02-24T12:00:00Z");
        assert_eq!(in_time[1]["madeAt"], "2026-02-24T12:00:00Z");
    }
}

#[tokio::test]
async fn a_promise_is_the_teams_though_it_was_made_in_private() {
    for app in apps().await {
        let (sam, rae) = (app.as_recruiter("sam"), app.as_recruiter("rae"));
        let ada = candidate(&sam, "Ada").await;
        let meet = make(&sam, to(&ada, "MEET")).await;
        let call = log(
            &sam,
            json!({
                "people": [{ "id": ada }], "channel": "MEAL", "visibility": "PRIVATE",
                "promises": [{ "kind": "REPLY", "dueAt": DUE }],
                "keepPromises": [{ "id": meet["id"] }],
            }),
        )
        .await;

        let mine = promises(&sam).await;
        let hers = promises(&rae).await;
        let other = make(&sam, to(&ada, "MEET")).await;
        let evidence = json!({ "evidence": { "interaction": { "id": call } } });
        let unseen = rae.refused("keepPromise", about(&other, evidence)).await;
        let mut made_in = to(&ada, "REPLY");
        made_in["madeIn"] = json!({ "id": call });
        let made_in = rae.refused("makePromise", made_in).await;

        assert_eq!(mine.len(), 2);
        assert_eq!(mine[0]["keptBy"]["id"], call);
        assert_eq!(mine[1]["madeIn"]["id"], call);
        assert_eq!(hers.len(), 2);
        assert_eq!(hers[0]["state"], "KEPT");
        assert_eq!(
            (&hers[0]["keptBy"], &hers[1]["madeIn"]),
            (&Value::Null, &Value::Null)
        );
        assert_eq!(unseen, refusal("NOT_FOUND", "input.evidence.interaction"));
        assert_eq!(made_in, refusal("NOT_FOUND", "input.madeIn"));
    }
}

#[tokio::test]
async fn an_interaction_tells_the_promises_made_and_kept_in_it_in_a_statement_for_each() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let ada = candidate(&sam, "Ada").await;
        let document = "{ interactions(orderBy: {field: OCCURRED_AT, direction: ASC}) { nodes {
            promisesMade { totalCount nodes { kind } } promisesKept { nodes { kind } } } } }";
        let mut kept = json!([]);
        let mut statements = Vec::new();
        for hour in [8, 9, 10] {
            let input = json!({ "people": [{ "id": ada }], "channel": "CALL",
                "occurredAt": format!("2026-03-01T{hour:02}:00:00Z"), "keepPromises": kept,
                "promises": [{ "kind": "CALL_BACK", "dueAt": DUE }, { "kind": "MEET", "dueAt": DUE }] });
            log(&sam, input).await;
            let open =
                "{ promises(filter: {states: [OPEN], kinds: [CALL_BACK]}) { nodes { id } } }";
            kept = json!([{ "id": sam.query(open).await["promises"]["nodes"][0]["id"] }]);
            statements.push(sam.run(document, json!({})).await.statements);
        }

        let seen = sam.query(document).await;

        let made =
            json!({ "totalCount": 2, "nodes": [{ "kind": "CALL_BACK" }, { "kind": "MEET" }] });
        let callback = json!({ "nodes": [{ "kind": "CALL_BACK" }] });
        let none = json!({ "nodes": [] });
        assert_eq!(
            seen["interactions"]["nodes"],
            json!([
                { "promisesMade": made, "promisesKept": none },
                { "promisesMade": made, "promisesKept": callback },
                { "promisesMade": made, "promisesKept": callback },
            ])
        );
        assert_eq!(statements[0], statements[2]);
    }
}
