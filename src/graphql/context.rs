//! What a resolver can reach: the viewer's store and the loaders of this request.

use std::sync::Arc;

use async_graphql::{Context, Request};

use super::loaders::Loaders;
use crate::store::Store;

/// Hangs a viewer's store, and loaders of its own, on a request. Loaders are never shared between
/// requests: what one viewer loaded is not another's to see.
pub fn with_store(request: Request, store: Store) -> Request {
    request.data(Arc::new(Loaders::new(&store))).data(store)
}

/// Reaches what hangs on the request.
pub(crate) trait ContextExt {
    /// The viewer's store.
    fn store(&self) -> &Store;
    /// The loaders of this request.
    fn loaders(&self) -> &Arc<Loaders>;
}

impl ContextExt for Context<'_> {
    fn store(&self) -> &Store {
        self.data_unchecked()
    }

    fn loaders(&self) -> &Arc<Loaders> {
        self.data_unchecked()
    }
}
