//! Gathers what sibling fields ask for into one statement.
//!
//! A field puts its key in when it is first polled, and waits with its siblings for one answer. The
//! first to ask runs the statement for all, when everybody of this level has spoken: at a standstill
//! of the request's traffic. No timer, no task of its own, nothing shared between requests.

use std::{
    collections::{HashMap, HashSet},
    future::Future,
    hash::Hash,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
};

use tokio::sync::OnceCell;

use crate::{
    error::{Error, Result},
    store::Store,
};

/// An answer in the making.
pub(crate) type Loading<T> = Pin<Box<dyn Future<Output = T> + Send>>;

type Load<K, V> = Box<dyn Fn(Arc<Store>, Vec<K>) -> Loading<Result<HashMap<K, V>>> + Send + Sync>;
type Answer<K, V> = std::result::Result<HashMap<K, V>, Arc<Error>>;

/// Loads values by key, those asked for together in one go.
pub(crate) struct Batch<K, V> {
    store: Arc<Store>,
    load: Load<K, V>,
    /// None until something is asked for: a request has many batches and needs few.
    gathering: Mutex<Option<Arc<Round<K, V>>>>,
}

struct Round<K, V> {
    keys: Mutex<HashSet<K>>,
    answer: OnceCell<Answer<K, V>>,
}

impl<K, V> Round<K, V> {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            keys: Mutex::new(HashSet::new()),
            answer: OnceCell::new(),
        })
    }
}

impl<K, V> Batch<K, V>
where
    K: Clone + Eq + Hash + Send + Sync,
    V: Clone + Send + Sync,
{
    /// A batch that reads from a store with `load`.
    pub(crate) fn new<F, Fut>(store: &Arc<Store>, load: F) -> Self
    where
        F: Fn(Arc<Store>, Vec<K>) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<HashMap<K, V>>> + Send + 'static,
    {
        let load: Load<K, V> = Box::new(move |store, keys| Box::pin(load(store, keys)));
        Self {
            store: Arc::clone(store),
            load,
            gathering: Mutex::default(),
        }
    }

    /// The value of `key`, if there is one.
    pub(crate) async fn get(&self, key: K) -> std::result::Result<Option<V>, Arc<Error>> {
        let round = self.join(key.clone());
        // In a box: whoever asks is a field, whose future is to be small.
        let answer = Box::pin(self.answer(&round)).await;
        answer
            .as_ref()
            .map(|values| values.get(&key).cloned())
            .map_err(Arc::clone)
    }

    fn join(&self, key: K) -> Arc<Round<K, V>> {
        let mut gathering = self
            .gathering
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let round = gathering.get_or_insert_with(Round::new);
        round
            .keys
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(key);
        Arc::clone(round)
    }

    /// The answer to a round. Whoever asks first sees to it; should they hang up, the next does.
    async fn answer<'a>(&self, round: &'a Arc<Round<K, V>>) -> &'a Answer<K, V> {
        round
            .answer
            .get_or_init(|| async {
                let _under_way = self.store.traffic().depart().await;
                let keys = self.close(round);
                (self.load)(Arc::clone(&self.store), keys)
                    .await
                    .map_err(Arc::new)
            })
            .await
    }

    /// Ends the gathering of a round: whoever comes later joins the next one. The keys stay with the
    /// round, for the next to ask should this one hang up.
    fn close(&self, round: &Arc<Round<K, V>>) -> Vec<K> {
        let mut gathering = self
            .gathering
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        gathering.take_if(|gathering| Arc::ptr_eq(gathering, round));
        let keys = round.keys.lock().unwrap_or_else(PoisonError::into_inner);
        keys.iter().cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use std::{
        sync::atomic::{AtomicU32, Ordering},
        time::Duration,
    };

    use futures_util::future::{self, Either};
    use tokio::sync::Notify;
    use uuid::Uuid;

    use super::*;
    use crate::{
        auth::viewer::{Scopes, Viewer},
        clock::Clock,
        store::{Database, DatabaseOptions},
    };

    /// A store that nothing is read from.
    async fn store() -> Arc<Store> {
        let options = DatabaseOptions {
            url: "sqlite::memory:".to_owned(),
            connections: 1,
            acquire_timeout: Duration::from_secs(1),
            statement_timeout: Duration::from_secs(1),
            open_to_new_tenants: true,
        };
        let database = Database::connect(&options, Clock::system()).await.unwrap();
        let viewer = Viewer {
            tenant_id: Uuid::nil(),
            recruiter_id: Uuid::nil(),
            email: None,
            scopes: Scopes::default(),
        };
        Arc::new(Store::new(database, viewer))
    }

    #[tokio::test]
    async fn who_asked_first_may_hang_up_in_the_middle() {
        let store = store().await;
        let (begun, loads) = (Arc::new(Notify::new()), Arc::new(AtomicU32::new(0)));
        let batch = Batch::new(&store, {
            let (begun, loads) = (Arc::clone(&begun), Arc::clone(&loads));
            move |_, keys: Vec<u32>| {
                let (begun, is_first) = (
                    Arc::clone(&begun),
                    loads.fetch_add(1, Ordering::SeqCst) == 0,
                );
                async move {
                    if is_first {
                        begun.notify_one();
                        future::pending::<()>().await;
                    }
                    Ok(keys.into_iter().map(|key| (key, key * 10)).collect())
                }
            }
        });

        let work = async {
            let (first, mut second) = (Box::pin(batch.get(1)), Box::pin(batch.get(2)));
            let both = future::select(first, &mut second);
            let Either::Left(((), both)) = future::select(Box::pin(begun.notified()), both).await
            else {
                panic!("nobody was to be answered");
            };
            drop(both);
            second.await
        };
        let answer = store.traffic().direct(work).await;

        assert_eq!(answer.unwrap(), Some(20));
        assert_eq!(loads.load(Ordering::SeqCst), 2);
    }
}
