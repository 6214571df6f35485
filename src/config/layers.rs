//! Where settings come from: flags, the environment, the file. The two lower layers become the
//! defaults of the flags, so that every value goes through the same parser, whatever its source.

use std::{
    collections::{BTreeMap, BTreeSet},
    ffi::OsString,
    path::PathBuf,
};

use anyhow::{Context, anyhow, bail};
use clap::{Arg, Args, Command};
use secrecy::SecretString;
use toml::{Table, Value};

use super::Settings;

/// What begins the name of each of our environment variables.
const PREFIX: &str = "RAPPORT_";
/// The file that is read when none is named.
const DEFAULT_FILE: &str = "rapport.toml";
/// Keys of the file that are no flags: tables, and a secret.
const BEYOND_FLAGS: [&str; 2] = ["issuer", "jwt_secret"];

/// The environment and the file.
#[derive(Default)]
pub struct Layers {
    environment: BTreeMap<String, String>,
    file: Table,
    file_name: String,
}

impl Layers {
    /// Reads the process's environment and the file that these arguments name.
    pub fn read(arguments: &[OsString]) -> anyhow::Result<Self> {
        let environment = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value)))
            .filter(|(name, _)| name.starts_with(PREFIX))
            .map(|(name, value)| match value.into_string() {
                Ok(value) => Ok((name, value)),
                Err(_) => bail!("{name}: the value is not UTF-8"),
            })
            .collect::<anyhow::Result<_>>()?;
        let mut layers = Self {
            environment,
            ..Self::default()
        };
        layers.read_file(arguments)?;
        Ok(layers)
    }

    /// Layers of the given contents.
    pub fn of(environment: &[(&str, &str)], file: &str) -> anyhow::Result<Self> {
        let mut layers = Self::default();
        for (name, value) in environment {
            layers
                .environment
                .insert((*name).to_owned(), (*value).to_owned());
        }
        layers.parse(DEFAULT_FILE, file)?;
        Ok(layers)
    }

    /// Sets the environment's and the file's values as defaults, in all commands.
    pub fn apply(&self, command: Command) -> Command {
        let settings = setting_names();
        let command = command.mut_args(|arg| {
            let id = arg.get_id().to_string();
            if settings.contains(&id) {
                self.apply_to(arg, &id)
            } else {
                arg
            }
        });
        command.mut_subcommands(|sub| self.apply(sub))
    }

    fn apply_to(&self, arg: Arg, id: &str) -> Arg {
        let help = arg.get_help().map(ToString::to_string).unwrap_or_default();
        let arg = arg.help(format!("{help} [env: {}]", variable(id)));
        match self.value(id) {
            // Clap keeps defaults for as long as the program runs; this happens once.
            Some(value) => arg.default_value(&*value.leak()),
            None => arg,
        }
    }

    /// The value that the environment, or else the file, has for the setting.
    pub(super) fn value(&self, id: &str) -> Option<String> {
        self.variable(id)
            .map(str::to_owned)
            .or_else(|| self.file.get(id).and_then(scalar))
    }

    /// A secret, which no flag carries.
    pub(super) fn secret(&self, id: &str) -> Option<SecretString> {
        self.value(id).map(Into::into)
    }

    /// The `[[issuer]]` tables.
    pub(super) fn issuers(&self) -> anyhow::Result<Vec<Table>> {
        let wrong = || anyhow!("`issuer` in {}: write `[[issuer]]`", self.file_name);
        let Some(issuers) = self.file.get("issuer") else {
            return Ok(Vec::new());
        };
        let tables = issuers.as_array().ok_or_else(wrong)?;
        tables
            .iter()
            .map(|table| table.as_table().cloned().ok_or_else(wrong))
            .collect()
    }

    /// How to name the setting to the one who has to mend its value.
    pub fn name(&self, id: &str, value: &str) -> String {
        if self.variable(id) == Some(value) {
            variable(id)
        } else if self.file.get(id).and_then(scalar).as_deref() == Some(value) {
            format!("`{id}` in {}", self.file_name)
        } else {
            format!("--{}", flag(id))
        }
    }

    /// The name in the file of the setting that a flag sets.
    pub fn id_of_flag(flag: &str) -> String {
        match flag.trim_start_matches('-') {
            "database" => "database_url".to_owned(),
            name => name.replace('-', "_"),
        }
    }

    /// An empty variable is as good as none: that is how compose files pass on what is not set.
    fn variable(&self, id: &str) -> Option<&str> {
        self.environment
            .get(&variable(id))
            .map(String::as_str)
            .filter(|value| !value.is_empty())
    }

    fn read_file(&mut self, arguments: &[OsString]) -> anyhow::Result<()> {
        let named = named_file(arguments).or_else(|| self.variable("config").map(PathBuf::from));
        let path = named.clone().unwrap_or_else(|| DEFAULT_FILE.into());
        let name = path.display().to_string();
        match std::fs::read_to_string(&path) {
            Ok(text) => self.parse(&name, &text),
            Err(why) if named.is_none() && why.kind() == std::io::ErrorKind::NotFound => Ok(()),
            Err(why) => Err(why).with_context(|| format!("the settings file {name}")),
        }
    }

    fn parse(&mut self, name: &str, text: &str) -> anyhow::Result<()> {
        name.clone_into(&mut self.file_name);
        self.file = text.parse().map_err(|why: toml::de::Error| {
            // Not the whole message: it shows the line, and that may hold a secret.
            let before = why.span().and_then(|span| text.get(..span.start));
            let line = before.map_or(1, |before| before.matches('\n').count() + 1);
            anyhow!("{name}, line {line}: {}", why.message().replace('\n', ", "))
        })?;
        let known = setting_names();
        for (key, value) in &self.file {
            if BEYOND_FLAGS.contains(&key.as_str()) {
                continue;
            }
            if !known.contains(key) {
                bail!("`{key}` in {name}: there is no such setting");
            }
            if scalar(value).is_none() {
                bail!("`{key}` in {name}: give one value");
            }
        }
        Ok(())
    }
}

/// The settings that the lower layers can give, by their names in the file.
fn setting_names() -> BTreeSet<String> {
    Settings::augment_args(Command::new("settings"))
        .get_arguments()
        .filter(|arg| arg.get_action().takes_values())
        .map(|arg| arg.get_id().to_string())
        .collect()
}

fn variable(id: &str) -> String {
    format!("{PREFIX}{}", id.to_uppercase())
}

fn flag(id: &str) -> String {
    match id {
        "database_url" => "database".to_owned(),
        _ => id.replace('_', "-"),
    }
}

/// A value of the file as it would be written in a flag.
fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Integer(number) => Some(number.to_string()),
        Value::Boolean(yes) => Some(yes.to_string()),
        Value::Array(values) => {
            let values: Option<Vec<_>> = values.iter().map(Value::as_str).collect();
            values.map(|values| values.join(","))
        }
        _ => None,
    }
}

/// The file that `--config` names: it must be known before the flags can be parsed.
fn named_file(arguments: &[OsString]) -> Option<PathBuf> {
    let mut arguments = arguments.iter().skip(1);
    while let Some(argument) = arguments.next() {
        let text = argument.to_str().unwrap_or_default();
        if text == "--" {
            return None;
        }
        if text == "--config" {
            return arguments.next().map(PathBuf::from);
        }
        if let Some(path) = text.strip_prefix("--config=") {
            return Some(path.into());
        }
    }
    None
}
