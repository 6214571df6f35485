//! JSON Lines: one object on each line. A line that is none is told, and the next one read.

use std::io::BufRead;

use jaq_json::Val;

use super::{
    Item, Source,
    text::{self, Lines},
};

/// The objects of a file.
pub(super) struct Objects<R>(Lines<R>);

impl<R: BufRead> Objects<R> {
    pub(super) fn new(input: R) -> Self {
        Self(Lines::new(input))
    }
}

impl<R: BufRead> Iterator for Objects<R> {
    type Item = anyhow::Result<Item>;

    fn next(&mut self) -> Option<Self::Item> {
        let line = match self.0.next()? {
            Ok(line) => line,
            Err(error) => return Some(Err(error.into())),
        };
        let text = line.text.as_deref().unwrap_or_default().to_owned();
        let parsed = line.text.and_then(|text| text::parse(text.as_bytes()));
        let line = line.number;
        Some(Ok(match parsed {
            Ok(value @ Val::Obj(_)) => Item::Record(Source {
                line,
                stream: None,
                value,
            }),
            Ok(_) => Item::Broken {
                line,
                why: "it is not an object".to_owned(),
                text,
            },
            Err(why) => Item::Broken { line, why, text },
        }))
    }
}

#[cfg(test)]
mod tests {
    use crate::import::read::{Format, testing::told};

    #[test]
    fn a_broken_line_does_not_take_the_next_with_it() {
        let file = "{\"id\":1}\n{\"id\":\nnull\n\n{\"id\":2}\n{\"id\":3";

        assert_eq!(
            told(Format::JsonLines, file),
            [
                "1 {\"id\":1}",
                "2 broken: it is not JSON: EOF while parsing a value at line 1 column 6",
                "3 broken: it is not an object",
                "5 {\"id\":2}",
                "6 broken: it is not JSON: EOF while parsing an object at line 1 column 7",
            ]
        );
    }

    #[test]
    fn a_line_in_another_encoding_is_told() {
        let file: &[u8] = b"{\"id\":1}\n{\"name\":\"Ren\xe9e\"}\n";

        let told = told(Format::JsonLines, file);

        assert!(told[1].starts_with("2 broken: it is not UTF-8"), "{told:?}");
    }
}
