//! What may be asked of jobs and done with them.

use async_graphql::{ComplexObject, Context, Object, SimpleObject};
use entity::enums::{FeedbackSide, NodeKind};
use uuid::Uuid;

use super::{
    application, company,
    context::ContextExt,
    error::{At, Result, UserError, outcome},
    feedback,
    id::IdType,
    idempotency,
    list::List,
    nested::{Lists, Part},
    nullable::or_null,
    page::{Connection, Window},
    person::{self, Person},
    record, recruiter,
    scalars::DateTime,
    types::{
        application::{Application, ApplicationFilter},
        company::Company,
        feedback::{Feedback, Nps},
        job::{CreateJobInput, Job, JobFilter, JobOrder, UpdateJobInput},
        record::{ExternalRecord, NodeBy, keys},
        recruiter::Recruiter,
    },
};
use crate::store::{
    SortDirection, Writer,
    application::ApplicationsOf,
    feedback::{FeedbackOf, NpsOf},
    job::{JobFilter as Filter, JobOrder as Order},
};

/// The jobs of a company.
const OF_COMPANY: Lists<Filter, entity::job::Model> = Lists {
    name: "company.jobs",
    pages: |loaders| &loaders.jobs_of_companies,
    counts: |loaders| &loaders.jobs_of_companies_counts,
    position: |row| Order::Created.position(row),
};

/// The newest jobs of a company.
pub(crate) fn of_company<'a>(
    ctx: &'a Context<'a>,
    company: Uuid,
    filter: Option<JobFilter>,
    window: Window,
) -> Part<'a, Job> {
    Box::pin(async move {
        let filter = filter.unwrap_or_default().read().at(ctx)?;
        OF_COMPANY.under(ctx, company, filter, window).await
    })
}

#[ComplexObject]
impl Job {
    /// The company that offers it. Null when unknown.
    async fn company(&self, ctx: &Context<'_>) -> Option<Company> {
        let outcome = async {
            match self.company_row {
                Some(row) => company::one(ctx, row).await,
                None => Ok(None),
            }
        };
        or_null(ctx, outcome.await)
    }

    /// The person who decides who is hired. Null when unknown.
    async fn hiring_manager(&self, ctx: &Context<'_>) -> Option<Person> {
        let outcome = async {
            match self.hiring_manager_row {
                Some(row) => person::person(ctx, row).await,
                None => Ok(None),
            }
        };
        or_null(ctx, outcome.await)
    }

    /// The recruiter who looks after it. Null when nobody does.
    async fn owner(&self, ctx: &Context<'_>) -> Option<Recruiter> {
        recruiter::named(ctx, self.owner_row).await
    }

    /// What other systems call it.
    async fn external_records(&self, ctx: &Context<'_>) -> Result<Vec<ExternalRecord>> {
        record::of(ctx, NodeKind::Job, self.row).await
    }

    /// The applications for it, newest first.
    async fn applications(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which ones; all, if omitted.")] filter: Option<ApplicationFilter>,
        #[graphql(desc = "So many from the front: 0 to 100; 20 if `last` is omitted too.")]
        first: Option<i32>,
        #[graphql(desc = "Only what follows this cursor.")] after: Option<String>,
        #[graphql(desc = "So many from the end: 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what precedes this cursor.")] before: Option<String>,
    ) -> Result<Connection<Application>> {
        let window = Window {
            first,
            after,
            last,
            before,
        };
        application::under(ctx, ApplicationsOf::Jobs, self.row, filter, window).await
    }

    /// What people said of it, newest first.
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
        feedback::under(ctx, FeedbackOf::Jobs, self.row, window).await
    }

    /// The net promoter score of what was said of it, with the people touched about it.
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
        feedback::nps(ctx, NpsOf::Jobs, self.row, (since, until), side).await
    }
}

/// A job by its row.
pub(crate) async fn one(ctx: &Context<'_>, row: Uuid) -> Result<Option<Job>> {
    Ok(ctx.loaders().jobs.get(row).await.at(ctx)?.map(Job::from))
}

/// All jobs of the tenant.
const JOBS: List<Filter, (Order, SortDirection), entity::job::Model> = List {
    name: "jobs",
    page: |store, filter, order, args| Box::pin(store.jobs_page(filter, order, args)),
    count: |store, filter| Box::pin(store.jobs_count(filter)),
    position: |order, row| order.0.position(row),
};

#[derive(Default)]
pub(crate) struct JobQuery;

#[Object]
impl JobQuery {
    /// One job. Null when there is none by this name.
    async fn job(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which one.")] by: NodeBy,
    ) -> Option<Job> {
        let outcome = async {
            let by = by.argument(IdType::Job).at(ctx)?;
            match ctx.store().id_by(NodeKind::Job, &by).await.at(ctx)? {
                Some(row) => one(ctx, row).await,
                None => Ok(None),
            }
        };
        or_null(ctx, outcome.await)
    }

    /// Jobs, by title unless another order is wished for.
    #[expect(clippy::too_many_arguments, reason = "the arguments of the API")]
    async fn jobs(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which ones; all, if omitted.")] filter: Option<JobFilter>,
        #[graphql(desc = "In which order; by title, if omitted.")] order_by: Option<JobOrder>,
        #[graphql(desc = "So many from the front: 0 to 100; 20 if `last` is omitted too.")]
        first: Option<i32>,
        #[graphql(desc = "Only what follows this cursor.")] after: Option<String>,
        #[graphql(desc = "So many from the end: 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what precedes this cursor.")] before: Option<String>,
    ) -> Result<Connection<Job>> {
        let filter = filter.unwrap_or_default().read().at(ctx)?;
        let order = JobOrder::read(order_by);
        let window = Window {
            first,
            after,
            last,
            before,
        };
        JOBS.part(ctx, filter, order, window).await
    }
}

/// What making a job leads to.
#[derive(SimpleObject)]
pub(crate) struct CreateJobPayload {
    /// The job. Null when there are `userErrors`.
    job: Option<Job>,
    /// What you can mend; then nothing was written.
    user_errors: Vec<UserError>,
}

/// What changing a job leads to.
#[derive(SimpleObject)]
pub(crate) struct UpdateJobPayload {
    /// The job as it is now. Null when there are `userErrors`.
    job: Option<Job>,
    /// What you can mend; then nothing was written.
    user_errors: Vec<UserError>,
}

#[derive(Default)]
pub(crate) struct JobMutation;

#[Object]
impl JobMutation {
    /// Makes a job. Scope: `write`.
    async fn create_job(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The job.")] input: CreateJobInput,
    ) -> Result<CreateJobPayload> {
        let once = idempotency::once("createJob", input.idempotency_key.as_deref(), &input);
        let written = async {
            let records = &keys(input.external_records.clone());
            let said = &input.read()?;
            let create = |w: Writer| async move { w.create_job(said, records).await };
            ctx.store().write_once(once.as_ref(), create).await
        };
        let (row, user_errors) = outcome(written.await, ctx)?;
        Ok(CreateJobPayload {
            job: written_one(ctx, row).await?,
            user_errors,
        })
    }

    /// Changes what is said of a job. Scope: `write`.
    async fn update_job(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The changes.")] input: UpdateJobInput,
    ) -> Result<UpdateJobPayload> {
        let written = async {
            let version = input.version;
            let (by, said) = &input.read()?;
            ctx.store()
                .write(|w| async move { w.update_job(by, said, version).await })
                .await
        };
        let (row, user_errors) = outcome(written.await, ctx)?;
        Ok(UpdateJobPayload {
            job: written_one(ctx, row).await?,
            user_errors,
        })
    }
}

async fn written_one(ctx: &Context<'_>, row: Option<Uuid>) -> Result<Option<Job>> {
    match row {
        Some(row) => one(ctx, row).await,
        None => Ok(None),
    }
}
