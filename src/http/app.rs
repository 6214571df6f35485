//! What the ways in share: the guard, the limits, and what stands behind them.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use async_graphql::{Request, Response};
use futures_util::future::BoxFuture;
use tokio::sync::{OwnedRwLockReadGuard, RwLock};

use super::rate::Buckets;
use crate::{
    auth::token::{Claims, Rejected},
    config::Settings,
    error::Result,
    graphql::guard::Guard,
};

/// What answers behind the doors. The server's is made of the schema, the database and the keys;
/// the tests of this room put a small one here.
pub trait Engine: Send + Sync + 'static {
    /// Who a token names, if it is valid.
    fn authenticate<'a>(&'a self, token: &'a str) -> BoxFuture<'a, Result<Claims, Rejected>>;

    /// Hangs on a request what its resolvers need: who asks, and the data they may see.
    fn prepare<'a>(
        &'a self,
        request: Request,
        caller: &'a Claims,
    ) -> BoxFuture<'a, Result<Request>>;

    /// Runs a prepared request.
    fn execute(&self, request: Request) -> BoxFuture<'_, Response>;

    /// Whether the database answers.
    fn ready(&self) -> BoxFuture<'_, bool>;
}

/// The price of a wrong token: a bucket that fills with the tokens of a minute gains so many of
/// them in a second, which is rarely a whole one.
pub(super) const WRONG_TOKEN: u64 = 60;

/// How requests are treated.
#[derive(Clone, Debug)]
pub struct Options {
    /// The largest body.
    pub max_body_bytes: usize,
    /// How many operations one request may carry.
    pub max_batch: usize,
    /// How long the head of a request may take to arrive.
    pub header_timeout: Duration,
    /// How long its body may take to arrive.
    pub body_timeout: Duration,
    /// How long an answer may lie unread.
    pub write_timeout: Duration,
    /// How many connections are served at once.
    pub max_connections: usize,
    /// How many wrong tokens an address may show in a minute.
    pub wrong_tokens: usize,
    /// How long an operation may take.
    pub request_timeout: Duration,
    /// How long running requests may take to end when the server stops.
    pub shutdown_grace: Duration,
    /// The web origins whose pages may call the API.
    pub cors_origins: Vec<String>,
    /// Whether the schema may be asked for.
    pub introspection: bool,
}

impl From<&Settings> for Options {
    fn from(settings: &Settings) -> Self {
        Self {
            max_body_bytes: settings.max_body_bytes,
            max_batch: settings.max_batch,
            header_timeout: settings.header_timeout,
            body_timeout: settings.body_timeout,
            write_timeout: settings.write_timeout,
            max_connections: settings.max_connections,
            wrong_tokens: settings.wrong_tokens,
            request_timeout: settings.request_timeout,
            shutdown_grace: settings.shutdown_grace,
            cors_origins: settings.cors_origins.clone(),
            introspection: settings.introspection,
        }
    }
}

/// The state of the ways in.
pub struct App {
    /// What answers.
    pub(super) engine: Arc<dyn Engine>,
    /// What may run.
    pub(super) guard: Guard,
    /// What each caller may spend.
    pub(super) buckets: Buckets,
    /// How many more wrong tokens each address may show.
    pub(super) wrong_tokens: Buckets,
    /// How requests are treated.
    pub(super) options: Options,
    draining: AtomicBool,
    writing: Arc<RwLock<()>>,
}

impl App {
    /// The state for an engine.
    pub fn new(engine: Arc<dyn Engine>, guard: Guard, buckets: Buckets, options: Options) -> Self {
        let allowed = options.wrong_tokens as u64;
        let a_minute = allowed.saturating_mul(WRONG_TOKEN);
        let wrong_tokens = Buckets::new(allowed, a_minute, buckets.clock().clone());
        Self {
            engine,
            guard,
            buckets,
            wrong_tokens,
            options,
            draining: AtomicBool::new(false),
            writing: Arc::default(),
        }
    }

    /// Tells the world not to send more.
    pub(super) fn drain(&self) {
        self.draining.store(true, Ordering::SeqCst);
    }

    /// Whether the server is stopping.
    pub(super) fn is_draining(&self) -> bool {
        self.draining.load(Ordering::SeqCst)
    }

    /// Held by each mutation while it runs: its caller may have gone, so that no connection tells
    /// of it any more.
    pub(super) async fn writing(&self) -> OwnedRwLockReadGuard<()> {
        Arc::clone(&self.writing).read_owned().await
    }

    /// Ends when no mutation runs.
    pub(super) async fn all_written(&self) {
        drop(self.writing.write().await);
    }
}
