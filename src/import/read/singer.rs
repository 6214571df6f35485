//! The messages of a Singer tap. A line of state is handed out in its place, for it may be written
//! only when all that precedes it is stored; a line that makes no sense ends the stream, for what
//! follows may build on it.

use std::{
    collections::{HashMap, HashSet},
    io::BufRead,
    sync::Arc,
};

use anyhow::{Context, bail};
use jaq_json::{Map, Val};

use super::{Item, Source, field, message, text::Lines, word};

/// The messages of a stream.
pub(super) struct Messages<R> {
    lines: Lines<R>,
    /// The key properties of each stream whose schema was told.
    streams: HashMap<Arc<str>, Vec<String>>,
    warned: HashSet<String>,
    ended: bool,
}

impl<R: BufRead> Messages<R> {
    pub(super) fn new(input: R) -> Self {
        Self {
            lines: Lines::new(input),
            streams: HashMap::new(),
            warned: HashSet::new(),
            ended: false,
        }
    }

    fn read(&mut self) -> anyhow::Result<Option<Item>> {
        while let Some(line) = self.lines.next().transpose()? {
            let (line, text, message) = message(line)?;
            let kind = word(&message, "type")
                .with_context(|| format!("line {line}: the message has no `type`"))?;
            match kind.as_str() {
                "RECORD" => return self.record(line, text, &message).map(Some),
                "SCHEMA" => self.schema(line, &message)?,
                "STATE" => {
                    let state = field(&message, "value")
                        .with_context(|| format!("line {line}: STATE has no `value`"))?;
                    return Ok(Some(Item::State(state.to_string())));
                }
                "BATCH" => bail!(
                    "line {line}: BATCH messages are not supported; leave `batch_config` out of \
                     the tap's settings"
                ),
                _ => {
                    if self.warned.insert(kind.clone()) {
                        let what = match kind.as_str() {
                            "ACTIVATE_VERSION" => "ACTIVATE_VERSION removes nothing here".into(),
                            _ => format!("messages of type `{kind}` are not known and left out"),
                        };
                        return Ok(Some(Item::Warning { line, what }));
                    }
                }
            }
        }
        Ok(None)
    }

    fn schema(&mut self, line: u64, message: &Map) -> anyhow::Result<()> {
        let stream = stream(line, message)?;
        let keys = match field(message, "key_properties") {
            Some(Val::Arr(keys)) => keys.iter().map(text).collect(),
            _ => Vec::new(),
        };
        self.streams.insert(stream.into(), keys);
        Ok(())
    }

    fn record(&self, line: u64, text: String, message: &Map) -> anyhow::Result<Item> {
        let stream = stream(line, message)?;
        let Some((stream, keys)) = self.streams.get_key_value(stream.as_str()) else {
            bail!("line {line}: a RECORD of `{stream}` comes before its SCHEMA");
        };
        let Some(Val::Obj(record)) = field(message, "record") else {
            let why = "its `record` is not an object".to_owned();
            return Ok(Item::Broken { line, why, text });
        };
        let lacks = |key: &&String| matches!(field(record, key), None | Some(Val::Null));
        if let Some(key) = keys.iter().find(lacks) {
            let why = format!("the key property `{key}` is missing");
            return Ok(Item::Broken { line, why, text });
        }
        Ok(Item::Record(Source {
            line,
            stream: Some(Arc::clone(stream)),
            value: Val::Obj(record.clone()),
        }))
    }
}

fn stream(line: u64, message: &Map) -> anyhow::Result<String> {
    word(message, "stream").with_context(|| format!("line {line}: the message has no `stream`"))
}

fn text(value: &Val) -> String {
    match value {
        Val::TStr(text) => String::from_utf8_lossy(text).into_owned(),
        other => other.to_string(),
    }
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

    const SCHEMA: &str =
        r#"{"type":"SCHEMA","stream":"users","key_properties":["id"],"schema":{}}"#;

    #[test]
    fn states_stand_where_they_came() {
        let file = format!(
            "{SCHEMA}\n{}\n{}\n{SCHEMA}\n{}\n",
            r#"{"type":"RECORD","stream":"users","record":{"id":1,"at":0.10}}"#,
            r#"{"type":"STATE","value":{"users":1}}"#,
            r#"{"type":"RECORD","stream":"users","record":{"id":2}}"#,
        );

        assert_eq!(
            told(Format::Singer, file),
            [
                "2 users {\"id\":1,\"at\":0.10}",
                "state {\"users\":1}",
                "5 users {\"id\":2}",
            ]
        );
    }

    #[test]
    fn a_record_without_its_key_is_told_and_an_unknown_message_warned_of_once() {
        let file = format!(
            "{SCHEMA}\n{}\n{}\n{}\n{}\n",
            r#"{"type":"RECORD","stream":"users","record":{"id":null}}"#,
            r#"{"type":"HELLO"}"#,
            r#"{"type":"HELLO"}"#,
            r#"{"type":"ACTIVATE_VERSION","stream":"users","version":1}"#,
        );

        assert_eq!(
            told(Format::Singer, file),
            [
                "2 broken: the key property `id` is missing",
                "3 warning: messages of type `HELLO` are not known and left out",
                "5 warning: ACTIVATE_VERSION removes nothing here",
            ]
        );
    }

    #[test]
    fn what_a_stream_may_not_hold_ends_it() {
        let record = r#"{"type":"RECORD","stream":"users","record":{"id":1}}"#;
        for (file, why) in [
            (
                record.to_owned(),
                "line 1: a RECORD of `users` comes before its SCHEMA",
            ),
            (
                format!("{SCHEMA}\n{record}\n{{\"type\":"),
                "line 3 is not a message: it is not JSON: EOF while parsing a value at line 1 \
                 column 8",
            ),
            (
                r#"{"type":"BATCH","stream":"users"}"#.to_owned(),
                "line 1: BATCH messages are not supported; leave `batch_config` out of the tap's \
                 settings",
            ),
            (
                "[]".to_owned(),
                "line 1 is not a message: it holds no object",
            ),
        ] {
            let told = told(Format::Singer, file);
            assert_eq!(*told.last().unwrap(), format!("stopped: {why}"));
        }
    }
}
