//! The waits behind the time that answers took.

use async_graphql::{ComplexObject, Context};

use super::behind::{List, people};
use crate::{
    graphql::{
        error::Result,
        interaction,
        nullable::or_null,
        page::{Connection, Window},
        person::{Person, known_person},
        types::{
            interaction::Interaction,
            scorecard::{AnsweredWait, ResponseTimeFigure},
        },
    },
    store::{
        Store,
        scorecard::{Group, wait_position},
    },
};

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
