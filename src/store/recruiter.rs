//! Recruiters, as their tokens made them.

use std::collections::HashMap;

use entity::recruiter::{Column, Entity, Model};
use sea_orm::QueryFilter;
use uuid::Uuid;

use super::{Store, sql};
use crate::error::Result;

impl Store {
    /// Recruiters by id.
    pub async fn recruiters(&self, ids: &[Uuid]) -> Result<HashMap<Uuid, Model>> {
        let rows = self
            .find::<Entity>()
            .filter(sql::one_of(self.backend(), (Entity, Column::Id), ids))
            .all(&self.conn)
            .await?;
        Ok(rows.into_iter().map(|row| (row.id, row)).collect())
    }
}
