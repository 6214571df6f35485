//! The tenant's settings.

use std::sync::Arc;

use anyhow::Context;
use entity::tenant_settings::Entity;

use super::Store;
use crate::{
    error::Result,
    rules::settings::{self, Settings},
};

impl Store {
    /// The settings that hold.
    pub async fn settings(&self) -> Result<Arc<Settings>> {
        let Some(row) = self.find::<Entity>().one(&self.conn).await? else {
            return Ok(Arc::default());
        };
        let zone = settings::time_zone(&row.time_zone).map_err(anyhow::Error::msg);
        let hours = serde_json::from_value(row.working_hours);
        Ok(Arc::new(Settings {
            reply_target_hours: row.reply_target_hours,
            silence_limit_days: row.silence_limit_days,
            default_cadence_days: row.default_cadence_days,
            attribution_window_days: row.attribution_window_days,
            thank_within_days: row.thank_within_days,
            time_zone: zone.map_err(crate::error::Error::Internal)?,
            working_hours: hours
                .context("the stored working hours are none")
                .map_err(crate::error::Error::Internal)?,
        }))
    }
}
