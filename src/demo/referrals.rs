//! Who knows whom, and who sent whom: chains of referrals at least four deep, people whom several
//! others referred, and the ties between them.

use std::collections::HashSet;

use chrono::{DateTime, TimeDelta, Utc};
use entity::{enums::ReferralStatus, referral, referral_status_change, relationship};
use uuid::Uuid;

use super::{
    chance::{Chance, Of},
    stories::{CAST, CHAIN, COUSINS},
    world::World,
};
use crate::rules::{application::referral_steps, referral::is_concluded, relationship as tie};

/// The ties and referrals between all people.
#[derive(Default)]
pub(super) struct Network {
    pub(super) referrals: Vec<referral::Model>,
    pub(super) changes: Vec<referral_status_change::Model>,
    pub(super) relationships: Vec<relationship::Model>,
    tied: HashSet<(Uuid, Uuid, &'static str)>,
}

/// In every so many people there is one small tree of referrals.
const BLOCK: usize = 40;
/// Referrer and referred within a block, as tenths of it: a chain five people long, two more
/// branches, and a second claim to somebody whom another had referred before.
const TREE: [(usize, usize); 7] = [(0, 1), (1, 2), (2, 4), (4, 5), (1, 6), (0, 8), (0, 2)];

/// What a referrer usually is to the one they refer.
const KINDS: [&str; 9] = [
    "FRIEND",
    "FORMER_COLLEAGUE",
    "FORMER_COLLEAGUE",
    "COLLEAGUE",
    "COUSIN",
    "NEIGHBOUR",
    "CLASSMATE",
    "FORMER_MANAGER_OF",
    "MENTOR_OF",
];

/// How far a referral has come, by the steps it took.
const PATHS: [&[ReferralStatus]; 7] = {
    use ReferralStatus::{Contacted, Declined, Hired, Interviewing, NotSelected, Submitted};
    [
        &[],
        &[Contacted],
        &[Contacted, Submitted],
        &[Contacted, Submitted, Interviewing],
        &[Contacted, Submitted, Interviewing, Hired],
        &[Contacted, Submitted, Interviewing, NotSelected],
        &[Contacted, Declined],
    ]
};

pub(super) fn refer(world: &World) -> Network {
    let mut network = Network::default();
    for link in &CHAIN {
        let steps = PATHS
            .into_iter()
            .find(|path| path.last() == Some(&link.status));
        let told = Told {
            referrer: link.referrer,
            referred: link.referred,
            kind: link.kind,
        };
        network.refer(world, &told, steps.unwrap_or_default(), true);
    }
    let (one, other) = COUSINS;
    let heard_at = world.people[other].row.created_at;
    network.tie(world, one, other, "COUSIN", heard_at);
    let first = CAST.len();
    for block in (first..world.people.len()).step_by(BLOCK) {
        network.grow_tree(world, block);
    }
    network.tie_companies(world);
    for index in (first..world.people.len().saturating_sub(3)).step_by(9) {
        let kind = *Chance::of(Of::Relationship, index).pick(&KINDS);
        network.tie(
            world,
            index,
            index + 3,
            kind,
            world.people[index + 3].row.created_at,
        );
    }
    network
}

/// A claim before it is a row: places in the list of people, and what they are to each other.
struct Told {
    referrer: usize,
    referred: usize,
    kind: &'static str,
}

impl Network {
    fn grow_tree(&mut self, world: &World, block: usize) {
        for (branch, (referrer, referred)) in TREE.into_iter().enumerate() {
            let person = |tenth: usize| block + tenth * BLOCK / 10;
            let mut chance = Chance::of(Of::Referral, block * TREE.len() + branch);
            let told = Told {
                referrer: person(referrer),
                referred: person(referred),
                kind: chance.pick::<&'static str>(&KINDS),
            };
            if told.referred < world.people.len() {
                let steps = *chance.pick(&PATHS);
                self.refer(world, &told, steps, chance.percent(70));
            }
        }
    }

    /// Records a claim, each step it took, and the tie it speaks of.
    fn refer(&mut self, world: &World, told: &Told, steps: &[ReferralStatus], thanked: bool) {
        let mut chance = Chance::of(Of::Referral, told.referrer << 24 ^ told.referred);
        let referred = &world.people[told.referred];
        let mut nearby = self.referrals.iter().rev().take(TREE.len());
        let is_second = nearby.any(|claim| claim.referred_id == referred.row.id);
        let delay = TimeDelta::days(if is_second { 20 } else { 0 });
        let referred_at = (referred.row.created_at + delay).min(world.today);
        let row = claim(world, told, referred_at, &mut chance);
        let place = self.referrals.len();
        self.referrals.push(row);
        self.step(
            world,
            place,
            ReferralStatus::Received,
            referred_at,
            &mut chance,
        );
        let mut at = referred_at;
        let linked = self.referrals[place].application_id;
        // Where there is an application, what is told ends with the first word to the person.
        let told_of_it = if linked.is_some() { 1 } else { steps.len() };
        for status in steps.iter().take(told_of_it) {
            at += TimeDelta::days(3 + i64::try_from(chance.below(9)).unwrap_or_default());
            if at > world.today {
                break;
            }
            self.step(world, place, *status, at, &mut chance);
        }
        if let (Some(_), Some(application)) = (linked, referred.application) {
            self.follow(world, place, application, &mut chance);
        }
        answer(world, &mut self.referrals[place], thanked, &mut chance);
        self.tie(world, told.referrer, told.referred, told.kind, referred_at);
    }

    fn step(
        &mut self,
        world: &World,
        place: usize,
        status: ReferralStatus,
        at: DateTime<Utc>,
        chance: &mut Chance,
    ) {
        let row = &mut self.referrals[place];
        row.version += i32::from(status != row.status);
        row.status = status;
        row.status_changed_at = at;
        row.updated_at = at;
        self.changes.push(referral_status_change::Model {
            tenant_id: world.tenant_id,
            id: chance.id(at),
            referral_id: row.id,
            application_change_id: None,
            status,
            changed_at: at,
            recruiter_id: row.recruiter_id,
            note: None,
        });
    }

    /// Adds the statuses that follow from an application; the latest of all is the referral's.
    fn follow(&mut self, world: &World, place: usize, application: usize, chance: &mut Chance) {
        let before = self.changes.len();
        let referral = self.referrals[place].clone();
        for (status, at, change) in referral_steps(&world.application_changes[application]) {
            let at = at.max(referral.referred_at);
            self.step(world, place, status, at, chance);
            if let Some(step) = self.changes.last_mut() {
                step.application_change_id = Some(change);
            }
        }
        // What was told of it stands right before: it was received, and perhaps contacted.
        let told = self.changes[..before].iter().rev();
        let told = told.take_while(|step| step.referral_id == referral.id);
        let own = before - told.count();
        let own = &mut self.changes[own..];
        in_order(own);
        if let Some(latest) = own.iter().max_by_key(|step| (step.changed_at, step.id)) {
            let row = &mut self.referrals[place];
            row.status = latest.status;
            row.status_changed_at = latest.changed_at;
        }
    }

    /// At each company the contact we know longest leads the others.
    fn tie_companies(&mut self, world: &World) {
        let mut leads = vec![None; world.companies.len()];
        for (index, someone) in world.people.iter().enumerate().skip(CAST.len()) {
            if !someone.row.is_contact {
                continue;
            }
            match leads[someone.employer] {
                None => leads[someone.employer] = Some(index),
                Some(lead) => {
                    self.tie(world, lead, index, "MANAGER_OF", someone.row.created_at);
                }
            }
        }
    }

    /// Records a tie once, in the form in which it is stored.
    fn tie(&mut self, world: &World, one: usize, other: usize, code: &str, at: DateTime<Utc>) {
        let Some(kind) = tie::built_in(code) else {
            return;
        };
        let (one, other) = (world.people[one].row.id, world.people[other].row.id);
        let (person_id, other_id) = kind.stored_order(code, one, other);
        if person_id == other_id || !self.tied.insert((person_id, other_id, kind.code)) {
            return;
        }
        let mut chance = Chance::of(Of::Relationship, self.relationships.len());
        self.relationships.push(relationship::Model {
            tenant_id: world.tenant_id,
            id: chance.id(at),
            person_id,
            other_id,
            kind: kind.code.to_owned(),
            since: None,
            until: None,
            ended: false,
            note: None,
            version: 1,
            created_at: at,
            updated_at: at,
        });
    }
}

/// Gives steps of one time ids in the order in which they come.
fn in_order(steps: &mut [referral_status_change::Model]) {
    for later in 1..steps.len() {
        for earlier in 0..later {
            let (one, other) = (&steps[earlier], &steps[later]);
            if one.changed_at == other.changed_at && one.id > other.id {
                let (one, other) = (one.id, other.id);
                steps[earlier].id = other;
                steps[later].id = one;
            }
        }
    }
}

fn claim(world: &World, told: &Told, at: DateTime<Utc>, chance: &mut Chance) -> referral::Model {
    let referred = &world.people[told.referred];
    let applied = referred.application.map(|place| &world.applications[place]);
    let applied = applied.filter(|_| chance.percent(60));
    referral::Model {
        tenant_id: world.tenant_id,
        id: chance.id(at),
        referrer_id: world.people[told.referrer].row.id,
        referred_id: referred.row.id,
        job_id: applied.map(|application| application.job_id),
        application_id: applied.map(|application| application.id),
        recruiter_id: world.recruiter(referred.owner),
        relationship_kind: Some(told.kind.to_owned()),
        note: None,
        status: ReferralStatus::Received,
        status_changed_at: at,
        referred_at: at,
        acknowledged_at: None,
        loop_closed_at: None,
        reward_amount: None,
        reward_currency: None,
        reward_due_on: None,
        reward_paid_on: None,
        is_repeat: false,
        version: 1,
        created_at: at,
        updated_at: at,
    }
}

/// What the referrer heard from us, and what they are paid for a hire.
fn answer(world: &World, row: &mut referral::Model, thanked: bool, chance: &mut Chance) {
    let thanks_at = row.referred_at + TimeDelta::days(1);
    if thanked && thanks_at <= world.today {
        row.acknowledged_at = Some(thanks_at);
        row.updated_at = row.updated_at.max(thanks_at);
    }
    let told_at = row.status_changed_at + TimeDelta::days(1);
    if thanked && is_concluded(row.status) && told_at <= world.today && chance.percent(80) {
        row.loop_closed_at = Some(told_at);
        row.updated_at = row.updated_at.max(told_at);
    }
    if row.status == ReferralStatus::Hired {
        let due = row.status_changed_at + TimeDelta::days(90);
        row.reward_amount = Some("500.00".into());
        row.reward_currency = Some("EUR".into());
        row.reward_due_on = Some(due.date_naive());
        row.reward_paid_on = (due <= world.today).then(|| due.date_naive());
    }
}
