//! Addresses as people typed them.

use super::name::clean;
use crate::rules::contact_point;

/// What stands in the address field of a system that demands one.
const NOBODY: [&str; 9] = [
    "none@",
    "no@",
    "noemail@",
    "no-email@",
    "na@",
    "n/a@",
    "test@test.",
    "noreply@",
    "no-reply@",
];

/// One e-mail address: also out of `Ada <ada@example.com>` and `mailto:ada@example.com`.
pub(super) fn email(text: &str) -> Option<String> {
    let text = clean(text)?;
    let inner = match (text.rfind('<'), text.rfind('>')) {
        (Some(open), Some(close)) if open < close => &text[open + 1..close],
        _ => &text,
    };
    let address = inner.trim().trim_start_matches("mailto:");
    let address =
        address.trim_matches(|c: char| matches!(c, ';' | ',' | '"' | '\'') || c.is_whitespace());
    let normal = contact_point::email(address).ok()?;
    let is_nobody = NOBODY.iter().any(|nobody| normal.key.starts_with(nobody));
    (!is_nobody).then_some(normal.value)
}

/// One telephone number: worldwide where it can be told, else as typed. A number read in a country
/// that was only assumed is not better known than before, so what is no number there stays too.
pub(super) fn phone(text: &str, region: Option<&str>) -> Option<String> {
    let text = clean(text)?;
    let number = text.trim_start_matches("tel:").trim();
    let normal = contact_point::phone(number, region).ok()?;
    let digits = || normal.key.chars().filter(char::is_ascii_digit);
    if digits().all(|digit| Some(digit) == digits().next()) {
        return None;
    }
    let is_worldwide = normal.key.starts_with('+') && region.is_some();
    let is_plain = is_worldwide && !normal.key.contains(';') && !number.starts_with('+');
    Some(if is_plain { normal.key } else { normal.value })
}

/// One link; on sites of profiles the profile alone, without the language of the page and the
/// country of the site. The bare site says nothing about anybody.
pub(super) fn profile_url(text: &str) -> Option<String> {
    let text = clean(text)?;
    if text.contains('@') && !text.contains('/') {
        return None;
    }
    let normal = contact_point::link(&text).ok()?;
    let (site, path) = normal.key.split_once('/').unwrap_or((&normal.key, ""));
    if !contact_point::is_profile_site(site) {
        return Some(normal.value);
    }
    let is_linked_in = site == "linkedin.com";
    match path {
        "" | "in" | "feed" | "home" => None,
        _ if is_linked_in && !path.contains('/') => None,
        _ if is_linked_in => Some(format!("https://www.{}", normal.key)),
        _ => Some(format!("https://{}", normal.key)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_found_in_what_stands_around_it() {
        for (given, expected) in [
            (" Ada@Example.com ", Some("Ada@Example.com")),
            ("Ada L. <ada@example.com>", Some("ada@example.com")),
            ("mailto:ada@example.com", Some("ada@example.com")),
            ("ada@example.com;", Some("ada@example.com")),
            ("none@example.com", None),
            ("n/a", None),
            ("ada at example.com", None),
        ] {
            assert_eq!(email(given).as_deref(), expected, "{given:?}");
        }
    }

    #[test]
    fn a_number_is_worldwide_where_that_can_be_told() {
        for (given, region, expected) in [
            ("(415) 555-0160", Some("US"), Some("+14155550160")),
            ("07700 900456", Some("GB"), Some("07700 900456")),
            ("+44 7700 900456", Some("US"), Some("+44 7700 900456")),
            ("415-555-0160", None, Some("415-555-0160")),
            ("+1(1)5555555555", Some("US"), Some("+1(1)5555555555")),
            ("ext. 12", None, None),
            ("n/a", None, None),
            ("0000000000", None, None),
            ("1111111", Some("US"), None),
        ] {
            assert_eq!(phone(given, region).as_deref(), expected, "{given:?}");
        }
    }

    #[test]
    fn a_profile_is_the_same_from_every_country() {
        for (given, expected) in [
            (
                "https://sg.linkedin.com/in/Example-Cher/?lang=en",
                Some("https://www.linkedin.com/in/example-cher"),
            ),
            ("linkedin.com/in/jo", Some("https://www.linkedin.com/in/jo")),
            (
                "https://twitter.com/example_cher?lang=en",
                Some("https://x.com/example_cher"),
            ),
            ("mysite.com", Some("https://mysite.com")),
            ("https://www.linkedin.com/", None),
            ("https://www.twitter.com", None),
            ("@ronald", None),
            ("see CV", None),
        ] {
            assert_eq!(profile_url(given).as_deref(), expected, "{given:?}");
        }
    }
}
