//! Ids as the API writes them: opaque, telling the type and the row, nothing of the tenant.

use async_graphql::ID;
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use entity::enums::NodeKind;
use uuid::Uuid;

use crate::error::{Error, Refusal, Result};

/// The types that have an id. A person has one id under each hat, since an id must lead back to
/// the object it was read from; wherever a person is asked for, either is accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub(crate) enum IdType {
    /// A person under the candidate's hat.
    Candidate = 1,
    /// A person under the contact's hat.
    Contact = 2,
    /// A company.
    Company = 3,
    /// A job.
    Job = 4,
    /// An application.
    Application = 5,
    /// An interaction.
    Interaction = 6,
    /// A relationship.
    Relationship = 7,
    /// A referral.
    Referral = 8,
    /// A recruiter.
    Recruiter = 9,
    /// A promise.
    Promise = 10,
    /// Feedback.
    Feedback = 11,
}

impl IdType {
    const ALL: [Self; 11] = [
        Self::Candidate,
        Self::Contact,
        Self::Company,
        Self::Job,
        Self::Application,
        Self::Interaction,
        Self::Relationship,
        Self::Referral,
        Self::Recruiter,
        Self::Promise,
        Self::Feedback,
    ];

    /// The type of the ids of a kind of node; none for people, who have one under each hat.
    pub(crate) fn of(kind: NodeKind) -> Option<Self> {
        Some(match kind {
            NodeKind::Company => Self::Company,
            NodeKind::Job => Self::Job,
            NodeKind::Application => Self::Application,
            NodeKind::Interaction => Self::Interaction,
            NodeKind::Relationship => Self::Relationship,
            NodeKind::Referral => Self::Referral,
            NodeKind::Recruiter => Self::Recruiter,
            NodeKind::Promise => Self::Promise,
            NodeKind::Feedback => Self::Feedback,
            NodeKind::Person | NodeKind::Settings => return None,
        })
    }

    /// The kind of node that an id of this type names.
    pub(crate) fn kind(self) -> NodeKind {
        match self {
            Self::Candidate | Self::Contact => NodeKind::Person,
            Self::Company => NodeKind::Company,
            Self::Job => NodeKind::Job,
            Self::Application => NodeKind::Application,
            Self::Interaction => NodeKind::Interaction,
            Self::Relationship => NodeKind::Relationship,
            Self::Referral => NodeKind::Referral,
            Self::Recruiter => NodeKind::Recruiter,
            Self::Promise => NodeKind::Promise,
            Self::Feedback => NodeKind::Feedback,
        }
    }

    /// What a message calls it.
    fn name(self) -> &'static str {
        match self {
            Self::Candidate => "candidate",
            Self::Contact => "contact",
            Self::Company => "company",
            Self::Job => "job",
            Self::Application => "application",
            Self::Interaction => "interaction",
            Self::Relationship => "relationship",
            Self::Referral => "referral",
            Self::Recruiter => "recruiter",
            Self::Promise => "promise",
            Self::Feedback => "feedback",
        }
    }
}

/// Writes an id.
pub(crate) fn encode(kind: IdType, id: Uuid) -> ID {
    let mut bytes = [kind as u8; 17];
    bytes[1..].copy_from_slice(id.as_bytes());
    ID(BASE64_URL_SAFE_NO_PAD.encode(bytes))
}

/// Reads an id; none if it is not one of ours.
pub(crate) fn decode(id: &ID) -> Option<(IdType, Uuid)> {
    let mut bytes = [0; 17];
    let length = BASE64_URL_SAFE_NO_PAD
        .decode_slice(id.as_bytes(), &mut bytes)
        .ok()?;
    let (kind, uuid) = bytes.split_first()?;
    let kind = IdType::ALL
        .into_iter()
        .find(|known| *known as u8 == *kind)?;
    let uuid = Uuid::from_slice(uuid).ok()?;
    (length == bytes.len()).then_some((kind, uuid))
}

/// Reads an id as the kind of node and its row; none if it is not one of ours.
pub fn read(id: &str) -> Option<(NodeKind, Uuid)> {
    let (kind, id) = decode(&ID(id.to_owned()))?;
    Some((kind.kind(), id))
}

/// The row behind an id of one of these types, given as the argument `name` of a query.
pub(crate) fn argument(id: &ID, name: &str, kinds: &[IdType]) -> Result<Uuid> {
    wanted(id, kinds).map_err(|message| Error::bad_input(format!("`{name}` {message}")))
}

/// The rows behind a list of ids of a type, given as the argument or field `name`.
pub(crate) fn arguments(
    given: Option<Vec<ID>>,
    name: &str,
    kind: IdType,
) -> Result<Option<Vec<Uuid>>> {
    let read = |given: Vec<ID>| given.iter().map(|id| argument(id, name, &[kind])).collect();
    given.map(read).transpose()
}

/// The row behind an id of one of these types, given in a mutation's input at `path`.
pub(crate) fn input(id: &ID, path: &[&str], kinds: &[IdType]) -> Result<Uuid> {
    let name = path.last().copied().unwrap_or("id");
    let refused = |message| Refusal::invalid(path, format!("`{name}` {message}")).into();
    wanted(id, kinds).map_err(refused)
}

/// Either hat.
pub(crate) const PERSON: [IdType; 2] = [IdType::Candidate, IdType::Contact];

fn wanted(id: &ID, kinds: &[IdType]) -> std::result::Result<Uuid, String> {
    let names: Vec<_> = kinds.iter().map(|kind| kind.name()).collect();
    let names = names.join(" or a ");
    match decode(id) {
        Some((kind, uuid)) if kinds.contains(&kind) => Ok(uuid),
        Some((kind, _)) => Err(format!("is the id of a {}, not of a {names}", kind.name())),
        None => Err(format!(
            "is not an id of a {names}; take it from an `id` field"
        )),
    }
}
