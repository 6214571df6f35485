//! Who has been left hanging, and who is due.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::support::{Client, apps};

async fn candidate(client: &Client, name: &str, mut said: Value) -> Value {
    said["name"] = json!(name);
    let made = client
        .mutate("createCandidate", said, "candidate { id }")
        .await;
    made["candidate"]["id"].clone()
}

async fn log(client: &Client, person: &Value, mut input: Value) {
    input["people"] = json!([{ "id": person }]);
    client
        .mutate("logInteraction", input, "interaction { id }")
        .await;
}

/// An application of 2026-02-01 that came to a stage then.
async fn application(client: &Client, person: &Value, moved_at: &str) -> Value {
    let job = client
        .mutate("createJob", json!({ "title": "Maker" }), "job { id }")
        .await;
    let input = json!({ "person": { "id": person }, "job": { "id": job["job"]["id"] },
        "appliedAt": "2026-02-01T09:00:00Z", "stage": "On-site", "stageChangedAt": moved_at });
    let made = client
        .mutate("createApplication", input, "application { id }")
        .await;
    made["application"]["id"].clone()
}

async fn hanging(client: &Client, person: &Value) -> Value {
    let seen = client
        .query_with(
            "query ($id: ID!) { person(by: {id: $id}) {
                leftHanging { reasons { kind since detail } } } }",
            json!({ "id": person }),
        )
        .await;
    seen["person"]["leftHanging"].clone()
}

#[tokio::test]
async fn a_reply_is_late_after_two_days() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let ada = candidate(&sam, "Ada", json!({})).await;
        let mail = json!({ "channel": "EMAIL", "direction": "INBOUND",
                           "occurredAt": "2026-02-28T09:00:00Z" });
        log(&sam, &ada, mail).await;

        let in_time = hanging(&sam, &ada).await;
        app.advance(TimeDelta::hours(3));
        let sam = app.as_recruiter("sam");
        let late = hanging(&sam, &ada).await;
        log(
            &sam,
            &ada,
            json!({ "channel": "EMAIL", "direction": "OUTBOUND" }),
        )
        .await;

        assert_eq!(in_time, Value::Null);
        assert_eq!(
            late,
            json!({ "reasons": [{ "kind": "REPLY_LATE", "since": "2026-02-28T09:00:00Z",
                "detail": "They have waited for our reply for 2 days; the target is 48 hours." }] })
        );
        assert_eq!(hanging(&sam, &ada).await, Value::Null);
    }
}

#[tokio::test]
async fn an_outcome_that_nobody_passed_on_leaves_them_hanging_for_a_week() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let (ada, bo, cy) = (
            candidate(&sam, "Ada", json!({})).await,
            candidate(&sam, "Bo", json!({})).await,
            candidate(&sam, "Cy", json!({})).await,
        );
        application(&sam, &ada, "2026-02-20T09:00:00Z").await;
        application(&sam, &bo, "2026-02-24T09:00:00Z").await;
        // An interview speaks for itself, but not of what came of it.
        let interview = json!({ "channel": "INTERVIEW", "occurredAt": "2026-02-22T09:00:00Z" });
        log(&sam, &cy, interview).await;

        let told = hanging(&sam, &ada).await;

        assert_eq!(
            told["reasons"],
            json!([{ "kind": "OUTCOME_NOT_SHARED", "since": "2026-02-20T09:00:00Z",
                "detail": "Their application for Maker came to On-site 10 days ago, and they have \
                    not heard from us since; the limit is 7 days." }])
        );
        assert_eq!(hanging(&sam, &bo).await, Value::Null, "six days only");
        let interviewed = &hanging(&sam, &cy).await["reasons"][0];
        assert_eq!(interviewed["kind"], "OUTCOME_NOT_SHARED");
        assert!(
            interviewed["detail"]
                .as_str()
                .unwrap()
                .starts_with("An interview was held 8 days")
        );
        // What does not reach them tells them nothing.
        for nothing in [
            json!({ "channel": "CALL", "outcome": "NO_ANSWER" }),
            json!({ "channel": "EMAIL", "direction": "OUTBOUND", "automated": true }),
            json!({ "channel": "EMAIL", "direction": "INBOUND" }),
            json!({ "channel": "CALL", "visibility": "PRIVATE" }),
        ] {
            log(&sam, &ada, nothing).await;
            assert_ne!(hanging(&sam, &ada).await, Value::Null);
        }
        log(&sam, &ada, json!({ "channel": "CALL" })).await;
        assert_eq!(hanging(&sam, &ada).await, Value::Null);
    }
}

#[tokio::test]
async fn those_left_hanging_are_listed_counted_and_filtered_in_few_statements() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let old = json!({ "channel": "EMAIL", "direction": "INBOUND",
                          "occurredAt": "2026-02-10T09:00:00Z" });
        let late = candidate(&sam, "Late", json!({})).await;
        log(&sam, &late, old.clone()).await;
        let both = candidate(&sam, "Both", json!({})).await;
        application(&sam, &both, "2026-02-05T09:00:00Z").await;
        log(&sam, &both, old).await;
        let fine = candidate(&sam, "Fine", json!({})).await;
        log(&sam, &fine, json!({ "channel": "MEAL" })).await;

        let list = sam
            .query(
                "{ peopleLeftHanging { totalCount nodes { name } }
                   only: peopleLeftHanging(reasons: [OUTCOME_NOT_SHARED]) { nodes { name } }
                   nobodys: peopleLeftHanging(hat: CONTACT) { nodes { name } }
                   leftHangingTotals { people reasons { kind people } }
                   yes: candidates(filter: {leftHanging: true}) { nodes { name } }
                   no: candidates(filter: {leftHanging: false}) { nodes { name } }
                   none: candidates(filter: {leftHangingFor: []}) { nodes { name } } }",
            )
            .await;
        let page = sam
            .query("{ peopleLeftHanging(first: 1) { nodes { name } pageInfo { endCursor } } }")
            .await;
        let cursor = &page["peopleLeftHanging"]["pageInfo"]["endCursor"];
        let rest = sam
            .query_with(
                "query ($after: String) { peopleLeftHanging(after: $after) { nodes { name } } }",
                json!({ "after": cursor }),
            )
            .await;

        let names =
            |names: &[&str]| -> Value { names.iter().map(|n| json!({ "name": n })).collect() };
        assert_eq!(list["peopleLeftHanging"]["totalCount"], 2);
        assert_eq!(list["peopleLeftHanging"]["nodes"], names(&["Both", "Late"]));
        assert_eq!(list["only"]["nodes"], names(&["Both"]));
        assert_eq!(list["nobodys"]["nodes"], json!([]));
        assert_eq!(
            list["leftHangingTotals"],
            json!({ "people": 2, "reasons": [
                { "kind": "PROMISE_OVERDUE", "people": 0 },
                { "kind": "REPLY_LATE", "people": 2 },
                { "kind": "OUTCOME_NOT_SHARED", "people": 1 } ] })
        );
        assert_eq!(list["yes"]["nodes"], names(&["Both", "Late"]));
        assert_eq!(list["no"]["nodes"], names(&["Fine"]));
        assert_eq!(list["none"]["nodes"], json!([]));
        assert_eq!(page["peopleLeftHanging"]["nodes"], names(&["Both"]));
        assert_eq!(rest["peopleLeftHanging"]["nodes"], names(&["Late"]));
        let cost = async |first: u32| {
            let document = format!(
                "{{ peopleLeftHanging(first: {first}) {{ nodes {{ keeper {{ subject }}
                    leftHanging {{ reasons {{ detail }} }}
                    responseTimes {{ ours {{ openSince }} }} }} }} }}"
            );
            let answer = sam.run(&document, json!({})).await;
            assert!(answer.errors().is_empty(), "{:?}", answer.errors());
            answer.statements
        };
        assert_eq!(cost(1).await, cost(2).await);
    }
}

#[tokio::test]
async fn people_due_come_in_the_order_of_their_dates() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        candidate(&sam, "Weekly", json!({ "cadenceDays": 7 })).await;
        candidate(&sam, "Monthly", json!({ "cadenceDays": 30 })).await;
        candidate(
            &sam,
            "Dated",
            json!({ "nextTouchAt": "2026-03-05T09:00:00Z" }),
        )
        .await;
        candidate(&sam, "Never", json!({})).await;
        let stopped = candidate(&sam, "Stopped", json!({ "cadenceDays": 7 })).await;
        let stop = json!({ "by": { "id": stopped }, "doNotContact": true });
        sam.mutate("setDoNotContact", stop, "person { id }").await;
        let due = async |client: &Client, arguments: &str| {
            let document = format!("{{ peopleDue{arguments} {{ totalCount nodes {{ name }} }} }}");
            let seen = client.query(&document).await;
            let names = seen["peopleDue"]["nodes"].as_array().unwrap().iter();
            names
                .map(|node| node["name"].as_str().unwrap().to_owned())
                .collect::<Vec<_>>()
        };

        assert_eq!(due(&sam, "").await, Vec::<String>::new());
        assert_eq!(
            due(&sam, "(dueBefore: \"2026-04-30T00:00:00Z\")").await,
            ["Dated", "Weekly", "Monthly"]
        );
        app.advance(TimeDelta::days(90));
        let sam = app.as_recruiter("sam");
        // Overdue stays overdue.
        assert_eq!(due(&sam, "").await, ["Dated", "Weekly", "Monthly"]);
        assert_eq!(due(&sam, "(hat: CONTACT)").await, Vec::<String>::new());
        let seen = sam.query("{ viewer { recruiter { id } } }").await;
        let id = seen["viewer"]["recruiter"]["id"].as_str().unwrap();
        let mine = format!("(keepers: [\"{id}\"])");
        assert_eq!(due(&sam, &mine).await, Vec::<String>::new());
        let seen = sam
            .query("{ candidates(filter: {text: \"weekly\"}) { nodes { id } } }")
            .await;
        log(
            &sam,
            &seen["candidates"]["nodes"][0]["id"],
            json!({ "channel": "EMAIL", "direction": "INBOUND" }),
        )
        .await;
        assert_eq!(due(&sam, &mine).await, ["Weekly"]);
    }
}

#[tokio::test]
async fn each_side_is_told_how_fast_it_answers() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let made = sam
            .mutate(
                "createContact",
                json!({ "name": "Hiring" }),
                "contact { id }",
            )
            .await;
        let hiring = made["contact"]["id"].clone();
        // 2026-02-27 is a Friday.
        for (direction, at) in [
            ("OUTBOUND", "2026-02-26T09:00:00Z"),
            ("OUTBOUND", "2026-02-26T10:00:00Z"),
            ("INBOUND", "2026-02-26T12:00:00Z"),
            ("OUTBOUND", "2026-02-26T13:00:00Z"),
            ("INBOUND", "2026-02-27T16:00:00Z"),
            ("OUTBOUND", "2026-03-02T09:00:00Z"),
        ] {
            let input = json!({ "channel": "EMAIL", "direction": direction, "occurredAt": at });
            log(&sam, &hiring, input).await;
        }

        let seen = sam
            .query(
                "{ contacts { nodes { keeper { subject } responseTimes {
                    ours { answered openSince medianSeconds medianWorkingSeconds latestSeconds
                           latestWorkingSeconds }
                    theirs { answered openSince medianSeconds latestSeconds } } } } }",
            )
            .await;

        let contact = &seen["contacts"]["nodes"][0];
        assert_eq!(contact["keeper"]["subject"], "sam");
        let hour = 3600;
        assert_eq!(
            contact["responseTimes"],
            json!({
                "ours": { "answered": 2, "openSince": null, "medianSeconds": 33 * hour,
                    "medianWorkingSeconds": hour, "latestSeconds": 65 * hour,
                    "latestWorkingSeconds": hour },
                "theirs": { "answered": 2, "openSince": "2026-03-02T09:00:00Z",
                    "medianSeconds": 15 * hour, "latestSeconds": 27 * hour },
            })
        );
    }
}
