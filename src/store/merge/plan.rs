//! What a merge would do, found before anything is written: a dry run is this and no more.

use entity::{enums::NodeKind, external_record, person, relationship};
use sea_orm::{ColumnTrait, Condition, QueryFilter};
use uuid::Uuid;

use super::{
    Merged, Moved, Pair, belongings::Belongings, claims::Claims, hat_of, ties::Ties, trail::Trail,
};
use crate::{
    error::Result,
    rules::merge::{self, Filled},
    store::{Writer, record::ExternalKey, sql},
};

/// What a merge would do.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) pair: Pair,
    pub(super) survivor: person::Model,
    pub(super) merged: person::Model,
    /// The survivor's row as it will be.
    pub(super) filled: Filled,
    /// What hangs on the merged person.
    pub(super) had: Belongings,
    /// What the survivor is given of it.
    pub(super) given: Belongings,
    pub(super) records: Vec<ExternalKey>,
    pub(super) ties: Ties,
    pub(super) claims: Claims,
    /// The records of ties and claims that go.
    pub(super) lost_records: Vec<external_record::Model>,
    pub(super) moved: Moved,
}

impl Writer {
    /// What merging these two would do. Both must be held.
    pub(super) async fn plan(
        &self,
        survivor: person::Model,
        merged: person::Model,
    ) -> Result<Plan> {
        let pair = Pair {
            survivor: survivor.id,
            merged: merged.id,
        };
        let mut belongings = self.belongings(&[pair.survivor, pair.merged]).await?;
        let has = belongings.remove(&pair.survivor).unwrap_or_default();
        let had = belongings.remove(&pair.merged).unwrap_or_default();
        let given = has.brought(&had, pair, || self.new_id());
        let mut records = self.records(NodeKind::Person, &[pair.merged]).await?;
        let records = records.remove(&pair.merged).unwrap_or_default();
        let ties = self.ties(pair).await?;
        let claims = self.claims(pair).await?;
        let lost_records = self.records_of_lost(&ties, &claims).await?;
        let mut moved = Moved {
            external_records: records.len(),
            relationships: ties.moved.len(),
            relationships_dropped: ties.dropped.len(),
            referrals: claims.moved.len(),
            referrals_hidden: claims.hidden.len(),
            ..Moved::default()
        };
        given.count(&mut moved);
        self.count_rows(pair, &mut moved).await?;
        Ok(Plan {
            pair,
            filled: merge::fill(&survivor, &merged),
            survivor,
            merged,
            had,
            given,
            records: records.iter().map(ExternalKey::from).collect(),
            ties,
            claims,
            lost_records,
            moved,
        })
    }

    /// The names in other systems of ties and claims that go.
    async fn records_of_lost(
        &self,
        ties: &Ties,
        claims: &Claims,
    ) -> Result<Vec<external_record::Model>> {
        use external_record::{Column, Entity};
        let ties: Vec<_> = ties.dropped.iter().map(|tie| tie.row.id).collect();
        let claims: Vec<_> = claims.hidden.iter().map(|claim| claim.row.id).collect();
        if ties.is_empty() && claims.is_empty() {
            return Ok(Vec::new());
        }
        let of = Condition::any()
            .add(sql::one_of(self.backend(), Column::RelationshipId, &ties))
            .add(sql::one_of(self.backend(), Column::ReferralId, &claims));
        Ok(self.find::<Entity>().filter(of).all(&self.conn).await?)
    }
}

impl Plan {
    /// What a caller is told of it.
    pub(super) fn report(&self, now: chrono::DateTime<chrono::Utc>) -> Merged {
        Merged {
            survivor: self.pair.survivor,
            merged: self.pair.merged,
            hat: hat_of(&self.merged),
            moved: self.moved.clone(),
            filled: self.filled.filled.iter().map(ToString::to_string).collect(),
            conflicts: self.filled.conflicts.clone(),
            undoable_until: merge::undoable_until(now),
        }
    }

    /// What an undo will need, once the survivor's row is as given.
    pub(super) fn trail(&self, after: &person::Model) -> Trail {
        Trail {
            merged: self.merged.clone(),
            had: self.had.clone(),
            before: self.survivor.clone(),
            after: after.clone(),
            given: self.given.clone(),
            records: self.records.clone(),
            ties: self.ties.dropped.clone(),
            claims: self.claims.hidden.clone(),
            lost_records: self.lost_records.clone(),
        }
    }

    /// The records of what goes, as they are while it is gone: that of a tie which the survivor has
    /// too names theirs; the others name nothing, and nothing brings them back.
    pub(super) fn records_meanwhile(
        &self,
        now: chrono::DateTime<chrono::Utc>,
    ) -> Vec<external_record::Model> {
        let meanwhile = self.lost_records.iter().map(|record| {
            let same = record.relationship_id.and_then(|tie| self.same_tie(tie));
            external_record::Model {
                relationship_id: same.map(|row| row.id),
                referral_id: None,
                deleted_at: same.is_none().then_some(now),
                ..record.clone()
            }
        });
        meanwhile.collect()
    }

    fn same_tie(&self, dropped: Uuid) -> Option<&relationship::Model> {
        let tie = self.ties.dropped.iter().find(|tie| tie.row.id == dropped)?;
        tie.same.as_ref().map(|(row, _)| row)
    }

    /// The survivor's fields that change, as the API spells them.
    pub(super) fn changed_fields(&self) -> Vec<String> {
        let mut fields = Writer::changed_fields(&self.survivor, &self.filled.person);
        let moved = &self.moved;
        let lists = [
            ("emails", moved.emails),
            ("phones", moved.phones),
            ("links", moved.links),
            ("tags", moved.tags),
            ("communities", moved.communities),
            ("positions", moved.positions),
            ("externalRecords", moved.external_records),
            ("interactions", moved.interactions),
            (
                "relationships",
                moved.relationships + moved.relationships_dropped,
            ),
            ("referrals", moved.referrals + moved.referrals_hidden),
            ("promises", moved.promises),
            ("feedback", moved.feedback),
            ("applications", moved.applications),
            ("snooze", moved.snoozes),
        ];
        let changed = lists.into_iter().filter(|(_, count)| *count > 0);
        fields.extend(changed.map(|(field, _)| field.to_owned()));
        fields
    }
}

/// The condition on a person's row.
pub(super) fn is(person: Uuid) -> Condition {
    person::Column::Id.eq(person).into()
}
