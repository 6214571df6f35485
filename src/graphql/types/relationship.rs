//! How a relationship looks outside, and its kinds.

use async_graphql::{ID, InputObject, MaybeUndefined, SimpleObject};
use entity::relationship;
use uuid::Uuid;

use super::record::{NodeBy, PersonBy};
use crate::{
    error::Result,
    graphql::{
        id::{self, IdType},
        page::Listed,
        scalars::{Date, DateTime},
    },
    store::{
        By,
        relationship::{
            NewRelationship, NewRelationshipKind, RelationshipDetails,
            RelationshipFilter as Filter, RelationshipKind as Kind,
        },
    },
};

/// A tie between two people: `person` is `kind` of `other`, as in "Robin is *manager of* Jo". Each
/// tie is one relationship, whoever told it: read it from a person's side in their `relationships`.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(complex)]
pub(crate) struct Relationship {
    #[graphql(skip)]
    pub(crate) row: Uuid,
    #[graphql(skip)]
    pub(crate) person_row: Uuid,
    #[graphql(skip)]
    pub(crate) other_row: Uuid,
    #[graphql(skip)]
    pub(crate) kind_code: String,
    /// The id.
    pub(crate) id: ID,
    /// The day on which it began. Null when unknown.
    since: Option<Date>,
    /// The day on which it ended. Null when it holds.
    until: Option<Date>,
    /// It no longer holds.
    is_ended: bool,
    /// What was written down about it. Null when nothing was.
    note: Option<String>,
    /// Grows by one with each change.
    version: i32,
    /// When it was recorded.
    created_at: DateTime,
    /// When it last changed.
    updated_at: DateTime,
}

impl From<relationship::Model> for Relationship {
    fn from(row: relationship::Model) -> Self {
        Self {
            row: row.id,
            person_row: row.person_id,
            other_row: row.other_id,
            kind_code: row.kind,
            id: id::encode(IdType::Relationship, row.id),
            since: row.since.map(Date),
            until: row.until.map(Date),
            is_ended: row.ended,
            note: row.note,
            version: row.version,
            created_at: row.created_at.into(),
            updated_at: row.updated_at.into(),
        }
    }
}

/// A relationship as one of its two people sees it.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(complex)]
pub(crate) struct Tie {
    #[graphql(skip)]
    pub(crate) seen_from: Uuid,
    /// The relationship, the same from both sides.
    pub(crate) relationship: Relationship,
}

impl Listed for Tie {
    const CONNECTION: &'static str = "TieConnection";
    const EDGE: &'static str = "TieEdge";
}

/// A kind of relationship with its inverse, as one side sees it.
#[derive(Clone, Debug, SimpleObject)]
pub(crate) struct RelationshipKind {
    /// The code, such as `REPORTS_TO`.
    code: String,
    /// How it reads from this side, such as `reports to`.
    name: String,
    /// The code that the other side sees, such as `MANAGER_OF`. The same for a symmetric kind.
    inverse_code: String,
    /// How it reads from the other side, such as `manager of`.
    inverse_name: String,
    /// It reads the same from both sides.
    is_symmetric: bool,
    /// Every tenant has it; the others are your tenant's own.
    is_built_in: bool,
}

impl From<Kind> for RelationshipKind {
    fn from(kind: Kind) -> Self {
        Self {
            is_symmetric: kind.rule().is_symmetric(),
            is_built_in: kind.is_built_in,
            code: kind.code,
            name: kind.name,
            inverse_code: kind.inverse_code,
            inverse_name: kind.inverse_name,
        }
    }
}

/// Narrows the relationships of a person. Every part that is given must hold.
#[derive(Clone, Debug, Default, InputObject)]
pub(crate) struct RelationshipFilter {
    /// The person is one of these to the other, by code: `REPORTS_TO` finds their managers.
    kinds: Option<Vec<String>>,
    /// Relationships that no longer hold, too.
    #[graphql(default)]
    include_ended: bool,
}

impl RelationshipFilter {
    /// As the store takes it.
    pub(crate) fn read(self) -> Filter {
        Filter {
            kinds: self.kinds,
            include_ended: self.include_ended,
        }
    }
}

/// A relationship to add: `person` is `kind` of `other`.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct AddRelationshipInput {
    /// The person from whom it is seen.
    person: PersonBy,
    /// The other person.
    other: PersonBy,
    /// What the person is to the other, as a code of `relationshipKinds` from either side.
    kind: String,
    /// The day on which it began: since 1900, and not to come.
    since: Option<Date>,
    /// The day on which it ended: not to come, and not before `since`. Given, it no longer holds.
    until: Option<Date>,
    /// A note; at most 100,000 characters.
    note: Option<String>,
    /// A key of your choice, 1 to 255 bytes: the same input under the same key is added once.
    pub(crate) idempotency_key: Option<String>,
}

impl AddRelationshipInput {
    /// As the store takes it.
    pub(crate) fn read(self) -> Result<NewRelationship> {
        Ok(NewRelationship {
            person: self.person.input(&["person"])?,
            other: self.other.input(&["other"])?,
            kind: self.kind,
            since: self.since.map(|day| day.0),
            until: self.until.map(|day| day.0),
            note: self.note,
        })
    }
}

/// Changes to a relationship. An omitted field is left as it is; null clears it. The people and the
/// kind stay: end it and add another.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct UpdateRelationshipInput {
    /// The relationship.
    by: NodeBy,
    /// The version you read. Given, the update is refused with `CONFLICT` if there is a newer one.
    pub(crate) version: Option<i32>,
    /// The day on which it began: since 1900, not to come, and not after it ended.
    since: MaybeUndefined<Date>,
    /// A note; at most 100,000 characters.
    note: MaybeUndefined<String>,
}

impl UpdateRelationshipInput {
    /// As the store takes it.
    pub(crate) fn read(self) -> Result<(By, RelationshipDetails)> {
        let since: Option<Option<Date>> = self.since.into();
        let details = RelationshipDetails {
            since: since.map(|since| since.map(|day| day.0)),
            note: self.note.into(),
        };
        Ok((self.by.input(&["by"], IdType::Relationship)?, details))
    }
}

/// A relationship that no longer holds.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct EndRelationshipInput {
    /// The relationship.
    pub(crate) by: NodeBy,
    /// The version you read. Given, it is refused with `CONFLICT` if there is a newer one.
    pub(crate) version: Option<i32>,
    /// The day on which it ended: not to come, and not before it began. Omitted or null: today in
    /// UTC, or the day that is known if it has ended before.
    pub(crate) until: Option<Date>,
}

/// A kind of relationship to add to your tenant's own. Kinds are never changed or taken away.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct AddRelationshipKindInput {
    /// The code: a capital letter, then 1 to 39 capitals, digits or underscores.
    code: String,
    /// How it reads from the first person, such as `godparent of`; 1 to 200 characters.
    name: String,
    /// The code that the other side sees. Omitted or null: the same, for a symmetric kind.
    inverse_code: Option<String>,
    /// How it reads from the other side. Omitted or null: the same.
    inverse_name: Option<String>,
}

impl From<AddRelationshipKindInput> for NewRelationshipKind {
    fn from(input: AddRelationshipKindInput) -> Self {
        Self {
            code: input.code,
            name: input.name,
            inverse_code: input.inverse_code,
            inverse_name: input.inverse_name,
        }
    }
}
