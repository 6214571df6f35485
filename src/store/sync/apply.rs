//! The rows of a call, one after the other, held against what is there. Nothing is read or written
//! here; a row that is wrong, or waits, leaves no trace.

use entity::{
    enums::{ChangeKind, NodeKind},
    sync_deferred,
};
use serde::de::DeserializeOwned;
use serde_json::Value;
use uuid::Uuid;

use super::{
    batch::{Batch, Row, field_of},
    call::of_row,
    matching::Found,
    merge,
    names::{Awaited, Lead, Stop, email_key, key_of},
    report::SyncStatus,
    work::{Task, Work, node_of, rank},
};
use crate::{error::RefusalKind, store::export::OWN_SYSTEM};

/// What a record said before, and says now.
struct Views {
    /// This record's own words.
    own: Value,
    /// Those of all records of the node.
    before: Option<Value>,
    said: Value,
}

impl Work {
    /// Applies all rows, each kind after those it refers to. What is deleted goes last, so that a
    /// call need not tell children before parents.
    pub(super) fn apply_all(&mut self, batch: &mut Batch) {
        let mut order: Vec<usize> = (0..batch.rows.len()).collect();
        order.sort_by_key(|place| {
            let row = &batch.rows[*place];
            (row.record.deleted, row.kind.map_or(0, rank), *place)
        });
        for place in order {
            let row = &mut batch.rows[place];
            if row.result.is_none() {
                if row.record.deleted {
                    self.delete(row);
                } else {
                    self.apply(row);
                }
            }
        }
        self.follow_applications();
    }

    pub(super) fn apply(&mut self, row: &mut Row) {
        let Some(kind) = row.kind else { return };
        if kind == NodeKind::Settings {
            return self.settings_said(row);
        }
        // What a record of this call said before it under the same name, and waits.
        if let Some(Some(waiting)) = self.waiting.get(&row.key).cloned() {
            row.resume(waiting);
        }
        let link = self.link(&row.key).cloned();
        if link.as_ref().is_some_and(|link| link.deleted_at.is_some()) {
            return row.settle(SyncStatus::Stale, None);
        }
        let known = link.as_ref().and_then(node_of);
        let told = link.as_ref().and_then(|link| link.source_updated_at);
        let waited = row
            .waiting
            .as_ref()
            .and_then(|waiting| waiting.source_updated_at);
        if row.index.is_some() && is_older(row, told.max(waited)) {
            self.seen(row);
            return row.settle(SyncStatus::Stale, known.map(|(_, node)| node));
        }
        let node = match self.node_named(row, kind, known) {
            Ok(node) => node,
            Err(refusals) => return row.reject(refusals),
        };
        let is_forced = row.index.is_none();
        let says_the_same = link
            .as_ref()
            .is_some_and(|link| link.payload_hash.as_ref() == Some(&row.hash));
        let are_attached = row.aliases.iter().all(|alias| self.link(alias).is_some());
        if says_the_same && node.is_some() && are_attached && !is_forced {
            self.seen(row);
            return row.settle(SyncStatus::Unchanged, node);
        }
        let found = match node {
            // What was told apart in another tenant of ours is not made one here.
            None if kind == NodeKind::Person && row.key.system != OWN_SYSTEM => self.matched(row),
            _ => None,
        };
        let node = node.or(found.as_ref().map(|(person, _)| *person));
        let found = found.map(|(person, finding)| Found {
            finding,
            before: self.said_here(person),
        });
        self.apply_changed(row, kind, node, found);
    }

    fn apply_changed(
        &mut self,
        row: &mut Row,
        kind: NodeKind,
        node: Option<Uuid>,
        found: Option<Found>,
    ) {
        let now = self.w.now();
        let actor = row.record.actor.as_ref();
        let actor = actor.and_then(|said| self.quietly(NodeKind::Recruiter, said, &row.key.system));
        let views = self.views(row, kind, node);
        let task = Task {
            system: &row.key.system,
            key: &row.key,
            node,
            actor: actor.unwrap_or(row.sender),
            actor_is_known: actor.is_some(),
            sender: row.sender,
            at: row.record.source_updated_at.unwrap_or(now).min(now),
            is_dated: row.record.source_updated_at.is_some(),
        };
        let times = node.map(|node| self.changes.times(kind, node));
        match self.dispatch(kind, &task, views.before.as_ref(), &views.said) {
            Ok(made) => {
                let was_there = node.is_some() || !self.changes.is_created(kind, made);
                self.attach(row, kind, made, &views.own);
                if found.is_some() && !self.changes.is_created(kind, made) {
                    let fields = vec!["matches".to_owned()];
                    self.changes.note(ChangeKind::Updated, kind, made, fields);
                }
                let status = match times {
                    Some(times) if self.changes.times(kind, made) == times => SyncStatus::Unchanged,
                    _ if was_there => SyncStatus::Updated,
                    _ => SyncStatus::Created,
                };
                row.settle(status, Some(made));
                if kind == NodeKind::Person {
                    self.note_match(row, made, found);
                }
                self.after(row, actor.is_some());
            }
            Err(Stop::Refused(refusals)) => {
                let refusals = row.under_payload(refusals);
                if row.index.is_none() {
                    self.keep_with_problem(row, &refusals);
                }
                row.reject(refusals);
            }
            Err(Stop::Waits(waits)) => self.defer(row, waits, node),
        }
    }

    /// What waited under these names has been applied; unless its actor is still to come.
    fn after(&mut self, row: &Row, actor_is_known: bool) {
        let actor = row.record.actor.as_ref().filter(|_| !actor_is_known);
        let awaited = actor.and_then(|said| {
            let record = key_of(said, &row.key.system);
            let email = said.email.as_deref().map(email_key);
            (record.is_some() || email.is_some()).then_some(Awaited {
                kind: NodeKind::Recruiter,
                record,
                email,
                name: None,
            })
        });
        match awaited {
            Some(awaited) => {
                let waiting = self.waiting_row(row, &[awaited], true);
                self.waiting.insert(row.key.clone(), Some(waiting));
            }
            None if row.waiting.is_some() => {
                self.waiting.insert(row.key.clone(), None);
            }
            None => {}
        }
    }

    fn defer(&mut self, row: &mut Row, waits: Vec<Awaited>, node: Option<Uuid>) {
        let waiting = self.waiting_row(row, &waits, false);
        self.waiting.insert(row.key.clone(), Some(waiting));
        row.settle(SyncStatus::Deferred, node);
        if let Some(result) = &mut row.result {
            result.waits_for = waits;
        }
    }

    /// A row that had waited and turned out wrong stays to be seen, with what is wrong.
    fn keep_with_problem(&mut self, row: &Row, refusals: &[crate::error::Refusal]) {
        let mut waiting = self.waiting_row(row, &[], false);
        waiting.problem = serde_json::to_value(refusals).ok();
        self.waiting.insert(row.key.clone(), Some(waiting));
    }

    fn waiting_row(&self, row: &Row, waits: &[Awaited], is_applied: bool) -> sync_deferred::Model {
        let mut record = serde_json::to_value(&row.record).unwrap_or_default();
        if let Some(kind) = row.kind {
            record[field_of(kind)] = row.payload.clone();
        }
        let before = row.waiting.as_ref();
        sync_deferred::Model {
            tenant_id: self.w.tenant(),
            system: row.key.system.clone(),
            record_type: row.key.record_type.clone(),
            external_id: row.key.id.clone(),
            id: before.map_or_else(|| self.w.new_id(), |waiting| waiting.id),
            record,
            source_updated_at: row.record.source_updated_at,
            awaits: waits.first().map(Awaited::mark).unwrap_or_default(),
            waits_for: serde_json::to_value(waits).unwrap_or_default(),
            problem: None,
            is_applied,
            recruiter_id: row.sender,
            deferred_at: before.map_or(self.w.now(), |waiting| waiting.deferred_at),
        }
    }

    /// The node that the row's names lead to, of which no two may lead elsewhere.
    fn node_named(
        &self,
        row: &Row,
        kind: NodeKind,
        known: Option<(NodeKind, Uuid)>,
    ) -> Result<Option<Uuid>, Vec<crate::error::Refusal>> {
        let of_aliases =
            row.aliases
                .iter()
                .filter_map(|alias| match self.names.records.get(alias) {
                    Some(Lead::Node(kind, node)) => Some((*kind, *node)),
                    _ => None,
                });
        let mut node = None;
        for (of, named) in known.into_iter().chain(of_aliases) {
            if of != kind {
                let message = format!(
                    "this is a record of a {} here; a record does not change its kind",
                    field_of(of)
                );
                return Err(of_row(RefusalKind::Invalid, message));
            }
            if node.is_some_and(|node| node != named) {
                let message = "its names belong to several nodes here; merge those first";
                return Err(of_row(RefusalKind::Duplicate, message));
            }
            node = Some(named);
        }
        Ok(node)
    }

    /// What was said of the node and is said now, by this record and, of people, by all others.
    fn views(&self, row: &Row, kind: NodeKind, node: Option<Uuid>) -> Views {
        let field = field_of(kind);
        let names: Vec<_> = std::iter::once(&row.key).chain(&row.aliases).collect();
        let payload = |key| self.link(key)?.payload.as_ref()?.get(field).cloned();
        let own_before = names.iter().find_map(|key| payload(key));
        let own = merge::overlay(own_before.as_ref(), &row.payload);
        let others: Vec<_> = match (kind, node) {
            (NodeKind::Person, Some(node)) => self.others(node, &names),
            _ => Vec::new(),
        };
        if others.is_empty() {
            return Views {
                said: own.clone(),
                before: own_before,
                own,
            };
        }
        let told = self.link(&row.key).and_then(|link| link.source_updated_at);
        let time = told.max(row.record.source_updated_at);
        let together = |value: &Value, at| {
            let mut all: Vec<_> = others
                .iter()
                .map(|(at, key, value)| ((*at, *key), value))
                .collect();
            all.push(((at, &row.key), value));
            all.sort_by_key(|(order, _)| *order);
            merge::together(all.into_iter().map(|(_, value)| value))
        };
        Views {
            before: Some(together(own_before.as_ref().unwrap_or(&Value::Null), told)),
            said: together(&own, time),
            own,
        }
    }

    fn dispatch(
        &mut self,
        kind: NodeKind,
        task: &Task<'_>,
        before: Option<&Value>,
        said: &Value,
    ) -> Result<Uuid, Stop> {
        match kind {
            NodeKind::Person => self.person(task, read(before).as_ref(), &read_now(said)),
            NodeKind::Company => self.company(task, read(before).as_ref(), &read_now(said)),
            NodeKind::Job => self.job(task, read(before).as_ref(), &read_now(said)),
            NodeKind::Application => self.application(task, read(before).as_ref(), &read_now(said)),
            NodeKind::Interaction => self.interaction(task, &read_now(said)),
            NodeKind::Relationship => {
                self.relationship(task, read(before).as_ref(), &read_now(said))
            }
            NodeKind::Referral => self.referral(task, read(before).as_ref(), &read_now(said)),
            NodeKind::Feedback => self.feedback(task, &read_now(said)),
            NodeKind::Recruiter => self.recruiter(task, &read_now(said)),
            NodeKind::Promise => self.promise(task, read(before).as_ref(), &read_now(said)),
            NodeKind::Settings => Err(Stop::Refused(Vec::new())),
        }
    }
}

/// Whether something newer is known.
fn is_older(row: &Row, known: Option<chrono::DateTime<chrono::Utc>>) -> bool {
    row.record
        .source_updated_at
        .zip(known)
        .is_some_and(|(said, known)| said < known)
}

fn read<T: DeserializeOwned>(said: Option<&Value>) -> Option<T> {
    T::deserialize(said?).ok()
}

/// What a row says was read before, field by field; it cannot fail to be read again.
fn read_now<T: DeserializeOwned + Default>(said: &Value) -> T {
    T::deserialize(said).unwrap_or_default()
}
