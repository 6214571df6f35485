//! The few expressions that the two databases spell differently. Texts stay constant whatever the
//! number of values, so that each is prepared once.

use sea_orm::{
    ColumnType, DbBackend, Value,
    sea_query::{
        ArrayType, Expr, ExprTrait, IntoColumnRef, SelectStatement, SimpleExpr,
        extension::postgres::PgFunc,
    },
};
use uuid::Uuid;

/// The name of a column's type on PostgreSQL.
pub(super) fn type_name(column: &ColumnType) -> &'static str {
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

/// `column` is one of `ids`.
pub(super) fn one_of(backend: DbBackend, column: impl IntoColumnRef, ids: &[Uuid]) -> SimpleExpr {
    match backend {
        DbBackend::Postgres => Expr::col(column).eq(PgFunc::any(uuid_array(ids))),
        _ => Expr::col(column).in_subquery(
            SelectStatement::new()
                .expr(Expr::cust("unhex(value)"))
                .from_function(json_each(ids), "wanted")
                .to_owned(),
        ),
    }
}

/// `column` points at one of these people, who may be named by ids of people who were merged into
/// them.
pub(super) fn one_of_people(
    backend: DbBackend,
    tenant: Uuid,
    column: impl IntoColumnRef,
    ids: &[Uuid],
) -> SimpleExpr {
    if backend == DbBackend::Postgres {
        let by_now = Expr::cust_with_values(
            "ARRAY(SELECT coalesce(person_merge.survivor_id, wanted.id) \
             FROM unnest($1) wanted (id) LEFT JOIN person_merge \
             ON person_merge.tenant_id = $2 AND person_merge.merged_id = wanted.id)",
            [uuid_array(ids), tenant.into()],
        );
        return Expr::col(column).eq(PgFunc::any(by_now));
    }
    let by_now = Expr::cust_with_values(
        "(SELECT coalesce(person_merge.survivor_id, unhex(wanted.value)) \
         FROM json_each(?) wanted LEFT JOIN person_merge \
         ON person_merge.tenant_id = ? AND person_merge.merged_id = unhex(wanted.value))",
        [Value::from(hex_list(ids)), tenant.into()],
    );
    Expr::cust_with_exprs("? IN ?", [Expr::col(column), by_now])
}

/// The ids as PostgreSQL's array.
pub(super) fn uuid_array(ids: &[Uuid]) -> Value {
    let values = ids.iter().map(|id| Value::Uuid(Some(*id))).collect();
    Value::Array(ArrayType::Uuid, Some(Box::new(values)))
}

/// The ids as a JSON list of hex texts, which SQLite takes apart again.
pub(super) fn json_each(ids: &[Uuid]) -> sea_orm::sea_query::FunctionCall {
    sea_orm::sea_query::Func::cust("json_each").arg(hex_list(ids))
}

/// The list that [`json_each`] takes apart.
pub(super) fn hex_list(ids: &[Uuid]) -> String {
    let list: Vec<_> = ids.iter().map(|id| id.simple().to_string()).collect();
    serde_json::json!(list).to_string()
}

/// The text is one of `texts`.
pub(super) fn one_of_texts(backend: DbBackend, text: Expr, texts: &[String]) -> SimpleExpr {
    if backend == DbBackend::Postgres {
        return text.eq(PgFunc::any(text_array(texts)));
    }
    let list = serde_json::json!(texts).to_string();
    let each = sea_orm::sea_query::Func::cust("json_each").arg(list);
    text.in_subquery(
        SelectStatement::new()
            .expr(Expr::cust("value"))
            .from_function(each, "wanted")
            .to_owned(),
    )
}

/// The three columns that name a record are one of these.
pub(super) fn one_of_records(
    backend: DbBackend,
    columns: &str,
    keys: &[(&str, &str, &str)],
) -> SimpleExpr {
    if backend == DbBackend::Postgres {
        let list = |part: fn(&(&str, &str, &str)) -> String| {
            text_array(&keys.iter().map(part).collect::<Vec<_>>())
        };
        return Expr::cust_with_values(
            format!("({columns}) IN (SELECT * FROM unnest($1::text[], $2::text[], $3::text[]))"),
            [
                list(|key| key.0.to_owned()),
                list(|key| key.1.to_owned()),
                list(|key| key.2.to_owned()),
            ],
        );
    }
    Expr::cust_with_values(
        format!("({columns}) IN (SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each(?))"),
        [serde_json::json!(keys).to_string()],
    )
}

/// So many days of 24 hours after a time. SQLite keeps times as text that begins with the day, and
/// its own functions would cut off what is finer than a millisecond.
pub(super) fn days_after(backend: DbBackend, time: SimpleExpr, days: i32) -> SimpleExpr {
    match backend {
        DbBackend::Postgres => {
            Expr::cust_with_exprs("$1 + $2 * interval '24 hours'", [time, Expr::val(days)])
        }
        _ => Expr::cust_with_exprs(
            "date(substr(?, 1, 10), ?) || substr(?, 11)",
            [time.clone(), Expr::val(format!("{days:+} days")), time],
        ),
    }
}

/// The texts as PostgreSQL's array.
pub(super) fn text_array(texts: &[String]) -> Value {
    let values = texts
        .iter()
        .map(|text| Value::String(Some(text.clone())))
        .collect();
    Value::Array(ArrayType::String, Some(Box::new(values)))
}
