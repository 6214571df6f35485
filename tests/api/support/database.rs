//! Databases to test on: a SQLite file for each test, and a PostgreSQL server for all.
//!
//! PostgreSQL is the one named by `RAPPORT_TEST_POSTGRES_URL`, else a private server started from
//! the binaries found on this machine (which refuse to run as root). Where neither can be had, one
//! line says so, unless `RAPPORT_TEST_POSTGRES=required`: then the tests fail.

use std::{
    env, fs,
    io::Write,
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

use rapport::{
    clock::Clock,
    store::{Database, DatabaseOptions},
};
use tokio::sync::OnceCell;
use uuid::Uuid;

/// Where a test's data goes.
pub(super) struct Place {
    pub(super) url: String,
    pub(super) file: Option<File>,
}

/// A SQLite database that is removed with the test.
pub(crate) struct File(PathBuf);

impl Drop for File {
    fn drop(&mut self) {
        for ending in ["", "-wal", "-shm"] {
            let _ = fs::remove_file(format!("{}{ending}", self.0.display()));
        }
    }
}

/// The server must live as long as the tests: it ends when this process closes its input.
static POSTGRES: OnceCell<Option<(String, Option<Child>)>> = OnceCell::const_new();
static TEMPLATE: OnceCell<PathBuf> = OnceCell::const_new();

/// A fresh place on each database.
pub(super) async fn places() -> Vec<Place> {
    let template = TEMPLATE.get_or_init(template).await;
    let file = env::temp_dir().join(format!("rapport-test-{}.db", Uuid::now_v7()));
    fs::copy(template, &file).unwrap();
    let url = format!("sqlite:{}", file.display());
    let mut places = vec![Place {
        url,
        file: Some(File(file)),
    }];
    if let Some((url, _)) = POSTGRES.get_or_init(postgres).await {
        places.push(Place {
            url: url.clone(),
            file: None,
        });
    }
    places
}

/// Opens a database that is migrated already.
pub(super) async fn open(url: &str, clock: Clock) -> Database {
    let options = DatabaseOptions {
        url: url.to_owned(),
        connections: 4,
        acquire_timeout: Duration::from_secs(30),
        statement_timeout: Duration::from_secs(30),
        open_to_new_tenants: true,
    };
    Database::connect(&options, clock).await.unwrap()
}

/// A migrated SQLite database, to be copied.
async fn template() -> PathBuf {
    let file = env::temp_dir().join(format!("rapport-template-{}.db", std::process::id()));
    let _ = fs::remove_file(&file);
    let database = open(&format!("sqlite:{}", file.display()), Clock::system()).await;
    database.migrate().await.unwrap();
    database.close().await;
    file
}

async fn postgres() -> Option<(String, Option<Child>)> {
    let server = match env_var("RAPPORT_TEST_POSTGRES_URL") {
        Some(url) => Ok((url, None)),
        None => start(),
    };
    match server {
        Ok((url, child)) => {
            let database = open(&url, Clock::system()).await;
            database.migrate().await.unwrap();
            database.close().await;
            Some((url, child))
        }
        Err(reason) => {
            let required = env_var("RAPPORT_TEST_POSTGRES").as_deref() == Some("required");
            assert!(!required, "PostgreSQL is required: {reason}");
            // Not captured, unlike what the print macros write: a skipped database must be seen.
            let _ = writeln!(std::io::stderr(), "PostgreSQL tests skipped: {reason}");
            None
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "tests have no settings of their own"
)]
fn env_var(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}

/// Starts a private server in a directory of its own, which goes when this process does.
fn start() -> Result<(String, Option<Child>), String> {
    let binaries = binaries().ok_or("no PostgreSQL server binaries on this machine")?;
    let directory = env::temp_dir().join(format!("rapport-postgres-{}", std::process::id()));
    let data = directory.join("data");
    let made = Command::new(binaries.join("initdb"))
        .args([
            "-U",
            "rapport",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--no-locale",
            "-N",
            "-D",
        ])
        .arg(&data)
        .output()
        .map_err(|error| format!("initdb does not run: {error}"))?;
    if !made.status.success() {
        let why = String::from_utf8_lossy(&made.stderr);
        return Err(why.lines().next().unwrap_or("initdb failed").to_owned());
    }
    let port = TcpListener::bind("127.0.0.1:0")
        .and_then(|listener| listener.local_addr())
        .map_err(|error| error.to_string())?
        .port();
    let child = run(&binaries, &directory, port)?;
    for _ in 0..100 {
        let answers = Command::new(binaries.join("pg_isready"))
            .args(["-q", "-h", "127.0.0.1", "-p", &port.to_string()])
            .status();
        if answers.is_ok_and(|status| status.success()) {
            let url = format!("postgres://rapport@127.0.0.1:{port}/postgres");
            return Ok((url, Some(child)));
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    Err("the private PostgreSQL server did not come up".to_owned())
}

/// The shell waits for its input to close, which it does when this process ends in whatever way.
fn run(binaries: &Path, directory: &Path, port: u16) -> Result<Child, String> {
    const SCRIPT: &str = r#""$1/postgres" -D "$2/data" -p "$3" -k "$2" -h 127.0.0.1 \
        -c fsync=off -c max_connections=300 >"$2/log" 2>&1 &
        server=$!
        read -r _
        kill -INT "$server"
        wait "$server"
        rm -rf "$2""#;
    Command::new("sh")
        .args(["-c", SCRIPT, "sh"])
        .arg(binaries)
        .arg(directory)
        .arg(port.to_string())
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| format!("the private PostgreSQL server does not start: {error}"))
}

/// Where `initdb` and `postgres` lie: on the path, or where Debian keeps them.
fn binaries() -> Option<PathBuf> {
    let path = env_var("PATH").unwrap_or_default();
    let debian = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten();
    let debian = debian.map(|version| version.path().join("bin"));
    env::split_paths(&path)
        .chain(debian)
        .find(|directory| directory.join("initdb").exists() && directory.join("postgres").exists())
}
