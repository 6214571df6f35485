//! Gets a published key set. The other end may be slow, wrong or not itself, so time, size,
//! count and the way there are bounded.

use std::time::Duration;

use anyhow::{Context, ensure};
use chrono::TimeDelta;
use jsonwebtoken::jwk::Jwk;
use reqwest::{
    Client, Response,
    header::{ACCEPT, CACHE_CONTROL},
    redirect::Policy,
};
use serde::Deserialize;
use serde_json::Value;
use url::Url;

use super::{Key, public};
use crate::config;

const TIMEOUT: Duration = Duration::from_secs(3);
const MOST_BYTES: usize = 256 * 1024;
const MOST_KEYS: usize = 50;
const MOST_REDIRECTS: usize = 3;

/// How long a set is fresh when the answer does not say.
const USUAL_LIFE: TimeDelta = TimeDelta::minutes(10);
const SHORTEST_LIFE: TimeDelta = TimeDelta::minutes(1);
const LONGEST_LIFE: TimeDelta = TimeDelta::hours(24);

/// What an issuer published.
pub(super) struct Fetched {
    pub(super) keys: Vec<Key>,
    /// How long it need not be asked again.
    pub(super) life: TimeDelta,
}

/// The client to fetch this address with.
pub(super) fn client(url: &Url) -> anyhow::Result<Client> {
    let origin = url.origin();
    let same_origin = Policy::custom(move |attempt| {
        if attempt.url().origin() != origin {
            attempt.error("it leads to another host")
        } else if attempt.previous().len() > MOST_REDIRECTS {
            attempt.error("it leads on too often")
        } else {
            attempt.follow()
        }
    });
    let mut client = Client::builder()
        .timeout(TIMEOUT)
        .redirect(same_origin)
        .user_agent(concat!("rapport/", env!("CARGO_PKG_VERSION")));
    if config::is_loopback(url) {
        client = client.no_proxy();
    }
    client.build().context("the HTTP client")
}

/// Gets the set; keys that prove no tokens are left out.
pub(super) async fn fetch(client: &Client, url: &Url) -> anyhow::Result<Fetched> {
    let answer = client
        .get(url.clone())
        .header(ACCEPT, "application/json")
        .send()
        .await?;
    ensure!(
        answer.status() == 200,
        "it answered with status {}",
        answer.status()
    );
    let life = life(&answer);
    let keys = keys(&body(answer).await?)?;
    Ok(Fetched { keys, life })
}

async fn body(mut answer: Response) -> anyhow::Result<Vec<u8>> {
    let mut body = Vec::new();
    while let Some(chunk) = answer.chunk().await? {
        ensure!(
            body.len() + chunk.len() <= MOST_BYTES,
            "it answered with more than {MOST_BYTES} bytes"
        );
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

fn keys(body: &[u8]) -> anyhow::Result<Vec<Key>> {
    #[derive(Deserialize)]
    struct Set {
        keys: Vec<Value>,
    }
    let set: Set = serde_json::from_slice(body).context("it did not answer with a key set")?;
    ensure!(
        set.keys.len() <= MOST_KEYS,
        "it has more than {MOST_KEYS} keys"
    );
    let mut keys = Vec::with_capacity(set.keys.len());
    // One by one: an entry that we cannot read must not cost us those that we can.
    for entry in set.keys {
        let key = serde_json::from_value::<Jwk>(entry)
            .map_err(Into::into)
            .and_then(|jwk| public::from_jwk(&jwk));
        match key {
            Ok(key) => keys.push(key),
            Err(why) => tracing::debug!("a key of the set is left out: {why:#}"),
        }
    }
    Ok(keys)
}

fn life(answer: &Response) -> TimeDelta {
    let headers = answer.headers().get_all(CACHE_CONTROL);
    let words = headers
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(str::trim);
    let mut life = USUAL_LIFE;
    for word in words {
        let word = word.to_ascii_lowercase();
        if word == "no-store" || word == "no-cache" {
            return SHORTEST_LIFE;
        }
        if let Some(seconds) = word.strip_prefix("max-age=") {
            let seconds = seconds.trim_matches('"').parse().unwrap_or(0);
            life = TimeDelta::try_seconds(seconds).unwrap_or(LONGEST_LIFE);
        }
    }
    life.clamp(SHORTEST_LIFE, LONGEST_LIFE)
}
