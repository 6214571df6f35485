//! A mapping program: jq that turns one record of another system into records of ours. It is
//! somebody's code, so it runs within bounds of time, depth and output, sees neither files nor the
//! environment, and what goes wrong in it is told by line.

mod header;
mod meter;
mod ranges;
mod refusal;
mod trace;

use chrono_tz::Tz;
use jaq_core::{
    Compiler, Ctx, Vars,
    data::{DataT, HasLut},
    load::{Arena, File, Loader},
};
use jaq_json::Val;

pub use self::{
    header::{Header, zone},
    meter::Meter,
};
use super::filters;

/// Filters of jq that a mapping has no use for, since they reach out of it; and `range`, which is
/// replaced by one that is counted.
const LEFT_OUT: [&str; 8] = [
    "env",
    "halt",
    "halt_error",
    "debug",
    "debug_empty",
    "stderr",
    "stderr_empty",
    "range",
];
/// What a program may use besides jq's own definitions.
const PRELUDE: &str = include_str!("prelude.jq");
/// The most records that one source record may become.
const MOST_RECORDS: usize = 100_000;
/// What a program is told besides the record.
const GIVEN: [&str; 6] = ["$stream", "$file", "$line", "$set", "$zone", "$region"];

/// What a program runs with: its own compiled self, and the meter.
#[derive(Clone, Copy)]
pub(super) struct Run<'a> {
    lut: &'a jaq_core::Lut<Kind>,
    pub(super) meter: &'a Meter,
}

/// The kinds of data of a mapping program.
pub(super) struct Kind;

impl DataT for Kind {
    type V<'a> = Val;
    type Data<'a> = Run<'a>;
}

impl<'a> HasLut<'a, Kind> for Run<'a> {
    fn lut(&self) -> &'a jaq_core::Lut<Kind> {
        self.lut
    }
}

/// What a program is told besides the record.
#[derive(Clone, Debug)]
pub struct Given {
    /// The stream, where the format has streams.
    pub stream: Val,
    /// The name of the file.
    pub file: Val,
    /// The line of the record.
    pub line: u64,
    /// What the command line sets by name.
    pub set: Val,
    /// The time zone of times that name none.
    pub zone: Val,
    /// The country of telephone numbers that name none.
    pub region: Val,
}

impl Given {
    /// What holds for a whole file; each record adds its line and its stream.
    pub fn new(
        file: Option<String>,
        set: &[(String, String)],
        zone: Option<Tz>,
        region: Option<String>,
    ) -> Self {
        let text = |text: &str| Val::from(text.to_owned());
        let set = set.iter().map(|(name, value)| (text(name), text(value)));
        Self {
            stream: Val::Null,
            file: file.map_or(Val::Null, Val::from),
            line: 0,
            set: Val::obj(set.collect()),
            zone: text(zone.unwrap_or(Tz::UTC).name()),
            region: region.map_or(Val::Null, Val::from),
        }
    }
}

/// A compiled program.
pub struct Program {
    filter: jaq_core::Filter<Kind>,
    /// What the program says of itself.
    pub header: Header,
}

impl Program {
    /// Reads a program.
    ///
    /// # Errors
    /// When it is no jq, or uses what is not there; each fault with its line.
    pub fn compile(code: &str) -> anyhow::Result<Self> {
        let header = Header::read(code)?;
        let traced = trace::traced(code).map_err(|faults| refusal::of_lexer(code, &faults))?;
        let arena = Arena::default();
        let own = jaq_core::load::parse(PRELUDE, |parser| parser.defs()).unwrap_or_default();
        let definitions = jaq_core::defs()
            .chain(jaq_std::defs())
            .chain(jaq_json::defs())
            .filter(|definition| definition.name == "range" || !LEFT_OUT.contains(&definition.name))
            .map(meter::metered)
            .chain(own);
        let file = File {
            code: traced.as_str(),
            path: (),
        };
        let modules = Loader::new(definitions)
            .load(&arena, file)
            .map_err(|faults| refusal::of_loader(&traced, faults))?;
        let functions = jaq_core::funs()
            .chain(jaq_std::funs())
            .chain(jaq_json::funs())
            .filter(|(name, ..)| !LEFT_OUT.contains(name))
            .chain([ranges::range()])
            .chain(meter::functions())
            .chain(filters::functions());
        let filter = Compiler::default()
            .with_funs(functions)
            .with_global_vars(GIVEN)
            .compile(modules)
            .map_err(|faults| refusal::of_compiler(&traced, faults))?;
        Ok(Self { filter, header })
    }

    /// Hands what the program makes of a record to `each`, as JSON text.
    ///
    /// # Errors
    /// When the program fails or does not come to an end, with the line where it was.
    pub fn run(
        &self,
        meter: &Meter,
        record: Val,
        given: Given,
        each: &mut dyn FnMut(String),
    ) -> Result<(), Fault> {
        let line = isize::try_from(given.line).unwrap_or(isize::MAX);
        let vars = [
            given.stream,
            given.file,
            Val::from(line),
            given.set,
            given.zone,
            given.region,
        ];
        let run = Run {
            lut: &self.filter.lut,
            meter,
        };
        meter.begin();
        let ctx = Ctx::<Kind>::new(run, Vars::new(vars));
        let mut made = 0;
        for output in self.filter.id.run((ctx, record)) {
            match output {
                Ok(value @ Val::Obj(_)) => each(value.to_string()),
                Ok(other) => {
                    let shown = refusal::shortened(&other.to_string());
                    return Err(meter.fault(format!("it yields {shown}, which is no record")));
                }
                Err(exception) => return Err(meter.why(exception)),
            }
            made += 1;
            if made > MOST_RECORDS {
                return Err(
                    meter.endless(format!("it makes more than {MOST_RECORDS} records of one"))
                );
            }
        }
        Ok(())
    }
}

/// Why a program did not do its work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// What went wrong, with the line of the program.
    pub why: String,
    /// The next record would fare no better: the import ends.
    pub ends_all: bool,
}

#[cfg(test)]
mod tests;
