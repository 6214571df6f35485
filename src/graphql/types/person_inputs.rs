//! What the mutations of people take.

use async_graphql::{ID, InputObject};
use entity::enums::Hat;

use super::{
    person_details::PersonDetailsInput,
    record::{ExternalRecordInput, PersonBy},
};

/// A candidate to make. A name is enough.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct CreateCandidateInput {
    #[graphql(flatten)]
    pub(crate) details: PersonDetailsInput,
    /// What other systems call them; each record may name one person only.
    pub(crate) external_records: Option<Vec<ExternalRecordInput>>,
    /// A key of your choice, 1 to 255 bytes: the same input under the same key makes one person.
    pub(crate) idempotency_key: Option<String>,
}

/// A contact to make. A name is enough.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct CreateContactInput {
    #[graphql(flatten)]
    pub(crate) details: PersonDetailsInput,
    /// What other systems call them; each record may name one person only.
    pub(crate) external_records: Option<Vec<ExternalRecordInput>>,
    /// A key of your choice, 1 to 255 bytes: the same input under the same key makes one person.
    pub(crate) idempotency_key: Option<String>,
}

/// Changes to a candidate.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct UpdateCandidateInput {
    /// Whom.
    pub(crate) by: PersonBy,
    /// The version you read. Given, the update is refused with `CONFLICT` if there is a newer one.
    pub(crate) version: Option<i32>,
    #[graphql(flatten)]
    pub(crate) details: PersonDetailsInput,
}

/// Changes to a contact.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct UpdateContactInput {
    /// Whom.
    pub(crate) by: PersonBy,
    /// The version you read. Given, the update is refused with `CONFLICT` if there is a newer one.
    pub(crate) version: Option<i32>,
    #[graphql(flatten)]
    pub(crate) details: PersonDetailsInput,
}

/// A person to make, or to change where they differ.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct UpsertPersonInput {
    /// The record that names the person, or is to name them when they are made.
    pub(crate) external_record: ExternalRecordInput,
    /// A hat to put on; one that is worn already stays.
    #[graphql(default_with = "Hat::Candidate")]
    pub(crate) hat: Hat,
    #[graphql(flatten)]
    pub(crate) details: PersonDetailsInput,
}

/// A hat to put on or to take off.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct HatInput {
    /// Whom.
    pub(crate) by: PersonBy,
    /// Which hat.
    pub(crate) hat: Hat,
}

/// Who is to look after a person.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct SetOwnerInput {
    /// Whom.
    pub(crate) by: PersonBy,
    /// The recruiter; null or omitted: nobody.
    pub(crate) owner: Option<ID>,
}

/// The tags a person is to bear.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct SetTagsInput {
    /// Whom.
    pub(crate) by: PersonBy,
    /// All their tags; at most 50. An empty list takes all away.
    pub(crate) tags: Vec<String>,
}

/// Whether a person may be contacted.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct SetDoNotContactInput {
    /// Whom.
    pub(crate) by: PersonBy,
    /// Nobody may contact them (true), or they may be contacted (false).
    pub(crate) do_not_contact: bool,
    /// Why; at most 500 characters. Forgotten when they may be contacted.
    pub(crate) reason: Option<String>,
}
