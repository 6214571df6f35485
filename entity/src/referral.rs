//! Table `referral`.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::enums::ReferralStatus;

/// One claim that a person referred another, perhaps for a job.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, DeriveEntityModel)]
#[sea_orm(table_name = "referral")]
pub struct Model {
    /// The tenant.
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: Uuid,
    /// A UUIDv7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The referrer.
    pub referrer_id: Uuid,
    /// The referred.
    pub referred_id: Uuid,
    /// The job.
    pub job_id: Option<Uuid>,
    /// The application.
    pub application_id: Option<Uuid>,
    /// The recruiter who was told.
    pub recruiter_id: Uuid,
    /// What the referrer is to the referred person.
    pub relationship_kind: Option<String>,
    /// The note.
    pub note: Option<String>,
    /// The status.
    pub status: ReferralStatus,
    /// When it last changed its status.
    pub status_changed_at: DateTimeUtc,
    /// When it was told to us.
    pub referred_at: DateTimeUtc,
    /// When the referrer was thanked.
    pub acknowledged_at: Option<DateTimeUtc>,
    /// When the referrer was told the outcome.
    pub loop_closed_at: Option<DateTimeUtc>,
    /// A decimal number as text.
    pub reward_amount: Option<String>,
    /// ISO 4217.
    pub reward_currency: Option<String>,
    /// The reward due on.
    pub reward_due_on: Option<Date>,
    /// The reward paid on.
    pub reward_paid_on: Option<Date>,
    /// A merge of two people made it the same claim as another one.
    pub is_repeat: bool,
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
    /// Its referrer.
    #[sea_orm(
        belongs_to = "super::person::Entity",
        from = "(Column::TenantId, Column::ReferrerId)",
        to = "(super::person::Column::TenantId, super::person::Column::Id)"
    )]
    Referrer,
    /// Its referred.
    #[sea_orm(
        belongs_to = "super::person::Entity",
        from = "(Column::TenantId, Column::ReferredId)",
        to = "(super::person::Column::TenantId, super::person::Column::Id)"
    )]
    Referred,
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
    /// Its recruiter.
    #[sea_orm(
        belongs_to = "super::recruiter::Entity",
        from = "(Column::TenantId, Column::RecruiterId)",
        to = "(super::recruiter::Column::TenantId, super::recruiter::Column::Id)"
    )]
    Recruiter,
}

impl ActiveModelBehavior for ActiveModel {}
