//! How a suggestion to meet somebody again looks outside.

use async_graphql::{Enum, SimpleObject};
use uuid::Uuid;

use crate::{
    graphql::scalars::DateTime,
    rules::reconnect::{Part, PartKind},
    store::reconnect::Suggestion,
};

/// What a part of a suggestion's score is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "PartKind")]
pub(crate) enum ReconnectPartKind {
    /// How much was spoken: with `d` = 3 for each touch in person (meeting, meal, event,
    /// interview) + 2 by video + 1 by voice, 50 × d / (d + 10) points.
    Depth,
    /// Whom they brought us: with `r` = 1 for each referral they made + 2 for each that led to a
    /// hire, 30 × r / (r + 3) points.
    Referrals,
    /// How long ago they were last touched: 20 × days / 365 points, 20 at most.
    TimeSince,
}

/// One part of a suggestion's score.
#[derive(Clone, Debug, SimpleObject)]
pub(crate) struct ReconnectPart {
    /// What it is for.
    kind: ReconnectPartKind,
    /// The points it has, rounded down.
    points: i64,
    /// The most it could have.
    maximum: i64,
    /// Why, with the figures.
    reason: String,
}

impl From<Part> for ReconnectPart {
    fn from(part: Part) -> Self {
        Self {
            kind: part.kind.into(),
            points: part.points,
            maximum: part.maximum,
            reason: part.reason,
        }
    }
}

/// Somebody worth meeting again.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(complex)]
pub(crate) struct ReconnectSuggestion {
    #[graphql(skip)]
    pub(crate) row: Uuid,
    /// From 0 to 100: the sum of its parts.
    score: i64,
    /// How the score came about: depth, referrals, time since.
    parts: Vec<ReconnectPart>,
    /// Why, in a sentence.
    reason: String,
    /// When the team last touched them.
    last_touch_at: DateTime,
}

impl From<Suggestion> for ReconnectSuggestion {
    fn from(found: Suggestion) -> Self {
        let parts = found.past.parts();
        let reasons: Vec<_> = parts.iter().map(|part| part.reason.as_str()).collect();
        Self {
            row: found.person,
            score: parts.iter().map(|part| part.points).sum(),
            reason: reasons.join("; "),
            parts: parts.into_iter().map(ReconnectPart::from).collect(),
            last_touch_at: found.last_touch_at.into(),
        }
    }
}
