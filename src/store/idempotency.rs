//! Work that is done once under a key: a repeat finds what the first call made.

use chrono::TimeDelta;
use entity::idempotency::{Column, Entity, Model};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

use super::{Database, Store, Writer, failure};
use crate::error::{Error, RefusalKind, Result};

/// How long a key is remembered: far longer than any caller tries again.
const REMEMBERED: TimeDelta = TimeDelta::days(30);
/// The longest key.
const LONGEST: usize = 255;

/// A caller's wish that an operation be done once.
#[derive(Clone, Debug)]
pub struct Once {
    /// The operation, such as `createCandidate`.
    pub operation: &'static str,
    /// The caller's key.
    pub key: String,
    /// SHA-256 of the input, in hex: the same key with other input is a mistake to be told.
    pub input_hash: String,
}

/// What came of work that makes one node.
#[derive(Clone, Copy, Debug)]
pub enum Made<T> {
    /// It was done now.
    Now(T),
    /// It had been done before under the same key, and made this node.
    Before(Uuid),
}

impl Once {
    /// Fails if the key is none.
    pub(super) fn check(&self) -> Result<()> {
        if self.key.is_empty() || self.key.len() > LONGEST || self.key.contains('\0') {
            return Err(Error::refused(
                RefusalKind::Invalid,
                &["idempotencyKey"],
                format!("`idempotencyKey` must have 1 to {LONGEST} bytes, and no NUL"),
            ));
        }
        Ok(())
    }
}

impl Store {
    /// Runs `work`, which makes one node, unless the key says it was done before; then the id of
    /// the node it made then. The key is kept in the transaction of the work itself.
    pub async fn write_once<Work>(
        &self,
        once: Option<&Once>,
        work: impl Fn(Writer) -> Work,
    ) -> Result<Uuid>
    where
        Work: Future<Output = Result<Uuid>>,
    {
        let made = self.make_once(once, work, |id| *id).await?;
        Ok(match made {
            Made::Now(id) | Made::Before(id) => id,
        })
    }

    /// The same for work that returns the whole row, so that an answer need not read it again.
    pub async fn make_once<T, Work>(
        &self,
        once: Option<&Once>,
        work: impl Fn(Writer) -> Work,
        id: impl Fn(&T) -> Uuid,
    ) -> Result<Made<T>>
    where
        Work: Future<Output = Result<T>>,
    {
        let Some(once) = once else {
            return self.write(work).await.map(Made::Now);
        };
        once.check()?;
        let (work, id) = (&work, &id);
        self.write(|w| async move {
            if let Some(done) = w.done_before(once).await? {
                return Ok(Made::Before(done.node_id));
            }
            let made = work(w.clone()).await?;
            w.remember(once, id(&made), None).await?;
            Ok(Made::Now(made))
        })
        .await
    }
}

impl Database {
    /// Forgets the keys of all tenants that nobody will use again, and returns how many.
    ///
    /// # Errors
    /// When the database does not answer.
    #[expect(clippy::disallowed_methods, reason = "keys age alike in every tenant")]
    pub async fn forget_old_keys(&self) -> Result<u64> {
        let old = Column::CreatedAt.lt(self.clock().now() - REMEMBERED);
        let forgotten = Entity::delete_many().filter(old).exec(self.writer());
        Ok(forgotten.await?.rows_affected)
    }
}

impl Writer {
    /// What the first call under the key left.
    pub(super) async fn done_before(&self, once: &Once) -> Result<Option<Model>> {
        let row = self
            .find::<Entity>()
            .filter(Column::CallerId.eq(self.viewer().recruiter_id))
            .filter(Column::Operation.eq(once.operation))
            .filter(Column::Key.eq(&once.key))
            .one(&self.conn)
            .await?;
        match row {
            Some(row) if row.input_hash != once.input_hash => Err(Error::refused(
                RefusalKind::IdempotencyKeyReused,
                &["idempotencyKey"],
                "this key was used before with other input; take a new key for a new wish",
            )),
            row => Ok(row),
        }
    }

    /// Two calls with one key may run side by side: the one that comes second to this insert
    /// waits for the first, meets its row, and is told to ask again.
    pub(super) async fn remember(
        &self,
        once: &Once,
        node_id: Uuid,
        answer: Option<serde_json::Value>,
    ) -> Result<()> {
        let row = Model {
            tenant_id: self.tenant(),
            caller_id: self.viewer().recruiter_id,
            operation: once.operation.to_owned(),
            key: once.key.clone(),
            input_hash: once.input_hash.clone(),
            node_id,
            answer,
            created_at: self.now(),
        };
        match self.insert(row).await {
            Err(Error::Internal(cause))
                if cause.downcast_ref().is_some_and(failure::is_duplicate) =>
            {
                Err(Error::Retry)
            }
            other => other.map(|_| ()),
        }
    }
}
