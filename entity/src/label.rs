//! Table `label`.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::enums::LabelKind;

/// A tag or a community of a person.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, DeriveEntityModel)]
#[sea_orm(table_name = "label")]
pub struct Model {
    /// The tenant.
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: Uuid,
    /// The person.
    #[sea_orm(primary_key, auto_increment = false)]
    pub person_id: Uuid,
    /// The kind.
    #[sea_orm(primary_key, auto_increment = false)]
    pub kind: LabelKind,
    /// The name folded for comparing.
    #[sea_orm(primary_key, auto_increment = false)]
    pub key: String,
    /// As it was first written.
    pub name: String,
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
}

impl ActiveModelBehavior for ActiveModel {}
