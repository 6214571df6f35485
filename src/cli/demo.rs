//! `rapport demo`: fills a database with made-up data, and serves it with a token to try.

use std::{fmt::Write, net::SocketAddr, time::Duration};

use chrono::TimeDelta;
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use secrecy::SecretString;
use uuid::Uuid;

use super::serve;
use crate::{
    auth::token::{self, NewToken, Verifier},
    clock::Clock,
    config::{IssuerSettings, Settings},
    demo::{self, Filled, Plan, queries::QUERIES},
    store::{Database, DatabaseOptions},
};

/// Where the data goes unless told otherwise: in the directory one stands in.
const DATABASE: &str = "sqlite:rapport-demo.db";
/// The issuer of the token; it exists only as long as the server runs.
const ISSUER: &str = "rapport-demo";
const AUDIENCE: &str = "rapport";
/// Whose token it is, and what it allows.
const SUBJECT: (&str, &str) = demo::RECRUITERS[0];
const SCOPE: &str = "read write sync admin";

/// The arguments of `rapport demo`.
#[derive(Args, Debug)]
pub(super) struct Demo {
    /// How many people to make up, if there are none yet.
    #[arg(long, value_name = "COUNT", default_value_t = Plan::default().people)]
    #[arg(value_parser = up_to_ten_million)]
    people: usize,
    /// How many interactions to make up, if there are no people yet.
    #[arg(long, value_name = "COUNT", default_value_t = Plan::default().interactions)]
    #[arg(value_parser = up_to_ten_million)]
    interactions: usize,
    #[command(flatten)]
    pub(super) settings: Settings,
}

/// A filled database and the one token that opens it.
struct Ready {
    /// The settings to serve with: those given, and the issuer of the token.
    settings: Settings,
    /// The filled database.
    database: Database,
    /// The token.
    token: String,
    /// How long it is valid.
    life: Duration,
}

impl Demo {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let clock = Clock::system();
        let ready = self.prepare(clock.clone()).await?;
        let verifier = Verifier::new(&ready.settings.issuers, clock).await?;
        let token = Some(ready.token.clone());
        let server = serve::bind(&ready.settings, &ready.database, verifier, token).await?;
        let told = ready.welcome(server.address()?)?;
        std::io::Write::write_all(&mut std::io::stdout(), told.as_bytes())?;
        server.run().await?;
        ready.database.close().await;
        Ok(())
    }

    /// Migrates and fills the database, and signs a token.
    async fn prepare(mut self, clock: Clock) -> anyhow::Result<Ready> {
        let options = DatabaseOptions {
            url: self.settings.database_or(DATABASE).to_owned(),
            connections: self.settings.database_connections,
            acquire_timeout: self.settings.pool_wait_timeout,
            statement_timeout: self.settings.statement_timeout,
            open_to_new_tenants: true,
        };
        let database = Database::connect(&options, clock.clone()).await?;
        database.migrate().await?;
        let plan = Plan {
            people: self.people,
            interactions: self.interactions,
        };
        let bar = bar()?;
        let filled = demo::fill(database.writer(), &plan, &clock, &bar).await?;
        if filled == Filled::Before {
            tracing::info!("the database holds people already and is served as it is");
        }
        let issuer = IssuerSettings::with_secret(ISSUER, AUDIENCE, secret());
        let life = issuer.max_token_life;
        let token = token::sign(&issuer, &newcomer(life), &clock)?;
        self.settings.issuers.push(issuer);
        Ok(Ready {
            settings: self.settings,
            database,
            token,
            life,
        })
    }
}

impl Ready {
    /// What the newcomer is told once the server listens.
    fn welcome(&self, address: SocketAddr) -> anyhow::Result<String> {
        let hours = TimeDelta::from_std(self.life)?.num_hours();
        let mut told = format!(
            "Rapport serves made-up data.\n\n  \
             Explore  http://{address}/graphiql\n  \
             API      http://{address}/graphql\n\n\
             A token of the recruiter {}, good for {hours} hours (Authorization: Bearer ...):\n\n\
             {}\n\nThe story it tells, in {} queries worth pasting:\n",
            SUBJECT.1,
            self.token,
            QUERIES.len()
        );
        for (what, query) in QUERIES {
            write!(told, "\n# {what}\n{query}\n")?;
        }
        Ok(told)
    }
}

fn newcomer(life: Duration) -> NewToken<'static> {
    NewToken {
        tenant: demo::TENANT,
        subject: SUBJECT.0,
        scope: SCOPE,
        name: Some(SUBJECT.1),
        email: None,
        life,
    }
}

/// A secret of this run alone, never stored: a token printed yesterday opens nothing today.
fn secret() -> SecretString {
    let [one, other, third] = [(); 3].map(|()| Uuid::new_v4().simple());
    format!("{one}{other}{third}").into()
}

/// Shown on a terminal only, and on standard error: the token and the queries may be piped.
fn bar() -> anyhow::Result<ProgressBar> {
    let style = "Making up people and what happened {bar:30} {percent}% ({eta} left)";
    Ok(ProgressBar::new(0).with_style(ProgressStyle::with_template(style)?))
}

fn up_to_ten_million(given: &str) -> Result<usize, String> {
    match given.parse() {
        Ok(count @ 0..=10_000_000) => Ok(count),
        _ => Err("give a number from 0 to 10000000".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_printed_token_opens_what_was_filled() {
        let file = std::env::temp_dir().join(format!("rapport-{}.db", Uuid::new_v4()));
        let url = format!("sqlite:{}", file.display());
        let demo = || Demo {
            people: 20,
            interactions: 100,
            settings: Settings {
                database_url: Some(url.clone().into()),
                ..Settings::default()
            },
        };
        let clock = Clock::system();

        let first = demo().prepare(clock.clone()).await.unwrap();
        first.database.close().await;
        let ready = demo().prepare(clock.clone()).await.unwrap();

        let verifier = Verifier::new(&ready.settings.issuers, clock).await.unwrap();
        let claims = verifier.verify(&ready.token).await.unwrap();
        assert_eq!((&*claims.tenant, &*claims.subject), ("demo", "sam"));
        let told = ready.welcome("127.0.0.1:8080".parse().unwrap()).unwrap();
        assert!(told.contains(&ready.token) && told.contains("http://127.0.0.1:8080/graphiql"));
        let old = verifier.verify(&first.token).await;
        assert!(
            old.is_err(),
            "the secret of the first run must not hold in the second"
        );
        ready.database.close().await;
        std::fs::remove_file(file).unwrap();
    }
}
