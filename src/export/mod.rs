//! What a tenant holds, written out page by page: as lines that an import takes back, and as tables
//! for spreadsheets.

mod table;

use std::io::Write;

use anyhow::Context;
use indicatif::ProgressBar;

pub use self::table::Table;
use crate::store::{
    Store,
    export::{KINDS, Of},
};

/// Writes all records as JSON Lines. Answers how many there were.
///
/// # Errors
/// When the database does not answer, or the output takes no more.
pub async fn lines(
    store: &Store,
    of: Of,
    out: &mut (dyn Write + Send),
    progress: &ProgressBar,
) -> anyhow::Result<u64> {
    let mut count = 0;
    for kind in KINDS {
        let mut after = None;
        loop {
            let page = store.export(kind, of, after).await?;
            for record in &page.records {
                serde_json::to_writer(&mut *out, record).context("cannot write the export")?;
                out.write_all(b"\n").context("cannot write the export")?;
            }
            count += page.records.len() as u64;
            progress.set_position(count);
            match page.next {
                None => break,
                next => after = next,
            }
        }
    }
    Ok(count)
}

/// Writes the records of one kind as a table. Answers how many there were.
///
/// # Errors
/// When the database does not answer, or the output takes no more.
pub async fn table(
    store: &Store,
    of: Of,
    table: &Table,
    out: &mut (dyn Write + Send),
    progress: &ProgressBar,
) -> anyhow::Result<u64> {
    out.write_all(table.header().as_bytes())?;
    let (mut count, mut after) = (0, None);
    loop {
        let page = store.export(table.kind(), of, after).await?;
        for record in &page.records {
            let row = table.row(&serde_json::to_value(record)?);
            out.write_all(row.as_bytes())
                .context("cannot write the export")?;
        }
        count += page.records.len() as u64;
        progress.set_position(count);
        match page.next {
            None => return Ok(count),
            next => after = next,
        }
    }
}
