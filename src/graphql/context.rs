//! What a resolver can reach: the viewer's store and the loaders of this request.

use std::sync::{Arc, OnceLock};

use async_graphql::{Context, Request};

use super::loaders::Loaders;
use crate::store::Store;

/// Hangs a viewer's store, and loaders of its own, on a request. Loaders are never shared between
/// requests: what one viewer loaded is not another's to see.
pub fn with_store(request: Request, store: Store) -> Request {
    request.data(Reach {
        store,
        loaders: OnceLock::new(),
    })
}

/// What hangs on a request. Its loaders are made when the first is asked for: many requests need
/// none.
struct Reach {
    store: Store,
    loaders: OnceLock<Arc<Loaders>>,
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
        &self.data_unchecked::<Reach>().store
    }

    fn loaders(&self) -> &Arc<Loaders> {
        let reach = self.data_unchecked::<Reach>();
        reach
            .loaders
            .get_or_init(|| Arc::new(Loaders::new(&reach.store)))
    }
}
