//! JSON: objects in one array, or one after the other. The text is cut into its objects without
//! being understood first, so that a file of any size takes the memory of its largest object.

use std::io::BufRead;

use anyhow::{anyhow, bail};
use jaq_json::Val;

use super::{
    Item, LONGEST, Source,
    text::{self, too_long},
};

/// The objects of a file.
pub(super) struct Pieces<R> {
    input: R,
    /// The line that is being read.
    line: u64,
    in_array: bool,
    ended: bool,
}

/// Where in a piece of text the reader stands.
#[derive(Default)]
struct Within {
    piece: Vec<u8>,
    depth: usize,
    in_text: bool,
    escaped: bool,
}

impl Within {
    /// Takes one more byte; answers whether it ended the piece. A piece that is no object or array
    /// ends before what separates it from the next, which is then not taken.
    fn ends_with(&mut self, byte: u8) -> Ended {
        let is_mark = |byte: u8| byte.is_ascii_whitespace() || matches!(byte, b',' | b']' | b'}');
        if self.in_text {
            match byte {
                _ if self.escaped => self.escaped = false,
                b'\\' => self.escaped = true,
                b'"' => self.in_text = false,
                _ => {}
            }
        } else {
            match byte {
                _ if self.depth == 0 && !self.piece.is_empty() && is_mark(byte) => {
                    return Ended::Before;
                }
                b'"' => self.in_text = true,
                b'{' | b'[' => self.depth += 1,
                b'}' | b']' => {
                    self.depth = self.depth.saturating_sub(1);
                    if self.depth == 0 {
                        self.piece.push(byte);
                        return Ended::With;
                    }
                }
                _ => {}
            }
        }
        self.piece.push(byte);
        Ended::Not
    }
}

#[derive(PartialEq)]
enum Ended {
    Not,
    With,
    Before,
}

impl<R: BufRead> Pieces<R> {
    pub(super) fn new(input: R) -> Self {
        Self {
            input,
            line: 1,
            in_array: false,
            ended: false,
        }
    }

    fn peek(&mut self) -> anyhow::Result<Option<u8>> {
        Ok(self.input.fill_buf()?.first().copied())
    }

    fn take(&mut self, byte: u8) {
        self.input.consume(1);
        self.line += u64::from(byte == b'\n');
    }

    fn read(&mut self) -> anyhow::Result<Option<Item>> {
        while let Some(byte) = self.peek()? {
            match byte {
                _ if byte.is_ascii_whitespace() => self.take(byte),
                b'[' if !self.in_array => {
                    self.in_array = true;
                    self.take(byte);
                }
                b',' => self.take(byte),
                b']' if self.in_array => {
                    self.in_array = false;
                    self.take(byte);
                }
                b']' | b'}' => bail!("line {}: `{}` closes nothing", self.line, char::from(byte)),
                _ => return self.piece().map(Some),
            }
        }
        if self.in_array {
            bail!(
                "line {}: the file ends in the middle of its list",
                self.line
            );
        }
        Ok(None)
    }

    fn piece(&mut self) -> anyhow::Result<Item> {
        let line = self.line;
        let mut within = Within::default();
        loop {
            let Some(byte) = self.peek()? else {
                if within.depth > 0 || within.in_text {
                    bail!("the file ends in the middle of the record that begins on line {line}");
                }
                break;
            };
            let ended = within.ends_with(byte);
            if ended != Ended::Before {
                self.take(byte);
            }
            if ended != Ended::Not {
                break;
            }
            if within.piece.len() > LONGEST {
                return Err(anyhow!(
                    "the record that begins on line {line}: {}",
                    too_long()
                ));
            }
        }
        let text = || String::from_utf8_lossy(&within.piece).into_owned();
        Ok(match text::parse(&within.piece) {
            Ok(value @ Val::Obj(_)) => Item::Record(Source {
                line,
                stream: None,
                value,
            }),
            Ok(_) => Item::Broken {
                line,
                why: "it is not an object".to_owned(),
                text: text(),
            },
            Err(why) => Item::Broken {
                line,
                why,
                text: text(),
            },
        })
    }
}

impl<R: BufRead> Iterator for Pieces<R> {
    type Item = anyhow::Result<Item>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        let item = self.read().transpose();
        self.ended = !matches!(item, Some(Ok(_)));
        item
    }
}

#[cfg(test)]
mod tests {
    use crate::import::read::{Format, testing::told};

    #[test]
    fn an_array_and_objects_one_after_the_other_read_alike() {
        let expected = [
            "1 {\"id\":1}",
            "2 {\"id\":2,\"t\":\"}] \\\" [{\"}",
            "4 {\"id\":[3]}",
        ];
        let objects = "{\"id\":1}\n{\"id\":2,\"t\":\"}] \\\" [{\"}\n\n{\"id\":[3]}";
        let array = "[{\"id\":1},\n{\"id\":2,\"t\":\"}] \\\" [{\"}\n,\n{\"id\":[3]}]\n";

        assert_eq!(told(Format::Json, objects), expected);
        assert_eq!(told(Format::Json, array), expected);
        assert!(told(Format::Json, " [ ] ").is_empty());
        assert!(told(Format::Json, "").is_empty());
    }

    #[test]
    fn what_is_no_object_is_told_and_the_rest_read() {
        let file = "[1, null,\n\"a, b\", [2], {\"a\": tru}, {\"id\":1}]";

        assert_eq!(
            told(Format::Json, file),
            [
                "1 broken: it is not an object",
                "1 broken: it is not an object",
                "2 broken: it is not an object",
                "2 broken: it is not an object",
                "2 broken: it is not JSON: expected ident at line 1 column 10",
                "2 {\"id\":1}",
            ]
        );
    }

    #[test]
    fn half_a_file_is_told_after_what_it_holds() {
        assert_eq!(
            told(Format::Json, "[{\"id\":1},\n{\"id\":"),
            [
                "1 {\"id\":1}",
                "stopped: the file ends in the middle of the record that begins on line 2",
            ]
        );
        assert_eq!(
            told(Format::Json, "[{\"id\":1},\n"),
            [
                "1 {\"id\":1}",
                "stopped: line 2: the file ends in the middle of its list",
            ]
        );
        assert_eq!(
            told(Format::Json, "{\"id\":1}}"),
            ["1 {\"id\":1}", "stopped: line 1: `}` closes nothing"]
        );
    }
}
