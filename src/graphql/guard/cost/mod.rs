//! What an operation costs, by a rule that its author can follow:
//!
//! | selected | points |
//! | --- | --- |
//! | a scalar or enum, a list of them, introspection | 0 |
//! | an object | 1, and its fields |
//! | a connection | 1, and the page size times (1 and the fields of a node) |
//! | a list of objects | `first`, `limit`, the number of `ids`, or else 3, times (1 and its fields) |
//! | `totalCount` | 10 |
//! | a filter with `text`, that is, a search | 10 |
//! | a field with `depth`, that is, a walk along ties | 10 for each step, and the above |
//! | a mutation | 10, and the fields of its payload |
//!
//! The page size is what `first` or `last` says, as a literal or a variable, else the argument's
//! default, else 20. Each alias counts. What `@skip` or `@include` leaves out is free.
//!
//! A document is read once into a sum in which only the parts that hang on variables stay open, so
//! that pricing a known document takes no walk through it.

mod read;

use std::sync::Arc;

use async_graphql::{Name, Value, Variables};

/// No page is larger, so no larger number is priced: the resolver refuses it with a better word.
const MAX_PAGE: u64 = 1_000;
/// The price of counting, of searching, and of a mutation.
const DEAR: u64 = 10;

/// A price with what it hangs on.
#[derive(Debug)]
pub(in crate::graphql) enum Cost {
    /// Known from the document.
    Fixed(u64),
    /// Of several parts.
    Sum(Vec<Arc<Cost>>),
    /// So many times a part.
    Times(Factor, Arc<Cost>),
    /// Of a search, if the variable brings one.
    Search {
        /// The variable.
        variable: Name,
        /// Whether the variable is the text itself, rather than an object that may have one.
        is_text: bool,
    },
}

/// How often a part counts.
#[derive(Debug)]
pub(in crate::graphql) enum Factor {
    Fixed(u64),
    /// The largest of the page arguments that have a value.
    Page(Vec<Amount>, u64),
    /// The length of a list in a variable.
    Items(Name),
    /// Once if the variable has this value, else not at all.
    If(Name, bool),
}

/// The value of a page argument.
#[derive(Debug)]
pub(in crate::graphql) enum Amount {
    Fixed(u64),
    Variable(Name),
}

impl Cost {
    /// The price with these variables, in which the defaults stand.
    pub(super) fn of(&self, variables: &Variables) -> u64 {
        match self {
            Self::Fixed(points) => *points,
            Self::Sum(parts) => parts
                .iter()
                .fold(0, |sum, part| sum.saturating_add(part.of(variables))),
            Self::Times(factor, part) => match factor.of(variables) {
                0 => 0,
                times => times.saturating_mul(part.of(variables)),
            },
            Self::Search { variable, is_text } => match variables.get(variable) {
                Some(Value::String(_)) if *is_text => DEAR,
                Some(value) if !is_text && has_text(value) => DEAR,
                _ => 0,
            },
        }
    }
}

impl Factor {
    fn of(&self, variables: &Variables) -> u64 {
        match self {
            Self::Fixed(times) => *times,
            Self::Page(amounts, default) => amounts
                .iter()
                .filter_map(|amount| match amount {
                    Amount::Fixed(amount) => Some(*amount),
                    Amount::Variable(name) => variables.get(name).and_then(page_size),
                })
                .max()
                .unwrap_or(*default),
            Self::Items(name) => match variables.get(name) {
                Some(Value::List(items)) => items.len() as u64,
                Some(Value::Null) | None => 0,
                Some(_) => 1,
            },
            Self::If(name, wanted) => {
                u64::from(variables.get(name) == Some(&Value::Boolean(*wanted)))
            }
        }
    }
}

fn has_text(value: &Value) -> bool {
    match value {
        Value::List(items) => items.iter().any(has_text),
        Value::Object(fields) => fields
            .iter()
            .any(|(name, value)| (name == "text" && *value != Value::Null) || has_text(value)),
        _ => false,
    }
}

fn page_size(value: &Value) -> Option<u64> {
    let Value::Number(number) = value else {
        return None;
    };
    // A negative one is refused later; until then it counts as nothing.
    Some(number.as_u64().unwrap_or(0).min(MAX_PAGE))
}

#[cfg(test)]
mod tests;
