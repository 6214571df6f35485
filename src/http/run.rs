//! Runs an operation that was let in: within its time, to its end if it writes, and without
//! letting a panic out.

use std::{panic::AssertUnwindSafe, sync::Arc};

use async_graphql::{Request, Response, parser::types::OperationType};
use futures_util::FutureExt;
use tracing::Instrument;

use super::{app::App, problem::Problem};
use crate::{auth::token::Claims, graphql::code::Code};

/// Runs an operation for a caller.
pub(super) async fn run(
    app: &Arc<App>,
    caller: &Arc<Claims>,
    request: Request,
    kind: OperationType,
) -> Result<Response, Problem> {
    let time = app.options.request_timeout;
    let work = work(Arc::clone(app), Arc::clone(caller), request);
    let outcome = if kind == OperationType::Mutation {
        // A write whose caller hangs up is not torn off in the middle: it would leave its
        // transaction, and its locks, open.
        let writing = app.writing().await;
        let task = async move {
            let outcome = work.await;
            drop(writing);
            outcome
        };
        let task = tokio::spawn(task.in_current_span());
        tokio::time::timeout(time, task)
            .await
            .map(|joined| joined.unwrap_or_else(|_| Err(Problem::internal())))
    } else {
        tokio::time::timeout(time, work).await
    };
    outcome.unwrap_or_else(|_| {
        let seconds = time.as_secs_f32();
        Err(Problem::new(
            Code::Timeout,
            format!("The operation took longer than {seconds} s."),
        ))
    })
}

async fn work(app: Arc<App>, caller: Arc<Claims>, request: Request) -> Result<Response, Problem> {
    let prepared = async {
        let request = app.engine.prepare(request, &caller).await?;
        Ok(app.engine.execute(request).await)
    };
    match AssertUnwindSafe(prepared).catch_unwind().await {
        Ok(Ok(response)) => Ok(response),
        Ok(Err(error)) => Err(Problem::from_error(&error)),
        Err(_) => {
            tracing::error!("a request panicked");
            Err(Problem::internal())
        }
    }
}
