//! Table `match_suggestion`.

use sea_orm::entity::prelude::*;

use crate::enums::{MatchEvidence, MatchState};

/// Two people who may be one, or who were said to be two. The smaller id comes first.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "match_suggestion")]
pub struct Model {
    /// The tenant.
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: Uuid,
    /// A UUIDv7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// One of the two.
    pub one_id: Uuid,
    /// The other.
    pub other_id: Uuid,
    /// What became of it.
    pub state: MatchState,
    /// The strongest of what speaks for it.
    pub strongest: MatchEvidence,
    /// All that speaks for it, the strongest first.
    pub evidence: Json,
    /// When it was first suggested.
    pub suggested_at: DateTimeUtc,
    /// When somebody said that they are two.
    pub dismissed_at: Option<DateTimeUtc>,
    /// Who said it.
    pub dismissed_by_id: Option<Uuid>,
}

/// The parents of a row.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    /// One of the two.
    #[sea_orm(
        belongs_to = "super::person::Entity",
        from = "(Column::TenantId, Column::OneId)",
        to = "(super::person::Column::TenantId, super::person::Column::Id)"
    )]
    One,
    /// The other.
    #[sea_orm(
        belongs_to = "super::person::Entity",
        from = "(Column::TenantId, Column::OtherId)",
        to = "(super::person::Column::TenantId, super::person::Column::Id)"
    )]
    Other,
}

impl ActiveModelBehavior for ActiveModel {}
