//! Promises made in the period, and what has become of them.

use entity::{
    enums::PromiseState,
    person,
    promise::{Column, Entity, Model},
};
use sea_orm::{
    ColumnTrait, QueryFilter, QuerySelect, QueryTrait, Select,
    sea_query::{Condition, Expr, ExprTrait},
};

use super::{Scorecard, count_if};
use crate::{
    error::Result,
    rules::promise::FollowThrough,
    store::{KeyValue, Page, PageArgs, Position, SortDirection, Store, order::Order},
};

/// What has become of a promise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Standing {
    /// Done when it was due, or before.
    Kept,
    /// Done later.
    KeptLate,
    /// Not done, and we said so.
    Broken,
    /// Not done, and past its due time.
    Overdue,
    /// Not done, and not due yet.
    Open,
}

/// It can be said whether the promise was kept.
pub const SETTLED: [Standing; 4] = [
    Standing::Kept,
    Standing::KeptLate,
    Standing::Broken,
    Standing::Overdue,
];

/// What has become of the promises of a period.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Promised {
    /// Those that have fallen due.
    pub follow_through: FollowThrough,
    /// How many are open and not due yet.
    pub open: u64,
}

impl Store {
    /// How well the promises of the period were kept.
    pub async fn follow_through_in(&self, card: &Scorecard) -> Result<Promised> {
        use Standing::{Broken, Kept, KeptLate, Open, Overdue};
        let mut promises = self.promises_made(card).select_only();
        for standing in [Kept, KeptLate, Broken, Overdue, Open] {
            promises = promises.expr(count_if(self.stands(standing)));
        }
        let [kept, kept_late, broken, overdue, open] = self.numbers(&promises.into_query()).await?;
        let follow_through = FollowThrough {
            kept,
            kept_late,
            broken,
            overdue,
        };
        Ok(Promised {
            follow_through,
            open,
        })
    }

    /// A page of the promises of the period that stand so, the latest first.
    pub async fn promises_standing(
        &self,
        card: &Scorecard,
        standings: &[Standing],
        args: &PageArgs,
    ) -> Result<Page<Model>> {
        let order = Order::new(self.backend())
            .time((Entity, Column::MadeAt), SortDirection::Descending)
            .id((Entity, Column::Id), SortDirection::Descending);
        let promises = self.promises_made(card).filter(self.stand(standings));
        let mut page = self.page(promises, &order, args).await?;
        self.veil_promises(&mut page.rows).await?;
        Ok(page)
    }

    /// How many promises of the period stand so.
    pub async fn promises_standing_count(
        &self,
        card: &Scorecard,
        standings: &[Standing],
    ) -> Result<u64> {
        self.count(self.promises_made(card).filter(self.stand(standings)))
            .await
    }

    /// The promises made in the period.
    pub(super) fn promises_made(&self, card: &Scorecard) -> Select<Entity> {
        self.find::<Entity>()
            .filter(card.includes((Entity, Column::MadeAt)))
            .filter(card.is_of((Entity, Column::RecruiterId)))
    }

    /// The promise stands in one of these ways.
    pub(super) fn stand(&self, standings: &[Standing]) -> Condition {
        let ways = standings.iter().map(|standing| self.stands(*standing));
        ways.fold(Condition::any(), Condition::add)
    }

    /// A promise made to the person in the period stands in one of these ways.
    pub(super) fn promised_in(&self, card: &Scorecard, standings: &[Standing]) -> Expr {
        let promises = self.promises_made(card).filter(self.stand(standings));
        let people = promises.select_only().column(Column::PersonId);
        Expr::col((person::Entity, person::Column::Id)).in_subquery(people.into_query())
    }

    fn stands(&self, standing: Standing) -> Expr {
        let is = |state: PromiseState| Column::State.eq(state);
        let due = || Expr::col((Entity, Column::DueAt));
        let now = self.clock().now();
        match standing {
            Standing::Kept => is(PromiseState::Kept),
            Standing::KeptLate => is(PromiseState::KeptLate),
            Standing::Broken => is(PromiseState::Broken),
            Standing::Overdue => is(PromiseState::Open).and(due().lt(now)),
            Standing::Open => is(PromiseState::Open).and(due().gte(now)),
        }
    }
}

/// Where a promise stands in their list.
pub fn promise_position(row: &Model) -> Position {
    vec![KeyValue::Time(row.made_at), KeyValue::Id(row.id)]
}
