//! The derived rows of `reply_wait`: what they should be, and how the stored ones become so.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Utc};
use entity::{
    enums::Turn,
    reply_wait::{Column, Entity, Model},
};
use sea_orm::{ColumnTrait, Condition, QueryFilter, QueryOrder, UpdateMany, sea_query::Expr};
use uuid::Uuid;

use crate::{
    error::Result,
    rules::{
        reply_wait::{Logged, Wait, waits},
        settings::Settings,
        working_hours,
    },
    store::{Store, Writer, sql, together::Together},
};

/// How many rows one statement takes: SQLite carries at most 32,766 values.
const ROWS: usize = 1_000;

/// How stored rows differ from what they should be.
#[derive(Debug, Default)]
pub(in crate::store) struct WaitChanges {
    /// To be removed.
    pub(super) gone: Vec<Model>,
    /// To become these.
    pub(super) changed: Vec<Model>,
    /// To be added.
    pub(super) fresh: Vec<Model>,
}

impl WaitChanges {
    /// Takes over the changes of another person's rows.
    pub(super) fn add(&mut self, other: Self) {
        self.gone.extend(other.gone);
        self.changed.extend(other.changed);
        self.fresh.extend(other.fresh);
    }
}

/// What stands for one history.
pub(super) struct Expected<'a> {
    pub(super) tenant_id: Uuid,
    pub(super) person_id: Uuid,
    pub(super) settings: &'a Settings,
}

impl Expected<'_> {
    /// The rows of a history, in the order of their keys.
    pub(super) fn rows(&self, history: &[Logged]) -> Vec<Model> {
        let mut rows: Vec<_> = waits(history).iter().map(|wait| self.row(wait)).collect();
        rows.sort_by_key(key);
        rows
    }

    /// How the rows of a history change by one more touch. Only what differs is worked out.
    pub(super) fn changes_by(&self, history: &[Logged], coming: Logged) -> WaitChanges {
        let (before, mut after) = (waits(history), history.to_vec());
        after.push(coming);
        let after = waits(&after);
        let stored: Vec<_> = before.iter().filter(|wait| !after.contains(wait)).collect();
        let wanted: Vec<_> = after.iter().filter(|wait| !before.contains(wait)).collect();
        let rows = |waits: Vec<&Wait>| waits.into_iter().map(|wait| self.row(wait)).collect();
        differences(rows(stored), rows(wanted))
    }

    fn row(&self, wait: &Wait) -> Model {
        let (opened_at, opened_by_id) = wait.opened;
        let length = wait
            .closed
            .map(|(at, _)| length(opened_at, at, self.settings));
        Model {
            tenant_id: self.tenant_id,
            person_id: self.person_id,
            turn: wait.turn,
            opened_at,
            opened_by_id,
            closed_at: wait.closed.map(|(at, _)| at),
            closed_by_id: wait.closed.map(|(_, by)| by),
            elapsed_seconds: length.map(|(elapsed, _)| elapsed),
            working_seconds: length.map(|(_, working)| working),
        }
    }
}

/// The seconds from a message to its answer: all of them, and those in which we work.
pub(super) fn length(from: DateTime<Utc>, until: DateTime<Utc>, settings: &Settings) -> (i64, i64) {
    let (zone, hours) = (settings.time_zone, &settings.working_hours);
    let working = working_hours::seconds_between(from, until, zone, hours);
    ((until - from).num_seconds(), working)
}

fn key(row: &Model) -> (Uuid, Turn, DateTime<Utc>) {
    (row.person_id, row.turn, row.opened_at)
}

/// How the stored rows become the wanted ones.
pub(super) fn differences(stored: Vec<Model>, wanted: Vec<Model>) -> WaitChanges {
    let mut stored: BTreeMap<_, _> = stored.into_iter().map(|row| (key(&row), row)).collect();
    let mut changes = WaitChanges::default();
    for row in wanted {
        match stored.remove(&key(&row)) {
            Some(same) if same == row => {}
            Some(_) => changes.changed.push(row),
            None => changes.fresh.push(row),
        }
    }
    changes.gone = stored.into_values().collect();
    changes
}

impl Store {
    /// Each person's stored waits, the earliest first.
    pub async fn waits_of(&self, people: &[Uuid]) -> Result<HashMap<Uuid, Vec<Model>>> {
        let rows = self
            .find::<Entity>()
            .filter(sql::one_of(self.backend(), Column::PersonId, people))
            .order_by_asc(Column::OpenedAt)
            .order_by_asc(Column::Turn)
            .all(&self.conn)
            .await?;
        let mut waits: HashMap<Uuid, Vec<Model>> = HashMap::new();
        for row in rows {
            waits.entry(row.person_id).or_default().push(row);
        }
        Ok(waits)
    }
}

impl Writer {
    /// Adds the changes to what is sent together. The one wait that an answer closes is changed
    /// where it stands; where more moved, as by a late import, rows are taken away and put anew.
    pub(in crate::store) async fn put_waits(
        &self,
        mut changes: WaitChanges,
        together: &mut Together,
    ) -> Result<()> {
        if changes.changed.len() == 1 {
            for row in changes.changed.drain(..) {
                together.update(self.update_of_wait(&row));
            }
        }
        changes.gone.extend(changes.changed.iter().cloned());
        changes.fresh.append(&mut changes.changed);
        for gone in changes.gone.chunks(ROWS) {
            let is_one = |any: Condition, row: &Model| any.add(is(row));
            let any = gone.iter().fold(Condition::any(), is_one);
            self.delete::<Entity>(any).await?;
        }
        for fresh in changes.fresh.chunks(ROWS) {
            together.insert(fresh.to_vec());
        }
        Ok(())
    }

    /// Stores the changes of many people.
    pub(super) async fn put_many_waits(&self, mut changes: WaitChanges) -> Result<()> {
        self.delete_many(&changes.gone).await?;
        changes.fresh.append(&mut changes.changed);
        self.upsert(changes.fresh).await
    }

    fn update_of_wait(&self, row: &Model) -> UpdateMany<Entity> {
        self.update::<Entity>()
            .col_expr(Column::OpenedById, Expr::val(row.opened_by_id))
            .col_expr(Column::ClosedAt, Expr::val(row.closed_at))
            .col_expr(Column::ClosedById, Expr::val(row.closed_by_id))
            .col_expr(Column::ElapsedSeconds, Expr::val(row.elapsed_seconds))
            .col_expr(Column::WorkingSeconds, Expr::val(row.working_seconds))
            .filter(is(row))
    }
}

fn is(row: &Model) -> Condition {
    Condition::all()
        .add(Column::PersonId.eq(row.person_id))
        .add(Column::Turn.eq(row.turn))
        .add(Column::OpenedAt.eq(row.opened_at))
}
