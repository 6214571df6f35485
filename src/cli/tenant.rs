//! `rapport tenant`: tenants by command, where they may not appear by themselves.

use std::io::Write;

use clap::{Args, Subcommand};

use super::database;
use crate::{auth::token::is_tenant, config::Settings};

/// The arguments of `rapport tenant`.
#[derive(Args, Debug)]
pub(super) struct Tenant {
    #[command(subcommand)]
    action: Action,
    #[command(flatten)]
    pub(super) settings: Settings,
}

/// What to do.
#[derive(Debug, Subcommand)]
enum Action {
    /// Make a tenant, unless it is there already.
    Add {
        /// The name that tokens carry in their `tenant` claim.
        name: String,
    },
}

impl Tenant {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let Action::Add { name } = self.action;
        anyhow::ensure!(
            is_tenant(&name),
            "`{name}` does not do: a tenant's name has 1 to 64 letters, digits, `-` and `_`"
        );
        let database = database::open(&self.settings).await?;
        database.migrate().await?;
        database.tenant(&name, true).await?;
        writeln!(std::io::stdout(), "the tenant {name} is known")?;
        database.close().await;
        Ok(())
    }
}
