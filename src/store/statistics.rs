//! What PostgreSQL's planner knows of tables that grow faster than autovacuum looks at them.
//!
//! Of a table that was empty when it was last looked at, the planner expects a row or none, and
//! takes any way to it for as good as another: to read the histories of a thousand people it then
//! walks through all interactions of the tenant. In an import into a new database that took a third
//! of the time.

use std::sync::atomic::{AtomicU64, Ordering};

use sea_orm::{ConnectionTrait, DbBackend};

use super::Database;

/// After so many new rows the tables are looked at for the first time.
const FIRST: u64 = 1_000;
/// Then whenever so many times as many have come.
const STEP: u64 = 4;
/// The tables that bulk writes fill.
const ANALYZE: &str = "ANALYZE person, contact_point, label, position, person_search, company, job, \
    application, application_change, interaction, interaction_person, interaction_recruiter, touch, \
    reply_wait, relationship, referral, external_record, event";

/// How many rows this process has stored in bulk.
#[derive(Debug, Default)]
pub(super) struct Growth {
    rows: AtomicU64,
}

impl Growth {
    /// Notes new rows. Answers whether the tables have become other ones by them.
    fn by(&self, new: u64) -> bool {
        let before = self.rows.fetch_add(new, Ordering::Relaxed);
        steps(before + new) > steps(before)
    }
}

/// How many steps so many rows have passed.
fn steps(rows: u64) -> u32 {
    (rows / FIRST * STEP).checked_ilog(STEP).unwrap_or_default()
}

impl Database {
    /// Notes rows that were stored in bulk, and has the planner look again when it should.
    pub(super) async fn grew(&self, new: u64) {
        if !self.growth().by(new) || self.backend() != DbBackend::Postgres {
            return;
        }
        // Autovacuum comes to it in any case.
        if let Err(error) = self.writer().execute_unprepared(ANALYZE).await {
            tracing::warn!(%error, "the tables could not be analyzed");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Growth;

    #[test]
    fn the_tables_are_looked_at_each_time_they_are_four_times_as_long() {
        let growth = Growth::default();

        let looks: Vec<_> = (1..=70).filter(|_| growth.by(1_000)).collect();

        assert_eq!(looks, [1, 4, 16, 64]);
    }

    #[test]
    fn many_rows_at_once_are_one_look() {
        let growth = Growth::default();

        assert!(!growth.by(999));
        assert!(growth.by(20_000));
        assert!(!growth.by(30_000));
    }
}
