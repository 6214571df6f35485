//! What may be asked of applications and done with them.

use async_graphql::{ComplexObject, Context, Object, SimpleObject};
use entity::enums::NodeKind;
use uuid::Uuid;

use super::{
    context::ContextExt,
    error::{At, Result, UserError, outcome},
    id::IdType,
    idempotency, job,
    nested::{Lists, Part},
    nullable::or_null,
    page::Window,
    person::{Person, known_person},
    record, recruiter,
    types::{
        application::{
            Application, ApplicationChange, ApplicationFilter, CreateApplicationInput,
            RecordApplicationChangeInput, RemoveApplicationChangeInput, UpdateApplicationInput,
        },
        job::Job,
        record::{ExternalRecord, NodeBy},
        recruiter::Recruiter,
        referral::Referral,
    },
};
use crate::store::{
    Writer,
    application::{ApplicationFilter as Filter, ApplicationsOf, application_position},
};

/// The applications of a person or for a job; ids tell the two kinds of parents apart.
const UNDER: Lists<(ApplicationsOf, Filter), entity::application::Model> = Lists {
    name: "applications",
    pages: |loaders| &loaders.applications_of,
    counts: |loaders| &loaders.applications_of_counts,
    position: application_position,
};

/// The newest applications of a person or for a job.
pub(crate) fn under<'a>(
    ctx: &'a Context<'a>,
    of: ApplicationsOf,
    parent: Uuid,
    filter: Option<ApplicationFilter>,
    window: Window,
) -> Part<'a, Application> {
    Box::pin(async move {
        let filter = Filter::from(filter.unwrap_or_default());
        UNDER.under(ctx, parent, (of, filter), window).await
    })
}

#[ComplexObject]
impl Application {
    /// Who applied.
    async fn person(&self, ctx: &Context<'_>) -> Result<Person> {
        known_person(ctx, self.person_row).await
    }

    /// What for. Null never, but for a failure.
    async fn job(&self, ctx: &Context<'_>) -> Option<Job> {
        or_null(ctx, job::one(ctx, self.job_row).await)
    }

    /// Its dated steps, the earliest first: how it began, and each change of stage, milestone or
    /// outcome; 200 at most.
    async fn history(&self, ctx: &Context<'_>) -> Result<Vec<ApplicationChange>> {
        let steps = ctx
            .loaders()
            .application_changes
            .get(self.row)
            .await
            .at(ctx)?;
        let steps = steps.map(|steps| steps.iter().map(ApplicationChange::from).collect());
        Ok(steps.unwrap_or_default())
    }

    /// The referrals that led to it, the earliest told first. Each has another referrer.
    async fn referrals(&self, ctx: &Context<'_>) -> Result<Vec<Referral>> {
        let rows = ctx
            .loaders()
            .referrals_of_applications
            .get(self.row)
            .await
            .at(ctx)?;
        let rows = rows.map(|rows| rows.iter().cloned().map(Referral::from).collect());
        Ok(rows.unwrap_or_default())
    }

    /// What other systems call it.
    async fn external_records(&self, ctx: &Context<'_>) -> Result<Vec<ExternalRecord>> {
        record::of(ctx, NodeKind::Application, self.row).await
    }
}

#[ComplexObject]
impl ApplicationChange {
    /// The recruiter who noted it. Null never, but for a failure.
    async fn recruiter(&self, ctx: &Context<'_>) -> Option<Recruiter> {
        recruiter::named(ctx, self.recruiter_row).await
    }
}

/// An application by its row.
pub(crate) async fn one(ctx: &Context<'_>, row: Uuid) -> Result<Option<Application>> {
    Ok(ctx
        .loaders()
        .applications
        .get(row)
        .await
        .at(ctx)?
        .map(Application::from))
}

#[derive(Default)]
pub(crate) struct ApplicationQuery;

#[Object]
impl ApplicationQuery {
    /// One application. Null when there is none by this name.
    async fn application(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which one.")] by: NodeBy,
    ) -> Option<Application> {
        let outcome = async {
            let by = by.argument(IdType::Application).at(ctx)?;
            match ctx
                .store()
                .id_by(NodeKind::Application, &by)
                .await
                .at(ctx)?
            {
                Some(row) => one(ctx, row).await,
                None => Ok(None),
            }
        };
        or_null(ctx, outcome.await)
    }
}

/// What making an application leads to.
#[derive(SimpleObject)]
pub(crate) struct CreateApplicationPayload {
    /// The application. Null when there are `userErrors`.
    application: Option<Application>,
    /// What you can mend; then nothing was written.
    user_errors: Vec<UserError>,
}

/// What changing an application leads to.
#[derive(SimpleObject)]
pub(crate) struct UpdateApplicationPayload {
    /// The application as it is now. Null when there are `userErrors`.
    application: Option<Application>,
    /// What you can mend; then nothing was written.
    user_errors: Vec<UserError>,
}

/// What telling a step of an application leads to.
#[derive(SimpleObject)]
pub(crate) struct RecordApplicationChangePayload {
    /// The application as it is now. Null when there are `userErrors`.
    application: Option<Application>,
    /// What you can mend; then nothing was written.
    user_errors: Vec<UserError>,
}

/// What taking a step of an application away leads to.
#[derive(SimpleObject)]
pub(crate) struct RemoveApplicationChangePayload {
    /// The application as it is now. Null when there are `userErrors`.
    application: Option<Application>,
    /// What you can mend; then nothing was written.
    user_errors: Vec<UserError>,
}

#[derive(Default)]
pub(crate) struct ApplicationMutation;

#[Object]
impl ApplicationMutation {
    /// Makes an application of a person for a job. Scope: `write`.
    async fn create_application(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The application.")] input: CreateApplicationInput,
    ) -> Result<CreateApplicationPayload> {
        let once = idempotency::once(
            "createApplication",
            input.idempotency_key.as_deref(),
            &input,
        );
        let written = async {
            let new = &input.read()?;
            let create = |w: Writer| async move { w.create_application(new).await };
            ctx.store().write_once(once.as_ref(), create).await
        };
        let (row, user_errors) = outcome(written.await, ctx)?;
        Ok(CreateApplicationPayload {
            application: written_one(ctx, row).await?,
            user_errors,
        })
    }

    /// Changes what is said of an application. Person and job stay. Scope: `write`.
    async fn update_application(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The changes.")] input: UpdateApplicationInput,
    ) -> Result<UpdateApplicationPayload> {
        let written = async {
            let version = input.version;
            let (by, said) = &input.read()?;
            let store = ctx.store();
            store
                .write(|w| async move { w.update_application(by, said, version).await })
                .await
        };
        let (row, user_errors) = outcome(written.await, ctx)?;
        Ok(UpdateApplicationPayload {
            application: written_one(ctx, row).await?,
            user_errors,
        })
    }

    /// Tells a dated step of an application: a stage, a milestone, an outcome. Steps may be told in
    /// any order, as an import brings them: the application stands where the latest ones left it.
    /// A step that says only what held already at that time changes nothing. Referrals that led
    /// here follow. Scope: `write`.
    async fn record_application_change(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The step.")] input: RecordApplicationChangeInput,
    ) -> Result<RecordApplicationChangePayload> {
        let written = async {
            let version = input.version;
            let (by, step) = &input.read()?;
            let store = ctx.store();
            store
                .write(|w| async move { w.record_application_change(by, step, version).await })
                .await
        };
        let (row, user_errors) = outcome(written.await, ctx)?;
        Ok(RecordApplicationChangePayload {
            application: written_one(ctx, row).await?,
            user_errors,
        })
    }

    /// Takes a step of an application away that was told by mistake; all that followed from it is
    /// as if it had never been told. The beginning stays. Scope: `write`.
    async fn remove_application_change(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which step.")] input: RemoveApplicationChangeInput,
    ) -> Result<RemoveApplicationChangePayload> {
        let written = async {
            let (version, at) = (input.version, input.changed_at.0);
            let by = &input.by.input(&["by"], IdType::Application)?;
            let store = ctx.store();
            store
                .write(|w| async move { w.remove_application_change(by, at, version).await })
                .await
        };
        let (row, user_errors) = outcome(written.await, ctx)?;
        Ok(RemoveApplicationChangePayload {
            application: written_one(ctx, row).await?,
            user_errors,
        })
    }
}

async fn written_one(ctx: &Context<'_>, row: Option<Uuid>) -> Result<Option<Application>> {
    match row {
        Some(row) => one(ctx, row).await,
        None => Ok(None),
    }
}
