//! The lists behind the figures.

use async_graphql::{ComplexObject, Context};
use entity::enums::Channel;

use super::{
    behind::{List, people},
    touched,
};
use crate::{
    graphql::{
        context::ContextExt,
        error::{At, Result},
        page::{Connection, Window},
        person::Person,
        types::{
            feedback::Feedback,
            interaction::Interaction,
            promise::Promise,
            referral::Referral,
            scorecard::{
                CadenceFigure, Figure, FollowThroughFigure, NpsFigure, PeopleFigure,
                PromiseStanding, ReferralsFigure, TouchesFigure,
            },
        },
    },
    rules::scorecard::share,
    store::{
        SortDirection, Store,
        feedback::{FeedbackFilter, position as feedback_position},
        interaction::InteractionOrder,
        referral::ReferralOrder,
        scorecard::{Group, SETTLED, Standing, promise_position},
    },
};

#[ComplexObject]
impl TouchesFigure {
    /// The interactions that were counted, the newest first.
    async fn interactions(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those by these channels.")] channels: Option<Vec<Channel>>,
        #[graphql(desc = "So many from the front: 0 to 100; 20 if `last` is omitted too.")]
        first: Option<i32>,
        #[graphql(desc = "Only what follows this cursor.")] after: Option<String>,
        #[graphql(desc = "So many from the end: 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what precedes this cursor.")] before: Option<String>,
    ) -> Result<Connection<Interaction>> {
        let card = self.card;
        let counted = channels.clone();
        let behind = List {
            name: "scorecard.interactions",
            page: |store: Store, args| async move {
                store.touches(&card, channels.as_deref(), &args).await
            },
            count: move |store: Store| {
                let channels = counted.clone();
                async move { store.touches_count(&card, channels.as_deref()).await }
            },
            position: |row| InteractionOrder::Occurred.position(row),
        };
        let window = Window {
            first,
            after,
            last,
            before,
        };
        behind.read(ctx, card, window).await
    }
}

#[ComplexObject]
impl PeopleFigure {
    /// The people who were counted, those known for longest first.
    async fn people(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "So many from the front: 0 to 100; 20 if `last` is omitted too.")]
        first: Option<i32>,
        #[graphql(desc = "Only what follows this cursor.")] after: Option<String>,
        #[graphql(desc = "So many from the end: 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what precedes this cursor.")] before: Option<String>,
    ) -> Result<Connection<Person>> {
        let window = Window {
            first,
            after,
            last,
            before,
        };
        people(ctx, self.card, self.group, window).await
    }
}

#[ComplexObject]
impl FollowThroughFigure {
    /// The promises that were counted, or those that stand in one of these ways; the latest first.
    async fn promises(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What has become of them; anything but `OPEN`, if omitted or empty.")]
        standings: Option<Vec<PromiseStanding>>,
        #[graphql(desc = "So many from the front: 0 to 100; 20 if `last` is omitted too.")]
        first: Option<i32>,
        #[graphql(desc = "Only what follows this cursor.")] after: Option<String>,
        #[graphql(desc = "So many from the end: 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what precedes this cursor.")] before: Option<String>,
    ) -> Result<Connection<Promise>> {
        let card = self.card;
        let standings: Vec<Standing> = match standings {
            Some(standings) if !standings.is_empty() => {
                standings.into_iter().map(Into::into).collect()
            }
            _ => SETTLED.to_vec(),
        };
        let counted = standings.clone();
        let behind = List {
            name: "scorecard.promises",
            page: |store: Store, args| async move {
                store.promises_standing(&card, &standings, &args).await
            },
            count: move |store: Store| {
                let standings = counted.clone();
                async move { store.promises_standing_count(&card, &standings).await }
            },
            position: promise_position,
        };
        let window = Window {
            first,
            after,
            last,
            before,
        };
        behind.read(ctx, card, window).await
    }

    /// The people to whom promises were made that stand like this, those known for longest first.
    async fn people(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "What has become of the promises.",
            default_with = "PromiseStanding::Overdue"
        )]
        standing: PromiseStanding,
        #[graphql(desc = "So many from the front: 0 to 100; 20 if `last` is omitted too.")]
        first: Option<i32>,
        #[graphql(desc = "Only what follows this cursor.")] after: Option<String>,
        #[graphql(desc = "So many from the end: 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what precedes this cursor.")] before: Option<String>,
    ) -> Result<Connection<Person>> {
        let window = Window {
            first,
            after,
            last,
            before,
        };
        people(ctx, self.card, Group::Promised(standing.into()), window).await
    }
}

#[ComplexObject]
impl ReferralsFigure {
    /// The referrals that were counted, the newest first.
    async fn referrals(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "So many from the front: 0 to 100; 20 if `last` is omitted too.")]
        first: Option<i32>,
        #[graphql(desc = "Only what follows this cursor.")] after: Option<String>,
        #[graphql(desc = "So many from the end: 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what precedes this cursor.")] before: Option<String>,
    ) -> Result<Connection<Referral>> {
        let (card, progress) = (self.card, self.progress);
        let behind = List {
            name: "scorecard.referrals",
            page: |store: Store, args| async move {
                store.referrals_that_came(&card, progress, &args).await
            },
            count: move |store: Store| async move {
                store.referrals_that_came_count(&card, progress).await
            },
            position: |row| ReferralOrder::Referred.position(row),
        };
        let window = Window {
            first,
            after,
            last,
            before,
        };
        behind.read(ctx, card, window).await
    }
}

#[ComplexObject]
impl NpsFigure {
    /// The feedback that was counted, the newest first; without what others entered of what you
    /// said yourself, if you are a person here too.
    #[expect(clippy::too_many_arguments, reason = "the arguments of the API")]
    async fn feedback(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only scores of at least this: 9 for the promoters.")] min_score: Option<
            i32,
        >,
        #[graphql(desc = "Only scores of at most this: 6 for the detractors.")] max_score: Option<
            i32,
        >,
        #[graphql(desc = "So many from the front: 0 to 100; 20 if `last` is omitted too.")]
        first: Option<i32>,
        #[graphql(desc = "Only what follows this cursor.")] after: Option<String>,
        #[graphql(desc = "So many from the end: 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what precedes this cursor.")] before: Option<String>,
    ) -> Result<Connection<Feedback>> {
        let counted = FeedbackFilter {
            recruiters: self.card.recruiter.map(|recruiter| vec![recruiter]),
            side: self.side,
            min_score,
            max_score,
            since: Some(self.card.period.from),
            until: Some(self.card.period.until),
            ..FeedbackFilter::default()
        };
        let filter = counted.clone();
        let behind = List {
            name: "scorecard.feedback",
            page: |store: Store, args| async move {
                store
                    .feedback_page(&filter, SortDirection::Descending, &args)
                    .await
            },
            count: move |store: Store| {
                let filter = counted.clone();
                async move { store.feedback_count(&filter).await }
            },
            position: feedback_position,
        };
        let window = Window {
            first,
            after,
            last,
            before,
        };
        behind.read(ctx, self.card, window).await
    }

    /// How many of the people touched in the period gave feedback in it: their share, from 0 to 1.
    /// Those who were left hanging are seldom asked, so a fine score with little coverage says
    /// little.
    async fn coverage(&self, ctx: &Context<'_>) -> Result<PeopleFigure> {
        let (card, group) = (self.card, Group::Asked(self.side));
        let answered = ctx.store().people_heard(&card, self.side);
        let (people, answered) = futures_util::join!(touched(ctx, &card, &self.touched), answered);
        let (people, answered) = (people?, answered.at(ctx)?);
        Ok(PeopleFigure {
            card,
            group,
            figure: Figure::of(&card, share(answered, people), answered, people),
        })
    }
}

#[ComplexObject]
impl CadenceFigure {
    /// The people with a cadence whose next touch is overdue, or is not; those known for longest
    /// first.
    async fn people(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "Whose next touch is overdue (true), or is not (false).",
            default = true
        )]
        overdue: bool,
        #[graphql(desc = "So many from the front: 0 to 100; 20 if `last` is omitted too.")]
        first: Option<i32>,
        #[graphql(desc = "Only what follows this cursor.")] after: Option<String>,
        #[graphql(desc = "So many from the end: 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what precedes this cursor.")] before: Option<String>,
    ) -> Result<Connection<Person>> {
        let window = Window {
            first,
            after,
            last,
            before,
        };
        people(ctx, self.card, Group::OnTime(!overdue), window).await
    }
}
