//! `/healthz`: the process lives. `/readyz`: it can do its work, and is not about to stop.

use std::{sync::Arc, time::Duration};

use axum::{
    Json, Router,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::get,
};
use serde_json::json;

use super::app::App;

/// How long the database may take to say that it is there.
const PATIENCE: Duration = Duration::from_secs(1);

/// Both addresses.
pub(super) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/healthz", get(|| async { Json(json!({"status": "ok"})) }))
        .route("/readyz", get(ready))
}

async fn ready(State(app): State<Arc<App>>) -> Response {
    let state = if app.is_draining() {
        "stopping"
    } else if matches!(
        tokio::time::timeout(PATIENCE, app.engine.ready()).await,
        Ok(true)
    ) {
        "ready"
    } else {
        "database unavailable"
    };
    let status = if state == "ready" {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    (status, Json(json!({"status": state}))).into_response()
}
