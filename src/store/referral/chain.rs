//! Who referred whom, and who referred those: chains, followed by the database itself, a bounded
//! number of steps, in one statement for all people asked about.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use sea_orm::{ConnectionTrait, DbBackend, QueryResult, Statement, Value};
use uuid::Uuid;

use super::along::Along;
use crate::{
    error::{Error, Result},
    store::{Store, sql},
};

/// The most steps a chain is followed.
pub const DEEPEST: u32 = 10;
/// The most links of one chain.
const MOST_LINKS: u16 = 1_000;

/// Which way a chain is followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ChainDirection {
    /// From the referred to their referrers.
    Up,
    /// From the referrers to those they referred.
    Down,
}

/// One referral in a chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChainLink {
    /// How many steps away it is, from one.
    pub depth: u32,
    /// The referral.
    pub referral: Uuid,
    /// Who referred.
    pub referrer: Uuid,
    /// Who was referred.
    pub referred: Uuid,
}

/// The referrals that lead to a person or away from them.
#[derive(Clone, Debug, Default)]
pub struct Chain {
    /// The links, the nearest first, each once.
    pub links: Vec<ChainLink>,
    /// What is known of them.
    pub along: Arc<Along>,
    /// There are more, further away than was asked for or beyond the most links.
    pub truncated: bool,
}

// A link that is reached again at the same depth is dropped by UNION, and the depth is bounded, so
// a circle comes to an end. The limit ends the search itself: both databases produce links only as
// far as they are taken, and the nearest first.

const POSTGRES: &str = "\
SELECT wanted.id AS root_id, link.*
FROM unnest($1::uuid[]) AS wanted (id)
CROSS JOIN LATERAL (
    WITH RECURSIVE link (depth, {columns}) AS (
        SELECT 1, {columns of first}
        FROM referral AS first
        WHERE first.tenant_id = $2 AND first.{near} = wanted.id
        UNION
        SELECT link.depth + 1, {columns of next}
        FROM link
        JOIN referral AS next ON next.tenant_id = $2 AND next.{near} = link.{far}
        WHERE link.depth < $3
    )
    SELECT * FROM link LIMIT $4
) AS link";

/// The columns of a referral that make a link.
pub(super) const LINK: [&str; 3] = ["id", "referrer_id", "referred_id"];

// SQLite has no lateral join; a subquery that makes one value of all links takes its place.
const SQLITE: &str = "\
SELECT unhex(wanted.value) AS root_id, (
    WITH RECURSIVE link (depth, id, referrer_id, referred_id) AS (
        SELECT 1, first.id, first.referrer_id, first.referred_id
        FROM referral AS first
        WHERE first.tenant_id = ?2 AND first.{near} = unhex(wanted.value)
        UNION
        SELECT link.depth + 1, next.id, next.referrer_id, next.referred_id
        FROM link
        JOIN referral AS next ON next.tenant_id = ?2 AND next.{near} = link.{far}
        WHERE link.depth < ?3
        ORDER BY 1
        LIMIT ?4
    )
    SELECT json_group_array(json_array(depth, hex(id), hex(referrer_id), hex(referred_id)))
    FROM link
) AS links
FROM json_each(?1) AS wanted";

impl Store {
    /// The chain of each person, followed at most `depth` steps.
    pub async fn referral_chains(
        &self,
        people: &[Uuid],
        direction: ChainDirection,
        depth: u32,
    ) -> Result<HashMap<Uuid, Chain>> {
        let depth = depth.min(DEEPEST);
        let statement = self.chain_statement(people, direction, depth, &LINK);
        let mut links: HashMap<Uuid, Vec<ChainLink>> = HashMap::new();
        for row in self.conn.query_all_raw(statement).await? {
            let links = links.entry(row.try_get("", "root_id")?).or_default();
            match self.backend() {
                DbBackend::Postgres => links.push(link_of(&row)?),
                _ => links.extend(links_of(&row)?),
            }
        }
        Ok(chains_of(links, depth, Along::default()))
    }

    /// Finds the links. On PostgreSQL each row tells the root, the depth, and these columns of the
    /// referral, of which those of a link are the first.
    pub(super) fn chain_statement(
        &self,
        people: &[Uuid],
        direction: ChainDirection,
        depth: u32,
        columns: &[&str],
    ) -> Statement {
        let (near, far) = match direction {
            ChainDirection::Up => ("referred_id", "referrer_id"),
            ChainDirection::Down => ("referrer_id", "referred_id"),
        };
        let (text, people): (_, Value) = match self.backend() {
            DbBackend::Postgres => (POSTGRES, sql::uuid_array(people)),
            _ => (SQLITE, sql::hex_list(people).into()),
        };
        let of = |table| format!("{table}.{}", columns.join(&format!(", {table}.")));
        let text = text
            .replace("{near}", near)
            .replace("{far}", far)
            .replace("{columns}", &columns.join(", "))
            .replace("{columns of first}", &of("first"))
            .replace("{columns of next}", &of("next"));
        // One step and one link further than asked for, to learn whether there are more.
        let bounds = [i64::from(depth) + 1, i64::from(MOST_LINKS) + 1];
        let [depth, limit] = bounds.map(Value::from);
        let values = [people, self.tenant().into(), depth, limit];
        Statement::from_sql_and_values(self.backend(), text, values)
    }
}

impl Chain {
    /// Makes a chain of links that may repeat and lie too far away.
    fn of(mut links: Vec<ChainLink>, depth: u32) -> Self {
        let mut truncated = links.len() > usize::from(MOST_LINKS);
        links.sort_by_key(|link| (link.depth, link.referral));
        let mut seen = HashSet::new();
        links.retain(|link| {
            let is_new = seen.insert(link.referral);
            truncated |= is_new && link.depth > depth;
            is_new && link.depth <= depth
        });
        links.truncate(MOST_LINKS.into());
        Self {
            links,
            along: Arc::default(),
            truncated,
        }
    }
}

/// The chains of these links, by their roots.
pub(super) fn chains_of(
    links: HashMap<Uuid, Vec<ChainLink>>,
    depth: u32,
    along: Along,
) -> HashMap<Uuid, Chain> {
    let along = Arc::new(along);
    let chain = |links| Chain {
        along: Arc::clone(&along),
        ..Chain::of(links, depth)
    };
    links
        .into_iter()
        .map(|(root, links)| (root, chain(links)))
        .collect()
}

/// The link in a row of PostgreSQL.
pub(super) fn link_of(row: &QueryResult) -> Result<ChainLink> {
    let depth: i32 = row.try_get_by_index(1)?;
    Ok(ChainLink {
        depth: u32::try_from(depth).unwrap_or_default(),
        referral: row.try_get_by_index(2)?,
        referrer: row.try_get_by_index(3)?,
        referred: row.try_get_by_index(4)?,
    })
}

fn links_of(row: &QueryResult) -> Result<Vec<ChainLink>> {
    let links: String = row.try_get("", "links")?;
    let links: Vec<(u32, Uuid, Uuid, Uuid)> =
        serde_json::from_str(&links).map_err(|error| Error::Internal(error.into()))?;
    let link = |(depth, referral, referrer, referred)| ChainLink {
        depth,
        referral,
        referrer,
        referred,
    };
    Ok(links.into_iter().map(link).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link(depth: u32, referral: u128) -> ChainLink {
        let id = Uuid::from_u128;
        ChainLink {
            depth,
            referral: id(referral),
            referrer: id(1),
            referred: id(2),
        }
    }

    #[test]
    fn a_link_that_comes_again_counts_once_and_as_the_nearest() {
        let chain = Chain::of(vec![link(3, 7), link(1, 7), link(2, 8)], 2);

        assert_eq!(chain.links, [link(1, 7), link(2, 8)]);
        assert!(!chain.truncated);
    }

    #[test]
    fn what_lies_too_far_away_is_told() {
        let too_deep = Chain::of(vec![link(1, 7), link(2, 8)], 1);
        let too_many = Chain::of((0..=1_000).map(|id| link(1, id)).collect(), 1);

        assert_eq!(too_deep.links, [link(1, 7)]);
        assert!(too_deep.truncated);
        assert_eq!(too_many.links.len(), usize::from(MOST_LINKS));
        assert!(too_many.truncated);
    }
}
