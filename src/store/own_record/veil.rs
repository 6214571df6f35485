//! What is taken out of rows before a viewer sees them: others' words about the viewer.

use std::sync::Arc;

use entity::{
    application, application_change, interaction, interaction_person, promise, promise_reschedule,
    referral, referral_status_change, relationship,
};
use sea_orm::{ColumnTrait, Condition, QueryFilter, QuerySelect};
use uuid::Uuid;

use crate::{
    error::Result,
    store::{OfTenant, Store, sql},
};

impl Store {
    /// The people whose rows are veiled. A write sees whole rows, or it would take what it does not
    /// see for what is not there; what it answers with is read anew.
    async fn veiled_people(&self) -> Result<Arc<[Uuid]>> {
        if self.conn.is_transaction() {
            return Ok(Arc::default());
        }
        self.own_people().await
    }

    /// Takes the words out of others' interactions in which the viewer took part from outside.
    pub(in crate::store) async fn veil_interactions<'a>(
        &self,
        rows: impl IntoIterator<Item = &'a mut interaction::Model>,
    ) -> Result<()> {
        use interaction_person::Column as Link;
        let own = self.veiled_people().await?;
        if own.is_empty() {
            return Ok(());
        }
        let author = self.viewer().recruiter_id;
        let mut rows: Vec<_> = rows
            .into_iter()
            .filter(|row| row.author_id != author)
            .collect();
        let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
        let with_viewer: Vec<Uuid> = self
            .find::<interaction_person::Entity>()
            .select_only()
            .column(Link::InteractionId)
            .filter(sql::one_of(self.backend(), Link::InteractionId, &ids))
            .filter(sql::one_of(self.backend(), Link::PersonId, &own))
            .into_tuple()
            .all(&self.conn)
            .await?;
        for row in &mut rows {
            if with_viewer.contains(&row.id) {
                row.subject = None;
                row.body = None;
            }
        }
        Ok(())
    }

    /// Takes the notes out of the viewer's own ties: nobody knows who wrote them.
    pub(in crate::store) async fn veil_relationships<'a>(
        &self,
        rows: impl IntoIterator<Item = &'a mut relationship::Model>,
    ) -> Result<()> {
        let own = self.veiled_people().await?;
        for row in rows {
            if own.contains(&row.person_id) || own.contains(&row.other_id) {
                row.note = None;
            }
        }
        Ok(())
    }

    /// Takes others' notes out of referrals by the viewer or of the viewer.
    pub(in crate::store) async fn veil_referrals<'a>(
        &self,
        rows: impl IntoIterator<Item = &'a mut referral::Model>,
    ) -> Result<()> {
        let own = self.veiled_people().await?;
        let author = self.viewer().recruiter_id;
        for row in rows {
            let is_own = own.contains(&row.referrer_id) || own.contains(&row.referred_id);
            if is_own && row.recruiter_id != author {
                row.note = None;
            }
        }
        Ok(())
    }

    /// Takes the words of others out of promises to the viewer.
    pub(in crate::store) async fn veil_promises<'a>(
        &self,
        rows: impl IntoIterator<Item = &'a mut promise::Model>,
    ) -> Result<()> {
        let own = self.veiled_people().await?;
        let author = self.viewer().recruiter_id;
        for row in rows {
            if own.contains(&row.person_id) && row.recruiter_id != author {
                row.words = None;
                row.closing_note = None;
            }
        }
        Ok(())
    }

    /// Takes others' notes out of the statuses of referrals by the viewer or of the viewer.
    pub(in crate::store) async fn veil_statuses(
        &self,
        rows: &mut [referral_status_change::Model],
    ) -> Result<()> {
        use referral::{Column, Entity};
        let own = self.veiled_people().await?;
        let is_own = Condition::any()
            .add(Column::ReferrerId.is_in(own.iter().copied()))
            .add(Column::ReferredId.is_in(own.iter().copied()));
        let ids = rows.iter().map(|row| row.referral_id).collect();
        let found = self.among_own::<Entity>(&own, Column::Id, ids, is_own);
        let found = found.await?;
        let author = self.viewer().recruiter_id;
        for row in rows {
            if found.contains(&row.referral_id) && row.recruiter_id != author {
                row.note = None;
            }
        }
        Ok(())
    }

    /// Takes others' notes out of the due times that promises to the viewer had before.
    pub(in crate::store) async fn veil_reschedules(
        &self,
        rows: &mut [promise_reschedule::Model],
    ) -> Result<()> {
        use promise::{Column, Entity};
        let own = self.veiled_people().await?;
        let is_own = Condition::all().add(Column::PersonId.is_in(own.iter().copied()));
        let ids = rows.iter().map(|row| row.promise_id).collect();
        let found = self.among_own::<Entity>(&own, Column::Id, ids, is_own);
        let found = found.await?;
        let author = self.viewer().recruiter_id;
        for row in rows {
            if found.contains(&row.promise_id) && row.recruiter_id != author {
                row.note = None;
            }
        }
        Ok(())
    }

    /// Takes others' notes out of the steps of the viewer's applications.
    pub(in crate::store) async fn veil_steps(
        &self,
        rows: &mut [application_change::Model],
    ) -> Result<()> {
        use application::{Column, Entity};
        let own = self.veiled_people().await?;
        let is_own = Condition::all().add(Column::PersonId.is_in(own.iter().copied()));
        let ids = rows.iter().map(|row| row.application_id).collect();
        let found = self.among_own::<Entity>(&own, Column::Id, ids, is_own);
        let found = found.await?;
        let author = self.viewer().recruiter_id;
        for row in rows {
            if found.contains(&row.application_id) && row.recruiter_id != author {
                row.note = None;
            }
        }
        Ok(())
    }

    /// Which of these rows are the viewer's own; asked only if there is a person who is the viewer.
    async fn among_own<E: OfTenant>(
        &self,
        own: &[Uuid],
        id: E::Column,
        ids: Vec<Uuid>,
        is_own: Condition,
    ) -> Result<Vec<Uuid>> {
        if own.is_empty() || ids.is_empty() {
            return Ok(Vec::new());
        }
        let rows = self
            .find::<E>()
            .select_only()
            .column(id)
            .filter(sql::one_of(self.backend(), (E::default(), id), &ids))
            .filter(is_own);
        Ok(rows.into_tuple().all(&self.conn).await?)
    }
}
