//! Reads all that a call's rows name, table by table: how many statements that takes depends on
//! the kinds in the call, not on the rows.

mod people;
mod rest;

use std::collections::{BTreeSet, HashMap, HashSet};

use entity::{
    application, enums::NodeKind, interaction_person, interaction_recruiter, sync_snapshot,
};
use sea_orm::{
    ColumnTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, LockType},
};
use uuid::Uuid;

use super::{
    batch::{Batch, references},
    call::SyncCall,
    matching::LeftOut,
    names::{Names, email_key, key_of},
    record::{SyncRecord, SyncRef},
    work::{Work, node_of},
};
use crate::{
    error::Result,
    store::{OfTenant, Writer, interaction::participants::Participants, record::ExternalKey, sql},
};

/// What the rows of a call name, by how it is named.
#[derive(Default)]
struct Named {
    keys: HashSet<ExternalKey>,
    people: BTreeSet<String>,
    recruiters: BTreeSet<String>,
    ids: HashMap<NodeKind, BTreeSet<Uuid>>,
}

impl Work {
    pub(super) async fn load(
        w: &Writer,
        call: &SyncCall,
        batch: &mut Batch,
        left_out: &LeftOut,
    ) -> Result<Self> {
        let names = Names {
            records: HashMap::new(),
            people: HashMap::new(),
            recruiters: HashMap::new(),
            nodes: HashSet::new(),
            survivors: HashMap::new(),
            read_id: call.read_id,
        };
        let mut work = Self::empty(w, names);
        work.load_snapshots(batch).await?;
        work.settle_unchanged(batch).await?;
        work.load_waiting(batch).await?;
        let own: HashSet<_> = keys_of(batch).cloned().collect();
        work.load_links(&own).await?;
        work.load_own(&own).await?;
        work.load_siblings(batch).await?;
        work.load_matches(batch, left_out).await?;
        let wanted = work.wanted(batch);
        work.load_leads(&wanted.keys).await?;
        work.load_own(&wanted.keys).await?;
        work.load_recruiters(batch, &wanted).await?;
        work.load_people(batch, &wanted).await?;
        work.load_rest(batch, &wanted).await?;
        Ok(work)
    }

    async fn load_snapshots(&mut self, batch: &Batch) -> Result<()> {
        use sync_snapshot::{Column, Entity};
        let mut systems: Vec<_> = batch.open().map(|row| row.key.system.clone()).collect();
        systems.sort_unstable();
        systems.dedup();
        let rows = self
            .w
            .find::<Entity>()
            .filter(Column::ClosedAt.is_null())
            .filter(sql::one_of_texts(
                self.w.backend(),
                Expr::col(Column::System),
                &systems,
            ));
        for row in rows.all(&self.w.conn).await? {
            self.snapshots.insert((row.system, row.record_type), row.id);
        }
        Ok(())
    }

    /// The nodes of a kind that the open rows are records of.
    pub(super) fn nodes_of(&self, batch: &Batch, kind: NodeKind) -> Vec<Uuid> {
        let keys = batch
            .open()
            .flat_map(|row| std::iter::once(&row.key).chain(&row.aliases));
        let nodes: BTreeSet<_> = keys
            .filter_map(|key| node_of(self.stored_links.get(key)?))
            .filter(|(of, _)| *of == kind)
            .map(|(_, node)| node)
            .collect();
        nodes.into_iter().collect()
    }

    /// All that the open rows refer to, and what their nodes' records referred to before.
    fn wanted(&self, batch: &Batch) -> Named {
        let mut named = Named::default();
        for row in batch.open() {
            for (kind, said) in &row.refers_to {
                named.note(*kind, said, &row.key.system, self.names.read_id);
            }
            if let (Some(kind), true) = (row.kind, row.waiting.is_some()) {
                let waited = serde_json::json!({ super::batch::field_of(kind): row.payload });
                named.note_said(&waited, &row.key.system, self.names.read_id);
            }
            if let Some(recruiter) = &row.record.recruiter {
                let email = recruiter.email.iter().flatten();
                named.recruiters.extend(email.map(|email| email_key(email)));
            }
        }
        for link in self.stored_links.values() {
            if let Some(payload) = &link.payload {
                named.note_said(payload, &link.system, self.names.read_id);
            }
        }
        named
    }
}

pub(super) fn keys_of(batch: &Batch) -> impl Iterator<Item = &ExternalKey> {
    batch
        .open()
        .flat_map(|row| std::iter::once(&row.key).chain(&row.aliases))
}

impl Named {
    fn ids_of(&self, kind: NodeKind) -> impl Iterator<Item = Uuid> + '_ {
        self.ids.get(&kind).into_iter().flatten().copied()
    }

    /// Notes what a payload refers to that was read before.
    fn note_said(&mut self, payload: &serde_json::Value, system: &str, read_id: super::ReadId) {
        use serde::Deserialize;
        let mut whole = payload.clone();
        whole["type"] = "".into();
        whole["id"] = "".into();
        if let Ok(mut record) = SyncRecord::deserialize(whole) {
            for (kind, said) in references(&mut record) {
                self.note(kind, said, system, read_id);
            }
        }
    }

    fn note(&mut self, kind: NodeKind, said: &SyncRef, system: &str, read_id: super::ReadId) {
        self.keys.extend(key_of(said, system));
        if let Some(email) = &said.email {
            match kind {
                NodeKind::Recruiter => self.recruiters.insert(email_key(email)),
                _ => self.people.insert(email.clone()),
            };
        }
        if let Some((kind, id)) = said.node.as_deref().and_then(read_id) {
            self.ids.entry(kind).or_default().insert(id);
        }
    }
}

impl Writer {
    /// Rows that stay as they are until the end of the write, locked in the order of their ids.
    async fn locked<E: OfTenant>(&self, id: E::Column, ids: &[Uuid]) -> Result<Vec<E::Model>> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let rows = self
            .find::<E>()
            .filter(sql::one_of(self.backend(), (E::default(), id), ids))
            .order_by_asc(id)
            .lock(LockType::NoKeyUpdate);
        Ok(rows.all(&self.conn).await?)
    }

    async fn applications_in_bulk(&self, ids: &[Uuid]) -> Result<Vec<application::Model>> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        Ok(self.applications(ids).await?.into_values().collect())
    }

    /// Who took part in each interaction, private ones too.
    async fn participants_in_bulk(&self, ids: &[Uuid]) -> Result<HashMap<Uuid, Participants>> {
        let mut with: HashMap<Uuid, Participants> = HashMap::new();
        if ids.is_empty() {
            return Ok(with);
        }
        let column = interaction_person::Column::InteractionId;
        let people = self
            .find::<interaction_person::Entity>()
            .filter(sql::one_of(self.backend(), column, ids));
        for row in people.all(&self.conn).await? {
            with.entry(row.interaction_id)
                .or_default()
                .people
                .insert(row.person_id);
        }
        let column = interaction_recruiter::Column::InteractionId;
        let recruiters = self
            .find::<interaction_recruiter::Entity>()
            .filter(sql::one_of(self.backend(), column, ids));
        for row in recruiters.all(&self.conn).await? {
            with.entry(row.interaction_id)
                .or_default()
                .recruiters
                .insert(row.recruiter_id);
        }
        Ok(with)
    }
}
