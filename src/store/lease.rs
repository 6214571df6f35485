//! One connection for all that a request reads.
//!
//! A pool tries each connection that comes back with a round trip to the database. A request that
//! reads six times through the pool pays for twelve: it keeps its connection instead, until it is
//! done or begins to write.

use std::time::Duration;

use sea_orm::{ConnAcquireErr, DbErr, ExecResult, QueryResult, RuntimeErr, Statement};
use sea_query_sqlx::SqlxValues;
use sqlx::{AssertSqlSafe, Database, Executor, IntoArguments, Pool, pool::PoolConnection};
use tokio::{
    sync::{Mutex, Semaphore, SemaphorePermit},
    time::timeout,
};

/// How long a statement waits for the one before it until it takes a connection of its own, whichever
/// comes free first. Short statements queue, which costs less than a second connection; long ones run
/// side by side.
const PATIENCE: Duration = Duration::from_millis(20);
/// How many connections a request may take beside the one that it keeps: others need some too.
const MOST_BESIDE: usize = 3;

/// A pool, and the connection that is kept of it.
#[derive(Debug)]
pub(super) struct Lease<DB: Database> {
    pool: Pool<DB>,
    kept: Mutex<Option<PoolConnection<DB>>>,
    beside: Semaphore,
}

impl<DB> Lease<DB>
where
    DB: Database,
    SqlxValues: IntoArguments<DB>,
    for<'c> &'c mut DB::Connection: Executor<'c, Database = DB>,
    QueryResult: From<DB::Row>,
    ExecResult: From<DB::QueryResult>,
{
    pub(super) fn new(pool: Pool<DB>) -> Self {
        Self {
            pool,
            kept: Mutex::default(),
            beside: Semaphore::new(MOST_BESIDE),
        }
    }

    pub(super) async fn execute(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        self.run(async |connection| {
            let done = query(statement).execute(connection).await?;
            Ok(done.into())
        })
        .await
    }

    pub(super) async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.run(async |connection| {
            let done = connection.execute(AssertSqlSafe(sql)).await?;
            Ok(done.into())
        })
        .await
    }

    pub(super) async fn one(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        self.run(async |connection| {
            let row = query(statement).fetch_optional(connection).await?;
            Ok(row.map(QueryResult::from))
        })
        .await
    }

    pub(super) async fn all(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.run(async |connection| {
            let rows = query(statement).fetch_all(connection).await?;
            Ok(rows.into_iter().map(QueryResult::from).collect())
        })
        .await
    }

    /// Gives the connection back: whoever needs another one meanwhile must not hold this.
    pub(super) async fn give_back(&self) {
        self.kept.lock().await.take();
    }

    /// A connection beside the one that is kept.
    async fn spare(&self) -> Option<(SemaphorePermit<'_>, PoolConnection<DB>)> {
        let permit = self.beside.acquire().await.ok()?;
        Some((permit, self.pool.acquire().await.ok()?))
    }

    async fn run<T>(
        &self,
        work: impl AsyncFnOnce(&mut DB::Connection) -> Result<T, sqlx::Error>,
    ) -> Result<T, DbErr> {
        let at_once = timeout(PATIENCE, self.kept.lock()).await;
        let mut kept = if let Ok(kept) = at_once {
            kept
        } else {
            // To wait for the pool alone, while the request holds a connection, could go on for ever.
            tokio::select! {
                biased;
                kept = self.kept.lock() => kept,
                Some((_permit, mut spare)) = self.spare() => {
                    return work(&mut spare).await.map_err(failed);
                }
            }
        };
        let mut connection = match kept.take() {
            Some(connection) => connection,
            None => self.pool.acquire().await.map_err(not_acquired)?,
        };
        // Whatever breaks off in the middle leaves the connection to the pool, which tries it.
        let done = work(&mut connection).await.map_err(failed)?;
        *kept = Some(connection);
        Ok(done)
    }
}

fn query<DB>(statement: Statement) -> sqlx::query::Query<'static, DB, SqlxValues>
where
    DB: Database,
    SqlxValues: IntoArguments<DB>,
{
    let values = statement
        .values
        .unwrap_or_else(|| sea_orm::Values(Vec::new()));
    sqlx::query_with(AssertSqlSafe(statement.sql), SqlxValues(values))
}

fn failed(error: sqlx::Error) -> DbErr {
    DbErr::Query(RuntimeErr::SqlxError(error.into()))
}

fn not_acquired(error: sqlx::Error) -> DbErr {
    match error {
        sqlx::Error::PoolTimedOut => DbErr::ConnectionAcquire(ConnAcquireErr::Timeout),
        sqlx::Error::PoolClosed => DbErr::ConnectionAcquire(ConnAcquireErr::ConnectionClosed),
        error => DbErr::Conn(RuntimeErr::SqlxError(error.into())),
    }
}
