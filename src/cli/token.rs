//! `rapport token`: signs a token with the configured secret.

use std::{io::Write, time::Duration};

use anyhow::Context;
use clap::Args;

use crate::{
    auth::token::{self, NewToken},
    clock::Clock,
    config::{self, KeySource, Settings},
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
        let issuer = self.settings.issuers.iter().find(|issuer| matches!(issuer.keys, KeySource::Secret(_))).context(
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{auth::token::Verifier, config::IssuerSettings};

    fn asked(issuers: Vec<IssuerSettings>) -> Token {
        Token {
            tenant: "acme".to_owned(),
            subject: "sam".to_owned(),
            scope: "read write".to_owned(),
            name: Some("Sam Sample".to_owned()),
            email: None,
            ttl: Duration::from_hours(1),
            settings: Settings {
                issuers,
                ..Settings::default()
            },
        }
    }

    fn issuer() -> IssuerSettings {
        let secret = "a secret for tests, and for tests alone";
        IssuerSettings::with_secret("https://id.example", "rapport", secret.into())
    }

    #[tokio::test]
    async fn a_token_is_one_that_the_server_accepts() {
        let clock = Clock::system();

        let token = asked(vec![issuer()]).signed(&clock).unwrap();

        let verifier = Verifier::new(&[issuer()], clock).await.unwrap();
        let claims = verifier.verify(&token).await.unwrap();
        assert_eq!((&*claims.tenant, &*claims.subject), ("acme", "sam"));
        assert_eq!(claims.name.as_deref(), Some("Sam Sample"));
    }

    #[test]
    fn without_a_secret_the_missing_setting_is_named() {
        let told = asked(Vec::new()).signed(&Clock::system()).unwrap_err();

        assert!(told.to_string().contains("RAPPORT_JWT_SECRET"), "{told}");
    }

    #[test]
    fn what_no_server_would_accept_is_not_signed() {
        type Change = fn(&mut Token);
        let changes: [(&str, Change); 5] = [
            ("--tenant", |token| token.tenant.push(' ')),
            ("--subject", |token| token.subject.clear()),
            ("--scope", |token| token.scope.push_str(" everything")),
            ("--ttl", |token| token.ttl = Duration::from_hours(25)),
            ("--ttl", |token| token.ttl = Duration::ZERO),
        ];
        for (flag, change) in changes {
            let mut token = asked(vec![issuer()]);
            change(&mut token);
            let told = token.signed(&Clock::system()).unwrap_err();
            assert!(told.to_string().starts_with(flag), "{told}");
        }
    }
}
