//! What may be asked of silence, and of touches that fall due.

use std::sync::Arc;

use async_graphql::{Context, ID, Object};
use chrono::{DateTime as Time, Utc};
use entity::{
    enums::{HangingReason, Hat},
    person,
};
use uuid::Uuid;

use super::{
    batch::Loading,
    context::ContextExt,
    error::{At, Result},
    id::{self, IdType},
    nullable::or_null,
    page::{Connection, ListName, Window},
    person::Person,
    scalars::DateTime,
    types::silence::{LeftHanging, LeftHangingTotals},
};
use crate::{
    error,
    rules::silence::Standing,
    store::{
        SortDirection, Store,
        person::{PersonFilter, PersonOrder, position},
    },
};

/// Why a person has been left hanging, if they have.
pub(crate) async fn of_person(
    ctx: &Context<'_>,
    person: Uuid,
    standing: Standing,
) -> Option<LeftHanging> {
    // Whoever waits for nothing needs no look at the settings.
    if standing == Standing::default() {
        return None;
    }
    let reasons = ctx.loaders().left_hanging.get((person, standing)).await;
    let told = |reasons: Option<Arc<Vec<_>>>| reasons.map(|all| all.as_slice().into());
    or_null(ctx, reasons.at(ctx).map(told))
}

/// Whom a list is narrowed to.
fn narrowed(
    owners: Option<Vec<ID>>,
    keepers: Option<Vec<ID>>,
    reasons: Option<Vec<HangingReason>>,
) -> error::Result<PersonFilter> {
    Ok(PersonFilter {
        owners: id::arguments(owners, "owners", IdType::Recruiter)?,
        keepers: id::arguments(keepers, "keepers", IdType::Recruiter)?,
        left_hanging_for: reasons,
        ..PersonFilter::default()
    })
}

/// Counts a list when asked.
fn total<Fut>(
    store: &Store,
    filter: PersonFilter,
    count: impl Fn(Store, Arc<PersonFilter>) -> Fut + Send + Sync + 'static,
) -> super::page::Total
where
    Fut: Future<Output = error::Result<u64>> + Send + 'static,
{
    let (store, filter) = (store.clone(), Arc::new(filter));
    Arc::new(move || -> Loading<_> {
        let counted = count(store.clone(), Arc::clone(&filter));
        Box::pin(async move { counted.await.map_err(Arc::new) })
    })
}

/// The people whose next touch falls due by then, the earliest first.
async fn due(
    ctx: &Context<'_>,
    hat: Option<Hat>,
    filter: PersonFilter,
    window: Window,
) -> Result<Connection<Person>> {
    let tenant = ctx.store().viewer().tenant_id;
    let list = ListName::new(&[tenant.as_bytes(), b"peopleDue"]);
    let window = window.read(&list).at(ctx)?;
    let order = [(PersonOrder::NextTouch, SortDirection::Ascending)];
    let store = ctx.showing();
    let page = store.people_page(hat, &filter, &order, &window).await;
    let page = page.at(ctx)?;
    let total = total(store, filter, move |store, filter| async move {
        store.people_count(hat, &filter).await
    });
    let position = |row: &person::Model| position(&order, row);
    Ok(Connection::new(page, &list, total, position, Person::from))
}

#[derive(Default)]
pub(crate) struct SilenceQuery;

#[Object]
impl SilenceQuery {
    /// The people whose next touch is due, the one due longest first: by their schedule, else by
    /// their cadence. A missed date stays until the touch was made. Nobody who may not be contacted
    /// is among them.
    #[expect(clippy::too_many_arguments, reason = "the arguments of the API")]
    async fn people_due(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Due then or earlier; now, if omitted.")] due_before: Option<DateTime>,
        #[graphql(desc = "Who wear this hat; everybody, if omitted.")] hat: Option<Hat>,
        #[graphql(desc = "Owned by one of these recruiters.")] owners: Option<Vec<ID>>,
        #[graphql(
            desc = "Kept in touch by one of these recruiters: their owner, else who took part \
                          in the newest touch."
        )]
        keepers: Option<Vec<ID>>,
        #[graphql(desc = "So many from the front: 0 to 100; 20 if `last` is omitted too.")]
        first: Option<i32>,
        #[graphql(desc = "Only what follows this cursor.")] after: Option<String>,
        #[graphql(desc = "So many from the end: 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what precedes this cursor.")] before: Option<String>,
    ) -> Result<Connection<Person>> {
        let now: Time<Utc> = ctx.store().clock().now();
        let filter = PersonFilter {
            due_until: Some(due_before.map_or(now, |due| due.0)),
            do_not_contact: Some(false),
            ..narrowed(owners, keepers, None).at(ctx)?
        };
        let window = Window {
            first,
            after,
            last,
            before,
        };
        due(ctx, hat, filter, window).await
    }

    /// The people who have been left hanging, the one who has waited longest first.
    #[expect(clippy::too_many_arguments, reason = "the arguments of the API")]
    async fn people_left_hanging(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "For one of these reasons at least; any, if omitted.")] reasons: Option<
            Vec<HangingReason>,
        >,
        #[graphql(desc = "Who wear this hat; everybody, if omitted.")] hat: Option<Hat>,
        #[graphql(desc = "Owned by one of these recruiters.")] owners: Option<Vec<ID>>,
        #[graphql(desc = "Kept in touch by one of these recruiters.")] keepers: Option<Vec<ID>>,
        #[graphql(desc = "So many from the front: 0 to 100; 20 if `last` is omitted too.")]
        first: Option<i32>,
        #[graphql(desc = "Only what follows this cursor.")] after: Option<String>,
        #[graphql(desc = "So many from the end: 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what precedes this cursor.")] before: Option<String>,
    ) -> Result<Connection<Person>> {
        let filter = narrowed(owners, keepers, reasons).at(ctx)?;
        let tenant = ctx.store().viewer().tenant_id;
        let name = ListName::new(&[tenant.as_bytes(), b"peopleLeftHanging"]);
        let window = Window {
            first,
            after,
            last,
            before,
        };
        let window = window.read(&name).at(ctx)?;
        let store = ctx.showing();
        let found = store.people_left_hanging(hat, &filter, &window).await;
        let found = found.at(ctx)?;
        let total = total(store, filter, move |store, filter| async move {
            store.left_hanging_count(hat, &filter).await
        });
        let (page, position) = (found.page.clone(), |row: &_| found.position(row));
        Ok(Connection::new(page, &name, total, position, Person::from))
    }

    /// How many people have been left hanging, in all and for each reason.
    async fn left_hanging_totals(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who wear this hat; everybody, if omitted.")] hat: Option<Hat>,
        #[graphql(desc = "Owned by one of these recruiters.")] owners: Option<Vec<ID>>,
        #[graphql(desc = "Kept in touch by one of these recruiters.")] keepers: Option<Vec<ID>>,
    ) -> Result<LeftHangingTotals> {
        let filter = narrowed(owners, keepers, None).at(ctx)?;
        let totals = ctx.store().left_hanging_totals(hat, &filter).await;
        Ok(totals.at(ctx)?.into())
    }
}
