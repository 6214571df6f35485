//! What may be done with promises.

use async_graphql::{Context, ID, Object, SimpleObject};
use entity::enums::PromiseState;
use uuid::Uuid;

use super::one;
use crate::{
    graphql::{
        context::ContextExt,
        error::{Result, UserError, outcome},
        id::{self, IdType},
        idempotency,
        types::{
            promise::Promise,
            promise_inputs::{
                BreakPromiseInput, KeepPromiseInput, MakePromiseInput, RemovePromiseInput,
                ReopenPromiseInput, ReschedulePromiseInput, UpdatePromiseInput,
                WithdrawPromiseInput,
            },
        },
    },
    store::Writer,
};

/// What making a promise leads to.
#[derive(SimpleObject)]
pub(crate) struct MakePromisePayload {
    /// The promise. Null when there are `userErrors`.
    promise: Option<Promise>,
    /// What you can mend; then nothing was written.
    user_errors: Vec<UserError>,
}

/// What correcting a promise leads to.
#[derive(SimpleObject)]
pub(crate) struct UpdatePromisePayload {
    /// The promise as it is now. Null when there are `userErrors`.
    promise: Option<Promise>,
    /// What you can mend; then nothing was written.
    user_errors: Vec<UserError>,
}

/// What keeping a promise leads to.
#[derive(SimpleObject)]
pub(crate) struct KeepPromisePayload {
    /// The promise as it is now. Null when there are `userErrors`.
    promise: Option<Promise>,
    /// What you can mend; then nothing was written.
    user_errors: Vec<UserError>,
}

/// What breaking a promise leads to.
#[derive(SimpleObject)]
pub(crate) struct BreakPromisePayload {
    /// The promise as it is now. Null when there are `userErrors`.
    promise: Option<Promise>,
    /// What you can mend; then nothing was written.
    user_errors: Vec<UserError>,
}

/// What withdrawing a promise leads to.
#[derive(SimpleObject)]
pub(crate) struct WithdrawPromisePayload {
    /// The promise as it is now. Null when there are `userErrors`.
    promise: Option<Promise>,
    /// What you can mend; then nothing was written.
    user_errors: Vec<UserError>,
}

/// What taking up a promise again leads to.
#[derive(SimpleObject)]
pub(crate) struct ReopenPromisePayload {
    /// The promise as it is now. Null when there are `userErrors`.
    promise: Option<Promise>,
    /// What you can mend; then nothing was written.
    user_errors: Vec<UserError>,
}

/// What putting off a promise leads to.
#[derive(SimpleObject)]
pub(crate) struct ReschedulePromisePayload {
    /// The promise as it is now. Null when there are `userErrors`.
    promise: Option<Promise>,
    /// What you can mend; then nothing was written.
    user_errors: Vec<UserError>,
}

/// What removing a promise leads to.
#[derive(SimpleObject)]
pub(crate) struct RemovePromisePayload {
    /// The id of what was removed. Null when there are `userErrors`.
    removed_id: Option<ID>,
    /// What you can mend; then nothing was written.
    user_errors: Vec<UserError>,
}

#[derive(Default)]
pub(crate) struct PromiseMutation;

#[Object]
impl PromiseMutation {
    /// Makes a promise to a person. `logInteraction` makes promises together with the interaction
    /// in which they were made. Scope: `write`.
    async fn make_promise(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The promise.")] input: MakePromiseInput,
    ) -> Result<MakePromisePayload> {
        let once = idempotency::once("makePromise", input.idempotency_key.as_deref(), &input);
        let written = async {
            let new = &input.read()?;
            let make = |w: Writer| async move { w.make_promise(new).await };
            ctx.store().write_once(once.as_ref(), make).await
        };
        let (row, user_errors) = outcome(written.await, ctx)?;
        Ok(MakePromisePayload {
            promise: written_one(ctx, row).await?,
            user_errors,
        })
    }

    /// Corrects what is said of a promise, or hands it to another recruiter. Scope: `write`.
    async fn update_promise(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The corrections.")] input: UpdatePromiseInput,
    ) -> Result<UpdatePromisePayload> {
        let written = async {
            let version = input.version;
            let (by, said) = &input.read()?;
            let store = ctx.store();
            store
                .write(|w| async move { w.update_promise(by, said, version).await })
                .await
        };
        let (row, user_errors) = outcome(written.await, ctx)?;
        Ok(UpdatePromisePayload {
            promise: written_one(ctx, row).await?,
            user_errors,
        })
    }

    /// Notes that a promise was kept: `KEPT` up to the moment it was due, `KEPT_LATE` after it.
    /// `evidence` confirms what kept it. Refused with `INVALID` when it was broken or withdrawn.
    /// Scope: `write`.
    async fn keep_promise(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which one, and what kept it.")] input: KeepPromiseInput,
    ) -> Result<KeepPromisePayload> {
        let written = async {
            let version = input.version;
            let (by, keeping) = &input.read()?;
            let store = ctx.store();
            store
                .write(|w| async move { w.keep_promise(by, keeping, version).await })
                .await
        };
        let (row, user_errors) = outcome(written.await, ctx)?;
        Ok(KeepPromisePayload {
            promise: written_one(ctx, row).await?,
            user_errors,
        })
    }

    /// Notes that a promise was not kept, and that we said so. Refused with `INVALID` when it was
    /// kept or withdrawn. Scope: `write`.
    async fn break_promise(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which one, and when.")] input: BreakPromiseInput,
    ) -> Result<BreakPromisePayload> {
        let written = async {
            let version = input.version;
            let by = &input.by.input(&["by"], IdType::Promise)?;
            let (state, note) = (PromiseState::Broken, input.note.as_deref());
            let at = ("brokenAt", input.broken_at.map(|at| at.0));
            let store = ctx.store();
            store
                .write(|w| async move { w.close_promise(by, state, at, note, version).await })
                .await
        };
        let (row, user_errors) = outcome(written.await, ctx)?;
        Ok(BreakPromisePayload {
            promise: written_one(ctx, row).await?,
            user_errors,
        })
    }

    /// Notes that the person released us from a promise: it counts for nothing any more. Refused
    /// with `INVALID` when it was kept or broken. Scope: `write`.
    async fn withdraw_promise(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which one, and when.")] input: WithdrawPromiseInput,
    ) -> Result<WithdrawPromisePayload> {
        let written = async {
            let version = input.version;
            let by = &input.by.input(&["by"], IdType::Promise)?;
            let (state, note) = (PromiseState::Withdrawn, input.note.as_deref());
            let at = ("withdrawnAt", input.withdrawn_at.map(|at| at.0));
            let store = ctx.store();
            store
                .write(|w| async move { w.close_promise(by, state, at, note, version).await })
                .await
        };
        let (row, user_errors) = outcome(written.await, ctx)?;
        Ok(WithdrawPromisePayload {
            promise: written_one(ctx, row).await?,
            user_errors,
        })
    }

    /// Takes up a promise again, as if nothing had become of it. Scope: `write`.
    async fn reopen_promise(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which one.")] input: ReopenPromiseInput,
    ) -> Result<ReopenPromisePayload> {
        let written = async {
            let version = input.version;
            let by = &input.by.input(&["by"], IdType::Promise)?;
            let store = ctx.store();
            store
                .write(|w| async move { w.reopen_promise(by, version).await })
                .await
        };
        let (row, user_errors) = outcome(written.await, ctx)?;
        Ok(ReopenPromisePayload {
            promise: written_one(ctx, row).await?,
            user_errors,
        })
    }

    /// Puts off an open promise; the due time it had is kept. Refused with `INVALID` when it is no
    /// longer open. Scope: `write`.
    async fn reschedule_promise(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which one, and until when.")] input: ReschedulePromiseInput,
    ) -> Result<ReschedulePromisePayload> {
        let written = async {
            let version = input.version;
            let by = &input.by.input(&["by"], IdType::Promise)?;
            let (due_at, note) = (input.due_at.0, input.note.as_deref());
            let store = ctx.store();
            store
                .write(|w| async move { w.reschedule_promise(by, due_at, note, version).await })
                .await
        };
        let (row, user_errors) = outcome(written.await, ctx)?;
        Ok(ReschedulePromisePayload {
            promise: written_one(ctx, row).await?,
            user_errors,
        })
    }

    /// Removes a promise that should never have been recorded. One from which the person released us
    /// is withdrawn instead. Scope: `write`.
    async fn remove_promise(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which one.")] input: RemovePromiseInput,
    ) -> Result<RemovePromisePayload> {
        let written = async {
            let version = input.version;
            let by = &input.by.input(&["by"], IdType::Promise)?;
            let store = ctx.store();
            store
                .write(|w| async move { w.remove_promise(by, version).await })
                .await
        };
        let (row, user_errors) = outcome(written.await, ctx)?;
        Ok(RemovePromisePayload {
            removed_id: row.map(|row| id::encode(IdType::Promise, row)),
            user_errors,
        })
    }
}

async fn written_one(ctx: &Context<'_>, row: Option<Uuid>) -> Result<Option<Promise>> {
    match row {
        Some(row) => one(ctx, row).await,
        None => Ok(None),
    }
}
