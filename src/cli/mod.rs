//! The command line: one file per command.

mod token;

use std::{ffi::OsString, io::Write};

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
    /// Sign a token with the configured secret, for development and scripts.
    Token(token::Token),
}

/// For the commands that do not serve: the settings that their help shows.
const SHOWN: [(&str, &[&str]); 1] = [("token", &[config::TOKENS, config::LOG])];

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
    pub async fn run(mut self) -> anyhow::Result<()> {
        if let Some(settings) = self.command.settings() {
            telemetry::start(settings)?;
        }
        match self.command {
            Command::Token(token) => token.run(),
        }
    }
}

impl Command {
    /// The settings of the command, unless it needs none.
    fn settings(&mut self) -> Option<&mut Settings> {
        match self {
            Self::Token(token) => Some(&mut token.settings),
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
        return if id == "database_url" {
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
