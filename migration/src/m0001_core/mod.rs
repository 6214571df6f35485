//! The first step: people, companies, jobs, interactions, relationships, referrals, and the rows
//! that every write leaves behind.

use sea_orm_migration::{prelude::*, sea_orm::DbBackend};

/// Written out as SQL, because that is what a database administrator reads and what both
/// databases take: partial indexes, expression indexes and composite keys have no builder.
const TABLES: &str = include_str!("tables.sql");
const SEARCH_POSTGRES: &str = include_str!("search_postgres.sql");
const FEED_POSTGRES: &str = include_str!("feed_postgres.sql");
const SEARCH_SQLITE: &str = include_str!("search_sqlite.sql");

/// Children first, so that no foreign key is left pointing at nothing.
const UNDO: [&str; 36] = [
    "idempotency",
    "event",
    "sync_snapshot",
    "sync_deferred",
    "match_suggestion",
    "record_match",
    "person_merge_row",
    "person_merge",
    "external_record",
    "referral_status_change",
    "referral",
    "relationship",
    "relationship_kind",
    "snooze",
    "feedback",
    "promise_reschedule",
    "promise",
    "reply_wait",
    "touch",
    "interaction_recruiter",
    "interaction_person",
    "interaction",
    "application_change",
    "application",
    "job",
    "position",
    "label",
    "contact_point",
    "recruiter_person",
    "person_search",
    "person",
    "company",
    "tenant_settings",
    "recruiter",
    "tenant",
    "person_search_row",
];

pub(crate) struct Migration;

/// Written out: derived, the name would be that of the file, `mod`.
impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m0001_core"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let backend = manager.get_database_backend();
        let search = match backend {
            DbBackend::Postgres => SEARCH_POSTGRES,
            _ => SEARCH_SQLITE,
        };
        let connection = manager.get_connection();
        connection
            .execute_unprepared(&spelled_for(backend, TABLES))
            .await?;
        connection.execute_unprepared(search).await?;
        if backend == DbBackend::Postgres {
            connection.execute_unprepared(FEED_POSTGRES).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let connection = manager.get_connection();
        if manager.get_database_backend() == DbBackend::Sqlite {
            connection
                .execute_unprepared("DROP TABLE IF EXISTS person_search_text")
                .await?;
        }
        for table in UNDO {
            connection
                .execute_unprepared(&format!("DROP TABLE IF EXISTS {table}"))
                .await?;
        }
        if manager.get_database_backend() == DbBackend::Postgres {
            connection
                .execute_unprepared("DROP FUNCTION IF EXISTS event_after_its_node")
                .await?;
        }
        Ok(())
    }
}

/// Puts in the few words that the two databases spell differently. SQLite keeps times as RFC 3339
/// text, so the empty string comes before all of them and a letter after all of them; its own text
/// order is the binary one that PostgreSQL calls "C". It has one writer at a time, so the order of the
/// numbers is that of the commits, and the number of the transaction adds nothing; `AUTOINCREMENT`
/// keeps it from giving a number twice.
fn spelled_for(backend: DbBackend, sql: &str) -> String {
    match backend {
        DbBackend::Postgres => sql
            .replace("EARLIEST", "'-infinity'::timestamptz")
            .replace("LATEST", "'infinity'::timestamptz")
            .replace("NUMBERED", "BIGINT NOT NULL GENERATED ALWAYS AS IDENTITY")
            .replace(
                "WRITING_TRANSACTION",
                "(pg_current_xact_id()::text::bigint)",
            ),
        _ => sql
            .replace("EARLIEST", "''")
            .replace("LATEST", "'Z'")
            .replace("NUMBERED", "INTEGER PRIMARY KEY AUTOINCREMENT")
            .replace("WRITING_TRANSACTION", "0")
            .replace(" COLLATE \"C\"", ""),
    }
}
