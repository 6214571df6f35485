//! `rapport tenant`: tenants by command, where they may not appear by themselves.

use std::io::Write;

use clap::{Args, ValueEnum};

use super::database;
use crate::{auth::token::is_tenant, config::Settings};

/// The arguments of `rapport tenant`.
#[derive(Args, Debug)]
pub(super) struct Tenant {
    /// What to do.
    action: Action,
    /// The name that tokens carry in their `tenant` claim.
    name: String,
    #[command(flatten)]
    pub(super) settings: Settings,
}

/// What to do. It is a value and no command of its own, so that settings may stand behind it too.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Action {
    /// Make a tenant, unless it is there already.
    Add,
}

impl Tenant {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let Self {
            action: Action::Add,
            name,
            settings,
        } = self;
        anyhow::ensure!(
            is_tenant(&name),
            "`{name}` does not do: a tenant's name has 1 to 64 letters, digits, `-` and `_`"
        );
        let database = database::open(&settings).await?;
        database.migrate().await?;
        database.tenant(&name, true).await?;
        writeln!(std::io::stdout(), "the tenant {name} is known")?;
        database.close().await;
        Ok(())
    }
}
