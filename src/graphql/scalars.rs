//! Times and days as the API writes them.

use std::str::FromStr;

use async_graphql::{InputValueError, InputValueResult, Scalar, ScalarType, Value};
use chrono::{NaiveDate, SecondsFormat, Utc};
use serde::{Deserialize, Serialize};

use crate::rules::settings;

/// A point in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct DateTime(pub(crate) chrono::DateTime<Utc>);

/// A point in time: RFC 3339, in UTC, such as `2026-03-01T09:30:00Z`. Any offset is accepted; an
/// answer is always in UTC. Finer than a microsecond is cut off.
#[Scalar(
    name = "DateTime",
    specified_by_url = "https://scalars.graphql.org/andimarek/date-time.html"
)]
impl ScalarType for DateTime {
    fn parse(value: Value) -> InputValueResult<Self> {
        use chrono::{Datelike, SubsecRound};
        let Value::String(text) = &value else {
            return Err(InputValueError::expected_type(value));
        };
        let time = chrono::DateTime::parse_from_rfc3339(text).map_err(|_| {
            InputValueError::custom("a time is written like `2026-03-01T09:30:00Z` (RFC 3339)")
        })?;
        let time = time.with_timezone(&Utc).trunc_subsecs(6);
        // An offset can carry a time beyond the years that RFC 3339 and SQLite can write.
        if !(0..=9999).contains(&time.year()) {
            return Err(InputValueError::custom(
                "a time lies in the years 0000 to 9999 of UTC",
            ));
        }
        Ok(Self(time))
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_rfc3339_opts(SecondsFormat::AutoSi, true))
    }
}

impl From<chrono::DateTime<Utc>> for DateTime {
    fn from(time: chrono::DateTime<Utc>) -> Self {
        Self(time)
    }
}

/// A day without a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Date(pub(crate) NaiveDate);

/// A day without a time: ISO 8601, such as `2026-03-01`.
#[Scalar(
    name = "Date",
    specified_by_url = "https://scalars.graphql.org/andimarek/local-date.html"
)]
impl ScalarType for Date {
    fn parse(value: Value) -> InputValueResult<Self> {
        let Value::String(text) = &value else {
            return Err(InputValueError::expected_type(value));
        };
        let day = NaiveDate::parse_from_str(text, "%Y-%m-%d")
            .ok()
            .filter(|day| day.format("%Y-%m-%d").to_string() == *text);
        day.map(Self)
            .ok_or_else(|| InputValueError::custom("a day is written like `2026-03-01`"))
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.format("%Y-%m-%d").to_string())
    }
}

impl From<NaiveDate> for Date {
    fn from(day: NaiveDate) -> Self {
        Self(day)
    }
}

/// A time of day to the minute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TimeOfDay(pub(crate) settings::TimeOfDay);

/// A time of day to the minute, such as `09:30`: hours and minutes of two digits each, from `00:00`
/// to `24:00`, which is the end of the day.
#[Scalar(name = "TimeOfDay")]
impl ScalarType for TimeOfDay {
    fn parse(value: Value) -> InputValueResult<Self> {
        let Value::String(text) = &value else {
            return Err(InputValueError::expected_type(value));
        };
        let time = settings::TimeOfDay::from_str(text);
        time.map(Self).map_err(InputValueError::custom)
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_string())
    }
}
