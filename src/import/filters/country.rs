//! Countries by the names that people and systems give them, as ISO 3166-1 alpha-2 codes.

/// Each code with the names it goes by, in small letters.
const NAMES: &str = include_str!("countries.txt");

/// The code of the country of that name or code.
pub(super) fn code(text: &str) -> Option<String> {
    let wanted = text.trim().trim_end_matches('.').to_lowercase();
    let wanted = wanted.trim_start_matches("the ");
    if wanted.is_empty() {
        return None;
    }
    NAMES.lines().find_map(|line| {
        let mut names = line.split(';');
        let code = names.next()?;
        let is_named = code.eq_ignore_ascii_case(wanted) || names.any(|name| name == wanted);
        is_named.then(|| code.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_codes_lead_to_the_code() {
        for (given, expected) in [
            ("India", Some("IN")),
            ("in", Some("IN")),
            ("USA", Some("US")),
            ("United States of America", Some("US")),
            ("the Netherlands", Some("NL")),
            ("Deutschland", Some("DE")),
            ("England", Some("GB")),
            ("UK", Some("GB")),
            ("Côte d'Ivoire", Some("CI")),
            ("Narnia", None),
            ("", None),
        ] {
            assert_eq!(code(given).as_deref(), expected, "{given}");
        }
    }

    #[test]
    fn every_line_begins_with_a_code_of_its_own() {
        let codes: Vec<_> = NAMES
            .lines()
            .map(|line| line.split(';').next().unwrap())
            .collect();

        assert!(
            codes
                .iter()
                .all(|code| code.len() == 2 && code.bytes().all(|b| b.is_ascii_uppercase()))
        );
        assert!(codes.is_sorted() && codes.len() == 249, "{}", codes.len());
    }
}
