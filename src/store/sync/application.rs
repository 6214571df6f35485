//! Applications: mirrored, with their dated steps; and the referrals that follow from them.

use chrono::SubsecRound;
use entity::{
    application::Model,
    application_change::Model as Step,
    enums::{ApplicationOutcome, Milestone, NodeKind},
};
use uuid::Uuid;

use super::{
    names::{Awaited, Finder, Stop},
    record::{ApplicationChangeRecord, ApplicationRecord},
    relationship::needed,
    work::{Task, Work, has, put},
};
use crate::{
    error::RefusalKind,
    rules::{application, application::MOST_STEPS, interaction::check_past, text},
    store::{
        application::{
            ApplicationDetails,
            steps::{Said, Steps, When},
            write::stand,
        },
        referral::{follow::bare, status::after_history},
    },
};

/// What tells one step from another.
type Bare = (
    chrono::DateTime<chrono::Utc>,
    Option<String>,
    Option<Milestone>,
    Option<ApplicationOutcome>,
    bool,
);

impl Work {
    pub(super) fn application(
        &mut self,
        task: &Task<'_>,
        before: Option<&ApplicationRecord>,
        said: &ApplicationRecord,
    ) -> Result<Uuid, Stop> {
        let stored = has(&self.applications, task.node).cloned();
        let mut find = Finder::new(&self.names, task.system);
        let person = said.person.iter().flatten().next();
        let job = said.job.iter().flatten().next();
        // Some systems tell an application in two halves: its stage in one record, its job in
        // another of the same name. The first to come waits for the other.
        if stored.is_none() && (person.is_none() || job.is_none()) {
            return Err(Stop::Waits(vec![Awaited::record(
                NodeKind::Application,
                task.key.clone(),
            )]));
        }
        let person = person.map(|said| find.one(NodeKind::Person, &["person"], said));
        let person = needed(person, "person", &mut find);
        let job = job.map(|said| find.one(NodeKind::Job, &["job"], said));
        let job = needed(job, "job", &mut find);
        let credited = find.said(NodeKind::Person, &["creditedTo"], &said.credited_to);
        let mut row = stored
            .clone()
            .unwrap_or_else(|| self.blank_application(task));
        let details = self.application_details(said, &mut row, &mut find);
        find.finish()?;
        let (Some(person), Some(job)) = (person, job) else {
            return Err(Stop::Refused(Vec::new()));
        };
        self.touched.extend(
            [row.person_id, person]
                .into_iter()
                .filter(|id| !id.is_nil()),
        );
        (row.person_id, row.job_id) = (person, job);
        let is_new = stored.is_none();
        let steps = self.steps_of(&row, is_new, task, (before, said), &details);
        if steps.len() > MOST_STEPS {
            let message = format!("has more than {MOST_STEPS} steps");
            let mut check = crate::store::check::Check::default();
            check.invalid(&["changes"], &message);
            return Err(Stop::Refused(check.refusals()));
        }
        stand(&mut row, &steps);
        let mut fields = Vec::new();
        if !is_new && self.steps.get(row.id) != steps {
            fields.push("history".to_owned());
        }
        let (id, applied_at) = (row.id, row.applied_at);
        self.steps.put(id, steps);
        put!(self.applications, row, fields);
        if let Some(referrer) = credited.flatten().filter(|referrer| *referrer != person) {
            let claim = self.claim(None, (referrer, person, Some(job)), task.actor, applied_at);
            self.lead(claim, id);
        }
        Ok(id)
    }

    fn lead(&mut self, referral: Uuid, application: Uuid) {
        if let Some(mut row) = self.referrals.get(referral).cloned()
            && row.application_id.is_none()
        {
            row.application_id = Some(application);
            put!(self.referrals, row, Vec::new());
        }
    }

    fn blank_application(&self, task: &Task<'_>) -> Model {
        let now = self.w.now();
        Model {
            tenant_id: self.w.tenant(),
            id: self.w.new_id(),
            person_id: Uuid::nil(),
            job_id: Uuid::nil(),
            stage: None,
            milestone: None,
            outcome: None,
            source: None,
            credited_to_name: None,
            applied_at: task.at,
            stage_changed_at: task.at,
            concluded_at: None,
            version: 1,
            created_at: now,
            updated_at: now,
        }
    }

    /// What is said, checked; what is no step goes into the row.
    fn application_details(
        &self,
        said: &ApplicationRecord,
        row: &mut Model,
        find: &mut Finder<'_>,
    ) -> ApplicationDetails {
        let check = &mut find.check;
        let now = self.w.now();
        if let Some(source) = &said.source {
            row.source = check.line(&["source"], source.as_deref(), text::MAX_OTHER);
        }
        if let Some(name) = &said.credited_to_name {
            row.credited_to_name = check.line(&["creditedToName"], name.as_deref(), text::MAX_NAME);
        }
        let mut past = |path: &[&str], at: Option<chrono::DateTime<chrono::Utc>>| {
            let at = at.map(|at| at.trunc_subsecs(6));
            let field = path.last().copied().unwrap_or_default();
            if let Some(Err(message)) = at.map(|at| check_past(field, at, now)) {
                check.refuse(RefusalKind::Invalid, path, &message);
            }
            at
        };
        let applied_at = past(&["appliedAt"], said.applied_at.flatten());
        let concluded_at = past(&["concludedAt"], said.concluded_at.flatten());
        let changes = said.changes.iter().flatten().flatten();
        for (index, change) in changes.clone().enumerate() {
            past(
                &["changes", &index.to_string(), "changedAt"],
                change.changed_at.flatten(),
            );
        }
        let first = changes
            .clone()
            .filter_map(|change| change.changed_at.flatten())
            .min();
        for (index, change) in changes.enumerate() {
            let index = index.to_string();
            if change.changed_at.flatten().is_none() {
                check.invalid(&["changes", &index, "changedAt"], "is missing");
            }
            let stage = change.stage.iter().flatten().next();
            check.line(
                &["changes", &index, "stage"],
                stage.map(String::as_str),
                text::MAX_NAME,
            );
            let note = change.note.iter().flatten().next();
            check.text(
                &["changes", &index, "note"],
                note.map(String::as_str),
                text::MAX_BODY,
            );
        }
        if let Some(at) = applied_at.or(first.filter(|_| row.person_id.is_nil())) {
            row.applied_at = at;
        }
        let stage = said.stage.as_ref();
        ApplicationDetails {
            stage: stage.map(|stage| check.line(&["stage"], stage.as_deref(), text::MAX_NAME)),
            milestone: said.milestone,
            outcome: said.outcome,
            applied_at,
            concluded_at: concluded_at.map(|at| Some(at.max(row.applied_at))),
            ..ApplicationDetails::default()
        }
    }

    /// The application's dated steps as they will be: those that are told, those that were told
    /// here, and whatever more follows from where it is said to stand now.
    fn steps_of(
        &self,
        row: &Model,
        is_new: bool,
        task: &Task<'_>,
        (before, said): (Option<&ApplicationRecord>, &ApplicationRecord),
        details: &ApplicationDetails,
    ) -> Vec<Step> {
        let new_id = || self.w.new_id();
        let stored = self.steps.get(row.id).to_vec();
        let at = task.at.max(row.applied_at);
        let mut steps = Steps {
            application: row,
            recruiter_id: task.actor,
            new_id: &new_id,
            all: stored,
        };
        let told = said.changes.as_ref().map(Option::as_deref);
        if is_new && told.is_none_or(|told| told.is_none_or(<[_]>::is_empty)) {
            steps.begin(details, at);
            return steps.all;
        }
        let tells_beginning = told.flatten().is_some_and(|told| {
            let at = |step: &ApplicationChangeRecord| step.changed_at.flatten();
            told.iter().filter_map(at).any(|at| at <= row.applied_at)
        });
        if is_new && !tells_beginning {
            let beginning = When {
                at: row.applied_at,
                is_told: true,
            };
            steps.add(&Said::default(), beginning, None);
        }
        steps.begin_at(row.applied_at);
        if let Some(told) = told {
            let before = before.and_then(|before| before.changes.clone().flatten());
            tell(
                &mut steps,
                &before.unwrap_or_default(),
                told.unwrap_or_default(),
            );
        }
        // The present stage is as new as the record, if that says when it was changed.
        let details = ApplicationDetails {
            stage_changed_at: None,
            ..details.clone()
        };
        let latest = steps.all.iter().map(|step| step.changed_at).max();
        let at = latest.map_or(at, |latest| latest.max(at));
        steps.update(&details, at);
        if task.is_dated {
            steps
                .all
                .iter_mut()
                .filter(|step| step.changed_at == at)
                .for_each(|step| {
                    step.is_dated = true;
                });
        }
        application::sort(&mut steps.all);
        steps.all
    }

    /// Has the referrals that led to applications follow them. Both were read for all people of
    /// the call.
    pub(super) fn follow_applications(&mut self) {
        let mut referrals: Vec<_> = self.referrals.all().cloned().collect();
        referrals.sort_by_key(|row| row.id);
        for mut row in referrals {
            if row.application_id.is_none()
                && let Some(job) = row.job_id
            {
                row.application_id = self.only_application_of(row.referred_id, job);
            }
            let Some(application) = row.application_id else {
                continue;
            };
            let history = self.statuses.get(row.id).to_vec();
            let (mut told, followed): (Vec<_>, Vec<_>) = history
                .into_iter()
                .partition(|step| step.application_change_id.is_none());
            let wanted = self.w.statuses_after(&row, self.steps.get(application));
            let is_same = followed.iter().map(bare).eq(wanted.iter().map(bare));
            let mut fields = Vec::new();
            if is_same {
                told.extend(followed);
            } else {
                told.extend(wanted);
                fields.push("statusHistory".to_owned());
            }
            let row = after_history(&row, &told);
            if !is_same {
                self.statuses.put(row.id, told);
            }
            put!(self.referrals, row, fields);
        }
        for (id, closed_at) in std::mem::take(&mut self.loops) {
            if let Some(mut row) = self.referrals.get(id).cloned()
                && row.loop_closed_at.is_none()
                && closed_at >= row.status_changed_at
            {
                row.loop_closed_at = Some(closed_at);
                put!(self.referrals, row, Vec::new());
            }
        }
    }

    fn only_application_of(&self, person: Uuid, job: Uuid) -> Option<Uuid> {
        let mut of_both = self
            .applications
            .all()
            .filter(|row| row.person_id == person && row.job_id == job);
        let only = of_both.next()?.id;
        of_both.next().is_none().then_some(only)
    }
}

/// Makes the steps those that the source tells, and those that were told here.
fn tell(
    steps: &mut Steps<'_>,
    before: &[ApplicationChangeRecord],
    told: &[ApplicationChangeRecord],
) {
    let begins = steps.application.applied_at;
    let of = |list: &[ApplicationChangeRecord]| -> Vec<(Bare, Option<String>)> {
        let mut all: Vec<_> = list
            .iter()
            .filter_map(|change| {
                let at = change.changed_at.flatten()?.trunc_subsecs(6).max(begins);
                let stage = change.stage.clone().map(Option::unwrap_or_default);
                let stage = stage.map(|stage| stage.trim().to_owned());
                let bare = (
                    at,
                    stage,
                    change.milestone.flatten(),
                    change.outcome.flatten(),
                    change.reopened.flatten() == Some(true),
                );
                Some((bare, change.note.clone().flatten()))
            })
            .collect();
        all.sort_by_key(|(bare, _)| bare.0);
        all
    };
    let (before, told) = (of(before), of(told));
    let bare_of = |step: &Step| -> Bare {
        (
            step.changed_at,
            step.stage.clone(),
            step.milestone,
            step.outcome,
            step.reopened,
        )
    };
    // The first is the beginning, which the source need not tell.
    let beginning = steps.all.first().map(|step| step.id);
    steps.all.retain(|step| {
        let bare = bare_of(step);
        Some(step.id) == beginning
            || !before.iter().any(|(known, _)| *known == bare)
            || told.iter().any(|(known, _)| *known == bare)
    });
    for (bare, note) in told {
        if steps.all.iter().any(|step| bare_of(step) == bare) {
            continue;
        }
        let (at, stage, milestone, outcome, reopened) = bare;
        let said = Said {
            stage: stage.map(|stage| Some(stage).filter(|stage| !stage.is_empty())),
            milestone,
            outcome: outcome.map(Some).or(reopened.then_some(None)),
        };
        steps.add(&said, When { at, is_told: true }, note);
    }
}
