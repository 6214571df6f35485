//! How long one side waited for the other: the clock's bursts, each with the message that opened it
//! and the one that answered. Their words are told in [`reply_clock`](super::reply_clock).

use chrono::{DateTime, Utc};
use entity::enums::{Direction, Turn};
use uuid::Uuid;

use super::{interaction::Touchpoint, reply_clock::ReplyClock};

/// A touchpoint and the interaction it is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Logged {
    /// The interaction.
    pub interaction: Uuid,
    /// What clocks know of it.
    pub touchpoint: Touchpoint,
}

/// One burst of messages of one side, until the other side spoke.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wait {
    /// Whose answer was awaited: ours or theirs.
    pub turn: Turn,
    /// When the first message came, and which it is.
    pub opened: (DateTime<Utc>, Uuid),
    /// When the answer came, and which it is; none while it is awaited.
    pub closed: Option<(DateTime<Utc>, Uuid)>,
}

/// All waits of a person's whole history, in the order in which they began. The history may be
/// given in any order.
pub fn waits(history: &[Logged]) -> Vec<Wait> {
    let mut touches: Vec<_> = history
        .iter()
        .filter(|logged| logged.touchpoint.is_touch())
        .collect();
    // Of touches at one instant INBOUND comes first and MUTUAL last, as the clock has it.
    touches.sort_by_key(|logged| {
        let touch = logged.touchpoint;
        (touch.occurred_at, touch.direction, logged.interaction)
    });
    let mut told = Told::default();
    for logged in touches {
        let at = (logged.touchpoint.occurred_at, logged.interaction);
        match logged.touchpoint.direction {
            Direction::Inbound => {
                told.close(Turn::Theirs, at);
                told.open(Turn::Ours, at);
            }
            Direction::Outbound => {
                told.close(Turn::Ours, at);
                told.open(Turn::Theirs, at);
            }
            Direction::Mutual => {
                told.close(Turn::Ours, at);
                told.close(Turn::Theirs, at);
            }
            Direction::Internal => {}
        }
    }
    told.waits
}

/// What a touch that is later than all others does to the waits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Turned {
    /// The wait that it answers: whose answer was awaited, and since when.
    pub answered: Option<(Turn, DateTime<Utc>)>,
    /// Whose answer is awaited from it on, if nobody's was yet.
    pub opened: Option<Turn>,
}

/// How the waits that the clock shows go on by a later touch of this direction.
pub fn turned(clock: &ReplyClock, direction: Direction) -> Turned {
    let ours = clock.awaiting_reply_since.map(|since| (Turn::Ours, since));
    let theirs = clock
        .waiting_on_them_since
        .map(|since| (Turn::Theirs, since));
    match direction {
        Direction::Inbound => Turned {
            answered: theirs,
            opened: ours.is_none().then_some(Turn::Ours),
        },
        Direction::Outbound => Turned {
            answered: ours,
            opened: theirs.is_none().then_some(Turn::Theirs),
        },
        Direction::Mutual => Turned {
            answered: ours.or(theirs),
            opened: None,
        },
        Direction::Internal => Turned::default(),
    }
}

/// The waits as far as the story is told; at most the last one is open.
#[derive(Default)]
struct Told {
    waits: Vec<Wait>,
}

impl Told {
    fn open_one(&mut self, turn: Turn) -> Option<&mut Wait> {
        let last = self.waits.last_mut();
        last.filter(|wait| wait.turn == turn && wait.closed.is_none())
    }

    fn open(&mut self, turn: Turn, at: (DateTime<Utc>, Uuid)) {
        if self.open_one(turn).is_none() {
            self.waits.push(Wait {
                turn,
                opened: at,
                closed: None,
            });
        }
    }

    fn close(&mut self, turn: Turn, at: (DateTime<Utc>, Uuid)) {
        if let Some(wait) = self.open_one(turn) {
            wait.closed = Some(at);
        }
    }
}

/// The middle of some durations: of an even number the mean of the two in the middle, rounded down.
/// None of none.
pub fn median(mut seconds: Vec<i64>) -> Option<i64> {
    seconds.sort_unstable();
    let (lower, upper) = (seconds.len().checked_sub(1)? / 2, seconds.len() / 2);
    Some(i64::midpoint(seconds[lower], seconds[upper]))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use chrono::TimeDelta;
    use entity::enums::{Channel, InteractionOutcome};
    use proptest::prelude::*;

    use super::{
        super::reply_clock::{self, tests::history},
        *,
    };

    fn logged(id: u128, hour: i64, direction: Direction) -> Logged {
        Logged {
            interaction: Uuid::from_u128(id),
            touchpoint: Touchpoint {
                occurred_at: DateTime::UNIX_EPOCH + TimeDelta::hours(hour),
                channel: Channel::Email,
                direction,
                outcome: InteractionOutcome::Reached,
                automated: false,
            },
        }
    }

    fn numbered(history: Vec<Touchpoint>) -> Vec<Logged> {
        let logged = |(id, touchpoint)| Logged {
            interaction: Uuid::from_u128(id),
            touchpoint,
        };
        (1..).zip(history).map(logged).collect()
    }

    /// Turn, opening interaction, closing interaction, hours waited.
    fn told(waits: &[Wait]) -> Vec<(Turn, u128, Option<u128>, Option<i64>)> {
        let id = |id: Uuid| id.as_u128();
        let tell = |wait: &Wait| {
            let hours = wait.closed.map(|(at, _)| (at - wait.opened.0).num_hours());
            (
                wait.turn,
                id(wait.opened.1),
                wait.closed.map(|(_, by)| id(by)),
                hours,
            )
        };
        waits.iter().map(tell).collect()
    }

    #[test]
    fn each_burst_is_one_wait_from_its_first_message_to_the_answer() {
        use Direction::*;
        let story = [
            logged(1, 1, Inbound),
            logged(2, 3, Inbound),
            logged(3, 7, Outbound),
            logged(4, 9, Outbound),
            logged(5, 10, Inbound),
            logged(6, 12, Mutual),
            logged(7, 20, Outbound),
        ];

        assert_eq!(
            told(&waits(&story)),
            [
                (Turn::Ours, 1, Some(3), Some(6)),
                (Turn::Theirs, 3, Some(5), Some(3)),
                (Turn::Ours, 5, Some(6), Some(2)),
                (Turn::Theirs, 7, None, None),
            ]
        );
    }

    #[test]
    fn the_median_of_an_even_number_lies_between_the_two_in_the_middle() {
        for (seconds, middle) in [
            (vec![], None),
            (vec![5], Some(5)),
            (vec![9, 1], Some(5)),
            (vec![3, 100, 1], Some(3)),
            (vec![4, 1, 3, 2], Some(2)),
        ] {
            assert_eq!(median(seconds), middle);
        }
    }

    proptest! {
        #[test]
        fn the_order_of_import_does_not_matter(
            (history, shuffled) in history().prop_map(numbered)
                .prop_flat_map(|h| (Just(h.clone()), Just(h).prop_shuffle()))
        ) {
            prop_assert_eq!(waits(&history), waits(&shuffled));
        }

        #[test]
        fn a_later_touch_turns_what_the_clock_shows(history in history(), later in history()) {
            let latest = DateTime::UNIX_EPOCH + TimeDelta::hours(100);
            let later = later.into_iter().find(Touchpoint::is_touch);
            let later = later.map(|touch| Touchpoint { occurred_at: latest, ..touch });
            let mut known = numbered(history.clone());
            let mut told = waits(&known);
            let Some(touchpoint) = later else { return Ok(()) };
            let id = Uuid::from_u128(1000);
            let turned = turned(&reply_clock::derive(&history), touchpoint.direction);

            let open = told.iter_mut().find(|wait| wait.closed.is_none());
            if let Some((turn, since)) = turned.answered {
                let open = open.unwrap();
                prop_assert_eq!((open.turn, open.opened.0), (turn, since));
                open.closed = Some((latest, id));
            }
            if let Some(turn) = turned.opened {
                told.push(Wait { turn, opened: (latest, id), closed: None });
            }

            known.push(Logged { interaction: id, touchpoint });
            prop_assert_eq!(told, waits(&known));
        }

        #[test]
        fn what_is_open_is_what_the_clock_shows(history in history()) {
            let clock = reply_clock::derive(&history);
            let open = |turn| {
                let waits = waits(&numbered(history.clone()));
                waits.iter().find(|w| w.turn == turn && w.closed.is_none()).map(|w| w.opened.0)
            };
            prop_assert_eq!(open(Turn::Ours), clock.awaiting_reply_since);
            prop_assert_eq!(open(Turn::Theirs), clock.waiting_on_them_since);
        }

        #[test]
        fn no_two_waits_have_one_key_and_none_ends_before_it_began(history in history()) {
            let waits = waits(&numbered(history));
            let keys: HashSet<_> = waits.iter().map(|w| (w.turn, w.opened.0)).collect();
            prop_assert_eq!(keys.len(), waits.len());
            prop_assert!(waits.iter().all(|w| w.closed.is_none_or(|(at, _)| at >= w.opened.0)));
        }

        #[test]
        fn removing_what_was_added_restores_the_former_waits(history in history(), at in 0..24_usize) {
            let all = numbered(history);
            let mut some = all.clone();
            if at < some.len() {
                let gone = some.remove(at);
                let before = waits(&some);
                some.push(gone);
                prop_assert_eq!(waits(&some), waits(&all));
                some.pop();
                prop_assert_eq!(waits(&some), before);
            }
        }
    }
}
