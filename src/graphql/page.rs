//! Relay connections over the store's pages.

use std::{borrow::Cow, sync::Arc};

use async_graphql::{Context, Object, OutputType, SimpleObject, TypeName};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};

use super::{
    batch::Loading,
    error::{At, Result},
};
use crate::{
    error::Error,
    store::{Page, PageArgs, Position},
};

/// How many rows a page has when the caller does not say.
const DEFAULT: u64 = 20;
/// How many rows a page may have.
const MOST: u64 = 100;
/// The longest cursor: far more than any of ours.
const LONGEST_CURSOR: usize = 4_096;

/// The four arguments of a connection, as they came.
#[derive(Clone, Debug, Default)]
pub(crate) struct Window {
    pub(crate) first: Option<i32>,
    pub(crate) after: Option<String>,
    pub(crate) last: Option<i32>,
    pub(crate) before: Option<String>,
}

impl Window {
    /// Reads the arguments. `list` names the list and its order: a cursor fits no other.
    pub(crate) fn read(&self, list_name: &ListName) -> crate::error::Result<PageArgs> {
        let (size, backwards) = match (self.first, self.last) {
            (Some(_), Some(_)) => {
                return Err(Error::bad_input("give `first` or `last`, not both"));
            }
            (Some(first), None) => (page_size(first, "first")?, false),
            (None, Some(last)) => (page_size(last, "last")?, true),
            (None, None) => (DEFAULT, false),
        };
        let cursor = |text: &Option<String>, name| {
            text.as_deref()
                .map(|text| list_name.read_cursor(text, name))
                .transpose()
        };
        Ok(PageArgs {
            limit: size,
            backwards,
            after: cursor(&self.after, "after")?,
            before: cursor(&self.before, "before")?,
        })
    }
}

fn page_size(given: i32, name: &str) -> crate::error::Result<u64> {
    u64::try_from(given)
        .ok()
        .filter(|size| *size <= MOST)
        .ok_or_else(|| Error::bad_input(format!("`{name}` must be from 0 to {MOST}")))
}

/// A list in one order, of one tenant: what a cursor belongs to.
#[derive(Clone, Debug)]
pub(crate) struct ListName(u32);

#[derive(Serialize, Deserialize)]
struct Cursor(u32, Position);

impl ListName {
    /// Names a list. The parts tell it from all others: tenant, field, order.
    pub(crate) fn new(parts: &[&[u8]]) -> Self {
        // FNV-1a: stable between processes, which a randomly keyed hash is not.
        let hash = parts
            .iter()
            .flat_map(|part| part.iter().chain(&[0]))
            .fold(0x811c_9dc5_u32, |hash, byte| {
                (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193)
            });
        Self(hash)
    }

    fn write_cursor(&self, position: &Position) -> String {
        let cursor = serde_json::to_vec(&Cursor(self.0, position.clone())).unwrap_or_default();
        BASE64_URL_SAFE_NO_PAD.encode(cursor)
    }

    pub(crate) fn read_cursor(&self, text: &str, name: &str) -> crate::error::Result<Position> {
        let read = || {
            let bytes = BASE64_URL_SAFE_NO_PAD.decode(text).ok()?;
            let Cursor(list, position) = serde_json::from_slice(&bytes).ok()?;
            (list == self.0).then_some(position)
        };
        let cursor = (text.len() <= LONGEST_CURSOR).then(read).flatten();
        cursor.ok_or_else(|| {
            Error::bad_input(format!(
                "`{name}` is not a cursor of this list in this order; take it from `pageInfo`"
            ))
        })
    }
}

/// A type that stands in lists.
pub(crate) trait Listed: OutputType {
    /// The name of its connection type.
    const CONNECTION: &'static str;
    /// The name of its edge type.
    const EDGE: &'static str;
}

/// Counts all rows of a list, when asked.
pub(crate) type Total =
    Arc<dyn Fn() -> Loading<std::result::Result<u64, Arc<Error>>> + Send + Sync>;

/// Part of a list, with where it stands in it.
pub(crate) struct Connection<T> {
    edges: Vec<Edge<T>>,
    has_next: bool,
    has_previous: bool,
    /// Where it ends, if that is not at its last entry.
    end: Option<String>,
    total: Total,
}

/// One entry of a list.
pub(crate) struct Edge<T> {
    node: T,
    position: Position,
    list: ListName,
}

/// Where a page stands in its list.
#[derive(Clone, Debug, SimpleObject)]
pub(crate) struct PageInfo {
    /// Whether entries follow this page.
    has_next_page: bool,
    /// Whether entries precede this page. When paging forward from a cursor, this is true without
    /// looking.
    has_previous_page: bool,
    /// The cursor of the first entry: give it as `before` to read the page before. Null when the
    /// page is empty.
    start_cursor: Option<String>,
    /// The cursor of the last entry: give it as `after` to read on. Null when the page is empty; of
    /// `changes` it is always there.
    end_cursor: Option<String>,
}

impl<T> Connection<T> {
    /// Makes a connection of a page of rows.
    pub(crate) fn new<R>(
        page: Page<R>,
        list: &ListName,
        total: Total,
        position: impl Fn(&R) -> Position,
        node: impl Fn(R) -> T,
    ) -> Self {
        let edges = page.rows.into_iter().map(|row| Edge {
            position: position(&row),
            node: node(row),
            list: list.clone(),
        });
        Self {
            edges: edges.collect(),
            has_next: page.has_next,
            has_previous: page.has_previous,
            end: None,
            total,
        }
    }

    /// The same page, ending further on than its last row does: what lies between was read and
    /// left out.
    pub(crate) fn ending_at(mut self, end: &Position, list: &ListName) -> Self {
        self.end = Some(list.write_cursor(end));
        self
    }
}

impl<T> Edge<T> {
    /// Its cursor.
    fn place(&self) -> String {
        self.list.write_cursor(&self.position)
    }
}

impl<T: Listed> TypeName for Connection<T> {
    fn type_name() -> Cow<'static, str> {
        T::CONNECTION.into()
    }
}

impl<T: Listed> TypeName for Edge<T> {
    fn type_name() -> Cow<'static, str> {
        T::EDGE.into()
    }
}

/// Part of a list. Cursors stay valid when rows come and go.
#[Object(name_type)]
impl<T: Listed> Connection<T> {
    /// The entries with their cursors.
    async fn edges(&self) -> &[Edge<T>] {
        &self.edges
    }

    /// The entries without their cursors.
    async fn nodes(&self) -> Vec<&T> {
        self.edges.iter().map(|edge| &edge.node).collect()
    }

    /// Where this page stands in the list.
    async fn page_info(&self) -> PageInfo {
        let end = || self.edges.last().map(Edge::place);
        PageInfo {
            has_next_page: self.has_next,
            has_previous_page: self.has_previous,
            start_cursor: self.edges.first().map(Edge::place),
            end_cursor: self.end.clone().or_else(end),
        }
    }

    /// How many entries the whole list has. It is counted only when selected, and costs as much
    /// as the list is long.
    async fn total_count(&self, ctx: &Context<'_>) -> Result<i64> {
        let total = (self.total)().await.at(ctx)?;
        Ok(i64::try_from(total).unwrap_or(i64::MAX))
    }
}

/// One entry of a list.
#[Object(name_type)]
impl<T: Listed> Edge<T> {
    /// The entry.
    async fn node(&self) -> &T {
        &self.node
    }

    /// The entry's place in the list, opaque: valid after the entry is gone, and for this list in
    /// this order only.
    async fn cursor(&self) -> String {
        self.place()
    }
}
