//! The table of requests and statuses, through all layers.

use axum::http::{Request, request::Builder};
use http_body_util::BodyExt;
use serde_json::{Value as Json, json};
use tower::ServiceExt;

use super::*;
use crate::http::testing::{app, options, server};

const GRAPHQL: &str = "application/graphql-response+json";

struct Got {
    status: u16,
    headers: axum::http::HeaderMap,
    json: Json,
}

impl Got {
    fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }

    fn code(&self) -> &str {
        assert!(self.json.get("data").is_none(), "{}", self.json);
        self.json["errors"][0]["extensions"]["code"]
            .as_str()
            .unwrap()
    }
}

async fn send(router: Router, request: Builder, body: impl Into<Body>) -> Got {
    let response = router
        .oneshot(request.body(body.into()).unwrap())
        .await
        .unwrap();
    let (parts, body) = response.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    let json = serde_json::from_slice(&body).unwrap_or_else(|_| panic!("not JSON: {body:?}"));
    assert!(parts.headers.contains_key("x-request-id"));
    assert_eq!(parts.headers["x-content-type-options"], "nosniff");
    Got {
        status: parts.status.as_u16(),
        headers: parts.headers,
        json,
    }
}

fn post() -> Builder {
    Request::post("/graphql")
        .header("content-type", "application/json")
        .header("authorization", "Bearer good")
}

async fn ask(accept: &str, body: &Json) -> Got {
    send(
        server(options()),
        post().header("accept", accept),
        body.to_string(),
    )
    .await
}

#[tokio::test]
async fn both_media_types_answer_with_their_own_statuses() {
    let cases = [
        (json!({"query": "{ person { name } }"}), 200, 200, None),
        (
            json!({"query": "{ person { name } fails }"}),
            200,
            200,
            None,
        ),
        (
            json!({"query": "{"}),
            200,
            400,
            Some("GRAPHQL_PARSE_FAILED"),
        ),
        (
            json!({"query": "{ nothing }"}),
            200,
            400,
            Some("GRAPHQL_VALIDATION_FAILED"),
        ),
        (
            json!({"query": "query ($id: ID!) { __typename }", "variables": {"id": null}}),
            200,
            400,
            Some("BAD_USER_INPUT"),
        ),
        (
            json!({"query": "{ __typename }", "operationName": "A"}),
            200,
            400,
            Some("OPERATION_RESOLUTION_FAILURE"),
        ),
        (
            json!({"query": "subscription { a }"}),
            200,
            400,
            Some("OPERATION_RESOLUTION_FAILURE"),
        ),
        (
            json!({"query": "{ people(first: 100) { nodes { people(first: 100) { nodes { name } } } } }"}),
            200,
            400,
            Some("QUERY_TOO_COMPLEX"),
        ),
        (json!({"query": 1}), 400, 400, Some("BAD_REQUEST")),
        (json!({}), 400, 400, Some("BAD_REQUEST")),
        (json!([]), 400, 400, Some("BATCH_TOO_LARGE")),
    ];
    for (body, as_json, as_graphql, code) in cases {
        for (accept, status) in [("application/json", as_json), (GRAPHQL, as_graphql)] {
            let got = ask(accept, &body).await;
            assert_eq!(got.status, status, "{body} as {accept}");
            match code {
                Some(code) => assert_eq!(got.code(), code, "{body}"),
                None => assert!(got.json["data"].is_object()),
            }
            let malformed = as_json == 400;
            let media = if malformed {
                "application/json"
            } else {
                accept
            };
            assert_eq!(
                got.header("content-type"),
                format!("{media}; charset=utf-8"),
                "{body}"
            );
        }
    }
}

#[tokio::test]
async fn requests_that_never_reach_graphql_have_their_status_and_a_body_all_the_same() {
    let query = r#"{"query": "{ __typename }"}"#;
    let plain = || Request::post("/graphql").header("authorization", "Bearer good");
    let token = |token: &str| {
        Request::post("/graphql")
            .header("content-type", "application/json")
            .header("authorization", token)
    };
    let cases = [
        (plain(), query.to_owned(), 415, "UNSUPPORTED_MEDIA_TYPE"),
        (
            plain().header("content-type", "text/plain"),
            query.into(),
            415,
            "UNSUPPORTED_MEDIA_TYPE",
        ),
        (
            plain().header("content-type", "application/x-www-form-urlencoded"),
            "query=x".into(),
            415,
            "UNSUPPORTED_MEDIA_TYPE",
        ),
        (
            plain().header("content-type", "application/json; charset=utf-16"),
            query.into(),
            415,
            "UNSUPPORTED_MEDIA_TYPE",
        ),
        (
            post().header("content-encoding", "gzip"),
            query.into(),
            415,
            "UNSUPPORTED_MEDIA_TYPE",
        ),
        (
            post().header("accept", "text/html"),
            query.into(),
            406,
            "NOT_ACCEPTABLE",
        ),
        (post(), "{ not json".into(), 400, "BAD_REQUEST"),
        (post(), String::new(), 400, "BAD_REQUEST"),
        (post(), "[".repeat(60_000), 400, "BAD_REQUEST"),
        (post(), " ".repeat(70_000), 413, "PAYLOAD_TOO_LARGE"),
        (token("Bearer bad"), query.into(), 401, "UNAUTHENTICATED"),
        (token("Bearer "), query.into(), 401, "UNAUTHENTICATED"),
        (token("Basic good"), query.into(), 401, "UNAUTHENTICATED"),
        (token("good"), query.into(), 401, "UNAUTHENTICATED"),
        (
            post().header("authorization", "Bearer good"),
            query.into(),
            401,
            "UNAUTHENTICATED",
        ),
        (token("bearer broken"), query.into(), 503, "UNAVAILABLE"),
        (
            Request::put("/graphql"),
            query.into(),
            405,
            "METHOD_NOT_ALLOWED",
        ),
        (
            Request::options("/graphql"),
            String::new(),
            405,
            "METHOD_NOT_ALLOWED",
        ),
        (
            Request::post("/healthz"),
            String::new(),
            405,
            "METHOD_NOT_ALLOWED",
        ),
        (Request::get("/nothing"), String::new(), 404, "NOT_FOUND"),
    ];
    for (request, body, status, code) in cases {
        let got = send(server(options()), request, body).await;
        assert_eq!((got.status, got.code()), (status, code));
        assert_eq!(
            got.header("content-type"),
            "application/json; charset=utf-8"
        );
        assert_eq!(got.headers.contains_key("allow"), status == 405);
        assert_eq!(
            got.header("www-authenticate").starts_with("Bearer"),
            status == 401
        );
    }
}

#[tokio::test]
async fn nothing_is_asked_without_a_token() {
    let anonymous = Request::post("/graphql").header("content-type", "application/json");

    let got = send(
        server(options()),
        anonymous,
        r#"{"query": "{ __typename }"}"#,
    )
    .await;

    assert_eq!(
        (got.status, got.header("www-authenticate")),
        (401, "Bearer realm=\"rapport\"")
    );
}

#[tokio::test]
async fn a_get_reads_and_never_writes() {
    let get = |query: &str| {
        Request::get(format!("/graphql?{query}")).header("authorization", "Bearer good")
    };

    let read = send(
        server(options()),
        get("query=%7B__typename%7D&variables=%7B%7D"),
        "",
    )
    .await;
    let write = send(
        server(options()),
        get("query=mutation%7Brename(name:%22a%22)%7Bname%7D%7D").header("accept", GRAPHQL),
        "",
    )
    .await;
    let none = send(server(options()), get(""), "").await;

    assert_eq!(
        (read.status, &read.json["data"]["__typename"]),
        (200, &json!("Query"))
    );
    assert_eq!(
        (write.status, write.header("allow"), write.code()),
        (405, "POST", "METHOD_NOT_ALLOWED")
    );
    assert_eq!((none.status, none.code()), (400, "BAD_REQUEST"));
}

#[tokio::test]
async fn a_batch_runs_in_order_and_each_is_guarded() {
    let batch = json!([
        {"query": "{ person { name } }"},
        {"query": "{ nothing }"},
        {"query": "mutation { rename(name: \"a\") { name } }"},
    ]);

    let got = ask("application/json", &batch).await;

    assert_eq!(got.status, 200);
    assert_eq!(got.json[0]["data"]["person"]["name"], "Ada");
    assert_eq!(
        got.json[1]["errors"][0]["extensions"]["code"],
        "GRAPHQL_VALIDATION_FAILED"
    );
    assert_eq!(got.json[2]["data"]["rename"]["name"], "Ada");
    // The unknown field costs nothing; one object and one mutation do.
    assert_eq!(got.header("x-rapport-cost"), "11");
    assert_eq!(
        ask(
            GRAPHQL,
            &json!(vec![json!({"query": "{ __typename }"}); 11])
        )
        .await
        .status,
        400
    );
}

#[tokio::test]
async fn the_cost_is_in_the_headers_and_in_the_answer_if_asked_for() {
    let query =
        json!({"query": "{ people(first: 50) { nodes { name } } }", "extensions": {"cost": true}});
    let plain = json!({"query": "{ people(first: 50) { nodes { name } } }"});

    let told = ask("application/json", &query).await;
    let silent = ask("application/json", &plain).await;
    let by_header = send(
        server(options()),
        post().header("x-rapport-cost", "full"),
        plain.to_string(),
    )
    .await;

    assert_eq!(
        (
            told.header("x-rapport-cost"),
            told.header("x-rapport-cost-remaining")
        ),
        ("51", "449")
    );
    assert_eq!(
        told.json["extensions"]["cost"],
        json!({"requested": 51, "remaining": 449, "restoreRate": 100})
    );
    assert_eq!(by_header.json["extensions"], told.json["extensions"]);
    assert!(silent.json.get("extensions").is_none());
}

#[tokio::test]
async fn who_spent_all_waits() {
    let router = server(options());
    let query = json!({"query": "{ people(first: 100) { nodes { best { name } } } }"}).to_string();

    for _ in 0..2 {
        assert_eq!(
            send(router.clone(), post(), query.clone()).await.status,
            200
        );
    }
    let got = send(router, post().header("accept", GRAPHQL), query).await;

    assert_eq!(
        (got.status, got.code(), got.header("retry-after")),
        (429, "RATE_LIMITED", "2")
    );
    assert_eq!(
        (
            got.header("x-rapport-cost"),
            got.header("x-rapport-cost-remaining")
        ),
        ("201", "98")
    );
}

#[tokio::test]
async fn a_panic_is_one_failure_of_ours() {
    let got = send(
        server(options()),
        post().header("x-request-id", "abc-1"),
        r#"{"query": "{ panics }"}"#,
    )
    .await;

    assert_eq!(
        (got.status, got.code(), got.header("x-request-id")),
        (500, "INTERNAL_SERVER_ERROR", "abc-1")
    );
    assert_eq!(got.json["errors"][0]["extensions"]["requestId"], "abc-1");
    assert!(!got.json.to_string().contains("secret"));
}

#[tokio::test]
async fn what_takes_too_long_is_ended() {
    let got = ask(GRAPHQL, &json!({"query": "{ slow }"})).await;

    assert_eq!((got.status, got.code()), (504, "TIMEOUT"));
}

#[tokio::test]
async fn an_id_that_is_not_plain_is_not_repeated() {
    let got = send(
        server(options()),
        post().header("x-request-id", "a b{"),
        r#"{"query": "{ __typename }"}"#,
    )
    .await;

    assert_eq!(got.header("x-request-id").len(), 36);
}

#[tokio::test]
async fn large_answers_are_compressed_if_the_caller_can_read_that() {
    let query = json!({"query": crate::graphql::guard::testing::INTROSPECTION}).to_string();
    let request = post()
        .header("accept-encoding", "gzip")
        .body(Body::from(query))
        .unwrap();

    let response = server(options()).oneshot(request).await.unwrap();

    assert_eq!(response.headers()["content-encoding"], "gzip");
}

#[tokio::test]
async fn other_origins_call_only_if_they_are_named() {
    let preflight = || {
        Request::options("/graphql")
            .header("origin", "https://ats.example")
            .header("access-control-request-method", "POST")
            .body(Body::empty())
            .unwrap()
    };
    let named = crate::http::Options {
        cors_origins: vec!["https://ats.example".to_owned()],
        ..options()
    };

    let open = server(named).oneshot(preflight()).await.unwrap();
    let closed = server(options()).oneshot(preflight()).await.unwrap();

    assert_eq!(
        (
            open.status().as_u16(),
            &open.headers()["access-control-allow-origin"]
        ),
        (200, &HeaderValue::from_static("https://ats.example"))
    );
    assert_eq!(
        (
            closed.status().as_u16(),
            closed.headers().get("access-control-allow-origin")
        ),
        (405, None)
    );
}

#[tokio::test]
async fn health_tells_life_from_readiness() {
    let app = app(options());
    let get = |path: &str| send(router(&app, Router::new()), Request::get(path), "");

    assert_eq!(
        (get("/healthz").await.status, get("/readyz").await.status),
        (200, 200)
    );
    app.drain();
    assert_eq!(
        (get("/healthz").await.status, get("/readyz").await.status),
        (200, 503)
    );
    assert_eq!(get("/healthz").await.header("connection"), "close");
}

#[tokio::test]
async fn introspection_can_be_closed() {
    let closed = crate::http::Options {
        introspection: false,
        ..options()
    };

    let got = send(
        server(closed),
        post().header("accept", GRAPHQL),
        r#"{"query": "{ __schema { queryType { name } } }"}"#,
    )
    .await;

    assert_ne!(got.json["data"]["__schema"]["queryType"]["name"], "Query");
}

#[tokio::test]
async fn an_address_that_shows_many_wrong_tokens_has_to_wait_and_a_good_one_does_not() {
    let server = server(options());
    let show = |token: &str| {
        let request = Request::post("/graphql")
            .header("content-type", "application/json")
            .header("authorization", format!("Bearer {token}"));
        send(server.clone(), request, r#"{"query": "{ __typename }"}"#)
    };

    for _ in 0..3 {
        assert_eq!(show("wrong").await.status, 401);
    }
    let fourth = show("wrong").await;

    assert_eq!((fourth.status, fourth.code()), (429, "RATE_LIMITED"));
    assert_eq!(fourth.header("retry-after"), "20");
    assert_eq!(show("good").await.status, 200);
}
