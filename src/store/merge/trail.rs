//! What an undo needs to know beside the rows that changed hands.

use entity::{
    external_record, person, person_merge, person_merge_row, referral, referral_status_change,
    relationship,
};
use sea_orm::{
    ColumnTrait, Condition, Iterable, ModelTrait, QueryFilter, QueryOrder, sea_query::Expr,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Pair, belongings::Belongings, claims, ties};
use crate::{
    error::{Error, Result},
    rules::merge,
    store::{Writer, record::ExternalKey},
};

/// The trail of a merge. It holds personal data, and goes when the merge cannot be undone any more.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Trail {
    /// The merged person's row.
    pub(super) merged: person::Model,
    /// What hung on them.
    pub(super) had: Belongings,
    /// The survivor's row before.
    pub(super) before: person::Model,
    /// The survivor's row after.
    pub(super) after: person::Model,
    /// What the survivor was given of what hung on the merged person.
    pub(super) given: Belongings,
    /// The merged person's names in other systems.
    pub(super) records: Vec<ExternalKey>,
    /// The ties that ended with the merge.
    pub(super) ties: Vec<DroppedTie>,
    /// The claims between the two.
    pub(super) claims: Vec<HiddenClaim>,
    /// The records of those ties and claims, as they were.
    pub(super) lost_records: Vec<external_record::Model>,
}

/// A tie that ended with a merge.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct DroppedTie {
    /// The tie.
    pub(super) row: relationship::Model,
    /// The survivor's own tie that says the same, before and after it was filled from this one;
    /// none for a tie between the two.
    pub(super) same: Option<(relationship::Model, relationship::Model)>,
}

/// A claim that nobody sees while its two people are one.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct HiddenClaim {
    /// The claim.
    pub(super) row: referral::Model,
    /// Its dated steps.
    pub(super) steps: Vec<referral_status_change::Model>,
}

/// The ties and claims that a merge noted as moved.
#[derive(Debug)]
pub(super) struct Noted {
    pub(super) ties: Vec<Uuid>,
    pub(super) claims: Vec<Uuid>,
    pub(super) repeats: Vec<Uuid>,
}

/// A merge that can be undone.
#[derive(Clone, Debug)]
pub(super) struct Undoable {
    pub(super) row: person_merge::Model,
    pub(super) trail: Trail,
}

impl Trail {
    /// Gives a survivor who lost something what this merge would have brought then, and remembers
    /// it as brought.
    pub(super) fn fill_again(&mut self, survivor: &person::Model) -> person::Model {
        let filled = merge::fill(survivor, &self.merged).person;
        for column in person::Column::iter() {
            // What it brought at the time is still its own to take back.
            if self.before.get(column) == self.after.get(column) {
                self.before.set(column, survivor.get(column));
                self.after.set(column, filled.get(column));
            }
        }
        filled
    }

    /// Takes over what another merge into the same survivor keeps of this one: a tie or a claim
    /// between the two merged people went when the second of them was merged, and is one between the
    /// first and the survivor now. The other merge is to have its part of it back in turn: what it
    /// has to note for that.
    pub(super) fn rescue(
        &mut self,
        pair: Pair,
        moved: &Noted,
        others: &mut [Undoable],
    ) -> Vec<person_merge_row::Model> {
        let back = |person: &mut Uuid| {
            if *person == pair.survivor {
                *person = pair.merged;
            }
        };
        let mut noted = Vec::new();
        for other in others {
            let mut note = |place: &str, row_id| {
                noted.push(person_merge_row::Model {
                    tenant_id: other.row.tenant_id,
                    merged_id: other.row.merged_id,
                    place: place.to_owned(),
                    row_id,
                });
            };
            let is_ours =
                |tie: &mut DroppedTie| tie.same.is_none() && moved.ties.contains(&tie.row.id);
            for mut tie in other.trail.ties.extract_if(.., is_ours) {
                back(&mut tie.row.person_id);
                back(&mut tie.row.other_id);
                note(ties::PLACE, tie.row.id);
                self.ties.push(tie);
            }
            let is_ours = |claim: &mut HiddenClaim| moved.claims.contains(&claim.row.id);
            for mut claim in other.trail.claims.extract_if(.., is_ours) {
                back(&mut claim.row.referrer_id);
                back(&mut claim.row.referred_id);
                note(claims::PLACE, claim.row.id);
                self.claims.push(claim);
            }
            let is_ours = |record: &mut external_record::Model| {
                let tie = record
                    .relationship_id
                    .is_some_and(|id| moved.ties.contains(&id));
                tie || record
                    .referral_id
                    .is_some_and(|id| moved.claims.contains(&id))
            };
            let records = other.trail.lost_records.extract_if(.., is_ours);
            self.lost_records.extend(records);
        }
        noted
    }

    pub(super) fn json(&self) -> Result<serde_json::Value> {
        serde_json::to_value(self).map_err(|error| Error::Internal(error.into()))
    }
}

impl Undoable {
    fn read(row: person_merge::Model) -> Result<Option<Self>> {
        let Some(trail) = row.trail.clone() else {
            return Ok(None);
        };
        let trail = serde_json::from_value(trail).map_err(|error| Error::Internal(error.into()))?;
        Ok(Some(Self { row, trail }))
    }
}

impl Writer {
    /// The merge of a person.
    pub(super) async fn merge_of(&self, merged: Uuid) -> Result<Option<person_merge::Model>> {
        let row = self
            .find::<person_merge::Entity>()
            .filter(person_merge::Column::MergedId.eq(merged));
        Ok(row.one(&self.conn).await?)
    }

    /// What is known of a merge, unless it is too late to undo it.
    pub(super) fn undoable(&self, row: person_merge::Model) -> Result<Option<Undoable>> {
        if merge::undoable_until(row.merged_at) < self.now() {
            return Ok(None);
        }
        Undoable::read(row)
    }

    /// The other merges into the same survivor that can be undone, the earliest first.
    pub(super) async fn others_into(&self, merge: &person_merge::Model) -> Result<Vec<Undoable>> {
        use person_merge::{Column, Entity};
        let rows = self
            .find::<Entity>()
            .filter(Column::SurvivorId.eq(merge.survivor_id))
            .filter(Column::IntoId.eq(merge.survivor_id))
            .filter(Column::MergedId.ne(merge.merged_id))
            .filter(Column::Trail.is_not_null())
            .order_by_asc(Column::MergedAt)
            .order_by_asc(Column::MergedId);
        let rows = rows.all(&self.conn).await?;
        let read = rows.into_iter().map(Undoable::read);
        Ok(read
            .collect::<Result<Vec<_>>>()?
            .into_iter()
            .flatten()
            .collect())
    }

    /// Stores a trail that another undo changed.
    pub(super) async fn put_trail(&self, merge: &Undoable) -> Result<()> {
        use person_merge::{Column, Entity};
        self.update::<Entity>()
            .col_expr(Column::Trail, Expr::val(merge.trail.json()?))
            .filter(Column::MergedId.eq(merge.row.merged_id))
            .exec(&self.conn)
            .await?;
        Ok(())
    }

    /// Forgets what is known of merges that cannot be undone any more.
    pub(super) async fn forget_old_trails(&self) -> Result<()> {
        use person_merge::{Column, Entity};
        let old = Condition::all()
            .add(Column::Trail.is_not_null())
            .add(Column::MergedAt.lt(self.now() - merge::UNDOABLE_FOR));
        let theirs = self.find::<Entity>().filter(old.clone());
        let theirs = sea_orm::QuerySelect::column(
            sea_orm::QuerySelect::select_only(theirs),
            Column::MergedId,
        );
        let of_them =
            person_merge_row::Column::MergedId.in_subquery(sea_orm::QueryTrait::into_query(theirs));
        self.delete::<person_merge_row::Entity>(of_them.into())
            .await?;
        self.update::<Entity>()
            .col_expr(Column::Trail, Expr::val(None::<serde_json::Value>))
            .filter(old)
            .exec(&self.conn)
            .await?;
        Ok(())
    }
}
