//! A record as another system sends it: the row of `syncRecords`, and a line of an import or an
//! export. Both are read here, so that what one takes the other takes too.
//!
//! Every field of a payload is said or not: `None` was left out and leaves what is stored,
//! `Some(None)` was an explicit null and clears it. What is needed of a new node is asked for where
//! the row is applied, for a later row of the same record may leave it out.

mod payload;

use chrono::{DateTime, Utc};
use entity::enums::NodeKind;
use serde::{Deserialize, Deserializer, Serialize};

pub use self::payload::*;

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
