//! The order in which records arrive makes no difference, nor do several syncs at once.

use serde_json::{Value, json};

use crate::support::{Client, apps};

/// A generated account whose records refer to one another.
fn account(people: usize) -> Vec<Value> {
    let of = |kind: &str, id: usize| json!({ "type": kind, "id": id.to_string() });
    let mut all = Vec::new();
    for id in 0..people {
        let other = (id * 7 + 3) % people;
        all.push(
            json!({ "type": "candidate", "id": id.to_string(), "person": {
            "name": format!("Person {id}"), "tags": ["a"], "owner": of("user", id % 3) } }),
        );
        all.push(json!({ "type": "job", "id": id.to_string(), "job": {
            "title": format!("Job {id}"), "hiringManager": of("candidate", other) } }));
        all.push(json!({ "type": "application", "id": id.to_string(),
            "sourceUpdatedAt": "2026-02-15T00:00:00Z", "application": {
            "person": of("candidate", id), "job": of("job", other), "stage": "Offer",
            "appliedAt": "2026-01-01T00:00:00Z", "milestone": "OFFERED" } }));
        all.push(
            json!({ "type": "email", "id": id.to_string(), "actor": of("user", id % 3),
            "interaction": { "people": [of("candidate", id), of("candidate", other)],
            "channel": "EMAIL", "direction": "INBOUND", "occurredAt": "2026-02-01T00:00:00Z" } }),
        );
        if other != id {
            all.push(
                json!({ "type": "referral", "id": id.to_string(), "referral": {
                "referrer": of("candidate", other), "referred": of("candidate", id),
                "job": of("job", other), "referredAt": "2026-01-01T00:00:00Z" } }),
            );
        }
    }
    for id in 0..3 {
        all.push(json!({ "type": "user", "id": id.to_string(), "recruiter": {
            "name": format!("User {id}"), "email": format!("user{id}@firm.example") } }));
    }
    all
}

/// Puts a list into another order, the same for the same seed.
fn shuffled(mut list: Vec<Value>, seed: u64) -> Vec<Value> {
    let mut state = seed;
    for place in (1..list.len()).rev() {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        let with = usize::try_from(state >> 33).unwrap() % (place + 1);
        list.swap(place, with);
    }
    list
}

async fn send(client: &Client, records: &[Value]) -> Value {
    let input = json!({ "system": "ats", "records": records });
    let selection = "counts { created updated unchanged stale deferred rejected }";
    client.mutate("syncRecords", input, selection).await["counts"].clone()
}

/// All that can be seen, without what each tenant has of its own.
async fn end_state(client: &Client) -> Value {
    client
        .query(
            "{ syncDeferred { totalCount }
               candidates(first: 12) { nodes { name tags owner { name } lastTouchAt
                 awaitingReplySince
                 interactions(first: 10) { nodes { occurredAt author { name } recruiters { name } } }
                 referralsMade(first: 10) { nodes { status referred { name } job { title } } }
                 applications(first: 10) { nodes { stage milestone stageChangedAt job { title
                   hiringManager { name } } } } } } }",
        )
        .await
}

#[tokio::test]
async fn any_order_comes_to_the_same_end() {
    for app in apps().await {
        let mut ends = Vec::new();
        for seed in 0..4_u64 {
            let tenant = format!("{}-{seed}", app.tenant);
            let client = app.in_tenant(&tenant, "robot", "sync");
            let all = shuffled(account(12), seed);
            for chunk in all.chunks(if seed == 0 { 100 } else { 9 }) {
                let counts = send(&client, chunk).await;
                assert_eq!(counts["rejected"], 0);
            }
            let again = send(&client, &all).await;
            assert_eq!(again["unchanged"], all.len(), "{again}");
            ends.push(end_state(&client).await);
        }

        assert_eq!(ends[0]["syncDeferred"]["totalCount"], 0);
        for end in &ends[1..] {
            assert_eq!(end, &ends[0]);
        }
    }
}

#[tokio::test]
async fn eight_syncs_at_once_make_nothing_twice() {
    for app in apps().await {
        let all = account(12);
        let calls = (0..8_u64).map(|seed| {
            let client = app.with_scope(&format!("robot-{}", seed % 2), "sync");
            let all = shuffled(all.clone(), seed);
            async move { send(&client, &all).await }
        });

        let counts = futures_util::future::join_all(calls).await;

        let created: u64 = counts
            .iter()
            .map(|count| count["created"].as_u64().unwrap())
            .sum();
        assert_eq!(created, all.len() as u64, "{counts:?}");
        let people = app
            .with_scope("sam", "read")
            .query("{ candidates { totalCount } }")
            .await;
        assert_eq!(people["candidates"]["totalCount"], 12);
    }
}
