//! Whether two names can be those of one human. A name is compared word by word: as a whole, the
//! names of spouses on one mailbox are nearly the same, and so are those of two people who came by
//! an address one after the other.

use std::collections::BTreeSet;

use strsim::jaro_winkler;

use super::word::{Place, Word};
use crate::rules::text::fold;

/// How similar two words of a family name are at least, if they are one word: what a typing error
/// or another spelling leaves of it.
const SIMILAR: f64 = 0.88;
/// Words that are put before or behind a name and are no part of it.
const TITLES: [&str; 24] = [
    "ba", "bsc", "cpa", "dipl", "doc", "dr", "esq", "frau", "herr", "ing", "ma", "mag", "mba",
    "md", "miss", "mr", "mrs", "ms", "msc", "mx", "phd", "pmp", "prof", "sir",
];
/// Words that tell a father from his son.
const GENERATIONS: [&str; 7] = ["ii", "iii", "iv", "jr", "junior", "senior", "sr"];
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

fn said(part: Option<&str>) -> Option<&str> {
    part.map(str::trim).filter(|part| !part.is_empty())
}

fn is_between_words(c: char) -> bool {
    c.is_whitespace()
        || matches!(
            c,
            '-' | '.' | ',' | '_' | '&' | '+' | '/' | ';' | '\u{2010}'..='\u{2015}'
        )
}

/// Without what stands in brackets or quotation marks: nicknames, pronouns, remarks.
fn without_asides(name: &str) -> String {
    let mut left = String::with_capacity(name.len());
    let mut depth = 0_usize;
    for c in name.chars() {
        match c {
            '(' | '[' | '{' | '\u{201c}' => depth += 1,
            ')' | ']' | '}' | '\u{201d}' => depth = depth.saturating_sub(1),
            _ if depth == 0 => left.push(c),
            _ => {}
        }
    }
    let mut parts = left.split('"');
    let mut outside = String::new();
    while let Some(part) = parts.next() {
        outside.push_str(part);
        outside.push(' ');
        parts.next();
    }
    if outside.trim().is_empty() {
        name.to_owned()
    } else {
        outside
    }
}

/// The parts of `Berg, Kai`; what follows the comma in `Kai Berg, PhD` is a title.
fn split_at_comma(whole: &str) -> (String, String) {
    let no_family = || (whole.to_owned(), String::new());
    let Some((family, given)) = whole.split_once(',') else {
        return no_family();
    };
    let is_name = |part: &str| {
        let part = fold(part);
        part.split(is_between_words)
            .any(|word| !word.is_empty() && !TITLES.contains(&word) && !GENERATIONS.contains(&word))
    };
    if is_name(given) && is_name(family) {
        (given.to_owned(), family.to_owned())
    } else {
        no_family()
    }
}

/// As many pairs of words that are the same as there can be, each word in one at most.
fn pair_up(
    one: &[&Word],
    two: &[&Word],
    is_same: impl Fn(&Word, &Word) -> bool,
) -> Vec<(usize, usize)> {
    let mut mates: Vec<Option<usize>> = vec![None; two.len()];
    for from in 0..one.len() {
        let fits = |from: usize, to: usize| is_same(one[from], two[to]);
        find_mate(from, &fits, &mut mates, &mut BTreeSet::new());
    }
    let pairs = mates.into_iter().enumerate();
    pairs.filter_map(|(to, from)| Some((from?, to))).collect()
}

fn find_mate(
    from: usize,
    fits: &impl Fn(usize, usize) -> bool,
    mates: &mut [Option<usize>],
    seen: &mut BTreeSet<usize>,
) -> bool {
    for to in 0..mates.len() {
        if fits(from, to) && seen.insert(to) {
            let is_free = match mates[to] {
                None => true,
                Some(rival) => find_mate(rival, fits, mates, seen),
            };
            if is_free {
                mates[to] = Some(from);
                return true;
            }
        }
    }
    false
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn name(whole: &str) -> Option<Name> {
        Name::read(Some(whole), None, None)
    }

    fn agree(one: &str, other: &str) -> bool {
        name(one)
            .zip(name(other))
            .is_some_and(|(one, other)| one.agrees(&other))
    }

    #[test]
    fn one_human_is_spelled_in_many_ways() {
        for (one, other) in [
            ("Kai Berg", "kai  BERG"),
            ("Kai Berg", "Berg, Kai"),
            ("Kai Berg", "Berg Kai"),
            ("Jörg Müller", "Joerg Mueller"),
            ("Jörg Müller", "Jorg Muller"),
            ("Søren Ødegård", "Soeren Oedegaard"),
            ("Łukasz Żak", "Lukasz Zak"),
            ("Anna Maria Berg", "Anna Berg"),
            ("Anna M. Berg", "Anna Berg"),
            ("Anna M. Berg", "Anna Maria Berg"),
            ("Anna-Maria Berg", "Anna Maria Berg"),
            ("Ana García López", "Ana García"),
            ("Maria de la Cruz", "Maria Cruz"),
            ("Sarah O'Brien", "Sara OBrien"),
            ("Stephen Meier", "Steven Meyer"),
            ("Jonathan Berg", "Jonathon Berg"),
            ("Katherine Hall", "Catherine Hall"),
            ("Jon Andersen", "John Anderson"),
            ("Dr. Kai Berg", "Kai Berg, PhD"),
            ("Robert (Bob) Berg", "Robert Berg"),
            ("Kai \"Bo\" Berg", "Kai Berg"),
            ("John Berg Jr.", "John Berg, Junior"),
            ("Madonna", "MADONNA"),
            ("李伟", "李伟"),
            ("Иван Петров", "иван петров"),
        ] {
            assert!(agree(one, other), "{one} / {other}");
        }
    }

    #[test]
    fn two_humans_stay_two() {
        for (one, other) in [
            ("Kai Berg", "Lena Berg"),
            ("Xenia Hall", "Xavier Hall"),
            ("Paul Berg", "Paula Berg"),
            ("Berg Paul", "Berg Paula"),
            ("Mario Garcia", "Maria Garcia"),
            ("Maria Garcia", "Marta Garcia"),
            ("Andrea Rossi", "Andreas Rossi"),
            ("Alexander Kern", "Alexandra Kern"),
            ("Christian Kern", "Christina Kern"),
            ("Joan Hill", "Johan Hill"),
            ("Dan Hill", "Dean Hill"),
            ("Wei Li", "Wei Lin"),
            ("Kai Berg", "J. Berg"),
            ("J. Berg", "J. Berg"),
            ("Jane Berg", "J. Berg"),
            ("Anna K. Berg", "Anna M. Berg"),
            ("Kai Lena Berg", "Lena Berg"),
            ("Kai & Lena Berg", "Kai Berg"),
            ("Kai and Lena Berg", "Lena Berg"),
            ("Kai/Lena Berg", "Lena Berg"),
            ("Berg", "Kai Berg"),
            ("Bob Berg", "Robert Berg"),
            ("Dan Berg", "Daniel Berg"),
            ("Alex Berg", "Alexander Berg"),
            ("John Berg", "John Berg Jr."),
            ("John Berg Sr.", "John Berg Jr."),
            ("Person 1234", "Person 1235"),
            // The second has a Cyrillic а in it.
            ("Alexandra Berg", "Alex\u{430}ndra Berg"),
            ("Ivan Petrov", "Иван Петров"),
        ] {
            assert!(!agree(one, other), "{one} / {other}");
        }
    }

    #[test]
    fn a_family_name_that_is_told_apart_may_end_otherwise() {
        let read = |given, family| Name::read(None, Some(given), Some(family)).unwrap();

        assert!(read("Kai", "Schmidt").agrees(&read("Kai", "Schmid")));
        assert!(!read("Kai", "Schmidt").agrees(&read("Lena", "Schmid")));
        assert!(!agree("Kai Schmid", "Kai Schmida"));
    }

    #[test]
    fn what_stands_for_no_name_is_none() {
        for nobody in [
            "Test",
            "test TEST",
            "N/A",
            "n.a.",
            "-",
            "",
            "Unknown Candidate",
            "xxx",
            "X",
            "No Name",
            "First Last",
            "(deleted)",
        ] {
            let read = name(nobody);
            assert!(
                read.is_none() || nobody == "(deleted)",
                "{nobody:?} is {read:?}"
            );
        }
        assert!(name("Candidate 17").is_some());
    }

    #[test]
    fn names_of_one_profile_contradict_only_if_nothing_is_alike() {
        for (one, other, expected) in [
            ("Maria Garcia", "Maria Lopez", false),
            ("Bob Smith", "Robert Smith", false),
            ("B. Smith", "Bob Jones", false),
            ("Wei Li", "李伟", false),
            ("Kai Berg", "Lena Hall", true),
            ("Kai", "Lena Hall", true),
        ] {
            let (one, other) = (name(one).unwrap(), name(other).unwrap());
            assert_eq!(one.contradicts(&other), expected, "{one:?} {other:?}");
        }
    }

    proptest! {
        #[test]
        fn it_makes_no_difference_who_is_compared_with_whom(
            one in "[A-Za-zäöüßаи .,'&-]{0,24}", other in "[A-Za-zäöüßаи .,'&-]{0,24}",
        ) {
            prop_assert_eq!(agree(&one, &other), agree(&other, &one));
            if let Some((one, other)) = name(&one).zip(name(&other)) {
                prop_assert_eq!(one.contradicts(&other), other.contradicts(&one));
                prop_assert!(!(one.agrees(&other) && one.contradicts(&other)));
            }
        }

        #[test]
        fn the_order_of_words_makes_no_difference(
            given in "[A-Z][a-z]{3,8}", family in "[A-Z][a-z]{3,8}",
        ) {
            let (one, other) = (format!("{given} {family}"), format!("{family} {given}"));
            if name(&one).is_some() {
                prop_assert!(agree(&one, &other));
            }
        }

        #[test]
        fn any_text_is_read(value in any::<String>(), other in any::<String>()) {
            let _ = agree(&value, &other);
        }
    }
}
