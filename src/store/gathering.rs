//! Reads that go to PostgreSQL in one round trip, which costs more than many a read itself. What
//! the loaders of one level ask becomes one statement of as many parts, each of which has columns
//! of its own: those of the others are null in its rows. Each part is a subquery, whose rows keep
//! their order. SQLite is no trip away: there each read goes alone.

use std::{
    fmt::Write as _,
    sync::{Arc, Mutex, PoisonError},
};

use sea_orm::{
    ColumnTrait, DbBackend, DbErr, QueryResult, Statement, StatementBuilder, Value,
    sea_query::SelectStatement,
};
use sqlx::Postgres;
use tokio::sync::OnceCell;

use super::{lease::Lease, sql, traffic::Traffic};

/// The most reads of one statement: PostgreSQL takes 1,664 columns, and each part names all.
const MOST_READS: usize = 16;

/// A column that a read answers with: its name, and its type on PostgreSQL.
pub(super) type ReadColumn = (&'static str, &'static str);

/// A column of a table, as it is read.
pub(super) fn read_column(column: impl ColumnTrait) -> ReadColumn {
    (
        column.as_str(),
        sql::type_name(column.def().get_column_type()),
    )
}

/// Where the columns of a read begin in its rows.
#[derive(Clone, Debug, Default)]
pub(crate) struct Start {
    /// The place of the first.
    pub(super) place: usize,
    /// What stands before the names of all.
    pub(super) prefix: String,
}

/// The rows that a read found.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) rows: Vec<QueryResult>,
    pub(super) start: Start,
}

/// The reads of a request that wait for one another.
#[derive(Debug, Default)]
pub(super) struct Gathering(Mutex<Option<Arc<Round>>>);

/// Reads that go together.
#[derive(Debug, Default)]
struct Round {
    reads: Mutex<Vec<Arc<Read>>>,
    answer: OnceCell<Result<Vec<Mutex<Found>>, DbErr>>,
}

/// A query as text.
#[derive(Debug)]
struct Read {
    text: String,
    values: Vec<Value>,
    columns: Vec<ReadColumn>,
}

impl Gathering {
    /// The rows of a query that selects these columns. Whoever asks first sees to it; should they
    /// hang up, the next does.
    pub(super) async fn found(
        &self,
        query: &SelectStatement,
        columns: Vec<ReadColumn>,
        lease: &Lease<Postgres>,
        traffic: &Traffic,
    ) -> Result<Found, DbErr> {
        let statement = StatementBuilder::build(query, &DbBackend::Postgres);
        let values = statement.values.map_or_else(Vec::new, |values| values.0);
        let (place, round) = self.join(Read {
            text: statement.sql,
            values,
            columns,
        });
        let answer = round.answer.get_or_init(|| async {
            let reads = self.close(&round, traffic).await;
            let mut found: Vec<_> = reads.iter().map(|_| Mutex::default()).collect();
            for some in reads.chunks(MOST_READS) {
                let rows = lease.all(together(some)).await?;
                for (place, own) in apart(rows, some)? {
                    found[place] = Mutex::new(own);
                }
            }
            Ok(found)
        });
        let found = answer.await.as_ref().map_err(Clone::clone)?;
        let mut own = lock(&found[place]);
        Ok(std::mem::take(&mut own))
    }

    fn join(&self, read: Read) -> (usize, Arc<Round>) {
        let mut gathering = lock(&self.0);
        let round = gathering.get_or_insert_default();
        let mut reads = lock(&round.reads);
        reads.push(Arc::new(read));
        (reads.len() - 1, Arc::clone(round))
    }

    /// Hears out whoever asks at once, and ends the round: whoever comes later joins the next one.
    /// Gives the reads with their places. They stand in an order of their own, so that the same
    /// reads always make the same statement.
    async fn close(&self, round: &Arc<Round>, traffic: &Traffic) -> Vec<(usize, Arc<Read>)> {
        traffic.standstill().await;
        lock(&self.0).take_if(|gathering| Arc::ptr_eq(gathering, round));
        let mut reads: Vec<_> = lock(&round.reads).iter().cloned().enumerate().collect();
        reads.sort_by(|(_, one), (_, other)| one.text.cmp(&other.text));
        reads
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// One statement of all reads. Each row begins with the number of the read that found it, unless
/// there is but one.
fn together(reads: &[(usize, Arc<Read>)]) -> Statement {
    if let [(_, only)] = reads {
        let values = only.values.iter().cloned();
        return Statement::from_sql_and_values(DbBackend::Postgres, &only.text, values);
    }
    let (mut text, mut values) = (String::new(), Vec::new());
    for (number, (_, read)) in reads.iter().enumerate() {
        let union = if number == 0 { "" } else { " UNION ALL " };
        // Writing to a string cannot fail.
        let _ = write!(text, "{union}SELECT {number}");
        for (other, columns) in reads.iter().map(|(_, read)| &read.columns).enumerate() {
            for (name, of_type) in columns {
                let _ = if other == number {
                    write!(text, ", part.\"{name}\"")
                } else {
                    write!(text, ", NULL::{of_type}")
                };
                if number == 0 {
                    let _ = write!(text, " AS \"{}{name}\"", prefix(other));
                }
            }
        }
        text.push_str(" FROM (");
        push_renumbered(&mut text, &read.text, values.len());
        text.push_str(") AS part");
        values.extend(read.values.iter().cloned());
    }
    Statement::from_sql_and_values(DbBackend::Postgres, text, values)
}

/// What the names of a read's columns begin with.
fn prefix(number: usize) -> String {
    format!("{number}.")
}

/// Appends a statement whose values come after so many others.
fn push_renumbered(text: &mut String, part: &str, before: usize) {
    if before == 0 {
        text.push_str(part);
        return;
    }
    // Only every other piece lies outside of quotes.
    for (index, piece) in part.split('\'').enumerate() {
        if index > 0 {
            text.push('\'');
        }
        if index % 2 == 1 {
            text.push_str(piece);
            continue;
        }
        let mut pieces = piece.split('$');
        text.push_str(pieces.next().unwrap_or_default());
        for piece in pieces {
            let digits = piece.bytes().take_while(u8::is_ascii_digit).count();
            let (number, rest) = piece.split_at(digits);
            let number = number.parse::<usize>().unwrap_or_default() + before;
            let _ = write!(text, "${number}{rest}");
        }
    }
}

/// The rows of each read, with its place.
fn apart(
    rows: Vec<QueryResult>,
    reads: &[(usize, Arc<Read>)],
) -> Result<Vec<(usize, Found)>, DbErr> {
    if let [(place, _)] = reads {
        let start = Start::default();
        return Ok(vec![(*place, Found { rows, start })]);
    }
    let mut next = 1;
    let mut found = Vec::with_capacity(reads.len());
    for (number, (place, read)) in reads.iter().enumerate() {
        let start = Start {
            place: next,
            prefix: prefix(number),
        };
        let rows = Vec::new();
        found.push((*place, Found { rows, start }));
        next += read.columns.len();
    }
    for row in rows {
        let number: i32 = row.try_get_by_index(0)?;
        let of_read = usize::try_from(number).ok();
        if let Some((_, of_read)) = of_read.and_then(|number| found.get_mut(number)) {
            of_read.rows.push(row);
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, column: ReadColumn) -> Arc<Read> {
        Arc::new(Read {
            text: text.to_owned(),
            values: vec![Value::from(1), Value::from(2)],
            columns: vec![column],
        })
    }

    #[test]
    fn each_part_has_columns_and_values_of_its_own() {
        let reads = [
            (
                1,
                read("SELECT id FROM a WHERE b = $1 AND c = $2", ("id", "uuid")),
            ),
            (
                0,
                read(
                    "SELECT at FROM d WHERE e = $2 OR f = $1",
                    ("at", "timestamptz"),
                ),
            ),
        ];
        let statement = together(&reads);
        assert_eq!(
            statement.sql,
            "SELECT 0, part.\"id\" AS \"0.id\", NULL::timestamptz AS \"1.at\" \
             FROM (SELECT id FROM a WHERE b = $1 AND c = $2) AS part \
             UNION ALL \
             SELECT 1, NULL::uuid, part.\"at\" \
             FROM (SELECT at FROM d WHERE e = $4 OR f = $3) AS part"
        );
        let values = [1, 2, 1, 2].map(Value::from);
        assert_eq!(statement.values.unwrap().0, values);
    }

    #[test]
    fn values_are_counted_on_and_texts_are_left_alone() {
        let mut text = String::new();
        let part = "SELECT $1, 'it''s $1', \"a\" FROM b WHERE c = ANY($2) AND d < $10";
        push_renumbered(&mut text, part, 3);
        assert_eq!(
            text,
            "SELECT $4, 'it''s $1', \"a\" FROM b WHERE c = ANY($5) AND d < $13"
        );
    }
}
