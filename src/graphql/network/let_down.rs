//! Who was let down near a person.

use std::sync::Arc;

use async_graphql::{ComplexObject, Context, SimpleObject};
use uuid::Uuid;

use super::{length, steps};
use crate::{
    graphql::{
        context::ContextExt,
        error::{At, Result},
        nullable::or_null,
        person::{Person, known_person},
        promise,
        types::{
            network::{LetDownNeighbour, LetDownReason},
            promise::Promise,
        },
    },
    store::network::LetDownNearby as Found,
};

#[ComplexObject]
impl LetDownNeighbour {
    /// The person. Their own `reach` tells how many people they may speak to of us.
    async fn person(&self, ctx: &Context<'_>) -> Result<Person> {
        known_person(ctx, self.row).await
    }
}

#[ComplexObject]
impl LetDownReason {
    /// The promise that was broken or is overdue. Null unless the kind is `PROMISE_BROKEN` or
    /// `PROMISE_OVERDUE`.
    async fn promise(&self, ctx: &Context<'_>) -> Option<Promise> {
        let row = self.promise_row?;
        or_null(ctx, promise::one(ctx, row).await)
    }
}

/// The people near a person who were let down by us. People talk to each other.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(complex)]
pub(crate) struct LetDownNearby {
    #[graphql(skip)]
    found: Option<Arc<Found>>,
    /// How many there are.
    count: usize,
    /// There may be more: only the 1,000 nearest people were looked at.
    is_truncated: bool,
}

#[ComplexObject]
impl LetDownNearby {
    /// The people, the nearest first, and of those at one distance who was let down longest ago.
    #[expect(clippy::unused_async, reason = "the framework awaits every field")]
    async fn people(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "At most so many: 0 to 1,000.", default = 100)] first: i32,
    ) -> Result<Vec<LetDownNeighbour>> {
        let first = length(ctx, first)?;
        let people = self.found.iter().flat_map(|found| &found.people);
        Ok(people.take(first).map(LetDownNeighbour::from).collect())
    }
}

/// Who was let down near a person.
pub(crate) async fn of_person(
    ctx: &Context<'_>,
    person: Uuid,
    depth: i32,
) -> Result<LetDownNearby> {
    let key = (steps(ctx, depth)?, person);
    let found = ctx.loaders().let_down_nearby.get(key).await.at(ctx)?;
    Ok(LetDownNearby {
        count: found.as_ref().map_or(0, |found| found.people.len()),
        is_truncated: found.as_ref().is_some_and(|found| found.truncated),
        found,
    })
}
