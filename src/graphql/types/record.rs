//! Records of other systems, and the ways to name a node.

use async_graphql::{ID, InputObject, OneofObject, SimpleObject};
use entity::external_record;

use super::super::{
    id::{self, IdType},
    scalars::DateTime,
};
use crate::{
    error::Result,
    store::{By, ExternalKey, person::PersonBy as StoredPersonBy},
};

/// The name that another system gives to a node.
#[derive(Clone, Debug, SimpleObject)]
pub(crate) struct ExternalRecord {
    /// The other system, such as `greenhouse`.
    system: String,
    /// The kind of record there, such as `candidate`.
    #[graphql(name = "type")]
    record_type: String,
    /// Its id there, as text.
    id: String,
    /// When it was attached to the node.
    linked_at: DateTime,
}

impl From<&external_record::Model> for ExternalRecord {
    fn from(row: &external_record::Model) -> Self {
        Self {
            system: row.system.clone(),
            record_type: row.record_type.clone(),
            id: row.external_id.clone(),
            linked_at: row.linked_at.into(),
        }
    }
}

/// A record of another system. It names at most one node of ours; capitals and leading zeros count.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct ExternalRecordInput {
    /// The other system, such as `greenhouse`; 1 to 500 characters.
    system: String,
    /// The kind of record there, such as `candidate`; 1 to 500 characters.
    #[graphql(name = "type")]
    record_type: String,
    /// Its id there, as text; 1 to 500 characters.
    id: String,
}

impl From<ExternalRecordInput> for ExternalKey {
    fn from(input: ExternalRecordInput) -> Self {
        Self {
            system: input.system,
            record_type: input.record_type,
            id: input.id,
        }
    }
}

/// Names a node: by exactly one of these.
#[derive(Clone, Debug, OneofObject)]
pub(crate) enum NodeBy {
    /// Our id.
    Id(ID),
    /// A record of another system.
    ExternalRecord(ExternalRecordInput),
}

impl NodeBy {
    /// As the argument `by` of a query.
    pub(crate) fn argument(self, kind: IdType) -> Result<By> {
        match self {
            Self::Id(given) => Ok(By::Id(id::argument(&given, "by.id", &[kind])?)),
            Self::ExternalRecord(record) => Ok(By::External(record.into())),
        }
    }

    /// As a part of a mutation's input.
    pub(crate) fn input(self, path: &[&str], kind: IdType) -> Result<By> {
        match self {
            Self::Id(given) => Ok(By::Id(id::input(&given, path, &[kind])?)),
            Self::ExternalRecord(record) => Ok(By::External(record.into())),
        }
    }
}

/// Names a person: by exactly one of these.
#[derive(Clone, Debug, OneofObject)]
pub(crate) enum PersonBy {
    /// Our id, under either hat.
    Id(ID),
    /// A record of another system.
    ExternalRecord(ExternalRecordInput),
    /// An e-mail address. Refused when several people share it.
    Email(String),
}

impl PersonBy {
    /// As the argument `by` of a query.
    pub(crate) fn argument(self) -> Result<StoredPersonBy> {
        self.argument_named("by")
    }

    /// As an argument of a query.
    pub(crate) fn argument_named(self, name: &str) -> Result<StoredPersonBy> {
        match self {
            Self::Id(given) => Ok(StoredPersonBy::Node(By::Id(id::argument(
                &given,
                &format!("{name}.id"),
                &id::PERSON,
            )?))),
            other => other.without_id(),
        }
    }

    /// As a part of a mutation's input.
    pub(crate) fn input(self, path: &[&str]) -> Result<StoredPersonBy> {
        match self {
            Self::Id(given) => Ok(StoredPersonBy::Node(By::Id(id::input(
                &given,
                path,
                &id::PERSON,
            )?))),
            other => other.without_id(),
        }
    }

    fn without_id(self) -> Result<StoredPersonBy> {
        Ok(match self {
            Self::ExternalRecord(record) => StoredPersonBy::Node(By::External(record.into())),
            Self::Email(email) => StoredPersonBy::Email(email),
            Self::Id(given) => {
                StoredPersonBy::Node(By::Id(id::argument(&given, "id", &id::PERSON)?))
            }
        })
    }
}

/// The records of a list, as keys.
pub(crate) fn keys(records: Option<Vec<ExternalRecordInput>>) -> Vec<ExternalKey> {
    records
        .unwrap_or_default()
        .into_iter()
        .map(ExternalKey::from)
        .collect()
}
