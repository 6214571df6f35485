//! The rows that chains lead through, which PostgreSQL brings along with the links: each link with
//! its referral and both people. It saves two round trips.

use std::{
    collections::{HashMap, hash_map::Entry},
    fmt::Write as _,
};

use entity::{person, referral};
use sea_orm::{ConnectionTrait, DbBackend, IdenStatic, QueryResult, Statement};
use uuid::Uuid;

use super::chain::{Chain, ChainDirection, ChainLink, DEEPEST, chains_of, link_of};
use crate::{
    error::Result,
    store::{
        OfTenant, Store,
        gathering::Start,
        shown::{Columns, Shown},
    },
};

/// How many columns a link has.
const LINK: usize = 5;

/// Rows that chains lead through, as far as they came along with the links: what is not among them
/// is to be asked for.
#[derive(Clone, Debug, Default)]
pub struct Along {
    /// The referrals.
    pub referrals: HashMap<Uuid, referral::Model>,
    /// Those who referred and were referred.
    pub people: HashMap<Uuid, person::Model>,
}

impl Store {
    /// The chain of each person, followed at most `depth` steps, with what is shown of the rows
    /// that it leads through.
    pub async fn referral_chains_along(
        &self,
        people: &[Uuid],
        direction: ChainDirection,
        depth: u32,
    ) -> Result<HashMap<Uuid, Chain>> {
        if self.backend() != DbBackend::Postgres {
            return self.referral_chains(people, direction, depth).await;
        }
        let depth = depth.min(DEEPEST);
        let links = self.chain_statement(people, direction, depth);
        let (statement, cells) = Cells::beside(links, &self.shown);
        let mut links: HashMap<Uuid, Vec<ChainLink>> = HashMap::new();
        let mut along = Along::default();
        for row in self.conn.query_all_raw(statement).await? {
            let link = link_of(&row)?;
            // Of what lies further away no more is wanted than that it is there.
            if link.depth <= depth {
                cells.read(&row, &link, self.tenant(), &mut along)?;
            }
            let root = row.try_get_by_index(0)?;
            links.entry(root).or_default().push(link);
        }
        self.veil_referrals(along.referrals.values_mut()).await?;
        Ok(chains_of(links, depth, along))
    }
}

/// What stands in each row behind its link.
struct Cells {
    referral: Option<Part<referral::Entity>>,
    referrer: Option<Part<person::Entity>>,
    referred: Option<Part<person::Entity>>,
}

/// The columns of one table, and where they begin.
struct Part<E: OfTenant> {
    columns: Columns<E>,
    start: Start,
}

impl Cells {
    /// The statement that finds these links, with what is shown of their rows.
    fn beside(links: Statement, shown: &Shown) -> (Statement, Self) {
        let mut wider = Wider::default();
        let cells = Self {
            referral: wider.join(shown, "referral", "id"),
            referrer: wider.join(shown, "referrer", "referrer_id"),
            referred: wider.join(shown, "referred", "referred_id"),
        };
        let Wider { names, joins, .. } = wider;
        let sql = format!("SELECT link.*{names} FROM ({}) AS link{joins}", links.sql);
        (Statement { sql, ..links }, cells)
    }

    fn read(
        &self,
        row: &QueryResult,
        link: &ChainLink,
        tenant: Uuid,
        along: &mut Along,
    ) -> Result<()> {
        let Along { referrals, people } = along;
        read(
            self.referral.as_ref(),
            link.referral,
            row,
            tenant,
            referrals,
        )?;
        read(self.referrer.as_ref(), link.referrer, row, tenant, people)?;
        read(self.referred.as_ref(), link.referred, row, tenant, people)
    }
}

/// Puts the row with this id where it belongs, unless it is there.
fn read<E: OfTenant>(
    part: Option<&Part<E>>,
    id: Uuid,
    row: &QueryResult,
    tenant: Uuid,
    known: &mut HashMap<Uuid, E::Model>,
) -> Result<()> {
    if let (Some(Part { columns, start }), Entry::Vacant(place)) = (part, known.entry(id)) {
        place.insert(E::row(row, start, columns, tenant)?);
    }
    Ok(())
}

/// What makes the statement of links a wider one.
#[derive(Default)]
struct Wider {
    names: String,
    joins: String,
    width: usize,
}

impl Wider {
    /// Joins what a field shows: the row whose id stands in a column of the link. One after the
    /// other: the database cannot know how few there are, and might read the whole table.
    fn join<E: OfTenant>(&mut self, shown: &Shown, field: &str, id: &str) -> Option<Part<E>> {
        if !shown.any(&[field]) {
            return None;
        }
        let columns = E::columns(shown);
        let names: Vec<_> = columns.read.iter().map(IdenStatic::as_str).collect();
        // Writing to a string cannot fail. The tenant and the depth are values of the links' own.
        for name in &names {
            let _ = write!(self.names, ", {field}.{name}");
        }
        let _ = write!(
            self.joins,
            " LEFT JOIN LATERAL (SELECT {} FROM {} WHERE tenant_id = $2 AND id = link.{id} LIMIT 1) \
             AS {field} ON link.depth < $3",
            names.join(", "),
            E::default().table_name(),
        );
        let place = LINK + self.width;
        self.width += names.len();
        let start = Start {
            place,
            ..Start::default()
        };
        Some(Part { columns, start })
    }
}
