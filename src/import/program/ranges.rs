//! `range`, counted: jq's own would go on in one step for ever.

use jaq_core::{
    Exn, Native,
    native::{Fun, v},
};
use jaq_json::Val;

use super::Kind;

/// `range($from; $upto; $by)`.
pub(super) fn range() -> Fun<Kind> {
    let native = Native::<Kind>::new(|mut cv| {
        let by = cv.0.pop_var();
        let to = cv.0.pop_var();
        let mut next = Ok(cv.0.pop_var());
        let meter = cv.0.data().meter;
        let zero = Val::from(0_usize);
        Box::new(std::iter::from_fn(move || {
            let Ok(at) = next.clone() else {
                return None;
            };
            let goes_on = if by > zero { at < to } else { at > to };
            if !goes_on || by == zero {
                return None;
            }
            if let Err(over) = meter.step() {
                next = Err(());
                return Some(Err(over));
            }
            match at.clone() + by.clone() {
                Ok(after) => next = Ok(after),
                Err(error) => {
                    next = Err(());
                    return Some(Err(Exn::from(error)));
                }
            }
            Some(Ok(at))
        }))
    });
    ("range", v(3), native)
}
