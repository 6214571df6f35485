//! Records of what only few systems know, and an export of ours does: referrals with their steps,
//! promises, and what a tenant has set.

use async_graphql::InputObject;
use entity::enums::{PromiseKind, PromiseState, ReferralStatus, Weekday};

use super::{
    super::scalars::{Date, DateTime, TimeOfDay},
    sync_inputs::SyncRefInput,
};

/// A referral of another system. The same referrer, referred person and job is one referral.
#[derive(InputObject)]
pub(crate) struct SyncReferralInput {
    /// Who referred. Needed.
    referrer: Option<SyncRefInput>,
    /// Who referred, where only words say so: the record waits until it is sent with a `referrer`,
    /// for nobody is guessed from a name.
    referrer_name: Option<String>,
    /// Who was referred. Needed.
    referred: Option<SyncRefInput>,
    /// The job, if it was for one.
    job: Option<SyncRefInput>,
    /// The code of what the referrer is to the referred person; that tie is recorded too.
    relationship_kind: Option<String>,
    /// The note.
    note: Option<String>,
    /// How far it has come, until somebody here says otherwise. Linked to an application, it
    /// follows from that.
    status: Option<ReferralStatus>,
    /// When it was told to us.
    referred_at: Option<DateTime>,
    /// The application that it led to, where several could be meant.
    application: Option<SyncRefInput>,
    /// When the referrer was thanked, until somebody here says otherwise.
    acknowledged_at: Option<DateTime>,
    /// When the referrer was told the outcome, until somebody here says otherwise.
    loop_closed_at: Option<DateTime>,
    /// What the referrer is paid, as a decimal number, until somebody here changes it.
    reward_amount: Option<String>,
    /// In which currency: ISO 4217. Told together with the amount.
    reward_currency: Option<String>,
    /// The day on which the reward is due.
    reward_due_on: Option<Date>,
    /// The day on which it was paid.
    reward_paid_on: Option<Date>,
    /// All dated steps that are known there and do not follow from an application; those told here
    /// stay.
    changes: Option<Vec<SyncReferralChangeInput>>,
}

/// A dated step of a referral.
#[derive(InputObject)]
pub(crate) struct SyncReferralChangeInput {
    /// How far it had come. Needed.
    status: Option<ReferralStatus>,
    /// When. Needed.
    changed_at: Option<DateTime>,
    /// The note.
    note: Option<String>,
}

/// A promise of another system. What was said follows the source; its due time and what became of
/// it do so until somebody here changes them.
#[derive(InputObject)]
pub(crate) struct SyncPromiseInput {
    /// To whom it was made. Needed.
    person: Option<SyncRefInput>,
    /// Who made it; the actor, if omitted for a new one.
    recruiter: Option<SyncRefInput>,
    /// The kind. Needed.
    kind: Option<PromiseKind>,
    /// What was said. Needed of a promise of kind OTHER.
    words: Option<String>,
    /// When it was made; `sourceUpdatedAt`, else now, if omitted for a new one.
    made_at: Option<DateTime>,
    /// When it falls due. Needed.
    due_at: Option<DateTime>,
    /// What became of it; OPEN, if omitted for a new one.
    state: Option<PromiseState>,
    /// When it was closed; now, if omitted for one that is not open.
    closed_at: Option<DateTime>,
    /// What was said of that.
    closing_note: Option<String>,
    /// The job it is about.
    job: Option<SyncRefInput>,
    /// The application it is about.
    application: Option<SyncRefInput>,
    /// The interaction in which it was made.
    made_in: Option<SyncRefInput>,
    /// The interaction that kept it.
    kept_by: Option<SyncRefInput>,
    /// The due times that it had before; those known here stay.
    reschedules: Option<Vec<SyncRescheduleInput>>,
}

/// A due time that a promise had before.
#[derive(InputObject)]
pub(crate) struct SyncRescheduleInput {
    /// The due time. Needed.
    due_at: Option<DateTime>,
    /// When it was given up for another. Needed.
    rescheduled_at: Option<DateTime>,
    /// The note.
    note: Option<String>,
}

/// What another tenant has set, as `rapport export` says it. A null restores the default.
#[derive(InputObject)]
pub(crate) struct SyncSettingsInput {
    /// Hours within which a person should have our answer.
    reply_target_hours: Option<i32>,
    /// Days after which news must have been passed on.
    silence_limit_days: Option<i32>,
    /// The cadence of people who have none of their own, in days.
    default_cadence_days: Option<i32>,
    /// Days for which the earliest claim has the credit of a referral.
    attribution_window_days: Option<i32>,
    /// Days within which a referrer should be thanked.
    thank_within_days: Option<i32>,
    /// The time zone, by its IANA name.
    time_zone: Option<String>,
    /// When the team works.
    working_hours: Option<SyncWorkingHoursInput>,
    /// Kinds of relationships beside the built-in ones. Those that are here stay as they are.
    relationship_kinds: Option<Vec<SyncRelationshipKindInput>>,
}

/// When a team works.
#[derive(InputObject)]
pub(crate) struct SyncWorkingHoursInput {
    /// The days of the week.
    days: Option<Vec<Weekday>>,
    /// When a working day begins.
    from: Option<TimeOfDay>,
    /// When it ends.
    until: Option<TimeOfDay>,
    /// Days on which nobody works.
    holidays: Option<Vec<Date>>,
}

/// A kind of relationships.
#[derive(InputObject)]
pub(crate) struct SyncRelationshipKindInput {
    /// The code of what the first person is to the second. Needed.
    code: Option<String>,
    /// The name of that. Needed.
    name: Option<String>,
    /// The code from the other side; the same, if omitted.
    inverse_code: Option<String>,
    /// The name from the other side; the same, if omitted.
    inverse_name: Option<String>,
}
