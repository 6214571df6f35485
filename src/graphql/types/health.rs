//! How the health of a relationship looks outside.

use async_graphql::{Enum, SimpleObject};

use crate::rules::health as rules;

/// How well the relationship with a person fares, with its reasons. The score is the sum of the
/// points of all components that have data, divided by the sum of their maximums, in percent.
#[derive(Clone, Debug, SimpleObject)]
pub(crate) struct Health {
    /// From 0 to 100.
    score: u32,
    /// The same in words.
    band: HealthBand,
    /// What it is made of, and why: those components that have data, in the order of
    /// `HealthComponentKind`; at least one.
    components: Vec<HealthComponent>,
}

/// In words, how a relationship fares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "rules::Band")]
pub(crate) enum HealthBand {
    /// A score of 70 or more.
    Strong,
    /// A score from 45 to 69.
    Warm,
    /// A score from 20 to 44.
    Cooling,
    /// A score below 20.
    Cold,
}

/// What the health of a relationship is made of. Private interactions do not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "rules::Kind")]
pub(crate) enum HealthComponentKind {
    /// How long ago the last touch was, by either side: all of 35 points until the cadence has
    /// passed, then evenly less, to none at three cadences. The cadence is the person's own, else
    /// that of the settings, else 30 days. No data for somebody never touched.
    Recency,
    /// Whether both sides speak: of 15 points the share that is the number of touches by the side
    /// that spoke less, divided by that of the other, in the last 365 days; a conversation counts for
    /// both. No data without a touch in that time.
    Reciprocity,
    /// How long they wait for our answers: all of 15 points when the median wait of the last 365
    /// days is within the reply target of the settings, then evenly less, to none at four times the
    /// target. A message that has waited for longer than the target counts as if it were answered
    /// now. No data when nothing waited.
    ResponseTime,
    /// Whether we keep our promises to them: of 20 points the share of promises kept in time among
    /// those that have fallen due (kept, kept late, broken, overdue). No data when none has.
    FollowThrough,
    /// Whether we talk: 10 points for two meetings, meals, events, interviews, calls or video calls
    /// in the last 182 days, 5 for one. No data for somebody never touched.
    Depth,
    /// What they say of working with us: half of their latest score, 5 points at most. No data
    /// without feedback.
    Feedback,
}

/// One part of a relationship's health.
#[derive(Clone, Debug, SimpleObject)]
pub(crate) struct HealthComponent {
    /// Which part.
    kind: HealthComponentKind,
    /// What it gives: from 0 to `maximum`, to two decimals.
    points: f64,
    /// The most it can give.
    maximum: u32,
    /// One sentence, in English, that says why, with the figures in it.
    why: String,
}

impl From<&rules::Health> for Health {
    fn from(health: &rules::Health) -> Self {
        let component = |part: &rules::Component| HealthComponent {
            kind: part.kind.into(),
            points: (part.points * 100.0).round() / 100.0,
            maximum: part.maximum,
            why: part.why.clone(),
        };
        Self {
            score: health.score,
            band: health.band.into(),
            components: health.components.iter().map(component).collect(),
        }
    }
}
