//! What a reader finds, as lines to compare.

use std::io::Cursor;

use super::{Format, Item, Reading, open};

/// What a reader of `file` finds.
pub(in crate::import) fn told(format: Format, file: impl AsRef<[u8]>) -> Vec<String> {
    told_of(
        Reading {
            format,
            encoding: None,
            delimiter: None,
        },
        file,
    )
}

/// What a reader of `file` finds if told how to read it.
pub(in crate::import) fn told_of(how: Reading, file: impl AsRef<[u8]>) -> Vec<String> {
    let items = match open(Cursor::new(file.as_ref().to_vec()), &how) {
        Ok(items) => items,
        Err(why) => return vec![format!("stopped: {why}")],
    };
    items
        .map(|item| match item {
            Ok(Item::Record(source)) => match source.stream {
                Some(stream) => format!("{} {stream} {}", source.line, source.value),
                None => format!("{} {}", source.line, source.value),
            },
            Ok(Item::Broken { line, why, .. }) => format!("{line} broken: {why}"),
            Ok(Item::State(state)) => format!("state {state}"),
            Ok(Item::Warning { line, what }) => format!("{line} warning: {what}"),
            Err(why) => format!("stopped: {why}"),
        })
        .collect()
}
