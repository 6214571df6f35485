//! What the tenant has set, and the kinds of relationships it added.

use entity::enums::NodeKind;
use uuid::Uuid;

use super::{Exported, Names, Of, people::said};
use crate::{
    error::Result,
    store::{
        Store,
        sync::record::{KindRecord, SettingsRecord, SyncRecord, WorkingHoursRecord},
    },
};

impl Store {
    pub(super) async fn export_settings(&self, of: Of, after: Option<Uuid>) -> Result<Exported> {
        let mut records = Vec::new();
        if matches!(of, Of::All) && after.is_none() {
            let id = self.viewer.tenant_id;
            records.push(SyncRecord {
                settings: Some(Box::new(self.settings_record().await?)),
                ..Names::default().record(NodeKind::Settings, id)
            });
        }
        let next = None;
        Ok(Exported { records, next })
    }

    async fn settings_record(&self) -> Result<SettingsRecord> {
        let settings = self.settings().await?;
        let hours = &settings.working_hours;
        let kinds = self.relationship_kinds().await?.into_iter();
        let kinds = kinds
            .filter(|kind| !kind.is_built_in)
            .map(|kind| KindRecord {
                code: said(Some(kind.code)),
                name: said(Some(kind.name)),
                inverse_code: said(Some(kind.inverse_code)),
                inverse_name: said(Some(kind.inverse_name)),
            });
        Ok(SettingsRecord {
            reply_target_hours: said(Some(settings.reply_target_hours)),
            silence_limit_days: said(Some(settings.silence_limit_days)),
            default_cadence_days: said(settings.default_cadence_days),
            attribution_window_days: said(Some(settings.attribution_window_days)),
            thank_within_days: said(Some(settings.thank_within_days)),
            time_zone: said(Some(settings.time_zone.name().to_owned())),
            working_hours: said(Some(WorkingHoursRecord {
                days: said(Some(hours.days.iter().copied().collect())),
                from: said(Some(hours.from)),
                until: said(Some(hours.until)),
                holidays: said(Some(hours.holidays.iter().copied().collect())),
            })),
            relationship_kinds: said(Some(kinds.collect())),
        })
    }
}
