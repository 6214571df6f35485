//! What may be asked of the feed of changes.

use std::{collections::BTreeSet, sync::Arc};

use async_graphql::{ComplexObject, Context, ID, Object};
use entity::enums::{ChangeKind, NodeKind};

use super::{
    context::ContextExt,
    error::{At, Result},
    id::{self, IdType},
    node::{self, Node},
    nullable::or_null,
    page::{Connection, ListName},
    recruiter,
    types::{change::Change, recruiter::Recruiter},
};
use crate::{
    error::Error,
    store::{
        Page,
        change::{ChangeFilter, Place},
    },
};

/// How many changes a page may have: each is small, and a reader who comes back has many to read.
const MOST: u64 = 500;
/// How many origins may be named.
const MOST_ORIGINS: usize = 20;

#[ComplexObject]
impl Change {
    /// The recruiter whose token did it. Null never, but for a failure.
    async fn actor(&self, ctx: &Context<'_>) -> Option<Recruiter> {
        recruiter::named(ctx, self.actor_row).await
    }

    /// The id of the node, also when it is gone. Of a person it is the one that `node` has; of one
    /// who is gone it is that of the candidate. Null of settings.
    async fn node_id(&self, ctx: &Context<'_>) -> Option<ID> {
        let outcome = async {
            let id_type = id_type(ctx, self).await?;
            Ok(id_type.map(|id_type| id::encode(id_type, self.node_row)))
        };
        or_null(ctx, outcome.await)
    }

    /// The node as it is now, which may be after further changes. Null when it was removed, by this
    /// change or since, and when you may not see it (any more).
    async fn node(&self, ctx: &Context<'_>) -> Option<Node> {
        if self.change == ChangeKind::Removed {
            return None;
        }
        let outcome = async {
            match id_type(ctx, self).await? {
                Some(id_type) => node::load(ctx, id_type, self.node_row).await,
                None => Ok(None),
            }
        };
        or_null(ctx, outcome.await)
    }
}

/// The type of the node's id. A person has the candidate's id unless they are only a contact.
async fn id_type(ctx: &Context<'_>, change: &Change) -> Result<Option<IdType>> {
    if change.node_kind != NodeKind::Person {
        return Ok(IdType::of(change.node_kind));
    }
    let person = ctx.loaders().people.get(change.node_row).await.at(ctx)?;
    Ok(Some(match person {
        Some(person) if !person.is_candidate => IdType::Contact,
        _ => IdType::Candidate,
    }))
}

#[derive(Default)]
pub(crate) struct ChangeQuery;

#[Object]
impl ChangeQuery {
    /// The feed: everything that happened, in an order in which nothing comes to light behind what
    /// was read already. Read it from the beginning, or from now on: `changes(first: 0)` without
    /// `after` answers with the cursor of now. Keep `pageInfo.endCursor`, which is there for an
    /// empty page too, and give it as `after` the next time. Every change arrives at least once;
    /// those of one node arrive in the order in which they happened. A change arrives when all
    /// that began to be written before it has been written, mostly within milliseconds.
    ///
    /// What happens to a private interaction is told to its author and to administrators only; that
    /// it became private is told to all.
    ///
    /// Errors: `CURSOR_FROM_ANOTHER_HISTORY` and `CURSOR_TOO_OLD` say to begin afresh.
    async fn changes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only what follows this cursor; from the beginning, if omitted.")]
        after: Option<String>,
        #[graphql(desc = "So many: 0 to 500.", default = 100)] first: i32,
        #[graphql(desc = "Only what happened to these kinds of nodes; to all, if omitted.")]
        kinds: Option<Vec<NodeKind>>,
        #[graphql(desc = "Only from these origins, at most 20; from all, if omitted.")]
        origins: Option<Vec<String>>,
        #[graphql(
            desc = "Nothing from these origins, at most 20: so that a script can skip what it wrote itself."
        )]
        except_origins: Option<Vec<String>>,
    ) -> Result<Connection<Change>> {
        let filter = ChangeFilter {
            kinds: kinds.map(BTreeSet::from_iter),
            origins,
            except_origins,
        };
        let limit = check(first, &filter).at(ctx)?;
        let tenant = ctx.store().viewer().tenant_id;
        let name = ListName::new(&[tenant.as_bytes(), b"changes"]);
        let after = after
            .map(|after| place(&name, &after))
            .transpose()
            .at(ctx)?;
        let store = ctx.store().clone();
        let found = store.changes(&filter, after, limit).await.at(ctx)?;
        let filter = Arc::new(filter);
        let total = Arc::new(move || -> super::batch::Loading<_> {
            let (store, filter) = (store.clone(), Arc::clone(&filter));
            Box::pin(async move { store.changes_count(&filter).await.map_err(Arc::new) })
        });
        let page = Page {
            rows: found.changes,
            has_next: found.has_next,
            has_previous: after.is_some(),
        };
        let page = Connection::new(page, &name, total, |row| row.place.position(), Change::from);
        Ok(page.ending_at(&found.end.position(), &name))
    }
}

/// Reads a cursor. Whatever is none of this feed's cursors, be it another tenant's, gets one answer,
/// which tells a reader what to do.
fn place(name: &ListName, after: &str) -> crate::error::Result<Place> {
    let position = name.read_cursor(after, "after").ok();
    let place = position.and_then(|position| Place::at(&position));
    place.ok_or(Error::CursorFromAnotherHistory)
}

fn check(first: i32, filter: &ChangeFilter) -> crate::error::Result<u64> {
    for (name, origins) in [
        ("origins", &filter.origins),
        ("exceptOrigins", &filter.except_origins),
    ] {
        if origins
            .as_ref()
            .is_some_and(|origins| origins.len() > MOST_ORIGINS)
        {
            let message = format!("`{name}` has more than {MOST_ORIGINS} entries");
            return Err(Error::bad_input(message));
        }
    }
    let mut origins = [&filter.origins, &filter.except_origins]
        .into_iter()
        .flatten()
        .flatten();
    if origins.any(|origin| origin.contains('\0')) {
        return Err(Error::bad_input("an origin contains a NUL character"));
    }
    u64::try_from(first)
        .ok()
        .filter(|first| *first <= MOST)
        .ok_or_else(|| Error::bad_input(format!("`first` must be from 0 to {MOST}")))
}
