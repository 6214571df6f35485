//! Documents that were read and checked, kept by their text: front ends send the same few again
//! and again, and only what hangs on the variables is worked out anew.

use std::{collections::HashSet, sync::Arc};

use async_graphql::{
    Positioned,
    parser::types::{
        DocumentOperations, ExecutableDocument, InlineFragment, OperationDefinition, OperationType,
        Selection, SelectionSet, VariableDefinition,
    },
};
use moka::sync::Cache;

use super::guard::{GuardError, cost::Cost};
use crate::store::Shown;

/// What the texts and documents kept may come to, in bytes.
const CACHE_BYTES: u64 = 16 * 1024 * 1024;
/// How much larger a document is than its text, about.
const GROWTH: usize = 40;

/// A document that passed every check that hangs on its text alone.
#[derive(Debug)]
pub struct Document {
    /// The parsed document.
    pub(super) executable: ExecutableDocument,
    /// Its operations.
    pub(super) plans: Vec<Plan>,
    /// The fields it selects.
    pub(super) shown: Shown,
}

/// What is known of an operation before its variables.
#[derive(Debug)]
pub(super) struct Plan {
    /// Its name in the document.
    pub(super) name: Option<String>,
    /// Whether it reads, writes or subscribes.
    pub(super) kind: OperationType,
    /// Its price.
    pub(super) cost: Arc<Cost>,
}

impl Plan {
    /// The variables that the operation defines.
    pub(super) fn variable_definitions<'d>(
        &self,
        document: &'d Document,
    ) -> &'d [Positioned<VariableDefinition>] {
        let operation = match (&document.executable.operations, &self.name) {
            (DocumentOperations::Single(operation), _) => Some(operation),
            (DocumentOperations::Multiple(operations), Some(name)) => operations.get(name.as_str()),
            (DocumentOperations::Multiple(_), None) => None,
        };
        operation.map_or(&[], |operation| &operation.node.variable_definitions)
    }
}

impl Document {
    /// Keeps a document with the price of each of its operations.
    pub(super) fn new(
        mut executable: ExecutableDocument,
        price: impl Fn(&ExecutableDocument, &OperationDefinition) -> Arc<Cost>,
    ) -> Self {
        let plans = executable
            .operations
            .iter()
            .map(|(name, operation)| Plan {
                name: name.map(ToString::to_string),
                kind: operation.node.ty,
                cost: price(&executable, &operation.node),
            })
            .collect();
        match &mut executable.operations {
            DocumentOperations::Single(operation) => {
                wrap_type_names(&mut operation.node.selection_set.node);
            }
            DocumentOperations::Multiple(operations) => operations
                .values_mut()
                .for_each(|operation| wrap_type_names(&mut operation.node.selection_set.node)),
        }
        for fragment in executable.fragments.values_mut() {
            wrap_type_names(&mut fragment.node.selection_set.node);
        }
        Self {
            shown: shown(&executable),
            executable,
            plans,
        }
    }
}

/// Every field that any part of the document selects, of whatever type: more than one operation
/// shows of one row, and never less.
fn shown(document: &ExecutableDocument) -> Shown {
    let fragments = document.fragments.values();
    let mut sets: Vec<_> = fragments
        .map(|fragment| &fragment.node.selection_set.node)
        .chain(
            document
                .operations
                .iter()
                .map(|(_, operation)| &operation.node.selection_set.node),
        )
        .collect();
    let mut names = HashSet::new();
    while let Some(set) = sets.pop() {
        for selection in &set.items {
            match &selection.node {
                Selection::Field(field) => {
                    names.insert(field.node.name.node.to_string());
                    sets.push(&field.node.selection_set.node);
                }
                Selection::InlineFragment(inline) => sets.push(&inline.node.selection_set.node),
                Selection::FragmentSpread(_) => {}
            }
        }
    }
    Shown::fields(names)
}

/// Puts each `__typename @include(if: $x)` into an inline fragment with the directive: the library
/// does not look at what stands at a `__typename` and would call the variable unused.
fn wrap_type_names(set: &mut SelectionSet) {
    for selection in &mut set.items {
        match &mut selection.node {
            Selection::Field(field) if field.node.name.node == "__typename" => {
                if field.node.directives.is_empty() {
                    continue;
                }
                let directives = std::mem::take(&mut field.node.directives);
                let items = vec![Positioned::new(
                    Selection::Field(field.clone()),
                    selection.pos,
                )];
                let inline = InlineFragment {
                    type_condition: None,
                    directives,
                    selection_set: Positioned::new(SelectionSet { items }, selection.pos),
                };
                selection.node = Selection::InlineFragment(Positioned::new(inline, selection.pos));
            }
            Selection::Field(field) => wrap_type_names(&mut field.node.selection_set.node),
            Selection::InlineFragment(inline) => {
                wrap_type_names(&mut inline.node.selection_set.node);
            }
            Selection::FragmentSpread(_) => {}
        }
    }
}

/// The documents seen lately.
pub(super) struct Documents(Cache<Arc<str>, Arc<Document>>);

impl Default for Documents {
    fn default() -> Self {
        let weigh = |text: &Arc<str>, _: &Arc<Document>| {
            u32::try_from(text.len() * GROWTH + 512).unwrap_or(u32::MAX)
        };
        Self(
            Cache::builder()
                .weigher(weigh)
                .max_capacity(CACHE_BYTES)
                .build(),
        )
    }
}

impl Documents {
    /// The document of a text. What was refused is not kept: it would fill the room of the others.
    pub(super) fn get_or_read(
        &self,
        text: &str,
        read: impl FnOnce() -> Result<Document, GuardError>,
    ) -> Result<Arc<Document>, GuardError> {
        if let Some(known) = self.0.get(text) {
            return Ok(known);
        }
        let document = Arc::new(read()?);
        self.0.insert(text.into(), Arc::clone(&document));
        Ok(document)
    }
}
