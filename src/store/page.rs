//! Keyset pages: a page begins where a row stood, not at a number of rows, so that rows which come
//! and go meanwhile neither repeat nor hide others.
//!
//! Every key of an order is an expression that is never null: a missing time counts as the
//! earliest or the latest, whichever its meaning asks for. One index then serves both directions.

use std::{cmp::Ordering, collections::HashMap};

use chrono::{DateTime, Utc};
use sea_orm::{
    ConnectionTrait, DbBackend, EntityTrait, FromQueryResult, IdenStatic, Iterable, QuerySelect,
    QueryTrait, Select,
    sea_query::{
        Alias, Asterisk, Condition, Expr, ExprTrait, Func, IntoColumnRef, IntoIden, JoinType,
        Order as Sort, SelectStatement, SimpleExpr,
    },
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{OfTenant, Store, sql};
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
        }
    }

    fn expression(&self, backend: DbBackend) -> SimpleExpr {
        match self {
            Self::Earliest => Expr::cust(earliest(backend)),
            Self::Latest => Expr::cust(latest(backend)),
            Self::Time(time) => Expr::val(*time),
            Self::Text(text) => Expr::val(text),
            Self::Id(id) => Expr::val(*id),
        }
    }
}

/// Where a row stands in an order: its value of every key.
pub type Position = Vec<KeyValue>;

/// What part of a list is wanted.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PageArgs {
    /// At most so many rows.
    pub limit: u64,
    /// The last rows rather than the first.
    pub backwards: bool,
    /// Only rows after this position.
    pub after: Option<Position>,
    /// Only rows before this position.
    pub before: Option<Position>,
}

impl PageArgs {
    /// The first rows.
    pub fn first(limit: u64) -> Self {
        Self {
            limit,
            backwards: false,
            after: None,
            before: None,
        }
    }
}

/// Part of a list, in the list's order.
#[derive(Clone, Debug)]
pub struct Page<R> {
    /// The rows.
    pub rows: Vec<R>,
    /// Whether rows follow the last one.
    pub has_next: bool,
    /// Whether rows precede the first one.
    pub has_previous: bool,
}

impl<R> Page<R> {
    /// A page of a list without rows.
    pub fn empty() -> Self {
        Self {
            rows: Vec::new(),
            has_next: false,
            has_previous: false,
        }
    }

    /// Makes a page of rows that were read one further than the limit, in reading order.
    fn of(mut rows: Vec<R>, args: &PageArgs) -> Self {
        let limit = usize::try_from(args.limit).unwrap_or(usize::MAX);
        let more = rows.len() > limit;
        rows.truncate(limit);
        if args.backwards {
            rows.reverse();
            Self {
                rows,
                has_next: args.before.is_some(),
                has_previous: more,
            }
        } else {
            Self {
                rows,
                has_next: more,
                has_previous: args.after.is_some(),
            }
        }
    }
}

/// The kinds of key values that can be compared with one another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum KeyKind {
    Time,
    Text,
    Id,
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
}

impl Order {
    pub(super) fn new(backend: DbBackend) -> Self {
        Self {
            backend,
            keys: Vec::new(),
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

    /// How two positions compare in this order.
    fn compare(&self, one: &[KeyValue], other: &[KeyValue]) -> Ordering {
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

    /// Narrows a query to a page, read in the page's direction and one row further than it goes.
    pub(super) fn narrow(&self, query: &mut SelectStatement, args: &PageArgs) -> Result<()> {
        if let Some(after) = &args.after {
            query.and_where(self.beyond(after, false)?);
        }
        if let Some(before) = &args.before {
            query.and_where(self.beyond(before, true)?);
        }
        for key in &self.keys {
            let ascending = (key.direction == Direction::Ascending) != args.backwards;
            query.order_by_expr(
                key.expression.clone(),
                if ascending { Sort::Asc } else { Sort::Desc },
            );
        }
        query.limit(args.limit.saturating_add(1));
        Ok(())
    }
}

/// The expression of the column that names the parent, inside a nested query.
pub(super) fn parent(backend: DbBackend) -> SimpleExpr {
    Expr::cust(match backend {
        DbBackend::Postgres => "wanted.id",
        _ => "unhex(wanted.value)",
    })
}

impl Store {
    /// One page of a list.
    pub(super) async fn page<E>(
        &self,
        mut list: Select<E>,
        order: &Order,
        args: &PageArgs,
    ) -> Result<Page<E::Model>>
    where
        E: EntityTrait,
    {
        order.narrow(QuerySelect::query(&mut list), args)?;
        Ok(Page::of(list.all(&self.conn).await?, args))
    }

    /// One page for each of several parents, in one statement. `ids` selects the ids of one
    /// parent's rows, whose parent is [`parent`]; the database cuts each list by itself, so that
    /// a parent with thousands of rows costs no more than one with five.
    pub(super) async fn nested<E>(
        &self,
        parents: &[Uuid],
        mut ids: SelectStatement,
        order: &Order,
        args: &PageArgs,
        position: impl Fn(&E::Model) -> Position,
    ) -> Result<HashMap<Uuid, Page<E::Model>>>
    where
        E: OfTenant,
    {
        order.narrow(&mut ids, args)?;
        let statement = self.nested_statement::<E>(parents, ids);
        let mut rows: HashMap<Uuid, Vec<E::Model>> = HashMap::new();
        for row in self.conn.query_all(&statement).await? {
            let parent: Uuid = row.try_get("", "parent_id")?;
            rows.entry(parent)
                .or_default()
                .push(E::Model::from_query_result(&row, "")?);
        }
        let sorted = |mut rows: Vec<E::Model>| {
            rows.sort_by(|one, other| {
                let ordering = order.compare(&position(one), &position(other));
                if args.backwards {
                    ordering.reverse()
                } else {
                    ordering
                }
            });
            Page::of(rows, args)
        };
        Ok(rows
            .into_iter()
            .map(|(parent, rows)| (parent, sorted(rows)))
            .collect())
    }

    fn nested_statement<E: OfTenant>(
        &self,
        parents: &[Uuid],
        ids: SelectStatement,
    ) -> SelectStatement {
        let row = || Alias::new("row").into_iden();
        let mut statement = SelectStatement::new();
        statement.expr_as(parent(self.backend()), "parent_id");
        for column in E::Column::iter() {
            statement.column((row(), Alias::new(column.as_str()).into_iden()));
        }
        let of_tenant = Expr::col((row(), E::TENANT)).eq(self.tenant());
        let id = (row(), Alias::new("id").into_iden());
        let table = Alias::new(E::default().table_name());
        if self.backend() == DbBackend::Postgres {
            let wanted = SelectStatement::new()
                .expr_as(Func::cust("unnest").arg(sql::uuid_array(parents)), "id")
                .to_owned();
            statement
                .from_subquery(wanted, "wanted")
                .join_lateral(JoinType::InnerJoin, ids, "found", Expr::val(true))
                .join_as(
                    JoinType::InnerJoin,
                    table,
                    "row",
                    of_tenant.and(Expr::col(id).equals(("found", "id"))),
                );
        } else {
            // CROSS JOIN keeps SQLite to this order: left to itself, it may walk all rows of the
            // tenant and look for each among each parent's.
            statement
                .from_function(sql::json_each(parents), "wanted")
                .join_as(JoinType::CrossJoin, table, "row", Condition::all())
                .and_where(of_tenant.and(Expr::col(id).in_subquery(ids)));
        }
        statement
    }

    /// How many rows a list has.
    pub(super) async fn count<E: EntityTrait>(&self, list: Select<E>) -> Result<u64> {
        let query = SelectStatement::new()
            .expr(Expr::cust("count(*)"))
            .from_subquery(list.select_only().expr(Expr::val(1)).into_query(), "list")
            .to_owned();
        let row = self.conn.query_one(&query).await?;
        let count: i64 = row.map_or(Ok(0), |row| row.try_get_by_index(0))?;
        Ok(u64::try_from(count).unwrap_or_default())
    }

    /// How many rows each parent has. `list` selects all rows of the parents; `parent` is the
    /// column that names theirs.
    pub(super) async fn counts(
        &self,
        mut list: SelectStatement,
        parent: impl IntoColumnRef,
    ) -> Result<HashMap<Uuid, u64>> {
        let parent = Expr::col(parent);
        list.clear_selects()
            .expr(parent.clone())
            .expr(Expr::col(Asterisk).count());
        list.add_group_by([parent]);
        let mut counts = HashMap::new();
        for row in self.conn.query_all(&list).await? {
            let count: i64 = row.try_get_by_index(1)?;
            counts.insert(
                row.try_get_by_index(0)?,
                u64::try_from(count).unwrap_or_default(),
            );
        }
        Ok(counts)
    }
}

/// As the index has it: see the first migration.
fn earliest(backend: DbBackend) -> &'static str {
    match backend {
        DbBackend::Postgres => "'-infinity'::timestamptz",
        _ => "''",
    }
}

fn latest(backend: DbBackend) -> &'static str {
    match backend {
        DbBackend::Postgres => "'infinity'::timestamptz",
        _ => "'Z'",
    }
}
