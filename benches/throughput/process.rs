//! The two servers as processes: started, read in `/proc`, and ended with this program.

use std::{
    fs,
    io::{BufRead, BufReader},
    net::SocketAddr,
    process::{Child, Command, Stdio},
    time::Duration,
};

use anyhow::Context;

use super::{Args, Which};

/// The kernel tells times in hundredths of a second, whatever the machine.
const TICK: Duration = Duration::from_millis(10);

/// A running server.
pub(crate) struct Server {
    /// Which of the two.
    pub(crate) which: Which,
    /// Where it answers.
    pub(crate) address: SocketAddr,
    /// The token that it accepts.
    pub(crate) token: String,
    child: Child,
}

impl Server {
    /// Starts this program again, as a server. It tells its address and its token in a line.
    pub(crate) fn start(args: &Args, which: Which) -> anyhow::Result<Self> {
        let name = match which {
            Which::Ceiling => "ceiling",
            Which::Rapport => "rapport",
        };
        let mut child = Command::new(std::env::current_exe()?)
            .args(["--serve", name, "--database", &args.database])
            .args(["--connections", &args.connections.to_string()])
            .args(["--log-level", &args.log_level])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let mut line = String::new();
        let told = child.stdout.take().context("the server has no output")?;
        BufReader::new(told).read_line(&mut line)?;
        let told = || format!("the {name} server did not start: {line}");
        let (address, token) = line.trim().split_once(' ').with_context(told)?;
        Ok(Self {
            which,
            address: address.parse().with_context(told)?,
            token: token.to_owned(),
            child,
        })
    }

    /// The time of the processor that it has used, if this system tells.
    pub(crate) fn cpu(&self) -> Duration {
        cpu(self.child.id())
    }

    /// The memory that it holds, and the most that it held, in MB.
    pub(crate) fn memory(&self) -> [f64; 2] {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()));
        let status = status.unwrap_or_default();
        ["VmRSS:", "VmHWM:"].map(|name| {
            let line = status.lines().find_map(|line| line.strip_prefix(name));
            let kilobytes = line.and_then(|line| line.trim().split(' ').next()?.parse().ok());
            kilobytes.map_or(0.0, |kilobytes: f64| kilobytes / 1024.0)
        })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It holds nothing that a sudden end could harm.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The time of the processor that a process has used; none if there is no such process.
pub(crate) fn cpu(pid: u32) -> Duration {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    // The name comes second, in brackets, and may hold spaces.
    let fields = stat.rsplit_once(") ").map_or("", |(_, fields)| fields);
    let ticks = fields.split(' ').skip(11).take(2);
    let ticks = ticks.filter_map(|ticks| ticks.parse::<u32>().ok());
    ticks.sum::<u32>() * TICK
}
