//! How a recruiter looks outside.

use async_graphql::{Enum, ID, InputObject, MaybeUndefined, OneofObject, SimpleObject};
use entity::recruiter;
use uuid::Uuid;

use super::{
    super::{
        id::{self, IdType},
        page::Listed,
        scalars::DateTime,
    },
    order::OrderDirection,
    record::ExternalRecordInput,
};
use crate::{
    error::Result,
    store::{
        By, SortDirection,
        recruiter::{RecruiterBy as StoredBy, RecruiterFilter as Filter, RecruiterOrder as Order},
    },
};

/// A member of staff. Recruiters appear with their first token; nobody creates them.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(complex)]
pub(crate) struct Recruiter {
    #[graphql(skip)]
    pub(crate) row: Uuid,
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
            row: row.id,
            id: id::encode(IdType::Recruiter, row.id),
            subject: row.subject,
            name: row.name,
            email: row.email,
            created_at: row.created_at.into(),
        }
    }
}

impl Listed for Recruiter {
    const CONNECTION: &'static str = "RecruiterConnection";
    const EDGE: &'static str = "RecruiterEdge";
}

/// Names a recruiter: by exactly one of these.
#[derive(Clone, Debug, OneofObject)]
pub(crate) enum RecruiterBy {
    /// Our id.
    Id(ID),
    /// A record of another system.
    ExternalRecord(ExternalRecordInput),
    /// The e-mail address their tokens tell, whatever its capitals. Refused when several recruiters
    /// share it.
    Email(String),
}

impl RecruiterBy {
    /// As the argument `by` of a query.
    pub(crate) fn argument(self) -> Result<StoredBy> {
        self.named("by")
    }

    /// As an argument of a query by this name.
    pub(crate) fn named(self, name: &str) -> Result<StoredBy> {
        Ok(match self {
            Self::Id(given) => {
                let name = format!("{name}.id");
                StoredBy::Node(By::Id(id::argument(&given, &name, &[IdType::Recruiter])?))
            }
            Self::ExternalRecord(record) => StoredBy::Node(By::External(record.into())),
            Self::Email(email) => StoredBy::Email(email),
        })
    }
}

/// Narrows a list of recruiters. Every part that is given must hold.
#[derive(Clone, Debug, Default, InputObject)]
pub(crate) struct RecruiterFilter {
    /// Words, each found anywhere in the name, the e-mail address or the subject, in any order; A-Z
    /// and a-z are alike; at most 8 words count.
    text: Option<String>,
    /// Has this e-mail address, whatever its capitals.
    email: Option<String>,
}

impl From<RecruiterFilter> for Filter {
    fn from(filter: RecruiterFilter) -> Self {
        Self {
            text: filter.text,
            email: filter.email,
        }
    }
}

/// What a list of recruiters is sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub(crate) enum RecruiterOrderField {
    /// The name; where none is known, the subject. A-Z and a-z are alike.
    Name,
    /// When their first token was seen.
    CreatedAt,
}

/// The order of a list of recruiters.
#[derive(Clone, Copy, Debug, InputObject)]
pub(crate) struct RecruiterOrder {
    /// What it is sorted by.
    field: RecruiterOrderField,
    /// Which way it runs.
    #[graphql(default_with = "OrderDirection::Asc")]
    direction: OrderDirection,
}

impl RecruiterOrder {
    /// As the store takes it; by name, if the caller has no wish.
    pub(crate) fn read(order: Option<Self>) -> (Order, SortDirection) {
        let Some(order) = order else {
            return (Order::Name, SortDirection::Ascending);
        };
        let by = match order.field {
            RecruiterOrderField::Name => Order::Name,
            RecruiterOrderField::CreatedAt => Order::Created,
        };
        (by, order.direction.into())
    }
}

/// The recruiter who is to look after something, given in a mutation's input; null: nobody.
#[expect(
    clippy::option_option,
    reason = "omitted, null and a value are three things"
)]
pub(crate) fn owner(given: MaybeUndefined<ID>) -> Result<Option<Option<Uuid>>> {
    let read = |owner: Option<ID>| {
        owner
            .map(|owner| id::input(&owner, &["owner"], &[IdType::Recruiter]))
            .transpose()
    };
    Option::<Option<ID>>::from(given).map(read).transpose()
}
