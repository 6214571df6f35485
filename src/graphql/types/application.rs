//! How an application looks outside.

use async_graphql::{ID, InputObject, MaybeUndefined, SimpleObject};
use entity::{application, enums::ApplicationOutcome};
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
        application::{ApplicationDetails, ApplicationFilter as Filter, NewApplication},
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
    /// How it ended. Null: it runs again, and has not ended at any time.
    outcome: MaybeUndefined<ApplicationOutcome>,
    /// Where it came from, in the other system's words; at most 500 characters.
    source: MaybeUndefined<String>,
    /// When the person applied: any time since 1900, at most 5 minutes ahead; null leaves it.
    applied_at: Option<DateTime>,
    /// When it came to its stage; not before `appliedAt`. Omitted or null: now if the stage
    /// changes, else as it is.
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
            outcome: self.outcome.into(),
            source: self.source.into(),
            applied_at: self.applied_at.map(|at| at.0),
            stage_changed_at: self.stage_changed_at.map(|at| at.0),
            concluded_at: concluded_at.map(|at| at.map(|at| at.0)),
        };
        Ok((self.by.input(&["by"], IdType::Application)?, details))
    }
}
