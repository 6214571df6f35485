//! The first half of an import, on a thread of its own: reads the file, runs the mapping program
//! and hands on records of ours, or what is wrong, in the order of the file.

use std::{
    io::Read,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, anyhow};
use jaq_json::{Map, Val};
use tokio::sync::mpsc;

use super::{
    program::{Fault, Given, Meter, Program},
    read::{self, Item, Reading, Source},
    rejects::{MARK, Reject, Stage, of_json},
};
use crate::store::sync::record::SyncRecord;

/// The stack of the thread: programs may call themselves, and what they make may be nested.
const STACK: usize = 256 * 1024 * 1024;
/// How much of it a program may use; the rest is for taking apart what it made.
const STACK_FOR_CALLS: usize = STACK / 2;
/// How many steps may lie ready before the thread waits.
const AHEAD: usize = 2_000;

/// What to do with a file.
pub struct Plan {
    /// How to read it.
    pub reading: Reading,
    /// The program that maps its records; without one they are records of ours.
    pub program: Option<Program>,
    /// What the program is told besides each record.
    pub given: Given,
    /// The system of records that name none.
    pub system: Option<String>,
    /// How long the program may take for one record.
    pub time: Duration,
}

/// A record of ours.
#[derive(Debug)]
pub struct Mapped {
    /// The line of the file that it comes from.
    pub line: u64,
    /// The record.
    pub record: SyncRecord,
    /// The record as JSON.
    pub json: String,
}

/// What comes out of a file, in its order.
#[derive(Debug)]
pub enum Step {
    /// A record of ours.
    Record(Box<Mapped>),
    /// What was no record, or could not become one.
    Rejected(Reject),
    /// A record from which the program made nothing.
    LeftOut,
    /// A line to write to standard output once all before it is stored.
    State(String),
    /// Something to tell.
    Warning {
        /// The line.
        line: u64,
        /// What to tell.
        what: String,
    },
    /// The file cannot be read on.
    Failed(anyhow::Error),
}

/// What the thread is at, for whoever watches over it.
#[derive(Debug)]
pub struct Watch {
    began: Instant,
    /// Milliseconds from `began` to when the program was given a record; zero while it has none.
    since: AtomicU64,
    line: AtomicU64,
}

impl Watch {
    /// The record at which the program is, and for how long.
    pub fn at(&self) -> Option<(u64, Duration)> {
        let since = self.since.load(Ordering::Relaxed);
        let passed = self
            .began
            .elapsed()
            .checked_sub(Duration::from_millis(since))?;
        (since > 0).then(|| (self.line.load(Ordering::Relaxed), passed))
    }

    fn begin(&self, line: u64) {
        self.line.store(line, Ordering::Relaxed);
        let now = u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.since.store(now.max(1), Ordering::Relaxed);
    }

    fn end(&self) {
        self.since.store(0, Ordering::Relaxed);
    }
}

/// Begins to read. The thread ends when the file does, or when nobody takes its steps any more.
///
/// # Errors
/// When the file is not what it should be, or there is no thread to be had.
pub fn begin(
    input: impl Read + Send + 'static,
    plan: Plan,
) -> anyhow::Result<(mpsc::Receiver<Step>, Arc<Watch>)> {
    let (sender, receiver) = mpsc::channel(AHEAD);
    let watch = Arc::new(Watch {
        began: Instant::now(),
        since: AtomicU64::new(0),
        line: AtomicU64::new(0),
    });
    let watched = Arc::clone(&watch);
    thread::Builder::new()
        .name("import".to_owned())
        .stack_size(STACK)
        .spawn(move || {
            let mut work = Work {
                meter: Meter::new(plan.time, STACK_FOR_CALLS),
                plan,
                sender,
                watch: watched,
            };
            // Nobody listens any more: the import has come to its end elsewhere.
            let _ = work.run(input);
        })
        .context("cannot start a thread")?;
    Ok((receiver, watch))
}

/// Nobody takes the steps any more.
struct Unheard;

struct Work {
    plan: Plan,
    meter: Meter,
    sender: mpsc::Sender<Step>,
    watch: Arc<Watch>,
}

impl Work {
    fn run(&mut self, input: impl Read + Send + 'static) -> Result<(), Unheard> {
        // Opening reads the first block, so it belongs here: standard input may be slow.
        let items = match read::open(input, &self.plan.reading) {
            Ok(items) => items,
            Err(why) => return self.send(Step::Failed(why)),
        };
        for item in items {
            match item {
                Ok(Item::Record(source)) => self.record(source)?,
                Ok(Item::Broken { line, why, text }) => {
                    self.send(Step::Rejected(Reject::unreadable(line, why, &text)))?;
                }
                Ok(Item::State(state)) => self.send(Step::State(state))?,
                Ok(Item::Warning { line, what }) => self.send(Step::Warning { line, what })?,
                Err(why) => return self.send(Step::Failed(why)),
            }
        }
        Ok(())
    }

    fn send(&self, step: Step) -> Result<(), Unheard> {
        self.sender.blocking_send(step).map_err(|_| Unheard)
    }

    /// A record of the file; or one that was rejected before and is fed again.
    fn record(&mut self, mut source: Source) -> Result<(), Unheard> {
        let mut stage = Stage::Map;
        if let Val::Obj(fields) = &source.value
            && let Some(mark) = fields.get(&Val::from(MARK.to_owned()))
        {
            let (before, stream, file) = of_mark(mark);
            if before == Stage::Read {
                let why = "it still is what was rejected before".to_owned();
                let text = source.value.to_string();
                return self.send(Step::Rejected(Reject::unreadable(source.line, why, &text)));
            }
            stage = before;
            source.stream = stream.or(source.stream);
            self.plan.given.file = file.unwrap_or_else(|| self.plan.given.file.clone());
            let mut fields = Map::clone(fields);
            fields.shift_remove(&Val::from(MARK.to_owned()));
            source.value = Val::obj(fields);
        }
        if stage == Stage::Sync || self.plan.program.is_none() {
            let json = source.value.to_string();
            return self.send(self.mapped(source.line, json));
        }
        self.map(&source)
    }

    fn map(&self, source: &Source) -> Result<(), Unheard> {
        let Some(program) = &self.plan.program else {
            return Ok(());
        };
        let given = Given {
            stream: source
                .stream
                .as_deref()
                .map_or(Val::Null, |s| Val::from(s.to_owned())),
            line: source.line,
            ..self.plan.given.clone()
        };
        let mut made = Vec::new();
        self.watch.begin(source.line);
        let ran = program.run(&self.meter, source.value.clone(), given, &mut |json| {
            made.push(json);
        });
        self.watch.end();
        if let Err(fault) = ran {
            return self.faulty(source, fault);
        }
        if made.is_empty() {
            return self.send(Step::LeftOut);
        }
        for json in made {
            self.send(self.mapped(source.line, json))?;
        }
        Ok(())
    }

    /// What the program made of a record before it failed is not taken: it is made again, and
    /// whole, once the record or the program is mended.
    fn faulty(&self, source: &Source, fault: Fault) -> Result<(), Unheard> {
        let line = source.line;
        if fault.ends_all {
            return self.send(Step::Failed(anyhow!("line {line}: the map: {}", fault.why)));
        }
        let file = match &self.plan.given.file {
            Val::Null => None,
            file => Some(text(file)),
        };
        let json = source.value.to_string();
        let stream = source.stream.as_deref();
        self.send(Step::Rejected(Reject::unmapped(
            line,
            fault.why,
            &json,
            stream,
            file.as_deref(),
        )))
    }

    /// Reads what should be a record of ours.
    fn mapped(&self, line: u64, json: String) -> Step {
        match of_json(&json) {
            Ok(mut record) => {
                if record.system.is_none() {
                    record.system.clone_from(&self.plan.system);
                }
                if record.system.is_none() {
                    let why = "it names no system: give --system".to_owned();
                    return Step::Rejected(Reject::unstored(line, vec![why], &json));
                }
                Step::Record(Box::new(Mapped { line, record, json }))
            }
            Err(why) => Step::Rejected(Reject::unstored(line, vec![why], &json)),
        }
    }
}

fn text(value: &Val) -> String {
    match value {
        Val::TStr(text) => String::from_utf8_lossy(text).into_owned(),
        other => other.to_string(),
    }
}

/// What the mark of a rejected record says: at which stage it was rejected, its stream, its file.
fn of_mark(mark: &Val) -> (Stage, Option<Arc<str>>, Option<Val>) {
    let Val::Obj(mark) = mark else {
        return (Stage::Map, None, None);
    };
    let said = |name: &str| {
        mark.get(&Val::from(name.to_owned()))
            .filter(|v| **v != Val::Null)
    };
    let stage = said("stage").map(text).unwrap_or_default();
    (
        Stage::of_word(&stage),
        said("stream").map(|stream| text(stream).into()),
        said("file").cloned(),
    )
}
