//! The schema's steps, taken by one process at a time.

use anyhow::{Context, bail};
use migration::{Migrator, MigratorTrait};
use sea_orm::{ConnectionTrait, DbBackend, DbErr, TransactionTrait};
use sea_orm_migration::MigrationStatus;

use super::database::Database;

/// Any number both sides of a rolling upgrade agree on: the key of PostgreSQL's advisory lock.
const LOCK: &str = "SELECT pg_advisory_xact_lock(7263574108842)";

/// A dump that was loaded into another PostgreSQL server brings the numbers of transactions that this
/// server has yet to reach. They would hide these events from the feed, and put what is written from
/// now on before them, so such a tenant's events go to the front, in their order. A cursor that was
/// given out before then is no place any more, and its reader is told so.
const ADOPT_EVENTS: &str = "\
    UPDATE event SET xact = 0 FROM tenant \
    WHERE event.tenant_id = tenant.id AND event.xact <> 0 \
    AND (SELECT max(newest.xact) FROM event newest WHERE newest.tenant_id = tenant.id) \
        >= pg_snapshot_xmax(pg_current_snapshot())::text::bigint";

/// Takes all steps that are missing.
pub(super) async fn up(database: &Database) -> anyhow::Result<()> {
    locked(database, Step::Up).await?;
    if database.backend() == DbBackend::Postgres {
        adopt_events(database)
            .await
            .context("the feed was not adopted")?;
    }
    Ok(())
}

async fn adopt_events(database: &Database) -> Result<(), DbErr> {
    let transaction = database.writer().begin().await?;
    transaction
        .execute_unprepared("SET LOCAL statement_timeout = 0")
        .await?;
    let adopted = transaction.execute_unprepared(ADOPT_EVENTS).await?;
    transaction.commit().await?;
    if adopted.rows_affected() > 0 {
        let events = adopted.rows_affected();
        tracing::warn!(events, "the feed of another server was adopted");
    }
    Ok(())
}

/// Undoes the last `steps` steps.
///
/// # Errors
/// When a step cannot be undone.
pub async fn down(database: &Database, steps: u32) -> anyhow::Result<()> {
    locked(database, Step::Down(steps)).await
}

/// Each step's name and whether it was taken.
///
/// # Errors
/// When the database does not answer.
pub async fn status(database: &Database) -> anyhow::Result<Vec<(String, bool)>> {
    let steps = Migrator::get_migration_with_status(database.writer()).await?;
    Ok(steps
        .iter()
        .map(|step| {
            (
                step.name().to_owned(),
                step.status() == MigrationStatus::Applied,
            )
        })
        .collect())
}

#[derive(Clone, Copy)]
enum Step {
    Up,
    Down(u32),
}

/// The lock is held by a connection of its own while another takes the steps, because each step
/// has its own transaction. On SQLite the single writer and the file's lock do the same.
async fn locked(database: &Database, step: Step) -> anyhow::Result<()> {
    let connection = database.writer();
    let lock = if database.backend() == DbBackend::Postgres {
        let lock = connection.begin().await?;
        sea_orm::ConnectionTrait::execute_unprepared(&lock, "SET LOCAL lock_timeout = 0").await?;
        sea_orm::ConnectionTrait::execute_unprepared(
            &lock,
            "SET LOCAL idle_in_transaction_session_timeout = 0",
        )
        .await?;
        sea_orm::ConnectionTrait::execute_unprepared(&lock, "SET LOCAL statement_timeout = 0")
            .await?;
        sea_orm::ConnectionTrait::execute_unprepared(&lock, LOCK).await?;
        Some(lock)
    } else {
        None
    };
    let taken = match step {
        Step::Up => Migrator::up(connection, None).await,
        Step::Down(steps) => Migrator::down(connection, Some(steps)).await,
    };
    if let Some(lock) = lock {
        lock.commit().await?;
    }
    match taken {
        Err(sea_orm::DbErr::Custom(reason)) if reason.contains("missing") => {
            bail!("the database is newer than this program: {reason}")
        }
        other => other.context("a migration step failed"),
    }
}
