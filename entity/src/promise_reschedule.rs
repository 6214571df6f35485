//! Table `promise_reschedule`.

use sea_orm::entity::prelude::*;

/// A due time that a promise had before.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "promise_reschedule")]
pub struct Model {
    /// The tenant.
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: Uuid,
    /// A UUIDv7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The promise.
    pub promise_id: Uuid,
    /// The due time until then.
    pub due_at: DateTimeUtc,
    /// When it was moved.
    pub rescheduled_at: DateTimeUtc,
    /// The recruiter.
    pub recruiter_id: Uuid,
    /// The note.
    pub note: Option<String>,
}

/// The parents of a row.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    /// Its promise.
    #[sea_orm(
        belongs_to = "super::promise::Entity",
        from = "(Column::TenantId, Column::PromiseId)",
        to = "(super::promise::Column::TenantId, super::promise::Column::Id)"
    )]
    Promise,
    /// Its recruiter.
    #[sea_orm(
        belongs_to = "super::recruiter::Entity",
        from = "(Column::TenantId, Column::RecruiterId)",
        to = "(super::recruiter::Column::TenantId, super::recruiter::Column::Id)"
    )]
    Recruiter,
}

impl ActiveModelBehavior for ActiveModel {}
