//! Giving nodes their names in other systems, and taking them away.

use entity::{
    enums::{ChangeKind, NodeKind},
    external_record::{Entity, Model},
};
use sea_orm::{Condition, Iterable, QueryFilter};
use uuid::Uuid;

use super::{ExternalKey, is, node_of};
use crate::{
    error::{Error, Refusal, RefusalKind, Result},
    store::{Writer, check::Check, failure},
};

impl Writer {
    /// Gives a node its names in other systems. A name it has already is no change; one that
    /// another node has is refused.
    pub(in crate::store) async fn link_all(
        &self,
        kind: NodeKind,
        node: Uuid,
        keys: &[ExternalKey],
        path: &[&str],
    ) -> Result<bool> {
        let mut check = Check::default();
        for (index, key) in keys.iter().enumerate() {
            let index = index.to_string();
            let path: Vec<_> = path.iter().copied().chain([index.as_str()]).collect();
            key.check(&path, &mut check);
        }
        check.finish()?;
        let mut any = Condition::any();
        for key in keys {
            any = any.add(is(key));
        }
        let taken = if keys.is_empty() {
            Vec::new()
        } else {
            self.find::<Entity>().filter(any).all(&self.conn).await?
        };
        let mut fresh = Vec::new();
        for (index, key) in keys.iter().enumerate() {
            match taken.iter().find(|row| key.names(row)) {
                Some(row) if node_of(row, kind) == Some(node) => {}
                Some(_) => return Err(taken_already(key, path, index)),
                None if keys[..index].contains(key) => {}
                None => fresh.push(self.record_row(kind, node, key)),
            }
        }
        let changed = !fresh.is_empty();
        self.insert_all(fresh).await.map_err(|error| match error {
            Error::Internal(cause) if cause.downcast_ref().is_some_and(failure::is_duplicate) => {
                Error::Retry
            }
            other => other,
        })?;
        Ok(changed)
    }

    pub(in crate::store) fn record_row(
        &self,
        kind: NodeKind,
        node: Uuid,
        key: &ExternalKey,
    ) -> Model {
        let of = |wanted| (kind == wanted).then_some(node);
        Model {
            tenant_id: self.tenant(),
            system: key.system.clone(),
            record_type: key.record_type.clone(),
            external_id: key.id.clone(),
            person_id: of(NodeKind::Person),
            company_id: of(NodeKind::Company),
            job_id: of(NodeKind::Job),
            application_id: of(NodeKind::Application),
            interaction_id: of(NodeKind::Interaction),
            referral_id: of(NodeKind::Referral),
            relationship_id: of(NodeKind::Relationship),
            recruiter_id: of(NodeKind::Recruiter),
            promise_id: of(NodeKind::Promise),
            feedback_id: of(NodeKind::Feedback),
            linked_at: self.now(),
            source_updated_at: None,
            payload: None,
            payload_hash: None,
            seen_in_id: None,
            deleted_at: None,
        }
    }

    /// Gives a node one more name in another system.
    pub async fn link_record(&self, kind: NodeKind, node: Uuid, key: &ExternalKey) -> Result<()> {
        let mut check = Check::default();
        key.check(&["externalRecord"], &mut check);
        check.finish()?;
        let node = match kind {
            NodeKind::Person => self.person_by_now(node).await?,
            _ => node,
        };
        if !self.may_be_named(kind, node).await? {
            return Err(Refusal::not_found(&["node"], "there is nothing by this name").into());
        }
        let linked = self.link_all(kind, node, std::slice::from_ref(key), &["externalRecord"]);
        if linked.await.map_err(of_the_field)? {
            self.record(ChangeKind::Updated, kind, node, &["externalRecords"])
                .await?;
        }
        Ok(())
    }

    /// Whether there is such a node, and one that the viewer may see.
    async fn may_be_named(&self, kind: NodeKind, node: Uuid) -> Result<bool> {
        use entity::*;
        let ids = &[node];
        let known = match kind {
            NodeKind::Person => self.known::<person::Entity>(person::Column::Id, ids).await,
            NodeKind::Company => {
                self.known::<company::Entity>(company::Column::Id, ids)
                    .await
            }
            NodeKind::Job => self.known::<job::Entity>(job::Column::Id, ids).await,
            NodeKind::Application => {
                let id = application::Column::Id;
                self.known::<application::Entity>(id, ids).await
            }
            // Some of these are seen by their authors alone.
            NodeKind::Interaction => return Ok(self.interactions(ids).await?.contains_key(&node)),
            NodeKind::Relationship => {
                let id = relationship::Column::Id;
                self.known::<relationship::Entity>(id, ids).await
            }
            NodeKind::Referral => {
                self.known::<referral::Entity>(referral::Column::Id, ids)
                    .await
            }
            NodeKind::Recruiter => {
                let id = recruiter::Column::Id;
                self.known::<recruiter::Entity>(id, ids).await
            }
            NodeKind::Promise => {
                self.known::<promise::Entity>(promise::Column::Id, ids)
                    .await
            }
            // Viewers do not see what they said themselves, as told by others.
            NodeKind::Feedback => return Ok(self.feedback(ids).await?.contains_key(&node)),
            NodeKind::Settings => return Ok(false),
        };
        Ok(!known?.is_empty())
    }

    /// Takes a name in another system away. The node stays.
    pub async fn unlink_record(&self, key: &ExternalKey) -> Result<()> {
        let mut check = Check::default();
        key.check(&["externalRecord"], &mut check);
        check.finish()?;
        let row = self
            .find::<Entity>()
            .filter(is(key))
            .one(&self.conn)
            .await?;
        let unknown = || {
            let message = "no node of ours has this record";
            Refusal::not_found(&["externalRecord"], message)
        };
        let row = row.ok_or_else(unknown)?;
        if let Some(interaction) = row.interaction_id
            && !self
                .may_be_named(NodeKind::Interaction, interaction)
                .await?
        {
            return Err(unknown().into());
        }
        self.delete::<Entity>(is(key)).await?;
        for kind in NodeKind::iter() {
            if let Some(node) = node_of(&row, kind) {
                self.record(ChangeKind::Updated, kind, node, &["externalRecords"])
                    .await?;
            }
        }
        Ok(())
    }
}

impl ExternalKey {
    fn names(&self, row: &Model) -> bool {
        row.system == self.system
            && row.record_type == self.record_type
            && row.external_id == self.id
    }
}

/// The caller gave one record, not a list: the refusal has no place in a list.
fn of_the_field(error: Error) -> Error {
    let Error::Refused(mut refusals) = error else {
        return error;
    };
    for refusal in &mut refusals {
        refusal.path.pop_if(|part| part == "0");
    }
    Error::Refused(refusals)
}

fn taken_already(key: &ExternalKey, path: &[&str], index: usize) -> Error {
    let index = index.to_string();
    let path: Vec<_> = path.iter().copied().chain([index.as_str()]).collect();
    let message = format!(
        "the {} {} `{}` belongs to another node; unlink it there first, or update that node",
        key.system, key.record_type, key.id
    );
    Error::refused(RefusalKind::Duplicate, &path, message)
}
