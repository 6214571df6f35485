//! The command line: one file per command.

mod database;
mod demo;
mod doctor;
mod export;
mod import;
mod migrate;
mod schema;
mod serve;
mod tenant;
mod token;

use std::{ffi::OsString, io::Write, process::ExitCode};

use anyhow::anyhow;
use clap::{
    CommandFactory, FromArgMatches, Parser, Subcommand,
    error::{ContextKind, ContextValue, ErrorKind},
};

use crate::{
    config::{self, Layers, Settings},
    telemetry,
};

/// The relationship layer for hiring, beside the ATS or HRMS you have.
#[derive(Debug, Parser)]
#[command(name = "rapport", version)]
pub struct Cli {
    /// The settings file [default: `rapport.toml`, if there is one].
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<std::path::PathBuf>,
    #[command(subcommand)]
    command: Command,
}

/// What the program can do.
#[derive(Debug, Subcommand)]
enum Command {
    /// Try Rapport: made-up data in a database of its own, the server, and a token.
    Demo(Box<demo::Demo>),
    /// Sign a token with the configured secret, for development and scripts.
    Token(token::Token),
    /// Serve the API.
    Serve(serve::Serve),
    /// Bring the database's schema up to date, or back.
    Migrate(migrate::Migrate),
    /// Look whether settings, database and all that is derived are as they should be.
    Doctor(doctor::Doctor),
    /// Make tenants by command, where they may not appear with their first token.
    Tenant(tenant::Tenant),
    /// Take records that another system exported.
    Import(Box<import::Import>),
    /// Write out what a tenant holds, or what there is of one person.
    Export(Box<export::Export>),
    /// Print the GraphQL schema as SDL.
    Schema(schema::Schema),
}

/// For the commands that do not serve: the settings that their help shows.
const SHOWN: [(&str, &[&str]); 6] = [
    ("token", &[config::TOKENS, config::LOG]),
    ("migrate", &[config::DATABASE, config::LOG]),
    ("doctor", &[config::DATABASE, config::TOKENS, config::LOG]),
    ("tenant", &[config::DATABASE, config::LOG]),
    ("import", &[config::DATABASE, config::LOG]),
    ("export", &[config::DATABASE, config::LOG]),
];

/// What became of the command line.
pub enum Parsed {
    /// A command to run.
    Run(Box<Cli>),
    /// Help or the settings were asked for, and shown.
    Shown,
}

impl Cli {
    /// Reads the command line, the environment and the settings file.
    pub fn load() -> anyhow::Result<Parsed> {
        let arguments: Vec<OsString> = std::env::args_os().collect();
        let layers = Layers::read(&arguments)?;
        Self::parse_from(&arguments, &layers)
    }

    fn parse_from(arguments: &[OsString], layers: &Layers) -> anyhow::Result<Parsed> {
        let matches = match command(layers).try_get_matches_from(arguments) {
            Ok(matches) => matches,
            Err(shown) if is_no_error(shown.kind()) => {
                shown.print()?;
                return Ok(Parsed::Shown);
            }
            Err(wrong) => return Err(one_line(&wrong, layers)),
        };
        let mut cli = Self::from_arg_matches(&matches).map_err(|why| one_line(&why, layers))?;
        if let Some(settings) = cli.command.settings() {
            settings.complete(layers)?;
            if settings.print_config {
                write!(std::io::stdout(), "{}", settings.printed()?)?;
                return Ok(Parsed::Shown);
            }
        }
        Ok(Parsed::Run(Box::new(cli)))
    }

    /// Runs the command to its end.
    pub async fn run(mut self) -> anyhow::Result<ExitCode> {
        if let Some(settings) = self.command.settings() {
            telemetry::start(settings)?;
        }
        match self.command {
            Command::Token(token) => token.run(),
            Command::Serve(serve) => serve.run().await,
            Command::Migrate(migrate) => migrate.run().await,
            Command::Doctor(doctor) => doctor.run().await,
            Command::Tenant(tenant) => tenant.run().await,
            Command::Schema(schema) => schema.run(),
            Command::Demo(demo) => demo.run().await,
            Command::Export(export) => export.run().await,
            Command::Import(import) => return import.run().await,
        }
        .map(|()| ExitCode::SUCCESS)
    }
}

impl Command {
    /// The settings of the command, unless it needs none.
    fn settings(&mut self) -> Option<&mut Settings> {
        match self {
            Self::Token(token) => Some(&mut token.settings),
            Self::Serve(serve) => Some(&mut serve.settings),
            Self::Migrate(migrate) => Some(&mut migrate.settings),
            Self::Doctor(doctor) => Some(&mut doctor.settings),
            Self::Tenant(tenant) => Some(&mut tenant.settings),
            Self::Schema(_) => None,
            Self::Demo(demo) => Some(&mut demo.settings),
            Self::Import(import) => Some(&mut import.settings),
            Self::Export(export) => Some(&mut export.settings),
        }
    }
}

/// The command line, with what the environment and the file set as defaults.
fn command(layers: &Layers) -> clap::Command {
    let mut command = layers.apply(Cli::command());
    for (name, shown) in SHOWN {
        command = command.mut_subcommand(name, |sub| {
            sub.mut_args(|arg| {
                let is_shown = arg
                    .get_help_heading()
                    .is_none_or(|heading| shown.contains(&heading));
                arg.hide(!is_shown)
            })
        });
    }
    command
}

fn is_no_error(kind: ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::DisplayHelp
            | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand
            | ErrorKind::DisplayVersion
    )
}

/// Says in one line what is wrong, naming the setting where its value came from.
fn one_line(wrong: &clap::Error, layers: &Layers) -> anyhow::Error {
    let context = |kind| match wrong.get(kind) {
        Some(ContextValue::String(text)) => Some(text.as_str()),
        _ => None,
    };
    let is_value = matches!(
        wrong.kind(),
        ErrorKind::ValueValidation | ErrorKind::InvalidValue
    );
    let (arg, value) = (
        context(ContextKind::InvalidArg),
        context(ContextKind::InvalidValue),
    );
    if let (true, Some(arg), Some(value)) = (is_value, arg, value) {
        let flag = arg.split(' ').next().unwrap_or(arg);
        let id = Layers::id_of_flag(flag);
        let why = std::error::Error::source(wrong)
            .map(ToString::to_string)
            .or_else(|| possible(wrong))
            .unwrap_or_else(|| "it does not fit".to_owned());
        let name = layers.name(&id, value);
        return if id.ends_with("_url") {
            anyhow!("{name}: {why}") // the value may hold a password
        } else {
            anyhow!("{name}: `{value}` does not do: {why}")
        };
    }
    let text = wrong.to_string();
    let lines: Vec<&str> = text
        .trim_start_matches("error: ")
        .lines()
        .take_while(|line| !line.is_empty() || text.starts_with('\n'))
        .map(str::trim)
        .collect();
    anyhow!("{}; `rapport --help` shows more", lines.join(" "))
}

/// The values that would do.
fn possible(wrong: &clap::Error) -> Option<String> {
    match wrong.get(ContextKind::ValidValue) {
        Some(ContextValue::Strings(values)) => Some(format!("give one of {}", values.join(", "))),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ENVIRONMENT: [(&str, &str); 3] = [
        (
            "RAPPORT_JWT_SECRET",
            "a secret for tests, and for tests alone",
        ),
        ("RAPPORT_JWT_ISSUER", "https://id.example"),
        ("RAPPORT_JWT_AUDIENCE", "rapport"),
    ];
    const TOKEN: [&str; 6] = ["rapport", "token", "--tenant", "acme", "--subject", "sam"];

    fn parsed(
        arguments: &[&str],
        environment: &[(&str, &str)],
        file: &str,
    ) -> anyhow::Result<Parsed> {
        let arguments: Vec<OsString> = arguments.iter().map(Into::into).collect();
        Cli::parse_from(&arguments, &Layers::of(environment, file)?)
    }

    fn refused(arguments: &[&str], environment: &[(&str, &str)], file: &str) -> String {
        match parsed(arguments, environment, file) {
            Ok(_) => panic!("accepted: {arguments:?}"),
            Err(why) => format!("{why:#}"),
        }
    }

    #[test]
    fn the_command_line_is_sound() {
        command(&Layers::default()).debug_assert();
    }

    #[test]
    fn a_command_has_its_settings_from_all_layers() {
        let Ok(Parsed::Run(mut cli)) = parsed(&TOKEN, &ENVIRONMENT, "leeway = '9s'") else {
            panic!("refused");
        };

        let settings = cli.command.settings().unwrap();

        assert_eq!(settings.issuers.len(), 1);
        assert_eq!(settings.leeway.as_secs(), 9);
    }

    #[test]
    fn a_wrong_value_is_told_in_one_line_that_names_its_source() {
        let flagged = [&TOKEN[..], &["--leeway", "5"]].concat();
        let cases = [
            (
                refused(&flagged, &[], "leeway = '1s'"),
                "--leeway: `5` does not do: give a number and a unit",
            ),
            (
                refused(&TOKEN, &[("RAPPORT_LEEWAY", "5")], ""),
                "RAPPORT_LEEWAY: `5` does not do: give a number and a unit",
            ),
            (
                refused(&TOKEN, &[], "leeway = 5"),
                "`leeway` in rapport.toml: `5` does not do: give a number and a unit",
            ),
            (
                refused(&TOKEN, &[("RAPPORT_TENANTS", "some")], ""),
                "RAPPORT_TENANTS: `some` does not do: give one of any, known",
            ),
            (
                refused(
                    &TOKEN,
                    &[("RAPPORT_DATABASE_URL", "mysql://r:sesame@db")],
                    "",
                ),
                "RAPPORT_DATABASE_URL: it must begin with",
            ),
            (
                refused(&TOKEN, &[("RAPPORT_JWKS_URL", "https://r:sesame@id")], ""),
                "RAPPORT_JWKS_URL: it must not hold a password",
            ),
            (
                refused(&["rapport", "token", "--tenant", "acme"], &[], ""),
                "the following required arguments were not provided: --subject <SUBJECT>",
            ),
            (
                refused(&["rapport", "tokn"], &[], ""),
                "unrecognized subcommand 'tokn'",
            ),
            (
                refused(&[&TOKEN[..], &["--jwt-secret", "x"]].concat(), &[], ""),
                "unexpected argument '--jwt-secret' found",
            ),
        ];
        for (told, message) in cases {
            assert!(told.starts_with(message), "{told}");
            assert!(!told.contains('\n') && !told.contains("sesame"), "{told}");
        }
    }

    #[test]
    fn a_setting_may_stand_before_and_behind_what_to_do() {
        let setting = ["--database", "sqlite:rapport.db"];
        let before = [&["rapport", "migrate"][..], &setting, &["up"]].concat();
        let behind = [
            &["rapport", "migrate", "down", "--steps", "2"][..],
            &setting,
        ]
        .concat();
        let tenant = [&["rapport", "tenant", "add", "acme"][..], &setting].concat();

        for arguments in [before, behind, tenant] {
            assert!(
                matches!(parsed(&arguments, &[], ""), Ok(Parsed::Run(_))),
                "{arguments:?}"
            );
        }
    }

    #[test]
    fn help_names_the_variable_of_each_setting() {
        let mut command = command(&Layers::default());

        let token = command.find_subcommand_mut("token").unwrap();
        let help = token.render_help().to_string();

        assert!(help.contains("[env: RAPPORT_JWT_ISSUER]"), "{help}");
        assert!(!help.contains("--max-depth"), "{help}");
    }
}
