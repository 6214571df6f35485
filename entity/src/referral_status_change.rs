//! Table `referral_status_change`.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::enums::ReferralStatus;

/// One dated step of a referral.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, DeriveEntityModel)]
#[sea_orm(table_name = "referral_status_change")]
pub struct Model {
    /// The tenant.
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: Uuid,
    /// A UUIDv7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The referral.
    pub referral_id: Uuid,
    /// The step of the linked application that it follows from; none if it was told.
    pub application_change_id: Option<Uuid>,
    /// The status.
    pub status: ReferralStatus,
    /// When it happened.
    pub changed_at: DateTimeUtc,
    /// The recruiter.
    pub recruiter_id: Uuid,
    /// The note.
    pub note: Option<String>,
}

/// The parents of a row.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    /// Its referral.
    #[sea_orm(
        belongs_to = "super::referral::Entity",
        from = "(Column::TenantId, Column::ReferralId)",
        to = "(super::referral::Column::TenantId, super::referral::Column::Id)"
    )]
    Referral,
    /// The step of the application that it follows from.
    #[sea_orm(
        belongs_to = "super::application_change::Entity",
        from = "(Column::TenantId, Column::ApplicationChangeId)",
        to = "(super::application_change::Column::TenantId, super::application_change::Column::Id)"
    )]
    ApplicationChange,
    /// Its recruiter.
    #[sea_orm(
        belongs_to = "super::recruiter::Entity",
        from = "(Column::TenantId, Column::RecruiterId)",
        to = "(super::recruiter::Column::TenantId, super::recruiter::Column::Id)"
    )]
    Recruiter,
}

impl ActiveModelBehavior for ActiveModel {}
