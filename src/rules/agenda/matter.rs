//! What a reason is about: when it began, when it is due, and the sentence that says so.

use chrono::{DateTime, TimeDelta, Utc};
use entity::enums::{PromiseKind, ReferralStatus};

use super::Thresholds;

/// The longest part of a promise's words that a sentence repeats, in characters.
const LONGEST_QUOTE: usize = 120;

/// What a reason is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Matter {
    /// A promise that is open.
    Promise {
        /// Its kind.
        kind: PromiseKind,
        /// What was said.
        words: Option<String>,
        /// When it was made.
        made_at: DateTime<Utc>,
        /// When it falls due.
        due_at: DateTime<Utc>,
    },
    /// A message of theirs.
    Reply {
        /// When it came.
        since: DateTime<Utc>,
    },
    /// A low score.
    Feedback {
        /// The score.
        score: i32,
        /// When they gave it.
        given_at: DateTime<Utc>,
    },
    /// News that nobody told them.
    News {
        /// When it came about.
        since: DateTime<Utc>,
        /// The title of the job, if it is news of an application.
        job: Option<String>,
    },
    /// A referral that came to its end.
    Loop {
        /// How it ended.
        status: ReferralStatus,
        /// Whom they referred.
        referred: String,
        /// When it ended.
        since: DateTime<Utc>,
    },
    /// A referral for which nobody thanked.
    Thanks {
        /// Whom they referred.
        referred: String,
        /// When they told us.
        referred_at: DateTime<Utc>,
    },
    /// The next touch.
    Touch {
        /// When it was due.
        due_at: DateTime<Utc>,
        /// The latest touch.
        last_at: Option<DateTime<Utc>>,
        /// When we came to know them.
        known_since: DateTime<Utc>,
    },
}

impl Matter {
    /// When it began.
    pub fn since(&self) -> DateTime<Utc> {
        match self {
            Self::Promise { made_at, .. } => *made_at,
            Self::Reply { since } | Self::News { since, .. } | Self::Loop { since, .. } => *since,
            Self::Feedback { given_at, .. } => *given_at,
            Self::Thanks { referred_at, .. } => *referred_at,
            Self::Touch {
                last_at,
                known_since,
                ..
            } => last_at.unwrap_or(*known_since),
        }
    }

    /// When it should be done; none where nothing sets a time.
    pub fn due(&self, thresholds: &Thresholds) -> Option<DateTime<Utc>> {
        match self {
            Self::Promise { due_at, .. } | Self::Touch { due_at, .. } => Some(*due_at),
            Self::Reply { since } => Some(*since + thresholds.reply_target),
            Self::News { since, .. } => Some(*since + thresholds.silence_limit),
            Self::Thanks { referred_at, .. } => Some(*referred_at + thresholds.thank_within),
            Self::Feedback { .. } | Self::Loop { .. } => None,
        }
    }

    /// One sentence that says why it is on the agenda, with the figures in it.
    pub fn sentence(&self, now: DateTime<Utc>) -> String {
        let ago = |time: &DateTime<Utc>| ago(now - *time);
        match self {
            Self::Promise {
                kind,
                words,
                due_at,
                ..
            } => promise_sentence(&promised(*kind, words.as_deref()), now - *due_at),
            Self::Reply { since } => format!("They wrote {} and have had no answer.", ago(since)),
            Self::Feedback { score, given_at } => format!(
                "They gave {score} of 10 {} and have not heard from us since.",
                ago(given_at)
            ),
            Self::News { since, job } => format!(
                "There was news {} {} and they have not heard from us since.",
                job.as_ref().map_or_else(
                    || "for them".to_owned(),
                    |job| format!("of their application for {job}")
                ),
                ago(since)
            ),
            Self::Loop {
                status,
                referred,
                since,
            } => format!(
                "{referred}, whom they referred, {} {}, and they have not been told.",
                ended(*status),
                ago(since)
            ),
            Self::Thanks {
                referred,
                referred_at,
            } => format!(
                "They referred {referred} {} and have not been thanked.",
                ago(referred_at)
            ),
            Self::Touch {
                due_at, last_at, ..
            } => touch_sentence(now - *due_at, last_at.map(|last| now - last)),
        }
    }
}

/// Past its due time by so much; before it, by less than nothing.
fn promise_sentence(what: &str, late: TimeDelta) -> String {
    if late > TimeDelta::zero() {
        let late = span(late);
        format!("{what} was promised, and has been overdue for {late}.")
    } else {
        format!("{what} was promised, and is due in {}.", span(-late))
    }
}

fn touch_sentence(late: TimeDelta, last: Option<TimeDelta>) -> String {
    let last = last.map_or_else(
        || "there has been none so far".to_owned(),
        |last| format!("the last one was {}", ago(last)),
    );
    if late < TimeDelta::minutes(1) {
        format!("A touch is due now; {last}.")
    } else {
        format!("A touch was due {}; {last}.", ago(late))
    }
}

/// What was promised: in the words of then, if there are any.
fn promised(kind: PromiseKind, words: Option<&str>) -> String {
    let plain = match kind {
        PromiseKind::Reply => "A reply",
        PromiseKind::CallBack => "A call back",
        PromiseKind::SubmitToClient => "Sending the résumé to the client",
        PromiseKind::ShareOutcome => "Telling the outcome",
        PromiseKind::Introduce => "An introduction",
        PromiseKind::Meet => "A meeting",
        PromiseKind::Other => "Something",
    };
    words.map_or_else(|| plain.to_owned(), |words| format!("“{}”", quote(words)))
}

/// The beginning of the words, on one line.
fn quote(words: &str) -> String {
    let line = words.split_whitespace().collect::<Vec<_>>().join(" ");
    let line = line.trim_end_matches('.');
    match line.char_indices().nth(LONGEST_QUOTE) {
        Some((end, _)) => format!("{}…", line[..end].trim_end()),
        None => line.to_owned(),
    }
}

fn ended(status: ReferralStatus) -> &'static str {
    match status {
        ReferralStatus::Hired => "was hired",
        ReferralStatus::NotSelected => "was not selected",
        ReferralStatus::Declined => "declined",
        ReferralStatus::Withdrawn => "stepped back",
        ReferralStatus::Received
        | ReferralStatus::Contacted
        | ReferralStatus::Submitted
        | ReferralStatus::Interviewing => "came to an end",
    }
}

fn ago(passed: TimeDelta) -> String {
    if passed < TimeDelta::minutes(1) {
        return "just now".into();
    }
    format!("{} ago", span(passed))
}

/// A length of time in its largest whole unit up to days: "3 days", "1 hour".
fn span(length: TimeDelta) -> String {
    let units = [
        (length.num_days(), "day"),
        (length.num_hours(), "hour"),
        (length.num_minutes(), "minute"),
    ];
    match units.into_iter().find(|(number, _)| *number > 0) {
        Some((1, unit)) => format!("1 {unit}"),
        Some((number, unit)) => format!("{number} {unit}s"),
        None => "less than a minute".into(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(day: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::days(day)
    }

    fn thresholds() -> Thresholds {
        Thresholds {
            now: day(100),
            reply_target: TimeDelta::hours(48),
            silence_limit: TimeDelta::days(7),
            thank_within: TimeDelta::days(3),
        }
    }

    fn promise(kind: PromiseKind, words: Option<&str>, due_at: DateTime<Utc>) -> Matter {
        Matter::Promise {
            kind,
            words: words.map(str::to_owned),
            made_at: day(90),
            due_at,
        }
    }

    #[test]
    fn each_reason_says_why_with_its_figures() {
        let bo = || "Bo Finch".to_owned();
        for (matter, sentence) in [
            (
                promise(PromiseKind::SubmitToClient, None, day(98)),
                "Sending the résumé to the client was promised, and has been overdue for 2 days.",
            ),
            (
                promise(PromiseKind::Other, Some("Ask Jo\n about lunch."), day(101)),
                "“Ask Jo about lunch” was promised, and is due in 1 day.",
            ),
            (
                Matter::Reply { since: day(97) },
                "They wrote 3 days ago and have had no answer.",
            ),
            (
                Matter::Feedback {
                    score: 3,
                    given_at: day(99),
                },
                "They gave 3 of 10 1 day ago and have not heard from us since.",
            ),
            (
                Matter::News {
                    since: day(91),
                    job: Some("Data Engineer".into()),
                },
                "There was news of their application for Data Engineer 9 days ago and they have \
                 not heard from us since.",
            ),
            (
                Matter::Loop {
                    status: ReferralStatus::Hired,
                    referred: bo(),
                    since: day(98),
                },
                "Bo Finch, whom they referred, was hired 2 days ago, and they have not been told.",
            ),
            (
                Matter::Thanks {
                    referred: bo(),
                    referred_at: day(96),
                },
                "They referred Bo Finch 4 days ago and have not been thanked.",
            ),
            (
                Matter::Touch {
                    due_at: day(97),
                    last_at: Some(day(83)),
                    known_since: day(0),
                },
                "A touch was due 3 days ago; the last one was 17 days ago.",
            ),
            (
                Matter::Touch {
                    due_at: day(100),
                    last_at: None,
                    known_since: day(0),
                },
                "A touch is due now; there has been none so far.",
            ),
        ] {
            assert_eq!(matter.sentence(day(100)), sentence);
        }
    }

    #[test]
    fn a_matter_is_due_when_its_time_is_over() {
        let news = Matter::News {
            since: day(91),
            job: None,
        };
        let thanks = Matter::Thanks {
            referred: "Bo Finch".into(),
            referred_at: day(90),
        };
        let reply = Matter::Reply { since: day(90) };

        assert_eq!(reply.due(&thresholds()), Some(day(92)));
        assert_eq!(news.due(&thresholds()), Some(day(98)));
        assert_eq!(thanks.due(&thresholds()), Some(day(93)));
    }

    proptest! {
        #[test]
        fn a_sentence_is_one_line_that_ends_with_a_point(
            words in "\\PC{0,300}[\n ]?\\PC{0,10}", minutes in -2_000_000_i64..1_440
        ) {
            let due = day(100) + TimeDelta::minutes(minutes);
            let sentence = promise(PromiseKind::Other, Some(&words), due).sentence(day(100));

            prop_assert!(!sentence.contains('\n') && sentence.ends_with('.'));
            prop_assert!(sentence.chars().count() < LONGEST_QUOTE + 80);
        }
    }
}
