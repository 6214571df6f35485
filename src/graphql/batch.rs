//! Gathers what sibling fields ask for into one statement.
//!
//! A field's future says what it wants when it is first polled, and yields. By the time it is polled
//! again, its siblings have spoken too, because they live in the same task; the first to come back
//! and find that nobody has spoken since runs the statement for all. (Of long lists the executor
//! polls a few at a time, so that once round is not enough.) No timer, no task of its own, nothing
//! shared between requests: how many statements a request costs depends on its document only.

use std::{
    collections::{HashMap, HashSet},
    future::{Future, poll_fn},
    hash::Hash,
    mem,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::Poll,
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

    /// How many keys wait to be looked for: none once the statement is on its way.
    fn wanted(&self) -> usize {
        let keys = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
        keys.len()
    }
}

impl<K, V> Batch<K, V>
where
    K: Clone + Eq + Hash + Send + Sync,
    V: Clone + Send + Sync,
{
    /// A batch that reads from `store` with `load`.
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
        let answer = self.answer(&round).await;
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

    async fn answer<'a>(&self, round: &'a Arc<Round<K, V>>) -> &'a Answer<K, V> {
        let mut wanted = round.wanted();
        loop {
            yield_once().await;
            let wanted_by_now = round.wanted();
            if wanted_by_now <= wanted {
                break;
            }
            wanted = wanted_by_now;
        }
        round
            .answer
            .get_or_init(|| async {
                let keys = self.close(round);
                (self.load)(Arc::clone(&self.store), keys)
                    .await
                    .map_err(Arc::new)
            })
            .await
    }

    /// Ends the gathering of a round: whoever comes later joins the next one.
    fn close(&self, round: &Arc<Round<K, V>>) -> Vec<K> {
        let mut gathering = self
            .gathering
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        gathering.take_if(|gathering| Arc::ptr_eq(gathering, round));
        let mut keys = round.keys.lock().unwrap_or_else(PoisonError::into_inner);
        mem::take(&mut *keys).into_iter().collect()
    }
}

/// Lets every other future of this task run once.
async fn yield_once() {
    let mut yielded = false;
    poll_fn(|cx| {
        if mem::replace(&mut yielded, true) {
            return Poll::Ready(());
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}
