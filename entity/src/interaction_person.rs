//! Table `interaction_person`.

use sea_orm::entity::prelude::*;

use crate::enums::Channel;

/// Who took part in an interaction, from outside.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "interaction_person")]
pub struct Model {
    /// The tenant.
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: Uuid,
    /// The interaction.
    #[sea_orm(primary_key, auto_increment = false)]
    pub interaction_id: Uuid,
    /// The person.
    #[sea_orm(primary_key, auto_increment = false)]
    pub person_id: Uuid,
    /// The interaction's time again, for the index.
    pub occurred_at: DateTimeUtc,
    /// The interaction's channel again, if it is a touch that the team may see.
    pub touch_channel: Option<Channel>,
}

/// The parents of a row.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    /// Its interaction.
    #[sea_orm(
        belongs_to = "super::interaction::Entity",
        from = "(Column::TenantId, Column::InteractionId)",
        to = "(super::interaction::Column::TenantId, super::interaction::Column::Id)"
    )]
    Interaction,
    /// Its person.
    #[sea_orm(
        belongs_to = "super::person::Entity",
        from = "(Column::TenantId, Column::PersonId)",
        to = "(super::person::Column::TenantId, super::person::Column::Id)"
    )]
    Person,
}

impl ActiveModelBehavior for ActiveModel {}
