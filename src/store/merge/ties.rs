//! The ties of two people who become one. A tie between them would tie the survivor to themself, and
//! a tie that both have to a third person is one tie; such rows go, and an undo brings them back.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::NaiveDate;
use entity::{
    enums::{ChangeKind, NodeKind},
    event,
    relationship::{Column, Entity, Model},
};
use sea_orm::{Condition, QueryFilter, QueryOrder, QuerySelect, sea_query::LockType};
use uuid::Uuid;

use super::{Pair, trail::DroppedTie};
use crate::{
    error::Result,
    store::{Writer, relationship::RelationshipKind, sql},
};

/// Where moved ties are noted.
pub(super) const PLACE: &str = "relationship";

/// What tells one tie from another: two people may have been colleagues more than once.
type Key = (Uuid, Uuid, String, bool, Option<NaiveDate>);
type Kinds = HashMap<String, RelationshipKind>;

/// What becomes of the ties of two people.
#[derive(Debug, Default)]
pub(super) struct Ties {
    /// The merged person's, as the survivor's.
    pub(super) moved: Vec<Model>,
    /// Those that go.
    pub(super) dropped: Vec<DroppedTie>,
}

fn key(row: &Model) -> Key {
    let until = row.until.filter(|_| row.ended);
    (
        row.person_id,
        row.other_id,
        row.kind.clone(),
        row.ended,
        until,
    )
}

/// The tie with another person in the place of one, in the one form in which it is stored.
fn with(row: &Model, from: Uuid, to: Uuid, kinds: &Kinds) -> Model {
    let instead = |person: Uuid| if person == from { to } else { person };
    let (mut first, mut second) = (instead(row.person_id), instead(row.other_id));
    if let Some(kind) = kinds.get(&row.kind) {
        (first, second) = kind.rule().stored_order(&row.kind, first, second);
    }
    Model {
        person_id: first,
        other_id: second,
        ..row.clone()
    }
}

/// The survivor's tie with what only the dropped one tells.
fn filled(same: &Model, dropped: &Model) -> Model {
    Model {
        since: same.since.or(dropped.since),
        note: same.note.clone().or_else(|| dropped.note.clone()),
        ..same.clone()
    }
}

/// What becomes of the ties of two people.
fn sort(rows: Vec<Model>, pair: Pair, kinds: &Kinds) -> Ties {
    let is_merged = |row: &Model| [row.person_id, row.other_id].contains(&pair.merged);
    let (theirs, ours): (Vec<_>, Vec<_>) = rows.into_iter().partition(is_merged);
    let mut own: BTreeMap<Key, Model> = ours.into_iter().map(|row| (key(&row), row)).collect();
    let mut ties = Ties::default();
    for row in theirs {
        if [row.person_id, row.other_id].contains(&pair.survivor) {
            ties.dropped.push(DroppedTie { row, same: None });
            continue;
        }
        let moved = with(&row, pair.merged, pair.survivor, kinds);
        if let Some(same) = own.get_mut(&key(&moved)) {
            let after = filled(same, &row);
            ties.dropped.push(DroppedTie {
                row,
                same: Some((same.clone(), after.clone())),
            });
            *same = after;
        } else {
            own.insert(key(&moved), moved.clone());
            ties.moved.push(moved);
        }
    }
    ties
}

impl Ties {
    /// The survivor's ties that tell more than before, each as it was first and as it is now.
    fn filled(&self) -> impl Iterator<Item = (&Model, &Model)> {
        let same = self.dropped.iter().filter_map(|tie| tie.same.as_ref());
        same.map(|(before, after)| (before, after))
            .filter(|(before, after)| before != after)
    }
}

impl Writer {
    /// What becomes of the ties of two people.
    pub(super) async fn ties(&self, pair: Pair) -> Result<Ties> {
        let rows = self.ties_of(&[pair.merged, pair.survivor]).await?;
        let kinds = self.kinds_of(&rows).await?;
        Ok(sort(rows, pair, &kinds))
    }

    async fn ties_of(&self, people: &[Uuid]) -> Result<Vec<Model>> {
        let of = Condition::any()
            .add(sql::one_of(self.backend(), Column::PersonId, people))
            .add(sql::one_of(self.backend(), Column::OtherId, people));
        let rows = self.find::<Entity>().filter(of);
        let rows = rows.order_by_asc(Column::Id).lock(LockType::NoKeyUpdate);
        Ok(rows.all(&self.conn).await?)
    }

    async fn kinds_of(&self, rows: &[Model]) -> Result<Kinds> {
        let codes: BTreeSet<_> = rows.iter().map(|row| row.kind.clone()).collect();
        self.relationship_kinds_by_code(&Vec::from_iter(codes))
            .await
    }

    /// Stores what becomes of them.
    pub(super) async fn store_ties(
        &self,
        ties: &Ties,
        events: &mut Vec<event::Model>,
    ) -> Result<()> {
        let gone: Vec<_> = ties.dropped.iter().map(|tie| tie.row.id).collect();
        for id in &gone {
            events.push(self.event(ChangeKind::Removed, NodeKind::Relationship, *id, &[]));
        }
        if !gone.is_empty() {
            let these = sql::one_of(self.backend(), Column::Id, &gone);
            self.delete::<Entity>(Condition::all().add(these)).await?;
        }
        let mut changed = ties.moved.clone();
        for (before, after) in ties.filled() {
            events.push(self.tie_changed(before, after));
            changed.push(self.newer(after));
        }
        self.upsert(changed).await
    }

    fn newer(&self, row: &Model) -> Model {
        Model {
            version: row.version + 1,
            updated_at: self.now(),
            ..row.clone()
        }
    }

    fn tie_changed(&self, before: &Model, after: &Model) -> event::Model {
        let fields = Self::changed_fields(before, after);
        let fields: Vec<_> = fields.iter().map(String::as_str).collect();
        let kind = NodeKind::Relationship;
        self.event(ChangeKind::Updated, kind, after.id, &fields)
    }

    /// Gives the moved ties back, and puts those that went where they stood.
    pub(super) async fn ties_back(
        &self,
        pair: Pair,
        moved: &[Uuid],
        dropped: &[DroppedTie],
        events: &mut Vec<event::Model>,
    ) -> Result<()> {
        if moved.is_empty() && dropped.is_empty() {
            return Ok(());
        }
        let now = self.ties_of(&[pair.survivor]).await?;
        let mut kinds = self.kinds_of(&now).await?;
        let were: Vec<_> = dropped.iter().map(|tie| tie.row.clone()).collect();
        kinds.extend(self.kinds_of(&were).await?);
        let moved: BTreeSet<_> = moved.iter().copied().collect();
        let back = now.iter().filter(|row| moved.contains(&row.id));
        let mut back: Vec<_> = back
            .map(|row| with(row, pair.survivor, pair.merged, &kinds))
            .collect();
        let mut known: BTreeSet<_> = back.iter().map(key).collect();
        for row in self.as_people_are_by_now(were, &kinds).await? {
            // Told anew since then, or tied to somebody who has gone.
            if known.insert(key(&row)) {
                events.push(self.event(ChangeKind::Unmerged, NodeKind::Relationship, row.id, &[]));
                back.push(self.newer(&row));
            }
        }
        for tie in dropped {
            let Some((before, after)) = &tie.same else {
                continue;
            };
            let same = now.iter().find(|row| row.id == before.id);
            let told_only_there =
                |row: &&Model| (row.since, &row.note) == (after.since, &after.note);
            if let Some(row) = same.filter(told_only_there).filter(|_| before != after) {
                let bare = Model {
                    since: before.since,
                    note: before.note.clone(),
                    ..row.clone()
                };
                events.push(self.tie_changed(row, &bare));
                back.push(self.newer(&bare));
            }
        }
        self.upsert(back).await
    }

    /// Ties to people who have been merged themselves since, as ties to who those are by now;
    /// without those to people who are no more.
    async fn as_people_are_by_now(&self, rows: Vec<Model>, kinds: &Kinds) -> Result<Vec<Model>> {
        let people: BTreeSet<_> = rows
            .iter()
            .flat_map(|row| [row.person_id, row.other_id])
            .collect();
        let people = self.people(&Vec::from_iter(people)).await?;
        let by_now = rows.iter().filter_map(|row| {
            let first = people.get(&row.person_id)?.id;
            let second = people.get(&row.other_id)?.id;
            let row = with(row, row.person_id, first, kinds);
            let other = if row.person_id == first {
                row.other_id
            } else {
                row.person_id
            };
            let row = with(&row, other, second, kinds);
            (row.person_id != row.other_id).then_some(row)
        });
        Ok(by_now.collect())
    }
}
