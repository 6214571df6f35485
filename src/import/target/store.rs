//! Records straight into the database.

use anyhow::anyhow;

use super::{Failure, Fate, Status};
use crate::{
    error::{Error, Refusal},
    import::produce::Mapped,
    store::{
        Store,
        sync::{ReadId, SyncCall, SyncResult, SyncStatus},
    },
};

/// A recruiter's handle on the database.
pub struct Direct {
    /// The handle.
    pub store: Store,
    /// The system of records that name none.
    pub system: String,
    /// How our own ids are written.
    pub read_id: ReadId,
}

impl Direct {
    pub(super) async fn take(&self, chunk: &[Mapped], dry_run: bool) -> Result<Vec<Fate>, Failure> {
        let call = SyncCall {
            system: self.system.clone(),
            rows: chunk
                .iter()
                .map(|mapped| mapped.record.clone().into())
                .collect(),
            dry_run,
            atomic: false,
            origin: Some("import".to_owned()),
            once: None,
            read_id: self.read_id,
        };
        let report = self.store.sync(&call).await.map_err(failure)?;
        if let Some(refusal) = report.refusals.first() {
            return Err(Failure::Lasting(anyhow!("{}", line(refusal, 0))));
        }
        Ok(report.results.iter().map(fate).collect())
    }
}

/// The database may come back; all else stays wrong.
fn failure(error: Error) -> Failure {
    match error {
        Error::Unavailable => Failure::Passing(anyhow!("the database does not answer"), None),
        Error::TimedOut => Failure::Passing(anyhow!("the database takes too long"), None),
        Error::Retry => Failure::Passing(anyhow!("others write the same at this moment"), None),
        Error::StorageFull => Failure::Lasting(anyhow!("the disk of the database is full")),
        Error::Refused(refusals) => {
            let told: Vec<_> = refusals.iter().map(|refusal| line(refusal, 0)).collect();
            Failure::Lasting(anyhow!("{}", told.join("; ")))
        }
        Error::Internal(why) => Failure::Lasting(why.context("the database does not take it")),
        other => Failure::Lasting(anyhow!("{other:?}")),
    }
}

fn fate(result: &SyncResult) -> Fate {
    Fate {
        status: match result.status {
            SyncStatus::Created => Status::Created,
            SyncStatus::Updated => Status::Updated,
            SyncStatus::Unchanged => Status::Unchanged,
            SyncStatus::Stale => Status::Stale,
            SyncStatus::Deferred => Status::Deferred,
            SyncStatus::Rejected => Status::Rejected,
            SyncStatus::Deleted => Status::Deleted,
        },
        // Paths begin with `input`, `records` and the place in the chunk, which nobody knows here.
        why: result
            .refusals
            .iter()
            .map(|refusal| line(refusal, 3))
            .collect(),
    }
}

/// What is wrong, behind where it is.
fn line(refusal: &Refusal, skipped: usize) -> String {
    let path: Vec<_> = refusal
        .path
        .iter()
        .skip(skipped)
        .map(String::as_str)
        .collect();
    if path.is_empty() {
        refusal.message.clone()
    } else {
        format!("{}: {}", path.join("."), refusal.message)
    }
}
