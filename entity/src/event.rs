//! Table `event`.

use sea_orm::entity::prelude::*;

use crate::enums::{ChangeKind, NodeKind};

/// What a write leaves behind: the one append-only record. Two columns more, `position` and `xact`,
/// are the database's own to fill and say where the row stands in the feed.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "event")]
pub struct Model {
    /// The tenant.
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: Uuid,
    /// A UUIDv7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// When it happened.
    pub occurred_at: DateTimeUtc,
    /// The recruiter whose token did it.
    pub actor_id: Uuid,
    /// What the caller said of itself, to skip its own echoes.
    pub origin: Option<String>,
    /// The node kind.
    pub node_kind: NodeKind,
    /// The node.
    pub node_id: Uuid,
    /// The change.
    pub change: ChangeKind,
    /// The names of the changed fields, never their values.
    pub fields: Json,
    /// The only recruiter, beside administrators, to whom the event is told: of an interaction that
    /// was private when it was removed, for its row can no longer say so.
    pub private_to: Option<Uuid>,
    /// The person into whom the node was merged.
    pub merged_into_id: Option<Uuid>,
}

/// The parents of a row.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    /// Its actor.
    #[sea_orm(
        belongs_to = "super::recruiter::Entity",
        from = "(Column::TenantId, Column::ActorId)",
        to = "(super::recruiter::Column::TenantId, super::recruiter::Column::Id)"
    )]
    Actor,
}

impl ActiveModelBehavior for ActiveModel {}
