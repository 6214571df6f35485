//! Table `sync_deferred`.

use sea_orm::entity::prelude::*;

/// A record of another system that names something which has not arrived yet.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "sync_deferred")]
pub struct Model {
    /// The tenant.
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: Uuid,
    /// The other system.
    #[sea_orm(primary_key, auto_increment = false)]
    pub system: String,
    /// The kind of record there.
    #[sea_orm(primary_key, auto_increment = false)]
    pub record_type: String,
    /// Its id there.
    #[sea_orm(primary_key, auto_increment = false)]
    pub external_id: String,
    /// A UUIDv7, by which they are listed.
    pub id: Uuid,
    /// The record.
    pub record: Json,
    /// When it last changed there.
    pub source_updated_at: Option<DateTimeUtc>,
    /// The first of what it waits for, in the one form by which it is found.
    pub awaits: String,
    /// All that it waits for.
    pub waits_for: Json,
    /// What was wrong with it when what it waited for had come.
    pub problem: Option<Json>,
    /// It was applied without what it waits for, and will be once more with it.
    pub is_applied: bool,
    /// The recruiter who sent it.
    pub recruiter_id: Uuid,
    /// Since when it waits.
    pub deferred_at: DateTimeUtc,
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
