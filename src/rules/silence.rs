//! When a person has been left hanging. Silence is an absence, which leaves no event: it is derived
//! from what happened and from what did not follow.

use chrono::{DateTime, TimeDelta, Utc};
use entity::enums::{
    ApplicationOutcome, Channel, HangingReason, InteractionOutcome, Milestone, PromiseKind,
};

use super::{interaction::Touchpoint, settings::Settings};

/// Since when news has been owed: the earliest event of theirs that nothing from us followed. An
/// application's change is answered by a touch by us at or after it, an interview by one that is
/// strictly later, for it is a touch itself.
pub fn news_owed_since(
    application_changes: &[DateTime<Utc>],
    history: &[Touchpoint],
) -> Option<DateTime<Utc>> {
    let outreaches = history.iter().filter(|touch| touch.is_outreach());
    let last_outreach = outreaches.map(|touch| touch.occurred_at).max();
    let changes = application_changes.iter().copied();
    let changes = changes.filter(|at| Some(*at) > last_outreach);
    let interviews = history.iter().filter(|touch| is_interview_held(touch));
    let interviews = interviews.map(|touch| touch.occurred_at);
    let interviews = interviews.filter(|at| Some(*at) >= last_outreach);
    changes.chain(interviews).min()
}

/// Whether an interview took place.
pub fn is_interview_held(touch: &Touchpoint) -> bool {
    touch.channel == Channel::Interview
        && touch.outcome == InteractionOutcome::Reached
        && !touch.automated
}

/// What a person may be waiting for, as it stands beside them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Standing {
    /// The start of the open burst.
    pub awaiting_reply_since: Option<DateTime<Utc>>,
    /// The earliest due time of an open promise to them.
    pub promise_due_at: Option<DateTime<Utc>>,
    /// The first news that nobody passed on.
    pub news_owed_since: Option<DateTime<Utc>>,
}

/// From when on each kind of waiting is too long: what began before these times is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Thresholds {
    /// A burst that opened before this is late.
    pub reply: DateTime<Utc>,
    /// A promise that was due before this is overdue.
    pub promise: DateTime<Utc>,
    /// News older than this should have been passed on.
    pub news: DateTime<Utc>,
}

impl Thresholds {
    /// The thresholds of a tenant at a time.
    pub fn at(now: DateTime<Utc>, settings: &Settings) -> Self {
        let earlier = |by| {
            now.checked_sub_signed(by)
                .unwrap_or(DateTime::<Utc>::MIN_UTC)
        };
        Self {
            reply: earlier(settings.reply_target()),
            promise: now,
            news: earlier(settings.silence_limit()),
        }
    }
}

/// Why a person counts as left hanging, each reason with the time since when: the start of the
/// burst, the due time of the promise, the first news. None at all if they do not.
pub fn reasons(
    standing: &Standing,
    thresholds: &Thresholds,
) -> Vec<(HangingReason, DateTime<Utc>)> {
    let too_long = |kind, since: Option<DateTime<Utc>>, threshold| {
        since
            .filter(|since| *since < threshold)
            .map(|since| (kind, since))
    };
    [
        too_long(
            HangingReason::PromiseOverdue,
            standing.promise_due_at,
            thresholds.promise,
        ),
        too_long(
            HangingReason::ReplyLate,
            standing.awaiting_reply_since,
            thresholds.reply,
        ),
        too_long(
            HangingReason::OutcomeNotShared,
            standing.news_owed_since,
            thresholds.news,
        ),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// What changed about an application, for the sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The job's title.
    pub job: String,
    /// When it changed.
    pub changed_at: DateTime<Utc>,
    /// The stage it came to.
    pub stage: Option<String>,
    /// The milestone it reached.
    pub milestone: Option<Milestone>,
    /// How it ended.
    pub outcome: Option<ApplicationOutcome>,
}

/// What was promised, for the sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Promised {
    /// The kind.
    pub kind: PromiseKind,
    /// The words.
    pub words: Option<String>,
}

/// Says that a reply is late.
pub fn tell_reply_late(since: DateTime<Utc>, now: DateTime<Utc>, settings: &Settings) -> String {
    format!(
        "They have waited for our reply for {}; the target is {} hours.",
        length(now - since),
        settings.reply_target_hours
    )
}

/// Says that a promise is overdue.
pub fn tell_promise_overdue(
    due: DateTime<Utc>,
    now: DateTime<Utc>,
    promised: Option<&Promised>,
) -> String {
    let what = match promised.map(|promised| promised.kind) {
        Some(PromiseKind::Reply) => "to reply",
        Some(PromiseKind::CallBack) => "to call back",
        Some(PromiseKind::SubmitToClient) => "to submit them to the client",
        Some(PromiseKind::ShareOutcome) => "to share the outcome",
        Some(PromiseKind::Introduce) => "to introduce them",
        Some(PromiseKind::Meet) => "to meet them",
        Some(PromiseKind::Other) | None => "made to them",
    };
    let words = promised.and_then(|promised| promised.words.as_deref());
    let words = words.map_or_else(String::new, |words| format!(" (\u{201c}{words}\u{201d})"));
    format!(
        "The promise {what}{words} fell due {} ago.",
        length(now - due)
    )
}

/// Says that nobody passed on what came of an application or of an interview.
pub fn tell_outcome_not_shared(
    since: DateTime<Utc>,
    now: DateTime<Utc>,
    changes: &[Change],
    settings: &Settings,
) -> String {
    let what = changes.iter().find(|change| change.changed_at == since);
    let what = what.map_or_else(|| "An interview was held".to_owned(), tell_change);
    format!(
        "{what} {} ago, and they have not heard from us since; the limit is {} days.",
        length(now - since),
        settings.silence_limit_days
    )
}

fn tell_change(change: &Change) -> String {
    let job = &change.job;
    let stage = change.stage.as_deref().filter(|stage| !stage.is_empty());
    match (change.outcome, stage, change.milestone) {
        (Some(outcome), ..) => {
            let how = match outcome {
                ApplicationOutcome::Hired => "with a hire",
                ApplicationOutcome::NotSelected => "without an offer to them",
                ApplicationOutcome::Declined => "with their refusal",
                ApplicationOutcome::Withdrawn => "by their withdrawal",
            };
            format!("Their application for {job} ended {how}")
        }
        (None, Some(stage), _) => format!("Their application for {job} came to {stage}"),
        (None, None, Some(milestone)) => {
            let what = match milestone {
                Milestone::Submitted => "was submitted to the employer",
                Milestone::Interviewing => "came to interviews",
                Milestone::Offered => "came to an offer",
            };
            format!("Their application for {job} {what}")
        }
        (None, None, None) => format!("Their application for {job} changed"),
    }
}

/// A length of time in its largest unit: whole days, else hours, else minutes.
fn length(time: TimeDelta) -> String {
    let (count, unit) = match (time.num_days(), time.num_hours()) {
        (0, 0) => (time.num_minutes(), "minute"),
        (0, hours) => (hours, "hour"),
        (days, _) => (days, "day"),
    };
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {unit}{plural}")
}

#[cfg(test)]
mod tests {
    use entity::enums::Direction;
    use proptest::prelude::*;

    use super::{super::reply_clock::tests::history, *};

    fn day(day: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::days(day)
    }

    fn touch(on: i64, channel: Channel, direction: Direction) -> Touchpoint {
        Touchpoint {
            occurred_at: day(on),
            channel,
            direction,
            outcome: InteractionOutcome::Reached,
            automated: false,
        }
    }

    #[test]
    fn news_is_owed_until_we_speak_after_it() {
        let mail = |on| touch(on, Channel::Email, Direction::Outbound);
        let theirs = |on| touch(on, Channel::Email, Direction::Inbound);
        let interview = |on| touch(on, Channel::Interview, Direction::Mutual);
        let missed = Touchpoint {
            outcome: InteractionOutcome::NoAnswer,
            ..interview(5)
        };
        for (changes, history, owed) in [
            (vec![], vec![], None),
            (vec![3], vec![], Some(3)),
            (vec![3], vec![mail(2)], Some(3)),
            (vec![3], vec![mail(3)], None),
            (vec![3, 9], vec![mail(4)], Some(9)),
            (vec![9, 3], vec![theirs(10)], Some(3)),
            (vec![], vec![interview(5)], Some(5)),
            (vec![], vec![interview(5), mail(5)], Some(5)),
            (vec![], vec![interview(5), mail(6)], None),
            (vec![4], vec![interview(5)], Some(5)),
            (vec![7], vec![interview(5)], Some(5)),
            (vec![], vec![missed], None),
        ] {
            let changes: Vec<_> = changes.into_iter().map(day).collect();
            assert_eq!(
                news_owed_since(&changes, &history),
                owed.map(day),
                "{history:?}"
            );
        }
    }

    #[test]
    fn each_reason_has_its_own_limit() {
        let all = Standing {
            awaiting_reply_since: Some(day(98)),
            promise_due_at: Some(day(100)),
            news_owed_since: Some(day(93)),
        };
        let second = TimeDelta::seconds(1);
        let kinds = |now| -> Vec<_> {
            let thresholds = Thresholds::at(now, &Settings::default());
            let reasons = reasons(&all, &thresholds);
            reasons.into_iter().map(|(kind, _)| kind).collect()
        };

        assert_eq!(kinds(day(100)), []);
        assert_eq!(
            kinds(day(100) + second),
            [
                HangingReason::PromiseOverdue,
                HangingReason::ReplyLate,
                HangingReason::OutcomeNotShared,
            ]
        );
        assert_eq!(kinds(day(99)), []);
    }

    #[test]
    fn each_reason_is_told_in_one_sentence_with_its_figures() {
        let settings = Settings::default();
        let change = Change {
            job: "Maker".into(),
            changed_at: day(1),
            stage: Some("On-site".into()),
            milestone: None,
            outcome: None,
        };
        let promised = Promised {
            kind: PromiseKind::SubmitToClient,
            words: Some("by Friday".into()),
        };

        assert_eq!(
            tell_reply_late(day(1), day(4), &settings),
            "They have waited for our reply for 3 days; the target is 48 hours."
        );
        assert_eq!(
            tell_promise_overdue(day(1), day(1) + TimeDelta::hours(1), Some(&promised)),
            "The promise to submit them to the client (\u{201c}by Friday\u{201d}) fell due 1 hour ago."
        );
        assert_eq!(
            tell_outcome_not_shared(day(1), day(10), &[change], &settings),
            "Their application for Maker came to On-site 9 days ago, and they have not heard from \
             us since; the limit is 7 days."
        );
        assert!(
            tell_outcome_not_shared(day(2), day(10), &[], &settings)
                .starts_with("An interview was held 8 days ago")
        );
    }

    proptest! {
        #[test]
        fn a_word_from_us_settles_everything(
            mut history in history(), changes in prop::collection::vec(0..12_i64, 0..6),
        ) {
            let changes: Vec<_> = changes
                .into_iter().map(|hour| DateTime::UNIX_EPOCH + TimeDelta::hours(hour)).collect();
            history.push(touch(1, Channel::Email, Direction::Outbound));
            prop_assert_eq!(news_owed_since(&changes, &history), None);
        }
    }
}
