//! Every `extensions.code` that an answer of this service can carry. Where Apollo has a name for
//! the case it is Apollo's, for its tools and others read them.

use std::fmt;

/// Why something was not done, for a program to read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    /// The document is not GraphQL: a sign, a word or a bracket is wrong.
    GraphqlParseFailed,
    /// The document is GraphQL but does not fit the schema or breaks a rule of the language.
    GraphqlValidationFailed,
    /// A value that was sent (a variable, an argument, a cursor) cannot be used.
    BadUserInput,
    /// The cursor is none of this feed: the database was restored or is another one.
    CursorFromAnotherHistory,
    /// What followed the cursor in the feed is no longer kept.
    CursorTooOld,
    /// The document has several operations and none was chosen, or the chosen one is not there.
    OperationResolutionFailure,
    /// The text of the document is longer than allowed.
    QueryTooLarge,
    /// The document has more words and signs than allowed.
    TooManyTokens,
    /// The fields are nested deeper than allowed, or the lists are.
    QueryTooDeep,
    /// The document asks for more than allowed: its cost is above the budget, or it has too many
    /// fields, aliases, directives or repetitions.
    QueryTooComplex,
    /// One request carries more operations than allowed, or none.
    BatchTooLarge,
    /// The caller has spent their points; `Retry-After` says when to come again.
    RateLimited,
    /// There is no valid token.
    Unauthenticated,
    /// The token lacks the scope that this needs.
    Forbidden,
    /// The request is malformed: not JSON, no query, or a parameter of the wrong kind.
    BadRequest,
    /// There is nothing at this address.
    NotFound,
    /// The method cannot be used here; `Allow` names those that can.
    MethodNotAllowed,
    /// No media type of the `Accept` header can be served.
    NotAcceptable,
    /// The body is not of a media type, charset or encoding that is read here.
    UnsupportedMediaType,
    /// The body is larger than allowed.
    PayloadTooLarge,
    /// The body of the request took too long to arrive.
    RequestTimeout,
    /// The work took longer than it may. A mutation that was answered so may still succeed.
    Timeout,
    /// The database cannot be reached, or the server is stopping; try again.
    Unavailable,
    /// The database has no room to write.
    StorageFull,
    /// Ours to mend; `extensions.requestId` names the entry in the server's log.
    InternalServerError,
}

impl Code {
    /// All codes, for the reference and its test.
    pub const ALL: [Self; 25] = [
        Self::GraphqlParseFailed,
        Self::GraphqlValidationFailed,
        Self::BadUserInput,
        Self::CursorFromAnotherHistory,
        Self::CursorTooOld,
        Self::OperationResolutionFailure,
        Self::QueryTooLarge,
        Self::TooManyTokens,
        Self::QueryTooDeep,
        Self::QueryTooComplex,
        Self::BatchTooLarge,
        Self::RateLimited,
        Self::Unauthenticated,
        Self::Forbidden,
        Self::BadRequest,
        Self::NotFound,
        Self::MethodNotAllowed,
        Self::NotAcceptable,
        Self::UnsupportedMediaType,
        Self::PayloadTooLarge,
        Self::RequestTimeout,
        Self::Timeout,
        Self::Unavailable,
        Self::StorageFull,
        Self::InternalServerError,
    ];

    /// The word in `extensions.code`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::GraphqlParseFailed => "GRAPHQL_PARSE_FAILED",
            Self::GraphqlValidationFailed => "GRAPHQL_VALIDATION_FAILED",
            Self::BadUserInput => "BAD_USER_INPUT",
            Self::CursorFromAnotherHistory => "CURSOR_FROM_ANOTHER_HISTORY",
            Self::CursorTooOld => "CURSOR_TOO_OLD",
            Self::OperationResolutionFailure => "OPERATION_RESOLUTION_FAILURE",
            Self::QueryTooLarge => "QUERY_TOO_LARGE",
            Self::TooManyTokens => "TOO_MANY_TOKENS",
            Self::QueryTooDeep => "QUERY_TOO_DEEP",
            Self::QueryTooComplex => "QUERY_TOO_COMPLEX",
            Self::BatchTooLarge => "BATCH_TOO_LARGE",
            Self::RateLimited => "RATE_LIMITED",
            Self::Unauthenticated => "UNAUTHENTICATED",
            Self::Forbidden => "FORBIDDEN",
            Self::BadRequest => "BAD_REQUEST",
            Self::NotFound => "NOT_FOUND",
            Self::MethodNotAllowed => "METHOD_NOT_ALLOWED",
            Self::NotAcceptable => "NOT_ACCEPTABLE",
            Self::UnsupportedMediaType => "UNSUPPORTED_MEDIA_TYPE",
            Self::PayloadTooLarge => "PAYLOAD_TOO_LARGE",
            Self::RequestTimeout => "REQUEST_TIMEOUT",
            Self::Timeout => "TIMEOUT",
            Self::Unavailable => "UNAVAILABLE",
            Self::StorageFull => "STORAGE_FULL",
            Self::InternalServerError => "INTERNAL_SERVER_ERROR",
        }
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}
