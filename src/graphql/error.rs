//! How failures leave the house: refusals as `userErrors`, everything else as a GraphQL error with
//! a code. Resolvers return [`Result`]; with the framework's own result a `?` would tell internal
//! messages, because it accepts whatever can be displayed.

use std::sync::Arc;

use async_graphql::{Context, Enum, ErrorExtensions, QueryPathSegment, SimpleObject};

use super::{answer::PATH_KEY, code::Code};
use crate::error::{Error, Refusal, RefusalKind};

/// What every resolver returns.
pub(crate) type Result<T> = std::result::Result<T, ApiError>;

/// A failure and the field it happened in. It can only be made with [`At::at`], so that none is
/// without its path, and cannot be displayed, so that none passes for the framework's own error.
#[derive(Clone, Debug)]
pub(crate) struct ApiError {
    error: Arc<Error>,
    path: Vec<PathSegment>,
}

#[derive(Clone, Debug)]
enum PathSegment {
    Name(String),
    Index(usize),
}

/// Attaches the field's path to a failure.
pub(crate) trait At<T> {
    /// The same result, its error telling where it happened.
    fn at(self, ctx: &Context<'_>) -> Result<T>;
}

impl<T> At<T> for std::result::Result<T, Error> {
    fn at(self, ctx: &Context<'_>) -> Result<T> {
        self.map_err(Arc::new).at(ctx)
    }
}

impl<T> At<T> for std::result::Result<T, Arc<Error>> {
    fn at(self, ctx: &Context<'_>) -> Result<T> {
        self.map_err(|error| ApiError {
            error,
            path: path_of(ctx),
        })
    }
}

fn path_of(ctx: &Context<'_>) -> Vec<PathSegment> {
    let mut path = Vec::new();
    let mut node = ctx.path_node.as_ref();
    while let Some(at) = node {
        path.push(match at.segment {
            QueryPathSegment::Name(name) => PathSegment::Name(name.to_owned()),
            QueryPathSegment::Index(index) => PathSegment::Index(index),
        });
        node = at.parent;
    }
    path.reverse();
    path
}

impl From<ApiError> for async_graphql::Error {
    fn from(failure: ApiError) -> Self {
        let code = code_of(&failure.error);
        let message = if let Error::Internal(cause) = &*failure.error {
            tracing::error!(cause = format!("{cause:#}"), "a request failed on our side");
            "something went wrong on our side".to_owned()
        } else {
            failure.error.to_string()
        };
        let path: Vec<async_graphql::Value> = failure
            .path
            .into_iter()
            .map(|segment| match segment {
                PathSegment::Name(name) => name.into(),
                PathSegment::Index(index) => index.into(),
            })
            .collect();
        Self::new(message).extend_with(|_, extensions| {
            extensions.set("code", code.word());
            extensions.set(PATH_KEY, path);
        })
    }
}

/// What `extensions.code` says of an error.
fn code_of(error: &Error) -> Code {
    match error {
        Error::Refused(_) | Error::BadInput { .. } => Code::BadUserInput,
        Error::CursorFromAnotherHistory => Code::CursorFromAnotherHistory,
        Error::CursorTooOld => Code::CursorTooOld,
        Error::Unauthenticated => Code::Unauthenticated,
        Error::Forbidden(_) => Code::Forbidden,
        Error::Unavailable | Error::Retry => Code::Unavailable,
        Error::TimedOut => Code::Timeout,
        Error::StorageFull => Code::StorageFull,
        Error::Internal(_) => Code::InternalServerError,
    }
}

/// The class of a problem that the caller can mend.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub(crate) enum UserErrorCode {
    /// The value breaks a rule; the message says which.
    Invalid,
    /// No such node, or none that the caller may see.
    NotFound,
    /// It would stand there twice.
    Duplicate,
    /// It changed since it was read: read it again and repeat the change.
    Conflict,
    /// The idempotency key was used before, with other input.
    IdempotencyKeyReused,
}

/// A problem that the person at the screen can mend. Nothing was written.
#[derive(Clone, Debug, SimpleObject)]
pub(crate) struct UserError {
    /// The class of the problem.
    code: UserErrorCode,
    /// What is wrong and what to do, in English.
    message: String,
    /// The input field it concerns, from the outside in, such as `["input", "people", "0"]`.
    path: Vec<String>,
}

impl From<Refusal> for UserError {
    fn from(refusal: Refusal) -> Self {
        let code = match refusal.kind {
            RefusalKind::Invalid => UserErrorCode::Invalid,
            RefusalKind::NotFound => UserErrorCode::NotFound,
            RefusalKind::Duplicate => UserErrorCode::Duplicate,
            RefusalKind::Conflict => UserErrorCode::Conflict,
            RefusalKind::IdempotencyKeyReused => UserErrorCode::IdempotencyKeyReused,
        };
        Self {
            code,
            message: refusal.message,
            path: refusal.path,
        }
    }
}

/// What a mutation leads to: the value, or what the caller can mend.
pub(crate) fn outcome<T>(
    written: crate::error::Result<T>,
    ctx: &Context<'_>,
) -> Result<(Option<T>, Vec<UserError>)> {
    match written {
        Ok(value) => Ok((Some(value), Vec::new())),
        Err(Error::Refused(refusals)) => {
            Ok((None, refusals.into_iter().map(UserError::from).collect()))
        }
        Err(error) => Err(error).at(ctx),
    }
}
