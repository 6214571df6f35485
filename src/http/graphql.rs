//! `/graphql`: GraphQL over HTTP to the letter, by GET (queries only) and POST.
//!
//! Whoever sends the header `X-Rapport-Cost: full`, or `"extensions": {"cost": true}` with an
//! operation, is told its cost in `extensions.cost`; the headers `X-Rapport-Cost` and
//! `X-Rapport-Cost-Remaining` tell it always.

use std::sync::Arc;

use async_graphql::parser::types::OperationType;
use axum::{
    body::Body,
    extract::{Request, State},
    http::{HeaderName, HeaderValue, Method, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};

use super::{
    accept::{self, Media},
    app::{App, WRONG_TOKEN},
    body,
    observe::{Facts, RequestId},
    params::{self, Asked, Params},
    problem::{Problem, status},
    rate::Spent,
    run::run,
    server::Peer,
};
use crate::{
    auth::token::{Claims, bearer},
    graphql::{
        answer::{Answer, CostReport},
        code::Code,
        guard::Checked,
    },
};

/// Asks for the cost in a request, and tells it in an answer.
pub(super) const COST: HeaderName = HeaderName::from_static("x-rapport-cost");
/// Tells what the caller may still spend.
pub(super) const REMAINING: HeaderName = HeaderName::from_static("x-rapport-cost-remaining");

const ALLOWED: &str = "GET, POST";

/// Answers a request.
pub(super) async fn handle(State(app): State<Arc<App>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let session = match Session::open(&app, &parts).await {
        Ok(session) => session,
        Err(problem) => return problem.into_response(),
    };
    session
        .answer(&parts, body)
        .await
        .unwrap_or_else(IntoResponse::into_response)
}

/// What is known of a request before its operations.
struct Session<'a> {
    app: &'a Arc<App>,
    media: Media,
    caller: Arc<Claims>,
    id: RequestId,
    wants_cost: bool,
}

/// What an operation came to.
struct Outcome {
    answer: Answer,
    status: StatusCode,
    facts: Facts,
    /// Headers that go with the status.
    problem: Option<Problem>,
}

impl<'a> Session<'a> {
    async fn open(app: &'a Arc<App>, request: &Parts) -> Result<Self, Problem> {
        let headers = &request.headers;
        let is_post = request.method == Method::POST;
        if !is_post && request.method != Method::GET {
            return Err(Problem::method(ALLOWED));
        }
        let media = accept::negotiate(headers)?;
        if is_post {
            accept::check_content_type(headers)?;
        }
        let caller = authenticate(app, request).await?;
        let id = RequestId::of(&request.extensions);
        let wants_cost = headers.get(COST).is_some_and(|value| value == "full");
        Ok(Self {
            app,
            media,
            caller: Arc::new(caller),
            id,
            wants_cost,
        })
    }

    async fn answer(&self, request: &Parts, body: Body) -> Result<Response, Problem> {
        let reads_only = request.method == Method::GET;
        let options = &self.app.options;
        let asked = if reads_only {
            Asked::One(params::from_address(
                request.uri.query().unwrap_or_default(),
            )?)
        } else {
            let body = body::read(body, options.max_body_bytes, options.body_timeout).await?;
            params::from_body(&body, options.max_batch)?
        };
        match asked {
            Asked::One(params) => {
                let outcome = self.operate(params, reads_only).await;
                let body = serde_json::to_vec(&outcome.answer).map_err(|_| Problem::internal())?;
                // A status of its own is of HTTP, not of GraphQL: any JSON reader may have it.
                let media = if outcome.problem.is_some() {
                    Media::Json
                } else {
                    self.media
                };
                let mut response = respond(body, media, outcome.status, outcome.facts);
                if let Some(problem) = outcome.problem {
                    let headers = problem.into_response().headers().clone();
                    response.headers_mut().extend(headers);
                }
                Ok(response)
            }
            Asked::Batch(all) => {
                // One after the other: a later operation may count on what an earlier one wrote.
                let (mut answers, mut sum) = (Vec::with_capacity(all.len()), Facts::default());
                for params in all {
                    let outcome = self.operate(params, reads_only).await;
                    sum.add(&outcome.facts);
                    answers.push(outcome.answer);
                }
                let body = serde_json::to_vec(&answers).map_err(|_| Problem::internal())?;
                Ok(respond(body, self.media, StatusCode::OK, sum))
            }
        }
    }

    /// Runs one operation, or says why not.
    async fn operate(&self, params: Params, reads_only: bool) -> Outcome {
        let name = params.operation_name.as_deref();
        match self.app.guard.check(&params.query, name, params.variables) {
            Ok(checked) => {
                let mut facts = Facts::of(&checked);
                let run = self.execute(checked, reads_only, params.wants_cost, &mut facts);
                match run.await {
                    Ok(answer) => self.outcome(answer, facts),
                    Err(problem) => Outcome::problem(problem, facts, &self.id),
                }
            }
            Err(refused) => {
                let facts = Facts {
                    cost: refused.cost,
                    ..Facts::default()
                };
                let answer = Answer::refused(refused.code, refused.message, refused.locations);
                self.outcome(answer, facts)
            }
        }
    }

    /// Runs an operation that may run, if this way in is for it and the caller can pay.
    async fn execute(
        &self,
        checked: Checked,
        reads_only: bool,
        wants_cost: bool,
        facts: &mut Facts,
    ) -> Result<Answer, Problem> {
        let (kind, requested) = (checked.kind, checked.cost);
        if reads_only && kind != OperationType::Query {
            return Err(Problem::method("POST"));
        }
        if kind == OperationType::Subscription {
            let message = "Subscriptions are not served over plain HTTP.";
            return Ok(Answer::refused(
                Code::OperationResolutionFailure,
                message,
                Vec::new(),
            ));
        }
        let buckets = &self.app.buckets;
        let spent = buckets.spend(&self.caller.tenant, &self.caller.subject, requested);
        let remaining = spent.unwrap_or_else(|spent| spent.remaining);
        facts.remaining = Some(remaining);
        spent.map_err(|spent| too_fast(&spent))?;

        let mut request = checked.into_request();
        if !self.app.options.introspection {
            request = request.disable_introspection();
        }
        let response = run(self.app, &self.caller, request, kind).await?;
        let cost = CostReport {
            requested,
            remaining,
            restore_rate: buckets.rate(),
        };
        let told = self.wants_cost || wants_cost;
        Ok(Answer::finish(response, self.id.as_str()).with_cost(told.then_some(cost)))
    }

    /// The status of an answer: the older media type has 200 for all that is GraphQL.
    fn outcome(&self, answer: Answer, facts: Facts) -> Outcome {
        let refused = answer.is_refusal() && self.media == Media::GraphqlResponse;
        let status = if refused {
            StatusCode::BAD_REQUEST
        } else {
            StatusCode::OK
        };
        Outcome {
            answer,
            status,
            facts,
            problem: None,
        }
    }
}

impl Outcome {
    fn problem(problem: Problem, facts: Facts, id: &RequestId) -> Self {
        Self {
            answer: problem.answer().with_request_id(id.as_str()),
            status: status(problem.code()),
            facts,
            problem: Some(problem),
        }
    }
}

fn too_fast(spent: &Spent) -> Problem {
    let message = format!(
        "You have {} points left and this operation costs more; come again in {} s.",
        spent.remaining, spent.wait_seconds
    );
    Problem::new(Code::RateLimited, message)
        .with(header::RETRY_AFTER, HeaderValue::from(spent.wait_seconds))
}

/// Who calls. A token anywhere but in the one header is not looked at.
async fn authenticate(app: &App, request: &Parts) -> Result<Claims, Problem> {
    let values = request.headers.get_all(header::AUTHORIZATION);
    let claims = match bearer(values.iter().map(HeaderValue::as_bytes)) {
        Ok(Some(token)) => app.engine.authenticate(token).await,
        Ok(None) => return Err(Problem::unauthenticated("Bearer realm=\"rapport\"")),
        Err(why) => Err(why),
    };
    claims.map_err(|why| {
        tracing::debug!(%why, "a token was refused");
        refused_token(app, request)
    })
}

/// What is said of a wrong token. Whoever shows many is told to wait, from whatever address they
/// come; a good token from the same address, which may be a proxy's, is served all the same.
fn refused_token(app: &App, request: &Parts) -> Problem {
    let address = request.extensions.get::<Peer>();
    let address = address.map_or_else(String::new, |Peer(address)| address.to_string());
    match app.wrong_tokens.spend("", &address, WRONG_TOKEN) {
        Ok(_) => Problem::unauthenticated("Bearer realm=\"rapport\", error=\"invalid_token\""),
        Err(spent) => Problem::new(
            Code::RateLimited,
            "Too many wrong tokens came from this address; come again later.",
        )
        .with(header::RETRY_AFTER, HeaderValue::from(spent.wait_seconds)),
    }
}

fn respond(body: Vec<u8>, media: Media, status: StatusCode, facts: Facts) -> Response {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, media.content_type());
    headers.insert(
        header::VARY,
        HeaderValue::from_static("accept, authorization"),
    );
    if let Some(cost) = facts.cost {
        headers.insert(COST, HeaderValue::from(cost));
    }
    if let Some(remaining) = facts.remaining {
        headers.insert(REMAINING, HeaderValue::from(remaining));
    }
    response.extensions_mut().insert(facts);
    response
}
