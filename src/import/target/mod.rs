//! Where records go: into the database, or through the API of a server. Both answer alike.

mod server;
mod store;

use std::time::Duration;

pub use self::{server::Server, store::Direct};
use super::produce::Mapped;

/// The most text of a chunk: what a server takes in one request, with some room, unless it was set
/// to take less. Then it says so, and gets the chunk in parts.
pub(super) const MOST_BYTES: usize = 4 * 1024 * 1024;

/// Where records go.
pub enum Target {
    /// Into the database.
    Direct(Box<Direct>),
    /// Through the API of a server.
    Server(Box<Server>),
    /// Nowhere: the records are only shown.
    Nowhere,
}

/// What became of one record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fate {
    /// In one word.
    pub status: Status,
    /// What is wrong with it, if it was rejected.
    pub why: Vec<String>,
}

/// What became of a record, in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// It is new here.
    Created,
    /// It changed something.
    Updated,
    /// All of it was known.
    Unchanged,
    /// Something newer was known.
    Stale,
    /// It waits for another that it names.
    Deferred,
    /// It is wrong.
    Rejected,
    /// It is noted as deleted.
    Deleted,
    /// It is a record; nobody was asked what would become of it.
    Read,
}

/// Why a chunk did not arrive.
#[derive(Debug)]
pub enum Failure {
    /// The other end is away or in a hurry: it may be tried again, but no sooner than it says.
    Passing(anyhow::Error, Option<Duration>),
    /// It would fail again.
    Lasting(anyhow::Error),
    /// It is more than a server takes at once.
    TooLarge,
}

impl Target {
    /// Hands over a chunk. Answers in its order, once all of it is stored.
    ///
    /// # Errors
    /// When it did not arrive as a whole; nothing of it is stored then, or it is not known whether
    /// it is: to hand it over again does no harm, and under the same key is answered alike.
    pub async fn take(
        &self,
        chunk: &[Mapped],
        key: &str,
        dry_run: bool,
    ) -> Result<Vec<Fate>, Failure> {
        match self {
            Self::Direct(direct) => direct.take(chunk, dry_run).await,
            Self::Server(server) => server.take(chunk, key, dry_run).await,
            Self::Nowhere => {
                let status = Status::Read;
                let read = Fate {
                    status,
                    why: Vec::new(),
                };
                Ok(vec![read; chunk.len()])
            }
        }
    }
}
