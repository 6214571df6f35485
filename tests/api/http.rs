//! The doors: GraphQL over HTTP, through the real router and the real schema.

use axum::{
    body::Body,
    http::{Request, request::Builder},
};
use serde_json::{Value, json};

use crate::support::{Answer, Client, World, apps};

const GRAPHQL: &str = "application/graphql-response+json";

fn post(client: &Client) -> Builder {
    Request::post("/graphql")
        .header("authorization", format!("Bearer {}", client.token()))
        .header("content-type", "application/json")
}

async fn send(client: &Client, request: Builder, body: &Value) -> Answer {
    let body = if body.is_null() {
        Body::empty()
    } else {
        Body::from(body.to_string())
    };
    client.send(request.body(body).unwrap()).await
}

#[tokio::test]
async fn the_media_type_decides_the_status_of_a_refused_document() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        for (accept, refused) in [("application/json", 200), (GRAPHQL, 400), ("*/*", 200)] {
            let ask = async |query: &str| {
                let request = post(&sam).header("accept", accept);
                send(&sam, request, &json!({ "query": query })).await
            };
            assert_eq!(ask("{ viewer { scopes } }").await.status, 200, "{accept}");
            for bad in ["{", "{ nothing }", "{ candidates { nodes } }"] {
                let answer = ask(bad).await;
                assert_eq!(answer.status, refused, "{bad} as {accept}");
                assert!(answer.body.get("data").is_none(), "{}", answer.text);
                assert!(answer.code().starts_with("GRAPHQL_"), "{}", answer.text);
            }
            // A field that fails is no refusal of the document.
            let failed = ask("{ candidate(by: {id: \"x\"}) { id } }").await;
            assert_eq!(
                (failed.status.as_u16(), failed.code()),
                (200, "BAD_USER_INPUT".into())
            );
        }
    }
}

#[tokio::test]
async fn a_get_reads_and_never_writes() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let get = async |query: &str, variables: Value| {
            let address = url::form_urlencoded::Serializer::new(String::new())
                .append_pair("query", query)
                .append_pair("variables", &variables.to_string())
                .finish();
            let request = Request::get(format!("/graphql?{address}"))
                .header("authorization", format!("Bearer {}", sam.token()));
            send(&sam, request, &Value::Null).await
        };

        let read = get(
            "query ($n: Int) { candidates(first: $n) { totalCount } }",
            json!({ "n": 1 }),
        )
        .await;
        let write = get(
            "mutation { createCandidate(input: {name: \"Ada\"}) { candidate { id } } }",
            json!({}),
        )
        .await;

        assert_eq!(read.body["data"]["candidates"]["totalCount"], 0);
        assert_eq!(
            (write.status.as_u16(), write.code()),
            (405, "METHOD_NOT_ALLOWED".into())
        );
        assert_eq!(write.headers["allow"], "POST");
        let after = sam.query("{ candidates { totalCount } }").await;
        assert_eq!(after["candidates"]["totalCount"], 0);
    }
}

#[tokio::test]
async fn a_batch_runs_in_order() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let batch = json!([
            { "query": "{ candidates { totalCount } }" },
            { "query": "mutation { createCandidate(input: {name: \"Ada\"}) { candidate { name } } }" },
            { "query": "{ nothing }" },
            { "query": "{ candidates { totalCount } }" },
        ]);

        let answer = send(&sam, post(&sam), &batch).await;

        let counts: Vec<_> = [0, 3]
            .iter()
            .map(|index| answer.body[index]["data"]["candidates"]["totalCount"].clone())
            .collect();
        assert_eq!(counts, [0, 1]);
        assert_eq!(
            answer.body[2]["errors"][0]["extensions"]["code"],
            "GRAPHQL_VALIDATION_FAILED"
        );
        let many = json!(vec![json!({ "query": "{ __typename }" }); 100]);
        assert_eq!(
            send(&sam, post(&sam), &many).await.code(),
            "BATCH_TOO_LARGE"
        );
    }
}

/// Each fragment names the next one twice.
fn bomb(depth: usize) -> String {
    let fragment = |n: usize| format!("fragment F{n} on Query {{ ...F{m} ...F{m} }} ", m = n + 1);
    let fragments: Vec<_> = (0..depth).map(fragment).collect();
    format!(
        "{{ ...F0 }} {} fragment F{depth} on Query {{ viewer {{ scopes }} }}",
        fragments.concat()
    )
}

#[tokio::test]
async fn what_would_grow_without_end_is_refused_at_once() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let alias = |n: usize| format!("a{n}: candidates(first: 100) {{ nodes {{ id }} }} ");
        let wide = (0..2_000).map(alias).collect::<Vec<_>>().concat();
        let deep = format!("{}{}", "{ node(id: \"x\") ".repeat(200), "}".repeat(200));
        let begun = std::time::Instant::now();
        for document in [bomb(30), bomb(300), format!("{{ {wide} }}"), deep] {
            let answer = sam.run(&document, json!({})).await;
            let code = answer.code();
            assert!(code.contains("TOO_"), "{}", answer.text);
            assert_eq!(answer.statements, 0);
        }
        assert!(begun.elapsed().as_secs() < 10);
    }
}

#[tokio::test]
async fn the_cost_is_always_in_the_headers_and_in_the_answer_when_asked_for() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let query = "{ candidates(first: 50) { nodes { name } } }";
        let plain = send(&sam, post(&sam), &json!({ "query": query })).await;
        let told = json!({ "query": query, "extensions": { "cost": true } });
        let told = send(&sam, post(&sam), &told).await;

        let cost: u64 = plain.headers["x-rapport-cost"]
            .to_str()
            .unwrap()
            .parse()
            .unwrap();
        assert!(cost >= 50, "{cost}");
        assert!(plain.headers.contains_key("x-rapport-cost-remaining"));
        assert!(plain.body.get("extensions").is_none());
        assert_eq!(told.body["extensions"]["cost"]["requested"], cost);
        assert_eq!(
            told.headers["x-rapport-cost"],
            plain.headers["x-rapport-cost"]
        );
    }
}

#[tokio::test]
async fn a_failure_makes_null_as_little_as_the_schema_allows_and_says_where() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let world = World::build(&sam, "own").await;
        let document = "query ($ada: ID!, $job: ID!) {
            viewer { scopes }
            things: nodes(ids: [$job, $ada]) {
                id ... on Candidate { talks: interactions(after: \"x\") { totalCount } } } }";

        let ids = json!({ "ada": world.id("Candidate"), "job": world.id("Job") });
        let answer = sam.run(document, ids).await;

        assert_eq!(answer.errors().len(), 1, "{}", answer.text);
        assert_eq!(answer.errors()[0]["path"], json!(["things", 1, "talks"]));
        assert_eq!(
            answer.body["data"],
            json!({ "viewer": { "scopes": ["READ", "WRITE"] },
                    "things": [{ "id": world.id("Job") }, null] })
        );
    }
}

#[tokio::test]
async fn keys_come_in_the_order_of_the_document() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let world = World::build(&sam, "own").await;
        let document = "query ($id: ID!) {
            z: __typename
            person(by: {id: $id}) { version ...Names owner { subject id } a: name __typename }
            viewer { scopes } }
            fragment Names on Person { name hats version ... on Candidate { headline } }";

        let answer = sam
            .run(document, json!({ "id": world.id("Candidate") }))
            .await;

        let data = answer.text.split_once("\"data\":").unwrap().1;
        let keys = [
            "\"z\":",
            "\"person\":",
            "\"version\":",
            "\"name\":",
            "\"hats\":",
            "\"headline\":",
            "\"owner\":",
            "\"subject\":",
            "\"id\":",
            "\"a\":",
            "\"__typename\":",
            "\"viewer\":",
        ];
        let places: Vec<_> = keys.iter().map(|key| data.find(key).unwrap()).collect();
        assert!(places.is_sorted(), "{data}");
    }
}

#[tokio::test]
async fn every_error_has_a_code_and_whatever_is_refused_is_json() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let query = json!({ "query": "{ __typename }" });
        let token = format!("Bearer {}", sam.token());
        let bare = || Request::post("/graphql").header("authorization", &token);
        let cases = [
            (
                bare().header("content-type", "text/plain"),
                415,
                "UNSUPPORTED_MEDIA_TYPE",
            ),
            (
                post(&sam).header("accept", "text/html"),
                406,
                "NOT_ACCEPTABLE",
            ),
            (
                Request::post("/graphql").header("content-type", "application/json"),
                401,
                "UNAUTHENTICATED",
            ),
            (Request::delete("/graphql"), 405, "METHOD_NOT_ALLOWED"),
            (Request::post("/elsewhere"), 404, "NOT_FOUND"),
        ];
        for (request, status, code) in cases {
            let answer = send(&sam, request, &query).await;
            assert_eq!(
                (answer.status.as_u16(), answer.code()),
                (status, code.to_owned())
            );
            let media = answer.headers["content-type"].to_str().unwrap();
            assert!(media.starts_with("application/json"), "{media}");
        }
        for (variables, document) in [
            (
                json!({ "id": 1.5 }),
                "query ($id: ID!) { node(id: $id) { id } }",
            ),
            (json!({}), "query ($id: ID!) { node(id: $id) { id } }"),
            (
                json!({ "by": {} }),
                "query ($by: NodeBy!) { job(by: $by) { id } }",
            ),
            (
                json!({ "by": { "id": "x", "externalRecord": null } }),
                "query ($by: NodeBy!) { job(by: $by) { id } }",
            ),
            (
                json!({ "n": 2_147_483_648_u32 }),
                "query ($n: Int) { jobs(first: $n) { totalCount } }",
            ),
        ] {
            let answer = sam.run(document, variables).await;
            assert_eq!(answer.code(), "BAD_USER_INPUT", "{}", answer.text);
        }
    }
}
