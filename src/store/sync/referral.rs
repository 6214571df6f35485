//! Referrals: the claim is mirrored; how far it has come is decided here once somebody here has
//! said so, and follows from the application where there is one.

use chrono::{DateTime, SubsecRound, Utc};
use entity::{
    enums::{NodeKind, ReferralStatus},
    referral::Model,
    referral_status_change::Model as Status,
};
use uuid::Uuid;

use super::{
    merge,
    names::{Awaited, Finder, Stop},
    record::ReferralRecord,
    relationship::needed,
    work::{Claim, Task, Work, has, put},
};
use crate::{
    error::RefusalKind,
    rules::{interaction::check_past, referral, text},
    store::referral::status::after_history,
};

impl Work {
    #[expect(clippy::similar_names, reason = "the words of the domain")]
    pub(super) fn referral(
        &mut self,
        task: &Task<'_>,
        before: Option<&ReferralRecord>,
        said: &ReferralRecord,
    ) -> Result<Uuid, Stop> {
        let mut find = Finder::new(&self.names, task.system);
        let referrer = referrer(said, &mut find);
        let referred = said.referred.iter().flatten().next();
        let referred = referred.map(|said| find.one(NodeKind::Person, &["referred"], said));
        let referred = needed(referred, "referred", &mut find);
        let job = find.said(NodeKind::Job, &["job"], &said.job);
        let application = find.said(NodeKind::Application, &["application"], &said.application);
        check_reward(said, &mut find);
        if referrer.is_some() && referrer == referred {
            find.check
                .invalid(&["referred"], "is the referrer; nobody refers themself");
        }
        let referred_at = said.referred_at.flatten().map(|at| at.trunc_subsecs(6));
        if let Some(Err(message)) = referred_at.map(|at| check_past("referredAt", at, self.w.now()))
        {
            find.check
                .refuse(RefusalKind::Invalid, &["referredAt"], &message);
        }
        let code = said.relationship_kind.clone().flatten();
        if code
            .as_ref()
            .is_some_and(|code| !self.kinds.contains_key(code))
        {
            let message = "there is no kind with this code; take one from `relationshipKinds`";
            find.check
                .refuse(RefusalKind::NotFound, &["relationshipKind"], message);
        }
        let note = said.note.as_ref();
        let note = note.map(|note| find.check.text(&["note"], note.as_deref(), text::MAX_BODY));
        find.finish()?;
        let (Some(referrer), Some(referred)) = (referrer, referred) else {
            return Err(Stop::Refused(Vec::new()));
        };
        let known = has(&self.referrals, task.node);
        let claim = (
            referrer,
            referred,
            job.unwrap_or_else(|| known.and_then(|row| row.job_id)),
        );
        let at = referred_at.unwrap_or(task.at);
        let id = self.claim(task.node, claim, task.actor, at);
        let Some(mut row) = self.referrals.get(id).cloned() else {
            return Err(Stop::Refused(Vec::new()));
        };
        if task.actor_is_known && row.recruiter_id == task.sender {
            row.recruiter_id = task.actor;
        }
        row.note = note.unwrap_or(row.note);
        row.referred_at = referred_at.unwrap_or(row.referred_at);
        if said.relationship_kind.is_some() {
            row.relationship_kind.clone_from(&code);
        }
        if let Some(application) = application.flatten() {
            row.application_id = Some(application);
        }
        thanks(&mut row, before, said);
        self.loops.extend(row.loop_closed_at.map(|at| (id, at)));
        put!(self.referrals, row, Vec::new());
        self.tell_statuses(id, task, said);
        self.move_status(id, task, before, said);
        self.tie_claim(claim, code.as_deref());
        Ok(id)
    }

    /// The referral that makes this claim, made if it is not there. One whose claim is now told
    /// otherwise becomes that claim, unless another one is that.
    pub(super) fn claim(
        &mut self,
        node: Option<Uuid>,
        claim: Claim,
        actor: Uuid,
        at: DateTime<Utc>,
    ) -> Uuid {
        let same = self.claims.get(&claim).copied();
        if let Some(id) = node.or(same) {
            if same.is_none()
                && let Some(mut row) = self.referrals.get(id).cloned()
            {
                self.claims
                    .remove(&(row.referrer_id, row.referred_id, row.job_id));
                (row.referrer_id, row.referred_id, row.job_id) = claim;
                row.application_id = None;
                put!(self.referrals, row, Vec::new());
                self.claims.insert(claim, id);
            }
            return id;
        }
        let row = self.blank_claim(claim, actor, at);
        let id = row.id;
        self.statuses.put(
            id,
            vec![self.status(&row, ReferralStatus::Received, at, actor)],
        );
        self.claims.insert(claim, id);
        put!(self.referrals, row, Vec::new());
        id
    }

    #[expect(clippy::similar_names, reason = "the words of the domain")]
    fn blank_claim(&self, claim: Claim, actor: Uuid, at: DateTime<Utc>) -> Model {
        let (referrer_id, referred_id, job_id) = claim;
        Model {
            tenant_id: self.w.tenant(),
            id: self.w.new_id(),
            referrer_id,
            referred_id,
            job_id,
            application_id: None,
            recruiter_id: actor,
            relationship_kind: None,
            note: None,
            status: ReferralStatus::Received,
            status_changed_at: at,
            referred_at: at,
            acknowledged_at: None,
            loop_closed_at: None,
            reward_amount: None,
            reward_currency: None,
            reward_due_on: None,
            reward_paid_on: None,
            is_repeat: false,
            version: 1,
            created_at: self.w.now(),
            updated_at: self.w.now(),
        }
    }

    fn status(&self, row: &Model, status: ReferralStatus, at: DateTime<Utc>, by: Uuid) -> Status {
        Status {
            tenant_id: row.tenant_id,
            id: self.w.new_id(),
            referral_id: row.id,
            application_change_id: None,
            status,
            changed_at: at.max(row.referred_at),
            recruiter_id: by,
            note: None,
        }
    }

    /// Adds the dated steps that are told and not known yet. Those known here stay.
    fn tell_statuses(&mut self, id: Uuid, task: &Task<'_>, said: &ReferralRecord) {
        let Some(row) = self.referrals.get(id).cloned() else {
            return;
        };
        let mut history = self.statuses.get(id).to_vec();
        let known = history.len();
        for said in said.changes.iter().flatten().flatten() {
            let (Some(status), Some(at)) = (said.status.flatten(), said.changed_at.flatten())
            else {
                continue;
            };
            let at = at.trunc_subsecs(6).max(row.referred_at);
            if history
                .iter()
                .any(|step| (step.status, step.changed_at) == (status, at))
            {
                continue;
            }
            history.push(Status {
                note: said.note.clone().flatten(),
                ..self.status(&row, status, at, task.actor)
            });
        }
        if history.len() > known {
            let row = after_history(&row, &history);
            self.statuses.put(id, history);
            put!(self.referrals, row, vec!["statusHistory".to_owned()]);
        }
    }

    /// A status that the other system says counts while the status is the one it said before.
    fn move_status(
        &mut self,
        id: Uuid,
        task: &Task<'_>,
        before: Option<&ReferralRecord>,
        said: &ReferralRecord,
    ) {
        let (Some(said), Some(row)) = (said.status.flatten(), self.referrals.get(id).cloned())
        else {
            return;
        };
        let before = before.and_then(|before| before.status.flatten());
        let is_untouched = row.status == before.unwrap_or(ReferralStatus::Received);
        if !is_untouched || said == row.status {
            return;
        }
        let mut history = self.statuses.get(id).to_vec();
        // A status told later is later, however old the record says it is.
        let at = task.at.max(row.status_changed_at);
        history.push(self.status(&row, said, at, task.actor));
        let row = after_history(&row, &history);
        self.statuses.put(id, history);
        put!(self.referrals, row, vec!["statusHistory".to_owned()]);
    }

    /// A referral that tells of a tie tells us of the tie.
    fn tie_claim(&mut self, claim: Claim, code: Option<&str>) {
        let Some(code) = code else { return };
        let Some(kind) = self.kinds.get(code).cloned() else {
            return;
        };
        let (first, second) = kind.rule().stored_order(code, claim.0, claim.1);
        let tie = (first, second, kind.code.clone());
        if self.ties.contains_key(&tie) {
            return;
        }
        let row = self.blank_tie(first, second, &kind);
        self.ties.insert(tie, row.id);
        put!(self.relationships, row, Vec::new());
    }
}

/// Whether the referrer was thanked and told, and what they are paid: recruiters decide once they
/// have.
fn thanks(row: &mut Model, before: Option<&ReferralRecord>, said: &ReferralRecord) {
    let time = |at: Option<DateTime<Utc>>| at.map(|at| at.trunc_subsecs(6));
    let said = &ReferralRecord {
        acknowledged_at: said.acknowledged_at.map(time),
        loop_closed_at: said.loop_closed_at.map(time),
        ..said.clone()
    };
    macro_rules! local {
        ($($field:ident),+) => {$(
            let told = before.and_then(|before| before.$field.as_ref());
            row.$field = merge::local(&row.$field, told, said.$field.as_ref());
        )+};
    }
    local!(
        acknowledged_at,
        loop_closed_at,
        reward_amount,
        reward_currency,
        reward_due_on,
        reward_paid_on
    );
}

fn check_reward(said: &ReferralRecord, find: &mut Finder<'_>) {
    let (amount, currency) = (
        said.reward_amount.iter().flatten(),
        said.reward_currency.iter().flatten(),
    );
    for amount in amount.clone() {
        find.check
            .keep(&["rewardAmount"], referral::check_amount(amount));
    }
    for currency in currency.clone() {
        find.check
            .keep(&["rewardCurrency"], referral::check_currency(currency));
    }
    if amount.count() != currency.count() {
        let message = "an amount and its currency are told together";
        find.check.invalid(&["rewardAmount"], message);
    }
}

/// Who referred. Where only words say so, the record waits: nobody is guessed from a name.
fn referrer(said: &ReferralRecord, find: &mut Finder<'_>) -> Option<Uuid> {
    if let Some(referrer) = said.referrer.iter().flatten().next() {
        return find.one(NodeKind::Person, &["referrer"], referrer);
    }
    match said.referrer_name.iter().flatten().next() {
        Some(name) => {
            let name = find
                .check
                .keep(&["referrerName"], text::required_line(name, text::MAX_NAME))?;
            find.wait(Awaited::name(NodeKind::Person, name));
        }
        None => find
            .check
            .invalid(&["referrer"], "is missing; give it, or a `referrerName`"),
    }
    None
}
