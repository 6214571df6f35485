//! Whom it is worth to meet again: who spoke with us much, who brought us others, and who was not
//! touched for long. Points are whole numbers, reckoned alike here and in the database.

use chrono::{DateTime, TimeDelta, Utc};
use entity::enums::Channel;

use super::interaction::Touchpoint;

/// Whoever was touched within this time needs no suggestion.
pub const TOUCHED_LATELY: TimeDelta = TimeDelta::days(30);
/// Whoever is to be touched within this time needs none either.
pub const PLANNED_SOON: TimeDelta = TimeDelta::days(14);
/// The most people that are suggested at once.
pub const MOST: i32 = 50;

/// The most points for past depth.
pub const DEPTH_POINTS: i64 = 50;
/// The depth that has half of the points.
pub const HALF_DEPTH: i64 = 10;
/// The most points for referrals.
pub const REFERRAL_POINTS: i64 = 30;
/// The referrals that have half of the points; a hire counts as two more.
pub const HALF_REFERRALS: i64 = 3;
/// The most points for the time since the last touch.
pub const TIME_POINTS: i64 = 20;
/// The days that have all of the points.
pub const ALL_DAYS: i64 = 365;

/// How two people spoke, if they did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spoken {
    /// In one place.
    InPerson,
    /// With pictures.
    ByVideo,
    /// On the telephone.
    ByVoice,
}

impl Spoken {
    /// The way in which a channel is spoken; none for a written one.
    pub fn by(channel: Channel) -> Option<Self> {
        match channel {
            Channel::Meeting | Channel::Meal | Channel::Event | Channel::Interview => {
                Some(Self::InPerson)
            }
            Channel::VideoCall => Some(Self::ByVideo),
            Channel::Call => Some(Self::ByVoice),
            Channel::Email
            | Channel::TextMessage
            | Channel::Chat
            | Channel::SocialMessage
            | Channel::Letter
            | Channel::Note => None,
        }
    }

    fn weight(self) -> i32 {
        match self {
            Self::InPerson => 3,
            Self::ByVideo => 2,
            Self::ByVoice => 1,
        }
    }
}

/// The past depth of a history: three for each touch in person, two by video, one by voice.
pub fn past_depth(history: &[Touchpoint]) -> i32 {
    let spoken = history.iter().filter(|touch| touch.is_touch());
    spoken
        .filter_map(|touch| Spoken::by(touch.channel))
        .map(Spoken::weight)
        .sum()
}

/// What a suggestion follows from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Past {
    /// Touches in person.
    pub in_person: i64,
    /// Touches by video.
    pub by_video: i64,
    /// Touches by voice.
    pub by_voice: i64,
    /// Referrals they made.
    pub referrals: i64,
    /// Those of them that led to a hire.
    pub hires: i64,
    /// Whole days since they were last touched.
    pub days: i64,
}

/// What a part of a score is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PartKind {
    /// How much was spoken.
    Depth,
    /// Whom they brought us.
    Referrals,
    /// How long ago they were touched.
    TimeSince,
}

/// One part of a score.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// What it is for.
    pub kind: PartKind,
    /// The points it has.
    pub points: i64,
    /// The most it could have.
    pub maximum: i64,
    /// Why, with the figures.
    pub reason: String,
}

impl Past {
    /// The parts of the score, whose points add up to it.
    pub fn parts(&self) -> [Part; 3] {
        let depth = 3 * self.in_person + 2 * self.by_video + self.by_voice;
        let brought = self.referrals + 2 * self.hires;
        [
            Part {
                kind: PartKind::Depth,
                points: share(DEPTH_POINTS, depth, HALF_DEPTH),
                maximum: DEPTH_POINTS,
                reason: self.spoken(),
            },
            Part {
                kind: PartKind::Referrals,
                points: share(REFERRAL_POINTS, brought, HALF_REFERRALS),
                maximum: REFERRAL_POINTS,
                reason: self.brought(),
            },
            Part {
                kind: PartKind::TimeSince,
                points: TIME_POINTS * self.days.clamp(0, ALL_DAYS) / ALL_DAYS,
                maximum: TIME_POINTS,
                reason: format!("not touched for {}", many(self.days, "day")),
            },
        ]
    }

    fn spoken(&self) -> String {
        let ways = [
            (self.in_person, "in person"),
            (self.by_video, "by video"),
            (self.by_voice, "by voice"),
        ];
        let ways = ways.iter().filter(|(count, _)| *count > 0);
        let ways: Vec<_> = ways.map(|(count, way)| format!("{count} {way}")).collect();
        let touches = self.in_person + self.by_video + self.by_voice;
        match ways.as_slice() {
            [] => "never spoken with, only written to".to_owned(),
            ways => format!("spoke with us {}: {}", times(touches), ways.join(", ")),
        }
    }

    fn brought(&self) -> String {
        match (self.referrals, self.hires) {
            (0, _) => "brought no referral yet".to_owned(),
            (referrals, hires) => {
                format!("brought {}, {hires} hired", many(referrals, "referral"))
            }
        }
    }
}

/// A share of the points that grows with the value and never reaches all of them: the first meal
/// counts for more than the twentieth.
fn share(points: i64, value: i64, half: i64) -> i64 {
    points * value / (value + half)
}

fn many(count: i64, noun: &str) -> String {
    match count {
        1 => format!("1 {noun}"),
        count => format!("{count} {noun}s"),
    }
}

fn times(count: i64) -> String {
    match count {
        1 => "once".to_owned(),
        2 => "twice".to_owned(),
        count => format!("{count} times"),
    }
}

/// Whole days from one time to the other; what is finer than a second does not count.
pub fn days_between(then: DateTime<Utc>, now: DateTime<Utc>) -> i64 {
    (now.timestamp() - then.timestamp()) / 86_400
}

#[cfg(test)]
mod tests {
    use entity::enums::{Direction, InteractionOutcome};
    use proptest::prelude::*;

    use super::{super::reply_clock::tests::history, *};

    fn points(past: Past) -> [i64; 3] {
        past.parts().map(|part| part.points)
    }

    #[test]
    fn points_follow_from_depth_referrals_and_time() {
        let nothing = Past::default();
        let met = |in_person| Past {
            in_person,
            ..nothing
        };
        let brought = |referrals, hires| Past {
            referrals,
            hires,
            ..nothing
        };
        let quiet = |days| Past { days, ..nothing };
        for (past, expected) in [
            (nothing, [0, 0, 0]),
            (met(1), [11, 0, 0]),
            (met(10), [37, 0, 0]),
            (
                Past {
                    by_video: 1,
                    by_voice: 8,
                    ..nothing
                },
                [25, 0, 0],
            ),
            (brought(1, 0), [0, 7, 0]),
            (brought(1, 1), [0, 15, 0]),
            (brought(4, 3), [0, 23, 0]),
            (quiet(30), [0, 0, 1]),
            (quiet(365), [0, 0, 20]),
            (quiet(4_000), [0, 0, 20]),
        ] {
            assert_eq!(points(past), expected, "{past:?}");
        }
    }

    #[test]
    fn the_reasons_have_the_figures_in_them() {
        let past = Past {
            in_person: 3,
            by_voice: 1,
            referrals: 2,
            hires: 1,
            days: 120,
            ..Past::default()
        };

        assert_eq!(
            past.parts().map(|part| part.reason),
            [
                "spoke with us 4 times: 3 in person, 1 by voice",
                "brought 2 referrals, 1 hired",
                "not touched for 120 days"
            ]
        );
        assert_eq!(
            Past::default().parts().map(|part| part.reason),
            [
                "never spoken with, only written to",
                "brought no referral yet",
                "not touched for 0 days"
            ]
        );
    }

    #[test]
    fn only_touches_that_were_spoken_have_depth() {
        let touch = |channel, outcome, automated| Touchpoint {
            occurred_at: DateTime::UNIX_EPOCH,
            channel,
            direction: Direction::Mutual,
            outcome,
            automated,
        };
        let history = [
            touch(Channel::Meal, InteractionOutcome::Reached, false),
            touch(Channel::VideoCall, InteractionOutcome::Reached, false),
            touch(Channel::Call, InteractionOutcome::LeftMessage, false),
            touch(Channel::Call, InteractionOutcome::NoAnswer, false),
            touch(Channel::Event, InteractionOutcome::Reached, true),
            touch(Channel::Email, InteractionOutcome::Reached, false),
        ];

        assert_eq!(past_depth(&history), 3 + 2 + 1);
        assert_eq!(past_depth(&[]), 0);
    }

    proptest! {
        #[test]
        fn more_of_anything_never_has_fewer_points(
            in_person in 0..500_i64, referrals in 0..500_i64, days in 0..5_000_i64,
        ) {
            let past = Past { in_person, referrals, days, ..Past::default() };
            let more = Past {
                in_person: in_person + 1,
                referrals: referrals + 1,
                days: days + 1,
                ..past
            };
            for (part, more) in past.parts().iter().zip(more.parts()) {
                prop_assert!(part.points <= more.points && more.points <= more.maximum);
            }
        }

        #[test]
        fn the_order_of_import_does_not_matter_to_depth(
            (history, shuffled) in history().prop_flat_map(|h| (Just(h.clone()), Just(h).prop_shuffle()))
        ) {
            prop_assert_eq!(past_depth(&history), past_depth(&shuffled));
        }
    }
}
