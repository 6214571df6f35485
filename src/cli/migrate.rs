//! `rapport migrate`: brings the schema of the database up to date, or back.

use std::io::Write;

use clap::{Args, Subcommand};

use super::database;
use crate::{config::Settings, store::schema};

/// Bring the database's schema up to date, or back.
#[derive(Debug, Args)]
pub(super) struct Migrate {
    #[command(subcommand)]
    direction: Direction,
    #[command(flatten)]
    pub(super) settings: Settings,
}

/// Which way.
#[derive(Debug, Subcommand)]
enum Direction {
    /// Take all steps that are missing. Several nodes may do so at once.
    Up,
    /// Undo the last steps. What their tables held is lost.
    Down {
        /// How many steps.
        #[arg(long, default_value_t = 1)]
        steps: u32,
    },
    /// Show each step and whether it was taken.
    Status,
}

impl Migrate {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let database = database::open(&self.settings).await?;
        match self.direction {
            Direction::Up => database.migrate().await?,
            Direction::Down { steps } => schema::down(&database, steps).await?,
            Direction::Status => {}
        }
        for (step, taken) in schema::status(&database).await? {
            let state = if taken { "taken" } else { "missing" };
            writeln!(std::io::stdout(), "{state}  {step}")?;
        }
        database.close().await;
        Ok(())
    }
}
