//! Table `position`.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// Where a person works or worked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, DeriveEntityModel)]
#[sea_orm(table_name = "position")]
pub struct Model {
    /// The tenant.
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: Uuid,
    /// A UUIDv7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The person.
    pub person_id: Uuid,
    /// The company.
    pub company_id: Option<Uuid>,
    /// The employer as text, where no company is known.
    pub company_name: Option<String>,
    /// The title.
    pub title: Option<String>,
    /// The started on.
    pub started_on: Option<Date>,
    /// The ended on.
    pub ended_on: Option<Date>,
    /// Its place in the list, from 0.
    pub rank: i32,
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
    /// Its company.
    #[sea_orm(
        belongs_to = "super::company::Entity",
        from = "(Column::TenantId, Column::CompanyId)",
        to = "(super::company::Column::TenantId, super::company::Column::Id)"
    )]
    Company,
}

impl ActiveModelBehavior for ActiveModel {}
