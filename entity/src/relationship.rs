//! Table `relationship`.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// A tie between two people, read from `person_id`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, DeriveEntityModel)]
#[sea_orm(table_name = "relationship")]
pub struct Model {
    /// The tenant.
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: Uuid,
    /// A UUIDv7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The person.
    pub person_id: Uuid,
    /// The other.
    pub other_id: Uuid,
    /// What the person is to the other.
    pub kind: String,
    /// When the tie began, if known.
    pub since: Option<Date>,
    /// When it ended, if known.
    pub until: Option<Date>,
    /// The tie no longer holds.
    pub ended: bool,
    /// The note.
    pub note: Option<String>,
    /// Grows by one with each change.
    pub version: i32,
    /// When the row was made.
    pub created_at: DateTimeUtc,
    /// When the row last changed.
    pub updated_at: DateTimeUtc,
}

/// The parents of a row.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    /// Its person.
    #[sea_orm(
        belongs_to = "super::person::Entity",
        from = "(Column::TenantId, Column::PersonId)",
        to = "(super::person::Column::TenantId, super::person::Column::Id)"
    )]
    Person,
    /// Its other.
    #[sea_orm(
        belongs_to = "super::person::Entity",
        from = "(Column::TenantId, Column::OtherId)",
        to = "(super::person::Column::TenantId, super::person::Column::Id)"
    )]
    Other,
}

impl ActiveModelBehavior for ActiveModel {}
