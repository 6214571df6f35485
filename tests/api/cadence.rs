//! When somebody is to be touched next.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::support::{Client, apps};

/// A candidate of whom this is said, and when they are to be touched next.
async fn made(client: &Client, mut said: Value) -> (Value, Value) {
    said["name"] = json!("Ada");
    let made = client
        .mutate("createCandidate", said, "candidate { id nextTouchAt }")
        .await;
    let candidate = &made["candidate"];
    (candidate["id"].clone(), candidate["nextTouchAt"].clone())
}

async fn next(client: &Client, person: &Value) -> Value {
    let seen = client
        .query_with(
            "query ($id: ID!) { person(by: {id: $id}) { nextTouchAt } }",
            json!({ "id": person }),
        )
        .await;
    seen["person"]["nextTouchAt"].clone()
}

async fn log(client: &Client, person: &Value, mut input: Value) {
    input["people"] = json!([{ "id": person }]);
    client
        .mutate("logInteraction", input, "interaction { id }")
        .await;
}

async fn update(client: &Client, person: &Value, mut said: Value) {
    said["by"] = json!({ "id": person });
    client
        .mutate("updateCandidate", said, "candidate { id }")
        .await;
}

#[tokio::test]
async fn the_cadence_runs_from_creation_and_then_from_the_last_outreach() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let (ada, first) = made(&sam, json!({ "cadenceDays": 14 })).await;
        let (_, never) = made(&sam, json!({})).await;
        assert_eq!((first, never), (json!("2026-03-16T09:00:00Z"), Value::Null));

        let theirs = json!({ "channel": "EMAIL", "direction": "INBOUND" });
        log(&sam, &ada, theirs).await;
        assert_eq!(next(&sam, &ada).await, "2026-03-16T09:00:00Z");
        let ours = json!({ "channel": "EMAIL", "direction": "OUTBOUND",
                           "occurredAt": "2026-03-01T09:00:00Z" });
        log(&sam, &ada, ours).await;
        assert_eq!(next(&sam, &ada).await, "2026-03-15T09:00:00Z");
        update(&sam, &ada, json!({ "cadenceReset": "ANY_TOUCH" })).await;
        assert_eq!(next(&sam, &ada).await, "2026-03-16T09:00:00Z");
        update(
            &sam,
            &ada,
            json!({ "cadenceReset": "SPOKEN", "cadenceDays": 7 }),
        )
        .await;
        assert_eq!(next(&sam, &ada).await, "2026-03-09T09:00:00Z");
        let lunch = json!({ "channel": "MEAL", "occurredAt": "2026-02-01T12:00:00Z" });
        log(&sam, &ada, lunch).await;
        assert_eq!(next(&sam, &ada).await, "2026-02-08T12:00:00Z");
        update(&sam, &ada, json!({ "cadenceDays": null })).await;
        assert_eq!(next(&sam, &ada).await, Value::Null);
    }
}

#[tokio::test]
async fn an_outreach_consumes_the_date_that_was_set_and_nothing_else_does() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let day = json!({ "nextTouchAt": "2026-03-20T09:00:00Z", "cadenceDays": 30 });
        let (ada, first) = made(&sam, day).await;
        assert_eq!(first, "2026-03-20T09:00:00Z");
        app.advance(TimeDelta::hours(1));

        for before_or_not_ours in [
            json!({ "channel": "CALL", "occurredAt": "2026-03-01T09:00:00Z" }),
            json!({ "channel": "EMAIL", "direction": "INBOUND" }),
            json!({ "channel": "EMAIL", "direction": "OUTBOUND", "automated": true }),
            json!({ "channel": "CALL", "outcome": "NO_ANSWER" }),
            json!({ "channel": "NOTE" }),
        ] {
            log(&sam, &ada, before_or_not_ours).await;
            assert_eq!(next(&sam, &ada).await, "2026-03-20T09:00:00Z");
        }
        log(&sam, &ada, json!({ "channel": "CALL" })).await;
        assert_eq!(next(&sam, &ada).await, "2026-04-01T10:00:00Z");
        // Said again, it holds again.
        app.advance(TimeDelta::hours(1));
        update(&sam, &ada, json!({ "nextTouchAt": "2026-03-10T09:00:00Z" })).await;
        assert_eq!(next(&sam, &ada).await, "2026-03-10T09:00:00Z");
        update(&sam, &ada, json!({ "nextTouchAt": null })).await;
        assert_eq!(next(&sam, &ada).await, "2026-04-01T10:00:00Z");
    }
}

#[tokio::test]
async fn a_missed_date_stays_and_is_overdue() {
    for app in apps().await {
        let (ada, _) = made(
            &app.as_recruiter("sam"),
            json!({ "nextTouchAt": "2026-03-02T12:00:00Z" }),
        )
        .await;
        let overdue = "{ candidates(filter: {touchOverdue: true}) { nodes { id } } }";
        let seen = app.as_recruiter("sam").query(overdue).await;
        assert_eq!(seen["candidates"]["nodes"], json!([]));

        app.advance(TimeDelta::days(30));

        let sam = app.as_recruiter("sam");
        assert_eq!(next(&sam, &ada).await, "2026-03-02T12:00:00Z");
        let seen = sam.query(overdue).await;
        assert_eq!(seen["candidates"]["nodes"], json!([{ "id": ada }]));
    }
}

#[tokio::test]
async fn whom_nobody_may_contact_has_no_next_touch() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let (ada, first) = made(&sam, json!({ "cadenceDays": 14 })).await;
        let set = async |on: bool, reason: Value| {
            let input = json!({ "by": { "id": ada }, "doNotContact": on, "reason": reason });
            sam.mutate(
                "setDoNotContact",
                input,
                "person { doNotContact doNotContactReason doNotContactSince nextTouchAt version }",
            )
            .await["person"]
                .take()
        };

        let stopped = set(true, json!("asked us to stop")).await;
        log(&sam, &ada, json!({ "channel": "CALL" })).await;
        let after_a_call = next(&sam, &ada).await;
        let resumed = set(false, Value::Null).await;

        assert_eq!(
            stopped,
            json!({ "doNotContact": true, "doNotContactReason": "asked us to stop",
                "doNotContactSince": "2026-03-02T09:00:00Z", "nextTouchAt": null, "version": 2 })
        );
        assert_eq!(after_a_call, Value::Null);
        assert_eq!(resumed["doNotContactReason"], Value::Null);
        assert_eq!(resumed["doNotContactSince"], Value::Null);
        assert_eq!(resumed["nextTouchAt"], first);
    }
}

#[tokio::test]
async fn a_cadence_is_from_a_day_to_ten_years_and_a_date_to_come() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        for (field, bad) in [
            ("cadenceDays", json!(0)),
            ("cadenceDays", json!(-14)),
            ("cadenceDays", json!(3651)),
            ("nextTouchAt", json!("2026-03-02T08:59:59Z")),
            ("nextTouchAt", json!("2026-03-02T09:00:00Z")),
        ] {
            let mut input = json!({ "name": "Ada" });
            input[field] = bad.clone();
            assert_eq!(
                sam.refused("createCandidate", input).await,
                [("INVALID".to_owned(), format!("input.{field}"))],
                "{bad}"
            );
        }
    }
}
