//! How a job looks outside.

use async_graphql::{Enum, ID, InputObject, MaybeUndefined, SimpleObject};
use entity::{enums::JobStatus, job};
use uuid::Uuid;

use super::{
    order::OrderDirection,
    place::{self, Place, PlaceInput},
    record::{ExternalRecordInput, NodeBy, PersonBy},
    recruiter::owner,
};
use crate::{
    error::Result,
    graphql::{
        id::{self, IdType},
        page::Listed,
        scalars::{Date, DateTime},
    },
    store::{
        By, SortDirection,
        job::{JobDetails, JobFilter as Filter, JobOrder as Order},
    },
};

/// An opening, mirrored from the system that keeps it, as context for the people concerned.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(complex)]
pub(crate) struct Job {
    #[graphql(skip)]
    pub(crate) row: Uuid,
    #[graphql(skip)]
    pub(crate) company_row: Option<Uuid>,
    #[graphql(skip)]
    pub(crate) hiring_manager_row: Option<Uuid>,
    #[graphql(skip)]
    pub(crate) owner_row: Option<Uuid>,
    /// The id.
    pub(crate) id: ID,
    /// The title, never empty. Several jobs may have the same.
    title: String,
    /// Whether it can still be filled.
    status: JobStatus,
    /// Where it is, as far as known.
    place: Place,
    /// The day it was opened. Null when unknown.
    opened_on: Option<Date>,
    /// The day it was filled or given up. Null when unknown or when it is open.
    closed_on: Option<Date>,
    /// Grows by one with each change. Send it back with an update to learn of changes made
    /// meanwhile.
    version: i32,
    /// When it was made here.
    created_at: DateTime,
    /// When it last changed.
    updated_at: DateTime,
}

impl From<job::Model> for Job {
    fn from(row: job::Model) -> Self {
        Self {
            row: row.id,
            company_row: row.company_id,
            hiring_manager_row: row.hiring_manager_id,
            owner_row: row.owner_id,
            id: id::encode(IdType::Job, row.id),
            title: row.title,
            status: row.status,
            place: Place {
                city: row.city,
                region: row.region,
                country: row.country,
            },
            opened_on: row.opened_on.map(Date),
            closed_on: row.closed_on.map(Date),
            version: row.version,
            created_at: row.created_at.into(),
            updated_at: row.updated_at.into(),
        }
    }
}

impl Listed for Job {
    const CONNECTION: &'static str = "JobConnection";
    const EDGE: &'static str = "JobEdge";
}

/// Narrows a list of jobs. Every part that is given must hold.
#[derive(Clone, Debug, Default, InputObject)]
pub(crate) struct JobFilter {
    /// Words, each found anywhere in the title, in any order, whatever their capitals and accents;
    /// at most 8 words count.
    text: Option<String>,
    /// Has one of these statuses.
    statuses: Option<Vec<JobStatus>>,
    /// Offered by one of these companies.
    companies: Option<Vec<ID>>,
    /// Looked after by one of these recruiters.
    owners: Option<Vec<ID>>,
    /// One of these people is the hiring manager.
    hiring_managers: Option<Vec<ID>>,
    /// Was made at or after this time.
    created_since: Option<DateTime>,
    /// Was changed at or after this time.
    updated_since: Option<DateTime>,
}

impl JobFilter {
    /// As the store takes it.
    pub(crate) fn read(self) -> Result<Filter> {
        let managers = self.hiring_managers.map(|people| {
            let name = "filter.hiringManagers";
            people
                .iter()
                .map(|id| id::argument(id, name, &id::PERSON))
                .collect()
        });
        Ok(Filter {
            text: self.text,
            statuses: self.statuses,
            companies: id::arguments(self.companies, "filter.companies", IdType::Company)?,
            owners: id::arguments(self.owners, "filter.owners", IdType::Recruiter)?,
            hiring_managers: managers.transpose()?,
            created_since: self.created_since.map(|at| at.0),
            updated_since: self.updated_since.map(|at| at.0),
        })
    }
}

/// What a list of jobs is sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub(crate) enum JobOrderField {
    /// The title, whatever its capitals and accents.
    Title,
    /// When it last changed.
    UpdatedAt,
    /// When it was made.
    CreatedAt,
}

/// The order of a list of jobs.
#[derive(Clone, Copy, Debug, InputObject)]
pub(crate) struct JobOrder {
    /// What it is sorted by.
    field: JobOrderField,
    /// Which way it runs.
    #[graphql(default_with = "OrderDirection::Asc")]
    direction: OrderDirection,
}

impl JobOrder {
    /// As the store takes it; by title, if the caller has no wish.
    pub(crate) fn read(order: Option<Self>) -> (Order, SortDirection) {
        let Some(order) = order else {
            return (Order::Title, SortDirection::Ascending);
        };
        let by = match order.field {
            JobOrderField::Title => Order::Title,
            JobOrderField::UpdatedAt => Order::Updated,
            JobOrderField::CreatedAt => Order::Created,
        };
        (by, order.direction.into())
    }
}

/// What is said of a job beside its title and status. An omitted field is left as it is; null
/// clears it.
#[derive(Clone, Debug, Default, InputObject)]
pub(crate) struct JobDetailsInput {
    /// The company that offers it.
    company: MaybeUndefined<NodeBy>,
    /// The person who decides who is hired.
    hiring_manager: MaybeUndefined<PersonBy>,
    /// The recruiter who looks after it.
    owner: MaybeUndefined<ID>,
    /// Where it is; null clears all its parts.
    place: MaybeUndefined<PlaceInput>,
    /// The day it was opened.
    opened_on: MaybeUndefined<Date>,
    /// The day it was filled or given up; not before it was opened.
    closed_on: MaybeUndefined<Date>,
}

impl JobDetailsInput {
    fn details(self, title: Option<String>, status: Option<JobStatus>) -> Result<JobDetails> {
        let company = Option::<Option<NodeBy>>::from(self.company).map(|company| {
            company
                .map(|by| by.input(&["company"], IdType::Company))
                .transpose()
        });
        let manager = Option::<Option<PersonBy>>::from(self.hiring_manager)
            .map(|manager| manager.map(|by| by.input(&["hiringManager"])).transpose());
        let day = |day| Option::<Option<Date>>::from(day).map(|day| day.map(|day| day.0));
        Ok(JobDetails {
            title,
            status,
            company: company.transpose()?,
            hiring_manager: manager.transpose()?,
            owner: owner(self.owner)?,
            place: place::details(self.place),
            opened_on: day(self.opened_on),
            closed_on: day(self.closed_on),
        })
    }
}

/// A job to make.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct CreateJobInput {
    /// The title; 1 to 200 characters.
    title: String,
    /// Whether it can still be filled.
    #[graphql(default_with = "JobStatus::Open")]
    status: JobStatus,
    #[graphql(flatten)]
    details: JobDetailsInput,
    /// What other systems call it; each record may name one job only.
    pub(crate) external_records: Option<Vec<ExternalRecordInput>>,
    /// A key of your choice, 1 to 255 bytes: the same input under the same key makes one job.
    pub(crate) idempotency_key: Option<String>,
}

impl CreateJobInput {
    /// As the store takes it.
    pub(crate) fn read(self) -> Result<JobDetails> {
        self.details.details(Some(self.title), Some(self.status))
    }
}

/// Changes to a job.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct UpdateJobInput {
    /// Which job.
    by: NodeBy,
    /// The version you read. Given, the update is refused with `CONFLICT` if there is a newer one.
    pub(crate) version: Option<i32>,
    /// The title; 1 to 200 characters. It can be changed, not cleared.
    title: MaybeUndefined<String>,
    /// Whether it can still be filled; null leaves it.
    status: Option<JobStatus>,
    #[graphql(flatten)]
    details: JobDetailsInput,
}

impl UpdateJobInput {
    /// As the store takes it.
    pub(crate) fn read(self) -> Result<(By, JobDetails)> {
        let title = Option::<Option<String>>::from(self.title).map(Option::unwrap_or_default);
        let details = self.details.details(title, self.status)?;
        Ok((self.by.input(&["by"], IdType::Job)?, details))
    }
}
