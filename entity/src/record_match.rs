//! Table `record_match`.

use sea_orm::entity::prelude::*;

use crate::enums::MatchEvidence;

/// A record of another system that was given to a person by what it says, not by its name.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "record_match")]
pub struct Model {
    /// The tenant.
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: Uuid,
    /// A UUIDv7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The person it was given to.
    pub person_id: Uuid,
    /// The other system.
    pub system: String,
    /// The kind of record there.
    pub record_type: String,
    /// Its id there.
    pub external_id: String,
    /// What spoke for it.
    pub evidence: MatchEvidence,
    /// The address that both had.
    pub key: String,
    /// What the person was called before, where no other system said it.
    pub before: Option<Json>,
    /// When it was done.
    pub matched_at: DateTimeUtc,
    /// When it was taken back.
    pub undone_at: Option<DateTimeUtc>,
    /// Who took it back.
    pub undone_by_id: Option<Uuid>,
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
    /// Its record.
    #[sea_orm(
        belongs_to = "super::external_record::Entity",
        from = "(Column::TenantId, Column::System, Column::RecordType, Column::ExternalId)",
        to = "(super::external_record::Column::TenantId, super::external_record::Column::System, super::external_record::Column::RecordType, super::external_record::Column::ExternalId)"
    )]
    ExternalRecord,
}

impl ActiveModelBehavior for ActiveModel {}
