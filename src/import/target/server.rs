//! Records through the API of a server: the mutation `syncRecords`.

use std::time::Duration;

use anyhow::{Context, anyhow};
use reqwest::{
    Client, StatusCode,
    header::{ACCEPT, CONTENT_TYPE, HeaderMap, RETRY_AFTER},
};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::{Value, json};
use url::Url;

use super::{Failure, Fate, Status};
use crate::{config, import::produce::Mapped};

/// How long a server may take for a chunk.
const TIMEOUT: Duration = Duration::from_mins(2);
/// The codes of failures that pass.
const PASSING: [&str; 4] = [
    "INTERNAL_SERVER_ERROR",
    "RATE_LIMITED",
    "TIMEOUT",
    "UNAVAILABLE",
];
/// The longest part of an answer that an error shows.
const SHOWN: usize = 300;

const SYNC: &str = "mutation Import($input: SyncRecordsInput!) { syncRecords(input: $input) {
  results { index status userErrors { message path } } userErrors { message path } } }";

/// A server and the token for it.
pub struct Server {
    client: Client,
    url: Url,
    token: SecretString,
    system: String,
}

#[derive(Deserialize)]
struct Answer {
    data: Option<Data>,
    #[serde(default)]
    errors: Vec<Told>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Data {
    sync_records: Payload,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Payload {
    results: Vec<Row>,
    user_errors: Vec<Told>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Row {
    index: usize,
    status: String,
    user_errors: Vec<Told>,
}

#[derive(Deserialize)]
struct Told {
    message: String,
    path: Option<Vec<Value>>,
    extensions: Option<Value>,
}

impl Server {
    /// A server at `url`, which may name the server alone or its `/graphql`.
    ///
    /// # Errors
    /// When the address is none, or no HTTP client can be made.
    pub fn new(url: &str, token: SecretString, system: String) -> anyhow::Result<Self> {
        let mut url = Url::parse(url).context("--server is no address")?;
        if url.path() == "/" {
            url.set_path("/graphql");
        }
        let mut client = Client::builder()
            .timeout(TIMEOUT)
            .user_agent(concat!("rapport/", env!("CARGO_PKG_VERSION")));
        if config::is_loopback(&url) {
            client = client.no_proxy();
        }
        let client = client.build().context("the HTTP client")?;
        Ok(Self {
            client,
            url,
            token,
            system,
        })
    }

    /// Sends a chunk. A server that had taken it before under that key, and could not say so any
    /// more, answers as it would have then.
    pub(super) async fn take(
        &self,
        chunk: &[Mapped],
        key: &str,
        dry_run: bool,
    ) -> Result<Vec<Fate>, Failure> {
        let records: Vec<_> = chunk.iter().map(|mapped| &mapped.record).collect();
        let input = json!({
            "system": self.system,
            "records": records,
            "dryRun": dry_run,
            "origin": "import",
            "idempotencyKey": (!dry_run).then_some(key),
        });
        let body = json!({ "query": SYNC, "variables": { "input": input } });
        let sent = self
            .client
            .post(self.url.clone())
            .bearer_auth(self.token.expose_secret())
            .header(ACCEPT, "application/graphql-response+json")
            .header(CONTENT_TYPE, "application/json")
            .body(body.to_string())
            .send();
        let away = |why: reqwest::Error| Failure::Passing(anyhow!(why).context(self.told()), None);
        let answer = sent.await.map_err(away)?;
        let (status, after) = (answer.status(), retry_after(answer.headers()));
        let body = answer.text().await.map_err(away)?;
        self.read(status, after, &body, chunk.len())
    }

    fn told(&self) -> String {
        format!("the server at {} does not answer", self.url)
    }

    fn read(
        &self,
        status: StatusCode,
        after: Option<Duration>,
        body: &str,
        count: usize,
    ) -> Result<Vec<Fate>, Failure> {
        if status == StatusCode::PAYLOAD_TOO_LARGE {
            return Err(Failure::TooLarge);
        }
        let answer = serde_json::from_str::<Answer>(body).ok();
        let errors = answer.iter().flat_map(|answer| &answer.errors);
        let codes: Vec<_> = errors.filter_map(code).collect();
        let passes = status.is_server_error()
            || status == StatusCode::TOO_MANY_REQUESTS
            || codes.iter().any(|code| PASSING.contains(code));
        let shown: String = body.chars().take(SHOWN).collect();
        let failed = || anyhow!("the server at {} answered {status}: {shown}", self.url);
        if passes {
            return Err(Failure::Passing(failed(), after));
        }
        if status == StatusCode::UNAUTHORIZED || codes.contains(&"UNAUTHENTICATED") {
            return Err(Failure::Lasting(anyhow!(
                "the server at {} does not take the token: it has expired or is not for that \
                 server; run the same import again with a new one",
                self.url
            )));
        }
        match answer.and_then(|answer| answer.data) {
            Some(data) => fates(data.sync_records, count).map_err(Failure::Lasting),
            None => Err(Failure::Lasting(failed())),
        }
    }
}

/// How long the server asks to be left alone.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let seconds = headers.get(RETRY_AFTER)?.to_str().ok()?.parse().ok()?;
    Some(Duration::from_secs(seconds))
}

fn code(told: &Told) -> Option<&str> {
    told.extensions.as_ref()?["code"].as_str()
}

fn fates(payload: Payload, count: usize) -> anyhow::Result<Vec<Fate>> {
    if let Some(told) = payload.user_errors.first() {
        return Err(anyhow!("the server refuses the call: {}", line(told, 0)));
    }
    let mut fates = vec![None; count];
    for row in payload.results {
        let place = fates
            .get_mut(row.index)
            .context("the server answers for too many records")?;
        *place = Some(Fate {
            status: status(&row.status)?,
            why: row.user_errors.iter().map(|told| line(told, 3)).collect(),
        });
    }
    let all: Option<Vec<_>> = fates.into_iter().collect();
    all.context("the server does not answer for each record")
}

fn status(word: &str) -> anyhow::Result<Status> {
    Ok(match word {
        "CREATED" => Status::Created,
        "UPDATED" => Status::Updated,
        "UNCHANGED" => Status::Unchanged,
        "STALE" => Status::Stale,
        "DEFERRED" => Status::Deferred,
        "REJECTED" => Status::Rejected,
        "DELETED" => Status::Deleted,
        other => {
            return Err(anyhow!(
                "the server answers `{other}`, which is not known here"
            ));
        }
    })
}

/// What is wrong, behind where it is. Paths of a row begin with `input`, `records` and the place in
/// the chunk, which nobody knows here.
fn line(told: &Told, skipped: usize) -> String {
    let path: Vec<_> = told
        .path
        .iter()
        .flatten()
        .skip(skipped)
        .map(|part| {
            part.as_str()
                .map_or_else(|| part.to_string(), str::to_owned)
        })
        .collect();
    match path.join(".") {
        path if path.is_empty() => told.message.clone(),
        path => format!("{path}: {}", told.message),
    }
}
