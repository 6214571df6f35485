//! Words: how they are cleaned before they are stored, folded before they are compared, and cut up
//! before they are searched.

use std::collections::HashSet;

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// The longest name of a person, a company, a job or a label.
pub const MAX_NAME: usize = 200;
/// The longest headline.
pub const MAX_HEADLINE: usize = 300;
/// The longest subject of an interaction.
pub const MAX_SUBJECT: usize = 500;
/// The longest body or note.
pub const MAX_BODY: usize = 100_000;
/// The longest of everything else.
pub const MAX_OTHER: usize = 500;

/// The most words of a query that are searched for; the rest is ignored.
pub const MAX_SEARCH_TERMS: usize = 8;

/// A value of one line, trimmed: no control characters, at most `max` characters. It may be empty.
pub fn line(value: &str, max: usize) -> Result<String, String> {
    let value = value.trim();
    within(value, max)?;
    if value.chars().any(is_line_break_or_control) {
        return Err("holds a control character or a line break; remove it".into());
    }
    Ok(value.to_owned())
}

/// A value of one line that must say something.
pub fn required_line(value: &str, max: usize) -> Result<String, String> {
    let value = line(value, max)?;
    if value.chars().all(is_invisible) {
        return Err("is empty".into());
    }
    Ok(value)
}

/// A value of several lines, trimmed at its end: tabs and line breaks may stand in it, other
/// control characters not. It may be empty.
pub fn text(value: &str, max: usize) -> Result<String, String> {
    // Line ends are stored one way, or the same text sent from two machines would be a change.
    let value = value.trim().replace("\r\n", "\n").replace('\r', "\n");
    within(&value, max)?;
    if value
        .chars()
        .any(|c| c.is_control() && c != '\n' && c != '\t')
    {
        return Err("holds a control character; only tabs and line breaks are allowed".into());
    }
    Ok(value)
}

fn within(value: &str, max: usize) -> Result<(), String> {
    // A character takes a byte at least, so most values are settled without counting.
    if value.len() <= max || value.chars().count() <= max {
        return Ok(());
    }
    Err(format!("is longer than {max} characters"))
}

fn is_line_break_or_control(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')
}

/// A name of nothing but these would look empty on every page.
fn is_invisible(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{200B}'..='\u{200F}' | '\u{2060}'..='\u{2064}' | '\u{FEFF}')
}

/// The form in which words are compared and sorted: without accents, in small letters, with single
/// spaces. Folding twice changes nothing.
pub fn fold(value: &str) -> String {
    let mut folded = String::with_capacity(value.len());
    for c in value.nfkd().filter(|c| !is_combining_mark(*c)) {
        if c.is_whitespace() {
            if !folded.is_empty() && !folded.ends_with(' ') {
                folded.push(' ');
            }
        } else {
            push_lower(&mut folded, c);
        }
    }
    folded.truncate(folded.trim_end().len());
    folded
}

fn push_lower(folded: &mut String, c: char) {
    for lower in c.to_lowercase() {
        // The two small sigmas differ only by where they stand, and a part of a word must match.
        folded.push(if lower == 'ς' { 'σ' } else { lower });
    }
}

/// The folded words of a text. Anything but a letter or a digit separates words, so neither a body
/// nor a pattern ever holds a character that `LIKE` or a full-text query reads as a command.
fn words(value: &str) -> Vec<String> {
    fold(value)
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(String::from)
        .collect()
}

/// What is searched: each folded word once, behind two spaces. The spaces mark where words begin,
/// and are the same two with which `PostgreSQL` pads a word.
pub fn search_body<'a>(parts: impl IntoIterator<Item = &'a str>) -> String {
    let mut seen = HashSet::new();
    let mut body = String::new();
    for word in parts.into_iter().flat_map(words) {
        if !seen.contains(&word) {
            body.push_str("  ");
            body.push_str(&word);
            seen.insert(word);
        }
    }
    body
}

/// The patterns of a query, all of which a body must contain. A word of three characters or more
/// matches anywhere in a word; a shorter one matches the beginning of a word. So every pattern has
/// three characters at least, and a trigram index can serve it.
pub fn search_terms(query: &str) -> Vec<String> {
    let mut terms: Vec<String> = Vec::new();
    for word in words(query) {
        let is_short = word.chars().nth(2).is_none();
        let term = if is_short { format!("  {word}") } else { word };
        if !terms.contains(&term) {
            terms.push(term);
        }
        if terms.len() == MAX_SEARCH_TERMS {
            break;
        }
    }
    terms
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn finds(query: &str, parts: &[&str]) -> bool {
        let body = search_body(parts.iter().copied());
        let terms = search_terms(query);
        !terms.is_empty() && terms.iter().all(|term| body.contains(term))
    }

    #[test]
    fn folding_removes_accents_case_and_needless_spaces() {
        for (given, folded) in [
            ("  Åsa   Öberg\t", "asa oberg"),
            ("İpek", "ipek"),
            ("ﬁnch", "finch"),
            ("ΟΔΟΣ", "οδοσ"),
            ("οδος", "οδοσ"),
            ("Zoë\u{a0}Straße", "zoe straße"),
            ("", ""),
        ] {
            assert_eq!(fold(given), folded, "{given:?}");
        }
    }

    #[test]
    fn a_search_matches_parts_of_words_and_beginnings_for_short_ones() {
        let parts = ["Marlo O'Finch-Òrsted", "marlo@example.com", "C++ engineer"];
        for (query, found) in [
            ("MARLO", true),
            ("arl", true),
            ("ma", true),
            ("ar", false),
            ("orsted marlo", true),
            ("marlo@example.com", true),
            ("c", true),
            ("marlo robin", false),
            ("%", false),
            ("", false),
        ] {
            assert_eq!(finds(query, &parts), found, "{query:?}");
        }
    }

    #[test]
    fn only_eight_terms_are_searched_and_none_twice() {
        let terms = search_terms("one one two three four five six seven eight nine ten");

        assert_eq!(terms.len(), MAX_SEARCH_TERMS);
        assert_eq!(terms.iter().filter(|term| *term == "one").count(), 1);
    }

    #[test]
    fn values_are_trimmed_and_bounded() {
        assert_eq!(line("  Marlo ", 5).as_deref(), Ok("Marlo"));
        assert_eq!(line("ÖÖÖÖÖ", 5).as_deref(), Ok("ÖÖÖÖÖ"));
        assert!(line("Marlos", 5).is_err());
        assert!(line("a\0b", 5).is_err());
        assert!(line("a\nb", 5).is_err());
        assert!(required_line(" \u{200b} ", 5).is_err());
        assert_eq!(text(" a\r\nb\tc ", 9).as_deref(), Ok("a\nb\tc"));
        assert!(text("a\0b", 9).is_err());
        assert!(text("a\u{1b}b", 9).is_err());
    }

    proptest! {
        #[test]
        fn folding_twice_changes_nothing(value in any::<String>()) {
            let once = fold(&value);
            prop_assert_eq!(fold(&once), once);
        }

        #[test]
        fn a_text_is_found_by_each_of_its_own_words(value in any::<String>()) {
            let body = search_body([value.as_str()]);
            for term in search_terms(&value) {
                prop_assert!(term.chars().count() >= 3);
                prop_assert!(body.contains(&term));
            }
        }

        #[test]
        fn patterns_hold_only_letters_digits_and_leading_spaces(value in any::<String>()) {
            for term in search_terms(&value) {
                prop_assert!(term.trim_start().chars().all(char::is_alphanumeric));
            }
        }

        #[test]
        fn cleaning_twice_changes_nothing(value in any::<String>()) {
            if let Ok(clean) = text(&value, MAX_BODY) {
                prop_assert_eq!(text(&clean, MAX_BODY), Ok(clean));
            }
        }
    }
}
