//! A word every two weeks, whether or not there was news: what the recruiter who follows up does
//! between the scenes.

use entity::enums::Channel;

use super::{
    lines::{Line, ours, together},
    stories::{INES, ODETTE, PELL, TOBIN, WINNIE},
};

/// The days between one word and the next.
const EVERY: i64 = 14;

/// Somebody who is followed up, and between which days, counted back from today.
struct Rhythm {
    person: usize,
    first: i64,
    last: i64,
}

const fn rhythm(person: usize, first: i64, last: i64) -> Rhythm {
    Rhythm {
        person,
        first,
        last,
    }
}

/// Each begins two weeks after a scene and goes on to the next scene, or to today.
static RHYTHMS: [Rhythm; 6] = [
    rhythm(ODETTE, 556, 514),
    rhythm(ODETTE, 486, 24),
    rhythm(TOBIN, 483, 7),
    rhythm(INES, 363, 13),
    rhythm(PELL, 234, 10),
    rhythm(WINNIE, 44, 16),
];

static WORDS: [Line; 5] = [
    ours(
        Channel::Email,
        "Two weeks later",
        "Hello {name}, nothing new from me. How is it going with you?",
    ),
    together(
        Channel::Call,
        "Two weeks later",
        "Called {name} to ask how things are. All is well, nothing to do.",
    ),
    ours(
        Channel::TextMessage,
        "A quick hello",
        "Hello {name}, is there anything I can do for you?",
    ),
    ours(
        Channel::Email,
        "Two weeks later",
        "Hello {name}, two weeks have gone by again. Has anything changed for you?",
    ),
    together(
        Channel::Meal,
        "Lunch",
        "Lunch with {name}. No business, only how life is.",
    ),
];

/// All of them: with whom, how many days ago, and what was said.
pub(super) fn follow_ups() -> impl Iterator<Item = (usize, i64, &'static Line)> {
    RHYTHMS.iter().flat_map(|rhythm| {
        let back = (rhythm.last..=rhythm.first).rev();
        let days = back.step_by(usize::try_from(EVERY).unwrap_or(1));
        let words = WORDS.iter().cycle();
        days.zip(words)
            .map(|(days_ago, words)| (rhythm.person, days_ago, words))
    })
}
