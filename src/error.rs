//! What can go wrong, told apart by who can mend it. This file knows none of its users: a
//! conversion lives beside the library it converts from.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What the operations below the API return.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why an operation did not do what was asked.
#[derive(Debug)]
pub enum Error {
    /// The person at the screen can mend it: told field by field.
    Refused(Vec<Refusal>),
    /// The caller sent something no operation can be asked with, such as a cursor of another list.
    BadInput {
        /// What is wrong and what to do.
        message: String,
    },
    /// The place in the feed is not one of this tenant's in this database.
    CursorFromAnotherHistory,
    /// The place in the feed is older than what is kept.
    CursorTooOld,
    /// There is no valid token.
    Unauthenticated,
    /// The token lacks this scope.
    Forbidden(&'static str),
    /// The database cannot be reached, or no connection came free in time; try again.
    Unavailable,
    /// The work took longer than it may.
    TimedOut,
    /// The database has no room to write.
    StorageFull,
    /// Another call got in between; the same call again will find its result.
    Retry,
    /// Ours to mend: logged with the request id, never told.
    Internal(anyhow::Error),
}

impl Error {
    /// One refusal of one field.
    pub fn refused(kind: RefusalKind, path: &[&str], message: impl Into<String>) -> Self {
        Self::Refused(vec![Refusal::new(kind, path, message)])
    }

    /// The same error, its refusals being of fields that stand under `field` in the input.
    #[must_use]
    pub fn under(self, field: &[&str]) -> Self {
        let Self::Refused(mut refusals) = self else {
            return self;
        };
        for refusal in &mut refusals {
            // The first part of a path is the input as a whole.
            let at = refusal.path.len().min(1);
            let field = field.iter().map(|part| (*part).to_owned());
            refusal.path.splice(at..at, field);
        }
        Self::Refused(refusals)
    }

    /// Input that no operation can be asked with.
    pub fn bad_input(message: impl Into<String>) -> Self {
        Self::BadInput {
            message: message.into(),
        }
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(vec![refusal])
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(refusals) => {
                let messages: Vec<_> = refusals.iter().map(|r| r.message.as_str()).collect();
                f.write_str(&messages.join("; "))
            }
            Self::BadInput { message } => f.write_str(message),
            Self::CursorFromAnotherHistory => f.write_str(
                "`after` is no place in this feed's history; read everything afresh, and the feed \
                 from a new cursor",
            ),
            Self::CursorTooOld => f.write_str(
                "what followed `after` is no longer kept; read everything afresh, and the feed \
                 from a new cursor",
            ),
            Self::Unauthenticated => f.write_str("a valid bearer token is needed"),
            Self::Forbidden(scope) => write!(f, "the token lacks the scope `{scope}`"),
            Self::Unavailable => f.write_str("the database cannot be reached at the moment"),
            Self::TimedOut => f.write_str("the work took longer than it may"),
            Self::StorageFull => f.write_str("the database has no room left"),
            Self::Retry => f.write_str("another call did the same at the same time; ask again"),
            Self::Internal(cause) => write!(f, "{cause:#}"),
        }
    }
}

impl std::error::Error for Error {}

/// One thing the person at the screen can mend.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// The class of the problem.
    pub kind: RefusalKind,
    /// What is wrong and what to do.
    pub message: String,
    /// The input field, from the outside in, such as `["input", "people", "0"]`.
    pub path: Vec<String>,
}

impl Refusal {
    /// A refusal of the field at `path` (without the leading `input`).
    pub fn new(kind: RefusalKind, path: &[&str], message: impl Into<String>) -> Self {
        let path = std::iter::once("input")
            .chain(path.iter().copied())
            .map(String::from)
            .collect();
        Self {
            kind,
            message: message.into(),
            path,
        }
    }

    /// An invalid value of the field at `path`.
    pub fn invalid(path: &[&str], message: impl Into<String>) -> Self {
        Self::new(RefusalKind::Invalid, path, message)
    }

    /// A node named at `path` that is not there.
    pub fn not_found(path: &[&str], message: impl Into<String>) -> Self {
        Self::new(RefusalKind::NotFound, path, message)
    }
}

/// The classes of refusals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum RefusalKind {
    /// The value breaks a rule.
    Invalid,
    /// No such node, or none that the caller may see.
    NotFound,
    /// It would stand there twice.
    Duplicate,
    /// It changed since it was read.
    Conflict,
    /// The key was used before, with other input.
    IdempotencyKeyReused,
}
