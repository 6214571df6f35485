//! What may be asked of feedback and done with it.

use async_graphql::{ComplexObject, Context, ID, Object, SimpleObject};
use entity::enums::{FeedbackSide, NodeKind};
use uuid::Uuid;

use super::{
    context::ContextExt,
    error::{At, Result, UserError, outcome},
    id::{self, IdType},
    idempotency, interaction, job,
    list::List,
    nested::{Lists, Part},
    nullable::or_null,
    page::{Connection, Window},
    person::{Person, known_person},
    record, recruiter,
    scalars::DateTime,
    types::{
        feedback::{
            Feedback, FeedbackFilter, FeedbackOrder, Nps, RecordFeedbackInput, RemoveFeedbackInput,
            UpdateFeedbackInput,
        },
        interaction::Interaction,
        job::Job,
        record::{ExternalRecord, NodeBy},
        recruiter::Recruiter,
    },
};
use crate::{
    error::Error,
    store::{
        SortDirection, Writer,
        feedback::{FeedbackFilter as Filter, FeedbackOf, NpsOf, NpsWindow, position},
    },
};

#[ComplexObject]
impl Feedback {
    /// Who gave it.
    async fn person(&self, ctx: &Context<'_>) -> Result<Person> {
        known_person(ctx, self.person_row).await
    }

    /// The recruiter it is about. Null when it is about none in particular.
    async fn recruiter(&self, ctx: &Context<'_>) -> Option<Recruiter> {
        recruiter::named(ctx, self.recruiter_row).await
    }

    /// The job it is about. Null when it is about none.
    async fn job(&self, ctx: &Context<'_>) -> Option<Job> {
        let row = self.job_row?;
        or_null(ctx, job::one(ctx, row).await)
    }

    /// The interaction it is about. Null when it is about none, or about one that you may not see.
    async fn interaction(&self, ctx: &Context<'_>) -> Option<Interaction> {
        let row = self.interaction_row?;
        or_null(ctx, interaction::one(ctx, row).await)
    }

    /// The recruiter who entered it. Null never, but for a failure.
    async fn author(&self, ctx: &Context<'_>) -> Option<Recruiter> {
        recruiter::named(ctx, self.author_row).await
    }

    /// Its names in other systems.
    async fn external_records(&self, ctx: &Context<'_>) -> Result<Vec<ExternalRecord>> {
        record::of(ctx, NodeKind::Feedback, self.row).await
    }
}

/// The newest feedback of each person, job or recruiter.
const fn lists(name: &'static str) -> Lists<FeedbackOf, entity::feedback::Model> {
    Lists {
        name,
        pages: |loaders| &loaders.feedback_of,
        counts: |loaders| &loaders.feedback_of_counts,
        position,
    }
}

/// The newest feedback of a person, a job or a recruiter.
pub(crate) fn under<'a>(
    ctx: &'a Context<'a>,
    of: FeedbackOf,
    parent: Uuid,
    window: Window,
) -> Part<'a, Feedback> {
    Box::pin(async move {
        let lists = match of {
            FeedbackOf::People => const { lists("person.feedback") },
            FeedbackOf::Jobs => const { lists("job.feedback") },
            FeedbackOf::Recruiters => const { lists("recruiter.feedback") },
        };
        lists.under(ctx, parent, of, window).await
    })
}

/// The net promoter score of the tenant, a recruiter, a job or a company.
pub(crate) async fn nps(
    ctx: &Context<'_>,
    of: NpsOf,
    row: Uuid,
    (since, until): (DateTime, Option<DateTime>),
    side: Option<FeedbackSide>,
) -> Result<Nps> {
    if until.is_some_and(|until| until <= since) {
        let message =
            "`until` is not later than `since`; give a period that has begun when it ends";
        return Err(Error::bad_input(message)).at(ctx);
    }
    let window = NpsWindow {
        since: since.0,
        until: until.map(|until| until.0),
        side,
    };
    let key = ((of, window), row);
    let figures = ctx.loaders().net_promoter_scores.get(key).await.at(ctx)?;
    Ok(figures.unwrap_or_default().into())
}

/// Feedback by its row.
pub(crate) async fn one(ctx: &Context<'_>, row: Uuid) -> Result<Option<Feedback>> {
    let row = ctx.loaders().feedback.get(row).await.at(ctx)?;
    Ok(row.map(Feedback::from))
}

/// All feedback of the tenant.
const FEEDBACK: List<Filter, SortDirection, entity::feedback::Model> = List {
    name: "feedback",
    page: |store, filter, order, args| Box::pin(store.feedback_page(filter, order, args)),
    count: |store, filter| Box::pin(store.feedback_count(filter)),
    position: |_, row| position(row),
};

#[derive(Default)]
pub(crate) struct FeedbackQuery;

#[Object]
impl FeedbackQuery {
    /// One piece of feedback. Null when there is none by this name that you may see.
    async fn feedback_item(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which one.")] by: NodeBy,
    ) -> Option<Feedback> {
        let outcome = async {
            let by = by.argument(IdType::Feedback).at(ctx)?;
            match ctx.store().id_by(NodeKind::Feedback, &by).await.at(ctx)? {
                Some(id) => one(ctx, id).await,
                None => Ok(None),
            }
        };
        or_null(ctx, outcome.await)
    }

    /// Feedback, newest first unless another order is wished for.
    #[expect(clippy::too_many_arguments, reason = "the arguments of the API")]
    async fn feedback(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which; all, if omitted.")] filter: Option<FeedbackFilter>,
        #[graphql(desc = "In which order; newest first, if omitted.")] order_by: Option<
            FeedbackOrder,
        >,
        #[graphql(desc = "So many from the front: 0 to 100; 20 if `last` is omitted too.")]
        first: Option<i32>,
        #[graphql(desc = "Only what follows this cursor.")] after: Option<String>,
        #[graphql(desc = "So many from the end: 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what precedes this cursor.")] before: Option<String>,
    ) -> Result<Connection<Feedback>> {
        let filter: Filter = filter.unwrap_or_default().read().at(ctx)?;
        let order = FeedbackOrder::read(order_by);
        let window = Window {
            first,
            after,
            last,
            before,
        };
        FEEDBACK.part(ctx, filter, order, window).await
    }

    /// The net promoter score of your tenant; recruiters, jobs and companies have their own.
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
        let tenant = ctx.store().viewer().tenant_id;
        nps(ctx, NpsOf::Tenant, tenant, (since, until), side).await
    }
}

/// What recording feedback leads to.
#[derive(SimpleObject)]
pub(crate) struct RecordFeedbackPayload {
    /// The feedback. Null when there are `userErrors`.
    feedback: Option<Feedback>,
    /// What you can mend; then nothing was written.
    user_errors: Vec<UserError>,
}

/// What changing feedback leads to.
#[derive(SimpleObject)]
pub(crate) struct UpdateFeedbackPayload {
    /// The feedback as it is now. Null when there are `userErrors`.
    feedback: Option<Feedback>,
    /// What you can mend; then nothing was written.
    user_errors: Vec<UserError>,
}

/// What removing feedback leads to.
#[derive(SimpleObject)]
pub(crate) struct RemoveFeedbackPayload {
    /// The id of what was removed. Null when there are `userErrors`.
    removed_id: Option<ID>,
    /// What you can mend; then nothing was written.
    user_errors: Vec<UserError>,
}

#[derive(Default)]
pub(crate) struct FeedbackMutation;

#[Object]
impl FeedbackMutation {
    /// Records what a person said of working with us. Scope: `write`.
    async fn record_feedback(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The feedback.")] input: RecordFeedbackInput,
    ) -> Result<RecordFeedbackPayload> {
        let once = idempotency::once("recordFeedback", input.idempotency_key.as_deref(), &input);
        let written = async {
            let new = &input.read()?;
            let record = |w: Writer| async move { w.record_feedback(new).await };
            ctx.store().write_once(once.as_ref(), record).await
        };
        let (row, user_errors) = outcome(written.await, ctx)?;
        Ok(RecordFeedbackPayload {
            feedback: written_one(ctx, row).await?,
            user_errors,
        })
    }

    /// Changes feedback. Scope: `write`.
    async fn update_feedback(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The changes.")] input: UpdateFeedbackInput,
    ) -> Result<UpdateFeedbackPayload> {
        let written = async {
            let version = input.version;
            let (by, said) = &input.read()?;
            let store = ctx.store();
            store
                .write(|w| async move { w.update_feedback(by, said, version).await })
                .await
        };
        let (row, user_errors) = outcome(written.await, ctx)?;
        Ok(UpdateFeedbackPayload {
            feedback: written_one(ctx, row).await?,
            user_errors,
        })
    }

    /// Removes feedback. Scope: `write`.
    async fn remove_feedback(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which.")] input: RemoveFeedbackInput,
    ) -> Result<RemoveFeedbackPayload> {
        let written = async {
            let by = &input.by.input(&["by"], IdType::Feedback)?;
            let version = input.version;
            let store = ctx.store();
            store
                .write(|w| async move { w.remove_feedback(by, version).await })
                .await
        };
        let (row, user_errors) = outcome(written.await, ctx)?;
        Ok(RemoveFeedbackPayload {
            removed_id: row.map(|row| id::encode(IdType::Feedback, row)),
            user_errors,
        })
    }
}

async fn written_one(ctx: &Context<'_>, row: Option<Uuid>) -> Result<Option<Feedback>> {
    match row {
        Some(row) => one(ctx, row).await,
        None => Ok(None),
    }
}
