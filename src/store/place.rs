//! Where a company or a job is: what a caller may say of it, checked and put into a row.

use super::{check::Check, person::country as country_code};
use crate::rules::text;

/// What is said of a place. `None` says nothing and leaves what is stored; `Some(None)` clears it.
#[derive(Clone, Debug, Default)]
pub struct PlaceDetails {
    /// The city.
    pub city: Option<Option<String>>,
    /// The region.
    pub region: Option<Option<String>>,
    /// The country, as ISO 3166-1 alpha-2.
    pub country: Option<Option<String>>,
}

/// The columns of a row that name its place: city, region, country.
type Columns<'a> = (
    &'a mut Option<String>,
    &'a mut Option<String>,
    &'a mut Option<String>,
);

impl PlaceDetails {
    /// Puts what is said into the columns of a row.
    pub(super) fn apply(&self, columns: Columns<'_>, check: &mut Check) {
        let (city, region, country) = columns;
        if let Some(said) = &self.city {
            *city = check.line(&["place", "city"], said.as_deref(), text::MAX_NAME);
        }
        if let Some(said) = &self.region {
            *region = check.line(&["place", "region"], said.as_deref(), text::MAX_NAME);
        }
        if let Some(said) = &self.country {
            *country = country_code(said.as_deref(), &["place", "country"], check);
        }
    }
}
