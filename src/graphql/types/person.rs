//! How a person looks outside, under either hat.

use std::ops::Deref;

use async_graphql::{Enum, ID, InputObject, MaybeUndefined, SimpleObject};
use entity::{
    contact_point,
    enums::{CadenceReset, HangingReason, Hat, Turn},
    label, person, position,
};
use uuid::Uuid;

use super::{
    order::OrderDirection,
    place::{Place, PlaceFilter, PlaceInput},
    record::NodeBy,
};
use crate::{
    error::Result,
    graphql::{
        id::{self, IdType},
        page::Listed,
        scalars::{Date, DateTime},
    },
    rules::{reply_clock, silence::Standing},
    store::{
        SortDirection,
        person::{
            Address, PersonDetails, PersonFilter as Filter, PersonOrder as Order, PositionDetails,
        },
        silence::standing,
    },
};

/// What both hats of a person share: the whole relationship.
#[derive(Clone, Debug, SimpleObject)]
pub(crate) struct PersonFields {
    #[graphql(skip)]
    pub(crate) row: Uuid,
    #[graphql(skip)]
    pub(crate) owner_row: Option<Uuid>,
    #[graphql(skip)]
    pub(crate) keeper_row: Option<Uuid>,
    #[graphql(skip)]
    pub(crate) standing: Standing,
    /// The hats the person wears: at least one.
    pub(crate) hats: Vec<Hat>,
    /// The whole name, never empty. A person may be no more than a name.
    pub(crate) name: String,
    /// The given name. Null when unknown.
    pub(crate) given_name: Option<String>,
    /// The family name. Null when unknown.
    pub(crate) family_name: Option<String>,
    /// One line that says who they are, such as a title. Null when none is given.
    pub(crate) headline: Option<String>,
    /// Where they live, as far as known.
    pub(crate) place: Place,
    /// Nobody may contact them: they have no next touch and appear in no suggestion.
    pub(crate) do_not_contact: bool,
    /// Why nobody may contact them. Null when they may be contacted or no reason was given.
    pub(crate) do_not_contact_reason: Option<String>,
    /// Since when nobody may contact them. Null when they may be contacted.
    pub(crate) do_not_contact_since: Option<DateTime>,
    /// The days within which they should be touched again. Null when they have no cadence of their
    /// own: then the tenant's default holds, if it has one.
    pub(crate) cadence_days: Option<i32>,
    /// Which touches start the cadence anew.
    pub(crate) cadence_reset: CadenceReset,
    /// The latest touch, by either side. Null when there was none. Private interactions and failed
    /// or automated ones do not count, here and in the fields below.
    pub(crate) last_touch_at: Option<DateTime>,
    /// The latest touch by them. Null when there was none.
    pub(crate) last_inbound_at: Option<DateTime>,
    /// The latest touch by us. Null when there was none.
    pub(crate) last_outbound_at: Option<DateTime>,
    /// Since when they have waited for our reply: the first touch by them that no outreach of ours
    /// followed. Null when they do not wait.
    pub(crate) awaiting_reply_since: Option<DateTime>,
    /// Since when we have waited for theirs: our first outreach they have not answered. Null when
    /// we do not wait.
    pub(crate) waiting_on_them_since: Option<DateTime>,
    /// Who is expected to speak next.
    pub(crate) turn: Turn,
    /// When the next touch falls due: as scheduled, else by the cadence. A missed date stays, and
    /// lies in the past. Null when neither is set or nobody may contact them.
    pub(crate) next_touch_at: Option<DateTime>,
    /// When the earliest open promise to them falls due, or fell due. Null when none is open.
    pub(crate) promise_due_at: Option<DateTime>,
    /// Grows by one with each change of what is said of the person, not with each touch. Send it
    /// back with an update to learn of changes made meanwhile.
    pub(crate) version: i32,
    /// When the person was made here.
    pub(crate) created_at: DateTime,
    /// When what is said of the person last changed.
    pub(crate) updated_at: DateTime,
}

impl From<person::Model> for PersonFields {
    fn from(row: person::Model) -> Self {
        let turn = reply_clock::turn(row.awaiting_reply_since, row.waiting_on_them_since);
        let hats = [
            (row.is_candidate, Hat::Candidate),
            (row.is_contact, Hat::Contact),
        ];
        Self {
            row: row.id,
            owner_row: row.owner_id,
            keeper_row: row.keeper_id,
            standing: standing(&row),
            hats: hats
                .into_iter()
                .filter_map(|(worn, hat)| worn.then_some(hat))
                .collect(),
            name: row.name,
            given_name: row.given_name,
            family_name: row.family_name,
            headline: row.headline,
            place: Place {
                city: row.city,
                region: row.region,
                country: row.country,
            },
            do_not_contact: row.do_not_contact,
            do_not_contact_reason: row.do_not_contact_reason,
            do_not_contact_since: row.do_not_contact_since.map(DateTime),
            cadence_days: row.cadence_days,
            cadence_reset: row.cadence_reset,
            last_touch_at: row.last_touch_at.map(DateTime),
            last_inbound_at: row.last_inbound_at.map(DateTime),
            last_outbound_at: row.last_outbound_at.map(DateTime),
            awaiting_reply_since: row.awaiting_reply_since.map(DateTime),
            waiting_on_them_since: row.waiting_on_them_since.map(DateTime),
            turn,
            next_touch_at: row.next_touch_at.map(DateTime),
            promise_due_at: row.promise_due_at.map(DateTime),
            version: row.version,
            created_at: row.created_at.into(),
            updated_at: row.updated_at.into(),
        }
    }
}

/// A person under the candidate's hat: somebody we place or might place.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(complex)]
pub(crate) struct Candidate {
    /// The id of the person under this hat. Wherever a person is asked for, it means the person.
    pub(crate) id: ID,
    #[graphql(flatten)]
    person: PersonFields,
}

/// A person under the contact's hat: a hiring manager, an HR leader or another client person.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(complex)]
pub(crate) struct Contact {
    /// The id of the person under this hat. Wherever a person is asked for, it means the person.
    pub(crate) id: ID,
    #[graphql(flatten)]
    person: PersonFields,
}

impl From<person::Model> for Candidate {
    fn from(row: person::Model) -> Self {
        Self {
            id: id::encode(IdType::Candidate, row.id),
            person: row.into(),
        }
    }
}

impl From<person::Model> for Contact {
    fn from(row: person::Model) -> Self {
        Self {
            id: id::encode(IdType::Contact, row.id),
            person: row.into(),
        }
    }
}

impl Deref for Candidate {
    type Target = PersonFields;

    fn deref(&self) -> &PersonFields {
        &self.person
    }
}

impl Deref for Contact {
    type Target = PersonFields;

    fn deref(&self) -> &PersonFields {
        &self.person
    }
}

impl Listed for Candidate {
    const CONNECTION: &'static str = "CandidateConnection";
    const EDGE: &'static str = "CandidateEdge";
}

impl Listed for Contact {
    const CONNECTION: &'static str = "ContactConnection";
    const EDGE: &'static str = "ContactEdge";
}

/// An e-mail address, a telephone number or a page on the web.
#[derive(Clone, Debug, SimpleObject)]
pub(crate) struct ContactPoint {
    /// As it was given.
    value: String,
    /// The form by which equal ones are found: an e-mail address in small letters, a telephone
    /// number as E.164 where that can be told, a profile without language and tracking.
    normalized: String,
    /// What it is for, such as `work` or `mobile`. Null when nothing was said.
    label: Option<String>,
}

impl From<&contact_point::Model> for ContactPoint {
    fn from(row: &contact_point::Model) -> Self {
        Self {
            value: row.value.clone(),
            normalized: row.key.clone(),
            label: row.label.clone(),
        }
    }
}

/// Where a person works or worked.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(complex)]
pub(crate) struct Position {
    #[graphql(skip)]
    pub(crate) company_row: Option<Uuid>,
    #[graphql(skip)]
    pub(crate) told_company_name: Option<String>,
    /// The title. Null when unknown.
    title: Option<String>,
    /// The first day. Null when unknown.
    started_on: Option<Date>,
    /// The last day. Null when unknown or when it goes on.
    ended_on: Option<Date>,
}

impl From<&position::Model> for Position {
    fn from(row: &position::Model) -> Self {
        Self {
            company_row: row.company_id,
            told_company_name: row.company_name.clone(),
            title: row.title.clone(),
            started_on: row.started_on.map(Date),
            ended_on: row.ended_on.map(Date),
        }
    }
}

/// The names of those labels that are of a kind.
pub(crate) fn names(rows: &[label::Model], kind: entity::enums::LabelKind) -> Vec<String> {
    rows.iter()
        .filter(|row| row.kind == kind)
        .map(|row| row.name.clone())
        .collect()
}

/// An address with what it is for.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct ContactPointInput {
    /// The address or number, as it is to be shown.
    value: String,
    /// What it is for, such as `work` or `mobile`; at most 200 characters.
    label: Option<String>,
}

/// Where a person works or worked. At least a title, a company or a company's name is needed.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct PositionInput {
    /// The title; at most 500 characters.
    title: Option<String>,
    /// The company, if it is one of ours.
    company: Option<NodeBy>,
    /// The employer's name, where it is none of ours; at most 500 characters.
    company_name: Option<String>,
    /// The first day.
    started_on: Option<Date>,
    /// The last day; not before the first.
    ended_on: Option<Date>,
}

/// What is said of a person. An omitted field is left as it is; null clears it, and clears a list
/// to an empty one. A list replaces the stored one as a whole.
#[derive(Clone, Debug, Default, InputObject)]
pub(crate) struct PersonDetailsInput {
    /// The whole name; 1 to 200 characters. When it is omitted, it is put together from the given
    /// and the family name.
    pub(crate) name: MaybeUndefined<String>,
    /// The given name; at most 200 characters.
    pub(crate) given_name: MaybeUndefined<String>,
    /// The family name; at most 200 characters.
    pub(crate) family_name: MaybeUndefined<String>,
    /// One line that says who they are; at most 300 characters.
    pub(crate) headline: MaybeUndefined<String>,
    /// Where they live; null clears all its parts.
    pub(crate) place: MaybeUndefined<PlaceInput>,
    /// All their e-mail addresses, the best first; at most 50.
    pub(crate) emails: MaybeUndefined<Vec<ContactPointInput>>,
    /// All their telephone numbers, the best first; at most 50. A number without a country code is
    /// read as one of the country they live in.
    pub(crate) phones: MaybeUndefined<Vec<ContactPointInput>>,
    /// All their profiles and pages; at most 50.
    pub(crate) links: MaybeUndefined<Vec<ContactPointInput>>,
    /// All their positions, the present one first; at most 50.
    pub(crate) positions: MaybeUndefined<Vec<PositionInput>>,
    /// All their tags; at most 50. Capitals and accents tell no two apart.
    pub(crate) tags: MaybeUndefined<Vec<String>>,
    /// All the communities they belong to; at most 50.
    pub(crate) communities: MaybeUndefined<Vec<String>>,
    /// The recruiter who looks after them.
    pub(crate) owner: MaybeUndefined<ID>,
    /// The days within which they should be touched again, from 1 to 3650.
    pub(crate) cadence_days: MaybeUndefined<i32>,
    /// Which touches start the cadence anew; null means `OUTREACH`.
    pub(crate) cadence_reset: MaybeUndefined<CadenceReset>,
    /// When to touch them next, whatever the cadence; a time to come. The next outreach consumes it.
    pub(crate) next_touch_at: MaybeUndefined<DateTime>,
}

impl PersonDetailsInput {
    /// As the store takes it.
    pub(crate) fn details(self) -> Result<PersonDetails> {
        let owner = match Option::<Option<ID>>::from(self.owner) {
            Some(Some(owner)) => Some(Some(id::input(&owner, &["owner"], &[IdType::Recruiter])?)),
            Some(None) => Some(None),
            None => None,
        };
        let place = match self.place {
            MaybeUndefined::Undefined => PlaceInput::default(),
            MaybeUndefined::Value(place) => place,
            MaybeUndefined::Null => PlaceInput {
                city: MaybeUndefined::Null,
                region: MaybeUndefined::Null,
                country: MaybeUndefined::Null,
            },
        };
        Ok(PersonDetails {
            name: Option::<Option<String>>::from(self.name).map(Option::unwrap_or_default),
            given_name: self.given_name.into(),
            family_name: self.family_name.into(),
            headline: self.headline.into(),
            city: place.city.into(),
            region: place.region.into(),
            country: place.country.into(),
            emails: addresses(self.emails),
            phones: addresses(self.phones),
            links: addresses(self.links),
            positions: positions(self.positions)?,
            tags: list(self.tags),
            communities: list(self.communities),
            owner,
            cadence_days: self.cadence_days.into(),
            cadence_reset: match self.cadence_reset {
                MaybeUndefined::Undefined => None,
                MaybeUndefined::Null => Some(CadenceReset::Outreach),
                MaybeUndefined::Value(reset) => Some(reset),
            },
            scheduled_touch_at: Option::<Option<DateTime>>::from(self.next_touch_at)
                .map(|at| at.map(|at| at.0)),
        })
    }
}

fn list<T>(given: MaybeUndefined<Vec<T>>) -> Option<Vec<T>> {
    Option::<Option<Vec<T>>>::from(given).map(Option::unwrap_or_default)
}

fn addresses(given: MaybeUndefined<Vec<ContactPointInput>>) -> Option<Vec<Address>> {
    let address = |given: ContactPointInput| Address {
        value: given.value,
        label: given.label,
    };
    list(given).map(|given| given.into_iter().map(address).collect())
}

fn positions(given: MaybeUndefined<Vec<PositionInput>>) -> Result<Option<Vec<PositionDetails>>> {
    let position = |(index, given): (usize, PositionInput)| {
        let at = index.to_string();
        let path = ["positions", at.as_str(), "company"];
        Ok(PositionDetails {
            company: given
                .company
                .map(|by| by.input(&path, IdType::Company))
                .transpose()?,
            company_name: given.company_name,
            title: given.title,
            started_on: given.started_on.map(|day| day.0),
            ended_on: given.ended_on.map(|day| day.0),
        })
    };
    list(given)
        .map(|given| given.into_iter().enumerate().map(position).collect())
        .transpose()
}

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
            owners: ids(self.owners, "filter.owners", IdType::Recruiter)?,
            without_owner: self.without_owner,
            tags: self.tags.unwrap_or_default(),
            communities: self.communities.unwrap_or_default(),
            city: place.city,
            region: place.region,
            country: place.country,
            companies: ids(self.companies, "filter.companies", IdType::Company)?,
            email: self.email,
            awaiting_reply: self.awaiting_reply,
            touch_overdue: self.touch_overdue,
            not_touched_since: self.not_touched_since.map(|at| at.0),
            created_since: self.created_since.map(|at| at.0),
            updated_since: self.updated_since.map(|at| at.0),
            has_referred: self.has_referred,
            do_not_contact: self.do_not_contact,
            keepers: ids(self.keepers, "filter.keepers", IdType::Recruiter)?,
            due_until: None,
            left_hanging: self.left_hanging,
            left_hanging_for: self.left_hanging_for,
        })
    }
}

/// The rows behind a filter's ids.
pub(crate) fn ids(given: Option<Vec<ID>>, name: &str, kind: IdType) -> Result<Option<Vec<Uuid>>> {
    let read = |given: Vec<ID>| {
        given
            .iter()
            .map(|id| id::argument(id, name, &[kind]))
            .collect()
    };
    given.map(read).transpose()
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
