//! A record as another system sends it: the row of `syncRecords`, and a line of an import or an
//! export. Both are read here, so that what one takes the other takes too.
//!
//! Every field of a payload is said or not: `None` was left out and leaves what is stored,
//! `Some(None)` was an explicit null and clears it. What is needed of a new node is asked for where
//! the row is applied, for a later row of the same record may leave it out.

use chrono::{DateTime, NaiveDate, Utc};
use entity::enums::{
    ApplicationOutcome, CadenceReset, Channel, Direction, FeedbackSide, Hat, InteractionOutcome,
    JobStatus, Milestone, NodeKind, PromiseKind, PromiseState, ReferralStatus, Visibility, Weekday,
};
use serde::{Deserialize, Deserializer, Serialize};

use crate::rules::settings::TimeOfDay;

/// What is said of a field: nothing, null or a value.
pub type Said<T> = Option<Option<T>>;

/// One record of another system.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SyncRecord {
    /// The other system; the call's, if nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub system: Option<String>,
    /// The kind of record there, such as `candidate`.
    #[serde(rename = "type")]
    pub record_type: String,
    /// Its id there, exactly as sent. A whole number is read as its digits.
    #[serde(deserialize_with = "text_or_whole_number")]
    pub id: String,
    /// More names of the same node.
    #[serde(
        default,
        deserialize_with = "null_is_none",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub aliases: Vec<SyncKey>,
    /// When it last changed there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_updated_at: Option<DateTime<Utc>>,
    /// It was deleted there; then it needs no payload.
    #[serde(
        default,
        deserialize_with = "null_is_none",
        skip_serializing_if = "std::ops::Not::not"
    )]
    pub deleted: bool,
    /// The recruiter who did it there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actor: Option<SyncRef>,
    /// It is a person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<Box<PersonRecord>>,
    /// It is a company.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub company: Option<CompanyRecord>,
    /// It is a job.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub job: Option<Box<JobRecord>>,
    /// It is an application.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub application: Option<Box<ApplicationRecord>>,
    /// It is an interaction.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interaction: Option<Box<InteractionRecord>>,
    /// It is a relationship.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub relationship: Option<Box<RelationshipRecord>>,
    /// It is a referral.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub referral: Option<Box<ReferralRecord>>,
    /// It is feedback.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub feedback: Option<Box<FeedbackRecord>>,
    /// It is a promise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub promise: Option<Box<PromiseRecord>>,
    /// It is a recruiter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recruiter: Option<RecruiterRecord>,
    /// It is what the tenant has set: of another tenant of ours.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settings: Option<Box<SettingsRecord>>,
}

/// One more name of a node in another system.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SyncKey {
    /// The other system; the record's, if nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub system: Option<String>,
    /// The kind of record there.
    #[serde(rename = "type")]
    pub record_type: String,
    /// Its id there.
    #[serde(deserialize_with = "text_or_whole_number")]
    pub id: String,
}

/// How a record names another node: by its record (`type` and `id`), by its e-mail address, or by
/// our own id. Exactly one of the three.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SyncRef {
    /// The other system; the record's, if nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub system: Option<String>,
    /// The kind of record there.
    #[serde(default, rename = "type", skip_serializing_if = "Option::is_none")]
    pub record_type: Option<String>,
    /// Its id there.
    #[serde(
        default,
        deserialize_with = "maybe_text_or_whole_number",
        skip_serializing_if = "Option::is_none"
    )]
    pub id: Option<String>,
    /// An e-mail address, of a person or a recruiter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Our id, as the API writes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub node: Option<String>,
}

/// An address with what it is for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AddressRecord {
    /// The address.
    pub value: String,
    /// Such as `work` or `mobile`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
}

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

/// What a record says, by the kind of node it is.
#[derive(Clone, Copy, Debug)]
pub enum Payload<'a> {
    /// A person.
    Person(&'a PersonRecord),
    /// A company.
    Company(&'a CompanyRecord),
    /// A job.
    Job(&'a JobRecord),
    /// An application.
    Application(&'a ApplicationRecord),
    /// An interaction.
    Interaction(&'a InteractionRecord),
    /// A relationship.
    Relationship(&'a RelationshipRecord),
    /// A referral.
    Referral(&'a ReferralRecord),
    /// Feedback.
    Feedback(&'a FeedbackRecord),
    /// A promise.
    Promise(&'a PromiseRecord),
    /// A recruiter.
    Recruiter(&'a RecruiterRecord),
    /// What a tenant has set.
    Settings(&'a SettingsRecord),
}

impl Payload<'_> {
    /// The kind of node it describes.
    pub fn kind(&self) -> NodeKind {
        match self {
            Self::Person(_) => NodeKind::Person,
            Self::Company(_) => NodeKind::Company,
            Self::Job(_) => NodeKind::Job,
            Self::Application(_) => NodeKind::Application,
            Self::Interaction(_) => NodeKind::Interaction,
            Self::Relationship(_) => NodeKind::Relationship,
            Self::Referral(_) => NodeKind::Referral,
            Self::Feedback(_) => NodeKind::Feedback,
            Self::Promise(_) => NodeKind::Promise,
            Self::Recruiter(_) => NodeKind::Recruiter,
            Self::Settings(_) => NodeKind::Settings,
        }
    }
}

impl SyncRecord {
    /// All payloads that are given; a sound record has one, or none if it was deleted.
    pub fn payloads(&self) -> Vec<Payload<'_>> {
        let all = [
            self.person.as_deref().map(Payload::Person),
            self.company.as_ref().map(Payload::Company),
            self.job.as_deref().map(Payload::Job),
            self.application.as_deref().map(Payload::Application),
            self.interaction.as_deref().map(Payload::Interaction),
            self.relationship.as_deref().map(Payload::Relationship),
            self.referral.as_deref().map(Payload::Referral),
            self.feedback.as_deref().map(Payload::Feedback),
            self.promise.as_deref().map(Payload::Promise),
            self.recruiter.as_ref().map(Payload::Recruiter),
            self.settings.as_deref().map(Payload::Settings),
        ];
        all.into_iter().flatten().collect()
    }
}

/// A field that is there was said, even if it is null.
fn said<'de, D, T>(deserializer: D) -> Result<Said<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    Option::deserialize(deserializer).map(Some)
}

fn null_is_none<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

#[derive(Deserialize)]
#[serde(untagged, expecting = "expected a string")]
enum TextOrNumber {
    Text(String),
    Positive(u64),
    Negative(i64),
}

impl From<TextOrNumber> for String {
    fn from(value: TextOrNumber) -> Self {
        match value {
            TextOrNumber::Text(text) => text,
            TextOrNumber::Positive(number) => number.to_string(),
            TextOrNumber::Negative(number) => number.to_string(),
        }
    }
}

fn text_or_whole_number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    TextOrNumber::deserialize(deserializer).map(String::from)
}

fn maybe_text_or_whole_number<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<String>, D::Error> {
    Ok(Option::<TextOrNumber>::deserialize(deserializer)?.map(String::from))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn left_out_null_and_said_are_three_things() {
        let line = json!({
            "type": "candidate", "id": 19_214_950_003_u64, "aliases": null, "deleted": null,
            "person": {"name": "Marlo Finch", "headline": null},
        });

        let record: SyncRecord = serde_json::from_value(line).unwrap();

        let person = record.person.as_deref().unwrap();
        assert_eq!(record.id, "19214950003");
        assert_eq!(person.name, Some(Some("Marlo Finch".to_owned())));
        assert_eq!(person.headline, Some(None));
        assert_eq!(person.given_name, None);
        assert_eq!(
            serde_json::to_value(person).unwrap(),
            json!({"name": "Marlo Finch", "headline": null})
        );
        assert_eq!(record.payloads().len(), 1);
    }

    #[test]
    fn an_unknown_field_is_refused() {
        for line in [
            json!({"type": "a", "id": "1", "colour": "red"}),
            json!({"type": "a", "id": "1", "person": {"colour": "red"}}),
            json!({"type": "a", "id": 1.5}),
            json!({"type": "a", "id": "1", "person": {"positions": [{"firm": "x"}]}}),
        ] {
            assert!(
                serde_json::from_value::<SyncRecord>(line.clone()).is_err(),
                "{line}"
            );
        }
    }
}
