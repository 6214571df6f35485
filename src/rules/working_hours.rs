//! How much of a span of time we work: a question that came on Friday evening and was answered on
//! Monday morning waited for minutes, not for days.

use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;

use super::settings::{TimeOfDay, WorkingHours};

/// The seconds between two times that lie in working hours; none if they stand the other way round.
pub fn seconds_between(
    from: DateTime<Utc>,
    until: DateTime<Utc>,
    zone: Tz,
    hours: &WorkingHours,
) -> i64 {
    let first = from.with_timezone(&zone).date_naive();
    let last = until.with_timezone(&zone).date_naive();
    // The day before too: where clocks go back at midnight, its last hour is told twice.
    let first = first.pred_opt().unwrap_or(first);
    let days = first.iter_days().take_while(|day| *day <= last);
    days.filter(|day| hours.includes(*day))
        .map(|day| {
            let opens = instant(day, hours.from, zone).max(from);
            let closes = instant(day, hours.until, zone).min(until);
            (closes - opens).num_seconds().max(0)
        })
        .sum()
}

/// The instant at which clocks in the zone show that time on that day; of two, the earlier. A time
/// that is skipped when clocks go forward is as long after the last one that is not.
fn instant(day: NaiveDate, time: TimeOfDay, zone: Tz) -> DateTime<Utc> {
    const LONGEST_GAP: TimeDelta = TimeDelta::hours(3);
    let minutes = TimeDelta::minutes(time.minutes().into());
    let shown = day.and_time(NaiveTime::MIN) + minutes;
    let local = zone.from_local_datetime(&shown).earliest();
    let local = local.or_else(|| {
        let before = zone.from_local_datetime(&(shown - LONGEST_GAP)).earliest();
        before.map(|before| before + LONGEST_GAP)
    });
    // A whole day was skipped where a country moved across the date line: nobody worked on it.
    local.map_or_else(
        || {
            let next = day.checked_add_days(Days::new(1)).unwrap_or(day);
            next.and_time(NaiveTime::MIN).and_utc()
        },
        |local| local.with_timezone(&Utc),
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn hours(from: &str, until: &str, holidays: &[&str]) -> WorkingHours {
        WorkingHours {
            from: from.parse().unwrap(),
            until: until.parse().unwrap(),
            holidays: holidays.iter().map(|day| day.parse().unwrap()).collect(),
            ..WorkingHours::default()
        }
    }

    #[test]
    fn nights_weekends_and_holidays_do_not_count() {
        // 2026-03-02 is a Monday.
        let office = hours("09:00", "17:00", &["2026-03-04"]);
        for (from, until, minutes) in [
            ("2026-03-02T09:00:00Z", "2026-03-02T10:30:00Z", 90),
            ("2026-03-02T07:00:00Z", "2026-03-02T09:15:00Z", 15),
            ("2026-03-02T16:00:00Z", "2026-03-03T10:00:00Z", 120),
            ("2026-03-06T16:30:00Z", "2026-03-09T09:30:00Z", 60),
            ("2026-03-03T16:00:00Z", "2026-03-05T10:00:00Z", 120),
            ("2026-03-07T09:00:00Z", "2026-03-08T17:00:00Z", 0),
            ("2026-03-02T10:00:00Z", "2026-03-02T09:00:00Z", 0),
        ] {
            let seconds = seconds_between(at(from), at(until), Tz::UTC, &office);
            assert_eq!(seconds, minutes * 60, "{from} {until}");
        }
    }

    #[test]
    fn hours_are_those_of_the_time_zone() {
        let office = hours("09:00", "17:00", &[]);
        let worked = |from, until, zone| seconds_between(at(from), at(until), zone, &office) / 60;

        // Nine in Lisbon is nine in UTC in winter and eight in summer.
        let (winter, summer) = ("2026-03-02T08:30:00Z", "2026-06-01T08:30:00Z");
        assert_eq!(
            worked(winter, "2026-03-02T09:30:00Z", Tz::Europe__Lisbon),
            30
        );
        assert_eq!(
            worked(summer, "2026-06-01T09:30:00Z", Tz::Europe__Lisbon),
            60
        );
        // Monday morning in Auckland is Sunday in UTC.
        let sunday = "2026-03-01T20:00:00Z";
        assert_eq!(
            worked(sunday, "2026-03-01T21:00:00Z", Tz::Pacific__Auckland),
            60
        );
    }

    #[test]
    fn a_night_shift_loses_and_gains_the_hour_of_the_clock() {
        let mut nights = hours("00:00", "06:00", &[]);
        nights.days.insert(entity::enums::Weekday::Sunday);
        let worked = |day: &str, nights: &WorkingHours| {
            let from = at(&format!("{day}T00:00:00Z")) - TimeDelta::hours(12);
            let until = from + TimeDelta::hours(24);
            seconds_between(from, until, Tz::Europe__Berlin, nights) / 3600
        };

        assert_eq!(worked("2026-03-22", &nights), 6);
        assert_eq!(worked("2026-03-29", &nights), 5);
        assert_eq!(worked("2026-10-25", &nights), 7);
        // The working day may begin at a time that is skipped: then it begins when clocks moved on.
        nights.from = "02:30".parse().unwrap();
        assert_eq!(worked("2026-03-29", &nights), 2);
    }

    fn zones() -> impl Strategy<Value = Tz> {
        prop::sample::select(vec![
            Tz::UTC,
            Tz::Europe__Berlin,
            Tz::America__Sao_Paulo,
            Tz::Asia__Kathmandu,
            Tz::Australia__Lord_Howe,
        ])
    }

    proptest! {
        #[test]
        fn what_is_worked_adds_up(
            zone in zones(), start in 0..2_000_000_000_i64,
            one in 0..2_000_000_i64, other in 0..2_000_000_i64,
        ) {
            let time = |seconds| DateTime::UNIX_EPOCH + TimeDelta::seconds(seconds);
            let worked = |from, until| {
                seconds_between(time(from), time(until), zone, &hours("08:15", "18:00", &[]))
            };
            let (middle, end) = (start + one, start + one + other);
            prop_assert_eq!(worked(start, end), worked(start, middle) + worked(middle, end));
            prop_assert!(worked(start, end) <= one + other);
        }
    }
}
