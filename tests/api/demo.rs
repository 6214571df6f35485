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

fn is_empty(value: &Value) -> bool {
    value.as_array().is_none_or(Vec::is_empty)
}

#[tokio::test]
async fn each_query_worth_pasting_has_an_answer() {
    let _alone = ONE_AT_A_TIME.lock().await;
    for app in apps().await {
        let sam = newcomer(&app).await;

        let [waiting, let_down, chain] = QUERIES.map(|(_, query)| query);
        let waiting = &sam.query(waiting).await["candidates"];
        let let_down = &sam.query(let_down).await["candidate"];
        let chain = &sam.query(chain).await["person"]["referralChain"];

        assert!(waiting["totalCount"].as_i64() >= Some(1));
        let since = waiting["nodes"].as_array().unwrap();
        let since: Vec<_> = since
            .iter()
            .map(|node| node["awaitingReplySince"].as_str().unwrap())
            .collect();
        assert!(!since.is_empty() && since.is_sorted(), "{since:?}");
        assert_eq!(let_down["name"], "Marlo Finchley");
        assert_eq!(let_down["turn"], "OURS");
        assert!(let_down["awaitingReplySince"].is_string());
        assert!(!is_empty(&let_down["interactions"]["nodes"]));
        assert_eq!(chain["count"], 4);
        let links = chain["links"].as_array().unwrap();
        let told: Vec<_> = links
            .iter()
            .map(|link| json!([link["depth"], link["referral"]["status"]]))
            .collect();
        assert_eq!(
            told,
            [
                json!([1, "HIRED"]),
                json!([2, "HIRED"]),
                json!([3, "HIRED"]),
                json!([4, "INTERVIEWING"]),
            ]
        );
    }
}

#[tokio::test]
async fn the_first_query_is_answered_as_the_readme_says() {
    let _alone = ONE_AT_A_TIME.lock().await;
    let readme = include_str!("../../README.md");
    let block = |kind| {
        let (_, rest) = readme.split_once(kind).unwrap();
        rest.split_once("\n```").unwrap().0
    };
    let (query, answer) = (block("```graphql\n"), block("```json\n"));
    let answer: Value = serde_json::from_str(answer).unwrap();
    for app in apps().await {
        let sam = newcomer(&app).await;

        assert_eq!(sam.query(query).await, answer["data"]);
        assert!(QUERIES.iter().any(|(_, printed)| *printed == query));
    }
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
