//! One transaction of a viewer who may write. Every change it makes leaves an event beside it.

use std::{ops::Deref, sync::Arc, time::Duration};

use chrono::{DateTime, Utc};
use entity::{
    enums::{ChangeKind, NodeKind},
    event,
};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, DatabaseTransaction, EntityTrait, IdenStatic,
    IntoActiveModel, Iterable, ModelTrait, QueryFilter, UpdateMany, sea_query::Expr,
};
use uuid::Uuid;

use super::{OfTenant, Shown, Store, conn::Conn, failure, settings};
use crate::error::{Error, RefusalKind, Result};

/// How often work that lost against another writer is tried again.
const RETRIES: u32 = 3;

/// A store whose statements all go into one transaction. Cloning shares it.
#[derive(Clone, Debug)]
pub struct Writer {
    store: Store,
    /// One time for all that the transaction writes.
    now: DateTime<Utc>,
    /// What the caller calls itself, for the events.
    origin: Option<Arc<str>>,
}

impl Deref for Writer {
    type Target = Store;

    fn deref(&self) -> &Store {
        &self.store
    }
}

/// Runs `work` in a transaction, again if it lost a race that another try may win.
pub(super) async fn run<T, Work>(store: &Store, work: impl Fn(Writer) -> Work) -> Result<T>
where
    Work: Future<Output = Result<T>>,
{
    let mut tries = 0;
    loop {
        match once(store, &work).await {
            Err(error) if tries < RETRIES && failure::may_be_retried(&error) => {
                tries += 1;
                tokio::time::sleep(pause(tries)).await;
            }
            outcome => return outcome,
        }
    }
}

/// A pause that grows, and differs between callers, so that two do not meet again at once.
fn pause(tries: u32) -> Duration {
    let chance = u64::from(Uuid::new_v4().as_bytes()[0]);
    Duration::from_millis(u64::from(tries) * 5 + chance / 10)
}

async fn once<T, Work>(store: &Store, work: &impl Fn(Writer) -> Work) -> Result<T>
where
    Work: Future<Output = Result<T>>,
{
    let transaction = Arc::new(store.database.begin().await?);
    let conn = Conn::transaction(Arc::clone(&transaction), store.database.statement_counter());
    let writer = Writer {
        store: Store {
            conn,
            shown: Shown::default(),
            settings: settings::Kept::default(),
            ..store.clone()
        },
        now: store.clock().now(),
        origin: None,
    };
    let outcome = work(writer).await;
    let transaction = sole_owner(transaction)?;
    match outcome {
        Ok(value) => {
            transaction.commit().await?;
            Ok(value)
        }
        Err(error) => {
            transaction.rollback().await?;
            Err(error)
        }
    }
}

fn sole_owner(transaction: Arc<DatabaseTransaction>) -> Result<DatabaseTransaction> {
    Arc::into_inner(transaction)
        .ok_or_else(|| Error::Internal(anyhow::anyhow!("a writer outlived its transaction")))
}

impl Writer {
    /// The time of this transaction.
    pub(super) fn now(&self) -> DateTime<Utc> {
        self.now
    }

    /// A new id.
    pub(super) fn new_id(&self) -> Uuid {
        self.database.new_id()
    }

    /// The same writer, whose events tell another origin.
    pub(super) fn with_origin(&self, origin: Option<&str>) -> Self {
        Self {
            origin: origin.map(Arc::from).or_else(|| self.origin.clone()),
            ..self.clone()
        }
    }

    /// Stores a new row.
    pub(super) async fn insert<M>(&self, row: M) -> Result<M>
    where
        M: IntoActiveModel<<M::Entity as EntityTrait>::ActiveModel> + ModelTrait + Sync,
        M::Entity: OfTenant,
        <M::Entity as EntityTrait>::ActiveModel: Send,
    {
        let active = all_set(row.clone().into_active_model());
        M::Entity::insert(active)
            .exec_without_returning(&self.conn)
            .await?;
        Ok(row)
    }

    /// Stores new rows, in one statement.
    pub(super) async fn insert_all<M>(&self, rows: Vec<M>) -> Result<()>
    where
        M: IntoActiveModel<<M::Entity as EntityTrait>::ActiveModel> + ModelTrait + Sync,
        M::Entity: OfTenant,
        <M::Entity as EntityTrait>::ActiveModel: Send,
    {
        if rows.is_empty() {
            return Ok(());
        }
        let rows = rows.into_iter().map(|row| all_set(row.into_active_model()));
        M::Entity::insert_many(rows)
            .exec_without_returning(&self.conn)
            .await?;
        Ok(())
    }

    /// Changes this tenant's rows.
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that adds the tenant"
    )]
    pub(super) fn update<E: OfTenant>(&self) -> UpdateMany<E> {
        E::update_many().filter(E::TENANT.eq(self.tenant()))
    }

    /// Stores those columns of `new` that differ from `old`, and returns their API names. The row
    /// must have been read in this transaction, with a lock.
    pub(super) async fn save<M>(&self, old: &M, new: &M, key: Condition) -> Result<Vec<String>>
    where
        M: ModelTrait,
        M::Entity: OfTenant,
    {
        let mut update = self.update::<M::Entity>().filter(key);
        let mut changed = Vec::new();
        for column in <M::Entity as EntityTrait>::Column::iter() {
            let value = new.get(column);
            if value != old.get(column) {
                update = update.col_expr(column, Expr::val(value));
                changed.push(api_name(column.as_str()));
            }
        }
        if !changed.is_empty() {
            update.exec(&self.conn).await?;
        }
        Ok(changed)
    }

    /// The API names of the columns in which two rows differ. What is folded from another column
    /// is no field of its own.
    pub(super) fn changed_fields<M: ModelTrait>(old: &M, new: &M) -> Vec<String> {
        <M::Entity as EntityTrait>::Column::iter()
            .filter(|column| new.get(*column) != old.get(*column))
            .filter(|column| !column.as_str().ends_with("_key"))
            .map(|column| api_name(column.as_str()))
            .collect()
    }

    /// Fails when the caller read another version than the stored one.
    pub(super) fn check_version(read: Option<i32>, stored: i32) -> Result<()> {
        match read {
            Some(read) if read != stored => {
                let message = format!(
                    "it has version {stored} by now, not {read}; read it again and repeat the \
                     change"
                );
                Err(Error::refused(RefusalKind::Conflict, &["version"], message))
            }
            _ => Ok(()),
        }
    }

    /// Removes those of this tenant's rows that meet the condition.
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that adds the tenant"
    )]
    pub(super) async fn delete<E: OfTenant>(&self, condition: Condition) -> Result<u64> {
        let rows = E::delete_many()
            .filter(E::TENANT.eq(self.tenant()))
            .filter(condition);
        Ok(rows.exec(&self.conn).await?.rows_affected)
    }

    /// Appends the event of a change.
    pub(super) async fn record(
        &self,
        change: ChangeKind,
        node_kind: NodeKind,
        node_id: Uuid,
        fields: &[&str],
    ) -> Result<()> {
        self.insert(self.event(change, node_kind, node_id, fields))
            .await?;
        Ok(())
    }

    /// The event of a change.
    pub(super) fn event(
        &self,
        change: ChangeKind,
        node_kind: NodeKind,
        node_id: Uuid,
        fields: &[&str],
    ) -> event::Model {
        event::Model {
            tenant_id: self.tenant(),
            id: self.new_id(),
            occurred_at: self.now,
            actor_id: self.viewer().recruiter_id,
            origin: self.origin.as_deref().map(str::to_owned),
            node_kind,
            node_id,
            change,
            fields: fields.into(),
            private_to: None,
            merged_into_id: None,
        }
    }
}

/// Marks every column as given: the key too, which is ours to choose.
pub(super) fn all_set<A: ActiveModelTrait>(mut row: A) -> A {
    for column in <A::Entity as EntityTrait>::Column::iter() {
        if let Some(value) = row.take(column).into_value() {
            row.set(column, value);
        }
    }
    row
}

/// A column's name as the API spells it: `last_touch_at` is `lastTouchAt` there, and `owner_id` is
/// `owner`.
fn api_name(column: &str) -> String {
    let column = column.strip_suffix("_id").unwrap_or(column);
    let mut name = String::with_capacity(column.len());
    for (index, word) in column.split('_').enumerate() {
        let (first, rest) = word.split_at(usize::from(index > 0).min(word.len()));
        name.push_str(&first.to_ascii_uppercase());
        name.push_str(rest);
    }
    name
}
