//! The tenant's settings: read at most once by each handle, changed by administrators.

use std::{collections::BTreeSet, sync::Arc};

use anyhow::Context;
use chrono::{DateTime, NaiveDate, Utc};
use entity::{
    enums::{ChangeKind, NodeKind, Weekday},
    tenant_settings::{Column, Entity, Model},
};
use sea_orm::{ColumnTrait, QuerySelect, sea_query::LockType};
use tokio::sync::Mutex;

use super::{Store, Writer, check::Check, failure};
use crate::{
    auth::viewer::Scope,
    error::{Error, Result},
    rules::settings::{self, Settings, TimeOfDay, WorkingHours},
};

/// The settings as they stand.
#[derive(Clone, Debug)]
pub struct StoredSettings {
    /// What holds.
    pub settings: Arc<Settings>,
    /// How often they were changed: 0 while all are the built-in ones.
    pub version: i32,
    /// When they were last changed.
    pub updated_at: Option<DateTime<Utc>>,
}

/// What a handle has read. It lives as long as the handle, which is one request: another node may
/// have changed the settings by the next.
#[derive(Clone, Debug, Default)]
pub(super) struct Kept(Arc<Mutex<Option<StoredSettings>>>);

impl Kept {
    /// Has the settings read again when they are next asked for.
    pub(super) async fn forget(&self) {
        self.0.lock().await.take();
    }
}

/// What is said of the settings. `None` says nothing; `Some(None)` restores the default.
#[derive(Clone, Debug, Default)]
pub struct SettingsDetails {
    /// Hours within which a person should have our answer.
    pub reply_target_hours: Option<Option<i32>>,
    /// Days after which news must have been passed on.
    pub silence_limit_days: Option<Option<i32>>,
    /// The cadence of people who have none of their own.
    pub default_cadence_days: Option<Option<i32>>,
    /// Days for which the earliest claim has the credit of a referral.
    pub attribution_window_days: Option<Option<i32>>,
    /// Days within which a referrer should be thanked.
    pub thank_within_days: Option<Option<i32>>,
    /// The name of the time zone.
    pub time_zone: Option<Option<String>>,
    /// When we work.
    pub working_hours: Option<Option<WorkingHoursDetails>>,
}

/// What is said of the working hours. `None` says nothing; `Some(None)` restores the default.
#[derive(Clone, Debug, Default)]
pub struct WorkingHoursDetails {
    /// The days of the week.
    pub days: Option<Option<Vec<Weekday>>>,
    /// When a working day begins.
    pub from: Option<Option<TimeOfDay>>,
    /// When it ends.
    pub until: Option<Option<TimeOfDay>>,
    /// Days on which nobody works.
    pub holidays: Option<Option<Vec<NaiveDate>>>,
}

impl Store {
    /// The settings that hold.
    pub async fn settings(&self) -> Result<Arc<Settings>> {
        Ok(self.stored_settings().await?.settings)
    }

    /// The settings that hold, and since when.
    pub async fn stored_settings(&self) -> Result<StoredSettings> {
        // Locked while it is read, so that two who ask at once read once.
        let mut kept = self.settings.0.lock().await;
        if let Some(stored) = &*kept {
            return Ok(stored.clone());
        }
        let row = self.find::<Entity>().one(&self.conn).await?;
        let stored = StoredSettings {
            version: row.as_ref().map_or(0, |row| row.version),
            updated_at: row.as_ref().map(|row| row.updated_at),
            settings: Arc::new(row.map(read).transpose()?.unwrap_or_default()),
        };
        *kept = Some(stored.clone());
        Ok(stored)
    }
}

impl Writer {
    /// Changes the settings.
    pub async fn update_settings(
        &self,
        said: &SettingsDetails,
        version: Option<i32>,
    ) -> Result<()> {
        self.viewer().scopes.require(Scope::Admin)?;
        let stored = self.find::<Entity>().lock(LockType::NoKeyUpdate);
        let stored = stored.one(&self.conn).await?;
        let old_version = stored.as_ref().map_or(0, |row| row.version);
        Self::check_version(version, old_version)?;
        let before = stored.clone().map(read).transpose()?.unwrap_or_default();
        let after = apply(said, &before)?;
        if after == before {
            return Ok(());
        }
        let old = match &stored {
            Some(row) => row.clone(),
            None => self.settings_row(&before, 0)?,
        };
        let new = Model {
            created_at: old.created_at,
            ..self.settings_row(&after, old_version + 1)?
        };
        let fields: Vec<_> = Self::changed_fields(&old, &new)
            .into_iter()
            .filter(|field| !["version", "updatedAt"].contains(&field.as_str()))
            .collect();
        if stored.is_some() {
            self.save(&old, &new, Column::TenantId.eq(self.tenant()).into())
                .await?;
        } else {
            self.insert(new).await.map_err(lost_race)?;
        }
        // What follows in this transaction goes by the new ones.
        self.settings.forget().await;
        if after.working_hours != before.working_hours || after.time_zone != before.time_zone {
            self.working_hours_changed().await?;
        }
        if after.default_cadence_days != before.default_cadence_days {
            self.default_cadence_changed().await?;
        }
        let fields: Vec<_> = fields.iter().map(String::as_str).collect();
        let id = self.tenant();
        self.record(ChangeKind::Updated, NodeKind::Settings, id, &fields)
            .await
    }

    fn settings_row(&self, settings: &Settings, version: i32) -> Result<Model> {
        Ok(Model {
            tenant_id: self.tenant(),
            reply_target_hours: settings.reply_target_hours,
            silence_limit_days: settings.silence_limit_days,
            default_cadence_days: settings.default_cadence_days,
            attribution_window_days: settings.attribution_window_days,
            thank_within_days: settings.thank_within_days,
            time_zone: settings.time_zone.name().to_owned(),
            working_hours: serde_json::to_value(&settings.working_hours)
                .map_err(|error| Error::Internal(error.into()))?,
            version,
            created_at: self.now(),
            updated_at: self.now(),
        })
    }
}

/// The first two changes of a tenant may meet: the second finds the row of the first.
fn lost_race(error: Error) -> Error {
    match error {
        Error::Internal(cause) if cause.downcast_ref().is_some_and(failure::is_duplicate) => {
            Error::Retry
        }
        other => other,
    }
}

fn read(row: Model) -> Result<Settings> {
    let working_hours = serde_json::from_value(row.working_hours)
        .context("the stored working hours cannot be read");
    let time_zone = settings::time_zone(&row.time_zone)
        .map_err(|_| anyhow::anyhow!("the stored time zone is not known"));
    Ok(Settings {
        reply_target_hours: row.reply_target_hours,
        silence_limit_days: row.silence_limit_days,
        default_cadence_days: row.default_cadence_days,
        attribution_window_days: row.attribution_window_days,
        thank_within_days: row.thank_within_days,
        time_zone: time_zone.map_err(Error::Internal)?,
        working_hours: working_hours.map_err(Error::Internal)?,
    })
}

/// The settings after what is said of them.
pub(super) fn apply(said: &SettingsDetails, before: &Settings) -> Result<Settings> {
    let default = Settings::default();
    let mut new = before.clone();
    let mut check = Check::default();
    apply_numbers(said, &mut new, &mut check);
    if let Some(days) = said.default_cadence_days {
        if let Some(days) = days {
            let field = ["defaultCadenceDays"];
            check.keep(&field, settings::check_default_cadence(days));
        }
        new.default_cadence_days = days;
    }
    if let Some(name) = &said.time_zone {
        let zone = match name {
            Some(name) => check.keep(&["timeZone"], settings::time_zone(name)),
            None => Some(default.time_zone),
        };
        new.time_zone = zone.unwrap_or(new.time_zone);
    }
    if let Some(hours) = &said.working_hours {
        new.working_hours = match hours {
            Some(hours) => apply_hours(hours, &before.working_hours, &mut check),
            None => default.working_hours,
        };
    }
    check.finish()?;
    Ok(new)
}

/// What is said of a number, where it is told of and stands, and what it may be.
type Number<'a> = (
    Option<Option<i32>>,
    &'static str,
    &'a mut i32,
    i32,
    fn(i32) -> std::result::Result<(), String>,
);

fn apply_numbers(said: &SettingsDetails, new: &mut Settings, check: &mut Check) {
    let default = Settings::default();
    let numbers: [Number<'_>; 4] = [
        (
            said.reply_target_hours,
            "replyTargetHours",
            &mut new.reply_target_hours,
            default.reply_target_hours,
            settings::check_reply_target,
        ),
        (
            said.silence_limit_days,
            "silenceLimitDays",
            &mut new.silence_limit_days,
            default.silence_limit_days,
            settings::check_silence_limit,
        ),
        (
            said.attribution_window_days,
            "attributionWindowDays",
            &mut new.attribution_window_days,
            default.attribution_window_days,
            settings::check_attribution_window,
        ),
        (
            said.thank_within_days,
            "thankWithinDays",
            &mut new.thank_within_days,
            default.thank_within_days,
            settings::check_thank_within,
        ),
    ];
    for (said, field, value, default, rule) in numbers {
        if let Some(said) = said {
            *value = said.unwrap_or(default);
            check.keep(&[field], rule(*value));
        }
    }
}

fn apply_hours(
    said: &WorkingHoursDetails,
    before: &WorkingHours,
    check: &mut Check,
) -> WorkingHours {
    let default = WorkingHours::default();
    let mut new = before.clone();
    if let Some(days) = &said.days {
        new.days = days.as_deref().map_or(default.days, set);
        check.keep(&["workingHours", "days"], settings::check_days(&new.days));
    }
    new.from = said
        .from
        .map_or(new.from, |time| time.unwrap_or(default.from));
    new.until = said
        .until
        .map_or(new.until, |time| time.unwrap_or(default.until));
    check.keep(
        &["workingHours", "until"],
        settings::check_until(new.from, new.until),
    );
    if let Some(holidays) = &said.holidays {
        new.holidays = holidays.as_deref().map_or(default.holidays, set);
        check.keep(
            &["workingHours", "holidays"],
            settings::check_holidays(&new.holidays),
        );
    }
    new
}

fn set<T: Copy + Ord>(values: &[T]) -> BTreeSet<T> {
    values.iter().copied().collect()
}
