//! How a recruiter looks outside.

use async_graphql::{ID, SimpleObject};
use entity::recruiter;

use super::super::{
    id::{self, IdType},
    scalars::DateTime,
};

/// A member of staff. Recruiters appear with their first token; nobody creates them.
#[derive(Clone, Debug, SimpleObject)]
pub(crate) struct Recruiter {
    /// The id.
    pub(crate) id: ID,
    /// The `sub` claim of their tokens.
    subject: String,
    /// Their name, as their last token that told one said. Null when none did.
    name: Option<String>,
    /// Their e-mail address, as their last token that told one said. Null when none did.
    email: Option<String>,
    /// When their first token was seen.
    created_at: DateTime,
}

impl From<recruiter::Model> for Recruiter {
    fn from(row: recruiter::Model) -> Self {
        Self {
            id: id::encode(IdType::Recruiter, row.id),
            subject: row.subject,
            name: row.name,
            email: row.email,
            created_at: row.created_at.into(),
        }
    }
}
