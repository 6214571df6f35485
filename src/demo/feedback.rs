//! What people say of working with us: better of recruiters who keep their word. Those who never
//! heard back are not among them, as in life.

use chrono::TimeDelta;
use entity::{enums::FeedbackSide, feedback};

use super::{
    chance::{Chance, Of},
    histories::written,
    promises::KEEPS,
    stories::{CAST, ODETTE},
    world::World,
};

/// So many people of a hundred say anything.
const SPEAKS: usize = 20;

const PLEASED: [&str; 3] = [
    "Always called when they said they would",
    "I knew where I stood at every step",
    "Told me the truth, also when it was no",
];
const CONTENT: [&str; 2] = ["Friendly, a little slow at times", "Good, on the whole"];
const SORE: [&str; 3] = [
    "I never learnt how it ended",
    "Had to ask twice for everything",
    "They said they would call, and did not",
];

pub(super) fn hear(world: &World) -> Vec<feedback::Model> {
    let people = 0..world.people.len();
    people.filter_map(|index| one(world, index)).collect()
}

/// What a person said the day after our latest touch.
fn one(world: &World, index: usize) -> Option<feedback::Model> {
    let mut chance = Chance::of(Of::Feedback, index);
    let someone = &world.people[index];
    let is_told = index == ODETTE;
    let speaks = index >= CAST.len() && chance.percent(SPEAKS);
    if !is_told && (!speaks || someone.row.do_not_contact) {
        return None;
    }
    let place = *world.outreach(index).last()?;
    let about = &world.interactions[place];
    let given_at = about.at + TimeDelta::hours(20);
    if given_at >= world.today {
        return None;
    }
    let is_pleased = chance.percent(KEEPS[usize::from(about.author)]);
    let (score, words) = if is_told {
        (10, Some("The only one who calls, news or not"))
    } else {
        opinion(is_pleased, &mut chance)
    };
    let recruiter_id = world.recruiter(usize::from(about.author));
    Some(feedback::Model {
        tenant_id: world.tenant_id,
        id: chance.id(given_at),
        person_id: someone.row.id,
        side: if someone.row.is_contact {
            FeedbackSide::Client
        } else {
            FeedbackSide::Candidate
        },
        score,
        words: words.map(str::to_owned),
        given_at,
        recruiter_id: Some(recruiter_id),
        job_id: None,
        interaction_id: Some(written(world, place).id),
        author_id: recruiter_id,
        version: 1,
        created_at: given_at,
        updated_at: given_at,
    })
}

/// A score and, more often than not, words.
fn opinion(is_pleased: bool, chance: &mut Chance) -> (i32, Option<&'static str>) {
    let score = if is_pleased {
        7 + chance.below(4)
    } else {
        1 + chance.below(7)
    };
    let words = match score {
        9.. => *chance.pick(&PLEASED),
        7..9 => *chance.pick(&CONTENT),
        _ => *chance.pick(&SORE),
    };
    let speaks = chance.percent(60);
    (
        i32::try_from(score).unwrap_or_default(),
        speaks.then_some(words),
    )
}
