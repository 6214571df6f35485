//! The ceiling: what a bare handler reaches that answers one question only, from one statement
//! written by hand. It knows its tenant and its caller from the start, and compares one token.

mod deep;
mod pages;
mod shape;
mod write;

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{Request, State},
    http::{StatusCode, header::AUTHORIZATION},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::post,
    serve::ListenerExt,
};
use rapport::demo;
use serde::{Deserialize, Serialize};
use sqlx::PgPool;
use tokio::net::TcpListener;
use uuid::Uuid;

use super::{Args, data, report};

const TOKEN: &str = "the-one-token";

/// What the handlers share.
struct Ceiling {
    pool: PgPool,
    tenant: Uuid,
    recruiter: Uuid,
}

/// The body of a request.
#[derive(Deserialize)]
struct Asked<V> {
    variables: V,
}

/// The body of an answer.
#[derive(Serialize)]
struct Answer<D> {
    data: D,
}

/// A list.
#[derive(Serialize)]
struct Nodes<T> {
    nodes: Vec<T>,
}

impl<T> Nodes<T> {
    fn none() -> Self {
        Self { nodes: Vec::new() }
    }
}

/// A page of candidates.
#[derive(Serialize)]
struct Candidates<T> {
    candidates: Nodes<T>,
}

type Shared = State<Arc<Ceiling>>;
type Answered<D> = Result<Json<Answer<D>>, Failed>;

fn answer<D>(data: D) -> Json<Answer<D>> {
    Json(Answer { data })
}

/// Whatever went wrong: the client ends with it.
struct Failed(sqlx::Error);

impl From<sqlx::Error> for Failed {
    fn from(error: sqlx::Error) -> Self {
        Self(error)
    }
}

impl IntoResponse for Failed {
    fn into_response(self) -> Response {
        (StatusCode::INTERNAL_SERVER_ERROR, self.0.to_string()).into_response()
    }
}

/// Serves until it is killed.
pub(crate) async fn serve(args: &Args) -> anyhow::Result<()> {
    let pool = data::pool(&args.database, args.connections, "ceiling").await?;
    let (tenant, recruiter) = sqlx::query_as(
        "SELECT tenant.id, recruiter.id FROM tenant JOIN recruiter ON tenant_id = tenant.id
         WHERE tenant.name = $1 AND subject = $2",
    )
    .bind(demo::TENANT)
    .bind(demo::RECRUITERS[0].0)
    .fetch_one(&pool)
    .await?;
    let state = Ceiling {
        pool,
        tenant,
        recruiter,
    };
    let router = Router::new()
        .route("/w1", post(pages::by_last_touch))
        .route("/w2", post(deep::detail))
        .route("/w3", post(pages::histories))
        .route("/w4", post(write::log))
        .route("/w5", post(deep::chain))
        .route("/w6", post(pages::search))
        .layer(middleware::from_fn(authenticate))
        .with_state(Arc::new(state));
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    report::say(&format!("{} {TOKEN}", listener.local_addr()?))?;
    let listener = listener.tap_io(|stream| {
        let _ = stream.set_nodelay(true);
    });
    Ok(axum::serve(listener, router).await?)
}

async fn authenticate(request: Request, next: Next) -> Response {
    let given = request.headers().get(AUTHORIZATION);
    let token = given.and_then(|given| given.as_bytes().strip_prefix(b"Bearer "));
    if token == Some(TOKEN.as_bytes()) {
        next.run(request).await
    } else {
        StatusCode::UNAUTHORIZED.into_response()
    }
}
