//! Writes to applications. Each leaves one event, and none when it changed nothing.

use chrono::{DateTime, Utc};
use entity::{
    application::{Column, Entity, Model},
    application_change::Model as Step,
    enums::{ApplicationOutcome, ChangeKind, Milestone, NodeKind},
    job,
};
use sea_orm::ColumnTrait;
use uuid::Uuid;

use super::steps::Steps;
use crate::{
    error::{Error, Refusal, RefusalKind, Result},
    rules::{application, interaction::check_past, text},
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
    /// The furthest it came, in terms that mean the same for every job.
    pub milestone: Option<Option<Milestone>>,
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
    /// Makes an application, and links the referrals that it follows from.
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
            credited_to_name: None,
            applied_at,
            stage_changed_at: applied_at,
            concluded_at: None,
            version: 1,
            created_at: now,
            updated_at: now,
        };
        let said = checked(&new.details, &mut row, now)?;
        let new_id = || self.new_id();
        let mut steps = self.steps(&row, &new_id, Vec::new());
        steps.begin(&said, now);
        let steps = steps.all;
        stand(&mut row, &steps);
        row.person_id = self.resolve_person(&["person"], &new.person).await?;
        row.job_id = self
            .resolve_one::<job::Entity>(NodeKind::Job, job::Column::Id, &["job"], &new.job)
            .await?;
        let row = self.insert(row).await?;
        self.put_steps(&[], &steps).await?;
        let path = ["externalRecords"];
        self.link_all(NodeKind::Application, row.id, &new.records, &path)
            .await?;
        self.record(ChangeKind::Created, NodeKind::Application, row.id, &[])
            .await?;
        self.link_referrals_to(&row).await?;
        self.application_moved(&row, &steps).await?;
        Ok(row.id)
    }

    /// Changes what is said of an application. `version` is the one the caller read, if it cares.
    pub async fn update_application(
        &self,
        by: &By,
        said: &ApplicationDetails,
        version: Option<i32>,
    ) -> Result<Uuid> {
        let old = self.application_for_change(by, version).await?;
        let mut new = old.clone();
        let said = checked(said, &mut new, self.now())?;
        let stored = self.stored_steps(&old).await?;
        let new_id = || self.new_id();
        let mut steps = self.steps(&new, &new_id, stored);
        steps.begin_at(new.applied_at);
        if steps.reach_back_before(new.applied_at) {
            let message = "`appliedAt` lies after a later step of its `history`";
            return Err(Error::refused(
                RefusalKind::Invalid,
                &["appliedAt"],
                message,
            ));
        }
        steps.update(&said, self.now());
        let steps = steps.all;
        self.store_application(&old, new, steps).await
    }

    /// An application as it is now. It is locked until the end of the write, and its person before
    /// it: what is derived stands there, and every write takes the two in this order.
    pub(super) async fn application_for_change(
        &self,
        by: &By,
        version: Option<i32>,
    ) -> Result<Model> {
        let unknown = || Refusal::not_found(&["by"], "there is nothing by this name");
        let id = self.id_by(NodeKind::Application, by).await?;
        let id = id.ok_or_else(unknown)?;
        let row = self.applications(&[id]).await?.remove(&id);
        let person = row.ok_or_else(unknown)?.person_id;
        self.hold_people(&[person]).await?;
        self.known::<Entity>(Column::Id, &[id]).await?;
        let row = self.applications(&[id]).await?.remove(&id);
        let row = row.ok_or_else(unknown)?;
        Self::check_version(version, row.version)?;
        Ok(row)
    }

    /// Stores what differs of an application and its steps, with one event, and what follows.
    pub(super) async fn store_application(
        &self,
        old: &Model,
        mut new: Model,
        steps: Vec<Step>,
    ) -> Result<Uuid> {
        let stored = self.stored_steps(old).await?;
        stand(&mut new, &steps);
        let mut fields = Self::changed_fields(old, &new);
        if steps != stored {
            fields.push("history".to_owned());
        }
        if fields.is_empty() {
            return Ok(old.id);
        }
        self.put_steps(&stored, &steps).await?;
        new.version += 1;
        new.updated_at = self.now();
        self.save(old, &new, Column::Id.eq(old.id).into()).await?;
        let fields: Vec<_> = fields.iter().map(String::as_str).collect();
        self.record(ChangeKind::Updated, NodeKind::Application, old.id, &fields)
            .await?;
        if steps != stored {
            self.application_moved(&new, &steps).await?;
        }
        Ok(old.id)
    }

    /// What follows from an application's steps: the status of referrals, and what is owed to the
    /// person.
    async fn application_moved(&self, application: &Model, steps: &[Step]) -> Result<()> {
        self.referrals_follow(application.id, steps).await?;
        self.derive(&[application.person_id]).await
    }

    pub(in crate::store) fn steps<'a>(
        &self,
        application: &'a Model,
        new_id: &'a (dyn Fn() -> Uuid + Sync),
        all: Vec<Step>,
    ) -> Steps<'a> {
        Steps {
            application,
            recruiter_id: self.viewer().recruiter_id,
            new_id,
            all,
        }
    }
}

/// Puts into the row where the steps lead.
pub(in crate::store) fn stand(row: &mut Model, steps: &[Step]) {
    let state = application::state(steps);
    row.stage = state.stage;
    row.stage_changed_at = state.stage_changed_at.unwrap_or(row.applied_at);
    row.milestone = state.milestone;
    row.outcome = state.outcome;
    row.concluded_at = state.concluded_at;
}

/// What is said, checked, its stage as it will be stored. What is no step goes into the row.
fn checked(
    said: &ApplicationDetails,
    row: &mut Model,
    now: DateTime<Utc>,
) -> Result<ApplicationDetails> {
    let mut check = Check::default();
    let mut said = said.clone();
    if let Some(source) = &said.source {
        row.source = check.line(&["source"], source.as_deref(), text::MAX_OTHER);
    }
    if let Some(at) = said.applied_at {
        past("appliedAt", at, now, &mut check);
        row.applied_at = at;
    }
    if let Some(stage) = &mut said.stage {
        *stage = check.line(&["stage"], stage.as_deref(), text::MAX_NAME);
    }
    if let Some(at) = said.stage_changed_at {
        past("stageChangedAt", at, now, &mut check);
        if at < row.applied_at {
            check.invalid(&["stageChangedAt"], "lies before `appliedAt`");
        }
    }
    check_conclusion(&said, row, now, &mut check);
    check.finish()?;
    Ok(said)
}

fn check_conclusion(said: &ApplicationDetails, row: &Model, now: DateTime<Utc>, check: &mut Check) {
    let outcome = said.outcome.unwrap_or(row.outcome);
    match said.concluded_at {
        Some(Some(_)) if outcome.is_none() => {
            check.invalid(&["concludedAt"], "has no meaning without an `outcome`");
        }
        Some(Some(at)) => {
            past("concludedAt", at, now, check);
            if at < row.applied_at {
                check.invalid(&["concludedAt"], "lies before `appliedAt`");
            }
        }
        Some(None) if outcome.is_some() => {
            check.invalid(
                &["concludedAt"],
                "cannot be cleared while there is an `outcome`; clear that",
            );
        }
        _ => {}
    }
}

/// Notes a time that did not happen yet.
pub(super) fn past(field: &str, at: DateTime<Utc>, now: DateTime<Utc>, check: &mut Check) {
    if let Err(message) = check_past(field, at, now) {
        check.refuse(RefusalKind::Invalid, &[field], &message);
    }
}
