//! Table `person_merge`.

use sea_orm::entity::prelude::*;

use crate::enums::Hat;

/// A person who was found to be another one, and whose id leads there.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "person_merge")]
pub struct Model {
    /// The tenant.
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: Uuid,
    /// The person who is no more.
    #[sea_orm(primary_key, auto_increment = false)]
    pub merged_id: Uuid,
    /// The hat under which their id was told.
    pub hat: Hat,
    /// Who they are by now.
    pub survivor_id: Uuid,
    /// Whom they were merged into, who may have been merged themself since.
    pub into_id: Uuid,
    /// The recruiter whose token did it.
    pub recruiter_id: Uuid,
    /// When it was done.
    pub merged_at: DateTimeUtc,
    /// What an undo needs; none once it is too late for one.
    pub trail: Option<Json>,
}

/// The parents of a row.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    /// Its survivor.
    #[sea_orm(
        belongs_to = "super::person::Entity",
        from = "(Column::TenantId, Column::SurvivorId)",
        to = "(super::person::Column::TenantId, super::person::Column::Id)"
    )]
    Survivor,
    /// Its recruiter.
    #[sea_orm(
        belongs_to = "super::recruiter::Entity",
        from = "(Column::TenantId, Column::RecruiterId)",
        to = "(super::recruiter::Column::TenantId, super::recruiter::Column::Id)"
    )]
    Recruiter,
}

impl ActiveModelBehavior for ActiveModel {}
