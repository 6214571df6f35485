//! How response times look outside.

use async_graphql::SimpleObject;
use entity::{enums::Turn, reply_wait};

use crate::{graphql::scalars::DateTime, rules::reply_wait::median};

/// How fast we answered a person, and they us. A wait begins with the first message after the other
/// side's last word and ends with the answer; a conversation answers both sides. Private, automated
/// and failed messages neither begin nor end one.
#[derive(Clone, Debug, SimpleObject)]
pub(crate) struct ResponseTimes {
    /// How long they waited for us.
    ours: ResponseTime,
    /// How long we waited for them.
    theirs: ResponseTime,
}

/// How fast one side answered the other.
#[derive(Clone, Debug, SimpleObject)]
pub(crate) struct ResponseTime {
    /// How many waits were answered.
    answered: i32,
    /// Since when an answer has been awaited. Null when none is.
    open_since: Option<DateTime>,
    /// The middle one of the answered waits, in seconds; of an even number the mean of the two in
    /// the middle. Null when none was answered.
    median_seconds: Option<i32>,
    /// The same, counting only the tenant's working hours.
    median_working_seconds: Option<i32>,
    /// The latest answered wait, in seconds. Null when none was answered.
    latest_seconds: Option<i32>,
    /// The same, counting only the tenant's working hours.
    latest_working_seconds: Option<i32>,
}

impl ResponseTimes {
    /// Of all waits with one person, the earliest first.
    pub(crate) fn of(waits: &[reply_wait::Model]) -> Self {
        let of = |turn| {
            let waits: Vec<_> = waits.iter().filter(|wait| wait.turn == turn).collect();
            ResponseTime::of(&waits)
        };
        Self {
            ours: of(Turn::Ours),
            theirs: of(Turn::Theirs),
        }
    }
}

impl ResponseTime {
    fn of(waits: &[&reply_wait::Model]) -> Self {
        let seconds = |seconds: i64| i32::try_from(seconds).unwrap_or(i32::MAX);
        let elapsed: Vec<_> = waits.iter().filter_map(|w| w.elapsed_seconds).collect();
        let working: Vec<_> = waits.iter().filter_map(|w| w.working_seconds).collect();
        let open = waits.iter().find(|wait| wait.closed_at.is_none());
        Self {
            answered: i32::try_from(elapsed.len()).unwrap_or(i32::MAX),
            open_since: open.map(|wait| wait.opened_at.into()),
            latest_seconds: elapsed.last().copied().map(seconds),
            latest_working_seconds: working.last().copied().map(seconds),
            median_seconds: median(elapsed).map(seconds),
            median_working_seconds: median(working).map(seconds),
        }
    }
}
