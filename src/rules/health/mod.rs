//! How well a relationship fares: 0 to 100, always with its reasons.
//!
//! Each component gives a share of its maximum, or nothing where there is no data; then it is left
//! out and the rest is scaled. The curves are simple and never fall when things get better:
//!
//! | component | maximum | share |
//! | --- | --- | --- |
//! | recency | 35 | whole until the cadence has passed since the last touch, then falling evenly to none at three cadences |
//! | reciprocity | 15 | touches of the side that spoke less, per touch of the other, in 12 months |
//! | response time | 15 | whole up to the reply target, then falling evenly to none at four targets; by the median of 12 months |
//! | follow-through | 20 | promises kept in time, of those that have fallen due |
//! | depth | 10 | half for one conversation in 6 months, whole for two |
//! | feedback | 5 | the latest score, of 10 |

use chrono::{DateTime, TimeDelta, Utc};
use entity::enums::{Channel, Direction};

use super::interaction::Touchpoint;

/// The cadence to hold against those who have none.
pub const CADENCE_DAYS: i32 = 30;
/// How far back touches are looked at.
pub const HISTORY: TimeDelta = TimeDelta::days(365);
/// How far back conversations are looked at.
const CONVERSATIONS: TimeDelta = TimeDelta::days(182);

/// What is known of a relationship.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// The newest touch, however long ago.
    pub last_touch_at: Option<DateTime<Utc>>,
    /// The person's cadence, the tenant's, or the one that is assumed.
    pub cadence_days: i32,
    /// The interactions of the last 12 months, in any order; what is older does not count.
    pub history: Vec<Touchpoint>,
    /// How soon people should have our answer.
    pub reply_target: TimeDelta,
    /// Since when they have waited for our answer.
    pub awaiting_reply_since: Option<DateTime<Utc>>,
    /// What became of our promises to them.
    pub promises: Promises,
    /// The latest score they gave.
    pub feedback: Option<Feedback>,
}

/// What became of the promises that have fallen due.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Promises {
    /// Kept in time.
    pub kept: u32,
    /// Kept late, broken, or open and overdue.
    pub failed: u32,
}

/// A score and when it was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Feedback {
    /// From 0 to 10.
    pub score: i32,
    /// When.
    pub given_at: DateTime<Utc>,
}

/// What the score is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// How long ago the last touch was, held against the cadence.
    Recency,
    /// Whether both sides speak.
    Reciprocity,
    /// How long they wait for our answers.
    ResponseTime,
    /// Whether we keep our promises to them.
    FollowThrough,
    /// Whether we meet and talk.
    Depth,
    /// What they say of working with us.
    Feedback,
}

/// One part of the score.
#[derive(Clone, Debug, PartialEq)]
pub struct Component {
    /// Which part.
    pub kind: Kind,
    /// What it gives: from 0 to its maximum.
    pub points: f64,
    /// The most it can give.
    pub maximum: u32,
    /// One sentence that says why.
    pub why: String,
}

/// In words, how a relationship fares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Band {
    /// 70 and more.
    Strong,
    /// 45 and more.
    Warm,
    /// 20 and more.
    Cooling,
    /// Less.
    Cold,
}

/// How a relationship fares.
#[derive(Clone, Debug, PartialEq)]
pub struct Health {
    /// From 0 to 100.
    pub score: u32,
    /// The same in words.
    pub band: Band,
    /// The parts that have data.
    pub components: Vec<Component>,
}

/// How the relationship fares now; none where nothing is known that it could be told by.
pub fn health(known: &Known, now: DateTime<Utc>) -> Option<Health> {
    let history: Vec<_> = known
        .history
        .iter()
        .filter(|touch| touch.is_touch() && touch.occurred_at >= now - HISTORY)
        .collect();
    let components: Vec<_> = [
        recency(known, now),
        reciprocity(&history),
        response_time(known, &history, now),
        follow_through(known.promises),
        depth(known, &history, now),
        known.feedback.map(feedback),
    ]
    .into_iter()
    .flatten()
    .collect();
    let maximum: u32 = components.iter().map(|part| part.maximum).sum();
    if maximum == 0 {
        return None;
    }
    let points: f64 = components.iter().map(|part| part.points).sum();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a number from 0 to 100"
    )]
    let score = (100.0 * points / f64::from(maximum)).round() as u32;
    Some(Health {
        score,
        band: band(score),
        components,
    })
}

fn band(score: u32) -> Band {
    match score {
        70.. => Band::Strong,
        45.. => Band::Warm,
        20.. => Band::Cooling,
        _ => Band::Cold,
    }
}

fn component(kind: Kind, maximum: u32, share: f64, why: String) -> Component {
    Component {
        kind,
        points: f64::from(maximum) * share.clamp(0.0, 1.0),
        maximum,
        why,
    }
}

/// Whole up to `full`, none from `none` on, falling evenly between them.
#[expect(clippy::cast_precision_loss, reason = "milliseconds of a lifetime fit")]
fn falling(value: TimeDelta, full: TimeDelta, none: TimeDelta) -> f64 {
    let [value, full, none] = [value, full, none].map(|time| time.num_milliseconds() as f64);
    (none - value) / (none - full)
}

fn recency(known: &Known, now: DateTime<Utc>) -> Option<Component> {
    let cadence = TimeDelta::days(known.cadence_days.max(1).into());
    let ago = (now - known.last_touch_at?).max(TimeDelta::zero());
    let share = falling(ago, cadence, cadence * 3);
    let why = format!(
        "The last touch was {} ago; the cadence is {}.",
        duration(ago),
        count(cadence.num_days(), "day")
    );
    Some(component(Kind::Recency, 35, share, why))
}

fn reciprocity(history: &[&Touchpoint]) -> Option<Component> {
    let number = |counts: fn(&Touchpoint) -> bool| {
        let counted = history.iter().filter(|touch| counts(touch)).count();
        u32::try_from(counted).unwrap_or(u32::MAX)
    };
    let (theirs, ours) = (
        number(Touchpoint::is_inbound),
        number(Touchpoint::is_outreach),
    );
    let most = theirs.max(ours);
    if most == 0 {
        return None;
    }
    let share = f64::from(theirs.min(ours)) / f64::from(most);
    let why = format!(
        "In the last 12 months they reached out {} and we {}.",
        count_times(theirs),
        count_times(ours)
    );
    Some(component(Kind::Reciprocity, 15, share, why))
}

fn response_time(known: &Known, history: &[&Touchpoint], now: DateTime<Utc>) -> Option<Component> {
    let mut waits = answered_waits(history);
    let answered = waits.len();
    let open = known.awaiting_reply_since.map(|since| now - since);
    let late = open.filter(|age| *age > known.reply_target);
    waits.extend(late);
    let median = median(&mut waits)?;
    let share = falling(median, known.reply_target, known.reply_target * 4);
    let of = count(i64::try_from(answered).unwrap_or(i64::MAX), "answer");
    let open = late.map_or_else(String::new, |age| {
        format!(", and one message that has waited {}", duration(age))
    });
    let why = format!(
        "The median wait for our answer was {} (target {}), over {of} in the last 12 months{open}.",
        duration(median),
        duration(known.reply_target)
    );
    Some(component(Kind::ResponseTime, 15, share, why))
}

/// How long each burst of theirs waited until our next outreach. Of touches at the same instant,
/// INBOUND counts as the first, as the reply clock has it.
fn answered_waits(history: &[&Touchpoint]) -> Vec<TimeDelta> {
    let mut touches = history.to_vec();
    touches.sort_by_key(|touch| (touch.occurred_at, touch.direction != Direction::Inbound));
    let mut waits = Vec::new();
    let mut opened_at = None;
    for touch in touches {
        if touch.direction == Direction::Inbound {
            opened_at.get_or_insert(touch.occurred_at);
        } else if let Some(opened_at) = opened_at.take() {
            waits.push(touch.occurred_at - opened_at);
        }
    }
    waits
}

/// The middle one; the mean of the two in the middle of an even number.
fn median(values: &mut [TimeDelta]) -> Option<TimeDelta> {
    values.sort();
    let middle = values.len() / 2;
    let upper = *values.get(middle)?;
    if values.len() % 2 == 1 {
        return Some(upper);
    }
    Some((values[middle - 1] + upper) / 2)
}

fn follow_through(promises: Promises) -> Option<Component> {
    let due = promises.kept + promises.failed;
    if due == 0 {
        return None;
    }
    let share = f64::from(promises.kept) / f64::from(due);
    let why = match due {
        1 if promises.kept == 1 => "The one promise that has fallen due was kept.".to_owned(),
        1 => "The one promise that has fallen due was not kept in time.".to_owned(),
        _ => format!(
            "{} of {due} promises that have fallen due were kept in time.",
            promises.kept
        ),
    };
    Some(component(Kind::FollowThrough, 20, share, why))
}

fn depth(known: &Known, history: &[&Touchpoint], now: DateTime<Utc>) -> Option<Component> {
    known.last_touch_at?;
    let recent = history
        .iter()
        .filter(|touch| touch.is_spoken() && touch.occurred_at >= now - CONVERSATIONS);
    let (mut met, mut called) = (0, 0);
    for touch in recent {
        match touch.channel {
            Channel::Call | Channel::VideoCall => called += 1,
            _ => met += 1,
        }
    }
    let share = f64::from((met + called).min(2)) / 2.0;
    let why = match (met, called) {
        (0, 0) => "We have neither met nor called in the last 6 months.".to_owned(),
        _ => format!(
            "In the last 6 months we met {} and had {}.",
            count_times(met),
            count(called.into(), "call")
        ),
    };
    Some(component(Kind::Depth, 10, share, why))
}

fn feedback(latest: Feedback) -> Component {
    let share = f64::from(latest.score) / 10.0;
    let why = format!(
        "Their latest feedback, of {}, was {} of 10.",
        latest.given_at.date_naive(),
        latest.score
    );
    component(Kind::Feedback, 5, share, why)
}

/// Days, or hours where there is less than two days, or minutes where there is less than two hours.
fn duration(time: TimeDelta) -> String {
    if time >= TimeDelta::days(2) && time.num_hours() % 24 == 0 || time >= TimeDelta::days(4) {
        count(time.num_days(), "day")
    } else if time >= TimeDelta::hours(2) {
        count(time.num_hours(), "hour")
    } else {
        count(time.num_minutes(), "minute")
    }
}

fn count(number: i64, of: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {of}{plural}")
}

fn count_times(number: u32) -> String {
    match number {
        0 => "never".to_owned(),
        1 => "once".to_owned(),
        2 => "twice".to_owned(),
        more => format!("{more} times"),
    }
}

#[cfg(test)]
mod tests;
