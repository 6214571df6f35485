//! Lines of text, and JSON text read to the letter: whole numbers keep all their digits.

use std::io::{self, BufRead, Read};

use jaq_json::Val;
use serde::de::IgnoredAny;

use super::LONGEST;

/// How deeply objects and arrays may stand in each other.
pub(super) const DEEPEST: usize = 100;

/// One line with something on it.
pub(super) struct Line {
    /// Its number, from 1.
    pub(super) number: u64,
    /// The text without the line's end, or why it is none.
    pub(super) text: Result<String, String>,
}

/// The lines of a text, but for blank ones.
pub(super) struct Lines<R> {
    input: R,
    number: u64,
    buffer: Vec<u8>,
}

impl<R: BufRead> Lines<R> {
    pub(super) fn new(input: R) -> Self {
        let (number, buffer) = (0, Vec::new());
        Self {
            input,
            number,
            buffer,
        }
    }

    fn read(&mut self) -> io::Result<Option<Line>> {
        loop {
            self.buffer.clear();
            let most = LONGEST as u64 + 1;
            let count = self
                .input
                .by_ref()
                .take(most)
                .read_until(b'\n', &mut self.buffer)?;
            if count == 0 {
                return Ok(None);
            }
            self.number += 1;
            let number = self.number;
            if count > LONGEST && !self.buffer.ends_with(b"\n") {
                self.input.skip_until(b'\n')?;
                let text = Err(too_long());
                return Ok(Some(Line { number, text }));
            }
            let line = self.buffer.trim_ascii();
            if !line.is_empty() {
                let text = utf8(line).map(str::to_owned);
                return Ok(Some(Line { number, text }));
            }
        }
    }
}

impl<R: BufRead> Iterator for Lines<R> {
    type Item = io::Result<Line>;

    fn next(&mut self) -> Option<Self::Item> {
        self.read().transpose()
    }
}

pub(super) fn too_long() -> String {
    format!(
        "it is longer than {} MB: is a quote or a bracket left open?",
        LONGEST >> 20
    )
}

/// The bytes as text.
pub(super) fn utf8(bytes: &[u8]) -> Result<&str, String> {
    std::str::from_utf8(bytes).map_err(|_| {
        "it is not UTF-8: give --encoding, for example --encoding windows-1252".to_owned()
    })
}

/// Reads one JSON value. The first reading is strict and says where what is wrong; it would round
/// long numbers, though, and two ids must not become one.
pub(super) fn parse(json: &[u8]) -> Result<Val, String> {
    utf8(json)?;
    if depth(json) > DEEPEST {
        return Err(format!("it is nested more than {DEEPEST} deep"));
    }
    serde_json::from_slice::<IgnoredAny>(json).map_err(|why| format!("it is not JSON: {why}"))?;
    jaq_json::read::parse_single(json).map_err(|why| format!("it is not JSON: {why}"))
}

/// How deeply brackets stand in each other; those in texts do not count.
fn depth(json: &[u8]) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    let (mut in_text, mut escaped) = (false, false);
    for byte in json {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_text => escaped = true,
            b'"' => in_text = !in_text,
            b'{' | b'[' if !in_text => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b'}' | b']' if !in_text => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_all_their_digits() {
        let told = parse(br#"{"id":123456789012345678901234567890,"price":0.10}"#).unwrap();

        assert_eq!(
            told.to_string(),
            r#"{"id":123456789012345678901234567890,"price":0.10}"#
        );
    }

    #[test]
    fn what_is_not_json_is_refused() {
        for json in [
            "{a:1}",
            "{\"a\":1,}",
            "NaN",
            "{} {}",
            "{\"a\":",
            "",
            "# no\n{}",
            "'a'",
        ] {
            assert!(parse(json.as_bytes()).is_err(), "{json}");
        }
        let deep = "[".repeat(100_000);
        assert!(parse(deep.as_bytes()).unwrap_err().contains("nested"));
        assert!(parse(b"\"\xe9\"").unwrap_err().contains("windows-1252"));
    }

    #[test]
    fn blank_lines_count_and_say_nothing() {
        let lines: Vec<_> = Lines::new(&b"\r\n{}\r\n\n \n[]"[..])
            .map(|line| line.map(|line| (line.number, line.text)).unwrap())
            .collect();

        let ok = |text: &str| Ok(text.to_owned());
        assert_eq!(lines, [(2, ok("{}")), (5, ok("[]"))]);
    }
}
