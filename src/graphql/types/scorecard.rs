//! How scorecards look outside: the numbers. The lists behind them stand in `graphql/scorecard`.

use std::sync::Arc;

use async_graphql::{Enum, SimpleObject};
use entity::{
    enums::{Channel, FeedbackSide},
    reply_wait,
};
use tokio::sync::OnceCell;
use uuid::Uuid;

use crate::{
    graphql::{page::Listed, scalars::DateTime},
    rules::scorecard::Period,
    store::scorecard::{self as store, Percentiles},
};

/// Whose figures, of when: every figure keeps it, for the lists behind it.
pub(crate) use store::Scorecard as Card;

/// What several figures need of the people who were touched, found once for all of them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Touched {
    /// How many there are.
    pub(crate) people: Arc<OnceCell<u64>>,
    /// The referrals they made, and by that how many they are, if somebody asks for it.
    pub(crate) yields: Option<Arc<OnceCell<[store::Yield; 3]>>>,
}

/// The time a figure is about: at or after `from`, before `to`.
#[derive(Clone, Copy, Debug, SimpleObject)]
pub(crate) struct ScorecardWindow {
    /// Its beginning.
    from: DateTime,
    /// Its end, which is not part of it. A window that ends where it begins is that moment.
    to: DateTime,
}

impl From<Period> for ScorecardWindow {
    fn from(period: Period) -> Self {
        Self {
            from: period.from.into(),
            to: period.to.into(),
        }
    }
}

impl ScorecardWindow {
    /// A moment.
    pub(crate) fn at(moment: chrono::DateTime<chrono::Utc>) -> Self {
        let moment = DateTime::from(moment);
        Self {
            from: moment,
            to: moment,
        }
    }
}

/// What all figures have.
#[derive(Clone, Copy, Debug, SimpleObject)]
pub(crate) struct Figure {
    /// The figure itself; what it means is said where it stands. Null when there is nothing that
    /// it could be computed from.
    value: Option<f64>,
    /// What was counted.
    numerator: i64,
    /// Of how many. Null when the figure is a count and no share.
    denominator: Option<i64>,
    /// What is still open and therefore not in the figure, so that nobody improves it by leaving
    /// things undone; what that is, is said where the figure stands. Null where nothing can be.
    open_waits: Option<i64>,
    /// The time it is about.
    window: ScorecardWindow,
}

impl Figure {
    /// A count.
    pub(crate) fn count(card: &Card, count: u64) -> Self {
        let value = i32::try_from(count).ok().map(f64::from);
        Self {
            value,
            numerator: long(count),
            denominator: None,
            open_waits: None,
            window: card.period.into(),
        }
    }

    /// Some of a whole.
    pub(crate) fn of(card: &Card, value: Option<f64>, numerator: u64, denominator: u64) -> Self {
        Self {
            value,
            numerator: long(numerator),
            denominator: Some(long(denominator)),
            open_waits: None,
            window: card.period.into(),
        }
    }

    /// The same, with the number that is still open.
    pub(crate) fn with_open(self, open: u64) -> Self {
        Self {
            open_waits: Some(long(open)),
            ..self
        }
    }

    /// The same, less so many.
    pub(crate) fn less(self, count: u64) -> Self {
        Self {
            numerator: self.numerator - long(count),
            ..self
        }
    }

    /// The same, as it is at a moment.
    pub(crate) fn at(self, window: ScorecardWindow) -> Self {
        Self { window, ..self }
    }
}

/// As the API writes a count.
pub(crate) fn long(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// How often people were touched. The figure counts interactions; one with several people is one.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(complex)]
pub(crate) struct TouchesFigure {
    #[graphql(skip)]
    pub(crate) card: Card,
    /// The figure.
    #[graphql(flatten)]
    pub(crate) figure: Figure,
    /// The same by channel; channels without touches are left out.
    pub(crate) by_channel: Vec<ChannelTouches>,
}

/// How many touches went by one channel.
#[derive(Clone, Copy, Debug, SimpleObject)]
pub(crate) struct ChannelTouches {
    /// The channel.
    channel: Channel,
    /// How many touches.
    count: i64,
}

impl From<(Channel, u64)> for ChannelTouches {
    fn from((channel, count): (Channel, u64)) -> Self {
        Self {
            channel,
            count: long(count),
        }
    }
}

/// A figure that leads to the people who were counted.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(complex)]
pub(crate) struct PeopleFigure {
    #[graphql(skip)]
    pub(crate) card: Card,
    #[graphql(skip)]
    pub(crate) group: store::Group,
    /// The figure.
    #[graphql(flatten)]
    pub(crate) figure: Figure,
}

/// How soon people had our answer. A wait begins with a person's first message after our last
/// outreach and ends with our next outreach; it belongs to the period in which it began. `value`
/// is the median of the elapsed time in seconds, `numerator` the answered waits, `denominator`
/// these and the open ones together. `openWaits` are the people who wait for us now and began to
/// before the period ended, be it before it began; a recruiter's are those whom they look after.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(complex)]
pub(crate) struct ResponseTimeFigure {
    #[graphql(skip)]
    pub(crate) card: Card,
    /// The figure.
    #[graphql(flatten)]
    pub(crate) figure: Figure,
    /// By the clock on the wall. Null without answered waits.
    pub(crate) elapsed: Option<ResponseTimePercentiles>,
    /// The part that lay in the tenant's working hours. Null without answered waits.
    pub(crate) working: Option<ResponseTimePercentiles>,
}

/// The middle and the slow end of the response times. Between two times they are interpolated
/// linearly (type 7 of Hyndman and Fan, "Sample Quantiles in Statistical Packages", 1996).
#[derive(Clone, Copy, Debug, SimpleObject)]
pub(crate) struct ResponseTimePercentiles {
    /// Half of the answers took no longer, in seconds.
    median_seconds: i64,
    /// Nine in ten of the answers took no longer, in seconds.
    p90_seconds: i64,
}

impl From<Percentiles> for ResponseTimePercentiles {
    fn from(found: Percentiles) -> Self {
        Self {
            median_seconds: whole(found.median),
            p90_seconds: whole(found.p90),
        }
    }
}

/// To the nearest second.
#[expect(
    clippy::cast_possible_truncation,
    reason = "no wait is longer than a float can count in seconds"
)]
fn whole(seconds: f64) -> i64 {
    seconds.round() as i64
}

/// A wait that we ended.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(complex)]
pub(crate) struct AnsweredWait {
    #[graphql(skip)]
    pub(crate) person_row: Uuid,
    #[graphql(skip)]
    pub(crate) opened_by_row: Uuid,
    #[graphql(skip)]
    pub(crate) answered_by_row: Option<Uuid>,
    /// When the person first wrote or spoke.
    opened_at: DateTime,
    /// When we answered.
    answered_at: DateTime,
    /// From the one to the other, in seconds.
    elapsed_seconds: i64,
    /// The part of it that lay in the tenant's working hours, in seconds.
    working_seconds: i64,
}

impl From<reply_wait::Model> for AnsweredWait {
    fn from(row: reply_wait::Model) -> Self {
        Self {
            person_row: row.person_id,
            opened_by_row: row.opened_by_id,
            answered_by_row: row.closed_by_id,
            opened_at: row.opened_at.into(),
            answered_at: row.closed_at.unwrap_or(row.opened_at).into(),
            elapsed_seconds: row.elapsed_seconds.unwrap_or_default(),
            working_seconds: row.working_seconds.unwrap_or_default(),
        }
    }
}

impl Listed for AnsweredWait {
    const CONNECTION: &'static str = "AnsweredWaitConnection";
    const EDGE: &'static str = "AnsweredWaitEdge";
}

/// How well promises were kept: `KEPT / (KEPT + KEPT_LATE + BROKEN + overdue)`, from 0 to 1, of
/// the promises made in the period, as they stand now. Withdrawn ones do not count. `openWaits`
/// are the open ones that are not due yet. `value` is null when nothing has fallen due.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(complex)]
pub(crate) struct FollowThroughFigure {
    #[graphql(skip)]
    pub(crate) card: Card,
    /// The figure.
    #[graphql(flatten)]
    pub(crate) figure: Figure,
    /// Kept when due, or before.
    pub(crate) kept: i64,
    /// Kept after they were due.
    pub(crate) kept_late: i64,
    /// Broken, and said so.
    pub(crate) broken: i64,
    /// Open, and past their due time.
    pub(crate) overdue: i64,
    /// Open, and not due yet.
    pub(crate) not_yet_due: i64,
}

impl FollowThroughFigure {
    /// The figure of these promises.
    pub(crate) fn new(card: Card, promised: &store::Promised) -> Self {
        let found = &promised.follow_through;
        let figure = Figure::of(&card, found.ratio(), found.kept, found.denominator());
        Self {
            card,
            figure: figure.with_open(promised.open),
            kept: long(found.kept),
            kept_late: long(found.kept_late),
            broken: long(found.broken),
            overdue: long(found.overdue),
            not_yet_due: long(promised.open),
        }
    }
}

/// What has become of a promise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "store::Standing")]
pub(crate) enum PromiseStanding {
    /// Kept when due, or before.
    Kept,
    /// Kept after it was due.
    KeptLate,
    /// Broken, and said so.
    Broken,
    /// Open, and past its due time.
    Overdue,
    /// Open, and not due yet.
    Open,
}

/// The referrals received in the period, and how far they have come by now.
#[derive(Clone, Debug, SimpleObject)]
pub(crate) struct ReferralsFigures {
    /// All of them.
    pub(crate) received: ReferralsFigure,
    /// Those followed up: somebody spoke to the referred person. Their share of those received,
    /// from 0 to 1; `openWaits` are the others.
    pub(crate) contacted: ReferralsFigure,
    /// Those that have led to a hire. Their share of those received, from 0 to 1.
    pub(crate) hired: ReferralsFigure,
}

/// A figure that leads to the referrals that were counted.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(complex)]
pub(crate) struct ReferralsFigure {
    #[graphql(skip)]
    pub(crate) card: Card,
    #[graphql(skip)]
    pub(crate) progress: store::Progress,
    /// The figure.
    #[graphql(flatten)]
    pub(crate) figure: Figure,
}

/// What people said of us in the period. `value` is the net promoter score, from -100 to 100: the
/// percentage of scores of 9 or 10 less that of scores of 6 or less (F. Reichheld, "The One Number
/// You Need to Grow", Harvard Business Review, December 2003). `numerator` is promoters less
/// detractors, `denominator` all scores.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(complex)]
pub(crate) struct NpsFigure {
    #[graphql(skip)]
    pub(crate) card: Card,
    #[graphql(skip)]
    pub(crate) side: Option<FeedbackSide>,
    #[graphql(skip)]
    pub(crate) touched: Touched,
    /// The figure.
    #[graphql(flatten)]
    pub(crate) figure: Figure,
    /// Scores of 9 and 10.
    pub(crate) promoters: i64,
    /// Scores of 7 and 8.
    pub(crate) passives: i64,
    /// Scores of 0 to 6.
    pub(crate) detractors: i64,
}

/// Whether those who should hear from us regularly do, as it is now, whatever the period: of the
/// people with a cadence, their own or your tenant's default, the share whose next touch is not
/// overdue, from 0 to 1. Those who must not be contacted do not count. A recruiter's people are
/// those whom they look after.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(complex)]
pub(crate) struct CadenceFigure {
    #[graphql(skip)]
    pub(crate) card: Card,
    /// The figure.
    #[graphql(flatten)]
    pub(crate) figure: Figure,
}
