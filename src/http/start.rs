//! Puts the ways in together as the settings say, and serves them.

use std::sync::Arc;

use anyhow::Context;
use axum::Router;
use tokio::net::TcpListener;

use super::{App, Engine, Options, rate::Buckets, router::router, server};
use crate::{
    clock::Clock,
    config::Settings,
    graphql::guard::{Guard, Limits},
};

/// A server that has its address and does not answer yet.
pub struct Server {
    listener: TcpListener,
    app: Arc<App>,
    router: Router,
}

impl Server {
    /// Takes the address. `sdl` is the text of the engine's schema, `pages` what people look at.
    pub async fn bind(
        settings: &Settings,
        engine: Arc<dyn Engine>,
        sdl: &str,
        clock: Clock,
        pages: Router,
    ) -> anyhow::Result<Self> {
        let guard = Guard::new(sdl, Limits::from(settings))?;
        let buckets = Buckets::new(settings.rate as u64, settings.rate_burst as u64, clock);
        let app = Arc::new(App::new(engine, guard, buckets, Options::from(settings)));
        let listener = TcpListener::bind(settings.listen)
            .await
            .with_context(|| format!("RAPPORT_LISTEN: cannot listen at {}", settings.listen))?;
        let router = router(&app, pages);
        Ok(Self {
            listener,
            app,
            router,
        })
    }

    /// The address, with the port that the system chose where the settings left it open.
    pub fn address(&self) -> anyhow::Result<std::net::SocketAddr> {
        Ok(self.listener.local_addr()?)
    }

    /// Answers until the system says to stop, and ends what runs.
    pub async fn run(self) -> anyhow::Result<()> {
        let stops = server::stops()?;
        server::serve(self.listener, self.app, self.router, stops).await;
        Ok(())
    }
}
