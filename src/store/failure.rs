//! What a database error means to the caller. The texts of databases stay here: they tell table
//! names, and sometimes another row's values.

use sea_orm::{DbErr, RuntimeErr, SqlErr};

use crate::error::Error;

impl From<DbErr> for Error {
    fn from(error: DbErr) -> Self {
        match code_of(&error).as_deref() {
            // PostgreSQL: query_canceled, lock_not_available.
            Some("57014" | "55P03") => Self::TimedOut,
            // disk_full, and SQLITE_FULL.
            Some("53100" | "13") => Self::StorageFull,
            // admin_shutdown, crash_shutdown, cannot_connect_now, too_many_connections, and
            // SQLITE_BUSY after its wait.
            Some("57P01" | "57P02" | "57P03" | "53300" | "5") => Self::Unavailable,
            _ if cannot_be_reached(&error) => Self::Unavailable,
            _ => Self::Internal(anyhow::Error::new(error)),
        }
    }
}

/// Whether the same work may succeed when run again: a serialisation failure or a deadlock.
pub(super) fn may_be_retried(error: &Error) -> bool {
    let Error::Internal(cause) = error else {
        return matches!(error, Error::Retry);
    };
    let code = cause.downcast_ref::<DbErr>().and_then(code_of);
    matches!(code.as_deref(), Some("40001" | "40P01"))
}

/// Whether a unique key was met.
pub(super) fn is_duplicate(error: &DbErr) -> bool {
    matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_)))
}

fn sqlx_error(error: &DbErr) -> Option<&sqlx::Error> {
    match error {
        DbErr::Conn(RuntimeErr::SqlxError(cause))
        | DbErr::Exec(RuntimeErr::SqlxError(cause))
        | DbErr::Query(RuntimeErr::SqlxError(cause)) => Some(cause),
        _ => None,
    }
}

fn code_of(error: &DbErr) -> Option<String> {
    match sqlx_error(error)? {
        sqlx::Error::Database(cause) => cause.code().map(std::borrow::Cow::into_owned),
        _ => None,
    }
}

fn cannot_be_reached(error: &DbErr) -> bool {
    matches!(error, DbErr::ConnectionAcquire(_) | DbErr::Conn(_))
        || matches!(
            sqlx_error(error),
            Some(
                sqlx::Error::Io(_)
                    | sqlx::Error::PoolTimedOut
                    | sqlx::Error::PoolClosed
                    | sqlx::Error::WorkerCrashed
                    | sqlx::Error::Tls(_)
            )
        )
}
