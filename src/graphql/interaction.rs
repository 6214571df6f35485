//! What may be asked of interactions and done with them.

use async_graphql::{ComplexObject, Context, ID, Object, SimpleObject};
use entity::enums::NodeKind;
use uuid::Uuid;

use super::{
    context::ContextExt,
    error::{At, Result, UserError, outcome},
    id::{self, IdType},
    idempotency, job,
    list::List,
    nested::{Lists, Part},
    nullable::or_null,
    page::{Connection, Window},
    person::Person,
    promise, record, recruiter,
    types::{
        interaction::{
            Interaction, InteractionFilter, InteractionOrder, LogInteractionInput,
            RemoveInteractionInput, UpdateInteractionInput,
        },
        job::Job,
        promise::Promise,
        record::{ExternalRecord, NodeBy},
        recruiter::Recruiter,
    },
};
use crate::store::{
    Made, SortDirection, Writer,
    interaction::{InteractionFilter as Filter, InteractionOrder as Order},
    promise::PromisesOf,
};

#[ComplexObject]
impl Interaction {
    /// The people who took part, by name.
    async fn people(&self, ctx: &Context<'_>) -> Result<Vec<Person>> {
        let people = ctx.loaders().participants.get(self.row).await.at(ctx)?;
        let people = people.map(|people| people.iter().cloned().map(Person::from).collect());
        Ok(people.unwrap_or_default())
    }

    /// The recruiters who took part.
    async fn recruiters(&self, ctx: &Context<'_>) -> Result<Vec<Recruiter>> {
        let recruiters = ctx
            .loaders()
            .interaction_recruiters
            .get(self.row)
            .await
            .at(ctx)?;
        let recruiters = recruiters.map(|rows| rows.iter().cloned().map(Recruiter::from).collect());
        Ok(recruiters.unwrap_or_default())
    }

    /// The recruiter who logged it. Null never, but for a failure.
    async fn author(&self, ctx: &Context<'_>) -> Option<Recruiter> {
        recruiter::named(ctx, self.author_row).await
    }

    /// The job it was about. Null when it was about none.
    async fn job(&self, ctx: &Context<'_>) -> Option<Job> {
        let outcome = async {
            match self.job_row {
                Some(row) => job::one(ctx, row).await,
                None => Ok(None),
            }
        };
        or_null(ctx, outcome.await)
    }

    /// The promises that were made in it, the one that is due first first.
    async fn promises_made(
        &self,
        ctx: &Context<'_>,
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
        promise::under(ctx, PromisesOf::MadeIn, self.row, None, window).await
    }

    /// The promises that it kept, the one that was due first first.
    async fn promises_kept(
        &self,
        ctx: &Context<'_>,
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
        promise::under(ctx, PromisesOf::KeptBy, self.row, None, window).await
    }

    /// Its names in other systems.
    async fn external_records(&self, ctx: &Context<'_>) -> Result<Vec<ExternalRecord>> {
        record::of(ctx, NodeKind::Interaction, self.row).await
    }
}

/// The newest interactions of a person.
const OF_PERSON: Lists<Filter, entity::interaction::Model> = Lists {
    name: "person.interactions",
    pages: |loaders| &loaders.interactions_of_people,
    counts: |loaders| &loaders.interactions_of_people_counts,
    position: |row| Order::Occurred.position(row),
};

/// The newest interactions of a person.
pub(crate) fn of_person<'a>(
    ctx: &'a Context<'a>,
    person: Uuid,
    filter: Option<InteractionFilter>,
    window: Window,
) -> Part<'a, Interaction> {
    Box::pin(async move {
        let filter = filter.unwrap_or_default().read().at(ctx)?;
        OF_PERSON.under(ctx, person, filter, window).await
    })
}

/// All interactions of the tenant.
const INTERACTIONS: List<Filter, (Order, SortDirection), entity::interaction::Model> = List {
    name: "interactions",
    page: |store, filter, order, args| Box::pin(store.interactions_page(filter, order, args)),
    count: |store, filter| Box::pin(store.interactions_count(filter)),
    position: |order, row| order.0.position(row),
};

#[derive(Default)]
pub(crate) struct InteractionQuery;

#[Object]
impl InteractionQuery {
    /// One interaction. Null when there is none by this name that you may see.
    async fn interaction(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which one.")] by: NodeBy,
    ) -> Option<Interaction> {
        let outcome = async {
            let by = by.argument(IdType::Interaction).at(ctx)?;
            match ctx
                .store()
                .id_by(NodeKind::Interaction, &by)
                .await
                .at(ctx)?
            {
                Some(id) => one(ctx, id).await,
                None => Ok(None),
            }
        };
        or_null(ctx, outcome.await)
    }

    /// Interactions, newest first unless another order is wished for.
    #[expect(clippy::too_many_arguments, reason = "the arguments of the API")]
    async fn interactions(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which ones; all, if omitted.")] filter: Option<InteractionFilter>,
        #[graphql(desc = "In which order; newest first, if omitted.")] order_by: Option<
            InteractionOrder,
        >,
        #[graphql(desc = "So many from the front: 0 to 100; 20 if `last` is omitted too.")]
        first: Option<i32>,
        #[graphql(desc = "Only what follows this cursor.")] after: Option<String>,
        #[graphql(desc = "So many from the end: 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what precedes this cursor.")] before: Option<String>,
    ) -> Result<Connection<Interaction>> {
        let filter: Filter = filter.unwrap_or_default().read().at(ctx)?;
        let order = InteractionOrder::read(order_by);
        let window = Window {
            first,
            after,
            last,
            before,
        };
        INTERACTIONS.part(ctx, filter, order, window).await
    }
}

/// An interaction by its row.
pub(crate) async fn one(ctx: &Context<'_>, row: Uuid) -> Result<Option<Interaction>> {
    Ok(ctx
        .loaders()
        .interactions
        .get(row)
        .await
        .at(ctx)?
        .map(Interaction::from))
}

/// What logging an interaction leads to.
#[derive(SimpleObject)]
pub(crate) struct LogInteractionPayload {
    /// The interaction. Null when there are `userErrors`.
    interaction: Option<Interaction>,
    /// What you can mend; then nothing was written.
    user_errors: Vec<UserError>,
}

/// What changing an interaction leads to.
#[derive(SimpleObject)]
pub(crate) struct UpdateInteractionPayload {
    /// The interaction as it is now. Null when there are `userErrors`.
    interaction: Option<Interaction>,
    /// What you can mend; then nothing was written.
    user_errors: Vec<UserError>,
}

/// What removing an interaction leads to.
#[derive(SimpleObject)]
pub(crate) struct RemoveInteractionPayload {
    /// The id of what was removed. Null when there are `userErrors`.
    removed_id: Option<ID>,
    /// What you can mend; then nothing was written.
    user_errors: Vec<UserError>,
}

#[derive(Default)]
pub(crate) struct InteractionMutation;

#[Object]
impl InteractionMutation {
    /// Logs a touchpoint with one or more people, and brings their clocks up to date.
    /// Scope: `write`.
    async fn log_interaction(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The interaction.")] input: LogInteractionInput,
    ) -> Result<LogInteractionPayload> {
        let once = idempotency::once("logInteraction", input.idempotency_key.as_deref(), &input);
        let written = async {
            let new = &input.read()?;
            let log = |w: Writer| async move { w.log_interaction(new).await };
            let store = ctx.store();
            store.make_once(once.as_ref(), log, |row| row.id).await
        };
        let (made, user_errors) = outcome(written.await, ctx)?;
        let interaction = match made {
            Some(Made::Now(row)) => Some(row.into()),
            Some(Made::Before(row)) => one(ctx, row).await?,
            None => None,
        };
        Ok(LogInteractionPayload {
            interaction,
            user_errors,
        })
    }

    /// Changes an interaction; the clocks of all people concerned are as if it had always been so.
    /// Scope: `write`.
    async fn update_interaction(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The changes.")] input: UpdateInteractionInput,
    ) -> Result<UpdateInteractionPayload> {
        let written = async {
            let version = input.version;
            let (by, said) = &input.read()?;
            let store = ctx.store();
            store
                .write(|w| async move { w.update_interaction(by, said, version).await })
                .await
        };
        let (row, user_errors) = outcome(written.await, ctx)?;
        Ok(UpdateInteractionPayload {
            interaction: written_one(ctx, row).await?,
            user_errors,
        })
    }

    /// Removes an interaction; the clocks of all people concerned are as if it had never been.
    /// Scope: `write`.
    async fn remove_interaction(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which one.")] input: RemoveInteractionInput,
    ) -> Result<RemoveInteractionPayload> {
        let written = async {
            let by = &input.by.input(&["by"], IdType::Interaction)?;
            let version = input.version;
            ctx.store()
                .write(|w| async move { w.remove_interaction(by, version).await })
                .await
        };
        let (row, user_errors) = outcome(written.await, ctx)?;
        let removed_id = row.map(|row| id::encode(IdType::Interaction, row));
        Ok(RemoveInteractionPayload {
            removed_id,
            user_errors,
        })
    }
}

async fn written_one(ctx: &Context<'_>, row: Option<Uuid>) -> Result<Option<Interaction>> {
    match row {
        Some(row) => one(ctx, row).await,
        None => Ok(None),
    }
}
