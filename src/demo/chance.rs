//! Chance that repeats itself: the same stream of numbers for the same row on every machine.

use chrono::{DateTime, Utc};
use uuid::{Builder, Uuid};

/// What a stream of numbers is for. Each row draws from a stream of its own, so that one more draw
/// for a company does not change every person.
#[derive(Clone, Copy)]
pub(super) enum Of {
    Recruiter,
    Company,
    Person,
    PersonDetails,
    Job,
    Application,
    History,
    Interaction,
    Referral,
    Relationship,
    Event,
    Promise,
    Feedback,
}

/// The `SplitMix64` generator: a counter, well stirred.
pub(super) struct Chance(u64);

impl Chance {
    pub(super) fn of(what: Of, index: usize) -> Self {
        let mut chance = Self((what as u64) << 56 ^ index as u64);
        // The first stir parts the streams; neighbouring counters would walk through one another.
        Self(chance.next())
    }

    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number from 0 to `count - 1`.
    pub(super) fn below(&mut self, count: usize) -> usize {
        let scaled = (u128::from(self.next()) * count as u128) >> 64;
        usize::try_from(scaled).unwrap_or_default()
    }

    /// True so many times in a hundred.
    pub(super) fn percent(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    pub(super) fn pick<'a, T>(&mut self, choices: &'a [T]) -> &'a T {
        &choices[self.below(choices.len())]
    }

    /// The id of a row made at that time.
    pub(super) fn id(&mut self, at: DateTime<Utc>) -> Uuid {
        let millis = u64::try_from(at.timestamp_millis()).unwrap_or_default();
        let mut random = [0; 10];
        random[..8].copy_from_slice(&self.next().to_be_bytes());
        random[8..].copy_from_slice(&self.next().to_be_bytes()[..2]);
        Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
    }
}
