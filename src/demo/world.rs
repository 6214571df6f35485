//! The whole made-up world before it is written: who exists, who works where, what happened when.
//! Rows that nothing else refers to (addresses, labels, positions) are made when they are written.

use chrono::{DateTime, TimeDelta, Utc};
use entity::{application, company, job, recruiter};
use uuid::Uuid;

use super::{Plan, companies, histories, jobs, people, referrals};

/// How far back the world goes.
pub(super) const DAYS: i64 = 730;

/// Everything that other rows refer to.
pub(super) struct World {
    pub(super) tenant_id: Uuid,
    /// The beginning of today: nothing happens after it.
    pub(super) today: DateTime<Utc>,
    pub(super) recruiters: Vec<recruiter::Model>,
    pub(super) companies: Vec<company::Model>,
    pub(super) people: Vec<people::Someone>,
    pub(super) jobs: Vec<job::Model>,
    pub(super) applications: Vec<application::Model>,
    /// In the order of their time, so that a database receives them as it would have over the years.
    pub(super) interactions: Vec<histories::Planned>,
    pub(super) network: referrals::Network,
}

impl World {
    /// Makes up a world of that size.
    pub(super) fn new(
        plan: &Plan,
        tenant_id: Uuid,
        recruiters: Vec<recruiter::Model>,
        today: DateTime<Utc>,
    ) -> Self {
        let mut world = Self {
            tenant_id,
            today,
            recruiters,
            companies: Vec::new(),
            people: Vec::new(),
            jobs: Vec::new(),
            applications: Vec::new(),
            interactions: Vec::new(),
            network: referrals::Network::default(),
        };
        let count = plan.people.max(super::stories::CAST.len());
        world.companies = companies::found(&world, count);
        world.people = people::meet(&world, count);
        world.jobs = jobs::open(&world);
        world.applications = jobs::apply(&mut world);
        world.interactions = histories::live(&mut world, plan.interactions);
        world.network = referrals::refer(&world);
        world
    }

    /// The beginning of that many days ago.
    pub(super) fn days_ago(&self, days: i64) -> DateTime<Utc> {
        self.today - TimeDelta::days(days)
    }

    /// The recruiter at that place in the list.
    pub(super) fn recruiter(&self, index: usize) -> Uuid {
        self.recruiters[index % self.recruiters.len()].id
    }
}
