//! `rapport migrate`: brings the schema of the database up to date, or back.

use std::io::Write;

use clap::{Args, ValueEnum};

use super::database;
use crate::{config::Settings, store::schema};

/// Bring the database's schema up to date, or back.
#[derive(Debug, Args)]
pub(super) struct Migrate {
    /// Which way.
    direction: Direction,
    /// How many steps `down` undoes.
    #[arg(long, default_value_t = 1)]
    steps: u32,
    #[command(flatten)]
    pub(super) settings: Settings,
}

/// Which way. It is a value and no command of its own, so that settings may stand behind it too.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Direction {
    /// Take all steps that are missing. Several nodes may do so at once.
    Up,
    /// Undo the last steps. What their tables held is lost.
    Down,
    /// Show each step and whether it was taken.
    Status,
}

impl Migrate {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let database = database::open(&self.settings).await?;
        match self.direction {
            Direction::Up => database.migrate().await?,
            Direction::Down => schema::down(&database, self.steps).await?,
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
