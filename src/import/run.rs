//! The second half of an import: gathers records into chunks, hands them over, and keeps account.
//! What a chunk holds is stored when the target answers; only then is a state passed on.

use std::{
    collections::HashMap,
    io::Write,
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::anyhow;
use indicatif::ProgressBar;
use tokio::sync::mpsc;
use uuid::Uuid;

use super::{
    produce::{Mapped, Step, Watch},
    rejects::{Reject, Rejects},
    target::{Failure, Fate, MOST_BYTES, Status, Target},
};

/// The most records of a chunk; the API takes no more in one call.
const MOST_RECORDS: usize = 1_000;
/// How long to wait before the second try; each further wait is twice as long.
const FIRST_WAIT: Duration = Duration::from_millis(500);
/// The longest wait between two tries, unless the other end asks for more.
const LONGEST_WAIT: Duration = Duration::from_secs(15);
/// How often to look whether a program goes on for ever.
const LOOK: Duration = Duration::from_millis(100);
/// How long the source may say nothing before what there is of a chunk is handed over.
const REST: Duration = Duration::from_secs(2);
/// How much memory a program may take for one record, beyond what there was.
const MOST_MEMORY: u64 = 2 << 30;
/// How many rejected records are told one by one.
const SHOWN: u64 = 10;
const MORE: u64 = SHOWN + 1;
/// For how many names the last record is remembered, to leave out what was just said.
const REMEMBERED: usize = 50_000;

/// How many records came to what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// New here.
    pub created: u64,
    /// Changed something.
    pub updated: u64,
    /// Known already, or older than what is known.
    pub unchanged: u64,
    /// Wait for others that they name.
    pub deferred: u64,
    /// Noted as deleted.
    pub deleted: u64,
    /// Wrong.
    pub rejected: u64,
    /// Records that nobody was asked about.
    pub read: u64,
    /// Records of the source from which the program makes nothing.
    pub left_out: u64,
}

/// An import under way.
pub struct Import<'a> {
    /// Where records go.
    pub target: Target,
    /// Whether only to say what would happen.
    pub dry_run: bool,
    /// Where rejected records go.
    pub rejects: Rejects,
    /// Where states, and in a dry run records, are written.
    pub out: &'a mut (dyn Write + Send),
    /// What shows how far it has come.
    pub progress: ProgressBar,
    /// How long the program may take for one record.
    pub time: Duration,
    /// For how long a chunk is tried while the other end is away or in a hurry.
    pub patience: Duration,
}

/// What is gathered for the next call.
#[derive(Default)]
struct Chunk {
    records: Vec<Mapped>,
    bytes: usize,
    /// To be passed on when the records before it are stored.
    state: Option<String>,
    /// What was last said under a name: one candidate after the other names the same recruiter.
    said: HashMap<(String, String, String), u64>,
}

impl Chunk {
    /// Whether exactly this was the last thing said of it.
    fn knows(&mut self, mapped: &Mapped) -> bool {
        let record = &mapped.record;
        let system = record.system.clone().unwrap_or_default();
        let name = (system, record.record_type.clone(), record.id.clone());
        if self.said.len() >= REMEMBERED {
            self.said.clear();
        }
        let hash = hash(&mapped.json);
        self.said.insert(name, hash) == Some(hash)
    }

    /// Whether there is no room for another record.
    fn is_full(&self, next: usize) -> bool {
        let count = self.records.len();
        count >= MOST_RECORDS || count > 0 && self.bytes + next > MOST_BYTES
    }
}

fn hash(text: &str) -> u64 {
    use std::hash::{DefaultHasher, Hash, Hasher};
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}

impl Import<'_> {
    /// Takes all steps to their end.
    ///
    /// # Errors
    /// When the file cannot be read on, or the target does not take a chunk: what was said to be
    /// stored until then is, and the same import again does the rest.
    pub async fn run(
        &mut self,
        mut steps: mpsc::Receiver<Step>,
        watch: Arc<Watch>,
    ) -> anyhow::Result<Tally> {
        let mut tally = Tally::default();
        let mut chunk = Chunk::default();
        let before = memory();
        let mut rested = Duration::ZERO;
        let failed = loop {
            let step = match tokio::time::timeout(LOOK, steps.recv()).await {
                Ok(Some(step)) => step,
                Ok(None) => break None,
                Err(_) => {
                    if let Some(why) = overdue(&watch, self.time, before) {
                        break Some(why);
                    }
                    // A tap that pauses should see its state come back meanwhile.
                    rested += LOOK;
                    if rested >= REST {
                        self.flush(&mut chunk, &mut tally).await?;
                    }
                    continue;
                }
            };
            rested = Duration::ZERO;
            match step {
                Step::Record(mapped) => {
                    if chunk.knows(&mapped) {
                        tally.unchanged += 1;
                        continue;
                    }
                    if chunk.is_full(mapped.json.len()) {
                        self.flush(&mut chunk, &mut tally).await?;
                    }
                    chunk.bytes += mapped.json.len();
                    chunk.records.push(*mapped);
                }
                Step::Rejected(reject) => self.reject(&reject, &mut tally)?,
                Step::LeftOut => tally.left_out += 1,
                Step::State(state) => {
                    chunk.state = Some(state);
                    if chunk.records.is_empty() {
                        self.flush(&mut chunk, &mut tally).await?;
                    }
                }
                Step::Warning { line, what } => tracing::warn!(line, "{what}"),
                Step::Failed(why) => break Some(why),
            }
        };
        // What came before the end is good, however the end came.
        self.flush(&mut chunk, &mut tally).await?;
        match failed {
            Some(why) => Err(why),
            None => Ok(tally),
        }
    }

    fn reject(&mut self, reject: &Reject, tally: &mut Tally) -> anyhow::Result<()> {
        tally.rejected += 1;
        match tally.rejected {
            1..=SHOWN => tracing::warn!(line = reject.line, "rejected: {}", reject.why.join("; ")),
            MORE => tracing::warn!("more are rejected: see {}", self.rejects.path().display()),
            _ => {}
        }
        self.rejects.add(reject)
    }

    async fn flush(&mut self, chunk: &mut Chunk, tally: &mut Tally) -> anyhow::Result<()> {
        if !chunk.records.is_empty() {
            let fates = self.hand_over(&chunk.records).await?;
            for (mapped, fate) in chunk.records.iter().zip(fates) {
                if self.dry_run {
                    writeln!(self.out, "{}", mapped.json)?;
                }
                self.note(mapped, fate, tally)?;
            }
            chunk.records.clear();
            chunk.bytes = 0;
        }
        self.rejects.keep()?;
        self.progress.set_message(tally.told());
        if let Some(state) = chunk.state.take()
            && !self.dry_run
        {
            writeln!(self.out, "{state}")?;
            self.out.flush()?;
        }
        Ok(())
    }

    fn note(&mut self, mapped: &Mapped, fate: Fate, tally: &mut Tally) -> anyhow::Result<()> {
        match fate.status {
            Status::Created => tally.created += 1,
            Status::Updated => tally.updated += 1,
            Status::Unchanged | Status::Stale => tally.unchanged += 1,
            Status::Deferred => tally.deferred += 1,
            Status::Deleted => tally.deleted += 1,
            Status::Read => tally.read += 1,
            Status::Rejected => {
                let reject = Reject::unstored(mapped.line, fate.why, &mapped.json);
                return self.reject(&reject, tally);
            }
        }
        Ok(())
    }

    /// Hands a chunk over, in smaller parts where it is too large as a whole. A record that is too
    /// large by itself is the only one to stay behind.
    async fn hand_over(&self, records: &[Mapped]) -> anyhow::Result<Vec<Fate>> {
        let mut fates = Vec::with_capacity(records.len());
        let mut parts = vec![records];
        while let Some(part) = parts.pop() {
            match (self.try_often(part).await?, part) {
                (Some(done), _) => fates.extend(done),
                (None, [_]) => fates.push(Fate {
                    status: Status::Rejected,
                    why: vec!["it is larger than the server takes".to_owned()],
                }),
                (None, _) => {
                    let (first, second) = part.split_at(part.len() / 2);
                    parts.extend([second, first]);
                }
            }
        }
        Ok(fates)
    }

    /// Hands a chunk over, again and again while the other end is away; none if it is too large.
    async fn try_often(&self, records: &[Mapped]) -> anyhow::Result<Option<Vec<Fate>>> {
        let key = Uuid::new_v4().to_string();
        let began = Instant::now();
        let mut wait = FIRST_WAIT;
        loop {
            match self.target.take(records, &key, self.dry_run).await {
                Ok(fates) => return Ok(Some(fates)),
                Err(Failure::TooLarge) => return Ok(None),
                Err(Failure::Lasting(why)) => return Err(why),
                Err(Failure::Passing(why, after)) => {
                    let pause = after.map_or(wait, |after| after.max(wait));
                    if began.elapsed() + pause > self.patience {
                        return Err(why.context("given up; the same import again does the rest"));
                    }
                    tracing::warn!("{why:#}; trying again in {} ms", pause.as_millis());
                    tokio::time::sleep(pause).await;
                    wait = (wait * 2).min(LONGEST_WAIT);
                }
            }
        }
    }
}

/// Why to give up on a program that is inside one long step, where it does not count for itself.
fn overdue(watch: &Watch, time: Duration, before: u64) -> Option<anyhow::Error> {
    let (line, passed) = watch.at()?;
    let takes = memory().saturating_sub(before);
    if passed > time * 2 {
        Some(anyhow!("line {line}: the map does not come to an end"))
    } else if takes > MOST_MEMORY {
        Some(anyhow!(
            "line {line}: the map takes more than {} GB",
            MOST_MEMORY >> 30
        ))
    } else {
        None
    }
}

/// How much memory this process holds, where the system tells.
fn memory() -> u64 {
    let told = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages = told
        .split(' ')
        .nth(1)
        .and_then(|pages| pages.parse::<u64>().ok());
    pages.unwrap_or_default() * 4096
}

impl Tally {
    /// The tally in one line.
    pub fn told(&self) -> String {
        let parts = [
            (self.created, "created"),
            (self.updated, "updated"),
            (self.unchanged, "unchanged"),
            (self.deferred, "waiting for others"),
            (self.deleted, "deleted"),
            (self.rejected, "rejected"),
            (self.read, "records"),
            (self.left_out, "left out by the map"),
        ];
        let told = parts.iter().enumerate();
        let told = told.filter(|(at, (count, _))| *at < 3 && self.read == 0 || *count > 0);
        let told: Vec<_> = told
            .map(|(_, (count, word))| format!("{count} {word}"))
            .collect();
        told.join(", ")
    }
}
