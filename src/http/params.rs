//! What a request asks for: the parameters of GraphQL over HTTP, from a body or from an address.

use async_graphql::Variables;
use serde_json::{Map, Value as Json};

use super::problem::Problem;
use crate::graphql::code::Code;

/// The parameters of one operation.
#[derive(Debug)]
pub(super) struct Params {
    pub(super) query: String,
    pub(super) operation_name: Option<String>,
    pub(super) variables: Variables,
    /// Whether `extensions: {cost: true}` asks to be told the cost.
    pub(super) wants_cost: bool,
}

/// One operation or a batch.
#[derive(Debug)]
pub(super) enum Asked {
    /// One, as an object.
    One(Params),
    /// Several, as an array.
    Batch(Vec<Params>),
}

fn bad(message: impl Into<std::borrow::Cow<'static, str>>) -> Problem {
    Problem::new(Code::BadRequest, message)
}

/// Reads a body.
pub(super) fn from_body(body: &[u8], max_batch: usize) -> Result<Asked, Problem> {
    let json = serde_json::from_slice(body).map_err(|error| {
        bad(format!(
            "The body is not JSON: line {}, column {}.",
            error.line(),
            error.column()
        ))
    })?;
    match json {
        Json::Object(object) => from_object(object).map(Asked::One),
        Json::Array(items) if items.is_empty() || items.len() > max_batch => Err(Problem::new(
            Code::BatchTooLarge,
            format!("A batch has between 1 and {max_batch} operations."),
        )),
        Json::Array(items) => {
            let each = items.into_iter().map(|item| match item {
                Json::Object(object) => from_object(object),
                _ => Err(bad("Each entry of a batch must be a JSON object.")),
            });
            each.collect::<Result<_, _>>().map(Asked::Batch)
        }
        _ => Err(bad("The body must be a JSON object, or an array of them.")),
    }
}

fn from_object(mut object: Map<String, Json>) -> Result<Params, Problem> {
    let mut take = |name: &str| object.remove(name).filter(|value| !value.is_null());
    let query = match take("query") {
        Some(Json::String(query)) => query,
        Some(_) => return Err(bad("`query` must be a string.")),
        None => return Err(bad("`query` is missing.")),
    };
    let operation_name = match take("operationName") {
        Some(Json::String(name)) => Some(name),
        Some(_) => return Err(bad("`operationName` must be a string.")),
        None => None,
    };
    let variables = match take("variables") {
        Some(variables @ Json::Object(_)) => Variables::from_json(variables),
        Some(_) => return Err(bad("`variables` must be an object.")),
        None => Variables::default(),
    };
    let wants_cost = match take("extensions") {
        Some(Json::Object(extensions)) => extensions.get("cost") == Some(&Json::Bool(true)),
        Some(_) => return Err(bad("`extensions` must be an object.")),
        None => false,
    };
    // Some clients send an empty name where they mean none.
    let operation_name = operation_name.filter(|name| !name.is_empty());
    Ok(Params {
        query,
        operation_name,
        variables,
        wants_cost,
    })
}

/// Reads the address of a GET.
pub(super) fn from_address(query: &str) -> Result<Params, Problem> {
    let mut object = Map::new();
    for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
        let value = match &*name {
            "query" | "operationName" => Json::String(value.into_owned()),
            "variables" | "extensions" if value.is_empty() => Json::Null,
            "variables" | "extensions" => {
                serde_json::from_str(&value).map_err(|_| bad(format!("`{name}` is not JSON.")))?
            }
            _ => continue,
        };
        if object.insert(name.to_string(), value).is_some() {
            return Err(bad(format!("`{name}` is given twice.")));
        }
    }
    from_object(object)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn one(body: &Json) -> Result<Params, Code> {
        match from_body(body.to_string().as_bytes(), 10) {
            Ok(Asked::One(params)) => Ok(params),
            Ok(Asked::Batch(_)) => panic!("one operation is no batch"),
            Err(problem) => Err(problem.code()),
        }
    }

    #[test]
    fn null_is_as_good_as_nothing() {
        let params = one(
            &json!({"query": "q", "variables": null, "operationName": null, "extensions": null}),
        );

        let params = params.unwrap();
        assert_eq!(
            (
                params.query.as_str(),
                params.operation_name,
                params.wants_cost
            ),
            ("q", None, false)
        );
        assert!(
            one(&json!({"query": "q", "extensions": {"cost": true}}))
                .unwrap()
                .wants_cost
        );
    }

    #[test]
    fn parameters_of_the_wrong_kind_are_refused() {
        for name in ["query", "operationName", "variables", "extensions"] {
            for value in [json!(0), json!(false), json!(["a"])] {
                let mut body = json!({"query": "q"});
                body[name] = value;
                assert_eq!(one(&body).unwrap_err(), Code::BadRequest, "{body}");
            }
        }
        for body in [json!({}), json!({"query": null}), json!("q"), json!(null)] {
            assert_eq!(one(&body).unwrap_err(), Code::BadRequest, "{body}");
        }
    }

    #[test]
    fn a_batch_is_bounded() {
        let batch = |n: usize| {
            from_body(
                json!(vec![json!({"query": "q"}); n]).to_string().as_bytes(),
                10,
            )
        };

        assert!(matches!(batch(10), Ok(Asked::Batch(all)) if all.len() == 10));
        assert_eq!(batch(11).unwrap_err().code(), Code::BatchTooLarge);
        assert_eq!(batch(0).unwrap_err().code(), Code::BatchTooLarge);
        assert_eq!(from_body(b"[1]", 10).unwrap_err().code(), Code::BadRequest);
    }

    #[test]
    fn an_address_carries_the_same() {
        let params =
            from_address("query=%7Ba%7D&variables=%7B%22n%22%3A1%7D&operationName=&x=1").unwrap();

        assert_eq!(params.query, "{a}");
        assert_eq!(
            params.variables.into_value().into_json().unwrap(),
            json!({"n": 1})
        );
        assert_eq!(
            from_address("query=a&query=b").unwrap_err().code(),
            Code::BadRequest
        );
        assert_eq!(
            from_address("query=a&variables=%7B").unwrap_err().code(),
            Code::BadRequest
        );
        assert_eq!(from_address("").unwrap_err().code(), Code::BadRequest);
    }
}
