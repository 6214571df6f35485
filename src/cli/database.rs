//! Opens the database that the settings name.

use secrecy::ExposeSecret;

use crate::{
    clock::Clock,
    config::{Settings, Tenants},
    store::{Database, DatabaseOptions},
};

/// Opens the database of the settings.
pub(super) async fn open(settings: &Settings) -> anyhow::Result<Database> {
    let Some(url) = &settings.database_url else {
        anyhow::bail!(
            "there is no database: set --database or RAPPORT_DATABASE_URL, such as \
             sqlite://rapport.db or postgres://user@host/rapport"
        );
    };
    open_at(url.expose_secret(), settings).await
}

/// Opens the database at an address.
pub(super) async fn open_at(url: &str, settings: &Settings) -> anyhow::Result<Database> {
    let options = DatabaseOptions {
        url: url.to_owned(),
        connections: settings.database_connections,
        acquire_timeout: settings.pool_wait_timeout,
        statement_timeout: settings.statement_timeout,
        open_to_new_tenants: settings.tenants == Tenants::Any,
    };
    Database::connect(&options, Clock::system()).await
}
