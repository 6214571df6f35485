//! The door as a whole: its codes, and that what passes runs as it was counted.

use serde_json::{Value as Json, json};

use super::*;

fn guard() -> Guard {
    Guard::new(&testing::sdl(), Limits::default()).unwrap()
}

fn code(query: &str, name: Option<&str>, variables: Json) -> Code {
    guard()
        .check(query, name, Variables::from_json(variables))
        .unwrap_err()
        .code
}

#[test]
fn every_refusal_has_its_code() {
    let none = || json!({});
    let two = "query A { __typename } query B { __typename }";
    let pages = format!(
        "{{ {} name {} }}",
        "people(first: 100) { nodes { ".repeat(3),
        "} }".repeat(3)
    );

    assert_eq!(code("{", None, none()), Code::GraphqlParseFailed);
    assert_eq!(code("", None, none()), Code::GraphqlParseFailed);
    assert_eq!(
        code("{ a: person { name } a: __typename }", None, none()),
        Code::GraphqlValidationFailed
    );
    assert_eq!(
        code(
            "query ($id: ID!) { nodes(ids: [$id]) { name } }",
            None,
            none()
        ),
        Code::BadUserInput
    );
    assert_eq!(code(two, None, none()), Code::OperationResolutionFailure);
    assert_eq!(
        code(two, Some("C"), none()),
        Code::OperationResolutionFailure
    );
    assert_eq!(
        code("{ __typename }", Some("A"), none()),
        Code::OperationResolutionFailure
    );
    assert_eq!(
        code(&" ".repeat(300_000), None, none()),
        Code::QueryTooLarge
    );
    assert_eq!(code(&"a ".repeat(5_001), None, none()), Code::TooManyTokens);
    assert_eq!(code(&"{a".repeat(2_000), None, none()), Code::QueryTooDeep);
    assert_eq!(code(&pages, None, none()), Code::QueryTooComplex);
}

#[test]
fn the_price_follows_the_variables_of_each_request() {
    let guard = guard();
    let query = "query ($n: Int = 5) { people(first: $n) { nodes { name } } }";
    let priced = |variables: Json| {
        guard
            .check(query, None, Variables::from_json(variables))
            .unwrap()
            .cost
    };

    assert_eq!(
        [
            priced(json!({})),
            priced(json!({"n": 50})),
            priced(json!({"n": 1}))
        ],
        [6, 51, 2]
    );
}

#[tokio::test]
async fn what_passes_runs_and_defaults_decide_what_is_left_out() {
    let query = "query Q($with: Boolean = true, $x: Int) {
        person { name @include(if: $with) age @skip(if: $with) }
        __typename @include(if: $with) echo(number: 1, text: \"\\uD83D\\uDE00\") @skip(if: $unused)
    } query R { __typename }";
    let query = query
        .replace(" @skip(if: $unused)", "")
        .replace(", $x: Int", "");

    let checked = guard()
        .check(&query, Some("Q"), Variables::from_json(json!({"other": 1})))
        .unwrap();
    let answer = testing::schema().execute(checked.into_request()).await;

    assert_eq!(answer.errors, vec![]);
    let data = answer.data.into_json().unwrap();
    assert_eq!(
        data,
        json!({"person": {"name": "Ada"}, "__typename": "Query", "echo": "1\u{1F600}false"})
    );
}

#[tokio::test]
async fn a_variable_used_only_at_a_type_name_is_used() {
    let query = "query ($b: Boolean!) { person { __typename @include(if: $b) name } }";

    let checked = guard()
        .check(query, None, Variables::from_json(json!({"b": false})))
        .unwrap();
    let answer = testing::schema().execute(checked.into_request()).await;

    assert_eq!(answer.errors, vec![]);
    assert_eq!(
        answer.data.into_json().unwrap(),
        json!({"person": {"name": "Ada"}})
    );
}

#[tokio::test]
async fn the_usual_introspection_passes() {
    let checked = guard()
        .check(testing::INTROSPECTION, None, Variables::default())
        .unwrap();

    assert_eq!(checked.cost, 0);
    assert_eq!(
        testing::schema()
            .execute(checked.into_request())
            .await
            .errors,
        vec![]
    );
}

#[test]
fn the_servers_own_schema_is_understood() {
    let guard = Guard::new(&crate::graphql::sdl(), Limits::default()).unwrap();

    let checked = guard
        .check(testing::INTROSPECTION, None, Variables::default())
        .unwrap();
    let page = guard.check(
        "{ candidates(first: 50) { nodes { id } totalCount } }",
        None,
        Variables::default(),
    );

    assert_eq!(checked.cost, 0);
    assert_eq!(page.unwrap().cost, 1 + 50 + 10);
}

/// Text that is nearly GraphQL: its words and signs in any order, with some that are not.
fn nearly() -> impl proptest::strategy::Strategy<Value = String> {
    let pieces = proptest::sample::select(vec![
        "{",
        "}",
        "(",
        ")",
        "[",
        "]",
        ":",
        "=",
        "!",
        "$n",
        "@skip(if: true)",
        "...",
        "... on Person",
        "query Q",
        "mutation",
        "fragment f on Person",
        "...f",
        "people",
        "first",
        "person",
        "name",
        "by",
        "__typename",
        "__schema",
        "a: name",
        "1",
        "-1.5e9",
        "null",
        "\"",
        "\"\"\"",
        "\\u{1F600}",
        "\\uD83D\\uDE00",
        "\\",
        "#",
        "\n",
        "\u{feff}",
        "\u{e9}",
        "\u{1F600}",
        "\0",
        "&",
        "|",
        ",",
    ]);
    proptest::strategy::Strategy::prop_map(proptest::collection::vec(pieces, 0..60), |pieces| {
        pieces.join(" ")
    })
}

proptest::proptest! {
    #[test]
    fn no_text_makes_it_panic(text in nearly()) {
        let _ = guard().check(&text, None, Variables::default());
        let _ = guard().check(&text.replace(' ', ""), None, Variables::default());
    }
}
