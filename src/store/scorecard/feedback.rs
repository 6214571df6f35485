//! What people said of us in the period, and how many of those whom we touched said anything.

use entity::{
    enums::FeedbackSide,
    feedback::{Column, Entity},
    person,
};
use sea_orm::{
    ColumnTrait, QueryFilter, QuerySelect, QueryTrait, Select,
    sea_query::{Condition, Expr, ExprTrait},
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

    /// The person was touched in the period, and gave feedback in it.
    pub(super) fn answered_us(&self, card: &Scorecard, side: Option<FeedbackSide>) -> Condition {
        let given = self.feedback_given(card, side).select_only();
        let people = given.column(Column::PersonId).into_query();
        self.touched(card)
            .add(Expr::col((person::Entity, person::Column::Id)).in_subquery(people))
    }
}
