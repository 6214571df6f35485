//! How single values are read and shown. A message says what is wrong without repeating the
//! value: the caller does that where the value is no secret.

use std::time::Duration;

use clap::builder::{RangedU64ValueParser, TypedValueParser};
use secrecy::SecretString;
use url::{Host, Url};

/// A length of time in words: `250ms`, `5s`, `10m`, `24h`.
pub fn duration(text: &str) -> Result<Duration, String> {
    let split = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    let (digits, unit) = text.split_at(split);
    let millis_in_unit = match unit {
        "ms" => 1,
        "s" => 1_000,
        "m" => 60_000,
        "h" => 3_600_000,
        _ => return Err("give a number and a unit, such as 250ms, 5s, 10m or 24h".to_owned()),
    };
    digits
        .parse::<u64>()
        .ok()
        .and_then(|number| number.checked_mul(millis_in_unit))
        // A year is longer than any of the settings can sensibly be, and far from any overflow.
        .filter(|&millis| millis <= 366 * 24 * 3_600_000)
        .map(Duration::from_millis)
        .ok_or_else(|| "give a number that is no longer than a year".to_owned())
}

/// A length of time as [`duration`] reads it.
pub fn in_words(time: Duration) -> String {
    let millis = time.as_millis();
    match millis {
        0 => "0s".to_owned(),
        _ if millis.is_multiple_of(3_600_000) => format!("{}h", millis / 3_600_000),
        _ if millis.is_multiple_of(60_000) => format!("{}m", millis / 60_000),
        _ if millis.is_multiple_of(1_000) => format!("{}s", millis / 1_000),
        _ => format!("{millis}ms"),
    }
}

/// The address of a database.
pub(super) fn database(text: &str) -> Result<SecretString, String> {
    const KNOWN: [&str; 3] = ["sqlite:", "postgres://", "postgresql://"];
    if KNOWN.iter().any(|scheme| text.starts_with(scheme)) {
        Ok(text.into())
    } else {
        Err("it must begin with `sqlite:` or `postgres://`".to_owned())
    }
}

/// A web origin: scheme, host and port, nothing more.
pub(super) fn origin(text: &str) -> Result<String, String> {
    Url::parse(text)
        .ok()
        .map(|url| url.origin().ascii_serialization())
        .filter(|origin| origin == text)
        .ok_or_else(|| "give each origin as `https://host` or `https://host:port`".to_owned())
}

/// The address of a key set.
pub(super) fn jwks_url(text: &str) -> Result<Url, String> {
    let url = Url::parse(text).map_err(|why| format!("it is not an address: {why}"))?;
    if url.password().is_some() {
        // It would stand in the log with every failure.
        return Err("it must not hold a password".to_owned());
    }
    // A key set that came over an open line could be anybody's, and with it every token.
    if url.scheme() == "https" || (url.scheme() == "http" && is_loopback(&url)) {
        Ok(url)
    } else {
        Err("it must be an https address (http only on this machine)".to_owned())
    }
}

/// Whether the address stays on this machine.
pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// What is logged, as the subscriber reads it.
pub(super) fn log_level(text: &str) -> Result<String, String> {
    tracing_subscriber::EnvFilter::try_new(text)
        .map(|_| text.to_owned())
        .map_err(|why| why.to_string())
}

/// A count of one or more.
pub(super) fn at_least_one() -> impl TypedValueParser<Value = usize> {
    RangedU64ValueParser::<usize>::new().range(1..)
}
