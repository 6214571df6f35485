//! Which way a list runs.

use async_graphql::Enum;

use crate::store::SortDirection;

/// Which way a list runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub(crate) enum OrderDirection {
    /// Smallest, earliest, first in the alphabet first.
    Asc,
    /// Largest, latest, last in the alphabet first.
    Desc,
}

impl From<OrderDirection> for SortDirection {
    fn from(direction: OrderDirection) -> Self {
        match direction {
            OrderDirection::Asc => Self::Ascending,
            OrderDirection::Desc => Self::Descending,
        }
    }
}
