//! How an exported record and what it names are called: by our own ids, with the names that other
//! systems have for a record beside it. So an import finds again what came from this tenant, and
//! another tenant learns the names.

use std::collections::HashMap;

use entity::{enums::NodeKind, external_record};
use sea_orm::Iterable;
use uuid::Uuid;

use crate::{
    error::Result,
    store::{
        Store,
        sync::record::{SyncKey, SyncRecord, SyncRef},
    },
};

/// The system of records that are called by our own ids.
pub const OWN_SYSTEM: &str = "rapport";

/// The names that other systems have for the nodes of a page.
#[derive(Default)]
pub(super) struct Names(HashMap<Uuid, Vec<SyncKey>>);

impl Names {
    /// Reads the names of nodes of a kind, in one statement.
    pub(super) async fn read(store: &Store, kind: NodeKind, ids: &[Uuid]) -> Result<Self> {
        let records = store.records(kind, ids).await?.into_iter();
        let keys = |rows: Vec<_>| rows.into_iter().map(key).collect();
        Ok(Self(
            records.map(|(node, rows)| (node, keys(rows))).collect(),
        ))
    }

    /// A record of the node, still without its payload.
    pub(super) fn record(&mut self, kind: NodeKind, id: Uuid) -> SyncRecord {
        SyncRecord {
            system: Some(OWN_SYSTEM.to_owned()),
            record_type: word(kind).to_owned(),
            id: id.to_string(),
            aliases: self.0.remove(&id).unwrap_or_default(),
            ..SyncRecord::default()
        }
    }
}

/// How a record names another node.
pub(super) fn link(kind: NodeKind, id: Uuid) -> SyncRef {
    SyncRef {
        system: Some(OWN_SYSTEM.to_owned()),
        record_type: Some(word(kind).to_owned()),
        id: Some(id.to_string()),
        ..SyncRef::default()
    }
}

/// The same, of a node that need not be there.
pub(super) fn maybe(kind: NodeKind, id: Option<Uuid>) -> Option<SyncRef> {
    id.map(|id| link(kind, id))
}

fn key(row: external_record::Model) -> SyncKey {
    SyncKey {
        system: Some(row.system),
        record_type: row.record_type,
        id: row.external_id,
    }
}

/// The type of records of ours.
pub(super) fn word(kind: NodeKind) -> &'static str {
    match kind {
        NodeKind::Person => "person",
        NodeKind::Company => "company",
        NodeKind::Job => "job",
        NodeKind::Application => "application",
        NodeKind::Interaction => "interaction",
        NodeKind::Relationship => "relationship",
        NodeKind::Referral => "referral",
        NodeKind::Recruiter => "recruiter",
        NodeKind::Promise => "promise",
        NodeKind::Feedback => "feedback",
        NodeKind::Settings => "settings",
    }
}

/// The kind of nodes that records of ours of a type are.
pub(in crate::store) fn kind_of(record_type: &str) -> Option<NodeKind> {
    NodeKind::iter().find(|kind| word(*kind) == record_type)
}
