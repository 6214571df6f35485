//! What is said of an application as dated steps: a history to begin with, and how an update that
//! says what is changes it.

use chrono::{DateTime, Utc};
use entity::{
    application::Model,
    application_change::Model as Step,
    enums::{ApplicationOutcome, Milestone},
};
use uuid::Uuid;

use super::write::ApplicationDetails;
use crate::rules::application::{self, State};

/// What a step says; it says nothing of what is left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(
    clippy::option_option,
    reason = "nothing said, said to be none, and said to be this are three things"
)]
pub(in crate::store) struct Said {
    /// A stage, or that it has none.
    pub(in crate::store) stage: Option<Option<String>>,
    pub(in crate::store) milestone: Option<Milestone>,
    /// An outcome, or that it runs again.
    pub(in crate::store) outcome: Option<Option<ApplicationOutcome>>,
}

/// A time, and whether it was told or is when we learned of it.
#[derive(Clone, Copy, Debug)]
pub(in crate::store) struct When {
    pub(in crate::store) at: DateTime<Utc>,
    pub(in crate::store) is_told: bool,
}

impl When {
    /// The time that was told, else another.
    pub(in crate::store) fn told_or(told: Option<DateTime<Utc>>, otherwise: DateTime<Utc>) -> Self {
        Self {
            at: told.unwrap_or(otherwise),
            is_told: told.is_some(),
        }
    }
}

/// Makes the steps of one application.
pub(in crate::store) struct Steps<'a> {
    pub(in crate::store) application: &'a Model,
    pub(in crate::store) recruiter_id: Uuid,
    pub(in crate::store) new_id: &'a (dyn Fn() -> Uuid + Sync),
    /// All of them, the earliest first. The first is the beginning.
    pub(in crate::store) all: Vec<Step>,
}

impl Steps<'_> {
    /// Where they lead.
    pub(in crate::store) fn state(&self) -> State {
        application::state(&self.all)
    }

    /// The history of an application that is made with all that is said of it.
    pub(in crate::store) fn begin(&mut self, said: &ApplicationDetails, now: DateTime<Utc>) {
        let applied_at = self.application.applied_at;
        let stage = Said {
            stage: said.stage.clone().filter(Option::is_some),
            milestone: said.milestone.flatten(),
            outcome: None,
        };
        let beginning = When {
            at: applied_at,
            is_told: true,
        };
        // Where it is known when it came to its stage, nothing is known of the beginning.
        match said.stage_changed_at.filter(|at| *at > applied_at) {
            Some(at) => {
                self.add(&Said::default(), beginning, None);
                let stage = Said {
                    stage: stage.stage.or(Some(None)),
                    ..stage
                };
                self.add(&stage, When { at, ..beginning }, None);
            }
            None => self.add(&stage, beginning, None),
        }
        if let Some(outcome) = said.outcome.flatten() {
            let told = said.concluded_at.flatten();
            let ended = Said {
                outcome: Some(Some(outcome)),
                ..Said::default()
            };
            self.add(&ended, When::told_or(told, now.max(applied_at)), None);
        }
    }

    /// The same as they stood at a time, to try a step on.
    pub(in crate::store) fn until(&self, at: DateTime<Utc>) -> Self {
        let mut all = self.all.clone();
        all.retain(|step| step.changed_at <= at);
        Self {
            application: self.application,
            recruiter_id: self.recruiter_id,
            new_id: self.new_id,
            all,
        }
    }

    /// Adds a step, in its place.
    pub(in crate::store) fn add(&mut self, said: &Said, when: When, note: Option<String>) {
        self.all.push(Step {
            tenant_id: self.application.tenant_id,
            id: (self.new_id)(),
            application_id: self.application.id,
            stage: said.stage.clone().map(Option::unwrap_or_default),
            milestone: said.milestone,
            outcome: said.outcome.flatten(),
            reopened: said.outcome == Some(None),
            changed_at: when.at,
            is_dated: when.is_told,
            recruiter_id: self.recruiter_id,
            note,
        });
        application::sort(&mut self.all);
    }

    /// Has the first step begin when the application does. The others keep their dates.
    pub(in crate::store) fn begin_at(&mut self, applied_at: DateTime<Utc>) {
        if let Some(first) = self.all.first_mut() {
            first.changed_at = applied_at;
        }
    }

    /// Whether a step lies before the beginning.
    pub(in crate::store) fn reach_back_before(&self, applied_at: DateTime<Utc>) -> bool {
        self.all.iter().any(|step| step.changed_at < applied_at)
    }

    /// Takes over what an update says of stage, milestone and outcome.
    pub(in crate::store) fn update(&mut self, said: &ApplicationDetails, now: DateTime<Utc>) {
        self.update_stage(said, now);
        self.update_outcome(said, now);
    }

    fn update_stage(&mut self, said: &ApplicationDetails, now: DateTime<Utc>) {
        let before = self.state();
        let stage = said.stage.clone().filter(|stage| *stage != before.stage);
        if said.milestone == Some(None) {
            self.all.iter_mut().for_each(|step| step.milestone = None);
        }
        let milestone = said.milestone.flatten();
        let rises = milestone > before.milestone;
        if stage.is_some() || rises {
            if let Some(at) = said.stage_changed_at.filter(|_| stage.is_some()) {
                self.date_back(at, |step| step.stage.is_some());
            }
            let when = When::told_or(said.stage_changed_at, now);
            let said = Said {
                stage,
                milestone,
                outcome: None,
            };
            self.add(&said, when, None);
        } else if let Some(at) = said.stage_changed_at {
            self.redate_stage(&before, at);
        }
    }

    fn update_outcome(&mut self, said: &ApplicationDetails, now: DateTime<Utc>) {
        let state = self.state();
        let told = said.concluded_at.flatten();
        let speaks = |step: &Step| step.outcome.is_some() || step.reopened;
        match said.outcome.filter(|outcome| *outcome != state.outcome) {
            Some(outcome) => {
                if let Some(at) = told {
                    self.date_back(at, speaks);
                }
                let now = now.max(self.application.applied_at);
                let said = Said {
                    outcome: Some(outcome),
                    ..Said::default()
                };
                self.add(&said, When::told_or(told, now), None);
            }
            None => {
                if let Some(at) = told {
                    self.redate_outcome(&state, at);
                }
            }
        }
    }

    /// An update says what is: steps of which we do not know when they happened, only when we
    /// learned of them, came before it and are dated back if need be. Dates that were told stay.
    fn date_back(&mut self, until: DateTime<Utc>, concerns: impl Fn(&Step) -> bool) {
        let noted = self.all.iter_mut().skip(1).filter(|step| !step.is_dated);
        for step in noted.filter(|step| concerns(step)) {
            step.changed_at = step.changed_at.min(until);
        }
        application::sort(&mut self.all);
    }

    /// Says that the present stage was reached at another time, and the milestone with it.
    fn redate_stage(&mut self, present: &State, at: DateTime<Utc>) {
        let began =
            |step: &Step| step.stage.is_some() && Some(step.changed_at) == present.stage_changed_at;
        let speaks_of_more = |step: &Step| step.outcome.is_some() || step.reopened;
        let Some(place) = self.all.iter().rposition(began) else {
            let stage = Some(present.stage.clone());
            let said = Said {
                stage,
                ..Said::default()
            };
            return self.add(&said, When { at, is_told: true }, None);
        };
        if self.move_step(place, at, speaks_of_more) {
            return;
        }
        let step = &mut self.all[place];
        let said = Said {
            stage: step.stage.take().map(|_| present.stage.clone()),
            milestone: step.milestone.take(),
            outcome: None,
        };
        self.add(&said, When { at, is_told: true }, None);
    }

    /// Says that the application ended at another time.
    fn redate_outcome(&mut self, state: &State, at: DateTime<Utc>) {
        let ended = |step: &Step| {
            step.outcome == state.outcome && Some(step.changed_at) == state.concluded_at
        };
        let Some(place) = self.all.iter().rposition(ended) else {
            return;
        };
        let speaks_of_more = |step: &Step| step.stage.is_some() || step.milestone.is_some();
        if self.move_step(place, at, speaks_of_more) {
            return;
        }
        let said = Said {
            outcome: Some(self.all[place].outcome.take()),
            ..Said::default()
        };
        self.add(&said, When { at, is_told: true }, None);
    }

    /// Moves a step to another time as a whole, if it may: not the first, which is the beginning,
    /// nor one that speaks of more than is moved.
    fn move_step(
        &mut self,
        place: usize,
        at: DateTime<Utc>,
        speaks_of_more: impl Fn(&Step) -> bool,
    ) -> bool {
        let step = &mut self.all[place];
        if step.changed_at != at && (place == 0 || speaks_of_more(step)) {
            return false;
        }
        step.is_dated = true;
        step.changed_at = at;
        application::sort(&mut self.all);
        true
    }
}
