//! One line in the log for each request, with an id that its answer carries too. Never in it:
//! query texts, variables, tokens, names and addresses.

use std::{sync::Arc, time::Instant};

use async_graphql::parser::types::OperationType;
use axum::{
    extract::{MatchedPath, Request, State},
    http::{Extensions, HeaderName, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::Response,
};
use tracing::Instrument;
use uuid::Uuid;

use super::app::App;
use crate::graphql::guard::Checked;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// The longest id of a caller, and the longest name of an operation, that is repeated.
const MAX_WORD: usize = 64;

/// The name of a request in the log.
#[derive(Clone, Debug)]
pub(super) struct RequestId(Arc<str>);

impl RequestId {
    /// The id of a request that passed here.
    pub(super) fn of(extensions: &Extensions) -> Self {
        extensions.get().cloned().unwrap_or_else(Self::new)
    }

    fn new() -> Self {
        Self(Uuid::now_v7().to_string().into())
    }

    /// The caller's own, if it is plain enough to be written to a log as it is.
    fn given(request: &Request) -> Option<Self> {
        let id = request.headers().get(REQUEST_ID)?.to_str().ok()?;
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
        (!id.is_empty() && id.len() <= MAX_WORD && id.bytes().all(plain)).then(|| Self(id.into()))
    }

    /// The id itself.
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

/// What the log tells of the operations of a request.
#[derive(Clone, Debug, Default)]
pub(super) struct Facts {
    pub(super) cost: Option<u64>,
    pub(super) remaining: Option<u64>,
    pub(super) kind: Option<OperationType>,
    pub(super) name: Option<String>,
}

impl Facts {
    /// What is known before the operation runs.
    pub(super) fn of(checked: &Checked) -> Self {
        Self {
            cost: Some(checked.cost),
            remaining: None,
            kind: Some(checked.kind),
            name: checked.name.clone(),
        }
    }

    /// Adds the next operation of a batch.
    pub(super) fn add(&mut self, next: &Self) {
        self.cost = Some(
            self.cost
                .unwrap_or(0)
                .saturating_add(next.cost.unwrap_or(0)),
        );
        self.remaining = next.remaining.or(self.remaining);
        self.kind = next.kind.or(self.kind);
    }
}

/// Wraps every request.
pub(super) async fn observe(
    State(app): State<Arc<App>>,
    mut request: Request,
    next: Next,
) -> Response {
    let id = RequestId::given(&request).unwrap_or_else(RequestId::new);
    let mut line = Line {
        id: id.clone(),
        method: request.method().clone(),
        route: request.extensions().get::<MatchedPath>().cloned(),
        start: Instant::now(),
        status: None,
        facts: Facts::default(),
    };
    request.extensions_mut().insert(id.clone());
    let span = tracing::info_span!("request", request_id = id.as_str());

    let mut response = next.run(request).instrument(span).await;

    line.status = Some(response.status());
    line.facts = response.extensions_mut().remove().unwrap_or_default();
    let headers = response.headers_mut();
    if let Ok(id) = HeaderValue::from_str(id.as_str()) {
        headers.insert(REQUEST_ID, id);
    }
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    headers
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    if app.is_draining() {
        headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    response
}

/// Written when it is dropped, so that a request whose caller hung up has its line as well.
struct Line {
    id: RequestId,
    method: Method,
    route: Option<MatchedPath>,
    start: Instant,
    status: Option<StatusCode>,
    facts: Facts,
}

impl Drop for Line {
    fn drop(&mut self) {
        // 499 is what others write for a caller who hung up.
        let status = self.status.map_or(499, |status| status.as_u16());
        // The name of an operation is the author's choice; only a plain one is repeated.
        let name = self
            .facts
            .name
            .as_deref()
            .filter(|name| name.len() <= MAX_WORD);
        tracing::info!(
            target: "rapport::request",
            request_id = self.id.as_str(),
            method = self.method.as_str(),
            route = self.route.as_ref().map_or("none", MatchedPath::as_str),
            status,
            duration_ms = u64::try_from(self.start.elapsed().as_millis()).unwrap_or(u64::MAX),
            cost = self.facts.cost,
            operation_kind = self.facts.kind.map(tracing::field::display),
            operation_name = name,
            "request"
        );
    }
}
