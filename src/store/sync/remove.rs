//! Records that were deleted in the other system. The record stays as a tombstone that nothing
//! brings back; its node goes where it was no more than the mirror of that record.

use std::collections::HashSet;

use entity::enums::{ChangeKind, NodeKind};
use entity::{
    application, company, external_record, feedback, interaction, interaction_person, job, person,
    position, promise, referral, relationship,
};
use sea_orm::{QueryFilter, QuerySelect, sea_query::Expr};
use uuid::Uuid;

use super::{
    batch::Row,
    names::Lead,
    report::SyncStatus,
    work::{Work, node_of},
};
use crate::{
    error::{RefusalKind, Result},
    store::{OfTenant, Writer, interaction::participants::touches, sql},
};

impl Work {
    pub(super) fn delete(&mut self, row: &mut Row) {
        if self.own.contains(&row.key) {
            let message = "is called by our own id: remove it by its mutation";
            return row.reject(super::call::of_row(RefusalKind::Invalid, message));
        }
        let known = self.link(&row.key).cloned();
        if row.waiting.is_some() {
            self.waiting.insert(row.key.clone(), None);
        }
        let told = known.as_ref().and_then(|link| link.source_updated_at);
        let said = row.record.source_updated_at;
        if let Some(link) = &known {
            if link.deleted_at.is_some() {
                return row.settle(SyncStatus::Unchanged, None);
            }
            if said.zip(told).is_some_and(|(said, told)| said < told) {
                self.seen(row);
                return row.settle(SyncStatus::Stale, node_of(link).map(|(_, node)| node));
            }
        }
        let node = known.as_ref().and_then(node_of);
        // A record that names no node: so is one that was never seen alive.
        let mut tombstone = self.w.record_row(NodeKind::Settings, Uuid::nil(), &row.key);
        tombstone.linked_at = known.map_or(tombstone.linked_at, |link| link.linked_at);
        tombstone.source_updated_at = told.max(said);
        tombstone.deleted_at = Some(self.w.now());
        self.put_link(tombstone);
        self.names.records.insert(row.key.clone(), Lead::Gone);
        if let Some((kind, id)) = node {
            self.left.push((kind, id));
            row.kind = Some(kind);
        }
        row.settle(SyncStatus::Deleted, node.map(|(_, id)| id));
    }

    /// Removes the nodes that lost their last record, children before parents. Records, new rows
    /// and changed rows must be stored by now.
    pub(super) async fn remove_left(&mut self) -> Result<()> {
        use NodeKind::{
            Application, Company, Feedback, Interaction, Job, Person, Promise, Recruiter, Referral,
            Relationship,
        };
        for kind in [
            Feedback,
            Promise,
            Referral,
            Relationship,
            Interaction,
            Application,
            Job,
            Person,
            Company,
            Recruiter,
        ] {
            let mut left: Vec<_> = self
                .left
                .iter()
                .filter(|node| node.0 == kind)
                .map(|n| n.1)
                .collect();
            left.sort_unstable();
            left.dedup();
            if left.is_empty() {
                continue;
            }
            let held = self.w.held(kind, &left).await?;
            let (stay, go): (Vec<_>, Vec<_>) = left.into_iter().partition(|id| held.contains(id));
            for id in stay {
                let fields = vec!["externalRecords".to_owned()];
                self.changes.note(ChangeKind::Updated, kind, id, fields);
            }
            if !go.is_empty() {
                self.touch_those_with(kind, &go);
                if kind == Interaction {
                    self.part(&go).await?;
                }
                self.w.remove_nodes(kind, &go).await?;
                for id in go {
                    self.touched.remove(&id);
                    self.changes.note(ChangeKind::Removed, kind, id, Vec::new());
                }
            }
        }
        Ok(())
    }

    /// Removes the rows that tell whom these interactions brought together.
    async fn part(&self, interactions: &[Uuid]) -> Result<()> {
        let of = |id: &Uuid| {
            Some(touches(
                self.interactions.get(*id)?,
                self.participants.get(id)?,
            ))
        };
        let rows: Vec<_> = interactions.iter().filter_map(of).flatten().collect();
        self.w.delete_many(&rows).await
    }

    /// Notes the people whose clocks knew of these nodes.
    fn touch_those_with(&mut self, kind: NodeKind, ids: &[Uuid]) {
        for id in ids {
            match kind {
                NodeKind::Interaction => {
                    let with = self.participants.get(id);
                    self.touched
                        .extend(with.into_iter().flat_map(|with| with.people.iter()));
                }
                NodeKind::Application => {
                    self.touched
                        .extend(self.applications.get(*id).map(|row| row.person_id));
                }
                NodeKind::Promise => {
                    self.touched
                        .extend(self.promises.get(*id).map(|row| row.person_id));
                }
                _ => {}
            }
        }
    }
}

impl Writer {
    /// Those of the nodes that something holds: another record, or whatever people here made of
    /// them.
    async fn held(&self, kind: NodeKind, ids: &[Uuid]) -> Result<HashSet<Uuid>> {
        let mut held = HashSet::new();
        macro_rules! by {
            ($($table:ident $column:ident),+) => {
                { $(held.extend(self.naming::<$table::Entity>($table::Column::$column, ids).await?);)+ }
            };
        }
        match kind {
            NodeKind::Application => by!(external_record ApplicationId, promise ApplicationId),
            NodeKind::Interaction => by!(
                external_record InteractionId, promise MadeInId, promise KeptById,
                feedback InteractionId
            ),
            NodeKind::Relationship => by!(external_record RelationshipId),
            NodeKind::Referral => by!(external_record ReferralId),
            NodeKind::Feedback => by!(external_record FeedbackId),
            NodeKind::Promise => by!(external_record PromiseId),
            NodeKind::Job => by!(
                external_record JobId, application JobId, interaction JobId, promise JobId,
                feedback JobId, referral JobId
            ),
            NodeKind::Person => by!(
                external_record PersonId, interaction_person PersonId, application PersonId,
                relationship PersonId, relationship OtherId, referral ReferrerId,
                referral ReferredId, promise PersonId, feedback PersonId, job HiringManagerId
            ),
            NodeKind::Company => by!(external_record CompanyId, job CompanyId, position CompanyId),
            NodeKind::Recruiter | NodeKind::Settings => held.extend(ids),
        }
        Ok(held)
    }

    /// Those of the ids that stand in a column of a table.
    async fn naming<E: OfTenant>(&self, column: E::Column, ids: &[Uuid]) -> Result<Vec<Uuid>> {
        let rows = self
            .find::<E>()
            .select_only()
            .column(column)
            .distinct()
            .filter(sql::one_of(self.backend(), (E::default(), column), ids));
        Ok(rows.into_tuple().all(&self.conn).await?)
    }

    async fn remove_nodes(&self, kind: NodeKind, ids: &[Uuid]) -> Result<()> {
        macro_rules! gone {
            ($table:ident) => {{
                let these = sql::one_of(self.backend(), $table::Column::Id, ids);
                self.delete::<$table::Entity>(sea_orm::Condition::all().add(these))
                    .await?;
            }};
        }
        match kind {
            NodeKind::Application => {
                // What a referral led to is gone; who referred whom is not.
                let column = referral::Column::ApplicationId;
                self.update::<referral::Entity>()
                    .col_expr(column, Expr::val(None::<Uuid>))
                    .filter(sql::one_of(self.backend(), column, ids))
                    .exec(&self.conn)
                    .await?;
                gone!(application);
            }
            NodeKind::Interaction => gone!(interaction),
            NodeKind::Relationship => gone!(relationship),
            NodeKind::Referral => gone!(referral),
            NodeKind::Feedback => gone!(feedback),
            NodeKind::Promise => gone!(promise),
            NodeKind::Job => gone!(job),
            NodeKind::Person => gone!(person),
            NodeKind::Company => gone!(company),
            NodeKind::Recruiter | NodeKind::Settings => {}
        }
        Ok(())
    }
}
