//! Many rows in one statement. On PostgreSQL each column is one array, so that the statement reads the
//! same for any number of rows and is prepared once. A column that may be null is written as the text
//! of an array, since one that is bound as such holds no nulls. On SQLite, which has no arrays, rows
//! are bound value by value.

mod array;

use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, EntityName, EntityTrait, IdenStatic, IntoActiveModel,
    Iterable, ModelTrait, PrimaryKeyToColumn, Statement, Value,
};

use self::array::array;
use super::{OfTenant, Writer, failure};
use crate::error::{Error, Result};

/// The most rows of one statement on PostgreSQL: a bound on its memory.
const MOST_ROWS: usize = 10_000;
/// The most values of one statement on SQLite, which takes 32,766.
const MOST_VALUES: usize = 32_000;

/// A row of a tenant's table.
pub(super) trait Stored:
    IntoActiveModel<<Self::Entity as EntityTrait>::ActiveModel> + ModelTrait<Entity: OfTenant> + Sync
{
}

impl<M> Stored for M where
    M: IntoActiveModel<<M::Entity as EntityTrait>::ActiveModel>
        + ModelTrait<Entity: OfTenant>
        + Sync
{
}

type ColumnOf<M> = <<M as ModelTrait>::Entity as EntityTrait>::Column;

impl Writer {
    /// Stores new rows.
    pub(super) async fn insert_many<M: Stored>(&self, rows: Vec<M>) -> Result<()> {
        self.put_many(rows, "").await
    }

    /// Stores new rows and changed ones, each as it will be. The changed ones must be locked.
    pub(super) async fn upsert<M: Stored>(&self, rows: Vec<M>) -> Result<()> {
        let key = key_of::<M>();
        let is_key = |column: &ColumnOf<M>| key.iter().any(|part| part.as_str() == column.as_str());
        let rest: Vec<_> = ColumnOf::<M>::iter().filter(|c| !is_key(c)).collect();
        let on_conflict = format!(
            " ON CONFLICT ({}) DO UPDATE SET {}",
            names(&key),
            listed(&rest, |name| format!("\"{name}\" = excluded.\"{name}\""))
        );
        self.put_many(rows, &on_conflict).await
    }

    async fn put_many<M: Stored>(&self, rows: Vec<M>, on_conflict: &str) -> Result<()> {
        let columns: Vec<_> = ColumnOf::<M>::iter().collect();
        let table = M::Entity::default().table_name().to_owned();
        let into = format!("INSERT INTO \"{table}\" ({})", names(&columns));
        for rows in rows.chunks(self.most_rows(columns.len())) {
            let (source, values) = self.source(rows, &columns)?;
            self.run_many(format!("{into} {source}{on_conflict}"), values)
                .await?;
        }
        Ok(())
    }

    /// Stores these columns of rows that are there.
    pub(super) async fn update_many<M: Stored>(
        &self,
        rows: &[M],
        changed: &[ColumnOf<M>],
    ) -> Result<()> {
        let key = key_of::<M>();
        let columns: Vec<_> = key.iter().chain(changed).copied().collect();
        let table = M::Entity::default().table_name().to_owned();
        let set = listed(changed, |name| format!("\"{name}\" = new.\"{name}\""));
        let same = same::<M>(&table);
        for rows in rows.chunks(self.most_rows(columns.len())) {
            let (source, values) = self.source(rows, &columns)?;
            let with = format!("WITH new ({}) AS ({source})", names(&columns));
            let update = format!("{with} UPDATE \"{table}\" SET {set} FROM new WHERE {same}");
            self.run_many(update, values).await?;
        }
        Ok(())
    }

    /// Removes these rows.
    pub(super) async fn delete_many<M: Stored>(&self, rows: &[M]) -> Result<()> {
        let key = key_of::<M>();
        let from = format!("DELETE FROM \"{}\"", M::Entity::default().table_name());
        for rows in rows.chunks(self.most_rows(key.len())) {
            let (source, values) = self.source(rows, &key)?;
            let delete = format!("{from} WHERE ({}) IN ({source})", names(&key));
            self.run_many(delete, values).await?;
        }
        Ok(())
    }

    fn most_rows(&self, columns: usize) -> usize {
        match self.backend() {
            DbBackend::Postgres => MOST_ROWS,
            _ => MOST_VALUES / columns.max(1),
        }
    }

    /// What yields the rows within a statement, and the values that it takes.
    fn source<M: Stored>(
        &self,
        rows: &[M],
        columns: &[ColumnOf<M>],
    ) -> Result<(String, Vec<Value>)> {
        if self.backend() == DbBackend::Postgres {
            return self.arrays(rows, columns);
        }
        let row = format!("({})", vec!["?"; columns.len()].join(", "));
        let values = rows
            .iter()
            .flat_map(|row| columns.iter().map(|column| row.get(*column)));
        Ok((
            format!("VALUES {}", vec![row; rows.len()].join(", ")),
            values.collect(),
        ))
    }

    /// The rows as arrays, beside the tenant that they all have.
    fn arrays<M: Stored>(
        &self,
        rows: &[M],
        columns: &[ColumnOf<M>],
    ) -> Result<(String, Vec<Value>)> {
        let tenant = <M::Entity as OfTenant>::TENANT.as_str();
        let (mut shown, mut taken, mut arrays) = (Vec::new(), Vec::new(), Vec::new());
        let mut values = vec![self.tenant().into()];
        for column in columns {
            let name = column.as_str();
            if name == tenant {
                shown.push("$1::uuid".to_owned());
                continue;
            }
            let column_values = rows.iter().map(|row| row.get(*column));
            let (value, cast) = array(&column.def(), column_values)?;
            values.push(value);
            shown.push(format!("new_row.\"{name}\""));
            taken.push(format!("\"{name}\""));
            arrays.push(format!("${}{cast}", values.len()));
        }
        let [shown, taken, arrays] = [shown, taken, arrays].map(|parts| parts.join(", "));
        let source = format!("SELECT {shown} FROM unnest({arrays}) AS new_row ({taken})");
        Ok((source, values))
    }

    async fn run_many(&self, sql: String, values: Vec<Value>) -> Result<()> {
        let statement = Statement::from_sql_and_values(self.backend(), sql, values);
        match self.conn.execute_raw(statement).await {
            // Another writer made the same meanwhile: the next try finds it.
            Err(error) if failure::is_duplicate(&error) => Err(Error::Retry),
            Err(error) => Err(error.into()),
            Ok(_) => Ok(()),
        }
    }
}

fn key_of<M: ModelTrait>() -> Vec<ColumnOf<M>> {
    <M::Entity as EntityTrait>::PrimaryKey::iter()
        .map(PrimaryKeyToColumn::into_column)
        .collect()
}

fn listed<C: IdenStatic>(columns: &[C], each: impl Fn(&str) -> String) -> String {
    let each: Vec<_> = columns.iter().map(|column| each(column.as_str())).collect();
    each.join(", ")
}

fn names<C: IdenStatic>(columns: &[C]) -> String {
    listed(columns, |name| format!("\"{name}\""))
}

/// A row of the table has the key of a new one.
fn same<M: ModelTrait>(table: &str) -> String {
    let key = key_of::<M>();
    let each = key.iter().map(|column| {
        let name = column.as_str();
        format!("\"{table}\".\"{name}\" = new.\"{name}\"")
    });
    each.collect::<Vec<_>>().join(" AND ")
}
