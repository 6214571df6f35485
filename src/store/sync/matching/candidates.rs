//! What is compared: what the call's records say of people, and what is said of those who are here
//! and have one of the same addresses. Read in a fixed number of statements.

use std::collections::{BTreeSet, HashMap, HashSet};

use entity::{
    enums::{ContactPointKind, NodeKind},
    external_record, match_suggestion, person,
};
use sea_orm::{Condition, QueryFilter};
use uuid::Uuid;

use super::{
    LeftOut, Who,
    words::{keys_of, profile_of},
};
use crate::{
    error::Result,
    rules::matching::{Name, Profile},
    store::{
        Writer,
        record::ExternalKey,
        sql,
        sync::{batch::Batch, merge, work::Work},
    },
};

/// What a record of the call says of a person.
pub(super) struct Said {
    pub(super) key: ExternalKey,
    /// The person whom its names lead to.
    pub(super) person: Option<Uuid>,
    pub(super) profile: Profile,
}

/// Somebody who is here.
#[derive(Default)]
pub(super) struct Here {
    /// What each of their records says, and what was added here.
    pub(super) profiles: Vec<Profile>,
    /// Another system told of them.
    pub(super) is_mirrored: bool,
}

/// All that is compared.
pub(super) struct Compared {
    pub(super) said: Vec<Said>,
    pub(super) here: HashMap<Uuid, Here>,
    pub(super) links: Vec<external_record::Model>,
}

impl Work {
    /// What the rows say of people that they did not say before, a record's last words only.
    pub(super) fn said(&self, batch: &Batch, left_out: &LeftOut) -> Vec<Said> {
        let mut said: HashMap<&ExternalKey, (serde_json::Value, usize)> = HashMap::new();
        let mut newest = HashMap::new();
        for (place, row) in batch.rows.iter().enumerate() {
            let is_person = row.kind == Some(NodeKind::Person) && !row.record.deleted;
            let link = self.stored_links.get(&row.key);
            let is_gone = link.is_some_and(|link| link.deleted_at.is_some());
            if row.result.is_some() || !is_person || is_gone || left_out.records.contains(&row.key)
            {
                continue;
            }
            let known = newest
                .entry(&row.key)
                .or_insert(link.and_then(|link| link.source_updated_at));
            let at = row.record.source_updated_at;
            if at.zip(*known).is_some_and(|(at, known)| at < known) {
                continue;
            }
            *known = Ord::max(at, *known);
            let names = std::iter::once(&row.key).chain(&row.aliases);
            let stored = || names.clone().find_map(|key| self.payload_of(key));
            let before = said
                .get(&row.key)
                .map(|(said, _)| said.clone())
                .or_else(stored);
            let words = merge::overlay(before.as_ref(), &row.payload);
            said.insert(&row.key, (words, place));
        }
        let all = said.into_iter();
        let mut all: Vec<_> = all
            .map(|(key, (words, place))| (place, key, words))
            .collect();
        all.sort_by_key(|(place, ..)| *place);
        let read = all.into_iter().map(|(place, key, words)| {
            let row = &batch.rows[place];
            let mut names = std::iter::once(&row.key).chain(&row.aliases);
            let person = names.find_map(|key| self.stored_links.get(key)?.person_id);
            let profile = profile_of(&words);
            // A record that says what it said before tells nothing new of who it is.
            let before = self.payload_of(key).map(|before| profile_of(&before));
            let is_known = person.is_some() && before.as_ref() == Some(&profile);
            (!is_known).then(|| Said {
                key: key.clone(),
                person,
                profile,
            })
        });
        read.flatten().collect()
    }

    fn payload_of(&self, key: &ExternalKey) -> Option<serde_json::Value> {
        let payload = self.stored_links.get(key)?.payload.as_ref()?;
        payload.get("person").cloned()
    }

    /// Reads who is here with an address of theirs.
    pub(super) async fn compared(&self, said: Vec<Said>) -> Result<Compared> {
        let mut people = self.w.holders(&said).await?;
        people.extend(said.iter().filter_map(|said| said.person));
        let ids: Vec<_> = people.into_iter().collect();
        if ids.is_empty() {
            return Ok(Compared {
                said,
                here: HashMap::new(),
                links: Vec::new(),
            });
        }
        let links = self.w.find::<external_record::Entity>().filter(sql::one_of(
            self.w.backend(),
            external_record::Column::PersonId,
            &ids,
        ));
        let links = links.all(&self.w.conn).await?;
        let in_call: HashSet<_> = said.iter().map(|said| &said.key).collect();
        let mut here: HashMap<Uuid, Here> = ids.iter().map(|id| (*id, Here::default())).collect();
        let mut mirrored: HashMap<Uuid, BTreeSet<String>> = HashMap::new();
        for link in &links {
            let (Some(person), Some(payload)) = (link.person_id, &link.payload) else {
                continue;
            };
            let Some(words) = payload.get("person") else {
                continue;
            };
            let someone = here.entry(person).or_default();
            someone.is_mirrored = true;
            mirrored.entry(person).or_default().extend(keys_of(words));
            // What a record of the call said last time counts no more.
            if !in_call.contains(&ExternalKey::from(link)) {
                someone.profiles.push(profile_of(words));
            }
        }
        self.add_what_is_ours(&ids, &mirrored, &mut here).await?;
        Ok(Compared { said, here, links })
    }

    /// Adds the addresses that were put down here, under the name that a person has here.
    async fn add_what_is_ours(
        &self,
        ids: &[Uuid],
        mirrored: &HashMap<Uuid, BTreeSet<String>>,
        here: &mut HashMap<Uuid, Here>,
    ) -> Result<()> {
        let backend = self.w.backend();
        let people = self.w.find::<person::Entity>();
        let people = people.filter(sql::one_of(backend, person::Column::Id, ids));
        let addresses = self.w.contact_points(ids).await?;
        for row in people.all(&self.w.conn).await? {
            let said = mirrored.get(&row.id);
            let ours: Vec<_> = addresses.get(&row.id).into_iter().flatten().collect();
            let ours = ours
                .into_iter()
                .filter(|point| said.is_none_or(|said| !said.contains(&point.key)));
            let ours: Vec<_> = ours.collect();
            let of = |kind| {
                let points = ours.iter().filter(move |point| point.kind == kind);
                points.map(|point| point.key.as_str())
            };
            let name = Name::read(
                Some(&row.name),
                row.given_name.as_deref(),
                row.family_name.as_deref(),
            );
            let profile = Profile::new(
                name,
                of(ContactPointKind::Email),
                of(ContactPointKind::Link),
                of(ContactPointKind::Phone),
            );
            if !profile.is_silent() {
                here.entry(row.id).or_default().profiles.push(profile);
            }
        }
        Ok(())
    }
}

impl Writer {
    /// What was suggested or dismissed of these people before.
    pub(in crate::store) async fn suggestions_of(
        &self,
        people: &[Uuid],
    ) -> Result<Vec<match_suggestion::Model>> {
        use match_suggestion::{Column, Entity};
        let backend = self.backend();
        let any = Condition::any()
            .add(sql::one_of(backend, Column::OneId, people))
            .add(sql::one_of(backend, Column::OtherId, people));
        Ok(self.find::<Entity>().filter(any).all(&self.conn).await?)
    }
}

impl Who {
    pub(super) fn of(said: &Said) -> Self {
        match said.person {
            Some(person) => Self::Person(person),
            None => Self::Record(said.key.clone()),
        }
    }
}
