//! Where something is.

use async_graphql::{InputObject, MaybeUndefined, SimpleObject};

use crate::store::PlaceDetails;

/// Where somebody lives or something is.
#[derive(Clone, Debug, SimpleObject)]
pub(crate) struct Place {
    /// The city. Null when unknown.
    pub(crate) city: Option<String>,
    /// The region, state or county. Null when unknown.
    pub(crate) region: Option<String>,
    /// The country, as ISO 3166-1 alpha-2 in capitals, such as `IE`. Null when unknown.
    pub(crate) country: Option<String>,
}

/// Where somebody lives or something is. An omitted part is left as it is; null clears it.
#[derive(Clone, Debug, Default, InputObject)]
pub(crate) struct PlaceInput {
    /// The city; at most 200 characters.
    pub(crate) city: MaybeUndefined<String>,
    /// The region, state or county; at most 200 characters.
    pub(crate) region: MaybeUndefined<String>,
    /// The country, as ISO 3166-1 alpha-2, such as `IE`.
    pub(crate) country: MaybeUndefined<String>,
}

/// Narrows a list to a place. Every part that is given must hold.
#[derive(Clone, Debug, Default, InputObject)]
pub(crate) struct PlaceFilter {
    /// The city, whatever its capitals and accents.
    pub(crate) city: Option<String>,
    /// The region, spelled as it is stored.
    pub(crate) region: Option<String>,
    /// The country, as ISO 3166-1 alpha-2.
    pub(crate) country: Option<String>,
}

/// A place as the store takes it: null clears all its parts.
pub(crate) fn details(given: MaybeUndefined<PlaceInput>) -> PlaceDetails {
    match given {
        MaybeUndefined::Undefined => PlaceDetails::default(),
        MaybeUndefined::Null => PlaceDetails {
            city: Some(None),
            region: Some(None),
            country: Some(None),
        },
        MaybeUndefined::Value(place) => PlaceDetails {
            city: place.city.into(),
            region: place.region.into(),
            country: place.country.into(),
        },
    }
}
