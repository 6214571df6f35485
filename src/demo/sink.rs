//! Where rows go: PostgreSQL takes them as a binary `COPY` stream, SQLite by statements of many
//! rows. Both read the columns off the entities, so a new column needs no change here.

use anyhow::{Context, bail};
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{
    ActiveModelTrait, DatabaseTransaction, EntityName, EntityTrait, IdenStatic, IntoActiveModel,
    Iterable, ModelTrait, Value,
};
use sqlx::{Connection, PgConnection};

/// The most values that one SQLite statement may carry, with some to spare.
const MAX_VALUES: usize = 30_000;

/// One open transaction.
pub(super) enum Sink {
    /// A connection of our own, in a transaction.
    Postgres(Box<PgConnection>),
    /// A transaction on the only connection that writes.
    Sqlite(DatabaseTransaction),
}

impl Sink {
    /// Opens a transaction on a connection taken out of the pool: the settings that it gets must
    /// not reach a request.
    pub(super) async fn postgres(pool: &sqlx::PgPool) -> anyhow::Result<Self> {
        let mut connection = pool.acquire().await?.detach();
        trust(&mut connection).await?;
        sqlx::raw_sql(
            "SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0; \
             SET synchronous_commit = off; BEGIN",
        )
        .execute(&mut connection)
        .await?;
        Ok(Self::Postgres(Box::new(connection)))
    }

    /// Takes rows of one table.
    pub(super) async fn take<M>(&mut self, rows: Vec<M>) -> anyhow::Result<()>
    where
        M: ModelTrait + IntoActiveModel<<M::Entity as EntityTrait>::ActiveModel>,
        <M::Entity as EntityTrait>::ActiveModel: Send,
    {
        if rows.is_empty() {
            return Ok(());
        }
        let table = M::Entity::default();
        let table = table.table_name();
        match self {
            Self::Postgres(connection) => copy(connection, table, &rows).await,
            Self::Sqlite(transaction) => insert(transaction, rows).await,
        }
        .with_context(|| format!("the table `{table}` did not take its rows"))
    }

    /// Runs a statement of ours.
    pub(super) async fn run(&mut self, sql: &'static str) -> anyhow::Result<()> {
        if let Self::Postgres(connection) = self {
            sqlx::raw_sql(sql).execute(&mut **connection).await?;
        }
        Ok(())
    }

    /// Commits.
    pub(super) async fn close(self) -> anyhow::Result<()> {
        match self {
            Self::Postgres(mut connection) => {
                sqlx::raw_sql("COMMIT").execute(&mut *connection).await?;
                connection.close().await?;
            }
            Self::Sqlite(transaction) => transaction.commit().await?,
        }
        Ok(())
    }
}

/// Looking up six parents for each interaction takes twice the time of all else, so the database is
/// asked to take our word for them, as a restore of a backup does. It may refuse, and then it looks
/// them up; SQLite always does, so a row without its parent does not pass the tests.
async fn trust(connection: &mut PgConnection) -> anyhow::Result<()> {
    const INSUFFICIENT_PRIVILEGE: &str = "42501";
    let taken = sqlx::raw_sql("SET session_replication_role = replica")
        .execute(connection)
        .await;
    match taken {
        Err(sqlx::Error::Database(refusal))
            if refusal.code().as_deref() == Some(INSUFFICIENT_PRIVILEGE) =>
        {
            Ok(())
        }
        other => Ok(other.map(drop)?),
    }
}

async fn insert<M>(transaction: &DatabaseTransaction, rows: Vec<M>) -> anyhow::Result<()>
where
    M: ModelTrait + IntoActiveModel<<M::Entity as EntityTrait>::ActiveModel>,
    <M::Entity as EntityTrait>::ActiveModel: Send,
{
    let columns = <M::Entity as EntityTrait>::Column::iter().count();
    let mut rows = rows.into_iter().peekable();
    while rows.peek().is_some() {
        // `reset_all` marks every column as given, the key too, which is ours to choose.
        let chunk = rows.by_ref().take(MAX_VALUES / columns);
        let chunk = chunk.map(|row| row.into_active_model().reset_all());
        M::Entity::insert_many(chunk)
            .exec_without_returning(transaction)
            .await?;
    }
    Ok(())
}

async fn copy<M: ModelTrait>(
    connection: &mut PgConnection,
    table: &str,
    rows: &[M],
) -> anyhow::Result<()> {
    const CHUNK: usize = 1 << 18;
    let columns: Vec<_> = <M::Entity as EntityTrait>::Column::iter().collect();
    let names: Vec<_> = columns.iter().map(IdenStatic::as_str).collect();
    let statement = format!(
        "COPY {table} (\"{}\") FROM STDIN (FORMAT BINARY)",
        names.join("\", \"")
    );
    let mut stream = connection.copy_in_raw(&statement).await?;
    let mut bytes = b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0".to_vec();
    for row in rows {
        bytes.extend(i16::try_from(columns.len())?.to_be_bytes());
        for column in &columns {
            write(&mut bytes, row.get(*column))?;
        }
        if bytes.len() > CHUNK {
            stream.send(bytes.as_slice()).await?;
            bytes.clear();
        }
    }
    bytes.extend((-1_i16).to_be_bytes());
    stream.send(bytes.as_slice()).await?;
    stream.finish().await?;
    Ok(())
}

/// One value behind its length, as PostgreSQL's binary format has it.
fn write(bytes: &mut Vec<u8>, value: Value) -> anyhow::Result<()> {
    match value {
        Value::Bool(Some(value)) => field(bytes, &[u8::from(value)]),
        Value::Int(Some(value)) => field(bytes, &value.to_be_bytes()),
        Value::BigInt(Some(value)) => field(bytes, &value.to_be_bytes()),
        Value::String(Some(value)) => field(bytes, value.as_bytes()),
        Value::Uuid(Some(value)) => field(bytes, value.as_bytes()),
        Value::ChronoDateTimeUtc(Some(value)) => field(
            bytes,
            &(value.timestamp_micros() - y2k().timestamp_micros()).to_be_bytes(),
        ),
        Value::ChronoDate(Some(value)) => {
            let days = (value - NaiveDate::from(y2k().naive_utc())).num_days();
            field(bytes, &i32::try_from(days)?.to_be_bytes())
        }
        // The first byte is the version of the format.
        Value::Json(Some(value)) => field(bytes, format!("\u{1}{value}").as_bytes()),
        Value::Bool(None)
        | Value::Int(None)
        | Value::BigInt(None)
        | Value::String(None)
        | Value::Uuid(None)
        | Value::ChronoDateTimeUtc(None)
        | Value::ChronoDate(None)
        | Value::Json(None) => {
            bytes.extend((-1_i32).to_be_bytes());
            Ok(())
        }
        other => bail!("no column is of the type of {other:?}"),
    }
}

fn field(bytes: &mut Vec<u8>, value: &[u8]) -> anyhow::Result<()> {
    bytes.extend(i32::try_from(value.len())?.to_be_bytes());
    bytes.extend(value);
    Ok(())
}

/// The moment from which PostgreSQL counts.
fn y2k() -> DateTime<Utc> {
    const SECONDS_AFTER_1970: i64 = 946_684_800;
    DateTime::UNIX_EPOCH + chrono::TimeDelta::seconds(SECONDS_AFTER_1970)
}
