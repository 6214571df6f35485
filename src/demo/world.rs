//! The whole made-up world before it is written: who exists, who works where, what happened when.
//! Rows that nothing else refers to (addresses, labels, positions) are made when they are written.

use chrono::{DateTime, TimeDelta, Utc};
use entity::{
    application, application_change, company, feedback, job, person, recruiter, reply_wait,
};
use uuid::Uuid;

use super::{Plan, companies, feedback as opinions, histories, jobs, people, promises, referrals};
use crate::{rules::settings::Settings, store::derived_state};

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
    /// The steps of each application, by its place.
    pub(super) application_changes: Vec<Vec<application_change::Model>>,
    /// In the order of their time, so that a database receives them as it would have over the years.
    pub(super) interactions: Vec<histories::Planned>,
    /// The places of each person's interactions among them.
    pub(super) places: Vec<Vec<u32>>,
    pub(super) promises: promises::Promises,
    pub(super) feedback: Vec<feedback::Model>,
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
            application_changes: Vec::new(),
            interactions: Vec::new(),
            places: Vec::new(),
            promises: promises::Promises::default(),
            feedback: Vec::new(),
            network: referrals::Network::default(),
        };
        let count = plan.people.max(super::stories::CAST.len());
        world.companies = companies::found(&world, count);
        world.people = people::meet(&world, count);
        world.jobs = jobs::open(&world);
        (world.applications, world.application_changes) = jobs::apply(&mut world);
        world.interactions = histories::live(&world, plan.interactions);
        world.places = histories::places(&world);
        world.promises = promises::promise(&world);
        world.feedback = opinions::hear(&world);
        for index in 0..world.people.len() {
            world.people[index].row = world.derived(index).0;
        }
        world.network = referrals::refer(&world);
        world
    }

    /// A person's row and waits, as the store would have derived them.
    pub(super) fn derived(&self, index: usize) -> (person::Model, Vec<reply_wait::Model>) {
        let facts = histories::facts(self, index);
        derived_state(&self.people[index].row, &facts, &Settings::default())
    }

    /// The places of our touches of a person, in the order of their time.
    pub(super) fn outreach(&self, index: usize) -> Vec<usize> {
        let places = self.places[index].iter().map(|place| *place as usize);
        let is_ours = |place: &usize| {
            let planned = &self.interactions[*place];
            planned.line.at(planned.at).is_outreach()
        };
        places.filter(is_ours).collect()
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
