//! Table `external_record`.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// The name that another system gives to one of our nodes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, DeriveEntityModel)]
#[sea_orm(table_name = "external_record")]
pub struct Model {
    /// The tenant.
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: Uuid,
    /// Such as `greenhouse`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub system: String,
    /// Such as `candidate`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub record_type: String,
    /// The external.
    #[sea_orm(primary_key, auto_increment = false)]
    pub external_id: String,
    /// The person.
    pub person_id: Option<Uuid>,
    /// The company.
    pub company_id: Option<Uuid>,
    /// The job.
    pub job_id: Option<Uuid>,
    /// The application.
    pub application_id: Option<Uuid>,
    /// The interaction.
    pub interaction_id: Option<Uuid>,
    /// The referral.
    pub referral_id: Option<Uuid>,
    /// The relationship.
    pub relationship_id: Option<Uuid>,
    /// The recruiter.
    pub recruiter_id: Option<Uuid>,
    /// The promise.
    pub promise_id: Option<Uuid>,
    /// The feedback.
    pub feedback_id: Option<Uuid>,
    /// When it was attached.
    pub linked_at: DateTimeUtc,
    /// When it last changed there, as its last sync said.
    pub source_updated_at: Option<DateTimeUtc>,
    /// What its syncs said of it so far; none where it was attached by hand.
    pub payload: Option<Json>,
    /// SHA-256 of what its last sync said, in hex.
    pub payload_hash: Option<String>,
    /// The listing under way in which it was last seen.
    pub seen_in_id: Option<Uuid>,
    /// When we were told that it was deleted there; then it names no node.
    pub deleted_at: Option<DateTimeUtc>,
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
    /// Its company.
    #[sea_orm(
        belongs_to = "super::company::Entity",
        from = "(Column::TenantId, Column::CompanyId)",
        to = "(super::company::Column::TenantId, super::company::Column::Id)"
    )]
    Company,
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
    /// Its interaction.
    #[sea_orm(
        belongs_to = "super::interaction::Entity",
        from = "(Column::TenantId, Column::InteractionId)",
        to = "(super::interaction::Column::TenantId, super::interaction::Column::Id)"
    )]
    Interaction,
    /// Its referral.
    #[sea_orm(
        belongs_to = "super::referral::Entity",
        from = "(Column::TenantId, Column::ReferralId)",
        to = "(super::referral::Column::TenantId, super::referral::Column::Id)"
    )]
    Referral,
    /// Its relationship.
    #[sea_orm(
        belongs_to = "super::relationship::Entity",
        from = "(Column::TenantId, Column::RelationshipId)",
        to = "(super::relationship::Column::TenantId, super::relationship::Column::Id)"
    )]
    Relationship,
    /// Its recruiter.
    #[sea_orm(
        belongs_to = "super::recruiter::Entity",
        from = "(Column::TenantId, Column::RecruiterId)",
        to = "(super::recruiter::Column::TenantId, super::recruiter::Column::Id)"
    )]
    Recruiter,
    /// Its promise.
    #[sea_orm(
        belongs_to = "super::promise::Entity",
        from = "(Column::TenantId, Column::PromiseId)",
        to = "(super::promise::Column::TenantId, super::promise::Column::Id)"
    )]
    Promise,
    /// Its feedback.
    #[sea_orm(
        belongs_to = "super::feedback::Entity",
        from = "(Column::TenantId, Column::FeedbackId)",
        to = "(super::feedback::Column::TenantId, super::feedback::Column::Id)"
    )]
    Feedback,
}

impl Related<super::recruiter::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Recruiter.def()
    }
}

impl ActiveModelBehavior for ActiveModel {}
