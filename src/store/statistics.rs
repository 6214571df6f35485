//! What PostgreSQL's planner knows of tables that grow faster than autovacuum looks at them.
//!
//! Of a table that was empty when it was last looked at, the planner expects a row or none, and
//! takes any way to it for as good as another: to read the histories of a thousand people it then
//! walks through all interactions of the tenant. In an import into a new database that took up to
//! half of the time.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use entity::enums::NodeKind;
use sea_orm::{ConnectionTrait, DbBackend};

use super::Database;

/// After so many new nodes of a kind their tables are looked at for the first time.
const FIRST: u64 = 1_000;
/// Then whenever so many times as many have come.
const STEP: u64 = 4;

/// How many nodes of each kind this process has stored in bulk.
#[derive(Debug, Default)]
pub(super) struct Growth(Mutex<HashMap<NodeKind, u64>>);

impl Growth {
    /// Notes a new node. Answers whether the tables of its kind have become other ones by it.
    fn by_one(&self, kind: NodeKind) -> bool {
        let mut nodes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let nodes = nodes.entry(kind).or_default();
        *nodes += 1;
        let mut next = FIRST;
        while next < *nodes {
            next *= STEP;
        }
        next == *nodes
    }
}

impl Database {
    /// Notes nodes that were stored in bulk, and has the planner look again where it should.
    pub(super) async fn grew(&self, new: impl Iterator<Item = NodeKind>) {
        if self.backend() != DbBackend::Postgres {
            return;
        }
        for kind in new.filter(|kind| self.growth().by_one(*kind)) {
            let analyze = format!("ANALYZE {}", tables(kind));
            // Autovacuum comes to it in any case.
            if let Err(error) = self.writer().execute_unprepared(&analyze).await {
                tracing::warn!(%error, "tables could not be analyzed");
            }
        }
    }
}

/// The tables that nodes of a kind fill.
fn tables(kind: NodeKind) -> &'static str {
    match kind {
        NodeKind::Person => {
            "person, contact_point, label, position, person_search, external_record, event"
        }
        NodeKind::Interaction => {
            "interaction, interaction_person, interaction_recruiter, touch, reply_wait, \
             external_record, event"
        }
        NodeKind::Application => "application, application_change, external_record, event",
        NodeKind::Referral => "referral, referral_status_change",
        NodeKind::Relationship => "relationship",
        NodeKind::Company => "company",
        NodeKind::Job => "job",
        NodeKind::Promise => "promise",
        NodeKind::Feedback => "feedback",
        NodeKind::Recruiter => "recruiter",
        NodeKind::Settings => "tenant_settings",
    }
}

#[cfg(test)]
mod tests {
    use entity::enums::NodeKind;

    use super::Growth;

    #[test]
    fn the_tables_of_a_kind_are_looked_at_each_time_they_are_four_times_as_long() {
        let growth = Growth::default();
        let looks = |kind| {
            let nodes = 1..=70_000;
            nodes.filter(|_| growth.by_one(kind)).collect::<Vec<_>>()
        };

        assert_eq!(looks(NodeKind::Person), [1_000, 4_000, 16_000, 64_000]);
        assert_eq!(looks(NodeKind::Interaction), [1_000, 4_000, 16_000, 64_000]);
    }
}
