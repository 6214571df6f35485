//! Applications: read by id, and under the people and the jobs they join.

mod history;
pub(super) mod steps;
pub(super) mod write;

use std::collections::HashMap;

use entity::{
    application::{Column, Entity, Model},
    enums::ApplicationOutcome,
};
use sea_orm::{
    ColumnTrait, Condition, QueryFilter, QuerySelect, QueryTrait, Select,
    sea_query::{Expr, ExprTrait},
};
use uuid::Uuid;

pub use self::{
    history::NewStep,
    write::{ApplicationDetails, NewApplication},
};
use super::{
    KeyValue, Page, PageArgs, Position, SortDirection, Store, order::Order, page::parent, sql,
};
use crate::error::Result;

/// Which applications are wanted. Every part that is given must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct ApplicationFilter {
    /// It has ended, or still runs.
    pub concluded: Option<bool>,
    /// It ended in one of these ways.
    pub outcomes: Option<Vec<ApplicationOutcome>>,
}

/// Whose applications are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ApplicationsOf {
    /// Those of people.
    People,
    /// Those for jobs.
    Jobs,
}

impl ApplicationsOf {
    fn column(self) -> Column {
        match self {
            Self::People => Column::PersonId,
            Self::Jobs => Column::JobId,
        }
    }
}

/// Where an application stands among those of a person or a job.
pub fn application_position(row: &Model) -> Position {
    vec![KeyValue::Time(row.applied_at), KeyValue::Id(row.id)]
}

impl Store {
    /// Applications by id.
    pub async fn applications(&self, ids: &[Uuid]) -> Result<HashMap<Uuid, Model>> {
        let rows = self.rows_of_ids::<Entity>(Column::Id, ids).await?;
        Ok(rows.into_iter().map(|row| (row.id, row)).collect())
    }

    /// The newest applications of each person, or for each job.
    pub async fn applications_of(
        &self,
        of: ApplicationsOf,
        parents: &[Uuid],
        filter: &ApplicationFilter,
        args: &PageArgs,
    ) -> Result<HashMap<Uuid, Page<Model>>> {
        let ids = self
            .applications_where(filter)
            .select_only()
            .column(Column::Id)
            .filter(Expr::col((Entity, of.column())).eq(parent(self.backend())))
            .into_query();
        let order = Order::new(self.backend())
            .time((Entity, Column::AppliedAt), SortDirection::Descending)
            .id((Entity, Column::Id), SortDirection::Descending);
        self.nested::<Entity>(parents, ids, &order, args, application_position)
            .await
    }

    /// How many applications each person, or each job, has.
    pub async fn applications_of_counts(
        &self,
        of: ApplicationsOf,
        parents: &[Uuid],
        filter: &ApplicationFilter,
    ) -> Result<HashMap<Uuid, u64>> {
        let column = (Entity, of.column());
        let rows = self
            .applications_where(filter)
            .select_only()
            .filter(sql::one_of(self.backend(), column, parents));
        self.counts(rows.into_query(), column).await
    }

    fn applications_where(&self, filter: &ApplicationFilter) -> Select<Entity> {
        let concluded = |concluded: bool| {
            if concluded {
                Column::Outcome.is_not_null()
            } else {
                Column::Outcome.is_null()
            }
        };
        let outcomes = filter.outcomes.as_ref();
        self.find::<Entity>().filter(
            Condition::all()
                .add_option(filter.concluded.map(concluded))
                .add_option(outcomes.map(|wanted| Column::Outcome.is_in(wanted.iter().copied()))),
        )
    }
}
