//! How long a whole scorecard takes on a large tenant: all figures at once, by GraphQL, in process.
//!
//! ```sh
//! rapport demo --people 100000 --interactions 1000000 --database postgres://rapport@localhost/bench
//! cargo bench --bench scorecard -- --database postgres://rapport@localhost/bench
//! ```

#![recursion_limit = "256"]

use std::{
    io::Write,
    time::{Duration, Instant},
};

use anyhow::{Context, ensure};
use async_graphql::{Request, Variables};
use chrono::{DateTime, TimeDelta, Utc};
use clap::Parser;
use rapport::{
    auth::viewer::Scopes,
    clock::Clock,
    demo::{RECRUITERS, TENANT},
    graphql,
    store::{Caller, Database, DatabaseOptions, Store},
};
use serde_json::json;

// As in the program itself.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const ALL: &str = "query ($recruiter: RecruiterBy, $from: DateTime!, $to: DateTime!) {
  scorecard(recruiter: $recruiter, from: $from, to: $to) {
    touches { value byChannel { channel count } }
    peopleTouched { value }
    responseTime { openWaits elapsed { medianSeconds p90Seconds } working { medianSeconds p90Seconds } }
    followThrough { value openWaits }
    referrals { received { value } contacted { value } hired { value } }
    referralsPerHundredTouched { promisesKept { value } promisesBroken { value } untested { value } }
    nps { value coverage { value } }
    cadence { value }
  } }";

/// Measures scorecards.
#[derive(Debug, Parser)]
struct Args {
    /// A database that `rapport demo` has filled.
    #[arg(long, value_name = "URL")]
    database: String,
    /// How often each is asked for.
    #[arg(long, default_value_t = 20)]
    rounds: usize,
    /// Given by cargo.
    #[arg(long, hide = true)]
    bench: bool,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let args = Args::parse();
    let options = DatabaseOptions {
        url: args.database.clone(),
        connections: 16,
        acquire_timeout: Duration::from_secs(30),
        statement_timeout: Duration::from_secs(30),
        open_to_new_tenants: false,
    };
    let database = Database::connect(&options, Clock::system()).await?;
    let caller = Caller {
        tenant: TENANT,
        subject: RECRUITERS[0].0,
        name: None,
        email: None,
        scopes: Scopes::from_claim("read"),
    };
    let viewer = database.viewer(&caller).await?;
    let store = Store::new(database, viewer);
    let me = json!({ "email": format!("{}@example.com", RECRUITERS[0].0) });
    let now = store.clock().now();
    let days_ago = |days| now - TimeDelta::days(days);
    let mut out = std::io::stdout().lock();
    writeln!(
        out,
        "| scorecard | best | median | slowest |\n| --- | --- | --- | --- |"
    )?;
    for (whose, recruiter) in [("the team", json!(null)), ("one recruiter", me)] {
        for (period, from, to) in [
            ("the last two years", 730, 0),
            ("the year before the last", 730, 365),
            ("half a year, a year ago", 540, 360),
            ("a month, half a year ago", 210, 180),
            ("the last month", 30, 0),
        ] {
            let times = measure(&store, &args, &recruiter, days_ago(from), days_ago(to)).await?;
            let ms = |place: usize| times[place].as_millis();
            let (middle, last) = (times.len() / 2, times.len() - 1);
            writeln!(
                out,
                "| {whose}, {period} | {} ms | {} ms | {} ms |",
                ms(0),
                ms(middle),
                ms(last)
            )?;
        }
    }
    Ok(())
}

/// The times of all rounds, sorted.
async fn measure(
    store: &Store,
    args: &Args,
    recruiter: &serde_json::Value,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
) -> anyhow::Result<Vec<Duration>> {
    let schema = graphql::schema();
    let variables = json!({ "recruiter": recruiter, "from": from, "to": to });
    let mut times = Vec::new();
    for _ in 0..args.rounds.max(1) {
        let request = Request::new(ALL).variables(Variables::from_json(variables.clone()));
        let begun = Instant::now();
        let answer = schema
            .execute(graphql::with_store(request, store.clone()))
            .await;
        times.push(begun.elapsed());
        ensure!(answer.errors.is_empty(), "{:?}", answer.errors);
        let data = answer.data.into_json().context("the answer is no JSON")?;
        ensure!(data["scorecard"].is_object(), "there is no scorecard");
    }
    times.sort_unstable();
    Ok(times)
}
