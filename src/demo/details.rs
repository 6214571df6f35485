//! The rows that hang on one person alone: addresses, labels, positions, the text that search looks
//! through, and the ATS's name for them.

use chrono::{DateTime, TimeDelta, Utc};
use entity::{
    contact_point,
    enums::{ContactPointKind, LabelKind},
    external_record, label, person, person_search, position,
};

use super::{
    chance::{Chance, Of},
    companies,
    people::Someone,
    stories::CAST,
    words::{AREA_CODES, COMMUNITIES, MAIL_DOMAINS, TAGS},
    world::World,
};
use crate::rules::{contact_point as normal, text};

/// The rows that hang on one person alone.
pub(super) struct Details {
    pub(super) contact_points: Vec<contact_point::Model>,
    pub(super) labels: Vec<label::Model>,
    pub(super) positions: Vec<position::Model>,
    pub(super) search: person_search::Model,
    pub(super) record: Option<external_record::Model>,
}

impl Details {
    pub(super) fn of(world: &World, index: usize) -> Self {
        let mut chance = Chance::of(Of::PersonDetails, index);
        let someone = &world.people[index];
        let mut contact_points = contact_points(world, someone, index, &mut chance);
        let is_hearsay = CAST.get(index).is_some_and(|role| role.is_hearsay);
        if is_hearsay {
            contact_points.clear();
        }
        let labels = labels(someone, &mut chance);
        let positions = positions(world, someone, &mut chance);
        let search = search(&someone.row, &contact_points, &positions);
        let is_in_ats = someone.row.is_candidate && !is_hearsay;
        let record = is_in_ats.then(|| external_record::Model {
            person_id: Some(someone.row.id),
            ..record(
                world,
                "candidate",
                4_000_017 + 3 * index,
                someone.row.created_at,
            )
        });
        Self {
            contact_points,
            labels,
            positions,
            search,
            record,
        }
    }
}

/// A name that the ATS gives to one of our nodes; which one is for the caller to say.
pub(super) fn record(
    world: &World,
    record_type: &str,
    external_id: usize,
    linked_at: DateTime<Utc>,
) -> external_record::Model {
    external_record::Model {
        tenant_id: world.tenant_id,
        system: "greenhouse".into(),
        record_type: record_type.into(),
        external_id: external_id.to_string(),
        person_id: None,
        company_id: None,
        job_id: None,
        application_id: None,
        interaction_id: None,
        referral_id: None,
        relationship_id: None,
        recruiter_id: None,
        promise_id: None,
        feedback_id: None,
        linked_at,
        source_updated_at: None,
        payload: None,
        payload_hash: None,
        seen_in_id: None,
        deleted_at: None,
    }
}

fn contact_points(
    world: &World,
    someone: &Someone,
    index: usize,
    chance: &mut Chance,
) -> Vec<contact_point::Model> {
    use ContactPointKind::{Email, Link, Phone};

    let handle = someone.row.name_key.replace(' ', ".");
    // Names repeat among many people; addresses must not.
    let number = if index < CAST.len() {
        String::new()
    } else {
        index.to_string()
    };
    let domain = if someone.row.is_contact {
        companies::domain(&world.companies[someone.employer].name)
    } else {
        (*chance.pick(&MAIL_DOMAINS)).to_owned()
    };
    let mut points = vec![(Email, normal::email(&format!("{handle}{number}@{domain}")))];
    if chance.percent(60) {
        points.push((Phone, normal::phone(&phone(chance), None)));
    }
    if chance.percent(35) {
        let link = format!("https://people.example.org/{handle}{number}");
        points.push((Link, normal::link(&link)));
    }
    (0..)
        .zip(points)
        .filter_map(|(rank, (kind, normal))| Some((rank, kind, normal.ok()?)))
        .map(|(rank, kind, normal)| contact_point::Model {
            tenant_id: world.tenant_id,
            person_id: someone.row.id,
            kind,
            // Those made up here are written in one way only.
            mailbox: None,
            key: normal.key,
            value: normal.value,
            label: (kind == Email && someone.row.is_contact).then(|| "work".to_owned()),
            rank,
        })
        .collect()
}

/// A number that is given to nobody, in one of the ranges set apart for fiction.
fn phone(chance: &mut Chance) -> String {
    let last = 100 + chance.below(100);
    if chance.percent(75) {
        format!("+1 {} 555 0{last}", chance.pick(&AREA_CODES))
    } else {
        format!("+44 20 7946 0{last}")
    }
}

fn labels(someone: &Someone, chance: &mut Chance) -> Vec<label::Model> {
    let mut labels: Vec<label::Model> = Vec::new();
    let mut stick = |kind, name: &&str| {
        let key = text::fold(name);
        if !labels
            .iter()
            .any(|label| label.kind == kind && label.key == key)
        {
            labels.push(label::Model {
                tenant_id: someone.row.tenant_id,
                person_id: someone.row.id,
                kind,
                key,
                name: (*name).to_owned(),
            });
        }
    };
    for _ in 0..chance.below(4) {
        stick(LabelKind::Tag, chance.pick(&TAGS));
    }
    if chance.percent(25) {
        stick(LabelKind::Community, chance.pick(&COMMUNITIES));
    }
    labels
}

fn positions(world: &World, someone: &Someone, chance: &mut Chance) -> Vec<position::Model> {
    let started = world.days_ago(800 + i64::try_from(chance.below(2000)).unwrap_or_default());
    let mut current = position::Model {
        tenant_id: world.tenant_id,
        id: chance.id(someone.row.created_at),
        person_id: someone.row.id,
        company_id: Some(world.companies[someone.employer].id),
        company_name: None,
        title: Some(someone.title.to_owned()),
        started_on: Some(started.date_naive()),
        ended_on: None,
        rank: 0,
    };
    // Where candidates work is often known by name only.
    if !someone.row.is_contact && chance.percent(40) {
        current.company_id = None;
        current.company_name = Some(companies_by_name(world, chance));
    }
    let mut positions = vec![current];
    if chance.percent(40) {
        positions.push(position::Model {
            id: chance.id(someone.row.created_at),
            company_id: None,
            company_name: Some(companies_by_name(world, chance)),
            started_on: Some((started - TimeDelta::days(900)).date_naive()),
            ended_on: Some(started.date_naive()),
            rank: 1,
            ..positions[0].clone()
        });
    }
    positions
}

fn companies_by_name(world: &World, chance: &mut Chance) -> String {
    chance.pick(&world.companies).name.clone()
}

/// The same words in the same order as the store searches a person by.
fn search(
    row: &person::Model,
    contact_points: &[contact_point::Model],
    positions: &[position::Model],
) -> person_search::Model {
    let names = [
        Some(&row.name),
        row.given_name.as_ref(),
        row.family_name.as_ref(),
    ];
    let addresses = contact_points
        .iter()
        .flat_map(|point| [&point.key, &point.value]);
    let work = positions
        .iter()
        .flat_map(|position| [&position.title, &position.company_name]);
    let words = names
        .into_iter()
        .flatten()
        .chain(&row.headline)
        .chain(addresses)
        .chain(work.flatten())
        .map(String::as_str);
    person_search::Model {
        tenant_id: row.tenant_id,
        person_id: row.id,
        body: text::search_body(words),
    }
}
