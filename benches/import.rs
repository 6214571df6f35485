//! How fast `rapport import` takes a made-up account: people and their interactions as JSON Lines,
//! twice, into an empty tenant of a database.
//!
//! `cargo bench --bench import -- --database postgres://localhost/rapport_bench`

#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]

use std::{
    fs::{self, File},
    io::{BufWriter, Write},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context, ensure};
use clap::Parser;
use serde_json::{Value, json};

/// What to measure.
#[derive(Debug, Parser)]
struct Arguments {
    /// The database, migrated or empty.
    #[arg(long)]
    database: String,
    /// How many people.
    #[arg(long, default_value_t = 100_000)]
    people: u32,
    /// How many interactions with each of them.
    #[arg(long, default_value_t = 3)]
    each: u32,
    /// Keep the file here, and read it from here if it is there.
    #[arg(long)]
    file: Option<PathBuf>,
    /// What cargo gives to every benchmark.
    #[arg(long, hide = true)]
    bench: bool,
}

const GIVEN: [&str; 12] = [
    "Ada", "Bo", "Cleo", "Dale", "Esme", "Finn", "Gus", "Hana", "Ira", "Jo", "Kim", "Lou",
];
const FAMILY: [&str; 15] = [
    "Ashgate",
    "Brookes",
    "Crane",
    "Dunnock",
    "Elmwood",
    "Finch",
    "Greenfell",
    "Heron",
    "Ives",
    "Jaywick",
    "Kestrel",
    "Linnet",
    "Marsh",
    "Norwood",
    "Otter",
];
const CITIES: [&str; 6] = ["Pune", "Leeds", "Austin", "Lyon", "Porto", "Oslo"];
const RECRUITERS: u32 = 20;

fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let temporary =
        std::env::temp_dir().join(format!("rapport-import-{}.jsonl", std::process::id()));
    let file = arguments.file.clone().unwrap_or_else(|| temporary.clone());
    if !file.exists() {
        generate(&file, &arguments)?;
    }
    let megabytes = fs::metadata(&file)?.len() >> 20;
    let records = RECRUITERS + arguments.people * (1 + arguments.each);
    println!("{records} records, {megabytes} MB");
    let tenant = format!("import-{}", std::process::id());
    for turn in ["into an empty tenant", "the same again"] {
        let (took, memory) = import(&file, &arguments.database, &tenant)?;
        let rate = f64::from(records) / took.as_secs_f64();
        println!(
            "{turn}: {:.1} s, {rate:.0} records/s, {memory} MB at most",
            took.as_secs_f64()
        );
    }
    if arguments.file.is_none() {
        fs::remove_file(temporary)?;
    }
    Ok(())
}

/// Runs the import. Answers how long it took and how much memory it held at most.
fn import(file: &Path, database: &str, tenant: &str) -> anyhow::Result<(Duration, u64)> {
    let began = Instant::now();
    let mut child = Command::new(env!("CARGO_BIN_EXE_rapport"))
        .arg("import")
        .arg(file)
        .args(["--tenant", tenant, "--database", database])
        .stdout(Stdio::null())
        .spawn()?;
    let mut most = 0;
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break status;
        }
        most = most.max(memory(child.id()));
        std::thread::sleep(Duration::from_millis(50));
    };
    ensure!(status.success(), "the import failed: {status}");
    Ok((began.elapsed(), most / 1024))
}

/// The most memory that a process has held so far, in kB, where the system tells.
fn memory(process: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let most = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let most = most.and_then(|most| most.split_whitespace().next());
    most.and_then(|most| most.parse().ok()).unwrap_or_default()
}

fn generate(file: &Path, arguments: &Arguments) -> anyhow::Result<()> {
    let file = File::create(file).with_context(|| format!("cannot write {}", file.display()))?;
    let mut out = BufWriter::new(file);
    for id in 0..RECRUITERS {
        let email = format!("recruiter{id}@example.com");
        let recruiter = json!({"name": format!("Recruiter {id}"), "email": email});
        line(&mut out, "user", id, 0, ("recruiter", recruiter))?;
    }
    for id in 0..arguments.people {
        line(&mut out, "candidate", id, id, ("person", person(id)))?;
    }
    for id in 0..arguments.people * arguments.each {
        let interaction = interaction(id, id % arguments.people, id / arguments.people);
        line(&mut out, "note", id, id, ("interaction", interaction))?;
    }
    out.flush()?;
    Ok(())
}

fn line(
    out: &mut impl Write,
    record_type: &str,
    id: u32,
    changed: u32,
    (kind, payload): (&str, Value),
) -> anyhow::Result<()> {
    let record = json!({
        "system": "ats", "type": record_type, "id": (10_000_000 + id).to_string(),
        "sourceUpdatedAt": time(changed, 300),
        "actor": {"type": "user", "id": (10_000_000 + id % RECRUITERS).to_string()},
        kind: payload,
    });
    writeln!(out, "{record}")?;
    Ok(())
}

fn person(id: u32) -> Value {
    let given = GIVEN[(id % 12) as usize];
    let family = FAMILY[(id / 12 % 15) as usize];
    json!({
        "name": format!("{given} {family} {id}"), "givenName": given, "familyName": family,
        "headline": "Fitter, twelve years in rail",
        "place": {"city": CITIES[(id % 6) as usize], "country": "GB"},
        "emails": [{"value": format!("{given}.{family}.{id}@example.com"), "label": "personal"}],
        "phones": [{"value": format!("+44 7700 {:06}", id % 1_000_000), "label": "mobile"}],
        "positions": [{"companyName": "Ashgate Rail", "title": "Fitter"}],
        "tags": ["rail", CITIES[(id % 6) as usize]],
        "owner": {"type": "user", "id": (10_000_000 + id % RECRUITERS).to_string()},
    })
}

fn interaction(id: u32, person: u32, nth: u32) -> Value {
    let direction = ["OUTBOUND", "INBOUND", "OUTBOUND"][(nth % 3) as usize];
    json!({
        "people": [{"type": "candidate", "id": (10_000_000 + person).to_string()}],
        "channel": "EMAIL", "direction": direction,
        "occurredAt": time(person, 100 + nth * 7),
        "subject": "The role at Ashgate Rail",
        "body": format!("Number {id}. {}", "We spoke of the role and of when it begins. ".repeat(5)),
    })
}

/// A time of the year 2025.
fn time(minute: u32, day: u32) -> String {
    let at = chrono::DateTime::UNIX_EPOCH + chrono::TimeDelta::days(20_089 + i64::from(day));
    (at + chrono::TimeDelta::minutes(i64::from(minute % 1_440))).to_rfc3339()
}
