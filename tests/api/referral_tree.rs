//! The tree of those whom a person referred, with what came of it at every node.

use serde_json::{Value, json};

use crate::support::{Client, apps};

async fn candidate(client: &Client, name: &str) -> String {
    let input = json!({ "name": name });
    let made = client
        .mutate("createCandidate", input, "candidate { id }")
        .await;
    made["candidate"]["id"].as_str().unwrap().to_owned()
}

/// A referral that comes to these statuses, one after the other.
async fn refer(client: &Client, from: &str, to: &str, statuses: &[&str]) {
    let input = json!({
        "referrer": { "id": from }, "referred": { "person": { "id": to } },
        "referredAt": "2026-01-01T00:00:00Z",
    });
    let made = client
        .mutate("recordReferral", input, "referral { id }")
        .await;
    let id = made["referral"]["id"].clone();
    for (day, status) in (2..).zip(statuses) {
        let input = json!({
            "by": { "id": id }, "status": status,
            "changedAt": format!("2026-01-{day:02}T00:00:00Z"),
        });
        client
            .mutate("changeReferralStatus", input, "referral { id }")
            .await;
    }
}

const TREE: &str = "query ($id: ID!, $depth: Int!) { person(by: { id: $id }) {
    referralTree(depth: $depth) { count isTruncated nodes {
        depth person { name } referrer { name } referral { status }
        direct { referred contacted interviewing hired }
        subtree { referred contacted interviewing hired } } } } }";

async fn tree(client: &Client, of: &str, depth: i32) -> (Value, u64) {
    let answer = client.run(TREE, json!({ "id": of, "depth": depth })).await;
    assert_eq!(answer.errors(), &[] as &[Value]);
    let tree = answer.body["data"]["person"]["referralTree"].clone();
    (tree, answer.statements)
}

/// Name, depth, under whom, and the two yields.
type Row = (String, i64, String, [i64; 4], [i64; 4]);

fn rows(tree: &Value) -> Vec<Row> {
    let figures = |of: &Value| {
        ["referred", "contacted", "interviewing", "hired"].map(|name| of[name].as_i64().unwrap())
    };
    let text = |of: &Value| of.as_str().unwrap_or_default().to_owned();
    let nodes = tree["nodes"].as_array().unwrap().iter();
    nodes
        .map(|node| {
            (
                text(&node["person"]["name"]),
                node["depth"].as_i64().unwrap(),
                text(&node["referrer"]["name"]),
                figures(&node["direct"]),
                figures(&node["subtree"]),
            )
        })
        .collect()
}

fn row(name: &str, depth: i64, under: &str, direct: [i64; 4], subtree: [i64; 4]) -> Row {
    (name.to_owned(), depth, under.to_owned(), direct, subtree)
}

#[tokio::test]
async fn every_node_of_the_tree_tells_its_yield() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let mut people = Vec::new();
        for name in ["Jo", "Kit", "Lou", "Max", "Ned"] {
            people.push(candidate(&sam, name).await);
        }
        let [jo, kit, lou, max, ned] = &people[..] else {
            unreachable!()
        };
        refer(
            &sam,
            jo,
            kit,
            &["CONTACTED", "INTERVIEWING", "NOT_SELECTED"],
        )
        .await;
        refer(&sam, jo, lou, &["DECLINED"]).await;
        refer(&sam, kit, max, &["HIRED"]).await;
        // Told by two: Max hangs under Kit, who spoke first, and Lou's claim counts for Lou.
        refer(&sam, lou, max, &["HIRED"]).await;
        refer(&sam, max, ned, &["SUBMITTED"]).await;

        let (whole, statements) = tree(&sam, jo, 4).await;
        let (cut, _) = tree(&sam, jo, 1).await;
        let (leaf, _) = tree(&sam, ned, 4).await;

        let max_row = row("Max", 2, "Kit", [1, 1, 0, 0], [1, 1, 0, 0]);
        assert_eq!(
            rows(&whole),
            [
                row("Jo", 0, "", [2, 1, 1, 0], [5, 4, 3, 2]),
                row("Kit", 1, "Jo", [1, 1, 1, 1], [2, 2, 1, 1]),
                row("Lou", 1, "Jo", [1, 1, 1, 1], [1, 1, 1, 1]),
                max_row,
                row("Ned", 3, "Max", [0; 4], [0; 4]),
            ]
        );
        assert_eq!(
            (&whole["count"], &whole["isTruncated"]),
            (&json!(5), &json!(false))
        );
        assert_eq!(whole["nodes"][1]["referral"]["status"], "NOT_SELECTED");
        assert_eq!(whole["nodes"][0]["referral"], Value::Null);
        // The person, the chain, the yields, the referrals, the people.
        assert_eq!(statements, 5);
        assert_eq!(
            rows(&cut),
            [
                row("Jo", 0, "", [2, 1, 1, 0], [4, 3, 3, 2]),
                row("Kit", 1, "Jo", [1, 1, 1, 1], [1, 1, 1, 1]),
                row("Lou", 1, "Jo", [1, 1, 1, 1], [1, 1, 1, 1]),
            ]
        );
        assert_eq!(cut["isTruncated"], true);
        assert_eq!(rows(&leaf), [row("Ned", 0, "", [0; 4], [0; 4])]);
    }
}

#[tokio::test]
async fn a_circle_that_was_written_behind_the_rules_does_no_harm() {
    use sea_orm::{ConnectionTrait, Statement};
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let (jo, kit) = (candidate(&sam, "Jo").await, candidate(&sam, "Kit").await);
        let lou = candidate(&sam, "Lou").await;
        refer(&sam, &jo, &kit, &[]).await;
        refer(&sam, &lou, &jo, &[]).await;
        let writer = app.database.writer();
        let circle = format!(
            "UPDATE referral SET referrer_id = (SELECT id FROM person WHERE name = 'Kit' AND \
             tenant_id = referral.tenant_id) WHERE referrer_id = (SELECT id FROM person WHERE \
             name = 'Lou' AND tenant_id = referral.tenant_id) AND tenant_id = (SELECT id FROM \
             tenant WHERE name = '{}')",
            app.tenant
        );
        let statement = Statement::from_string(writer.get_database_backend(), circle);
        writer.execute_raw(statement).await.unwrap();

        let (tree, _) = tree(&sam, &jo, 10).await;

        assert_eq!(
            rows(&tree),
            [
                row("Jo", 0, "", [1, 0, 0, 0], [2, 0, 0, 0]),
                row("Kit", 1, "Jo", [1, 0, 0, 0], [1, 0, 0, 0]),
            ]
        );
    }
}

#[tokio::test]
async fn the_trees_of_many_people_cost_as_many_statements_as_that_of_one() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let mut people = Vec::new();
        for index in 0..6 {
            people.push(candidate(&sam, &format!("Link {index}")).await);
        }
        for pair in people.windows(2) {
            refer(&sam, &pair[0], &pair[1], &[]).await;
        }
        let document = "query ($first: Int!) { candidates(first: $first) { nodes {
            referralTree { nodes { person { name } subtree { referred } } } } } }";

        let one = sam.run(document, json!({ "first": 1 })).await;
        let all = sam.run(document, json!({ "first": 6 })).await;

        assert_eq!(all.errors(), &[] as &[Value]);
        assert_eq!(one.statements, all.statements);
    }
}
