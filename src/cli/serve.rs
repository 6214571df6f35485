//! `rapport serve`: the server.

use std::sync::Arc;

use anyhow::Context;
use clap::Args;
use tokio::net::TcpListener;

use super::database;
use crate::{
    auth::token::Verifier,
    clock::Clock,
    config::Settings,
    graphql::{
        self,
        guard::{Guard, Limits},
    },
    http::{App, Options, engine::Rapport, graphiql, rate::Buckets, router, server},
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
        let listener = listen(&self.settings).await?;
        serve(&self.settings, database, verifier, listener, None).await
    }
}

/// Takes the address to serve at.
pub(super) async fn listen(settings: &Settings) -> anyhow::Result<TcpListener> {
    let address = settings.listen;
    let taken = TcpListener::bind(address).await;
    taken.with_context(|| format!("cannot serve at {address}; set --listen or RAPPORT_LISTEN"))
}

/// Serves until the process is told to stop. The explorer page knows the token, if there is one.
pub(super) async fn serve(
    settings: &Settings,
    database: Database,
    verifier: Verifier,
    listener: TcpListener,
    token: Option<String>,
) -> anyhow::Result<()> {
    let guard = Guard::new(&graphql::sdl(), limits(settings))?;
    let rate = u64::try_from(settings.rate)?;
    let burst = u64::try_from(settings.rate_burst)?;
    let buckets = Buckets::new(rate, burst, Clock::system());
    let engine = Arc::new(Rapport::new(database.clone(), verifier));
    let app = Arc::new(App::new(engine, guard, buckets, options(settings)));
    let pages = if settings.graphiql {
        graphiql::routes(token)
    } else {
        axum::Router::new()
    };
    let router = router::router(&app, pages);
    tracing::info!(address = %listener.local_addr()?, "serving");
    server::serve(listener, app, router, server::stops()?).await;
    database.close().await;
    Ok(())
}

fn limits(settings: &Settings) -> Limits {
    Limits {
        tokens: settings.max_tokens,
        depth: settings.max_depth,
        introspection_depth: settings.max_introspection_depth,
        cost: u64::try_from(settings.max_cost).unwrap_or(u64::MAX),
        ..Limits::default()
    }
}

fn options(settings: &Settings) -> Options {
    Options {
        max_body_bytes: settings.max_body_bytes,
        max_batch: settings.max_batch,
        header_timeout: settings.header_timeout,
        body_timeout: settings.body_timeout,
        request_timeout: settings.request_timeout,
        shutdown_grace: settings.shutdown_grace,
        cors_origins: settings.cors_origins.clone(),
        introspection: settings.introspection,
    }
}
