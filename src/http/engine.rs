//! What stands behind the doors of the server: the keys, the database and the schema.

use async_graphql::{Request, Response};
use futures_util::{FutureExt, future::BoxFuture};

use super::app::Engine;
use crate::{
    auth::token::{Claims, Rejected, Verifier},
    error::Result,
    graphql::{self, RapportSchema},
    store::{Caller, Database, Store},
};

/// The server's engine.
pub struct Rapport {
    schema: RapportSchema,
    database: Database,
    verifier: Verifier,
}

impl Rapport {
    /// An engine over a database, for those whom the verifier believes.
    pub fn new(database: Database, verifier: Verifier) -> Self {
        Self {
            schema: graphql::schema(),
            database,
            verifier,
        }
    }
}

impl Engine for Rapport {
    fn authenticate<'a>(
        &'a self,
        token: &'a str,
    ) -> BoxFuture<'a, std::result::Result<Claims, Rejected>> {
        self.verifier.verify(token).boxed()
    }

    fn prepare<'a>(
        &'a self,
        request: Request,
        caller: &'a Claims,
    ) -> BoxFuture<'a, Result<Request>> {
        async move {
            let caller = Caller {
                tenant: &caller.tenant,
                subject: &caller.subject,
                name: caller.name.as_deref(),
                email: caller.email.as_deref(),
                scopes: caller.scopes,
            };
            let viewer = self.database.viewer(&caller).await?;
            let store = Store::new(self.database.clone(), viewer);
            Ok(graphql::with_store(request, store))
        }
        .boxed()
    }

    fn execute(&self, request: Request) -> BoxFuture<'_, Response> {
        graphql::execute(&self.schema, request).boxed()
    }

    fn ready(&self) -> BoxFuture<'_, bool> {
        async { self.database.ping().await.is_ok() }.boxed()
    }
}
