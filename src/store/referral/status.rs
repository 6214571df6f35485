//! How a referral goes on: its dated statuses, the referrer's thanks, and the outcome told.

use chrono::{DateTime, Utc};
use entity::{enums::ReferralStatus, referral::Model, referral_status_change};
use uuid::Uuid;

use crate::{
    error::{Error, RefusalKind, Result},
    rules::{interaction, referral, text},
    store::{Writer, check::Check, record::By},
};

/// The most dated statuses one referral may have: they are always read together.
pub(in crate::store) const MOST_CHANGES: usize = 200;

/// A change of a referral's status.
#[derive(Clone, Debug)]
pub struct StatusChange {
    /// The status.
    pub status: ReferralStatus,
    /// When it changed; now, if nothing is said.
    pub changed_at: Option<DateTime<Utc>>,
    /// The note.
    pub note: Option<String>,
}

impl Writer {
    /// Changes a referral's status. Changes may be told in any order: the status is the one that
    /// is dated latest. A change to the status that held already at that time is none.
    pub async fn change_referral_status(
        &self,
        by: &By,
        change: &StatusChange,
        version: Option<i32>,
    ) -> Result<Uuid> {
        let old = self.referral_for_change(by, version).await?;
        let changed_at = change.changed_at.unwrap_or(self.now());
        let mut check = Check::default();
        let note = check.text(&["note"], change.note.as_deref(), text::MAX_BODY);
        self.check_after(
            ("changedAt", changed_at),
            ("referredAt", old.referred_at),
            &mut check,
        );
        check.finish()?;
        let mut history = self
            .referral_status_changes(&[old.id])
            .await?
            .remove(&old.id)
            .unwrap_or_default();
        let before = history
            .iter()
            .rev()
            .find(|step| step.changed_at <= changed_at);
        if before.is_some_and(|step| !referral::may_follow(step.status, change.status)) {
            return Ok(old.id);
        }
        if history.len() >= MOST_CHANGES {
            let message = format!("`status` was changed {MOST_CHANGES} times, which is the most");
            return Err(Error::refused(RefusalKind::Invalid, &["status"], message));
        }
        let step = referral_status_change::Model {
            tenant_id: self.tenant(),
            id: self.new_id(),
            referral_id: old.id,
            application_change_id: None,
            status: change.status,
            changed_at,
            recruiter_id: self.viewer().recruiter_id,
            note,
        };
        self.insert(step.clone()).await?;
        history.push(step);
        let new = after_history(&old, &history);
        self.store_referral(&old, new, &["statusHistory"]).await
    }

    /// Notes that the referrer was thanked, now if no time is given. Without a time, one who was
    /// thanked before stays so.
    pub async fn acknowledge_referral(
        &self,
        by: &By,
        at: Option<DateTime<Utc>>,
        version: Option<i32>,
    ) -> Result<Uuid> {
        let old = self.referral_for_change(by, version).await?;
        let time = at.or(old.acknowledged_at).unwrap_or(self.now());
        let mut check = Check::default();
        let after = ("referredAt", old.referred_at);
        self.check_after(("acknowledgedAt", time), after, &mut check);
        check.finish()?;
        let new = Model {
            acknowledged_at: Some(time),
            ..old.clone()
        };
        self.store_referral(&old, new, &[]).await
    }

    /// Notes that the referrer was told the outcome, now if no time is given. Without a time, one
    /// who was told before stays so.
    pub async fn close_referral_loop(
        &self,
        by: &By,
        at: Option<DateTime<Utc>>,
        version: Option<i32>,
    ) -> Result<Uuid> {
        let old = self.referral_for_change(by, version).await?;
        if !referral::is_concluded(old.status) {
            let message = "the referral has no outcome yet that the referrer could be told; change \
                           its status first";
            return Err(Error::refused(RefusalKind::Invalid, &["by"], message));
        }
        let time = at.or(old.loop_closed_at).unwrap_or(self.now());
        let mut check = Check::default();
        let after = ("statusChangedAt", old.status_changed_at);
        self.check_after(("loopClosedAt", time), after, &mut check);
        check.finish()?;
        let new = Model {
            loop_closed_at: Some(time),
            ..old.clone()
        };
        self.store_referral(&old, new, &[]).await
    }

    /// Notes a time that lies in the future, or before what it follows on.
    fn check_after(
        &self,
        (field, at): (&str, DateTime<Utc>),
        (earlier, earliest): (&str, DateTime<Utc>),
        check: &mut Check,
    ) {
        if let Err(message) = interaction::check_past(field, at, self.now()) {
            check.refuse(RefusalKind::Invalid, &[field], &message);
        } else if at < earliest {
            check.invalid(&[field], &format!("lies before the referral's `{earlier}`"));
        }
    }
}

/// The referral as its whole history says.
pub(in crate::store) fn after_history(
    old: &Model,
    history: &[referral_status_change::Model],
) -> Model {
    let mut new = old.clone();
    if let Some(latest) = history.iter().max_by_key(|step| (step.changed_at, step.id)) {
        new.status = latest.status;
        new.status_changed_at = latest.changed_at;
    }
    let is_current =
        |closed: &DateTime<Utc>| referral::stays_closed(new.status, new.status_changed_at, *closed);
    new.loop_closed_at = new.loop_closed_at.filter(is_current);
    new
}
