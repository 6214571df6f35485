//! What people said of us in the period, and how many of those whom we touched said anything.

use entity::{
    enums::FeedbackSide,
    feedback::{Column, Entity, Model},
    person,
};
use sea_orm::{
    ColumnTrait, QueryFilter, QuerySelect, QueryTrait, Select,
    sea_query::{Condition, Expr, ExprTrait},
};

use super::{Scorecard, count, count_if};
use crate::{
    error::Result,
    rules::scorecard::net_promoter_score,
    store::{KeyValue, Page, PageArgs, Position, SortDirection, Store, order::Order},
};

/// The scores that people gave.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ratings {
    /// How many scores.
    pub answers: u64,
    /// How many of them were 9 or 10.
    pub promoters: u64,
    /// How many of them were 6 or less.
    pub detractors: u64,
}

impl Ratings {
    /// The net promoter score; none without answers.
    pub fn score(&self) -> Option<f64> {
        net_promoter_score(self.promoters, self.detractors, self.answers)
    }
}

impl Store {
    /// The scores given in the period, by one side or by both.
    pub async fn ratings(&self, card: &Scorecard, side: Option<FeedbackSide>) -> Result<Ratings> {
        let feedback = self
            .feedback_given(card, side)
            .select_only()
            .expr(count())
            .expr(count_if(Column::Score.gte(9)))
            .expr(count_if(Column::Score.lte(6)));
        let [answers, promoters, detractors] = self.numbers(&feedback.into_query()).await?;
        Ok(Ratings {
            answers,
            promoters,
            detractors,
        })
    }

    /// A page of the feedback given in the period, the newest first.
    pub async fn feedback_page_of(
        &self,
        card: &Scorecard,
        side: Option<FeedbackSide>,
        args: &PageArgs,
    ) -> Result<Page<Model>> {
        let order = Order::new(self.backend())
            .time((Entity, Column::GivenAt), SortDirection::Descending)
            .id((Entity, Column::Id), SortDirection::Descending);
        let list = self.feedback_given(card, side);
        let list = list.filter(self.feedback_visible().await?);
        self.page(list, &order, args).await
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

/// Where feedback stands in its list.
pub fn feedback_position(row: &Model) -> Position {
    vec![KeyValue::Time(row.given_at), KeyValue::Id(row.id)]
}
