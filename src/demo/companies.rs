//! The companies that people work for and hire for.

use chrono::TimeDelta;
use entity::company;

use super::{
    chance::{Chance, Of},
    words::{COMPANY_HEADS, COMPANY_TAILS, PLACES},
    world::{DAYS, World},
};
use crate::rules::text;

/// One company for every sixteen people.
pub(super) fn found(world: &World, people: usize) -> Vec<company::Model> {
    let count = (people / 16).max(8);
    (0..count).map(|index| one(world, index)).collect()
}

fn one(world: &World, index: usize) -> company::Model {
    let mut chance = Chance::of(Of::Company, index);
    let created_at = world.days_ago(DAYS) + TimeDelta::seconds(i64::try_from(index).unwrap_or(0));
    let name = name(index);
    let (city, region, country) = *chance.pick(&PLACES);
    company::Model {
        tenant_id: world.tenant_id,
        id: chance.id(created_at),
        name_key: text::fold(&name),
        website: Some(format!("https://www.{}", domain(&name))),
        name,
        city: Some(city.into()),
        region: Some(region.into()),
        country: Some(country.into()),
        owner_id: Some(world.recruiter(chance.below(world.recruiters.len()))),
        version: 1,
        created_at,
        updated_at: created_at,
    }
}

/// Both halves change from one company to the next; when all pairs are used up, towns tell the
/// branches apart.
fn name(index: usize) -> String {
    let head = COMPANY_HEADS[index % COMPANY_HEADS.len()];
    let round = index / COMPANY_HEADS.len();
    let tail = COMPANY_TAILS[(index + round) % COMPANY_TAILS.len()];
    let branch = index / (COMPANY_HEADS.len() * COMPANY_TAILS.len());
    match branch {
        0 => format!("{head} {tail}"),
        _ => format!("{head} {tail} {} {branch}", PLACES[branch % PLACES.len()].0),
    }
}

/// The company's reserved domain, for its website and its people's addresses.
pub(super) fn domain(name: &str) -> String {
    format!("{}.test", text::fold(name).replace(' ', "-"))
}
