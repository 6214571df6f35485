//! What may be asked of companies and done with them.

use async_graphql::{ComplexObject, Context, Object, SimpleObject};
use entity::enums::{FeedbackSide, NodeKind};
use uuid::Uuid;

use super::{
    context::ContextExt,
    error::{At, Result, UserError, outcome},
    feedback,
    id::IdType,
    idempotency, job,
    list::List,
    nested::Lists,
    nullable::or_null,
    page::{Connection, Window},
    person::Person,
    record, recruiter,
    scalars::DateTime,
    types::{
        company::{Company, CompanyFilter, CompanyOrder, CreateCompanyInput, UpdateCompanyInput},
        feedback::Nps,
        job::{Job, JobFilter},
        record::{ExternalRecord, NodeBy, keys},
        recruiter::Recruiter,
    },
};
use crate::store::{
    SortDirection, Writer,
    company::{CompanyFilter as Filter, CompanyOrder as Order},
    feedback::NpsOf,
    person::{PersonOrder, position},
};

/// The people of a company.
const PEOPLE: Lists<bool, entity::person::Model> = Lists {
    name: "company.people",
    pages: |loaders| &loaders.people_of_companies,
    counts: |loaders| &loaders.people_of_companies_counts,
    position: |row| position(&[(PersonOrder::Name, SortDirection::Ascending)], row),
};

#[ComplexObject]
impl Company {
    /// The recruiter who looks after it. Null when nobody does.
    async fn owner(&self, ctx: &Context<'_>) -> Option<Recruiter> {
        recruiter::named(ctx, self.owner_row).await
    }

    /// What other systems call it.
    async fn external_records(&self, ctx: &Context<'_>) -> Result<Vec<ExternalRecord>> {
        record::of(ctx, NodeKind::Company, self.row).await
    }

    /// The people who work or worked there, by name; each stands there once.
    async fn people(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those whose position there has not ended.", default)]
        current_only: bool,
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
        PEOPLE.under(ctx, self.row, current_only, window).await
    }

    /// The jobs it offers or offered, newest first.
    async fn jobs(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which ones; all, if omitted.")] filter: Option<JobFilter>,
        #[graphql(desc = "So many from the front: 0 to 100; 20 if `last` is omitted too.")]
        first: Option<i32>,
        #[graphql(desc = "Only what follows this cursor.")] after: Option<String>,
        #[graphql(desc = "So many from the end: 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what precedes this cursor.")] before: Option<String>,
    ) -> Result<Connection<Job>> {
        let window = Window {
            first,
            after,
            last,
            before,
        };
        job::of_company(ctx, self.row, filter, window).await
    }

    /// The net promoter score of what was said of its jobs, and by its people as clients, with the people touched
    /// about its jobs and its own.
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
        feedback::nps(ctx, NpsOf::Companies, self.row, (since, until), side).await
    }
}

/// A company by its row.
pub(crate) async fn one(ctx: &Context<'_>, row: Uuid) -> Result<Option<Company>> {
    Ok(ctx
        .loaders()
        .companies
        .get(row)
        .await
        .at(ctx)?
        .map(Company::from))
}

/// All companies of the tenant.
const COMPANIES: List<Filter, (Order, SortDirection), entity::company::Model> = List {
    name: "companies",
    page: |store, filter, order, args| Box::pin(store.companies_page(filter, order, args)),
    count: |store, filter| Box::pin(store.companies_count(filter)),
    position: |order, row| order.0.position(row),
};

#[derive(Default)]
pub(crate) struct CompanyQuery;

#[Object]
impl CompanyQuery {
    /// One company. Null when there is none by this name.
    async fn company(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which one.")] by: NodeBy,
    ) -> Option<Company> {
        let outcome = async {
            let by = by.argument(IdType::Company).at(ctx)?;
            match ctx.store().id_by(NodeKind::Company, &by).await.at(ctx)? {
                Some(row) => one(ctx, row).await,
                None => Ok(None),
            }
        };
        or_null(ctx, outcome.await)
    }

    /// Companies, by name unless another order is wished for.
    #[expect(clippy::too_many_arguments, reason = "the arguments of the API")]
    async fn companies(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which ones; all, if omitted.")] filter: Option<CompanyFilter>,
        #[graphql(desc = "In which order; by name, if omitted.")] order_by: Option<CompanyOrder>,
        #[graphql(desc = "So many from the front: 0 to 100; 20 if `last` is omitted too.")]
        first: Option<i32>,
        #[graphql(desc = "Only what follows this cursor.")] after: Option<String>,
        #[graphql(desc = "So many from the end: 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what precedes this cursor.")] before: Option<String>,
    ) -> Result<Connection<Company>> {
        let filter = filter.unwrap_or_default().read().at(ctx)?;
        let order = CompanyOrder::read(order_by);
        let window = Window {
            first,
            after,
            last,
            before,
        };
        COMPANIES.part(ctx, filter, order, window).await
    }
}

/// What making a company leads to.
#[derive(SimpleObject)]
pub(crate) struct CreateCompanyPayload {
    /// The company. Null when there are `userErrors`.
    company: Option<Company>,
    /// What you can mend; then nothing was written.
    user_errors: Vec<UserError>,
}

/// What changing a company leads to.
#[derive(SimpleObject)]
pub(crate) struct UpdateCompanyPayload {
    /// The company as it is now. Null when there are `userErrors`.
    company: Option<Company>,
    /// What you can mend; then nothing was written.
    user_errors: Vec<UserError>,
}

#[derive(Default)]
pub(crate) struct CompanyMutation;

#[Object]
impl CompanyMutation {
    /// Makes a company. Scope: `write`.
    async fn create_company(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The company.")] input: CreateCompanyInput,
    ) -> Result<CreateCompanyPayload> {
        let once = idempotency::once("createCompany", input.idempotency_key.as_deref(), &input);
        let written = async {
            let records = &keys(input.external_records.clone());
            let said = &input.read()?;
            let create = |w: Writer| async move { w.create_company(said, records).await };
            ctx.store().write_once(once.as_ref(), create).await
        };
        let (row, user_errors) = outcome(written.await, ctx)?;
        Ok(CreateCompanyPayload {
            company: written_one(ctx, row).await?,
            user_errors,
        })
    }

    /// Changes what is said of a company. Scope: `write`.
    async fn update_company(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The changes.")] input: UpdateCompanyInput,
    ) -> Result<UpdateCompanyPayload> {
        let written = async {
            let version = input.version;
            let (by, said) = &input.read()?;
            ctx.store()
                .write(|w| async move { w.update_company(by, said, version).await })
                .await
        };
        let (row, user_errors) = outcome(written.await, ctx)?;
        Ok(UpdateCompanyPayload {
            company: written_one(ctx, row).await?,
            user_errors,
        })
    }
}

async fn written_one(ctx: &Context<'_>, row: Option<Uuid>) -> Result<Option<Company>> {
    match row {
        Some(row) => one(ctx, row).await,
        None => Ok(None),
    }
}
