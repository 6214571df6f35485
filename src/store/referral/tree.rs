//! The tree of those whom a person referred, with what came of it: the chain downwards, and the
//! yield of everybody in it.

use std::collections::{HashMap, HashSet};

use entity::{
    enums::ReferralStatus,
    referral::{Column, Entity},
    referral_status_change,
};
use sea_orm::{QueryFilter, QuerySelect, RelationTrait, sea_query::JoinType};
use uuid::Uuid;

use super::chain::{Chain, ChainDirection, DEEPEST};
use crate::{
    error::Result,
    rules::referral_tree::{Branch, TreeNode, Yield, tree},
    store::{Store, sql},
};

/// The tree of one person.
#[derive(Clone, Debug)]
pub struct ReferralTree {
    /// The people, the root first, then who stands nearest.
    pub nodes: Vec<TreeNode>,
    /// There are more, further away than was asked for or beyond the most referrals.
    pub truncated: bool,
}

impl Store {
    /// The tree of each person, followed at most `depth` referrals.
    pub async fn referral_trees(
        &self,
        people: &[Uuid],
        depth: u32,
    ) -> Result<HashMap<Uuid, ReferralTree>> {
        let depth = depth.min(DEEPEST);
        let mut chains = self
            .referral_chains(people, ChainDirection::Down, depth)
            .await?;
        let below = chains.values().flat_map(|chain| &chain.links);
        let everybody: HashSet<_> = below
            .map(|link| link.referred)
            .chain(people.iter().copied())
            .collect();
        let everybody: Vec<_> = everybody.into_iter().collect();
        let direct = self.yields(&everybody).await?;
        let direct = |person: Uuid| direct.get(&person).copied().unwrap_or_default();
        let tree_of = |root: &Uuid| {
            let Chain {
                links, truncated, ..
            } = chains.remove(root).unwrap_or_default();
            let branches: Vec<_> = links
                .iter()
                .map(|link| Branch {
                    depth: link.depth,
                    referral: link.referral,
                    referrer: link.referrer,
                    referred: link.referred,
                })
                .collect();
            let nodes = tree(*root, &branches, direct);
            (*root, ReferralTree { nodes, truncated })
        };
        Ok(people.iter().map(tree_of).collect())
    }

    /// What came of the referrals that each of these people made.
    async fn yields(&self, people: &[Uuid]) -> Result<HashMap<Uuid, Yield>> {
        type Row = (Uuid, Uuid, ReferralStatus, Option<ReferralStatus>);
        let history = referral_status_change::Relation::Referral.def().rev();
        let rows: Vec<Row> = self
            .find::<Entity>()
            .filter(sql::one_of(
                self.backend(),
                (Entity, Column::ReferrerId),
                people,
            ))
            .join(JoinType::LeftJoin, history)
            .select_only()
            .columns([Column::ReferrerId, Column::Id, Column::Status])
            .column_as(referral_status_change::Column::Status, "was")
            .distinct()
            .into_tuple()
            .all(&self.conn)
            .await?;
        let mut referrals: HashMap<Uuid, (Uuid, ReferralStatus, Vec<ReferralStatus>)> =
            HashMap::new();
        for (referrer, referral, status, was) in rows {
            let (_, _, history) = referrals
                .entry(referral)
                .or_insert_with(|| (referrer, status, Vec::new()));
            history.extend(was);
        }
        let mut yields: HashMap<Uuid, Yield> = HashMap::new();
        for (referrer, status, history) in referrals.into_values() {
            let total = yields.entry(referrer).or_default();
            *total = total.and(Yield::of_one(status, &history));
        }
        Ok(yields)
    }
}
