//! The kinds of ties between two people, and the one form in which a tie is stored: without it,
//! "Robin manages Jo" and "Jo reports to Robin" would be two ties.

use chrono::{Days, NaiveDate};
use uuid::Uuid;

/// A kind of tie with its inverse. A symmetric kind is its own inverse.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kind<'a> {
    /// The code under which the tie is stored.
    pub code: &'a str,
    /// How it reads from the first person: "Robin is *manager of* Jo".
    pub name: &'a str,
    /// The code seen from the other person.
    pub inverse_code: &'a str,
    /// How it reads from the other person.
    pub inverse_name: &'a str,
}

/// The kinds that every tenant has.
pub const BUILT_IN: [Kind<'static>; 17] = [
    symmetric("FRIEND", "friend of"),
    symmetric("PARTNER", "partner of"),
    symmetric("SIBLING", "sibling of"),
    symmetric("COUSIN", "cousin of"),
    symmetric("RELATIVE", "relative of"),
    directed("PARENT_OF", "parent of", "CHILD_OF", "child of"),
    symmetric("COLLEAGUE", "colleague of"),
    symmetric("FORMER_COLLEAGUE", "former colleague of"),
    directed("MANAGER_OF", "manager of", "REPORTS_TO", "reports to"),
    directed(
        "FORMER_MANAGER_OF",
        "former manager of",
        "FORMERLY_REPORTED_TO",
        "formerly reported to",
    ),
    directed("MENTOR_OF", "mentor of", "MENTEE_OF", "mentee of"),
    symmetric("CLASSMATE", "classmate of"),
    directed("TEACHER_OF", "teacher of", "STUDENT_OF", "student of"),
    directed("CLIENT_OF", "client of", "SUPPLIER_OF", "supplier of"),
    symmetric("NEIGHBOUR", "neighbour of"),
    symmetric("ACQUAINTANCE", "acquaintance of"),
    symmetric("OTHER", "otherwise tied to"),
];

const fn symmetric(code: &'static str, name: &'static str) -> Kind<'static> {
    directed(code, name, code, name)
}

const fn directed(
    code: &'static str,
    name: &'static str,
    inverse_code: &'static str,
    inverse_name: &'static str,
) -> Kind<'static> {
    Kind {
        code,
        name,
        inverse_code,
        inverse_name,
    }
}

/// The built-in kind with this code, from either side.
pub fn built_in(code: &str) -> Option<&'static Kind<'static>> {
    BUILT_IN
        .iter()
        .find(|kind| kind.code == code || kind.inverse_code == code)
}

impl Kind<'_> {
    /// Whether it reads the same from both sides.
    pub fn is_symmetric(&self) -> bool {
        self.code == self.inverse_code
    }

    /// The code seen from the other side of a tie that reads `code` from this one.
    pub fn opposite(&self, code: &str) -> &str {
        if code == self.code {
            self.inverse_code
        } else {
            self.code
        }
    }

    /// How the tie reads from the side that has `code`.
    pub fn reads(&self, code: &str) -> &str {
        if code == self.code {
            self.name
        } else {
            self.inverse_name
        }
    }

    /// The first and the second person as a tie is stored that reads `code` from `person`: a
    /// directed tie under its own code, never its inverse; a symmetric one with the smaller id first.
    pub fn stored_order(&self, code: &str, person: Uuid, other: Uuid) -> (Uuid, Uuid) {
        let turned = if self.is_symmetric() {
            other < person
        } else {
            code != self.code
        };
        if turned {
            (other, person)
        } else {
            (person, other)
        }
    }
}

/// Checks the code of a kind that a tenant wishes to add.
pub fn check_code(code: &str) -> Result<(), String> {
    let mut bytes = code.bytes();
    let well_formed = (2..=40).contains(&code.len())
        && bytes.next().is_some_and(|b| b.is_ascii_uppercase())
        && bytes.all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_');
    if well_formed {
        return Ok(());
    }
    Err("is not a code: a capital letter, then 1 to 39 capitals, digits or underscores".into())
}

/// Checks a day on which something happened: not before 1900, which only a broken import says, and
/// not to come, but for the one day by which another time zone may be ahead of `today` in UTC.
pub fn check_past_day(day: NaiveDate, today: NaiveDate) -> Result<(), String> {
    let last = today.checked_add_days(Days::new(1)).unwrap_or(today);
    if day > last {
        return Err("is a day to come; give the day on which it happened".into());
    }
    if NaiveDate::from_ymd_opt(1900, 1, 1).is_some_and(|first| day < first) {
        return Err("is before 1900-01-01; give the day on which it happened".into());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn each_code_stands_for_one_kind() {
        let mut seen = HashSet::new();
        for kind in BUILT_IN {
            assert!(seen.insert(kind.code), "{}", kind.code);
            assert!(kind.is_symmetric() || seen.insert(kind.inverse_code));
            assert!(check_code(kind.code).is_ok() && check_code(kind.inverse_code).is_ok());
        }
    }

    #[test]
    fn a_directed_tie_is_stored_under_its_own_code() {
        let (robin, jo) = (Uuid::from_u128(2), Uuid::from_u128(1));
        let kind = built_in("REPORTS_TO").unwrap();

        assert_eq!(kind.code, "MANAGER_OF");
        assert_eq!(kind.stored_order("MANAGER_OF", robin, jo), (robin, jo));
        assert_eq!(kind.stored_order("REPORTS_TO", jo, robin), (robin, jo));
        assert_eq!(kind.opposite("MANAGER_OF"), "REPORTS_TO");
        assert_eq!(kind.reads("REPORTS_TO"), "reports to");
    }

    #[test]
    fn codes_are_capitals_digits_and_underscores() {
        for (code, good) in [
            ("GOLF_PARTNER", true),
            ("A1", true),
            ("A", false),
            ("1A", false),
            ("_A", false),
            ("Golf", false),
            ("É_", false),
            ("", false),
        ] {
            assert_eq!(check_code(code).is_ok(), good, "{code:?}");
        }
        assert!(check_code(&"A".repeat(41)).is_err());
    }

    #[test]
    fn days_are_bounded_on_both_sides() {
        let day = |year, month, day| NaiveDate::from_ymd_opt(year, month, day).unwrap();
        let today = day(2026, 2, 28);

        assert!(check_past_day(day(2026, 3, 1), today).is_ok());
        assert!(check_past_day(day(2026, 3, 2), today).is_err());
        assert!(check_past_day(day(1900, 1, 1), today).is_ok());
        assert!(check_past_day(day(1899, 12, 31), today).is_err());
        assert!(check_past_day(NaiveDate::MAX, today).is_err());
    }

    proptest! {
        #[test]
        fn a_tie_told_from_either_side_is_stored_once(
            index in 0..BUILT_IN.len(), a in any::<u128>(), b in any::<u128>(),
        ) {
            let (a, b) = (Uuid::from_u128(a), Uuid::from_u128(b));
            let kind = BUILT_IN[index];
            prop_assert_eq!(
                kind.stored_order(kind.code, a, b),
                kind.stored_order(kind.inverse_code, b, a)
            );
        }
    }
}
