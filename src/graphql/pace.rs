//! When the loaders of a request ask the database: level by level.
//!
//! What the fields of one level want is gathered until nobody has more to ask and nothing is under
//! way; then all that was gathered goes together. Which questions meet in one statement follows from
//! the document alone, not from how fast the database answered the ones before.

use std::{
    future::poll_fn,
    mem,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    task::Poll,
};

use crate::store::Traffic;

/// The pace of one request.
#[derive(Debug)]
pub(crate) struct Pace {
    traffic: Arc<Traffic>,
    /// How often anything was asked for.
    asked: AtomicUsize,
    /// How often those who waited were let go.
    departures: AtomicUsize,
    /// How many wait to be let go.
    waiting: AtomicUsize,
}

impl Pace {
    pub(crate) fn new(traffic: Arc<Traffic>) -> Self {
        Self {
            traffic,
            asked: AtomicUsize::new(0),
            departures: AtomicUsize::new(0),
            waiting: AtomicUsize::new(0),
        }
    }

    /// Tells that something was asked for, so that those who wait hear out whoever comes with it.
    pub(crate) fn ask(&self) {
        self.asked.fetch_add(1, Ordering::Relaxed);
    }

    /// Waits until the questions of this level may go. They are under way until the guard is gone.
    pub(crate) async fn depart(&self) -> Departure<'_> {
        let place = Departure::queue(self);
        while !place.is_let_go() {
            self.traffic.calm().await;
            let asked = self.asked.load(Ordering::Relaxed);
            yield_once().await;
            let is_quiet = self.asked.load(Ordering::Relaxed) == asked;
            if is_quiet && self.traffic.is_calm() && !place.is_let_go() {
                self.let_all_go();
            }
        }
        place
    }

    fn let_all_go(&self) {
        self.traffic.enter(self.waiting.swap(0, Ordering::Relaxed));
        self.departures.fetch_add(1, Ordering::Relaxed);
    }
}

/// A question's place among those that wait, then among those under way.
#[derive(Debug)]
pub(crate) struct Departure<'a> {
    pace: &'a Pace,
    queued_at: usize,
}

impl<'a> Departure<'a> {
    fn queue(pace: &'a Pace) -> Self {
        pace.waiting.fetch_add(1, Ordering::Relaxed);
        Self {
            pace,
            queued_at: pace.departures.load(Ordering::Relaxed),
        }
    }

    fn is_let_go(&self) -> bool {
        self.pace.departures.load(Ordering::Relaxed) != self.queued_at
    }
}

impl Drop for Departure<'_> {
    fn drop(&mut self) {
        if self.is_let_go() {
            self.pace.traffic.leave();
        } else {
            self.pace.waiting.fetch_sub(1, Ordering::Relaxed);
        }
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
