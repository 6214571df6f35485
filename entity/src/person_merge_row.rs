//! Table `person_merge_row`.

use sea_orm::entity::prelude::*;

/// A row that went from a merged person to the survivor.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "person_merge_row")]
pub struct Model {
    /// The tenant.
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: Uuid,
    /// The merged person.
    #[sea_orm(primary_key, auto_increment = false)]
    pub merged_id: Uuid,
    /// Where it pointed at them.
    #[sea_orm(primary_key, auto_increment = false)]
    pub place: String,
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub row_id: Uuid,
}

/// The parents of a row.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    /// Its merge.
    #[sea_orm(
        belongs_to = "super::person_merge::Entity",
        from = "(Column::TenantId, Column::MergedId)",
        to = "(super::person_merge::Column::TenantId, super::person_merge::Column::MergedId)"
    )]
    Merge,
}

impl ActiveModelBehavior for ActiveModel {}
