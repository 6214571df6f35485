//! What was measured, as a table.

use std::{fmt::Write as _, io::Write as _, time::Duration};

use super::{Args, client::Answered, process::Server};

/// Writes a line.
pub(crate) fn say(line: &str) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}")?;
    out.flush()
}

/// One round of one of the two.
pub(crate) struct Measured {
    rate: f64,
    latencies: Vec<Duration>,
    /// Microseconds of the processor for each request: of the server, of its database sessions.
    cpu: [f64; 2],
}

impl Measured {
    /// `before` and `after` are the times that the server and its sessions had used.
    pub(crate) fn new(answered: Answered, before: [Duration; 2], after: [Duration; 2]) -> Self {
        let number = u32::try_from(answered.latencies.len()).unwrap_or(u32::MAX);
        let number = f64::from(number.max(1));
        Self {
            rate: number / answered.time.as_secs_f64(),
            latencies: answered.latencies,
            // A session that ended meanwhile has taken its time with it.
            cpu: [0, 1].map(|part| {
                let used = after[part].saturating_sub(before[part]);
                used.as_secs_f64() * 1e6 / number
            }),
        }
    }
}

/// A workload: the rounds of the ceiling and those of Rapport.
pub(crate) struct Row {
    name: &'static str,
    about: &'static str,
    rounds: [Vec<Measured>; 2],
}

impl Row {
    pub(crate) fn new(name: &'static str, about: &'static str) -> Self {
        Self {
            name,
            about,
            rounds: [Vec::new(), Vec::new()],
        }
    }

    /// Adds a round of the ceiling (0) or of Rapport (1).
    pub(crate) fn add(&mut self, which: usize, measured: Measured) {
        self.rounds[which].push(measured);
    }

    /// One line of the table.
    pub(crate) fn line(&self) -> String {
        let [ceiling, rapport] = &self.rounds;
        let rate = |rounds: &[Measured]| spread(rounds.iter().map(|round| round.rate))[1];
        let pairs = rapport.iter().zip(ceiling);
        let [least, ratio, most] = spread(pairs.map(|(ours, theirs)| ours.rate / theirs.rate));
        let (slow, fast) = (percentiles(ceiling), percentiles(rapport));
        let cpu = |part: usize| {
            [ceiling, rapport]
                .map(|rounds| spread(rounds.iter().map(|round| round.cpu[part]))[1])
                .map(|time| format!("{time:.0}"))
                .join(" / ")
        };
        format!(
            "| {} {} | {:.0} | {:.0} | {ratio:.2} [{least:.2}-{most:.2}] | {slow} | {fast} | {} | {} |",
            self.name,
            self.about,
            rate(ceiling),
            rate(rapport),
            cpu(0),
            cpu(1),
        )
    }
}

/// The median and the 99th of a hundred, in milliseconds.
fn percentiles(rounds: &[Measured]) -> String {
    let mut all: Vec<_> = rounds.iter().flat_map(|round| &round.latencies).collect();
    all.sort_unstable();
    let at = |part: usize| {
        let time = all.get(all.len() * part / 100);
        time.map_or(0.0, |time| time.as_secs_f64() * 1e3)
    };
    format!("{:.1} / {:.1}", at(50), at(99))
}

/// The least, the median and the most.
fn spread(values: impl Iterator<Item = f64>) -> [f64; 3] {
    let mut values: Vec<_> = values.collect();
    values.sort_unstable_by(f64::total_cmp);
    match values.as_slice() {
        [] => [0.0; 3],
        all => [all[0], all[all.len() / 2], all[all.len() - 1]],
    }
}

/// Writes the table and the memory of both.
pub(crate) fn print(args: &Args, rows: &[Row], servers: &[Server; 2]) -> anyhow::Result<()> {
    let mut text = format!(
        "\n{} connections, {} rounds of {} s each\n\n\
         | workload | ceiling, req/s | Rapport, req/s | ratio: median [least-most] \
         | ceiling p50 / p99, ms | Rapport p50 / p99, ms \
         | server CPU, µs per request: ceiling / Rapport \
         | database CPU, µs per request: ceiling / Rapport |\n\
         | --- | --: | --: | --- | --- | --- | --- | --- |\n",
        args.connections, args.rounds, args.seconds,
    );
    for row in rows {
        writeln!(text, "{}", row.line())?;
    }
    for server in servers {
        let [now, most] = server.memory();
        let which = server.which;
        write!(
            text,
            "\n{which:?}: {now:.0} MB resident at the end, {most:.0} MB at most"
        )?;
    }
    say(&text)?;
    Ok(())
}
