//! Which address leads where, and what every request passes on its way.

use std::{any::Any, sync::Arc, time::Duration};

use axum::{
    Router,
    body::Body,
    http::{HeaderName, HeaderValue, Method, header},
    middleware,
    response::{IntoResponse, Response},
    routing::any,
};
use tower_http::{
    catch_panic::CatchPanicLayer,
    compression::{
        CompressionLayer, Predicate,
        predicate::{NotForContentType, SizeAbove},
    },
    cors::{AllowOrigin, CorsLayer},
};

use super::{app::App, graphql, health, observe::observe, problem::Problem};
use crate::graphql::code::Code;

/// Smaller answers than this many bytes are not worth compressing.
const COMPRESS_ABOVE: u64 = 1024;
/// How long a browser may remember what a page of another origin may do.
const CORS_AGE: Duration = Duration::from_hours(1);

/// All addresses. `pages` are those that are for people and need no state.
pub fn router(app: &Arc<App>, pages: Router) -> Router {
    let compress = SizeAbove::new(COMPRESS_ABOVE).and(NotForContentType::SSE);
    let routes = Router::new()
        .route("/graphql", any(graphql::handle))
        .merge(health::routes())
        .with_state(Arc::clone(app))
        .merge(pages)
        .fallback(|| async { Problem::new(Code::NotFound, "There is nothing at this address.") })
        .method_not_allowed_fallback(|| async { Problem::method("GET") })
        .layer(CatchPanicLayer::custom(after_panic))
        .layer(CompressionLayer::new().gzip(true).compress_when(compress));
    let routes = match cors(&app.options.cors_origins) {
        Some(layer) => routes.layer(layer),
        None => routes,
    };
    routes.layer(middleware::from_fn_with_state(Arc::clone(app), observe))
}

/// What a panic outside of any operation looks like: like any failure of ours.
fn after_panic(_: Box<dyn Any + Send>) -> Response<Body> {
    tracing::error!("a request panicked");
    Problem::internal().into_response()
}

fn cors(origins: &[String]) -> Option<CorsLayer> {
    if origins.is_empty() {
        return None;
    }
    let allowed: Vec<HeaderValue> = origins
        .iter()
        .filter_map(|origin| origin.parse().ok())
        .collect();
    let request_id = HeaderName::from_static("x-request-id");
    Some(
        CorsLayer::new()
            .allow_origin(AllowOrigin::list(allowed))
            .allow_methods([Method::GET, Method::POST])
            .allow_headers([
                header::AUTHORIZATION,
                header::CONTENT_TYPE,
                graphql::COST,
                request_id.clone(),
            ])
            .expose_headers([
                graphql::COST,
                graphql::REMAINING,
                header::RETRY_AFTER,
                request_id,
            ])
            .max_age(CORS_AGE),
    )
}

#[cfg(test)]
mod tests;
