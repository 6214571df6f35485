//! The values of a column as one array of PostgreSQL.

use std::fmt::Write as _;

use anyhow::anyhow;
use sea_orm::{ColumnDef, ColumnType, Value, sea_query::ArrayType};

use crate::{
    error::{Error, Result},
    store::sql,
};

/// The values of a column as one that PostgreSQL takes, and what makes an array of it there.
pub(super) fn array(
    column: &ColumnDef,
    values: impl Iterator<Item = Value>,
) -> Result<(Value, String)> {
    let name = sql::type_name(column.get_column_type());
    match element_type(column.get_column_type()) {
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

/// What the values of a column may be bound as within an array, if at all.
fn element_type(column: &ColumnType) -> Option<ArrayType> {
    match column {
        ColumnType::Uuid => Some(ArrayType::Uuid),
        ColumnType::Boolean => Some(ArrayType::Bool),
        ColumnType::Integer => Some(ArrayType::Int),
        ColumnType::BigInteger => Some(ArrayType::BigInt),
        ColumnType::Date => Some(ArrayType::ChronoDate),
        ColumnType::TimestampWithTimeZone => Some(ArrayType::ChronoDateTimeUtc),
        ColumnType::Json | ColumnType::JsonBinary => None,
        _ => Some(ArrayType::String),
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
    use sea_orm::ColumnTrait;

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
