//! Promises: read by id, in lists, under the people they were made to and the recruiters who made
//! them, and counted for follow-through.

mod close;
mod evidence;
mod interaction;
pub(super) mod write;

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entity::{
    enums::{PromiseKind, PromiseState},
    person,
    promise::{Column, Entity, Model},
    promise_reschedule,
};
use sea_orm::{
    ColumnTrait, Condition, QueryFilter, QueryOrder, QuerySelect, QueryTrait, Select,
    sea_query::{BinOper, Expr, ExprTrait, SelectStatement, SimpleExpr},
};
use uuid::Uuid;

pub(super) use self::interaction::Talk;
pub use self::{
    close::{EvidenceBy, Keeping},
    interaction::PromiseInInteraction,
    write::{NewPromise, PromiseChanges, PromiseDetails},
};
use super::{
    KeyValue, Page, PageArgs, Position, SortDirection, Store, Writer, order::Order, page::parent,
    sql,
};
use crate::{error::Result, rules::promise::FollowThrough};

/// Which promises are wanted. Every part that is given must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct PromiseFilter {
    /// Made to one of these people.
    pub people: Option<Vec<Uuid>>,
    /// Made by one of these recruiters.
    pub recruiters: Option<Vec<Uuid>>,
    /// About one of these jobs.
    pub jobs: Option<Vec<Uuid>>,
    /// About one of these applications.
    pub applications: Option<Vec<Uuid>>,
    /// One of these things was promised.
    pub kinds: Option<Vec<PromiseKind>>,
    /// One of these became of it.
    pub states: Option<Vec<PromiseState>>,
    /// It is open past its due time, or is not.
    pub overdue: Option<bool>,
    /// It falls due at or after this time.
    pub due_since: Option<DateTime<Utc>>,
    /// It falls due before this time.
    pub due_until: Option<DateTime<Utc>>,
    /// It was made at or after this time.
    pub made_since: Option<DateTime<Utc>>,
    /// It was changed at or after this time.
    pub updated_since: Option<DateTime<Utc>>,
}

/// What a list of promises is sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PromiseOrder {
    /// When it falls due.
    Due,
    /// When it was last changed.
    Updated,
}

impl PromiseOrder {
    /// Where a promise stands in this order.
    pub fn position(self, row: &Model) -> Position {
        let time = match self {
            Self::Due => row.due_at,
            Self::Updated => row.updated_at,
        };
        vec![KeyValue::Time(time), KeyValue::Id(row.id)]
    }
}

/// Whose promises are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PromisesOf {
    /// Those made to people.
    People,
    /// Those made by recruiters.
    Recruiters,
    /// Those made in interactions.
    MadeIn,
    /// Those kept by interactions.
    KeptBy,
}

impl PromisesOf {
    fn column(self) -> Column {
        match self {
            Self::People => Column::PersonId,
            Self::Recruiters => Column::RecruiterId,
            Self::MadeIn => Column::MadeInId,
            Self::KeptBy => Column::KeptById,
        }
    }
}

impl Store {
    /// Promises by id.
    pub async fn promises(&self, ids: &[Uuid]) -> Result<HashMap<Uuid, Model>> {
        let mut rows = self.rows_of_ids::<Entity>(Column::Id, ids).await?;
        self.veil_promises(&mut rows).await?;
        Ok(rows.into_iter().map(|row| (row.id, row)).collect())
    }

    /// A page of promises.
    pub async fn promises_page(
        &self,
        filter: &PromiseFilter,
        order: (PromiseOrder, SortDirection),
        args: &PageArgs,
    ) -> Result<Page<Model>> {
        let column = match order.0 {
            PromiseOrder::Due => Column::DueAt,
            PromiseOrder::Updated => Column::UpdatedAt,
        };
        let order = Order::new(self.backend())
            .time((Entity, column), order.1)
            .id((Entity, Column::Id), order.1);
        let list = self.promises_where(filter);
        let mut page = self.page(list, &order, args).await?;
        self.veil_promises(&mut page.rows).await?;
        Ok(page)
    }

    /// How many promises meet the filter.
    pub async fn promises_count(&self, filter: &PromiseFilter) -> Result<u64> {
        self.count(self.promises_where(filter)).await
    }

    /// The promises made to each person, by each recruiter, in each interaction, or kept by it; the
    /// one that is due first first.
    pub async fn promises_of(
        &self,
        of: PromisesOf,
        parents: &[Uuid],
        filter: &PromiseFilter,
        args: &PageArgs,
    ) -> Result<HashMap<Uuid, Page<Model>>> {
        let ids = self
            .promises_where(filter)
            .select_only()
            .column(Column::Id)
            .filter(Expr::col((Entity, of.column())).eq(parent(self.backend())))
            .into_query();
        let order = Order::new(self.backend())
            .time((Entity, Column::DueAt), SortDirection::Ascending)
            .id((Entity, Column::Id), SortDirection::Ascending);
        let position = |row: &Model| PromiseOrder::Due.position(row);
        let mut pages = self
            .nested::<Entity>(parents, ids, &order, args, position)
            .await?;
        let rows = pages.values_mut().flat_map(|page| &mut page.rows);
        self.veil_promises(rows).await?;
        Ok(pages)
    }

    /// How long each of these lists is.
    pub async fn promises_of_counts(
        &self,
        of: PromisesOf,
        parents: &[Uuid],
        filter: &PromiseFilter,
    ) -> Result<HashMap<Uuid, u64>> {
        let column = (Entity, of.column());
        let rows = self
            .promises_where(filter)
            .select_only()
            .filter(sql::one_of(self.backend(), column, parents));
        self.counts(rows.into_query(), column).await
    }

    /// How the promises made to each person, or by each recruiter, were followed through.
    pub async fn follow_through(
        &self,
        of: PromisesOf,
        parents: &[Uuid],
    ) -> Result<HashMap<Uuid, FollowThrough>> {
        let fell_due = Condition::any()
            .add(Column::State.ne(PromiseState::Open))
            .add(Column::DueAt.lt(self.clock().now()));
        let rows: Vec<(Uuid, PromiseState, i64)> = self
            .find::<Entity>()
            .select_only()
            .column(of.column())
            .column(Column::State)
            .column_as(Column::Id.count(), "number")
            .filter(sql::one_of(self.backend(), (Entity, of.column()), parents))
            .filter(fell_due)
            .group_by(of.column())
            .group_by(Column::State)
            .into_tuple()
            .all(&self.conn)
            .await?;
        let mut figures: HashMap<Uuid, FollowThrough> = HashMap::new();
        for (parent, state, number) in rows {
            let number = u64::try_from(number).unwrap_or_default();
            figures.entry(parent).or_default().add(state, number);
        }
        Ok(figures)
    }

    /// When the earliest open promise to each person falls due; nothing for those to whom none is
    /// open. This is what `person.promise_due_at` holds.
    pub async fn promise_dues(&self, people: &[Uuid]) -> Result<HashMap<Uuid, DateTime<Utc>>> {
        let rows: Vec<(Uuid, DateTime<Utc>)> = self
            .find::<Entity>()
            .select_only()
            .column(Column::PersonId)
            .column_as(Column::DueAt.min(), "due_at")
            .filter(sql::one_of(
                self.backend(),
                (Entity, Column::PersonId),
                people,
            ))
            .filter(Column::State.eq(PromiseState::Open))
            .group_by(Column::PersonId)
            .into_tuple()
            .all(&self.conn)
            .await?;
        Ok(rows.into_iter().collect())
    }

    /// The due times that each promise had before, the first of them first.
    pub async fn promise_reschedules(
        &self,
        promises: &[Uuid],
    ) -> Result<HashMap<Uuid, Vec<promise_reschedule::Model>>> {
        use promise_reschedule::{Column, Entity};
        let rows = self
            .find::<Entity>()
            .filter(sql::one_of(
                self.backend(),
                (Entity, Column::PromiseId),
                promises,
            ))
            .order_by_asc(Column::RescheduledAt)
            .order_by_asc(Column::Id);
        let mut rows = self.rows_together(rows).await?;
        self.veil_reschedules(&mut rows).await?;
        let mut reschedules: HashMap<Uuid, Vec<_>> = HashMap::new();
        for row in rows {
            reschedules.entry(row.promise_id).or_default().push(row);
        }
        Ok(reschedules)
    }

    fn promises_where(&self, filter: &PromiseFilter) -> Select<Entity> {
        let among = |column: Column, ids: &Option<Vec<Uuid>>| {
            let ids = ids.as_deref();
            ids.map(|ids| sql::one_of(self.backend(), (Entity, column), ids))
        };
        let overdue = |overdue: bool| {
            let now = self.clock().now();
            if overdue {
                let open = Column::State.eq(PromiseState::Open);
                open.and(Column::DueAt.lt(now))
            } else {
                let closed = Column::State.ne(PromiseState::Open);
                closed.or(Column::DueAt.gte(now))
            }
        };
        let (kinds, states) = (filter.kinds.clone(), filter.states.clone());
        let people = filter.people.as_deref();
        let people = people.map(|ids| self.is_one_of_people((Entity, Column::PersonId), ids));
        let meets = Condition::all()
            .add_option(people)
            .add_option(among(Column::RecruiterId, &filter.recruiters))
            .add_option(among(Column::JobId, &filter.jobs))
            .add_option(among(Column::ApplicationId, &filter.applications))
            .add_option(kinds.map(|kinds| Column::Kind.is_in(kinds)))
            .add_option(states.map(|states| Column::State.is_in(states)))
            .add_option(filter.overdue.map(overdue))
            .add_option(filter.due_since.map(|since| Column::DueAt.gte(since)))
            .add_option(filter.due_until.map(|until| Column::DueAt.lt(until)))
            .add_option(filter.made_since.map(|since| Column::MadeAt.gte(since)))
            .add_option(
                filter
                    .updated_since
                    .map(|since| Column::UpdatedAt.gte(since)),
            );
        self.find::<Entity>().filter(meets)
    }
}

impl Writer {
    /// Derives anew when the earliest open promise to each of these people falls due, and stores
    /// it where it differs. The people must be locked, or two writers would each miss the other's
    /// promise.
    pub(super) async fn derive_promise_dues(&self, people: &[Uuid]) -> Result<()> {
        let stored = Expr::col((person::Entity, person::Column::PromiseDueAt));
        let differs = stored.binary(BinOper::Custom("IS DISTINCT FROM"), self.earliest_due());
        self.update::<person::Entity>()
            .col_expr(person::Column::PromiseDueAt, self.earliest_due())
            .filter(sql::one_of(
                self.backend(),
                (person::Entity, person::Column::Id),
                people,
            ))
            .filter(differs)
            .exec(&self.conn)
            .await?;
        Ok(())
    }

    /// The due time of the earliest open promise to the person whose row is changed.
    fn earliest_due(&self) -> SimpleExpr {
        let mut earliest: SelectStatement = self
            .find::<Entity>()
            .select_only()
            .filter(Column::State.eq(PromiseState::Open))
            .into_query();
        earliest
            .expr(Expr::col((Entity, Column::DueAt)).min())
            .and_where(
                Expr::col((Entity, Column::PersonId)).equals((person::Entity, person::Column::Id)),
            );
        SimpleExpr::SubQuery(None, Box::new(earliest.into()))
    }
}
