//! The lists behind the figures.

use std::sync::Arc;

use async_graphql::{ComplexObject, Context};
use entity::enums::Channel;

use super::touched;
use crate::{
    error::Result as Plain,
    graphql::{
        batch::Loading,
        context::ContextExt,
        error::{At, Result},
        interaction,
        nullable::or_null,
        page::{Connection, ListName, Window},
        person::{Person, known_person},
        types::{
            feedback::Feedback,
            interaction::Interaction,
            promise::Promise,
            referral::Referral,
            scorecard::{
                AnsweredWait, CadenceFigure, Card, Figure, FollowThroughFigure, NpsFigure,
                PeopleFigure, PromiseStanding, ReferralsFigure, ResponseTimeFigure, TouchesFigure,
            },
        },
    },
    rules::scorecard::share,
    store::{
        Page, PageArgs, Position, SortDirection, Store,
        feedback::{FeedbackFilter, position as feedback_position},
        interaction::InteractionOrder,
        person::PersonOrder,
        referral::ReferralOrder,
        scorecard::{Group, SETTLED, Standing, promise_position, wait_position},
    },
};

/// One of the lists: how it is called, read, counted, and where a row stands in it.
struct List<Pages, Counts, R> {
    name: &'static str,
    page: Pages,
    count: Counts,
    position: fn(&R) -> Position,
}

impl<Pages, Counts, R> List<Pages, Counts, R> {
    /// Part of the list.
    async fn read<T, P, C>(
        self,
        ctx: &Context<'_>,
        card: Card,
        window: Window,
    ) -> Result<Connection<T>>
    where
        T: From<R>,
        P: Future<Output = Plain<Page<R>>>,
        C: Future<Output = Plain<u64>> + Send + 'static,
        Pages: FnOnce(Store, PageArgs) -> P,
        Counts: Fn(Store) -> C + Send + Sync + 'static,
    {
        let tenant = ctx.store().viewer().tenant_id;
        let recruiter = card.recruiter.unwrap_or_default();
        let parts = [
            tenant.as_bytes(),
            self.name.as_bytes(),
            recruiter.as_bytes(),
        ];
        let list = ListName::new(&parts);
        let args = window.read(&list).at(ctx)?;
        let store = ctx.store().clone();
        let page = (self.page)(store.clone(), args).await.at(ctx)?;
        let count = Arc::new(self.count);
        let total = Arc::new(move || -> Loading<_> {
            let counted = count(store.clone());
            Box::pin(async move { counted.await.map_err(Arc::new) })
        });
        Ok(Connection::new(page, &list, total, self.position, T::from))
    }
}

/// People of a group.
async fn people(
    ctx: &Context<'_>,
    card: Card,
    group: Group,
    window: Window,
) -> Result<Connection<Person>> {
    let behind = List {
        name: "scorecard.people",
        page: |store: Store, args| async move { store.scorecard_people(&card, group, &args).await },
        count: move |store: Store| async move { store.scorecard_people_count(&card, group).await },
        position: |row| PersonOrder::Created.position(row),
    };
    behind.read(ctx, card, window).await
}

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
impl ResponseTimeFigure {
    /// The answered waits, those that began latest first.
    async fn answered_waits(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "So many from the front: 0 to 100; 20 if `last` is omitted too.")]
        first: Option<i32>,
        #[graphql(desc = "Only what follows this cursor.")] after: Option<String>,
        #[graphql(desc = "So many from the end: 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what precedes this cursor.")] before: Option<String>,
    ) -> Result<Connection<AnsweredWait>> {
        let card = self.card;
        let behind = List {
            name: "scorecard.answeredWaits",
            page: |store: Store, args| async move { store.answered_waits(&card, &args).await },
            count: move |store: Store| async move { Ok(store.response_times(&card).await?.answered) },
            position: wait_position,
        };
        let window = Window {
            first,
            after,
            last,
            before,
        };
        behind.read(ctx, card, window).await
    }

    /// The people who still wait, those known for longest first.
    async fn people_waiting(
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
        people(ctx, self.card, Group::Waiting, window).await
    }
}

#[ComplexObject]
impl AnsweredWait {
    /// Who waited.
    async fn person(&self, ctx: &Context<'_>) -> Result<Person> {
        known_person(ctx, self.person_row).await
    }

    /// What they said first. Null never, but for a failure.
    async fn opened_by(&self, ctx: &Context<'_>) -> Option<Interaction> {
        or_null(ctx, interaction::one(ctx, self.opened_by_row).await)
    }

    /// Our answer. Null never, but for a failure.
    async fn answered_by(&self, ctx: &Context<'_>) -> Option<Interaction> {
        or_null(ctx, interaction::one(ctx, self.answered_by_row?).await)
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
