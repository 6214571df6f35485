//! A caller of the API.

use axum::{
    Router,
    body::Body,
    http::{HeaderMap, Request, StatusCode},
};
use http_body_util::BodyExt;
use rapport::store::Database;
use serde_json::{Value, json};
use tower::ServiceExt;

/// A caller with a token.
#[derive(Clone)]
pub(crate) struct Client {
    router: Router,
    database: Database,
    token: String,
}

/// What the server answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Value,
    /// The body as it came, for the order of its keys.
    pub(crate) text: String,
    /// How many statements it cost, if nothing else ran on this database meanwhile.
    pub(crate) statements: u64,
}

impl Client {
    pub(super) fn new(router: Router, database: Database, token: String) -> Self {
        Self {
            router,
            database,
            token,
        }
    }

    /// Sends any request, without the token.
    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        let before = self.database.statements();
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        Answer {
            status: parts.status,
            headers: parts.headers,
            body: serde_json::from_slice(&bytes).unwrap_or(Value::Null),
            text: String::from_utf8_lossy(&bytes).into_owned(),
            statements: self.database.statements() - before,
        }
    }

    /// The caller's token, for requests made by hand.
    pub(crate) fn token(&self) -> &str {
        &self.token
    }

    /// Runs a document. Every error must have a code.
    pub(crate) async fn run(&self, document: &str, variables: Value) -> Answer {
        let body = json!({ "query": document, "variables": variables }).to_string();
        let request = Request::post("/graphql")
            .header("authorization", format!("Bearer {}", self.token))
            .header("content-type", "application/json")
            .body(Body::from(body))
            .unwrap();
        let answer = self.send(request).await;
        for error in answer.errors() {
            assert!(
                error["extensions"]["code"].is_string(),
                "an error without a code: {error}"
            );
        }
        answer
    }

    /// The data of a document that must succeed.
    pub(crate) async fn query(&self, document: &str) -> Value {
        self.query_with(document, json!({})).await
    }

    /// The data of a document that must succeed with these variables.
    pub(crate) async fn query_with(&self, document: &str, variables: Value) -> Value {
        let mut answer = self.run(document, variables).await;
        assert_eq!(answer.errors(), &[] as &[Value], "{document}");
        answer.body["data"].take()
    }

    /// The payload of a mutation that must succeed. `selection` is what is wanted of it.
    pub(crate) async fn mutate(&self, name: &str, input: Value, selection: &str) -> Value {
        let (payload, refusals) = self.attempt(name, input, selection).await;
        assert_eq!(refusals, Vec::<Value>::new(), "{name}");
        payload
    }

    /// The user errors of a mutation that must be refused: code and path of each.
    pub(crate) async fn refused(&self, name: &str, input: Value) -> Vec<(String, String)> {
        let (_, refusals) = self.attempt(name, input, "__typename").await;
        assert!(!refusals.is_empty(), "{name} was not refused");
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let path = |refusal: &Value| {
            let parts: Vec<_> = refusal["path"]
                .as_array()
                .unwrap()
                .iter()
                .map(text)
                .collect();
            parts.join(".")
        };
        refusals
            .iter()
            .map(|refusal| (text(&refusal["code"]), path(refusal)))
            .collect()
    }

    /// The code of the one error of a mutation that must not run at all.
    pub(crate) async fn denied(&self, name: &str, input: Value) -> String {
        let document = mutation(name, "__typename");
        self.run(&document, json!({ "input": input })).await.code()
    }

    async fn attempt(&self, name: &str, input: Value, selection: &str) -> (Value, Vec<Value>) {
        let selection = format!("{selection} userErrors {{ code message path }}");
        let document = mutation(name, &selection);
        let mut data = self.query_with(&document, json!({ "input": input })).await;
        let mut payload = data[name].take();
        let refusals = payload["userErrors"].take();
        (payload, refusals.as_array().cloned().unwrap_or_default())
    }
}

/// A document with one mutation. Its input type is named after it, but for the two hats' own.
fn mutation(name: &str, selection: &str) -> String {
    let input = input_type(name);
    format!("mutation ($input: {input}!) {{ {name}(input: $input) {{ {selection} }} }}")
}

/// The input type of a mutation.
pub(crate) fn input_type(name: &str) -> String {
    let (first, rest) = name.split_at(1);
    match name {
        "addHat" | "dropHat" => "HatInput".to_owned(),
        _ => format!("{}{rest}Input", first.to_uppercase()),
    }
}

impl Answer {
    /// The errors, if there are any.
    pub(crate) fn errors(&self) -> &[Value] {
        self.body["errors"].as_array().map_or(&[], Vec::as_slice)
    }

    /// The code of the only error.
    pub(crate) fn code(&self) -> String {
        let [error] = self.errors() else {
            panic!("not one error: {:?}", self.body)
        };
        error["extensions"]["code"]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    }
}
