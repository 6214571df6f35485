//! Many rows in one statement. On PostgreSQL each column is one array, so that the statement reads the
//! same for any number of rows and is prepared once. A column that may be null is written as the text
//! of an array, since one that is bound as such holds no nulls. On SQLite, which has no arrays, rows
//! are bound value by value.

use std::fmt::Write as _;

use anyhow::anyhow;
use sea_orm::{
    ColumnDef, ColumnTrait, ColumnType, ConnectionTrait, DbBackend, EntityName, EntityTrait,
    IdenStatic, IntoActiveModel, Iterable, ModelTrait, PrimaryKeyToColumn, Statement, Value,
    sea_query::ArrayType,
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

/// The values of a column as one that PostgreSQL takes, and what makes an array of it there.
fn array(column: &ColumnDef, values: impl Iterator<Item = Value>) -> Result<(Value, String)> {
    let (of_type, name) = type_of(column.get_column_type());
    match of_type {
        Some(of_type) if !column.is_null() => {
            let values: Vec<_> = values.collect();
            if let Some(odd) = values.iter().find(|value| value.array_type() != of_type) {
                let what = anyhow!("a bulk write of {name} has no form for {odd:?}");
                return Err(Error::Internal(what));
            }
            let array = Value::Array(of_type, Some(Box::new(values)));
            Ok((array, format!("::{name}[]")))
        }
        _ => Ok((text_of(values)?.into(), format!("::text::{name}[]"))),
    }
}

/// The name of a column's type, and what its values may be bound as within an array, if at all.
fn type_of(column: &ColumnType) -> (Option<ArrayType>, &'static str) {
    match column {
        ColumnType::Uuid => (Some(ArrayType::Uuid), "uuid"),
        ColumnType::Boolean => (Some(ArrayType::Bool), "boolean"),
        ColumnType::Integer => (Some(ArrayType::Int), "integer"),
        ColumnType::BigInteger => (Some(ArrayType::BigInt), "bigint"),
        ColumnType::Date => (Some(ArrayType::ChronoDate), "date"),
        ColumnType::TimestampWithTimeZone => (Some(ArrayType::ChronoDateTimeUtc), "timestamptz"),
        ColumnType::Json | ColumnType::JsonBinary => (None, "jsonb"),
        _ => (Some(ArrayType::String), "text"),
    }
}

/// The text of an array. Nulls at its end are left out: beside longer arrays they come again.
fn text_of(values: impl Iterator<Item = Value>) -> Result<String> {
    let mut text = String::from("{");
    let mut nulls = 0;
    for (index, value) in values.enumerate() {
        if value == value.as_null() {
            nulls += 1;
            continue;
        }
        if index > nulls {
            text.push(',');
        }
        for _ in 0..nulls {
            text.push_str("NULL,");
        }
        nulls = 0;
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
    use entity::person;

    use super::*;

    #[test]
    fn an_array_holds_whatever_a_row_does() {
        let words = ["plain", "", "NULL", "a \"b\" \\ {c},\nd", "Zoë"].map(Value::from);
        let values = words.into_iter().chain([Value::Int(Some(-7))]);
        assert_eq!(
            text_of(values).unwrap(),
            "{\"plain\",\"\",\"NULL\",\"a \\\"b\\\" \\\\ {c},\nd\",\"Zoë\",-7}"
        );
        let at: chrono::DateTime<chrono::Utc> = "2026-03-02T09:00:00.25Z".parse().unwrap();
        assert_eq!(
            text_of([Value::from(at), Value::from(serde_json::json!(["a"]))].into_iter()).unwrap(),
            "{\"2026-03-02T09:00:00.250000Z\",\"[\\\"a\\\"]\"}"
        );
    }

    #[test]
    fn nulls_are_written_up_to_the_last_value() {
        for (values, text) in [
            (&[][..], "{}"),
            (&[None, None], "{}"),
            (&[Some(1), None, None], "{1}"),
            (
                &[None, None, Some(1), None, Some(2)],
                "{NULL,NULL,1,NULL,2}",
            ),
            (&[Some(1), None, Some(2), Some(3)], "{1,NULL,2,3}"),
        ] {
            let values = values.iter().map(|value: &Option<i32>| Value::Int(*value));

            assert_eq!(text_of(values).unwrap(), text);
        }
    }

    #[test]
    fn what_is_never_null_is_bound_as_it_is() {
        let id = uuid::Uuid::from_u128(7);
        let columns = [
            (person::Column::Id, Value::from(id), "::uuid[]"),
            (person::Column::Name, "Ada".into(), "::text[]"),
            (person::Column::Headline, "Maker".into(), "::text::text[]"),
            (person::Column::OwnerId, id.into(), "::text::uuid[]"),
        ];
        for (column, value, cast) in columns {
            let (_, written) = array(&column.def(), [value].into_iter()).unwrap();

            assert_eq!(written, cast);
        }
        assert!(array(&person::Column::Id.def(), ["7".into()].into_iter()).is_err());
    }
}
