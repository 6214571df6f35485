//! `rapport schema`: prints the API's schema.

use std::io::Write;

/// Print the GraphQL schema as SDL.
#[derive(Debug, clap::Args)]
pub(super) struct Schema {}

impl Schema {
    pub(super) fn run(self) -> anyhow::Result<()> {
        let Self {} = self;
        write!(std::io::stdout(), "{}", crate::graphql::sdl())?;
        Ok(())
    }
}
