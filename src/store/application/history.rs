//! The dated steps of applications: read in one statement for many, told one by one in any order,
//! and taken away where they were told by mistake.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entity::{
    application::Model,
    application_change::{self, Model as Step},
    enums::{ApplicationOutcome, Milestone},
};
use sea_orm::{ColumnTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use super::{
    steps::{Said, When},
    write::past,
};
use crate::{
    error::{Error, Refusal, RefusalKind, Result},
    rules::{
        application::{MOST_STEPS, State},
        text,
    },
    store::{Store, Writer, check::Check, record::By, sql},
};

/// A dated step to tell. What is left out stays as it was at that time.
#[derive(Clone, Debug, Default)]
pub struct NewStep {
    /// The stage it came to, or none.
    pub stage: Option<Option<String>>,
    /// The milestone it reached.
    pub milestone: Option<Milestone>,
    /// How it ended, or that it ran again.
    pub outcome: Option<Option<ApplicationOutcome>>,
    /// When; now, if nothing is said.
    pub changed_at: Option<DateTime<Utc>>,
    /// The note.
    pub note: Option<String>,
}

impl Store {
    /// The dated steps of each application, the earliest first.
    pub async fn application_changes(
        &self,
        applications: &[Uuid],
    ) -> Result<HashMap<Uuid, Vec<Step>>> {
        use application_change::{Column, Entity};
        let rows = self
            .find::<Entity>()
            .filter(sql::one_of(
                self.backend(),
                (Entity, Column::ApplicationId),
                applications,
            ))
            .order_by_asc(Column::ChangedAt)
            .order_by_asc(Column::Id);
        let mut rows = self.rows_together(rows).await?;
        self.veil_steps(&mut rows).await?;
        let mut steps: HashMap<Uuid, Vec<Step>> = HashMap::new();
        for row in rows {
            steps.entry(row.application_id).or_default().push(row);
        }
        Ok(steps)
    }
}

impl Writer {
    /// Tells a dated step of an application. Steps may be told in any order: it stands where the
    /// latest ones left it. A step that says only what held already at that time is none.
    pub async fn record_application_change(
        &self,
        by: &By,
        new: &NewStep,
        version: Option<i32>,
    ) -> Result<Uuid> {
        let old = self.application_for_change(by, version).await?;
        let mut check = Check::default();
        let stage = new.stage.as_ref();
        let stage = stage.map(|stage| check.line(&["stage"], stage.as_deref(), text::MAX_NAME));
        let note = check.text(&["note"], new.note.as_deref(), text::MAX_BODY);
        let when = When::told_or(new.changed_at, self.now().max(old.applied_at));
        past("changedAt", when.at, self.now(), &mut check);
        if when.at < old.applied_at {
            check.invalid(&["changedAt"], "lies before `appliedAt`");
        }
        let said = Said {
            stage,
            milestone: new.milestone,
            outcome: new.outcome,
        };
        if said == Said::default() {
            check.refuse(
                RefusalKind::Invalid,
                &[],
                "say what changed: `stage`, `milestone` or `outcome`",
            );
        }
        check.finish()?;
        let new_id = || self.new_id();
        let stored = self.stored_steps(&old).await?;
        let mut steps = self.steps(&old, &new_id, stored);
        let mut then = steps.until(when.at);
        let before = then.state();
        then.add(&said, when, None);
        if says_the_same(&before, &then.state()) {
            return Ok(old.id);
        }
        steps.add(&said, when, note);
        let all = steps.all;
        self.store_application(&old, old.clone(), all).await
    }

    /// Takes away the steps of an application that are dated so; it stands where the others leave
    /// it. Its beginning stays.
    pub async fn remove_application_change(
        &self,
        by: &By,
        changed_at: DateTime<Utc>,
        version: Option<i32>,
    ) -> Result<Uuid> {
        let old = self.application_for_change(by, version).await?;
        let mut steps = self.stored_steps(&old).await?;
        let count = steps.len();
        let mut is_first = true;
        steps.retain(|step| std::mem::take(&mut is_first) || step.changed_at != changed_at);
        if steps.len() == count {
            let message = "the application has no step of that time, or it is its beginning";
            return Err(Refusal::not_found(&["changedAt"], message).into());
        }
        self.store_application(&old, old.clone(), steps).await
    }

    /// The stored steps of one application, the earliest first.
    pub(super) async fn stored_steps(&self, application: &Model) -> Result<Vec<Step>> {
        let steps = self.application_changes(&[application.id]).await?;
        Ok(steps.into_values().next().unwrap_or_default())
    }

    /// Makes the stored steps those that are wanted.
    pub(super) async fn put_steps(&self, stored: &[Step], wanted: &[Step]) -> Result<()> {
        use application_change::Column;
        if wanted.len() > MOST_STEPS {
            let message = format!("the application has {MOST_STEPS} steps, which is the most");
            return Err(Error::refused(RefusalKind::Invalid, &["by"], message));
        }
        let wanted_by_id: HashMap<_, _> = wanted.iter().map(|step| (step.id, step)).collect();
        for step in stored {
            match wanted_by_id.get(&step.id) {
                Some(same) if *same == step => {}
                Some(changed) => {
                    self.save(step, *changed, Column::Id.eq(step.id).into())
                        .await?;
                }
                None => {
                    let id = Column::Id.eq(step.id);
                    self.delete::<application_change::Entity>(id.into()).await?;
                }
            }
        }
        let is_new = |step: &&Step| stored.iter().all(|known| known.id != step.id);
        self.insert_all(wanted.iter().filter(is_new).cloned().collect())
            .await
    }
}

/// Whether a step left everything as it was, dates aside.
fn says_the_same(before: &State, after: &State) -> bool {
    (&before.stage, before.milestone, before.outcome)
        == (&after.stage, after.milestone, after.outcome)
}
