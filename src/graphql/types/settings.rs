//! How the settings look outside.

use async_graphql::{InputObject, MaybeUndefined, SimpleObject};
use entity::enums::Weekday;

use crate::{
    graphql::scalars::{Date, DateTime, TimeOfDay},
    rules::settings as rules,
    store::settings::{SettingsDetails, StoredSettings, WorkingHoursDetails},
};

/// What your tenant chose. Until an administrator changes them, the defaults hold.
#[derive(Clone, Debug, SimpleObject)]
pub(crate) struct Settings {
    /// Hours within which a person should have our answer: an open wait that is longer is late.
    /// 48 by default.
    reply_target_hours: i32,
    /// Days after which news (a change of an application, an interview held) must have been passed
    /// on to the person: longer silence leaves them hanging. 7 by default.
    silence_limit_days: i32,
    /// The cadence, in days, of people who have none of their own. Null, the default, when they
    /// have none.
    default_cadence_days: Option<i32>,
    /// Days for which the earliest claim to a person has the credit of the referral. 180 by default.
    attribution_window_days: i32,
    /// Days within which a referrer should be thanked. 3 by default.
    thank_within_days: i32,
    /// The time zone of the working hours: its name in the IANA database. `UTC` by default.
    time_zone: String,
    /// When you work. Waits are told in elapsed and in working time.
    working_hours: WorkingHours,
    /// Grows by one with each change; 0 while nothing was ever changed.
    version: i32,
    /// When they last changed. Null while nothing was ever changed.
    updated_at: Option<DateTime>,
}

impl From<StoredSettings> for Settings {
    fn from(stored: StoredSettings) -> Self {
        let settings = stored.settings;
        Self {
            reply_target_hours: settings.reply_target_hours,
            silence_limit_days: settings.silence_limit_days,
            default_cadence_days: settings.default_cadence_days,
            attribution_window_days: settings.attribution_window_days,
            thank_within_days: settings.thank_within_days,
            time_zone: settings.time_zone.name().to_owned(),
            working_hours: (&settings.working_hours).into(),
            version: stored.version,
            updated_at: stored.updated_at.map(DateTime),
        }
    }
}

/// The days and hours at which you work, in the time zone of the settings.
#[derive(Clone, Debug, SimpleObject)]
pub(crate) struct WorkingHours {
    /// The days of the week, from Monday on; at least one. Monday to Friday by default.
    days: Vec<Weekday>,
    /// When a working day begins. `09:00` by default.
    from: TimeOfDay,
    /// When it ends: later than it begins. `17:00` by default.
    until: TimeOfDay,
    /// Days on which nobody works, in order. None by default.
    holidays: Vec<Date>,
}

impl From<&rules::WorkingHours> for WorkingHours {
    fn from(hours: &rules::WorkingHours) -> Self {
        Self {
            days: hours.days.iter().copied().collect(),
            from: TimeOfDay(hours.from),
            until: TimeOfDay(hours.until),
            holidays: hours.holidays.iter().copied().map(Date).collect(),
        }
    }
}

/// Changes to the settings. An omitted field is left as it is; null restores the default.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct UpdateSettingsInput {
    /// The version you read. Given, the update is refused with `CONFLICT` if there is a newer one.
    pub(crate) version: Option<i32>,
    /// Hours within which a person should have our answer: 1 to 2160.
    reply_target_hours: MaybeUndefined<i32>,
    /// Days after which news must have been passed on: 1 to 365.
    silence_limit_days: MaybeUndefined<i32>,
    /// The cadence, in days, of people who have none of their own: 1 to 3650; null: none.
    default_cadence_days: MaybeUndefined<i32>,
    /// Days for which the earliest claim has the credit of a referral: 1 to 3650.
    attribution_window_days: MaybeUndefined<i32>,
    /// Days within which a referrer should be thanked: 1 to 365.
    thank_within_days: MaybeUndefined<i32>,
    /// The name of a time zone in the IANA database, such as `Europe/Lisbon`.
    time_zone: MaybeUndefined<String>,
    /// When you work.
    working_hours: MaybeUndefined<WorkingHoursInput>,
}

/// When you work. An omitted field is left as it is; null restores the default.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct WorkingHoursInput {
    /// The days of the week, as a whole list; at least one.
    days: MaybeUndefined<Vec<Weekday>>,
    /// When a working day begins.
    from: MaybeUndefined<TimeOfDay>,
    /// When it ends: later than it begins.
    until: MaybeUndefined<TimeOfDay>,
    /// Days on which nobody works, as a whole list; at most 1000, in the years 1900 to 2200.
    holidays: MaybeUndefined<Vec<Date>>,
}

impl From<UpdateSettingsInput> for SettingsDetails {
    fn from(input: UpdateSettingsInput) -> Self {
        Self {
            reply_target_hours: input.reply_target_hours.into(),
            silence_limit_days: input.silence_limit_days.into(),
            default_cadence_days: input.default_cadence_days.into(),
            attribution_window_days: input.attribution_window_days.into(),
            thank_within_days: input.thank_within_days.into(),
            time_zone: input.time_zone.into(),
            working_hours: input
                .working_hours
                .map_value(WorkingHoursDetails::from)
                .into(),
        }
    }
}

impl From<WorkingHoursInput> for WorkingHoursDetails {
    fn from(input: WorkingHoursInput) -> Self {
        let days = |days: Vec<Date>| days.into_iter().map(|day| day.0).collect();
        Self {
            days: input.days.into(),
            from: input.from.map_value(|time| time.0).into(),
            until: input.until.map_value(|time| time.0).into(),
            holidays: input.holidays.map_value(days).into(),
        }
    }
}
