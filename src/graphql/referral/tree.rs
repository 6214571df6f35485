//! Whom a person referred, whom those referred, and what came of it.

use std::sync::Arc;

use async_graphql::{ComplexObject, Context, SimpleObject};
use uuid::Uuid;

use super::one;
use crate::{
    error::Error,
    graphql::{
        context::ContextExt,
        error::{At, Result},
        nullable::or_null,
        person::{Person, known_person},
        types::{referral::Referral, referral_tree::ReferralTreeNode},
    },
    store::referral::{DEEPEST, ReferralTree as Tree},
};

/// The most people of a tree: the root, and as many as a chain has referrals.
const MOST: usize = 1_001;

#[ComplexObject]
impl ReferralTreeNode {
    /// The person.
    async fn person(&self, ctx: &Context<'_>) -> Result<Person> {
        known_person(ctx, self.row).await
    }

    /// The person under whom they hang: who made `referral`. Null for the root.
    async fn referrer(&self, ctx: &Context<'_>) -> Option<Person> {
        let row = self.referrer_row?;
        or_null(ctx, known_person(ctx, row).await.map(Some))
    }

    /// The referral by which they hang there: of several claims the nearest to the root, and of
    /// those the one recorded first. Null for the root.
    async fn referral(&self, ctx: &Context<'_>) -> Option<Referral> {
        let row = self.referral_row?;
        or_null(ctx, one(ctx, row).await)
    }
}

/// Whom a person referred, whom those referred, and so on, with what came of it at every node.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(complex)]
pub(crate) struct ReferralTree {
    #[graphql(skip)]
    tree: Option<Arc<Tree>>,
    /// How many people stand in the tree, the root included: 1,001 at most.
    count: usize,
    /// There are more, further away than `depth` or beyond the 1,000 nearest referrals; `subtree`
    /// counts those made by people in the tree only.
    is_truncated: bool,
}

#[ComplexObject]
impl ReferralTree {
    /// The people, the root first, then the nearest; each once. `referrer` tells under whom.
    #[expect(clippy::unused_async, reason = "the framework awaits every field")]
    async fn nodes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "At most so many: 0 to 1,001.", default = 100)] first: i32,
    ) -> Result<Vec<ReferralTreeNode>> {
        let first = usize::try_from(first).ok().filter(|first| *first <= MOST);
        let wrong = || Error::bad_input(format!("`first` must be from 0 to {MOST}"));
        let first = first.ok_or_else(wrong).at(ctx)?;
        let nodes = self.tree.iter().flat_map(|tree| &tree.nodes);
        Ok(nodes.take(first).map(ReferralTreeNode::from).collect())
    }
}

/// The tree of a person.
pub(crate) async fn of_person(ctx: &Context<'_>, person: Uuid, depth: i32) -> Result<ReferralTree> {
    let depth = u32::try_from(depth)
        .ok()
        .filter(|depth| (1..=DEEPEST).contains(depth));
    let wrong = || Error::bad_input(format!("`depth` must be from 1 to {DEEPEST}"));
    let depth = depth.ok_or_else(wrong).at(ctx)?;
    let tree = ctx
        .loaders()
        .referral_trees
        .get((depth, person))
        .await
        .at(ctx)?;
    Ok(ReferralTree {
        count: tree.as_ref().map_or(0, |tree| tree.nodes.len()),
        is_truncated: tree.as_ref().is_some_and(|tree| tree.truncated),
        tree,
    })
}
