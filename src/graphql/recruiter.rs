//! What may be asked of recruiters.

use async_graphql::{ComplexObject, Context, Enum, Object, SimpleObject};
use entity::enums::{FeedbackSide, Hat, NodeKind};
use uuid::Uuid;

use super::{
    context::ContextExt,
    error::{At, Result},
    feedback,
    list::List,
    nested::Lists,
    nullable::or_null,
    page::{Connection, Window},
    person::Person,
    promise, record,
    scalars::DateTime,
    types::{
        feedback::{Feedback, Nps},
        promise::{FollowThrough, Promise, PromiseFilter},
        record::ExternalRecord,
        recruiter::{Recruiter, RecruiterBy, RecruiterFilter, RecruiterOrder},
    },
};
use crate::{
    auth::viewer,
    store::{
        SortDirection,
        feedback::{FeedbackOf, NpsOf},
        person::{PersonOrder, position},
        promise::PromisesOf,
        recruiter::{RecruiterFilter as Filter, RecruiterOrder as Order},
    },
};

/// The people whom a recruiter looks after.
const PEOPLE: Lists<Option<Hat>, entity::person::Model> = Lists {
    name: "recruiter.people",
    pages: |loaders| &loaders.people_of_recruiters,
    counts: |loaders| &loaders.people_of_recruiters_counts,
    position: |row| position(&[(PersonOrder::LastTouch, SortDirection::Ascending)], row),
};

#[ComplexObject]
impl Recruiter {
    /// What other systems call them.
    async fn external_records(&self, ctx: &Context<'_>) -> Result<Vec<ExternalRecord>> {
        record::of(ctx, NodeKind::Recruiter, self.row).await
    }

    /// The people whom they look after, those not touched for longest first.
    async fn people(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those who wear this hat.")] hat: Option<Hat>,
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
        PEOPLE.under(ctx, self.row, hat, window).await
    }

    /// What people said of them, newest first.
    async fn feedback(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "So many from the front: 0 to 100; 20 if `last` is omitted too.")]
        first: Option<i32>,
        #[graphql(desc = "Only what follows this cursor.")] after: Option<String>,
        #[graphql(desc = "So many from the end: 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what precedes this cursor.")] before: Option<String>,
    ) -> Result<Connection<Feedback>> {
        let window = Window {
            first,
            after,
            last,
            before,
        };
        feedback::under(ctx, FeedbackOf::Recruiters, self.row, window).await
    }

    /// The net promoter score of what was said of them, with the people they touched.
    async fn nps(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Feedback given at or after this time.")] since: DateTime,
        #[graphql(desc = "Feedback given before this time; at any time since, if omitted.")]
        until: Option<DateTime>,
        #[graphql(desc = "Only feedback given in this role, and people who have it.")] side: Option<
            FeedbackSide,
        >,
    ) -> Result<Nps> {
        feedback::nps(ctx, NpsOf::Recruiters, self.row, (since, until), side).await
    }

    /// The promises that they made or took over, the one that is due first first.
    async fn promises(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which ones; all, if omitted.")] filter: Option<PromiseFilter>,
        #[graphql(desc = "So many from the front: 0 to 100; 20 if `last` is omitted too.")]
        first: Option<i32>,
        #[graphql(desc = "Only what follows this cursor.")] after: Option<String>,
        #[graphql(desc = "So many from the end: 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what precedes this cursor.")] before: Option<String>,
    ) -> Result<Connection<Promise>> {
        let window = Window {
            first,
            after,
            last,
            before,
        };
        promise::under(ctx, PromisesOf::Recruiters, self.row, filter, window).await
    }

    /// How the promises that they made or took over were followed through.
    async fn follow_through(&self, ctx: &Context<'_>) -> Result<FollowThrough> {
        promise::follow_through(ctx, PromisesOf::Recruiters, self.row).await
    }
}

/// A permission of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "viewer::Scope")]
pub(crate) enum Scope {
    /// See what the team sees.
    Read,
    /// Change it.
    Write,
    /// Write records in bulk for another system; includes `WRITE`.
    Sync,
    /// Settings, and what others keep private; includes `WRITE`.
    Admin,
}

/// You: the recruiter whose token this is, and what it allows.
#[derive(SimpleObject)]
#[graphql(complex)]
pub(crate) struct Viewer {
    /// Your recruiter.
    recruiter: Option<Recruiter>,
    /// What your token allows, as granted.
    scopes: Vec<Scope>,
}

#[ComplexObject]
impl Viewer {
    /// The people here who are you: with the e-mail address of your tokens, or linked to you by an
    /// administrator. You do not see what others noted about them.
    async fn own_records(&self, ctx: &Context<'_>) -> Result<Vec<Person>> {
        let own = ctx.store().own_people().await.at(ctx)?;
        let people = own.iter().map(|own| ctx.loaders().people.get(*own));
        let people = futures_util::future::try_join_all(people).await.at(ctx)?;
        Ok(people.into_iter().flatten().map(Person::from).collect())
    }
}

/// The recruiter of this row, where one is named. Null for a failure, which is told beside.
pub(crate) async fn named(ctx: &Context<'_>, row: impl Into<Option<Uuid>>) -> Option<Recruiter> {
    let row = ctx.loaders().recruiters.get(row.into()?).await;
    or_null(ctx, row.at(ctx).map(|row| row.map(Recruiter::from)))
}

/// All recruiters of the tenant.
const RECRUITERS: List<Filter, (Order, SortDirection), entity::recruiter::Model> = List {
    name: "recruiters",
    page: |store, filter, order, args| Box::pin(store.recruiters_page(filter, order, args)),
    count: |store, filter| Box::pin(store.recruiters_count(filter)),
    position: |order, row| order.0.position(row),
};

#[derive(Default)]
pub(crate) struct RecruiterQuery;

#[Object]
impl RecruiterQuery {
    /// You.
    async fn viewer(&self, ctx: &Context<'_>) -> Result<Viewer> {
        let viewer = ctx.store().viewer();
        let scopes = viewer::Scope::ALL
            .into_iter()
            .filter(|scope| viewer.scopes.allow(*scope));
        Ok(Viewer {
            recruiter: named(ctx, viewer.recruiter_id).await,
            scopes: scopes.map(Scope::from).collect(),
        })
    }

    /// One recruiter. Null when there is none by this name.
    async fn recruiter(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whom.")] by: RecruiterBy,
    ) -> Option<Recruiter> {
        let outcome = async {
            let by = by.argument().at(ctx)?;
            ctx.store().recruiter_id_by(&by).await.at(ctx)
        };
        named(ctx, or_null(ctx, outcome.await)).await
    }

    /// Recruiters, by name unless another order is wished for.
    #[expect(clippy::too_many_arguments, reason = "the arguments of the API")]
    async fn recruiters(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whom; all, if omitted.")] filter: Option<RecruiterFilter>,
        #[graphql(desc = "In which order; by name, if omitted.")] order_by: Option<RecruiterOrder>,
        #[graphql(desc = "So many from the front: 0 to 100; 20 if `last` is omitted too.")]
        first: Option<i32>,
        #[graphql(desc = "Only what follows this cursor.")] after: Option<String>,
        #[graphql(desc = "So many from the end: 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what precedes this cursor.")] before: Option<String>,
    ) -> Result<Connection<Recruiter>> {
        let filter = Filter::from(filter.unwrap_or_default());
        let order = RecruiterOrder::read(order_by);
        let window = Window {
            first,
            after,
            last,
            before,
        };
        RECRUITERS.part(ctx, filter, order, window).await
    }
}
