//! The normal forms of the ways to reach a person. Two that lead to the same place have the same
//! key, however they were typed.

use phonenumber::{Mode, country};
use url::Url;

/// The longest e-mail address that mail servers carry.
const MAX_EMAIL: usize = 254;
/// The longest link; browsers take more, profiles do not need it.
const MAX_LINK: usize = 1000;
/// The longest telephone number as typed, with all its brackets and words.
const MAX_PHONE: usize = 100;

/// Sites on which the path alone says who it is, in whatever case it is typed.
const PROFILE_HOSTS: [&str; 9] = [
    "facebook.com",
    "github.com",
    "gitlab.com",
    "instagram.com",
    "linkedin.com",
    "medium.com",
    "twitter.com",
    "x.com",
    "xing.com",
];

/// A way to reach a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Normal {
    /// As it was given, trimmed.
    pub value: String,
    /// The normal form, by which equal ones are found.
    pub key: String,
}

/// An e-mail address. Its two parts are folded to small letters: the domain because it means the
/// same, the part before the @ because no mail server in use tells them apart.
pub fn email(value: &str) -> Result<Normal, String> {
    let value = value.trim();
    let malformed = || "is not an e-mail address such as jo@example.com".to_owned();
    let (local, domain) = value.split_once('@').ok_or_else(malformed)?;
    let is_blank = |c: char| c.is_whitespace() || c.is_control();
    if local.is_empty() || domain.contains('@') || value.contains(is_blank) {
        return Err(malformed());
    }
    let domain = idna::domain_to_ascii_strict(domain.trim_end_matches('.'))
        .map_err(|_| malformed())?
        .to_lowercase();
    if !domain.contains('.') {
        return Err(malformed());
    }
    let key = format!("{}@{domain}", local.to_lowercase());
    if key.len() > MAX_EMAIL || value.len() > MAX_EMAIL {
        return Err(format!("is longer than {MAX_EMAIL} characters"));
    }
    Ok(Normal {
        value: value.to_owned(),
        key,
    })
}

/// A telephone number. `region` is the ISO code of the country in which a number without a country
/// code is read, such as the person's own. Where the number makes no sense as one of the world's,
/// its digits are the key: an extension of an office is worth keeping too.
pub fn phone(value: &str, region: Option<&str>) -> Result<Normal, String> {
    let value = value.trim();
    if value.len() > MAX_PHONE {
        return Err(format!("is longer than {MAX_PHONE} characters"));
    }
    if value.contains(char::is_control) {
        return Err("holds a control character".into());
    }
    let digits = plain_digits(value);
    let count = digits.trim_start_matches('+').len();
    if count < 5 {
        return Err("is not a telephone number: it has fewer than 5 digits".into());
    }
    let international = digits
        .strip_prefix("00")
        .map_or_else(|| value.to_owned(), |rest| format!("+{rest}"));
    Ok(Normal {
        key: worldwide(&international, region).unwrap_or(digits),
        value: value.to_owned(),
    })
}

/// The digits, behind a plus if there was one.
fn plain_digits(value: &str) -> String {
    let plus = value.trim_start_matches(['(', ' ']).starts_with('+');
    let digits = value.chars().filter(char::is_ascii_digit);
    plus.then_some('+').into_iter().chain(digits).collect()
}

/// The number as E.164 writes it, if it is one.
fn worldwide(value: &str, region: Option<&str>) -> Option<String> {
    let region: Option<country::Id> =
        region.and_then(|code| code.trim().to_ascii_uppercase().parse().ok());
    let number = phonenumber::parse(region, value).ok()?;
    if !number.is_valid() {
        return None;
    }
    let mut key = number.format().mode(Mode::E164).to_string();
    // Two people behind one switchboard are two numbers.
    if let Some(extension) = number.extension() {
        key.push_str(";ext=");
        key.push_str(extension.as_ref());
    }
    Some(key)
}

/// A link to a profile or a page: `http` or `https`, which is added where it is missing. The key
/// has no scheme, no `www.`, no fragment and no final slash; on sites of profiles it is the path of
/// the profile alone, in small letters.
pub fn link(value: &str) -> Result<Normal, String> {
    let value = value.trim();
    if value.len() > MAX_LINK {
        return Err(format!("is longer than {MAX_LINK} characters"));
    }
    let malformed = || "is not a link such as https://example.com/jo".to_owned();
    if value.contains(|c: char| c.is_whitespace() || c.is_control()) {
        return Err(malformed());
    }
    let value = if value.contains("://") {
        value.to_owned()
    } else {
        format!("https://{value}")
    };
    let url = Url::parse(&value).map_err(|_| malformed())?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err("is not a link that begins with http:// or https://".into());
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("holds a user name or a password; leave it out".into());
    }
    let host = url.host_str().filter(|host| host.contains('.'));
    let key = link_key(&url, host.ok_or_else(malformed)?);
    Ok(Normal { value, key })
}

/// Whether profiles stand on that site, as the key of a link names it.
pub fn is_profile_site(site: &str) -> bool {
    PROFILE_HOSTS.contains(&site)
}

fn link_key(url: &Url, host: &str) -> String {
    let host = host.trim_end_matches('.');
    let host = host.strip_prefix("www.").unwrap_or(host);
    if let Some(site) = profile_host(host) {
        let path = url.path().to_lowercase();
        return format!("{site}{}", profile_path(site, path.trim_end_matches('/')));
    }
    let port = url.port().map(|port| format!(":{port}"));
    let query = url.query().map(|query| format!("?{query}"));
    format!(
        "{host}{}{}{}",
        port.unwrap_or_default(),
        url.path().trim_end_matches('/'),
        query.unwrap_or_default()
    )
}

/// The site without the part that names a country or a kind of device, as in `uk.linkedin.com`.
fn profile_host(host: &str) -> Option<&'static str> {
    let site = PROFILE_HOSTS.into_iter().find(|site| {
        let before = host.strip_suffix(site);
        before.is_some_and(|before| {
            before.is_empty()
                || before == "m."
                || (*site == "linkedin.com" && before.ends_with('.'))
        })
    })?;
    Some(if site == "twitter.com" { "x.com" } else { site })
}

/// The path without what follows the name on `LinkedIn`, such as the language of the page.
fn profile_path(site: &str, path: &str) -> String {
    let slug = path
        .strip_prefix("/in/")
        .and_then(|rest| rest.split('/').next());
    match slug {
        Some(slug) if site == "linkedin.com" => format!("/in/{slug}"),
        _ => path.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn key(normal: Result<Normal, String>) -> Option<String> {
        normal.ok().map(|normal| normal.key)
    }

    #[test]
    fn an_email_is_folded_and_its_domain_written_in_ascii() {
        for (given, expected) in [
            (" Jo.Finch@Example.COM ", Some("jo.finch@example.com")),
            ("jo@bücher.example", Some("jo@xn--bcher-kva.example")),
            ("jo@example.com.", Some("jo@example.com")),
            ("jo+jobs@example.com", Some("jo+jobs@example.com")),
            ("jo", None),
            ("jo@", None),
            ("@example.com", None),
            ("jo@example", None),
            ("jo@@example.com", None),
            ("jo@a@example.com", None),
            ("jo finch@example.com", None),
            ("jo\0@example.com", None),
            ("jo@exa mple.com", None),
            ("jo@-example.com", None),
            ("n/a", None),
        ] {
            assert_eq!(key(email(given)).as_deref(), expected, "{given:?}");
        }
        assert!(email(&format!("{}@example.com", "a".repeat(300))).is_err());
    }

    #[test]
    fn a_phone_is_written_as_e164_where_it_can_be() {
        for (given, region, expected) in [
            ("+44 20 7946 0018", None, Some("+442079460018")),
            ("020 7946 0018", Some("GB"), Some("+442079460018")),
            ("020 7946 0018", Some("gb"), Some("+442079460018")),
            ("020 7946 0018", None, Some("02079460018")),
            ("0044 20 7946 0018", None, Some("+442079460018")),
            ("(212) 555-0123", Some("US"), Some("+12125550123")),
            ("+1 555 0100", None, Some("+15550100")),
            ("ext. 12345", None, Some("12345")),
            ("1234", None, None),
            ("n/a", None, None),
            ("12345\0", None, None),
        ] {
            assert_eq!(key(phone(given, region)).as_deref(), expected, "{given:?}");
        }
    }

    #[test]
    fn the_number_is_kept_as_it_was_given() {
        let given = phone(" (212) 555-0123 ", Some("US")).unwrap();

        assert_eq!(given.value, "(212) 555-0123");
    }

    #[test]
    fn a_link_is_the_same_however_it_was_copied() {
        for (given, expected) in [
            (
                "https://uk.linkedin.com/in/Jo-Finch/de?trk=x#y",
                Some("linkedin.com/in/jo-finch"),
            ),
            (
                "linkedin.com/in/jo-finch/",
                Some("linkedin.com/in/jo-finch"),
            ),
            (
                "http://www.LinkedIn.com/in/jo-finch",
                Some("linkedin.com/in/jo-finch"),
            ),
            (
                "https://github.com/JoFinch?tab=repositories",
                Some("github.com/jofinch"),
            ),
            (
                "https://gist.github.com/JoFinch",
                Some("gist.github.com/JoFinch"),
            ),
            (
                "https://notlinkedin.com/in/Jo",
                Some("notlinkedin.com/in/Jo"),
            ),
            (
                "https://mobile.twitter.com/jo",
                Some("mobile.twitter.com/jo"),
            ),
            ("https://twitter.com/Jo", Some("x.com/jo")),
            ("www.Example.com/CV?id=7#top", Some("example.com/CV?id=7")),
            ("example.com:8080/jo", Some("example.com:8080/jo")),
            ("ftp://example.com", None),
            ("javascript:alert(1)", None),
            ("mailto:jo@example.com", None),
            ("https://jo:secret@example.com", None),
            ("n/a", None),
            ("https://exa mple.com", None),
            ("", None),
        ] {
            assert_eq!(key(link(given)).as_deref(), expected, "{given:?}");
        }
        assert_eq!(
            link("example.com/jo").unwrap().value,
            "https://example.com/jo"
        );
    }

    proptest! {
        #[test]
        fn any_text_is_taken_or_refused(value in any::<String>(), region in "[A-Z]{2}") {
            let _ = (email(&value), phone(&value, Some(&region)), link(&value));
        }

        #[test]
        fn any_digits_and_signs_are_taken_or_refused(value in "[+0-9()x ;=,#a-z.-]{0,40}") {
            let _ = (phone(&value, None), phone(&value, Some("DE")), phone(&value, Some("US")));
        }

        #[test]
        fn the_normal_form_of_an_email_is_its_own(
            local in "[A-Za-z0-9.+_-]{1,20}", domain in "[A-Za-z][A-Za-z0-9]{0,9}\\.(COM|org|Test)",
        ) {
            let once = email(&format!("{local}@{domain}")).unwrap().key;
            prop_assert_eq!(email(&once).unwrap().key, once);
        }

        #[test]
        fn the_normal_form_of_a_link_is_its_own(value in "[a-zA-Z]{1,8}\\.com(/[a-zA-Z0-9]{0,5}){0,3}") {
            let once = link(&value).unwrap().key;
            prop_assert_eq!(link(&once).unwrap().key, once);
        }
    }
}
