//! How many points each caller may spend: a bucket that fills by itself, one per tenant and
//! subject. Each node keeps its own, so several nodes together give several times as much.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use chrono::{DateTime, Utc};
use moka::sync::Cache;

use crate::clock::Clock;

/// How many callers are remembered; one who is forgotten begins with a full bucket.
const CALLERS: u64 = 50_000;
/// After how long a caller who does not come is forgotten.
const FORGOTTEN: Duration = Duration::from_mins(10);

/// The buckets of all callers.
pub struct Buckets {
    clock: Clock,
    rate: u64,
    size: u64,
    callers: Cache<String, Arc<Mutex<Bucket>>>,
}

struct Bucket {
    /// In thousandths, so that a slow rate fills a bucket that is asked often.
    milli_points: u64,
    filled_at: DateTime<Utc>,
}

/// The caller has to wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spent {
    /// How many whole seconds.
    pub wait_seconds: u64,
    /// How many points are there now.
    pub remaining: u64,
}

impl Buckets {
    /// Buckets that regain `rate` points a second and hold `size`.
    pub fn new(rate: u64, size: u64, clock: Clock) -> Self {
        let callers = Cache::builder()
            .max_capacity(CALLERS)
            .time_to_idle(FORGOTTEN)
            .build();
        Self {
            clock,
            rate: rate.max(1),
            size,
            callers,
        }
    }

    /// The clock they fill by.
    pub(super) fn clock(&self) -> &Clock {
        &self.clock
    }

    /// How many points a caller regains in a second.
    pub fn rate(&self) -> u64 {
        self.rate
    }

    /// Spends points of a caller and says how many remain.
    pub fn spend(&self, tenant: &str, subject: &str, points: u64) -> Result<u64, Spent> {
        let now = self.clock.now();
        let full = self.size.saturating_mul(1000);
        let bucket = self.callers.get_with(format!("{tenant}\n{subject}"), || {
            Arc::new(Mutex::new(Bucket {
                milli_points: full,
                filled_at: now,
            }))
        });
        let mut bucket = bucket.lock().unwrap_or_else(PoisonError::into_inner);
        // A clock that was set back fills nothing, and loses nothing.
        let millis = u64::try_from((now - bucket.filled_at).num_milliseconds()).unwrap_or(0);
        bucket.milli_points = bucket
            .milli_points
            .saturating_add(millis.saturating_mul(self.rate))
            .min(full);
        if millis > 0 || now < bucket.filled_at {
            bucket.filled_at = now;
        }
        // What is dearer than the whole bucket passes when it is full, or it could never pass.
        let price = points.saturating_mul(1000).min(full);
        match bucket.milli_points.checked_sub(price) {
            Some(left) => {
                bucket.milli_points = left;
                Ok(left / 1000)
            }
            None => Err(Spent {
                wait_seconds: (price - bucket.milli_points)
                    .div_ceil(self.rate.saturating_mul(1000))
                    .max(1),
                remaining: bucket.milli_points / 1000,
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    #[test]
    fn a_caller_spends_waits_and_regains() {
        let clock = Clock::frozen(DateTime::from_timestamp(1_700_000_000, 0).unwrap());
        let buckets = Buckets::new(10, 100, clock.clone());

        assert_eq!(buckets.spend("acme", "sam", 90), Ok(10));
        assert_eq!(
            buckets.spend("acme", "sam", 35),
            Err(Spent {
                wait_seconds: 3,
                remaining: 10
            })
        );
        assert_eq!(buckets.spend("acme", "kim", 35), Ok(65));
        assert_eq!(buckets.spend("other", "sam", 35), Ok(65));
        clock.advance(TimeDelta::seconds(3));
        assert_eq!(buckets.spend("acme", "sam", 35), Ok(5));
        clock.advance(TimeDelta::seconds(-60));
        assert_eq!(buckets.spend("acme", "sam", 5), Ok(0));
        clock.advance(TimeDelta::seconds(3_600));
        assert_eq!(buckets.spend("acme", "sam", 5_000), Ok(0));
    }
}
