//! The pools behind every store: one fair writer beside a pool of readers on SQLite, one pool on
//! PostgreSQL; and what a process keeps once: the clock, the ids, the directory of callers.

use std::{
    str::FromStr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use anyhow::Context;
use migration::{Migrator, MigratorTrait};
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, SqliteTransactionMode,
    SqlxPostgresConnector, SqlxSqliteConnector, TransactionOptions, TransactionTrait,
};
use sqlx::{
    Connection,
    pool::PoolOptions,
    postgres::{PgConnectOptions, PgPoolOptions},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use uuid::{ContextV7, Timestamp, Uuid};

use super::{directory::Directory, statistics::Growth};
use crate::{clock::Clock, error::Result};

/// How to reach the database, and how long to wait for it.
#[derive(Clone, Debug)]
pub struct DatabaseOptions {
    /// `sqlite://path` or `postgres://...`.
    pub url: String,
    /// The most connections that read (SQLite) or read and write (PostgreSQL) at once.
    pub connections: u32,
    /// How long a request waits for a connection to come free.
    pub acquire_timeout: Duration,
    /// How long one statement may take.
    pub statement_timeout: Duration,
    /// Whether a tenant appears with its first valid token, rather than by command only.
    pub open_to_new_tenants: bool,
}

/// The database of one process. Cloning shares it.
#[derive(Clone, Debug)]
pub struct Database(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    reader: DatabaseConnection,
    writer: DatabaseConnection,
    clock: Clock,
    ids: Mutex<ContextV7>,
    directory: Directory,
    statements: Arc<AtomicU64>,
    growth: Growth,
}

impl Database {
    /// Opens the pools; makes the SQLite file if there is none. The schema is not touched.
    ///
    /// # Errors
    /// When the address is malformed or nothing answers there.
    pub async fn connect(options: &DatabaseOptions, clock: Clock) -> anyhow::Result<Self> {
        let (reader, writer) = if options.url.starts_with("postgres") {
            let pool = postgres(options).await?;
            (pool.clone(), pool)
        } else if options.url.starts_with("sqlite:") {
            sqlite(options).await?
        } else {
            anyhow::bail!(
                "the database address must begin with `sqlite:` or `postgres:`; set --database \
                 or RAPPORT_DATABASE_URL"
            );
        };
        Ok(Self(Arc::new(Inner {
            reader,
            writer,
            clock,
            ids: Mutex::new(ContextV7::new()),
            directory: Directory::new(options.open_to_new_tenants),
            statements: Arc::default(),
            growth: Growth::default(),
        })))
    }

    /// The connection that reads.
    pub fn reader(&self) -> &DatabaseConnection {
        &self.0.reader
    }

    /// The connection that migrates and loads in bulk.
    pub fn writer(&self) -> &DatabaseConnection {
        &self.0.writer
    }

    /// The clock that dates every write.
    pub fn clock(&self) -> &Clock {
        &self.0.clock
    }

    /// Who has called before.
    pub(super) fn directory(&self) -> &Directory {
        &self.0.directory
    }

    /// How much was stored in bulk.
    pub(super) fn growth(&self) -> &Growth {
        &self.0.growth
    }

    /// How many statements all stores of this process have sent.
    pub fn statements(&self) -> u64 {
        self.0.statements.load(Ordering::Relaxed)
    }

    /// What counts the statements.
    pub(super) fn statement_counter(&self) -> Arc<AtomicU64> {
        Arc::clone(&self.0.statements)
    }

    /// Which of the two databases this is.
    pub fn backend(&self) -> DbBackend {
        self.0.reader.get_database_backend()
    }

    /// A new id, later in order than all this process made before.
    pub(crate) fn new_id(&self) -> Uuid {
        let now = self.0.clock.now();
        let seconds = u64::try_from(now.timestamp()).unwrap_or_default();
        Uuid::new_v7(Timestamp::from_unix(
            &self.0.ids,
            seconds,
            now.timestamp_subsec_nanos(),
        ))
    }

    /// Begins a transaction that may write. On SQLite it takes the write lock at once: one that
    /// reads first and asks for the lock later fails without waiting.
    pub(super) async fn begin(&self) -> Result<DatabaseTransaction> {
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..Default::default()
        };
        Ok(self.0.writer.begin_with_options(options).await?)
    }

    /// Answers when the database does.
    pub async fn ping(&self) -> Result<()> {
        self.0.reader.execute_unprepared("SELECT 1").await?;
        Ok(())
    }

    /// Brings the schema up to date. Several nodes may do so at once: on PostgreSQL the first
    /// holds a lock and the others find the work done; on SQLite the file itself is locked.
    ///
    /// # Errors
    /// When a step fails or the database is newer than this program.
    pub async fn migrate(&self) -> anyhow::Result<()> {
        super::schema::up(self).await
    }

    /// Whether the schema is the one this program expects.
    pub async fn is_migrated(&self) -> anyhow::Result<bool> {
        Ok(Migrator::get_pending_migrations(&self.0.writer)
            .await?
            .is_empty())
    }

    /// Closes the pools, letting what runs come to its end.
    pub async fn close(&self) {
        for pool in [&self.0.reader, &self.0.writer] {
            if let Err(error) = pool.clone().close().await {
                tracing::warn!(%error, "a database pool did not close cleanly");
            }
        }
    }
}

/// Settings both kinds of pool share. A connection that lay idle is tried before it is handed out,
/// since the server may have gone away meanwhile; a busy one is not, which saves a round trip.
fn pool_options<DB: sqlx::Database>(options: &DatabaseOptions) -> PoolOptions<DB> {
    PoolOptions::new()
        .acquire_timeout(options.acquire_timeout)
        .test_before_acquire(false)
        .before_acquire(|connection: &mut DB::Connection, meta| {
            Box::pin(async move {
                Ok(meta.idle_for < Duration::from_secs(1) || connection.ping().await.is_ok())
            })
        })
}

async fn postgres(options: &DatabaseOptions) -> anyhow::Result<DatabaseConnection> {
    let connect = PgConnectOptions::from_str(&options.url)
        .context("the PostgreSQL address is malformed")?
        .application_name("rapport")
        // What is asked at once is one statement, so that there are more than the usual hundred.
        .statement_cache_capacity(250)
        .options([
            (
                "statement_timeout",
                options.statement_timeout.as_millis().to_string(),
            ),
            (
                "lock_timeout",
                options.acquire_timeout.as_millis().to_string(),
            ),
            ("idle_in_transaction_session_timeout", "15s".to_owned()),
            // Planning one of these short statements takes longer than running it, so each is
            // planned once; and none runs long enough to be worth compiling.
            ("plan_cache_mode", "force_generic_plan".to_owned()),
            ("jit", "off".to_owned()),
            // Scorecards sort and hash some hundred thousand small values; nothing else comes near.
            ("work_mem", "16MB".to_owned()),
        ]);
    let pool: PgPoolOptions = pool_options(options).max_connections(options.connections);
    let pool = pool
        .connect_with(connect)
        .await
        .context("PostgreSQL does not answer")?;
    Ok(SqlxPostgresConnector::from_sqlx_postgres_pool(pool))
}

async fn sqlite(
    options: &DatabaseOptions,
) -> anyhow::Result<(DatabaseConnection, DatabaseConnection)> {
    let connect = SqliteConnectOptions::from_str(&options.url)
        .context("the SQLite address is malformed")?
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        // An acknowledged write survives a power cut; NORMAL would lose the last ones.
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(options.acquire_timeout)
        .optimize_on_close(true, None);
    // One connection writes: its queue is fair, where several would fight over the file's lock.
    let writer: SqlitePoolOptions = pool_options(options).max_connections(1);
    let writer = writer
        .connect_with(connect.clone())
        .await
        .with_context(|| format!("cannot open the SQLite database `{}`", options.url))?;
    let reader: SqlitePoolOptions = pool_options(options).max_connections(options.connections);
    let reader = reader.connect_lazy_with(connect.pragma("query_only", "ON"));
    Ok((
        SqlxSqliteConnector::from_sqlx_sqlite_pool(reader),
        SqlxSqliteConnector::from_sqlx_sqlite_pool(writer),
    ))
}
