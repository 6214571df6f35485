//! What happened between the people and us: most people have a handful of interactions, a few have
//! hundreds. What is derived from them comes from where the store derives it.

use chrono::{DateTime, Datelike, TimeDelta, Utc, Weekday};
use entity::{
    enums::{Channel, Direction, NodeKind, Visibility},
    event, interaction, interaction_person, interaction_recruiter, touch,
};
use uuid::Uuid;

use super::{
    chance::{Chance, Of},
    events,
    follow_ups::follow_ups,
    lines::{ACKNOWLEDGEMENT, ATTEMPTS, Line, NOTES, OURS, THEIRS, TOGETHER},
    people::Someone,
    scenes::{SCENES, Scene},
    stories::{CAST, SAM},
    world::World,
};
use crate::{rules::reply_wait::Logged, store::Facts};

/// An interaction before it is a row. A million of these are kept at once, so it is small.
pub(super) struct Planned {
    pub(super) at: DateTime<Utc>,
    pub(super) line: &'static Line,
    pub(super) person: u32,
    /// A second person who took part.
    with: Option<u32>,
    /// The recruiter's place in the list of recruiters.
    pub(super) author: u8,
}

/// Makes up so many interactions.
pub(super) fn live(world: &World, count: usize) -> Vec<Planned> {
    let mut planned: Vec<Planned> = SCENES.iter().map(|scene| told(world, scene)).collect();
    planned.extend(follow_ups().map(|(person, days_ago, line)| {
        let at = world.days_ago(days_ago) + TimeDelta::hours(NOON);
        of_story(at, line, person, SAM)
    }));
    let shares = shares(world, count.saturating_sub(planned.len()));
    for (index, share) in shares.into_iter().enumerate() {
        converse(world, index, share, &mut planned);
    }
    planned.sort_by_key(|interaction| (interaction.at, interaction.person));
    planned
}

/// When we have time for the people of the stories; their own messages are there in the morning.
const NOON: i64 = 12;

fn told(world: &World, scene: &'static Scene) -> Planned {
    let hour = if scene.line.direction == Direction::Inbound {
        8
    } else {
        NOON
    };
    let at = world.days_ago(scene.days_ago) + TimeDelta::hours(hour);
    of_story(at, &scene.line, scene.person, scene.author)
}

fn of_story(at: DateTime<Utc>, line: &'static Line, person: usize, author: usize) -> Planned {
    Planned {
        at,
        line,
        person: u32::try_from(person).unwrap_or_default(),
        with: None,
        author: u8::try_from(author).unwrap_or_default(),
    }
}

/// How many interactions each person has: shares of a long-tailed lot, larger the longer we know
/// them. The cast of the stories has its own.
fn shares(world: &World, total: usize) -> Vec<usize> {
    let lot = |(index, someone): (usize, &Someone)| -> u128 {
        if index < CAST.len() {
            return 0;
        }
        let days = (world.today - someone.row.created_at).num_days() + 30;
        let tail = 6_000_000 / (40 + Chance::of(Of::History, index).below(6_000));
        tail as u128 * u128::try_from(days).unwrap_or_default()
    };
    let lots: Vec<u128> = world.people.iter().enumerate().map(lot).collect();
    let sum = lots.iter().sum::<u128>().max(1);
    let mut drawn = 0;
    let mut given = 0;
    lots.into_iter()
        .map(|lot| {
            // Rounding the running total, not each share, makes the shares add up.
            drawn += lot;
            let until = usize::try_from(drawn * total as u128 / sum).unwrap_or_default();
            let share = until - given;
            given = until;
            share
        })
        .collect()
}

/// One person's interactions, each following from the one before.
fn converse(world: &World, index: usize, share: usize, planned: &mut Vec<Planned>) {
    let mut chance = Chance::of(Of::History, index);
    let someone = &world.people[index];
    let mut times: Vec<_> = (0..share)
        .map(|_| some_time(world, someone, &mut chance))
        .collect();
    times.sort_unstable();
    let mut last = Direction::Internal;
    for (place, at) in times.into_iter().enumerate() {
        let line = next_line(&mut chance, last, place + 1 == share);
        if line.direction != Direction::Internal && !line.automated {
            last = line.direction;
        }
        let other_author = chance.below(world.recruiters.len());
        let author = if chance.percent(85) {
            someone.owner
        } else {
            other_author
        };
        planned.push(Planned {
            at,
            line,
            person: u32::try_from(index).unwrap_or_default(),
            with: companion(world, &mut chance, index, line, at),
            author: u8::try_from(author).unwrap_or_default(),
        });
    }
}

/// A moment of a working day since we came to know the person.
fn some_time(world: &World, someone: &Someone, chance: &mut Chance) -> DateTime<Utc> {
    let known = someone.row.created_at;
    let seconds = usize::try_from((world.today - known).num_seconds()).unwrap_or_default();
    let at = known + TimeDelta::seconds(i64::try_from(chance.below(seconds)).unwrap_or_default());
    let weekend = match at.weekday() {
        Weekday::Sat => 1,
        Weekday::Sun => 2,
        _ => 0,
    };
    let morning = at.date_naive().and_time(chrono::NaiveTime::MIN).and_utc()
        - TimeDelta::days(weekend)
        + TimeDelta::hours(8);
    let after = i64::try_from(chance.below(10 * 3_600)).unwrap_or_default();
    (morning + TimeDelta::seconds(after)).max(known)
}

/// Most messages are answered, and most histories do not end with somebody waiting for us.
fn next_line(chance: &mut Chance, last: Direction, is_last: bool) -> &'static Line {
    let lot = chance.below(100);
    if last == Direction::Inbound {
        return match lot {
            0..3 => &ACKNOWLEDGEMENT,
            3..15 => chance.pick(&THEIRS),
            15..30 => chance.pick(&TOGETHER),
            _ => chance.pick(&OURS),
        };
    }
    match lot {
        8..30 if is_last => chance.pick(&TOGETHER),
        0..30 => chance.pick(&THEIRS),
        30..35 => chance.pick(&ATTEMPTS),
        35..40 => chance.pick(&NOTES),
        40..62 => chance.pick(&TOGETHER),
        _ => chance.pick(&OURS),
    }
}

/// Now and then two people sit at the table.
fn companion(
    world: &World,
    chance: &mut Chance,
    index: usize,
    line: &Line,
    at: DateTime<Utc>,
) -> Option<u32> {
    if line.direction != Direction::Mutual || !chance.percent(8) {
        return None;
    }
    let other = index.checked_sub(1 + chance.below(20))?;
    let known = other >= CAST.len() && world.people[other].row.created_at <= at;
    known.then(|| u32::try_from(other).ok()).flatten()
}

/// The places of each person's interactions.
pub(super) fn places(world: &World) -> Vec<Vec<u32>> {
    let mut places = vec![Vec::new(); world.people.len()];
    for (place, interaction) in (0..).zip(&world.interactions) {
        for person in [Some(interaction.person), interaction.with]
            .into_iter()
            .flatten()
        {
            places[person as usize].push(place);
        }
    }
    places
}

/// What a person's derived state follows from. Everybody has an owner here, who keeps in touch.
pub(super) fn facts(world: &World, index: usize) -> Facts {
    let logged = |place: &u32| {
        let place = *place as usize;
        let planned = &world.interactions[place];
        Logged {
            interaction: written(world, place).id,
            touchpoint: planned.line.at(planned.at),
        }
    };
    let someone = &world.people[index];
    let steps = someone
        .application
        .map(|place| &world.application_changes[place]);
    let steps = steps.into_iter().flatten();
    Facts {
        history: world.places[index].iter().map(logged).collect(),
        application_changes: steps.skip(1).map(|step| step.changed_at).collect(),
        promise_due_at: world.promises.due_at(someone.row.id),
        newest_with: None,
    }
}

/// How an interaction was written down.
pub(super) struct Written {
    pub(super) id: Uuid,
    pub(super) created_at: DateTime<Utc>,
    /// How long it took, in quarters of an hour.
    quarters: usize,
    /// What else is left to chance.
    chance: Chance,
}

pub(super) fn written(world: &World, place: usize) -> Written {
    let mut chance = Chance::of(Of::Interaction, place);
    let length = chance.below(6);
    let after = TimeDelta::seconds(60 + i64::try_from(length).unwrap_or(0) * 300);
    let created_at = (world.interactions[place].at + after).min(world.today);
    Written {
        id: chance.id(created_at),
        created_at,
        quarters: 1 + length,
        chance,
    }
}

/// The rows of some interactions.
#[derive(Default)]
pub(super) struct Rows {
    pub(super) interactions: Vec<interaction::Model>,
    pub(super) people: Vec<interaction_person::Model>,
    pub(super) recruiters: Vec<interaction_recruiter::Model>,
    pub(super) touches: Vec<touch::Model>,
    pub(super) events: Vec<event::Model>,
}

impl Rows {
    /// The rows of the interactions at these places.
    pub(super) fn of(world: &World, places: std::ops::Range<usize>) -> Self {
        let mut rows = Self::default();
        for place in places {
            rows.add(world, place);
        }
        rows
    }

    fn add(&mut self, world: &World, place: usize) {
        let planned = &world.interactions[place];
        let mut written = written(world, place);
        let row = interaction(world, planned, &mut written);
        let is_shared = row.visibility == Visibility::Team;
        let touch_channel = planned.line.at(planned.at).touch_channel();
        let touch_channel = touch_channel.filter(|_| is_shared);
        let people = [Some(planned.person), planned.with].into_iter().flatten();
        let people = people.map(|person| world.people[person as usize].row.id);
        for person_id in people.clone() {
            self.people.push(interaction_person::Model {
                tenant_id: world.tenant_id,
                interaction_id: row.id,
                person_id,
                occurred_at: row.occurred_at,
                touch_channel,
            });
        }
        let second = usize::from(planned.author) + 1;
        let second = written.chance.percent(5).then(|| world.recruiter(second));
        for recruiter_id in [Some(row.author_id), second].into_iter().flatten() {
            self.recruiters.push(interaction_recruiter::Model {
                tenant_id: world.tenant_id,
                interaction_id: row.id,
                recruiter_id,
                occurred_at: row.occurred_at,
                touch_channel,
            });
            let touched = people.clone().filter(|_| touch_channel.is_some());
            self.touches.extend(touched.map(|person_id| touch::Model {
                tenant_id: world.tenant_id,
                recruiter_id,
                person_id,
                occurred_at: row.occurred_at,
                interaction_id: row.id,
            }));
        }
        let node = (NodeKind::Interaction, row.id);
        self.events
            .push(events::created(world, row.author_id, node, row.created_at));
        self.interactions.push(row);
    }
}

fn interaction(world: &World, planned: &Planned, written: &mut Written) -> interaction::Model {
    let someone = &world.people[planned.person as usize];
    let given = someone.row.given_name.as_deref().unwrap_or_default();
    let line = planned.line;
    let chance = &mut written.chance;
    let application = someone.application.filter(|_| chance.percent(30));
    let is_conversation = line.direction == Direction::Mutual;
    // Only notes are private here: what touches nobody moves no clock that others see.
    let is_private = line.channel == Channel::Note && chance.percent(30);
    let minutes = 15 * i32::try_from(written.quarters).unwrap_or(0);
    interaction::Model {
        tenant_id: world.tenant_id,
        id: written.id,
        channel: line.channel,
        direction: line.direction,
        outcome: line.outcome,
        automated: line.automated,
        visibility: if is_private {
            Visibility::Private
        } else {
            Visibility::Team
        },
        occurred_at: planned.at,
        duration_minutes: is_conversation.then_some(minutes),
        subject: line.subject.map(str::to_owned),
        body: Some(line.body.replace("{name}", given)),
        author_id: world.recruiter(usize::from(planned.author)),
        job_id: application.map(|place| world.applications[place].job_id),
        version: 1,
        created_at: written.created_at,
        updated_at: written.created_at,
    }
}
