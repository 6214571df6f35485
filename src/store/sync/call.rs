//! A call of the sync: what is asked, and each of its rows, readable or not.

use entity::enums::NodeKind;
use serde_json::Value;
use uuid::Uuid;

use super::record::SyncRecord;
use crate::{
    error::{Error, Refusal, RefusalKind, Result},
    rules::text,
    store::{Once, check::Check, record::ExternalKey},
};

/// The most records of one call.
pub const MOST_RECORDS: usize = 1_000;
/// The most bytes of a record's three names together: they are the key of an index.
const MOST_KEY_BYTES: usize = 2_000;

/// Reads one of our ids as the API writes it; none if it is none.
pub type ReadId = fn(&str) -> Option<(NodeKind, Uuid)>;

/// Records to take from another system.
#[derive(Clone, Debug)]
pub struct SyncCall {
    /// The system of all records that name none.
    pub system: String,
    /// The records.
    pub rows: Vec<SyncRow>,
    /// Report only; nothing is written.
    pub dry_run: bool,
    /// Write nothing at all if any record is rejected.
    pub atomic: bool,
    /// What the caller calls this delivery, for the events.
    pub origin: Option<String>,
    /// The wish that it be done once.
    pub once: Option<Once>,
    /// How our own ids are written.
    pub read_id: ReadId,
}

/// One record as it was sent.
#[derive(Clone, Debug)]
pub struct SyncRow(pub(super) std::result::Result<SyncRecord, Unreadable>);

/// What can be told of a record that cannot be read.
#[derive(Clone, Debug)]
pub(super) struct Unreadable {
    /// Its names, as far as they can be made out.
    pub(super) key: ExternalKey,
    pub(super) path: Vec<String>,
    pub(super) message: String,
}

impl From<SyncRecord> for SyncRow {
    fn from(record: SyncRecord) -> Self {
        Self(Ok(record))
    }
}

impl SyncRow {
    /// Reads a record. One that has a wrong type or an unknown field somewhere is no error yet: it
    /// is rejected by itself, and the others go their way.
    pub fn read(value: &Value) -> Self {
        Self(serde_path_to_error::deserialize(value).map_err(|error| {
            let part = |name: &str| match &value[name] {
                Value::String(text) => text.chars().take(text::MAX_OTHER).collect(),
                Value::Number(number) => number.to_string(),
                _ => String::new(),
            };
            let path = error.path().to_string();
            Unreadable {
                key: ExternalKey {
                    system: part("system"),
                    record_type: part("type"),
                    id: part("id"),
                },
                path: path
                    .split(['.', '[', ']'])
                    .filter(|part| !part.is_empty() && *part != "?")
                    .map(str::to_owned)
                    .collect(),
                message: error.into_inner().to_string(),
            }
        }))
    }

    /// The record, if it can be read.
    pub fn record(&self) -> Option<&SyncRecord> {
        self.0.as_ref().ok()
    }
}

impl SyncCall {
    /// Fails if no record of the call can be looked at.
    pub(super) fn check(&self) -> Result<()> {
        let mut check = Check::default();
        check.keep(
            &["system"],
            text::required_line(&self.system, text::MAX_OTHER),
        );
        if let Some(origin) = &self.origin {
            check.keep(&["origin"], text::required_line(origin, text::MAX_OTHER));
        }
        if !(1..=MOST_RECORDS).contains(&self.rows.len()) {
            check.invalid(
                &["records"],
                "must hold 1 to 1000 records; send more in several calls",
            );
        }
        if let Some(once) = &self.once {
            once.check()?;
        }
        check.finish()
    }

    /// What the events of this call say of where it came from.
    pub(super) fn origin(&self) -> String {
        match (&self.origin, &self.once) {
            (Some(origin), _) => origin.clone(),
            (None, Some(once)) => format!("{}/{}", self.system, once.key),
            (None, None) => self.system.clone(),
        }
    }
}

/// Notes what is wrong with the names of a record at `path`.
pub(super) fn check_key(key: &ExternalKey, path: &[&str], check: &mut Check) {
    key.check(path, check);
    if key.system.len() + key.record_type.len() + key.id.len() > MOST_KEY_BYTES {
        let path: Vec<_> = path.iter().copied().chain(["id"]).collect();
        check.invalid(&path, "is too long together with `system` and `type`");
    }
}

/// A refusal of the row as a whole.
pub(super) fn of_row(kind: RefusalKind, message: impl Into<String>) -> Vec<Refusal> {
    match Error::refused(kind, &[], message) {
        Error::Refused(refusals) => refusals,
        _ => Vec::new(),
    }
}
