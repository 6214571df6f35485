//! Records of other systems, taken in bulk: any number of kinds, in any order, again and again.
//!
//! A call is one transaction of three steps. All that its records name is read, table by table;
//! each record is held against what is stored and against what it said last time, in memory; what
//! differs is written, table by table. So a call costs a number of statements that depends on the
//! kinds in it, not on the rows, and whatever is wrong with a record is known before anything is
//! written.
//!
//! The order in which records arrive does not matter: kinds are applied in the order in which they
//! refer to one another, and a record whose parent has not arrived waits in `sync_deferred`.

#![expect(
    clippy::option_option,
    clippy::ref_option,
    reason = "nothing said, said to be none, and said to be this are three things"
)]

mod application;
mod apply;
mod batch;
mod call;
mod company;
mod deferred;
mod feedback;
mod interaction;
mod job;
mod links;
mod load;
mod matching;
mod merge;
mod names;
mod person;
mod promise;
mod recruiter;
mod referral;
mod relationship;
mod remove;
mod report;
mod rows;
mod settings;
mod snapshot;
mod undo_match;
mod work;
pub(super) mod write;

pub mod record;

use std::fmt::Write as _;

use sea_orm::{QueryFilter, QuerySelect, sea_query::LockType};

pub(super) use self::recruiter::subject_of;
use self::{batch::Batch, matching::LeftOut, work::Work};
pub use self::{
    call::{MOST_RECORDS, ReadId, SyncCall, SyncRow},
    deferred::DeferredRecord,
    names::Awaited,
    report::{Matched, Suggested, SyncReport, SyncResult, SyncStatus},
    snapshot::{Completed, Snapshot},
    undo_match::Undone,
};
use super::{Store, Writer};
use crate::{
    auth::viewer::Scope,
    error::{Error, RefusalKind, Result},
};

impl Store {
    /// Takes records of another system.
    ///
    /// # Errors
    /// When the call as a whole is wrong. What is wrong with a record stands in its result.
    pub async fn sync(&self, call: &SyncCall) -> Result<SyncReport> {
        self.viewer().scopes.require(Scope::Sync)?;
        call.check()?;
        let (report, mut more) = self
            .write(|w| async move {
                if let Some(once) = call.once.as_ref().filter(|_| !call.dry_run)
                    && let Some(answer) = w.done_before(once).await?.and_then(|row| row.answer)
                {
                    return Ok((read_answer(answer)?, false));
                }
                w.sync_once(call).await
            })
            .await?;
        if !call.dry_run {
            let created = |result: &&SyncResult| result.status == SyncStatus::Created;
            let created = report.results.iter().filter(created);
            self.database
                .grew(created.filter_map(|result| result.kind))
                .await;
        }
        // A parent may have come for which very many waited: they follow, so many at a time.
        let rest = SyncCall {
            rows: Vec::new(),
            once: None,
            ..call.clone()
        };
        let rest = &rest;
        while more {
            let resumed = self.write(|w| async move { w.sync_once(rest).await });
            more = resumed.await?.1;
        }
        Ok(report)
    }
}

fn read_answer(answer: serde_json::Value) -> Result<SyncReport> {
    serde_json::from_value(answer).map_err(|error| Error::Internal(error.into()))
}

impl Writer {
    /// What became of the call, and whether more that waited can be applied by now.
    async fn sync_once(&self, call: &SyncCall) -> Result<(SyncReport, bool)> {
        let w = self.with_origin(Some(&call.origin()));
        w.one_sync_at_a_time().await?;
        let (report, more) = w.take_records(call).await?;
        if let Some(once) = call.once.as_ref().filter(|_| !call.dry_run) {
            let answer = serde_json::to_value(&report).map_err(|e| Error::Internal(e.into()))?;
            w.remember(once, w.new_id(), Some(answer)).await?;
        }
        Ok((report, more))
    }

    /// Takes the records of a call, within a transaction that holds the tenant's syncs back.
    async fn take_records(&self, call: &SyncCall) -> Result<(SyncReport, bool)> {
        let (mut batch, mut work) = self.apply_records(call).await?;
        work.tell_suggestions(&mut batch);
        let mut report = batch.report();
        let mut more = false;
        if call.atomic && report.count(SyncStatus::Rejected) > 0 {
            give_up(&mut report);
        } else if !call.dry_run {
            more = !work.ready.is_empty();
            work.store().await?;
        }
        if call.dry_run {
            // What would have been made has no id.
            let made = |result: &&mut SyncResult| result.status == SyncStatus::Created;
            report
                .results
                .iter_mut()
                .filter(made)
                .for_each(|result| result.node = None);
        }
        Ok((report, more))
    }

    /// Holds the records against what is there; once more if some of them must not tell whose others
    /// are, or tell that people who are here are one.
    async fn apply_records(&self, call: &SyncCall) -> Result<(Batch, Work)> {
        let mut left_out = LeftOut::default();
        loop {
            let mut batch = Batch::new(call, self);
            let mut work = Box::pin(Work::load(self, call, &mut batch, &left_out)).await?;
            work.apply_all(&mut batch);
            let not_applied = work.matches.not_applied(&batch);
            if !not_applied.is_empty() {
                left_out.records.extend(not_applied);
                continue;
            }
            let gives_up = call.atomic && batch.report().count(SyncStatus::Rejected) > 0;
            if call.dry_run || gives_up || work.matches.joins.is_empty() {
                return Ok((batch, work));
            }
            let apart = self.join_people(&work.matches.joins).await?;
            left_out.pairs.extend(apart);
        }
    }

    /// Holds back other syncs of the tenant until this one is done: two that bring the same records
    /// would each make them, and two that lock the same rows in another order would block one
    /// another. Merges of people take their turn with them, for a sync knows people by their ids.
    /// Other writers are not held back.
    pub(in crate::store) async fn one_sync_at_a_time(&self) -> Result<()> {
        use entity::tenant::{Column, Entity};
        #[expect(
            clippy::disallowed_methods,
            reason = "the tenant's own row, which no other query needs"
        )]
        let tenant = <Entity as sea_orm::EntityTrait>::find();
        tenant
            .filter(sea_orm::ColumnTrait::eq(&Column::Id, self.tenant()))
            .lock(LockType::NoKeyUpdate)
            .one(&self.conn)
            .await?;
        Ok(())
    }
}

/// An atomic call of which a record was rejected: nothing was written, and every record says so.
fn give_up(report: &mut SyncReport) {
    let count = report.count(SyncStatus::Rejected);
    report.refusals = call::of_row(
        RefusalKind::Invalid,
        format!("nothing was written: {count} records are rejected, and the call is `atomic`"),
    );
    for result in &mut report.results {
        if result.status != SyncStatus::Rejected {
            let path = vec!["input".into(), "records".into(), result.index.to_string()];
            result.refusals = call::of_row(
                RefusalKind::Invalid,
                "not written, because another record of this atomic call is rejected",
            );
            result
                .refusals
                .iter_mut()
                .for_each(|refusal| refusal.path.clone_from(&path));
            result.status = SyncStatus::Rejected;
            result.node = None;
            result.waits_for.clear();
        }
    }
}

fn hex(digest: &[u8]) -> String {
    digest.iter().fold(String::new(), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
