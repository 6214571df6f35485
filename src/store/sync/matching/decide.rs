//! Who is who in a call: which of its records come to which person, and which people are one.

use std::collections::{BTreeSet, HashMap};

use entity::enums::MatchState;
use uuid::Uuid;

use super::{Group, LeftOut, Matches, Pair, Who, candidates::Compared};
use crate::{
    error::Result,
    rules::matching::{Candidate, Finding, Grouped, group},
    store::{
        matching::found_of,
        record::ExternalKey,
        sync::{
            batch::Batch,
            work::{Work, node_of},
        },
    },
};

/// Those who are compared, by number.
#[derive(Default)]
struct Numbered {
    all: Vec<Who>,
    number: HashMap<Who, usize>,
}

impl Numbered {
    fn of(&mut self, who: Who) -> usize {
        *self.number.entry(who.clone()).or_insert_with(|| {
            self.all.push(who);
            self.all.len() - 1
        })
    }
}

impl Work {
    /// Finds out whose the call's records are.
    pub(in crate::store::sync) async fn load_matches(
        &mut self,
        batch: &Batch,
        left_out: &LeftOut,
    ) -> Result<()> {
        let said = self.said(batch, left_out);
        if said.iter().all(|said| said.profile.is_silent()) {
            return Ok(());
        }
        let compared = self.compared(said).await?;
        let people: Vec<_> = compared.here.keys().copied().collect();
        if !people.is_empty() {
            let known = self.w.suggestions_of(&people).await?;
            let by_pair = known
                .into_iter()
                .map(|row| ((row.one_id, row.other_id), row));
            self.matches.known = by_pair.collect();
        }
        let (numbered, grouped) = find(&compared);
        self.matches.note_links(&compared, &numbered, &grouped);
        self.matches
            .decide(&compared, &numbered, &grouped, left_out);
        self.matches.forget_shared(&grouped.shared);
        // What all records of a person say counts, so those of the people who were found do too.
        let theirs: BTreeSet<_> = self.matches.people().collect();
        let links = compared.links.into_iter();
        let links = links.filter(|link| link.person_id.is_some_and(|id| theirs.contains(&id)));
        self.keep_links(links.filter(|link| node_of(link).is_some()).collect());
        Ok(())
    }
}

fn find(compared: &Compared) -> (Numbered, Grouped) {
    let mut numbered = Numbered::default();
    let mut candidates = Vec::new();
    for said in &compared.said {
        candidates.push(Candidate {
            entity: numbered.of(Who::of(said)),
            profile: said.profile.clone(),
            is_new: true,
        });
    }
    for (person, here) in &compared.here {
        let entity = numbered.of(Who::Person(*person));
        let each = here.profiles.iter().map(|profile| Candidate {
            entity,
            profile: profile.clone(),
            is_new: false,
        });
        candidates.extend(each);
    }
    let grouped = group(&candidates, numbered.all.len());
    (numbered, grouped)
}

impl Matches {
    /// Notes which records of the call are in a group, under whatever name.
    fn note_links(&mut self, compared: &Compared, numbered: &Numbered, grouped: &Grouped) {
        let linked: BTreeSet<_> = grouped.groups.iter().flatten().collect();
        let said = compared.said.iter().filter(|said| {
            let number = numbered.number.get(&Who::of(said));
            number.is_some_and(|number| linked.contains(number))
        });
        self.links.extend(said.map(|said| said.key.clone()));
    }

    fn decide(
        &mut self,
        compared: &Compared,
        numbered: &Numbered,
        grouped: &Grouped,
        left_out: &LeftOut,
    ) {
        for group in &grouped.groups {
            let (mut people, mut records) = (Vec::new(), HashMap::new());
            for entity in group {
                match (&numbered.all[*entity], grouped.found.get(entity)) {
                    (Who::Person(person), _) => people.push(*person),
                    (Who::Record(key), Some(found)) => {
                        records.insert(key.clone(), found.clone());
                    }
                    (Who::Record(_), None) => {}
                }
            }
            people.sort_unstable();
            let found = group.iter().find_map(|entity| grouped.found.get(entity));
            if let Some(found) = found {
                self.decide_group(compared, (people, records), found, left_out);
            }
        }
        for (one, other, found) in &grouped.suggestions {
            self.pairs.push(Pair {
                one: numbered.all[*one].clone(),
                other: numbered.all[*other].clone(),
                found: found.clone(),
            });
        }
    }

    /// What a group comes to. People whom other systems told of are made one; a person whom
    /// somebody put down here is given records, but never made one with another by itself.
    fn decide_group(
        &mut self,
        compared: &Compared,
        (people, records): (Vec<Uuid>, HashMap<ExternalKey, Finding>),
        found: &Finding,
        left_out: &LeftOut,
    ) {
        let is_mirrored = |id: &&Uuid| compared.here.get(id).is_some_and(|here| here.is_mirrored);
        let mirrored: Vec<Uuid> = people.iter().filter(is_mirrored).copied().collect();
        let ours: Vec<Uuid> = people
            .iter()
            .filter(|id| !is_mirrored(id))
            .copied()
            .collect();
        let are_apart = self.has_pair_apart(&people, left_out);
        let is_open = mirrored.is_empty() && ours.len() > 1;
        if are_apart || is_open {
            self.suggest_all(&people, &records, found);
            return;
        }
        let person = mirrored.first().or(ours.first()).copied();
        if let Some(stays) = person {
            let go = mirrored.iter().filter(|id| **id != stays);
            self.joins.extend(go.map(|goes| (stays, *goes)));
            let others = ours.iter().filter(|id| **id != stays);
            let others = others.map(|other| Pair {
                one: Who::Person(stays),
                other: Who::Person(*other),
                found: found.clone(),
            });
            self.pairs.extend(others);
        }
        let place = self.groups.len();
        let keys = records.keys().cloned();
        self.group_of.extend(keys.map(|key| (key, place)));
        self.groups.push(Group {
            person,
            found: records,
        });
    }

    /// Whether somebody said of two of the people that they are two.
    fn has_pair_apart(&self, people: &[Uuid], left_out: &LeftOut) -> bool {
        let mut pairs = people
            .iter()
            .enumerate()
            .flat_map(|(place, one)| people[place + 1..].iter().map(|other| (*one, *other)));
        pairs.any(|pair| {
            let known = self.known.get(&pair);
            left_out.pairs.contains(&pair)
                || known.is_some_and(|known| known.state == MatchState::Dismissed)
        })
    }

    fn suggest_all(
        &mut self,
        people: &[Uuid],
        records: &HashMap<ExternalKey, Finding>,
        found: &Finding,
    ) {
        let mut records: Vec<_> = records.iter().collect();
        records.sort_by_key(|(key, _)| *key);
        for (place, (key, found)) in records.iter().enumerate() {
            let others = records[place + 1..].iter();
            let others = others.map(|(key, _)| Who::Record((*key).clone()));
            let others = others.chain(people.iter().map(|person| Who::Person(*person)));
            self.pairs.extend(others.map(|other| Pair {
                one: Who::Record((*key).clone()),
                other,
                found: (*found).clone(),
            }));
        }
        for (place, one) in people.iter().enumerate() {
            self.pairs
                .extend(people[place + 1..].iter().map(|other| Pair {
                    one: Who::Person(*one),
                    other: Who::Person(*other),
                    found: found.clone(),
                }));
        }
    }

    /// Suggestions that nothing but an address speaks for that turns out to be shared by many.
    fn forget_shared(&mut self, shared: &BTreeSet<String>) {
        if shared.is_empty() {
            return;
        }
        let open = self
            .known
            .values()
            .filter(|row| row.state == MatchState::Open);
        let mut found = open.map(|row| (row.id, found_of(&row.evidence)));
        let tells_nothing = |found: &[Finding]| {
            let weak = |found: &Finding| !crate::rules::matching::is_sure(found.evidence);
            found
                .iter()
                .all(|found| weak(found) && shared.contains(&found.key))
        };
        self.outdated = found
            .by_ref()
            .filter(|(_, found)| tells_nothing(found))
            .map(|(id, _)| id)
            .collect();
    }
}
