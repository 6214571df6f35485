//! Table `tenant_settings`.

use sea_orm::entity::prelude::*;

/// What a tenant chose; no row means the built-in values.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "tenant_settings")]
pub struct Model {
    /// The tenant.
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: Uuid,
    /// Hours within which a person should have our answer.
    pub reply_target_hours: i32,
    /// Days after which news must have been passed on.
    pub silence_limit_days: i32,
    /// The cadence of people who have none of their own.
    pub default_cadence_days: Option<i32>,
    /// Days for which the earliest claim has the credit of a referral.
    pub attribution_window_days: i32,
    /// Days within which a referrer should be thanked.
    pub thank_within_days: i32,
    /// An IANA name.
    pub time_zone: String,
    /// Days, hours and holidays, as the rules read them.
    pub working_hours: Json,
    /// Grows by one with each change.
    pub version: i32,
    /// When the row was made.
    pub created_at: DateTimeUtc,
    /// When the row last changed.
    pub updated_at: DateTimeUtc,
}

/// No parents.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
