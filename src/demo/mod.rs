//! Made-up data, the same on every machine on the same day: five recruiters, people of both hats,
//! companies, jobs, two years of interactions, promises, and chains of referrals. It tells the stories in
//! `stories.rs` and fills the rest by chance that repeats itself.
//!
//! It does not go through the store, for a million interactions would take hours; it writes what
//! the store would have written, with the derived columns from the same rules.

mod chance;
mod companies;
mod details;
mod events;
mod feedback;
mod follow_ups;
mod histories;
mod jobs;
mod lines;
mod load;
mod people;
mod promised;
mod promises;
pub mod queries;
mod referrals;
mod scenes;
mod sink;
mod stories;
mod words;
mod world;

use std::{ops::Range, sync::Arc};

use anyhow::bail;
use chrono::{DateTime, DurationRound, TimeDelta, Utc};
use entity::{idempotency, person, recruiter, tenant};
use indicatif::ProgressBar;
use sea_orm::{
    ColumnTrait, DatabaseConnection, DbBackend, EntityTrait, PaginatorTrait, QueryFilter,
    TransactionTrait,
};

use self::{
    chance::{Chance, Of},
    sink::Sink,
    world::World,
};
use crate::clock::Clock;

/// The name of the tenant that the made-up data belongs to.
pub const TENANT: &str = "demo";

/// The subjects of the recruiters' tokens with their names; the first is the newcomer's.
pub const RECRUITERS: [(&str, &str); 5] = [
    ("sam", "Sam Overbrook"),
    ("robin", "Robin Ashdown"),
    ("kit", "Kit Merriweather"),
    ("dana", "Dana Stillwater"),
    ("lou", "Lou Fairhurst"),
];

/// How much to make up.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// People of both hats.
    pub people: usize,
    /// Interactions, over two years.
    pub interactions: usize,
}

impl Default for Plan {
    fn default() -> Self {
        Self {
            people: 400,
            interactions: 4_000,
        }
    }
}

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Filled {
    /// The rows were made up and written.
    Anew,
    /// There were people already; nothing was written.
    Before,
}

/// Fills the tenant `demo` of a migrated database, unless it has people already.
///
/// # Errors
/// When the database does not take the rows, or an earlier fill was cut short.
pub async fn fill(
    database: &DatabaseConnection,
    plan: &Plan,
    clock: &Clock,
    progress: &ProgressBar,
) -> anyhow::Result<Filled> {
    let today = clock.now().duration_trunc(TimeDelta::days(1))?;
    let stands = Stands::find(database).await?;
    if stands.is_half_filled {
        bail!(
            "an earlier `rapport demo` was cut short while it filled this database; give \
             --database an empty one"
        );
    }
    if stands.has_people {
        return Ok(Filled::Before);
    }
    let tenant_is_new = stands.tenant.is_none();
    let tenant = stands.tenant.unwrap_or_else(|| make_tenant(today));
    let (recruiters, new_recruiters) = recruiters(&tenant, &stands.recruiters);
    let world = World::new(plan, tenant.id, recruiters, today);
    progress.set_length((world.people.len() + world.interactions.len()) as u64);
    let made = (tenant_is_new.then_some(tenant), new_recruiters);
    match database.get_database_backend() {
        DbBackend::Postgres => fill_postgres(database, world, made, progress).await?,
        _ => fill_sqlite(database, &world, made, progress).await?,
    }
    progress.finish();
    Ok(Filled::Anew)
}

type Made = (Option<tenant::Model>, Vec<recruiter::Model>);

/// One transaction: all or nothing.
async fn fill_sqlite(
    database: &DatabaseConnection,
    world: &World,
    made: Made,
    progress: &ProgressBar,
) -> anyhow::Result<()> {
    let mut sink = Sink::Sqlite(database.begin().await?);
    load::groundwork(world, made, &mut sink, progress).await?;
    load::interactions(world, 0..world.interactions.len(), &mut sink, progress).await?;
    load::aftermath(world, &mut sink).await?;
    sink.close().await
}

/// Two connections share the interactions, since one keeps only one core of the database busy. So
/// it cannot be one transaction; a mark tells a fill that was cut short from a whole one.
async fn fill_postgres(
    database: &DatabaseConnection,
    world: World,
    made: Made,
    progress: &ProgressBar,
) -> anyhow::Result<()> {
    let pool = database.get_postgres_connection_pool();
    let world = Arc::new(world);
    let mut sink = Sink::postgres(pool).await?;
    load::groundwork(&world, made, &mut sink, progress).await?;
    sink.take(vec![mark(&world)]).await?;
    sink.close().await?;
    let half = |range: Range<usize>| {
        let (pool, world, progress) = (pool.clone(), Arc::clone(&world), progress.clone());
        async move {
            let mut sink = Sink::postgres(&pool).await?;
            load::interactions(&world, range, &mut sink, &progress).await?;
            sink.close().await
        }
    };
    let (middle, end) = (world.interactions.len() / 2, world.interactions.len());
    let (one, other) = (
        tokio::spawn(half(0..middle)),
        tokio::spawn(half(middle..end)),
    );
    one.await??;
    other.await??;
    let mut sink = Sink::postgres(pool).await?;
    load::aftermath(&world, &mut sink).await?;
    sink.run(UNMARK).await?;
    sink.run("ANALYZE").await?;
    sink.close().await
}

/// The operation of the mark; no operation of the API has a name like it.
const FILLING: &str = "demo: filling";
const UNMARK: &str = "DELETE FROM idempotency WHERE operation = 'demo: filling'";

/// What stands in the database while it is being filled.
fn mark(world: &World) -> idempotency::Model {
    idempotency::Model {
        tenant_id: world.tenant_id,
        caller_id: world.recruiter(0),
        operation: FILLING.into(),
        key: String::new(),
        input_hash: String::new(),
        node_id: world.tenant_id,
        answer: None,
        created_at: world.today,
    }
}

/// What the database holds of the demo.
#[derive(Default)]
struct Stands {
    tenant: Option<tenant::Model>,
    recruiters: Vec<recruiter::Model>,
    has_people: bool,
    is_half_filled: bool,
}

impl Stands {
    #[expect(
        clippy::disallowed_methods,
        reason = "there is no viewer before there is a tenant"
    )]
    async fn find(database: &DatabaseConnection) -> anyhow::Result<Self> {
        let named = tenant::Entity::find().filter(tenant::Column::Name.eq(TENANT));
        let Some(tenant) = named.one(database).await? else {
            return Ok(Self::default());
        };
        let recruiters =
            recruiter::Entity::find().filter(recruiter::Column::TenantId.eq(tenant.id));
        let people = person::Entity::find().filter(person::Column::TenantId.eq(tenant.id));
        let marks = idempotency::Entity::find()
            .filter(idempotency::Column::TenantId.eq(tenant.id))
            .filter(idempotency::Column::Operation.eq(FILLING));
        Ok(Self {
            is_half_filled: marks.count(database).await? > 0,
            recruiters: recruiters.all(database).await?,
            has_people: people.count(database).await? > 0,
            tenant: Some(tenant),
        })
    }
}

fn make_tenant(today: DateTime<Utc>) -> tenant::Model {
    let created_at = today - TimeDelta::days(world::DAYS + 1);
    tenant::Model {
        id: Chance::of(Of::Recruiter, RECRUITERS.len()).id(created_at),
        name: TENANT.into(),
        created_at,
    }
}

/// All recruiters, and those of them who are not there yet: a token may have made some before.
fn recruiters(
    tenant: &tenant::Model,
    known: &[recruiter::Model],
) -> (Vec<recruiter::Model>, Vec<recruiter::Model>) {
    let mut all = Vec::new();
    let mut new = Vec::new();
    for (index, (subject, name)) in RECRUITERS.into_iter().enumerate() {
        if let Some(known) = known.iter().find(|known| known.subject == subject) {
            all.push(known.clone());
            continue;
        }
        let recruiter = recruiter::Model {
            tenant_id: tenant.id,
            id: Chance::of(Of::Recruiter, index).id(tenant.created_at),
            subject: subject.into(),
            name: Some(name.into()),
            email: Some(format!("{subject}@example.com")),
            version: 1,
            created_at: tenant.created_at,
            updated_at: tenant.created_at,
        };
        all.push(recruiter.clone());
        new.push(recruiter);
    }
    (all, new)
}

#[cfg(test)]
mod tests;
