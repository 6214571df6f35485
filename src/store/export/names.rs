//! How an exported record and what it names are called: by the first of a node's external records,
//! or by our own id where no other system knows it.

use std::collections::HashMap;

use entity::{enums::NodeKind, external_record};
use uuid::Uuid;

use crate::{
    error::Result,
    store::{
        ExternalKey, Store,
        sync::record::{SyncKey, SyncRecord, SyncRef},
    },
};

/// The system of nodes that no other system knows.
pub const OWN_SYSTEM: &str = "rapport";

/// The names of the nodes of a page.
#[derive(Default)]
pub(super) struct Names(HashMap<(NodeKind, Uuid), Vec<ExternalKey>>);

impl Names {
    /// Reads the names of nodes, in one statement for each kind.
    pub(super) async fn read(
        store: &Store,
        wanted: impl IntoIterator<Item = (NodeKind, Vec<Uuid>)>,
    ) -> Result<Self> {
        let mut names = HashMap::new();
        for (kind, mut ids) in wanted {
            ids.sort_unstable();
            ids.dedup();
            if ids.is_empty() {
                continue;
            }
            for (node, rows) in store.records(kind, &ids).await? {
                let mut keys: Vec<_> = rows.into_iter().map(key).collect();
                keys.sort();
                names.insert((kind, node), keys);
            }
        }
        Ok(Self(names))
    }

    fn all(&self, kind: NodeKind, id: Uuid) -> &[ExternalKey] {
        self.0.get(&(kind, id)).map_or(&[], Vec::as_slice)
    }

    fn key(&self, kind: NodeKind, id: Uuid) -> ExternalKey {
        let first = self.all(kind, id).first().cloned();
        first.unwrap_or_else(|| ExternalKey {
            system: OWN_SYSTEM.to_owned(),
            record_type: word(kind).to_owned(),
            id: id.to_string(),
        })
    }

    /// A record of the node, still without its payload.
    pub(super) fn record(&self, kind: NodeKind, id: Uuid) -> SyncRecord {
        let key = self.key(kind, id);
        let more = self.all(kind, id).iter().skip(1);
        SyncRecord {
            system: Some(key.system),
            record_type: key.record_type,
            id: key.id,
            aliases: more
                .map(|key| SyncKey {
                    system: Some(key.system.clone()),
                    record_type: key.record_type.clone(),
                    id: key.id.clone(),
                })
                .collect(),
            ..SyncRecord::default()
        }
    }

    /// How another record names the node.
    pub(super) fn link(&self, kind: NodeKind, id: Uuid) -> SyncRef {
        let key = self.key(kind, id);
        SyncRef {
            system: Some(key.system),
            record_type: Some(key.record_type),
            id: Some(key.id),
            ..SyncRef::default()
        }
    }

    /// The same, of a node that need not be there.
    pub(super) fn maybe(&self, kind: NodeKind, id: Option<Uuid>) -> Option<SyncRef> {
        id.map(|id| self.link(kind, id))
    }
}

fn key(row: external_record::Model) -> ExternalKey {
    ExternalKey {
        system: row.system,
        record_type: row.record_type,
        id: row.external_id,
    }
}

/// The type of records of ours.
fn word(kind: NodeKind) -> &'static str {
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
