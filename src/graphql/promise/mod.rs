//! What may be asked of promises.

use async_graphql::{ComplexObject, Context, Object};
use entity::enums::NodeKind;
use uuid::Uuid;

use super::{
    application,
    context::ContextExt,
    error::{At, Result},
    id::IdType,
    interaction, job,
    list::List,
    nested::{Lists, Part},
    nullable::or_null,
    page::{Connection, Window},
    person::{Person, known_person},
    record, recruiter,
    types::{
        application::Application,
        interaction::Interaction,
        job::Job,
        promise::{
            FollowThrough, Promise, PromiseEvidence, PromiseFilter, PromiseOrder, PromiseReschedule,
        },
        record::{ExternalRecord, NodeBy},
        recruiter::Recruiter,
    },
};
use crate::{
    rules,
    store::{
        SortDirection,
        promise::{PromiseFilter as Filter, PromiseOrder as Order, PromisesOf},
    },
};

pub(crate) use self::write::PromiseMutation;

mod write;

/// Promises under what they have to do with; ids tell people from recruiters.
const fn lists(name: &'static str) -> Lists<(PromisesOf, Filter), entity::promise::Model> {
    Lists {
        name,
        pages: |loaders| &loaders.promises_of,
        counts: |loaders| &loaders.promises_of_counts,
        position: |row| Order::Due.position(row),
    }
}

/// The promises made to a person, by a recruiter, in an interaction, or kept by it; the one that is
/// due first first.
pub(crate) fn under<'a>(
    ctx: &'a Context<'a>,
    of: PromisesOf,
    parent: Uuid,
    filter: Option<PromiseFilter>,
    window: Window,
) -> Part<'a, Promise> {
    Box::pin(async move {
        let filter = filter.unwrap_or_default().read().at(ctx)?;
        let lists = match of {
            PromisesOf::People | PromisesOf::Recruiters => const { lists("promises") },
            PromisesOf::MadeIn => const { lists("interaction.promisesMade") },
            PromisesOf::KeptBy => const { lists("interaction.promisesKept") },
        };
        lists.under(ctx, parent, (of, filter), window).await
    })
}

/// How the promises made to a person or by a recruiter were followed through.
pub(crate) async fn follow_through(
    ctx: &Context<'_>,
    of: PromisesOf,
    parent: Uuid,
) -> Result<FollowThrough> {
    let figures = ctx.loaders().follow_through.get((of, parent)).await;
    Ok(figures.at(ctx)?.unwrap_or_default().into())
}

#[ComplexObject]
impl Promise {
    /// To whom it was made.
    async fn person(&self, ctx: &Context<'_>) -> Result<Person> {
        known_person(ctx, self.person_row).await
    }

    /// Who made it, or took it over. Null never, but for a failure.
    async fn recruiter(&self, ctx: &Context<'_>) -> Option<Recruiter> {
        recruiter::named(ctx, self.recruiter_row).await
    }

    /// It is open past its due time.
    async fn is_overdue(&self, ctx: &Context<'_>) -> bool {
        let now = ctx.store().clock().now();
        rules::promise::is_overdue(self.state, self.due_at.0, now)
    }

    /// The facts that speak for an open promise having been kept, the earliest first; 5 at most.
    /// Empty when there are none, and when it is no longer open. Private interactions are no
    /// evidence.
    async fn evidence(&self, ctx: &Context<'_>) -> Result<Vec<PromiseEvidence>> {
        let facts = ctx.loaders().promise_evidence.get(self.row).await.at(ctx)?;
        let facts = facts.unwrap_or_default();
        let facts = facts.iter();
        Ok(facts
            .map(|fact| PromiseEvidence::new(fact, self.due_at))
            .collect())
    }

    /// The due times it had before, the first of them first; 200 at most.
    async fn reschedules(&self, ctx: &Context<'_>) -> Result<Vec<PromiseReschedule>> {
        let rows = ctx.loaders().promise_reschedules.get(self.row).await;
        let rows = rows.at(ctx)?;
        let rows = rows.map(|rows| rows.iter().map(PromiseReschedule::from).collect());
        Ok(rows.unwrap_or_default())
    }

    /// The job it is about. Null when none was named.
    async fn job(&self, ctx: &Context<'_>) -> Option<Job> {
        let row = self.job_row?;
        or_null(ctx, job::one(ctx, row).await)
    }

    /// The application it is about. Null when none was named.
    async fn application(&self, ctx: &Context<'_>) -> Option<Application> {
        let row = self.application_row?;
        or_null(ctx, application::one(ctx, row).await)
    }

    /// The interaction in which it was made. Null when none was named, when it was removed, and
    /// when you may not see it.
    async fn made_in(&self, ctx: &Context<'_>) -> Option<Interaction> {
        let row = self.made_in_row?;
        or_null(ctx, interaction::one(ctx, row).await)
    }

    /// The interaction that kept it. Null when it is not kept, when none was named, and when you
    /// may not see it.
    async fn kept_by(&self, ctx: &Context<'_>) -> Option<Interaction> {
        let row = self.kept_by_row?;
        or_null(ctx, interaction::one(ctx, row).await)
    }

    /// Its names in other systems.
    async fn external_records(&self, ctx: &Context<'_>) -> Result<Vec<ExternalRecord>> {
        record::of(ctx, NodeKind::Promise, self.row).await
    }
}

#[ComplexObject]
impl PromiseReschedule {
    /// The recruiter who put it off. Null never, but for a failure.
    async fn recruiter(&self, ctx: &Context<'_>) -> Option<Recruiter> {
        recruiter::named(ctx, self.recruiter_row).await
    }
}

#[ComplexObject]
impl PromiseEvidence {
    /// The interaction. Null when the fact is none.
    async fn interaction(&self, ctx: &Context<'_>) -> Option<Interaction> {
        let row = self.interaction_row?;
        or_null(ctx, interaction::one(ctx, row).await)
    }

    /// The application that came before the client, or of which there was news. Null when the fact
    /// has to do with none.
    async fn application(&self, ctx: &Context<'_>) -> Option<Application> {
        let row = self.application_row?;
        or_null(ctx, application::one(ctx, row).await)
    }
}

/// The promise that is meant, if there is one.
async fn meant(ctx: &Context<'_>, by: NodeBy) -> Result<Option<Promise>> {
    let by = by.argument(IdType::Promise).at(ctx)?;
    let id = ctx.store().id_by(NodeKind::Promise, &by).await.at(ctx)?;
    match id {
        Some(id) => one(ctx, id).await,
        None => Ok(None),
    }
}

/// A promise by its row.
pub(crate) async fn one(ctx: &Context<'_>, row: Uuid) -> Result<Option<Promise>> {
    let row = ctx.loaders().promises.get(row).await.at(ctx)?;
    Ok(row.map(Promise::from))
}

/// All promises of the tenant.
const PROMISES: List<Filter, (Order, SortDirection), entity::promise::Model> = List {
    name: "promises",
    page: |store, filter, order, args| Box::pin(store.promises_page(filter, order, args)),
    count: |store, filter| Box::pin(store.promises_count(filter)),
    position: |order, row| order.0.position(row),
};

#[derive(Default)]
pub(crate) struct PromiseQuery;

#[Object]
impl PromiseQuery {
    /// One promise. Null when there is none by this name.
    async fn promise(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which one.")] by: NodeBy,
    ) -> Option<Promise> {
        or_null(ctx, meant(ctx, by).await)
    }

    /// Promises, the one that is due first first unless another order is wished for.
    #[expect(clippy::too_many_arguments, reason = "the arguments of the API")]
    async fn promises(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which ones; all, if omitted.")] filter: Option<PromiseFilter>,
        #[graphql(desc = "In which order; due first, if omitted.")] order_by: Option<PromiseOrder>,
        #[graphql(desc = "So many from the front: 0 to 100; 20 if `last` is omitted too.")]
        first: Option<i32>,
        #[graphql(desc = "Only what follows this cursor.")] after: Option<String>,
        #[graphql(desc = "So many from the end: 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what precedes this cursor.")] before: Option<String>,
    ) -> Result<Connection<Promise>> {
        let filter: Filter = filter.unwrap_or_default().read().at(ctx)?;
        let order = PromiseOrder::read(order_by);
        let window = Window {
            first,
            after,
            last,
            before,
        };
        PROMISES.part(ctx, filter, order, window).await
    }
}
