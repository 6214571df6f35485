//! Short lists narrowed by words: names of companies, titles of jobs, recruiters. People have an
//! index of their own (`person/list.rs`); these lists are small enough to be looked through.

use sea_orm::{
    Condition, DbBackend,
    sea_query::{Expr, ExprTrait, Func, IntoColumnRef, SimpleExpr},
};

use crate::{
    error::{Error, Result},
    rules::text,
};

/// Fails if a NUL stands in what a filter looks for: nothing that is kept has one, and
/// `PostgreSQL` would refuse the statement. `sought` tells the field of each value.
pub(super) fn check_sought<'a>(
    sought: impl IntoIterator<Item = (&'static str, &'a String)>,
) -> Result<()> {
    match sought.into_iter().find(|(_, value)| value.contains('\0')) {
        Some((field, _)) => Err(Error::bad_input(format!(
            "`{field}` holds a NUL character; remove it"
        ))),
        None => Ok(()),
    }
}

/// The folded column holds every word.
pub(super) fn all_in(folded: impl IntoColumnRef, words: &str) -> Result<Condition> {
    let terms = text::search_terms(words);
    if terms.is_empty() {
        return Err(nothing_to_search());
    }
    let folded = folded.into_column_ref();
    Ok(terms.iter().fold(Condition::all(), |all, term| {
        // Terms hold letters, digits and leading spaces only, so nothing needs escaping.
        all.add(Expr::col(folded.clone()).like(format!("%{}%", term.trim_start())))
    }))
}

/// The text, which nobody has folded, holds every word; A-Z and a-z are alike.
pub(super) fn all_within(backend: DbBackend, text: &str, words: &str) -> Result<Condition> {
    let terms: Vec<_> = words
        .split_whitespace()
        .take(text::MAX_SEARCH_TERMS)
        .collect();
    if terms.is_empty() {
        return Err(nothing_to_search());
    }
    // Not LIKE, for which a word's own `%` and `_` would have to be escaped.
    let position_of = match backend {
        DbBackend::Postgres => "strpos",
        _ => "instr",
    };
    Ok(terms.iter().fold(Condition::all(), |all, term| {
        let position = Func::cust(position_of)
            .arg(small_letters(backend, text))
            .arg(term.to_ascii_lowercase());
        all.add(Expr::expr(position).gt(0))
    }))
}

/// The text with A-Z as a-z and nothing else changed: the one folding that both databases and we
/// do alike, see [`str::to_ascii_lowercase`].
pub(super) fn small_letters(backend: DbBackend, text: &str) -> SimpleExpr {
    Expr::cust(match backend {
        DbBackend::Postgres => format!("lower({text} COLLATE \"C\")"),
        _ => format!("lower({text})"),
    })
}

fn nothing_to_search() -> Error {
    Error::bad_input("`text` has no letter or digit to search for")
}
