//! Table `application`.

use sea_orm::entity::prelude::*;

use crate::enums::{ApplicationOutcome, Milestone};

/// A person's candidacy for a job, mirrored from the ATS.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "application")]
pub struct Model {
    /// The tenant.
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: Uuid,
    /// A UUIDv7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The person.
    pub person_id: Uuid,
    /// The job.
    pub job_id: Uuid,
    /// Free text, as the job names its stages.
    pub stage: Option<String>,
    /// The furthest milestone it was told to have reached.
    pub milestone: Option<Milestone>,
    /// How it ended; none while it runs.
    pub outcome: Option<ApplicationOutcome>,
    /// Where it came from, as the ATS says.
    pub source: Option<String>,
    /// Who is credited with it, where another system has only words for them.
    pub credited_to_name: Option<String>,
    /// When it began.
    pub applied_at: DateTimeUtc,
    /// When it last changed its stage.
    pub stage_changed_at: DateTimeUtc,
    /// When it ended.
    pub concluded_at: Option<DateTimeUtc>,
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
    /// Its job.
    #[sea_orm(
        belongs_to = "super::job::Entity",
        from = "(Column::TenantId, Column::JobId)",
        to = "(super::job::Column::TenantId, super::job::Column::Id)"
    )]
    Job,
}

impl ActiveModelBehavior for ActiveModel {}
