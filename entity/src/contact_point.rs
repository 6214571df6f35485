//! Table `contact_point`.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::enums::ContactPointKind;

/// An e-mail address, a telephone number or a profile link of a person.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, DeriveEntityModel)]
#[sea_orm(table_name = "contact_point")]
pub struct Model {
    /// The tenant.
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: Uuid,
    /// The person.
    #[sea_orm(primary_key, auto_increment = false)]
    pub person_id: Uuid,
    /// The kind.
    #[sea_orm(primary_key, auto_increment = false)]
    pub kind: ContactPointKind,
    /// The normal form, by which equal ones are found.
    #[sea_orm(primary_key, auto_increment = false)]
    pub key: String,
    /// The mailbox behind an e-mail address that is written in another way: with what follows a
    /// plus, or, at Gmail, with dots. None if the address is that mailbox itself.
    pub mailbox: Option<String>,
    /// As it was given.
    pub value: String,
    /// Such as `work` or `mobile`.
    pub label: Option<String>,
    /// Its place in the list, from 0.
    pub rank: i32,
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
}

impl ActiveModelBehavior for ActiveModel {}
