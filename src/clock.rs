//! The only place that asks what time it is.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};

/// Tells the time, to the microsecond: that is as fine as PostgreSQL keeps it, and a time that
/// was written must equal the one that is read.
#[derive(Clone, Debug, Default)]
pub struct Clock {
    /// Set on a clock that stands still until it is moved: microseconds since 1970.
    frozen: Option<Arc<AtomicI64>>,
}

impl Clock {
    /// The machine's clock.
    pub fn system() -> Self {
        Self::default()
    }

    /// A clock that shows `now` until it is moved; copies of it move with it.
    pub fn frozen(now: DateTime<Utc>) -> Self {
        Self {
            frozen: Some(Arc::new(AtomicI64::new(now.timestamp_micros()))),
        }
    }

    /// The time.
    #[expect(clippy::disallowed_methods, reason = "this is the one place")]
    pub fn now(&self) -> DateTime<Utc> {
        self.frozen.as_ref().map_or_else(
            || Utc::now().trunc_subsecs(6),
            |micros| {
                DateTime::from_timestamp_micros(micros.load(Ordering::SeqCst)).unwrap_or_default()
            },
        )
    }

    /// Moves a frozen clock; the machine's clock is not ours to move.
    pub fn advance(&self, by: TimeDelta) {
        if let Some(micros) = &self.frozen {
            micros.fetch_add(by.num_microseconds().unwrap_or_default(), Ordering::SeqCst);
        }
    }
}
