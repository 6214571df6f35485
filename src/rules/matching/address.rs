//! Addresses that lead to one human, and those that lead to nobody.

/// Parts before the @ that somebody typed because a form asked for an address.
const NOBODYS_BOXES: [&str; 26] = [
    "asdf",
    "candidate",
    "donotreply",
    "dummy",
    "email",
    "fake",
    "example",
    "invalid",
    "missing",
    "na",
    "nil",
    "no",
    "noaddress",
    "nobody",
    "noemail",
    "nomail",
    "none",
    "noreply",
    "notavailable",
    "notprovided",
    "null",
    "placeholder",
    "tbd",
    "test",
    "undefined",
    "unknown",
];
/// Paths of profiles that are nobody's.
const NOBODYS_PROFILES: [&str; 11] = [
    "example",
    "me",
    "na",
    "none",
    "null",
    "profile",
    "unknown",
    "username",
    "your-name",
    "yourname",
    "yourprofile",
];
const SITE: &str = "linkedin.com/in/";

/// The normal form of an e-mail address, unless it stands for none.
pub(super) fn mailbox(key: &str) -> Option<&str> {
    let (local, _) = key.split_once('@')?;
    let plain: String = local.chars().filter(|c| c.is_alphanumeric()).collect();
    let is_nobodys = plain.is_empty()
        || is_one_character(&plain) && plain.len() > 1
        || NOBODYS_BOXES.contains(&plain.as_str());
    (!is_nobodys).then_some(key)
}

/// The mailbox behind an address, where it is written in another way: without what follows a plus,
/// and on Gmail without dots. None if the address is that mailbox itself.
pub fn behind(key: &str) -> Option<String> {
    let (local, domain) = key.split_once('@')?;
    let untagged = match local.split_once('+') {
        Some((before, _)) if !before.is_empty() => before,
        _ => local,
    };
    let plain = if matches!(domain, "gmail.com" | "googlemail.com") {
        format!("{}@gmail.com", untagged.replace('.', ""))
    } else {
        format!("{untagged}@{domain}")
    };
    (plain != key).then_some(plain)
}

/// The mailbox that mail to the address comes to.
pub(super) fn destination(key: &str) -> String {
    behind(key).unwrap_or_else(|| key.to_owned())
}

/// The normal form of a link, if it is the profile of somebody on `LinkedIn`.
pub(super) fn profile(key: &str) -> Option<&str> {
    let slug = key.strip_prefix(SITE)?;
    let is_somebodys = slug.chars().filter(|c| c.is_alphanumeric()).count() > 1
        && !slug.contains('/')
        && !NOBODYS_PROFILES.contains(&slug);
    is_somebodys.then_some(key)
}

/// The normal form of a telephone number, if it is one of the world's and not made up of one digit.
pub(super) fn telephone(key: &str) -> Option<&str> {
    let digits = key.strip_prefix('+')?;
    let digits = digits.split(';').next().unwrap_or_default();
    // The country's digits are told apart by nobody who types a row of zeros behind them.
    let subscriber = digits.get(digits.len().saturating_sub(7)..)?;
    (digits.len() >= 8 && !is_one_character(subscriber)).then_some(key)
}

fn is_one_character(text: &str) -> bool {
    let mut all = text.chars();
    let first = all.next();
    all.all(|c| Some(c) == first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_to_fill_a_form_leads_to_nobody() {
        for nobodys in [
            "none@example.com",
            "no-email@example.com",
            "n.a@example.com",
            "xxx@example.com",
            "000@example.com",
            "noreply@example.com",
            "-@example.com",
        ] {
            assert_eq!(mailbox(nobodys), None, "{nobodys}");
        }
        for somebodys in ["jo@example.com", "tester@example.com", "x@example.com"] {
            assert_eq!(mailbox(somebodys), Some(somebodys));
        }
        for nobodys in ["+10000000000", "+1111", "02079460018", "+4400000000"] {
            assert_eq!(telephone(nobodys), None, "{nobodys}");
        }
        assert!(telephone("+442079460018").is_some());
        for nobodys in [
            "linkedin.com",
            "linkedin.com/in/",
            "linkedin.com/in/-",
            "linkedin.com/in/me",
            "linkedin.com/company/hill",
            "linkedin.com/pub/jo/1/2/3",
            "xing.com/in/jo",
        ] {
            assert_eq!(profile(nobodys), None, "{nobodys}");
        }
        assert!(profile("linkedin.com/in/jo-finch").is_some());
    }

    #[test]
    fn one_mailbox_has_many_spellings() {
        for (key, expected) in [
            ("jo+jobs@example.com", Some("jo@example.com")),
            ("jo.reed@gmail.com", Some("joreed@gmail.com")),
            ("jo.reed+x@googlemail.com", Some("joreed@gmail.com")),
            ("joreed@googlemail.com", Some("joreed@gmail.com")),
            ("joreed@gmail.com", None),
            ("jo.reed@example.com", None),
            ("+jobs@example.com", None),
        ] {
            assert_eq!(behind(key).as_deref(), expected, "{key}");
            assert_eq!(behind(&destination(key)), None);
        }
    }
}
