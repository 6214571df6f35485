//! How far a referral may go, and who has the credit for it.

use chrono::{DateTime, TimeDelta, Utc};
use entity::enums::ReferralStatus;
use uuid::Uuid;

/// Whether the referral has come to its end, well or not.
pub fn is_concluded(status: ReferralStatus) -> bool {
    match status {
        ReferralStatus::Received
        | ReferralStatus::Contacted
        | ReferralStatus::Submitted
        | ReferralStatus::Interviewing => false,
        ReferralStatus::Hired
        | ReferralStatus::NotSelected
        | ReferralStatus::Declined
        | ReferralStatus::Withdrawn => true,
    }
}

/// Whether a referral may go from one status to the other: to any other. Steps are skipped when
/// nobody wrote them down, concluded referrals are taken up again, and mistakes are put right; each
/// change is dated and kept, so none of these hides anything.
pub fn may_follow(from: ReferralStatus, to: ReferralStatus) -> bool {
    from != to
}

/// One claim to have referred a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Claim {
    /// The referral.
    pub id: Uuid,
    /// When it was told to us.
    pub referred_at: DateTime<Utc>,
    /// How far it has come.
    pub status: ReferralStatus,
    /// Since when.
    pub status_changed_at: DateTime<Utc>,
}

impl Claim {
    /// Whether the claim stands: it was told no longer than the window ago, or it led to a hire
    /// within the window, which nobody can take away later.
    fn stands(&self, window: TimeDelta, now: DateTime<Utc>) -> bool {
        let ends_at = self.referred_at + window;
        now <= ends_at
            || (self.status == ReferralStatus::Hired && self.status_changed_at <= ends_at)
    }
}

/// The claim with the credit, of all claims to one referred person: the earliest that stands. Of
/// two told at the same instant, the one that was recorded first has it (ids grow with time).
/// Nobody has it once the window of every claim has passed without a hire.
pub fn credited(claims: &[Claim], window: TimeDelta, now: DateTime<Utc>) -> Option<Uuid> {
    claims
        .iter()
        .filter(|claim| claim.stands(window, now))
        .min_by_key(|claim| (claim.referred_at, claim.id))
        .map(|claim| claim.id)
}

/// Whether the referrer still knows the outcome after a change of status: there is an outcome, and
/// they were told no earlier than it came about.
pub fn stays_closed(
    status: ReferralStatus,
    status_changed_at: DateTime<Utc>,
    loop_closed_at: DateTime<Utc>,
) -> bool {
    is_concluded(status) && loop_closed_at >= status_changed_at
}

/// Checks an amount of money: a decimal text, so that no digit is lost on the way.
pub fn check_amount(amount: &str) -> Result<(), String> {
    let (whole, fraction) = match amount.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (amount, None),
    };
    let digits = |part: &str, most: usize| {
        (1..=most).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    let well_formed = digits(whole, 12)
        && (whole == "0" || !whole.starts_with('0'))
        && fraction.is_none_or(|fraction| digits(fraction, 4));
    if well_formed {
        return Ok(());
    }
    Err("is not an amount such as `500` or `1250.50`: at most 12 digits, then at most 4 after a point"
        .into())
}

/// Checks the code of a currency by its form.
pub fn check_currency(code: &str) -> Result<(), String> {
    if code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_uppercase()) {
        return Ok(());
    }
    Err("is not a currency code of three capitals (ISO 4217), such as `EUR`".into())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const WINDOW: TimeDelta = TimeDelta::days(180);

    fn day(day: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::days(day)
    }

    fn claim(id: u128, referred_on: i64) -> Claim {
        Claim {
            id: Uuid::from_u128(id),
            referred_at: day(referred_on),
            status: ReferralStatus::Received,
            status_changed_at: day(referred_on),
        }
    }

    fn hired(claim: Claim, on: i64) -> Claim {
        Claim {
            status: ReferralStatus::Hired,
            status_changed_at: day(on),
            ..claim
        }
    }

    #[test]
    fn the_earliest_claim_within_the_window_has_the_credit() {
        let claims = [claim(1, 0), claim(2, 100)];

        for (on, expected) in [(0, Some(1)), (180, Some(1)), (181, Some(2)), (281, None)] {
            let credit = credited(&claims, WINDOW, day(on));
            assert_eq!(credit, expected.map(Uuid::from_u128), "day {on}");
        }
    }

    #[test]
    fn a_hire_within_the_window_keeps_the_credit_for_good() {
        let in_time = [hired(claim(1, 0), 180), claim(2, 400)];
        let too_late = [hired(claim(1, 0), 181), claim(2, 400)];

        assert_eq!(
            credited(&in_time, WINDOW, day(400)),
            Some(Uuid::from_u128(1))
        );
        assert_eq!(
            credited(&too_late, WINDOW, day(400)),
            Some(Uuid::from_u128(2))
        );
    }

    #[test]
    fn the_tenant_says_how_long_a_claim_stands() {
        let claims = [claim(1, 0), claim(2, 100)];

        let credit = |window| credited(&claims, TimeDelta::days(window), day(120));

        assert_eq!(credit(30), Some(Uuid::from_u128(2)));
        assert_eq!(credit(10), None);
        assert_eq!(credit(3650), Some(Uuid::from_u128(1)));
    }

    #[test]
    fn of_two_claims_at_once_the_first_recorded_has_the_credit() {
        let claims = [claim(2, 0), claim(1, 0)];

        assert_eq!(credited(&claims, WINDOW, day(1)), Some(Uuid::from_u128(1)));
        assert_eq!(credited(&[], WINDOW, day(1)), None);
    }

    #[test]
    fn a_status_may_change_to_any_other() {
        use ReferralStatus::*;

        assert!(may_follow(Received, Interviewing));
        assert!(may_follow(NotSelected, Contacted));
        assert!(!may_follow(Hired, Hired));
        assert!(is_concluded(Withdrawn) && !is_concluded(Interviewing));
    }

    #[test]
    fn the_loop_stays_closed_only_over_the_outcome_that_was_told() {
        use ReferralStatus::*;

        assert!(stays_closed(Hired, day(10), day(10)));
        assert!(stays_closed(Withdrawn, day(5), day(10)));
        assert!(!stays_closed(NotSelected, day(11), day(10)));
        assert!(!stays_closed(Interviewing, day(5), day(10)));
    }

    #[test]
    fn amounts_are_plain_decimals_and_currencies_three_capitals() {
        for amount in ["0", "0.5", "500", "1250.50", "999999999999.9999"] {
            assert!(check_amount(amount).is_ok(), "{amount:?}");
        }
        for amount in [
            "", ".", "5.", ".5", "05", "-5", "+5", "1e3", "1,5", "5 ", "٥", "1.00001",
        ] {
            assert!(check_amount(amount).is_err(), "{amount:?}");
        }
        assert!(check_amount("1000000000000").is_err());
        assert!(check_currency("EUR").is_ok());
        assert!(
            ["eur", "EURO", "EU", "", "É1"]
                .iter()
                .all(|code| check_currency(code).is_err())
        );
    }

    proptest! {
        #[test]
        fn the_order_of_the_claims_does_not_matter(
            days in prop::collection::vec(0..400_i64, 0..8), now in 0..800_i64,
        ) {
            let claims: Vec<_> = (1..).zip(&days).map(|(id, on)| claim(id, *on)).collect();
            let backwards: Vec<_> = claims.iter().rev().copied().collect();
            prop_assert_eq!(credited(&claims, WINDOW, day(now)), credited(&backwards, WINDOW, day(now)));
        }
    }
}
