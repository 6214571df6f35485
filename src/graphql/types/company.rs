//! How a company looks outside.

use async_graphql::{Enum, ID, InputObject, MaybeUndefined, SimpleObject};
use entity::company;
use uuid::Uuid;

use super::{
    order::OrderDirection,
    place::{self, Place, PlaceInput},
    record::{ExternalRecordInput, NodeBy},
    recruiter::owner,
};
use crate::{
    error::Result,
    graphql::{
        id::{self, IdType},
        page::Listed,
        scalars::DateTime,
    },
    store::{
        By, SortDirection,
        company::{CompanyDetails, CompanyFilter as Filter, CompanyOrder as Order},
    },
};

/// An employer or a client.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(complex)]
pub(crate) struct Company {
    #[graphql(skip)]
    pub(crate) row: Uuid,
    #[graphql(skip)]
    pub(crate) owner_row: Option<Uuid>,
    /// The id.
    pub(crate) id: ID,
    /// The name, never empty. Several companies may have the same.
    name: String,
    /// The website, beginning with `http://` or `https://`. Null when unknown.
    website: Option<String>,
    /// Where it is, as far as known.
    place: Place,
    /// Grows by one with each change. Send it back with an update to learn of changes made
    /// meanwhile.
    version: i32,
    /// When it was made here.
    created_at: DateTime,
    /// When it last changed.
    updated_at: DateTime,
}

impl From<company::Model> for Company {
    fn from(row: company::Model) -> Self {
        Self {
            row: row.id,
            owner_row: row.owner_id,
            id: id::encode(IdType::Company, row.id),
            name: row.name,
            website: row.website,
            place: Place {
                city: row.city,
                region: row.region,
                country: row.country,
            },
            version: row.version,
            created_at: row.created_at.into(),
            updated_at: row.updated_at.into(),
        }
    }
}

impl Listed for Company {
    const CONNECTION: &'static str = "CompanyConnection";
    const EDGE: &'static str = "CompanyEdge";
}

/// Narrows a list of companies. Every part that is given must hold.
#[derive(Clone, Debug, Default, InputObject)]
pub(crate) struct CompanyFilter {
    /// Words, each found anywhere in the name, in any order, whatever their capitals and accents;
    /// at most 8 words count.
    text: Option<String>,
    /// Looked after by one of these recruiters.
    owners: Option<Vec<ID>>,
    /// Is in this city, whatever its capitals.
    city: Option<String>,
    /// Is in this country, as ISO 3166-1 alpha-2.
    country: Option<String>,
    /// Was made at or after this time.
    created_since: Option<DateTime>,
    /// Was changed at or after this time.
    updated_since: Option<DateTime>,
}

impl CompanyFilter {
    /// As the store takes it.
    pub(crate) fn read(self) -> Result<Filter> {
        Ok(Filter {
            text: self.text,
            owners: id::arguments(self.owners, "filter.owners", IdType::Recruiter)?,
            city: self.city,
            country: self.country,
            created_since: self.created_since.map(|at| at.0),
            updated_since: self.updated_since.map(|at| at.0),
        })
    }
}

/// What a list of companies is sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub(crate) enum CompanyOrderField {
    /// The name, whatever its capitals and accents.
    Name,
    /// When it last changed.
    UpdatedAt,
    /// When it was made.
    CreatedAt,
}

/// The order of a list of companies.
#[derive(Clone, Copy, Debug, InputObject)]
pub(crate) struct CompanyOrder {
    /// What it is sorted by.
    field: CompanyOrderField,
    /// Which way it runs.
    #[graphql(default_with = "OrderDirection::Asc")]
    direction: OrderDirection,
}

impl CompanyOrder {
    /// As the store takes it; by name, if the caller has no wish.
    pub(crate) fn read(order: Option<Self>) -> (Order, SortDirection) {
        let Some(order) = order else {
            return (Order::Name, SortDirection::Ascending);
        };
        let by = match order.field {
            CompanyOrderField::Name => Order::Name,
            CompanyOrderField::UpdatedAt => Order::Updated,
            CompanyOrderField::CreatedAt => Order::Created,
        };
        (by, order.direction.into())
    }
}

/// What is said of a company beside its name. An omitted field is left as it is; null clears it.
#[derive(Clone, Debug, Default, InputObject)]
pub(crate) struct CompanyDetailsInput {
    /// The website; `https://` is added where neither that nor `http://` is there; at most 1000
    /// characters.
    website: MaybeUndefined<String>,
    /// Where it is; null clears all its parts.
    place: MaybeUndefined<PlaceInput>,
    /// The recruiter who looks after it.
    owner: MaybeUndefined<ID>,
}

impl CompanyDetailsInput {
    fn details(self, name: Option<String>) -> Result<CompanyDetails> {
        Ok(CompanyDetails {
            name,
            website: self.website.into(),
            place: place::details(self.place),
            owner: owner(self.owner)?,
        })
    }
}

/// A company to make.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct CreateCompanyInput {
    /// The name; 1 to 200 characters.
    name: String,
    #[graphql(flatten)]
    details: CompanyDetailsInput,
    /// What other systems call it; each record may name one company only.
    pub(crate) external_records: Option<Vec<ExternalRecordInput>>,
    /// A key of your choice, 1 to 255 bytes: the same input under the same key makes one company.
    pub(crate) idempotency_key: Option<String>,
}

impl CreateCompanyInput {
    /// As the store takes it.
    pub(crate) fn read(self) -> Result<CompanyDetails> {
        self.details.details(Some(self.name))
    }
}

/// Changes to a company.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct UpdateCompanyInput {
    /// Which company.
    by: NodeBy,
    /// The version you read. Given, the update is refused with `CONFLICT` if there is a newer one.
    pub(crate) version: Option<i32>,
    /// The name; 1 to 200 characters. It can be changed, not cleared.
    name: MaybeUndefined<String>,
    #[graphql(flatten)]
    details: CompanyDetailsInput,
}

impl UpdateCompanyInput {
    /// As the store takes it.
    pub(crate) fn read(self) -> Result<(By, CompanyDetails)> {
        let name = Option::<Option<String>>::from(self.name).map(Option::unwrap_or_default);
        Ok((
            self.by.input(&["by"], IdType::Company)?,
            self.details.details(name)?,
        ))
    }
}
