//! The agenda: why a person stands on it, and what comes first.
//!
//! A reason is either owed, because somebody waits for it, or our own idea. What is our own idea
//! is left out for people whom nobody may contact; what is owed to them stays.

mod matter;

use chrono::{DateTime, Months, TimeDelta, Utc};
use entity::enums::AgendaReasonKind as Kind;

pub use self::matter::Matter;

/// The order of the reasons: what comes first is done first.
pub const ORDER: [Kind; 8] = [
    Kind::PromiseOverdue,
    Kind::ReplyLate,
    Kind::LowFeedback,
    Kind::OutcomeNotShared,
    Kind::ReferralLoopOpen,
    Kind::PromiseDue,
    Kind::ReferrerNotThanked,
    Kind::TouchDue,
];

/// How long before it is due a promise comes up.
pub const PROMISE_COMES_UP: TimeDelta = TimeDelta::days(1);
/// How long a low score comes up.
pub const FEEDBACK_COMES_UP: TimeDelta = TimeDelta::days(30);
/// The highest score that is low: with it a person is a detractor, as the net promoter score has
/// it (Reichheld, "The One Number You Need to Grow", 2003).
pub const LOW_SCORE: i32 = 6;

/// Where a reason stands in the order: from 1, for what comes first.
pub fn rank(kind: Kind) -> i32 {
    match kind {
        Kind::PromiseOverdue => 1,
        Kind::ReplyLate => 2,
        Kind::LowFeedback => 3,
        Kind::OutcomeNotShared => 4,
        Kind::ReferralLoopOpen => 5,
        Kind::PromiseDue => 6,
        Kind::ReferrerNotThanked => 7,
        Kind::TouchDue => 8,
    }
}

/// The reason that stands at this place.
pub fn at_rank(rank: i32) -> Option<Kind> {
    ORDER
        .get(usize::try_from(rank).ok()?.checked_sub(1)?)
        .copied()
}

/// From when, or until when, a matter must date to be on the agenda at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Thresholds {
    /// The time for which the agenda is.
    pub now: DateTime<Utc>,
    /// How long they may wait for an answer.
    pub reply_target: TimeDelta,
    /// How long news may be kept from them.
    pub silence_limit: TimeDelta,
    /// How long thanks may take.
    pub thank_within: TimeDelta,
}

impl Thresholds {
    /// They wrote before this.
    pub fn replies_before(&self) -> DateTime<Utc> {
        self.now - self.reply_target
    }

    /// There was news before this.
    pub fn news_before(&self) -> DateTime<Utc> {
        self.now - self.silence_limit
    }

    /// They referred somebody before this.
    pub fn referred_before(&self) -> DateTime<Utc> {
        self.now - self.thank_within
    }

    /// A promise falls due at this time or before.
    pub fn promises_until(&self) -> DateTime<Utc> {
        self.now + PROMISE_COMES_UP
    }

    /// The score was given at this time or later.
    pub fn feedback_from(&self) -> DateTime<Utc> {
        self.now - FEEDBACK_COMES_UP
    }
}

/// Checks until when somebody wishes not to be reminded.
pub fn check_snooze(until: DateTime<Utc>, now: DateTime<Utc>) -> Result<(), String> {
    let latest = now.checked_add_months(Months::new(12));
    if until <= now {
        Err("lies in the past; choose a time to come".into())
    } else if latest.is_some_and(|latest| until > latest) {
        Err("lies more than a year ahead; choose an earlier time".into())
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(day: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::days(day)
    }

    #[test]
    fn every_reason_has_its_place() {
        for (place, kind) in (1..).zip(ORDER) {
            assert_eq!((rank(kind), at_rank(place)), (place, Some(kind)));
        }
        assert_eq!((at_rank(0), at_rank(9), at_rank(-1)), (None, None, None));
    }

    #[test]
    fn a_snooze_ends_in_the_year_to_come() {
        for (until, fits) in [
            (day(99), false),
            (day(100), false),
            (day(100) + TimeDelta::seconds(1), true),
            (day(465), true),
            (day(465) + TimeDelta::seconds(1), false),
        ] {
            assert_eq!(check_snooze(until, day(100)).is_ok(), fits, "{until}");
        }
    }
}
