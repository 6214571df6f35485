//! Where a statement goes: to the pool, or into the transaction under way. Both count it.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, ExecResult,
    QueryResult, Statement,
};

/// A pool or a transaction. Cloning shares it.
#[derive(Clone, Debug)]
pub(super) struct Conn {
    to: Target,
    statements: Arc<AtomicU64>,
}

#[derive(Clone, Debug)]
enum Target {
    Pool(DatabaseConnection),
    Transaction(Arc<DatabaseTransaction>),
}

impl Conn {
    pub(super) fn pool(pool: DatabaseConnection, statements: Arc<AtomicU64>) -> Self {
        Self {
            to: Target::Pool(pool),
            statements,
        }
    }

    pub(super) fn transaction(
        transaction: Arc<DatabaseTransaction>,
        statements: Arc<AtomicU64>,
    ) -> Self {
        Self {
            to: Target::Transaction(transaction),
            statements,
        }
    }

    /// Whether statements go into a transaction.
    pub(super) fn is_transaction(&self) -> bool {
        matches!(self.to, Target::Transaction(_))
    }

    fn count(&self) {
        self.statements.fetch_add(1, Ordering::Relaxed);
    }
}

#[async_trait::async_trait]
impl ConnectionTrait for Conn {
    fn get_database_backend(&self) -> DbBackend {
        match &self.to {
            Target::Pool(pool) => pool.get_database_backend(),
            Target::Transaction(transaction) => transaction.get_database_backend(),
        }
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        self.count();
        match &self.to {
            Target::Pool(pool) => pool.execute_raw(statement).await,
            Target::Transaction(transaction) => transaction.execute_raw(statement).await,
        }
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.count();
        match &self.to {
            Target::Pool(pool) => pool.execute_unprepared(sql).await,
            Target::Transaction(transaction) => transaction.execute_unprepared(sql).await,
        }
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        self.count();
        match &self.to {
            Target::Pool(pool) => pool.query_one_raw(statement).await,
            Target::Transaction(transaction) => transaction.query_one_raw(statement).await,
        }
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.count();
        match &self.to {
            Target::Pool(pool) => pool.query_all_raw(statement).await,
            Target::Transaction(transaction) => transaction.query_all_raw(statement).await,
        }
    }
}
