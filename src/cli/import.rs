//! `rapport import`: takes what another system exported.

use std::{
    fs::File,
    io::{self, IsTerminal, Read},
    path::PathBuf,
    process::ExitCode,
    str::FromStr,
    time::Duration,
};

use anyhow::{Context, ensure};
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use secrecy::SecretString;

use super::database;
use crate::{
    auth::viewer::Scopes,
    config::{self, Settings},
    graphql,
    import::{
        encoding, maps,
        produce::{self, Plan},
        program::{self, Given, Header, Program},
        read::{self, Format, Reading},
        rejects::Rejects,
        run::{Import as Run, Tally},
        target::{Direct, Server, Target},
    },
    store::{Caller, Database, Store},
};

/// What the shell is told when some records were rejected and the rest is stored.
const SOME_REJECTED: u8 = 2;
/// What the name of a file of rejected records ends with.
const REJECTED: &str = ".rejected.jsonl";

/// The arguments of `rapport import`.
#[derive(Args, Debug)]
pub(super) struct Import {
    /// The file to read; `-` for standard input.
    file: PathBuf,
    /// How records stand in it: json, jsonl, csv, singer or airbyte [default: by its name, or as the
    /// map says].
    #[arg(long, value_name = "FORMAT", value_parser = Format::from_str)]
    format: Option<Format>,
    /// The program that maps its records: a built-in one by name, or a file with a jq program.
    #[arg(long, value_name = "NAME|FILE")]
    map: Option<String>,
    /// The system that the records are of [default: as the map says].
    #[arg(long)]
    system: Option<String>,
    /// What the map is told by name, such as `candidate=53883394`; may be given several times.
    #[arg(long, value_name = "NAME=VALUE", value_parser = pair)]
    set: Vec<(String, String)>,
    /// The encoding of the file, where it bears no mark of it [default: utf-8].
    #[arg(long)]
    encoding: Option<String>,
    /// What stands between the fields of a CSV row: one character, or `tab` [default: found out].
    #[arg(long)]
    delimiter: Option<String>,
    /// The time zone of times that name none, such as Europe/London [default: as the map says, or UTC].
    #[arg(long, value_name = "ZONE")]
    time_zone: Option<String>,
    /// The country of telephone numbers that name none, such as GB.
    #[arg(long, value_name = "COUNTRY")]
    region: Option<String>,
    /// Print the records and say what would become of them, if there is a tenant or a server to ask;
    /// store nothing.
    #[arg(long)]
    dry_run: bool,
    /// Send the records to this server instead of into the database.
    #[arg(long, value_name = "URL", requires = "token")]
    server: Option<String>,
    /// The token for the server, with the scope `sync`.
    #[arg(long, env = "RAPPORT_TOKEN", hide_env_values = true)]
    token: Option<SecretString>,
    /// Into the database: the tenant, by the name that its tokens bear.
    #[arg(long, required_unless_present_any = ["server", "dry_run"])]
    tenant: Option<String>,
    /// Into the database: who imports, by the `sub` of their tokens.
    #[arg(long = "as", value_name = "SUBJECT", default_value = "import")]
    subject: String,
    /// Where to write the records that were not taken [default: beside the file, with `.rejected.jsonl`].
    #[arg(long, value_name = "FILE")]
    rejected: Option<PathBuf>,
    /// How long the map may take for one record.
    #[arg(long, value_name = "TIME", default_value = "10s", value_parser = config::duration)]
    map_timeout: Duration,
    /// How long to try again while the database or the server is away or asks to wait.
    #[arg(long, value_name = "TIME", default_value = "60s", value_parser = config::duration)]
    retry_for: Duration,
    #[command(flatten)]
    pub(super) settings: Settings,
}

impl Import {
    pub(super) async fn run(self) -> anyhow::Result<ExitCode> {
        let plan = self.plan()?;
        let system = plan.system.clone();
        let (input, progress) = self.open()?;
        let (target, database) = self.target(system).await?;
        let mut run = Run {
            target,
            dry_run: self.dry_run,
            rejects: Rejects::new(self.rejected()?)?,
            out: &mut io::stdout(),
            progress: progress.clone(),
            time: self.map_timeout,
            patience: self.retry_for,
        };
        let (steps, watch) = produce::begin(input, plan)?;
        let done = run.run(steps, watch).await;
        progress.finish_and_clear();
        if let Some(database) = database {
            database.close().await;
        }
        let name = self.file.display();
        let tally = done.with_context(|| format!("{name}, after what is stored"))?;
        self.tell(&tally, &run.rejects);
        Ok(if tally.rejected > 0 {
            ExitCode::from(SOME_REJECTED)
        } else {
            ExitCode::SUCCESS
        })
    }

    fn tell(&self, tally: &Tally, rejects: &Rejects) {
        let would = if self.dry_run { "would be: " } else { "" };
        tracing::info!("{would}{}", tally.told());
        if tally.rejected > 0 {
            let path = rejects.path().display();
            tracing::warn!("the rejected records are in {path}: mend them and import that file");
        }
    }

    /// How to read and map; the command line counts before the map's own head.
    fn plan(&self) -> anyhow::Result<Plan> {
        let program = self.map.as_deref().map(load).transpose()?;
        let header = program.as_ref().map(|program| program.header.clone());
        let header = header.unwrap_or_default();
        let encoding = self.encoding.as_deref().map(encoding::named).transpose()?;
        let delimiter = self.delimiter.as_deref().map(read::delimiter).transpose()?;
        let zone = self.time_zone.as_deref().map(program::zone).transpose()?;
        let file = self
            .file
            .file_name()
            .map(|name| name.to_string_lossy().into_owned());
        let file = file.filter(|name| name != "-");
        Ok(Plan {
            reading: Reading {
                format: self.format(&header)?,
                encoding: encoding.or(header.encoding),
                delimiter: delimiter.or(header.delimiter),
            },
            given: Given::new(
                file,
                &self.set,
                zone.or(header.zone),
                self.region.clone().or(header.region),
            ),
            program,
            system: self.system.clone().or(header.system),
            time: self.map_timeout,
        })
    }

    fn format(&self, header: &Header) -> anyhow::Result<Format> {
        let name = self.file.to_string_lossy();
        if name.ends_with(REJECTED) {
            return Ok(Format::JsonLines); // whatever stood in the file that they were rejected from
        }
        let format = self
            .format
            .or_else(|| match (Format::of_name(&name), header.format) {
                // The lines of a stream are JSON Lines too; the map knows better which they are.
                (None | Some(Format::JsonLines), Some(by_map)) => Some(by_map),
                (by_name, by_map) => by_name.or(by_map),
            });
        format.context("how do records stand in it? Give --format")
    }

    fn open(&self) -> anyhow::Result<(Box<dyn Read + Send>, ProgressBar)> {
        if self.file.as_os_str() == "-" {
            let bar = ProgressBar::no_length().with_style(ProgressStyle::with_template(
                "{bytes} read ({bytes_per_sec}) {msg}",
            )?);
            return Ok((Box::new(bar.wrap_read(io::stdin())), bar));
        }
        let name = self.file.display();
        let file = File::open(&self.file).with_context(|| format!("cannot open {name}"))?;
        let length = file.metadata()?.len();
        let style = "{bar:30} {percent}% at {bytes_per_sec} ({eta} left) {msg}";
        let bar = ProgressBar::new(length).with_style(ProgressStyle::with_template(style)?);
        if !io::stderr().is_terminal() {
            bar.set_draw_target(indicatif::ProgressDrawTarget::hidden());
        }
        Ok((Box::new(bar.wrap_read(file)), bar))
    }

    fn rejected(&self) -> anyhow::Result<PathBuf> {
        if let Some(path) = &self.rejected {
            let same = path.canonicalize().ok().zip(self.file.canonicalize().ok());
            let is_input = same.is_some_and(|(one, other)| one == other);
            ensure!(
                !is_input,
                "--rejected would overwrite the file that is read"
            );
            return Ok(path.clone());
        }
        let mut name = if self.file.as_os_str() == "-" {
            "import".into()
        } else {
            self.file.clone().into_os_string()
        };
        name.push(REJECTED);
        Ok(PathBuf::from(name))
    }

    async fn target(&self, system: Option<String>) -> anyhow::Result<(Target, Option<Database>)> {
        let system = system.unwrap_or_else(|| "import".to_owned());
        if let (Some(server), Some(token)) = (&self.server, &self.token) {
            let server = Server::new(server, token.clone(), system)?;
            return Ok((Target::Server(Box::new(server)), None));
        }
        let Some(tenant) = &self.tenant else {
            return Ok((Target::Nowhere, None));
        };
        let database = database::open(&self.settings).await?;
        database.migrate().await?;
        let caller = Caller {
            tenant,
            subject: &self.subject,
            name: None,
            email: None,
            scopes: Scopes::from_claim("read write sync admin"),
        };
        let viewer = database.viewer(&caller).await;
        let viewer = viewer.with_context(|| format!("the tenant {tenant}"))?;
        let direct = Direct {
            store: Store::new(database.clone(), viewer),
            system,
            read_id: graphql::id::read,
        };
        Ok((Target::Direct(Box::new(direct)), Some(database)))
    }
}

/// A built-in program, or one from a file.
fn load(name: &str) -> anyhow::Result<Program> {
    let known = || maps::BUILT_IN.map(|(name, _)| name).join(", ");
    let code = match maps::built_in(name) {
        Some(code) => code.to_owned(),
        None => std::fs::read_to_string(name)
            .with_context(|| format!("--map {name}: neither a file nor one of {}", known()))?,
    };
    Program::compile(&code).with_context(|| format!("--map {name}"))
}

fn pair(given: &str) -> Result<(String, String), String> {
    let pair = given.split_once('=').filter(|(name, _)| !name.is_empty());
    let (name, value) = pair.ok_or("give a name, `=` and a value")?;
    Ok((name.to_owned(), value.to_owned()))
}
