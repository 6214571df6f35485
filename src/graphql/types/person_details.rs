//! What is said of a person, as mutations take it.

use async_graphql::{ID, InputObject, MaybeUndefined};
use entity::enums::CadenceReset;

use super::{place::PlaceInput, record::NodeBy};
use crate::{
    error::Result,
    graphql::{
        id::{self, IdType},
        scalars::{Date, DateTime},
    },
    store::person::{Address, PersonDetails, PositionDetails},
};

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
