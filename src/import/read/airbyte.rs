//! The lines of an Airbyte source: whole messages, or the records alone as its JSON Lines
//! destinations write them (`stream`, `data`, `emitted_at`).

use std::{collections::HashSet, io::BufRead, sync::Arc};

use anyhow::{Context, bail};
use jaq_json::{Map, Val};

use super::{Item, Source, field, message, text::Lines, word};

/// Messages that say nothing about records.
const ASIDE: [&str; 4] = ["LOG", "SPEC", "CATALOG", "CONNECTION_STATUS"];

/// The messages of a source.
pub(super) struct Messages<R> {
    lines: Lines<R>,
    warned: HashSet<String>,
    ended: bool,
}

impl<R: BufRead> Messages<R> {
    pub(super) fn new(input: R) -> Self {
        Self {
            lines: Lines::new(input),
            warned: HashSet::new(),
            ended: false,
        }
    }

    fn read(&mut self) -> anyhow::Result<Option<Item>> {
        while let Some(line) = self.lines.next().transpose()? {
            let (line, text, message) = message(line)?;
            let kind = word(&message, "type");
            match kind.as_deref() {
                None => return record(line, text, &message).map(Some),
                Some("RECORD") => {
                    let Some(Val::Obj(inner)) = field(&message, "record") else {
                        let why = "its `record` is not an object".to_owned();
                        return Ok(Some(Item::Broken { line, why, text }));
                    };
                    return record(line, text.clone(), inner).map(Some);
                }
                Some("STATE") => return Ok(Some(Item::State(text))),
                Some("TRACE") if is_failure(&message) => {
                    bail!("line {line}: the source failed: {text}")
                }
                Some("TRACE") => {}
                Some(kind) if ASIDE.contains(&kind) => {}
                Some(kind) => {
                    if self.warned.insert(kind.to_owned()) {
                        let what = format!("messages of type `{kind}` are not known and left out");
                        return Ok(Some(Item::Warning { line, what }));
                    }
                }
            }
        }
        Ok(None)
    }
}

fn record(line: u64, text: String, message: &Map) -> anyhow::Result<Item> {
    let stream = word(message, "stream")
        .with_context(|| format!("line {line}: the record has no `stream`"))?;
    let Some(value @ Val::Obj(_)) = field(message, "data") else {
        let why = "its `data` is not an object".to_owned();
        return Ok(Item::Broken { line, why, text });
    };
    Ok(Item::Record(Source {
        line,
        stream: Some(Arc::from(stream)),
        value: value.clone(),
    }))
}

/// A source that fails says so in a message; what it sent until then is not all.
fn is_failure(message: &Map) -> bool {
    matches!(field(message, "trace"), Some(Val::Obj(trace))
        if word(trace, "type").as_deref() == Some("ERROR"))
}

impl<R: BufRead> Iterator for Messages<R> {
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
    fn messages_and_bare_records_read_alike() {
        let file = concat!(
            r#"{"type":"LOG","log":{"level":"INFO","message":"hello"}}"#,
            "\n",
            r#"{"type":"RECORD","record":{"stream":"users","data":{"id":1},"emitted_at":1}}"#,
            "\n",
            r#"{"type":"STATE","state":{"data":{}}}"#,
            "\n",
            r#"{"stream":"users","data":{"id":2},"emitted_at":2}"#,
            "\n",
            r#"{"stream":"users","data":[],"emitted_at":2}"#,
            "\n",
            r#"{"type":"TRACE","trace":{"type":"ERROR"}}"#,
            "\n",
        );

        assert_eq!(
            told(Format::Airbyte, file),
            [
                "2 users {\"id\":1}",
                r#"state {"type":"STATE","state":{"data":{}}}"#,
                "4 users {\"id\":2}",
                "5 broken: its `data` is not an object",
                r#"stopped: line 6: the source failed: {"type":"TRACE","trace":{"type":"ERROR"}}"#,
            ]
        );
    }
}
