//! The log: lines on standard error, for people or for machines. What is logged holds ids and
//! counts, never tokens, names, addresses or bodies.

use std::io::IsTerminal;

use anyhow::{Context, anyhow};
use tracing_subscriber::{EnvFilter, fmt};

use crate::config::{LogFormat, Settings};

/// Begins to log as the settings say.
pub fn start(settings: &Settings) -> anyhow::Result<()> {
    // sqlx tells the whole text of every slow statement; who wants that says `sqlx=debug`.
    let filter = EnvFilter::try_new(format!("sqlx=error,{}", settings.log_level))
        .context("RAPPORT_LOG_LEVEL")?;
    let lines = fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .with_target(true);
    match settings.log_format {
        LogFormat::Text => lines.try_init(),
        LogFormat::Json => lines.json().flatten_event(true).try_init(),
    }
    .map_err(|why| anyhow!("the log cannot be started: {why}"))
}
