//! What became of each record of a call.

use entity::enums::{MatchEvidence, NodeKind};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::names::Awaited;
use crate::{error::Refusal, store::record::ExternalKey};

/// What became of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SyncStatus {
    /// A node was made.
    Created,
    /// Its node was changed.
    Updated,
    /// Its node says all of it already.
    Unchanged,
    /// Something newer is known of it, or it was deleted; it was left aside.
    Stale,
    /// It names something that has not arrived; it is kept until then.
    Deferred,
    /// It is wrong; nothing of it was written.
    Rejected,
    /// It is noted as deleted.
    Deleted,
}

/// How a record that was new to us came to a node that was not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Matched {
    /// They have the same `LinkedIn` profile.
    LinkedIn,
    /// They have the same e-mail address and the same name.
    EmailAndName,
}

impl Matched {
    /// As what spoke for it; none if that is not enough to link a record.
    pub(super) fn from_evidence(evidence: MatchEvidence) -> Option<Self> {
        match evidence {
            MatchEvidence::LinkedIn => Some(Self::LinkedIn),
            MatchEvidence::EmailAndName => Some(Self::EmailAndName),
            _ => None,
        }
    }
}

/// Somebody who was here, and may be the person of a record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suggested {
    /// The person.
    pub person: Uuid,
    /// What speaks for it.
    pub evidence: MatchEvidence,
    /// The address that both have.
    pub key: String,
}

/// What became of one record.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SyncResult {
    /// Its place in the call, from 0.
    pub index: usize,
    /// Its names.
    pub key: ExternalKey,
    /// What became of it.
    pub status: SyncStatus,
    /// The kind of its node.
    pub kind: Option<NodeKind>,
    /// Its node.
    pub node: Option<Uuid>,
    /// What is wrong with it.
    pub refusals: Vec<Refusal>,
    /// What it waits for.
    pub waits_for: Vec<Awaited>,
    /// How it was linked to a node that was there.
    pub matched: Option<Matched>,
    /// Who else it may be.
    #[serde(default)]
    pub suggested: Vec<Suggested>,
}

/// What became of a call.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SyncReport {
    /// What became of each record, in the order of the call.
    pub results: Vec<SyncResult>,
    /// How many records that had waited were applied along with these.
    pub resumed: usize,
    /// What is wrong with the call as a whole.
    pub refusals: Vec<Refusal>,
}

impl SyncReport {
    /// How many records came to this.
    pub fn count(&self, status: SyncStatus) -> usize {
        let same = |result: &&SyncResult| result.status == status;
        self.results.iter().filter(same).count()
    }
}
