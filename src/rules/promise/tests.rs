//! The rules of promises by tables of cases, and what holds for all of them.

use std::slice;

use chrono::TimeDelta;
use proptest::{prelude::*, sample::select};

use super::*;

fn day(day: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::days(day)
}

fn touch(on: i64, channel: Channel) -> Outreach {
    Outreach {
        interaction: Uuid::from_u128(u128::try_from(on).unwrap()),
        at: day(on),
        channel,
        with_others: false,
    }
}

fn step(application: u128, on: i64, milestone: Option<Milestone>) -> Step {
    Step {
        application: Uuid::from_u128(application),
        at: day(on),
        stage: None,
        milestone,
        outcome: None,
        is_first: false,
    }
}

fn ended(application: u128, on: i64, outcome: ApplicationOutcome) -> Step {
    Step {
        outcome: Some(outcome),
        ..step(application, on, None)
    }
}

fn days(found: &[Evidence]) -> Vec<i64> {
    found
        .iter()
        .map(|fact| (fact.at - DateTime::UNIX_EPOCH).num_days())
        .collect()
}

#[test]
fn a_promise_is_kept_up_to_the_moment_it_is_due() {
    assert_eq!(kept(day(1), day(2)), PromiseState::Kept);
    assert_eq!(kept(day(2), day(2)), PromiseState::Kept);
    let late = day(2) + TimeDelta::microseconds(1);
    assert_eq!(kept(late, day(2)), PromiseState::KeptLate);
}

#[test]
fn only_an_open_promise_is_overdue_and_not_at_the_moment_it_is_due() {
    use PromiseState::*;

    assert!(is_overdue(Open, day(1), day(2)));
    assert!(!is_overdue(Open, day(2), day(2)));
    for state in [Kept, KeptLate, Broken, Withdrawn] {
        assert!(!is_overdue(state, day(1), day(2)), "{state:?}");
    }
}

#[test]
fn follow_through_is_what_was_kept_in_time_of_all_that_fell_due() {
    let mut figures = FollowThrough::default();
    assert_eq!(figures.ratio(), None);

    for (state, number) in [
        (PromiseState::Kept, 3),
        (PromiseState::KeptLate, 1),
        (PromiseState::Broken, 1),
        (PromiseState::Open, 1),
        (PromiseState::Withdrawn, 9),
    ] {
        figures.add(state, number);
    }

    assert_eq!((figures.kept, figures.denominator()), (3, 6));
    assert_eq!(figures.ratio(), Some(0.5));
}

#[test]
fn each_kind_has_its_own_evidence() {
    use Channel::*;
    use PromiseKind::*;

    let history = [
        touch(0, Email),
        touch(1, Email),
        touch(2, Call),
        touch(3, Meal),
        Outreach {
            with_others: true,
            ..touch(4, Email)
        },
    ];
    let cases: [(PromiseKind, &[i64]); 5] = [
        (Reply, &[1, 2, 3, 4]),
        (Other, &[1, 2, 3, 4]),
        (CallBack, &[2]),
        (Meet, &[3]),
        (Introduce, &[4]),
    ];

    for (kind, expected) in cases {
        let found = evidence(kind, day(0), &history, &[]);
        assert_eq!(days(&found), expected, "{kind:?}");
    }
    let found = evidence(CallBack, day(0), &history, &[]);
    assert_eq!(found[0].sentence, "We reached out to them by telephone.");
}

#[test]
fn a_resume_was_sent_when_the_application_first_came_before_the_client() {
    let kind = PromiseKind::SubmitToClient;
    let steps = [
        step(1, 2, None),
        step(1, 5, Some(Milestone::Submitted)),
        step(1, 9, Some(Milestone::Interviewing)),
        step(2, 1, Some(Milestone::Submitted)),
        step(2, 6, Some(Milestone::Offered)),
        ended(3, 7, ApplicationOutcome::Hired),
        ended(4, 8, ApplicationOutcome::NotSelected),
    ];

    let found = evidence(kind, day(3), &[touch(4, Channel::Email)], &steps);

    assert_eq!(days(&found), [5, 7]);
    assert_eq!(found[0].application, Some(Uuid::from_u128(1)));
    assert_eq!(
        found[0].sentence,
        "The application came before the client: submitted."
    );
    assert_eq!(days(&evidence(kind, day(5), &[], &steps)), [5, 7]);
    assert_eq!(days(&evidence(kind, day(8), &[], &steps)), [0_i64; 0]);
}

#[test]
fn an_outcome_is_told_by_an_outreach_after_there_is_one() {
    let kind = PromiseKind::ShareOutcome;
    let history = [touch(2, Channel::Email), touch(6, Channel::Call)];
    let began = Step {
        is_first: true,
        ..step(1, 1, None)
    };
    let on_site = Step {
        stage: Some("On-site".into()),
        ..step(1, 5, None)
    };
    let told_before = ended(2, -3, ApplicationOutcome::NotSelected);

    assert_eq!(evidence(kind, day(0), &history, &[]), []);
    assert_eq!(
        evidence(kind, day(0), &history, slice::from_ref(&began)),
        []
    );
    let found = evidence(kind, day(0), &history, &[began.clone(), on_site]);
    assert_eq!(days(&found), [6]);
    assert_eq!(
        found[0].sentence,
        "We reached out to them by telephone after the application came to \u{201c}On-site\u{201d} \
         on 1970-01-06."
    );
    let over = ended(1, 6, ApplicationOutcome::NotSelected);
    assert_eq!(days(&evidence(kind, day(0), &history, &[began, over])), [6]);
    let found = evidence(kind, day(0), &history, &[told_before]);
    assert_eq!(days(&found), [2, 6]);
    let moved = step(2, -1, Some(Milestone::Offered));
    assert_eq!(evidence(kind, day(0), &history, &[moved]), []);
}

fn kinds() -> impl Strategy<Value = PromiseKind> {
    use PromiseKind::*;
    select(vec![
        Reply,
        CallBack,
        SubmitToClient,
        ShareOutcome,
        Introduce,
        Meet,
        Other,
    ])
}

fn touches() -> impl Strategy<Value = Vec<Outreach>> {
    let channel = select(vec![Channel::Email, Channel::Call, Channel::Meal]);
    let touch =
        (0..30_i64, channel, any::<bool>()).prop_map(|(on, channel, with_others)| Outreach {
            with_others,
            ..touch(on, channel)
        });
    prop::collection::vec(touch, 0..12)
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let milestone = select(vec![
        None,
        Some(Milestone::Submitted),
        Some(Milestone::Offered),
    ]);
    let outcome = select(vec![None, None, Some(ApplicationOutcome::Hired)]);
    let step = (1..4_u128, 0..30_i64, milestone, outcome).prop_map(
        |(application, on, milestone, outcome)| Step {
            outcome,
            ..step(application, on, milestone)
        },
    );
    prop::collection::vec(step, 0..8)
}

proptest! {
    #[test]
    fn evidence_is_never_older_than_the_promise_and_stands_in_order(
        kind in kinds(), made in 0..30_i64, touches in touches(), steps in steps(),
    ) {
        let found = evidence(kind, day(made), &touches, &steps);

        prop_assert!(found.len() <= MOST_EVIDENCE);
        prop_assert!(found.iter().all(|fact| fact.at >= day(made)));
        prop_assert!(found.is_sorted_by_key(|fact| fact.at));
        prop_assert!(found.iter().all(|f| f.interaction.is_some() || f.application.is_some()));
    }

    #[test]
    fn the_order_in_which_facts_arrive_does_not_matter(
        kind in kinds(), made in 0..30_i64, touches in touches(), steps in steps(),
    ) {
        let backwards = |found: Vec<Evidence>| days(&found);
        let (mut touched, mut stepped) = (touches.clone(), steps.clone());
        touched.reverse();
        stepped.reverse();

        prop_assert_eq!(
            backwards(evidence(kind, day(made), &touches, &steps)),
            backwards(evidence(kind, day(made), &touched, &stepped))
        );
    }

    #[test]
    fn a_promise_made_later_has_no_more_evidence(
        kind in kinds(), made in 0..29_i64, touches in touches(),
    ) {
        let earlier = evidence(kind, day(made), &touches, &[]);
        let later = evidence(kind, day(made + 1), &touches, &[]);

        prop_assert!(later.len() <= earlier.len());
    }

    #[test]
    fn follow_through_lies_between_nothing_and_all(
        kept in 0..9_u64, kept_late in 0..9_u64, broken in 0..9_u64, overdue in 0..9_u64,
    ) {
        let figures = FollowThrough { kept, kept_late, broken, overdue };

        prop_assert_eq!(figures.ratio().is_none(), kept + kept_late + broken + overdue == 0);
        prop_assert!(figures.ratio().is_none_or(|ratio| (0.0..=1.0).contains(&ratio)));
    }
}
