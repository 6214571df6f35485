//! CSV: a header and rows, each row an object by the header's names. The sizes of a row and of a
//! header are bounded, for one quote left open makes a row of all the rest of a file.

use std::{
    collections::{HashSet, VecDeque},
    io::{BufRead, Chain, Cursor, Read},
};

use anyhow::{anyhow, bail, ensure};
use csv_core::{ReadRecordResult, Reader, ReaderBuilder};
use jaq_json::{Map, Val};

use super::{
    Item, LONGEST, Source,
    text::{self, too_long},
};

/// The most fields of a row.
const MOST_FIELDS: usize = 4_096;
/// What may stand between fields; the one that the first line holds most often does.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// How much of a first line is looked at to find out what stands between fields.
const FIRST: u64 = 1024 * 1024;

/// The rows of a file.
pub(super) struct Rows<R> {
    input: Chain<Cursor<Vec<u8>>, R>,
    reader: Reader,
    header: Vec<String>,
    fields: Vec<u8>,
    ends: Vec<usize>,
    ended: bool,
    /// Lines that the reader never sees.
    before: u64,
}

impl<R: BufRead> Rows<R> {
    pub(super) fn new(mut input: R, delimiter: Option<u8>) -> anyhow::Result<Self> {
        let mut first = Vec::new();
        input.by_ref().take(FIRST).read_until(b'\n', &mut first)?;
        let told = declared(&first);
        if told.is_some() {
            first.clear();
        }
        let delimiter = delimiter.or(told).unwrap_or_else(|| guessed(&first));
        let before = u64::from(told.is_some());
        let mut rows = Self {
            input: Cursor::new(first).chain(input),
            reader: ReaderBuilder::new().delimiter(delimiter).build(),
            header: Vec::new(),
            fields: vec![0; 4_096],
            ends: vec![0; 256],
            ended: false,
            before,
        };
        let Some((_, count)) = rows.row()? else {
            rows.ended = true;
            return Ok(rows);
        };
        let names = rows
            .texts(count)
            .map_err(|why| anyhow!("the header: {why}"))?;
        rows.header = distinct(names);
        Ok(rows)
    }

    /// The next row: the line on which it begins, and how many fields it has.
    fn row(&mut self) -> anyhow::Result<Option<(u64, usize)>> {
        let (mut length, mut count) = (0, 0);
        let mut begins = self.reader.line();
        loop {
            let input = self.input.fill_buf()?;
            if length == 0 && count == 0 {
                // Lines before the row are blank; the reader passes over them.
                let blank = input
                    .iter()
                    .take_while(|byte| matches!(byte, b'\r' | b'\n'));
                begins = self.reader.line() + blank.filter(|byte| **byte == b'\n').count() as u64;
            }
            let (result, read, wrote, ended) =
                self.reader
                    .read_record(input, &mut self.fields[length..], &mut self.ends[count..]);
            self.input.consume(read);
            length += wrote;
            count += ended;
            let line = self.before + begins;
            match result {
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull => {
                    ensure!(
                        self.fields.len() < LONGEST,
                        "the row that begins on line {line}: {}",
                        too_long()
                    );
                    self.fields.resize(self.fields.len() * 2, 0);
                }
                ReadRecordResult::OutputEndsFull => {
                    ensure!(
                        self.ends.len() < MOST_FIELDS,
                        "the row that begins on line {line} has more than {MOST_FIELDS} fields"
                    );
                    self.ends.resize(self.ends.len() * 2, 0);
                }
                ReadRecordResult::Record => return Ok(Some((line, count))),
                ReadRecordResult::End => return Ok(None),
            }
        }
    }

    fn texts(&self, count: usize) -> Result<Vec<String>, String> {
        let mut begin = 0;
        self.ends[..count]
            .iter()
            .map(|&end| {
                let field = &self.fields[begin..end];
                begin = end;
                text::utf8(field).map(str::to_owned)
            })
            .collect()
    }

    fn item(&mut self) -> anyhow::Result<Option<Item>> {
        while let Some((line, count)) = self.row()? {
            let fields = match self.texts(count) {
                Ok(fields) => fields,
                Err(why) => {
                    let last = self.ends[..count].last().copied().unwrap_or_default();
                    let text = String::from_utf8_lossy(&self.fields[..last]).into_owned();
                    return Ok(Some(Item::Broken { line, why, text }));
                }
            };
            if fields.iter().all(|field| field.trim().is_empty()) {
                continue;
            }
            return Ok(Some(self.object(line, fields)));
        }
        Ok(None)
    }

    fn object(&self, line: u64, fields: Vec<String>) -> Item {
        let (has, wants) = (fields.len(), self.header.len());
        let is_extra = |field: &String| !field.trim().is_empty();
        if has < wants || fields[wants..].iter().any(is_extra) {
            return Item::Broken {
                line,
                why: format!("it has {has} fields where the header has {wants}"),
                text: fields.join(","),
            };
        }
        let names = self.header.iter().cloned().map(Val::from);
        let row: Map = names.zip(fields.into_iter().map(Val::from)).collect();
        Item::Record(Source {
            line,
            stream: None,
            value: Val::obj(row),
        })
    }
}

/// Spreadsheets may say on a first line of its own what stands between fields: `sep=;`.
fn declared(line: &[u8]) -> Option<u8> {
    match line.trim_ascii_end() {
        [b's' | b'S', b'e' | b'E', b'p' | b'P', b'=', delimiter] => Some(*delimiter),
        b"sep=" if line.starts_with(b"sep=\t") => Some(b'\t'),
        _ => None,
    }
}

fn guessed(first: &[u8]) -> u8 {
    let mut counts = [0_usize; DELIMITERS.len()];
    let mut in_text = false;
    for byte in first {
        match byte {
            b'"' => in_text = !in_text,
            b'\n' if !in_text => break,
            _ if in_text => {}
            _ => {
                if let Some(at) = DELIMITERS.iter().position(|mark| mark == byte) {
                    counts[at] += 1;
                }
            }
        }
    }
    let most = (0..DELIMITERS.len()).rev().max_by_key(|at| counts[*at]);
    DELIMITERS[most.unwrap_or_default()]
}

/// The names of the columns, told apart: a second `Phone` is `Phone 2`, a column without a name
/// goes by its place.
fn distinct(names: Vec<String>) -> Vec<String> {
    let mut taken = HashSet::new();
    let names = names.into_iter().enumerate().map(|(at, name)| {
        let name = match name.trim() {
            "" => format!("column {}", at + 1),
            name => name.to_owned(),
        };
        let mut more = (2..).map(|nth| format!("{name} {nth}"));
        let mut free = name.clone();
        while !taken.insert(free.clone()) {
            free = more.next().unwrap_or_default();
        }
        free
    });
    names.collect::<VecDeque<_>>().into()
}

impl<R: BufRead> Iterator for Rows<R> {
    type Item = anyhow::Result<Item>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        let item = self.item().transpose();
        self.ended = !matches!(item, Some(Ok(_)));
        item
    }
}

/// Reads `--delimiter`: one character, or the word for one that is hard to type.
///
/// # Errors
/// When it is something else.
pub fn delimiter(given: &str) -> anyhow::Result<u8> {
    match (given, given.as_bytes()) {
        ("tab" | "\\t", _) => Ok(b'\t'),
        ("semicolon", _) => Ok(b';'),
        ("comma", _) => Ok(b','),
        ("pipe", _) => Ok(b'|'),
        (_, [byte]) if byte.is_ascii() && !byte.is_ascii_alphanumeric() && *byte != b'"' => {
            Ok(*byte)
        }
        _ => bail!("`{given}` cannot stand between fields: give one character, or `tab`"),
    }
}

#[cfg(test)]
mod tests {
    use crate::import::read::{
        Format, Reading,
        testing::{told, told_of},
    };

    #[test]
    fn quotes_newlines_and_all_line_ends_are_understood() {
        let file = "\u{feff}First Name,Notes,E-Mail\r\n\"Paul\",\"Said \"\"after six\"\"\",p@x.example\r\n\
                    \r\n\"Sven\",\"two\r\nlines, and a comma\",\"\"\r\nRita,5\" pipe,r@x.example";

        assert_eq!(
            told(Format::Csv, file),
            [
                r#"2 {"First Name":"Paul","Notes":"Said \"after six\"","E-Mail":"p@x.example"}"#,
                r#"4 {"First Name":"Sven","Notes":"two\r\nlines, and a comma","E-Mail":""}"#,
                r#"6 {"First Name":"Rita","Notes":"5\" pipe","E-Mail":"r@x.example"}"#,
            ]
        );
    }

    #[test]
    fn the_delimiter_is_found_out() {
        for file in [
            "a,b\n1,2",
            "a;b\n1;2",
            "a\tb\n1\t2",
            "a|b\n1|2",
            "sep=;\na;b\n1;2",
            "sep=\t\na\tb\n1\t2",
            "a,b\r1,2",
        ] {
            let told = told(Format::Csv, file);
            assert!(
                told[0].ends_with(r#" {"a":"1","b":"2"}"#),
                "{file:?}: {told:?}"
            );
        }
        let how = |delimiter| Reading {
            format: Format::Csv,
            encoding: Some(encoding_rs::WINDOWS_1252),
            delimiter,
        };
        assert_eq!(
            told_of(how(Some(b'^')), b"n^m\nRen\xe9e^,"),
            [r#"2 {"n":"Renée","m":","}"#]
        );
    }

    #[test]
    fn rows_that_do_not_fit_the_header_are_told() {
        let file = "a,b\n1\n1,2,\n1,2,3\n,\n\n7,8\n";

        assert_eq!(
            told(Format::Csv, file),
            [
                "2 broken: it has 1 fields where the header has 2",
                r#"3 {"a":"1","b":"2"}"#,
                "4 broken: it has 3 fields where the header has 2",
                r#"7 {"a":"7","b":"8"}"#,
            ]
        );
    }

    #[test]
    fn columns_of_one_name_are_told_apart() {
        assert_eq!(
            told(Format::Csv, "Phone,,Phone,Phone 2\n1,2,3,4"),
            [r#"2 {"Phone":"1","column 2":"2","Phone 2":"3","Phone 2 2":"4"}"#]
        );
        assert!(told(Format::Csv, "a,b\n").is_empty());
        assert!(told(Format::Csv, "").is_empty());
    }

    #[test]
    fn an_open_quote_does_not_fill_the_memory() {
        let mut file = b"a,b\n1,\"open".to_vec();
        file.resize(40 << 20, b'x');

        let told = told(Format::Csv, file);

        assert_eq!(
            told,
            [
                "stopped: the row that begins on line 2: it is longer than 16 MB: is a quote or a \
              bracket left open?"
            ]
        );
    }

    #[test]
    fn a_row_in_another_encoding_is_told_and_the_next_one_read() {
        let told = told(Format::Csv, b"n,m\nRen\xe9e,1\nAda,2\n");

        assert!(told[0].starts_with("2 broken: it is not UTF-8"), "{told:?}");
        assert_eq!(told[1], r#"3 {"n":"Ada","m":"2"}"#);
    }
}
