//! What a caller may say of a person, checked and put into rows.

use chrono::{DateTime, NaiveDate, Utc};
use entity::{
    enums::{CadenceReset, NodeKind},
    person, recruiter,
};
use uuid::Uuid;

use super::belongings::Belongings;
use crate::{
    error::Result,
    rules::{cadence, text},
    store::{Writer, check::Check, record::By},
};

/// What is said of a person. `None` says nothing and leaves what is stored; `Some(None)` clears it.
#[derive(Clone, Debug, Default)]
pub struct PersonDetails {
    /// The whole name.
    pub name: Option<String>,
    /// The given name.
    pub given_name: Option<Option<String>>,
    /// The family name.
    pub family_name: Option<Option<String>>,
    /// One line that says who they are.
    pub headline: Option<Option<String>>,
    /// The city they live in.
    pub city: Option<Option<String>>,
    /// The region they live in.
    pub region: Option<Option<String>>,
    /// The country they live in, as ISO 3166-1 alpha-2.
    pub country: Option<Option<String>>,
    /// All their e-mail addresses.
    pub emails: Option<Vec<Address>>,
    /// All their telephone numbers.
    pub phones: Option<Vec<Address>>,
    /// All their profiles and pages.
    pub links: Option<Vec<Address>>,
    /// All their positions.
    pub positions: Option<Vec<PositionDetails>>,
    /// All their tags.
    pub tags: Option<Vec<String>>,
    /// All their communities.
    pub communities: Option<Vec<String>>,
    /// Who looks after them.
    pub owner: Option<Option<Uuid>>,
    /// The days within which they should be touched again.
    pub cadence_days: Option<Option<i32>>,
    /// Which touches start the cadence anew.
    pub cadence_reset: Option<CadenceReset>,
    /// The next touch, set by hand.
    pub scheduled_touch_at: Option<Option<DateTime<Utc>>>,
}

/// An address with what it is for.
#[derive(Clone, Debug)]
pub struct Address {
    /// The address.
    pub value: String,
    /// Such as `work` or `mobile`.
    pub label: Option<String>,
}

/// A position, as it is told.
#[derive(Clone, Debug)]
pub struct PositionDetails {
    /// The company, if it is one of ours.
    pub company: Option<By>,
    /// The employer's name, where it is none of ours.
    pub company_name: Option<String>,
    /// The title.
    pub title: Option<String>,
    /// The first day.
    pub started_on: Option<NaiveDate>,
    /// The last day.
    pub ended_on: Option<NaiveDate>,
}

impl Writer {
    /// Puts what is said into the person's row and makes the rows that hang on it. Nothing is
    /// stored yet.
    pub(super) async fn apply(
        &self,
        said: &PersonDetails,
        person: &mut person::Model,
    ) -> Result<Belongings> {
        let mut check = Check::default();
        let mut belongings = self.person_as_said(said, person, &mut check);
        check.finish()?;
        if let (Some(said), Some(rows)) = (&said.positions, &mut belongings.positions) {
            self.fill_in_companies(said, rows).await?;
        }
        if let Some(owner) = said.owner {
            person.owner_id = match owner {
                Some(owner) => Some(self.resolve_owner(owner).await?),
                None => None,
            };
        }
        Ok(belongings)
    }

    /// The same but for what names other nodes: the owner, and the companies of positions.
    pub(in crate::store) fn person_as_said(
        &self,
        said: &PersonDetails,
        person: &mut person::Model,
        check: &mut Check,
    ) -> Belongings {
        apply_names(said, person, check);
        apply_place(said, person, check);
        self.apply_cadence(said, person, check);
        self.belongings_as_said(said, person, check)
    }

    /// The recruiter who is to look after something, there and this tenant's.
    pub(in crate::store) async fn resolve_owner(&self, owner: Uuid) -> Result<Uuid> {
        let by = By::Id(owner);
        let id = recruiter::Column::Id;
        self.resolve_one::<recruiter::Entity>(NodeKind::Recruiter, id, &["owner"], &by)
            .await
    }

    fn apply_cadence(&self, said: &PersonDetails, person: &mut person::Model, check: &mut Check) {
        if let Some(days) = said.cadence_days {
            if let Some(days) = days {
                check.keep(&["cadenceDays"], cadence::check_days(days));
            }
            person.cadence_days = days;
        }
        if let Some(reset) = said.cadence_reset {
            person.cadence_reset = reset;
        }
        if let Some(at) = said.scheduled_touch_at
            && at != person.scheduled_touch_at
        {
            if at.is_some_and(|at| at <= self.now()) {
                check.invalid(&["nextTouchAt"], "lies in the past; give a time to come");
            }
            person.scheduled_touch_at = at;
            person.scheduled_touch_set_at = at.map(|_| self.now());
        }
    }
}

fn apply_names(said: &PersonDetails, person: &mut person::Model, check: &mut Check) {
    let mut part = |field: &str, said: &Option<Option<String>>, stored: &mut Option<String>| {
        if let Some(said) = said {
            *stored = check.line(&[field], said.as_deref(), text::MAX_NAME);
        }
    };
    part("givenName", &said.given_name, &mut person.given_name);
    part("familyName", &said.family_name, &mut person.family_name);
    if let Some(headline) = &said.headline {
        person.headline = check.line(&["headline"], headline.as_deref(), text::MAX_HEADLINE);
    }
    if let Some(name) = &said.name {
        if let Some(name) = check.keep(&["name"], text::required_line(name, text::MAX_NAME)) {
            person.name = name;
        }
    } else if said.given_name.is_some() || said.family_name.is_some() {
        let parts = [person.given_name.as_deref(), person.family_name.as_deref()];
        let whole = parts.into_iter().flatten().collect::<Vec<_>>().join(" ");
        if !whole.is_empty() {
            person.name = whole;
        }
    }
    if person.name.is_empty() && said.name.is_none() {
        check.invalid(
            &["name"],
            "is missing: give a name, a given name or a family name",
        );
    }
    person.name_key = text::fold(&person.name);
}

fn apply_place(said: &PersonDetails, person: &mut person::Model, check: &mut Check) {
    if let Some(city) = &said.city {
        person.city = check.line(&["place", "city"], city.as_deref(), text::MAX_NAME);
        person.city_key = person.city.as_deref().map(text::fold);
    }
    if let Some(region) = &said.region {
        person.region = check.line(&["place", "region"], region.as_deref(), text::MAX_NAME);
    }
    if let Some(code) = &said.country {
        person.country = country(code.as_deref(), &["place", "country"], check);
    }
}

/// A country by its ISO 3166-1 code, in capitals.
pub(in crate::store) fn country(
    code: Option<&str>,
    path: &[&str],
    check: &mut Check,
) -> Option<String> {
    let code = check.line(path, code, text::MAX_NAME)?.to_ascii_uppercase();
    if code.len() != 2 || !code.bytes().all(|byte| byte.is_ascii_uppercase()) {
        check.invalid(
            path,
            "is not a country code of two letters (ISO 3166-1), such as IE",
        );
    }
    Some(code)
}
