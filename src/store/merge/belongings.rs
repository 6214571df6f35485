//! What hangs on a person and is compared by what it says: addresses, words, positions, snoozes,
//! and which recruiters they are. What both have is kept once.

use std::collections::{BTreeSet, HashMap};

use chrono::NaiveDate;
use entity::{
    contact_point,
    enums::{ContactPointKind, LabelKind},
    label, position, recruiter_person, snooze,
};
use sea_orm::{ColumnTrait, Condition, QueryFilter};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Moved, Pair, trail::Undoable};
use crate::{
    error::Result,
    store::{OfTenant, Store, Writer, sql},
};

/// All that hangs on a person in this way.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Belongings {
    pub(super) addresses: Vec<contact_point::Model>,
    pub(super) labels: Vec<label::Model>,
    pub(super) positions: Vec<position::Model>,
    pub(super) snoozes: Vec<snooze::Model>,
    pub(super) own_records: Vec<recruiter_person::Model>,
}

/// A row that hangs on a person.
trait Belonging: Clone {
    /// What it says, whoever's it is.
    type Key: Ord;

    fn key(&self) -> Self::Key;
    fn person(&mut self) -> &mut Uuid;
}

impl Belonging for contact_point::Model {
    type Key = (ContactPointKind, String);

    fn key(&self) -> Self::Key {
        (self.kind, self.key.clone())
    }

    fn person(&mut self) -> &mut Uuid {
        &mut self.person_id
    }
}

impl Belonging for label::Model {
    type Key = (LabelKind, String);

    fn key(&self) -> Self::Key {
        (self.kind, self.key.clone())
    }

    fn person(&mut self) -> &mut Uuid {
        &mut self.person_id
    }
}

impl Belonging for position::Model {
    type Key = (
        Option<Uuid>,
        Option<String>,
        Option<String>,
        Option<NaiveDate>,
        Option<NaiveDate>,
    );

    fn key(&self) -> Self::Key {
        (
            self.company_id,
            self.company_name.clone(),
            self.title.clone(),
            self.started_on,
            self.ended_on,
        )
    }

    fn person(&mut self) -> &mut Uuid {
        &mut self.person_id
    }
}

impl Belonging for snooze::Model {
    type Key = Uuid;

    fn key(&self) -> Uuid {
        self.recruiter_id
    }

    fn person(&mut self) -> &mut Uuid {
        &mut self.person_id
    }
}

impl Belonging for recruiter_person::Model {
    type Key = Uuid;

    fn key(&self) -> Uuid {
        self.recruiter_id
    }

    fn person(&mut self) -> &mut Uuid {
        &mut self.person_id
    }
}

fn keys<T: Belonging>(rows: &[T]) -> BTreeSet<T::Key> {
    rows.iter().map(T::key).collect()
}

/// What the survivor lacks of the other's, as the survivor's.
fn lacking<T: Belonging>(ours: &[T], theirs: &[T], pair: Pair) -> Vec<T> {
    let known = keys(ours);
    let lacking = theirs.iter().filter(|row| !known.contains(&row.key()));
    let own = lacking.cloned().map(|mut row| {
        *row.person() = pair.survivor;
        row
    });
    own.collect()
}

/// Takes those rows away that say the same as one of `given`. What another merged person had too
/// stays, and is from now on what that one brought.
fn take_back<T: Belonging>(
    now: &mut Vec<T>,
    given: &[T],
    others: &mut [(&mut Vec<T>, &[T])],
) -> bool {
    let given = keys(given);
    let before = now.len();
    now.retain(|row| {
        if !given.contains(&row.key()) {
            return true;
        }
        let had_too = |(_, had): &&mut (&mut Vec<T>, &[T])| keys(had).contains(&row.key());
        let Some((brought, _)) = others.iter_mut().find(had_too) else {
            return false;
        };
        brought.push(row.clone());
        true
    });
    now.len() != before
}

/// The kinds of belongings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Addresses,
    Labels,
    Positions,
    Snoozes,
    OwnRecords,
}

impl Belongings {
    /// What the survivor gets of the merged person's, behind what they have.
    pub(super) fn brought(&self, theirs: &Self, pair: Pair, new_id: impl Fn() -> Uuid) -> Self {
        let mut addresses = lacking(&self.addresses, &theirs.addresses, pair);
        for (index, row) in addresses.iter_mut().enumerate() {
            row.rank = behind(self.addresses.iter().map(|own| own.rank), index);
        }
        let mut positions = lacking(&self.positions, &theirs.positions, pair);
        for (index, row) in positions.iter_mut().enumerate() {
            row.rank = behind(self.positions.iter().map(|own| own.rank), index);
            row.id = new_id();
        }
        Self {
            addresses,
            labels: lacking(&self.labels, &theirs.labels, pair),
            positions,
            snoozes: lacking(&self.snoozes, &theirs.snoozes, pair),
            own_records: lacking(&self.own_records, &theirs.own_records, pair),
        }
    }

    /// Takes back what a merge brought, and returns of which kinds anything was. What is said in the
    /// same words since is not told from it.
    pub(super) fn give_back(&mut self, given: &Self, others: &mut [Undoable]) -> Vec<Kind> {
        let mut taken = Vec::new();
        macro_rules! back {
            ($($kind:ident $rows:ident),+) => { $(
                let mut had: Vec<_> = others
                    .iter_mut()
                    .map(|other| &mut other.trail)
                    .map(|other| (&mut other.given.$rows, other.had.$rows.as_slice()))
                    .collect();
                if take_back(&mut self.$rows, &given.$rows, &mut had) {
                    taken.push(Kind::$kind);
                }
            )+ };
        }
        back!(
            Addresses addresses, Labels labels, Positions positions, Snoozes snoozes,
            OwnRecords own_records
        );
        taken
    }

    /// How much there is of each kind.
    pub(super) fn count(&self, moved: &mut Moved) {
        let of_kind = |kind| self.addresses.iter().filter(|row| row.kind == kind).count();
        moved.emails = of_kind(ContactPointKind::Email);
        moved.phones = of_kind(ContactPointKind::Phone);
        moved.links = of_kind(ContactPointKind::Link);
        let of_kind = |kind| self.labels.iter().filter(|row| row.kind == kind).count();
        moved.tags = of_kind(LabelKind::Tag);
        moved.communities = of_kind(LabelKind::Community);
        moved.positions = self.positions.len();
        moved.snoozes = self.snoozes.len();
    }

    /// Whether a recruiter may be somebody else by this.
    pub(super) fn may_tell_who_is_who(&self) -> bool {
        let email = |row: &contact_point::Model| row.kind == ContactPointKind::Email;
        !self.own_records.is_empty() || self.addresses.iter().any(email)
    }
}

fn behind(ranks: impl Iterator<Item = i32>, index: usize) -> i32 {
    let next = ranks.max().map_or(0, |rank| rank.saturating_add(1));
    next.saturating_add(i32::try_from(index).unwrap_or(i32::MAX))
}

impl Store {
    /// What hangs on each of these people.
    pub(super) async fn belongings(&self, people: &[Uuid]) -> Result<HashMap<Uuid, Belongings>> {
        let mut addresses = self.contact_points(people).await?;
        let mut labels = self.labels(people).await?;
        let mut positions = self.positions(people).await?;
        let of = sql::one_of(self.backend(), snooze::Column::PersonId, people);
        let snoozes = self.find::<snooze::Entity>().filter(of);
        let snoozes = snoozes.all(&self.conn).await?;
        let of = sql::one_of(self.backend(), recruiter_person::Column::PersonId, people);
        let own_records = self.find::<recruiter_person::Entity>().filter(of);
        let own_records = own_records.all(&self.conn).await?;
        let mut of_person = |person: &Uuid| Belongings {
            addresses: addresses.remove(person).unwrap_or_default(),
            labels: labels.remove(person).unwrap_or_default(),
            positions: positions.remove(person).unwrap_or_default(),
            snoozes: snoozes
                .iter()
                .filter(|row| row.person_id == *person)
                .cloned()
                .collect(),
            own_records: own_records
                .iter()
                .filter(|row| row.person_id == *person)
                .cloned()
                .collect(),
        };
        Ok(people.iter().map(|id| (*id, of_person(id))).collect())
    }
}

impl Writer {
    /// Stores what hangs on people.
    pub(super) async fn insert_belongings(&self, rows: &Belongings) -> Result<()> {
        self.insert_all(rows.addresses.clone()).await?;
        self.insert_all(rows.labels.clone()).await?;
        self.insert_all(rows.positions.clone()).await?;
        self.insert_all(rows.snoozes.clone()).await?;
        self.insert_all(rows.own_records.clone()).await
    }

    /// Stores what is left of those kinds of a person's belongings that were taken from.
    pub(super) async fn store_left(
        &self,
        person: Uuid,
        left: &Belongings,
        taken: &[Kind],
    ) -> Result<()> {
        macro_rules! store {
            ($($kind:ident $rows:ident $table:ident),+) => { $(
                if taken.contains(&Kind::$kind) {
                    let theirs = $table::Column::PersonId.eq(person);
                    self.replace_rows::<$table::Entity>(theirs.into(), left.$rows.clone())
                        .await?;
                }
            )+ };
        }
        store!(
            Addresses addresses contact_point, Labels labels label, Positions positions position,
            Snoozes snoozes snooze, OwnRecords own_records recruiter_person
        );
        Ok(())
    }

    async fn replace_rows<E>(&self, which: Condition, by: Vec<E::Model>) -> Result<()>
    where
        E: OfTenant,
        E::Model: sea_orm::IntoActiveModel<E::ActiveModel> + sea_orm::ModelTrait<Entity = E> + Sync,
        E::ActiveModel: Send,
    {
        self.delete::<E>(which).await?;
        self.insert_all(by).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tag(person: u128, name: &str) -> label::Model {
        label::Model {
            tenant_id: Uuid::nil(),
            person_id: Uuid::from_u128(person),
            kind: LabelKind::Tag,
            key: name.to_lowercase(),
            name: name.to_owned(),
        }
    }

    fn tags(person: u128, names: &[&str]) -> Belongings {
        Belongings {
            labels: names.iter().map(|name| tag(person, name)).collect(),
            ..Belongings::default()
        }
    }

    fn names(of: &Belongings) -> Vec<&str> {
        of.labels.iter().map(|row| row.name.as_str()).collect()
    }

    const PAIR: Pair = Pair {
        survivor: Uuid::from_u128(1),
        merged: Uuid::from_u128(2),
    };

    #[test]
    fn what_both_have_is_kept_once() {
        let ours = tags(1, &["Rust", "SQL"]);
        let theirs = tags(2, &["sql", "Go"]);

        let brought = ours.brought(&theirs, PAIR, Uuid::nil);

        assert_eq!(names(&brought), ["Go"]);
        assert_eq!(brought.labels[0].person_id, PAIR.survivor);
    }

    #[test]
    fn an_undo_leaves_what_was_added_since() {
        let mut now = tags(1, &["Rust", "Go", "Zig"]);

        let taken = now.give_back(&tags(1, &["Go"]), &mut []);

        assert_eq!(taken, [Kind::Labels]);
        assert_eq!(names(&now), ["Rust", "Zig"]);
    }
}
