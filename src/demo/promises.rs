//! What recruiters promised, made in the interactions and kept by later ones. Each recruiter keeps
//! their word as often as they are known for.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};
use entity::{
    enums::{Channel, PromiseKind, PromiseState},
    promise, promise_reschedule,
};
use uuid::Uuid;

use super::{
    chance::{Chance, Of},
    histories::{Written, written},
    promised::{End, PROMISED, Promised},
    stories::CAST,
    world::World,
};
use crate::rules::promise as rules;

/// How many promises of a hundred each recruiter keeps in time, by their place in the list.
pub(super) const KEEPS: [usize; super::RECRUITERS.len()] = [92, 55, 80, 85, 70];

/// So many of a hundred conversations and messages of ours hold a promise.
const MAKES: usize = 10;

/// What is promised, and in which words.
const SAID: [(PromiseKind, &str); 8] = {
    use PromiseKind::{CallBack, Introduce, Meet, Other, Reply, ShareOutcome, SubmitToClient};
    [
        (CallBack, "Call you again this week"),
        (CallBack, "Call you when I have spoken to them"),
        (SubmitToClient, "Send your résumé to the client"),
        (ShareOutcome, "Tell you what they decide, either way"),
        (Reply, "Write back with the answer to your question"),
        (Meet, "Have lunch when I am in town"),
        (Introduce, "Bring you together with somebody in your trade"),
        (Other, "Find out what the post really pays"),
    ]
};

/// All promises.
#[derive(Default)]
pub(super) struct Promises {
    pub(super) rows: Vec<promise::Model>,
    pub(super) reschedules: Vec<promise_reschedule::Model>,
    /// When the earliest open one to a person falls due.
    due: HashMap<Uuid, DateTime<Utc>>,
}

pub(super) fn promise(world: &World) -> Promises {
    let mut promises = Promises::default();
    for (index, story) in PROMISED.iter().enumerate() {
        let mut chance = Chance::of(Of::Promise, usize::MAX - index);
        promises.rows.extend(told(world, story, &mut chance));
    }
    for index in CAST.len()..world.people.len() {
        if !world.people[index].row.do_not_contact {
            promises.make_to(world, index);
        }
    }
    let open = promises.rows.iter();
    for row in open.filter(|row| row.state == PromiseState::Open) {
        let due = promises.due.entry(row.person_id).or_insert(row.due_at);
        *due = row.due_at.min(*due);
    }
    promises
}

impl Promises {
    /// When the earliest open promise to the person falls due.
    pub(super) fn due_at(&self, person: Uuid) -> Option<DateTime<Utc>> {
        self.due.get(&person).copied()
    }

    /// The promises to a person whose story nobody tells.
    fn make_to(&mut self, world: &World, index: usize) {
        let ours = world.outreach(index);
        for (nth, place) in ours.iter().enumerate() {
            let mut chance = Chance::of(Of::Promise, *place);
            let is_theirs = world.interactions[*place].person as usize == index;
            if !is_theirs || !chance.percent(MAKES) {
                continue;
            }
            let (kind, words) = *chance.pick(&SAID);
            let mut row = made(world, index, *place, kind, words, &mut chance);
            let days = 2 + i64::try_from(chance.below(10)).unwrap_or_default();
            row.due_at = evening(row.made_at + TimeDelta::days(days));
            if chance.percent(5) {
                self.put_off(world, &mut row, &mut chance);
            }
            let known_for = KEEPS[usize::from(world.interactions[*place].author)];
            end(world, &mut row, &ours[nth + 1..], known_for, &mut chance);
            self.rows.push(row);
        }
    }

    /// Puts off a promise on the day it falls due.
    fn put_off(&mut self, world: &World, row: &mut promise::Model, chance: &mut Chance) {
        let at = row.due_at - TimeDelta::hours(3);
        if at > world.today {
            return;
        }
        self.reschedules.push(promise_reschedule::Model {
            tenant_id: world.tenant_id,
            id: chance.id(at),
            promise_id: row.id,
            due_at: row.due_at,
            rescheduled_at: at,
            recruiter_id: row.recruiter_id,
            note: None,
        });
        row.due_at = evening(row.due_at + TimeDelta::days(5));
        row.updated_at = at;
        row.version += 1;
    }
}

/// What became of a promise by today, which of the later interactions with the person kept it.
fn end(
    world: &World,
    row: &mut promise::Model,
    later: &[usize],
    known_for: usize,
    chance: &mut Chance,
) {
    let done = |place: &usize| {
        let planned = &world.interactions[*place];
        let counts = planned.at > row.updated_at && keeps(row.kind, planned.line.channel);
        counts.then_some((planned.at, Some(*place)))
    };
    let done = later.iter().find_map(done);
    let in_time = row.updated_at + share(row.due_at - row.updated_at, chance);
    let after = row.due_at + TimeDelta::hours(18) + share(TimeDelta::days(8), chance);
    let is_kept = chance.percent(known_for);
    let rest = chance.below(100);
    let (state, (at, place)) = match rest {
        _ if is_kept => {
            let done = done.filter(|(at, _)| *at <= row.due_at);
            (PromiseState::Kept, done.unwrap_or((in_time, None)))
        }
        0..45 => {
            let late = row.due_at..row.due_at + TimeDelta::days(20);
            let done = done.filter(|(at, _)| late.contains(at));
            (PromiseState::KeptLate, done.unwrap_or((after, None)))
        }
        45..70 => (PromiseState::Broken, (after, None)),
        70..85 => (PromiseState::Withdrawn, (in_time, None)),
        _ => return,
    };
    if at <= world.today {
        close(world, row, state, at, place);
    }
}

/// Whether that is how it was promised to be done.
fn keeps(kind: PromiseKind, channel: Channel) -> bool {
    match kind {
        PromiseKind::CallBack => matches!(channel, Channel::Call | Channel::VideoCall),
        PromiseKind::Meet => matches!(channel, Channel::Meal | Channel::Meeting | Channel::Event),
        kind => rules::is_kept_with_the_person(kind),
    }
}

/// Five in the afternoon of that day.
fn evening(at: DateTime<Utc>) -> DateTime<Utc> {
    at.date_naive().and_time(chrono::NaiveTime::MIN).and_utc() + TimeDelta::hours(17)
}

/// Some part of a span.
fn share(span: TimeDelta, chance: &mut Chance) -> TimeDelta {
    let seconds = usize::try_from(span.num_seconds()).unwrap_or_default();
    TimeDelta::seconds(i64::try_from(chance.below(seconds)).unwrap_or_default())
}

fn close(
    world: &World,
    row: &mut promise::Model,
    state: PromiseState,
    at: DateTime<Utc>,
    kept_by: Option<usize>,
) {
    // Late or not is for the times to say.
    row.state = if rules::is_kept(state) {
        rules::kept(at, row.due_at)
    } else {
        state
    };
    row.closed_at = Some(at);
    row.kept_by_id = kept_by.map(|place| written(world, place).id);
    row.updated_at = at;
    row.version += 1;
}

/// A promise of a story; none if its scene was left out.
fn told(world: &World, story: &Promised, chance: &mut Chance) -> Option<promise::Model> {
    let ours = world.outreach(story.person);
    let scene_of = |days: i64| {
        let day = world.days_ago(days)..world.days_ago(days - 1);
        let mut scenes = ours.iter().copied();
        scenes.find(|place| day.contains(&world.interactions[*place].at))
    };
    let place = scene_of(story.made)?;
    let mut row = made(world, story.person, place, story.kind, story.words, chance);
    row.due_at = evening(world.days_ago(story.due));
    match story.end {
        End::Open => {}
        End::Kept(days) => {
            let place = scene_of(days)?;
            let at = world.interactions[place].at;
            close(world, &mut row, PromiseState::Kept, at, Some(place));
        }
        End::Broken(days, note) => {
            let at = world.days_ago(days) + TimeDelta::hours(12);
            close(world, &mut row, PromiseState::Broken, at, None);
            row.closing_note = Some(note.to_owned());
        }
    }
    Some(row)
}

/// An open promise made in that interaction. When it falls due is still to be said.
fn made(
    world: &World,
    index: usize,
    place: usize,
    kind: PromiseKind,
    words: &str,
    chance: &mut Chance,
) -> promise::Model {
    let someone = &world.people[index];
    let planned = &world.interactions[place];
    let Written { id, created_at, .. } = written(world, place);
    let is_of_one = matches!(
        kind,
        PromiseKind::SubmitToClient | PromiseKind::ShareOutcome
    );
    let application = someone.application.map(|place| &world.applications[place]);
    let application = application.filter(|row| is_of_one && row.applied_at <= planned.at);
    promise::Model {
        tenant_id: world.tenant_id,
        id: chance.id(created_at),
        person_id: someone.row.id,
        recruiter_id: world.recruiter(usize::from(planned.author)),
        kind,
        words: Some(words.to_owned()),
        made_at: planned.at,
        due_at: planned.at,
        state: PromiseState::Open,
        closed_at: None,
        closing_note: None,
        job_id: application.map(|row| row.job_id),
        application_id: application.map(|row| row.id),
        made_in_id: Some(id),
        kept_by_id: None,
        version: 1,
        created_at,
        updated_at: created_at,
    }
}
