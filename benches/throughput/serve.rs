//! Rapport's own server, put together as `rapport serve` does it.

use std::{sync::Arc, time::Duration};

use axum::Router;
use rapport::{
    auth::token::{NewToken, Verifier, sign},
    clock::Clock,
    config::{IssuerSettings, LogFormat, Settings},
    demo, graphql,
    http::{Server, engine::Rapport},
    store::{Database, DatabaseOptions},
    telemetry,
};

use super::{Args, report};

/// So much that no caller is ever told to wait.
const BOUNDLESS: usize = 1_000_000_000_000;
/// Opens nothing but the server that lives as long as the benchmark.
const SECRET: &str = "a secret of the benchmark and of nothing else";

/// The options under which the database is opened.
pub(crate) fn options(args: &Args, settings: &Settings) -> DatabaseOptions {
    DatabaseOptions {
        url: args.database.clone(),
        connections: args.connections,
        acquire_timeout: settings.pool_wait_timeout,
        statement_timeout: settings.statement_timeout,
        open_to_new_tenants: true,
    }
}

/// Serves until it is killed.
pub(crate) async fn rapport(args: &Args) -> anyhow::Result<()> {
    let clock = Clock::system();
    let issuer = IssuerSettings::with_secret("benchmark", "rapport", SECRET.to_owned().into());
    let new = NewToken {
        tenant: demo::TENANT,
        subject: demo::RECRUITERS[0].0,
        scope: "read write",
        name: Some(demo::RECRUITERS[0].1),
        email: None,
        life: Duration::from_hours(12),
    };
    let token = sign(&issuer, &new, &clock)?;
    let settings = Settings {
        database_connections: args.connections,
        listen: ([127, 0, 0, 1], 0).into(),
        rate: BOUNDLESS,
        rate_burst: BOUNDLESS,
        log_format: LogFormat::Json,
        log_level: args.log_level.clone(),
        ..Settings::default()
    };
    telemetry::start(&settings)?;
    let verifier = Verifier::new(&[issuer], clock.clone()).await?;
    let database = Database::connect(&options(args, &settings), clock.clone()).await?;
    let engine = Arc::new(Rapport::new(database, verifier));
    let sdl = graphql::sdl();
    let server = Server::bind(&settings, engine, &sdl, clock, Router::new()).await?;
    report::say(&format!("{} {token}", server.address()?))?;
    server.run().await
}
