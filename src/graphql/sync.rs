//! Records of other systems: taken in bulk, waited for, and listed in full.

use std::sync::Arc;

use async_graphql::{Context, ID, Object, SimpleObject};
use entity::enums::NodeKind;
use uuid::Uuid;

use super::{
    context::ContextExt,
    error::{At, Result, UserError, outcome},
    id::{self, IdType},
    idempotency,
    matching::SuggestedPerson,
    node::{self, Node},
    page::{Connection, ListName, Window},
    types::sync::{
        BeginSnapshotInput, CompleteSnapshotInput, DeferredSyncRecord, SyncAwaited, SyncCounts,
        SyncKey, SyncMatch, SyncRecordsInput, SyncSnapshot, SyncStatus,
    },
};
use crate::{
    auth::viewer::Scope,
    error::Refusal,
    store::sync::{DeferredRecord, SyncCall, SyncReport, SyncResult, SyncRow},
};

/// What became of one record.
pub(crate) struct SyncRecordResult(SyncResult);

/// What became of one record.
#[Object]
impl SyncRecordResult {
    /// Its place in the call, from 0.
    async fn index(&self) -> usize {
        self.0.index
    }

    /// Its name.
    async fn key(&self) -> SyncKey {
        self.0.key.clone().into()
    }

    /// What became of it.
    async fn status(&self) -> SyncStatus {
        self.0.status.into()
    }

    /// The id of its node. Null where there is none: rejected, waiting for the first time, or made
    /// by a dry run.
    async fn id(&self, ctx: &Context<'_>) -> Result<Option<ID>> {
        let Some(row) = self.0.node else {
            return Ok(None);
        };
        let id_type = self.id_type(ctx).await?;
        Ok(id_type.map(|id_type| id::encode(id_type, row)))
    }

    /// Its node. Null where there is none, or none that you may see.
    async fn node(&self, ctx: &Context<'_>) -> Result<Option<Node>> {
        match (self.id_type(ctx).await?, self.0.node) {
            (Some(id_type), Some(row)) => node::load(ctx, id_type, row).await,
            _ => Ok(None),
        }
    }

    /// What is wrong with it.
    async fn user_errors(&self) -> Vec<UserError> {
        self.0
            .refusals
            .iter()
            .cloned()
            .map(UserError::from)
            .collect()
    }

    /// What it waits for.
    async fn waits_for(&self) -> Vec<SyncAwaited> {
        self.0
            .waits_for
            .iter()
            .cloned()
            .map(SyncAwaited::from)
            .collect()
    }

    /// How it was linked to a person who was here already. Null if its own name led there, or the
    /// person is new.
    async fn matched(&self) -> Option<SyncMatch> {
        self.0.matched.map(SyncMatch::from)
    }

    /// Who of those who were here its person may be besides. Pairs that somebody dismissed are not
    /// among them.
    async fn suggestions(&self) -> Vec<SuggestedPerson> {
        let suggested = self.0.suggested.iter().cloned();
        suggested.map(SuggestedPerson::from).collect()
    }
}

impl SyncRecordResult {
    /// The type of its node's id; a person has one under each hat.
    async fn id_type(&self, ctx: &Context<'_>) -> Result<Option<IdType>> {
        let (Some(kind), Some(row)) = (self.0.kind, self.0.node) else {
            return Ok(None);
        };
        if kind != NodeKind::Person {
            return Ok(IdType::of(kind));
        }
        let person = ctx.loaders().people.get(row).await.at(ctx)?;
        Ok(person.map(|person| {
            if person.is_candidate {
                IdType::Candidate
            } else {
                IdType::Contact
            }
        }))
    }
}

/// What taking records leads to.
#[derive(SimpleObject)]
pub(crate) struct SyncRecordsPayload {
    /// What became of each record, in the order of the call. Empty when the call as a whole is
    /// refused.
    results: Vec<SyncRecordResult>,
    /// How many records came to what.
    counts: SyncCounts,
    /// What is wrong with the call as a whole; then nothing was written.
    user_errors: Vec<UserError>,
}

/// What beginning a listing leads to.
#[derive(SimpleObject)]
pub(crate) struct BeginSnapshotPayload {
    /// The listing. Null when there are `userErrors`.
    snapshot: Option<SyncSnapshot>,
    /// What you can mend; then nothing was written.
    user_errors: Vec<UserError>,
}

/// What completing a listing leads to.
#[derive(SimpleObject)]
pub(crate) struct CompleteSnapshotPayload {
    /// How many records the listing could have named. Null when there are `userErrors`.
    known: Option<u64>,
    /// How many of them it did not name, which are noted as deleted. Null when there are
    /// `userErrors`.
    gone: Option<u64>,
    /// What you can mend; then nothing was written.
    user_errors: Vec<UserError>,
}

#[derive(Default)]
pub(crate) struct SyncQuery;

#[Object]
impl SyncQuery {
    /// Records of other systems that wait for something that has not arrived, the earliest first.
    /// Scope: `sync`.
    async fn sync_deferred(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those of this system; of all, if omitted.")] system: Option<String>,
        #[graphql(desc = "So many from the front: 0 to 100; 20 if `last` is omitted too.")]
        first: Option<i32>,
        #[graphql(desc = "Only what follows this cursor.")] after: Option<String>,
        #[graphql(desc = "So many from the end: 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what precedes this cursor.")] before: Option<String>,
    ) -> Result<Connection<DeferredSyncRecord>> {
        let store = ctx.store().clone();
        store.viewer().scopes.require(Scope::Sync).at(ctx)?;
        let tenant = store.viewer().tenant_id;
        let named = ListName::new(&[tenant.as_bytes(), b"syncDeferred"]);
        let window = Window {
            first,
            after,
            last,
            before,
        };
        let window = window.read(&named).at(ctx)?;
        let page = store
            .deferred_page(system.as_deref(), &window)
            .await
            .at(ctx)?;
        let total = Arc::new(move || -> super::batch::Loading<_> {
            let (store, system) = (store.clone(), system.clone());
            Box::pin(async move {
                let count = store.deferred_count(system.as_deref()).await;
                count.map_err(Arc::new)
            })
        });
        Ok(Connection::new(
            page,
            &named,
            total,
            DeferredRecord::position,
            DeferredSyncRecord::from,
        ))
    }
}

#[derive(Default)]
pub(crate) struct SyncMutation;

#[Object]
impl SyncMutation {
    /// Takes records of another system, in one transaction: people, companies, jobs, applications,
    /// interactions, relationships, referrals, feedback and recruiters, in any order, referring to
    /// each other. What a record said before is known, so that sending it again changes nothing,
    /// and what recruiters edited here is kept. A record that is wrong is rejected by itself.
    /// Scope: `sync`.
    async fn sync_records(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The records.")] input: SyncRecordsInput,
    ) -> Result<SyncRecordsPayload> {
        let once = idempotency::once("syncRecords", input.idempotency_key.as_deref(), &input);
        let call = SyncCall {
            system: input.system,
            rows: input
                .records
                .iter()
                .map(|sent| SyncRow::read(&sent.0))
                .collect(),
            dry_run: input.dry_run,
            atomic: input.atomic,
            origin: input.origin,
            once,
            read_id: id::read,
        };
        let (report, user_errors) = outcome(ctx.store().sync(&call).await, ctx)?;
        let mut report: SyncReport = report.unwrap_or_default();
        let of_call = std::mem::take(&mut report.refusals).into_iter();
        let user_errors = user_errors.into_iter().chain(of_call.map(UserError::from));
        Ok(SyncRecordsPayload {
            user_errors: user_errors.collect(),
            counts: SyncCounts::from(&report),
            results: report.results.into_iter().map(SyncRecordResult).collect(),
        })
    }

    /// Begins a full listing of another system's records of one type. Send all of them with
    /// `syncRecords`, then complete it. One that is under way is given up for it. Scope: `sync`.
    async fn begin_snapshot(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Of what.")] input: BeginSnapshotInput,
    ) -> Result<BeginSnapshotPayload> {
        let begun = ctx
            .store()
            .begin_snapshot(&input.system, &input.record_type);
        let (snapshot, user_errors) = outcome(begun.await, ctx)?;
        Ok(BeginSnapshotPayload {
            snapshot: snapshot.map(SyncSnapshot::from),
            user_errors,
        })
    }

    /// Ends a full listing: records of its system and type that were not sent since it began are
    /// noted as deleted. Refused with `INVALID` if these are too many, and with `CONFLICT` if the
    /// listing is no longer under way. Never call it after a run that broke off. Scope: `sync`.
    async fn complete_snapshot(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, and how many may be gone.")] input: CompleteSnapshotInput,
    ) -> Result<CompleteSnapshotPayload> {
        let completed = async {
            let store = ctx.store();
            store.viewer().scopes.require(Scope::Sync)?;
            let unknown = || Refusal::not_found(&["snapshot"], "there is no listing by this id");
            let id = Uuid::try_parse(&input.snapshot).map_err(|_| unknown())?;
            store.complete_snapshot(id, input.most_gone_percent).await
        };
        let (completed, user_errors) = outcome(completed.await, ctx)?;
        Ok(CompleteSnapshotPayload {
            known: completed.map(|completed| completed.known),
            gone: completed.map(|completed| completed.gone),
            user_errors,
        })
    }
}
