//! When a person should be touched next: on the explicit date if one is set, else so many days
//! after the last touch that counts. A missed date stays overdue and is never silently moved.

use chrono::{DateTime, TimeDelta, Utc};
use entity::enums::CadenceReset;

use super::interaction::Touchpoint;

/// The shortest and the longest cadence, in days.
pub const DAYS: std::ops::RangeInclusive<i32> = 1..=3650;

/// What is agreed about touching a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cadence {
    /// The number of days within which they should be touched again.
    pub days: Option<i32>,
    /// Which touches start it anew.
    pub reset: CadenceReset,
    /// The explicit date.
    pub scheduled_at: Option<DateTime<Utc>>,
    /// When the explicit date was set.
    pub scheduled_set_at: Option<DateTime<Utc>>,
    /// When we came to know them: the cadence of somebody never touched runs from there.
    pub created_at: DateTime<Utc>,
    /// They must not be contacted.
    pub do_not_contact: bool,
}

/// When a person was last touched, in each of the ways that a cadence may go by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LastTouches {
    /// By either side.
    pub touch: Option<DateTime<Utc>>,
    /// By us.
    pub outreach: Option<DateTime<Utc>>,
    /// When it was spoken, or in person.
    pub spoken: Option<DateTime<Utc>>,
}

impl LastTouches {
    /// Those of a whole history, in whatever order it is given.
    pub fn of(history: &[Touchpoint]) -> Self {
        let last = |counts: fn(&Touchpoint) -> bool| {
            let touches = history.iter().filter(|touch| counts(touch));
            touches.map(|touch| touch.occurred_at).max()
        };
        Self {
            touch: last(Touchpoint::is_touch),
            outreach: last(Touchpoint::is_outreach),
            spoken: last(Touchpoint::is_spoken),
        }
    }
}

/// Checks a cadence that somebody wishes to set.
pub fn check_days(days: i32) -> Result<(), String> {
    if DAYS.contains(&days) {
        return Ok(());
    }
    Err("is not between 1 and 3650 days".into())
}

/// When the person should be touched next, if ever.
pub fn next_touch_at(cadence: &Cadence, last: &LastTouches) -> Option<DateTime<Utc>> {
    if cadence.do_not_contact {
        return None;
    }
    if let Some(at) = unconsumed_schedule(cadence, last) {
        return Some(at);
    }
    let days = TimeDelta::days(i64::from(cadence.days?));
    let counted = match cadence.reset {
        CadenceReset::AnyTouch => last.touch,
        CadenceReset::Outreach => last.outreach,
        CadenceReset::Spoken => last.spoken,
    };
    let from = counted.unwrap_or(cadence.created_at);
    from.checked_add_signed(days)
}

/// The explicit date, unless an outreach after it was set has done what it was set for.
fn unconsumed_schedule(cadence: &Cadence, last: &LastTouches) -> Option<DateTime<Utc>> {
    let at = cadence.scheduled_at?;
    let set_at = cadence.scheduled_set_at.unwrap_or(cadence.created_at);
    let consumed = last.outreach > Some(set_at);
    (!consumed).then_some(at)
}

#[cfg(test)]
mod tests {
    use entity::enums::{Channel, Direction, InteractionOutcome};
    use proptest::prelude::*;

    use super::{super::reply_clock::tests::history, *};

    fn day(day: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::days(day)
    }

    fn touch(on: i64, channel: Channel, direction: Direction) -> Touchpoint {
        Touchpoint {
            occurred_at: day(on),
            channel,
            direction,
            outcome: InteractionOutcome::Reached,
            automated: false,
        }
    }

    fn next(cadence: &Cadence, history: &[Touchpoint]) -> Option<DateTime<Utc>> {
        next_touch_at(cadence, &LastTouches::of(history))
    }

    fn fortnightly() -> Cadence {
        Cadence {
            days: Some(14),
            reset: CadenceReset::Outreach,
            scheduled_at: None,
            scheduled_set_at: None,
            created_at: day(0),
            do_not_contact: false,
        }
    }

    #[test]
    fn the_cadence_runs_from_the_last_touch_that_resets_it_or_from_creation() {
        let history = [
            touch(10, Channel::Meal, Direction::Mutual),
            touch(20, Channel::Email, Direction::Outbound),
            touch(30, Channel::Email, Direction::Inbound),
        ];
        let with = |reset| Cadence {
            reset,
            ..fortnightly()
        };

        assert_eq!(next(&fortnightly(), &[]), Some(day(14)));
        for (reset, expected) in [
            (CadenceReset::Spoken, 24),
            (CadenceReset::Outreach, 34),
            (CadenceReset::AnyTouch, 44),
        ] {
            assert_eq!(
                next(&with(reset), &history),
                Some(day(expected)),
                "{reset:?}"
            );
        }
    }

    #[test]
    fn an_explicit_date_holds_until_an_outreach_after_it_was_set() {
        let scheduled = Cadence {
            scheduled_at: Some(day(50)),
            scheduled_set_at: Some(day(15)),
            ..fortnightly()
        };
        let before = touch(10, Channel::Email, Direction::Outbound);
        let theirs = touch(16, Channel::Email, Direction::Inbound);
        let ours = touch(17, Channel::Email, Direction::Outbound);

        assert_eq!(next(&scheduled, &[before, theirs]), Some(day(50)));
        assert_eq!(next(&scheduled, &[before, ours]), Some(day(31)));
    }

    #[test]
    fn without_a_cadence_or_with_do_not_contact_there_is_no_next_touch() {
        let none = Cadence {
            days: None,
            ..fortnightly()
        };
        let silent = Cadence {
            do_not_contact: true,
            scheduled_at: Some(day(5)),
            ..fortnightly()
        };

        assert_eq!(next(&none, &[]), None);
        assert_eq!(next(&silent, &[]), None);
        assert!(check_days(0).is_err() && check_days(3651).is_err());
        assert!(check_days(1).is_ok() && check_days(3650).is_ok());
    }

    proptest! {
        #[test]
        fn the_order_of_import_does_not_matter(
            (history, shuffled) in history().prop_flat_map(|h| (Just(h.clone()), Just(h).prop_shuffle()))
        ) {
            prop_assert_eq!(
                next(&fortnightly(), &history),
                next(&fortnightly(), &shuffled)
            );
        }
    }
}
