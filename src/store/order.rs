//! Orders of rows, and where a row stands in one.
//!
//! Every key of an order is an expression that is never null: a missing time counts as the
//! earliest or the latest, whichever its meaning asks for. One index then serves both directions.

use std::cmp::Ordering;

use chrono::{DateTime, Utc};
use sea_orm::{
    DbBackend,
    sea_query::{
        Condition, Expr, ExprTrait, IntoColumnRef, Order as Sort, SelectStatement, SimpleExpr,
    },
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::page::PageArgs;
use crate::error::{Error, Result};

/// Which way an order runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    /// Smallest, earliest, first in the alphabet first.
    Ascending,
    /// The other way round.
    Descending,
}

/// A row's value of one key. Values compare as the database compares them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum KeyValue {
    /// No time, before all times.
    #[serde(rename = "e")]
    Earliest,
    /// A time.
    #[serde(rename = "t", with = "chrono::serde::ts_microseconds")]
    Time(DateTime<Utc>),
    /// No time, after all times.
    #[serde(rename = "l")]
    Latest,
    /// A folded text.
    #[serde(rename = "s")]
    Text(String),
    /// An id, which makes every position unique.
    #[serde(rename = "i")]
    Id(Uuid),
    /// A number.
    #[serde(rename = "n")]
    Number(i64),
}

impl KeyValue {
    /// A time, or the earliest if there is none.
    pub fn or_earliest(time: Option<DateTime<Utc>>) -> Self {
        time.map_or(Self::Earliest, Self::Time)
    }

    /// A time, or the latest if there is none.
    pub fn or_latest(time: Option<DateTime<Utc>>) -> Self {
        time.map_or(Self::Latest, Self::Time)
    }

    fn kind(&self) -> KeyKind {
        match self {
            Self::Earliest | Self::Time(_) | Self::Latest => KeyKind::Time,
            Self::Text(_) => KeyKind::Text,
            Self::Id(_) => KeyKind::Id,
            Self::Number(_) => KeyKind::Number,
        }
    }

    fn expression(&self, backend: DbBackend) -> SimpleExpr {
        match self {
            Self::Earliest => Expr::cust(earliest(backend)),
            Self::Latest => Expr::cust(latest(backend)),
            Self::Time(time) => Expr::val(*time),
            Self::Text(text) => Expr::val(text),
            Self::Id(id) => Expr::val(*id),
            Self::Number(number) => Expr::val(*number),
        }
    }
}

/// Where a row stands in an order: its value of every key.
pub type Position = Vec<KeyValue>;

/// The kinds of key values that can be compared with one another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum KeyKind {
    Time,
    Text,
    Id,
    Number,
}

/// One key of an order.
#[derive(Clone, Debug)]
struct Key {
    expression: SimpleExpr,
    kind: KeyKind,
    direction: Direction,
}

/// An order of rows. The last key must be an id, or rows could tie.
#[derive(Clone, Debug)]
pub(super) struct Order {
    backend: DbBackend,
    keys: Vec<Key>,
    /// No index is to give the order.
    by_sorting: bool,
}

impl Order {
    pub(super) fn new(backend: DbBackend) -> Self {
        Self {
            backend,
            keys: Vec::new(),
            by_sorting: false,
        }
    }

    fn by(mut self, expression: SimpleExpr, kind: KeyKind, direction: Direction) -> Self {
        self.keys.push(Key {
            expression,
            kind,
            direction,
        });
        self
    }

    /// By a time that is never missing.
    pub(super) fn time(self, column: impl IntoColumnRef, direction: Direction) -> Self {
        self.by(Expr::col(column), KeyKind::Time, direction)
    }

    /// By a time; rows without one stand where the earliest would.
    pub(super) fn time_or_earliest(self, column: &str, direction: Direction) -> Self {
        let expression = Expr::cust(format!("coalesce({column}, {})", earliest(self.backend)));
        self.by(expression, KeyKind::Time, direction)
    }

    /// By a time; rows without one stand where the latest would.
    pub(super) fn time_or_latest(self, column: &str, direction: Direction) -> Self {
        let expression = Expr::cust(format!("coalesce({column}, {})", latest(self.backend)));
        self.by(expression, KeyKind::Time, direction)
    }

    /// By a time that is computed, and never missing.
    pub(super) fn time_of(self, expression: SimpleExpr, direction: Direction) -> Self {
        self.by(expression, KeyKind::Time, direction)
    }

    /// By a folded text.
    pub(super) fn text(self, column: impl IntoColumnRef, direction: Direction) -> Self {
        self.by(Expr::col(column), KeyKind::Text, direction)
    }

    /// By a text that is computed, and compares byte by byte.
    pub(super) fn text_of(self, expression: SimpleExpr, direction: Direction) -> Self {
        self.by(expression, KeyKind::Text, direction)
    }

    /// By an id.
    pub(super) fn id(self, column: impl IntoColumnRef, direction: Direction) -> Self {
        self.by(Expr::col(column), KeyKind::Id, direction)
    }

    /// The same order, for a list so narrow that its rows are found first and sorted then. Left to
    /// choose, PostgreSQL may walk an index in this order and test each row: as fast for a common
    /// word, but for a rare one it walks the whole table.
    pub(super) fn by_sorting(mut self) -> Self {
        self.by_sorting = self.backend == DbBackend::Postgres;
        self
    }

    /// What the rows are sorted by: where no index is to serve, something equal that none has.
    fn sort_expression(&self, key: &Key) -> SimpleExpr {
        let plain = key.expression.clone();
        if !self.by_sorting {
            return plain;
        }
        match key.kind {
            KeyKind::Time => Expr::cust_with_expr("$1 + interval '0'", plain),
            KeyKind::Text => Expr::cust_with_expr("$1 || ''", plain),
            KeyKind::Id => Expr::cust_with_expr("$1::text", plain),
            KeyKind::Number => Expr::cust_with_expr("$1 + 0", plain),
        }
    }

    /// How two positions compare in this order.
    pub(super) fn compare(&self, one: &[KeyValue], other: &[KeyValue]) -> Ordering {
        let mut pairs = self.keys.iter().zip(one.iter().zip(other));
        let differing = pairs.find_map(|(key, (one, other))| match one.cmp(other) {
            Ordering::Equal => None,
            ordering if key.direction == Direction::Descending => Some(ordering.reverse()),
            ordering => Some(ordering),
        });
        differing.unwrap_or(Ordering::Equal)
    }

    /// The rows strictly beyond `position`: behind it, or before it if `reversed`. Keys that all
    /// run one way are compared as one row, which an index answers with one descent.
    fn beyond(&self, position: &[KeyValue], reversed: bool) -> Result<SimpleExpr> {
        let fits = position.len() == self.keys.len()
            && position
                .iter()
                .zip(&self.keys)
                .all(|(value, key)| value.kind() == key.kind)
            && !position
                .iter()
                .any(|v| matches!(v, KeyValue::Text(text) if text.contains('\0')));
        if !fits {
            return Err(Error::bad_input("this cursor is not one of this list"));
        }
        let values: Vec<_> = position
            .iter()
            .map(|value| value.expression(self.backend))
            .collect();
        let onward = |key: &Key| (key.direction == Direction::Ascending) != reversed;
        let same_way = self
            .keys
            .iter()
            .all(|key| onward(key) == onward(&self.keys[0]));
        if same_way {
            let keys = Expr::tuple(self.keys.iter().map(|key| key.expression.clone()));
            let values = Expr::tuple(values);
            return Ok(if onward(&self.keys[0]) {
                keys.gt(values)
            } else {
                keys.lt(values)
            });
        }
        let mut any = Condition::any();
        for (depth, key) in self.keys.iter().enumerate() {
            let mut all = Condition::all();
            for (equal, value) in self.keys.iter().zip(&values).take(depth) {
                all = all.add(equal.expression.clone().eq(value.clone()));
            }
            let (left, right) = (key.expression.clone(), values[depth].clone());
            all = all.add(if onward(key) {
                left.gt(right)
            } else {
                left.lt(right)
            });
            any = any.add(all);
        }
        Ok(any.into())
    }

    /// Narrows a query to so many rows of a page, read in the page's direction.
    pub(super) fn narrow(
        &self,
        query: &mut SelectStatement,
        args: &PageArgs,
        rows: u64,
    ) -> Result<()> {
        if let Some(after) = &args.after {
            query.and_where(self.beyond(after, false)?);
        }
        if let Some(before) = &args.before {
            query.and_where(self.beyond(before, true)?);
        }
        for key in &self.keys {
            let ascending = (key.direction == Direction::Ascending) != args.backwards;
            query.order_by_expr(
                self.sort_expression(key),
                if ascending { Sort::Asc } else { Sort::Desc },
            );
        }
        query.limit(rows);
        Ok(())
    }
}

/// As the index has it: see the first migration.
fn earliest(backend: DbBackend) -> &'static str {
    match backend {
        DbBackend::Postgres => "'-infinity'::timestamptz",
        _ => "''",
    }
}

pub(super) fn latest(backend: DbBackend) -> &'static str {
    match backend {
        DbBackend::Postgres => "'infinity'::timestamptz",
        _ => "'Z'",
    }
}
