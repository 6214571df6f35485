//! Keyset pages: a page begins where a row stood, not at a number of rows, so that rows which come
//! and go meanwhile neither repeat nor hide others.

use std::collections::HashMap;

use sea_orm::{
    ConnectionTrait, DbBackend, EntityTrait, IdenStatic, QuerySelect, QueryTrait, Select,
    sea_query::{
        Alias, Asterisk, Condition, Expr, ExprTrait, Func, IntoColumnRef, IntoIden, JoinType,
        SelectStatement, SimpleExpr,
    },
};
use uuid::Uuid;

use super::{
    OfTenant, Store,
    order::{Order, Position},
    sql,
};
use crate::error::Result;

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
    /// Whether rows follow the last one. Nobody looks where nobody asks.
    pub has_next: bool,
    /// Whether rows precede the first one. Nobody looks where nobody asks.
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

    /// Makes a page of rows, which go further than the page where more follow, in reading order.
    pub(super) fn of(mut rows: Vec<R>, args: &PageArgs) -> Self {
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

/// What the column that names the parent is called in what is found.
const PARENT: &str = "parent_id";

/// The expression of the column that names the parent, inside a nested query.
pub(super) fn parent(backend: DbBackend) -> SimpleExpr {
    Expr::cust(match backend {
        DbBackend::Postgres => "wanted.id",
        _ => "unhex(wanted.value)",
    })
}

impl Store {
    /// How many rows are read for a page: one more than it has, if somebody asks whether more
    /// follow.
    pub(super) fn reach(&self, args: &PageArgs) -> u64 {
        args.limit + u64::from(self.shown.what_follows())
    }

    /// One page of a list.
    pub(super) async fn page<E>(
        &self,
        mut list: Select<E>,
        order: &Order,
        args: &PageArgs,
    ) -> Result<Page<E::Model>>
    where
        E: OfTenant,
    {
        order.narrow(QuerySelect::query(&mut list), args, self.reach(args))?;
        Ok(Page::of(self.rows(list).await?, args))
    }

    /// One page for each of several parents, in one statement. `ids` selects the ids of one
    /// parent's rows, whose parent is [`parent`], from their own table, joined with others if need
    /// be; the database cuts each list by itself, so that a parent with thousands of rows costs no
    /// more than one with five.
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
        order.narrow(&mut ids, args, self.reach(args))?;
        let statement = if self.backend() == DbBackend::Postgres {
            self.rows_beside_parents::<E>(parents, ids)
        } else {
            self.rows_by_ids::<E>(parents, ids)
        };
        self.pages_of::<E>(&statement, order, args, position).await
    }

    /// The same, where `ids` may come from anywhere, such as a union.
    pub(super) async fn nested_by_ids<E>(
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
        order.narrow(&mut ids, args, self.reach(args))?;
        let statement = self.rows_by_ids::<E>(parents, ids);
        self.pages_of::<E>(&statement, order, args, position).await
    }

    async fn pages_of<E: OfTenant>(
        &self,
        statement: &SelectStatement,
        order: &Order,
        args: &PageArgs,
        position: impl Fn(&E::Model) -> Position,
    ) -> Result<HashMap<Uuid, Page<E::Model>>> {
        let found = self.rows_with_ids::<E>(statement, PARENT).await?;
        let mut rows: HashMap<Uuid, Vec<E::Model>> = HashMap::new();
        for (parent, row) in found {
            rows.entry(parent).or_default().push(row);
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

    /// The rows that each parent's part of the statement finds, read where they are found.
    fn rows_beside_parents<E: OfTenant>(
        &self,
        parents: &[Uuid],
        mut rows: SelectStatement,
    ) -> SelectStatement {
        let table = || Alias::new(E::default().table_name()).into_iden();
        let mut statement = SelectStatement::new();
        statement.expr_as(parent(DbBackend::Postgres), PARENT);
        rows.clear_selects();
        for column in E::columns(&self.shown).read {
            let column = || Alias::new(column.as_str()).into_iden();
            rows.column((table(), column()));
            statement.column((Alias::new("found").into_iden(), column()));
        }
        statement
            .from_subquery(wanted(parents), "wanted")
            .join_lateral(JoinType::InnerJoin, rows, "found", Expr::val(true));
        statement
    }

    /// The rows with these ids, each beside its parent.
    fn rows_by_ids<E: OfTenant>(&self, parents: &[Uuid], ids: SelectStatement) -> SelectStatement {
        let row = || Alias::new("row").into_iden();
        let mut statement = SelectStatement::new();
        statement.expr_as(parent(self.backend()), PARENT);
        for column in E::columns(&self.shown).read {
            statement.column((row(), Alias::new(column.as_str()).into_iden()));
        }
        let of_tenant = Expr::col((row(), E::TENANT)).eq(self.tenant());
        let id = (row(), Alias::new("id").into_iden());
        let table = Alias::new(E::default().table_name());
        if self.backend() == DbBackend::Postgres {
            statement
                .from_subquery(wanted(parents), "wanted")
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
        self.count_rows(list.select_only().expr(Expr::val(1)).into_query())
            .await
    }

    /// How many rows a query has.
    pub(super) async fn count_rows(&self, rows: SelectStatement) -> Result<u64> {
        let query = SelectStatement::new()
            .expr(Expr::cust("count(*)"))
            .from_subquery(rows, "list")
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

/// The parents as rows, on PostgreSQL.
fn wanted(parents: &[Uuid]) -> SelectStatement {
    let ids = Func::cust("unnest").arg(sql::uuid_array(parents));
    SelectStatement::new().expr_as(ids, "id").to_owned()
}
