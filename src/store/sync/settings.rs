//! What another tenant of ours had set, as its export says: settings and kinds of relationships.

use entity::relationship_kind;

use super::{
    batch::Row,
    call::of_row,
    record::{KindRecord, SettingsRecord},
    report::SyncStatus,
    work::Work,
};
use crate::{
    auth::viewer::Scope,
    error::{Error, Refusal, RefusalKind},
    rules::relationship,
    store::{
        relationship::{NewRelationshipKind, RelationshipKind},
        settings::{SettingsDetails, WorkingHoursDetails, apply},
    },
};

impl Work {
    /// Takes over what a record says of the settings; kinds that are here stay as they are. They are
    /// set at the end of the call, as an administrator does.
    pub(super) fn settings_said(&mut self, row: &mut Row) {
        if self.w.viewer().scopes.require(Scope::Admin).is_err() {
            let message = "settings are an administrator's: they need the scope `admin`";
            return row.reject(of_row(RefusalKind::Invalid, message));
        }
        let Some(said) = row.record.settings.clone() else {
            return;
        };
        let kinds = said.relationship_kinds.iter().flatten().flatten();
        let mut new_kinds = Vec::new();
        for (index, said) in kinds.enumerate() {
            match self.new_kind(said) {
                Ok(kind) => new_kinds.extend(kind),
                Err(error) => {
                    let index = index.to_string();
                    let refusals = under(error, &["relationshipKinds", &index]);
                    return row.reject(row.under_payload(refusals));
                }
            }
        }
        let settings = details(&said);
        let before = self.known_settings.clone().unwrap_or_default();
        let after = match apply(&settings, &before) {
            Ok(after) => after,
            Err(error) => return row.reject(row.under_payload(under(error, &[]))),
        };
        let status = if new_kinds.is_empty() && after == *before {
            SyncStatus::Unchanged
        } else {
            SyncStatus::Updated
        };
        for kind in new_kinds {
            let known = RelationshipKind::from(kind.clone());
            self.kinds.insert(known.inverse_code.clone(), known.clone());
            self.kinds.insert(known.code.clone(), known);
            self.new_kinds.push(kind);
        }
        self.settings = Some(settings);
        row.settle(status, Some(self.w.tenant()));
    }

    /// The row of a kind; none if there is one with that code.
    fn new_kind(&self, said: &KindRecord) -> Result<Option<relationship_kind::Model>, Error> {
        let text = |field: &Option<Option<String>>| field.clone().flatten();
        let code = text(&said.code).unwrap_or_default();
        if self.kinds.contains_key(&code) || relationship::built_in(&code).is_some() {
            return Ok(None);
        }
        let new = NewRelationshipKind {
            inverse_code: text(&said.inverse_code).filter(|inverse| *inverse != code),
            inverse_name: text(&said.inverse_name),
            name: text(&said.name).unwrap_or_default(),
            code,
        };
        self.w.kind_row(&new).map(Some)
    }
}

fn under(error: Error, path: &[&str]) -> Vec<Refusal> {
    match error.under(path) {
        Error::Refused(refusals) => refusals,
        _ => Vec::new(),
    }
}

fn details(said: &SettingsRecord) -> SettingsDetails {
    let hours = said.working_hours.as_ref().map(|hours| {
        hours.as_ref().map(|said| WorkingHoursDetails {
            days: said.days.clone(),
            from: said.from,
            until: said.until,
            holidays: said.holidays.clone(),
        })
    });
    SettingsDetails {
        reply_target_hours: said.reply_target_hours,
        silence_limit_days: said.silence_limit_days,
        default_cadence_days: said.default_cadence_days,
        attribution_window_days: said.attribution_window_days,
        thank_within_days: said.thank_within_days,
        time_zone: said.time_zone.clone(),
        working_hours: hours,
    }
}
