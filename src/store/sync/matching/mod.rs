//! Whose record it is, where its name does not say: the person whom its addresses and its name
//! speak for, by `rules::matching`.
//!
//! What is compared is what each record says by itself, not what is stored of a person by now: so it
//! makes no difference whether a record came before or after others of the same person. A record
//! that belongs to several people brings these together; then they are merged, and the call is
//! looked at anew. Whatever stays out of a call's people, because it turned out wrong or waits, must
//! not have brought others together: then the call is looked at once more without it.

mod candidates;
mod decide;
mod holders;
mod leave;
mod words;

use std::collections::{BTreeMap, HashMap, HashSet};

use entity::{
    enums::{MatchState, NodeKind},
    match_suggestion, record_match,
};
use uuid::Uuid;

pub(super) use self::leave::LeftOut;
use super::{
    batch::{Batch, Row},
    report::{Matched, Suggested, SyncStatus},
    work::Work,
};
use crate::{
    rules::matching::Finding,
    store::{
        matching::{evidence_of, in_order},
        record::ExternalKey,
    },
};

/// Somebody who is compared: a record of the call that no node has yet, or a person who is here.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Who {
    Record(ExternalKey),
    Person(Uuid),
}

/// Records of a call that are one person's.
#[derive(Debug)]
struct Group {
    /// The person; none until the first of the records has made them.
    person: Option<Uuid>,
    /// What spoke for it, by record.
    found: HashMap<ExternalKey, Finding>,
}

/// Two who may be one, and what speaks for it.
#[derive(Debug)]
struct Pair {
    one: Who,
    other: Who,
    found: Finding,
}

/// What was found out of the people of a call.
#[derive(Debug, Default)]
pub(super) struct Matches {
    groups: Vec<Group>,
    group_of: HashMap<ExternalKey, usize>,
    /// Records of the call that brought others together.
    links: HashSet<ExternalKey>,
    pairs: Vec<Pair>,
    /// People who are one, as a record of this call says: who stays, and who goes.
    pub(super) joins: Vec<(Uuid, Uuid)>,
    /// The suggestions and dismissals that are stored of the people who were found.
    known: HashMap<(Uuid, Uuid), match_suggestion::Model>,
    /// Suggestions that nothing speaks for any more.
    pub(super) outdated: Vec<Uuid>,
    /// Links to store.
    pub(super) made: Vec<record_match::Model>,
}

impl Matches {
    /// The people to whom records of the call may come.
    pub(super) fn people(&self) -> impl Iterator<Item = Uuid> + '_ {
        self.groups.iter().filter_map(|group| group.person)
    }

    /// The person of a record that has none by name, and why it is them.
    fn person_of(&self, record: &ExternalKey) -> Option<(Uuid, Finding)> {
        let group = &self.groups[*self.group_of.get(record)?];
        Some((group.person?, group.found.get(record)?.clone()))
    }

    /// Notes whom a record was applied to: the others of its group come to the same.
    fn settle(&mut self, record: &ExternalKey, person: Uuid) {
        if let Some(group) = self.group_of.get(record) {
            self.groups[*group].person.get_or_insert(person);
        }
    }

    /// Records that stand for others of their group but were not applied.
    pub(super) fn not_applied(&self, batch: &Batch) -> HashSet<ExternalKey> {
        let is_left = |row: &Row| {
            let status = row.result.as_ref().map(|result| result.status);
            matches!(status, Some(SyncStatus::Rejected | SyncStatus::Deferred))
        };
        let all = || {
            batch
                .rows
                .iter()
                .filter(|row| self.links.contains(&row.key))
        };
        let applied: HashSet<_> = all()
            .filter(|row| !is_left(row))
            .map(|row| &row.key)
            .collect();
        let left = all().filter(|row| is_left(row) && !applied.contains(&row.key));
        left.map(|row| row.key.clone()).collect()
    }
}

impl Work {
    /// The person whom the row speaks for, if its names lead to nobody.
    pub(super) fn matched(&self, row: &Row) -> Option<(Uuid, Finding)> {
        self.matches.person_of(&row.key)
    }

    /// Notes the person of a row, and, if it was found by what it says, that it was.
    pub(super) fn note_match(&mut self, row: &mut Row, person: Uuid, found: Option<Found>) {
        self.matches.settle(&row.key, person);
        let Some(found) = found else { return };
        if let Some(result) = &mut row.result {
            result.matched = Matched::from_evidence(found.finding.evidence);
        }
        self.matches.made.push(record_match::Model {
            tenant_id: self.w.tenant(),
            id: self.w.new_id(),
            person_id: person,
            system: row.key.system.clone(),
            record_type: row.key.record_type.clone(),
            external_id: row.key.id.clone(),
            evidence: found.finding.evidence,
            key: found.finding.key,
            before: found.before,
            matched_at: self.w.now(),
            undone_at: None,
            undone_by_id: None,
        });
    }

    /// The suggestions to store, each pair of people once, with all that speaks for it.
    pub(super) fn suggestions(&self) -> Vec<match_suggestion::Model> {
        let mut pairs: BTreeMap<(Uuid, Uuid), Vec<Finding>> = BTreeMap::new();
        for pair in &self.matches.pairs {
            if let Some(people) = self.people_of_pair(pair) {
                pairs.entry(people).or_default().push(pair.found.clone());
            }
        }
        let mut rows = Vec::new();
        for ((one_id, other_id), mut found) in pairs {
            found.sort();
            found.dedup();
            let known = self.matches.known.get(&(one_id, other_id));
            let row = known.cloned().unwrap_or_else(|| match_suggestion::Model {
                tenant_id: self.w.tenant(),
                id: self.w.new_id(),
                one_id,
                other_id,
                state: MatchState::Open,
                evidence: serde_json::Value::Null,
                strongest: found[0].evidence,
                suggested_at: self.w.now(),
                dismissed_at: None,
                dismissed_by_id: None,
            });
            // What somebody decided stays decided, and what is known needs no second row.
            if row.state == MatchState::Open {
                let evidence = evidence_of(&found);
                if known.is_none_or(|known| known.evidence != evidence) {
                    let strongest = found[0].evidence;
                    rows.push(match_suggestion::Model {
                        strongest,
                        evidence,
                        ..row
                    });
                }
            }
        }
        rows
    }

    /// The people of a pair, the smaller id first; none if they are one, or one of them is nobody.
    fn people_of_pair(&self, pair: &Pair) -> Option<(Uuid, Uuid)> {
        let (one, other) = (self.person_of(&pair.one)?, self.person_of(&pair.other)?);
        (one != other).then(|| in_order(one, other))
    }

    /// What a person is called here, if no other system says it.
    pub(super) fn said_here(&self, person: Uuid) -> Option<serde_json::Value> {
        let row = self.people.get(person)?;
        let is_made_here = !self.changes.is_created(NodeKind::Person, person);
        (is_made_here && self.others(person, &[]).is_empty()).then(|| {
            serde_json::json!({
                "name": row.name,
                "givenName": row.given_name,
                "familyName": row.family_name,
                "headline": row.headline,
                "place": { "city": row.city, "region": row.region, "country": row.country },
            })
        })
    }

    fn person_of(&self, who: &Who) -> Option<Uuid> {
        match who {
            Who::Person(person) => Some(*person),
            Who::Record(key) => self.link(key)?.person_id,
        }
    }

    /// Tells of each row whom it may be besides, among those who were here.
    pub(super) fn tell_suggestions(&self, batch: &mut Batch) {
        if self.matches.pairs.is_empty() {
            return;
        }
        let mut suggested: HashMap<&ExternalKey, Vec<Suggested>> = HashMap::new();
        for pair in &self.matches.pairs {
            let Some(people) = self.people_of_pair(pair) else {
                continue;
            };
            let known = self.matches.known.get(&people);
            if known.is_some_and(|known| known.state != MatchState::Open) {
                continue;
            }
            for (who, other) in [(&pair.one, &pair.other), (&pair.other, &pair.one)] {
                if let (Who::Record(key), Who::Person(person)) = (who, other) {
                    let told = suggested.entry(key).or_default();
                    if told.iter().all(|told| told.person != *person) {
                        told.push(Suggested {
                            person: *person,
                            evidence: pair.found.evidence,
                            key: pair.found.key.clone(),
                        });
                    }
                }
            }
        }
        for row in &mut batch.rows {
            if let (Some(result), Some(told)) = (&mut row.result, suggested.get(&row.key)) {
                result.suggested.clone_from(told);
            }
        }
    }
}

/// How a row came to its person.
pub(super) struct Found {
    pub(super) finding: Finding,
    /// What they were called before, where no other system said it.
    pub(super) before: Option<serde_json::Value>,
}
