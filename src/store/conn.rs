//! Where a statement goes: to the connection that a request keeps, or into the transaction under
//! way. Both count it.

use std::{
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, ExecResult,
    QueryResult, Statement, sea_query::SelectStatement,
};
use sqlx::{Postgres, Sqlite};

use super::{
    gathering::{Found, Gathering, ReadColumn, Start},
    lease::Lease,
    traffic::{Traffic, UnderWay},
};

/// A connection or a transaction. Cloning shares it.
#[derive(Clone, Debug)]
pub(super) struct Conn {
    to: Target,
    statements: Arc<AtomicU64>,
    traffic: Arc<Traffic>,
    gathering: Arc<Gathering>,
}

#[derive(Clone, Debug)]
enum Target {
    Postgres(Arc<Lease<Postgres>>),
    Sqlite(Arc<Lease<Sqlite>>),
    Transaction(Arc<DatabaseTransaction>),
}

impl Conn {
    /// A connection of this pool, taken when the first statement comes.
    pub(super) fn of_pool(pool: &DatabaseConnection, statements: Arc<AtomicU64>) -> Self {
        let to = if pool.get_database_backend() == DbBackend::Postgres {
            let pool = pool.get_postgres_connection_pool().clone();
            Target::Postgres(Arc::new(Lease::new(pool)))
        } else {
            let pool = pool.get_sqlite_connection_pool().clone();
            Target::Sqlite(Arc::new(Lease::new(pool)))
        };
        Self {
            to,
            statements,
            traffic: Arc::default(),
            gathering: Arc::default(),
        }
    }

    pub(super) fn transaction(
        transaction: Arc<DatabaseTransaction>,
        statements: Arc<AtomicU64>,
    ) -> Self {
        Self {
            to: Target::Transaction(transaction),
            statements,
            traffic: Arc::default(),
            gathering: Arc::default(),
        }
    }

    /// Whether statements go into a transaction.
    pub(super) fn is_transaction(&self) -> bool {
        matches!(self.to, Target::Transaction(_))
    }

    /// The same, for statements that are not the request's own.
    pub(super) fn uncounted(&self) -> Self {
        Self {
            to: self.to.clone(),
            statements: Arc::default(),
            traffic: Arc::clone(&self.traffic),
            gathering: Arc::clone(&self.gathering),
        }
    }

    /// Lets go of the connection until the next statement.
    pub(super) async fn give_back(&self) {
        match &self.to {
            Target::Postgres(lease) => lease.give_back().await,
            Target::Sqlite(lease) => lease.give_back().await,
            Target::Transaction(_) => {}
        }
    }

    /// The rows of a query that selects these columns. On PostgreSQL it goes with what others ask
    /// at once; it is counted as if it went alone.
    pub(super) fn found<'a>(
        &'a self,
        query: &'a SelectStatement,
        columns: Vec<ReadColumn>,
    ) -> Pin<Box<dyn Future<Output = Result<Found, DbErr>> + Send + 'a>> {
        Box::pin(async move {
            let Target::Postgres(lease) = &self.to else {
                let rows = self.query_all(query).await?;
                let start = Start::default();
                return Ok(Found { rows, start });
            };
            let _under_way = self.begin();
            self.gathering
                .found(query, columns, lease, &self.traffic)
                .await
        })
    }

    /// What goes through here and is not done.
    pub(super) fn traffic(&self) -> &Arc<Traffic> {
        &self.traffic
    }

    /// Counts a statement, which is under way until the guard is gone.
    fn begin(&self) -> UnderWay<'_> {
        self.statements.fetch_add(1, Ordering::Relaxed);
        self.traffic.begin()
    }
}

#[async_trait::async_trait]
impl ConnectionTrait for Conn {
    fn get_database_backend(&self) -> DbBackend {
        match &self.to {
            Target::Postgres(_) => DbBackend::Postgres,
            Target::Sqlite(_) => DbBackend::Sqlite,
            Target::Transaction(transaction) => transaction.get_database_backend(),
        }
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        let _under_way = self.begin();
        match &self.to {
            Target::Postgres(lease) => lease.execute(statement).await,
            Target::Sqlite(lease) => lease.execute(statement).await,
            Target::Transaction(transaction) => transaction.execute_raw(statement).await,
        }
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        let _under_way = self.begin();
        match &self.to {
            Target::Postgres(lease) => lease.execute_unprepared(sql).await,
            Target::Sqlite(lease) => lease.execute_unprepared(sql).await,
            Target::Transaction(transaction) => transaction.execute_unprepared(sql).await,
        }
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        let _under_way = self.begin();
        match &self.to {
            Target::Postgres(lease) => lease.one(statement).await,
            Target::Sqlite(lease) => lease.one(statement).await,
            Target::Transaction(transaction) => transaction.query_one_raw(statement).await,
        }
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        let _under_way = self.begin();
        match &self.to {
            Target::Postgres(lease) => lease.all(statement).await,
            Target::Sqlite(lease) => lease.all(statement).await,
            Target::Transaction(transaction) => transaction.query_all_raw(statement).await,
        }
    }
}
