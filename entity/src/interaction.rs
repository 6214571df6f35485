//! Table `interaction`.

use sea_orm::entity::prelude::*;

use crate::enums::{Channel, Direction, InteractionOutcome, Visibility};

/// A touchpoint with one or more people.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "interaction")]
pub struct Model {
    /// The tenant.
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: Uuid,
    /// A UUIDv7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The channel.
    pub channel: Channel,
    /// The direction.
    pub direction: Direction,
    /// The outcome.
    pub outcome: InteractionOutcome,
    /// Sent by a machine: never a touch, never stops a clock.
    pub automated: bool,
    /// The visibility.
    pub visibility: Visibility,
    /// When it happened.
    pub occurred_at: DateTimeUtc,
    /// The duration minutes.
    pub duration_minutes: Option<i32>,
    /// The subject.
    pub subject: Option<String>,
    /// The body.
    pub body: Option<String>,
    /// The recruiter who logged it.
    pub author_id: Uuid,
    /// The job.
    pub job_id: Option<Uuid>,
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
    /// Its author.
    #[sea_orm(
        belongs_to = "super::recruiter::Entity",
        from = "(Column::TenantId, Column::AuthorId)",
        to = "(super::recruiter::Column::TenantId, super::recruiter::Column::Id)"
    )]
    Author,
    /// Its job.
    #[sea_orm(
        belongs_to = "super::job::Entity",
        from = "(Column::TenantId, Column::JobId)",
        to = "(super::job::Column::TenantId, super::job::Column::Id)"
    )]
    Job,
}

impl ActiveModelBehavior for ActiveModel {}
