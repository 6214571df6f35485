//! What may be asked of the people around a person.

use std::sync::Arc;

use async_graphql::{ComplexObject, Context, SimpleObject};
use uuid::Uuid;

use super::{
    context::ContextExt,
    error::{At, Result},
    nullable::or_null,
    person::{Person, known_person},
    referral, relationship,
    types::{
        network::{NetworkPerson, NetworkTie, Reach, ReachAtDistance},
        referral::Referral,
        relationship::{Relationship, RelationshipKind},
    },
};
use crate::{
    error::Error,
    rules::network::{DEEPEST, MOST_PEOPLE, TieId, Walk},
};

pub(crate) use self::{
    let_down::{LetDownNearby, of_person as let_down_nearby},
    path::NetworkQuery,
};

mod let_down;
mod path;

#[ComplexObject]
impl NetworkTie {
    /// The nearer of the two.
    async fn from(&self, ctx: &Context<'_>) -> Result<Person> {
        known_person(ctx, self.from_row).await
    }

    /// The one it leads to.
    async fn to(&self, ctx: &Context<'_>) -> Result<Person> {
        known_person(ctx, self.to_row).await
    }

    /// What `from` is to `to`. Null when it is a referral and the referrer did not say.
    async fn kind(&self, ctx: &Context<'_>) -> Option<RelationshipKind> {
        or_null(ctx, kind(ctx, self).await)
    }

    /// The relationship. Null when it is a referral.
    async fn relationship(&self, ctx: &Context<'_>) -> Option<Relationship> {
        match self.tie {
            TieId::Relationship(row) => or_null(ctx, relationship::one(ctx, row).await),
            TieId::Referral(_) => None,
        }
    }

    /// The referral. Null when it is a relationship.
    async fn referral(&self, ctx: &Context<'_>) -> Option<Referral> {
        match self.tie {
            TieId::Referral(row) => or_null(ctx, referral::one(ctx, row).await),
            TieId::Relationship(_) => None,
        }
    }
}

async fn kind(ctx: &Context<'_>, tie: &NetworkTie) -> Result<Option<RelationshipKind>> {
    let (code, told_by) = match tie.tie {
        TieId::Relationship(row) => {
            let Some(tie) = relationship::one(ctx, row).await? else {
                return Ok(None);
            };
            (tie.kind_code, tie.person_row)
        }
        TieId::Referral(row) => {
            let Some(tie) = referral::one(ctx, row).await? else {
                return Ok(None);
            };
            let Some(code) = tie.kind_code else {
                return Ok(None);
            };
            (code, tie.referrer_row)
        }
    };
    relationship::kind(ctx, &code, told_by == tie.from_row)
        .await
        .map(Some)
}

#[ComplexObject]
impl NetworkPerson {
    /// The person.
    async fn person(&self, ctx: &Context<'_>) -> Result<Person> {
        known_person(ctx, self.row).await
    }
}

/// The people around a person: those they are tied to, those whom these are tied to, and so on.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(complex)]
pub(crate) struct Network {
    #[graphql(skip)]
    walk: Arc<Walk>,
    /// How many people were found: 1,000 at most.
    count: usize,
    /// There are more: the search ended at 1,000 people, the nearest.
    is_truncated: bool,
}

#[ComplexObject]
impl Network {
    /// The people, the nearest first, and of those at one distance who was touched last; each once.
    #[expect(clippy::unused_async, reason = "the framework awaits every field")]
    async fn people(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "At most so many: 0 to 1,000.", default = 100)] first: i32,
    ) -> Result<Vec<NetworkPerson>> {
        let people = self.walk.reached().iter().take(length(ctx, first)?);
        Ok(people.map(NetworkPerson::from).collect())
    }
}

/// How much of a list is wanted.
fn length(ctx: &Context<'_>, first: i32) -> Result<usize> {
    let first = usize::try_from(first)
        .ok()
        .filter(|first| *first <= MOST_PEOPLE);
    let wrong = || Error::bad_input(format!("`first` must be from 0 to {MOST_PEOPLE}"));
    first.ok_or_else(wrong).at(ctx)
}

/// How many steps a walk takes.
fn steps(ctx: &Context<'_>, depth: i32) -> Result<u32> {
    let depth = u32::try_from(depth)
        .ok()
        .filter(|depth| (1..=DEEPEST).contains(depth));
    let wrong = || Error::bad_input(format!("`depth` must be from 1 to {DEEPEST}"));
    depth.ok_or_else(wrong).at(ctx)
}

async fn walk(ctx: &Context<'_>, person: Uuid, depth: i32) -> Result<Arc<Walk>> {
    let depth = steps(ctx, depth)?;
    let walk = ctx.loaders().walks.get((depth, person)).await.at(ctx)?;
    Ok(walk.unwrap_or_else(|| Arc::new(Walk::new(person, MOST_PEOPLE))))
}

/// The network of a person.
pub(crate) async fn of_person(ctx: &Context<'_>, person: Uuid, depth: i32) -> Result<Network> {
    let walk = walk(ctx, person, depth).await?;
    Ok(Network {
        count: walk.reached().len(),
        is_truncated: walk.is_truncated(),
        walk,
    })
}

/// How many people are near a person.
pub(crate) async fn reach(ctx: &Context<'_>, person: Uuid, depth: i32) -> Result<Reach> {
    let walk = walk(ctx, person, depth).await?;
    let at_distance = |(distance, count)| ReachAtDistance { distance, count };
    Ok(Reach {
        count: walk.reached().len(),
        by_distance: (1..).zip(walk.by_distance()).map(at_distance).collect(),
        is_truncated: walk.is_truncated(),
    })
}
