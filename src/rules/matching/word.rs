//! One word of a name, and whether two are the same word.

use strsim::jaro_winkler;

/// How similar the words of family names are at least, if they are one.
const SIMILAR: f64 = 0.88;
/// How similar given names are at least. They have more near neighbours: `Maria` and `Marta`,
/// `Martin` and `Marvin` are two people at one table.
const SIMILAR_GIVEN: f64 = 0.93;
/// Shorter words are the same only if they are spelled alike.
const SHORTEST_SIMILAR: usize = 4;
/// Shorter given names are the same only if they are spelled alike.
const SHORTEST_SIMILAR_GIVEN: usize = 6;

/// Where a word stands in a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Place {
    /// It is said to be a given name, or nothing is said of it.
    Given,
    /// It comes last, where most write the family name.
    Last,
    /// It is said to be of the family name.
    Family,
}

/// A folded word of a name.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Word {
    text: String,
    pub(super) place: Place,
}

/// The alphabets between which letters look alike, one bit each, and one for all others.
const LATIN: u8 = 1;
const GREEK: u8 = 2;
const CYRILLIC: u8 = 4;
const OTHER: u8 = 8;

impl Word {
    pub(super) fn new(folded: &str, place: Place) -> Self {
        let text = folded.chars().flat_map(in_plain_letters).collect();
        Self { text, place }
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// A single letter of an alphabet, which stands for a word.
    pub(super) fn is_initial(&self) -> bool {
        let mut letters = self.text.chars();
        matches!((letters.next(), letters.next()), (Some(one), None) if script_of(one) != OTHER)
    }

    pub(super) fn has_digit(&self) -> bool {
        self.text.chars().any(char::is_numeric)
    }

    pub(super) fn is_one_letter_repeated(&self) -> bool {
        let mut letters = self.text.chars();
        let first = letters.next();
        first.is_some_and(|c| script_of(c) != OTHER) && letters.all(|letter| Some(letter) == first)
    }

    /// One is the first letter of the other.
    pub(super) fn shortens(&self, other: &Self) -> bool {
        (self.is_initial() || other.is_initial())
            && self.text.chars().next() == other.text.chars().next()
    }

    /// Whether they are one word. A letter that only looks like another makes it another word.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        if self.text == other.text {
            return true;
        }
        let shorter = self.length().min(other.length());
        if shorter < 2 || self.has_digit() || other.has_digit() || self.scripts() != other.scripts()
        {
            return false;
        }
        let (one, two) = (spelling(&self.text), spelling(&other.text));
        if one == two {
            return true;
        }
        let ends_alike = one.chars().next_back() == two.chars().next_back();
        let similarity = jaro_winkler(&self.text, &other.text);
        match (self.place, other.place) {
            (Place::Family, Place::Family) => shorter >= SHORTEST_SIMILAR && similarity >= SIMILAR,
            (Place::Given, _) | (_, Place::Given) => {
                // Those of men and women differ by their ends, typing errors by anything.
                shorter >= SHORTEST_SIMILAR_GIVEN && similarity >= SIMILAR_GIVEN && ends_alike
            }
            _ => shorter >= SHORTEST_SIMILAR && similarity >= SIMILAR && ends_alike,
        }
    }

    /// Whether nothing can be said of how alike they are, because they are written in different
    /// scripts.
    pub(super) fn is_of_another_script(&self, other: &Self) -> bool {
        self.scripts() & other.scripts() == 0
    }

    fn length(&self) -> usize {
        self.text.chars().count()
    }

    fn scripts(&self) -> u8 {
        let letters = self.text.chars();
        letters.fold(0, |scripts, letter| scripts | script_of(letter))
    }
}

fn script_of(letter: char) -> u8 {
    match letter {
        'a'..='z' | '\u{c0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}' => LATIN,
        '\u{370}'..='\u{3ff}' | '\u{1f00}'..='\u{1fff}' => GREEK,
        '\u{400}'..='\u{52f}' => CYRILLIC,
        _ => OTHER,
    }
}

/// Letters that no decomposition makes plain, as they are written where they are missing.
fn in_plain_letters(letter: char) -> impl Iterator<Item = char> {
    let plain: &[char] = match letter {
        'ß' => &['s', 's'],
        'æ' => &['a', 'e'],
        'œ' => &['o', 'e'],
        'ø' => &['o'],
        'ð' | 'đ' => &['d'],
        'þ' => &['t', 'h'],
        'ł' => &['l'],
        'ı' => &['i'],
        _ => &[],
    };
    let itself = plain.is_empty().then_some(letter);
    plain.iter().copied().chain(itself)
}

/// What is left of a word where spellings that sound alike are spelled alike: `Sarah` and `Sara`,
/// `Stephen` and `Steven`, `Catherine` and `Katherine`, `Mueller` and `Muller`.
fn spelling(word: &str) -> String {
    let word = word
        .replace("ph", "f")
        .replace("th", "t")
        .replace("ck", "k")
        .replace("ae", "a")
        .replace("oe", "o")
        .replace("ue", "u")
        .replace("aa", "a");
    let letters: Vec<char> = word.chars().collect();
    let mut spelled = String::with_capacity(word.len());
    for (place, letter) in letters.iter().enumerate() {
        let next = letters.get(place + 1);
        let plain = match letter {
            'c' => 'k',
            'v' => 'f',
            'y' if place > 0 => 'i',
            'h' if place > 0 && next.is_none_or(|next| !is_vowel(*next)) => continue,
            other => *other,
        };
        if !spelled.ends_with(plain) {
            spelled.push(plain);
        }
    }
    spelled
}

fn is_vowel(letter: char) -> bool {
    matches!(letter, 'a' | 'e' | 'i' | 'o' | 'u' | 'y')
}
