//! Which people a list shows, and in which order.

use async_graphql::{Enum, ID, InputObject};
use entity::enums::HangingReason;

use super::{order::OrderDirection, place::PlaceFilter};
use crate::{
    error::Result,
    graphql::{
        id::{self, IdType},
        scalars::DateTime,
    },
    store::{
        SortDirection,
        person::{PersonFilter as Filter, PersonOrder as Order},
    },
};

/// Narrows a list of people. Every part that is given must hold.
#[derive(Clone, Debug, Default, InputObject)]
pub(crate) struct PersonFilter {
    /// Words found in names, headline, positions, e-mail addresses, numbers and links, in any
    /// order, whatever their capitals and accents. A word of three letters or more is found
    /// anywhere in a word, a shorter one at its beginning; at most 8 words count.
    text: Option<String>,
    /// Looked after by one of these recruiters.
    owners: Option<Vec<ID>>,
    /// Looked after by nobody (true) or by somebody (false).
    without_owner: Option<bool>,
    /// Bears all these tags.
    tags: Option<Vec<String>>,
    /// Belongs to all these communities.
    communities: Option<Vec<String>>,
    /// Lives there.
    place: Option<PlaceFilter>,
    /// Works or worked at one of these companies.
    companies: Option<Vec<ID>>,
    /// Has this e-mail address.
    email: Option<String>,
    /// Waits for our reply (true), or does not (false).
    awaiting_reply: Option<bool>,
    /// The next touch was due before now (true), or is not overdue (false).
    touch_overdue: Option<bool>,
    /// Was last touched before this time, or never.
    not_touched_since: Option<DateTime>,
    /// Was made at or after this time.
    created_since: Option<DateTime>,
    /// Was changed at or after this time.
    updated_since: Option<DateTime>,
    /// Has referred somebody (true), or nobody (false).
    has_referred: Option<bool>,
    /// May not be contacted (true), or may (false).
    do_not_contact: Option<bool>,
    /// Kept in touch by one of these recruiters: their owner, else who took part in the newest
    /// touch.
    keepers: Option<Vec<ID>>,
    /// Has been left hanging (true), or has not (false).
    left_hanging: Option<bool>,
    /// Has been left hanging for one of these reasons at least.
    left_hanging_for: Option<Vec<HangingReason>>,
}

impl PersonFilter {
    /// As the store takes it.
    pub(crate) fn read(self) -> Result<Filter> {
        let place = self.place.unwrap_or_default();
        Ok(Filter {
            text: self.text,
            owners: id::arguments(self.owners, "filter.owners", IdType::Recruiter)?,
            without_owner: self.without_owner,
            tags: self.tags.unwrap_or_default(),
            communities: self.communities.unwrap_or_default(),
            city: place.city,
            region: place.region,
            country: place.country,
            companies: id::arguments(self.companies, "filter.companies", IdType::Company)?,
            email: self.email,
            awaiting_reply: self.awaiting_reply,
            touch_overdue: self.touch_overdue,
            not_touched_since: self.not_touched_since.map(|at| at.0),
            created_since: self.created_since.map(|at| at.0),
            updated_since: self.updated_since.map(|at| at.0),
            has_referred: self.has_referred,
            do_not_contact: self.do_not_contact,
            keepers: id::arguments(self.keepers, "filter.keepers", IdType::Recruiter)?,
            due_until: None,
            left_hanging: self.left_hanging,
            left_hanging_for: self.left_hanging_for,
        })
    }
}

/// What a list of people is sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub(crate) enum PersonOrderField {
    /// The name, whatever its capitals and accents.
    Name,
    /// The latest touch; those never touched count as the earliest.
    LastTouchAt,
    /// The next touch; those without one count as the latest.
    NextTouchAt,
    /// How long they have waited for our reply; those who do not wait count as the latest.
    AwaitingReplySince,
    /// When what is said of them last changed.
    UpdatedAt,
    /// When they were made.
    CreatedAt,
}

/// The order of a list of people.
#[derive(Clone, Copy, Debug, InputObject)]
pub(crate) struct PersonOrder {
    /// What it is sorted by.
    field: PersonOrderField,
    /// Which way it runs.
    #[graphql(default_with = "OrderDirection::Asc")]
    direction: OrderDirection,
}

impl PersonOrder {
    /// As the store takes it; by name, if the caller has no wish.
    pub(crate) fn read(order: Option<Self>) -> (Order, SortDirection) {
        let Some(order) = order else {
            return (Order::Name, SortDirection::Ascending);
        };
        let by = match order.field {
            PersonOrderField::Name => Order::Name,
            PersonOrderField::LastTouchAt => Order::LastTouch,
            PersonOrderField::NextTouchAt => Order::NextTouch,
            PersonOrderField::AwaitingReplySince => Order::AwaitingReply,
            PersonOrderField::UpdatedAt => Order::Updated,
            PersonOrderField::CreatedAt => Order::Created,
        };
        (by, order.direction.into())
    }
}
