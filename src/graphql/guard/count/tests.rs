//! Documents that ask for too much, and the usual ones that do not.

use async_graphql::parser::parse_query;

use std::fmt::Write;

use super::*;
use crate::graphql::guard::testing;

fn counted(query: &str) -> (Result<Totals, GuardError>, usize) {
    let index = Index::read(&testing::sdl()).unwrap();
    let document = parse_query(query).unwrap();
    let limits = Limits::default();
    let mut counter = Counter {
        index: &index,
        document: &document,
        limits: &limits,
        measured: HashMap::new(),
        visits: 0,
    };
    let operation = document.operations.iter().next().unwrap().1;
    let totals = counter.set(&operation.node.selection_set.node, Place::Type("Query"), 0);
    (
        totals.and_then(|totals| limits.check(&totals).map(|()| totals)),
        counter.visits,
    )
}

fn refusal(query: &str) -> Code {
    counted(query).0.unwrap_err().code
}

#[test]
fn a_bomb_of_doubling_fragments_is_refused_after_one_look_at_each() {
    let mut bomb = "{...f0}".to_owned();
    for level in 0..40 {
        write!(
            bomb,
            "fragment f{level} on Query{{...f{0} ...f{0}}}",
            level + 1
        )
        .unwrap();
    }
    bomb.push_str("fragment f40 on Query{__typename}");

    let (outcome, visits) = counted(&bomb);

    assert_eq!(outcome.unwrap_err().code, Code::QueryTooComplex);
    assert_eq!(visits, 1 + 2 * 40 + 1);
}

#[test]
fn a_long_chain_of_fragments_is_refused_before_it_fills_the_stack() {
    let mut chain = "{...f0}".to_owned();
    for level in 0..500 {
        write!(chain, "fragment f{level} on Query{{...f{}}}", level + 1).unwrap();
    }
    assert_eq!(refusal(&chain), Code::QueryTooDeep);
}

#[test]
fn cycles_are_refused() {
    assert_eq!(
        refusal("{...a} fragment a on Query {...b} fragment b on Query {...a}"),
        Code::GraphqlValidationFailed
    );
    assert_eq!(
        refusal("{...a} fragment a on Query {...a}"),
        Code::GraphqlValidationFailed
    );
}

#[test]
fn depth_reaches_through_fragments() {
    let (totals, _) = counted(
        "{ person { ...p } } fragment p on Person { friends { ... on Person { friends { name } } } }",
    );
    let totals = totals.unwrap();

    assert_eq!(
        (totals.fields, totals.depth, totals.lists, totals.meta_depth),
        (4, 4, 2, 0)
    );
    let deep = format!("{{ person {} }}", testing::nested("best", 11, "name"));
    assert_eq!(refusal(&deep), Code::QueryTooDeep);
    assert_eq!(
        refusal(&format!(
            "{{ person {} }}",
            testing::nested("friends", 5, "name")
        )),
        Code::QueryTooDeep
    );
}

#[test]
fn introspection_has_its_own_depth() {
    let (totals, _) = counted(testing::INTROSPECTION);
    let totals = totals.unwrap();

    assert_eq!((totals.meta_depth, totals.meta_lists), (15, 3));
    assert_eq!(
        refusal(
            "{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }"
        ),
        Code::QueryTooDeep
    );
    assert_eq!(
        refusal(&format!(
            "{{ __type(name: \"A\") {} }}",
            testing::nested("ofType", 14, "name")
        )),
        Code::QueryTooDeep
    );
}

#[test]
fn aliases_directives_and_repetitions_are_counted() {
    let aliases: Vec<_> = (0..101).map(|n| format!("a{n}: __typename")).collect();
    let aliases = aliases.join(" ");
    let directives = "@skip(if: true) ".repeat(11);

    assert_eq!(refusal(&format!("{{ {aliases} }}")), Code::QueryTooComplex);
    assert_eq!(
        refusal(&format!("{{ __typename {directives} }}")),
        Code::QueryTooComplex
    );
}
