//! The feed of changes: what it tells, to whom, and from where a reader goes on.

mod follow;
mod order;
mod place;

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{Client, apps, shape::text};

/// One page of the feed, with all that it tells.
async fn page(client: &Client, arguments: Value) -> Value {
    const FEED: &str = "query (
            $after: String, $first: Int = 500, $kinds: [NodeKind!], $origins: [String!],
            $exceptOrigins: [String!]
        ) {
            changes(
                after: $after, first: $first, kinds: $kinds, origins: $origins,
                exceptOrigins: $exceptOrigins
            ) {
                nodes {
                    id occurredAt origin nodeKind change fields nodeId
                    actor { subject }
                    node { id }
                }
                pageInfo { hasNextPage endCursor }
            }
        }";
    client.query_with(FEED, arguments).await["changes"].take()
}

/// Reads on until there have been so many changes: on PostgreSQL a change waits for whatever else is
/// being written on the server, by other tests too.
async fn read(client: &Client, arguments: Value, wanted: usize) -> (Vec<Value>, Value) {
    let mut arguments = arguments;
    let mut seen = Vec::new();
    for _ in 0..6_000 {
        let mut page = page(client, arguments.clone()).await;
        seen.extend(page["nodes"].as_array().unwrap().iter().cloned());
        arguments["after"] = page["pageInfo"]["endCursor"].take();
        if seen.len() >= wanted {
            return (seen, arguments["after"].take());
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("{wanted} changes were awaited: {seen:?}");
}

/// What happened to which kind of node.
fn told(changes: &[Value]) -> Vec<(&str, &str)> {
    let changes = changes.iter();
    changes
        .map(|change| (text(&change["change"]), text(&change["nodeKind"])))
        .collect()
}

async fn candidate(client: &Client, name: &str) -> Value {
    client
        .mutate(
            "createCandidate",
            json!({ "name": name }),
            "candidate { id }",
        )
        .await["candidate"]["id"]
        .take()
}

async fn talk(client: &Client, with: &Value, visibility: &str) -> Value {
    let input = json!({ "people": [{ "id": with }], "channel": "NOTE", "visibility": visibility });
    client
        .mutate("logInteraction", input, "interaction { id }")
        .await["interaction"]["id"]
        .take()
}

#[tokio::test]
async fn each_change_is_told_in_order_with_its_node() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let ada = candidate(&sam, "Ada Finch").await;
        let update = json!({ "by": { "id": ada }, "headline": "Welder" });
        sam.mutate("updateCandidate", update, "candidate { id }")
            .await;
        let note = talk(&sam, &ada, "TEAM").await;
        let remove = json!({ "by": { "id": note } });
        sam.mutate("removeInteraction", remove, "removedId").await;

        let (changes, _) = read(&sam, json!({}), 4).await;

        assert_eq!(
            told(&changes),
            [
                ("CREATED", "PERSON"),
                ("UPDATED", "PERSON"),
                ("CREATED", "INTERACTION"),
                ("REMOVED", "INTERACTION"),
            ]
        );
        assert_eq!(changes[1]["fields"], json!(["headline"]));
        assert_eq!(changes[1]["nodeId"], ada);
        assert_eq!(changes[1]["node"]["id"], ada);
        assert_eq!(changes[1]["actor"]["subject"], "sam");
        assert_eq!(changes[1]["origin"], json!(null));
        assert_eq!(changes[3]["nodeId"], note);
        // It is gone, also for the change that made it.
        assert_eq!(changes[2]["node"], json!(null));
        assert_eq!(changes[3]["node"], json!(null));
    }
}

#[tokio::test]
async fn a_contact_is_told_under_their_own_hat() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let made = sam
            .mutate(
                "createContact",
                json!({ "name": "Mo Wren" }),
                "contact { id }",
            )
            .await;

        let (changes, _) = read(&sam, json!({}), 1).await;

        assert_eq!(changes[0]["nodeId"], made["contact"]["id"]);
        assert_eq!(changes[0]["node"]["id"], made["contact"]["id"]);
    }
}

#[tokio::test]
#[expect(clippy::disallowed_methods, reason = "the test looks behind the API")]
async fn kinds_and_origins_narrow_the_feed_and_the_reader_gets_past_what_they_leave_out() {
    use entity::event::{Column, Entity};
    use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};

    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let ada = candidate(&sam, "Ada Finch").await;
        talk(&sam, &ada, "TEAM").await;
        candidate(&sam, "Mo Wren").await;
        let (all, end) = read(&sam, json!({}), 3).await;
        let first: uuid::Uuid = all[0]["id"].as_str().unwrap().parse().unwrap();
        Entity::update_many()
            .col_expr(Column::Origin, Expr::val("payroll"))
            .filter(Column::Id.eq(first))
            .exec(app.database.writer())
            .await
            .unwrap();

        let talks = page(&sam, json!({ "kinds": ["INTERACTION"] })).await;
        let theirs = page(&sam, json!({ "origins": ["payroll"] })).await;
        let others = page(&sam, json!({ "exceptOrigins": ["payroll", "ats"] })).await;
        let nothing = page(&sam, json!({ "origins": ["ats"] })).await;

        let ids = |page: &Value| -> Vec<Value> {
            let nodes = page["nodes"].as_array().unwrap().iter();
            nodes.map(|change| change["id"].clone()).collect()
        };
        assert_eq!(ids(&talks), [all[1]["id"].clone()]);
        assert_eq!(ids(&theirs), [all[0]["id"].clone()]);
        assert_eq!(ids(&others), [all[1]["id"].clone(), all[2]["id"].clone()]);
        assert_eq!(ids(&nothing), Vec::<Value>::new());
        for page in [talks, theirs, others, nothing] {
            assert_eq!(page["pageInfo"]["endCursor"], end);
            assert_eq!(page["pageInfo"]["hasNextPage"], false);
        }
    }
}

#[tokio::test]
async fn what_is_private_is_told_to_its_author_and_to_administrators() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let (kim, root) = (app.as_recruiter("kim"), app.with_scope("root", "admin"));
        let ada = candidate(&sam, "Ada Finch").await;
        let hidden = talk(&sam, &ada, "PRIVATE").await;
        let removed = talk(&sam, &ada, "PRIVATE").await;
        let remove = json!({ "by": { "id": removed } });
        sam.mutate("removeInteraction", remove, "removedId").await;
        let closed = talk(&sam, &ada, "TEAM").await;
        let close = json!({ "by": { "id": closed }, "visibility": "PRIVATE" });
        sam.mutate("updateInteraction", close, "interaction { id }")
            .await;

        let (to_root, _) = read(&root, json!({}), 6).await;
        let to_sam = page(&sam, json!({})).await;
        let to_kim = page(&kim, json!({})).await;

        let nodes = |changes: &Value| -> Vec<(Value, Value)> {
            let changes = changes.as_array().unwrap().iter();
            let pair = |change: &Value| (change["nodeId"].clone(), change["change"].clone());
            changes.map(pair).collect()
        };
        let about = |node: &Value, change: &str| (node.clone(), json!(change));
        assert_eq!(
            nodes(&json!(to_root)),
            [
                about(&ada, "CREATED"),
                about(&hidden, "CREATED"),
                about(&removed, "CREATED"),
                about(&removed, "REMOVED"),
                about(&closed, "CREATED"),
                about(&closed, "UPDATED"),
            ]
        );
        assert_eq!(nodes(&to_sam["nodes"]), nodes(&json!(to_root)));
        let kims = nodes(&to_kim["nodes"]);
        assert!(kims.iter().all(|(node, _)| *node != hidden), "{kims:?}");
        // That it became private is told, and no more of it.
        assert_eq!(kims.last(), Some(&about(&closed, "UPDATED")));
        assert_eq!(kims.iter().filter(|(node, _)| *node == closed).count(), 1);
        assert!(!kims.contains(&about(&removed, "REMOVED")), "{kims:?}");
        let last = to_kim["nodes"].as_array().unwrap().last().unwrap();
        assert_eq!(last["node"], json!(null));
        assert_eq!(to_root[5]["node"]["id"], closed);
    }
}

#[tokio::test]
async fn a_page_costs_the_same_number_of_statements_whatever_its_length() {
    const FEED: &str = "query ($after: String, $first: Int) {
        changes(after: $after, first: $first) {
            totalCount
            nodes { id nodeId actor { name } node { id ... on Candidate { name } } }
        }
    }";
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        for turn in 0..12 {
            let ada = candidate(&sam, &format!("Ada Finch {turn}")).await;
            talk(&sam, &ada, "TEAM").await;
        }
        read(&sam, json!({}), 24).await;

        let few = sam.run(FEED, json!({ "first": 2 })).await;
        let many = sam.run(FEED, json!({ "first": 500 })).await;

        assert_eq!(
            few.body["data"]["changes"]["nodes"]
                .as_array()
                .unwrap()
                .len(),
            2
        );
        assert_eq!(few.body["data"]["changes"]["totalCount"], 24);
        assert_eq!(
            many.body["data"]["changes"]["nodes"]
                .as_array()
                .unwrap()
                .len(),
            24
        );
        assert_eq!(few.statements, many.statements);
    }
}
