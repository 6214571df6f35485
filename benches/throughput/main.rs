//! How many requests a second Rapport answers, beside a bare handler that answers the same JSON
//! from one hand-written statement: the ceiling. Both run as processes of their own, so that the
//! memory and the time that are counted are theirs alone.
//!
//! ```sh
//! cargo bench --bench throughput -- --database postgres://rapport@localhost/bench
//! ```

mod ceiling;
mod client;
mod data;
mod process;
mod report;
mod serve;
mod workloads;

use std::{process::ExitCode, time::Duration};

use anyhow::{Context, ensure};
use clap::{Parser, ValueEnum};
use serde_json::Value;

use self::{
    client::{Connection, Load},
    process::Server,
    report::{Measured, Row},
    workloads::Workload,
};

// As in the program itself.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// How long both servers are warmed before a workload is measured.
const WARM_UP: Duration = Duration::from_secs(1);
/// How many of the requests of a workload are compared before it is measured.
const COMPARED: usize = 20;

/// Measures Rapport beside the ceiling.
#[derive(Clone, Debug, Parser)]
struct Args {
    /// A `postgres://` database: it is filled with made-up data if it holds none.
    #[arg(long, value_name = "URL")]
    database: String,
    /// How long each round takes.
    #[arg(long, default_value_t = 3)]
    seconds: u64,
    /// How many rounds each of the two is measured.
    #[arg(long, default_value_t = 3)]
    rounds: usize,
    /// How many connections ask at once; the servers have as many to the database.
    #[arg(long, default_value_t = 16)]
    connections: u32,
    /// Only the workloads whose names begin like this.
    #[arg(long, value_name = "NAME")]
    only: Option<String>,
    /// How many people to make up.
    #[arg(long, default_value_t = 100_000)]
    people: usize,
    /// How many interactions to make up.
    #[arg(long, default_value_t = 1_000_000)]
    interactions: usize,
    /// What Rapport logs: one line a request with `info`, as `rapport serve` does.
    #[arg(long, default_value = "info")]
    log_level: String,
    /// Serve, and measure nothing: how this program starts the two.
    #[arg(long, value_name = "WHICH")]
    serve: Option<Which>,
    /// Given by cargo.
    #[arg(long, hide = true)]
    bench: bool,
}

/// What answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Which {
    /// The bare handlers.
    Ceiling,
    /// The server of this project.
    Rapport,
}

fn main() -> ExitCode {
    let args = Args::parse();
    let serves = args.serve.is_some();
    // The client has one thread: it must not take both cores from those whom it measures.
    let runtime = if serves {
        tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build()
    } else {
        tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
    };
    let outcome = runtime.map_err(Into::into).and_then(|runtime| {
        runtime.block_on(async {
            match args.serve {
                Some(Which::Rapport) => serve::rapport(&args).await,
                Some(Which::Ceiling) => ceiling::serve(&args).await,
                None => measure(&args).await,
            }
        })
    });
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            // Whoever started a server reads its first line on standard output.
            let _ = report::say(&format!("failed: {why:#}"));
            ExitCode::FAILURE
        }
    }
}

async fn measure(args: &Args) -> anyhow::Result<()> {
    data::fill(args).await?;
    let pool = data::pool(&args.database, 2, "throughput").await?;
    let servers = [
        Server::start(args, Which::Ceiling)?,
        Server::start(args, Which::Rapport)?,
    ];
    let samples = data::Samples::read(&pool, &servers[1]).await?;
    let mut rows = Vec::new();
    for workload in workloads::all(&samples) {
        let wanted = args.only.as_ref();
        if wanted.is_some_and(|only| !workload.name.starts_with(only.as_str())) {
            continue;
        }
        compare(&workload, &servers).await?;
        let row = rounds(args, &workload, &servers, &pool).await?;
        report::say(&row.line())?;
        rows.push(row);
    }
    report::print(args, &rows, &servers)
}

/// Checks that both answer the same, or the comparison would be of different work.
async fn compare(workload: &Workload, servers: &[Server; 2]) -> anyhow::Result<()> {
    let [ceiling, rapport] = servers;
    let mut theirs = Connection::open(ceiling.address).await?;
    let mut ours = Connection::open(rapport.address).await?;
    for index in 0..COMPARED.min(workload.len()) {
        let expected = theirs.exchange(&workload.request(ceiling, index)).await?;
        let expected: Value = serde_json::from_slice(expected)?;
        let found = ours.exchange(&workload.request(rapport, index)).await?;
        let found: Value = serde_json::from_slice(found)?;
        ensure!(
            (workload.comparable)(&expected) == (workload.comparable)(&found),
            "{}: the answers differ\nceiling: {expected}\nRapport: {found}",
            workload.name
        );
        ensure!(
            found["errors"].is_null() && expected["data"].is_object(),
            "{}: there is no answer: {found}",
            workload.name
        );
    }
    Ok(())
}

/// Measures the two by turns, so that what else the machine does meets both.
async fn rounds(
    args: &Args,
    workload: &Workload,
    servers: &[Server; 2],
    pool: &sqlx::PgPool,
) -> anyhow::Result<Row> {
    let mut row = Row::new(workload.name, workload.about);
    let requests = servers
        .each_ref()
        .map(|server| Load::new(server.address, workload.requests(server)));
    for load in &requests {
        load.run(args.connections, WARM_UP, 0).await?;
    }
    for round in 1..=args.rounds {
        for (which, (load, server)) in requests.iter().zip(servers).enumerate() {
            let before = [server.cpu(), data::backend_cpu(pool, server).await?];
            let time = Duration::from_secs(args.seconds);
            let answered = load
                .run(args.connections, time, round)
                .await
                .with_context(|| format!("{} of {:?}", workload.name, server.which))?;
            let after = [server.cpu(), data::backend_cpu(pool, server).await?];
            row.add(which, Measured::new(answered, before, after));
        }
    }
    Ok(row)
}
