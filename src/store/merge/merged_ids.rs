//! Where the ids of merged people lead.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entity::{
    enums::Hat,
    person,
    person_merge::{Column, Entity, Model},
};
use sea_orm::{
    QueryFilter, QueryOrder, QuerySelect,
    sea_query::{IntoColumnRef, LockType, SimpleExpr},
};
use uuid::Uuid;

use crate::{
    error::{Error, Result},
    rules::merge,
    store::{Store, Writer, sql},
};

/// Somebody who was merged into a person.
#[derive(Clone, Debug)]
pub struct MergedPerson {
    /// The id they had.
    pub id: Uuid,
    /// The hat under which it is told.
    pub hat: Hat,
    /// The name they had; none once it is too late for an undo.
    pub name: Option<String>,
    /// Who merged them.
    pub recruiter: Uuid,
    /// When.
    pub merged_at: DateTime<Utc>,
    /// Until when it can be undone.
    pub undoable_until: DateTime<Utc>,
}

impl Store {
    /// Who was merged into each of these people, the newest first.
    pub async fn merged_people(&self, ids: &[Uuid]) -> Result<HashMap<Uuid, Vec<MergedPerson>>> {
        let rows = self
            .find::<Entity>()
            .filter(sql::one_of(self.backend(), Column::SurvivorId, ids))
            .order_by_desc(Column::MergedAt)
            .order_by_asc(Column::MergedId)
            .all(&self.conn)
            .await?;
        let mut merged: HashMap<Uuid, Vec<MergedPerson>> = HashMap::new();
        for row in rows {
            let survivor = row.survivor_id;
            let told = merged_person(row, self.clock().now());
            merged.entry(survivor).or_default().push(told);
        }
        Ok(merged)
    }

    /// Who those of the ids are by now that are merged people's.
    pub async fn survivors(&self, ids: &[Uuid]) -> Result<HashMap<Uuid, Uuid>> {
        if ids.is_empty() {
            return Ok(HashMap::new());
        }
        let rows: Vec<(Uuid, Uuid)> = self
            .find::<Entity>()
            .select_only()
            .columns([Column::MergedId, Column::SurvivorId])
            .filter(sql::one_of(self.backend(), (Entity, Column::MergedId), ids))
            .into_tuple()
            .all(&self.conn)
            .await?;
        Ok(rows.into_iter().collect())
    }

    /// The hats under which the ids of merged people were told.
    pub async fn merged_hats(&self, ids: &[Uuid]) -> Result<HashMap<Uuid, Hat>> {
        let rows: Vec<(Uuid, Hat)> = self
            .find::<Entity>()
            .select_only()
            .columns([Column::MergedId, Column::Hat])
            .filter(sql::one_of(self.backend(), (Entity, Column::MergedId), ids))
            .into_tuple()
            .all(&self.conn)
            .await?;
        Ok(rows.into_iter().collect())
    }

    /// `column` points at one of these people, whether they are named by their ids or by ids of
    /// people who were merged into them.
    pub(in crate::store) fn is_one_of_people(
        &self,
        column: impl IntoColumnRef,
        ids: &[Uuid],
    ) -> SimpleExpr {
        sql::one_of_people(self.backend(), self.tenant(), column, ids)
    }

    /// Who this person is by now.
    pub async fn person_by_now(&self, id: Uuid) -> Result<Uuid> {
        Ok(self.survivors(&[id]).await?.remove(&id).unwrap_or(id))
    }
}

impl Writer {
    /// Holds people whom rows name until the end of the write, in the order of their ids. One who
    /// was merged into another since those rows were read is not there any more: then all of the
    /// write begins anew, and reads who it is by now.
    pub(in crate::store) async fn hold_people(&self, people: &[Uuid]) -> Result<()> {
        let held = self
            .known::<person::Entity>(person::Column::Id, people)
            .await?;
        if people.iter().all(|person| held.contains(person)) {
            Ok(())
        } else {
            Err(Error::Retry)
        }
    }

    /// Holds two people against everybody who would write to them or point at them.
    pub(super) async fn hold_both(&self, one: Uuid, other: Uuid) -> Result<Vec<person::Model>> {
        let both = sql::one_of(
            self.backend(),
            (person::Entity, person::Column::Id),
            &[one, other],
        );
        let people = self.find::<person::Entity>().filter(both);
        let people = people.order_by_asc(person::Column::Id);
        Ok(people.lock(LockType::Update).all(&self.conn).await?)
    }
}

fn merged_person(row: Model, now: DateTime<Utc>) -> MergedPerson {
    let undoable_until = merge::undoable_until(row.merged_at);
    // What is told of them is as old as an undo can be, whenever it is cleared away.
    let trail = row.trail.filter(|_| now <= undoable_until);
    let name = trail.and_then(|trail| Some(trail["merged"]["name"].as_str()?.to_owned()));
    MergedPerson {
        id: row.merged_id,
        hat: row.hat,
        name,
        recruiter: row.recruiter_id,
        merged_at: row.merged_at,
        undoable_until,
    }
}
