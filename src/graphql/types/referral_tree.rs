//! How the tree of referrals looks outside.

use async_graphql::SimpleObject;
use uuid::Uuid;

use crate::rules::referral_tree::{TreeNode, Yield};

/// What came of referrals. Each counts in every row that it came to at any time, or went beyond,
/// even if it has ended since.
#[derive(Clone, Copy, Debug, SimpleObject)]
pub(crate) struct ReferralYield {
    /// How many referrals; those of one person for several jobs are several.
    referred: u64,
    /// How many of them came to `CONTACTED` or beyond.
    contacted: u64,
    /// How many of them came to `INTERVIEWING` or beyond.
    interviewing: u64,
    /// How many of them are `HIRED`.
    hired: u64,
}

impl From<Yield> for ReferralYield {
    fn from(of: Yield) -> Self {
        Self {
            referred: of.referred,
            contacted: of.contacted,
            interviewing: of.interviewing,
            hired: of.hired,
        }
    }
}

/// A person in a tree of referrals.
#[derive(Clone, Copy, Debug, SimpleObject)]
#[graphql(complex)]
pub(crate) struct ReferralTreeNode {
    #[graphql(skip)]
    pub(crate) row: Uuid,
    #[graphql(skip)]
    pub(crate) referrer_row: Option<Uuid>,
    #[graphql(skip)]
    pub(crate) referral_row: Option<Uuid>,
    /// How many referrals away from the root they are: 0 for the root itself.
    depth: u32,
    /// What came of the referrals that they made themselves, whoever else referred the same people.
    direct: ReferralYield,
    /// What came of their own referrals and of those made by everybody below them in the tree.
    subtree: ReferralYield,
}

impl From<&TreeNode> for ReferralTreeNode {
    fn from(node: &TreeNode) -> Self {
        Self {
            row: node.person,
            referrer_row: node.branch.map(|branch| branch.referrer),
            referral_row: node.branch.map(|branch| branch.referral),
            depth: node.branch.map_or(0, |branch| branch.depth),
            direct: node.direct.into(),
            subtree: node.subtree.into(),
        }
    }
}
