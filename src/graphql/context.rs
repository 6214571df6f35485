//! What a resolver can reach: the viewer's store and the loaders of this request.

use std::{
    any::TypeId,
    sync::{Arc, OnceLock},
};

use async_graphql::{Context, Request, Response};

use super::{RapportSchema, loaders::Loaders};
use crate::store::{Shown, Store};

/// Hangs a viewer's store, and loaders of its own, on a request. Loaders are never shared between
/// requests: what one viewer loaded is not another's to see.
pub fn with_store(request: Request, store: Store) -> Request {
    let shown = request.data.get(&TypeId::of::<Shown>());
    let shown = shown.and_then(|shown| shown.downcast_ref::<Shown>());
    let showing = store.showing(&shown.cloned().unwrap_or_default());
    request.data(Reach {
        store,
        showing,
        loaders: OnceLock::new(),
    })
}

/// Runs a request that [`with_store`] prepared.
pub async fn execute(schema: &RapportSchema, request: Request) -> Response {
    let reach = request.data.get(&TypeId::of::<Reach>());
    let reach = reach.and_then(|reach| reach.downcast_ref::<Reach>());
    let traffic = reach.map(|reach| Arc::clone(reach.store.traffic()));
    traffic
        .unwrap_or_default()
        .direct(schema.execute(request))
        .await
}

/// What hangs on a request. Its loaders are made when the first is asked for: many requests need
/// none.
struct Reach {
    store: Store,
    showing: Store,
    loaders: OnceLock<Arc<Loaders>>,
}

/// Reaches what hangs on the request.
pub(crate) trait ContextExt {
    /// The viewer's store.
    fn store(&self) -> &Store;
    /// The same, to read what is only shown: of each row no more than the request selects.
    fn showing(&self) -> &Store;
    /// The loaders of this request.
    fn loaders(&self) -> &Arc<Loaders>;
}

impl ContextExt for Context<'_> {
    fn store(&self) -> &Store {
        &self.data_unchecked::<Reach>().store
    }

    fn showing(&self) -> &Store {
        &self.data_unchecked::<Reach>().showing
    }

    fn loaders(&self) -> &Arc<Loaders> {
        let reach = self.data_unchecked::<Reach>();
        reach
            .loaders
            .get_or_init(|| Arc::new(Loaders::new(&reach.store, &reach.showing)))
    }
}
