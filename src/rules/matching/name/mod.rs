//! Whether two names can be those of one human. A name is compared word by word: as a whole, the
//! names of spouses on one mailbox are nearly the same, and so are those of two people who came by
//! an address one after the other.

mod pairs;
mod parts;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use strsim::jaro_winkler;

use self::{
    pairs::pair_up,
    parts::{GENERATIONS, TITLES, is_between_words, said, split_at_comma, without_asides},
};
use super::word::{Place, Word};
use crate::rules::text::fold;

/// How similar two words of a family name are at least, if they are one word: what a typing error
/// or another spelling leaves of it.
const SIMILAR: f64 = 0.88;
/// Small words within family names, which one system writes and another leaves out.
const PARTICLES: [&str; 21] = [
    "al", "bin", "bint", "da", "das", "de", "del", "den", "der", "di", "do", "dos", "du", "el",
    "ibn", "la", "le", "van", "von", "zu", "zum",
];
/// What stands where nobody wrote a name.
const NOBODY: [&str; 27] = [
    "anonymised",
    "anonymized",
    "anonymous",
    "applicant",
    "candidate",
    "contact",
    "deleted",
    "dummy",
    "empty",
    "first",
    "firstname",
    "last",
    "lastname",
    "n",
    "a",
    "na",
    "name",
    "no",
    "none",
    "null",
    "redacted",
    "surname",
    "tbd",
    "test",
    "undefined",
    "unknown",
    "user",
];

/// A name that says who somebody is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Name {
    words: Vec<Word>,
    generation: Option<String>,
    /// It names several people, as on the mailbox of a couple.
    is_several: bool,
}

impl Name {
    /// Reads a name from what is said of it: the whole, and its parts where they are known apart.
    /// None if that names nobody.
    pub fn read(whole: Option<&str>, given: Option<&str>, family: Option<&str>) -> Option<Self> {
        let (given, family) = match (said(given), said(family)) {
            (Some(given), Some(family)) => (given.to_owned(), family.to_owned()),
            _ => split_at_comma(&without_asides(said(whole)?)),
        };
        let parts = [(given, Place::Given), (family, Place::Family)];
        let mut name = Self {
            words: Vec::new(),
            generation: None,
            is_several: false,
        };
        for (part, place) in parts {
            let part = fold(&without_asides(&part));
            name.is_several |= part.contains(['&', '+', '/', ';'])
                || part.split(' ').any(|word| word == "and" || word == "und");
            for word in part.split(is_between_words).filter(|word| !word.is_empty()) {
                name.take(word, place);
            }
        }
        name.settle();
        let is_nobody =
            |word: &Word| NOBODY.contains(&word.text()) || word.is_one_letter_repeated();
        (!name.words.iter().all(is_nobody)).then_some(name)
    }

    fn take(&mut self, word: &str, place: Place) {
        let word: String = word.chars().filter(|c| c.is_alphanumeric()).collect();
        if GENERATIONS.contains(&word.as_str()) {
            let short = match word.as_str() {
                "junior" => "jr",
                "senior" => "sr",
                short => short,
            };
            self.generation = Some(short.to_owned());
        } else if !word.is_empty() && !TITLES.contains(&word.as_str()) {
            self.words.push(Word::new(&word, place));
        }
    }

    /// Leaves particles out where enough remains, and takes the last word for the family name if
    /// nothing says which it is.
    fn settle(&mut self) {
        let is_particle = |word: &Word| PARTICLES.contains(&word.text());
        let rest = self.words.iter().filter(|word| !is_particle(word));
        if rest.filter(|word| !word.is_initial()).count() >= 2 {
            self.words.retain(|word| !is_particle(word));
        }
        let is_told = self.words.iter().any(|word| word.place == Place::Family);
        if !is_told
            && self.words.len() > 1
            && let Some(last) = self.words.last_mut()
        {
            last.place = Place::Last;
        }
    }

    /// Whether they are the same name, by one human's spelling or another's. Every word of the
    /// shorter stands in the longer, two at least; whatever the longer has besides is a middle
    /// name or a second family name, for the first word of the longer must be among the equals.
    pub fn agrees(&self, other: &Self) -> bool {
        if self.is_several || other.is_several || self.generation != other.generation {
            return false;
        }
        let (one, two) = (self.full_words(), other.full_words());
        let pairs = pair_up(&one, &two, Word::is_same);
        let shorter = one.len().min(two.len());
        if pairs.len() < shorter {
            return false;
        }
        if shorter < 2 {
            // One word is a whole name only if neither has more, not even an initial.
            return self.words.len() == 1 && other.words.len() == 1 && shorter == 1;
        }
        let left_of = |name: &Self, full: &[&Word], taken: &BTreeSet<usize>| {
            let left = full.iter().enumerate();
            let left = left.filter(|(place, _)| !taken.contains(place));
            let left: Vec<Word> = left.map(|(_, word)| (*word).clone()).collect();
            let initials = name.words.iter().filter(|word| word.is_initial()).cloned();
            left.into_iter().chain(initials).collect::<Vec<_>>()
        };
        let ours = pairs.iter().map(|(ours, _)| *ours).collect();
        let theirs = pairs.iter().map(|(_, theirs)| *theirs).collect();
        begins_alike(&one, &two, &ours, &theirs)
            && may_be_the_rest(&left_of(self, &one, &ours), &left_of(other, &two, &theirs))
    }

    /// Whether they have nothing in common that one human's names have: not one word alike, and
    /// written in one script.
    pub fn contradicts(&self, other: &Self) -> bool {
        let close = |one: &Word, other: &Word| {
            one.is_of_another_script(other)
                || one.is_same(other)
                || one.shortens(other)
                || (!one.has_digit() && jaro_winkler(one.text(), other.text()) >= SIMILAR)
        };
        let mut pairs = self
            .words
            .iter()
            .flat_map(|one| other.words.iter().map(move |two| (one, two)));
        !pairs.any(|(one, two)| close(one, two))
    }

    /// The words in one order, by which names that are spelled alike are found.
    pub fn key(&self) -> String {
        let mut words: Vec<_> = self.words.iter().map(Word::text).collect();
        words.sort_unstable();
        let generation = self.generation.as_deref().unwrap_or_default();
        format!(
            "{} {generation}{}",
            words.join(" "),
            u8::from(self.is_several)
        )
    }

    fn full_words(&self) -> Vec<&Word> {
        self.words
            .iter()
            .filter(|word| !word.is_initial())
            .collect()
    }
}

/// Whether the first word of the longer name is one that the shorter has: `Kai Lena Berg` is not
/// the `Lena Berg` of the same mailbox.
fn begins_alike(
    one: &[&Word],
    two: &[&Word],
    ours: &BTreeSet<usize>,
    theirs: &BTreeSet<usize>,
) -> bool {
    (one.len() <= two.len() || ours.contains(&0)) && (two.len() <= one.len() || theirs.contains(&0))
}

/// Whether the words that are left of two names do not speak against each other: `Anna K. Berg` is
/// not `Anna M. Berg`, while either may be `Anna Berg`.
fn may_be_the_rest(one: &[Word], two: &[Word]) -> bool {
    let fits = |one: &Word, two: &Word| one.is_same(two) || one.shortens(two);
    let one: Vec<_> = one.iter().collect();
    let two: Vec<_> = two.iter().collect();
    pair_up(&one, &two, fits).len() == one.len().min(two.len())
}
