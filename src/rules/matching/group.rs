//! Many records at once: which of them are one person's, whatever order they came in.
//!
//! Whoever is surely the same as somebody is surely the same as all who are: so the groups are the
//! connected parts of what is sure between two. They come out the same for records that arrive
//! together and for records that arrive one by one, in any order, as long as a record that belongs
//! to two groups brings these together.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use entity::enums::MatchEvidence;

use super::{Finding, Profile, are_many, findings, is_sure};

/// The most different names on one address that are compared with one another. Where there are
/// more, only those that are spelled alike are one.
const MOST_NAMES: usize = 50;
/// The most people between whom one address leads to suggestions.
const MOST_SUGGESTED: usize = 10;

/// Something that is said of somebody.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// Of whom, as far as is known: a number below `entities`.
    pub entity: usize,
    /// What is said.
    pub profile: Profile,
    /// It was not known before. Nothing is found between two that were.
    pub is_new: bool,
}

/// Who is who.
#[derive(Debug, Default)]
pub struct Grouped {
    /// The entities that are one person: two at least in each group.
    pub groups: Vec<Vec<usize>>,
    /// The strongest of what made an entity part of its group.
    pub found: HashMap<usize, Finding>,
    /// Entities of different groups, or of none, who may be one person.
    pub suggestions: Vec<(usize, usize, Finding)>,
    /// Addresses that so many names share that they tell nothing.
    pub shared: BTreeSet<String>,
}

type Buckets<'a> = BTreeMap<String, Vec<&'a Candidate>>;

/// Finds out who is who among the candidates.
pub fn group(candidates: &[Candidate], entities: usize) -> Grouped {
    let mut sets = Sets::new(entities);
    let mut grouped = Grouped::default();
    let emails = buckets(candidates, |profile| profile.emails.clone());
    let profiles = buckets(candidates, |profile| profile.profiles.clone());
    for (key, bucket) in &emails {
        let agrees = |one: &Profile, other: &Profile| one.name_agrees(other);
        let found = (MatchEvidence::EmailAndName, key);
        join(bucket, found, agrees, &mut sets, &mut grouped);
    }
    for (key, bucket) in &profiles {
        let fits = |one: &Profile, other: &Profile| !one.name_contradicts(other);
        let found = (MatchEvidence::LinkedIn, key);
        join(bucket, found, fits, &mut sets, &mut grouped);
    }
    let mailboxes = buckets(candidates, Profile::mailboxes);
    let phones = buckets(candidates, |profile| profile.phones.clone());
    for buckets in [&profiles, &emails, &mailboxes, &phones] {
        for (key, bucket) in buckets {
            suggest(key, bucket, &mut sets, &mut grouped);
        }
    }
    grouped.groups = sets.groups();
    grouped
}

fn buckets(candidates: &[Candidate], keys: impl Fn(&Profile) -> BTreeSet<String>) -> Buckets<'_> {
    let mut buckets = Buckets::new();
    for candidate in candidates {
        for key in keys(&candidate.profile) {
            buckets.entry(key).or_default().push(candidate);
        }
    }
    buckets.retain(|_, bucket| bucket.len() > 1 && bucket.iter().any(|one| one.is_new));
    buckets
}

/// Brings together those who have an address and names that fit one another.
fn join(
    bucket: &[&Candidate],
    (evidence, key): (MatchEvidence, &String),
    fits: impl Fn(&Profile, &Profile) -> bool,
    sets: &mut Sets,
    grouped: &mut Grouped,
) {
    // Those who are spelled alike are compared once, however many they are.
    let mut by_name: BTreeMap<Option<String>, Vec<&Candidate>> = BTreeMap::new();
    for candidate in bucket {
        let name = candidate.profile.name.as_ref();
        let alike = by_name.entry(name.map(super::Name::key)).or_default();
        alike.push(candidate);
    }
    let names: Vec<_> = by_name.into_values().collect();
    let is_crowd = names.len() > MOST_NAMES;
    for (place, one) in names.iter().enumerate() {
        let others = if is_crowd {
            &names[place..=place]
        } else {
            &names[place..]
        };
        for other in others {
            let both = || one.iter().chain(other);
            let Some((first, second)) = one.first().zip(other.first()) else {
                continue;
            };
            if both().any(|candidate| candidate.is_new) && fits(&first.profile, &second.profile) {
                for candidate in both().filter(|candidate| candidate.entity != first.entity) {
                    sets.join(first.entity, candidate.entity);
                    for entity in [first.entity, candidate.entity] {
                        let finding = Finding {
                            evidence,
                            key: key.clone(),
                        };
                        grouped.note(entity, finding);
                    }
                }
            }
        }
    }
}

/// Notes who may be one person because of an address, unless too many have it.
fn suggest(key: &String, bucket: &[&Candidate], sets: &mut Sets, grouped: &mut Grouped) {
    let names = bucket.iter().filter_map(|one| one.profile.name.as_ref());
    if are_many(names) {
        grouped.shared.insert(key.clone());
        return;
    }
    let mut people: BTreeMap<usize, Vec<&Candidate>> = BTreeMap::new();
    for candidate in bucket {
        let root = sets.root(candidate.entity);
        people.entry(root).or_default().push(candidate);
    }
    let people: Vec<_> = people.into_values().take(MOST_SUGGESTED).collect();
    for (place, one) in people.iter().enumerate() {
        for other in &people[place + 1..] {
            if one.iter().chain(other).any(|candidate| candidate.is_new) {
                let found = between(key, one, other);
                grouped.suggestions.extend(found);
            }
        }
    }
}

/// The strongest of what speaks for it by this address that two are one.
fn between(
    key: &String,
    one: &[&Candidate],
    other: &[&Candidate],
) -> Option<(usize, usize, Finding)> {
    let mut best: Option<(usize, usize, Finding)> = None;
    for one in one {
        for other in other {
            let found = findings(&one.profile, &other.profile).into_iter();
            let found = found.filter(|found| found.key == *key && !is_sure(found.evidence));
            for found in found {
                if best.as_ref().is_none_or(|(_, _, best)| found < *best) {
                    best = Some((one.entity, other.entity, found));
                }
            }
        }
    }
    best
}

impl Grouped {
    fn note(&mut self, entity: usize, finding: Finding) {
        let known = self.found.entry(entity).or_insert_with(|| finding.clone());
        if finding < *known {
            *known = finding;
        }
    }
}

/// Sets of entities that are one.
struct Sets(Vec<usize>);

impl Sets {
    fn new(entities: usize) -> Self {
        Self((0..entities).collect())
    }

    fn root(&mut self, entity: usize) -> usize {
        let mut at = entity;
        while self.0[at] != at {
            self.0[at] = self.0[self.0[at]];
            at = self.0[at];
        }
        at
    }

    fn join(&mut self, one: usize, other: usize) {
        let (one, other) = (self.root(one), self.root(other));
        self.0[one.max(other)] = one.min(other);
    }

    fn groups(&mut self) -> Vec<Vec<usize>> {
        let mut groups: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for entity in 0..self.0.len() {
            let root = self.root(entity);
            groups.entry(root).or_default().push(entity);
        }
        groups
            .into_values()
            .filter(|group| group.len() > 1)
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{super::Name, *};

    fn profile(name: &str, emails: &[&str], links: &[&str]) -> Profile {
        let name = Name::read(Some(name), None, None);
        let (emails, links) = (emails.iter().copied(), links.iter().copied());
        Profile::new(name, emails, links, [])
    }

    fn all_new(profiles: Vec<Profile>) -> Vec<Candidate> {
        let each = profiles.into_iter().enumerate();
        each.map(|(entity, profile)| Candidate {
            entity,
            profile,
            is_new: true,
        })
        .collect()
    }

    #[test]
    fn a_record_brings_together_those_it_belongs_to() {
        let kai = profile("Kai Berg", &["kai@x.org"], &[]);
        let same = profile("Kai Berg", &[], &["linkedin.com/in/kai"]);
        let both = profile("Kai Berg", &["kai@x.org"], &["linkedin.com/in/kai"]);
        let lena = profile("Lena Berg", &["kai@x.org"], &[]);

        let grouped = group(&all_new(vec![kai, same, both, lena]), 4);

        assert_eq!(grouped.groups, [[0, 1, 2]]);
        let suggested = grouped.suggestions.first().unwrap();
        assert_eq!(suggested.2.evidence, MatchEvidence::EmailOtherName);
        assert_eq!(suggested.1, 3);
    }

    #[test]
    fn a_shared_mailbox_suggests_nobody() {
        let names = ["Kai Berg", "Lena Hall", "Ida Reed", "Kai Berg"];
        let all = names.map(|name| profile(name, &["jobs@x.org"], &[]));

        let grouped = group(&all_new(all.to_vec()), 4);

        assert_eq!(grouped.groups, [[0, 3]]);
        assert_eq!(grouped.suggestions, []);
        assert!(grouped.shared.contains("jobs@x.org"));
    }

    #[test]
    fn nothing_is_found_between_two_who_were_known() {
        let mut known = all_new(vec![profile("Kai Berg", &["kai@x.org"], &[]); 2]);
        for one in &mut known {
            one.is_new = false;
        }

        assert_eq!(group(&known, 2).groups, Vec::<Vec<usize>>::new());
    }

    #[test]
    fn a_crowd_on_one_mailbox_is_told_apart_in_time() {
        let name = |place: usize| {
            let letter = |at: usize| char::from(b'a' + u8::try_from(at % 26).unwrap());
            let letters = [place / 26, place].map(letter);
            format!("Ab{}{} Hall", letters[0], letters[1])
        };
        let all = (0..1_000).map(|place| profile(&name(place % 500), &["jobs@x.org"], &[]));

        let grouped = group(&all_new(all.collect()), 1_000);

        assert_eq!(grouped.groups.len(), 500);
    }

    fn some_profiles() -> impl Strategy<Value = Vec<Profile>> {
        let name = prop::sample::select(vec!["Kai Berg", "Lena Berg", "Berg, Kai M.", "Ida Hall"]);
        let some = |of: Vec<&'static str>| prop::sample::subsequence(of, 0..=2);
        let emails = some(vec!["a@x.org", "b@x.org", "c@x.org", "d@x.org"]);
        let links = some(vec!["linkedin.com/in/kb", "linkedin.com/in/lb"]);
        let one = (name, emails, links);
        let one = one.prop_map(|(name, emails, links)| profile(name, &emails, &links));
        prop::collection::vec(one, 1..12)
    }

    /// Who is who in the end, if the profiles arrive so many at a time, in this order.
    fn end(profiles: &[Profile], order: &[usize], chunk: usize) -> BTreeSet<BTreeSet<usize>> {
        let mut person_of: BTreeMap<usize, usize> = BTreeMap::new();
        for chunk in order.chunks(chunk) {
            let known: Vec<usize> = person_of.keys().copied().collect();
            person_of.extend(chunk.iter().map(|place| (*place, *place)));
            let candidates: Vec<_> = known
                .iter()
                .map(|place| (*place, false))
                .chain(chunk.iter().map(|place| (*place, true)))
                .map(|(place, is_new)| Candidate {
                    entity: person_of[&place],
                    profile: profiles[place].clone(),
                    is_new,
                })
                .collect();
            for group in group(&candidates, profiles.len()).groups {
                for person in person_of
                    .values_mut()
                    .filter(|person| group.contains(person))
                {
                    *person = group[0];
                }
            }
        }
        let mut people: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
        for (place, person) in person_of {
            people.entry(person).or_default().insert(place);
        }
        people.into_values().collect()
    }

    proptest! {
        #[test]
        fn any_order_in_any_pieces_comes_to_the_same_people(
            (profiles, order) in some_profiles().prop_flat_map(|profiles| {
                let order: Vec<usize> = (0..profiles.len()).collect();
                (Just(profiles), Just(order).prop_shuffle())
            }),
            chunk in 1_usize..5,
        ) {
            let together: Vec<usize> = (0..profiles.len()).collect();
            prop_assert_eq!(
                end(&profiles, &order, chunk),
                end(&profiles, &together, profiles.len())
            );
        }
    }
}
