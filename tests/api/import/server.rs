//! Imports through the API: the real router behind a socket that misbehaves as servers do.

use std::{
    collections::VecDeque,
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{
    Router,
    extract::{Request, State},
    http::{HeaderValue, StatusCode},
    middleware::{Next, from_fn_with_state},
    response::{IntoResponse, Response},
};
use chrono::TimeDelta;
use indicatif::ProgressBar;
use rapport::{
    clock::Clock,
    import::{
        produce::{Plan, begin},
        program::Given,
        read::{Format, Reading},
        rejects::Rejects,
        run::{Import, Tally},
        target::{Server, Target},
    },
    store::Database,
};
use sea_orm::DbBackend;
use serde_json::json;
use tokio::{net::TcpListener, runtime::Runtime, task::JoinHandle};

use super::{
    program::{Files, ends, records},
    same, state,
};
use crate::support::{App, apps};

/// What a server does with a request, other than to answer it.
#[derive(Clone, Copy, Debug)]
enum Mood {
    /// Answers.
    Well,
    /// Says when to come again.
    Busy(StatusCode),
    /// Does what was asked and does not get round to saying so.
    LostAnswer,
    /// Stops listening, and comes back some time later.
    Restarts,
    /// All tokens have expired by now.
    Expired,
}

/// What is to come, request by request; then all is well.
#[derive(Clone)]
struct Moods {
    next: Arc<Mutex<VecDeque<Mood>>>,
    seen: Arc<Mutex<usize>>,
    clock: Clock,
    down: Arc<tokio::sync::Notify>,
}

async fn moody(State(moods): State<Moods>, request: Request, next: Next) -> Response {
    *moods.seen.lock().unwrap() += 1;
    let mood = moods.next.lock().unwrap().pop_front();
    match mood.unwrap_or(Mood::Well) {
        Mood::Well => next.run(request).await,
        Mood::Busy(status) => {
            let mut answer = status.into_response();
            let headers = answer.headers_mut();
            headers.insert("retry-after", HeaderValue::from_static("1"));
            answer
        }
        Mood::LostAnswer => {
            next.run(request).await;
            StatusCode::BAD_GATEWAY.into_response()
        }
        Mood::Restarts => {
            next.run(request).await;
            moods.down.notify_one();
            std::future::pending().await
        }
        Mood::Expired => {
            moods.clock.advance(TimeDelta::days(1));
            next.run(request).await
        }
    }
}

/// A server at an address of its own.
struct Listening {
    address: SocketAddr,
    moods: Moods,
    task: JoinHandle<()>,
}

impl Drop for Listening {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn listen(app: &App, moods: &[Mood]) -> Listening {
    let moods = Moods {
        next: Arc::new(Mutex::new(moods.iter().copied().collect())),
        seen: Arc::default(),
        clock: app.clock.clone(),
        down: Arc::default(),
    };
    let router = app.router().layer(from_fn_with_state(moods.clone(), moody));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let task = tokio::spawn(come_and_go(
        listener,
        router,
        moods.clone(),
        app.database.clone(),
    ));
    Listening {
        address,
        moods,
        task,
    }
}

/// All that a server is at, which ends at once when it does.
struct Life(Option<Runtime>);

impl Life {
    fn begin() -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build();
        Self(Some(runtime.unwrap()))
    }

    fn runtime(&self) -> &Runtime {
        self.0.as_ref().unwrap()
    }
}

impl Drop for Life {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

/// Serves, and where a restart is due breaks all connections and is away for a while.
async fn come_and_go(mut listener: TcpListener, router: Router, moods: Moods, database: Database) {
    let address = listener.local_addr().unwrap();
    loop {
        let life = Life::begin();
        let taken = listener.into_std().unwrap();
        let served = router.clone();
        life.runtime().spawn(async move {
            let listener = TcpListener::from_std(taken).unwrap();
            axum::serve(listener, served).await.unwrap();
        });
        moods.down.notified().await;
        drop(life);
        tokio::time::sleep(Duration::from_millis(900)).await;
        lose_connections(&database);
        listener = loop {
            match TcpListener::bind(address).await {
                Ok(listener) => break listener,
                Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
            }
        };
    }
}

/// Those to the database end with the server too: the next one shares its pool, and would now and
/// then be given one that nobody drives any more.
fn lose_connections(database: &Database) {
    if database.backend() == DbBackend::Postgres {
        let pool = database.writer().get_postgres_connection_pool();
        while let Some(connection) = pool.try_acquire() {
            drop(connection.detach());
        }
    }
}

async fn import(
    app: &App,
    server: &Listening,
    tenant: &str,
    lines: &[String],
) -> Result<Tally, String> {
    let client = app.in_tenant(tenant, "import", "read write sync");
    let token = client.token().to_owned();
    let url = format!("http://{}", server.address);
    let target = Server::new(&url, token.into(), "ats".to_owned()).unwrap();
    let plan = Plan {
        reading: Reading {
            format: Format::JsonLines,
            encoding: None,
            delimiter: None,
        },
        program: None,
        given: Given::new(None, &[], None, None),
        system: None,
        time: Duration::from_secs(5),
    };
    let input = std::io::Cursor::new(lines.join("\n").into_bytes());
    let (steps, watch) = begin(input, plan).unwrap();
    let files = Files::new();
    let mut import = Import {
        target: Target::Server(Box::new(target)),
        dry_run: false,
        rejects: Rejects::new(files.path("rejected.jsonl")).unwrap(),
        out: &mut Vec::new(),
        progress: ProgressBar::hidden(),
        time: Duration::from_secs(5),
        patience: Duration::from_secs(30),
    };
    let tally = import.run(steps, watch).await;
    tally.map_err(|why| format!("{why:#}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_busy_or_goes_away_gets_each_record_once() {
    use Mood::{Busy, LostAnswer, Restarts, Well};
    let lines = records(230);
    for app in apps().await {
        let (quiet_tenant, disturbed_tenant) = (
            format!("{}-quiet", app.tenant),
            format!("{}-moody", app.tenant),
        );
        let well = listen(&app, &[]).await;
        let undisturbed = import(&app, &well, &quiet_tenant, &lines).await.unwrap();
        let moods = [
            Busy(StatusCode::TOO_MANY_REQUESTS),
            Well,
            LostAnswer,
            Busy(StatusCode::SERVICE_UNAVAILABLE),
            Restarts,
        ];
        let disturbed = listen(&app, &moods).await;

        let tally = import(&app, &disturbed, &disturbed_tenant, &lines)
            .await
            .unwrap();

        // A chunk whose answer was lost is answered the second time as it would have been the
        // first, so that not even the account differs.
        assert_eq!(tally, undisturbed);
        let calls = lines.len().div_ceil(1_000);
        assert_eq!(*well.moods.seen.lock().unwrap(), calls);
        assert_eq!(*disturbed.moods.seen.lock().unwrap(), calls + 4);
        same(
            &state(&app, &disturbed_tenant).await,
            &state(&app, &quiet_tenant).await,
        );
        assert_eq!(
            app.event_count_of(&disturbed_tenant).await,
            app.event_count_of(&quiet_tenant).await
        );
        let again = import(&app, &disturbed, &disturbed_tenant, &lines)
            .await
            .unwrap();
        assert_eq!((again.created, again.updated), (0, 0), "{again:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_expires_ends_the_import_in_words() {
    let lines = records(300);
    for app in apps().await {
        let server = listen(&app, &[Mood::Well, Mood::Expired]).await;

        let refused = import(&app, &server, &app.tenant, &lines)
            .await
            .unwrap_err();

        assert!(refused.contains("does not take the token"), "{refused}");
        let stored = state(&app, &app.tenant).await.len();
        assert!(stored > 0 && stored < lines.len(), "{stored}");
        let rest = import(&app, &server, &app.tenant, &lines).await.unwrap();
        assert_eq!(rest.rejected, 0, "{rest:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn large_records_go_in_as_many_calls_as_the_server_asks_for() {
    let note = |id: usize, length: usize| {
        let body = "x".repeat(length);
        let people = json!([{"type": "person", "id": "1"}]);
        json!({"system": "ats", "type": "note", "id": id.to_string(), "interaction": {
            "people": people, "channel": "NOTE", "occurredAt": "2026-01-02T00:00:00Z", "body": body,
        }})
        .to_string()
    };
    let person =
        json!({"system": "ats", "type": "person", "id": "1", "person": {"name": "Jo Reed"}});
    let mut lines = vec![person.to_string()];
    lines.extend((0..150).map(|id| note(id, 90_000)));
    lines.push(note(900, 2_000_000)); // far longer than a note may be
    lines.push(note(901, 6_000_000)); // more than a server takes at all
    for app in apps().await {
        let server = listen(&app, &[]).await;

        let tally = import(&app, &server, &app.tenant, &lines).await.unwrap();

        assert_eq!((tally.created, tally.rejected), (151, 2), "{tally:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_program_tells_the_shell_how_it_ended() {
    let files = Files::new();
    let file = files.write("records.jsonl", &records(20));
    for app in apps().await {
        let server = listen(&app, &[]).await;
        let url = format!("http://{}", server.address);
        let path = file.to_string_lossy();
        let import =
            |token: &str| files.rapport(&["import", &path, "--server", &url, "--token", token]);
        let token = |scope| app.with_scope("sync", scope).token().to_owned();

        let (good, _) = ends(import(&token("read write sync"))).await;
        let (poor, _) = ends(import(&token("read write"))).await;
        let (none, _) = ends(import("a.b.c")).await;

        assert_eq!(good.code, Some(0), "{good:?}");
        assert_eq!(poor.code, Some(1), "{poor:?}");
        assert!(poor.err.contains("sync"), "{poor:?}");
        assert_eq!(none.code, Some(1), "{none:?}");
        assert!(none.err.contains("does not take the token"), "{none:?}");
        for told in [good, poor, none] {
            assert!(
                !told.err.contains("a.b.c") && !told.err.contains("eyJ"),
                "{told:?}"
            );
        }
    }
}
