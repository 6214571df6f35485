//! Counts what a document asks for, before anything expands it.
//!
//! The library expands each spread of a fragment anew, so fragments that spread the next one
//! twice double its work with every thirty bytes. Here each fragment is measured once.

use std::collections::HashMap;

use async_graphql::{
    Name, Positioned,
    parser::types::{ExecutableDocument, Field, Selection, SelectionSet},
};

use super::{
    Code, GuardError, Limits,
    index::{Index, base, is_list},
};

/// How deep selections and fragments may lie in one another, for the sake of our own stack.
const MAX_NESTING: usize = 64;

/// The fields of the introspection types that are lists of further objects.
const META_LISTS: [&str; 8] = [
    "types",
    "directives",
    "fields",
    "interfaces",
    "possibleTypes",
    "enumValues",
    "inputFields",
    "args",
];

/// What a part of a document comes to when its fragments are written out.
#[derive(Clone, Copy, Debug, Default)]
struct Totals {
    fields: usize,
    aliases: usize,
    directives: usize,
    /// The longest chain of fields, and of lists among them.
    depth: usize,
    lists: usize,
    /// The same for chains that lead into the schema's description of itself.
    meta_depth: usize,
    meta_lists: usize,
}

impl Totals {
    fn and(self, other: Self) -> Self {
        Self {
            fields: self.fields.saturating_add(other.fields),
            aliases: self.aliases.saturating_add(other.aliases),
            directives: self.directives.saturating_add(other.directives),
            depth: self.depth.max(other.depth),
            lists: self.lists.max(other.lists),
            meta_depth: self.meta_depth.max(other.meta_depth),
            meta_lists: self.meta_lists.max(other.meta_lists),
        }
    }
}

/// Where a selection set stands.
#[derive(Clone, Copy)]
enum Place<'a> {
    /// On a type of the schema.
    Type(&'a str),
    /// On a type that describes the schema.
    Meta,
    /// On something the schema does not have: validation will refuse it.
    Unknown,
}

impl<'a> Place<'a> {
    fn named(name: &'a str) -> Self {
        if name.starts_with("__") {
            Self::Meta
        } else {
            Self::Type(name)
        }
    }
}

/// Refuses a document that asks for more than the limits allow, whichever operation is chosen:
/// the library looks at all of them.
pub(super) fn check(
    index: &Index,
    document: &ExecutableDocument,
    limits: &Limits,
) -> Result<(), GuardError> {
    let mut counter = Counter {
        index,
        document,
        limits,
        measured: HashMap::new(),
        visits: 0,
    };
    let mut totals = Totals::default();
    for (_, operation) in document.operations.iter() {
        let place = index
            .root(operation.node.ty)
            .map_or(Place::Unknown, Place::Type);
        let directives = operation.node.directives.len();
        counter.at_one_place(directives)?;
        totals = totals.and(counter.set(&operation.node.selection_set.node, place, 0)?);
        totals.directives = totals.directives.saturating_add(directives);
    }
    limits.check(&totals)
}

impl Limits {
    fn check(&self, totals: &Totals) -> Result<(), GuardError> {
        let too_many = [
            (totals.fields, self.fields, "fields"),
            (totals.aliases, self.aliases, "aliases"),
            (totals.directives, self.directives, "directives"),
        ];
        let too_deep = [
            (totals.depth, self.depth, "fields"),
            (totals.lists, self.list_depth, "lists"),
            (
                totals.meta_depth,
                self.introspection_depth,
                "introspection fields",
            ),
            (
                totals.meta_lists,
                self.introspection_list_depth,
                "introspection lists",
            ),
        ];
        for (found, most, what) in too_many {
            if found > most {
                return Err(GuardError::new(
                    Code::QueryTooComplex,
                    format!("The document has more than {most} {what}, fragments written out."),
                ));
            }
        }
        for (found, most, what) in too_deep {
            if found > most {
                return Err(GuardError::new(
                    Code::QueryTooDeep,
                    format!("The document nests {what} {found} deep; {most} is allowed."),
                ));
            }
        }
        Ok(())
    }
}

struct Counter<'a> {
    index: &'a Index,
    document: &'a ExecutableDocument,
    limits: &'a Limits,
    /// Finished fragments; `None` while one is being measured.
    measured: HashMap<&'a Name, Option<Totals>>,
    /// How many selections were looked at.
    visits: usize,
}

impl<'a> Counter<'a> {
    fn set(
        &mut self,
        set: &'a SelectionSet,
        place: Place<'a>,
        level: usize,
    ) -> Result<Totals, GuardError> {
        if level > MAX_NESTING {
            return Err(GuardError::new(
                Code::QueryTooDeep,
                format!(
                    "The document nests selections and fragments more than {MAX_NESTING} deep."
                ),
            ));
        }
        let mut totals = Totals::default();
        for selection in &set.items {
            self.visits += 1;
            let directives = selection.node.directives().len();
            self.at_one_place(directives)?;
            let part = match &selection.node {
                Selection::Field(field) => self.field(field, place, level)?,
                Selection::InlineFragment(inline) => {
                    let condition = inline.node.type_condition.as_ref();
                    let place = condition.map_or(place, |on| Place::named(&on.node.on.node));
                    self.set(&inline.node.selection_set.node, place, level + 1)?
                }
                Selection::FragmentSpread(spread) => {
                    self.fragment(&spread.node.fragment_name, level)?
                }
            };
            totals = totals.and(part);
            totals.directives = totals.directives.saturating_add(directives);
        }
        Ok(totals)
    }

    fn field(
        &mut self,
        field: &'a Positioned<Field>,
        place: Place<'a>,
        level: usize,
    ) -> Result<Totals, GuardError> {
        let field = &field.node;
        let name = field.name.node.as_str();
        let children = !field.selection_set.node.items.is_empty();
        let (inner, list) = match place {
            Place::Meta => (Place::Meta, META_LISTS.contains(&name)),
            _ if name.starts_with("__") => (Place::Meta, false),
            Place::Type(parent) => self
                .index
                .field(parent, name)
                .map_or((Place::Unknown, false), |found| {
                    (Place::named(base(&found.ty)), is_list(&found.ty))
                }),
            Place::Unknown => (Place::Unknown, false),
        };
        let mut totals = self.set(&field.selection_set.node, inner, level + 1)?;
        let list = usize::from(list && children);
        totals.fields = totals.fields.saturating_add(1);
        totals.aliases = totals
            .aliases
            .saturating_add(usize::from(field.alias.is_some()));
        // A chain belongs to introspection from its first field on if it ends there.
        let meta = matches!(inner, Place::Meta) && children || matches!(place, Place::Meta);
        if meta || totals.meta_depth > 0 {
            totals.meta_depth += 1;
            totals.meta_lists += list;
        }
        if !meta {
            totals.depth += 1;
            totals.lists += list;
        }
        Ok(totals)
    }

    fn fragment(&mut self, name: &'a Positioned<Name>, level: usize) -> Result<Totals, GuardError> {
        match self.measured.get(&name.node) {
            Some(Some(totals)) => return Ok(*totals),
            Some(None) => {
                return Err(GuardError::invalid(format!(
                    "Cannot spread fragment \"{}\" within itself.",
                    name.node
                ))
                .at(name.pos));
            }
            None => {}
        }
        // An unknown fragment is validation's to refuse; it holds nothing.
        let Some((name, fragment)) = self.document.fragments.get_key_value(&name.node) else {
            return Ok(Totals::default());
        };
        self.measured.insert(name, None);
        let place = Place::named(&fragment.node.type_condition.node.on.node);
        self.at_one_place(fragment.node.directives.len())?;
        let totals = self.set(&fragment.node.selection_set.node, place, level + 1)?;
        self.measured.insert(name, Some(totals));
        Ok(totals)
    }

    fn at_one_place(&self, directives: usize) -> Result<(), GuardError> {
        if directives > self.limits.directives_at_one_place {
            return Err(GuardError::new(
                Code::QueryTooComplex,
                format!(
                    "There are more than {} directives at one place.",
                    self.limits.directives_at_one_place
                ),
            ));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
