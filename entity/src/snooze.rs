//! Table `snooze`.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// A person of whom a recruiter does not wish to be reminded for a while.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, DeriveEntityModel)]
#[sea_orm(table_name = "snooze")]
pub struct Model {
    /// The tenant.
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: Uuid,
    /// The recruiter.
    #[sea_orm(primary_key, auto_increment = false)]
    pub recruiter_id: Uuid,
    /// The person.
    #[sea_orm(primary_key, auto_increment = false)]
    pub person_id: Uuid,
    /// When the reminders come back.
    pub until_at: DateTimeUtc,
    /// Why.
    pub reason: Option<String>,
    /// When it was asked for.
    pub snoozed_at: DateTimeUtc,
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
    /// Its person.
    #[sea_orm(
        belongs_to = "super::person::Entity",
        from = "(Column::TenantId, Column::PersonId)",
        to = "(super::person::Column::TenantId, super::person::Column::Id)"
    )]
    Person,
}

impl ActiveModelBehavior for ActiveModel {}
