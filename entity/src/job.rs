//! Table `job`.

use sea_orm::entity::prelude::*;

use crate::enums::JobStatus;

/// An opening, mirrored from the ATS.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "job")]
pub struct Model {
    /// The tenant.
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: Uuid,
    /// A UUIDv7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The title.
    pub title: String,
    /// The title folded for sorting and comparing.
    pub title_key: String,
    /// The status.
    pub status: JobStatus,
    /// The company.
    pub company_id: Option<Uuid>,
    /// The hiring manager.
    pub hiring_manager_id: Option<Uuid>,
    /// The recruiter who looks after it.
    pub owner_id: Option<Uuid>,
    /// The city.
    pub city: Option<String>,
    /// The region.
    pub region: Option<String>,
    /// The country.
    pub country: Option<String>,
    /// The opened on.
    pub opened_on: Option<Date>,
    /// The closed on.
    pub closed_on: Option<Date>,
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
    /// Its company.
    #[sea_orm(
        belongs_to = "super::company::Entity",
        from = "(Column::TenantId, Column::CompanyId)",
        to = "(super::company::Column::TenantId, super::company::Column::Id)"
    )]
    Company,
    /// Its hiring manager.
    #[sea_orm(
        belongs_to = "super::person::Entity",
        from = "(Column::TenantId, Column::HiringManagerId)",
        to = "(super::person::Column::TenantId, super::person::Column::Id)"
    )]
    HiringManager,
    /// Its owner.
    #[sea_orm(
        belongs_to = "super::recruiter::Entity",
        from = "(Column::TenantId, Column::OwnerId)",
        to = "(super::recruiter::Column::TenantId, super::recruiter::Column::Id)"
    )]
    Owner,
}

impl ActiveModelBehavior for ActiveModel {}
