//! The rows that chains lead through, which PostgreSQL brings along with the links: each link with
//! its referral and both people. It saves two round trips.

use std::{
    collections::{HashMap, hash_map::Entry},
    fmt::Write as _,
};

use entity::{person, referral};
use sea_orm::{ConnectionTrait, DbBackend, IdenStatic, QueryResult, Statement};
use uuid::Uuid;

use super::chain::{Chain, ChainDirection, ChainLink, DEEPEST, LINK, chains_of, link_of};
use crate::{
    error::Result,
    store::{
        OfTenant, Store,
        gathering::Start,
        shown::{Columns, Shown},
    },
};

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
        let cells = Cells::shown(&self.shown);
        let links = self.chain_statement(people, direction, depth, &cells.of_links());
        let statement = cells.beside(links);
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

/// What stands in each row: the referral, behind the root and the depth, and both people.
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

impl<E: OfTenant> Part<E> {
    /// What a field shows, if anybody asks for it.
    fn shown(shown: &Shown, field: &str, place: &mut usize) -> Option<Self> {
        let columns = shown.any(&[field]).then(|| E::columns(shown))?;
        let start = Start {
            place: *place,
            ..Start::default()
        };
        *place += columns.read.len();
        Some(Self { columns, start })
    }

    fn names(&self) -> Vec<&'static str> {
        self.columns.read.iter().map(IdenStatic::as_str).collect()
    }
}

impl Cells {
    fn shown(shown: &Shown) -> Self {
        let mut place = 2;
        let referral = Part::shown(shown, "referral", &mut place);
        if referral.is_none() {
            place += LINK.len();
        }
        Self {
            referral,
            referrer: Part::shown(shown, "referrer", &mut place),
            referred: Part::shown(shown, "referred", &mut place),
        }
    }

    /// The columns of referrals.
    fn of_links(&self) -> Vec<&'static str> {
        let referral = self.referral.as_ref();
        referral.map_or_else(|| LINK.to_vec(), Part::names)
    }

    /// The statement that finds these links, with the people of each.
    fn beside(&self, links: Statement) -> Statement {
        let (mut names, mut joins) = (String::new(), String::new());
        for (part, side) in [(&self.referrer, "referrer"), (&self.referred, "referred")] {
            let Some(part) = part else { continue };
            let of_person = part.names();
            // Writing to a string cannot fail.
            for name in &of_person {
                let _ = write!(names, ", {side}.{name}");
            }
            // One after the other: the database cannot know how few people there are, and might
            // read the whole table. The tenant and the depth are values of the links' own.
            let _ = write!(
                joins,
                " LEFT JOIN LATERAL (SELECT {} FROM person WHERE tenant_id = $2 \
                 AND id = link.{side}_id LIMIT 1) AS {side} ON link.depth < $3",
                of_person.join(", "),
            );
        }
        let sql = format!("SELECT link.*{names} FROM ({}) AS link{joins}", links.sql);
        Statement { sql, ..links }
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
