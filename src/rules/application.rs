//! What an application's dated steps say together: where it stands, since when, and what that means
//! for the referrals that led to it. Steps may be told in any order; their dates count.

use chrono::{DateTime, Utc};
use entity::{
    application_change::Model as Step,
    enums::{ApplicationOutcome, Milestone, ReferralStatus},
};
use uuid::Uuid;

/// The most steps one application may have: they are always read together.
pub const MOST_STEPS: usize = 200;

/// Where an application stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct State {
    /// The latest stage it came to.
    pub stage: Option<String>,
    /// Since when it has been there; none if no stage was ever told.
    pub stage_changed_at: Option<DateTime<Utc>>,
    /// The furthest milestone it reached.
    pub milestone: Option<Milestone>,
    /// How it ended; none while it runs.
    pub outcome: Option<ApplicationOutcome>,
    /// When it ended.
    pub concluded_at: Option<DateTime<Utc>>,
}

/// Puts the steps into their order; of two at one instant the one recorded first comes first.
pub fn sort(steps: &mut [Step]) {
    steps.sort_by_key(|step| (step.changed_at, step.id));
}

/// Where the sorted steps lead. A step says something of the stage, of a milestone, of the outcome,
/// and leaves what it does not speak of as it was.
pub fn state<'a>(steps: impl IntoIterator<Item = &'a Step>) -> State {
    let mut state = State::default();
    for step in steps {
        apply(step, &mut state);
    }
    state
}

fn apply(step: &Step, state: &mut State) {
    if let Some(stage) = &step.stage {
        let told = Some(stage.clone()).filter(|stage| !stage.is_empty());
        if told != state.stage || state.stage_changed_at.is_none() {
            state.stage_changed_at = Some(step.changed_at);
        }
        state.stage = told;
    }
    state.milestone = state.milestone.max(step.milestone);
    if step.outcome.is_some() && step.outcome != state.outcome {
        state.concluded_at = Some(step.changed_at);
    }
    state.outcome = step.outcome.or(state.outcome);
    if step.reopened {
        state.outcome = None;
        state.concluded_at = None;
    }
}

/// What a referral went through with its application: each status, when, and the step that led to
/// it. The words of stages say nothing here, for every job has its own.
pub fn referral_steps(steps: &[Step]) -> Vec<(ReferralStatus, DateTime<Utc>, Uuid)> {
    let mut told = Vec::new();
    let mut state = State::default();
    let mut status = None;
    for step in steps {
        apply(step, &mut state);
        let next = referral_status(&state).or_else(|| {
            // Taken up again before it came anywhere: the person is known at least.
            status.map(|_| ReferralStatus::Contacted)
        });
        if next != status {
            status = next;
            told.extend(next.map(|status| (status, step.changed_at, step.id)));
        }
    }
    told
}

/// How far a referral has come with an application in this state; none if that says nothing.
fn referral_status(state: &State) -> Option<ReferralStatus> {
    if let Some(outcome) = state.outcome {
        return Some(match outcome {
            ApplicationOutcome::Hired => ReferralStatus::Hired,
            ApplicationOutcome::NotSelected => ReferralStatus::NotSelected,
            ApplicationOutcome::Declined => ReferralStatus::Declined,
            ApplicationOutcome::Withdrawn => ReferralStatus::Withdrawn,
        });
    }
    state.milestone.map(|milestone| match milestone {
        Milestone::Submitted => ReferralStatus::Submitted,
        Milestone::Interviewing | Milestone::Offered => ReferralStatus::Interviewing,
    })
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use proptest::prelude::*;

    use super::*;

    fn day(day: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::days(day)
    }

    fn step(on: i64) -> Step {
        Step {
            tenant_id: Uuid::nil(),
            id: Uuid::from_u128(on.unsigned_abs().into()),
            application_id: Uuid::nil(),
            stage: None,
            milestone: None,
            outcome: None,
            reopened: false,
            changed_at: day(on),
            is_dated: true,
            recruiter_id: Uuid::nil(),
            note: None,
        }
    }

    fn to_stage(on: i64, stage: &str, milestone: Option<Milestone>) -> Step {
        Step {
            stage: Some(stage.into()),
            milestone,
            ..step(on)
        }
    }

    fn ended(on: i64, outcome: ApplicationOutcome) -> Step {
        Step {
            outcome: Some(outcome),
            ..step(on)
        }
    }

    fn reopened(on: i64) -> Step {
        Step {
            reopened: true,
            ..step(on)
        }
    }

    #[test]
    fn the_latest_step_that_speaks_of_a_thing_decides_it() {
        use ApplicationOutcome::NotSelected;
        let steps = [
            to_stage(1, "Applied", None),
            to_stage(3, "Onsite", Some(Milestone::Interviewing)),
            to_stage(4, "Onsite", Some(Milestone::Submitted)),
            ended(6, NotSelected),
            ended(7, NotSelected),
        ];

        let now = state(&steps);

        assert_eq!(
            (now.stage.as_deref(), now.stage_changed_at),
            (Some("Onsite"), Some(day(3)))
        );
        assert_eq!(now.milestone, Some(Milestone::Interviewing));
        assert_eq!(
            (now.outcome, now.concluded_at),
            (Some(NotSelected), Some(day(6)))
        );
        let again = state(steps.iter().chain(&[reopened(8), to_stage(9, "", None)]));
        assert_eq!((again.outcome, again.concluded_at), (None, None));
        assert_eq!((again.stage, again.stage_changed_at), (None, Some(day(9))));
    }

    #[test]
    fn a_referral_follows_milestones_and_outcomes_and_never_the_words_of_stages() {
        use ReferralStatus::*;
        let steps = [
            to_stage(1, "Hired!", None),
            to_stage(2, "CV out", Some(Milestone::Submitted)),
            to_stage(3, "Onsite", Some(Milestone::Interviewing)),
            to_stage(4, "Offer", Some(Milestone::Offered)),
            ended(5, ApplicationOutcome::Declined),
            reopened(6),
            ended(7, ApplicationOutcome::Hired),
        ];
        let statuses = |steps: &[Step]| -> Vec<_> {
            let steps = referral_steps(steps);
            steps
                .into_iter()
                .map(|(status, at, _)| (status, at))
                .collect()
        };

        assert_eq!(
            statuses(&steps),
            [
                (Submitted, day(2)),
                (Interviewing, day(3)),
                (Declined, day(5)),
                (Interviewing, day(6)),
                (Hired, day(7)),
            ]
        );
        let early = [
            step(1),
            ended(2, ApplicationOutcome::Withdrawn),
            reopened(3),
        ];
        assert_eq!(statuses(&early), [(Withdrawn, day(2)), (Contacted, day(3))]);
        assert_eq!(statuses(&steps[..1]), []);
    }

    proptest! {
        #[test]
        fn steps_may_be_told_in_any_order(
            (one, other) in prop::collection::vec((0..9_i64, 0..6_u8), 0..9)
                .prop_flat_map(|steps| (Just(steps.clone()), Just(steps).prop_shuffle()))
        ) {
            let read = |steps: Vec<(i64, u8)>| {
                let step = |(on, what): (i64, u8)| Step {
                    id: Uuid::from_u128(u128::from(what)),
                    ..match what {
                        0 => to_stage(on, "A", None),
                        1 => to_stage(on, "B", Some(Milestone::Submitted)),
                        2 => to_stage(on, "C", Some(Milestone::Offered)),
                        3 => ended(on, ApplicationOutcome::Hired),
                        4 => ended(on, ApplicationOutcome::NotSelected),
                        _ => reopened(on),
                    }
                };
                let mut steps: Vec<_> = steps.into_iter().map(step).collect();
                sort(&mut steps);
                let statuses = referral_steps(&steps);
                (state(&steps), statuses.into_iter().map(|(s, at, _)| (s, at)).collect::<Vec<_>>())
            };
            let (told, shuffled) = (read(one), read(other));
            prop_assert_eq!(&told, &shuffled);
            prop_assert_eq!(told.0.outcome.is_some(), told.0.concluded_at.is_some());
        }
    }
}
