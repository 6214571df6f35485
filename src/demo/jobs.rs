//! The jobs that companies wish to fill, and who applied for them.

use chrono::TimeDelta;
use entity::{
    application, application_change,
    enums::{ApplicationOutcome, JobStatus, Milestone},
    job,
};

use super::{
    chance::{Chance, Of},
    stories::CAST,
    words::{ROLES, SOURCES, STAGES},
    world::World,
};
use crate::rules::{self, text};

/// How applications end, some more often than others.
const OUTCOMES: [ApplicationOutcome; 5] = [
    ApplicationOutcome::Hired,
    ApplicationOutcome::NotSelected,
    ApplicationOutcome::NotSelected,
    ApplicationOutcome::Declined,
    ApplicationOutcome::Withdrawn,
];

/// What each of the stages means in every process.
const MILESTONES: [Option<Milestone>; STAGES.len()] = [
    None,
    Some(Milestone::Submitted),
    Some(Milestone::Interviewing),
    Some(Milestone::Interviewing),
    Some(Milestone::Offered),
];

/// One job for every eight people.
pub(super) fn open(world: &World) -> Vec<job::Model> {
    let count = (world.people.len() / 8).max(4);
    (0..count).map(|index| one(world, index)).collect()
}

fn one(world: &World, index: usize) -> job::Model {
    let mut chance = Chance::of(Of::Job, index);
    // A contact asks for it: they are met by then, and it is their company that hires.
    let asks = CAST.len() + chance.below(world.people.len().saturating_sub(CAST.len()).max(1));
    let asks = (asks..world.people.len()).find(|index| world.people[*index].row.is_contact);
    let manager = asks.map(|index| &world.people[index]);
    let employer = manager.map_or(index % world.companies.len(), |manager| manager.employer);
    let company = &world.companies[employer];
    let known = manager.map_or(company.created_at, |manager| manager.row.created_at);
    let created_at = (known + TimeDelta::hours(30)).min(world.days_ago(0));
    let status = *chance.pick(&[
        JobStatus::Open,
        JobStatus::Open,
        JobStatus::OnHold,
        JobStatus::Filled,
        JobStatus::Filled,
        JobStatus::Cancelled,
    ]);
    let title = (*chance.pick(&ROLES)).to_owned();
    let is_closed = matches!(status, JobStatus::Filled | JobStatus::Cancelled);
    job::Model {
        tenant_id: world.tenant_id,
        id: chance.id(created_at),
        title_key: text::fold(&title),
        title,
        status,
        company_id: Some(company.id),
        hiring_manager_id: manager.map(|manager| manager.row.id),
        owner_id: Some(world.recruiter(chance.below(world.recruiters.len()))),
        city: company.city.clone(),
        region: company.region.clone(),
        country: company.country.clone(),
        opened_on: Some(created_at.date_naive()),
        closed_on: is_closed.then(|| {
            (created_at + TimeDelta::days(60))
                .min(world.today)
                .date_naive()
        }),
        version: 1,
        created_at,
        updated_at: created_at,
    }
}

/// Two candidates in five apply for something.
pub(super) fn apply(
    world: &mut World,
) -> (Vec<application::Model>, Vec<Vec<application_change::Model>>) {
    let mut applications = Vec::new();
    let mut changes = Vec::new();
    for index in CAST.len()..world.people.len() {
        let mut chance = Chance::of(Of::Application, index);
        if world.people[index].row.is_candidate && chance.percent(40) {
            world.people[index].application = Some(applications.len());
            let (application, steps) = application(world, index, &mut chance);
            applications.push(application);
            changes.push(steps);
        }
    }
    (applications, changes)
}

/// An application and its steps: a stage each week, and an end for some.
fn application(
    world: &World,
    index: usize,
    chance: &mut Chance,
) -> (application::Model, Vec<application_change::Model>) {
    let someone = &world.people[index].row;
    let job = chance.pick(&world.jobs);
    let applied_at =
        (someone.created_at.max(job.created_at) + TimeDelta::hours(4)).min(world.today);
    let reached = chance.below(STAGES.len());
    let outcome = chance.percent(55).then(|| *chance.pick(&OUTCOMES));
    let id = chance.id(applied_at);
    let source = (*chance.pick(&SOURCES)).to_owned();
    let mut at = applied_at;
    let mut step = |at, stage: Option<usize>, outcome| application_change::Model {
        tenant_id: world.tenant_id,
        id: chance.id(at),
        application_id: id,
        stage: stage.map(|stage| STAGES[stage].into()),
        milestone: stage.and_then(|stage| MILESTONES[stage]),
        outcome,
        reopened: false,
        changed_at: at,
        is_dated: true,
        recruiter_id: someone.owner_id.unwrap_or_else(|| world.recruiter(0)),
        note: None,
    };
    let mut steps = Vec::new();
    for stage in 0..=reached {
        at = applied_at + TimeDelta::days(7) * i32::try_from(stage).unwrap_or_default();
        if stage == 0 || at < world.today {
            steps.push(step(at, Some(stage), None));
        }
    }
    at += TimeDelta::days(5);
    if outcome.is_some() && at < world.today {
        steps.push(step(at, None, outcome));
    }
    let state = rules::application::state(&steps);
    let row = application::Model {
        tenant_id: world.tenant_id,
        id,
        person_id: someone.id,
        job_id: job.id,
        stage: state.stage,
        milestone: state.milestone,
        outcome: state.outcome,
        source: Some(source),
        credited_to_name: None,
        applied_at,
        stage_changed_at: state.stage_changed_at.unwrap_or(applied_at),
        concluded_at: state.concluded_at,
        version: i32::try_from(steps.len()).unwrap_or(1),
        created_at: applied_at,
        updated_at: steps.last().map_or(applied_at, |step| step.changed_at),
    };
    (row, steps)
}
