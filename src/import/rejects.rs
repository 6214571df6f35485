//! The records that were not taken, each with its line and what is wrong, in a file that can be
//! mended and fed to the same command again.

use std::{
    fs::File,
    io::{BufWriter, Write},
    path::{Path, PathBuf},
};

use anyhow::Context;
use serde_json::json;

use crate::store::sync::record::SyncRecord;

/// The field that marks a rejected record. Whoever mends it may leave it where it is.
pub(super) const MARK: &str = "$rejected";
/// The longest part of something unreadable that is kept.
const KEPT: usize = 64 * 1024;

/// How far a record had come when it was rejected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// It was no record at all.
    Read,
    /// The mapping program refused it: it is as the source sent it.
    Map,
    /// It was not stored: it is a record of ours.
    Sync,
}

impl Stage {
    fn word(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Map => "map",
            Self::Sync => "sync",
        }
    }

    pub(super) fn of_word(word: &str) -> Self {
        match word {
            "sync" => Self::Sync,
            "read" => Self::Read,
            _ => Self::Map,
        }
    }
}

/// A record that was not taken.
#[derive(Clone, Debug)]
pub struct Reject {
    /// The line of the file.
    pub line: u64,
    /// What is wrong with it.
    pub why: Vec<String>,
    /// It as a line of JSON, marked.
    pub json: String,
}

impl Reject {
    /// Something that is no record.
    pub(super) fn unreadable(line: u64, why: String, text: &str) -> Self {
        let end = text
            .char_indices()
            .nth(KEPT)
            .map_or(text.len(), |(end, _)| end);
        let mark = json!({"line": line, "stage": Stage::Read.word(), "why": [why]});
        let json = json!({MARK: mark, "text": text[..end]}).to_string();
        let why = vec![why];
        Self { line, why, json }
    }

    /// A record of the source that the program refused.
    pub(super) fn unmapped(
        line: u64,
        why: String,
        source: &str,
        stream: Option<&str>,
        file: Option<&str>,
    ) -> Self {
        let stage = Stage::Map.word();
        let mark =
            json!({"line": line, "stage": stage, "why": [why], "stream": stream, "file": file});
        let json = marked(&mark.to_string(), source);
        let why = vec![why];
        Self { line, why, json }
    }

    /// A record of ours that was not stored.
    pub(super) fn unstored(line: u64, why: Vec<String>, record: &str) -> Self {
        let mark = json!({"line": line, "stage": Stage::Sync.word(), "why": why});
        let json = marked(&mark.to_string(), record);
        Self { line, why, json }
    }
}

/// The mark is written before the object's own fields, as text: reading the object and writing it
/// again would round its long numbers.
fn marked(mark: &str, object: &str) -> String {
    if !object.trim_start().starts_with('{') {
        return format!("{{\"{MARK}\":{mark},\"text\":{}}}", json!(object));
    }
    let fields = object.trim_start().trim_start_matches('{');
    let comma = if fields.trim_start().starts_with('}') {
        ""
    } else {
        ","
    };
    format!("{{\"{MARK}\":{mark}{comma}{fields}")
}

/// Reads a record of ours, and says by path what is wrong with it.
pub(super) fn of_json(json: &str) -> Result<SyncRecord, String> {
    let mut text = serde_json::Deserializer::from_str(json);
    serde_path_to_error::deserialize(&mut text).map_err(|error| {
        let path = error.path().to_string();
        let why = error.into_inner().to_string();
        let why = why.rsplit_once(" at line ").map_or(&*why, |(why, _)| why);
        if path == "." {
            why.to_owned()
        } else {
            format!("{path}: {why}")
        }
    })
}

/// The file of rejected records; it is made when there is one.
pub struct Rejects {
    path: PathBuf,
    file: Option<BufWriter<File>>,
    count: u64,
}

impl Rejects {
    /// Writes to that file.
    ///
    /// # Errors
    /// When an older one is in the way and cannot be removed.
    pub fn new(path: PathBuf) -> anyhow::Result<Self> {
        match std::fs::remove_file(&path) {
            Err(why) if why.kind() != std::io::ErrorKind::NotFound => {
                return Err(why).with_context(|| format!("cannot replace {}", path.display()));
            }
            _ => {}
        }
        let (file, count) = (None, 0);
        Ok(Self { path, file, count })
    }

    /// Where they go.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// How many there are.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Adds one.
    ///
    /// # Errors
    /// When the file cannot be written: an import that cannot tell what it left out must end.
    pub fn add(&mut self, reject: &Reject) -> anyhow::Result<()> {
        let written = |path: &Path| format!("cannot write {}", path.display());
        let file = match &mut self.file {
            Some(file) => file,
            none => {
                let file = File::create(&self.path).with_context(|| written(&self.path))?;
                none.insert(BufWriter::new(file))
            }
        };
        writeln!(file, "{}", reject.json).with_context(|| written(&self.path))?;
        self.count += 1;
        Ok(())
    }

    /// Makes sure that a crash loses none.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn keep(&mut self) -> anyhow::Result<()> {
        if let Some(file) = &mut self.file {
            file.flush()
                .with_context(|| format!("cannot write {}", self.path.display()))?;
            file.get_ref().sync_data()?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_stands_before_what_it_marks() {
        let reject = Reject::unstored(3, vec!["no".to_owned()], r#"{"id":123456789012345678901}"#);
        assert_eq!(
            reject.json,
            r#"{"$rejected":{"line":3,"stage":"sync","why":["no"]},"id":123456789012345678901}"#
        );
        let empty = Reject::unstored(3, Vec::new(), "{}");
        assert_eq!(
            empty.json,
            r#"{"$rejected":{"line":3,"stage":"sync","why":[]}}"#
        );
    }

    #[test]
    fn what_is_wrong_is_told_by_path() {
        for (json, why) in [
            (r#"{"type":"a"}"#, "missing field `id`"),
            (
                r#"{"type":"a","id":"1","person":{"emails":[{"value":5}]}}"#,
                "person.emails[0].value: invalid type: integer `5`, expected a string",
            ),
            (
                r#"{"type":"a","id":"1","interaction":{"occurredAt":"soon"}}"#,
                "interaction.occurredAt: input contains invalid characters",
            ),
        ] {
            assert_eq!(of_json(json).unwrap_err(), why);
        }
    }
}
