//! A request that comes to nothing before GraphQL: a status, and the same body as everywhere.

use std::borrow::Cow;

use axum::{
    body::Body,
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};

use crate::{
    error::Error,
    graphql::{
        answer::{Answer, MASK},
        code::Code,
    },
};

/// Why there is no answer to the request.
#[derive(Debug)]
pub(super) struct Problem {
    code: Code,
    message: Cow<'static, str>,
    headers: Vec<(HeaderName, HeaderValue)>,
}

impl Problem {
    /// A problem of a class.
    pub(super) fn new(code: Code, message: impl Into<Cow<'static, str>>) -> Self {
        Self {
            code,
            message: message.into(),
            headers: Vec::new(),
        }
    }

    /// Adds a header to the answer.
    pub(super) fn with(mut self, name: HeaderName, value: impl Into<HeaderValue>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// The caller must show a token; `challenge` says what is wrong with the one shown.
    pub(super) fn unauthenticated(challenge: &'static str) -> Self {
        Self::new(
            Code::Unauthenticated,
            "Send a valid token: `Authorization: Bearer ...`.",
        )
        .with(
            header::WWW_AUTHENTICATE,
            HeaderValue::from_static(challenge),
        )
    }

    /// The method is not one of those allowed here.
    pub(super) fn method(allowed: &'static str) -> Self {
        Self::new(Code::MethodNotAllowed, format!("Use one of: {allowed}."))
            .with(header::ALLOW, HeaderValue::from_static(allowed))
    }

    /// What is ours to mend.
    pub(super) fn internal() -> Self {
        Self::new(Code::InternalServerError, MASK)
    }

    /// What went wrong below, before any field ran.
    pub(super) fn from_error(error: &Error) -> Self {
        match error {
            Error::Unauthenticated => {
                Self::unauthenticated("Bearer realm=\"rapport\", error=\"invalid_token\"")
            }
            Error::Forbidden(_) => Self::new(Code::Forbidden, error.to_string()),
            Error::Refused(_) | Error::BadInput { .. } => {
                Self::new(Code::BadUserInput, error.to_string())
            }
            Error::CursorFromAnotherHistory => {
                Self::new(Code::CursorFromAnotherHistory, error.to_string())
            }
            Error::CursorTooOld => Self::new(Code::CursorTooOld, error.to_string()),
            Error::TimedOut => Self::new(Code::Timeout, error.to_string()),
            Error::StorageFull => Self::new(Code::StorageFull, error.to_string()),
            Error::Internal(cause) => {
                tracing::error!(cause = format!("{cause:#}"), "a request failed on our side");
                Self::internal()
            }
            Error::Unavailable | Error::Retry => Self::new(Code::Unavailable, error.to_string())
                .with(header::RETRY_AFTER, HeaderValue::from_static("1")),
        }
    }

    /// The class of the problem.
    pub(super) fn code(&self) -> Code {
        self.code
    }

    /// The body of the answer.
    pub(super) fn answer(&self) -> Answer {
        Answer::refused(self.code, self.message.clone(), Vec::new())
    }
}

/// The status that goes with a code where the status tells it.
pub(super) fn status(code: Code) -> StatusCode {
    match code {
        Code::Unauthenticated => StatusCode::UNAUTHORIZED,
        Code::Forbidden => StatusCode::FORBIDDEN,
        Code::NotFound => StatusCode::NOT_FOUND,
        Code::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
        Code::NotAcceptable => StatusCode::NOT_ACCEPTABLE,
        Code::RequestTimeout => StatusCode::REQUEST_TIMEOUT,
        Code::PayloadTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        Code::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        Code::RateLimited => StatusCode::TOO_MANY_REQUESTS,
        Code::InternalServerError => StatusCode::INTERNAL_SERVER_ERROR,
        Code::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        Code::Timeout => StatusCode::GATEWAY_TIMEOUT,
        Code::StorageFull => StatusCode::INSUFFICIENT_STORAGE,
        Code::GraphqlParseFailed
        | Code::GraphqlValidationFailed
        | Code::BadUserInput
        | Code::CursorFromAnotherHistory
        | Code::CursorTooOld
        | Code::OperationResolutionFailure
        | Code::QueryTooLarge
        | Code::TooManyTokens
        | Code::QueryTooDeep
        | Code::QueryTooComplex
        | Code::BatchTooLarge
        | Code::BadRequest => StatusCode::BAD_REQUEST,
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let body = serde_json::to_vec(&self.answer()).unwrap_or_default();
        let mut response = Response::new(Body::from(body));
        *response.status_mut() = status(self.code);
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            super::accept::Media::Json.content_type(),
        );
        // What is left of a body that was not read would be taken for the next request.
        if matches!(self.code, Code::PayloadTooLarge | Code::RequestTimeout) {
            headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
        headers.extend(self.headers);
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reference_tells_the_status_of_every_code() {
        let reference = include_str!("../../docs/errors.md");

        for code in Code::ALL {
            let row = format!("\n| `{code}` | {} |", status(code).as_u16());
            assert!(reference.contains(&row), "docs/errors.md: {row}");
        }
    }
}
