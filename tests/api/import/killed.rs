//! Imports that are killed, and databases that go away: nothing is lost, nothing comes twice.

use std::time::Duration;

use serde_json::Value;
use tokio::{
    net::{TcpListener, TcpStream},
    sync::watch,
};

use super::{
    program::{Files, ends, killed, records},
    same, state,
};
use crate::support::{App, apps};

/// What a tenant holds and how many events tell of it.
async fn everything(app: &App, tenant: &str) -> (Vec<String>, i64) {
    (state(app, tenant).await, app.event_count_of(tenant).await)
}

#[tokio::test]
async fn an_import_that_is_killed_and_run_again_loses_nothing_and_doubles_nothing() {
    let files = Files::new();
    let lines = records(360);
    let file = files.write("records.jsonl", &lines);
    for app in apps().await {
        let (whole, broken) = (
            format!("{}-whole", app.tenant),
            format!("{}-broken", app.tenant),
        );
        let import = |tenant| files.import(&file, &app.url, tenant);
        let (undisturbed, took) = ends(import(&whole)).await;
        assert_eq!(undisturbed.code, Some(0), "{undisturbed:?}");
        let expected = everything(&app, &whole).await;
        assert!(expected.0.len() >= lines.len(), "{}", expected.0.len());

        let mut stopped = 0;
        for tenth in [3, 6, 8] {
            let told = killed(import(&broken), took * tenth / 10).await;
            stopped += u32::from(told.code.is_none());
        }
        let (last, _) = ends(import(&broken)).await;

        assert!(stopped > 1, "it was always done before it was killed");
        assert_eq!(last.code, Some(0), "{last:?}");
        let found = everything(&app, &broken).await;
        same(&found.0, &expected.0);
        assert_eq!(found, expected);
    }
}

#[tokio::test]
async fn a_state_that_a_killed_import_told_is_of_what_is_stored() {
    let files = Files::new();
    let mut lines = vec![
        r#"{"type":"SCHEMA","stream":"people","key_properties":["id"],"schema":{}}"#.to_owned(),
    ];
    for id in 1..=2_400 {
        lines.push(format!(
            r#"{{"type":"RECORD","stream":"people","record":{{"id":{id}}}}}"#
        ));
        if id % 100 == 0 {
            lines.push(format!(r#"{{"type":"STATE","value":{{"until":{id}}}}}"#));
        }
    }
    let file = files.write("people.singer", &lines);
    let map = files.write(
        "people.jq",
        &[r#"{type: "person", id: (.id | id), person: {name: "Person \(.id)"}}"#.to_owned()],
    );
    for app in apps().await {
        let import = |tenant: &str| {
            let mut command = files.import(&file, &app.url, tenant);
            command.arg("--map").arg(&map).args(["--system", "tap"]);
            command
        };
        let whole = format!("{}-whole", app.tenant);
        let (undisturbed, took) = ends(import(&whole)).await;
        assert_eq!(undisturbed.code, Some(0), "{undisturbed:?}");
        assert_eq!(until(&undisturbed.out), 2_400);

        for part in [4, 8] {
            let tenant = format!("{}-{part}", app.tenant);
            let told = killed(import(&tenant), took * part / 10).await;

            let stored = state(&app, &tenant).await.len();
            assert!(stored >= until(&told.out), "{stored} {}", told.out);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_goes_away_is_told_and_the_same_import_again_does_the_rest() {
    let files = Files::new();
    let lines = records(230);
    let file = files.write("records.jsonl", &lines);
    for app in apps()
        .await
        .iter()
        .filter(|app| app.url.starts_with("postgres"))
    {
        let (whole, broken) = (
            format!("{}-whole", app.tenant),
            format!("{}-broken", app.tenant),
        );
        let (undisturbed, took) = ends(files.import(&file, &app.url, &whole)).await;
        assert_eq!(undisturbed.code, Some(0), "{undisturbed:?}");
        let expected = everything(app, &whole).await;
        let wire = Wire::to(app).await;
        let import = |patience| {
            let mut command = files.import(&file, &wire.url, &broken);
            command.args(["--retry-for", patience]);
            command
        };

        let left = tokio::spawn(ends(import("1s")));
        tokio::time::sleep(took / 2).await;
        wire.cut();
        let (left, _) = left.await.unwrap();
        wire.mend();
        let patient = tokio::spawn(ends(import("60s")));
        tokio::time::sleep(took / 2).await;
        wire.cut();
        tokio::time::sleep(Duration::from_millis(700)).await;
        wire.mend();
        let (patient, _) = patient.await.unwrap();

        assert_eq!(left.code, Some(1), "{left:?}");
        let last = left.err.lines().last().unwrap();
        assert!(
            last.contains("the same import again does the rest"),
            "{last}"
        );
        assert!(last.contains("the database does not answer"), "{last}");
        assert_eq!(patient.code, Some(0), "{patient:?}");
        assert!(patient.err.contains("trying again"), "{patient:?}");
        let found = everything(app, &broken).await;
        same(&found.0, &expected.0);
        assert_eq!(found, expected);
    }
}

/// A wire to the database that can be cut in the middle of a word.
struct Wire {
    url: String,
    is_whole: watch::Sender<bool>,
}

impl Wire {
    async fn to(app: &App) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mut url: url::Url = app.url.parse().unwrap();
        let database = format!("{}:{}", url.host_str().unwrap(), url.port().unwrap_or(5432));
        url.set_host(Some("127.0.0.1")).unwrap();
        url.set_port(Some(listener.local_addr().unwrap().port()))
            .unwrap();
        let (is_whole, seen) = watch::channel(true);
        tokio::spawn(async move {
            while let Ok((mut near, _)) = listener.accept().await {
                let (database, mut seen) = (database.clone(), seen.clone());
                tokio::spawn(async move {
                    if *seen.borrow_and_update() {
                        let mut far = TcpStream::connect(database).await.unwrap();
                        tokio::select! {
                            _ = tokio::io::copy_bidirectional(&mut near, &mut far) => {}
                            _ = seen.changed() => {}
                        }
                    }
                });
            }
        });
        Self {
            url: url.into(),
            is_whole,
        }
    }

    fn cut(&self) {
        self.is_whole.send_replace(false);
    }

    fn mend(&self) {
        self.is_whole.send_replace(true);
    }
}

/// How far the last state reaches.
fn until(out: &str) -> usize {
    let state = out
        .lines()
        .last()
        .map(|line| serde_json::from_str::<Value>(line).unwrap());
    let until = state.and_then(|state| state["until"].as_u64());
    usize::try_from(until.unwrap_or_default()).unwrap()
}
