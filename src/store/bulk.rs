//! Many rows in one statement. On PostgreSQL each column is one array, written as the text of one:
//! so the statement reads the same for any number of rows and is prepared once, and an array may
//! hold nulls, which one that is bound as such may not. On SQLite, which has no arrays, rows are
//! bound value by value.

use std::fmt::Write as _;

use anyhow::anyhow;
use sea_orm::{
    ColumnTrait, ColumnType, ConnectionTrait, DbBackend, EntityName, EntityTrait, IdenStatic,
    IntoActiveModel, Iterable, ModelTrait, PrimaryKeyToColumn, Statement, Value,
};

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
            let arrays = columns.iter().enumerate().map(|(index, column)| {
                let of_type = type_of(column.def().get_column_type());
                format!("${}::text::{of_type}[]", index + 1)
            });
            let arrays: Vec<_> = arrays.collect();
            let values: Result<Vec<_>> = columns
                .iter()
                .map(|column| Ok(array(rows.iter().map(|row| row.get(*column)))?.into()))
                .collect();
            return Ok((
                format!("SELECT * FROM unnest({})", arrays.join(", ")),
                values?,
            ));
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

/// The name of a column's type.
fn type_of(column: &ColumnType) -> &'static str {
    match column {
        ColumnType::Uuid => "uuid",
        ColumnType::Boolean => "boolean",
        ColumnType::Integer => "integer",
        ColumnType::BigInteger => "bigint",
        ColumnType::Date => "date",
        ColumnType::TimestampWithTimeZone => "timestamptz",
        ColumnType::Json | ColumnType::JsonBinary => "jsonb",
        _ => "text",
    }
}

/// The text of an array.
fn array(values: impl Iterator<Item = Value>) -> Result<String> {
    let mut text = String::from("{");
    for (index, value) in values.enumerate() {
        if index > 0 {
            text.push(',');
        }
        element(&mut text, value)?;
    }
    text.push('}');
    Ok(text)
}

fn element(text: &mut String, value: Value) -> Result<()> {
    // Writing to a string cannot fail.
    let _ = match value {
        Value::Uuid(Some(id)) => write!(text, "{id}"),
        Value::Bool(Some(yes)) => write!(text, "{yes}"),
        Value::Int(Some(number)) => write!(text, "{number}"),
        Value::BigInt(Some(number)) => write!(text, "{number}"),
        Value::ChronoDate(Some(day)) => write!(text, "{day}"),
        Value::ChronoDateTimeUtc(Some(at)) => write!(text, "{}", at.format("\"%FT%T%.6fZ\"")),
        Value::String(Some(word)) => {
            quote(text, &word);
            Ok(())
        }
        Value::Json(Some(json)) => {
            quote(text, &json.to_string());
            Ok(())
        }
        none if none == none.as_null() => write!(text, "NULL"),
        other => {
            let what = anyhow!("a bulk write has no form for {other:?}");
            return Err(Error::Internal(what));
        }
    };
    Ok(())
}

/// A text within an array, where it cannot be mistaken for anything else.
fn quote(text: &mut String, word: &str) {
    text.reserve(word.len() + 2);
    text.push('"');
    for part in word.split_inclusive(['"', '\\']) {
        match part.as_bytes().last() {
            Some(last @ (b'"' | b'\\')) => {
                text.push_str(&part[..part.len() - 1]);
                text.push('\\');
                text.push(char::from(*last));
            }
            _ => text.push_str(part),
        }
    }
    text.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_array_holds_whatever_a_row_does() {
        let words = ["plain", "", "NULL", "a \"b\" \\ {c},\nd", "Zoë"].map(Value::from);
        let values = words
            .into_iter()
            .chain([Value::String(None), Value::Int(Some(-7))]);
        assert_eq!(
            array(values).unwrap(),
            "{\"plain\",\"\",\"NULL\",\"a \\\"b\\\" \\\\ {c},\nd\",\"Zoë\",NULL,-7}"
        );
        assert_eq!(array(std::iter::empty()).unwrap(), "{}");
        let at: chrono::DateTime<chrono::Utc> = "2026-03-02T09:00:00.25Z".parse().unwrap();
        assert_eq!(
            array([Value::from(at), Value::from(serde_json::json!(["a"]))].into_iter()).unwrap(),
            "{\"2026-03-02T09:00:00.250000Z\",\"[\\\"a\\\"]\"}"
        );
    }
}
