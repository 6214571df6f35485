//! What a tenant may choose: how soon people are answered, how long silence may last, when we work.

use std::{collections::BTreeSet, fmt, str::FromStr};

use chrono::{Datelike, NaiveDate, TimeDelta};
use chrono_tz::Tz;
use entity::enums::Weekday;
use serde::{Deserialize, Serialize};

use super::cadence;

/// The most holidays that a calendar holds: those of decades.
pub const MOST_HOLIDAYS: usize = 1000;

/// What a tenant chose; the default is what holds until it chooses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Hours within which a person should have our answer.
    pub reply_target_hours: i32,
    /// Days after which news must have been passed on.
    pub silence_limit_days: i32,
    /// The cadence of people who have none of their own.
    pub default_cadence_days: Option<i32>,
    /// Days for which the earliest claim has the credit of a referral.
    pub attribution_window_days: i32,
    /// Days within which a referrer should be thanked.
    pub thank_within_days: i32,
    /// Where the working hours are.
    pub time_zone: Tz,
    /// When we work.
    pub working_hours: WorkingHours,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            reply_target_hours: 48,
            silence_limit_days: 7,
            default_cadence_days: None,
            attribution_window_days: 180,
            thank_within_days: 3,
            time_zone: Tz::UTC,
            working_hours: WorkingHours::default(),
        }
    }
}

impl Settings {
    /// How soon a person should have our answer.
    pub fn reply_target(&self) -> TimeDelta {
        TimeDelta::hours(self.reply_target_hours.into())
    }

    /// How soon news must have been passed on.
    pub fn silence_limit(&self) -> TimeDelta {
        TimeDelta::days(self.silence_limit_days.into())
    }

    /// How long a claim to a referred person stands.
    pub fn attribution_window(&self) -> TimeDelta {
        TimeDelta::days(self.attribution_window_days.into())
    }

    /// How soon a referrer should be thanked.
    pub fn thank_within(&self) -> TimeDelta {
        TimeDelta::days(self.thank_within_days.into())
    }
}

/// The days and hours at which we work, in the tenant's time zone. It is stored as it stands here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkingHours {
    /// The days of the week: one at least.
    pub days: BTreeSet<Weekday>,
    /// When a working day begins.
    pub from: TimeOfDay,
    /// When it ends: later than it begins.
    pub until: TimeOfDay,
    /// Days on which nobody works, whatever day of the week they are.
    pub holidays: BTreeSet<NaiveDate>,
}

impl Default for WorkingHours {
    fn default() -> Self {
        use Weekday::{Friday, Monday, Thursday, Tuesday, Wednesday};
        Self {
            days: BTreeSet::from([Monday, Tuesday, Wednesday, Thursday, Friday]),
            from: TimeOfDay(9 * 60),
            until: TimeOfDay(17 * 60),
            holidays: BTreeSet::new(),
        }
    }
}

impl WorkingHours {
    /// Whether we work on that day.
    pub fn includes(&self, day: NaiveDate) -> bool {
        self.days.contains(&weekday(day)) && !self.holidays.contains(&day)
    }
}

fn weekday(day: NaiveDate) -> Weekday {
    match day.weekday() {
        chrono::Weekday::Mon => Weekday::Monday,
        chrono::Weekday::Tue => Weekday::Tuesday,
        chrono::Weekday::Wed => Weekday::Wednesday,
        chrono::Weekday::Thu => Weekday::Thursday,
        chrono::Weekday::Fri => Weekday::Friday,
        chrono::Weekday::Sat => Weekday::Saturday,
        chrono::Weekday::Sun => Weekday::Sunday,
    }
}

/// A time of day to the minute, written `HH:MM`; `24:00` is the end of the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TimeOfDay(u16);

impl TimeOfDay {
    /// The minutes since the day began: from 0 to 1440.
    pub fn minutes(self) -> u16 {
        self.0
    }
}

impl fmt::Display for TimeOfDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.0 / 60, self.0 % 60)
    }
}

impl FromStr for TimeOfDay {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let two_digits = |part: &str| {
            let is_written_so = part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
            is_written_so.then(|| part.parse::<u16>().ok()).flatten()
        };
        let parts = text.split_once(':');
        let parts = parts.and_then(|(hour, minute)| two_digits(hour).zip(two_digits(minute)));
        match parts {
            Some((hour, minute)) if minute < 60 && hour * 60 + minute <= 24 * 60 => {
                Ok(Self(hour * 60 + minute))
            }
            _ => Err("a time of day is written like `09:30`, from `00:00` to `24:00`".into()),
        }
    }
}

impl TryFrom<String> for TimeOfDay {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<TimeOfDay> for String {
    fn from(time: TimeOfDay) -> Self {
        time.to_string()
    }
}

/// Checks how soon people should be answered.
pub fn check_reply_target(hours: i32) -> Result<(), String> {
    between(hours, 1, 2160, "hours (90 days)")
}

/// Checks how long news may wait.
pub fn check_silence_limit(days: i32) -> Result<(), String> {
    between(days, 1, 365, "days")
}

/// Checks the cadence of people who have none of their own.
pub fn check_default_cadence(days: i32) -> Result<(), String> {
    cadence::check_days(days)
}

/// Checks how long a claim stands.
pub fn check_attribution_window(days: i32) -> Result<(), String> {
    between(days, 1, 3650, "days")
}

/// Checks how soon a referrer should be thanked.
pub fn check_thank_within(days: i32) -> Result<(), String> {
    between(days, 1, 365, "days")
}

fn between(value: i32, least: i32, most: i32, unit: &str) -> Result<(), String> {
    if (least..=most).contains(&value) {
        return Ok(());
    }
    Err(format!("is not between {least} and {most} {unit}"))
}

/// The time zone of that name.
pub fn time_zone(name: &str) -> Result<Tz, String> {
    let unknown =
        "is not the name of a time zone in the IANA database, such as `Europe/Lisbon`".to_owned();
    name.parse().map_err(|_| unknown)
}

/// Checks the days of the week on which we work.
pub fn check_days(days: &BTreeSet<Weekday>) -> Result<(), String> {
    if days.is_empty() {
        return Err("is empty; name a day at least".into());
    }
    Ok(())
}

/// Checks when a working day ends.
pub fn check_until(from: TimeOfDay, until: TimeOfDay) -> Result<(), String> {
    if until > from {
        return Ok(());
    }
    Err(format!("is not later than `from`, which is {from}"))
}

/// Checks the holidays.
pub fn check_holidays(holidays: &BTreeSet<NaiveDate>) -> Result<(), String> {
    if holidays.len() > MOST_HOLIDAYS {
        return Err(format!("has more than {MOST_HOLIDAYS} days"));
    }
    let is_ours = |day: &NaiveDate| (1900..=2200).contains(&day.year());
    match holidays.iter().find(|day| !is_ours(day)) {
        Some(day) => Err(format!(
            "holds {day}, which is not in the years 1900 to 2200"
        )),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn times_of_day_are_hours_and_minutes() {
        for (text, minutes) in [
            ("00:00", 0),
            ("09:30", 570),
            ("23:59", 1439),
            ("24:00", 1440),
        ] {
            let time: TimeOfDay = text.parse().unwrap();
            assert_eq!((time.minutes(), time.to_string().as_str()), (minutes, text));
        }
        for text in [
            "",
            "9:30",
            "09:60",
            "24:01",
            "25:00",
            "09:30:00",
            "+9:30",
            "٠٩:٣٠",
            "0930",
        ] {
            assert!(text.parse::<TimeOfDay>().is_err(), "{text:?}");
        }
    }

    #[test]
    fn a_working_day_is_a_day_of_the_week_that_is_no_holiday() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let hours = WorkingHours {
            holidays: BTreeSet::from([day("2026-03-03")]),
            ..WorkingHours::default()
        };

        assert!(hours.includes(day("2026-03-02")), "a Monday");
        assert!(!hours.includes(day("2026-03-03")), "a holiday");
        assert!(!hours.includes(day("2026-03-07")), "a Saturday");
    }

    #[test]
    fn limits_are_those_that_the_messages_tell() {
        assert!(check_reply_target(1).is_ok() && check_reply_target(2160).is_ok());
        assert!(check_reply_target(0).is_err() && check_reply_target(2161).is_err());
        assert!(check_silence_limit(0).is_err() && check_silence_limit(366).is_err());
        assert!(check_default_cadence(0).is_err() && check_default_cadence(10_000).is_err());
        assert!(check_attribution_window(0).is_err() && check_attribution_window(3651).is_err());
        assert!(check_thank_within(0).is_err() && check_thank_within(366).is_err());
        assert!(check_days(&BTreeSet::new()).is_err());
        let nine: TimeOfDay = "09:00".parse().unwrap();
        assert!(check_until(nine, nine).is_err());
        assert!(check_holidays(&BTreeSet::from(["0001-01-01".parse().unwrap()])).is_err());
    }

    #[test]
    fn time_zones_are_those_of_the_iana_database() {
        assert_eq!(time_zone("Europe/Lisbon"), Ok(Tz::Europe__Lisbon));
        assert!(time_zone("UTC").is_ok());
        for name in ["", "Lisbon", "europe/lisbon", "UTC+1", "Europe/Lisbon "] {
            assert!(time_zone(name).is_err(), "{name:?}");
        }
    }

    proptest! {
        #[test]
        fn working_hours_survive_being_stored(from in 0..1440_u16, length in 1..1440_u16) {
            let until = TimeOfDay((from + length).min(1440));
            let hours = WorkingHours { from: TimeOfDay(from), until, ..WorkingHours::default() };
            let stored = serde_json::to_value(&hours).unwrap();
            prop_assert_eq!(serde_json::from_value::<WorkingHours>(stored).unwrap(), hours);
        }
    }
}
