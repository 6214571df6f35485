//! `rapport serve`: the server.

use std::{sync::Arc, time::Duration};

use axum::Router;
use clap::Args;

use super::database;
use crate::{
    auth::token::Verifier,
    clock::Clock,
    config::Settings,
    graphql,
    http::{Server, engine::Rapport, graphiql},
    store::Database,
};

/// The arguments of `rapport serve`.
#[derive(Args, Debug)]
pub(super) struct Serve {
    #[command(flatten)]
    pub(super) settings: Settings,
}

impl Serve {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        // First, so that a missing issuer is told before anything is made.
        let verifier = Verifier::new(&self.settings.issuers, Clock::system()).await?;
        let database = database::open(&self.settings).await?;
        database.migrate().await?;
        let server = bind(&self.settings, &database, verifier, None).await?;
        tracing::info!(address = %server.address()?, "serving");
        let sweeper = tokio::spawn(sweep(database.clone()));
        server.run().await?;
        sweeper.abort();
        database.close().await;
        Ok(())
    }
}

/// Clears away what has grown old, as long as the server runs.
async fn sweep(database: Database) {
    let mut hours = tokio::time::interval(Duration::from_hours(1));
    loop {
        hours.tick().await;
        match database.forget_old_keys().await {
            Ok(0) => {}
            Ok(count) => tracing::info!(count, "forgot old idempotency keys"),
            Err(error) => tracing::warn!(%error, "could not forget old idempotency keys"),
        }
    }
}

/// Takes the address of the settings. The explorer page knows the token, if there is one.
pub(super) async fn bind(
    settings: &Settings,
    database: &Database,
    verifier: Verifier,
    token: Option<String>,
) -> anyhow::Result<Server> {
    let engine = Arc::new(Rapport::new(database.clone(), verifier));
    let pages = if settings.graphiql {
        graphiql::routes(token)
    } else {
        Router::new()
    };
    Server::bind(settings, engine, &graphql::sdl(), Clock::system(), pages).await
}
