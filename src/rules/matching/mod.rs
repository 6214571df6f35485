//! Who is who: whether what two records say of people speaks for one human. Precision comes before
//! recall: two people are never made one by mistake, and what is not sure is put before somebody.

mod address;
mod group;
mod name;
mod word;

use std::collections::BTreeSet;

use entity::enums::MatchEvidence;

pub use self::{
    address::behind,
    group::{Candidate, Grouped, group},
    name::Name,
};

/// So many names on one address, and it tells nothing of who has it.
pub const SHARED_BY: usize = 3;

/// What is said of one person, as far as it tells who they are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Profile {
    /// Their name. None where that of nobody stands.
    pub name: Option<Name>,
    /// The normal forms of their e-mail addresses.
    pub emails: BTreeSet<String>,
    /// The normal forms of the links to their profiles on `LinkedIn`.
    pub profiles: BTreeSet<String>,
    /// Their telephone numbers as E.164.
    pub phones: BTreeSet<String>,
}

/// What speaks for it that two are one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// What it is.
    pub evidence: MatchEvidence,
    /// The address that both have; of similar ones the mailbox behind them.
    pub key: String,
}

impl Profile {
    /// Reads a profile from normal forms. Those that lead to nobody are left out.
    pub fn new<'a>(
        name: Option<Name>,
        emails: impl IntoIterator<Item = &'a str>,
        links: impl IntoIterator<Item = &'a str>,
        phones: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        let owned = |key: &str| key.to_owned();
        let emails = emails.into_iter().filter_map(address::mailbox);
        let links = links.into_iter().filter_map(address::profile);
        let phones = phones.into_iter().filter_map(address::telephone);
        Self {
            name,
            emails: emails.map(owned).collect(),
            profiles: links.map(owned).collect(),
            phones: phones.map(owned).collect(),
        }
    }

    /// The mailboxes behind the addresses.
    pub fn mailboxes(&self) -> BTreeSet<String> {
        let all = self.emails.iter();
        all.map(|email| address::destination(email)).collect()
    }

    /// Whether it says nothing by which somebody could be found.
    pub fn is_silent(&self) -> bool {
        self.emails.is_empty() && self.profiles.is_empty() && self.phones.is_empty()
    }

    fn name_agrees(&self, other: &Self) -> bool {
        let both = self.name.as_ref().zip(other.name.as_ref());
        both.is_some_and(|(one, other)| one.agrees(other))
    }

    fn name_contradicts(&self, other: &Self) -> bool {
        let both = self.name.as_ref().zip(other.name.as_ref());
        both.is_some_and(|(one, other)| one.contradicts(other))
    }
}

/// Whether what was found is enough to make two records those of one person without asking.
pub fn is_sure(evidence: MatchEvidence) -> bool {
    matches!(
        evidence,
        MatchEvidence::LinkedIn | MatchEvidence::EmailAndName
    )
}

/// What speaks for it that two are one, the strongest first. A telephone number alone says nothing,
/// nor does a name alone.
pub fn findings(one: &Profile, other: &Profile) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut find = |evidence, key: &String| {
        found.push(Finding {
            evidence,
            key: key.clone(),
        });
    };
    let agrees = one.name_agrees(other);
    for key in one.profiles.intersection(&other.profiles) {
        find(
            if one.name_contradicts(other) {
                MatchEvidence::LinkedInOtherName
            } else {
                MatchEvidence::LinkedIn
            },
            key,
        );
    }
    for key in one.emails.intersection(&other.emails) {
        find(
            if agrees {
                MatchEvidence::EmailAndName
            } else {
                MatchEvidence::EmailOtherName
            },
            key,
        );
    }
    for key in one.mailboxes().intersection(&other.mailboxes()) {
        let is_same = |email: &String| address::destination(email) == *key;
        let mut same = one.emails.intersection(&other.emails);
        if !same.any(is_same) {
            find(MatchEvidence::SimilarEmail, key);
        }
    }
    for key in one.phones.intersection(&other.phones) {
        if agrees {
            find(MatchEvidence::PhoneAndName, key);
        }
    }
    found.sort();
    found
}

/// What makes two records those of one person without asking, if anything does.
pub fn sure(one: &Profile, other: &Profile) -> Option<Finding> {
    let mut found = findings(one, other).into_iter();
    found.find(|finding| is_sure(finding.evidence))
}

/// Whether these are the names of three people or more: then their address is a shared one.
pub fn are_many<'a>(names: impl IntoIterator<Item = &'a Name>) -> bool {
    let mut told_apart: Vec<&Name> = Vec::new();
    for name in names {
        if !told_apart.iter().any(|known| known.agrees(name)) {
            told_apart.push(name);
            if told_apart.len() >= SHARED_BY {
                return true;
            }
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn profile(name: &str, emails: &[&str], links: &[&str], phones: &[&str]) -> Profile {
        let name = Name::read(Some(name), None, None);
        Profile::new(
            name,
            emails.iter().copied(),
            links.iter().copied(),
            phones.iter().copied(),
        )
    }

    #[test]
    fn the_table_of_evidence() {
        use MatchEvidence::{
            EmailAndName, EmailOtherName, LinkedIn, LinkedInOtherName, PhoneAndName, SimilarEmail,
        };
        let link = &["linkedin.com/in/kai-berg"][..];
        let phone = &["+442079460018"][..];
        for (one, other, expected) in [
            (
                profile("Kai Berg", &[], link, &[]),
                profile("K. Berg-Hall", &[], link, &[]),
                vec![LinkedIn],
            ),
            (
                profile("Kai Berg", &[], link, &[]),
                profile("Lena Hall", &[], link, &[]),
                vec![LinkedInOtherName],
            ),
            (
                profile("Kai Berg", &["b@x.org"], &[], &[]),
                profile("Berg, Kai", &["b@x.org"], &[], &[]),
                vec![EmailAndName],
            ),
            (
                profile("Kai Berg", &["b@x.org"], &[], &[]),
                profile("Lena Berg", &["b@x.org"], &[], &[]),
                vec![EmailOtherName],
            ),
            (
                profile("Kai Berg", &["b+1@x.org"], &[], &[]),
                profile("Kai Berg", &["b@x.org"], &[], &[]),
                vec![SimilarEmail],
            ),
            (
                profile("Kai Berg", &["k.b@gmail.com"], &[], &[]),
                profile("Kai Berg", &["kb@gmail.com"], &[], &[]),
                vec![SimilarEmail],
            ),
            (
                profile("Kai Berg", &[], &[], phone),
                profile("Kai Berg", &[], &[], phone),
                vec![PhoneAndName],
            ),
            (
                profile("Kai Berg", &[], &[], phone),
                profile("Lena Berg", &[], &[], phone),
                vec![],
            ),
            (
                profile("Kai Berg", &[], &[], &[]),
                profile("Kai Berg", &[], &[], &[]),
                vec![],
            ),
            (
                profile(
                    "Kai Berg",
                    &["none@x.org"],
                    &["linkedin.com"],
                    &["+10000000000"],
                ),
                profile(
                    "Kai Berg",
                    &["none@x.org"],
                    &["linkedin.com"],
                    &["+10000000000"],
                ),
                vec![],
            ),
            (
                // The second address begins with a Cyrillic к.
                profile("Kai Berg", &["kai@x.org"], &[], &[]),
                profile("Kai Berg", &["\u{43a}ai@x.org"], &[], &[]),
                vec![],
            ),
        ] {
            let found = findings(&one, &other);
            let found: Vec<_> = found.iter().map(|finding| finding.evidence).collect();
            assert_eq!(found, expected, "{one:?} {other:?}");
        }
    }

    #[test]
    fn three_names_make_an_address_a_shared_one() {
        let names = |all: &[&str]| {
            let names: Vec<_> = all
                .iter()
                .filter_map(|name| Name::read(Some(name), None, None))
                .collect();
            are_many(&names)
        };

        assert!(!names(&["Kai Berg", "Lena Berg", "Berg, Kai"]));
        assert!(names(&["Kai Berg", "Lena Berg", "Ida Berg"]));
    }

    fn some_profile() -> impl Strategy<Value = Profile> {
        let name = prop::sample::select(vec![
            "Kai Berg",
            "Lena Berg",
            "Berg, Kai",
            "Kai M. Berg",
            "K. Berg",
            "Test",
            "Ida Hall",
        ]);
        let some = |of: Vec<&'static str>| prop::sample::subsequence(of, 0..=2);
        (
            name,
            some(vec![
                "b@x.org",
                "b+1@x.org",
                "k.b@gmail.com",
                "kb@gmail.com",
                "none@x.org",
            ]),
            some(vec![
                "linkedin.com/in/kb",
                "linkedin.com/in/lb",
                "linkedin.com",
            ]),
            some(vec!["+442079460018", "+442079460019"]),
        )
            .prop_map(|(name, emails, links, phones)| profile(name, &emails, &links, &phones))
    }

    proptest! {
        #[test]
        fn it_makes_no_difference_which_record_came_first(
            one in some_profile(), other in some_profile(),
        ) {
            prop_assert_eq!(findings(&one, &other), findings(&other, &one));
        }

        #[test]
        fn nobody_is_found_by_a_name_or_by_nothing(one in some_profile(), other in some_profile()) {
            let bare = |profile: &Profile| Profile {
                name: profile.name.clone(),
                ..Profile::default()
            };
            prop_assert!(findings(&bare(&one), &other).is_empty());
            prop_assert!(findings(&bare(&one), &bare(&other)).is_empty());
        }

        #[test]
        fn more_addresses_never_speak_against_it(
            one in some_profile(), other in some_profile(), more in some_profile(),
        ) {
            let mut wider = one.clone();
            wider.emails.extend(more.emails);
            wider.profiles.extend(more.profiles);
            if sure(&one, &other).is_some() {
                prop_assert!(sure(&wider, &other).is_some());
            }
        }
    }
}
