//! The readers of the feed that the documents hand out: they go on where they stopped, however they
//! were stopped.

use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Duration,
};

use serde_json::json;
use uuid::Uuid;

use crate::support::{App, apps};

/// How a reader is run; those for which there is nothing to run them are left out.
fn readers() -> Vec<Vec<String>> {
    let file = |name: &str| {
        let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
        examples.join(name).to_string_lossy().into_owned()
    };
    let all = [
        vec!["python3".to_owned(), file("follow.py")],
        vec![
            "node".to_owned(),
            "--experimental-strip-types".to_owned(),
            "--no-warnings".to_owned(),
            file("follow.mts"),
        ],
    ];
    let runs = |reader: &Vec<String>| {
        let flags = &reader[1..reader.len() - 1];
        let mut asked = Command::new(&reader[0]);
        asked
            .args(flags)
            .arg("--version")
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        asked.status().is_ok_and(|status| status.success())
    };
    all.into_iter().filter(runs).collect()
}

struct Reader {
    run: Vec<String>,
    url: String,
    token: String,
    place: PathBuf,
}

impl Reader {
    fn command(&self) -> Command {
        let mut command = Command::new(&self.run[0]);
        command
            .args(&self.run[1..])
            .current_dir(&self.place)
            .env("RAPPORT_URL", &self.url)
            .env("RAPPORT_TOKEN", &self.token)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// What it tells until the feed's end.
    async fn told(&self) -> Vec<String> {
        let mut command = self.command();
        command.arg("--once");
        let output = tokio::task::spawn_blocking(move || command.output().unwrap());
        let output = output.await.unwrap();
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{:?}: {error}", self.run);
        let told = String::from_utf8(output.stdout).unwrap();
        told.lines().map(|line| line.trim().to_owned()).collect()
    }
}

async fn reader(app: &App, run: Vec<String>) -> Reader {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/graphql", listener.local_addr().unwrap());
    let router = app.router();
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    let place = std::env::temp_dir().join(format!("rapport-follow-{}", Uuid::new_v4()));
    std::fs::create_dir(&place).unwrap();
    let token = app.with_scope("reader", "read").token().to_owned();
    Reader {
        run,
        url,
        token,
        place,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_goes_on_where_it_stopped() {
    let app = apps().await.remove(0);
    for (number, run) in readers().into_iter().enumerate() {
        let reader = reader(&app, run).await;
        let sam = app.as_recruiter("sam");
        let name = format!("Ada Finch {number}");
        let create = json!({ "name": name });
        let made = sam
            .mutate("createCandidate", create, "candidate { id }")
            .await;
        let created = format!("CREATED PERSON {name}");

        assert!(reader.told().await.contains(&created));
        assert_eq!(reader.told().await, [] as [&str; 0]);

        // Killed while it waits for more, it has lost and forgotten nothing.
        let mut child = reader.command().spawn().unwrap();
        tokio::time::sleep(Duration::from_millis(1_500)).await;
        child.kill().unwrap();
        child.wait().unwrap();
        let change = json!({ "by": { "id": made["candidate"]["id"] }, "headline": "Welder" });
        sam.mutate("updateCandidate", change, "candidate { id }")
            .await;
        assert_eq!(
            reader.told().await,
            [format!("UPDATED PERSON {name} headline")]
        );

        // A place that is lost is told by the exit code.
        let place = reader.place.join("place.json");
        std::fs::write(&place, "\"WzEsW11d\"").unwrap();
        let mut command = reader.command();
        command.arg("--once");
        let status = tokio::task::spawn_blocking(move || command.output().unwrap().status);
        assert!(!status.await.unwrap().success());
        std::fs::remove_dir_all(&reader.place).unwrap();
    }
}
