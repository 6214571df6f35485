//! Readers of what other systems export, record by record, in bounded memory. A record that makes
//! no sense is handed out as such and the rest is read; where the rest cannot be found any more,
//! the reader stops and says on which line.

mod airbyte;
mod csv;
mod json;
mod lines;
mod singer;
mod text;

use std::{
    io::{BufReader, Read},
    str::FromStr,
    sync::Arc,
};

use anyhow::bail;
use encoding_rs::Encoding;
use jaq_json::{Map, Val};

pub use self::csv::delimiter;

use super::encoding::Decoded;

/// The longest record, as text: beyond it a quote or a bracket was left open.
pub(super) const LONGEST: usize = 16 * 1024 * 1024;
/// How much is read at once.
const BLOCK: usize = 256 * 1024;

/// How records stand in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Objects in one array, or one after the other.
    Json,
    /// One object on each line.
    JsonLines,
    /// A header and rows.
    Csv,
    /// Messages of a Singer tap.
    Singer,
    /// Messages or records of an Airbyte source.
    Airbyte,
}

impl Format {
    /// The words for the formats.
    pub const WORDS: [&'static str; 5] = ["json", "jsonl", "csv", "singer", "airbyte"];

    /// The format that the end of a file's name tells.
    pub fn of_name(name: &str) -> Option<Self> {
        let (_, ending) = name.rsplit_once('.')?;
        match ending.to_ascii_lowercase().as_str() {
            "csv" | "tsv" | "tab" => Some(Self::Csv),
            "json" => Some(Self::Json),
            "jsonl" | "ndjson" => Some(Self::JsonLines),
            "singer" => Some(Self::Singer),
            _ => None,
        }
    }
}

impl FromStr for Format {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        match word {
            "json" => Ok(Self::Json),
            "jsonl" => Ok(Self::JsonLines),
            "csv" => Ok(Self::Csv),
            "singer" => Ok(Self::Singer),
            "airbyte" => Ok(Self::Airbyte),
            _ => Err(format!("give one of {}", Self::WORDS.join(", "))),
        }
    }
}

/// How to read a file.
#[derive(Clone, Copy, Debug)]
pub struct Reading {
    /// How records stand in it.
    pub format: Format,
    /// The encoding, where no byte order mark tells it.
    pub encoding: Option<&'static Encoding>,
    /// What stands between the fields of a CSV row; found out from the header if not told.
    pub delimiter: Option<u8>,
}

/// One record of a source.
#[derive(Clone, Debug)]
pub struct Source {
    /// The line on which it begins, from 1.
    pub line: u64,
    /// The stream it belongs to, where the format has streams.
    pub stream: Option<Arc<str>>,
    /// The record: an object.
    pub value: Val,
}

/// What a reader finds.
#[derive(Debug)]
pub enum Item {
    /// A record.
    Record(Source),
    /// Something that should have been a record.
    Broken {
        /// The line on which it begins.
        line: u64,
        /// What is wrong with it.
        why: String,
        /// What stands there, if it is not too long.
        text: String,
    },
    /// A line to write to standard output once all that precedes it is stored.
    State(String),
    /// Something that the user should know.
    Warning {
        /// The line.
        line: u64,
        /// What to know.
        what: String,
    },
}

/// What a reader finds, until it stops.
pub type Items = Box<dyn Iterator<Item = anyhow::Result<Item>> + Send>;

/// Reads `input`.
///
/// # Errors
/// When it cannot be read, or its beginning shows that it is something else.
pub fn open(input: impl Read + Send + 'static, how: &Reading) -> anyhow::Result<Items> {
    let decoded = Decoded::new(input, how.encoding)?;
    let input = BufReader::with_capacity(BLOCK, decoded);
    Ok(match how.format {
        Format::Json => Box::new(json::Pieces::new(input)),
        Format::JsonLines => Box::new(lines::Objects::new(input)),
        Format::Csv => Box::new(csv::Rows::new(input, how.delimiter)?),
        Format::Singer => Box::new(singer::Messages::new(input)),
        Format::Airbyte => Box::new(airbyte::Messages::new(input)),
    })
}

/// The field of an object.
fn field<'a>(map: &'a Map, name: &str) -> Option<&'a Val> {
    map.get(&Val::from(name.to_owned()))
}

/// The text in a field of an object.
fn word(map: &Map, name: &str) -> Option<String> {
    match field(map, name)? {
        Val::TStr(text) => Some(String::from_utf8_lossy(text).into_owned()),
        _ => None,
    }
}

/// The messages of a stream are lines that build on each other: one that makes no sense ends it.
fn message(line: text::Line) -> anyhow::Result<(u64, String, jaq_json::Rc<Map>)> {
    let (number, text) = (line.number, line.text);
    let parsed = text.and_then(|text| Ok((text::parse(text.as_bytes())?, text)));
    match parsed {
        Ok((Val::Obj(message), text)) => Ok((number, text, message)),
        Ok(_) => bail!("line {number} is not a message: it holds no object"),
        Err(why) => bail!("line {number} is not a message: {why}"),
    }
}

#[cfg(test)]
pub(in crate::import) mod testing;
