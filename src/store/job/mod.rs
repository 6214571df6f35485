//! Jobs: read by id, in lists, and under the companies that offer them.

pub(super) mod write;

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entity::{
    enums::JobStatus,
    job::{Column, Entity, Model},
};
use sea_orm::{
    ColumnTrait, Condition, QueryFilter, QuerySelect, QueryTrait, Select,
    sea_query::{Expr, ExprTrait},
};
use uuid::Uuid;

pub use self::write::JobDetails;
use super::{
    KeyValue, Page, PageArgs, Position, SortDirection, Store, order::Order, page::parent, sql,
    words,
};
use crate::error::Result;

/// Which jobs are wanted. Every part that is given must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct JobFilter {
    /// Words found in the title.
    pub text: Option<String>,
    /// One of these statuses.
    pub statuses: Option<Vec<JobStatus>>,
    /// Offered by one of these companies.
    pub companies: Option<Vec<Uuid>>,
    /// Looked after by one of these recruiters.
    pub owners: Option<Vec<Uuid>>,
    /// One of these people decides who is hired.
    pub hiring_managers: Option<Vec<Uuid>>,
    /// Made at or after this time.
    pub created_since: Option<DateTime<Utc>>,
    /// Changed at or after this time.
    pub updated_since: Option<DateTime<Utc>>,
}

/// What a list of jobs is sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum JobOrder {
    /// The title.
    Title,
    /// When they were last changed.
    Updated,
    /// When they were made.
    Created,
}

impl JobOrder {
    /// Where a job stands in this order.
    pub fn position(self, row: &Model) -> Position {
        let id = KeyValue::Id(row.id);
        match self {
            Self::Title => vec![KeyValue::Text(row.title_key.clone()), id],
            Self::Updated => vec![KeyValue::Time(row.updated_at), id],
            // Ids grow with the time at which they are made.
            Self::Created => vec![id],
        }
    }
}

impl Store {
    /// Jobs by id.
    pub async fn jobs(&self, ids: &[Uuid]) -> Result<HashMap<Uuid, Model>> {
        let rows = self.rows_of_ids::<Entity>(Column::Id, ids).await?;
        Ok(rows.into_iter().map(|row| (row.id, row)).collect())
    }

    /// A page of jobs.
    pub async fn jobs_page(
        &self,
        filter: &JobFilter,
        order: (JobOrder, SortDirection),
        args: &PageArgs,
    ) -> Result<Page<Model>> {
        let keys = Order::new(self.backend());
        let keys = match order.0 {
            JobOrder::Title => keys.text((Entity, Column::TitleKey), order.1),
            JobOrder::Updated => keys.time((Entity, Column::UpdatedAt), order.1),
            JobOrder::Created => keys,
        };
        let keys = keys.id((Entity, Column::Id), order.1);
        self.page(self.jobs_where(filter)?, &keys, args).await
    }

    /// How many jobs meet the filter.
    pub async fn jobs_count(&self, filter: &JobFilter) -> Result<u64> {
        self.count(self.jobs_where(filter)?).await
    }

    /// The newest jobs of each company.
    pub async fn jobs_of_companies(
        &self,
        companies: &[Uuid],
        filter: &JobFilter,
        args: &PageArgs,
    ) -> Result<HashMap<Uuid, Page<Model>>> {
        let ids = self
            .jobs_where(filter)?
            .select_only()
            .column(Column::Id)
            .filter(Expr::col((Entity, Column::CompanyId)).eq(parent(self.backend())))
            .into_query();
        let order = Order::new(self.backend()).id((Entity, Column::Id), SortDirection::Descending);
        self.nested::<Entity>(companies, ids, &order, args, |row| {
            JobOrder::Created.position(row)
        })
        .await
    }

    /// How many jobs each company has.
    pub async fn jobs_of_companies_counts(
        &self,
        companies: &[Uuid],
        filter: &JobFilter,
    ) -> Result<HashMap<Uuid, u64>> {
        let company = (Entity, Column::CompanyId);
        let rows = self.jobs_where(filter)?.select_only().filter(sql::one_of(
            self.backend(),
            company,
            companies,
        ));
        self.counts(rows.into_query(), company).await
    }

    fn jobs_where(&self, filter: &JobFilter) -> Result<Select<Entity>> {
        let mut list = self.find::<Entity>();
        if let Some(text) = &filter.text {
            list = list.filter(words::all_in((Entity, Column::TitleKey), text)?);
        }
        let among = [
            (Column::CompanyId, &filter.companies),
            (Column::OwnerId, &filter.owners),
        ];
        for (column, ids) in among {
            if let Some(ids) = ids {
                list = list.filter(sql::one_of(self.backend(), (Entity, column), ids));
            }
        }
        if let Some(people) = &filter.hiring_managers {
            list = list.filter(self.is_one_of_people((Entity, Column::HiringManagerId), people));
        }
        let statuses = filter.statuses.as_ref();
        Ok(list.filter(
            Condition::all()
                .add_option(statuses.map(|wanted| Column::Status.is_in(wanted.iter().copied())))
                .add_option(
                    filter
                        .created_since
                        .map(|since| Column::CreatedAt.gte(since)),
                )
                .add_option(
                    filter
                        .updated_since
                        .map(|since| Column::UpdatedAt.gte(since)),
                ),
        ))
    }
}
