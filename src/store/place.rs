//! Where a company or a job is: what a caller may say of it, checked and put into a row.

use super::{check::Check, person::country};
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

/// The columns of a row that name its place.
pub(super) struct PlaceColumns<'a> {
    pub(super) city: &'a mut Option<String>,
    pub(super) region: &'a mut Option<String>,
    pub(super) country: &'a mut Option<String>,
}

impl PlaceDetails {
    /// Puts what is said into the row.
    pub(super) fn apply(&self, row: PlaceColumns<'_>, check: &mut Check) {
        if let Some(city) = &self.city {
            *row.city = check.line(&["place", "city"], city.as_deref(), text::MAX_NAME);
        }
        if let Some(region) = &self.region {
            *row.region = check.line(&["place", "region"], region.as_deref(), text::MAX_NAME);
        }
        if let Some(code) = &self.country {
            *row.country = country(code.as_deref(), &["place", "country"], check);
        }
    }
}
