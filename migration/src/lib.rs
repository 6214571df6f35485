//! The steps that build the schema. Each step runs once, in order, in a transaction of its own,
//! on SQLite and on PostgreSQL alike; each can be undone.

mod m0001_core;

pub use sea_orm_migration::MigratorTrait;
use sea_orm_migration::prelude::*;

/// All steps, oldest first.
#[derive(Debug)]
pub struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![Box::new(m0001_core::Migration)]
    }
}
