//! Scorecards: the figures of a recruiter or of the whole team over a period. Each figure is a
//! field with statements of its own, which run beside those of its neighbours.

mod behind;
mod lists;
mod waits;

use std::sync::Arc;

use async_graphql::{Context, Object, SimpleObject};
use entity::enums::FeedbackSide;
use tokio::sync::OnceCell;

use super::{
    context::ContextExt,
    error::{At, Result},
    nullable::or_null,
    recruiter,
    scalars::DateTime,
    types::{
        recruiter::{Recruiter, RecruiterBy},
        scorecard::{
            CadenceFigure, Card, Figure, FollowThroughFigure, NpsFigure, PeopleFigure,
            ReferralsFigure, ReferralsFigures, ResponseTimeFigure, ScorecardWindow, Touched,
            TouchesFigure, long,
        },
    },
};
use crate::{
    error::Error,
    rules::scorecard::Period,
    store::scorecard::{Group, Progress, Trust, Yield},
};

/// A scorecard: nothing is counted before its field is asked for.
pub(crate) struct Scorecard {
    card: Card,
    touched: Touched,
}

/// How many people were touched.
async fn touched(ctx: &Context<'_>, card: &Card, known: &Touched) -> Result<u64> {
    if let Some(known) = &known.yields {
        let yields = yields(ctx, card, known).await?;
        return Ok(yields.iter().map(|part| part.people).sum());
    }
    let count = || async { ctx.store().people_touched(card).await };
    Ok(*known.people.get_or_try_init(count).await.at(ctx)?)
}

/// The referrals that they made.
async fn yields(
    ctx: &Context<'_>,
    card: &Card,
    known: &OnceCell<[Yield; 3]>,
) -> Result<[Yield; 3]> {
    let find = || async { ctx.store().referral_yields(card).await };
    Ok(*known.get_or_try_init(find).await.at(ctx)?)
}

/// The figures of one recruiter or of the whole team over a period.
///
/// What began in the period belongs to it (a wait, a promise, a referral), with what has come of
/// it by now, so that nothing leaves a figure by being left undone. Interactions that are
/// `PRIVATE` enter no figure.
///
/// A recruiter has the touches and the answers to which they were party, the promises they made,
/// the referrals they were told of, the feedback about them, and the people they look after: those
/// whom they own, and those without an owner with whom they were in touch last.
#[Object]
impl Scorecard {
    /// Whose figures these are. Null when they are the whole team's.
    async fn recruiter(&self, ctx: &Context<'_>) -> Option<Recruiter> {
        recruiter::named(ctx, self.card.recruiter).await
    }

    /// The period.
    async fn window(&self) -> ScorecardWindow {
        self.card.period.into()
    }

    /// How often people were touched: interactions that reached somebody, either way; neither
    /// notes among ourselves, nor what a machine sent, nor failed attempts.
    async fn touches(&self, ctx: &Context<'_>) -> Result<TouchesFigure> {
        let by_channel = ctx.store().touches_by_channel(&self.card).await.at(ctx)?;
        let total = by_channel.iter().map(|(_, count)| count).sum();
        Ok(TouchesFigure {
            card: self.card,
            figure: Figure::count(&self.card, total),
            by_channel: by_channel.into_iter().map(Into::into).collect(),
        })
    }

    /// How many people were touched, each once.
    async fn people_touched(&self, ctx: &Context<'_>) -> Result<PeopleFigure> {
        let count = touched(ctx, &self.card, &self.touched).await?;
        Ok(self.people(Group::Touched, Figure::count(&self.card, count)))
    }

    /// How soon people had our answer, and how many have none yet.
    async fn response_time(&self, ctx: &Context<'_>) -> Result<ResponseTimeFigure> {
        let store = ctx.store();
        let waiting = store.scorecard_people_count(&self.card, Group::Waiting);
        let both = futures_util::future::try_join(store.response_times(&self.card), waiting);
        let (times, waiting) = both.await.at(ctx)?;
        let median = times.elapsed.map(|elapsed| elapsed.median);
        let all = times.answered + waiting;
        Ok(ResponseTimeFigure {
            card: self.card,
            figure: Figure::of(&self.card, median, times.answered, all).with_open(waiting),
            elapsed: times.elapsed.map(Into::into),
            working: times.working.map(Into::into),
        })
    }

    /// How well promises were kept.
    async fn follow_through(&self, ctx: &Context<'_>) -> Result<FollowThroughFigure> {
        let found = ctx.store().follow_through_in(&self.card).await.at(ctx)?;
        Ok(FollowThroughFigure::new(self.card, &found))
    }

    /// The referrals received, and how far they have come.
    async fn referrals(&self, ctx: &Context<'_>) -> Result<ReferralsFigures> {
        let funnel = ctx.store().referral_funnel(&self.card).await.at(ctx)?;
        let received = funnel.received;
        let figure = |progress, figure| ReferralsFigure {
            card: self.card,
            progress,
            figure,
        };
        let share = |part| {
            let share = crate::rules::scorecard::share(part, received);
            Figure::of(&self.card, share, part, received)
        };
        let contacted = share(funnel.contacted).with_open(received - funnel.contacted);
        Ok(ReferralsFigures {
            received: figure(Progress::Received, Figure::count(&self.card, received)),
            contacted: figure(Progress::Contacted, contacted),
            hired: figure(Progress::Hired, share(funnel.hired)),
        })
    }

    /// How many referrals a hundred touched people make, by how we kept our promises to them.
    async fn referrals_per_hundred_touched(&self, ctx: &Context<'_>) -> Result<ReferralYields> {
        let known = self.touched.yields.clone().unwrap_or_default();
        let yields = yields(ctx, &self.card, &known).await?;
        let [kept, broken, untested] = yields;
        let sum = |count: fn(&Yield) -> u64| yields.iter().map(count).sum();
        let all = Yield {
            people: sum(|part| part.people),
            referrals: sum(|part| part.referrals),
        };
        Ok(ReferralYields {
            all: self.yielded(Group::Touched, all),
            promises_kept: self.yielded(Group::Trusting(Trust::Kept), kept),
            promises_broken: self.yielded(Group::Trusting(Trust::Broken), broken),
            untested: self.yielded(Group::Trusting(Trust::Untested), untested),
        })
    }

    /// What people said of us.
    async fn nps(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only what was said as a candidate, or as a client; both, if omitted.")]
        side: Option<FeedbackSide>,
    ) -> Result<NpsFigure> {
        let tally = ctx.store().ratings(&self.card, side).await.at(ctx)?;
        let score = tally.net_promoter_score();
        let figure = Figure::of(&self.card, score, tally.promoters, tally.count());
        Ok(NpsFigure {
            card: self.card,
            side,
            touched: self.touched.clone(),
            figure: figure.less(tally.detractors),
            promoters: long(tally.promoters),
            passives: long(tally.passives),
            detractors: long(tally.detractors),
        })
    }

    /// Whether those who should hear from us regularly do.
    async fn cadence(&self, ctx: &Context<'_>) -> Result<CadenceFigure> {
        let found = ctx.store().cadence_coverage(&self.card).await.at(ctx)?;
        let figure = Figure::of(&self.card, found.share(), found.on_time, found.people);
        let now = ScorecardWindow::at(ctx.store().clock().now());
        Ok(CadenceFigure {
            card: self.card,
            figure: figure.at(now),
        })
    }
}

impl Scorecard {
    fn people(&self, group: Group, figure: Figure) -> PeopleFigure {
        PeopleFigure {
            card: self.card,
            group,
            figure,
        }
    }

    fn yielded(&self, group: Group, found: Yield) -> PeopleFigure {
        let figure = Figure::of(
            &self.card,
            found.per_hundred(),
            found.referrals,
            found.people,
        );
        self.people(group, figure)
    }
}

/// How many referrals a hundred touched people make. `value` is for each hundred, `numerator` the
/// referrals that they made in the period, `denominator` the people who were touched in it. Each
/// touched person is in one of the three parts.
#[derive(SimpleObject)]
pub(crate) struct ReferralYields {
    /// All touched people.
    all: PeopleFigure,
    /// Those to whom a promise made in the period was kept, be it late, and none was broken or is
    /// overdue.
    promises_kept: PeopleFigure,
    /// Those to whom a promise made in the period was broken or is overdue.
    promises_broken: PeopleFigure,
    /// Those to whom no promise made in the period has fallen due.
    untested: PeopleFigure,
}

#[derive(Default)]
pub(crate) struct ScorecardQuery;

#[Object]
impl ScorecardQuery {
    /// The figures of one recruiter or of the whole team over a period of up to two years. Null
    /// when there is no such recruiter.
    async fn scorecard(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whose; the whole team's, if omitted.")] recruiter: Option<RecruiterBy>,
        #[graphql(desc = "When the period begins: not in the future.")] from: DateTime,
        #[graphql(
            desc = "When it ends, up to two years later: what happens at that time is no longer \
                    part of it. Now, if omitted; not in the future."
        )]
        to: Option<DateTime>,
    ) -> Option<Scorecard> {
        let outcome = async {
            let now = ctx.store().clock().now();
            let period = Period::new(from.0, to.map(|to| to.0), now);
            let period = period.map_err(Error::bad_input).at(ctx)?;
            let recruiter = match recruiter {
                None => None,
                Some(by) => {
                    let by = by.argument().at(ctx)?;
                    let found = ctx.store().recruiter_id_by(&by).await.at(ctx)?;
                    let Some(found) = found else { return Ok(None) };
                    Some(found)
                }
            };
            let by_trust = ctx.look_ahead().field("referralsPerHundredTouched");
            Ok(Some(Scorecard {
                card: Card { recruiter, period },
                touched: Touched {
                    yields: by_trust.exists().then(Arc::default),
                    ..Touched::default()
                },
            }))
        };
        or_null(ctx, outcome.await)
    }
}
