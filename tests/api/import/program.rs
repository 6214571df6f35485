//! The program itself, as a process that can be killed, with files in a directory of its own.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use uuid::Uuid;

/// A directory that goes with the test.
pub(super) struct Files(PathBuf);

impl Files {
    pub(super) fn new() -> Self {
        let path = std::env::temp_dir().join(format!("rapport-files-{}", Uuid::new_v4()));
        fs::create_dir(&path).unwrap();
        Self(path)
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    pub(super) fn write(&self, name: &str, lines: &[String]) -> PathBuf {
        let path = self.path(name);
        fs::write(&path, lines.join("\n") + "\n").unwrap();
        path
    }

    /// The program with these arguments, told nothing by the environment.
    pub(super) fn rapport(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_rapport"));
        command
            .args(arguments)
            .current_dir(&self.0)
            .env_clear()
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// An import of a file into a tenant.
    pub(super) fn import(&self, file: &Path, database: &str, tenant: &str) -> Command {
        let file = file.to_string_lossy();
        self.rapport(&["import", &file, "--tenant", tenant, "--database", database])
    }
}

impl Drop for Files {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// What a process told, and how it ended.
#[derive(Debug)]
pub(super) struct Told {
    /// The exit code; none if it was killed.
    pub(super) code: Option<i32>,
    pub(super) out: String,
    pub(super) err: String,
}

impl From<Output> for Told {
    fn from(output: Output) -> Self {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Self {
            code: output.status.code(),
            out: text(&output.stdout),
            err: text(&output.stderr),
        }
    }
}

/// Runs a process to its end. Answers how long it took.
pub(super) async fn ends(mut command: Command) -> (Told, Duration) {
    let run = move || {
        let began = Instant::now();
        let output = command.output().unwrap();
        (output.into(), began.elapsed())
    };
    tokio::task::spawn_blocking(run).await.unwrap()
}

/// Runs a process and kills it after a time, in a way that it can do nothing about.
pub(super) async fn killed(mut command: Command, after: Duration) -> Told {
    let mut child: Child = command.spawn().unwrap();
    tokio::time::sleep(after).await;
    let _ = child.kill();
    let output = tokio::task::spawn_blocking(move || child.wait_with_output());
    output.await.unwrap().unwrap().into()
}

/// Records of every kind that refer to one another, in an order in which many come too early.
pub(super) fn records(people: usize) -> Vec<String> {
    let mut records = Vec::new();
    let mut record = |kind: &str, id: usize, payload: Value| {
        let mut line =
            json!({"system": "ats", "type": kind, "id": id.to_string(), "actor": actor(id)});
        line[kind] = payload;
        records.push(line.to_string());
    };
    let of = |kind: &str, id: usize| json!({"type": kind, "id": id.to_string()});
    let time = |day: usize, hour: usize| {
        format!("2026-01-{:02}T{:02}:30:00Z", 1 + day % 28, 8 + hour % 10)
    };
    for id in 0..5 {
        let email = format!("recruiter{id}@example.com");
        record(
            "recruiter",
            id,
            json!({"name": format!("Recruiter {id}"), "email": email}),
        );
        record("company", id, json!({"name": format!("Company {id}")}));
        record(
            "job",
            id,
            json!({"title": format!("Job {id}"), "company": of("company", id)}),
        );
    }
    for id in 0..people {
        let person = json!({
            "name": format!("Person {id}"), "tags": [format!("tag {}", id % 7)],
            "emails": [{"value": format!("person{id}@example.com")}],
            "positions": [{"company": of("company", id % 5), "title": "Fitter"}],
        });
        record("person", id, person);
        for nth in 0..3 {
            let direction = if nth == 1 { "INBOUND" } else { "OUTBOUND" };
            let visibility = if id % 11 == 0 { "PRIVATE" } else { "TEAM" };
            record(
                "interaction",
                id * 3 + nth,
                json!({
                    "people": [of("person", id)], "channel": "EMAIL", "direction": direction,
                    "occurredAt": time(id + nth * 3, id), "visibility": visibility, "subject": "Hello",
                }),
            );
        }
        let (next, last) = ((id + 1) % people, id % 3 == 0);
        if last {
            record(
                "application",
                id,
                json!({
                    "person": of("person", id), "job": of("job", id % 5), "appliedAt": time(1, 1),
                    "changes": [{"stage": "Screen", "changedAt": time(2, 1)}, {"stage": "Onsite", "changedAt": time(4, id)}],
                }),
            );
            record(
                "referral",
                id,
                json!({
                    "referrer": of("person", next), "referred": of("person", id), "job": of("job", id % 5),
                    "relationshipKind": "FRIEND", "referredAt": time(1, 0),
                }),
            );
            record(
                "feedback",
                id,
                json!({
                    "person": of("person", id), "score": id % 11, "givenAt": time(9, id),
                    "interaction": of("interaction", id * 3),
                }),
            );
        }
    }
    shuffle(&mut records);
    records
}

fn actor(id: usize) -> Value {
    json!({"type": "recruiter", "id": (id % 5).to_string()})
}

/// The same disorder each time.
fn shuffle(lines: &mut [String]) {
    let mut state = 7_usize;
    for place in (1..lines.len()).rev() {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        lines.swap(place, (state >> 33) % (place + 1));
    }
}
