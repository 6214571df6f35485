//! Table `promise`.

use sea_orm::entity::prelude::*;

use crate::enums::{PromiseKind, PromiseState};

/// What a recruiter said they would do for a person.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "promise")]
pub struct Model {
    /// The tenant.
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: Uuid,
    /// A UUIDv7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The person.
    pub person_id: Uuid,
    /// The recruiter.
    pub recruiter_id: Uuid,
    /// The kind.
    pub kind: PromiseKind,
    /// What was said.
    pub words: Option<String>,
    /// When it was made.
    pub made_at: DateTimeUtc,
    /// When it falls due.
    pub due_at: DateTimeUtc,
    /// The state.
    pub state: PromiseState,
    /// When it was kept, broken or withdrawn.
    pub closed_at: Option<DateTimeUtc>,
    /// What was said on closing it.
    pub closing_note: Option<String>,
    /// The job.
    pub job_id: Option<Uuid>,
    /// The application.
    pub application_id: Option<Uuid>,
    /// The interaction in which it was made.
    pub made_in_id: Option<Uuid>,
    /// The interaction that kept it.
    pub kept_by_id: Option<Uuid>,
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
    /// Its recruiter.
    #[sea_orm(
        belongs_to = "super::recruiter::Entity",
        from = "(Column::TenantId, Column::RecruiterId)",
        to = "(super::recruiter::Column::TenantId, super::recruiter::Column::Id)"
    )]
    Recruiter,
    /// Its job.
    #[sea_orm(
        belongs_to = "super::job::Entity",
        from = "(Column::TenantId, Column::JobId)",
        to = "(super::job::Column::TenantId, super::job::Column::Id)"
    )]
    Job,
    /// Its application.
    #[sea_orm(
        belongs_to = "super::application::Entity",
        from = "(Column::TenantId, Column::ApplicationId)",
        to = "(super::application::Column::TenantId, super::application::Column::Id)"
    )]
    Application,
    /// Its made in.
    #[sea_orm(
        belongs_to = "super::interaction::Entity",
        from = "(Column::TenantId, Column::MadeInId)",
        to = "(super::interaction::Column::TenantId, super::interaction::Column::Id)"
    )]
    MadeIn,
    /// Its kept by.
    #[sea_orm(
        belongs_to = "super::interaction::Entity",
        from = "(Column::TenantId, Column::KeptById)",
        to = "(super::interaction::Column::TenantId, super::interaction::Column::Id)"
    )]
    KeptBy,
}

impl ActiveModelBehavior for ActiveModel {}
