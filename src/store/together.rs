//! Writes that go to the database in one round trip: on PostgreSQL as one statement of several
//! parts, each of which sees the tables as they were before; on SQLite, which is no trip away, one
//! after the other.

use sea_orm::{
    ConnectionTrait, DbBackend, EntityTrait, IntoActiveModel, ModelTrait, QueryTrait, UpdateMany,
    sea_query::{CommonTableExpression, SubQueryStatement, WithClause},
};

use super::{OfTenant, Writer, writer::all_set};
use crate::error::Result;

/// Writes gathered, in the order in which they must be done.
#[derive(Default)]
pub(super) struct Together {
    parts: Vec<SubQueryStatement>,
}

impl Together {
    /// Adds new rows.
    pub(super) fn insert<M>(&mut self, rows: Vec<M>)
    where
        M: IntoActiveModel<<M::Entity as EntityTrait>::ActiveModel> + ModelTrait,
        M::Entity: OfTenant,
    {
        if !rows.is_empty() {
            let rows = rows.into_iter().map(|row| all_set(row.into_active_model()));
            let insert = M::Entity::insert_many(rows).into_query();
            self.parts.push(insert.into());
        }
    }

    /// Adds a change of rows that no other part makes.
    pub(super) fn update<E: OfTenant>(&mut self, update: UpdateMany<E>) {
        self.parts.push(update.into_query().into());
    }
}

impl Writer {
    /// Does all that was gathered.
    pub(super) async fn send(&self, together: Together) -> Result<()> {
        let mut parts = together.parts;
        if self.backend() == DbBackend::Sqlite {
            for part in parts {
                self.send_one(part).await?;
            }
            return Ok(());
        }
        let Some(last) = parts.pop() else {
            return Ok(());
        };
        if parts.is_empty() {
            return self.send_one(last).await;
        }
        let mut with = WithClause::new();
        for (number, part) in parts.into_iter().enumerate() {
            let mut named = CommonTableExpression::new();
            named.table_name(format!("part_{number}")).query(part);
            with.cte(named);
        }
        self.conn.execute(&with.query(last)).await?;
        Ok(())
    }

    async fn send_one(&self, part: SubQueryStatement) -> Result<()> {
        let conn = &self.conn;
        match part {
            SubQueryStatement::InsertStatement(insert) => conn.execute(&insert).await?,
            SubQueryStatement::UpdateStatement(update) => conn.execute(&update).await?,
            SubQueryStatement::SelectStatement(select) => conn.execute(&select).await?,
            SubQueryStatement::DeleteStatement(delete) => conn.execute(&delete).await?,
            SubQueryStatement::WithStatement(with) => conn.execute(&with).await?,
        };
        Ok(())
    }
}
