//! `rapport doctor`: looks whether all is well, and mends what can be derived anew.

use std::io::Write;

use anyhow::bail;
use clap::Args;

use super::database;
use crate::{auth::token::Verifier, clock::Clock, config::Settings, store::Database};

/// The arguments of `rapport doctor`.
#[derive(Args, Debug)]
pub(super) struct Doctor {
    /// Store what should be stored instead of what is.
    #[arg(long)]
    fix: bool,
    #[command(flatten)]
    pub(super) settings: Settings,
}

/// How much was looked at and found.
#[derive(Default)]
struct Count {
    people: u64,
    differences: u64,
}

impl Doctor {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let mut out = std::io::stdout();
        self.examine_tokens(&mut out).await?;
        let database = database::open(&self.settings).await?;
        database.ping().await?;
        if !database.is_migrated().await? {
            bail!("the database lacks steps of the schema; take them with `rapport migrate up`");
        }
        writeln!(out, "database: answers, and its schema is up to date")?;
        let found = self.examine_people(&database, &mut out).await;
        database.close().await;
        let Count {
            people,
            differences,
        } = found?;
        writeln!(
            out,
            "derived state: {people} people, {differences} differences"
        )?;
        match (differences, self.fix) {
            (0, _) => Ok(()),
            (_, true) => Ok(writeln!(out, "all of them are mended")?),
            (count, false) => {
                bail!("{count} differences in derived state; mend them with `rapport doctor --fix`")
            }
        }
    }

    /// Whether `serve` would start. No issuer at all is told but nothing wrong: one may examine a
    /// database without being the server.
    async fn examine_tokens(&self, out: &mut impl Write) -> anyhow::Result<()> {
        if self.settings.issuers.is_empty() {
            writeln!(
                out,
                "settings: sound; no issuer of tokens is set, which `serve` needs"
            )?;
        } else {
            Verifier::new(&self.settings.issuers, Clock::system()).await?;
            writeln!(
                out,
                "settings: sound, with the keys of each issuer of tokens"
            )?;
        }
        Ok(())
    }

    async fn examine_people(
        &self,
        database: &Database,
        out: &mut impl Write,
    ) -> anyhow::Result<Count> {
        let mut count = Count::default();
        for (id, name) in database.tenants().await? {
            let mut after = None;
            loop {
                let examined = database.examine(id, after, self.fix).await?;
                for found in &examined.differences {
                    writeln!(out, "{name}: {found}")?;
                }
                count.people += examined.people as u64;
                count.differences += examined.differences.len() as u64;
                after = examined.last;
                if after.is_none() {
                    break;
                }
            }
        }
        Ok(count)
    }
}
