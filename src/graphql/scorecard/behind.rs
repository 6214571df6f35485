//! A list behind a figure: read and counted when it is asked for.

use std::sync::Arc;

use async_graphql::Context;

use crate::{
    error::Result as Plain,
    graphql::{
        batch::Loading,
        context::ContextExt,
        error::{At, Result},
        page::{Connection, ListName, Window},
        person::Person,
        types::scorecard::Card,
    },
    store::{Page, PageArgs, Position, Store, person::PersonOrder, scorecard::Group},
};

/// One of the lists: how it is called, read, counted, and where a row stands in it.
pub(super) struct List<Pages, Counts, R> {
    pub(super) name: &'static str,
    pub(super) page: Pages,
    pub(super) count: Counts,
    pub(super) position: fn(&R) -> Position,
}

impl<Pages, Counts, R> List<Pages, Counts, R> {
    /// Part of the list.
    pub(super) async fn read<T, P, C>(
        self,
        ctx: &Context<'_>,
        card: Card,
        window: Window,
    ) -> Result<Connection<T>>
    where
        T: From<R>,
        P: Future<Output = Plain<Page<R>>>,
        C: Future<Output = Plain<u64>> + Send + 'static,
        Pages: FnOnce(Store, PageArgs) -> P,
        Counts: Fn(Store) -> C + Send + Sync + 'static,
    {
        let tenant = ctx.store().viewer().tenant_id;
        let recruiter = card.recruiter.unwrap_or_default();
        let parts = [
            tenant.as_bytes(),
            self.name.as_bytes(),
            recruiter.as_bytes(),
        ];
        let list = ListName::new(&parts);
        let args = window.read(&list).at(ctx)?;
        let store = ctx.store().clone();
        let page = (self.page)(store.clone(), args).await.at(ctx)?;
        let count = Arc::new(self.count);
        let total = Arc::new(move || -> Loading<_> {
            let counted = count(store.clone());
            Box::pin(async move { counted.await.map_err(Arc::new) })
        });
        Ok(Connection::new(page, &list, total, self.position, T::from))
    }
}

/// People of a group.
pub(super) async fn people(
    ctx: &Context<'_>,
    card: Card,
    group: Group,
    window: Window,
) -> Result<Connection<Person>> {
    let behind = List {
        name: "scorecard.people",
        page: |store: Store, args| async move { store.scorecard_people(&card, group, &args).await },
        count: move |store: Store| async move { store.scorecard_people_count(&card, group).await },
        position: |row| PersonOrder::Created.position(row),
    };
    behind.read(ctx, card, window).await
}
