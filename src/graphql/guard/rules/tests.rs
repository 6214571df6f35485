//! What each rule refuses, and what comes close and passes.

use async_graphql::parser::parse_query;

use super::*;
use crate::graphql::guard::{Code, testing};

fn refused(query: &str) -> bool {
    let index = Index::read(&testing::sdl()).unwrap();
    let outcome = check(&index, &parse_query(query).unwrap());
    assert!(
        outcome
            .as_ref()
            .is_err_and(|error| error.code == Code::GraphqlValidationFailed)
            || outcome.is_ok()
    );
    outcome.is_err()
}

#[test]
fn variables_stand_only_where_their_type_may() {
    assert!(refused("query ($n: Int) { echo(number: $n) }"));
    assert!(refused("query ($n: String!) { echo(number: $n) }"));
    assert!(refused(
        "query ($n: [Int]) { people(first: $n) { totalCount } }"
    ));
    assert!(refused(
        "query ($t: Int) { people(filter: {all: [{text: $t}]}) { totalCount } }"
    ));
    assert!(refused(
        "query ($id: ID) { personBy(by: {id: $id}) { name } }"
    ));
    assert!(refused(
        "query ($b: Boolean) { ...f } fragment f on Query { person @include(if: $b) { name } }"
    ));

    assert!(!refused("query ($n: Int = 1) { echo(number: $n) }"));
    assert!(!refused(
        "query ($f: Boolean) { echo(number: 1, flag: $f) }"
    ));
    assert!(!refused(
        "query ($id: ID!) { personBy(by: {id: $id}) { name } nodes(ids: [$id]) { name } }"
    ));
    assert!(!refused(
        "query ($m: Mood, $f: [PersonFilter!]) { people(filter: {mood: $m, all: $f}) { totalCount } }"
    ));
}

#[test]
fn type_name_takes_nothing() {
    assert!(refused("{ __typename(a: 1) }"));
    assert!(refused("{ __typename { a } }"));
    assert!(refused("{ __typename @what }"));
    assert!(!refused("{ __typename @skip(if: false) }"));
}

#[test]
fn a_subscription_selects_one_field() {
    assert!(refused("subscription { a b }"));
    assert!(refused(
        "subscription { a ...f } fragment f on Subscription { b }"
    ));
    assert!(refused("subscription { __typename }"));
    assert!(!refused(
        "subscription { a ...f } fragment f on Subscription { a }"
    ));
}

#[test]
fn a_fragment_is_not_named_on() {
    assert!(refused(
        "{ person { ...f } } fragment f on Person { name } fragment on on Person { name }"
    ));
}
