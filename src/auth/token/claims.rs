//! The body of a token: what it claims, and whether that may be so.

use std::borrow::Cow;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{
    Deserialize, Deserializer,
    de::{Error, IgnoredAny, SeqAccess, Unexpected, Visitor},
};

use super::{
    Claims, Rejected,
    header::{Present, Text, object},
};
use crate::auth::viewer::Scopes;

const LONGEST_TENANT: usize = 64;
const LONGEST_SUBJECT: usize = 255;
const LONGEST_NAME: usize = 255;
/// The longest e-mail address (RFC 5321).
const LONGEST_EMAIL: usize = 320;

/// The claims as they are written. `exp`, `iss`, `aud` and `sub` must be there; any claim that
/// is there must be of its type, and none may be there twice.
#[derive(Deserialize)]
pub(super) struct Written<'a> {
    #[serde(borrow)]
    pub(super) iss: Cow<'a, str>,
    #[serde(borrow)]
    sub: Cow<'a, str>,
    #[serde(borrow)]
    aud: Audience<'a>,
    exp: Moment,
    #[serde(default)]
    nbf: Present<Moment>,
    #[serde(default)]
    iat: Present<Moment>,
    #[serde(borrow, default)]
    tenant: Present<Text<'a>>,
    #[serde(borrow, default)]
    scope: Present<Text<'a>>,
    #[serde(borrow, default)]
    name: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    email: Option<Cow<'a, str>>,
    /// These two are only in ID tokens, which tell an application who signed in; they are not
    /// for calling an API.
    #[serde(default)]
    nonce: Present<IgnoredAny>,
    #[serde(default)]
    at_hash: Present<IgnoredAny>,
    /// Keycloak says here what others say in the header.
    #[serde(borrow, default)]
    typ: Option<Cow<'a, str>>,
}

/// What an issuer's tokens must say.
pub(super) struct Policy {
    pub(super) audience: String,
    pub(super) tenant: Option<String>,
    pub(super) leeway: TimeDelta,
    pub(super) max_life: TimeDelta,
    pub(super) must_be_access: bool,
}

impl<'a> Written<'a> {
    /// Reads the body.
    pub(super) fn read(json: &'a [u8]) -> Result<Self, Rejected> {
        object(json).ok_or(Rejected("the claims cannot be read"))
    }

    /// Holds the claims against the issuer's policy.
    pub(super) fn judge(self, policy: &Policy, now: DateTime<Utc>) -> Result<Claims, Rejected> {
        self.check_times(policy, now)?;
        if !self.aud.0.iter().any(|name| name.0 == policy.audience) {
            return Err(Rejected("the token is for another audience"));
        }
        let is_id_token = self.nonce.0.is_some()
            || self.at_hash.0.is_some()
            || self.typ.as_deref().is_some_and(|typ| typ == "ID");
        if is_id_token {
            return Err(Rejected("the token is an ID token"));
        }
        if !is_subject(&self.sub) {
            return Err(Rejected("the subject is none"));
        }
        let claimed = self.tenant.0.map(|tenant| tenant.0);
        let tenant = match (claimed, &policy.tenant) {
            (Some(claimed), None) if is_tenant(&claimed) => claimed.into_owned(),
            (Some(claimed), Some(bound)) if claimed == *bound => claimed.into_owned(),
            (None, Some(bound)) => bound.clone(),
            _ => return Err(Rejected("the tenant is none, or not the issuer's")),
        };
        let scope = self.scope.0.map(|scope| scope.0).unwrap_or_default();
        Ok(Claims {
            tenant,
            subject: self.sub.into_owned(),
            scopes: Scopes::from_claim(&scope),
            name: label(self.name, LONGEST_NAME)?,
            email: label(self.email, LONGEST_EMAIL)?,
            expires_at: self.exp.0,
        })
    }

    fn check_times(&self, policy: &Policy, now: DateTime<Utc>) -> Result<(), Rejected> {
        if now >= self.exp.0 + policy.leeway {
            return Err(Rejected("the token has expired"));
        }
        let is_ahead = |moment: &Moment| moment.0 > now + policy.leeway;
        if self.nbf.0.as_ref().is_some_and(is_ahead) {
            return Err(Rejected("the token is not valid yet"));
        }
        if self.iat.0.as_ref().is_some_and(is_ahead) {
            return Err(Rejected("the token was made in the future"));
        }
        // A token that does not tell its age can be no younger than new, to the issuer's clock.
        let start = self
            .iat
            .0
            .as_ref()
            .map_or(now + policy.leeway, |moment| moment.0);
        if self.exp.0 - start > policy.max_life {
            return Err(Rejected("the token is valid for too long"));
        }
        Ok(())
    }
}

/// Whether a text can name a tenant. It becomes part of keys, file names and log lines.
pub fn is_tenant(text: &str) -> bool {
    let is_sign = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
    (1..=LONGEST_TENANT).contains(&text.len()) && text.bytes().all(is_sign)
}

/// Whether a text can name a recruiter: signs that cannot be seen, or that turn the direction of
/// writing, make two that look alike.
pub(super) fn is_subject(text: &str) -> bool {
    let is_hidden = |sign: char| {
        sign.is_control()
            || matches!(sign, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
                | '\u{2060}'..='\u{2069}' | '\u{feff}')
    };
    !text.trim().is_empty()
        && text.chars().count() <= LONGEST_SUBJECT
        && !text.chars().any(is_hidden)
}

/// A name or an address, without the space around it; nothing if it is blank.
fn label(text: Option<Cow<'_, str>>, longest: usize) -> Result<Option<String>, Rejected> {
    let Some(text) = text else {
        return Ok(None);
    };
    let trimmed = text.trim();
    if trimmed.chars().count() > longest || trimmed.chars().any(char::is_control) {
        return Err(Rejected("the name or the e-mail address cannot be one"));
    }
    Ok((!trimmed.is_empty()).then(|| trimmed.to_owned()))
}

/// One audience or several.
struct Audience<'a>(Vec<Text<'a>>);

impl<'de: 'a, 'a> Deserialize<'de> for Audience<'a> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Reader;
        impl<'de> Visitor<'de> for Reader {
            type Value = Audience<'de>;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a text or a list of texts")
            }

            fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Audience(vec![Text(Cow::Borrowed(text))]))
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Audience(vec![Text(Cow::Owned(text.to_owned()))]))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
                let mut names = Vec::new();
                while let Some(name) = items.next_element()? {
                    names.push(name);
                }
                Ok(Audience(names))
            }
        }
        from.deserialize_any(Reader)
    }
}

/// A time in seconds since 1970; parts of seconds are allowed (RFC 7519, section 2).
struct Moment(DateTime<Utc>);

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Reader;
        impl Visitor<'_> for Reader {
            type Value = Moment;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("seconds since 1970")
            }

            fn visit_u64<E: Error>(self, seconds: u64) -> Result<Moment, E> {
                i64::try_from(seconds)
                    .ok()
                    .filter(|&seconds| seconds <= LATEST)
                    .and_then(|seconds| DateTime::from_timestamp(seconds, 0))
                    .map(Moment)
                    .ok_or_else(|| E::invalid_value(Unexpected::Unsigned(seconds), &self))
            }

            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_precision_loss,
                reason = "the range is checked, and a microsecond more or less is nothing"
            )]
            fn visit_f64<E: Error>(self, seconds: f64) -> Result<Moment, E> {
                if !(0.0..=LATEST as f64).contains(&seconds) {
                    return Err(E::invalid_value(Unexpected::Float(seconds), &self));
                }
                DateTime::from_timestamp_micros((seconds * 1e6) as i64)
                    .map(Moment)
                    .ok_or_else(|| E::invalid_value(Unexpected::Float(seconds), &self))
            }
        }
        // Texts, booleans, null and negative numbers have no reader here.
        from.deserialize_any(Reader)
    }
}

/// The end of the year 9999: later times cannot be written, and adding a leeway to them might
/// overflow.
const LATEST: i64 = 253_402_300_799;
