//! Who referred whom, and who referred those: chains, followed by the database itself, a bounded
//! number of steps, in one statement for all people asked about.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use entity::{person, referral};
use sea_orm::{ConnectionTrait, DbBackend, QueryResult, Statement, Value};
use uuid::Uuid;

use crate::{
    error::{Error, Result},
    store::{
        OfTenant, Store,
        gathering::{Found, Read, ReadColumn, found_from, read_column},
        sql,
    },
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

/// Rows that chains lead through, as far as they came along with the links: what is not among them
/// is to be asked for.
#[derive(Clone, Debug, Default)]
pub struct Along {
    /// The referrals.
    pub referrals: HashMap<Uuid, referral::Model>,
    /// Those who referred and were referred.
    pub people: HashMap<Uuid, person::Model>,
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
SELECT wanted.id AS root_id, link.depth, link.id, link.referrer_id, link.referred_id
FROM unnest($1::uuid[]) AS wanted (id)
CROSS JOIN LATERAL (
    WITH RECURSIVE link (depth, id, referrer_id, referred_id) AS (
        SELECT 1, first.id, first.referrer_id, first.referred_id
        FROM referral AS first
        WHERE first.tenant_id = $2 AND first.{near} = wanted.id
        UNION
        SELECT link.depth + 1, next.id, next.referrer_id, next.referred_id
        FROM link
        JOIN referral AS next ON next.tenant_id = $2 AND next.{near} = link.{far}
        WHERE link.depth < $3
    )
    SELECT * FROM link LIMIT $4
) AS link";

/// The columns of a link.
const LINK: [ReadColumn; 5] = [
    ("root_id", "uuid"),
    ("depth", "integer"),
    ("id", "uuid"),
    ("referrer_id", "uuid"),
    ("referred_id", "uuid"),
];

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
        let statement = self.chain_statement(people, direction, depth);
        let (links, along) = match self.backend() {
            DbBackend::Postgres => self.links_and_rows(statement).await?,
            _ => (self.links(statement).await?, Along::default()),
        };
        let along = Arc::new(along);
        let chain = |links| Chain {
            along: Arc::clone(&along),
            ..Chain::of(links, depth)
        };
        Ok(links
            .into_iter()
            .map(|(root, links)| (root, chain(links)))
            .collect())
    }

    /// The links of each person, on SQLite.
    async fn links(&self, statement: Statement) -> Result<HashMap<Uuid, Vec<ChainLink>>> {
        let mut links: HashMap<Uuid, Vec<ChainLink>> = HashMap::new();
        for row in self.conn.query_all_raw(statement).await? {
            let root: Uuid = row.try_get("", "root_id")?;
            links.entry(root).or_default().extend(links_of(&row)?);
        }
        Ok(links)
    }

    /// The links of each person on PostgreSQL, and the rows that they lead through and that are
    /// shown, in one round trip.
    async fn links_and_rows(
        &self,
        statement: Statement,
    ) -> Result<(HashMap<Uuid, Vec<ChainLink>>, Along)> {
        let from = format!("WITH link AS MATERIALIZED ({}) ", statement.sql);
        let values = statement.values.map_or_else(Vec::new, |values| values.0);
        let mut reads = vec![Read::new(
            "SELECT * FROM link".into(),
            Vec::new(),
            LINK.into(),
        )];
        if self.shown.any(&["referral"]) {
            let wanted = "SELECT DISTINCT id FROM link";
            reads.push(self.rows_wanted::<referral::Entity>(wanted));
        }
        if self.shown.any(&["referrer", "referred"]) {
            let wanted = "SELECT referrer_id AS id FROM link UNION SELECT referred_id FROM link";
            reads.push(self.rows_wanted::<person::Entity>(wanted));
        }
        let mut found = found_from(&self.conn, (&from, values), reads)
            .await?
            .into_iter();
        let mut links: HashMap<Uuid, Vec<ChainLink>> = HashMap::new();
        if let Some(Found { rows, start }) = found.next() {
            for row in rows {
                let root: Uuid = row.try_get(&start.prefix, "root_id")?;
                let link = link_of(&row, &start.prefix)?;
                links.entry(root).or_default().push(link);
            }
        }
        let mut along = Along::default();
        if self.shown.any(&["referral"]) {
            let mut rows = self.read_next::<referral::Entity>(&mut found)?;
            self.veil_referrals(&mut rows).await?;
            along.referrals = rows.into_iter().map(|row| (row.id, row)).collect();
        }
        if self.shown.any(&["referrer", "referred"]) {
            let rows = self.read_next::<person::Entity>(&mut found)?;
            along.people = rows.into_iter().map(|row| (row.id, row)).collect();
        }
        Ok((links, along))
    }

    /// A read of the rows with these ids. One after the other: the database cannot know how few
    /// there are, and might read the whole table.
    fn rows_wanted<E: OfTenant>(&self, wanted: &str) -> Read {
        let columns = E::columns(&self.shown).read.into_iter().map(read_column);
        let columns: Vec<_> = columns.collect();
        let names: Vec<_> = columns.iter().map(|(name, _)| *name).collect();
        let (table, names) = (E::default().table_name().to_owned(), names.join(", "));
        let text = format!(
            "SELECT one.* FROM ({wanted}) AS wanted CROSS JOIN LATERAL (SELECT {names} \
             FROM {table} WHERE tenant_id = $1 AND id = wanted.id LIMIT 1) AS one"
        );
        Read::new(text, vec![self.tenant().into()], columns)
    }

    fn read_next<E: OfTenant>(
        &self,
        found: &mut impl Iterator<Item = Found>,
    ) -> Result<Vec<E::Model>> {
        let Found { rows, start } = found.next().unwrap_or_default();
        self.read::<E>(rows, &start, &E::columns(&self.shown))
    }

    fn chain_statement(&self, people: &[Uuid], direction: ChainDirection, depth: u32) -> Statement {
        let (near, far) = match direction {
            ChainDirection::Up => ("referred_id", "referrer_id"),
            ChainDirection::Down => ("referrer_id", "referred_id"),
        };
        let (text, people): (_, Value) = match self.backend() {
            DbBackend::Postgres => (POSTGRES, sql::uuid_array(people)),
            _ => (SQLITE, sql::hex_list(people).into()),
        };
        let text = text.replace("{near}", near).replace("{far}", far);
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

fn link_of(row: &QueryResult, prefix: &str) -> Result<ChainLink> {
    let depth: i32 = row.try_get(prefix, "depth")?;
    Ok(ChainLink {
        depth: u32::try_from(depth).unwrap_or_default(),
        referral: row.try_get(prefix, "id")?,
        referrer: row.try_get(prefix, "referrer_id")?,
        referred: row.try_get(prefix, "referred_id")?,
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
