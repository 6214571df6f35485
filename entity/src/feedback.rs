//! Table `feedback`.

use sea_orm::entity::prelude::*;

use crate::enums::FeedbackSide;

/// What a person said of working with us.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "feedback")]
pub struct Model {
    /// The tenant.
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: Uuid,
    /// A UUIDv7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The person.
    pub person_id: Uuid,
    /// The side.
    pub side: FeedbackSide,
    /// From 0 to 10.
    pub score: i32,
    /// What they said.
    pub words: Option<String>,
    /// When they said it.
    pub given_at: DateTimeUtc,
    /// The recruiter it is about.
    pub recruiter_id: Option<Uuid>,
    /// The job.
    pub job_id: Option<Uuid>,
    /// The interaction it is about.
    pub interaction_id: Option<Uuid>,
    /// The recruiter who entered it.
    pub author_id: Uuid,
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
    /// Its interaction.
    #[sea_orm(
        belongs_to = "super::interaction::Entity",
        from = "(Column::TenantId, Column::InteractionId)",
        to = "(super::interaction::Column::TenantId, super::interaction::Column::Id)"
    )]
    Interaction,
    /// Its author.
    #[sea_orm(
        belongs_to = "super::recruiter::Entity",
        from = "(Column::TenantId, Column::AuthorId)",
        to = "(super::recruiter::Column::TenantId, super::recruiter::Column::Id)"
    )]
    Author,
}

impl ActiveModelBehavior for ActiveModel {}
