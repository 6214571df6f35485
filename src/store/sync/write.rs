//! Writes what a call changed, table by table: each table in one statement, or as many as its rows
//! have too many values for one.

use entity::{
    application_change, contact_point,
    enums::{ChangeKind, NodeKind, Visibility},
    event, external_record, interaction_person, interaction_recruiter, label, match_suggestion,
    person_search, position, record_match, referral_status_change, sync_deferred,
};
use sea_orm::Condition;
use uuid::Uuid;

use super::work::Work;
use crate::{
    error::Result,
    store::{
        OfTenant, Writer, bulk::Stored, interaction::participants::touches, record::ExternalKey,
        sql,
    },
};

/// How many people are derived at once.
const MOST_DERIVED: usize = 1_000;

impl Work {
    /// Stores all that was changed, parents before children, and leaves the events.
    pub(super) async fn store(&mut self) -> Result<()> {
        let w = self.w.clone();
        self.store_ready().await?;
        let (new, changed) = self.recruiters.changed();
        if !new.is_empty() || !changed.is_empty() {
            w.own_changed.note();
        }
        w.put_rows((new, changed)).await?;
        w.insert_many(std::mem::take(&mut self.new_kinds)).await?;
        w.put_rows(self.companies.changed()).await?;
        self.store_people().await?;
        w.put_rows(self.jobs.changed()).await?;
        self.store_applications().await?;
        self.store_interactions().await?;
        self.promises_follow().await?;
        w.put_rows(self.relationships.changed()).await?;
        self.store_referrals().await?;
        w.put_rows(self.feedback.changed()).await?;
        w.put_rows(self.promises.changed()).await?;
        let (_, reschedules) = self.reschedules.changed_by(|row| row.id);
        w.insert_many(reschedules).await?;
        self.store_links().await?;
        self.store_matches().await?;
        self.remove_left().await?;
        self.store_waiting().await?;
        let touched: Vec<_> = self.touched.iter().copied().collect();
        for people in touched.chunks(MOST_DERIVED) {
            w.derive(people).await?;
        }
        w.insert_many(self.events()).await?;
        match &self.settings {
            Some(said) => w.update_settings(said, None).await,
            None => Ok(()),
        }
    }

    fn events(&self) -> Vec<event::Model> {
        let event = |(change, kind, id, fields): (_, _, _, Vec<&str>)| event::Model {
            private_to: self.private_author(change, kind, id),
            ..self.w.event(change, kind, id, &fields)
        };
        self.changes.all().map(event).collect()
    }

    /// Whose a removed interaction was, if it was private: its row can no longer say so.
    fn private_author(&self, change: ChangeKind, kind: NodeKind, id: Uuid) -> Option<Uuid> {
        let is_gone = change == ChangeKind::Removed && kind == NodeKind::Interaction;
        let row = self.interactions.get(id).filter(|_| is_gone)?;
        (row.visibility == Visibility::Private).then_some(row.author_id)
    }

    async fn store_people(&self) -> Result<()> {
        let w = &self.w;
        let (mut new, changed) = self.people.changed();
        for person in &mut new {
            w.derive_new(person).await?;
        }
        w.put_rows((new, changed)).await?;
        let (gone, come) = self.addresses.changed();
        if !gone.is_empty() || !come.is_empty() {
            // A recruiter may have one of these addresses.
            w.own_changed.note();
        }
        w.delete_of::<contact_point::Entity>(contact_point::Column::PersonId, &gone)
            .await?;
        w.insert_many(come).await?;
        let (gone, come) = self.labels.changed();
        w.delete_of::<label::Entity>(label::Column::PersonId, &gone)
            .await?;
        w.insert_many(come).await?;
        let (gone, come) = self.positions.changed();
        w.delete_of::<position::Entity>(position::Column::PersonId, &gone)
            .await?;
        w.insert_many(come).await?;
        let is_changed = |id: &&Uuid| self.changes.times(NodeKind::Person, **id) > 0;
        let searched = self.searched.iter().filter(is_changed);
        let searched = searched.filter_map(|id| self.search_row(*id));
        let is_new = |row: &person_search::Model| self.people.before(row.person_id).is_none();
        w.put_rows(searched.partition(is_new)).await
    }

    async fn store_applications(&self) -> Result<()> {
        self.w.put_rows(self.applications.changed()).await?;
        let (gone, come) = self.steps.changed_by(|step| step.id);
        self.w
            .delete_of::<application_change::Entity>(application_change::Column::Id, &gone)
            .await?;
        self.w.upsert(come).await
    }

    async fn store_interactions(&self) -> Result<()> {
        let w = &self.w;
        w.put_rows(self.interactions.changed()).await?;
        let ids = self.gathered.keys().copied();
        let stored: Vec<_> = ids
            .filter(|id| self.interactions.before(*id).is_some())
            .collect();
        w.delete_of::<interaction_person::Entity>(
            interaction_person::Column::InteractionId,
            &stored,
        )
        .await?;
        w.delete_of::<interaction_recruiter::Entity>(
            interaction_recruiter::Column::InteractionId,
            &stored,
        )
        .await?;
        let mut gone = Vec::new();
        let (mut people, mut recruiters, mut together) = (Vec::new(), Vec::new(), Vec::new());
        for (id, before) in &self.gathered {
            if let Some(row) = self.interactions.before(*id) {
                gone.extend(touches(row, before));
            }
            if let (Some(row), Some(with)) = (self.interactions.get(*id), self.participants.get(id))
            {
                let (more_people, more_recruiters) = Writer::participant_rows(row, with);
                people.extend(more_people);
                recruiters.extend(more_recruiters);
                together.extend(touches(row, with));
            }
        }
        w.insert_many(people).await?;
        w.insert_many(recruiters).await?;
        w.delete_many(&gone).await?;
        w.insert_many(together).await
    }

    async fn store_referrals(&self) -> Result<()> {
        self.w.put_rows(self.referrals.changed()).await?;
        let (gone, come) = self.statuses.changed_by(|status| status.id);
        self.w
            .delete_of::<referral_status_change::Entity>(referral_status_change::Column::Id, &gone)
            .await?;
        self.w.upsert(come).await
    }

    async fn store_links(&self) -> Result<()> {
        use external_record::Column;
        let changed = self.links.iter();
        let changed = changed.filter(|(key, link)| {
            self.stored_links.get(*key) != Some(*link) && !self.own.contains(*key)
        });
        let is_new = |(key, _): &(&ExternalKey, &_)| !self.stored_links.contains_key(*key);
        let (new, changed): (Vec<_>, Vec<_>) = changed.partition(is_new);
        let rows = |links: Vec<(_, &external_record::Model)>| {
            links.into_iter().map(|(_, link)| link.clone()).collect()
        };
        self.w.put_rows((rows(new), rows(changed))).await?;
        let columns = [Column::SourceUpdatedAt, Column::SeenInId];
        self.w.update_many(&self.seen_again, &columns).await
    }

    async fn store_matches(&mut self) -> Result<()> {
        let w = self.w.clone();
        w.insert_many::<record_match::Model>(std::mem::take(&mut self.matches.made))
            .await?;
        w.upsert(self.suggestions()).await?;
        let column = match_suggestion::Column::Id;
        w.delete_of::<match_suggestion::Entity>(column, &self.matches.outdated)
            .await
    }

    async fn store_waiting(&self) -> Result<()> {
        let waiting = self.waiting.values().flatten().cloned().collect();
        self.w.upsert::<sync_deferred::Model>(waiting).await?;
        let done = self.waiting.iter().filter(|(_, waiting)| waiting.is_none());
        let done: Vec<_> = done
            .map(|(key, _)| {
                (
                    key.system.as_str(),
                    key.record_type.as_str(),
                    key.id.as_str(),
                )
            })
            .collect();
        if done.is_empty() {
            return Ok(());
        }
        let columns = "system, record_type, external_id";
        let these = sql::one_of_records(self.w.backend(), columns, &done);
        self.w
            .delete::<sync_deferred::Entity>(Condition::all().add(these))
            .await?;
        Ok(())
    }
}

impl Writer {
    /// Stores new rows, and before them those that are there and differ: one may make room for
    /// another under a key that only one may have.
    async fn put_rows<M: Stored>(&self, (new, changed): (Vec<M>, Vec<M>)) -> Result<()> {
        self.upsert(changed).await?;
        self.insert_many(new).await
    }

    /// Removes the rows whose column is one of the ids.
    async fn delete_of<E: OfTenant>(&self, column: E::Column, ids: &[Uuid]) -> Result<()> {
        if ids.is_empty() {
            return Ok(());
        }
        let these = sql::one_of(self.backend(), column, ids);
        self.delete::<E>(Condition::all().add(these)).await?;
        Ok(())
    }
}
