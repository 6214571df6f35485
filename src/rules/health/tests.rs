//! Relationships whose health is worked out by hand, and what holds for all.

use entity::enums::InteractionOutcome;
use proptest::prelude::*;

use super::*;
use crate::rules::reply_clock;

fn now() -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::days(20_000)
}

fn ago(hours: i64) -> DateTime<Utc> {
    now() - TimeDelta::hours(hours)
}

fn touch(hours: i64, channel: Channel, direction: Direction) -> Touchpoint {
    Touchpoint {
        occurred_at: ago(hours),
        channel,
        direction,
        outcome: InteractionOutcome::Reached,
        automated: false,
    }
}

fn wrote(days: i64) -> Touchpoint {
    touch(days * 24, Channel::Email, Direction::Inbound)
}

fn answered(days: i64) -> Touchpoint {
    touch(days * 24, Channel::Email, Direction::Outbound)
}

fn met(days: i64) -> Touchpoint {
    touch(days * 24, Channel::Meal, Direction::Mutual)
}

/// What a history says, with a cadence of 30 days and a reply target of 48 hours.
fn known(history: Vec<Touchpoint>) -> Known {
    let clock = reply_clock::derive(&history);
    Known {
        last_touch_at: clock.last_touch_at,
        cadence_days: CADENCE_DAYS,
        history,
        reply_target: TimeDelta::hours(48),
        awaiting_reply_since: clock.awaiting_reply_since,
        promises: Promises::default(),
        feedback: None,
    }
}

fn kept(known: Known, kept: u32, failed: u32) -> Known {
    let promises = Promises { kept, failed };
    Known { promises, ..known }
}

fn said(known: Known, score: i32) -> Known {
    let feedback = Some(Feedback {
        score,
        given_at: ago(24),
    });
    Known { feedback, ..known }
}

fn every(days: i32, known: Known) -> Known {
    Known {
        cadence_days: days,
        ..known
    }
}

/// The score, and the points of each component: recency, reciprocity, response time, follow-through,
/// depth, feedback.
type Expected = (u32, [Option<f64>; 6]);

const KINDS: [Kind; 6] = [
    Kind::Recency,
    Kind::Reciprocity,
    Kind::ResponseTime,
    Kind::FollowThrough,
    Kind::Depth,
    Kind::Feedback,
];

#[test]
fn touches_alone_give_the_health_worked_out_by_hand() {
    let some = Some;
    assert_health(vec![
        // (35 + 15 + 10) of 60.
        (
            "two lunches",
            known(vec![met(10), met(20)]),
            (100, [some(35.0), some(15.0), None, None, some(10.0), None]),
        ),
        // (35 + 0 + 0) of 60.
        (
            "one letter of ours",
            known(vec![answered(30)]),
            (58, [some(35.0), some(0.0), None, None, some(0.0), None]),
        ),
        // Halfway between one cadence and three: (17.5 + 15 + 5) of 60.
        (
            "one lunch two months ago",
            known(vec![met(60)]),
            (63, [some(17.5), some(15.0), None, None, some(5.0), None]),
        ),
        // Three cadences: (0 + 15 + 5) of 60.
        (
            "one lunch three months ago",
            known(vec![met(90)]),
            (33, [some(0.0), some(15.0), None, None, some(5.0), None]),
        ),
        // The lunch is older than half a year: (0 + 15 + 0) of 60.
        (
            "one lunch seven months ago",
            known(vec![met(210)]),
            (25, [some(0.0), some(15.0), None, None, some(0.0), None]),
        ),
        // Older than a year: (0 + 0) of 45.
        (
            "one lunch two years ago",
            known(vec![met(730)]),
            (0, [some(0.0), None, None, None, some(0.0), None]),
        ),
    ]);
}

#[test]
fn answers_promises_and_feedback_give_the_health_worked_out_by_hand() {
    let some = Some;
    assert_health(vec![
        // Answered in two days: (35 + 15 + 15 + 0) of 75.
        (
            "a question answered in time",
            known(vec![wrote(5), answered(3)]),
            (
                87,
                [some(35.0), some(15.0), some(15.0), None, some(0.0), None],
            ),
        ),
        // Answered in five days, halfway between two and eight: (35 + 15 + 7.5 + 0) of 75.
        (
            "a question answered late",
            known(vec![wrote(8), answered(3)]),
            (
                77,
                [some(35.0), some(15.0), some(7.5), None, some(0.0), None],
            ),
        ),
        // Open for eight days, four targets: (35 + 0 + 0 + 0) of 75.
        (
            "a question left open",
            known(vec![wrote(8), wrote(2)]),
            (
                47,
                [some(35.0), some(0.0), some(0.0), None, some(0.0), None],
            ),
        ),
        // Open for a day is no data yet: (35 + 0 + 0) of 60.
        (
            "a question of yesterday",
            known(vec![wrote(1)]),
            (58, [some(35.0), some(0.0), None, None, some(0.0), None]),
        ),
        // The median of one, two and open for five days is two: (35 + 15 * 2/3 + 15 + 0) of 75.
        (
            "two questions answered, the third late",
            known(vec![
                wrote(20),
                answered(19),
                wrote(15),
                answered(13),
                wrote(5),
            ]),
            (
                80,
                [some(35.0), some(10.0), some(15.0), None, some(0.0), None],
            ),
        ),
        // (35 + 15 + 20 * 3/4 + 5 + 4) of 85.
        (
            "a lunch, promises and feedback",
            said(kept(known(vec![met(10)]), 3, 1), 8),
            (
                87,
                [
                    some(35.0),
                    some(15.0),
                    None,
                    some(15.0),
                    some(5.0),
                    some(4.0),
                ],
            ),
        ),
        // Never touched, and let down: 0 of 20.
        (
            "a broken promise to a stranger",
            kept(known(Vec::new()), 0, 1),
            (0, [None, None, None, some(0.0), None, None]),
        ),
        // A cadence of ten days: 20 days is halfway. (17.5 + 15 + 10 + 20 + 5) of 85.
        (
            "two lunches, kept promises and a tighter cadence",
            every(10, said(kept(known(vec![met(20), met(25)]), 2, 0), 10)),
            (
                79,
                [
                    some(17.5),
                    some(15.0),
                    None,
                    some(20.0),
                    some(10.0),
                    some(5.0),
                ],
            ),
        ),
    ]);
}

fn assert_health(cases: Vec<(&str, Known, Expected)>) {
    for (name, known, (score, points)) in cases {
        let health = health(&known, now()).unwrap();

        let found = KINDS.map(|kind| {
            let part = health.components.iter().find(|part| part.kind == kind);
            part.map(|part| part.points)
        });
        assert_eq!((health.score, found), (score, points), "{name}");
        let sentences = health.components.iter().all(|part| part.why.ends_with('.'));
        assert!(sentences, "{name}");
    }
}

#[test]
fn of_somebody_nothing_is_known_of_there_is_no_health() {
    assert_eq!(health(&known(Vec::new()), now()), None);
    let note = touch(1, Channel::Note, Direction::Internal);
    assert_eq!(health(&known(vec![note]), now()), None);
}

#[test]
fn every_component_says_why_with_its_figures() {
    let history = vec![
        met(40),
        wrote(12),
        answered(6),
        wrote(5),
        touch(30, Channel::Call, Direction::Mutual),
    ];
    let all = said(kept(known(history), 1, 2), 9);

    let whys: Vec<_> = health(&all, now())
        .unwrap()
        .components
        .into_iter()
        .map(|part| part.why)
        .collect();

    assert_eq!(
        whys,
        [
            "The last touch was 30 hours ago; the cadence is 30 days.",
            "In the last 12 months they reached out 4 times and we 3 times.",
            "The median wait for our answer was 4 days (target 2 days), over 2 answers in the \
             last 12 months.",
            "1 of 3 promises that have fallen due were kept in time.",
            "In the last 6 months we met once and had 1 call.",
            "Their latest feedback, of 2024-10-03, was 9 of 10.",
        ]
    );
}

#[test]
fn bands_begin_where_they_say() {
    for (score, expected) in [
        (100, Band::Strong),
        (70, Band::Strong),
        (69, Band::Warm),
        (45, Band::Warm),
        (44, Band::Cooling),
        (20, Band::Cooling),
        (19, Band::Cold),
        (0, Band::Cold),
    ] {
        assert_eq!(band(score), expected, "{score}");
    }
}

fn any_known() -> impl Strategy<Value = Known> {
    let touches = prop::collection::vec((0..12_000_i64, 0..4_usize, 0..3_usize), 0..20);
    let rest = (1..100_i32, 0..5_u32, 0..5_u32, prop::option::of(0..=10));
    (touches, rest).prop_map(|(touches, (cadence, good, bad, score))| {
        let channels = [Channel::Email, Channel::Call, Channel::Meal, Channel::Chat];
        let directions = [Direction::Inbound, Direction::Outbound, Direction::Mutual];
        let history = touches.into_iter().map(|(hours, channel, direction)| {
            touch(hours, channels[channel], directions[direction])
        });
        let known = every(cadence, kept(known(history.collect()), good, bad));
        score.map_or(known.clone(), |score| said(known, score))
    })
}

proptest! {
    #[test]
    fn scores_and_points_stay_within_their_bounds(known in any_known()) {
        if let Some(health) = health(&known, now()) {
            prop_assert!(health.score <= 100);
            for part in health.components {
                prop_assert!((0.0..=f64::from(part.maximum)).contains(&part.points));
            }
        }
    }

    #[test]
    fn a_more_recent_touch_never_lowers_the_score(known in any_known(), later in 0..12_000_i64) {
        prop_assume!(known.last_touch_at.is_some());
        let last_touch_at = known.last_touch_at.max(Some(ago(later)));
        let fresher = Known { last_touch_at, ..known.clone() };
        let [before, after] = [known, fresher].map(|known| health(&known, now()).unwrap().score);
        prop_assert!(after >= before);
    }

    #[test]
    fn the_order_of_the_history_does_not_matter(known in any_known()) {
        let mut backwards = known.clone();
        backwards.history.reverse();
        prop_assert_eq!(health(&known, now()), health(&backwards, now()));
    }

    #[test]
    fn a_kept_promise_never_lowers_the_score_of_promises(good in 0..9_u32, bad in 0..9_u32) {
        let points = |good| follow_through(Promises { kept: good, failed: bad }).map(|part| part.points);
        prop_assert!(points(good + 1) >= points(good));
    }
}
