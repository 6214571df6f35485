//! The people: names, places, hats, owners, and what is agreed about touching them.

use chrono::{DateTime, TimeDelta, Utc};
use entity::{enums::CadenceReset, person};

use super::{
    chance::{Chance, Of},
    stories::{CAST, Role},
    words::{CONTACT_ROLES, FAMILY_HEADS, FAMILY_TAILS, GIVEN, PLACES, ROLES},
    world::{DAYS, World},
};
use crate::rules::text;

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
    let titles = if is_contact {
        &CONTACT_ROLES[..]
    } else {
        &ROLES[..]
    };
    let drawn = *chance.pick(titles);
    let title = role.map_or(drawn, |role| role.title);
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
        news_owed_since: None,
        promise_due_at: None,
        keeper_id: None,
        past_depth: 0,
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
