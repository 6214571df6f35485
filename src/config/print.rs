//! The settings in use, shown in the form of `rapport.toml`, without secrets.

use std::time::Duration;

use anyhow::Context;
use secrecy::{ExposeSecret, SecretString};
use serde::Serializer;
use serde_json::{Map, Value};
use url::Url;

use super::{Settings, values};

/// What is shown in place of a secret.
const HIDDEN: &str = "(hidden)";

/// The settings as lines of TOML: plain values, then the issuers.
pub(super) fn toml(settings: &Settings) -> anyhow::Result<String> {
    let value = serde_json::to_value(settings)?;
    let settings = value.as_object().context("settings are an object")?;
    let mut lines = plain(settings);
    for issuer in settings["issuer"].as_array().into_iter().flatten() {
        lines.push_str("\n[[issuer]]\n");
        lines.push_str(&issuer.as_object().map(plain).unwrap_or_default());
    }
    Ok(lines)
}

/// Texts, numbers, booleans and lists of texts are written alike in JSON and in TOML.
fn plain(values: &Map<String, Value>) -> String {
    let mut lines = String::new();
    for (key, value) in values {
        match value {
            Value::Null => lines.extend(["# ", key, " is not set\n"]),
            Value::Array(items) if items.iter().any(Value::is_object) => {}
            _ if key == "issuer" && value.is_array() => {}
            _ => lines.extend([key, " = ", &value.to_string(), "\n"]),
        }
    }
    lines
}

/// A length of time in words.
pub(super) fn time<S: Serializer>(time: &Duration, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(&values::in_words(*time))
}

/// That there is a secret, and no more.
pub(super) fn secret<S: Serializer>(_: &SecretString, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(HIDDEN)
}

/// An address without a password.
pub(super) fn url<S: Serializer>(url: &Url, to: S) -> Result<S::Ok, S::Error> {
    let mut url = url.clone();
    if url.password().is_some() && url.set_password(Some("hidden")).is_err() {
        return to.serialize_str(HIDDEN);
    }
    to.serialize_str(url.as_str())
}

/// A database's address without its password.
#[expect(clippy::ref_option, reason = "serde passes the field as it is")]
pub(super) fn database<S: Serializer>(
    address: &Option<SecretString>,
    to: S,
) -> Result<S::Ok, S::Error> {
    let Some(address) = address else {
        return to.serialize_none();
    };
    let address = address.expose_secret();
    if address.starts_with("sqlite:") {
        return to.serialize_str(address);
    }
    match Url::parse(address) {
        Ok(mut url) => {
            // The query may say `password=` too.
            url.set_query(None);
            self::url(&url, to)
        }
        Err(_) => to.serialize_str(HIDDEN),
    }
}
