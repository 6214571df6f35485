//! The data that is asked for: filled in if there is none, and read to have something to ask for.

use std::{str::FromStr, time::Instant};

use anyhow::ensure;
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use indicatif::ProgressBar;
use rapport::{
    clock::Clock,
    config::Settings,
    demo::{self, Filled, Plan},
    store::Database,
};
use serde_json::{Value, json};
use sqlx::{
    PgPool,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use uuid::Uuid;

use super::{
    Args, Which,
    client::Connection,
    process::{self, Server},
    report, serve,
    workloads::{self, PAGE},
};

/// How many pages are walked through for their cursors.
const PAGES: usize = 100;

/// Migrates the database, and fills it if nobody is in it.
pub(crate) async fn fill(args: &Args) -> anyhow::Result<()> {
    ensure!(
        args.database.starts_with("postgres"),
        "the ceiling is written for PostgreSQL alone"
    );
    let options = serve::options(args, &Settings::default());
    let database = Database::connect(&options, Clock::system()).await?;
    database.migrate().await?;
    let plan = Plan {
        people: args.people,
        interactions: args.interactions,
    };
    let (bar, start) = (ProgressBar::hidden(), Instant::now());
    let filled = demo::fill(database.writer(), &plan, &Clock::system(), &bar).await?;
    database.close().await;
    if filled == Filled::Anew {
        let seconds = start.elapsed().as_secs_f32();
        report::say(&format!("filled the database in {seconds:.0} s"))?;
        // Else the database would do it by itself, in the middle of a round.
        let pool = pool(&args.database, 1, "throughput").await?;
        sqlx::query("VACUUM (ANALYZE)").execute(&pool).await?;
    }
    Ok(())
}

/// A pool with the settings that Rapport's has.
pub(crate) async fn pool(url: &str, connections: u32, name: &str) -> anyhow::Result<PgPool> {
    let connect = PgConnectOptions::from_str(url)?
        .application_name(name)
        .options([("jit", "off")]);
    let pool = PgPoolOptions::new()
        .max_connections(connections)
        .test_before_acquire(false);
    Ok(pool.connect_with(connect).await?)
}

/// The time of the processor that the database has used for a server, if it runs on this machine.
pub(crate) async fn backend_cpu(
    pool: &PgPool,
    server: &Server,
) -> anyhow::Result<std::time::Duration> {
    let name = match server.which {
        Which::Ceiling => "ceiling",
        Which::Rapport => "rapport",
    };
    let sql = "SELECT pid FROM pg_stat_activity \
               WHERE datname = current_database() AND application_name = $1";
    let pids: Vec<(i32,)> = sqlx::query_as(sql).bind(name).fetch_all(pool).await?;
    let pids = pids
        .into_iter()
        .filter_map(|(pid,)| u32::try_from(pid).ok());
    Ok(pids.map(process::cpu).sum())
}

/// Where a page begins: after a person who was last touched at a time.
pub(crate) struct Position {
    /// As Rapport tells it.
    pub(crate) cursor: String,
    /// As the ceiling takes it.
    pub(crate) at: String,
    /// The person.
    pub(crate) id: Uuid,
}

/// What there is to ask for.
pub(crate) struct Samples {
    /// Pages of candidates by last touch.
    pub(crate) pages: Vec<Position>,
    /// Candidates by their ids in an ATS.
    pub(crate) records: Vec<String>,
    /// Candidates.
    pub(crate) candidates: Vec<Uuid>,
    /// Candidates from whom four levels of referrals lead away.
    pub(crate) referrers: Vec<Uuid>,
    /// A word and a tag that somebody has both.
    pub(crate) searches: Vec<(String, String)>,
}

impl Samples {
    /// Reads them: from the database, and the cursors through the API.
    pub(crate) async fn read(pool: &PgPool, rapport: &Server) -> anyhow::Result<Self> {
        let samples = Self {
            pages: pages(rapport).await?,
            records: column(pool, RECORDS).await?,
            candidates: column(pool, CANDIDATES).await?,
            referrers: column(pool, REFERRERS).await?,
            searches: sqlx::query_as(SEARCHES).fetch_all(pool).await?,
        };
        let all = [
            samples.pages.len(),
            samples.records.len(),
            samples.candidates.len(),
            samples.referrers.len(),
            samples.searches.len(),
        ];
        ensure!(
            all.iter().all(|number| *number > 0),
            "the database holds too little to ask for: {all:?}"
        );
        Ok(samples)
    }
}

// In an order without meaning that is the same each time.

const RECORDS: &str = "\
SELECT external_id FROM external_record JOIN tenant ON tenant.id = tenant_id
WHERE tenant.name = 'demo' AND system = 'greenhouse' AND record_type = 'candidate'
ORDER BY md5(external_id) LIMIT 2000";

const CANDIDATES: &str = "\
SELECT person.id FROM person JOIN tenant ON tenant.id = tenant_id
WHERE tenant.name = 'demo' AND is_candidate ORDER BY md5(person.id::text) LIMIT 8000";

const REFERRERS: &str = "\
SELECT person.id FROM person JOIN tenant ON tenant.id = tenant_id
WHERE tenant.name = 'demo' AND is_candidate AND EXISTS (
    SELECT FROM referral a
    JOIN referral b ON b.tenant_id = a.tenant_id AND b.referrer_id = a.referred_id
    JOIN referral c ON c.tenant_id = a.tenant_id AND c.referrer_id = b.referred_id
    JOIN referral d ON d.tenant_id = a.tenant_id AND d.referrer_id = c.referred_id
    WHERE a.tenant_id = person.tenant_id AND a.referrer_id = person.id
) ORDER BY md5(person.id::text) LIMIT 2000";

const SEARCHES: &str = "\
SELECT lower(family_name), label.name FROM person
JOIN tenant ON tenant.id = person.tenant_id
JOIN label ON label.tenant_id = person.tenant_id AND label.person_id = person.id
WHERE tenant.name = 'demo' AND is_candidate AND kind = 'TAG' AND family_name ~ '^[A-Za-z]{3,}$'
ORDER BY md5(person.id::text) LIMIT 2000";

async fn column<T>(pool: &PgPool, sql: &'static str) -> anyhow::Result<Vec<T>>
where
    T: Send + Unpin + for<'r> sqlx::Decode<'r, sqlx::Postgres> + sqlx::Type<sqlx::Postgres>,
{
    Ok(sqlx::query_scalar(sql).fetch_all(pool).await?)
}

async fn pages(rapport: &Server) -> anyhow::Result<Vec<Position>> {
    let query = "query Walk($first: Int!, $after: String) {
  candidates(first: $first, after: $after, orderBy: {field: LAST_TOUCH_AT, direction: DESC}) {
    nodes { id lastTouchAt }
    pageInfo { endCursor }
  }
}";
    let mut connection = Connection::open(rapport.address).await?;
    let mut pages: Vec<Position> = Vec::new();
    while pages.len() < PAGES {
        let after = pages.last().map(|page| &page.cursor);
        let asked = json!({"query": query, "variables": {"first": PAGE, "after": after}});
        let request = workloads::post(rapport, "/graphql", &asked);
        let answer: Value = serde_json::from_slice(connection.exchange(&request).await?)?;
        let page = &answer["data"]["candidates"];
        let last = page["nodes"].as_array().and_then(|nodes| nodes.last());
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let told = last.and_then(|last| {
            Some(Position {
                cursor: text(&page["pageInfo"]["endCursor"])?,
                at: text(&last["lastTouchAt"])?,
                id: uuid_of(last["id"].as_str()?)?,
            })
        });
        let Some(position) = told else { break };
        pages.push(position);
    }
    Ok(pages)
}

/// The row behind an id of the API: a byte for its type, then the row's own.
fn uuid_of(id: &str) -> Option<Uuid> {
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(id).ok()?;
    Uuid::from_slice(bytes.get(1..)?).ok()
}
