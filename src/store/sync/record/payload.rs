//! What a record says of its node, by the kind of node it is.

use chrono::{DateTime, NaiveDate, Utc};
use entity::enums::{
    ApplicationOutcome, CadenceReset, Channel, Direction, FeedbackSide, Hat, InteractionOutcome,
    JobStatus, Milestone, PromiseKind, PromiseState, ReferralStatus, Visibility, Weekday,
};
use serde::{Deserialize, Serialize};

use super::{AddressRecord, Said, SyncRef, said};
use crate::rules::settings::TimeOfDay;

/// Declares what may be said of something: every field may be left out, null, or a value.
macro_rules! said {
    ($($(#[$about:meta])* $name:ident { $($(#[$meaning:meta])* $field:ident: $type:ty,)+ })+) => {$(
        $(#[$about])*
        #[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
        #[serde(rename_all = "camelCase", deny_unknown_fields)]
        pub struct $name {
            $(
                $(#[$meaning])*
                #[serde(
                    default,
                    deserialize_with = "said",
                    skip_serializing_if = "Option::is_none"
                )]
                pub $field: Said<$type>,
            )+
        }
    )+};
}

said! {
    /// Where somebody or something is.
    PlaceRecord {
        /// The city.
        city: String,
        /// The region.
        region: String,
        /// The country, as ISO 3166-1 alpha-2.
        country: String,
    }

    /// A person.
    PersonRecord {
        /// The hats they wear there; CANDIDATE, if nothing is said of a new person.
        hats: Vec<Hat>,
        /// The whole name.
        name: String,
        /// The given name.
        given_name: String,
        /// The family name.
        family_name: String,
        /// One line that says who they are.
        headline: String,
        /// Where they live.
        place: PlaceRecord,
        /// All their e-mail addresses there.
        emails: Vec<AddressRecord>,
        /// All their telephone numbers there.
        phones: Vec<AddressRecord>,
        /// All their profiles and pages there.
        links: Vec<AddressRecord>,
        /// All their positions.
        positions: Vec<PositionRecord>,
        /// All their tags there.
        tags: Vec<String>,
        /// All their communities there.
        communities: Vec<String>,
        /// The recruiter who looks after them.
        owner: SyncRef,
        /// Nobody may contact them.
        do_not_contact: bool,
        /// Why nobody may.
        do_not_contact_reason: String,
        /// Days within which they should be touched again.
        cadence_days: i32,
        /// Which touches start those days anew.
        cadence_reset: CadenceReset,
        /// When the next touch is planned.
        scheduled_touch_at: DateTime<Utc>,
        /// When that was planned; an outreach since then has used it up.
        scheduled_touch_set_at: DateTime<Utc>,
    }

    /// A position of a person.
    PositionRecord {
        /// The company.
        company: SyncRef,
        /// The employer's name, where it is no record of its own.
        company_name: String,
        /// The title.
        title: String,
        /// The first day.
        started_on: NaiveDate,
        /// The last day.
        ended_on: NaiveDate,
    }

    /// A company.
    CompanyRecord {
        /// The name. Needed of a new company.
        name: String,
        /// The website.
        website: String,
        /// Where it is.
        place: PlaceRecord,
        /// The recruiter who looks after it.
        owner: SyncRef,
    }

    /// A job.
    JobRecord {
        /// The title. Needed of a new job.
        title: String,
        /// Whether it can still be filled.
        status: JobStatus,
        /// The company that offers it.
        company: SyncRef,
        /// Who decides who is hired.
        hiring_manager: SyncRef,
        /// The recruiter who looks after it.
        owner: SyncRef,
        /// Where it is.
        place: PlaceRecord,
        /// The day it was opened.
        opened_on: NaiveDate,
        /// The day it was filled or given up.
        closed_on: NaiveDate,
    }

    /// An application.
    ApplicationRecord {
        /// Who applies. Needed of a new application.
        person: SyncRef,
        /// For what. Needed of a new application.
        job: SyncRef,
        /// The stage, by the name it has there.
        stage: String,
        /// What the stage means in every process.
        milestone: Milestone,
        /// How it ended.
        outcome: ApplicationOutcome,
        /// Where it came from.
        source: String,
        /// When it was made.
        applied_at: DateTime<Utc>,
        /// When it ended.
        concluded_at: DateTime<Utc>,
        /// Its dated steps, in any order: all that are known there.
        changes: Vec<ApplicationChangeRecord>,
        /// The person who is credited with bringing the candidate.
        credited_to: SyncRef,
        /// Who is credited, where only words say so. They are kept and never guessed from.
        credited_to_name: String,
    }

    /// A dated step of an application.
    ApplicationChangeRecord {
        /// The stage it came to.
        stage: String,
        /// What the stage means in every process.
        milestone: Milestone,
        /// How it ended, on the step that ended it.
        outcome: ApplicationOutcome,
        /// It runs again from this step on.
        reopened: bool,
        /// When it happened. Needed.
        changed_at: DateTime<Utc>,
        /// The note.
        note: String,
    }

    /// An interaction.
    InteractionRecord {
        /// Who took part from outside. Needed of a new interaction.
        people: Vec<SyncRef>,
        /// Who took part of ours; the actor, if nothing is said of a new interaction.
        recruiters: Vec<SyncRef>,
        /// The medium. Needed of a new interaction.
        channel: Channel,
        /// Who spoke to whom; by the channel, if nothing is said.
        direction: Direction,
        /// Whether the person was reached.
        outcome: InteractionOutcome,
        /// It was sent by a machine.
        automated: bool,
        /// Who may see it.
        visibility: Visibility,
        /// When it happened. Needed of a new interaction.
        occurred_at: DateTime<Utc>,
        /// How long it took.
        duration_minutes: i32,
        /// What it was about, in one line.
        subject: String,
        /// What was said.
        body: String,
        /// The job it was about.
        job: SyncRef,
    }

    /// A relationship, as seen from `person`.
    RelationshipRecord {
        /// The person from whom it is seen. Needed of a new relationship.
        person: SyncRef,
        /// The other. Needed of a new relationship.
        other: SyncRef,
        /// The code of what the person is to the other. Needed of a new relationship.
        kind: String,
        /// When it began.
        since: NaiveDate,
        /// When it ended: given, it no longer holds.
        until: NaiveDate,
        /// The note.
        note: String,
    }

    /// A referral.
    ReferralRecord {
        /// Who referred. Needed of a new referral.
        referrer: SyncRef,
        /// Who referred, where only words say so: the record waits until `referrer` is told.
        referrer_name: String,
        /// Who was referred. Needed of a new referral.
        referred: SyncRef,
        /// The job, if it was for one.
        job: SyncRef,
        /// The code of what the referrer is to the referred person.
        relationship_kind: String,
        /// The note.
        note: String,
        /// How far it has come.
        status: ReferralStatus,
        /// When it was told to us.
        referred_at: DateTime<Utc>,
        /// The application that it led to, where several could be meant.
        application: SyncRef,
        /// When the referrer was thanked.
        acknowledged_at: DateTime<Utc>,
        /// When the referrer was told the outcome.
        loop_closed_at: DateTime<Utc>,
        /// What the referrer is paid, as a decimal number.
        reward_amount: String,
        /// In which currency: ISO 4217.
        reward_currency: String,
        /// The day on which that is due.
        reward_due_on: NaiveDate,
        /// The day on which it was paid.
        reward_paid_on: NaiveDate,
        /// The dated steps that do not follow from an application.
        changes: Vec<ReferralChangeRecord>,
    }

    /// A dated step of a referral.
    ReferralChangeRecord {
        /// How far it had come. Needed.
        status: ReferralStatus,
        /// When. Needed.
        changed_at: DateTime<Utc>,
        /// The note.
        note: String,
    }

    /// A promise.
    PromiseRecord {
        /// To whom it was made. Needed of a new promise.
        person: SyncRef,
        /// Who made it; the actor, if nothing is said of a new promise.
        recruiter: SyncRef,
        /// The kind. Needed of a new promise.
        kind: PromiseKind,
        /// What was said.
        words: String,
        /// When it was made.
        made_at: DateTime<Utc>,
        /// When it falls due. Needed of a new promise.
        due_at: DateTime<Utc>,
        /// What became of it.
        state: PromiseState,
        /// When it was closed.
        closed_at: DateTime<Utc>,
        /// What was said of that.
        closing_note: String,
        /// The job it is about.
        job: SyncRef,
        /// The application it is about.
        application: SyncRef,
        /// The interaction in which it was made.
        made_in: SyncRef,
        /// The interaction that kept it.
        kept_by: SyncRef,
        /// The due times that it had before.
        reschedules: Vec<RescheduleRecord>,
    }

    /// A due time that a promise had before.
    RescheduleRecord {
        /// The due time. Needed.
        due_at: DateTime<Utc>,
        /// When it was given up for another. Needed.
        rescheduled_at: DateTime<Utc>,
        /// The note.
        note: String,
    }

    /// What a tenant has set.
    SettingsRecord {
        /// Hours within which a person should have our answer.
        reply_target_hours: i32,
        /// Days after which news must have been passed on.
        silence_limit_days: i32,
        /// The cadence of people who have none of their own.
        default_cadence_days: i32,
        /// Days for which the earliest claim has the credit of a referral.
        attribution_window_days: i32,
        /// Days within which a referrer should be thanked.
        thank_within_days: i32,
        /// The time zone, by its IANA name.
        time_zone: String,
        /// When the team works.
        working_hours: WorkingHoursRecord,
        /// Kinds of relationships beside the built-in ones.
        relationship_kinds: Vec<KindRecord>,
    }

    /// When a team works.
    WorkingHoursRecord {
        /// The days of the week.
        days: Vec<Weekday>,
        /// When a working day begins, such as `09:00`.
        from: TimeOfDay,
        /// When it ends.
        until: TimeOfDay,
        /// Days on which nobody works.
        holidays: Vec<NaiveDate>,
    }

    /// A kind of relationships.
    KindRecord {
        /// The code. Needed.
        code: String,
        /// The name. Needed.
        name: String,
        /// The code from the other side.
        inverse_code: String,
        /// The name from the other side.
        inverse_name: String,
    }

    /// Feedback.
    FeedbackRecord {
        /// Who gave it. Needed of new feedback.
        person: SyncRef,
        /// In which of their roles; by their hat, if nothing is said.
        side: FeedbackSide,
        /// From 0 to 10. Needed of new feedback.
        score: i32,
        /// What they said.
        words: String,
        /// When they gave it.
        given_at: DateTime<Utc>,
        /// The recruiter it is about.
        recruiter: SyncRef,
        /// The job it is about.
        job: SyncRef,
        /// The interaction it is about.
        interaction: SyncRef,
    }

    /// A recruiter.
    RecruiterRecord {
        /// The name.
        name: String,
        /// The e-mail address.
        email: String,
    }
}
