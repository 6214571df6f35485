//! What the names of a call's records lead to: records that were seen before, read no further than
//! is needed, and nodes that an export calls by our own ids.

use std::collections::{HashMap, HashSet};

use entity::{
    application, company, enums::NodeKind, external_record, feedback, interaction, job, person,
    promise, recruiter, referral, relationship,
};
use sea_orm::{Iterable, QueryFilter, QuerySelect, sea_query::Expr};
use uuid::Uuid;

use super::{
    batch::Batch,
    load::keys_of,
    names::Lead,
    report::SyncStatus,
    work::{Work, node_of},
};
use crate::{
    error::Result,
    store::{
        Writer,
        export::{OWN_SYSTEM, kind_of},
        record::ExternalKey,
        sql,
    },
};

const COLUMNS: &str =
    "external_record.system, external_record.record_type, external_record.external_id";

impl Work {
    /// Rows that say what they said last time need nothing more to be read: not even what that was.
    pub(super) async fn settle_unchanged(&mut self, batch: &mut Batch) -> Result<()> {
        let own: HashSet<_> = keys_of(batch).cloned().collect();
        let known = self.known_hashes(&own).await?;
        let is_new = |key: &&ExternalKey| !known.contains_key(*key);
        self.unlinked = own.iter().filter(is_new).cloned().collect();
        let count: HashMap<_, _> = batch
            .occurrences()
            .into_iter()
            .map(|(key, count)| (key.clone(), count))
            .collect();
        for row in &mut batch.rows {
            let mut names = std::iter::once(&row.key).chain(&row.aliases);
            let is_plain = row.result.is_none() && !row.record.deleted;
            let is_alone = names.all(|key| count.get(key) == Some(&1) && known.contains_key(key));
            let Some(link) = known.get(&row.key).filter(|_| is_plain && is_alone) else {
                continue;
            };
            let said_at = row.record.source_updated_at;
            let is_older = said_at
                .zip(link.source_updated_at)
                .is_some_and(|(said, known)| said < known);
            let is_same = link.payload_hash.as_ref() == Some(&row.hash);
            let node = node_of(link).filter(|(kind, _)| Some(*kind) == row.kind);
            if let Some((kind, node)) = node
                && link.deleted_at.is_none()
                && is_same
                && !is_older
            {
                let listing = (link.system.clone(), link.record_type.clone());
                let seen = external_record::Model {
                    source_updated_at: link.source_updated_at.max(said_at),
                    seen_in_id: self.snapshots.get(&listing).copied().or(link.seen_in_id),
                    ..link.clone()
                };
                if seen != *link {
                    self.seen_again.push(seen);
                }
                let lead = Lead::Node(kind, node);
                self.names.records.insert(row.key.clone(), lead);
                row.settle(SyncStatus::Unchanged, Some(node));
            }
        }
        Ok(())
    }

    /// The records of these names, without their words.
    async fn known_hashes(
        &self,
        keys: &HashSet<ExternalKey>,
    ) -> Result<HashMap<ExternalKey, external_record::Model>> {
        use external_record::{Column, Entity};
        let keys = texts_of(keys.iter());
        if keys.is_empty() {
            return Ok(HashMap::new());
        }
        let read = Column::iter().filter(|column| !matches!(column, Column::Payload));
        let rows = self
            .w
            .find::<Entity>()
            .select_only()
            .columns(read)
            .expr_as(Expr::cust("NULL"), "payload")
            .filter(sql::one_of_records(self.w.backend(), COLUMNS, &keys));
        let rows = rows.all(&self.w.conn).await?;
        Ok(rows
            .into_iter()
            .map(|row| (ExternalKey::from(&row), row))
            .collect())
    }

    /// Reads the records of these names that were not read yet.
    pub(super) async fn load_links(&mut self, keys: &HashSet<ExternalKey>) -> Result<()> {
        let unread = |key: &&ExternalKey| {
            !self.stored_links.contains_key(*key) && !self.unlinked.contains(*key)
        };
        let keys = texts_of(keys.iter().filter(unread));
        if keys.is_empty() {
            return Ok(());
        }
        let rows = self
            .w
            .find::<external_record::Entity>()
            .filter(sql::one_of_records(self.w.backend(), COLUMNS, &keys));
        let rows = rows.all(&self.w.conn).await?;
        self.keep_links(rows);
        Ok(())
    }

    /// Finds what these names lead to: of a node that is only referred to, no more is needed.
    pub(super) async fn load_leads(&mut self, keys: &HashSet<ExternalKey>) -> Result<()> {
        let is_unknown = |key: &&ExternalKey| {
            !self.names.records.contains_key(*key) && !self.unlinked.contains(*key)
        };
        let unknown: HashSet<_> = keys.iter().filter(is_unknown).cloned().collect();
        for (key, link) in self.known_hashes(&unknown).await? {
            self.names
                .records
                .extend(lead_of(&link).map(|lead| (key, lead)));
        }
        Ok(())
    }

    /// Finds the nodes of this tenant that are called by our own ids, as an export calls them. An
    /// export of another tenant's is a record like any other.
    pub(super) async fn load_own(&mut self, keys: &HashSet<ExternalKey>) -> Result<()> {
        let mut called: HashMap<NodeKind, Vec<(Uuid, &ExternalKey)>> = HashMap::new();
        let unknown = keys.iter().filter(|key| key.system == OWN_SYSTEM);
        for key in unknown.filter(|key| !self.names.records.contains_key(*key)) {
            if let (Some(kind), Ok(id)) = (kind_of(&key.record_type), key.id.parse()) {
                called.entry(kind).or_default().push((id, key));
            }
        }
        for (kind, called) in called {
            let ids: Vec<_> = called.iter().map(|(id, _)| *id).collect();
            let here = self.w.here(kind, &ids).await?;
            for (id, key) in called.into_iter().filter(|(id, _)| here.contains(id)) {
                self.own.insert(key.clone());
                let lead = Lead::Node(kind, id);
                self.names.records.insert(key.clone(), lead);
                let link = self.w.record_row(kind, id, key);
                self.stored_links.insert(key.clone(), link);
            }
        }
        Ok(())
    }

    pub(super) fn keep_links(&mut self, rows: Vec<external_record::Model>) {
        for row in rows {
            let key = ExternalKey::from(&row);
            if let Some(lead) = lead_of(&row) {
                self.names.records.insert(key.clone(), lead);
            }
            self.stored_links.insert(key, row);
        }
    }

    /// The other records of the people whom the rows name: what all of them say counts.
    pub(super) async fn load_siblings(&mut self, batch: &Batch) -> Result<()> {
        use external_record::Column;
        let people = self.nodes_of(batch, NodeKind::Person);
        if people.is_empty() {
            return Ok(());
        }
        let rows = self.w.find::<external_record::Entity>().filter(sql::one_of(
            self.w.backend(),
            Column::PersonId,
            &people,
        ));
        let rows = rows.all(&self.w.conn).await?;
        self.keep_links(rows);
        Ok(())
    }
}

/// What a record leads to.
fn lead_of(link: &external_record::Model) -> Option<Lead> {
    match node_of(link) {
        Some((kind, node)) => Some(Lead::Node(kind, node)),
        None => link.deleted_at.map(|_| Lead::Gone),
    }
}

/// The names in texts. Nothing that is kept has a NUL in it, and PostgreSQL would not even look for
/// one.
fn texts_of<'a>(keys: impl Iterator<Item = &'a ExternalKey>) -> Vec<(&'a str, &'a str, &'a str)> {
    let texts = keys.map(|key| {
        let (system, record_type) = (key.system.as_str(), key.record_type.as_str());
        (system, record_type, key.id.as_str())
    });
    texts
        .filter(|key| ![key.0, key.1, key.2].iter().any(|part| part.contains('\0')))
        .collect()
}

impl Writer {
    /// Those of the ids that are ids of such nodes of this tenant.
    async fn here(&self, kind: NodeKind, ids: &[Uuid]) -> Result<HashSet<Uuid>> {
        macro_rules! here {
            ($table:ident) => {{
                let id = $table::Column::Id;
                let these = sql::one_of(self.backend(), ($table::Entity, id), ids);
                let rows = self.find::<$table::Entity>().select_only().column(id);
                rows.filter(these).into_tuple().all(&self.conn).await?
            }};
        }
        let found: Vec<Uuid> = match kind {
            NodeKind::Person => here!(person),
            NodeKind::Company => here!(company),
            NodeKind::Job => here!(job),
            NodeKind::Application => here!(application),
            NodeKind::Interaction => here!(interaction),
            NodeKind::Relationship => here!(relationship),
            NodeKind::Referral => here!(referral),
            NodeKind::Recruiter => here!(recruiter),
            NodeKind::Promise => here!(promise),
            NodeKind::Feedback => here!(feedback),
            NodeKind::Settings => Vec::new(),
        };
        Ok(found.into_iter().collect())
    }
}
