//! What a request has under way in the database.

use std::{
    future::poll_fn,
    mem,
    sync::atomic::{AtomicUsize, Ordering},
    task::Poll,
};

use tokio::sync::Notify;

/// How many statements, and other work that will come to statements, a request has under way.
#[derive(Debug, Default)]
pub struct Traffic {
    under_way: AtomicUsize,
    calmed: Notify,
}

impl Traffic {
    /// Counts so much work more, each piece of which must [`Traffic::leave`].
    pub fn enter(&self, pieces: usize) {
        self.under_way.fetch_add(pieces, Ordering::Relaxed);
    }

    /// One piece of work is done.
    pub fn leave(&self) {
        if self.under_way.fetch_sub(1, Ordering::Relaxed) == 1 {
            self.calmed.notify_waiters();
        }
    }

    /// Whether nothing is under way.
    pub fn is_calm(&self) -> bool {
        self.under_way.load(Ordering::Relaxed) == 0
    }

    /// Waits for a moment at which nothing is under way. It may be over when the caller comes to it.
    pub async fn calm(&self) {
        let calmed = self.calmed.notified();
        tokio::pin!(calmed);
        // From here on no notice is missed.
        calmed.as_mut().enable();
        if !self.is_calm() {
            calmed.await;
        }
    }

    /// Counts a statement for as long as the guard lives.
    pub(super) fn statement(&self) -> Statement<'_> {
        self.enter(1);
        Statement(self)
    }
}

/// A statement under way.
pub(super) struct Statement<'a>(&'a Traffic);

impl Drop for Statement<'_> {
    fn drop(&mut self) {
        self.0.leave();
    }
}

/// Lets every other future of this task run once.
pub async fn yield_once() {
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

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use tokio::task::yield_now;

    use super::Traffic;

    #[tokio::test]
    async fn it_is_calm_when_all_is_done() {
        let traffic = Arc::new(Traffic::default());
        assert!(traffic.is_calm());
        traffic.enter(1);
        let statement = traffic.statement();
        let waiting = tokio::spawn({
            let traffic = Arc::clone(&traffic);
            async move { traffic.calm().await }
        });

        yield_now().await;
        drop(statement);
        yield_now().await;
        assert!(!waiting.is_finished() && !traffic.is_calm());
        traffic.leave();

        waiting.await.unwrap();
    }
}
