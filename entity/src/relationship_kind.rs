//! Table `relationship_kind`.

use sea_orm::entity::prelude::*;

/// A kind of relationship that a tenant added to the built-in ones.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "relationship_kind")]
pub struct Model {
    /// The tenant.
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: Uuid,
    /// Such as `COUSIN`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub code: String,
    /// How it reads from the first person.
    pub name: String,
    /// The code seen from the other person.
    pub inverse_code: String,
    /// How it reads from the other person.
    pub inverse_name: String,
    /// When the row was made.
    pub created_at: DateTimeUtc,
}

/// No parents.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
