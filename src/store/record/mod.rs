//! External records: the names that other systems give to our nodes, and how a node is found by
//! one of them.

mod link;

use std::collections::{HashMap, HashSet};

use entity::{
    enums::NodeKind,
    external_record::{Column, Entity, Model},
};
use sea_orm::{
    ColumnTrait, Condition, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
    sea_query::{Expr, LockType},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{OfTenant, Store, Writer, check::Check, sql};
use crate::{
    error::{Error, Refusal, Result},
    rules::text,
};

/// A record of another system.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ExternalKey {
    /// The other system, such as `greenhouse`.
    pub system: String,
    /// The kind of record there, such as `candidate`.
    pub record_type: String,
    /// Its id there.
    pub id: String,
}

impl ExternalKey {
    fn has_nul(&self) -> bool {
        let parts = [&self.system, &self.record_type, &self.id];
        parts.iter().any(|part| part.contains('\0'))
    }

    /// Notes what is wrong with the key given at `path`.
    pub(super) fn check(&self, path: &[&str], check: &mut Check) {
        for (field, value) in [
            ("system", &self.system),
            ("type", &self.record_type),
            ("id", &self.id),
        ] {
            let path: Vec<_> = path.iter().copied().chain([field]).collect();
            let outcome = text::required_line(value, text::MAX_OTHER);
            match check.keep(&path, outcome) {
                Some(kept) if kept != *value => check.invalid(&path, "begins or ends with a space"),
                _ => {}
            }
        }
    }
}

/// How a node is named by a caller.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum By {
    /// By our id.
    Id(Uuid),
    /// By a record of another system.
    External(ExternalKey),
}

/// The column that points at nodes of a kind; the settings have no name elsewhere.
fn column_of(kind: NodeKind) -> Option<Column> {
    Some(match kind {
        NodeKind::Person => Column::PersonId,
        NodeKind::Company => Column::CompanyId,
        NodeKind::Job => Column::JobId,
        NodeKind::Application => Column::ApplicationId,
        NodeKind::Interaction => Column::InteractionId,
        NodeKind::Relationship => Column::RelationshipId,
        NodeKind::Referral => Column::ReferralId,
        NodeKind::Recruiter => Column::RecruiterId,
        NodeKind::Promise => Column::PromiseId,
        NodeKind::Feedback => Column::FeedbackId,
        NodeKind::Settings => return None,
    })
}

pub(super) fn node_of(record: &Model, kind: NodeKind) -> Option<Uuid> {
    match kind {
        NodeKind::Person => record.person_id,
        NodeKind::Company => record.company_id,
        NodeKind::Job => record.job_id,
        NodeKind::Application => record.application_id,
        NodeKind::Interaction => record.interaction_id,
        NodeKind::Relationship => record.relationship_id,
        NodeKind::Referral => record.referral_id,
        NodeKind::Recruiter => record.recruiter_id,
        NodeKind::Promise => record.promise_id,
        NodeKind::Feedback => record.feedback_id,
        NodeKind::Settings => None,
    }
}

impl Store {
    /// The nodes of a kind that the given records name.
    pub(super) async fn nodes_by_records(
        &self,
        kind: NodeKind,
        keys: &[ExternalKey],
    ) -> Result<HashMap<ExternalKey, Uuid>> {
        let Some(column) = column_of(kind) else {
            return Ok(HashMap::new());
        };
        // No record that is kept has a NUL in it, and PostgreSQL would not even look for one.
        let keys: Vec<_> = keys.iter().filter(|key| !key.has_nul()).collect();
        if keys.is_empty() {
            return Ok(HashMap::new());
        }
        let mut any = Condition::any();
        for key in keys {
            any = any.add(is(key));
        }
        let rows = self
            .find::<Entity>()
            .filter(any)
            .filter(column.is_not_null());
        let rows = rows.all(&self.conn).await?;
        Ok(rows
            .into_iter()
            .filter_map(|row| {
                let node = node_of(&row, kind)?;
                let Model {
                    system,
                    record_type,
                    external_id: id,
                    ..
                } = row;
                Some((
                    ExternalKey {
                        system,
                        record_type,
                        id,
                    },
                    node,
                ))
            })
            .collect())
    }

    /// The id of the node that a record names, as an expression; none if no record can.
    pub(super) fn node_named(&self, kind: NodeKind, key: &ExternalKey) -> Option<Expr> {
        if key.has_nul() {
            return None;
        }
        let named = self
            .find::<Entity>()
            .filter(is(key))
            .select_only()
            .column(column_of(kind)?);
        Some(named.into_query().into())
    }

    /// The id of the node that is meant; nothing if no record names one. An id is given back
    /// without a look whether the node is there.
    pub async fn id_by(&self, kind: NodeKind, by: &By) -> Result<Option<Uuid>> {
        match by {
            By::Id(id) => Ok(Some(*id)),
            By::External(key) => {
                let found = self
                    .nodes_by_records(kind, std::slice::from_ref(key))
                    .await?;
                Ok(found.get(key).copied())
            }
        }
    }

    /// The records of each node, by system.
    pub async fn records(
        &self,
        kind: NodeKind,
        nodes: &[Uuid],
    ) -> Result<HashMap<Uuid, Vec<Model>>> {
        let Some(column) = column_of(kind) else {
            return Ok(HashMap::new());
        };
        let rows = self
            .find::<Entity>()
            .filter(sql::one_of(self.backend(), column, nodes))
            .order_by_asc(Column::System)
            .order_by_asc(Column::RecordType)
            .order_by_asc(Column::ExternalId);
        let rows = self.rows_together(rows).await?;
        let mut records: HashMap<Uuid, Vec<Model>> = HashMap::new();
        for row in rows {
            if let Some(node) = node_of(&row, kind) {
                records.entry(node).or_default().push(row);
            }
        }
        Ok(records)
    }

    /// Those of the ids that are ids of this tenant's rows. Inside a write the rows stay as they
    /// are until its end, always locked in the same order so that two writes cannot block one
    /// another.
    pub(super) async fn known<E>(&self, id: E::Column, ids: &[Uuid]) -> Result<HashSet<Uuid>>
    where
        E: OfTenant,
    {
        if ids.is_empty() {
            return Ok(HashSet::new());
        }
        let mut query = self
            .find::<E>()
            .select_only()
            .column(id)
            .filter(sql::one_of(self.backend(), (E::default(), id), ids))
            .order_by_asc(id);
        if self.conn.is_transaction() {
            query = query.lock(LockType::NoKeyUpdate);
        }
        let found: Vec<Uuid> = query.into_tuple().all(&self.conn).await?;
        Ok(found.into_iter().collect())
    }
}

/// The condition that a row is this record.
fn is(key: &ExternalKey) -> Condition {
    Condition::all()
        .add(Column::System.eq(&key.system))
        .add(Column::RecordType.eq(&key.record_type))
        .add(Column::ExternalId.eq(&key.id))
}

impl Writer {
    /// The ids of the nodes that are meant, each there and this tenant's. `path` leads to the
    /// field, of which the element `index` may be one.
    pub(super) async fn resolve<E>(
        &self,
        kind: NodeKind,
        id: E::Column,
        named: &[(Vec<String>, &By)],
    ) -> Result<Vec<Uuid>>
    where
        E: OfTenant,
    {
        let keys: Vec<_> = named
            .iter()
            .filter_map(|(_, by)| match by {
                By::External(key) => Some(key.clone()),
                By::Id(_) => None,
            })
            .collect();
        let by_record = self.nodes_by_records(kind, &keys).await?;
        let ids: Vec<_> = named
            .iter()
            .map(|(_, by)| match by {
                By::Id(id) => Some(*id),
                By::External(key) => by_record.get(key).copied(),
            })
            .collect();
        let known = self
            .known::<E>(id, &ids.iter().copied().flatten().collect::<Vec<_>>())
            .await?;
        found_or_refused(named.iter().map(|(path, _)| path.as_slice()), &ids, &known)
    }

    /// The id of the one node that is meant, there and this tenant's.
    pub(super) async fn resolve_one<E>(
        &self,
        kind: NodeKind,
        id: E::Column,
        path: &[&str],
        by: &By,
    ) -> Result<Uuid>
    where
        E: OfTenant,
    {
        let path = path.iter().map(|part| (*part).to_owned()).collect();
        let found = self.resolve::<E>(kind, id, &[(path, by)]).await?;
        found.first().copied().ok_or(Error::Unavailable)
    }
}

impl From<&Model> for ExternalKey {
    fn from(row: &Model) -> Self {
        Self {
            system: row.system.clone(),
            record_type: row.record_type.clone(),
            id: row.external_id.clone(),
        }
    }
}

/// The ids, if all are known; else a refusal for each that is not, alike whether there is no such
/// node or it is another tenant's.
pub(super) fn found_or_refused<'a>(
    paths: impl Iterator<Item = &'a [String]>,
    ids: &[Option<Uuid>],
    known: &HashSet<Uuid>,
) -> Result<Vec<Uuid>> {
    let mut found = Vec::with_capacity(ids.len());
    let mut refusals = Vec::new();
    for (path, id) in paths.zip(ids) {
        if let Some(id) = id.filter(|id| known.contains(id)) {
            found.push(id);
        } else {
            let path: Vec<_> = path.iter().map(String::as_str).collect();
            refusals.push(Refusal::not_found(&path, "there is nothing by this name"));
        }
    }
    if refusals.is_empty() {
        Ok(found)
    } else {
        Err(Error::Refused(refusals))
    }
}
