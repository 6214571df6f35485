//! People who are one, made so; and what is known of who is who when people become one or two.

use std::collections::HashSet;

use entity::{enums::MatchState, external_record, match_suggestion, record_match};
use sea_orm::{
    ColumnTrait, Condition, QueryFilter, QuerySelect, QueryTrait,
    sea_query::{Expr, ExprTrait},
};
use serde_json::Value;
use uuid::Uuid;

use super::in_order;
use crate::{
    error::{Error, Result},
    store::Writer,
};

impl Writer {
    /// Makes people one whom the records of a call bring together: who stays, and who goes. Told
    /// are those who cannot be made one, the smaller id first.
    pub(in crate::store) async fn join_people(
        &self,
        joins: &[(Uuid, Uuid)],
    ) -> Result<HashSet<(Uuid, Uuid)>> {
        let mut apart = HashSet::new();
        for (stays, goes) in joins {
            match self.join(*stays, *goes).await {
                Ok(()) => {}
                // Somebody has to decide it; here nobody can be asked.
                Err(Error::Refused(_)) => {
                    apart.insert(in_order(*stays, *goes));
                }
                Err(error) => return Err(error),
            }
        }
        Ok(apart)
    }

    /// Makes two people one.
    pub(super) async fn join(&self, stays: Uuid, goes: Uuid) -> Result<()> {
        Box::pin(self.merge_people(stays, goes)).await.map(|_| ())
    }

    /// Has what is known of who is who lead to the survivor of a merge. What somebody decided of
    /// the merged person holds for the survivor.
    pub(in crate::store) async fn matches_follow(
        &self,
        merged: Uuid,
        survivor: Uuid,
    ) -> Result<()> {
        use match_suggestion::{Column, Entity};
        self.update::<record_match::Entity>()
            .col_expr(record_match::Column::PersonId, Expr::val(survivor))
            .filter(record_match::Column::PersonId.eq(merged))
            .exec(&self.conn)
            .await?;
        let theirs = self.suggestions_of(&[merged, survivor]).await?;
        let (of_merged, of_survivor): (Vec<_>, Vec<_>) = theirs
            .into_iter()
            .partition(|row| row.one_id == merged || row.other_id == merged);
        let ids: Vec<_> = of_merged.iter().map(|row| row.id).collect();
        if ids.is_empty() {
            return Ok(());
        }
        let gone = crate::store::sql::one_of(self.backend(), Column::Id, &ids);
        self.delete::<Entity>(Condition::all().add(gone)).await?;
        let mut moved = Vec::new();
        for row in of_merged {
            let with = if row.one_id == merged {
                row.other_id
            } else {
                row.one_id
            };
            let (one_id, other_id) = in_order(with, survivor);
            let mut same = of_survivor.iter();
            let same = same.find(|known| (known.one_id, known.other_id) == (one_id, other_id));
            let is_decided = same.is_none_or(|same| same.state == MatchState::Open)
                && row.state == MatchState::Dismissed;
            if with != survivor && (same.is_none() || is_decided) {
                moved.push(match_suggestion::Model {
                    id: same.map_or(row.id, |same| same.id),
                    one_id,
                    other_id,
                    ..row
                });
            }
        }
        self.upsert(moved).await
    }

    /// Has what is known of who is who follow those whose merge was undone: the records that went
    /// back tell of the one again, and the two are kept apart.
    pub(in crate::store) async fn matches_part(&self, survivor: Uuid, merged: Uuid) -> Result<()> {
        use external_record::Column as Record;
        use record_match::{Column, Entity};
        let is_same = |record: Record, column: Column| {
            Expr::col((external_record::Entity, record)).equals((Entity, column))
        };
        let went_back = self
            .find::<external_record::Entity>()
            .select_only()
            .column(Record::ExternalId)
            .filter(Record::PersonId.eq(merged))
            .filter(is_same(Record::System, Column::System))
            .filter(is_same(Record::RecordType, Column::RecordType))
            .filter(is_same(Record::ExternalId, Column::ExternalId));
        self.update::<Entity>()
            .col_expr(Column::PersonId, Expr::val(merged))
            .filter(Column::PersonId.eq(survivor))
            .filter(Expr::exists(went_back.into_query()))
            .exec(&self.conn)
            .await?;
        self.keep_apart(survivor, merged).await
    }

    /// Notes that two people are two: nothing suggests it again, and no sync makes them one.
    pub(in crate::store) async fn keep_apart(&self, one: Uuid, other: Uuid) -> Result<()> {
        let row = self.kept_apart(one, other).await?;
        self.upsert(vec![row]).await
    }

    /// The row that says that two people are two.
    pub(in crate::store) async fn kept_apart(
        &self,
        one: Uuid,
        other: Uuid,
    ) -> Result<match_suggestion::Model> {
        let (one_id, other_id) = in_order(one, other);
        let known = self.suggestions_of(&[one]).await?;
        let mut known = known.into_iter();
        let known = known.find(|row| (row.one_id, row.other_id) == (one_id, other_id));
        let row = known.unwrap_or_else(|| match_suggestion::Model {
            tenant_id: self.tenant(),
            id: self.new_id(),
            one_id,
            other_id,
            state: MatchState::Dismissed,
            strongest: entity::enums::MatchEvidence::EmailAndName,
            evidence: Value::Array(Vec::new()),
            suggested_at: self.now(),
            dismissed_at: None,
            dismissed_by_id: None,
        });
        Ok(match_suggestion::Model {
            state: MatchState::Dismissed,
            dismissed_at: Some(self.now()),
            dismissed_by_id: Some(self.viewer().recruiter_id),
            ..row
        })
    }
}
