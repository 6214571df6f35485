//! What is in several answers, written as Rapport writes it.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Serialize, Serializer, ser::Error};
use uuid::Uuid;

/// An id: a byte for the type, then the row's own.
pub(super) struct Id(u8, Uuid);

impl Id {
    /// Of a person: under the candidate's hat if they wear it, else the contact's.
    pub(super) fn person(id: Uuid, is_candidate: bool) -> Self {
        Self(if is_candidate { 1 } else { 2 }, id)
    }

    pub(super) fn interaction(id: Uuid) -> Self {
        Self(6, id)
    }

    pub(super) fn referral(id: Uuid) -> Self {
        Self(8, id)
    }

    pub(super) fn recruiter(id: Uuid) -> Self {
        Self(9, id)
    }
}

impl Serialize for Id {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut bytes = [self.0; 17];
        bytes[1..].copy_from_slice(self.1.as_bytes());
        let mut text = [0; 24];
        let length = BASE64_URL_SAFE_NO_PAD
            .encode_slice(bytes, &mut text)
            .map_err(S::Error::custom)?;
        serializer.serialize_str(std::str::from_utf8(&text[..length]).map_err(S::Error::custom)?)
    }
}

/// A time, in UTC.
pub(super) struct Time(pub(super) DateTime<Utc>);

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0.to_rfc3339_opts(SecondsFormat::AutoSi, true))
    }
}

/// Somebody's id and name.
#[derive(Serialize)]
pub(super) struct Named {
    pub(super) id: Id,
    pub(super) name: Option<String>,
}

/// An interaction in a list.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Interaction {
    pub(super) id: Id,
    pub(super) channel: String,
    pub(super) direction: String,
    pub(super) occurred_at: Time,
    pub(super) subject: Option<String>,
}
