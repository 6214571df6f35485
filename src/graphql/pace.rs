//! When the loaders of a request ask the database: level by level.
//!
//! What the fields of one level want is gathered until nobody has more to ask and nothing is under
//! way; then all that was gathered goes together. Which questions meet in one statement follows from
//! the document alone, not from how fast the database answered the ones before.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use crate::store::{Traffic, yield_once};

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
            if place.is_let_go() {
                break;
            }
            let asked = self.asked.load(Ordering::Relaxed);
            yield_once().await;
            let is_quiet = self.asked.load(Ordering::Relaxed) == asked;
            // It is not calm if another let this one go.
            if is_quiet && self.traffic.is_calm() {
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

#[cfg(test)]
mod tests {
    use std::{
        cell::RefCell,
        future::poll_fn,
        pin::{Pin, pin},
        task::Poll,
    };

    use futures_util::future::join;

    use super::*;

    /// Whether the future is done when it is polled once.
    async fn is_done(future: Pin<&mut impl Future>) -> bool {
        let mut future = future;
        poll_fn(|cx| Poll::Ready(future.as_mut().poll(cx).is_ready())).await
    }

    async fn take(steps: usize) {
        for _ in 0..steps {
            yield_once().await;
        }
    }

    #[tokio::test]
    async fn a_level_begins_when_all_of_the_one_before_is_done() {
        for (quick, slow) in [(1, 20), (20, 1)] {
            let pace = Pace::new(Arc::default());
            let told = RefCell::new(Vec::new());
            let question = async |name: &'static str, steps| {
                pace.ask();
                let under_way = pace.depart().await;
                told.borrow_mut().push(name);
                take(steps).await;
                drop(under_way);
            };
            let one = async {
                question("first level", quick).await;
                question("second level", quick).await;
            };
            let other = async {
                take(3).await;
                question("first level", slow).await;
                question("second level", slow).await;
            };

            // Whoever is still on the way to their first question is heard out.
            let asks_on = async {
                for _ in 0..5 {
                    pace.ask();
                    yield_once().await;
                }
            };
            join(join(one, other), asks_on).await;

            let levels = ["first level", "first level", "second level", "second level"];
            assert_eq!(told.into_inner(), levels);
        }
    }

    #[tokio::test]
    async fn who_hangs_up_holds_nobody_back() {
        let pace = Pace::new(Arc::default());
        {
            let mut waiting = pin!(pace.depart());
            assert!(!is_done(waiting.as_mut()).await);
        }

        let first = pace.depart().await;
        drop(first);
        drop(pace.depart().await);

        assert!(pace.traffic.is_calm());
    }

    #[tokio::test]
    async fn who_is_polled_after_all_were_let_go_goes_too() {
        let pace = Pace::new(Arc::default());
        pace.traffic.enter(1);
        let (mut one, mut other) = (pin!(pace.depart()), pin!(pace.depart()));
        assert!(!is_done(one.as_mut()).await && !is_done(other.as_mut()).await);
        pace.traffic.leave();

        while !is_done(one.as_mut()).await {}

        assert!(is_done(other.as_mut()).await);
    }
}
