//! What a run of a program may use up: time, steps, and the depth of calls. The meter also knows
//! the line of the program that was last noted.

use std::{
    cell::{Cell, RefCell},
    time::{Duration, Instant},
};

use jaq_core::{
    Error, Exn, Native,
    box_iter::box_once,
    load::parse::{BinaryOp, Def, Term},
    native::{Fun, v},
};
use jaq_json::Val;

use super::{Fault, Kind, refusal};

/// How many steps are taken between two looks at the clock.
const PACE: u32 = 256;
/// The most steps for one record; ten thousand notes of one candidate take a tenth of them.
const MOST_STEPS: u32 = 50_000_000;

/// What one thread may use up for each record.
pub struct Meter {
    /// How long one record may take.
    time: Duration,
    /// How much of the thread's stack may be used.
    stack: usize,
    started: Cell<Instant>,
    base: Cell<usize>,
    steps: Cell<u32>,
    line: Cell<usize>,
    over: Cell<Option<&'static str>>,
    /// What the program said when it ended the whole import.
    stopped: RefCell<Option<String>>,
}

impl Meter {
    /// A meter for a thread with that much of stack to use.
    pub fn new(time: Duration, stack: usize) -> Self {
        Self {
            time,
            stack,
            started: Cell::new(Instant::now()),
            base: Cell::new(0),
            steps: Cell::new(0),
            line: Cell::new(0),
            over: Cell::new(None),
            stopped: RefCell::new(None),
        }
    }

    /// Begins with a new record.
    pub(super) fn begin(&self) {
        self.started.set(Instant::now());
        self.base.set(here());
        self.steps.set(0);
        self.line.set(0);
        self.over.set(None);
    }

    /// One step: fails if one of the bounds is passed. Once one is, all further steps fail, and no
    /// `try` of the program catches that.
    pub(in crate::import) fn step<'a>(&self) -> Result<(), Exn<'a, Val>> {
        let steps = self.steps.get() + 1;
        self.steps.set(steps);
        if self.over.get().is_none() {
            if self.base.get().abs_diff(here()) > self.stack {
                self.over.set(Some("its calls are nested too deeply"));
            } else if steps > MOST_STEPS
                || steps.is_multiple_of(PACE) && self.started.get().elapsed() > self.time
            {
                self.over.set(Some("it does not come to an end"));
            }
        }
        match self.over.get() {
            Some(_) => Err(Exn::halt(1)),
            None => Ok(()),
        }
    }

    /// A fault at the line where the program is.
    pub(super) fn fault(&self, why: String) -> Fault {
        let why = match self.line.get() {
            0 => why,
            line => format!("{why} (near line {line} of the program)"),
        };
        Fault {
            why,
            ends_all: false,
        }
    }

    /// A fault that the next record would meet too.
    pub(super) fn endless(&self, why: String) -> Fault {
        Fault {
            ends_all: true,
            ..self.fault(why)
        }
    }

    /// The fault behind an exception of the program.
    pub(super) fn why(&self, exception: Exn<'_, Val>) -> Fault {
        if let Some(why) = self.over.get() {
            return self.endless(why.to_owned());
        }
        if let Some(why) = self.stopped.take() {
            return self.endless(why);
        }
        match exception.get_err() {
            Ok(error) => self.fault(told(error)),
            Err(_) => self.fault("it broke off".to_owned()),
        }
    }
}

/// A text that the program raised as it is; all else as jq says it.
fn told(error: Error<Val>) -> String {
    let text = match error.into_val() {
        Val::TStr(text) => String::from_utf8_lossy(&text).into_owned(),
        other => other.to_string(),
    };
    refusal::shortened(&text)
}

/// About where the stack stands.
fn here() -> usize {
    let mark = 0_u8;
    std::ptr::from_ref(&mark).addr()
}

/// `_at(n)`, which notes a line, and `_step`, which only counts. Both pass on what comes in, also
/// where the program speaks of paths.
///
/// `stop($why)` ends the whole import: no record of the file would fare better.
pub(super) fn functions() -> [Fun<Kind>; 3] {
    let at = Native::<Kind>::new(|mut cv| {
        let line = cv.0.pop_var();
        let meter = cv.0.data().meter;
        note(meter, &line);
        box_once(meter.step().map(|()| cv.1))
    })
    .with_paths(|mut cv| {
        let line = cv.0.pop_var();
        let meter = cv.0.data().meter;
        note(meter, &line);
        box_once(meter.step().map(|()| cv.1))
    })
    .with_update(|mut cv, update| {
        let line = cv.0.pop_var();
        let meter = cv.0.data().meter;
        note(meter, &line);
        match meter.step() {
            Ok(()) => update(cv.1),
            Err(over) => box_once(Err(over)),
        }
    });
    let step = Native::<Kind>::new(|cv| box_once(cv.0.data().meter.step().map(|()| cv.1)))
        .with_paths(|cv| box_once(cv.0.data().meter.step().map(|()| cv.1)))
        .with_update(|cv, update| match cv.0.data().meter.step() {
            Ok(()) => update(cv.1),
            Err(over) => box_once(Err(over)),
        });
    let whole = Native::<Kind>::new(|mut cv| {
        let why = match cv.0.pop_var() {
            Val::TStr(why) => String::from_utf8_lossy(&why).into_owned(),
            other => other.to_string(),
        };
        *cv.0.data().meter.stopped.borrow_mut() = Some(why);
        box_once(Err(Exn::halt(1)))
    });
    [
        ("_at", v(1), at),
        ("_step", v(0), step),
        ("stop", v(1), whole),
    ]
}

fn note(meter: &Meter, line: &Val) {
    if let Val::Num(number) = line {
        meter
            .line
            .set(number.as_isize().map_or(0, isize::unsigned_abs));
    }
}

/// jq's own definitions that run on by themselves (`repeat`, `recurse`, `while`, `until`) do so in
/// a definition within: that one is counted.
pub(super) fn metered(definition: Def<&'static str>) -> Def<&'static str> {
    let body = match definition.body {
        Term::Def(inner, rest) => {
            let inner = inner.into_iter().map(|inner| Def {
                body: Term::BinOp(
                    Box::new(Term::Call("_step", Vec::new())),
                    BinaryOp::Pipe(None),
                    Box::new(inner.body),
                ),
                ..inner
            });
            Term::Def(inner.collect(), rest)
        }
        other => other,
    };
    Def { body, ..definition }
}
