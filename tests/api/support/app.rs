//! The server in process: everything but the socket.

use std::{sync::Arc, time::Duration};

use axum::Router;
use chrono::{DateTime, TimeDelta, Utc};
use rapport::{
    auth::token::{NewToken, Verifier, sign},
    clock::Clock,
    config::{IssuerSettings, Settings},
    graphql,
    http::{App as HttpApp, Options, engine::Rapport, rate::Buckets, router::router},
    store::Database,
};
use uuid::Uuid;

use super::{client::Client, database};

/// A server with a tenant of its own.
pub(crate) struct App {
    /// The database, for what the API cannot show.
    pub(crate) database: Database,
    /// The clock of the server and of the tokens.
    pub(crate) clock: Clock,
    /// Where the database is.
    pub(crate) url: String,
    /// The tenant's name.
    pub(crate) tenant: String,
    issuer: IssuerSettings,
    router: Router,
    /// Removed with the app.
    _file: Option<database::File>,
}

/// One server on each database that there is: SQLite always, PostgreSQL if one was found.
pub(crate) async fn apps() -> Vec<App> {
    let mut apps = Vec::new();
    for place in database::places().await {
        apps.push(App::at(place).await);
    }
    apps
}

impl App {
    async fn at(place: database::Place) -> Self {
        let clock = Clock::frozen("2026-03-02T09:00:00Z".parse().unwrap());
        let database = database::open(&place.url, clock.clone()).await;
        let issuer = IssuerSettings::with_secret(
            "https://id.example",
            "rapport",
            "a secret for tests, and for tests alone".to_owned().into(),
        );
        let verifier = Verifier::new(std::slice::from_ref(&issuer), clock.clone())
            .await
            .unwrap();
        // The walks over the schema select all there is at once.
        let settings = Settings {
            max_cost: 100_000,
            ..Settings::default()
        };
        let guard = graphql::guard::Guard::new(&graphql::sdl(), (&settings).into()).unwrap();
        let buckets = Buckets::new(50_000_000, 5_000_000, clock.clone());
        let engine = Arc::new(Rapport::new(database.clone(), verifier));
        let http = HttpApp::new(engine, guard, buckets, Options::from(&settings));
        Self {
            router: router(&Arc::new(http), Router::new()),
            database,
            clock,
            url: place.url,
            tenant: Uuid::now_v7().to_string(),
            issuer,
            _file: place.file,
        }
    }

    /// A recruiter who may read and write.
    pub(crate) fn as_recruiter(&self, subject: &str) -> Client {
        self.with_scope(subject, "read write")
    }

    /// A recruiter who may do what the scopes say.
    pub(crate) fn with_scope(&self, subject: &str, scope: &str) -> Client {
        self.in_tenant(&self.tenant, subject, scope)
    }

    /// A recruiter of another tenant of the same server.
    pub(crate) fn stranger(&self) -> Client {
        self.in_tenant(
            &format!("{}-other", self.tenant),
            "stranger",
            "read write sync admin",
        )
    }

    /// A recruiter of any tenant.
    pub(crate) fn in_tenant(&self, tenant: &str, subject: &str, scope: &str) -> Client {
        self.with_address(tenant, subject, scope, None)
    }

    /// A recruiter of any tenant whose token may tell an e-mail address.
    pub(crate) fn with_address(
        &self,
        tenant: &str,
        subject: &str,
        scope: &str,
        email: Option<&str>,
    ) -> Client {
        let new = NewToken {
            tenant,
            subject,
            scope,
            name: None,
            email,
            life: Duration::from_hours(12),
        };
        let token = sign(&self.issuer, &new, &self.clock).unwrap();
        Client::new(self.router.clone(), self.database.clone(), token)
    }

    /// How many events the tenant's writes have left.
    pub(crate) async fn event_count(&self) -> i64 {
        self.event_count_of(&self.tenant).await
    }

    /// How many events the writes of any tenant have left.
    pub(crate) async fn event_count_of(&self, tenant: &str) -> i64 {
        use sea_orm::{ConnectionTrait, Statement};
        let sql = format!(
            "SELECT count(*) AS number FROM event JOIN tenant ON tenant.id = event.tenant_id \
             WHERE tenant.name = '{tenant}'"
        );
        let statement = Statement::from_string(self.database.backend(), sql);
        let row = self.database.reader().query_one_raw(statement).await;
        row.unwrap().unwrap().try_get("", "number").unwrap()
    }

    /// The server itself, for tests that put it behind a socket.
    pub(crate) fn router(&self) -> Router {
        self.router.clone()
    }

    /// The time of the server.
    pub(crate) fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// Moves the server's clock. Clients made before may find their tokens expired.
    pub(crate) fn advance(&self, by: TimeDelta) {
        self.clock.advance(by);
    }
}
