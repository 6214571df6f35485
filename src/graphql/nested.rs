//! Lists that hang on many parents: a page under each parent of a field, all in one statement.

use std::{pin::Pin, sync::Arc};

use async_graphql::Context;
use std::hash::Hash;
use uuid::Uuid;

use super::{
    batch::Loading,
    context::ContextExt,
    error::{At, Result},
    loaders::{Counted, Loaders, Nested, page_or_empty},
    page::{Connection, ListName, Window},
};
use crate::store::Position;

/// Part of a list in the making. In a box, since the executor makes a future for each field of an
/// object as large as the largest of its type would be: not even a name is to carry a list's.
pub(crate) type Part<'a, T> = Pin<Box<dyn Future<Output = Result<Connection<T>>> + Send + 'a>>;

/// A kind of list that each parent has one of: how it is called, and by what it is loaded.
pub(crate) struct Lists<F, R> {
    /// Tells its cursors from those of other lists, such as `company.jobs`.
    pub(crate) name: &'static str,
    pub(crate) pages: fn(&Loaders) -> &Nested<F, R>,
    pub(crate) counts: fn(&Loaders) -> &Counted<F>,
    /// Where a row stands in the list.
    pub(crate) position: fn(&R) -> Position,
}

impl<F, R> Lists<F, R>
where
    F: Eq + Hash + Send + Sync + 'static,
    R: Clone + Send + Sync + 'static,
{
    /// Part of the list of one parent.
    pub(crate) fn under<'a, T: From<R> + 'a>(
        &'a self,
        ctx: &'a Context<'a>,
        parent: Uuid,
        filter: F,
        window: Window,
    ) -> Part<'a, T> {
        Box::pin(self.seen_from(ctx, parent, filter, window, T::from))
    }

    /// Part of the list of one parent, whose nodes look different from each parent.
    pub(crate) async fn seen_from<T>(
        &self,
        ctx: &Context<'_>,
        parent: Uuid,
        filter: F,
        window: Window,
        node: impl Fn(R) -> T,
    ) -> Result<Connection<T>> {
        let tenant = ctx.store().viewer().tenant_id;
        let parts = [tenant.as_bytes(), self.name.as_bytes(), parent.as_bytes()];
        let list = ListName::new(&parts);
        let filter = Arc::new(filter);
        let key = (parent, Arc::clone(&filter), window.read(&list).at(ctx)?);
        let page = page_or_empty((self.pages)(ctx.loaders()), key)
            .await
            .at(ctx)?;
        let (loaders, counts) = (Arc::clone(ctx.loaders()), self.counts);
        let total = Arc::new(move || -> Loading<_> {
            let (loaders, key) = (Arc::clone(&loaders), (parent, Arc::clone(&filter)));
            Box::pin(async move { Ok(counts(&loaders).get(key).await?.unwrap_or_default()) })
        });
        Ok(Connection::new(page, &list, total, self.position, node))
    }
}
