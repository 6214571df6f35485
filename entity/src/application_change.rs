//! Table `application_change`.

use sea_orm::entity::prelude::*;

use crate::enums::{ApplicationOutcome, Milestone};

/// One dated step of an application.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "application_change")]
pub struct Model {
    /// The tenant.
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: Uuid,
    /// A UUIDv7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The application.
    pub application_id: Uuid,
    /// The stage it came to; none says nothing of the stage, an empty one that it has none.
    pub stage: Option<String>,
    /// What the stage means in every process, if it was told.
    pub milestone: Option<Milestone>,
    /// How it ended, on the step that ended it.
    pub outcome: Option<ApplicationOutcome>,
    /// It had ended, and runs again.
    pub reopened: bool,
    /// When it happened.
    pub changed_at: DateTimeUtc,
    /// Its date was told; else it is when we learned of it.
    pub is_dated: bool,
    /// The recruiter.
    pub recruiter_id: Uuid,
    /// The note.
    pub note: Option<String>,
}

/// The parents of a row.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    /// Its application.
    #[sea_orm(
        belongs_to = "super::application::Entity",
        from = "(Column::TenantId, Column::ApplicationId)",
        to = "(super::application::Column::TenantId, super::application::Column::Id)"
    )]
    Application,
    /// Its recruiter.
    #[sea_orm(
        belongs_to = "super::recruiter::Entity",
        from = "(Column::TenantId, Column::RecruiterId)",
        to = "(super::recruiter::Column::TenantId, super::recruiter::Column::Id)"
    )]
    Recruiter,
}

impl ActiveModelBehavior for ActiveModel {}
