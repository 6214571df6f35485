//! A small server for the tests of this room: the guard's schema behind the real router.

use std::{sync::Arc, time::Duration};

use async_graphql::{Request, Response};
use axum::Router;
use futures_util::{FutureExt, future::BoxFuture};

use super::{App, Engine, Options, rate::Buckets, router::router};
use crate::{
    auth::{
        token::{Claims, Rejected, bearer},
        viewer::Scopes,
    },
    clock::Clock,
    error::{Error, Result},
    graphql::guard::{Guard, Limits, testing},
};

/// Believes the token `good`, and answers from the small schema.
pub(super) struct Small {
    schema: testing::TestSchema,
    pub(super) ready: bool,
}

impl Engine for Small {
    fn authenticate<'a>(&'a self, token: &'a str) -> BoxFuture<'a, Result<Claims, Rejected>> {
        let claims = (token == "good" || token == "broken").then(|| Claims {
            tenant: "acme".to_owned(),
            subject: token.to_owned(),
            scopes: Scopes::from_claim("read"),
            name: None,
            email: None,
            expires_at: chrono::DateTime::default(),
        });
        async move {
            match claims {
                Some(claims) => Ok(claims),
                None => Err(bearer([&b"no token"[..]]).unwrap_err()),
            }
        }
        .boxed()
    }

    fn prepare<'a>(
        &'a self,
        request: Request,
        caller: &'a Claims,
    ) -> BoxFuture<'a, Result<Request>> {
        async move {
            if caller.subject == "broken" {
                Err(Error::Unavailable)
            } else {
                Ok(request)
            }
        }
        .boxed()
    }

    fn execute(&self, request: Request) -> BoxFuture<'_, Response> {
        self.schema.execute(request).boxed()
    }

    fn ready(&self) -> BoxFuture<'_, bool> {
        async { self.ready }.boxed()
    }
}

pub(super) fn options() -> Options {
    Options {
        max_body_bytes: 64 * 1024,
        max_batch: 10,
        header_timeout: Duration::from_millis(300),
        body_timeout: Duration::from_millis(300),
        write_timeout: Duration::from_millis(300),
        max_connections: 3,
        wrong_tokens: 3,
        request_timeout: Duration::from_millis(500),
        shutdown_grace: Duration::from_secs(5),
        cors_origins: Vec::new(),
        introspection: true,
    }
}

pub(super) fn app(options: Options) -> Arc<App> {
    let engine = Small {
        schema: testing::schema(),
        ready: true,
    };
    let guard = Guard::new(&testing::sdl(), Limits::default()).unwrap();
    let clock = Clock::frozen(chrono::DateTime::from_timestamp(1_700_000_000, 0).unwrap());
    Arc::new(App::new(
        Arc::new(engine),
        guard,
        Buckets::new(100, 500, clock),
        options,
    ))
}

pub(super) fn server(options: Options) -> Router {
    router(&app(options), Router::new())
}
