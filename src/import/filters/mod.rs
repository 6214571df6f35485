//! The filters that jq lacks and mappings need. Each passes null on as null, and what makes no
//! sense becomes null: a source full of `n/a` is the rule, and one bad field is no bad record.

mod contact;
mod country;
mod html;
mod name;
mod time;

use jaq_core::{
    Bind, Error, Native, RunPtr,
    native::{Fun, bome, v},
};
use jaq_json::{Num, Val};

use super::program::Kind;

/// All filters, with the number of their arguments.
pub(super) fn functions() -> Vec<Fun<Kind>> {
    vec![
        of_text("clean", |cv| bome(on_text(cv.1, name::clean))),
        of_text("email", |cv| bome(on_text(cv.1, contact::email))),
        of_text("profile_url", |cv| {
            bome(on_text(cv.1, contact::profile_url))
        }),
        of_text("person_name", |cv| bome(on_text(cv.1, name::person))),
        of_text("html_text", |cv| bome(on_text(cv.1, html::text))),
        of_text("country", |cv| bome(on_text(cv.1, country::code))),
        of_text("epoch_ms", |cv| {
            bome(number_or_text(cv.1, time::of_epoch_ms))
        }),
        with(1, "phone", |mut cv| {
            let region = cv.0.pop_var();
            bome(argument("region", region).and_then(|region| {
                number_or_text(cv.1, |phone| contact::phone(phone, region.as_deref()))
            }))
        }),
        with(1, "local_date", |mut cv| {
            let format = cv.0.pop_var();
            bome(
                needed("format", format)
                    .and_then(|format| on_text(cv.1, |text| time::local_date(text, &format))),
            )
        }),
        with(2, "local_time", |mut cv| {
            let zone = cv.0.pop_var();
            let format = cv.0.pop_var();
            bome(needed("format", format).and_then(|format| {
                let zone = needed("zone", zone)?;
                let zone = zone.parse().map_err(|_| {
                    Error::str(format!("`{zone}` is no time zone such as Europe/London"))
                })?;
                on_text(cv.1, |text| time::local_time(text, &format, zone))
            }))
        }),
    ]
}

fn of_text(name: &'static str, run: RunPtr<Kind>) -> Fun<Kind> {
    (name, Box::new([]) as Box<[Bind]>, Native::<Kind>::new(run))
}

fn with(count: usize, name: &'static str, run: RunPtr<Kind>) -> Fun<Kind> {
    (name, v(count), Native::<Kind>::new(run))
}

type Answer = Result<Val, Error<Val>>;

/// What `filter` makes of a text.
fn on_text(value: Val, filter: impl Fn(&str) -> Option<String>) -> Answer {
    match &value {
        Val::Null => Ok(Val::Null),
        Val::TStr(text) => {
            let text = String::from_utf8_lossy(text);
            Ok(filter(&text).map_or(Val::Null, Val::from))
        }
        _ => Err(Error::typ(value, "string")),
    }
}

/// What `filter` makes of a text, or of a whole number written out.
fn number_or_text(value: Val, filter: impl Fn(&str) -> Option<String>) -> Answer {
    match &value {
        Val::Num(Num::Int(_) | Num::BigInt(_)) => {
            Ok(filter(&value.to_string()).map_or(Val::Null, Val::from))
        }
        _ => on_text(value, filter),
    }
}

/// An argument that may be null.
fn argument(name: &str, value: Val) -> Result<Option<String>, Error<Val>> {
    match value {
        Val::Null => Ok(None),
        Val::TStr(text) => Ok(Some(String::from_utf8_lossy(&text).into_owned())),
        other => Err(Error::str(format!(
            "the {name} must be a text, not {other}"
        ))),
    }
}

fn needed(name: &str, value: Val) -> Result<String, Error<Val>> {
    argument(name, value)?.ok_or_else(|| Error::str(format!("the {name} must not be null")))
}
