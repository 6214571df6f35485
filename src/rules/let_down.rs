//! Who was let down: what we owe a person past its time, and promises that were broken.

use chrono::{DateTime, TimeDelta, Utc};
use entity::enums::PromiseState;
use uuid::Uuid;

/// What somebody may expect of us, as the tenant chose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// How soon a person should have our answer.
    pub reply_target: TimeDelta,
    /// How soon news must have been passed on.
    pub silence_limit: TimeDelta,
}

/// Why somebody counts as let down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum LetDownKind {
    /// A promise to them was broken, and we said so.
    PromiseBroken,
    /// A promise to them is past its due time, and still open.
    PromiseOverdue,
    /// They have waited for our answer for longer than the reply target.
    ReplyLate,
    /// News of theirs is older than the silence limit, and nobody has passed it on.
    OutcomeNotShared,
}

/// One reason why somebody counts as let down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LetDown {
    /// The kind.
    pub kind: LetDownKind,
    /// Since when.
    pub since: DateTime<Utc>,
    /// The promise, if it is about one.
    pub promise: Option<Uuid>,
}

/// What became of a promise, as far as it matters here.
#[derive(Clone, Copy, Debug)]
pub struct Promised {
    /// The promise.
    pub id: Uuid,
    /// The state.
    pub state: PromiseState,
    /// When it falls due.
    pub due_at: DateTime<Utc>,
    /// When it was closed.
    pub closed_at: Option<DateTime<Utc>>,
}

impl Promised {
    /// How it lets the person down, if it does.
    pub fn let_down(&self, now: DateTime<Utc>) -> Option<LetDown> {
        let (kind, since) = match self.state {
            PromiseState::Broken => (
                LetDownKind::PromiseBroken,
                self.closed_at.unwrap_or(self.due_at),
            ),
            PromiseState::Open if self.due_at < now => (LetDownKind::PromiseOverdue, self.due_at),
            _ => return None,
        };
        Some(LetDown {
            kind,
            since,
            promise: Some(self.id),
        })
    }
}

/// How the clocks of a person say that they were let down.
pub fn by_clocks(
    awaiting_reply_since: Option<DateTime<Utc>>,
    news_owed_since: Option<DateTime<Utc>>,
    limits: Limits,
    now: DateTime<Utc>,
) -> Vec<LetDown> {
    let clocks = [
        (
            LetDownKind::ReplyLate,
            awaiting_reply_since,
            limits.reply_target,
        ),
        (
            LetDownKind::OutcomeNotShared,
            news_owed_since,
            limits.silence_limit,
        ),
    ];
    clocks
        .into_iter()
        .filter_map(|(kind, since, limit)| {
            let since = since.filter(|since| now - *since > limit)?;
            Some(LetDown {
                kind,
                since,
                promise: None,
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hour(hour: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::hours(hour)
    }

    fn promised(state: PromiseState, due: i64, closed: Option<i64>) -> Promised {
        Promised {
            id: Uuid::nil(),
            state,
            due_at: hour(due),
            closed_at: closed.map(hour),
        }
    }

    #[test]
    fn a_promise_lets_down_when_it_is_broken_or_overdue() {
        let now = hour(100);
        for (promise, expected) in [
            (
                promised(PromiseState::Broken, 120, Some(90)),
                Some((LetDownKind::PromiseBroken, 90)),
            ),
            (
                promised(PromiseState::Open, 99, None),
                Some((LetDownKind::PromiseOverdue, 99)),
            ),
            (promised(PromiseState::Open, 100, None), None),
            (promised(PromiseState::Kept, 50, Some(40)), None),
            (promised(PromiseState::KeptLate, 50, Some(60)), None),
            (promised(PromiseState::Withdrawn, 50, Some(60)), None),
        ] {
            let found = promise.let_down(now).map(|found| (found.kind, found.since));
            let expected = expected.map(|(kind, since)| (kind, hour(since)));
            assert_eq!(found, expected, "{promise:?}");
        }
    }

    #[test]
    fn a_clock_lets_down_once_it_has_run_for_longer_than_its_limit() {
        let kinds = |reply: Option<i64>, news: Option<i64>, now: i64| {
            let found = by_clocks(
                reply.map(hour),
                news.map(hour),
                Limits {
                    reply_target: TimeDelta::hours(48),
                    silence_limit: TimeDelta::days(7),
                },
                hour(now),
            );
            found.iter().map(|found| found.kind).collect::<Vec<_>>()
        };

        assert_eq!(kinds(Some(0), None, 48), []);
        assert_eq!(kinds(Some(0), None, 49), [LetDownKind::ReplyLate]);
        assert_eq!(kinds(None, Some(0), 168), []);
        assert_eq!(kinds(None, Some(0), 169), [LetDownKind::OutcomeNotShared]);
        assert_eq!(kinds(Some(0), Some(0), 169).len(), 2);
        assert_eq!(kinds(None, None, 1_000), []);
    }
}
