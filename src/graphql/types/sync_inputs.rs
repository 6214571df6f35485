//! A record of another system as the schema describes it. It is read as the JSON that it is
//! ([`SentRecord`]): an omitted field and a null are told apart, and a line of an import is read the
//! same way.

use std::borrow::Cow;

use async_graphql::{
    ID, InputObject, InputType, InputValueError, InputValueResult, Value, registry::Registry,
};
use entity::enums::{
    ApplicationOutcome, CadenceReset, Channel, Direction, FeedbackSide, Hat, InteractionOutcome,
    JobStatus, Milestone, Visibility,
};

use super::{
    super::scalars::{Date, DateTime},
    sync_promise_inputs::{SyncPromiseInput, SyncReferralInput, SyncSettingsInput},
};

/// A record as it was sent.
pub(crate) struct SentRecord(pub(crate) serde_json::Value);

impl InputType for SentRecord {
    type RawValueType = Self;

    fn type_name() -> Cow<'static, str> {
        SyncRecordInput::type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        SyncRecordInput::create_type_info(registry)
    }

    fn parse(value: Option<Value>) -> InputValueResult<Self> {
        let value = value.unwrap_or_default().into_json();
        let mut value = value.map_err(|error| InputValueError::custom(error.to_string()))?;
        let whole = value
            .as_object_mut()
            .and_then(|fields| fields.remove("json"));
        Ok(Self(
            whole.filter(|whole| !whole.is_null()).unwrap_or(value),
        ))
    }

    fn to_value(&self) -> Value {
        Value::from_json(self.0.clone()).unwrap_or_default()
    }

    fn as_raw_value(&self) -> Option<&Self> {
        Some(self)
    }
}

/// A record of another system. Besides its names it has exactly one of `person`, `company`, `job`,
/// `application`, `interaction`, `relationship`, `referral`, `feedback`, `promise`, `recruiter` and
/// `settings`, or `deleted`. In each of these a field that is left out leaves what is stored, and a null clears
/// it; what a new node needs is marked "needed". Sent as a variable, a record with a wrong type or
/// an unknown field is rejected by itself, and the other records go their way; written into the
/// document, it makes the document invalid.
#[derive(InputObject)]
pub(crate) struct SyncRecordInput {
    /// The kind of record there, such as `candidate`; 1 to 500 characters.
    #[graphql(name = "type")]
    record_type: String,
    /// Its id there, as text and exactly as sent; 1 to 500 characters.
    id: String,
    /// The other system; that of the call, if omitted.
    system: Option<String>,
    /// More names of the same node: the old id of a record that was renamed or merged there.
    aliases: Option<Vec<SyncKeyInput>>,
    /// When it last changed there. What is older than what is known is left aside as STALE; without
    /// it, what arrives last counts.
    source_updated_at: Option<DateTime>,
    /// It was deleted there. Nothing brings it back, however late it arrives.
    deleted: Option<bool>,
    /// The recruiter who did it there: the author of an interaction or of feedback, who alone sees
    /// it if it is PRIVATE. You, if omitted, or until that recruiter is known.
    actor: Option<SyncRefInput>,
    /// It is a person.
    person: Option<SyncPersonInput>,
    /// It is a company.
    company: Option<SyncCompanyInput>,
    /// It is a job.
    job: Option<SyncJobInput>,
    /// It is an application.
    application: Option<SyncApplicationInput>,
    /// It is an interaction.
    interaction: Option<SyncInteractionInput>,
    /// It is a relationship.
    relationship: Option<SyncRelationshipInput>,
    /// It is a referral.
    referral: Option<SyncReferralInput>,
    /// It is feedback.
    feedback: Option<SyncFeedbackInput>,
    /// It is a promise.
    promise: Option<SyncPromiseInput>,
    /// It is a recruiter.
    recruiter: Option<SyncRecruiterInput>,
    /// It is what a tenant has set. Needs the scope `admin`.
    settings: Option<SyncSettingsInput>,
    /// The whole record as JSON, as a line of an import spells it, in place of all other fields;
    /// the required ones may then be empty.
    json: Option<serde_json::Value>,
}

/// One more name of a node in another system.
#[derive(InputObject)]
pub(crate) struct SyncKeyInput {
    /// The other system; the record's, if omitted.
    system: Option<String>,
    /// The kind of record there.
    #[graphql(name = "type")]
    record_type: String,
    /// Its id there, as text.
    id: String,
}

/// Names another node: by `type` and `id` of its record, by `email` (people and recruiters), or by
/// `node`, our own id. What is not known yet makes the record wait (DEFERRED); an id of ours that is
/// not known is refused.
#[derive(InputObject)]
pub(crate) struct SyncRefInput {
    /// The other system; the record's, if omitted.
    system: Option<String>,
    /// The kind of record there.
    #[graphql(name = "type")]
    record_type: Option<String>,
    /// Its id there, as text.
    id: Option<String>,
    /// An e-mail address. One that several share is refused.
    email: Option<String>,
    /// Our id.
    node: Option<ID>,
}

/// An address with what it is for.
#[derive(InputObject)]
pub(crate) struct SyncAddressInput {
    /// The address.
    value: String,
    /// What it is for, such as `work`.
    label: Option<String>,
}

/// Where somebody or something is.
#[derive(InputObject)]
pub(crate) struct SyncPlaceInput {
    /// The city.
    city: Option<String>,
    /// The region.
    region: Option<String>,
    /// The country: ISO 3166-1 alpha-2.
    country: Option<String>,
}

/// A person of another system. Names, headline, place and positions follow the source; addresses,
/// tags, communities and hats are what both sides made of them; the owner follows the source until
/// somebody here changes it.
#[derive(InputObject)]
pub(crate) struct SyncPersonInput {
    /// The hats they wear there; CANDIDATE, if omitted for somebody new.
    hats: Option<Vec<Hat>>,
    /// The whole name. Needed, or a part of it.
    name: Option<String>,
    /// The given name.
    given_name: Option<String>,
    /// The family name.
    family_name: Option<String>,
    /// One line that says who they are.
    headline: Option<String>,
    /// Where they live.
    place: Option<SyncPlaceInput>,
    /// All their e-mail addresses there. Those added here stay.
    emails: Option<Vec<SyncAddressInput>>,
    /// All their telephone numbers there. Those added here stay.
    phones: Option<Vec<SyncAddressInput>>,
    /// All their profiles and pages there. Those added here stay.
    links: Option<Vec<SyncAddressInput>>,
    /// All their positions.
    positions: Option<Vec<SyncPositionInput>>,
    /// All their tags there. Those added here stay.
    tags: Option<Vec<String>>,
    /// All their communities there. Those added here stay.
    communities: Option<Vec<String>>,
    /// The recruiter who looks after them.
    owner: Option<SyncRefInput>,
    /// Nobody may contact them. A sync can say so, and never unsay it.
    do_not_contact: Option<bool>,
    /// Why nobody may.
    do_not_contact_reason: Option<String>,
    /// Days within which they should be touched again, until somebody here changes that.
    cadence_days: Option<i32>,
    /// Which touches start those days anew, until somebody here changes that; OUTREACH, if omitted
    /// for somebody new.
    cadence_reset: Option<CadenceReset>,
    /// When the next touch is planned, until somebody here changes that.
    scheduled_touch_at: Option<DateTime>,
    /// When that was planned. An outreach since then has used it up.
    scheduled_touch_set_at: Option<DateTime>,
}

/// A position of a person. It needs a title, a company or a `companyName`.
#[derive(InputObject)]
pub(crate) struct SyncPositionInput {
    /// The company.
    company: Option<SyncRefInput>,
    /// The employer's name, where it is no record of its own.
    company_name: Option<String>,
    /// The title.
    title: Option<String>,
    /// The first day.
    started_on: Option<Date>,
    /// The last day.
    ended_on: Option<Date>,
}

/// A company of another system.
#[derive(InputObject)]
pub(crate) struct SyncCompanyInput {
    /// The name. Needed.
    name: Option<String>,
    /// The website.
    website: Option<String>,
    /// Where it is.
    place: Option<SyncPlaceInput>,
    /// The recruiter who looks after it, until somebody here changes that.
    owner: Option<SyncRefInput>,
}

/// A job of another system.
#[derive(InputObject)]
pub(crate) struct SyncJobInput {
    /// The title. Needed.
    title: Option<String>,
    /// Whether it can still be filled; OPEN, if omitted for a new job.
    status: Option<JobStatus>,
    /// The company that offers it.
    company: Option<SyncRefInput>,
    /// Who decides who is hired: a person.
    hiring_manager: Option<SyncRefInput>,
    /// The recruiter who looks after it, until somebody here changes that.
    owner: Option<SyncRefInput>,
    /// Where it is.
    place: Option<SyncPlaceInput>,
    /// The day it was opened.
    opened_on: Option<Date>,
    /// The day it was filled or given up.
    closed_on: Option<Date>,
}

/// An application of another system.
#[derive(InputObject)]
pub(crate) struct SyncApplicationInput {
    /// Who applies. Needed.
    person: Option<SyncRefInput>,
    /// For what. Needed.
    job: Option<SyncRefInput>,
    /// The stage, by the name it has there.
    stage: Option<String>,
    /// What the stage means in every process.
    milestone: Option<Milestone>,
    /// How it ended; a null says that it runs again.
    outcome: Option<ApplicationOutcome>,
    /// Where it came from, in the source's words.
    source: Option<String>,
    /// When it was made; the first of its `changes`, else `sourceUpdatedAt`, else now, if omitted
    /// for a new one.
    applied_at: Option<DateTime>,
    /// When it ended.
    concluded_at: Option<DateTime>,
    /// All its dated steps that are known there, in any order; those told here stay.
    changes: Option<Vec<SyncApplicationChangeInput>>,
    /// The person who is credited with bringing the candidate: their referral is recorded.
    credited_to: Option<SyncRefInput>,
    /// Who is credited, where only words say so. They are kept, and nobody is guessed from them.
    credited_to_name: Option<String>,
}

/// A dated step of an application.
#[derive(InputObject)]
pub(crate) struct SyncApplicationChangeInput {
    /// The stage it came to.
    stage: Option<String>,
    /// What the stage means in every process.
    milestone: Option<Milestone>,
    /// How it ended, on the step that ended it.
    outcome: Option<ApplicationOutcome>,
    /// It runs again from this step on.
    reopened: Option<bool>,
    /// When it happened. Needed.
    changed_at: Option<DateTime>,
    /// The note.
    note: Option<String>,
}

/// An interaction of another system.
#[derive(InputObject)]
pub(crate) struct SyncInteractionInput {
    /// Who took part from outside: 1 to 100 people. Needed.
    people: Option<Vec<SyncRefInput>>,
    /// Who took part of ours; the actor, if omitted for a new one.
    recruiters: Option<Vec<SyncRefInput>>,
    /// The medium. Needed.
    channel: Option<Channel>,
    /// Who spoke to whom; by the channel, if omitted. Needed for written channels.
    direction: Option<Direction>,
    /// Whether the person was reached; REACHED, if omitted for a new one.
    outcome: Option<InteractionOutcome>,
    /// It was sent by a machine.
    automated: Option<bool>,
    /// Who may see it; TEAM, if omitted for a new one. What is PRIVATE stays so.
    visibility: Option<Visibility>,
    /// When it happened. Needed.
    occurred_at: Option<DateTime>,
    /// How long it took, in minutes: 0 to 10080.
    duration_minutes: Option<i32>,
    /// What it was about, in one line.
    subject: Option<String>,
    /// What was said.
    body: Option<String>,
    /// The job it was about.
    job: Option<SyncRefInput>,
}

/// A relationship of another system, as seen from `person`. One that stands here already, told from
/// either side, is the one that is meant.
#[derive(InputObject)]
pub(crate) struct SyncRelationshipInput {
    /// The person from whom it is seen. Needed.
    person: Option<SyncRefInput>,
    /// The other person. Needed.
    other: Option<SyncRefInput>,
    /// The code of what the person is to the other, as `relationshipKinds` lists them. Needed.
    kind: Option<String>,
    /// When it began.
    since: Option<Date>,
    /// When it ended: given, it no longer holds.
    until: Option<Date>,
    /// The note, until somebody here changes it.
    note: Option<String>,
}

/// Feedback of another system.
#[derive(InputObject)]
pub(crate) struct SyncFeedbackInput {
    /// Who gave it. Needed.
    person: Option<SyncRefInput>,
    /// In which of their roles; by their hat, if omitted for new feedback.
    side: Option<FeedbackSide>,
    /// From 0 to 10. Needed.
    score: Option<i32>,
    /// What they said.
    words: Option<String>,
    /// When they gave it.
    given_at: Option<DateTime>,
    /// The recruiter it is about.
    recruiter: Option<SyncRefInput>,
    /// The job it is about.
    job: Option<SyncRefInput>,
    /// The interaction it is about.
    interaction: Option<SyncRefInput>,
}

/// A recruiter of another system: joined with the recruiter here who has the same e-mail address,
/// else made, and joined with the first token that tells this address.
#[derive(InputObject)]
pub(crate) struct SyncRecruiterInput {
    /// The name. What a token says counts more.
    name: Option<String>,
    /// The e-mail address. What a token says counts more.
    email: Option<String>,
}
