//! Whom a person referred, whom those referred, and what came of it: a tree with its yield.

use std::collections::{HashMap, HashSet};

use entity::enums::ReferralStatus;
use uuid::Uuid;

/// What came of referrals. Each counts once in every row that it came to, or went beyond.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Yield {
    /// All of them.
    pub referred: u64,
    /// Somebody spoke to the referred person, or put them forward, or more.
    pub contacted: u64,
    /// The employer met them, or hired them.
    pub interviewing: u64,
    /// They are hired.
    pub hired: u64,
}

impl Yield {
    /// The yield of one referral: how far it came at any time, though it may have ended since. A
    /// hire counts as long as it stands, since one that was written down by mistake is put right.
    pub fn of_one(status: ReferralStatus, history: &[ReferralStatus]) -> Self {
        let came_to = |least: u8| {
            let now = rung(status).is_some_and(|rung| rung >= least);
            let before = history.iter().filter_map(|status| rung(*status));
            u64::from(now || before.max().is_some_and(|rung| rung >= least))
        };
        Self {
            referred: 1,
            contacted: came_to(1),
            interviewing: came_to(3),
            hired: u64::from(status == ReferralStatus::Hired),
        }
    }

    /// Both together.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            referred: self.referred + other.referred,
            contacted: self.contacted + other.contacted,
            interviewing: self.interviewing + other.interviewing,
            hired: self.hired + other.hired,
        }
    }
}

/// How far up the ladder a status stands. The ways to leave it say nothing of how far one came.
fn rung(status: ReferralStatus) -> Option<u8> {
    match status {
        ReferralStatus::Received => Some(0),
        ReferralStatus::Contacted => Some(1),
        ReferralStatus::Submitted => Some(2),
        ReferralStatus::Interviewing => Some(3),
        ReferralStatus::Hired => Some(4),
        ReferralStatus::NotSelected | ReferralStatus::Declined | ReferralStatus::Withdrawn => None,
    }
}

/// A referral that leads from one person to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Branch {
    /// How many referrals away from the root it ends.
    pub depth: u32,
    /// The referral.
    pub referral: Uuid,
    /// Who referred.
    pub referrer: Uuid,
    /// Who was referred.
    pub referred: Uuid,
}

/// A person in the tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TreeNode {
    /// The person.
    pub person: Uuid,
    /// The referral by which they hang in the tree; none for the root.
    pub branch: Option<Branch>,
    /// What came of their own referrals.
    pub direct: Yield,
    /// What came of their own and of those made by everybody below them.
    pub subtree: Yield,
}

/// Makes the tree of branches that are sorted by depth: the root first, then who stands nearest.
/// Each person stands there once, under the first claim that leads to them, so that each referral
/// counts once; a circle has nowhere to hang a second time. `direct` tells what came of the
/// referrals that somebody made.
pub fn tree(root: Uuid, branches: &[Branch], direct: impl Fn(Uuid) -> Yield) -> Vec<TreeNode> {
    let node = |person, branch| {
        let direct = direct(person);
        TreeNode {
            person,
            branch,
            direct,
            subtree: direct,
        }
    };
    let mut seen = HashSet::from([root]);
    let mut nodes = vec![node(root, None)];
    for branch in branches {
        if seen.insert(branch.referred) {
            nodes.push(node(branch.referred, Some(*branch)));
        }
    }
    let place: HashMap<_, _> = (0..)
        .zip(&nodes)
        .map(|(at, node)| (node.person, at))
        .collect();
    for at in (1..nodes.len()).rev() {
        let (above, below): (Option<usize>, _) = (
            nodes[at]
                .branch
                .and_then(|branch| place.get(&branch.referrer).copied()),
            nodes[at].subtree,
        );
        if let Some(above) = above {
            nodes[above].subtree = nodes[above].subtree.and(below);
        }
    }
    nodes
}

#[cfg(test)]
mod tests {
    use ReferralStatus::*;
    use proptest::prelude::*;

    use super::*;

    fn yielded(of: Yield) -> [u64; 4] {
        [of.referred, of.contacted, of.interviewing, of.hired]
    }

    #[test]
    fn a_referral_counts_in_each_row_it_came_to() {
        for (status, history, expected) in [
            (Received, &[Received][..], [1, 0, 0, 0]),
            (Contacted, &[Received, Contacted], [1, 1, 0, 0]),
            (Submitted, &[Received, Submitted], [1, 1, 0, 0]),
            (
                NotSelected,
                &[Received, Interviewing, NotSelected],
                [1, 1, 1, 0],
            ),
            (Declined, &[Received, Declined], [1, 0, 0, 0]),
            (Hired, &[Received, Hired], [1, 1, 1, 1]),
            (Interviewing, &[Received, Hired, Interviewing], [1, 1, 1, 0]),
            (Hired, &[], [1, 1, 1, 1]),
        ] {
            let found = yielded(Yield::of_one(status, history));
            assert_eq!(found, expected, "{status:?} after {history:?}");
        }
    }

    fn branch(depth: u32, from: u128, to: u128) -> Branch {
        Branch {
            depth,
            referral: Uuid::from_u128(from * 100 + to),
            referrer: Uuid::from_u128(from),
            referred: Uuid::from_u128(to),
        }
    }

    fn made(of: &[(u128, u64)]) -> impl Fn(Uuid) -> Yield {
        let one = |(person, referred): &(u128, u64)| {
            let made = Yield {
                referred: *referred,
                ..Yield::default()
            };
            (Uuid::from_u128(*person), made)
        };
        let made: HashMap<Uuid, Yield> = of.iter().map(one).collect();
        move |person| made.get(&person).copied().unwrap_or_default()
    }

    fn subtrees(nodes: &[TreeNode]) -> Vec<(u128, u64)> {
        let nodes = nodes.iter();
        nodes
            .map(|node| (node.person.as_u128(), node.subtree.referred))
            .collect()
    }

    #[test]
    fn whoever_was_referred_twice_hangs_under_the_first_claim() {
        let branches = [
            branch(1, 1, 2),
            branch(1, 1, 3),
            branch(2, 2, 4),
            branch(2, 3, 4),
            branch(3, 4, 5),
        ];
        let direct = made(&[(1, 2), (2, 1), (3, 1), (4, 1)]);

        let nodes = tree(Uuid::from_u128(1), &branches, direct);

        assert_eq!(subtrees(&nodes), [(1, 5), (2, 2), (3, 1), (4, 1), (5, 0)]);
    }

    #[test]
    fn a_circle_comes_to_an_end() {
        let branches = [branch(1, 1, 2), branch(2, 2, 1), branch(2, 2, 3)];

        let nodes = tree(Uuid::from_u128(1), &branches, made(&[(1, 1), (2, 2)]));

        assert_eq!(subtrees(&nodes), [(1, 3), (2, 2), (3, 0)]);
    }

    proptest! {
        #[test]
        fn each_referral_counts_once(parents in prop::collection::vec(0..20_usize, 1..20)) {
            // Person n was referred by some person before.
            let mut depths = vec![0_u32];
            let mut branches = Vec::new();
            let mut direct: HashMap<Uuid, Yield> = HashMap::new();
            for (person, parent) in (1_usize..).zip(&parents) {
                let parent = parent % person;
                let depth = depths[parent] + 1;
                depths.push(depth);
                branches.push(branch(depth, parent as u128, person as u128));
                let made = direct.entry(Uuid::from_u128(parent as u128)).or_default();
                made.referred += 1;
            }
            branches.sort_by_key(|branch| branch.depth);

            let nodes = tree(Uuid::from_u128(0), &branches, |person| {
                direct.get(&person).copied().unwrap_or_default()
            });

            prop_assert_eq!(nodes.len(), parents.len() + 1);
            prop_assert_eq!(nodes[0].subtree.referred, parents.len() as u64);
        }
    }
}
