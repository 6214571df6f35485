//! Writes the made-up rows, parents before children. What is written is the same for both
//! databases; how rows are taken is the sink's.

use std::ops::Range;

use entity::{enums::NodeKind, event, external_record, tenant};
use indicatif::ProgressBar;

use super::{
    details::{self, Details},
    events, histories,
    sink::Sink,
    world::World,
};

/// How many rows are made up at once.
pub(super) const BATCH: usize = 5_000;

/// All ranges of that many, in order.
pub(super) fn batches(count: usize, size: usize) -> impl Iterator<Item = Range<usize>> {
    (0..count)
        .step_by(size)
        .map(move |start| start..count.min(start + size))
}

/// Everything but the interactions.
pub(super) async fn groundwork(
    world: &World,
    made: (Option<tenant::Model>, Vec<entity::recruiter::Model>),
    sink: &mut Sink,
    progress: &ProgressBar,
) -> anyhow::Result<()> {
    sink.take(made.0.into_iter().collect()).await?;
    sink.take(made.1).await?;
    sink.take(world.companies.clone()).await?;
    for range in batches(world.people.len(), BATCH) {
        people(world, range.clone(), sink).await?;
        progress.inc(range.len() as u64);
    }
    sink.take(world.jobs.clone()).await?;
    sink.take(world.applications.clone()).await?;
    sink.take(world.application_changes.concat()).await?;
    sink.take(world.network.relationships.clone()).await?;
    sink.take(world.network.referrals.clone()).await?;
    sink.take(world.network.changes.clone()).await?;
    sink.take(records(world)).await?;
    sink.take(creations(world)).await
}

async fn people(world: &World, range: Range<usize>, sink: &mut Sink) -> anyhow::Result<()> {
    let rows = range.clone().map(|index| world.people[index].row.clone());
    sink.take(rows.collect()).await?;
    let mut details: Vec<_> = range.map(|index| Details::of(world, index)).collect();
    let mut search = Vec::new();
    let mut contact_points = Vec::new();
    let mut labels = Vec::new();
    let mut positions = Vec::new();
    let mut records = Vec::new();
    for details in details.drain(..) {
        search.push(details.search);
        contact_points.extend(details.contact_points);
        labels.extend(details.labels);
        positions.extend(details.positions);
        records.extend(details.record);
    }
    sink.take(search).await?;
    sink.take(contact_points).await?;
    sink.take(labels).await?;
    sink.take(positions).await?;
    sink.take(records).await
}

/// What the ATS calls its jobs and applications.
fn records(world: &World) -> Vec<external_record::Model> {
    let jobs = world
        .jobs
        .iter()
        .enumerate()
        .map(|(index, job)| external_record::Model {
            job_id: Some(job.id),
            ..details::record(world, "job", 7_000_003 + 2 * index, job.created_at)
        });
    let applications = world.applications.iter().enumerate();
    let applications = applications.map(|(index, application)| external_record::Model {
        application_id: Some(application.id),
        ..details::record(
            world,
            "application",
            9_000_011 + 3 * index,
            application.created_at,
        )
    });
    jobs.chain(applications).collect()
}

/// The events of all nodes but the interactions.
fn creations(world: &World) -> Vec<event::Model> {
    use NodeKind::{Application, Company, Feedback, Job, Person, Promise, Referral, Relationship};

    let anybody = world.recruiter(0);
    let network = &world.network;
    let companies = world
        .companies
        .iter()
        .map(|c| (c.owner_id, (Company, c.id), c.created_at));
    let people = world.people.iter().map(|p| &p.row);
    let people = people.map(|p| (p.owner_id, (Person, p.id), p.created_at));
    let jobs = world
        .jobs
        .iter()
        .map(|j| (j.owner_id, (Job, j.id), j.created_at));
    let applications = world.applications.iter();
    let applications = applications.map(|a| (None, (Application, a.id), a.created_at));
    let ties = network.relationships.iter();
    let ties = ties.map(|r| (None, (Relationship, r.id), r.created_at));
    let referrals = network.referrals.iter();
    let referrals = referrals.map(|r| (Some(r.recruiter_id), (Referral, r.id), r.created_at));
    let promises = world.promises.rows.iter();
    let promises = promises.map(|p| (Some(p.recruiter_id), (Promise, p.id), p.created_at));
    let feedback = world.feedback.iter();
    let feedback = feedback.map(|f| (Some(f.author_id), (Feedback, f.id), f.created_at));
    companies
        .chain(people)
        .chain(jobs)
        .chain(applications)
        .chain(ties)
        .chain(referrals)
        .chain(promises)
        .chain(feedback)
        .map(|(actor, node, at)| events::created(world, actor.unwrap_or(anybody), node, at))
        .collect()
}

/// The interactions at these places.
pub(super) async fn interactions(
    world: &World,
    range: Range<usize>,
    sink: &mut Sink,
    progress: &ProgressBar,
) -> anyhow::Result<()> {
    for batch in batches(range.len(), BATCH) {
        let batch = range.start + batch.start..range.start + batch.end;
        let count = batch.len();
        let rows = histories::Rows::of(world, batch);
        sink.take(rows.interactions).await?;
        sink.take(rows.people).await?;
        sink.take(rows.recruiters).await?;
        sink.take(rows.touches).await?;
        sink.take(rows.events).await?;
        progress.inc(count as u64);
    }
    Ok(())
}

/// What points at interactions: the waits of all people, promises, and feedback.
pub(super) async fn aftermath(world: &World, sink: &mut Sink) -> anyhow::Result<()> {
    for range in batches(world.people.len(), BATCH) {
        let waits = range.flat_map(|index| world.derived(index).1);
        sink.take(waits.collect()).await?;
    }
    sink.take(world.promises.rows.clone()).await?;
    sink.take(world.promises.reschedules.clone()).await?;
    sink.take(world.feedback.clone()).await
}
