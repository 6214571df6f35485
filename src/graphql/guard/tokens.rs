//! Reads the words and signs of a document before it is parsed: how many there are, how deep the
//! brackets go, and what the parser would lose or cannot read.
//!
//! The parser descends once for each bracket, so a few kilobytes of `{a{a{a` would exhaust its
//! stack: depth has to be known before it starts.

use std::borrow::Cow;

use super::{Code, GuardError};

/// What the brackets may enclose, one inside the other. The parser itself gives up at 64.
const MAX_BRACKETS: usize = 64;

/// Checks the text of a document and returns it in the form that the parser reads.
pub(super) fn scan(text: &str, max_tokens: usize) -> Result<Cow<'_, str>, GuardError> {
    let mut scanner = Scanner {
        text,
        at: 0,
        tokens: 0,
        open: Vec::new(),
        last_name: None,
        mended: None,
        copied: 0,
    };
    while let Some(first) = scanner.next_start() {
        scanner.tokens += 1;
        if scanner.tokens > max_tokens {
            return Err(GuardError::new(
                Code::TooManyTokens,
                format!(
                    "The document has more than {max_tokens} words and signs; send less in one request."
                ),
            ));
        }
        scanner.token(first)?;
    }
    Ok(match scanner.mended {
        Some(mut mended) => {
            mended.push_str(&text[scanner.copied..]);
            Cow::Owned(mended)
        }
        None => Cow::Borrowed(text),
    })
}

/// A bracket that is open.
enum Open<'t> {
    /// A selection set, or a list.
    Plain,
    /// Arguments or variable definitions: a brace inside is an input object.
    Arguments,
    /// An input object, with the names of the fields seen so far.
    Object(Vec<&'t str>),
}

struct Scanner<'t> {
    text: &'t str,
    at: usize,
    tokens: usize,
    open: Vec<Open<'t>>,
    /// The name just read, which a colon would make the name of a field.
    last_name: Option<&'t str>,
    /// The text with its escapes written out, up to `copied`, if there was need.
    mended: Option<String>,
    copied: usize,
}

impl Scanner<'_> {
    /// Skips what is between tokens.
    fn next_start(&mut self) -> Option<u8> {
        let bytes = self.text.as_bytes();
        while let Some(&byte) = bytes.get(self.at) {
            match byte {
                b' ' | b'\t' | b'\n' | b'\r' | b',' => self.at += 1,
                b'#' => self.at = self.after(|byte| byte != b'\n' && byte != b'\r'),
                0xEF if self.text[self.at..].starts_with('\u{feff}') => self.at += 3,
                _ => return Some(byte),
            }
        }
        None
    }

    /// Where the bytes that are `wanted` end.
    fn after(&self, wanted: impl Fn(u8) -> bool) -> usize {
        let rest = &self.text.as_bytes()[self.at..];
        self.at
            + rest
                .iter()
                .position(|&byte| !wanted(byte))
                .unwrap_or(rest.len())
    }

    fn token(&mut self, first: u8) -> Result<(), GuardError> {
        let start = self.at;
        match first {
            b'"' => self.string(),
            b'_' | b'a'..=b'z' | b'A'..=b'Z' => {
                self.at = self.after(|byte| byte == b'_' || byte.is_ascii_alphanumeric());
                self.last_name = Some(&self.text[start..self.at]);
                return Ok(());
            }
            b'-' | b'0'..=b'9' => {
                self.at += 1;
                self.at = self.after(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte));
            }
            b'.' => self.at = self.after(|byte| byte == b'.').min(start + 3),
            // Whatever else it is, one character of it is one token; the parser judges it.
            _ => self.at += self.text[start..].chars().next().map_or(1, char::len_utf8),
        }
        match first {
            b'{' | b'[' | b'(' => self.opens(first)?,
            b'}' | b']' | b')' => drop(self.open.pop()),
            b':' => self.names_a_field()?,
            _ => {}
        }
        self.last_name = None;
        Ok(())
    }

    fn opens(&mut self, bracket: u8) -> Result<(), GuardError> {
        let in_value = self.open.iter().any(|open| matches!(open, Open::Arguments));
        self.open.push(match bracket {
            b'(' => Open::Arguments,
            b'{' if in_value => Open::Object(Vec::new()),
            _ => Open::Plain,
        });
        if self.open.len() > MAX_BRACKETS {
            return Err(GuardError::new(
                Code::QueryTooDeep,
                format!("The document has more than {MAX_BRACKETS} brackets inside one another."),
            ));
        }
        Ok(())
    }

    /// The parser keeps the last of two input fields of one name and says nothing.
    fn names_a_field(&mut self) -> Result<(), GuardError> {
        if let (Some(Open::Object(seen)), Some(name)) = (self.open.last_mut(), self.last_name) {
            if seen.contains(&name) {
                return Err(GuardError::invalid(format!(
                    "There can be only one input field named \"{name}\"."
                )));
            }
            seen.push(name);
        }
        Ok(())
    }

    /// Reads to the end of a string; one that does not end is the parser's to refuse.
    fn string(&mut self) {
        let start = self.at;
        if self.text[start..].starts_with("\"\"\"") {
            let body = start + 3;
            let mut end = body;
            self.at = loop {
                match self.text[end..].find("\"\"\"") {
                    Some(0) => break end + 3,
                    Some(found) if self.text.as_bytes()[end + found - 1] == b'\\' => {
                        end += found + 3;
                    }
                    Some(found) => break end + found + 3,
                    None => break self.text.len(),
                }
            };
            return;
        }
        self.at += 1;
        while let Some(&byte) = self.text.as_bytes().get(self.at) {
            match byte {
                b'"' => {
                    self.at += 1;
                    break;
                }
                b'\n' | b'\r' => break,
                b'\\' => self.escape(),
                _ => self.at += 1,
            }
        }
    }

    /// Writes out the two escapes that the parser does not know: `\u{1F600}` and surrogate pairs.
    fn escape(&mut self) {
        let rest = &self.text[self.at..];
        let Some((character, length)) = braced(rest).or_else(|| surrogates(rest)) else {
            let skipped = rest.chars().nth(1).map_or(0, char::len_utf8);
            self.at += 1 + skipped;
            return;
        };
        let mended = self.mended.get_or_insert_with(String::new);
        mended.push_str(&self.text[self.copied..self.at]);
        match character {
            '"' | '\\' => mended.extend(['\\', character]),
            '\n' => mended.push_str("\\n"),
            '\r' => mended.push_str("\\r"),
            _ => mended.push(character),
        }
        self.at += length;
        self.copied = self.at;
    }
}

/// The character of `\u{1F600}` and the length of the escape.
fn braced(rest: &str) -> Option<(char, usize)> {
    let digits = rest.strip_prefix("\\u{")?.split_once('}')?.0;
    let hex =
        !digits.is_empty() && digits.len() <= 8 && digits.bytes().all(|b| b.is_ascii_hexdigit());
    let character = char::from_u32(u32::from_str_radix(digits, 16).ok().filter(|_| hex)?)?;
    Some((character, digits.len() + 4))
}

/// The character of `\uD83D\uDE00` and the length of the escape.
fn surrogates(rest: &str) -> Option<(char, usize)> {
    let unit = |text: &str| u16::from_str_radix(text.strip_prefix("\\u")?, 16).ok();
    let pair = [unit(rest.get(..6)?)?, unit(rest.get(6..12)?)?];
    let mut characters = char::decode_utf16(pair);
    match (characters.next(), characters.next()) {
        (Some(Ok(character)), None) => Some((character, 12)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str, max: usize) -> Option<Code> {
        scan(text, max).err().map(|error| error.code)
    }

    #[test]
    fn words_and_signs_are_counted() {
        let text = "query Q($a: Int = -1.5e3) { # { { {\n a(x: \"} \\\" {\", y: \"\"\"z\\\"\"\" \"\"\") ...F @b }";

        assert_eq!(code(text, 25), None);
        assert_eq!(code(text, 24), Some(Code::TooManyTokens));
    }

    #[test]
    fn brackets_are_bounded_before_the_parser_sees_them() {
        assert_eq!(code(&"{a".repeat(64), 5000), None);
        assert_eq!(code(&"{a".repeat(65), 5000), Some(Code::QueryTooDeep));
        assert_eq!(
            code(&format!("{{a(x:{}", "[".repeat(2000)), 5000),
            Some(Code::QueryTooDeep)
        );
    }

    #[test]
    fn an_input_field_given_twice_is_refused() {
        let refused = Some(Code::GraphqlValidationFailed);

        assert_eq!(code("{ a(i: {x: 1, x: 2}) }", 99), refused);
        assert_eq!(code("query ($i: I = {x: {y: 1}, x: 2}) { a }", 99), refused);
        assert_eq!(
            code("{ a(i: [{x: x, y: {x: 1}}, {x: 2}]) { x: b x: b } }", 99),
            None
        );
    }

    #[test]
    fn escapes_the_parser_cannot_read_are_written_out() {
        let text = r#"{ a(t: "x\u{1F600}y\uD83D\uDE00\u{22}\u0041\n", u: "\uD83D") }"#;

        let mended = scan(text, 99).unwrap();

        assert_eq!(
            mended,
            "{ a(t: \"x\u{1F600}y\u{1F600}\\\"\\u0041\\n\", u: \"\\uD83D\") }"
        );
        assert!(matches!(
            scan("{ a(t: \"\\u0041\") }", 99),
            Ok(Cow::Borrowed(_))
        ));
    }

    #[test]
    fn broken_text_is_left_to_the_parser() {
        for text in [
            "\"",
            "\"\\",
            "\"\"\"",
            "\"\"\"\\\"\"\"",
            "}}}}",
            "\u{feff}é\\u{",
            "{a(b:\"\\u{110000}\")}",
            "\\",
        ] {
            assert!(scan(text, 99).is_ok(), "{text}");
        }
    }
}
