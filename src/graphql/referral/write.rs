//! What may be done with referrals.

use std::sync::atomic::{AtomicBool, Ordering};

use async_graphql::{Context, Object, SimpleObject};
use uuid::Uuid;

use super::one;
use crate::{
    graphql::{
        context::ContextExt,
        error::{Result, UserError, outcome},
        id::IdType,
        idempotency,
        types::{
            referral::Referral,
            referral_inputs::{
                AcknowledgeReferralInput, ChangeReferralStatusInput, CloseReferralLoopInput,
                RecordReferralInput, SetReferralRewardInput, UpdateReferralInput,
            },
        },
    },
    store::Writer,
};

/// What recording a referral leads to.
#[derive(SimpleObject)]
pub(crate) struct RecordReferralPayload {
    /// The referral. Null when there are `userErrors`.
    referral: Option<Referral>,
    /// This call recorded it; false when it stood there already, or there are `userErrors`.
    created: bool,
    /// What you can mend; then nothing was written.
    user_errors: Vec<UserError>,
}

/// What changing a referral leads to.
#[derive(SimpleObject)]
pub(crate) struct UpdateReferralPayload {
    /// The referral as it is now. Null when there are `userErrors`.
    referral: Option<Referral>,
    /// What you can mend; then nothing was written.
    user_errors: Vec<UserError>,
}

/// What changing a referral's status leads to.
#[derive(SimpleObject)]
pub(crate) struct ChangeReferralStatusPayload {
    /// The referral as it is now. Null when there are `userErrors`.
    referral: Option<Referral>,
    /// What you can mend; then nothing was written.
    user_errors: Vec<UserError>,
}

/// What thanking a referrer leads to.
#[derive(SimpleObject)]
pub(crate) struct AcknowledgeReferralPayload {
    /// The referral as it is now. Null when there are `userErrors`.
    referral: Option<Referral>,
    /// What you can mend; then nothing was written.
    user_errors: Vec<UserError>,
}

/// What telling a referrer the outcome leads to.
#[derive(SimpleObject)]
pub(crate) struct CloseReferralLoopPayload {
    /// The referral as it is now. Null when there are `userErrors`.
    referral: Option<Referral>,
    /// What you can mend; then nothing was written.
    user_errors: Vec<UserError>,
}

/// What agreeing on a reward leads to.
#[derive(SimpleObject)]
pub(crate) struct SetReferralRewardPayload {
    /// The referral as it is now. Null when there are `userErrors`.
    referral: Option<Referral>,
    /// What you can mend; then nothing was written.
    user_errors: Vec<UserError>,
}

#[derive(Default)]
pub(crate) struct ReferralMutation;

#[Object]
impl ReferralMutation {
    /// Records that one person referred another, who may be made in the same stroke. The same
    /// referrer, referred person and job is one referral: a repeat is answered with the one that
    /// is there, to which only names in other systems are added. Scope: `write`.
    async fn record_referral(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The referral.")] input: RecordReferralInput,
    ) -> Result<RecordReferralPayload> {
        let once = idempotency::once("recordReferral", input.idempotency_key.as_deref(), &input);
        let created = &AtomicBool::new(false);
        let written = async {
            let new = &input.read()?;
            let record = |w: Writer| async move {
                let recorded = w.record_referral(new).await?;
                created.store(recorded.created, Ordering::Relaxed);
                Ok(recorded.id)
            };
            ctx.store().write_once(once.as_ref(), record).await
        };
        let (row, user_errors) = outcome(written.await, ctx)?;
        Ok(RecordReferralPayload {
            created: row.is_some() && created.load(Ordering::Relaxed),
            referral: written_one(ctx, row).await?,
            user_errors,
        })
    }

    /// Says which application a referral led to, or what was said of it. The status of a referral
    /// that led to an application follows from that application's milestones and outcome, each
    /// dated as there; a status told here that is dated later stands. Scope: `write`.
    async fn update_referral(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The changes.")] input: UpdateReferralInput,
    ) -> Result<UpdateReferralPayload> {
        let written = async {
            let version = input.version;
            let (by, said) = &input.read()?;
            let store = ctx.store();
            store
                .write(|w| async move { w.update_referral(by, said, version).await })
                .await
        };
        let (row, user_errors) = outcome(written.await, ctx)?;
        Ok(UpdateReferralPayload {
            referral: written_one(ctx, row).await?,
            user_errors,
        })
    }

    /// Notes how far a referral has come. Changes may be told in any order: each is dated and
    /// kept, and the one dated latest is the status. A change to the status that it had at that
    /// time already changes nothing. A new outcome opens the loop with the referrer again.
    /// Scope: `write`.
    async fn change_referral_status(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The change.")] input: ChangeReferralStatusInput,
    ) -> Result<ChangeReferralStatusPayload> {
        let written = async {
            let version = input.version;
            let (by, change) = &input.read()?;
            let store = ctx.store();
            store
                .write(|w| async move { w.change_referral_status(by, change, version).await })
                .await
        };
        let (row, user_errors) = outcome(written.await, ctx)?;
        Ok(ChangeReferralStatusPayload {
            referral: written_one(ctx, row).await?,
            user_errors,
        })
    }

    /// Notes that the referrer was thanked. Scope: `write`.
    async fn acknowledge_referral(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which one, and when.")] input: AcknowledgeReferralInput,
    ) -> Result<AcknowledgeReferralPayload> {
        let written = async {
            let (version, at) = (input.version, input.acknowledged_at.map(|at| at.0));
            let by = &input.by.input(&["by"], IdType::Referral)?;
            let store = ctx.store();
            store
                .write(|w| async move { w.acknowledge_referral(by, at, version).await })
                .await
        };
        let (row, user_errors) = outcome(written.await, ctx)?;
        Ok(AcknowledgeReferralPayload {
            referral: written_one(ctx, row).await?,
            user_errors,
        })
    }

    /// Notes that the referrer was told the outcome. Refused with `INVALID` while there is none.
    /// Scope: `write`.
    async fn close_referral_loop(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which one, and when.")] input: CloseReferralLoopInput,
    ) -> Result<CloseReferralLoopPayload> {
        let written = async {
            let (version, at) = (input.version, input.loop_closed_at.map(|at| at.0));
            let by = &input.by.input(&["by"], IdType::Referral)?;
            let store = ctx.store();
            store
                .write(|w| async move { w.close_referral_loop(by, at, version).await })
                .await
        };
        let (row, user_errors) = outcome(written.await, ctx)?;
        Ok(CloseReferralLoopPayload {
            referral: written_one(ctx, row).await?,
            user_errors,
        })
    }

    /// Says what the referrer is paid. Scope: `write`.
    async fn set_referral_reward(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The reward.")] input: SetReferralRewardInput,
    ) -> Result<SetReferralRewardPayload> {
        let written = async {
            let version = input.version;
            let (by, said) = &input.read()?;
            let store = ctx.store();
            store
                .write(|w| async move { w.set_referral_reward(by, said, version).await })
                .await
        };
        let (row, user_errors) = outcome(written.await, ctx)?;
        Ok(SetReferralRewardPayload {
            referral: written_one(ctx, row).await?,
            user_errors,
        })
    }
}

async fn written_one(ctx: &Context<'_>, row: Option<Uuid>) -> Result<Option<Referral>> {
    match row {
        Some(row) => one(ctx, row).await,
        None => Ok(None),
    }
}
