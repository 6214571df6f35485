//! Callers who hang up, and callers of two tenants at once.

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{App, Client, apps};

async fn ada(client: &Client, name: &str) -> Value {
    let made = client
        .mutate(
            "createCandidate",
            json!({ "name": name }),
            "candidate { id }",
        )
        .await;
    made["candidate"]["id"].clone()
}

/// Transactions of this database that wait for their client and have for some time.
async fn forgotten_transactions(app: &App) -> i64 {
    use sqlx::{Connection, Row};
    let mut connection = sqlx::PgConnection::connect(&app.url).await.unwrap();
    let row = sqlx::query(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()
         AND state LIKE 'idle in transaction%' AND state_change < now() - interval '2 seconds'",
    )
    .fetch_one(&mut connection)
    .await
    .unwrap();
    row.get(0)
}

#[tokio::test]
async fn a_caller_who_hangs_up_leaves_no_transaction_and_no_half_a_write() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let id = ada(&sam, "Ada").await;
        let document = "mutation ($input: LogInteractionInput!) {
            logInteraction(input: $input) { interaction { id } } }";

        let mut answered = 0;
        for step in 0..40_u64 {
            let input = json!({ "people": [{ "id": id }], "channel": "CALL",
                "idempotencyKey": format!("call {step}"), "subject": format!("call {step}") });
            let call = sam.run(document, json!({ "input": input }));
            let patience = Duration::from_micros(50 * step * step);
            answered += u32::from(tokio::time::timeout(patience, call).await.is_ok());
        }

        // A write after them all succeeds at once: nobody holds the person's row.
        let last = json!({ "people": [{ "id": id }], "channel": "MEAL" });
        let write = sam.mutate("logInteraction", last, "interaction { id }");
        tokio::time::timeout(Duration::from_secs(10), write)
            .await
            .unwrap();
        let seen = sam
            .query_with(
                "query ($id: ID!) { interactions(first: 100) { totalCount nodes { people { id } } }
                    person(by: {id: $id}) { interactions { totalCount } } }",
                json!({ "id": id }),
            )
            .await;
        let total = &seen["interactions"]["totalCount"];
        assert!(
            total.as_u64() > Some(u64::from(answered)),
            "{total} {answered}"
        );
        assert_eq!(&seen["person"]["interactions"]["totalCount"], total);
        let whole = |one: &Value| one["people"] == json!([{ "id": id }]);
        let nodes = seen["interactions"]["nodes"].as_array().unwrap();
        assert!(nodes.iter().all(whole));
        if app.url.starts_with("postgres") {
            let mut tries = 0;
            while forgotten_transactions(&app).await > 0 {
                tries += 1;
                assert!(tries < 100, "a transaction was left open");
                tokio::time::sleep(Duration::from_millis(200)).await;
            }
        }
    }
}

#[tokio::test]
async fn loaders_never_mix_tenants() {
    for app in apps().await {
        let mut callers = Vec::new();
        for mark in ["red", "blue"] {
            let tenant = format!("{}-{mark}", app.tenant);
            let client = app.in_tenant(&tenant, mark, "read write");
            for number in 0..5 {
                let id = ada(&client, &format!("{mark} {number}")).await;
                let call = json!({ "people": [{ "id": id }], "channel": "CALL", "subject": mark });
                client
                    .mutate("logInteraction", call, "interaction { id }")
                    .await;
            }
            callers.push((mark, client));
        }
        let document = "{ candidates { totalCount nodes { name interactions { totalCount nodes {
            subject people { name } recruiters { subject } author { subject } } } } } }";

        let asked = (0..200).map(|number| {
            let (mark, client) = callers[number % 2].clone();
            tokio::spawn(async move { (mark, client.query(document).await) })
        });
        for answer in asked.collect::<Vec<_>>() {
            let (mark, seen) = answer.await.unwrap();
            let other = if mark == "red" { "blue" } else { "red" };
            let text = seen.to_string();
            assert!(!text.contains(other), "{mark}: {text}");
            assert_eq!(seen["candidates"]["totalCount"], 5);
            assert_eq!(text.matches(mark).count(), 5 * 5);
        }
    }
}
