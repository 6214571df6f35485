//! What a name as it was written is made of.

use crate::rules::text::fold;

/// Words that are put before or behind a name and are no part of it.
pub(super) const TITLES: [&str; 24] = [
    "ba", "bsc", "cpa", "dipl", "doc", "dr", "esq", "frau", "herr", "ing", "ma", "mag", "mba",
    "md", "miss", "mr", "mrs", "ms", "msc", "mx", "phd", "pmp", "prof", "sir",
];
/// Words that tell a father from his son.
pub(super) const GENERATIONS: [&str; 7] = ["ii", "iii", "iv", "jr", "junior", "senior", "sr"];

pub(super) fn said(part: Option<&str>) -> Option<&str> {
    part.map(str::trim).filter(|part| !part.is_empty())
}

pub(super) fn is_between_words(c: char) -> bool {
    c.is_whitespace()
        || matches!(
            c,
            '-' | '.' | ',' | '_' | '&' | '+' | '/' | ';' | '\u{2010}'..='\u{2015}'
        )
}

/// Without what stands in brackets or quotation marks: nicknames, pronouns, remarks.
pub(super) fn without_asides(name: &str) -> String {
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
pub(super) fn split_at_comma(whole: &str) -> (String, String) {
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
