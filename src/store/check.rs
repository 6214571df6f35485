//! Gathers all that is wrong with an input, so that the caller can mend it in one go.

use crate::{
    error::{Error, Refusal, RefusalKind, Result},
    rules::text,
};

/// The refusals found so far.
#[derive(Debug, Default)]
pub(super) struct Check {
    refusals: Vec<Refusal>,
}

impl Check {
    /// Keeps the value, or notes why the field at `path` has none. The message continues the
    /// field's name: "is empty".
    pub(super) fn keep<T>(
        &mut self,
        path: &[&str],
        outcome: std::result::Result<T, String>,
    ) -> Option<T> {
        outcome.map_err(|message| self.invalid(path, &message)).ok()
    }

    /// Notes a refusal of the field at `path`.
    pub(super) fn invalid(&mut self, path: &[&str], message: &str) {
        let field = path
            .iter()
            .rev()
            .find(|part| part.parse::<usize>().is_err());
        let message = format!("`{}` {message}", field.unwrap_or(&"input"));
        self.refusals.push(Refusal::invalid(path, message));
    }

    /// Notes a refusal.
    pub(super) fn refuse(&mut self, kind: RefusalKind, path: &[&str], message: &str) {
        self.refusals.push(Refusal::new(kind, path, message));
    }

    /// An optional value of one line: an empty one counts as none.
    pub(super) fn line(
        &mut self,
        path: &[&str],
        value: Option<&str>,
        max: usize,
    ) -> Option<String> {
        let value = self.keep(path, text::line(value?, max))?;
        (!value.is_empty()).then_some(value)
    }

    /// An optional value of several lines: an empty one counts as none.
    pub(super) fn text(
        &mut self,
        path: &[&str],
        value: Option<&str>,
        max: usize,
    ) -> Option<String> {
        let value = self.keep(path, text::text(value?, max))?;
        (!value.is_empty()).then_some(value)
    }

    /// Notes refusals that were gathered elsewhere.
    pub(super) fn add(&mut self, refusals: Vec<Refusal>) {
        self.refusals.extend(refusals);
    }

    /// All that was refused.
    pub(super) fn refusals(self) -> Vec<Refusal> {
        self.refusals
    }

    /// Fails if anything was refused.
    pub(super) fn finish(self) -> Result<()> {
        if self.refusals.is_empty() {
            Ok(())
        } else {
            Err(Error::Refused(self.refusals))
        }
    }
}
