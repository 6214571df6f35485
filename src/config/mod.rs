//! The settings. Each field's comment is its help text and its reference; what a flag leaves
//! open the environment fills in, then `rapport.toml`, then the default.

mod issuer;
mod layers;
mod print;
#[cfg(test)]
mod tests;
mod values;

use std::{net::SocketAddr, path::PathBuf, time::Duration};

use clap::{Args, ValueEnum};
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use url::Url;

pub(crate) use issuer::LEAST_SECRET;
pub use issuer::{IssuerSettings, KeySource};
pub use layers::Layers;
pub(crate) use values::is_loopback;
pub use values::{duration, in_words};

/// Everything that can be set.
#[derive(Args, Clone, Debug, Serialize)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of its own, with a name"
)]
pub struct Settings {
    /// The database: `postgres://user@host/name`, or `sqlite:FILE` (default `sqlite:rapport.db`).
    #[arg(long = "database", value_name = "URL", help_heading = DATABASE)]
    #[arg(value_parser = values::database, hide_default_value = true)]
    #[serde(serialize_with = "print::database")]
    pub database_url: Option<SecretString>,
    /// How many connections to the database are kept at most; 2 at least.
    // One holds the lock on the schema while another takes its steps.
    #[arg(long, value_name = "COUNT", help_heading = DATABASE, default_value_t = 16)]
    #[arg(value_parser = clap::value_parser!(u32).range(2..=1000))]
    pub database_connections: u32,
    /// How long a request waits for a free connection.
    #[arg(long, value_name = "TIME", help_heading = DATABASE, default_value = "5s")]
    #[arg(value_parser = duration)]
    #[serde(serialize_with = "print::time")]
    pub pool_wait_timeout: Duration,
    /// How long one database statement may take.
    #[arg(long, value_name = "TIME", help_heading = DATABASE, default_value = "10s")]
    #[arg(value_parser = duration)]
    #[serde(serialize_with = "print::time")]
    pub statement_timeout: Duration,

    /// The address to serve at.
    #[arg(long, value_name = "ADDRESS", help_heading = SERVER, default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,
    /// How long a request may take in all.
    #[arg(long, value_name = "TIME", help_heading = SERVER, default_value = "30s")]
    #[arg(value_parser = duration)]
    #[serde(serialize_with = "print::time")]
    pub request_timeout: Duration,
    /// How long the head of a request may take to arrive.
    #[arg(long, value_name = "TIME", help_heading = SERVER, default_value = "10s")]
    #[arg(value_parser = duration)]
    #[serde(serialize_with = "print::time")]
    pub header_timeout: Duration,
    /// How long the body of a request may take to arrive.
    #[arg(long, value_name = "TIME", help_heading = SERVER, default_value = "10s")]
    #[arg(value_parser = duration)]
    #[serde(serialize_with = "print::time")]
    pub body_timeout: Duration,
    /// How many connections are served at once; more wait to be taken until one ends.
    #[arg(long, value_name = "COUNT", help_heading = SERVER, default_value_t = 10_000)]
    #[arg(value_parser = values::at_least_one())]
    pub max_connections: usize,
    /// How long a caller may leave an answer unread.
    #[arg(long, value_name = "TIME", help_heading = SERVER, default_value = "30s")]
    #[arg(value_parser = duration)]
    #[serde(serialize_with = "print::time")]
    pub write_timeout: Duration,
    /// How long running requests may take to end when the server is told to stop.
    #[arg(long, value_name = "TIME", help_heading = SERVER, default_value = "25s")]
    #[arg(value_parser = duration)]
    #[serde(serialize_with = "print::time")]
    pub shutdown_grace: Duration,
    /// The web origins whose pages may call the API, such as `https://ats.example`; none by default.
    #[arg(long, value_name = "ORIGINS", help_heading = SERVER, value_delimiter = ',')]
    #[arg(value_parser = values::origin)]
    pub cors_origins: Vec<String>,
    /// Whether the schema may be asked for.
    #[arg(long, value_name = "BOOL", help_heading = SERVER, default_value_t = true)]
    #[arg(action = clap::ArgAction::Set)]
    pub introspection: bool,
    /// Whether the explorer page is served at `/graphiql`.
    #[arg(long, value_name = "BOOL", help_heading = SERVER, default_value_t = true)]
    #[arg(action = clap::ArgAction::Set)]
    pub graphiql: bool,

    /// The largest body of a request, in bytes.
    #[arg(long, value_name = "BYTES", help_heading = LIMITS, default_value_t = 5 * 1024 * 1024)]
    #[arg(value_parser = values::at_least_one())]
    pub max_body_bytes: usize,
    /// What one query may cost, in points.
    #[arg(long, value_name = "POINTS", help_heading = LIMITS, default_value_t = 10_000)]
    #[arg(value_parser = values::at_least_one())]
    pub max_cost: usize,
    /// How deep the fields of a query may be nested.
    #[arg(long, value_name = "LEVELS", help_heading = LIMITS, default_value_t = 12)]
    #[arg(value_parser = values::at_least_one())]
    pub max_depth: usize,
    /// How deep the fields of a question about the schema may be nested.
    #[arg(long, value_name = "LEVELS", help_heading = LIMITS, default_value_t = 15)]
    #[arg(value_parser = values::at_least_one())]
    pub max_introspection_depth: usize,
    /// How many words and signs the text of a query may have.
    #[arg(long, value_name = "COUNT", help_heading = LIMITS, default_value_t = 5_000)]
    #[arg(value_parser = values::at_least_one())]
    pub max_tokens: usize,
    /// How many queries one request may carry.
    #[arg(long, value_name = "COUNT", help_heading = LIMITS, default_value_t = 10)]
    #[arg(value_parser = values::at_least_one())]
    pub max_batch: usize,
    /// How many wrong tokens an address may show in a minute before it has to wait.
    #[arg(long, value_name = "COUNT", help_heading = LIMITS, default_value_t = 300)]
    #[arg(value_parser = values::at_least_one())]
    pub wrong_tokens: usize,
    /// How many points of cost a caller regains in a second.
    #[arg(long, value_name = "POINTS", help_heading = LIMITS, default_value_t = 5_000_000)]
    #[arg(value_parser = values::at_least_one())]
    pub rate: usize,
    /// How many points of cost a caller may spend at once after a rest.
    #[arg(long, value_name = "POINTS", help_heading = LIMITS, default_value_t = 50_000_000)]
    #[arg(value_parser = values::at_least_one())]
    pub rate_burst: usize,

    /// The `iss` of the tokens to accept.
    #[arg(long, value_name = "NAME", help_heading = TOKENS)]
    #[serde(skip)]
    pub jwt_issuer: Option<String>,
    /// The `aud` that the tokens must name.
    #[arg(long, value_name = "NAME", help_heading = TOKENS)]
    #[serde(skip)]
    pub jwt_audience: Option<String>,
    /// A file with the HS256 secret, 32 bytes at least. The secret itself is never given by a
    /// flag, for those can be read by all: use this or the environment's `RAPPORT_JWT_SECRET`.
    #[arg(long, value_name = "FILE", help_heading = TOKENS)]
    #[serde(skip)]
    pub jwt_secret_file: Option<PathBuf>,
    /// The public key (PEM) that proves the tokens: RSA, P-256, P-384 or Ed25519.
    #[arg(long, value_name = "PEM", help_heading = TOKENS)]
    #[serde(skip)]
    pub jwt_public_key: Option<String>,
    /// A file with that public key.
    #[arg(long, value_name = "FILE", help_heading = TOKENS)]
    #[serde(skip)]
    pub jwt_public_key_file: Option<PathBuf>,
    /// The address of the issuer's key set.
    #[arg(long, value_name = "URL", help_heading = TOKENS)]
    #[arg(value_parser = values::jwks_url)]
    #[serde(skip)]
    pub jwks_url: Option<Url>,
    /// How far the issuer's clock may be off.
    #[arg(long, value_name = "TIME", help_heading = TOKENS, default_value = "5s")]
    #[arg(value_parser = duration)]
    #[serde(serialize_with = "print::time")]
    pub leeway: Duration,
    /// How long a token may be valid in all.
    #[arg(long, value_name = "TIME", help_heading = TOKENS, default_value = "24h")]
    #[arg(value_parser = duration)]
    #[serde(serialize_with = "print::time")]
    pub max_token_life: Duration,
    /// Accept only tokens that say they are access tokens (`typ` is `at+jwt`).
    #[arg(long, value_name = "BOOL", help_heading = TOKENS, default_value_t = false)]
    #[arg(action = clap::ArgAction::Set)]
    pub require_at_jwt: bool,
    /// Whether a tenant appears with its first valid token, or only by command.
    #[arg(long, value_name = "WHICH", help_heading = TOKENS, default_value = "any")]
    pub tenants: Tenants,

    /// How the log is written.
    #[arg(long, value_name = "FORMAT", help_heading = LOG, default_value = "text")]
    pub log_format: LogFormat,
    /// What is logged: `error`, `warn`, `info`, `debug`, or by area, such as `info,rapport=debug`.
    #[arg(long, value_name = "LEVEL", help_heading = LOG, default_value = "info")]
    #[arg(value_parser = values::log_level)]
    pub log_level: String,
    /// Print the settings in use, without secrets, and end.
    #[arg(long, help_heading = LOG)]
    #[serde(skip)]
    pub print_config: bool,

    /// Whose tokens are accepted: the issuer of the settings above, and the `[[issuer]]` tables.
    #[arg(skip)]
    #[serde(rename = "issuer")]
    pub issuers: Vec<IssuerSettings>,
}

/// The heading of the database's settings in the help.
pub const DATABASE: &str = "Database";
/// The heading of the server's settings in the help.
pub const SERVER: &str = "Server";
/// The heading of the limits in the help.
pub const LIMITS: &str = "Limits";
/// The heading of the token settings in the help.
pub const TOKENS: &str = "Tokens";
/// The heading of the log's settings in the help.
pub const LOG: &str = "Log";

/// Which tenants there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Tenants {
    /// A tenant appears with its first valid token.
    Any,
    /// Only those made by command.
    Known,
}

/// How the log is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    Text,
    /// For machines: one JSON object a line.
    Json,
}

impl Settings {
    /// The database's address, or `default` where none is set.
    pub fn database_or<'a>(&'a self, default: &'a str) -> &'a str {
        self.database_url
            .as_ref()
            .map_or(default, |url| url.expose_secret())
    }

    /// Reads what flags cannot carry: the issuers.
    pub fn complete(&mut self, layers: &Layers) -> anyhow::Result<()> {
        self.issuers = issuer::all(self, layers)?;
        Ok(())
    }

    /// The settings in the form of `rapport.toml`, without secrets.
    pub fn printed(&self) -> anyhow::Result<String> {
        print::toml(self)
    }
}

impl Default for Settings {
    fn default() -> Self {
        use clap::FromArgMatches;
        let matches = Self::augment_args(clap::Command::new("rapport"))
            .try_get_matches_from(["rapport"])
            .expect("no setting is required");
        Self::from_arg_matches(&matches).expect("the defaults are valid")
    }
}
