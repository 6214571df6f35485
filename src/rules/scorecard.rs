//! The arithmetic of scorecards: which period may be asked about, shares, percentiles.
//! Counting is the store's work.

use chrono::{DateTime, Months, Utc};
use entity::enums::ReferralStatus;

use super::interaction::CLOCK_TOLERANCE;

/// The longest period.
const LONGEST: Months = Months::new(24);

/// A period: what happened at or after `from` and before `until`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Period {
    /// Its beginning.
    pub from: DateTime<Utc>,
    /// Its end, as it is told.
    pub to: DateTime<Utc>,
    /// What happened from here on is not counted. This is the end, but for a period that ends now:
    /// what another system's clock dates a little ahead has happened too.
    pub until: DateTime<Utc>,
}

impl Period {
    /// Checks a period; one without an end ends now.
    pub fn new(
        from: DateTime<Utc>,
        to: Option<DateTime<Utc>>,
        now: DateTime<Utc>,
    ) -> Result<Self, String> {
        let to = to.unwrap_or(now);
        if from > now {
            return Err("`from` is in the future; give the time at which the period began".into());
        }
        if to > now + CLOCK_TOLERANCE {
            return Err("`to` is in the future; leave it out for a period that ends now".into());
        }
        if to <= from {
            return Err("`to` is not after `from`; the period ends before it begins".into());
        }
        let latest = from.checked_add_months(LONGEST);
        if latest.is_some_and(|latest| to > latest) {
            return Err("`from` is more than two years before `to`; ask for less".into());
        }
        let until = if to < now { to } else { to + CLOCK_TOLERANCE };
        Ok(Self { from, to, until })
    }
}

/// The part of a whole, from 0 to 1; none of nothing.
pub fn share(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| float(part) / float(whole))
}

/// How many come on a hundred; none of nothing.
pub fn per_hundred(count: u64, whole: u64) -> Option<f64> {
    share(count, whole).map(|share| share * 100.0)
}

/// What a percentile lies between: the places, from zero, of two neighbours in the sorted values,
/// and how far it is from the first to the second. None where there are no values.
///
/// This is the linear interpolation of the closest ranks (type 7 of Hyndman and Fan, 1996), which
/// is also `percentile_cont` of SQL.
pub fn neighbours(count: u64, tenths: u64) -> Option<(u64, u64, f64)> {
    let last = count.checked_sub(1)?;
    let lower = last * tenths / 10;
    let upper = last.min(lower + 1);
    Some((lower, upper, float(last * tenths % 10) / 10.0))
}

/// The value so far between two others.
pub fn between(lower: f64, upper: f64, way: f64) -> f64 {
    lower + (upper - lower) * way
}

/// Whether a referral that has this status must have been followed up: somebody spoke to the
/// person, or how would they have been put forward, chosen or passed over, or have declined? One
/// that was withdrawn may have been withdrawn before.
pub fn tells_of_contact(status: ReferralStatus) -> bool {
    match status {
        ReferralStatus::Received | ReferralStatus::Withdrawn => false,
        ReferralStatus::Contacted
        | ReferralStatus::Submitted
        | ReferralStatus::Interviewing
        | ReferralStatus::Hired
        | ReferralStatus::NotSelected
        | ReferralStatus::Declined => true,
    }
}

/// A count, or seconds, to reckon with: far below the integers that a float holds exactly.
#[expect(
    clippy::cast_precision_loss,
    reason = "no tenant has so many rows that a digit is lost"
)]
pub fn float(count: u64) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use proptest::prelude::*;

    use super::*;

    fn day(day: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::days(20_000 + day)
    }

    fn percentile(values: &[i32], tenths: u64) -> Option<f64> {
        let mut sorted = values.to_vec();
        sorted.sort_unstable();
        let (lower, upper, way) = neighbours(sorted.len() as u64, tenths)?;
        let at = |place: u64| f64::from(sorted[usize::try_from(place).unwrap()]);
        Some(between(at(lower), at(upper), way))
    }

    #[test]
    fn a_period_lies_in_the_past_runs_forward_and_has_two_years_at_most() {
        let now = day(0);
        let asked = |from, to| Period::new(from, to, now).map_err(|why| why[..5].to_owned());

        assert!(asked(day(-30), Some(day(-1))).is_ok());
        assert!(asked(day(-730), None).is_ok());
        assert_eq!(asked(day(1), Some(day(2))), Err("`from".into()));
        assert_eq!(asked(day(-1), Some(day(2))), Err("`to` ".into()));
        assert_eq!(asked(day(-1), Some(day(-2))), Err("`to` ".into()));
        assert_eq!(asked(day(-1), Some(day(-1))), Err("`to` ".into()));
        assert_eq!(asked(day(-732), None), Err("`from".into()));
    }

    #[test]
    fn only_a_period_that_ends_now_counts_what_is_dated_ahead() {
        let now = day(0);

        let ended = Period::new(day(-9), Some(day(-1)), now).unwrap();
        let running = Period::new(day(-9), None, now).unwrap();

        assert_eq!(ended.until, day(-1));
        assert_eq!((running.to, running.until), (now, now + CLOCK_TOLERANCE));
    }

    #[test]
    fn percentiles_by_hand() {
        let cases: [(&[i32], _, _); 5] = [
            (&[], None, None),
            (&[7], Some(7.0), Some(7.0)),
            (&[10, 20], Some(15.0), Some(19.0)),
            (&[30, 10, 20], Some(20.0), Some(28.0)),
            (&[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], Some(6.0), Some(10.0)),
        ];
        for (values, median, p90) in cases {
            assert_eq!(percentile(values, 5), median, "{values:?}");
            assert_eq!(percentile(values, 9), p90, "{values:?}");
        }
    }

    #[test]
    fn shares_by_hand() {
        assert_eq!(per_hundred(3, 60), Some(5.0));
        assert_eq!(share(1, 0), None);
    }

    proptest! {
        #[test]
        fn a_percentile_is_no_less_than_its_share_of_the_values(
            values in prop::collection::vec(-1_000..1_000_i32, 1..50),
        ) {
            let median = percentile(&values, 5).unwrap();
            let p90 = percentile(&values, 9).unwrap();
            let least = f64::from(*values.iter().min().unwrap());
            let most = f64::from(*values.iter().max().unwrap());

            prop_assert!(least <= median && median <= p90 && p90 <= most);
            let up_to = values.iter().filter(|value| f64::from(**value) <= median).count();
            prop_assert!(up_to * 2 >= values.len());
        }
    }
}
