//! The demo's data through the API: what the newcomer is told to paste, and the stories behind it.

use indicatif::ProgressBar;
use rapport::demo::{self, Plan, queries::QUERIES};
use serde_json::{Value, json};
use tokio::sync::Mutex;

use crate::support::{App, Client, apps};

/// All tests of this file share the demo's one tenant on PostgreSQL, and two fills at once would
/// take each other for one that was cut short.
static ONE_AT_A_TIME: Mutex<()> = Mutex::const_new(());

const SMALL: Plan = Plan {
    people: 60,
    interactions: 600,
};

/// The newcomer, with the demo's data behind them: made now, or found where it was made before.
async fn newcomer(app: &App) -> Client {
    let bar = ProgressBar::hidden();
    demo::fill(app.database.writer(), &SMALL, &app.clock, &bar)
        .await
        .unwrap();
    app.in_tenant(demo::TENANT, demo::RECRUITERS[0].0, "read write sync admin")
}

#[tokio::test]
async fn each_scene_of_the_story_is_answered_as_the_readme_says() {
    let _alone = ONE_AT_A_TIME.lock().await;
    let scenes = scenes(include_str!("../../README.md"));
    let printed: Vec<_> = scenes.iter().map(|(query, _)| *query).collect();
    assert_eq!(printed, QUERIES.map(|(_, query)| query));
    for app in apps().await {
        let sam = newcomer(&app).await;

        for (query, answer) in &scenes {
            assert_eq!(sam.query(query).await, answer["data"], "{query}");
        }
    }
}

/// The queries of a page, each with the answer that it prints below.
fn scenes(page: &str) -> Vec<(&str, Value)> {
    let blocks = page.split("```graphql\n").skip(1);
    let scenes = blocks.map(|block| {
        let (query, rest) = block.split_once("\n```").unwrap();
        let (_, rest) = rest.split_once("```json\n").unwrap();
        let (answer, _) = rest.split_once("\n```").unwrap();
        (query, serde_json::from_str(answer).unwrap())
    });
    scenes.collect()
}

#[tokio::test]
async fn somebody_who_let_us_down_can_be_told_from_somebody_we_let_down() {
    let _alone = ONE_AT_A_TIME.lock().await;
    for app in apps().await {
        let sam = newcomer(&app).await;

        let found = sam
            .query(
                r#"{ contacts(filter: { text: "Corwin Ashgrove" }) {
                    nodes { turn waitingOnThemSince awaitingReplySince lastInboundAt } } }"#,
            )
            .await;

        let corwin = &found["contacts"]["nodes"][0];
        assert_eq!(corwin["turn"], "THEIRS");
        assert_eq!(corwin["awaitingReplySince"], Value::Null);
        assert!(corwin["waitingOnThemSince"].as_str() > corwin["lastInboundAt"].as_str());
    }
}

#[tokio::test]
async fn what_the_demo_derived_is_what_the_store_derives() {
    let _alone = ONE_AT_A_TIME.lock().await;
    for app in apps().await {
        let sam = newcomer(&app).await;
        let derived = "{ candidates(first: 40) { nodes { id turn lastTouchAt lastInboundAt
            lastOutboundAt nextTouchAt awaitingReplySince waitingOnThemSince } } }";
        let before = sam.query(derived).await;
        let nodes = before["candidates"]["nodes"].as_array().unwrap();
        let people: Vec<_> = nodes
            .iter()
            .map(|node| json!({ "id": node["id"] }))
            .collect();
        assert!(people.len() >= 20);

        // A note touches nobody, yet has the store derive all anew for those it is about.
        let note = json!({ "channel": "NOTE", "body": "Nothing new.", "people": people });
        let logged = sam
            .mutate("logInteraction", note, "interaction { id }")
            .await;
        let after = sam.query(derived).await;
        let by = json!({ "by": { "id": logged["interaction"]["id"] } });
        sam.mutate("removeInteraction", by, "removedId").await;

        assert_eq!(before, after);
        assert_eq!(before, sam.query(derived).await);
    }
}

#[tokio::test]
async fn what_the_explorer_opens_with_runs() {
    let _alone = ONE_AT_A_TIME.lock().await;
    let welcome = include_str!("../../assets/graphiql/welcome.graphql");
    for app in apps().await {
        let sam = newcomer(&app).await;

        for operation in welcome.split("\nquery ").skip(1) {
            let answer = sam.query(&format!("query {operation}")).await;

            let fields = answer.as_object().unwrap();
            assert!(!fields.is_empty() && fields.values().all(|value| !value.is_null()));
        }
    }
}
