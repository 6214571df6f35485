//! Table `sync_snapshot`.

use sea_orm::entity::prelude::*;

/// A full listing of another system's records of one type.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "sync_snapshot")]
pub struct Model {
    /// The tenant.
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: Uuid,
    /// A UUIDv7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The other system.
    pub system: String,
    /// The kind of record there.
    pub record_type: String,
    /// The recruiter who began it.
    pub recruiter_id: Uuid,
    /// When it began.
    pub begun_at: DateTimeUtc,
    /// When it was completed, or given up for a newer one.
    pub closed_at: Option<DateTimeUtc>,
}

/// The parents of a row.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    /// Its recruiter.
    #[sea_orm(
        belongs_to = "super::recruiter::Entity",
        from = "(Column::TenantId, Column::RecruiterId)",
        to = "(super::recruiter::Column::TenantId, super::recruiter::Column::Id)"
    )]
    Recruiter,
}

impl ActiveModelBehavior for ActiveModel {}
