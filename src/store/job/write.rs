//! Writes to jobs. Each leaves one event, and none when it changed nothing.

use chrono::{Datelike, NaiveDate};
use entity::{
    company,
    enums::{ChangeKind, JobStatus, NodeKind},
    job::{Column, Entity, Model},
};
use sea_orm::ColumnTrait;
use uuid::Uuid;

use crate::{
    error::{Error, Result},
    rules::text,
    store::{
        Writer,
        check::Check,
        person::PersonBy,
        place::PlaceDetails,
        record::{By, ExternalKey},
    },
};

/// What is said of a job. `None` says nothing and leaves what is stored; `Some(None)` clears it.
#[derive(Clone, Debug, Default)]
pub struct JobDetails {
    /// The title.
    pub title: Option<String>,
    /// Whether it can still be filled.
    pub status: Option<JobStatus>,
    /// The company that offers it.
    pub company: Option<Option<By>>,
    /// Who decides who is hired.
    pub hiring_manager: Option<Option<PersonBy>>,
    /// Who looks after it.
    pub owner: Option<Option<Uuid>>,
    /// Where it is.
    pub place: PlaceDetails,
    /// The day it was opened.
    pub opened_on: Option<Option<NaiveDate>>,
    /// The day it was filled or given up.
    pub closed_on: Option<Option<NaiveDate>>,
}

impl Writer {
    /// Makes a job.
    pub async fn create_job(&self, said: &JobDetails, records: &[ExternalKey]) -> Result<Uuid> {
        let mut job = self.blank_job();
        self.apply_job(said, &mut job).await?;
        let id = job.id;
        self.insert(job).await?;
        self.link_all(NodeKind::Job, id, records, &["externalRecords"])
            .await?;
        self.record(ChangeKind::Created, NodeKind::Job, id, &[])
            .await?;
        Ok(id)
    }

    /// Changes what is said of a job. `version` is the one the caller read, if it cares.
    pub async fn update_job(
        &self,
        by: &By,
        said: &JobDetails,
        version: Option<i32>,
    ) -> Result<Uuid> {
        let id = self
            .resolve_one::<Entity>(NodeKind::Job, Column::Id, &["by"], by)
            .await?;
        let old = self.jobs(&[id]).await?.remove(&id);
        let old = old.ok_or(Error::Unavailable)?;
        Self::check_version(version, old.version)?;
        let mut new = old.clone();
        self.apply_job(said, &mut new).await?;
        let fields = Self::changed_fields(&old, &new);
        if fields.is_empty() {
            return Ok(id);
        }
        new.version += 1;
        new.updated_at = self.now();
        self.save(&old, &new, Column::Id.eq(id).into()).await?;
        let fields: Vec<_> = fields.iter().map(String::as_str).collect();
        self.record(ChangeKind::Updated, NodeKind::Job, id, &fields)
            .await?;
        Ok(id)
    }

    pub(in crate::store) fn blank_job(&self) -> Model {
        let now = self.now();
        Model {
            tenant_id: self.tenant(),
            id: self.new_id(),
            title: String::new(),
            title_key: String::new(),
            status: JobStatus::Open,
            company_id: None,
            hiring_manager_id: None,
            owner_id: None,
            city: None,
            region: None,
            country: None,
            opened_on: None,
            closed_on: None,
            version: 1,
            created_at: now,
            updated_at: now,
        }
    }

    async fn apply_job(&self, said: &JobDetails, job: &mut Model) -> Result<()> {
        let mut check = Check::default();
        apply_said(said, job, &mut check);
        check.finish()?;
        self.apply_parents(said, job).await
    }

    async fn apply_parents(&self, said: &JobDetails, job: &mut Model) -> Result<()> {
        if let Some(company) = &said.company {
            let (id, path) = (company::Column::Id, ["company"]);
            job.company_id = match company {
                Some(by) => Some(
                    self.resolve_one::<company::Entity>(NodeKind::Company, id, &path, by)
                        .await?,
                ),
                None => None,
            };
        }
        if let Some(manager) = &said.hiring_manager {
            job.hiring_manager_id = match manager {
                Some(by) => Some(self.resolve_person(&["hiringManager"], by).await?),
                None => None,
            };
        }
        if let Some(owner) = said.owner {
            job.owner_id = match owner {
                Some(owner) => Some(self.resolve_owner(owner).await?),
                None => None,
            };
        }
        Ok(())
    }
}

/// Puts into the row what is said, but for what names other nodes.
pub(in crate::store) fn apply_said(said: &JobDetails, job: &mut Model, check: &mut Check) {
    if let Some(title) = &said.title {
        let title = check.keep(&["title"], text::required_line(title, text::MAX_NAME));
        job.title = title.unwrap_or_default();
        job.title_key = text::fold(&job.title);
    } else if job.title.is_empty() {
        check.invalid(&["title"], "is missing");
    }
    job.status = said.status.unwrap_or(job.status);
    said.place
        .apply((&mut job.city, &mut job.region, &mut job.country), check);
    apply_days(said, job, check);
}

fn apply_days(said: &JobDetails, job: &mut Model, check: &mut Check) {
    let mut day = |field: &str, said: Option<Option<NaiveDate>>, stored: &mut Option<NaiveDate>| {
        let Some(said) = said else { return };
        // SQLite compares days as text, which holds for years of four digits.
        if said.is_some_and(|day| !(1900..=9999).contains(&day.year())) {
            check.invalid(&[field], "is not between 1900-01-01 and 9999-12-31");
        }
        *stored = said;
    };
    day("openedOn", said.opened_on, &mut job.opened_on);
    day("closedOn", said.closed_on, &mut job.closed_on);
    if job
        .opened_on
        .zip(job.closed_on)
        .is_some_and(|(opened, closed)| closed < opened)
    {
        check.invalid(&["closedOn"], "lies before `openedOn`");
    }
}
