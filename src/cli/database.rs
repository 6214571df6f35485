//! Opens the database that the settings name.

use crate::{
    clock::Clock,
    config::{Settings, Tenants},
    store::{Database, DatabaseOptions},
};

/// Where the data lies unless a setting says otherwise.
const DEFAULT: &str = "sqlite:rapport.db";

/// Opens the database of the settings.
pub(super) async fn open(settings: &Settings) -> anyhow::Result<Database> {
    open_or(settings, DEFAULT).await
}

/// Opens the database of the settings, or the one at `default` where none is set.
pub(super) async fn open_or(settings: &Settings, default: &str) -> anyhow::Result<Database> {
    let options = DatabaseOptions {
        url: settings.database_or(default).to_owned(),
        connections: settings.database_connections,
        acquire_timeout: settings.pool_wait_timeout,
        statement_timeout: settings.statement_timeout,
        open_to_new_tenants: settings.tenants == Tenants::Any,
    };
    Database::connect(&options, Clock::system()).await
}
