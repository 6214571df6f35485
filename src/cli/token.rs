//! `rapport token`: signs a token with the configured secret.

use std::{io::Write, time::Duration};

use anyhow::Context;
use clap::Args;

use crate::{
    auth::token::{self, NewToken},
    clock::Clock,
    config::{self, IssuerSettings, KeySource, Settings},
};

/// The arguments of `rapport token`.
#[derive(Args, Debug)]
pub(super) struct Token {
    /// The tenant that the token names.
    #[arg(long)]
    tenant: String,
    /// The recruiter, by the id that they have where they sign in.
    #[arg(long)]
    subject: String,
    /// What the token allows: some of read, write, sync and admin.
    #[arg(long, default_value = "read write")]
    scope: String,
    /// The recruiter's name.
    #[arg(long)]
    name: Option<String>,
    /// The recruiter's e-mail address.
    #[arg(long)]
    email: Option<String>,
    /// How long the token is valid.
    #[arg(long, value_name = "TIME", default_value = "1h", value_parser = config::duration)]
    ttl: Duration,
    #[command(flatten)]
    pub(super) settings: Settings,
}

impl Token {
    /// Prints the token, and nothing else, on standard output.
    pub(super) fn run(self) -> anyhow::Result<()> {
        let token = self.signed(&Clock::system())?;
        writeln!(std::io::stdout(), "{token}")?;
        Ok(())
    }

    fn signed(&self, clock: &Clock) -> anyhow::Result<String> {
        let issuer = self.settings.issuers.iter().find(has_secret).context(
            "there is no secret to sign with: set RAPPORT_JWT_SECRET or RAPPORT_JWT_SECRET_FILE, \
             with RAPPORT_JWT_ISSUER and RAPPORT_JWT_AUDIENCE",
        )?;
        let new = NewToken {
            tenant: &self.tenant,
            subject: &self.subject,
            scope: &self.scope,
            name: self.name.as_deref(),
            email: self.email.as_deref(),
            life: self.ttl,
        };
        token::sign(issuer, &new, clock)
    }
}

fn has_secret(issuer: &&IssuerSettings) -> bool {
    matches!(issuer.keys, KeySource::Secret(_))
}
