//! How an application looks outside.

use async_graphql::{ID, InputObject, MaybeUndefined, SimpleObject};
use entity::{
    application, application_change,
    enums::{ApplicationOutcome, Milestone},
};
use uuid::Uuid;

use super::record::{ExternalRecordInput, NodeBy, PersonBy, keys};
use crate::{
    error::Result,
    graphql::{
        id::{self, IdType},
        page::Listed,
        scalars::DateTime,
    },
    store::{
        By,
        application::{ApplicationDetails, ApplicationFilter as Filter, NewApplication, NewStep},
    },
};

/// A person's candidacy for a job, mirrored from the system that keeps it.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(complex)]
pub(crate) struct Application {
    #[graphql(skip)]
    pub(crate) row: Uuid,
    #[graphql(skip)]
    pub(crate) person_row: Uuid,
    #[graphql(skip)]
    pub(crate) job_row: Uuid,
    /// The id.
    pub(crate) id: ID,
    /// How far it has come, in the job's own words. Null when unknown.
    stage: Option<String>,
    /// The furthest it came, in words that mean the same for every job. Null when none was told.
    milestone: Option<Milestone>,
    /// How it ended. Null while it runs.
    outcome: Option<ApplicationOutcome>,
    /// Where it came from, such as `Referral`, in the other system's words. Null when unknown.
    source: Option<String>,
    /// When the person applied.
    applied_at: DateTime,
    /// When it came to its stage; where that is not known, when we learned of the stage.
    stage_changed_at: DateTime,
    /// When it ended; where that is not known, when we learned of it. Null while it runs.
    concluded_at: Option<DateTime>,
    /// Grows by one with each change. Send it back with an update to learn of changes made
    /// meanwhile.
    version: i32,
    /// When it was made here.
    created_at: DateTime,
    /// When it last changed.
    updated_at: DateTime,
}

impl From<application::Model> for Application {
    fn from(row: application::Model) -> Self {
        Self {
            row: row.id,
            person_row: row.person_id,
            job_row: row.job_id,
            id: id::encode(IdType::Application, row.id),
            stage: row.stage,
            milestone: row.milestone,
            outcome: row.outcome,
            source: row.source,
            applied_at: row.applied_at.into(),
            stage_changed_at: row.stage_changed_at.into(),
            concluded_at: row.concluded_at.map(DateTime),
            version: row.version,
            created_at: row.created_at.into(),
            updated_at: row.updated_at.into(),
        }
    }
}

impl Listed for Application {
    const CONNECTION: &'static str = "ApplicationConnection";
    const EDGE: &'static str = "ApplicationEdge";
}

/// One dated step of an application. It says nothing of what is null.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(complex)]
pub(crate) struct ApplicationChange {
    #[graphql(skip)]
    pub(crate) recruiter_row: Uuid,
    /// When it happened.
    changed_at: DateTime,
    /// The time was told (true), or is when we learned of it (false).
    is_dated: bool,
    /// The stage it came to, in the job's own words. Null when the step says nothing of it.
    stage: Option<String>,
    /// The milestone that it reached. Null when the step says nothing of it.
    milestone: Option<Milestone>,
    /// How it ended. Null when the step did not end it.
    outcome: Option<ApplicationOutcome>,
    /// It had ended, and runs again.
    reopened: bool,
    /// What was said of it. Null when nothing was.
    note: Option<String>,
}

impl From<&application_change::Model> for ApplicationChange {
    fn from(row: &application_change::Model) -> Self {
        Self {
            recruiter_row: row.recruiter_id,
            changed_at: row.changed_at.into(),
            is_dated: row.is_dated,
            stage: row.stage.clone().filter(|stage| !stage.is_empty()),
            milestone: row.milestone,
            outcome: row.outcome,
            reopened: row.reopened,
            note: row.note.clone(),
        }
    }
}

/// Narrows a list of applications. Every part that is given must hold.
#[derive(Clone, Debug, Default, InputObject)]
pub(crate) struct ApplicationFilter {
    /// It has ended (true), or still runs (false).
    concluded: Option<bool>,
    /// It ended in one of these ways.
    outcomes: Option<Vec<ApplicationOutcome>>,
}

impl From<ApplicationFilter> for Filter {
    fn from(filter: ApplicationFilter) -> Self {
        Self {
            concluded: filter.concluded,
            outcomes: filter.outcomes,
        }
    }
}

/// An application to make. A person may apply for the same job more than once.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct CreateApplicationInput {
    /// Who applies.
    person: PersonBy,
    /// What for.
    job: NodeBy,
    /// How far it has come, in the job's own words; at most 200 characters.
    stage: Option<String>,
    /// The furthest it came, whatever the stage is called. Omitted or null: nothing is known.
    milestone: Option<Milestone>,
    /// How it ended. Omitted or null: it runs.
    outcome: Option<ApplicationOutcome>,
    /// Where it came from, in the other system's words; at most 500 characters.
    source: Option<String>,
    /// When the person applied: any time since 1900, at most 5 minutes ahead. Omitted or null: now.
    applied_at: Option<DateTime>,
    /// When it came to its stage; not before `appliedAt`. Omitted or null: `appliedAt`.
    stage_changed_at: Option<DateTime>,
    /// When it ended; not before `appliedAt`, and only with an `outcome`. Omitted or null: now, if
    /// there is an outcome.
    concluded_at: Option<DateTime>,
    /// What other systems call it; each record may name one application only.
    external_records: Option<Vec<ExternalRecordInput>>,
    /// A key of your choice, 1 to 255 bytes: the same input under the same key makes one
    /// application.
    pub(crate) idempotency_key: Option<String>,
}

impl CreateApplicationInput {
    /// As the store takes it.
    pub(crate) fn read(self) -> Result<NewApplication> {
        Ok(NewApplication {
            person: self.person.input(&["person"])?,
            job: self.job.input(&["job"], IdType::Job)?,
            records: keys(self.external_records),
            details: ApplicationDetails {
                stage: Some(self.stage),
                milestone: Some(self.milestone),
                outcome: Some(self.outcome),
                source: Some(self.source),
                applied_at: self.applied_at.map(|at| at.0),
                stage_changed_at: self.stage_changed_at.map(|at| at.0),
                concluded_at: self.concluded_at.map(|at| Some(at.0)),
            },
        })
    }
}

/// Changes to an application. An omitted field is left as it is; null clears it where not said
/// otherwise.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct UpdateApplicationInput {
    /// Which application.
    by: NodeBy,
    /// The version you read. Given, the update is refused with `CONFLICT` if there is a newer one.
    pub(crate) version: Option<i32>,
    /// How far it has come, in the job's own words; at most 200 characters.
    stage: MaybeUndefined<String>,
    /// What it reached, whatever the stage is called, together with the stage if that changes too.
    /// The furthest counts: one that is behind it changes nothing. Null: it has reached none, at
    /// any time.
    milestone: MaybeUndefined<Milestone>,
    /// How it ended. Null: it runs again; that it had ended stays in its history.
    outcome: MaybeUndefined<ApplicationOutcome>,
    /// Where it came from, in the other system's words; at most 500 characters.
    source: MaybeUndefined<String>,
    /// When the person applied: any time since 1900, at most 5 minutes ahead; null leaves it.
    applied_at: Option<DateTime>,
    /// When it came to its stage; not before `appliedAt`. Omitted or null: now if the stage
    /// changes, else as it is. A stage dated before one whose date was told is history: the later
    /// one stays the stage. Where a date was not told, that stage came before this one.
    stage_changed_at: Option<DateTime>,
    /// When it ended; not before `appliedAt`, and only with an `outcome`. Omitted: now if the
    /// outcome changes, else as it is. Null is refused while there is an outcome.
    concluded_at: MaybeUndefined<DateTime>,
}

impl UpdateApplicationInput {
    /// As the store takes it.
    pub(crate) fn read(self) -> Result<(By, ApplicationDetails)> {
        let concluded_at = Option::<Option<DateTime>>::from(self.concluded_at);
        let details = ApplicationDetails {
            stage: self.stage.into(),
            milestone: self.milestone.into(),
            outcome: self.outcome.into(),
            source: self.source.into(),
            applied_at: self.applied_at.map(|at| at.0),
            stage_changed_at: self.stage_changed_at.map(|at| at.0),
            concluded_at: concluded_at.map(|at| at.map(|at| at.0)),
        };
        Ok((self.by.input(&["by"], IdType::Application)?, details))
    }
}

/// A dated step of an application: a stage, a milestone or an outcome at least. What is omitted is
/// as it was at that time.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct RecordApplicationChangeInput {
    /// Which application.
    by: NodeBy,
    /// The version you read. Given, the step is refused with `CONFLICT` if there is a newer one.
    pub(crate) version: Option<i32>,
    /// The stage it came to, in the job's own words; at most 200 characters. Null: it has none.
    stage: MaybeUndefined<String>,
    /// The milestone it reached, whatever the stage is called.
    milestone: Option<Milestone>,
    /// How it ended. Null: it ran again.
    outcome: MaybeUndefined<ApplicationOutcome>,
    /// When: not before `appliedAt`, at most 5 minutes ahead. Omitted or null: now.
    changed_at: Option<DateTime>,
    /// What was said of it; at most 100,000 characters.
    note: Option<String>,
}

impl RecordApplicationChangeInput {
    /// As the store takes it.
    pub(crate) fn read(self) -> Result<(By, NewStep)> {
        let step = NewStep {
            stage: self.stage.into(),
            milestone: self.milestone,
            outcome: self.outcome.into(),
            changed_at: self.changed_at.map(|at| at.0),
            note: self.note,
        };
        Ok((self.by.input(&["by"], IdType::Application)?, step))
    }
}

/// A step of an application that was told by mistake.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct RemoveApplicationChangeInput {
    /// Which application.
    pub(crate) by: NodeBy,
    /// The version you read. Given, it is refused with `CONFLICT` if there is a newer one.
    pub(crate) version: Option<i32>,
    /// The `changedAt` of the step. If there are several of that time, all of them go.
    pub(crate) changed_at: DateTime,
}
