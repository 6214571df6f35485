//! What a request has under way in the database, and when nothing of it can go on by itself.
//!
//! Whoever wants to ask the database together with others of the same request waits for a
//! standstill: the moment at which every future of the request was polled and none has been woken
//! since. It follows from the document alone what is asked together, not from the order in which
//! the executor polls, nor from how fast the database answered.

use std::{
    future::poll_fn,
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU8, AtomicUsize, Ordering::SeqCst},
    },
    task::{Context, Poll, Wake, Waker},
};

use futures_util::task::AtomicWaker;
use tokio::{sync::Notify, task::unconstrained};

/// The traffic of one request.
#[derive(Debug, Default)]
pub struct Traffic {
    /// How many statements, and other work that will come to statements.
    under_way: AtomicUsize,
    /// Whether anybody tells of a standstill.
    is_directed: AtomicBool,
    /// Tells those who wait for a standstill.
    standstill: Notify,
    /// Tells those who wait until nothing is under way either.
    calm: Notify,
}

impl Traffic {
    /// Runs the work of a request, and tells at each standstill those who wait for one. They are
    /// polled until none can go on: whatever yields in between does so within the request only.
    pub async fn direct<T>(&self, work: impl Future<Output = T>) -> T {
        let mut work = pin!(unconstrained(work));
        let bell = Arc::new(Bell::default());
        let waker = Waker::from(Arc::clone(&bell));
        self.is_directed.store(true, SeqCst);
        let done = poll_fn(|outside| {
            bell.outside.register(outside.waker());
            loop {
                bell.begin();
                if let Poll::Ready(done) = work.as_mut().poll(&mut Context::from_waker(&waker)) {
                    return Poll::Ready(done);
                }
                if !bell.has_rung() {
                    self.standstill.notify_waiters();
                }
                if !bell.has_rung() && self.under_way.load(SeqCst) == 0 {
                    self.calm.notify_waiters();
                }
                if bell.sleep() {
                    return Poll::Pending;
                }
            }
        })
        .await;
        self.is_directed.store(false, SeqCst);
        done
    }

    /// Waits for a standstill. Without anybody who tells, everybody goes alone.
    pub(super) async fn standstill(&self) {
        if self.is_directed.load(SeqCst) {
            self.standstill.notified().await;
        }
    }

    /// Waits for a standstill at which nothing is under way, and begins.
    pub async fn depart(&self) -> UnderWay<'_> {
        if self.is_directed.load(SeqCst) {
            self.calm.notified().await;
        }
        self.begin()
    }

    /// Counts a piece of work for as long as the guard lives.
    pub(super) fn begin(&self) -> UnderWay<'_> {
        self.under_way.fetch_add(1, SeqCst);
        UnderWay(self)
    }
}

/// A piece of work under way.
#[derive(Debug)]
pub struct UnderWay<'a>(&'a Traffic);

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        self.0.under_way.fetch_sub(1, SeqCst);
    }
}

/// Wakes whoever polls the work of a request, unless they are at it: then they see that it has
/// rung.
#[derive(Debug, Default)]
struct Bell {
    state: AtomicU8,
    outside: AtomicWaker,
}

impl Bell {
    const ASLEEP: u8 = 0;
    const AT_IT: u8 = 1;
    const RUNG: u8 = 2;

    /// The work is polled from here on.
    fn begin(&self) {
        self.state.store(Self::AT_IT, SeqCst);
    }

    /// Whether the work was woken since.
    fn has_rung(&self) -> bool {
        self.state.load(SeqCst) == Self::RUNG
    }

    /// The work is left alone from here on, unless it was woken meanwhile.
    fn sleep(&self) -> bool {
        self.state
            .compare_exchange(Self::AT_IT, Self::ASLEEP, SeqCst, SeqCst)
            .is_ok()
    }
}

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        if self.state.swap(Self::RUNG, SeqCst) == Self::ASLEEP {
            self.outside.wake();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{cell::RefCell, time::Duration};

    use futures_util::{FutureExt, future::join_all};
    use tokio::{
        task::yield_now,
        time::{sleep, timeout},
    };

    use super::*;

    /// Lets the others of the task run, as often as it says.
    async fn take(steps: usize) {
        for _ in 0..steps {
            let mut yielded = false;
            poll_fn(|cx| {
                if std::mem::replace(&mut yielded, true) {
                    return Poll::Ready(());
                }
                cx.waker().wake_by_ref();
                Poll::Pending
            })
            .await;
        }
    }

    #[tokio::test]
    async fn a_level_begins_when_all_of_the_one_before_is_done() {
        // More than the executor polls at once, each of which takes a time of its own for its
        // statements, and on the way to them.
        let traffic = Traffic::default();
        let told = RefCell::new(Vec::new());
        let question = async |level: usize, steps: usize| {
            take(steps % 5).await;
            let _under_way = traffic.depart().await;
            told.borrow_mut().push(level);
            take(steps % 7).await;
            sleep(Duration::from_micros(u64::try_from(steps).unwrap())).await;
        };
        let askers = (0..100).map(async |number: usize| {
            for level in 0..3 {
                question(level, number * (level + 1)).await;
            }
        });

        traffic.direct(join_all(askers)).await;

        let told = told.into_inner();
        assert!(told.is_sorted(), "{told:?}");
        assert_eq!(told.len(), 300);
    }

    #[tokio::test]
    async fn a_standstill_is_told_though_something_is_under_way_and_calm_is_not() {
        let traffic = Traffic::default();
        let mut under_way = Some(traffic.begin());
        let mut work = Box::pin(traffic.direct(async {
            traffic.standstill().await;
            traffic.depart().await;
        }));

        assert!(work.as_mut().now_or_never().is_none());
        under_way.take();

        assert!(work.as_mut().now_or_never().is_some());
    }

    #[tokio::test]
    async fn who_hangs_up_holds_nobody_back() {
        let traffic = Traffic::default();
        let work = async {
            let none = timeout(Duration::from_millis(1), async {
                let _under_way = traffic.depart().await;
                std::future::pending::<()>().await;
            });
            assert!(none.await.is_err());
            drop(traffic.depart().await);
        };
        traffic.direct(work).await;
        assert_eq!(traffic.under_way.load(SeqCst), 0);
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn what_is_woken_from_elsewhere_goes_on() {
        for _ in 0..200 {
            let traffic = Traffic::default();
            let work = (0..40).map(async |number: u32| {
                let (send, receive) = tokio::sync::oneshot::channel();
                tokio::spawn(async move {
                    yield_now().await;
                    send.send(number).unwrap();
                });
                let told = receive.await.unwrap();
                drop(traffic.depart().await);
                told
            });
            let all = timeout(Duration::from_secs(30), traffic.direct(join_all(work)));
            assert_eq!(all.await.unwrap(), (0..40).collect::<Vec<_>>());
        }
    }

    #[tokio::test]
    async fn where_nobody_directs_nobody_waits() {
        let traffic = Traffic::default();
        assert!(traffic.standstill().now_or_never().is_some());
        assert!(traffic.depart().now_or_never().is_some());
    }
}
