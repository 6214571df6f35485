//! Referrals and applications: which application a referral led to, and how its status follows from
//! that application's history, whatever the job calls its stages.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entity::{
    application,
    application_change::Model as Step,
    enums::{NodeKind, ReferralStatus},
    referral::{Column, Entity, Model},
    referral_status_change::{self, Model as StatusStep},
};
use sea_orm::{ColumnTrait, Condition, QueryFilter, QuerySelect};
use uuid::Uuid;

use super::status::after_history;
use crate::{
    error::{Error, RefusalKind, Result},
    rules::{application::referral_steps, text},
    store::{Store, Writer, check::Check, record::By, sql},
};

/// What is said of a referral that is here. `None` says nothing; `Some(None)` clears what is
/// stored.
#[derive(Clone, Debug, Default)]
pub struct ReferralDetails {
    /// The application it led to.
    pub application: Option<Option<By>>,
    /// The note.
    pub note: Option<Option<String>>,
}

impl Store {
    /// The referrals that led to each application, the earliest told first.
    pub async fn referrals_of_applications(
        &self,
        applications: &[Uuid],
    ) -> Result<HashMap<Uuid, Vec<Model>>> {
        let mut rows = self
            .find::<Entity>()
            .filter(sql::one_of(
                self.backend(),
                (Entity, Column::ApplicationId),
                applications,
            ))
            .all(&self.conn)
            .await?;
        self.veil_referrals(&mut rows).await?;
        let mut referrals: HashMap<Uuid, Vec<Model>> = HashMap::new();
        for row in rows {
            if let Some(application) = row.application_id {
                referrals.entry(application).or_default().push(row);
            }
        }
        for rows in referrals.values_mut() {
            rows.sort_by_key(|row| (row.referred_at, row.id));
        }
        Ok(referrals)
    }
}

impl Writer {
    /// The one application of a person for a job; none if there are several, for then nobody knows
    /// to which the referral led.
    pub(super) async fn only_application(&self, person: Uuid, job: Uuid) -> Result<Option<Uuid>> {
        use application::{Column, Entity};
        let found: Vec<Uuid> = self
            .find::<Entity>()
            .select_only()
            .column(Column::Id)
            .filter(Column::PersonId.eq(person))
            .filter(Column::JobId.eq(job))
            .limit(2)
            .into_tuple()
            .all(&self.conn)
            .await?;
        Ok(match found[..] {
            [only] => Some(only),
            _ => None,
        })
    }

    /// The application that is meant: one of the referred person, and for the job, if there is one.
    pub(super) async fn application_meant(
        &self,
        by: &By,
        referred: Uuid,
        job: Option<Uuid>,
    ) -> Result<Uuid> {
        let path = ["application"];
        let id = application::Column::Id;
        let id = self
            .resolve_one::<application::Entity>(NodeKind::Application, id, &path, by)
            .await?;
        let row = self.applications(&[id]).await?.remove(&id);
        let row = row.ok_or(Error::Unavailable)?;
        let message = if row.person_id != referred {
            "`application` is not one of the person who was referred"
        } else if job.is_some_and(|job| job != row.job_id) {
            "`application` is for another job than the referral"
        } else {
            return Ok(id);
        };
        Err(Error::refused(RefusalKind::Invalid, &path, message))
    }

    /// Links an application that was just made to the referrals of its person for its job, unless
    /// there was another one before.
    pub(in crate::store) async fn link_referrals_to(
        &self,
        made: &application::Model,
    ) -> Result<()> {
        let unlinked: Vec<Uuid> = self
            .find::<Entity>()
            .select_only()
            .column(Column::Id)
            .filter(Column::ReferredId.eq(made.person_id))
            .filter(Column::JobId.eq(made.job_id))
            .filter(Column::ApplicationId.is_null())
            .into_tuple()
            .all(&self.conn)
            .await?;
        let only = if unlinked.is_empty() {
            None
        } else {
            self.only_application(made.person_id, made.job_id).await?
        };
        if only != Some(made.id) {
            return Ok(());
        }
        let steps = self.application_changes(&[made.id]).await?;
        let steps = steps.into_values().next().unwrap_or_default();
        self.known::<Entity>(Column::Id, &unlinked).await?;
        for old in self.referrals(&unlinked).await?.into_values() {
            let new = Model {
                application_id: Some(made.id),
                ..old.clone()
            };
            self.follow(&old, new, &steps).await?;
        }
        Ok(())
    }

    /// Has the referrals that led to an application follow its history.
    pub(in crate::store) async fn referrals_follow(
        &self,
        application: Uuid,
        steps: &[Step],
    ) -> Result<()> {
        let linked = self.referrals_of_applications(&[application]).await?;
        let mut ids: Vec<_> = linked.into_values().flatten().map(|row| row.id).collect();
        ids.sort_unstable();
        self.known::<Entity>(Column::Id, &ids).await?;
        for old in self.referrals(&ids).await?.into_values() {
            self.follow(&old, old.clone(), steps).await?;
        }
        Ok(())
    }

    /// Stores a referral whose status follows from the steps of an application. What was told of
    /// the referral itself stays; whichever is dated latest is its status.
    pub(super) async fn follow(&self, old: &Model, new: Model, steps: &[Step]) -> Result<Uuid> {
        let (history, is_same) = self.put_statuses(&new, steps).await?;
        let new = after_history(&new, &history);
        let has_moved = !is_same || new.status_changed_at != old.status_changed_at;
        let also: &[&str] = if has_moved { &["statusHistory"] } else { &[] };
        self.store_referral(old, new, also).await
    }

    /// Stores the statuses that follow from the steps in the place of those that did. Gives the
    /// whole history, and whether it was so before.
    async fn put_statuses(
        &self,
        referral: &Model,
        steps: &[Step],
    ) -> Result<(Vec<StatusStep>, bool)> {
        use referral_status_change::{Column, Entity};
        let history = self.referral_status_changes(&[referral.id]).await?;
        let history = history.into_values().next().unwrap_or_default();
        let (mut told, followed) = told_and_followed(history);
        let wanted = self.statuses_after(referral, steps);
        let is_same = followed.iter().map(bare).eq(wanted.iter().map(bare));
        if is_same {
            told.extend(followed);
        } else {
            let of_referral = Condition::all()
                .add(Column::ReferralId.eq(referral.id))
                .add(Column::ApplicationChangeId.is_not_null());
            self.delete::<Entity>(of_referral).await?;
            self.insert_all(wanted.clone()).await?;
            told.extend(wanted);
        }
        Ok((told, is_same))
    }

    /// Puts right the status of a referral and what of it follows from its application. That is no
    /// change which anybody made, and leaves no event.
    pub(in crate::store) async fn mend_status(&self, referral: &Model) -> Result<()> {
        let applications: Vec<_> = referral.application_id.into_iter().collect();
        let steps = self.application_changes(&applications).await?;
        let steps = steps.into_values().next().unwrap_or_default();
        let (history, _) = self.put_statuses(referral, &steps).await?;
        let mended = after_history(referral, &history);
        let key = Column::Id.eq(referral.id);
        self.save(referral, &mended, key.into()).await?;
        Ok(())
    }

    /// The statuses of a referral that follow from the steps. None is dated before it was told.
    pub(in crate::store) fn statuses_after(
        &self,
        referral: &Model,
        steps: &[Step],
    ) -> Vec<StatusStep> {
        let recruiter = |change| {
            let step = steps.iter().find(|step| step.id == change);
            step.map_or(referral.recruiter_id, |step| step.recruiter_id)
        };
        let statuses = referral_steps(steps).into_iter();
        let row = |(status, at, change): (ReferralStatus, DateTime<Utc>, Uuid)| StatusStep {
            tenant_id: self.tenant(),
            id: self.new_id(),
            referral_id: referral.id,
            application_change_id: Some(change),
            status,
            changed_at: at.max(referral.referred_at),
            recruiter_id: recruiter(change),
            note: None,
        };
        statuses.map(row).collect()
    }

    /// Says which application a referral led to, or that it led to none, and what was said of it.
    pub async fn update_referral(
        &self,
        by: &By,
        said: &ReferralDetails,
        version: Option<i32>,
    ) -> Result<Uuid> {
        let mut check = Check::default();
        let note = said.note.as_ref();
        let note = note.map(|note| check.text(&["note"], note.as_deref(), text::MAX_BODY));
        check.finish()?;
        self.lock_referred(by).await?;
        let old = self.referral_for_change(by, version).await?;
        let mut new = old.clone();
        new.note = note.unwrap_or(new.note);
        let Some(application) = &said.application else {
            return self.store_referral(&old, new, &[]).await;
        };
        new.application_id = match application {
            Some(by) => {
                let id = self.application_meant(by, new.referred_id, new.job_id);
                Some(id.await?)
            }
            None => None,
        };
        let ids: Vec<_> = new.application_id.into_iter().collect();
        let steps = self.application_changes(&ids).await?;
        let steps = steps.into_values().next().unwrap_or_default();
        self.follow(&old, new, &steps).await
    }

    /// Says of a referral that is told again to which application it led, if that was not known.
    pub(super) async fn lead_to(&self, id: Uuid, by: &By) -> Result<()> {
        let old = self.referral_for_change(&By::Id(id), None).await?;
        let meant = self
            .application_meant(by, old.referred_id, old.job_id)
            .await?;
        if old.application_id.is_some() {
            return Ok(());
        }
        let steps = self.application_changes(&[meant]).await?;
        let steps = steps.into_values().next().unwrap_or_default();
        let new = Model {
            application_id: Some(meant),
            ..old.clone()
        };
        self.follow(&old, new, &steps).await.map(|_| ())
    }

    /// Locks the referred person before their referral: whoever changes an application locks its
    /// person first and its referrals last, and two writes must not block one another.
    async fn lock_referred(&self, by: &By) -> Result<()> {
        if let Some(id) = self.id_by(NodeKind::Referral, by).await? {
            let rows = self.referrals(&[id]).await?;
            let people: Vec<_> = rows.values().map(|row| row.referred_id).collect();
            self.hold_people(&people).await?;
        }
        Ok(())
    }
}

/// The statuses that were told of a referral itself, and those that follow from its application.
fn told_and_followed(history: Vec<StatusStep>) -> (Vec<StatusStep>, Vec<StatusStep>) {
    history
        .into_iter()
        .partition(|step| step.application_change_id.is_none())
}

/// A referral as its history and the steps of its application say, and how many statuses follow
/// from the steps: of those that are stored, and of those that should be, if these are others.
pub(in crate::store) fn as_told(
    stored: &Model,
    history: Vec<StatusStep>,
    steps: &[Step],
) -> (Model, Option<(usize, usize)>) {
    let (mut told, followed) = told_and_followed(history);
    let at = |at: DateTime<Utc>| at.max(stored.referred_at);
    let wanted: Vec<_> = referral_steps(steps)
        .into_iter()
        .map(|(status, changed_at, step)| (Some(step), status, at(changed_at)))
        .collect();
    if followed.iter().map(bare).eq(wanted.iter().copied()) {
        told.extend(followed);
        return (after_history(stored, &told), None);
    }
    let counts = (followed.len(), wanted.len());
    let row = |(application_change_id, status, changed_at)| StatusStep {
        tenant_id: stored.tenant_id,
        // They would be stored anew, and so after those that were told of the same time.
        id: Uuid::max(),
        referral_id: stored.id,
        application_change_id,
        status,
        changed_at,
        recruiter_id: stored.recruiter_id,
        note: None,
    };
    told.extend(wanted.into_iter().map(row));
    (after_history(stored, &told), Some(counts))
}

/// What tells one status from another, whoever wrote it down and when.
pub(in crate::store) fn bare(step: &StatusStep) -> (Option<Uuid>, ReferralStatus, DateTime<Utc>) {
    (step.application_change_id, step.status, step.changed_at)
}
