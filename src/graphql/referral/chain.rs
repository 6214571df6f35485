//! Who referred whom, and who referred those.

use std::sync::Arc;

use async_graphql::{ComplexObject, Context, SimpleObject};
use uuid::Uuid;

use super::one;
use crate::{
    error::Error,
    graphql::{
        context::ContextExt,
        error::{At, Result},
        person::{Person, known_person},
        types::referral::{Referral, ReferralChainDirection, ReferralChainLink},
    },
    store::referral::{Chain, DEEPEST},
};

#[ComplexObject]
impl ReferralChainLink {
    /// The referral.
    async fn referral(&self, ctx: &Context<'_>) -> Result<Referral> {
        if let Some(row) = self.along.referrals.get(&self.referral_row) {
            return Ok(row.clone().into());
        }
        let gone = || Error::Internal(anyhow::anyhow!("a chain leads through no referral"));
        one(ctx, self.referral_row).await?.ok_or_else(gone).at(ctx)
    }

    /// Who referred.
    async fn referrer(&self, ctx: &Context<'_>) -> Result<Person> {
        self.person(ctx, self.referrer_row).await
    }

    /// Who was referred.
    async fn referred(&self, ctx: &Context<'_>) -> Result<Person> {
        self.person(ctx, self.referred_row).await
    }
}

impl ReferralChainLink {
    async fn person(&self, ctx: &Context<'_>, row: Uuid) -> Result<Person> {
        match self.along.people.get(&row) {
            Some(known) => Ok(known.clone().into()),
            None => known_person(ctx, row).await,
        }
    }
}

/// The referrals that lead to a person, or away from them.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(complex)]
pub(crate) struct ReferralChain {
    #[graphql(skip)]
    chain: Arc<Chain>,
    /// How many referrals were found: 1,000 at most.
    count: usize,
    /// There are more: further away than `depth`, or beyond the 1,000 nearest.
    is_truncated: bool,
}

#[ComplexObject]
impl ReferralChain {
    /// The referrals, the nearest first, each once; `count` tells how many there are.
    #[expect(clippy::unused_async, reason = "the framework awaits every field")]
    async fn links(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "At most so many: 0 to 1,000.", default = 100)] limit: i32,
    ) -> Result<Vec<ReferralChainLink>> {
        let limit = usize::try_from(limit).ok().filter(|limit| *limit <= 1_000);
        let wrong = || Error::bad_input("`limit` must be from 0 to 1000");
        let limit = limit.ok_or_else(wrong).at(ctx)?;
        Ok(self
            .chain
            .links
            .iter()
            .take(limit)
            .map(|link| ReferralChainLink::new(link, &self.chain.along))
            .collect())
    }
}

/// The chain of a person.
pub(crate) async fn of_person(
    ctx: &Context<'_>,
    person: Uuid,
    direction: ReferralChainDirection,
    depth: i32,
) -> Result<ReferralChain> {
    let depth = u32::try_from(depth)
        .ok()
        .filter(|depth| (1..=DEEPEST).contains(depth));
    let wrong = || Error::bad_input(format!("`depth` must be from 1 to {DEEPEST}"));
    let depth = depth.ok_or_else(wrong).at(ctx)?;
    let key = ((direction.into(), depth), person);
    let chain = ctx
        .loaders()
        .referral_chains
        .get(key)
        .await
        .at(ctx)?
        .unwrap_or_default();
    Ok(ReferralChain {
        count: chain.links.len(),
        is_truncated: chain.truncated,
        chain,
    })
}
