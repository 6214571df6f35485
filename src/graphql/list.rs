//! Lists of the whole tenant: a filter, an order, a window; the length only where it is asked for.

use std::{fmt::Debug, sync::Arc};

use async_graphql::Context;

use super::{
    batch::Loading,
    context::ContextExt,
    error::{At, Result},
    page::{Connection, ListName, Window},
};
use crate::{
    error,
    store::{Page, PageArgs, Position, Store},
};

/// What a store is asked for, borrowing the question.
type Reading<'a, T> = futures_util::future::BoxFuture<'a, error::Result<T>>;

/// A kind of list that the tenant has one of: how it is called, and by what it is read.
pub(crate) struct List<F, O, R> {
    /// Tells its cursors from those of other lists, such as `jobs`.
    pub(crate) name: &'static str,
    pub(crate) page: for<'a> fn(&'a Store, &'a F, O, &'a PageArgs) -> Reading<'a, Page<R>>,
    pub(crate) count: for<'a> fn(&'a Store, &'a F) -> Reading<'a, u64>,
    /// Where a row stands in the list.
    pub(crate) position: fn(O, &R) -> Position,
}

impl<F, O, R> List<F, O, R>
where
    F: Send + Sync + 'static,
    O: Copy + Debug + 'static,
    R: 'static,
{
    /// Part of the list. The order is part of the list's name: a cursor means nothing in another.
    pub(crate) async fn part<T: From<R>>(
        &self,
        ctx: &Context<'_>,
        filter: F,
        order: O,
        window: Window,
    ) -> Result<Connection<T>> {
        let order_name = format!("{order:?}");
        let tenant = ctx.store().viewer().tenant_id;
        let parts = [
            tenant.as_bytes(),
            self.name.as_bytes(),
            order_name.as_bytes(),
        ];
        let list = ListName::new(&parts);
        let args = window.read(&list).at(ctx)?;
        let store = ctx.showing().clone();
        let page = (self.page)(&store, &filter, order, &args).await.at(ctx)?;
        let (count, filter) = (self.count, Arc::new(filter));
        let total = Arc::new(move || -> Loading<_> {
            let (store, filter) = (store.clone(), Arc::clone(&filter));
            Box::pin(async move { count(&store, &filter).await.map_err(Arc::new) })
        });
        let position = |row: &R| (self.position)(order, row);
        Ok(Connection::new(page, &list, total, position, T::from))
    }
}
