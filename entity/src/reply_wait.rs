//! Table `reply_wait`.

use sea_orm::entity::prelude::*;

use crate::enums::Turn;

/// Derived: how long one side waited for the other to answer.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "reply_wait")]
pub struct Model {
    /// The tenant.
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: Uuid,
    /// The person.
    #[sea_orm(primary_key, auto_increment = false)]
    pub person_id: Uuid,
    /// Whose answer was awaited: ours or theirs.
    #[sea_orm(primary_key, auto_increment = false)]
    pub turn: Turn,
    /// The first message of the burst.
    #[sea_orm(primary_key, auto_increment = false)]
    pub opened_at: DateTimeUtc,
    /// The interaction that opened it.
    pub opened_by_id: Uuid,
    /// The answer; none while it is awaited.
    pub closed_at: Option<DateTimeUtc>,
    /// The interaction that answered.
    pub closed_by_id: Option<Uuid>,
    /// From message to answer.
    pub elapsed_seconds: Option<i64>,
    /// The part of it that lay in working hours.
    pub working_seconds: Option<i64>,
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
    /// Its opened by.
    #[sea_orm(
        belongs_to = "super::interaction::Entity",
        from = "(Column::TenantId, Column::OpenedById)",
        to = "(super::interaction::Column::TenantId, super::interaction::Column::Id)"
    )]
    OpenedBy,
    /// Its closed by.
    #[sea_orm(
        belongs_to = "super::interaction::Entity",
        from = "(Column::TenantId, Column::ClosedById)",
        to = "(super::interaction::Column::TenantId, super::interaction::Column::Id)"
    )]
    ClosedBy,
}

impl ActiveModelBehavior for ActiveModel {}
