//! How far a referral may go, and who has the credit for it.

use chrono::{DateTime, TimeDelta, Utc};
use entity::enums::ReferralStatus;
use uuid::Uuid;

/// How long a claim to a person stands.
pub const ATTRIBUTION_WINDOW: TimeDelta = TimeDelta::days(180);

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
    fn stands(&self, now: DateTime<Utc>) -> bool {
        let ends_at = self.referred_at + ATTRIBUTION_WINDOW;
        now <= ends_at
            || (self.status == ReferralStatus::Hired && self.status_changed_at <= ends_at)
    }
}

/// The claim with the credit, of all claims to one referred person: the earliest that stands. Of
/// two told at the same instant, the one that was recorded first has it (ids grow with time).
/// Nobody has it once the window of every claim has passed without a hire.
pub fn credited(claims: &[Claim], now: DateTime<Utc>) -> Option<Uuid> {
    claims
        .iter()
        .filter(|claim| claim.stands(now))
        .min_by_key(|claim| (claim.referred_at, claim.id))
        .map(|claim| claim.id)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

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
            let credit = credited(&claims, day(on));
            assert_eq!(credit, expected.map(Uuid::from_u128), "day {on}");
        }
    }

    #[test]
    fn a_hire_within_the_window_keeps_the_credit_for_good() {
        let in_time = [hired(claim(1, 0), 180), claim(2, 400)];
        let too_late = [hired(claim(1, 0), 181), claim(2, 400)];

        assert_eq!(credited(&in_time, day(400)), Some(Uuid::from_u128(1)));
        assert_eq!(credited(&too_late, day(400)), Some(Uuid::from_u128(2)));
    }

    #[test]
    fn of_two_claims_at_once_the_first_recorded_has_the_credit() {
        let claims = [claim(2, 0), claim(1, 0)];

        assert_eq!(credited(&claims, day(1)), Some(Uuid::from_u128(1)));
        assert_eq!(credited(&[], day(1)), None);
    }

    #[test]
    fn a_status_may_change_to_any_other() {
        use ReferralStatus::*;

        assert!(may_follow(Received, Interviewing));
        assert!(may_follow(NotSelected, Contacted));
        assert!(!may_follow(Hired, Hired));
        assert!(is_concluded(Withdrawn) && !is_concluded(Interviewing));
    }

    proptest! {
        #[test]
        fn the_order_of_the_claims_does_not_matter(
            days in prop::collection::vec(0..400_i64, 0..8), now in 0..800_i64,
        ) {
            let claims: Vec<_> = (1..).zip(&days).map(|(id, on)| claim(id, *on)).collect();
            let backwards: Vec<_> = claims.iter().rev().copied().collect();
            prop_assert_eq!(credited(&claims, day(now)), credited(&backwards, day(now)));
        }
    }
}
