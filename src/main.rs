//! The program: reads the command line, runs the command, and tells in one line what went wrong.

use std::{io::Write, process::ExitCode};

use rapport::cli::{Cli, Parsed};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// What the shell is told when the command line or a setting is wrong.
const MISUSED: u8 = 2;

#[tokio::main]
async fn main() -> ExitCode {
    let cli = match Cli::load() {
        Ok(Parsed::Run(cli)) => cli,
        Ok(Parsed::Shown) => return ExitCode::SUCCESS,
        Err(why) => return failed(&why, ExitCode::from(MISUSED)),
    };
    match cli.run().await {
        Ok(code) => code,
        Err(why) => failed(&why, ExitCode::FAILURE),
    }
}

fn failed(why: &anyhow::Error, code: ExitCode) -> ExitCode {
    // Nobody is left to tell when standard error is closed.
    let _ = writeln!(std::io::stderr(), "rapport: {why:#}");
    code
}
