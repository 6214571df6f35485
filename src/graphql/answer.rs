//! The finished answer: every error has a code and its whole path, what is ours to mend is masked
//! and carries the request id. It is made after execution, because an extension of the schema
//! would slow down every field of every query.

use async_graphql::{PathSegment, Response, ServerError, Value};
use serde::Serialize;

use super::code::Code;

/// Where an error made by a resolver keeps its whole path: the library cuts it short at each list.
pub const PATH_KEY: &str = "__path";

/// What is said of a failure that is ours to mend.
pub const MASK: &str = "something went wrong on our side";

/// How many errors an answer tells.
const MAX_ERRORS: usize = 20;

/// What a request cost, for `extensions.cost`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CostReport {
    /// The points that this operation cost.
    pub requested: u64,
    /// The points that the caller may still spend at once.
    pub remaining: u64,
    /// The points that the caller regains in a second.
    pub restore_rate: u64,
}

/// The answer to one operation.
#[derive(Debug)]
pub struct Answer {
    /// Missing where the operation was refused before it began.
    data: Option<Value>,
    errors: Vec<ServerError>,
    cost: Option<CostReport>,
}

#[derive(Serialize)]
struct Body<'a> {
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    errors: &'a [ServerError],
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<&'a Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    extensions: Option<Extensions>,
}

#[derive(Serialize)]
struct Extensions {
    cost: CostReport,
}

impl Answer {
    /// Finishes what the library answered.
    pub fn finish(response: Response, request_id: &str) -> Self {
        let mut errors = response.errors;
        errors.truncate(MAX_ERRORS);
        for error in &mut errors {
            finish_error(error, request_id);
        }
        let began =
            response.data != Value::Null || errors.iter().any(|error| !error.path.is_empty());
        let data = (began || errors.is_empty()).then_some(response.data);
        Self {
            data,
            errors,
            cost: None,
        }
    }

    /// The answer to an operation that was refused.
    pub fn refused(
        code: Code,
        message: impl Into<String>,
        locations: Vec<async_graphql::Pos>,
    ) -> Self {
        let mut error = ServerError::new(message, None);
        error.locations = locations;
        set(&mut error, "code", code.word());
        Self {
            data: None,
            errors: vec![error],
            cost: None,
        }
    }

    /// Tells the cost as well.
    #[must_use]
    pub fn with_cost(self, cost: Option<CostReport>) -> Self {
        Self { cost, ..self }
    }

    /// Tells where a failure of ours stands in the log.
    #[must_use]
    pub fn with_request_id(mut self, request_id: &str) -> Self {
        for error in &mut self.errors {
            let code = error
                .extensions
                .as_ref()
                .and_then(|extensions| extensions.get("code"));
            if code == Some(&Value::from(Code::InternalServerError.word())) {
                set(error, "requestId", request_id);
            }
        }
        self
    }

    /// Whether the operation was refused before it began.
    pub fn is_refusal(&self) -> bool {
        self.data.is_none()
    }

    /// What went wrong.
    pub fn errors(&self) -> &[ServerError] {
        &self.errors
    }
}

impl Serialize for Answer {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let extensions = self.cost.map(|cost| Extensions { cost });
        Body {
            errors: &self.errors,
            data: self.data.as_ref(),
            extensions,
        }
        .serialize(serializer)
    }
}

fn finish_error(error: &mut ServerError, request_id: &str) {
    if let Some(extensions) = &mut error.extensions {
        if let Some(path) = extensions.get(PATH_KEY).and_then(whole_path) {
            error.path = path;
        }
        extensions.unset(PATH_KEY);
    }
    let code = error
        .extensions
        .as_ref()
        .and_then(|extensions| extensions.get("code"));
    match code {
        Some(Value::String(code)) if code == Code::InternalServerError.word() => {
            MASK.clone_into(&mut error.message);
            set(error, "requestId", request_id);
        }
        Some(_) => {}
        None => {
            let code = code_of_unmarked(error);
            if code == Code::InternalServerError {
                tracing::error!(
                    request_id,
                    cause = error.message,
                    "a field failed on our side"
                );
                MASK.clone_into(&mut error.message);
                set(error, "requestId", request_id);
            }
            set(error, "code", code.word());
        }
    }
}

/// The code of an error that the library made, for it gives none. The texts are those of the
/// version we pin; a test holds them.
fn code_of_unmarked(error: &ServerError) -> Code {
    let message = error.message.as_str();
    if error.path.is_empty() {
        return if message.starts_with("The recursion depth") {
            Code::QueryTooDeep
        } else if message.starts_with("Unknown operation")
            || message.starts_with("Operation name required")
        {
            Code::OperationResolutionFailure
        } else {
            Code::GraphqlValidationFailed
        };
    }
    // What a resolver failed with has a source; what the library could not read has none.
    let unreadable = [
        "Failed to parse \"",
        "Expected input type \"",
        "Invalid value for argument \"",
        "Variable ",
    ];
    if error.source.is_none() && unreadable.iter().any(|start| message.starts_with(start)) {
        Code::BadUserInput
    } else {
        Code::InternalServerError
    }
}

fn set(error: &mut ServerError, key: &str, value: &str) {
    error.extensions.get_or_insert_default().set(key, value);
}

fn whole_path(value: &Value) -> Option<Vec<PathSegment>> {
    let Value::List(segments) = value else {
        return None;
    };
    segments
        .iter()
        .map(|segment| match segment {
            Value::String(name) => Some(PathSegment::Field(name.clone())),
            Value::Number(index) => usize::try_from(index.as_u64()?)
                .ok()
                .map(PathSegment::Index),
            _ => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value as Json, json};

    use super::*;
    use crate::graphql::guard::testing;

    async fn answer(query: &str) -> Json {
        let response = testing::schema().execute(query).await;
        serde_json::to_value(Answer::finish(response, "r1")).unwrap()
    }

    #[tokio::test]
    async fn an_unmarked_failure_is_masked() {
        let answer = answer("{ person { name } fails }").await;

        assert_eq!(
            answer["data"],
            json!({"person": {"name": "Ada"}, "fails": null})
        );
        let error = &answer["errors"][0];
        assert_eq!(error["message"], MASK);
        assert_eq!(error["path"], json!(["fails"]));
        assert_eq!(
            error["extensions"],
            json!({"code": "INTERNAL_SERVER_ERROR", "requestId": "r1"})
        );
    }

    #[tokio::test]
    async fn what_the_library_refuses_has_a_code_and_no_data() {
        let deep = testing::nested("best", 40, "name");
        let cases = [
            ("{ nothing }".to_owned(), "GRAPHQL_VALIDATION_FAILED"),
            (
                "{ echo(number: \"a\") }".to_owned(),
                "GRAPHQL_VALIDATION_FAILED",
            ),
            (
                "query A { person { name } } query B { person { name } }".to_owned(),
                "OPERATION_RESOLUTION_FAILURE",
            ),
            (format!("{{ person {deep} }}"), "QUERY_TOO_DEEP"),
        ];
        for (query, code) in cases {
            let answer = answer(&query).await;
            assert_eq!(answer["errors"][0]["extensions"]["code"], code, "{query}");
            assert!(answer.get("data").is_none(), "{query}");
        }
    }

    #[tokio::test]
    async fn a_value_the_library_cannot_read_is_the_callers() {
        let answer = answer("query ($n: Int!) { echo(number: $n) }").await;

        assert_eq!(answer["errors"][0]["extensions"]["code"], "BAD_USER_INPUT");
    }

    #[test]
    fn the_whole_path_takes_the_place_of_the_short_one() {
        let mut error =
            ServerError::new("no", None).with_path(vec![PathSegment::Field("people".into())]);
        let extensions = error.extensions.get_or_insert_default();
        extensions.set("code", "FORBIDDEN");
        extensions.set(
            PATH_KEY,
            Value::List(vec!["people".into(), 6.into(), "name".into()]),
        );

        let answer = Answer::finish(Response::from_errors(vec![error]), "r1");

        let answer = serde_json::to_value(answer).unwrap();
        assert_eq!(answer["errors"][0]["path"], json!(["people", 6, "name"]));
        assert_eq!(
            answer["errors"][0]["extensions"],
            json!({"code": "FORBIDDEN"})
        );
        assert_eq!(answer["data"], Json::Null);
    }

    #[test]
    fn only_so_many_errors_are_told() {
        let errors = vec![ServerError::new("no", None); 50];

        assert_eq!(
            Answer::finish(Response::from_errors(errors), "r1")
                .errors()
                .len(),
            MAX_ERRORS
        );
    }
}
