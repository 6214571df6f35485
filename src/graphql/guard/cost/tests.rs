//! The table of prices.

use async_graphql::parser::parse_query;
use serde_json::{Value as Json, json};

use super::*;
use crate::graphql::guard::{index::Index, testing};

fn priced(query: &str, variables: Json) -> u64 {
    let index = Index::read(&testing::sdl()).unwrap();
    let document = parse_query(query).unwrap();
    let operation = &document.operations.iter().next().unwrap().1.node;
    Cost::read(&index, &document, operation).of(&Variables::from_json(variables))
}

#[test]
fn a_page_costs_its_size_however_the_size_is_said() {
    let cases = [
        ("{ people(first: 50) { nodes { name } } }", json!({}), 51),
        ("{ people { nodes { name } } }", json!({}), 21),
        (
            "{ people(last: 7) { edges { cursor node { name } } } }",
            json!({}),
            8,
        ),
        (
            "{ people(first: 5, last: 9) { nodes { name } } }",
            json!({}),
            10,
        ),
        ("{ people(first: null) { nodes { name } } }", json!({}), 21),
        (
            "query ($n: Int) { people(first: $n) { nodes { name } } }",
            json!({"n": 50}),
            51,
        ),
        (
            "query ($n: Int) { people(first: $n) { nodes { name } } }",
            json!({"n": null}),
            21,
        ),
        (
            "query ($n: Int) { people(first: $n) { nodes { name } } }",
            json!({}),
            21,
        ),
        (
            "{ ...q } fragment q on Query { people(first: 50) { ...c } } fragment c on PersonConnection { nodes { name } }",
            json!({}),
            51,
        ),
        ("{ people(first: -1) { nodes { name } } }", json!({}), 1),
        (
            "{ people { pageInfo { hasNextPage } totalCount } }",
            json!({}),
            12,
        ),
    ];
    for (query, variables, cost) in cases {
        assert_eq!(priced(query, variables), cost, "{query}");
    }
}

#[test]
fn nested_pages_multiply_and_aliases_count() {
    let nested = "{ people(first: 20) { nodes { people(first: 20) { nodes { best { name } } totalCount } } } }";

    assert_eq!(priced(nested, json!({})), 1 + 20 * (1 + 1 + 20 * 2 + 10));
    assert_eq!(
        priced(
            "{ a: person { name } b: person { name } person { best { name } } }",
            json!({})
        ),
        4
    );
}

#[test]
fn lists_are_priced_by_what_names_or_bounds_them() {
    let cases = [
        ("{ person { friends { name } tags } }", json!({}), 4),
        (
            "{ beings { name ... on Person { friends { name } } ... on Robot { maker { name } } } }",
            json!({}),
            3 * (1 + 3 + 1),
        ),
        ("{ nodes(ids: [\"a\", \"b\"]) { name } }", json!({}), 2),
        (
            "query ($ids: [ID!]!) { nodes(ids: $ids) { best { name } } }",
            json!({"ids": ["a", "b", "c"]}),
            6,
        ),
        ("{ __schema { types { name } } }", json!({}), 0),
        (
            "{ __typename unknown { more } echo(number: 1) }",
            json!({}),
            0,
        ),
    ];
    for (query, variables, cost) in cases {
        assert_eq!(priced(query, variables), cost, "{query}");
    }
}

#[test]
fn searches_and_mutations_are_dear() {
    let filter = "query ($f: PersonFilter) { people(first: 1, filter: $f) { nodes { name } } }";
    let text =
        "query ($t: String) { people(first: 1, filter: {all: [{text: $t}]}) { nodes { name } } }";
    let cases = [
        (
            "{ people(first: 1, filter: {text: \"ada\"}) { nodes { name } } }",
            json!({}),
            12,
        ),
        (
            "{ people(first: 1, filter: {mood: GLAD}) { nodes { name } } }",
            json!({}),
            2,
        ),
        (filter, json!({"f": {"text": "ada"}}), 12),
        (filter, json!({"f": {"all": [{"text": "ada"}]}}), 12),
        (filter, json!({"f": {"text": null}}), 2),
        (filter, json!({}), 2),
        (text, json!({"t": "ada"}), 12),
        (text, json!({"t": null}), 2),
        ("{ echo(number: 1, text: \"ada\") }", json!({}), 10),
        (
            "mutation { rename(name: \"b\") { name friends { name } } }",
            json!({}),
            13,
        ),
    ];
    for (query, variables, cost) in cases {
        assert_eq!(priced(query, variables), cost, "{query}");
    }
}

#[test]
fn a_walk_costs_its_steps() {
    let by_variable = "query ($n: Int!) { walk(depth: $n) { name } }";
    let cases = [
        ("{ walk(depth: 4) { name } }", json!({}), 41),
        ("{ walk { best { name } } }", json!({}), 22),
        (by_variable, json!({"n": 3}), 31),
    ];
    for (query, variables, cost) in cases {
        assert_eq!(priced(query, variables), cost, "{query}");
    }
}

#[test]
fn what_is_left_out_is_free() {
    let query = "query ($with: Boolean!) { person { best @include(if: $with) { name } ... @skip(if: $with) { friends { name } } } }";

    assert_eq!(priced(query, json!({"with": true})), 2);
    assert_eq!(priced(query, json!({"with": false})), 4);
    assert_eq!(
        priced(
            "{ person { name } best: person @skip(if: true) { name } }",
            json!({})
        ),
        1
    );
}

#[test]
fn a_price_never_overflows() {
    let deep = "people(first: 1000) { nodes { ";
    let query = format!("{{ {} name {} }}", deep.repeat(12), "} }".repeat(12));

    assert_eq!(priced(&query, json!({})), u64::MAX);
}
