//! Table `person`.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::enums::CadenceReset;

/// Anyone outside, stored once, under one hat or both.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, DeriveEntityModel)]
#[sea_orm(table_name = "person")]
pub struct Model {
    /// The tenant.
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: Uuid,
    /// A UUIDv7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The is candidate.
    pub is_candidate: bool,
    /// The is contact.
    pub is_contact: bool,
    /// The name.
    pub name: String,
    /// The name folded for sorting and comparing.
    pub name_key: String,
    /// The given name.
    pub given_name: Option<String>,
    /// The family name.
    pub family_name: Option<String>,
    /// One line that says who they are.
    pub headline: Option<String>,
    /// The city.
    pub city: Option<String>,
    /// The city folded for comparing.
    pub city_key: Option<String>,
    /// The region.
    pub region: Option<String>,
    /// The country.
    pub country: Option<String>,
    /// The recruiter who looks after it.
    pub owner_id: Option<Uuid>,
    /// Nobody may contact them.
    pub do_not_contact: bool,
    /// Why nobody may contact them.
    pub do_not_contact_reason: Option<String>,
    /// Since when nobody may contact them.
    pub do_not_contact_since: Option<DateTimeUtc>,
    /// Days within which the person should be touched again.
    pub cadence_days: Option<i32>,
    /// Which touches start the cadence anew.
    pub cadence_reset: CadenceReset,
    /// The next touch, if somebody set one by hand.
    pub scheduled_touch_at: Option<DateTimeUtc>,
    /// When it was set: an outreach after this consumes it.
    pub scheduled_touch_set_at: Option<DateTimeUtc>,
    /// Derived: the latest touch.
    pub last_touch_at: Option<DateTimeUtc>,
    /// Derived: the latest touch by them.
    pub last_inbound_at: Option<DateTimeUtc>,
    /// Derived: the latest touch by us.
    pub last_outbound_at: Option<DateTimeUtc>,
    /// Derived: the start of the open burst.
    pub awaiting_reply_since: Option<DateTimeUtc>,
    /// Derived: our first outreach they have not answered.
    pub waiting_on_them_since: Option<DateTimeUtc>,
    /// Derived: when the next touch falls due.
    pub next_touch_at: Option<DateTimeUtc>,
    /// Derived: the first news of theirs since our last word that nobody passed on.
    pub news_owed_since: Option<DateTimeUtc>,
    /// Derived: the earliest due time of an open promise to them.
    pub promise_due_at: Option<DateTimeUtc>,
    /// Derived: who looks after them: the owner, else the recruiter of the newest touch.
    pub keeper_id: Option<Uuid>,
    /// Derived: how much was spoken with them: three for each touch in person, two for each by
    /// video, one for each by voice.
    pub past_depth: i32,
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
    /// Its owner.
    #[sea_orm(
        belongs_to = "super::recruiter::Entity",
        from = "(Column::TenantId, Column::OwnerId)",
        to = "(super::recruiter::Column::TenantId, super::recruiter::Column::Id)"
    )]
    Owner,
    /// Its keeper.
    #[sea_orm(
        belongs_to = "super::recruiter::Entity",
        from = "(Column::TenantId, Column::KeeperId)",
        to = "(super::recruiter::Column::TenantId, super::recruiter::Column::Id)"
    )]
    Keeper,
}

impl ActiveModelBehavior for ActiveModel {}
