//! Writes to applications. Each leaves one event, and none when it changed nothing.

use chrono::{DateTime, Utc};
use entity::{
    application::{Column, Entity, Model},
    enums::{ApplicationOutcome, ChangeKind, NodeKind},
    job,
};
use sea_orm::ColumnTrait;
use uuid::Uuid;

use crate::{
    error::{Error, RefusalKind, Result},
    rules::{interaction::check_past, text},
    store::{
        Writer,
        check::Check,
        person::PersonBy,
        record::{By, ExternalKey},
    },
};

/// An application to make. One person may apply for one job several times.
#[derive(Clone, Debug)]
pub struct NewApplication {
    /// Who applies.
    pub person: PersonBy,
    /// What for.
    pub job: By,
    /// The rest of what is said of it.
    pub details: ApplicationDetails,
    /// Its names in other systems.
    pub records: Vec<ExternalKey>,
}

/// What is said of an application. `None` says nothing and leaves what is stored; `Some(None)`
/// clears it.
#[derive(Clone, Debug, Default)]
pub struct ApplicationDetails {
    /// Free text, as the job names its stages.
    pub stage: Option<Option<String>>,
    /// How it ended; none while it runs.
    pub outcome: Option<Option<ApplicationOutcome>>,
    /// Where it came from, as the other system says.
    pub source: Option<Option<String>>,
    /// When it began; now, if nothing is said.
    pub applied_at: Option<DateTime<Utc>>,
    /// When it came to its stage; when it is told, if nothing is said.
    pub stage_changed_at: Option<DateTime<Utc>>,
    /// When it ended; when it is told, if nothing is said.
    pub concluded_at: Option<Option<DateTime<Utc>>>,
}

impl Writer {
    /// Makes an application.
    pub async fn create_application(&self, new: &NewApplication) -> Result<Uuid> {
        let now = self.now();
        let applied_at = new.details.applied_at.unwrap_or(now);
        let mut row = Model {
            tenant_id: self.tenant(),
            id: self.new_id(),
            person_id: Uuid::nil(),
            job_id: Uuid::nil(),
            stage: None,
            milestone: None,
            outcome: None,
            source: None,
            applied_at,
            stage_changed_at: applied_at,
            concluded_at: None,
            version: 1,
            created_at: now,
            updated_at: now,
        };
        // The first stage is as old as the application, unless its time is told: an old
        // application that is only now imported has not moved today.
        apply(&new.details, &mut row, now, applied_at)?;
        row.person_id = self.resolve_person(&["person"], &new.person).await?;
        row.job_id = self
            .resolve_one::<job::Entity>(NodeKind::Job, job::Column::Id, &["job"], &new.job)
            .await?;
        let id = row.id;
        self.insert(row).await?;
        self.link_all(
            NodeKind::Application,
            id,
            &new.records,
            &["externalRecords"],
        )
        .await?;
        self.record(ChangeKind::Created, NodeKind::Application, id, &[])
            .await?;
        Ok(id)
    }

    /// Changes what is said of an application. `version` is the one the caller read, if it cares.
    pub async fn update_application(
        &self,
        by: &By,
        said: &ApplicationDetails,
        version: Option<i32>,
    ) -> Result<Uuid> {
        let id = self
            .resolve_one::<Entity>(NodeKind::Application, Column::Id, &["by"], by)
            .await?;
        let old = self.applications(&[id]).await?.remove(&id);
        let old = old.ok_or(Error::Unavailable)?;
        Self::check_version(version, old.version)?;
        let mut new = old.clone();
        let now = self.now();
        apply(said, &mut new, now, now)?;
        let fields = Self::changed_fields(&old, &new);
        if fields.is_empty() {
            return Ok(id);
        }
        new.version += 1;
        new.updated_at = self.now();
        self.save(&old, &new, Column::Id.eq(id).into()).await?;
        let fields: Vec<_> = fields.iter().map(String::as_str).collect();
        self.record(ChangeKind::Updated, NodeKind::Application, id, &fields)
            .await?;
        Ok(id)
    }
}

/// Puts what is said into the row, whose times follow each other. A new stage was reached at
/// `moved_at`, unless its time is told.
fn apply(
    said: &ApplicationDetails,
    row: &mut Model,
    now: DateTime<Utc>,
    moved_at: DateTime<Utc>,
) -> Result<()> {
    let mut check = Check::default();
    if let Some(source) = &said.source {
        row.source = check.line(&["source"], source.as_deref(), text::MAX_OTHER);
    }
    if let Some(at) = said.applied_at {
        past("appliedAt", at, now, &mut check);
        row.applied_at = at;
    }
    apply_stage(said, row, (now, moved_at), &mut check);
    apply_outcome(said, row, now, &mut check);
    check.finish()
}

fn apply_stage(
    said: &ApplicationDetails,
    row: &mut Model,
    (now, moved_at): (DateTime<Utc>, DateTime<Utc>),
    check: &mut Check,
) {
    if let Some(stage) = &said.stage {
        let stage = check.line(&["stage"], stage.as_deref(), text::MAX_NAME);
        if stage != row.stage {
            row.stage_changed_at = moved_at;
        }
        row.stage = stage;
    }
    if let Some(at) = said.stage_changed_at {
        past("stageChangedAt", at, now, check);
        if at < row.applied_at {
            check.invalid(&["stageChangedAt"], "lies before `appliedAt`");
        }
        row.stage_changed_at = at;
    }
    // The beginning may be corrected without a word on the stage.
    row.stage_changed_at = row.stage_changed_at.max(row.applied_at);
}

fn apply_outcome(
    said: &ApplicationDetails,
    row: &mut Model,
    now: DateTime<Utc>,
    check: &mut Check,
) {
    if let Some(outcome) = said.outcome
        && outcome != row.outcome
    {
        row.outcome = outcome;
        row.concluded_at = outcome.map(|_| now.max(row.applied_at));
    }
    match said.concluded_at {
        Some(Some(_)) if row.outcome.is_none() => {
            check.invalid(&["concludedAt"], "has no meaning without an `outcome`");
        }
        Some(Some(at)) => {
            past("concludedAt", at, now, check);
            row.concluded_at = Some(at);
        }
        Some(None) if row.outcome.is_some() => {
            check.invalid(
                &["concludedAt"],
                "cannot be cleared while there is an `outcome`; clear that",
            );
        }
        _ => {}
    }
    if row.concluded_at.is_some_and(|at| at < row.applied_at) {
        check.invalid(&["concludedAt"], "lies before `appliedAt`");
    }
}

fn past(field: &str, at: DateTime<Utc>, now: DateTime<Utc>, check: &mut Check) {
    if let Err(message) = check_past(field, at, now) {
        check.refuse(RefusalKind::Invalid, &[field], &message);
    }
}
