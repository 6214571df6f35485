//! The people: names, places, hats, and the rows that hang on one person alone.

use chrono::{DateTime, TimeDelta, Utc};
use entity::{
    contact_point,
    enums::{CadenceReset, ContactPointKind, LabelKind},
    external_record, label, person, person_search, position,
};

use super::{
    chance::{Chance, Of},
    companies,
    stories::{CAST, Role},
    words::{
        AREA_CODES, COMMUNITIES, CONTACT_ROLES, FAMILY_HEADS, FAMILY_TAILS, GIVEN, MAIL_DOMAINS,
        PLACES, ROLES, TAGS,
    },
    world::{DAYS, World},
};
use crate::rules::{contact_point as normal, text};

/// A person with what else the world needs to know of them.
pub(super) struct Someone {
    pub(super) row: person::Model,
    /// Their employer's place in the list of companies.
    pub(super) employer: usize,
    /// What they work as.
    pub(super) title: &'static str,
    /// Their recruiter's place in the list of recruiters.
    pub(super) owner: usize,
    /// Their application's place in the list of applications.
    pub(super) application: Option<usize>,
}

/// The people, in the order in which we came to know them but for the cast of the stories.
pub(super) fn meet(world: &World, count: usize) -> Vec<Someone> {
    (0..count).map(|index| one(world, index, count)).collect()
}

fn one(world: &World, index: usize, count: usize) -> Someone {
    let mut chance = Chance::of(Of::Person, index);
    let role = CAST.get(index);
    let is_contact = role.map_or(index % 5 == 3, |role| role.is_contact);
    // A few hiring managers look for a place of their own.
    let is_candidate = !is_contact || (role.is_none() && index % 35 == 3);
    let owner = role.map_or_else(|| chance.below(world.recruiters.len()), |role| role.owner);
    let title = *chance.pick(if is_contact {
        &CONTACT_ROLES[..]
    } else {
        &ROLES[..]
    });
    let created_at = role.map_or_else(
        || known_since(world, index, count),
        |role| world.days_ago(role.known_days) + TimeDelta::hours(7),
    );
    let mut row = stranger(world, &mut chance, created_at);
    row.is_candidate = is_candidate;
    row.is_contact = is_contact;
    row.owner_id = Some(world.recruiter(owner));
    row.headline = Some(format!(
        "{title} in {}",
        row.city.as_deref().unwrap_or_default()
    ));
    name(&mut row, role, &mut chance);
    agree(&mut row, role, &mut chance);
    if role.is_none() && chance.percent(4) {
        let days = i64::try_from(chance.below(20)).unwrap_or_default();
        row.scheduled_touch_at = Some(world.days_ago(5 - days) + TimeDelta::hours(9));
        row.scheduled_touch_set_at = Some(world.days_ago(10).max(row.created_at));
    }
    Someone {
        row,
        employer: index % world.companies.len(),
        title,
        owner,
        application: None,
    }
}

/// Half of the people were there when the team began, the others came one by one.
fn known_since(world: &World, index: usize, count: usize) -> DateTime<Utc> {
    const BEGAN_WITHIN: i64 = 30;
    let half = (count / 2).max(1);
    let (first_day, days, place) = if index < half {
        (DAYS, BEGAN_WITHIN, index)
    } else {
        (DAYS - BEGAN_WITHIN, DAYS - BEGAN_WITHIN - 1, index - half)
    };
    let place = i64::try_from(place).unwrap_or_default();
    let places = i64::try_from(half + 1).unwrap_or(i64::MAX);
    world.days_ago(first_day) + TimeDelta::seconds(days * 86_400 * place / places)
}

/// A row of nobody in particular.
fn stranger(world: &World, chance: &mut Chance, created_at: DateTime<Utc>) -> person::Model {
    let (city, region, country) = *chance.pick(&PLACES);
    person::Model {
        tenant_id: world.tenant_id,
        id: chance.id(created_at),
        is_candidate: false,
        is_contact: false,
        name: String::new(),
        name_key: String::new(),
        given_name: None,
        family_name: None,
        headline: None,
        city: Some(city.into()),
        city_key: Some(text::fold(city)),
        region: Some(region.into()),
        country: Some(country.into()),
        owner_id: None,
        do_not_contact: false,
        do_not_contact_reason: None,
        do_not_contact_since: None,
        cadence_days: None,
        cadence_reset: CadenceReset::Outreach,
        scheduled_touch_at: None,
        scheduled_touch_set_at: None,
        last_touch_at: None,
        last_inbound_at: None,
        last_outbound_at: None,
        awaiting_reply_since: None,
        waiting_on_them_since: None,
        next_touch_at: None,
        version: 1,
        created_at,
        updated_at: created_at,
    }
}

fn name(row: &mut person::Model, role: Option<&Role>, chance: &mut Chance) {
    let family = format!(
        "{}{}",
        chance.pick(&FAMILY_HEADS),
        chance.pick(&FAMILY_TAILS)
    );
    let given = *chance.pick(&GIVEN);
    let (given, family) = role.map_or((given, family), |role| (role.given, role.family.to_owned()));
    row.name = format!("{given} {family}");
    row.name_key = text::fold(&row.name);
    row.given_name = Some(given.to_owned());
    row.family_name = Some(family);
    if let Some(role) = role {
        row.headline = Some(role.headline.to_owned());
    }
}

/// What is agreed about touching the person.
fn agree(row: &mut person::Model, role: Option<&Role>, chance: &mut Chance) {
    if let Some(role) = role {
        row.cadence_days = role.cadence_days;
        return;
    }
    if chance.percent(40) {
        row.cadence_days = Some(*chance.pick(&[14, 14, 30, 30, 60, 90]));
    }
    if chance.percent(10) {
        row.cadence_reset = *chance.pick(&[CadenceReset::AnyTouch, CadenceReset::Spoken]);
    }
    if chance.percent(2) {
        row.do_not_contact = true;
        row.do_not_contact_reason = Some("Asked not to be contacted".into());
        row.do_not_contact_since = Some(row.created_at);
    }
}

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
        let contact_points = contact_points(world, someone, index, &mut chance);
        let labels = labels(someone, &mut chance);
        let positions = positions(world, someone, &mut chance);
        let search = search(&someone.row, &contact_points, &positions);
        let record = someone.row.is_candidate.then(|| external_record::Model {
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
        linked_at,
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
    let mut stick = |kind, name: &str| {
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
                name: name.to_owned(),
            });
        }
    };
    for _ in 0..chance.below(4) {
        stick(LabelKind::Tag, *chance.pick(&TAGS));
    }
    if chance.percent(25) {
        stick(LabelKind::Community, *chance.pick(&COMMUNITIES));
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
