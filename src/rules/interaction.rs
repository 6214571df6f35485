//! What an interaction counts for: whether it reached the person, who spoke, and when it may have
//! happened.

use chrono::{DateTime, TimeDelta, Utc};
use entity::enums::{Channel, Direction, InteractionOutcome};

/// How far ahead of our clock another system's clock may be.
pub const CLOCK_TOLERANCE: TimeDelta = TimeDelta::minutes(5);

/// The part of an interaction that clocks and cadences are derived from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Touchpoint {
    /// When it happened.
    pub occurred_at: DateTime<Utc>,
    /// The medium.
    pub channel: Channel,
    /// Who spoke to whom.
    pub direction: Direction,
    /// Whether the person was reached.
    pub outcome: InteractionOutcome,
    /// It was sent by a machine, such as an acknowledgement of receipt.
    pub automated: bool,
}

impl Touchpoint {
    /// Whether it reached the person: neither among ourselves, nor automated, nor a failed attempt.
    pub fn is_touch(&self) -> bool {
        self.direction != Direction::Internal
            && !self.automated
            && matches!(
                self.outcome,
                InteractionOutcome::Reached | InteractionOutcome::LeftMessage
            )
    }

    /// The medium, if it reached the person.
    pub fn touch_channel(&self) -> Option<Channel> {
        self.is_touch().then_some(self.channel)
    }

    /// Whether it is a touch by us.
    pub fn is_outreach(&self) -> bool {
        self.is_touch() && matches!(self.direction, Direction::Outbound | Direction::Mutual)
    }

    /// Whether it is a touch by the person.
    pub fn is_inbound(&self) -> bool {
        self.is_touch() && matches!(self.direction, Direction::Inbound | Direction::Mutual)
    }

    /// Whether it is a touch that was spoken or in person.
    pub fn is_spoken(&self) -> bool {
        self.is_touch() && is_conversation(self.channel)
    }
}

/// Whether one speaks by this medium, or meets.
pub fn is_conversation(channel: Channel) -> bool {
    matches!(
        channel,
        Channel::Call
            | Channel::VideoCall
            | Channel::Meeting
            | Channel::Meal
            | Channel::Event
            | Channel::Interview
    )
}

/// The direction to assume when none is given; none for written channels, which must say. A call
/// that nobody took is no conversation: it was ours, or the person would have to be called back
/// and the caller would have said INBOUND.
pub fn default_direction(channel: Channel, outcome: InteractionOutcome) -> Option<Direction> {
    match channel {
        Channel::Note => Some(Direction::Internal),
        _ if !is_conversation(channel) => None,
        _ if outcome == InteractionOutcome::Reached => Some(Direction::Mutual),
        _ => Some(Direction::Outbound),
    }
}

/// Checks a time that somebody else told us: not in the future (but for a clock that is a little
/// ahead) and not before 1900, which only a broken import says.
pub fn check_past(field: &str, at: DateTime<Utc>, now: DateTime<Utc>) -> Result<(), String> {
    if at > now + CLOCK_TOLERANCE {
        return Err(format!(
            "`{field}` is more than 5 minutes in the future; give the time at which it happened"
        ));
    }
    if at < earliest() {
        return Err(format!(
            "`{field}` is before 1900-01-01; give the time at which it happened"
        ));
    }
    Ok(())
}

/// Checks when an interaction happened.
pub fn check_occurred_at(occurred_at: DateTime<Utc>, now: DateTime<Utc>) -> Result<(), String> {
    check_past("occurredAt", occurred_at, now)
}

/// 1900-01-01.
fn earliest() -> DateTime<Utc> {
    const SECONDS_BEFORE_1970: i64 = 2_208_988_800;
    DateTime::UNIX_EPOCH - TimeDelta::seconds(SECONDS_BEFORE_1970)
}

#[cfg(test)]
mod tests {
    use InteractionOutcome::*;

    use super::*;

    fn touchpoint(
        channel: Channel,
        direction: Direction,
        outcome: InteractionOutcome,
    ) -> Touchpoint {
        Touchpoint {
            occurred_at: DateTime::UNIX_EPOCH,
            channel,
            direction,
            outcome,
            automated: false,
        }
    }

    #[test]
    fn the_channel_says_the_direction_unless_it_is_written() {
        for (channel, outcome, expected) in [
            (Channel::Meeting, Reached, Some(Direction::Mutual)),
            (Channel::Meal, Reached, Some(Direction::Mutual)),
            (Channel::Event, Reached, Some(Direction::Mutual)),
            (Channel::VideoCall, Reached, Some(Direction::Mutual)),
            (Channel::Interview, Reached, Some(Direction::Mutual)),
            (Channel::Call, Reached, Some(Direction::Mutual)),
            (Channel::Call, NoAnswer, Some(Direction::Outbound)),
            (Channel::Call, LeftMessage, Some(Direction::Outbound)),
            (Channel::Note, Reached, Some(Direction::Internal)),
            (Channel::Email, Reached, None),
            (Channel::Letter, Reached, None),
            (Channel::Chat, Reached, None),
            (Channel::TextMessage, Reached, None),
            (Channel::SocialMessage, Reached, None),
        ] {
            assert_eq!(default_direction(channel, outcome), expected, "{channel:?}");
        }
    }

    #[test]
    fn attempts_notes_and_machines_touch_nobody() {
        let outbound = |outcome| touchpoint(Channel::Call, Direction::Outbound, outcome);
        let machine = Touchpoint {
            automated: true,
            ..outbound(Reached)
        };

        assert!(outbound(Reached).is_outreach());
        assert!(outbound(LeftMessage).is_outreach());
        assert!(!outbound(NoAnswer).is_touch());
        assert!(!outbound(Bounced).is_touch());
        assert!(!machine.is_touch());
        assert!(!touchpoint(Channel::Note, Direction::Internal, Reached).is_touch());
    }

    #[test]
    fn a_conversation_counts_both_ways_and_as_spoken() {
        let lunch = touchpoint(Channel::Meal, Direction::Mutual, Reached);
        let letter = touchpoint(Channel::Letter, Direction::Inbound, Reached);

        assert!(lunch.is_inbound() && lunch.is_outreach() && lunch.is_spoken());
        assert!(letter.is_inbound() && !letter.is_outreach() && !letter.is_spoken());
    }

    #[test]
    fn times_are_bounded_on_both_sides() {
        let now = DateTime::UNIX_EPOCH + TimeDelta::days(20_000);

        assert!(check_occurred_at(now + TimeDelta::minutes(5), now).is_ok());
        assert!(check_occurred_at(now + TimeDelta::seconds(301), now).is_err());
        assert!(check_occurred_at(earliest(), now).is_ok());
        assert!(check_occurred_at(earliest() - TimeDelta::seconds(1), now).is_err());
        assert!(check_occurred_at(DateTime::<Utc>::MAX_UTC, now).is_err());
        assert_eq!(earliest().to_rfc3339(), "1900-01-01T00:00:00+00:00");
    }
}
