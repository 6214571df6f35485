//! The few expressions that the two databases spell differently. Texts stay constant whatever the
//! number of values, so that each is prepared once.

use sea_orm::{
    DbBackend, Value,
    sea_query::{
        ArrayType, Expr, ExprTrait, IntoColumnRef, SelectStatement, SimpleExpr,
        extension::postgres::PgFunc,
    },
};
use uuid::Uuid;

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
