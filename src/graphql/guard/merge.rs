//! Fields that meet under one name in an answer must be the same field. Where they are not, the
//! library keeps one of the values and drops the other without a word.

use async_graphql::{
    Name, Positioned,
    indexmap::IndexMap,
    parser::types::{BaseType, ExecutableDocument, Field, Selection, SelectionSet, Type},
};
use async_graphql_value::Value as Literal;

use super::{
    Code, GuardError,
    index::{self, Index, base},
};

/// How many selections may be compared in all.
const MAX_STEPS: usize = 50_000;
/// How often one name may be selected at one place: each time runs its resolver anew.
const MAX_REPEATS: usize = 100;

/// A field as it is selected somewhere.
#[derive(Clone, Copy)]
pub(super) struct Entry<'a> {
    pub(super) field: &'a Positioned<Field>,
    parent: &'a str,
}

/// The fields of a place by the name they have in the answer.
type Merged<'a> = IndexMap<&'a str, Vec<Entry<'a>>>;

/// Refuses fields that cannot be merged.
pub(super) fn check(
    index: &Index,
    document: &ExecutableDocument,
    set: &SelectionSet,
    root: &str,
) -> Result<(), GuardError> {
    let mut check = Check {
        index,
        document,
        steps: 0,
    };
    check.place(&[(set, root)])
}

/// The fields of one selection set, its fragments written out.
pub(super) fn collect<'a>(
    document: &'a ExecutableDocument,
    set: &'a SelectionSet,
    parent: &'a str,
) -> Merged<'a> {
    let mut merged = Merged::new();
    gather(document, set, parent, &mut Vec::new(), &mut merged);
    merged
}

fn gather<'a>(
    document: &'a ExecutableDocument,
    set: &'a SelectionSet,
    parent: &'a str,
    spread: &mut Vec<&'a Name>,
    merged: &mut Merged<'a>,
) {
    for selection in &set.items {
        match &selection.node {
            Selection::Field(field) => {
                merged
                    .entry(&field.node.response_key().node)
                    .or_default()
                    .push(Entry { field, parent });
            }
            Selection::InlineFragment(inline) => {
                let on = inline.node.type_condition.as_ref();
                let parent = on.map_or(parent, |on| on.node.on.node.as_str());
                gather(
                    document,
                    &inline.node.selection_set.node,
                    parent,
                    spread,
                    merged,
                );
            }
            Selection::FragmentSpread(name) => {
                let name = &name.node.fragment_name.node;
                if let Some(fragment) = document.fragments.get(name)
                    && !spread.contains(&name)
                {
                    spread.push(name);
                    let on = &fragment.node.type_condition.node.on.node;
                    gather(
                        document,
                        &fragment.node.selection_set.node,
                        on,
                        spread,
                        merged,
                    );
                }
            }
        }
    }
}

struct Check<'a> {
    index: &'a Index,
    document: &'a ExecutableDocument,
    steps: usize,
}

impl<'a> Check<'a> {
    /// Looks at one place of the answer, where all these selection sets meet.
    fn place(&mut self, sets: &[(&'a SelectionSet, &'a str)]) -> Result<(), GuardError> {
        let mut merged = Merged::new();
        let mut spread = Vec::new();
        for (set, parent) in sets {
            gather(self.document, set, parent, &mut spread, &mut merged);
        }
        for (name, entries) in merged {
            self.steps += entries.len();
            if self.steps > MAX_STEPS || entries.len() > MAX_REPEATS {
                let message = format!("The field \"{name}\" is selected too often.");
                return Err(
                    GuardError::new(Code::QueryTooComplex, message).at(entries[0].field.pos)
                );
            }
            for (position, one) in entries.iter().enumerate() {
                for other in &entries[..position] {
                    self.pair(name, one, other)?;
                }
            }
            self.below(&entries)?;
        }
        Ok(())
    }

    /// Goes into the fields of one name: together for each object that they may meet on.
    fn below(&mut self, entries: &[Entry<'a>]) -> Result<(), GuardError> {
        let mut objects: Vec<_> = entries
            .iter()
            .map(|entry| entry.parent)
            .filter(|name| self.index.is_object(name))
            .collect();
        objects.sort_unstable();
        objects.dedup();
        if objects.is_empty() {
            objects.push("");
        }
        for object in objects {
            let met = entries
                .iter()
                .filter(|entry| entry.parent == object || !self.index.is_object(entry.parent));
            let sets: Vec<_> = met
                .filter(|entry| !entry.field.node.selection_set.node.items.is_empty())
                .map(|entry| {
                    (
                        &entry.field.node.selection_set.node,
                        self.type_of(entry).map_or("", base),
                    )
                })
                .collect();
            if !sets.is_empty() {
                self.place(&sets)?;
            }
        }
        Ok(())
    }

    fn type_of(&self, entry: &Entry<'a>) -> Option<&'a Type> {
        let found: Option<&'a index::Field> =
            self.index.field(entry.parent, &entry.field.node.name.node);
        found.map(|found| &found.ty)
    }

    fn pair(&self, name: &str, one: &Entry<'a>, other: &Entry<'a>) -> Result<(), GuardError> {
        if std::ptr::eq(one.field, other.field) {
            return Ok(());
        }
        let conflict = |why: &str| {
            let message = format!(
                "Fields \"{name}\" conflict because {why}. Use different aliases to fetch both."
            );
            Err(GuardError::invalid(message)
                .at(other.field.pos)
                .at(one.field.pos))
        };
        let (left, right) = (&one.field.node, &other.field.node);
        let may_meet = one.parent == other.parent
            || !self.index.is_object(one.parent)
            || !self.index.is_object(other.parent);
        if may_meet && left.name.node != right.name.node {
            return conflict(&format!(
                "\"{}\" and \"{}\" are different fields",
                right.name.node, left.name.node
            ));
        }
        if may_meet && !same_arguments(left, right) {
            return conflict("they have differing arguments");
        }
        match (self.type_of(one), self.type_of(other)) {
            (Some(left), Some(right)) if !self.same_shape(left, right) => conflict(&format!(
                "they return conflicting types \"{right}\" and \"{left}\""
            )),
            _ => Ok(()),
        }
    }

    /// Whether a client can hold both in one place.
    fn same_shape(&self, one: &Type, other: &Type) -> bool {
        let inner = match (&one.base, &other.base) {
            (BaseType::List(one), BaseType::List(other)) => self.same_shape(one, other),
            (BaseType::Named(one), BaseType::Named(other)) => {
                one == other || (self.index.is_composite(one) && self.index.is_composite(other))
            }
            _ => false,
        };
        inner && one.nullable == other.nullable
    }
}

fn same_arguments(one: &Field, other: &Field) -> bool {
    one.arguments.len() == other.arguments.len()
        && one.arguments.iter().all(|(name, value)| {
            other
                .get_argument(&name.node)
                .is_some_and(|other| same_value(&value.node, &other.node))
        })
}

fn same_value(one: &Literal, other: &Literal) -> bool {
    // The fields of an input object may come in any order, which is what the map compares too.
    one == other
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;

    use super::*;
    use crate::graphql::guard::testing;

    fn outcome(query: &str) -> Option<Code> {
        let index = Index::read(&testing::sdl()).unwrap();
        let document = parse_query(query).unwrap();
        let set = &document
            .operations
            .iter()
            .next()
            .unwrap()
            .1
            .node
            .selection_set
            .node;
        check(&index, &document, set, "Query")
            .err()
            .map(|error| error.code)
    }

    #[test]
    fn one_name_is_one_field() {
        let refused = [
            "{ a: person { name } a: __typename }",
            "{ person { a: name a: age } }",
            "{ person { a: name } person { a: age } }",
            "{ person { a: name ...f } } fragment f on Person { a: age }",
            "{ people(first: 1) { totalCount } people(first: 2) { totalCount } }",
            "query ($n: Int) { people(first: $n) { totalCount } people(first: 1) { totalCount } }",
            "{ beings { a: name ... on Robot { a: age } } }",
            "{ beings { ... on Person { a: name } ... on Robot { a: age } } }",
            "{ beings { ... on Robot { b: maker { a: name } } ... on Robot { b: maker { a: age } } } }",
        ];
        for query in refused {
            assert_eq!(
                outcome(query),
                Some(Code::GraphqlValidationFailed),
                "{query}"
            );
        }
    }

    #[test]
    fn the_same_field_may_be_selected_again_and_objects_that_never_meet_may_differ() {
        let accepted = [
            "{ person { name } person { name best { name } } ...f } fragment f on Query { person { age } }",
            "{ people(filter: {text: \"a\", mood: SAD}, first: 1) { totalCount } people(first: 1, filter: {mood: SAD, text: \"a\"}) { totalCount } }",
            "{ beings { ... on Person { age(inDays: true) } ... on Robot { age } } }",
            "{ beings { ... on Person { b: best { a: name } } ... on Robot { b: maker { a: age } } } }",
        ];
        for query in accepted {
            assert_eq!(outcome(query), None, "{query}");
        }
    }

    #[test]
    fn a_field_is_not_selected_hundreds_of_times() {
        assert_eq!(
            outcome(&format!("{{ {} }}", "__typename ".repeat(101))),
            Some(Code::QueryTooComplex)
        );
    }
}
