//! The feed of changes: every event of the tenant in an order in which none comes to light behind
//! one that was read already.
//!
//! On PostgreSQL a number alone gives no such order, since a lower one can be committed after a
//! higher one was read. Each event therefore carries the number of the transaction that wrote it,
//! and is told only when every transaction with a lower number has ended. On SQLite one transaction
//! writes at a time, so that the order of the numbers is the order of the commits.

use std::collections::BTreeSet;

use entity::{
    enums::{NodeKind, Visibility},
    event::{self, Column, Entity},
    interaction,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, FromQueryResult, QueryFilter, QueryResult,
    QuerySelect, QueryTrait, Select,
    sea_query::{Expr, ExprTrait, Order, SelectStatement, SimpleExpr},
};
use uuid::Uuid;

use super::{KeyValue, Position, Store};
use crate::{
    auth::viewer::Scope,
    error::{Error, Result},
};

/// Which changes are wanted. Every part that is given must hold.
#[derive(Clone, Debug, Default)]
pub struct ChangeFilter {
    /// Of one of these kinds of nodes.
    pub kinds: Option<BTreeSet<NodeKind>>,
    /// From one of these origins.
    pub origins: Option<Vec<String>>,
    /// From none of these origins; what has no origin stays.
    pub except_origins: Option<Vec<String>>,
}

/// A place in the feed: that of an event, behind which a reader goes on. It names the event, not its
/// numbers alone: a database that was restored to an earlier time gives the numbers to other events.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    xact: i64,
    number: i64,
    event: Uuid,
}

impl Place {
    /// Before all events.
    const START: Self = Self {
        xact: 0,
        number: 0,
        event: Uuid::nil(),
    };

    /// The place at a position that [`Place::position`] wrote.
    pub fn at(position: &[KeyValue]) -> Option<Self> {
        match position {
            [
                KeyValue::Number(xact),
                KeyValue::Number(number),
                KeyValue::Id(event),
            ] => Some(Self {
                xact: *xact,
                number: *number,
                event: *event,
            }),
            _ => None,
        }
    }

    /// The place as a cursor carries it.
    pub fn position(self) -> Position {
        vec![
            KeyValue::Number(self.xact),
            KeyValue::Number(self.number),
            KeyValue::Id(self.event),
        ]
    }

    fn read(row: &QueryResult) -> Result<Self> {
        Ok(Self {
            xact: row.try_get("", "xact")?,
            number: row.try_get("", "position")?,
            event: row.try_get("", "id")?,
        })
    }
}

/// An event and its place.
#[derive(Clone, Debug)]
pub struct Change {
    /// The event.
    pub event: event::Model,
    /// Where it stands.
    pub place: Place,
}

/// Part of the feed.
#[derive(Clone, Debug)]
pub struct Changes {
    /// The changes, in order.
    pub changes: Vec<Change>,
    /// Whether more follow already.
    pub has_next: bool,
    /// Where to go on: behind the last change, and if none follows, behind all that was left out.
    pub end: Place,
}

impl Store {
    /// The changes behind a place, from the beginning if there is none; of no changes without a
    /// place, the end of the feed.
    ///
    /// # Errors
    /// When the place is not in this feed, or what followed it is no longer kept.
    pub async fn changes(
        &self,
        filter: &ChangeFilter,
        after: Option<Place>,
        limit: u64,
    ) -> Result<Changes> {
        // Read before the page: what comes to light in between is on the page or behind the end.
        let end = self.newest_change().await?.unwrap_or(Place::START);
        if let Some(after) = after.filter(|after| *after != Place::START) {
            self.check_place(after).await?;
        }
        if limit == 0 && after.is_none() {
            return Ok(Changes {
                changes: Vec::new(),
                has_next: false,
                end,
            });
        }
        let after = after.unwrap_or(Place::START);
        let mut changes = self.changes_behind(filter, after, limit + 1).await?;
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let has_next = changes.len() > limit;
        changes.truncate(limit);
        let last = changes.last().map_or(after, |change| change.place);
        Ok(Changes {
            end: if has_next { last } else { last.max(end) },
            changes,
            has_next,
        })
    }

    /// How many changes meet the filter.
    pub async fn changes_count(&self, filter: &ChangeFilter) -> Result<u64> {
        self.count(self.changes_where(filter)).await
    }

    async fn changes_behind(
        &self,
        filter: &ChangeFilter,
        after: Place,
        limit: u64,
    ) -> Result<Vec<Change>> {
        let behind = Expr::tuple([xact(), number()]).gt(Expr::tuple([
            Expr::val(after.xact),
            Expr::val(after.number),
        ]));
        let query = with_place(self.changes_where(filter).filter(behind), Order::Asc, limit);
        let rows = self.conn.query_all(&query).await?;
        let read = |row: QueryResult| {
            Ok(Change {
                event: event::Model::from_query_result(&row, "")?,
                place: Place::read(&row)?,
            })
        };
        rows.into_iter().map(read).collect()
    }

    /// The place of the newest event that may be told, whatever it is about.
    async fn newest_change(&self) -> Result<Option<Place>> {
        self.first_place(self.told(), Order::Desc).await
    }

    /// Fails unless the feed has this event at this place.
    async fn check_place(&self, place: Place) -> Result<()> {
        let there = self
            .told()
            .filter(xact().eq(place.xact))
            .filter(number().eq(place.number))
            .filter(Column::Id.eq(place.event));
        if self.first_place(there, Order::Asc).await?.is_some() {
            return Ok(());
        }
        let oldest = self.first_place(self.told(), Order::Asc).await?;
        Err(match oldest {
            Some(oldest) if place < oldest => Error::CursorTooOld,
            _ => Error::CursorFromAnotherHistory,
        })
    }

    async fn first_place(&self, of: Select<Entity>, order: Order) -> Result<Option<Place>> {
        let row = self.conn.query_one(&with_place(of, order, 1)).await?;
        row.as_ref().map(Place::read).transpose()
    }

    /// This tenant's events that have found their final place.
    fn told(&self) -> Select<Entity> {
        let events = self.find::<Entity>();
        match self.backend() {
            DbBackend::Postgres => events.filter(Expr::cust(
                "event.xact < pg_snapshot_xmin(pg_current_snapshot())::text::bigint",
            )),
            _ => events,
        }
    }

    fn changes_where(&self, filter: &ChangeFilter) -> Select<Entity> {
        let mut list = self.told();
        if let Some(kinds) = &filter.kinds {
            list = list.filter(Column::NodeKind.is_in(kinds.iter().copied()));
        }
        if let Some(origins) = &filter.origins {
            list = list.filter(Column::Origin.is_in(origins));
        }
        if let Some(origins) = &filter.except_origins {
            let other = Column::Origin.is_not_in(origins);
            list = list.filter(Column::Origin.is_null().or(other));
        }
        if self.viewer().scopes.allow(Scope::Admin) {
            list
        } else {
            list.filter(self.may_hear())
        }
    }

    /// Leaves out what happened to the private interactions of others. That an interaction became
    /// private is told: those who knew it must learn that it is no longer theirs to see.
    fn may_hear(&self) -> SimpleExpr {
        use interaction::Column as Talk;
        let viewer = self.viewer().recruiter_id;
        let private = self
            .find::<interaction::Entity>()
            .filter(Expr::col((interaction::Entity, Talk::Id)).equals((Entity, Column::NodeId)))
            .filter(Talk::Visibility.eq(Visibility::Private))
            .filter(Talk::AuthorId.ne(viewer))
            .select_only()
            .column(Talk::Id)
            .into_query();
        let of_others = Column::NodeKind
            .eq(NodeKind::Interaction)
            .and(Expr::cust(
                "CAST(event.fields AS TEXT) NOT LIKE '%\"visibility\"%'",
            ))
            .and(Expr::exists(private));
        let told_to = Column::PrivateTo.is_null().or(Column::PrivateTo.eq(viewer));
        told_to.and(of_others.not())
    }
}

fn xact() -> SimpleExpr {
    Expr::cust("event.xact")
}

fn number() -> SimpleExpr {
    Expr::cust("event.position")
}

/// The first of these events in the order of the feed, with their places.
fn with_place(events: Select<Entity>, order: Order, limit: u64) -> SelectStatement {
    let mut query = events.into_query();
    query
        .expr_as(xact(), "xact")
        .expr_as(number(), "position")
        .order_by_expr(xact(), order.clone())
        .order_by_expr(number(), order)
        .limit(limit);
    query
}
