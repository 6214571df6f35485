//! What people say of working with us: a score from 0 to 10, and the net promoter score of many.
//!
//! Source: Frederick F. Reichheld, "The One Number You Need to Grow", Harvard Business Review,
//! December 2003: 9 and 10 are promoters, 7 and 8 passives, 0 to 6 detractors; the score is the
//! percentage of promoters less that of detractors.

use entity::enums::FeedbackSide;

use super::scorecard::float;

/// Checks a score.
pub fn check_score(score: i32) -> Result<(), String> {
    if (0..=10).contains(&score) {
        return Ok(());
    }
    Err("is not between 0 and 10".into())
}

/// The role in which a person speaks, if they have but one.
pub fn only_side(is_candidate: bool, is_contact: bool) -> Option<FeedbackSide> {
    match (is_candidate, is_contact) {
        (true, false) => Some(FeedbackSide::Candidate),
        (false, true) => Some(FeedbackSide::Client),
        _ => None,
    }
}

/// The least score of a promoter.
pub const PROMOTER_FROM: i32 = 9;
/// The least score of a passive; whoever gives less is a detractor.
pub const PASSIVE_FROM: i32 = 7;

/// How many gave which kind of score.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// 9 and 10.
    pub promoters: u64,
    /// 7 and 8.
    pub passives: u64,
    /// 0 to 6.
    pub detractors: u64,
}

impl Tally {
    /// How many scores there are.
    pub fn count(self) -> u64 {
        self.promoters + self.passives + self.detractors
    }

    /// The net promoter score, from -100 to 100; none without a score.
    pub fn net_promoter_score(self) -> Option<f64> {
        let count = self.count();
        let net = float(self.promoters) - float(self.detractors);
        (count > 0).then(|| 100.0 * net / float(count))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn tally(scores: &[i32]) -> Tally {
        let mut tally = Tally::default();
        for score in scores {
            match *score {
                PROMOTER_FROM.. => tally.promoters += 1,
                PASSIVE_FROM.. => tally.passives += 1,
                _ => tally.detractors += 1,
            }
        }
        tally
    }

    #[test]
    fn the_score_is_promoters_less_detractors_in_percent() {
        for (scores, expected) in [
            (&[][..], None),
            (&[10], Some(100.0)),
            (&[6], Some(-100.0)),
            (&[7, 8], Some(0.0)),
            (&[9, 10, 8, 6], Some(25.0)),
            (&[9, 9, 0], Some(100.0 / 3.0)),
            (&[9, 9, 8, 6], Some(25.0)),
            (&[0, 0, 0], Some(-100.0)),
        ] {
            assert_eq!(tally(scores).net_promoter_score(), expected, "{scores:?}");
        }
    }

    #[test]
    fn a_score_is_from_0_to_10() {
        assert!(check_score(0).is_ok() && check_score(10).is_ok());
        assert!(check_score(-1).is_err() && check_score(11).is_err());
    }

    #[test]
    fn whoever_has_one_hat_speaks_under_it() {
        assert_eq!(only_side(true, false), Some(FeedbackSide::Candidate));
        assert_eq!(only_side(false, true), Some(FeedbackSide::Client));
        assert_eq!(only_side(true, true), None);
    }

    proptest! {
        #[test]
        fn the_score_stays_within_its_bounds(scores in prop::collection::vec(0..=10, 1..50)) {
            let score = tally(&scores).net_promoter_score().unwrap();
            prop_assert!((-100.0..=100.0).contains(&score));
        }
    }
}
