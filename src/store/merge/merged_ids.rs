//! Where the ids of merged people lead.

use std::collections::HashMap;

use entity::{
    person,
    person_merge::{Column, Entity},
};
use sea_orm::{
    QueryFilter, QueryOrder, QuerySelect,
    sea_query::{IntoColumnRef, LockType, SimpleExpr},
};
use uuid::Uuid;

use crate::{
    error::{Error, Result},
    store::{Store, Writer, sql},
};

impl Store {
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
