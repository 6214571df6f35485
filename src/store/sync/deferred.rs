//! Records that wait for something that has not arrived: found when it does, and listed until then.

use std::collections::HashSet;

use entity::sync_deferred::{Column, Entity, Model};
use sea_orm::{QueryFilter, QueryOrder, QuerySelect, sea_query::Expr};
use serde::Deserialize;

use super::{
    batch::{Batch, Row},
    names::{Awaited, email_key, mark_of_email, mark_of_record},
    record::SyncRecord,
    work::Work,
};
use crate::{
    error::{Refusal, Result},
    store::{
        KeyValue, Page, PageArgs, Position, SortDirection, Store, order::Order,
        record::ExternalKey, sql,
    },
};

/// How far a chain of records that wait for one another is followed: kinds refer to one another in
/// fewer steps than this.
const DEEPEST: usize = 8;
/// The most records that had waited and are applied in one transaction; more follow in others.
const MOST_RESUMED: u64 = 1_000;
/// The mark of records whose turn has come but that one transaction could not take.
const READY: &str = "ready";

/// A record that waits.
#[derive(Clone, Debug)]
pub struct DeferredRecord {
    /// The row.
    pub row: Model,
    /// What it waits for.
    pub waits_for: Vec<Awaited>,
    /// What was wrong with it when that had come.
    pub problem: Vec<Refusal>,
}

impl From<Model> for DeferredRecord {
    fn from(row: Model) -> Self {
        Self {
            waits_for: serde_json::from_value(row.waits_for.clone()).unwrap_or_default(),
            problem: row
                .problem
                .clone()
                .and_then(|problem| serde_json::from_value(problem).ok())
                .unwrap_or_default(),
            row,
        }
    }
}

impl DeferredRecord {
    /// Where it stands among those that wait: in the order in which they came.
    pub fn position(row: &Model) -> Position {
        vec![KeyValue::Id(row.id)]
    }
}

impl Store {
    /// A page of the records that wait, the earliest first.
    pub async fn deferred_page(
        &self,
        system: Option<&str>,
        args: &PageArgs,
    ) -> Result<Page<Model>> {
        let order = Order::new(self.backend()).id((Entity, Column::Id), SortDirection::Ascending);
        self.page(self.deferred(system), &order, args).await
    }

    /// How many records wait.
    pub async fn deferred_count(&self, system: Option<&str>) -> Result<u64> {
        self.count(self.deferred(system)).await
    }

    fn deferred(&self, system: Option<&str>) -> sea_orm::Select<Entity> {
        use sea_orm::ColumnTrait;
        let list = self.find::<Entity>().filter(Column::IsApplied.eq(false));
        match system {
            Some(system) => list.filter(Column::System.eq(system)),
            None => list,
        }
    }
}

impl Work {
    /// Finds what waits under the names of the call's rows, and what waits for one of them; then
    /// what waits for those, and so on.
    pub(super) async fn load_waiting(&mut self, batch: &mut Batch) -> Result<()> {
        if self.w.find::<Entity>().one(&self.w.conn).await?.is_none() {
            return Ok(());
        }
        let mut known: HashSet<ExternalKey> = HashSet::new();
        let mut from = 0;
        for _ in 0..DEEPEST {
            let fresh: Vec<_> = batch.rows[from..]
                .iter()
                .filter(|row| row.result.is_none())
                .collect();
            let mut marks: Vec<_> = fresh.iter().flat_map(|row| marks_of(row)).collect();
            let keys: Vec<_> = fresh.iter().map(|row| row.key.clone()).collect();
            if from == 0 {
                marks.push(READY.to_owned());
            } else if keys.is_empty() {
                break;
            }
            from = batch.rows.len();
            for waiting in self.waiting_for(&marks, &keys).await? {
                let key = ExternalKey {
                    system: waiting.system.clone(),
                    record_type: waiting.record_type.clone(),
                    id: waiting.external_id.clone(),
                };
                if !known.insert(key.clone()) {
                    continue;
                }
                let mut of_call = false;
                for row in batch.rows.iter_mut().filter(|row| row.key == key) {
                    of_call = true;
                    if row.result.is_none() {
                        row.resume(waiting.clone());
                    }
                }
                if !of_call && let Ok(record) = SyncRecord::deserialize(&waiting.record) {
                    let mut row = Row::new(None, record, &waiting.system, waiting.recruiter_id);
                    row.waiting = Some(waiting);
                    batch.rows.push(row);
                }
            }
        }
        Ok(())
    }

    async fn waiting_for(&mut self, marks: &[String], keys: &[ExternalKey]) -> Result<Vec<Model>> {
        let backend = self.w.backend();
        let keys: Vec<_> = keys
            .iter()
            .map(|key| {
                (
                    key.system.as_str(),
                    key.record_type.as_str(),
                    key.id.as_str(),
                )
            })
            .filter(|key| ![key.0, key.1, key.2].iter().any(|part| part.contains('\0')))
            .collect();
        // Two statements, since PostgreSQL finds rows by either index, but not by one or the other.
        let awaits = Expr::col((Entity, Column::Awaits));
        let rows = self
            .w
            .find::<Entity>()
            .filter(sql::one_of_texts(backend, awaits, marks))
            .order_by_asc(Column::Id)
            .limit(MOST_RESUMED);
        let mut rows = rows.all(&self.w.conn).await?;
        if rows.len() as u64 >= MOST_RESUMED {
            self.ready.extend(marks.iter().cloned());
        }
        let columns = "sync_deferred.system, sync_deferred.record_type, sync_deferred.external_id";
        let own = self.w.find::<Entity>();
        let own = own.filter(sql::one_of_records(backend, columns, &keys));
        rows.extend(own.all(&self.w.conn).await?);
        Ok(rows)
    }

    /// Keeps in mind whose turn has come but who are too many for this transaction.
    pub(super) async fn store_ready(&self) -> Result<()> {
        if self.ready.is_empty() {
            return Ok(());
        }
        let awaits = Expr::col((Entity, Column::Awaits));
        self.w
            .update::<Entity>()
            .col_expr(Column::Awaits, Expr::val(READY))
            .filter(sql::one_of_texts(self.w.backend(), awaits, &self.ready))
            .exec(&self.w.conn)
            .await?;
        Ok(())
    }
}

/// Under which names others may wait for a row.
fn marks_of(row: &Row) -> Vec<String> {
    let names = std::iter::once(&row.key).chain(&row.aliases);
    let mut marks: Vec<_> = names.map(mark_of_record).collect();
    let emails = row.record.person.iter();
    let emails = emails.flat_map(|person| person.emails.iter().flatten().flatten());
    marks.extend(emails.map(|email| mark_of_email(&email_key(&email.value))));
    let recruiter = row.record.recruiter.iter();
    let email = recruiter.flat_map(|recruiter| recruiter.email.iter().flatten());
    marks.extend(email.map(|email| mark_of_email(&email_key(email))));
    marks
}
