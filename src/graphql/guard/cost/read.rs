//! Reads the price of an operation from its document.

use std::{collections::HashMap, sync::Arc};

use async_graphql::{
    Positioned,
    parser::types::{
        Directive, ExecutableDocument, Field, OperationDefinition, OperationType, Selection,
        SelectionSet,
    },
};
use async_graphql_value::Value as Literal;

use super::{Amount, Cost, DEAR, Factor, page_size};
use crate::graphql::guard::index::{self, Index, base, is_list};

/// The page size where neither the query nor the schema says one.
const DEFAULT_PAGE: u64 = 20;
/// How many objects a list is taken to have that says nothing of it.
const PLAIN_LIST: u64 = 3;
/// The arguments that name each object of a list.
const ITEMS: [&str; 2] = ["ids", "representations"];
/// The arguments that bound a list, in a connection and elsewhere.
const PAGE: [&str; 3] = ["first", "last", "limit"];
/// The argument that says how many steps a walk takes.
const STEPS: [&str; 1] = ["depth"];
/// How many steps are taken if neither the query nor the schema says it.
const DEFAULT_STEPS: u64 = 4;

impl Cost {
    /// Reads the price of an operation of a document that was counted and found bounded.
    pub(in crate::graphql::guard) fn read(
        index: &Index,
        document: &ExecutableDocument,
        operation: &OperationDefinition,
    ) -> Arc<Self> {
        let mut reader = Reader {
            index,
            document,
            fragments: HashMap::new(),
        };
        let root = index.root(operation.ty);
        let parts = reader.set(
            &operation.selection_set.node,
            root,
            operation.ty == OperationType::Mutation,
        );
        conditional(&operation.directives, parts.once)
    }
}

/// The price of a selection set. Of a connection, what the rows cost is kept apart, for only the
/// field that asks for the page knows how many there are.
#[derive(Clone)]
struct Parts {
    once: Arc<Cost>,
    each_row: Arc<Cost>,
}

struct Reader<'a> {
    index: &'a Index,
    document: &'a ExecutableDocument,
    fragments: HashMap<&'a str, Parts>,
}

impl<'a> Reader<'a> {
    fn set(&mut self, set: &'a SelectionSet, parent: Option<&'a str>, is_mutation: bool) -> Parts {
        let (mut once, mut each_row) = (Vec::new(), Vec::new());
        for selection in &set.items {
            let directives = selection.node.directives();
            let parts = match &selection.node {
                Selection::Field(field) => self.field(&field.node, parent, is_mutation),
                Selection::InlineFragment(inline) => {
                    let on = inline.node.type_condition.as_ref();
                    let parent = on.map_or(parent, |on| Some(on.node.on.node.as_str()));
                    self.set(&inline.node.selection_set.node, parent, is_mutation)
                }
                Selection::FragmentSpread(spread) => {
                    self.fragment(&spread.node.fragment_name.node, is_mutation)
                }
            };
            once.push(conditional(directives, parts.once));
            each_row.push(conditional(directives, parts.each_row));
        }
        Parts {
            once: sum(once),
            each_row: sum(each_row),
        }
    }

    fn fragment(&mut self, name: &'a str, is_mutation: bool) -> Parts {
        if let Some(parts) = self.fragments.get(name) {
            return parts.clone();
        }
        let Some(fragment) = self.document.fragments.get(name) else {
            return Parts {
                once: sum(vec![]),
                each_row: sum(vec![]),
            };
        };
        let on = fragment.node.type_condition.node.on.node.as_str();
        let parts = self.set(&fragment.node.selection_set.node, Some(on), is_mutation);
        self.fragments.insert(name, parts.clone());
        parts
    }

    fn field(&mut self, field: &'a Field, parent: Option<&'a str>, is_mutation: bool) -> Parts {
        let free = Parts {
            once: sum(vec![]),
            each_row: sum(vec![]),
        };
        let name = field.name.node.as_str();
        let Some(known) = parent.and_then(|parent| self.index.field(parent, name)) else {
            return free;
        };
        let ty = base(&known.ty);
        let mut once = self.searches(field, known);
        if known.arguments.contains_key(STEPS[0]) {
            once.push(times(
                amount(field, known, &STEPS, DEFAULT_STEPS),
                fixed(DEAR),
            ));
        }
        if !self.index.is_composite(ty) {
            once.push(fixed(if name == "totalCount" { DEAR } else { 0 }));
            once.push(fixed(if is_mutation { DEAR } else { 0 }));
            return Parts {
                once: sum(once),
                ..free
            };
        }

        let children = self.set(&field.selection_set.node, Some(ty), false);
        let own = if is_mutation { DEAR } else { 1 };
        if parent.is_some_and(is_connection) && matches!(name, "edges" | "nodes") {
            // An edge is only the way to its node, which counts for itself.
            let row = u64::from(name == "nodes");
            return Parts {
                once: sum(once),
                each_row: sum(vec![fixed(row), children.once]),
            };
        }
        if is_connection(ty) {
            once.extend([
                fixed(own),
                children.once,
                times(page(field, known, DEFAULT_PAGE), children.each_row),
            ]);
        } else if is_list(&known.ty) {
            once.push(times(
                length(field, known),
                sum(vec![fixed(own), children.once]),
            ));
        } else {
            once.extend([fixed(own), children.once]);
        }
        Parts {
            once: sum(once),
            ..free
        }
    }

    /// The searches that a field's arguments ask for.
    fn searches(&self, field: &Field, known: &index::Field) -> Vec<Arc<Cost>> {
        let mut found = Vec::new();
        for (name, value) in &field.arguments {
            let argument = known.arguments.get(name.node.as_str());
            if argument.is_some_and(|argument| self.index.can_search(&name.node, &argument.ty)) {
                searches_in(&value.node, name.node == "text", &mut found);
            }
        }
        found
    }
}

fn is_connection(ty: &str) -> bool {
    ty.ends_with("Connection")
}

fn searches_in(value: &Literal, is_text: bool, found: &mut Vec<Arc<Cost>>) {
    match value {
        Literal::Variable(variable) => found.push(Arc::new(Cost::Search {
            variable: variable.clone(),
            is_text,
        })),
        Literal::String(_) if is_text => found.push(fixed(DEAR)),
        Literal::List(items) => items
            .iter()
            .for_each(|item| searches_in(item, false, found)),
        Literal::Object(fields) => {
            fields
                .iter()
                .for_each(|(name, value)| searches_in(value, name == "text", found));
        }
        _ => {}
    }
}

/// How many objects a list has.
fn length(field: &Field, known: &index::Field) -> Factor {
    for name in ITEMS {
        match field.get_argument(name).map(|value| &value.node) {
            Some(Literal::List(items)) => return Factor::Fixed(items.len() as u64),
            Some(Literal::Variable(variable)) => return Factor::Items(variable.clone()),
            Some(_) => return Factor::Fixed(1),
            None => {}
        }
    }
    page(field, known, PLAIN_LIST)
}

/// What the page arguments say.
fn page(field: &Field, known: &index::Field, otherwise: u64) -> Factor {
    amount(field, known, &PAGE, otherwise)
}

/// What these arguments say, each of which is a number.
fn amount(field: &Field, known: &index::Field, names: &[&str], otherwise: u64) -> Factor {
    let known = |name: &str| {
        known
            .arguments
            .get(name)
            .and_then(|argument| argument.default.as_ref())
    };
    let default = names
        .iter()
        .find_map(|name| known(name).and_then(page_size))
        .unwrap_or(otherwise);
    let amounts: Vec<_> = names
        .iter()
        .filter_map(|name| match &field.get_argument(name)?.node {
            Literal::Variable(variable) => Some(Amount::Variable(variable.clone())),
            literal => literal
                .clone()
                .into_const()
                .as_ref()
                .and_then(page_size)
                .map(Amount::Fixed),
        })
        .collect();
    match amounts.as_slice() {
        [] => Factor::Fixed(default),
        [Amount::Fixed(amount)] => Factor::Fixed(*amount),
        _ => Factor::Page(amounts, default),
    }
}

fn conditional(directives: &[Positioned<Directive>], mut cost: Arc<Cost>) -> Arc<Cost> {
    for directive in directives {
        let wanted = match directive.node.name.node.as_str() {
            "skip" => false,
            "include" => true,
            _ => continue,
        };
        cost = match directive.node.get_argument("if").map(|value| &value.node) {
            Some(Literal::Boolean(given)) if *given != wanted => fixed(0),
            Some(Literal::Variable(name)) => times(Factor::If(name.clone(), wanted), cost),
            _ => cost,
        };
    }
    cost
}

fn fixed(points: u64) -> Arc<Cost> {
    Arc::new(Cost::Fixed(points))
}

/// Adds up what is known.
fn sum(parts: Vec<Arc<Cost>>) -> Arc<Cost> {
    let mut known = 0_u64;
    let mut open = Vec::new();
    for part in parts {
        match &*part {
            Cost::Fixed(points) => known = known.saturating_add(*points),
            _ => open.push(part),
        }
    }
    match open.pop() {
        None => fixed(known),
        Some(only) if known == 0 && open.is_empty() => only,
        Some(last) => {
            open.extend([last, fixed(known)]);
            Arc::new(Cost::Sum(open))
        }
    }
}

fn times(factor: Factor, part: Arc<Cost>) -> Arc<Cost> {
    match (&factor, &*part) {
        (_, Cost::Fixed(0)) => part,
        (Factor::Fixed(times), Cost::Fixed(points)) => fixed(times.saturating_mul(*points)),
        _ => Arc::new(Cost::Times(factor, part)),
    }
}
