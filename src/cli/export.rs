//! `rapport export`: a tenant's records, or one person's, as lines that `import` takes back, or as
//! a table for a spreadsheet.

use std::{
    fs::File,
    io::{self, BufWriter, IsTerminal, Write},
    path::PathBuf,
};

use anyhow::{Context, ensure};
use clap::{Args, ValueEnum};
use entity::enums::NodeKind;
use indicatif::{ProgressBar, ProgressStyle};

use super::database;
use crate::{
    auth::viewer::Scopes,
    config::Settings,
    export::{self, Table},
    graphql,
    store::{Caller, Store, export::Of},
};

/// The arguments of `rapport export`.
#[derive(Args, Debug)]
pub(super) struct Export {
    /// The tenant, by the name that its tokens bear.
    #[arg(long)]
    tenant: String,
    /// Only what there is of one person: their id, or their e-mail address.
    #[arg(long, value_name = "ID|EMAIL")]
    person: Option<String>,
    /// Lines that `import` takes back, or a table.
    #[arg(long, value_enum, default_value_t = Form::Jsonl)]
    format: Form,
    /// Of a table: what stands in its rows.
    #[arg(long, value_enum, default_value_t = Rows::People)]
    rows: Rows,
    /// The file to write [default: standard output].
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    #[command(flatten)]
    pub(super) settings: Settings,
}

/// How an export is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Form {
    /// One record on each line, as JSON.
    Jsonl,
    /// A table. Cells that a spreadsheet would take for a formula begin with an apostrophe.
    Csv,
}

/// What stands in the rows of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Rows {
    Recruiters,
    Companies,
    People,
    Jobs,
    Applications,
    Interactions,
    Relationships,
    Referrals,
    Feedback,
    Promises,
}

impl Rows {
    fn kind(self) -> NodeKind {
        match self {
            Self::Recruiters => NodeKind::Recruiter,
            Self::Companies => NodeKind::Company,
            Self::People => NodeKind::Person,
            Self::Jobs => NodeKind::Job,
            Self::Applications => NodeKind::Application,
            Self::Interactions => NodeKind::Interaction,
            Self::Relationships => NodeKind::Relationship,
            Self::Referrals => NodeKind::Referral,
            Self::Feedback => NodeKind::Feedback,
            Self::Promises => NodeKind::Promise,
        }
    }
}

impl Export {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let database = database::open(&self.settings).await?;
        let caller = Caller {
            tenant: &self.tenant,
            subject: "export",
            name: None,
            email: None,
            scopes: Scopes::from_claim("read admin"),
        };
        let known = database.tenant(&self.tenant, false).await;
        ensure!(known.is_ok(), "there is no tenant {}", self.tenant);
        let store = Store::new(database.clone(), database.viewer(&caller).await?);
        let of = self.of(&store).await?;
        let mut out = self.out()?;
        let bar = bar()?;
        let count = match self.format {
            Form::Jsonl => export::lines(&store, of, &mut out, &bar).await?,
            Form::Csv => {
                let table = Table::of(self.rows.kind());
                export::table(&store, of, &table, &mut out, &bar).await?
            }
        };
        out.flush().context("cannot write the export")?;
        bar.finish_and_clear();
        tracing::info!("{count} records");
        database.close().await;
        Ok(())
    }

    async fn of(&self, store: &Store) -> anyhow::Result<Of> {
        let Some(named) = &self.person else {
            return Ok(Of::All);
        };
        let found = if named.contains('@') {
            store.person_by_email(named).await?
        } else {
            graphql::id::read(named).map(|(_, id)| id)
        };
        let id = found.with_context(|| format!("there is no person {named}, or more than one"))?;
        Ok(Of::Person(store.person_by_now(id).await?))
    }

    fn out(&self) -> anyhow::Result<Box<dyn Write + Send>> {
        Ok(match &self.output {
            None => Box::new(BufWriter::new(io::stdout())),
            Some(path) => {
                let cannot = || format!("cannot write {}", path.display());
                Box::new(BufWriter::new(File::create(path).with_context(cannot)?))
            }
        })
    }
}

fn bar() -> anyhow::Result<ProgressBar> {
    let style = ProgressStyle::with_template("{pos} records ({per_sec}) {msg}")?;
    let bar = ProgressBar::no_length().with_style(style);
    if !io::stderr().is_terminal() {
        bar.set_draw_target(indicatif::ProgressDrawTarget::hidden());
    }
    Ok(bar)
}
