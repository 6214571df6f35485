//! What is wrong with a program that does not compile, each fault with its line.

use anyhow::anyhow;
use jaq_core::{
    compile::{Errors as Undefined, Undefined as What},
    load::{self, Errors},
};

/// The longest part of a value that a message shows.
const SHOWN: usize = 200;

/// Faults found while the text was cut into words.
pub(super) fn of_lexer(code: &str, faults: &[load::lex::Error<&str>]) -> anyhow::Error {
    let told = faults.iter().map(|(expected, found)| {
        let line = line(code, found);
        format!(
            "line {line}: expected a {} before {}",
            expected.as_str(),
            quoted(found)
        )
    });
    joined(told)
}

/// Faults found while the words were understood.
pub(super) fn of_loader(code: &str, faults: Errors<&str, ()>) -> anyhow::Error {
    let told = faults.into_iter().flat_map(|(_, fault)| match fault {
        load::Error::Io(missing) => missing
            .into_iter()
            .map(|(path, _)| {
                let line = line(code, path);
                format!("line {line}: `{path}`: a program is one file and includes no other")
            })
            .collect::<Vec<_>>(),
        load::Error::Lex(faults) => vec![of_lexer(code, &faults).to_string()],
        load::Error::Parse(faults) => faults
            .into_iter()
            .map(|(expected, found)| {
                let line = line(code, found);
                format!(
                    "line {line}: expected {} before {}",
                    expected.as_str(),
                    quoted(found)
                )
            })
            .collect(),
    });
    joined(told)
}

/// Names that nothing goes by.
pub(super) fn of_compiler(code: &str, faults: Undefined<&str, ()>) -> anyhow::Error {
    let told = faults.into_iter().flat_map(|(_, faults)| {
        faults.into_iter().map(|(name, what)| {
            let with = match what {
                What::Filter(count) if count > 0 => format!(" with {count} argument(s)"),
                _ => String::new(),
            };
            let line = line(code, name);
            format!("line {line}: there is no {} `{name}`{with}", what.as_str())
        })
    });
    joined(told)
}

fn joined(told: impl Iterator<Item = String>) -> anyhow::Error {
    let told: Vec<_> = told.collect();
    anyhow!("{}", told.join("; "))
}

fn line(code: &str, part: &str) -> usize {
    // What is not there at all stands nowhere: at the end.
    let is_within = code.as_bytes().as_ptr_range().contains(&part.as_ptr());
    let at = if is_within {
        load::span(code, part).start
    } else {
        code.trim_end().len()
    };
    1 + code[..at].matches('\n').count()
}

fn quoted(found: &str) -> String {
    match found
        .lines()
        .next()
        .map(str::trim)
        .filter(|line| !line.is_empty())
    {
        Some(line) => format!("`{}`", shortened(line)),
        None => "the end".to_owned(),
    }
}

/// At most as much of a text as a message should show.
pub(super) fn shortened(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text.to_owned(),
    }
}
