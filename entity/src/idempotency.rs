//! Table `idempotency`.

use sea_orm::entity::prelude::*;

/// The first result under an idempotency key.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "idempotency")]
pub struct Model {
    /// The tenant.
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: Uuid,
    /// The caller.
    #[sea_orm(primary_key, auto_increment = false)]
    pub caller_id: Uuid,
    /// The operation.
    #[sea_orm(primary_key, auto_increment = false)]
    pub operation: String,
    /// The key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub key: String,
    /// SHA-256 of the input, in hex.
    pub input_hash: String,
    /// What the first call made.
    pub node_id: Uuid,
    /// What the first call answered, where that is more than one node.
    pub answer: Option<Json>,
    /// When the row was made.
    pub created_at: DateTimeUtc,
}

/// The parents of a row.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    /// Its caller.
    #[sea_orm(
        belongs_to = "super::recruiter::Entity",
        from = "(Column::TenantId, Column::CallerId)",
        to = "(super::recruiter::Column::TenantId, super::recruiter::Column::Id)"
    )]
    Caller,
}

impl ActiveModelBehavior for ActiveModel {}
