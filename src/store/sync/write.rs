//! Writes what a call changed, table by table: each table in one statement, or as many as its rows
//! have too many values for one.

use entity::{
    application_change, contact_point, external_record, interaction_person, interaction_recruiter,
    label, match_suggestion, person_search, position, record_match, referral_status_change,
    sync_deferred,
};
use sea_orm::{
    Condition, EntityTrait, IntoActiveModel, Iterable, ModelTrait, PrimaryKeyToColumn,
    sea_query::OnConflict,
};
use uuid::Uuid;

use super::work::Work;
use crate::{
    error::{Error, Result},
    store::{OfTenant, Writer, failure, sql, writer::all_set},
};

/// The most values of one statement: SQLite takes 32,766, PostgreSQL twice as many.
const MOST_VALUES: usize = 32_000;
/// How many people are derived at once.
const MOST_DERIVED: usize = 1_000;

impl Work {
    /// Stores all that was changed, parents before children, and leaves the events.
    pub(super) async fn store(&mut self) -> Result<()> {
        let w = self.w.clone();
        self.store_ready().await?;
        w.upsert(self.recruiters.changed()).await?;
        w.upsert(self.companies.changed()).await?;
        self.store_people().await?;
        w.upsert(self.jobs.changed()).await?;
        self.store_applications().await?;
        self.store_interactions().await?;
        w.upsert(self.relationships.changed()).await?;
        self.store_referrals().await?;
        w.upsert(self.feedback.changed()).await?;
        self.store_links().await?;
        self.store_matches().await?;
        self.remove_left().await?;
        self.store_waiting().await?;
        let touched: Vec<_> = self.touched.iter().copied().collect();
        for people in touched.chunks(MOST_DERIVED) {
            w.derive(people).await?;
        }
        let events = self.changes.all();
        let events = events.map(|(change, kind, id, fields)| w.event(change, kind, id, &fields));
        w.insert_many(events.collect()).await
    }

    async fn store_people(&self) -> Result<()> {
        let w = &self.w;
        w.upsert(self.people.changed()).await?;
        let (gone, come) = self.addresses.changed();
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
        let is_changed = |id: &&Uuid| self.changes.times(entity::enums::NodeKind::Person, **id) > 0;
        let searched = self.searched.iter().filter(is_changed);
        let searched: Vec<person_search::Model> =
            searched.filter_map(|id| self.search_row(*id)).collect();
        w.upsert(searched).await
    }

    async fn store_applications(&self) -> Result<()> {
        self.w.upsert(self.applications.changed()).await?;
        let (gone, come) = self.steps.changed_by(|step| step.id);
        self.w
            .delete_of::<application_change::Entity>(application_change::Column::Id, &gone)
            .await?;
        self.w.upsert(come).await
    }

    async fn store_interactions(&self) -> Result<()> {
        let w = &self.w;
        w.upsert(self.interactions.changed()).await?;
        let ids: Vec<_> = self.gathered.iter().copied().collect();
        w.delete_of::<interaction_person::Entity>(interaction_person::Column::InteractionId, &ids)
            .await?;
        w.delete_of::<interaction_recruiter::Entity>(
            interaction_recruiter::Column::InteractionId,
            &ids,
        )
        .await?;
        let (mut people, mut recruiters) = (Vec::new(), Vec::new());
        for id in &ids {
            if let (Some(row), Some(with)) = (self.interactions.get(*id), self.participants.get(id))
            {
                let (more_people, more_recruiters) = Writer::participant_rows(row, with);
                people.extend(more_people);
                recruiters.extend(more_recruiters);
            }
        }
        w.insert_many(people).await?;
        w.insert_many(recruiters).await
    }

    async fn store_referrals(&self) -> Result<()> {
        self.w.upsert(self.referrals.changed()).await?;
        let (gone, come) = self.statuses.changed_by(|status| status.id);
        self.w
            .delete_of::<referral_status_change::Entity>(referral_status_change::Column::Id, &gone)
            .await?;
        self.w.upsert(come).await
    }

    async fn store_links(&self) -> Result<()> {
        let changed = self.links.iter();
        let changed = changed.filter(|(key, link)| self.stored_links.get(*key) != Some(*link));
        self.w
            .upsert::<external_record::Model>(changed.map(|(_, link)| link.clone()).collect())
            .await
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
    /// Stores new rows and changed ones, each as it will be. The changed ones must be locked.
    pub(in crate::store) async fn upsert<M>(&self, rows: Vec<M>) -> Result<()>
    where
        M: IntoActiveModel<<M::Entity as EntityTrait>::ActiveModel> + ModelTrait + Sync,
        M::Entity: OfTenant,
        <M::Entity as EntityTrait>::ActiveModel: Send,
    {
        let key: Vec<_> = <M::Entity as EntityTrait>::PrimaryKey::iter()
            .map(PrimaryKeyToColumn::into_column)
            .collect();
        let is_key = |column: &<M::Entity as EntityTrait>::Column| {
            key.iter()
                .any(|part| format!("{part:?}") == format!("{column:?}"))
        };
        let rest = <M::Entity as EntityTrait>::Column::iter().filter(|column| !is_key(column));
        let on_conflict = OnConflict::columns(key.iter().copied())
            .update_columns(rest)
            .to_owned();
        self.in_chunks(rows, Some(&on_conflict)).await
    }

    /// Stores new rows.
    pub(in crate::store) async fn insert_many<M>(&self, rows: Vec<M>) -> Result<()>
    where
        M: IntoActiveModel<<M::Entity as EntityTrait>::ActiveModel> + ModelTrait + Sync,
        M::Entity: OfTenant,
        <M::Entity as EntityTrait>::ActiveModel: Send,
    {
        self.in_chunks(rows, None).await
    }

    async fn in_chunks<M>(&self, rows: Vec<M>, on_conflict: Option<&OnConflict>) -> Result<()>
    where
        M: IntoActiveModel<<M::Entity as EntityTrait>::ActiveModel> + ModelTrait + Sync,
        M::Entity: OfTenant,
        <M::Entity as EntityTrait>::ActiveModel: Send,
    {
        let columns = <M::Entity as EntityTrait>::Column::iter().count();
        let most = MOST_VALUES / columns.max(1);
        let mut rows = rows.into_iter().peekable();
        while rows.peek().is_some() {
            let chunk = rows.by_ref().take(most);
            let chunk = chunk.map(|row| all_set(row.into_active_model()));
            let mut insert = M::Entity::insert_many(chunk);
            if let Some(on_conflict) = on_conflict {
                insert = insert.on_conflict(on_conflict.clone());
            }
            match insert.exec_without_returning(&self.conn).await {
                // Another writer made the same meanwhile: the next try finds it.
                Err(error) if failure::is_duplicate(&error) => return Err(Error::Retry),
                other => other?,
            };
        }
        Ok(())
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
