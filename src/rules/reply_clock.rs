//! Who waits for whom. A burst opens with the person's first message after our last outreach and
//! closes with our next one; the mirror image is our outreach without an answer.
//!
//! Late imports arrive in any order, so everything is found again from the whole history: patching
//! the last state would keep a clock running that an older reply had already stopped.
//!
//! Of touches at the same instant, INBOUND counts as the first, then OUTBOUND, then MUTUAL: a reply
//! stamped with the time of its question answers it, and after a conversation nobody waits.

use chrono::{DateTime, Utc};
use entity::enums::{Direction, Turn};

use super::interaction::Touchpoint;

/// What a person's history says about who spoke last and who waits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ReplyClock {
    /// The newest touch.
    pub last_touch_at: Option<DateTime<Utc>>,
    /// The newest touch by the person; a conversation counts.
    pub last_inbound_at: Option<DateTime<Utc>>,
    /// The newest touch by us; a conversation counts.
    pub last_outbound_at: Option<DateTime<Utc>>,
    /// The start of the open burst: the person waits for us since then.
    pub awaiting_reply_since: Option<DateTime<Utc>>,
    /// Our first outreach after the person's last word: we wait for them since then.
    pub waiting_on_them_since: Option<DateTime<Utc>>,
}

impl ReplyClock {
    /// Who is expected to speak next.
    pub fn turn(&self) -> Turn {
        turn(self.awaiting_reply_since, self.waiting_on_them_since)
    }

    /// What it says once a touch has followed that is later than all before it.
    #[must_use]
    pub fn after(mut self, touch: &Touchpoint) -> Self {
        let now = Some(touch.occurred_at);
        self.last_touch_at = now;
        if touch.is_inbound() {
            self.last_inbound_at = now;
            self.waiting_on_them_since = None;
        }
        if touch.is_outreach() {
            self.last_outbound_at = now;
            self.awaiting_reply_since = None;
        }
        match touch.direction {
            Direction::Inbound => {
                self.awaiting_reply_since = self.awaiting_reply_since.or(now);
            }
            Direction::Outbound => {
                self.waiting_on_them_since = self.waiting_on_them_since.or(now);
            }
            Direction::Mutual | Direction::Internal => {}
        }
        self
    }
}

/// Who is expected to speak next, from the two stored times; at most one of them is set.
pub fn turn(
    awaiting_reply_since: Option<DateTime<Utc>>,
    waiting_on_them_since: Option<DateTime<Utc>>,
) -> Turn {
    match (awaiting_reply_since, waiting_on_them_since) {
        (Some(_), _) => Turn::Ours,
        (None, Some(_)) => Turn::Theirs,
        (None, None) => Turn::Nobodys,
    }
}

/// Derives the clock from a person's whole history, in whatever order it is given.
pub fn derive(history: &[Touchpoint]) -> ReplyClock {
    let newest = |counts: fn(&Touchpoint) -> bool| {
        let times = history.iter().filter(|t| counts(t)).map(|t| t.occurred_at);
        times.max()
    };
    let last_inbound_at = newest(Touchpoint::is_inbound);
    let last_outbound_at = newest(Touchpoint::is_outreach);
    let last_conversation_at = newest(is_conversation);
    let oldest = |direction: Direction, waits: &dyn Fn(DateTime<Utc>) -> bool| {
        history
            .iter()
            .filter(|t| t.is_touch() && t.direction == direction && waits(t.occurred_at))
            .map(|t| t.occurred_at)
            .min()
    };
    // `None` is less than every time, so "never" reads as "before everything".
    ReplyClock {
        last_touch_at: newest(Touchpoint::is_touch),
        last_inbound_at,
        last_outbound_at,
        awaiting_reply_since: oldest(Direction::Inbound, &|at| Some(at) > last_outbound_at),
        waiting_on_them_since: oldest(Direction::Outbound, &|at| {
            Some(at) >= last_inbound_at && Some(at) > last_conversation_at
        }),
    }
}

fn is_conversation(touchpoint: &Touchpoint) -> bool {
    touchpoint.is_inbound() && touchpoint.is_outreach()
}

#[cfg(test)]
pub(crate) mod tests {
    use chrono::TimeDelta;
    use entity::enums::{Channel, InteractionOutcome};
    use proptest::prelude::*;

    use super::*;

    fn at(hour: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::hours(hour)
    }

    fn touch(hour: i64, direction: Direction) -> Touchpoint {
        Touchpoint {
            occurred_at: at(hour),
            channel: Channel::Email,
            direction,
            outcome: InteractionOutcome::Reached,
            automated: false,
        }
    }

    /// Histories with many equal times, for that is where order could matter.
    pub(crate) fn history() -> impl Strategy<Value = Vec<Touchpoint>> {
        let direction = prop::sample::select(vec![
            Direction::Inbound,
            Direction::Outbound,
            Direction::Mutual,
            Direction::Internal,
        ]);
        let channel = prop::sample::select(vec![Channel::Email, Channel::Call, Channel::Meal]);
        let outcome = prop::sample::select(vec![
            InteractionOutcome::Reached,
            InteractionOutcome::LeftMessage,
            InteractionOutcome::NoAnswer,
        ]);
        let one = (
            0..12_i64,
            direction,
            channel,
            outcome,
            prop::bool::weighted(0.1),
        )
            .prop_map(
                |(hour, direction, channel, outcome, automated)| Touchpoint {
                    occurred_at: at(hour),
                    channel,
                    direction,
                    outcome,
                    automated,
                },
            );
        prop::collection::vec(one, 0..24)
    }

    /// The definition told as a story, one touch after the other.
    fn told_in_order(history: &[Touchpoint]) -> ReplyClock {
        let mut sorted: Vec<_> = history.iter().filter(|t| t.is_touch()).collect();
        sorted.sort_by_key(|t| (t.occurred_at, t.direction));
        let clock = ReplyClock::default();
        sorted.into_iter().fold(clock, ReplyClock::after)
    }

    #[test]
    fn a_burst_opens_with_the_first_message_and_closes_with_our_next() {
        use Direction::*;
        for (history, awaiting, waiting, turn) in [
            (vec![], None, None, Turn::Nobodys),
            (vec![(1, Inbound)], Some(1), None, Turn::Ours),
            (vec![(1, Inbound), (2, Inbound)], Some(1), None, Turn::Ours),
            (
                vec![(1, Inbound), (2, Outbound)],
                None,
                Some(2),
                Turn::Theirs,
            ),
            (
                vec![(1, Outbound), (2, Outbound)],
                None,
                Some(1),
                Turn::Theirs,
            ),
            (vec![(1, Inbound), (2, Mutual)], None, None, Turn::Nobodys),
            (vec![(1, Mutual), (2, Inbound)], Some(2), None, Turn::Ours),
            (
                vec![(1, Mutual), (2, Outbound)],
                None,
                Some(2),
                Turn::Theirs,
            ),
            (vec![(1, Inbound), (2, Internal)], Some(1), None, Turn::Ours),
            (
                vec![(1, Inbound), (1, Outbound)],
                None,
                Some(1),
                Turn::Theirs,
            ),
            (vec![(1, Inbound), (1, Mutual)], None, None, Turn::Nobodys),
            (vec![(1, Outbound), (1, Mutual)], None, None, Turn::Nobodys),
        ] {
            let touches: Vec<_> = history.iter().map(|(hour, d)| touch(*hour, *d)).collect();

            let clock = derive(&touches);

            assert_eq!(clock.awaiting_reply_since, awaiting.map(at), "{history:?}");
            assert_eq!(clock.waiting_on_them_since, waiting.map(at), "{history:?}");
            assert_eq!(clock.turn(), turn, "{history:?}");
        }
    }

    #[test]
    fn an_automated_acknowledgement_stops_no_clock() {
        let machine = Touchpoint {
            automated: true,
            ..touch(2, Direction::Outbound)
        };

        let clock = derive(&[touch(1, Direction::Inbound), machine]);

        assert_eq!(clock.awaiting_reply_since, Some(at(1)));
        assert_eq!(clock.last_outbound_at, None);
    }

    proptest! {
        #[test]
        fn the_order_of_import_does_not_matter(
            (history, shuffled) in history().prop_flat_map(|h| (Just(h.clone()), Just(h).prop_shuffle()))
        ) {
            prop_assert_eq!(derive(&history), derive(&shuffled));
        }

        #[test]
        fn it_equals_the_story_told_in_order(history in history()) {
            prop_assert_eq!(derive(&history), told_in_order(&history));
        }

        #[test]
        fn never_do_both_sides_wait(history in history()) {
            let clock = derive(&history);
            prop_assert!(clock.awaiting_reply_since.is_none() || clock.waiting_on_them_since.is_none());
        }

        #[test]
        fn saying_a_thing_twice_changes_nothing(history in history()) {
            let twice: Vec<_> = history.iter().chain(&history).copied().collect();
            prop_assert_eq!(derive(&twice), derive(&history));
        }
    }
}
