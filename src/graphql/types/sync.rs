//! The sync as the API shows it: calls, what became of each record, and what waits.

use async_graphql::{Enum, ID, InputObject, SimpleObject};
use entity::{enums::NodeKind, sync_deferred};

use super::super::{
    error::UserError, page::Listed, scalars::DateTime, types::sync_inputs::SentRecord,
};
use crate::store::{
    ExternalKey,
    sync::{self, Awaited, DeferredRecord, SyncReport},
};

/// Records to take from another system.
#[derive(InputObject)]
pub(crate) struct SyncRecordsInput {
    /// The system of all records that name none, such as `greenhouse`.
    pub(crate) system: String,
    /// The records: 1 to 1,000, and 5 MB in all. They may refer to each other, in any order.
    pub(crate) records: Vec<SentRecord>,
    /// Report only what would happen, and write nothing.
    #[graphql(default)]
    pub(crate) dry_run: bool,
    /// Write nothing at all if any record is rejected.
    #[graphql(default)]
    pub(crate) atomic: bool,
    /// What you call this delivery: the `origin` of the events it leaves, by which you know your own
    /// echoes. The system, and the idempotency key if there is one, if omitted.
    pub(crate) origin: Option<String>,
    /// A key of your choice, at most 255 bytes. The same key with the same input is answered as
    /// the first time, and nothing is written again. Kept for 30 days; of no effect with `dryRun`.
    pub(crate) idempotency_key: Option<String>,
}

/// What became of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub(crate) enum SyncStatus {
    /// A node was made.
    Created,
    /// Its node was changed.
    Updated,
    /// Its node says all of it already. Nothing was written.
    Unchanged,
    /// Something newer is known of it, or it was deleted. It was left aside.
    Stale,
    /// It names something that has not arrived. It is kept, and applied when that does.
    Deferred,
    /// It is wrong; `userErrors` tell why. Nothing of it was written.
    Rejected,
    /// It is noted as deleted.
    Deleted,
}

impl From<sync::SyncStatus> for SyncStatus {
    fn from(status: sync::SyncStatus) -> Self {
        match status {
            sync::SyncStatus::Created => Self::Created,
            sync::SyncStatus::Updated => Self::Updated,
            sync::SyncStatus::Unchanged => Self::Unchanged,
            sync::SyncStatus::Stale => Self::Stale,
            sync::SyncStatus::Deferred => Self::Deferred,
            sync::SyncStatus::Rejected => Self::Rejected,
            sync::SyncStatus::Deleted => Self::Deleted,
        }
    }
}

/// How a record that was new to us came to a node that was here already.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub(crate) enum SyncMatch {
    /// They have the same `LinkedIn` profile.
    #[graphql(name = "LINKEDIN")]
    LinkedIn,
    /// They have the same e-mail address and the same name.
    EmailAndName,
}

impl From<sync::Matched> for SyncMatch {
    fn from(matched: sync::Matched) -> Self {
        match matched {
            sync::Matched::LinkedIn => Self::LinkedIn,
            sync::Matched::EmailAndName => Self::EmailAndName,
        }
    }
}

/// The name of a record in another system.
#[derive(Clone, Debug, SimpleObject)]
pub(crate) struct SyncKey {
    /// The other system.
    system: String,
    /// The kind of record there; empty if the record could not be read.
    #[graphql(name = "type")]
    record_type: String,
    /// Its id there; empty if the record could not be read.
    id: String,
}

impl From<ExternalKey> for SyncKey {
    fn from(key: ExternalKey) -> Self {
        Self {
            system: key.system,
            record_type: key.record_type,
            id: key.id,
        }
    }
}

/// Something that a record waits for: a record, an address, or no more than a name.
#[derive(Clone, Debug, SimpleObject)]
pub(crate) struct SyncAwaited {
    /// The kind of node.
    kind: NodeKind,
    /// The record, if it is named by one.
    record: Option<SyncKey>,
    /// The e-mail address, if it is named by one.
    email: Option<String>,
    /// The name, if no more is known: the record waits until it is sent with a reference.
    name: Option<String>,
}

impl From<Awaited> for SyncAwaited {
    fn from(awaited: Awaited) -> Self {
        Self {
            kind: awaited.kind,
            record: awaited.record.map(SyncKey::from),
            email: awaited.email,
            name: awaited.name,
        }
    }
}

/// How many records came to what.
#[derive(Clone, Copy, Debug, SimpleObject)]
pub(crate) struct SyncCounts {
    /// Nodes that were made.
    created: usize,
    /// Nodes that were changed.
    updated: usize,
    /// Records that said nothing new.
    unchanged: usize,
    /// Records that were left aside for something newer.
    stale: usize,
    /// Records that wait.
    deferred: usize,
    /// Records that are wrong.
    rejected: usize,
    /// Records that are noted as deleted.
    deleted: usize,
    /// Records of earlier calls that had waited and were applied along with these.
    resumed: usize,
}

impl From<&SyncReport> for SyncCounts {
    fn from(report: &SyncReport) -> Self {
        use sync::SyncStatus::{Created, Deferred, Deleted, Rejected, Stale, Unchanged, Updated};
        Self {
            created: report.count(Created),
            updated: report.count(Updated),
            unchanged: report.count(Unchanged),
            stale: report.count(Stale),
            deferred: report.count(Deferred),
            rejected: report.count(Rejected),
            deleted: report.count(Deleted),
            resumed: report.resumed,
        }
    }
}

/// A record that waits for something that has not arrived.
#[derive(Clone, Debug, SimpleObject)]
pub(crate) struct DeferredSyncRecord {
    /// The record's name.
    key: SyncKey,
    /// What it waits for; empty if that has come and the record turned out wrong.
    waits_for: Vec<SyncAwaited>,
    /// What turned out wrong with it: send it again, mended.
    user_errors: Vec<UserError>,
    /// When it last changed there, as it says.
    source_updated_at: Option<DateTime>,
    /// Since when it waits.
    deferred_at: DateTime,
}

impl Listed for DeferredSyncRecord {
    const CONNECTION: &'static str = "DeferredSyncRecordConnection";
    const EDGE: &'static str = "DeferredSyncRecordEdge";
}

impl From<sync_deferred::Model> for DeferredSyncRecord {
    fn from(row: sync_deferred::Model) -> Self {
        let DeferredRecord {
            row,
            waits_for,
            problem,
        } = row.into();
        let key = ExternalKey {
            system: row.system,
            record_type: row.record_type,
            id: row.external_id,
        };
        Self {
            key: key.into(),
            waits_for: waits_for.into_iter().map(SyncAwaited::from).collect(),
            user_errors: problem.into_iter().map(UserError::from).collect(),
            source_updated_at: row.source_updated_at.map(DateTime::from),
            deferred_at: row.deferred_at.into(),
        }
    }
}

/// A listing to begin.
#[derive(InputObject)]
pub(crate) struct BeginSnapshotInput {
    /// The other system; 1 to 500 characters.
    pub(crate) system: String,
    /// The kind of record there that will be listed; 1 to 500 characters.
    #[graphql(name = "type")]
    pub(crate) record_type: String,
}

/// A listing that has come to its end.
#[derive(InputObject)]
pub(crate) struct CompleteSnapshotInput {
    /// The listing, as `beginSnapshot` named it.
    pub(crate) snapshot: ID,
    /// Refuse if more than so many percent of the records would be noted as deleted: 0 to 100.
    #[graphql(default = 10)]
    pub(crate) most_gone_percent: i32,
}

/// A full listing of another system's records of one type.
#[derive(Clone, Debug, SimpleObject)]
pub(crate) struct SyncSnapshot {
    /// Its id, for `completeSnapshot` only.
    id: ID,
    /// The other system.
    system: String,
    /// The kind of record there.
    #[graphql(name = "type")]
    record_type: String,
    /// When it began.
    begun_at: DateTime,
}

impl From<sync::Snapshot> for SyncSnapshot {
    fn from(snapshot: sync::Snapshot) -> Self {
        Self {
            id: snapshot.id.simple().to_string().into(),
            system: snapshot.system,
            record_type: snapshot.record_type,
            begun_at: snapshot.begun_at.into(),
        }
    }
}
