//! What may be asked of referrals.

use async_graphql::{ComplexObject, Context, Object};
use entity::enums::NodeKind;
use uuid::Uuid;

use super::{
    application,
    context::ContextExt,
    error::{At, Result},
    id::IdType,
    job,
    list::List,
    nested::{Lists, Part},
    nullable::or_null,
    page::{Connection, Window},
    person::{Person, known_person},
    record, recruiter,
    relationship::kind_seen_as,
    types::{
        application::Application,
        job::Job,
        record::{ExternalRecord, NodeBy},
        recruiter::Recruiter,
        referral::{Referral, ReferralFilter, ReferralOrder, ReferralStatusChange},
        relationship::RelationshipKind,
    },
};
use crate::store::{
    SortDirection,
    referral::{ReferralFilter as Filter, ReferralOrder as Order, Role},
};

pub(crate) use self::{
    chain::{ReferralChain, of_person as chain_of_person},
    tree::{ReferralTree, of_person as tree_of_person},
    write::ReferralMutation,
};

mod chain;
mod tree;
mod write;

#[ComplexObject]
impl Referral {
    /// Who referred.
    async fn referrer(&self, ctx: &Context<'_>) -> Result<Person> {
        known_person(ctx, self.referrer_row).await
    }

    /// Who was referred.
    async fn referred(&self, ctx: &Context<'_>) -> Result<Person> {
        known_person(ctx, self.referred_row).await
    }

    /// The recruiter who was told. Null never, but for a failure.
    async fn recruiter(&self, ctx: &Context<'_>) -> Option<Recruiter> {
        recruiter::named(ctx, self.recruiter_row).await
    }

    /// What the referrer said to be to the referred person. Null when they did not say.
    async fn relationship_kind(&self, ctx: &Context<'_>) -> Option<RelationshipKind> {
        let code = self.kind_code.as_deref()?;
        or_null(ctx, kind_seen_as(ctx, code).await.map(Some))
    }

    /// All its statuses, the earliest first; 200 at most.
    async fn status_history(&self, ctx: &Context<'_>) -> Result<Vec<ReferralStatusChange>> {
        let steps = ctx
            .loaders()
            .referral_status_changes
            .get(self.row)
            .await
            .at(ctx)?;
        let steps = steps.map(|steps| steps.iter().map(ReferralStatusChange::from).collect());
        Ok(steps.unwrap_or_default())
    }

    /// The referrer has the credit: theirs is the earliest claim to the referred person that was
    /// made no longer ago than the `attributionWindowDays` of the settings (180 by default), or that
    /// led to a hire within so many days.
    async fn is_credited(&self, ctx: &Context<'_>) -> Result<bool> {
        let credited = ctx
            .loaders()
            .credited_referrals
            .get(self.referred_row)
            .await
            .at(ctx)?;
        Ok(credited == Some(self.row))
    }

    /// The job the person was referred for. Null when none was named.
    async fn job(&self, ctx: &Context<'_>) -> Option<Job> {
        let row = self.job_row?;
        or_null(ctx, job::one(ctx, row).await)
    }

    /// The application that the referral led to. Null when none is linked.
    async fn application(&self, ctx: &Context<'_>) -> Option<Application> {
        let row = self.application_row?;
        or_null(ctx, application::one(ctx, row).await)
    }

    /// Its names in other systems.
    async fn external_records(&self, ctx: &Context<'_>) -> Result<Vec<ExternalRecord>> {
        record::of(ctx, NodeKind::Referral, self.row).await
    }
}

#[ComplexObject]
impl ReferralStatusChange {
    /// The recruiter who noted it. Null never, but for a failure.
    async fn recruiter(&self, ctx: &Context<'_>) -> Option<Recruiter> {
        recruiter::named(ctx, self.recruiter_row).await
    }
}

/// The referrals a person made, newest first.
const MADE: Lists<Role, entity::referral::Model> = of_role("person.referralsMade");
/// The claims to have referred a person, earliest first.
const CLAIMED: Lists<Role, entity::referral::Model> = of_role("person.referredBy");

const fn of_role(name: &'static str) -> Lists<Role, entity::referral::Model> {
    Lists {
        name,
        pages: |loaders| &loaders.referrals_of_people,
        counts: |loaders| &loaders.referrals_of_people_counts,
        position: |row| Order::Referred.position(row),
    }
}

/// The referrals in which a person has a role: those they made, newest first, or the claims to
/// have referred them, earliest first.
pub(crate) fn of_person<'a>(
    ctx: &'a Context<'a>,
    person: Uuid,
    role: Role,
    window: Window,
) -> Part<'a, Referral> {
    Box::pin(async move {
        let lists = match role {
            Role::Referrer => MADE,
            Role::Referred => CLAIMED,
        };
        lists.under(ctx, person, role, window).await
    })
}

/// The referral that is meant, if there is one.
async fn meant(ctx: &Context<'_>, by: NodeBy) -> Result<Option<Referral>> {
    let by = by.argument(IdType::Referral).at(ctx)?;
    let id = ctx.store().id_by(NodeKind::Referral, &by).await.at(ctx)?;
    match id {
        Some(id) => one(ctx, id).await,
        None => Ok(None),
    }
}

/// A referral by its row.
pub(crate) async fn one(ctx: &Context<'_>, row: Uuid) -> Result<Option<Referral>> {
    Ok(ctx
        .loaders()
        .referrals
        .get(row)
        .await
        .at(ctx)?
        .map(Referral::from))
}

/// All referrals of the tenant.
const REFERRALS: List<Filter, (Order, SortDirection), entity::referral::Model> = List {
    name: "referrals",
    page: |store, filter, order, args| Box::pin(store.referrals_page(filter, order, args)),
    count: |store, filter| Box::pin(store.referrals_count(filter)),
    position: |order, row| order.0.position(row),
};

#[derive(Default)]
pub(crate) struct ReferralQuery;

#[Object]
impl ReferralQuery {
    /// One referral. Null when there is none by this name.
    async fn referral(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which one.")] by: NodeBy,
    ) -> Option<Referral> {
        or_null(ctx, meant(ctx, by).await)
    }

    /// Referrals, newest first unless another order is wished for.
    #[expect(clippy::too_many_arguments, reason = "the arguments of the API")]
    async fn referrals(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which ones; all, if omitted.")] filter: Option<ReferralFilter>,
        #[graphql(desc = "In which order; newest first, if omitted.")] order_by: Option<
            ReferralOrder,
        >,
        #[graphql(desc = "So many from the front: 0 to 100; 20 if `last` is omitted too.")]
        first: Option<i32>,
        #[graphql(desc = "Only what follows this cursor.")] after: Option<String>,
        #[graphql(desc = "So many from the end: 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what precedes this cursor.")] before: Option<String>,
    ) -> Result<Connection<Referral>> {
        let filter: Filter = filter.unwrap_or_default().read().at(ctx)?;
        let order = ReferralOrder::read(order_by);
        let window = Window {
            first,
            after,
            last,
            before,
        };
        REFERRALS.part(ctx, filter, order, window).await
    }
}
