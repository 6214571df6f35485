//! The people around a person: a walk along relationships and referrals, both ways. Each step is
//! one statement for all walks under way, however many people stand there.
//!
//! A recursive query would need one statement for all steps. But it tells rows apart, not people:
//! it would follow a hub's thousands of ties again at each distance at which it comes back to the
//! hub, and could not say by which tie somebody was reached without walking each way to them.

mod let_down;
mod path;

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, DbBackend, Statement, Value};
use uuid::Uuid;

pub use self::{
    let_down::{LetDownNearby, LetDownPerson},
    path::{Introduction, PathPerson},
};
use super::{Store, sql};
use crate::{
    error::Result,
    rules::network::{DEEPEST, MOST_PEOPLE, Step, TieId, Walk},
};

/// The most ties that one step of one walk reads: fifty for each of the most people.
const MOST_TIES_READ: i64 = 50_000;

// A person's ties lie in four indexes. The last join says of the person at the other end when they
// were touched, by which the people at one distance are put in order.
const TIES: &str = "\
SELECT tie.near_id, tie.far_id, tie.is_referral, tie.id, far.last_touch_at, far.do_not_contact
FROM (
    SELECT wanted.id AS near_id, tie.other_id AS far_id, 0 AS is_referral, tie.id
    FROM {wanted} CROSS JOIN relationship AS tie
    WHERE tie.tenant_id = $2 AND tie.person_id = wanted.id
    UNION ALL
    SELECT wanted.id, tie.person_id, 0, tie.id
    FROM {wanted} CROSS JOIN relationship AS tie
    WHERE tie.tenant_id = $2 AND tie.other_id = wanted.id
    UNION ALL
    SELECT wanted.id, tie.referred_id, 1, tie.id
    FROM {wanted} CROSS JOIN referral AS tie
    WHERE tie.tenant_id = $2 AND tie.referrer_id = wanted.id
    UNION ALL
    SELECT wanted.id, tie.referrer_id, 1, tie.id
    FROM {wanted} CROSS JOIN referral AS tie
    WHERE tie.tenant_id = $2 AND tie.referred_id = wanted.id
    LIMIT $3
) AS tie
CROSS JOIN person AS far
WHERE far.tenant_id = $2 AND far.id = tie.far_id";

/// The ties of several people.
struct Ties {
    steps: HashMap<Uuid, Vec<Step>>,
    /// There are more.
    are_cut: bool,
}

impl Store {
    /// A walk from each person, of at most so many steps.
    pub async fn walks(&self, people: &[Uuid], depth: u32) -> Result<HashMap<Uuid, Walk>> {
        let mut walks: Vec<_> = people
            .iter()
            .map(|person| Walk::new(*person, MOST_PEOPLE))
            .collect();
        for _ in 0..depth.min(DEEPEST) {
            let frontier: HashSet<_> = walks.iter().flat_map(Walk::frontier).copied().collect();
            if frontier.is_empty() {
                break;
            }
            let ties = self.ties_of(frontier, walks.len()).await?;
            for walk in &mut walks {
                let goes_on = !walk.frontier().is_empty();
                walk.advance(&ties.steps);
                if goes_on && ties.are_cut {
                    walk.cut();
                }
            }
        }
        Ok(walks.into_iter().map(|walk| (walk.root(), walk)).collect())
    }

    /// The ties of these people, for one step of so many walks.
    async fn ties_of(&self, people: HashSet<Uuid>, walks: usize) -> Result<Ties> {
        let people: Vec<_> = people.into_iter().collect();
        let walks = i64::try_from(walks).unwrap_or(i64::MAX);
        let most = MOST_TIES_READ.saturating_mul(walks);
        let (wanted, people) = self.wanted(&people);
        let text = TIES.replace("{wanted}", wanted);
        let values = [people, self.tenant().into(), Value::from(most)];
        let statement = Statement::from_sql_and_values(self.backend(), text, values);
        let rows = self.conn.query_all_raw(statement).await?;
        let are_cut = i64::try_from(rows.len()).is_ok_and(|read| read >= most);
        let mut steps: HashMap<Uuid, Vec<Step>> = HashMap::new();
        for row in rows {
            let (near, is_referral): (Uuid, i32) =
                (row.try_get("", "near_id")?, row.try_get("", "is_referral")?);
            let tie: Uuid = row.try_get("", "id")?;
            let touched_at: Option<DateTime<Utc>> = row.try_get("", "last_touch_at")?;
            steps.entry(near).or_default().push(Step {
                far: row.try_get("", "far_id")?,
                tie: match is_referral {
                    0 => TieId::Relationship(tie),
                    _ => TieId::Referral(tie),
                },
                touched_at,
                do_not_contact: row.try_get("", "do_not_contact")?,
            });
        }
        Ok(Ties { steps, are_cut })
    }

    /// The ids as rows, bound as `$1`: the text of a table named `wanted`, and the value.
    fn wanted(&self, ids: &[Uuid]) -> (&'static str, Value) {
        match self.backend() {
            DbBackend::Postgres => ("unnest($1::uuid[]) AS wanted (id)", sql::uuid_array(ids)),
            _ => (
                "(SELECT unhex(value) AS id FROM json_each($1)) AS wanted",
                sql::hex_list(ids).into(),
            ),
        }
    }
}
