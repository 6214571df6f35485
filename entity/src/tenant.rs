//! Table `tenant`.

use sea_orm::entity::prelude::*;

/// One customer of the deployment.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "tenant")]
pub struct Model {
    /// A UUIDv7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The name that tokens carry in their `tenant` claim.
    pub name: String,
    /// When the row was made.
    pub created_at: DateTimeUtc,
}

/// No parents.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
