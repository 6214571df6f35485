//! Names and other short texts as people typed them.

use unicode_normalization::UnicodeNormalization;

/// What people and programs write where there is nothing to write.
const PLACEHOLDERS: [&str; 14] = [
    "-",
    "--",
    ".",
    "?",
    "n/a",
    "na",
    "n.a.",
    "none",
    "null",
    "nil",
    "undefined",
    "unknown",
    "not available",
    "#n/a",
];
/// What may stand behind a comma in a name that is not turned around.
const BEHIND: [&str; 14] = [
    "jr", "jr.", "sr", "sr.", "ii", "iii", "iv", "phd", "ph.d.", "mba", "md", "m.d.", "cpa", "esq.",
];

/// The text without control characters and blanks around it; none if it says nothing.
pub(super) fn clean(text: &str) -> Option<String> {
    let kept: String = text
        .nfc()
        .filter(|c| !c.is_control() || matches!(c, '\n' | '\t'))
        .collect();
    let kept = kept.trim();
    // Exports guard cells that would be formulas with an apostrophe, ours among them.
    let kept = match kept.strip_prefix('\'') {
        Some(cell) if cell.starts_with(['=', '+', '-', '@']) => cell,
        _ => kept,
    };
    let says_nothing = PLACEHOLDERS.contains(&kept.to_lowercase().as_str());
    (!kept.is_empty() && !says_nothing).then(|| kept.to_owned())
}

/// A person's name in one line, the given name first.
pub(super) fn person(text: &str) -> Option<String> {
    let name = clean(text)?;
    let words: Vec<_> = name.split_whitespace().collect();
    let name = words.join(" ");
    let turned = match name.split_once(", ").or_else(|| name.split_once(',')) {
        Some((family, given)) if is_turned(family, given) => format!("{given} {family}"),
        _ => name,
    };
    turned.chars().any(char::is_alphabetic).then_some(turned)
}

fn is_turned(family: &str, given: &str) -> bool {
    let is_title = BEHIND.contains(&given.to_lowercase().as_str());
    !family.is_empty() && !given.is_empty() && !given.contains(',') && !is_title
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_line_with_the_given_name_first() {
        for (given, expected) in [
            ("  Ada \u{a0} Lovelace\r\n", Some("Ada Lovelace")),
            ("Nair, Meera", Some("Meera Nair")),
            ("NAIR,MEERA K", Some("MEERA K NAIR")),
            ("Sam Field, Jr.", Some("Sam Field, Jr.")),
            ("Jo Finch, PhD, MBA", Some("Jo Finch, PhD, MBA")),
            ("A\u{30a}kesson", Some("Åkesson")),
            ("N/A", None),
            ("-", None),
            ("...", None),
            ("", None),
        ] {
            assert_eq!(person(given).as_deref(), expected, "{given:?}");
        }
    }

    #[test]
    fn a_text_that_says_nothing_is_none() {
        assert_eq!(clean(" two\nlines\u{0} ").as_deref(), Some("two\nlines"));
        assert_eq!(
            clean("'+44 7700 900456").as_deref(),
            Some("+44 7700 900456")
        );
        assert_eq!(clean("'t Hart").as_deref(), Some("'t Hart"));
        for nothing in ["", "  ", "n/a", "None", "NULL", "-", "\u{7}"] {
            assert_eq!(clean(nothing), None, "{nothing:?}");
        }
    }
}
