//! Times as other systems write them, as RFC 3339 in UTC.

use chrono::{
    DateTime, Datelike, LocalResult, NaiveDate, NaiveDateTime, NaiveTime, SecondsFormat, TimeDelta,
    TimeZone, Utc,
};
use chrono_tz::Tz;

/// Years before it stand for "never": databases write 1000-01-01 or 0000-00-00.
const FIRST_YEAR: i32 = 1900;
const LAST_YEAR: i32 = 9999;

/// Milliseconds since 1970.
pub(super) fn of_epoch_ms(text: &str) -> Option<String> {
    let milliseconds: i64 = text.trim().parse().ok()?;
    written(DateTime::from_timestamp_millis(milliseconds)?)
}

/// A time in a time zone. Where clocks were put back the earlier of two times is meant; a time that
/// was skipped counts from when it was skipped. A date alone is its midnight.
pub(super) fn local_time(text: &str, format: &str, zone: Tz) -> Option<String> {
    let naive = naive(text.trim(), format)?;
    let at = match zone.from_local_datetime(&naive) {
        LocalResult::Single(at) | LocalResult::Ambiguous(at, _) => at.to_utc(),
        LocalResult::None => {
            let before = zone.from_local_datetime(&(naive - TimeDelta::hours(3)));
            before.earliest()?.to_utc() + TimeDelta::hours(3)
        }
    };
    written(at)
}

/// A date, as ISO 8601 writes it.
pub(super) fn local_date(text: &str, format: &str) -> Option<String> {
    let date = naive(text.trim(), format)?.date();
    (FIRST_YEAR..=LAST_YEAR)
        .contains(&date.year())
        .then(|| date.to_string())
}

fn naive(text: &str, format: &str) -> Option<NaiveDateTime> {
    let date = || NaiveDate::parse_from_str(text, format);
    NaiveDateTime::parse_from_str(text, format)
        .or_else(|_| date().map(|date| date.and_time(NaiveTime::MIN)))
        .ok()
}

fn written(at: DateTime<Utc>) -> Option<String> {
    let shown = || at.to_rfc3339_opts(SecondsFormat::AutoSi, true);
    (FIRST_YEAR..=LAST_YEAR).contains(&at.year()).then(shown)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_told_in_utc() {
        let zone = Tz::Europe__London;
        for (given, format, expected) in [
            (
                "2026-01-05 10:11:12.123456",
                "%F %T%.f",
                Some("2026-01-05T10:11:12.123456Z"),
            ),
            ("2026-07-05 10:11:12", "%F %T", Some("2026-07-05T09:11:12Z")),
            ("07-06-26", "%m-%d-%y", Some("2026-07-05T23:00:00Z")),
            ("2026-03-29 01:30:00", "%F %T", Some("2026-03-29T01:30:00Z")),
            ("2026-10-25 01:30:00", "%F %T", Some("2026-10-25T00:30:00Z")),
            ("1000-01-01 00:00:00", "%F %T", None),
            ("soon", "%F", None),
            ("2026-02-30", "%F", None),
        ] {
            assert_eq!(
                local_time(given, format, zone).as_deref(),
                expected,
                "{given}"
            );
        }
        assert_eq!(
            of_epoch_ms("1628507614492").as_deref(),
            Some("2021-08-09T11:13:34.492Z")
        );
        assert_eq!(of_epoch_ms("-99999999999999999"), None);
        assert_eq!(
            local_date("31/12/1999", "%d/%m/%Y").as_deref(),
            Some("1999-12-31")
        );
        assert_eq!(local_date("0001-01-01", "%F"), None);
    }
}
