//! Where records go: into the database, or through the API of a server. Both answer alike.

mod server;
mod store;

pub use self::{server::Server, store::Direct};
use super::produce::Mapped;

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
    /// The other end is away or in a hurry: it may be tried again.
    Passing(anyhow::Error),
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
    /// it is: to hand it over again does no harm.
    pub async fn take(&self, chunk: &[Mapped], dry_run: bool) -> Result<Vec<Fate>, Failure> {
        match self {
            Self::Direct(direct) => direct.take(chunk, dry_run).await,
            Self::Server(server) => server.take(chunk, dry_run).await,
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

    /// The most text of a chunk: what a server takes in one request unless it is set up for more.
    pub(super) fn most_bytes(&self) -> usize {
        match self {
            Self::Server(_) => 900 * 1024,
            Self::Direct(_) | Self::Nowhere => 4 * 1024 * 1024,
        }
    }
}
