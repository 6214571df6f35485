//! Whether those who should hear from us regularly do.

use entity::person::{Column, Entity};
use sea_orm::{
    ColumnTrait, QuerySelect, QueryTrait,
    sea_query::{Condition, Expr, ExprTrait},
};

use super::{Scorecard, count, count_if};
use crate::{error::Result, rules::scorecard::share, store::Store};

/// How many people with a cadence are touched as they should be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CadenceCoverage {
    /// They have a cadence.
    pub people: u64,
    /// And their next touch is not overdue.
    pub on_time: u64,
}

impl CadenceCoverage {
    /// The share on time; none where nobody has a cadence.
    pub fn share(&self) -> Option<f64> {
        share(self.on_time, self.people)
    }
}

impl Store {
    /// How many people with a cadence are touched as they should be, as it is now.
    pub async fn cadence_coverage(&self, card: &Scorecard) -> Result<CadenceCoverage> {
        let people = self
            .people_meeting(self.with_cadence(card).await?)
            .select_only()
            .expr(count())
            .expr(count_if(self.is_on_time(true)));
        let [people, on_time] = self.numbers(&people.into_query()).await?;
        Ok(CadenceCoverage { people, on_time })
    }

    /// The person has a cadence, and their next touch is overdue or is not.
    pub(super) async fn on_time(&self, card: &Scorecard, on_time: bool) -> Result<Condition> {
        let with_cadence = self.with_cadence(card).await?;
        Ok(with_cadence.add(self.is_on_time(on_time)))
    }

    /// Those who have a cadence of their own, or the tenant's. Those who must not be contacted
    /// have no next touch, whatever their cadence was.
    async fn with_cadence(&self, card: &Scorecard) -> Result<Condition> {
        let has_default = self.settings().await?.default_cadence_days.is_some();
        let own = (!has_default).then(|| Column::CadenceDays.is_not_null());
        Ok(Condition::all()
            .add_option(own)
            .add(Column::DoNotContact.eq(false))
            .add(card.is_of((Entity, Column::KeeperId))))
    }

    fn is_on_time(&self, on_time: bool) -> Expr {
        let due = Expr::col((Entity, Column::NextTouchAt));
        let now = self.clock().now();
        if on_time { due.gte(now) } else { due.lt(now) }
    }
}
