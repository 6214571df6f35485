//! Feedback: read by id, in lists, and under people, jobs and recruiters. What a viewer said
//! themself, as others entered it, is left out here, so that no list or count above can show it.

mod nps;
mod write;

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entity::{
    enums::FeedbackSide,
    feedback::{Column, Entity, Model},
    job,
};
use sea_orm::{
    ColumnTrait, Condition, QueryFilter, QuerySelect, QueryTrait, Select,
    sea_query::{Expr, ExprTrait},
};
use uuid::Uuid;

pub use self::{
    nps::{NetPromoterScore, NpsOf, NpsWindow},
    write::{FeedbackDetails, NewFeedback},
};
use super::{
    KeyValue, Page, PageArgs, Position, SortDirection, Store, order::Order, page::parent, sql,
};
use crate::error::Result;

/// Which feedback is wanted. Every part that is given must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct FeedbackFilter {
    /// One of these people gave it.
    pub people: Option<Vec<Uuid>>,
    /// It is about one of these recruiters.
    pub recruiters: Option<Vec<Uuid>>,
    /// It is about one of these jobs.
    pub jobs: Option<Vec<Uuid>>,
    /// It is about a job of one of these companies.
    pub companies: Option<Vec<Uuid>>,
    /// In which role it was given.
    pub side: Option<FeedbackSide>,
    /// The score is at least this.
    pub min_score: Option<i32>,
    /// The score is at most this.
    pub max_score: Option<i32>,
    /// It was given at or after this time.
    pub since: Option<DateTime<Utc>>,
    /// It was given before this time.
    pub until: Option<DateTime<Utc>>,
}

/// Whose feedback a list holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FeedbackOf {
    /// What people said.
    People,
    /// What was said of jobs.
    Jobs,
    /// What was said of recruiters.
    Recruiters,
}

impl FeedbackOf {
    fn column(self) -> Column {
        match self {
            Self::People => Column::PersonId,
            Self::Jobs => Column::JobId,
            Self::Recruiters => Column::RecruiterId,
        }
    }
}

/// Where feedback stands in a list: by the time at which it was given.
pub fn position(row: &Model) -> Position {
    vec![KeyValue::Time(row.given_at), KeyValue::Id(row.id)]
}

impl Store {
    /// Feedback by id.
    pub async fn feedback(&self, ids: &[Uuid]) -> Result<HashMap<Uuid, Model>> {
        let rows = self
            .find::<Entity>()
            .filter(sql::one_of(self.backend(), (Entity, Column::Id), ids))
            .filter(self.feedback_visible().await?);
        let rows = self.rows_together(rows).await?;
        Ok(rows.into_iter().map(|row| (row.id, row)).collect())
    }

    /// A page of feedback.
    pub async fn feedback_page(
        &self,
        filter: &FeedbackFilter,
        direction: SortDirection,
        args: &PageArgs,
    ) -> Result<Page<Model>> {
        let order = self.feedback_order(direction);
        self.page(self.feedback_where(filter).await?, &order, args)
            .await
    }

    /// How much feedback meets the filter.
    pub async fn feedback_count(&self, filter: &FeedbackFilter) -> Result<u64> {
        self.count(self.feedback_where(filter).await?).await
    }

    /// The newest feedback of each person, job or recruiter.
    pub async fn feedback_of(
        &self,
        of: FeedbackOf,
        parents: &[Uuid],
        args: &PageArgs,
    ) -> Result<HashMap<Uuid, Page<Model>>> {
        let ids = self
            .feedback_where(&FeedbackFilter::default())
            .await?
            .select_only()
            .column(Column::Id)
            .filter(Expr::col((Entity, of.column())).eq(parent(self.backend())))
            .into_query();
        let order = self.feedback_order(SortDirection::Descending);
        self.nested::<Entity>(parents, ids, &order, args, position)
            .await
    }

    /// How much feedback each person, job or recruiter has.
    pub async fn feedback_of_counts(
        &self,
        of: FeedbackOf,
        parents: &[Uuid],
    ) -> Result<HashMap<Uuid, u64>> {
        let parent = (Entity, of.column());
        let rows = self
            .feedback_where(&FeedbackFilter::default())
            .await?
            .select_only()
            .filter(sql::one_of(self.backend(), parent, parents));
        self.counts(rows.into_query(), parent).await
    }

    fn feedback_order(&self, direction: SortDirection) -> Order {
        Order::new(self.backend())
            .time((Entity, Column::GivenAt), direction)
            .id((Entity, Column::Id), direction)
    }

    /// All but what the viewer said, unless they entered it themself.
    pub(in crate::store) async fn feedback_visible(&self) -> Result<Condition> {
        let own = self.own_people().await?;
        if own.is_empty() {
            return Ok(Condition::all());
        }
        let theirs = sql::one_of(self.backend(), (Entity, Column::PersonId), &own);
        Ok(Condition::any()
            .add(theirs.not())
            .add(Column::AuthorId.eq(self.viewer().recruiter_id)))
    }

    async fn feedback_where(&self, filter: &FeedbackFilter) -> Result<Select<Entity>> {
        let among = |column: Column, ids: &Option<Vec<Uuid>>| {
            let ids = ids.as_deref();
            ids.map(|ids| sql::one_of(self.backend(), (Entity, column), ids))
        };
        let of_companies = |companies: &Vec<Uuid>| {
            let column = (job::Entity, job::Column::CompanyId);
            let jobs = self
                .find::<job::Entity>()
                .filter(sql::one_of(self.backend(), column, companies))
                .select_only()
                .column(job::Column::Id);
            Column::JobId.in_subquery(jobs.into_query())
        };
        let people = filter.people.as_deref();
        let people = people.map(|ids| self.is_one_of_people((Entity, Column::PersonId), ids));
        let meets = Condition::all()
            .add(self.feedback_visible().await?)
            .add_option(people)
            .add_option(among(Column::RecruiterId, &filter.recruiters))
            .add_option(among(Column::JobId, &filter.jobs))
            .add_option(filter.companies.as_ref().map(of_companies))
            .add_option(filter.side.map(|side| Column::Side.eq(side)))
            .add_option(filter.min_score.map(|least| Column::Score.gte(least)))
            .add_option(filter.max_score.map(|most| Column::Score.lte(most)))
            .add_option(filter.since.map(|since| Column::GivenAt.gte(since)))
            .add_option(filter.until.map(|until| Column::GivenAt.lt(until)));
        Ok(self.find::<Entity>().filter(meets))
    }
}
