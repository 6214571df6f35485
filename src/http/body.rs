//! Reads the body of a request, for so many bytes and so long.

use std::time::Duration;

use axum::body::{Body, Bytes};
use http_body_util::{BodyExt, LengthLimitError, Limited};

use super::problem::Problem;
use crate::graphql::code::Code;

/// The whole body. The time is for all of it, so that one byte a second does not hold us up.
pub(super) async fn read(body: Body, max: usize, time: Duration) -> Result<Bytes, Problem> {
    match tokio::time::timeout(time, Limited::new(body, max).collect()).await {
        Ok(Ok(collected)) => Ok(collected.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(Problem::new(
            Code::PayloadTooLarge,
            format!("The body is larger than {max} bytes."),
        )),
        Ok(Err(_)) => Err(Problem::new(
            Code::BadRequest,
            "The body could not be read to its end.",
        )),
        Err(_) => Err(Problem::new(
            Code::RequestTimeout,
            format!("The body did not arrive within {} s.", time.as_secs_f32()),
        )),
    }
}
