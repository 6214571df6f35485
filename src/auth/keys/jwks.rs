//! The published keys of one issuer, kept and renewed.
//!
//! A token with an unknown key id makes us ask once; then there is silence for a while, or
//! anyone could make us flood the issuer. When the issuer does not answer, the last set holds for
//! a day. A key that is gone from a new set is gone at once.

use std::sync::{Arc, PoisonError, RwLock};

use anyhow::ensure;
use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::Algorithm;
use reqwest::Client;
use tokio::sync::{Mutex, OwnedMutexGuard};
use url::Url;

use super::{
    Key,
    fetch::{self, Fetched},
};
use crate::clock::Clock;

/// How long we wait before we ask again: for another unknown key, or after a failure.
const COOL_DOWN: TimeDelta = TimeDelta::seconds(15);
/// How long a set may be used when no new one can be had.
const LONGEST_USE: TimeDelta = TimeDelta::hours(24);

/// The keys that an issuer publishes.
pub(in crate::auth) struct Jwks {
    url: Url,
    client: Client,
    clock: Clock,
    set: RwLock<Arc<Set>>,
    /// Held while asking, so that one asks and the others wait for its answer.
    asking: Arc<Mutex<Asked>>,
}

/// A set as it was published.
struct Set {
    keys: Vec<Arc<Key>>,
    since: DateTime<Utc>,
    life: TimeDelta,
}

/// When we last asked in vain, or for the sake of an unknown key. Apart from the fetches in
/// their turn: a rotation right after one of those must be seen at once.
#[derive(Default)]
struct Asked {
    for_unknown: Option<DateTime<Utc>>,
    in_vain: Option<DateTime<Utc>>,
}

impl Jwks {
    /// Fetches the set for the first time; without one there is nothing to begin with.
    pub(super) async fn fetched(url: Url, clock: Clock) -> anyhow::Result<Self> {
        let client = fetch::client(&url)?;
        let fetched = fetch::fetch(&client, &url).await?;
        ensure!(
            !fetched.keys.is_empty(),
            "it holds no key that proves tokens"
        );
        let set = Set::new(fetched, clock.now());
        Ok(Self {
            url,
            client,
            clock,
            set: RwLock::new(Arc::new(set)),
            asking: Arc::default(),
        })
    }

    /// The key for a token with this header.
    pub(super) async fn find(
        self: &Arc<Self>,
        id: Option<&str>,
        algorithm: Algorithm,
    ) -> Option<Arc<Key>> {
        let now = self.clock.now();
        let mut set = self.current();
        if set.is_stale(now) {
            // While the set may still be used, one request renews it and the others go on.
            let asked = if set.is_usable(now) {
                Arc::clone(&self.asking).try_lock_owned().ok()
            } else {
                Some(Arc::clone(&self.asking).lock_owned().await)
            };
            if let Some(asked) = asked {
                self.renew(asked, &set).await;
            }
            set = self.current();
        }
        if !set.is_usable(now) {
            return None;
        }
        if !set.knows(id) {
            self.look_for_unknown(&set).await;
            set = self.current();
        }
        set.key(id, algorithm)
    }

    /// Asks for a new set in place of one that is stale.
    async fn renew(self: &Arc<Self>, asked: OwnedMutexGuard<Asked>, stale: &Arc<Set>) {
        let was_renewed = !Arc::ptr_eq(stale, &self.current());
        if !was_renewed && !is_recent(asked.in_vain, self.clock.now()) {
            self.ask(asked).await;
        }
    }

    /// Asks whether there is a new set that holds a key which the one seen does not.
    async fn look_for_unknown(self: &Arc<Self>, seen: &Arc<Set>) {
        let mut asked = Arc::clone(&self.asking).lock_owned().await;
        let was_renewed = !Arc::ptr_eq(seen, &self.current());
        if !was_renewed && !is_recent(asked.for_unknown, self.clock.now()) {
            // Noted whatever comes of it: a failure must not open the way for the next one.
            asked.for_unknown = Some(self.clock.now());
            self.ask(asked).await;
        }
    }

    /// Asks to the end, in a task of its own: else those who send unknown key ids and hang up
    /// could keep us from ever learning of a new key.
    async fn ask(self: &Arc<Self>, mut asked: OwnedMutexGuard<Asked>) {
        let jwks = Arc::clone(self);
        let asking = tokio::spawn(async move {
            asked.in_vain = match fetch::fetch(&jwks.client, &jwks.url).await {
                Ok(fetched) => {
                    jwks.replace(fetched);
                    None
                }
                Err(why) => {
                    jwks.tell_failure(&why);
                    Some(jwks.clock.now())
                }
            };
        });
        if let Err(why) = asking.await {
            tracing::error!("asking for the key set broke off: {why}");
        }
    }

    fn replace(&self, fetched: Fetched) {
        let set = Arc::new(Set::new(fetched, self.clock.now()));
        tracing::debug!(keys = set.keys.len(), "the key set was renewed");
        *self.set.write().unwrap_or_else(PoisonError::into_inner) = set;
    }

    fn tell_failure(&self, why: &anyhow::Error) {
        let age = self.clock.now() - self.current().since;
        tracing::warn!(
            age_seconds = age.num_seconds(),
            "the key set {} cannot be renewed: {why:#}",
            self.url
        );
    }

    fn current(&self) -> Arc<Set> {
        let set = self.set.read().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(&set)
    }
}

impl Set {
    fn new(fetched: Fetched, now: DateTime<Utc>) -> Self {
        Self {
            keys: fetched.keys.into_iter().map(Arc::new).collect(),
            since: now,
            life: fetched.life,
        }
    }

    fn is_stale(&self, now: DateTime<Utc>) -> bool {
        !is_within(self.since, self.life, now)
    }

    fn is_usable(&self, now: DateTime<Utc>) -> bool {
        // A clock that was set back tells nothing of the set's age; `is_stale` has it renewed.
        now < self.since || now < self.since + LONGEST_USE
    }

    fn knows(&self, id: Option<&str>) -> bool {
        id.is_none() || self.keys.iter().any(|key| key.id.as_deref() == id)
    }

    /// The key of that name; a token that names none is proved by the only one that could.
    fn key(&self, id: Option<&str>, algorithm: Algorithm) -> Option<Arc<Key>> {
        let mut fitting = self.keys.iter().filter(|key| {
            key.algorithms.contains(&algorithm) && (id.is_none() || key.id.as_deref() == id)
        });
        let key = fitting.next();
        if id.is_none() && fitting.next().is_some() {
            return None;
        }
        key.cloned()
    }
}

fn is_recent(moment: Option<DateTime<Utc>>, now: DateTime<Utc>) -> bool {
    moment.is_some_and(|moment| is_within(moment, COOL_DOWN, now))
}

/// Whether `now` lies within the span. A clock that was set back lies outside every span: else
/// an hour's correction would stop us from asking for an hour.
fn is_within(start: DateTime<Utc>, span: TimeDelta, now: DateTime<Utc>) -> bool {
    start <= now && now < start + span
}
