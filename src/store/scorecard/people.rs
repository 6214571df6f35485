//! The people behind the figures.

use entity::{enums::FeedbackSide, person};
use sea_orm::sea_query::Condition;

use super::{Scorecard, Standing, Trust, waits};
use crate::{
    error::Result,
    store::{Page, PageArgs, Store},
};

/// Which people of a scorecard are meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Group {
    /// They were touched in the period.
    Touched,
    /// They wait for us.
    Waiting,
    /// A promise made to them in the period stands like this.
    Promised(Standing),
    /// They were touched, and have this experience with our promises.
    Trusting(Trust),
    /// They were touched, and gave feedback in the period: under one hat, or under any.
    Asked(Option<FeedbackSide>),
    /// They have a cadence, be it the tenant's, and their next touch is overdue (false) or is not (true).
    OnTime(bool),
}

impl Store {
    /// A page of the people of a group, in the order in which they became known.
    pub async fn scorecard_people(
        &self,
        card: &Scorecard,
        group: Group,
        args: &PageArgs,
    ) -> Result<Page<person::Model>> {
        self.people_who(self.belongs(card, group).await?, args)
            .await
    }

    /// How many people the group has.
    pub async fn scorecard_people_count(&self, card: &Scorecard, group: Group) -> Result<u64> {
        match group {
            Group::Touched => self.people_touched(card).await,
            other => {
                let belongs = self.belongs(card, other).await?;
                self.count(self.people_meeting(belongs)).await
            }
        }
    }

    async fn belongs(&self, card: &Scorecard, group: Group) -> Result<Condition> {
        Ok(match group {
            Group::Touched => self.touched(card),
            Group::Waiting => waits::waiting(card),
            Group::Promised(standing) => Condition::all().add(self.promised_in(card, &[standing])),
            Group::Trusting(trust) => self.trusts(card, trust),
            Group::Asked(side) => self.seen_heard(card, side).await?,
            Group::OnTime(on_time) => self.on_time(card, on_time).await?,
        })
    }
}
