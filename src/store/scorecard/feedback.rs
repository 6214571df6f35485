//! What people said of us in the period, and how many of those whom we touched said anything.

use entity::{
    enums::FeedbackSide,
    feedback::{Column, Entity},
    person,
};
use sea_orm::{
    ColumnTrait, QueryFilter, QuerySelect, QueryTrait, Select,
    sea_query::{Condition, Expr, ExprTrait, JoinType},
};

use super::{Scorecard, count, count_if};
use crate::{
    error::Result,
    rules::feedback::{PASSIVE_FROM, PROMOTER_FROM, Tally},
    store::Store,
};

impl Store {
    /// The scores given in the period, by one side or by both.
    pub async fn ratings(&self, card: &Scorecard, side: Option<FeedbackSide>) -> Result<Tally> {
        let feedback = self
            .feedback_given(card, side)
            .select_only()
            .expr(count())
            .expr(count_if(Column::Score.gte(PROMOTER_FROM)))
            .expr(count_if(Column::Score.lt(PASSIVE_FROM)));
        let [answers, promoters, detractors] = self.numbers(&feedback.into_query()).await?;
        Ok(Tally {
            promoters,
            passives: answers - promoters - detractors,
            detractors,
        })
    }

    fn feedback_given(&self, card: &Scorecard, side: Option<FeedbackSide>) -> Select<Entity> {
        self.find::<Entity>()
            .filter(card.includes((Entity, Column::GivenAt)))
            .filter(card.is_of((Entity, Column::RecruiterId)))
            .filter(Condition::all().add_option(side.map(|side| Column::Side.eq(side))))
    }

    /// How many people were touched in the period and gave feedback in it, whoever asks.
    pub async fn people_heard(&self, card: &Scorecard, side: Option<FeedbackSide>) -> Result<u64> {
        let given = self.feedback_given(card, side).select_only();
        let people = given
            .column(Column::PersonId)
            .group_by(Column::PersonId)
            .into_query();
        let id = Expr::col((person::Entity, person::Column::Id));
        let heard = self
            .people_meeting(self.touched(card))
            .select_only()
            .expr(count())
            .into_query()
            .join_subquery(
                JoinType::InnerJoin,
                people,
                "heard",
                id.equals(("heard", "person_id")),
            )
            .to_owned();
        let [heard] = self.numbers(&heard).await?;
        Ok(heard)
    }

    /// The person was touched and gave feedback, for the list: the viewer does not learn whether
    /// others entered anything of what they said themself.
    pub(super) async fn seen_heard(
        &self,
        card: &Scorecard,
        side: Option<FeedbackSide>,
    ) -> Result<Condition> {
        let given = self.feedback_given(card, side);
        let seen = given.filter(self.feedback_visible().await?).select_only();
        let people = seen.column(Column::PersonId).into_query();
        let is_heard = Expr::col((person::Entity, person::Column::Id)).in_subquery(people);
        Ok(self.touched(card).add(is_heard))
    }
}
