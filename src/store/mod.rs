//! The data of one tenant, as one viewer may see it. A [`Store`] cannot be made without a viewer,
//! `Store::find` adds the tenant to every query, and only [`Store::write`] gives a [`Writer`].

mod bulk;
mod check;
mod conn;
mod database;
mod derive;
mod directory;
mod failure;
mod gathering;
mod idempotency;
mod lease;
mod order;
mod page;
mod place;
mod record;
mod shown;
mod sql;
mod statistics;
mod together;
mod traffic;
mod words;
mod writer;

pub mod agenda;
pub mod application;
pub mod change;
pub mod company;
pub mod export;
pub mod feedback;
pub mod health;
pub mod interaction;
pub mod job;
pub mod matching;
pub mod merge;
pub mod network;
pub mod own_record;
pub mod person;
pub mod promise;
pub mod reconnect;
pub mod recruiter;
pub mod referral;
pub mod relationship;
pub mod schema;
pub mod scorecard;
pub mod settings;
pub mod silence;
pub mod sync;

use std::sync::Arc;

use sea_orm::{ColumnTrait, DbBackend, QueryFilter, Select};
use uuid::Uuid;

pub(crate) use self::derive::{Facts, derived_state};
use self::{conn::Conn, shown::OfTenant};
pub use self::{
    database::{Database, DatabaseOptions},
    derive::{Difference, Examined},
    directory::Caller,
    idempotency::{Made, Once},
    order::{Direction as SortDirection, KeyValue, Position},
    page::{Page, PageArgs},
    place::PlaceDetails,
    record::{By, ExternalKey},
    shown::Shown,
    traffic::Traffic,
    writer::Writer,
};
use crate::{
    auth::viewer::{Scope, Viewer},
    clock::Clock,
    error::Result,
};

/// A viewer's handle on the data of their tenant. Cloning shares it.
#[derive(Clone, Debug)]
pub struct Store {
    database: Database,
    viewer: Arc<Viewer>,
    conn: Conn,
    /// What of each row is read.
    shown: Shown,
    settings: settings::Kept,
    own_changed: own_record::Changed,
}

impl Store {
    /// The handle of `viewer`.
    pub fn new(database: Database, viewer: Viewer) -> Self {
        let conn = Conn::of_pool(database.reader(), database.statement_counter());
        Self {
            database,
            viewer: Arc::new(viewer),
            conn,
            shown: Shown::default(),
            settings: settings::Kept::default(),
            own_changed: own_record::Changed::default(),
        }
    }

    /// Whose handle this is.
    pub fn viewer(&self) -> &Viewer {
        &self.viewer
    }

    /// The clock that dates every write.
    pub fn clock(&self) -> &Clock {
        self.database.clock()
    }

    /// What this handle has under way in the database.
    pub fn traffic(&self) -> &Arc<Traffic> {
        self.conn.traffic()
    }

    fn backend(&self) -> DbBackend {
        self.database.backend()
    }

    fn tenant(&self) -> Uuid {
        self.viewer.tenant_id
    }

    /// The rows of this tenant: where every query begins.
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that adds the tenant"
    )]
    fn find<E: OfTenant>(&self) -> Select<E> {
        E::find().filter(E::TENANT.eq(self.tenant()))
    }

    /// Runs `work` in one transaction, which is committed if it succeeds and rolled back if not.
    /// Work that lost against another writer runs again, unseen by the caller.
    pub async fn write<T, Work>(&self, work: impl Fn(Writer) -> Work) -> Result<T>
    where
        Work: Future<Output = Result<T>>,
    {
        self.viewer.scopes.require(Scope::Write)?;
        self.conn.give_back().await;
        let outcome = writer::run(self, work).await;
        self.settings.forget().await;
        if self.own_changed.take() {
            self.database.directory().forget_own_people(self.tenant());
        }
        outcome
    }
}
