//! How silence looks outside.

use async_graphql::SimpleObject;
use entity::enums::HangingReason;

use crate::{
    graphql::scalars::DateTime,
    store::silence::{Hanging, HangingTotals},
};

/// That a person has been left hanging.
#[derive(Clone, Debug, SimpleObject)]
pub(crate) struct LeftHanging {
    /// Why: at least one reason, the promise first, then the reply, then the news.
    reasons: Vec<LeftHangingReason>,
}

/// One reason why a person counts as left hanging.
#[derive(Clone, Debug, SimpleObject)]
pub(crate) struct LeftHangingReason {
    /// The kind of reason.
    kind: HangingReason,
    /// Since when: the first message that we did not answer, the time at which the promise fell
    /// due, or the first news that nobody passed on.
    since: DateTime,
    /// One sentence that says what it is about, with the figures, in English.
    detail: String,
}

impl From<&[Hanging]> for LeftHanging {
    fn from(reasons: &[Hanging]) -> Self {
        let reason = |reason: &Hanging| LeftHangingReason {
            kind: reason.kind,
            since: reason.since.into(),
            detail: reason.detail.clone(),
        };
        Self {
            reasons: reasons.iter().map(reason).collect(),
        }
    }
}

/// How many people have been left hanging.
#[derive(Clone, Debug, SimpleObject)]
pub(crate) struct LeftHangingTotals {
    /// All of them; somebody with several reasons counts once.
    people: i64,
    /// How many for each reason; every reason is listed.
    reasons: Vec<LeftHangingTotal>,
}

/// How many people have been left hanging for one reason.
#[derive(Clone, Debug, SimpleObject)]
pub(crate) struct LeftHangingTotal {
    /// The kind of reason.
    kind: HangingReason,
    /// How many people.
    people: i64,
}

impl From<HangingTotals> for LeftHangingTotals {
    fn from(totals: HangingTotals) -> Self {
        let number = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
        let reasons = totals.reasons.into_iter();
        Self {
            people: number(totals.people),
            reasons: reasons
                .map(|(kind, people)| LeftHangingTotal {
                    kind,
                    people: number(people),
                })
                .collect(),
        }
    }
}
