//! What derived state follows from: histories, applications' steps, open promises, and who took
//! part in the newest touch. Each is read for many people in one statement.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use entity::{
    application, application_change,
    enums::{Channel, Direction, InteractionOutcome, Visibility},
    interaction, interaction_person, interaction_recruiter, person,
};
use sea_orm::{
    ColumnTrait, QueryFilter, QueryOrder, QuerySelect, RelationTrait, sea_query::JoinType,
};
use uuid::Uuid;

use crate::{
    error::Result,
    rules::{interaction::Touchpoint, reply_wait::Logged},
    store::{Store, sql},
};

/// What one person's derived state follows from, beside their own row.
#[derive(Clone, Debug, Default)]
pub(crate) struct Facts {
    /// Their whole history, in no order, without what is private.
    pub(crate) history: Vec<Logged>,
    /// When applications of theirs changed after they began.
    pub(crate) application_changes: Vec<DateTime<Utc>>,
    /// The earliest due time of an open promise to them.
    pub(crate) promise_due_at: Option<DateTime<Utc>>,
    /// A recruiter who took part in the newest touch, for those whom nobody owns.
    pub(crate) newest_with: Option<Uuid>,
}

impl Facts {
    /// The history as clocks and cadences read it.
    pub(super) fn touchpoints(&self) -> Vec<Touchpoint> {
        self.history
            .iter()
            .map(|logged| logged.touchpoint)
            .collect()
    }

    /// When the newest touch was.
    pub(super) fn newest_touch(&self) -> Option<DateTime<Utc>> {
        let touches = self.history.iter().map(|logged| logged.touchpoint);
        let touches = touches.filter(Touchpoint::is_touch);
        touches.map(|touch| touch.occurred_at).max()
    }
}

impl Store {
    /// What each of these people's derived state follows from.
    pub(super) async fn facts(&self, people: &[person::Model]) -> Result<HashMap<Uuid, Facts>> {
        let ids: Vec<_> = people.iter().map(|person| person.id).collect();
        let mut histories = self.histories(&ids).await?;
        let mut changes = self.application_changes_of_people(&ids).await?;
        let mut promises = self.promise_dues(&ids).await?;
        let mut facts: HashMap<Uuid, Facts> = ids
            .into_iter()
            .map(|id| {
                let facts = Facts {
                    history: histories.remove(&id).unwrap_or_default(),
                    application_changes: changes.remove(&id).unwrap_or_default(),
                    promise_due_at: promises.remove(&id),
                    newest_with: None,
                };
                (id, facts)
            })
            .collect();
        let unowned = people.iter().filter(|person| person.owner_id.is_none());
        let unowned: Vec<_> = unowned.map(|person| person.id).collect();
        self.add_newest_with(&unowned, &mut facts).await?;
        Ok(facts)
    }

    /// Each person's whole history, in no order, without what is private.
    pub(super) async fn histories(&self, people: &[Uuid]) -> Result<HashMap<Uuid, Vec<Logged>>> {
        type Row = (
            Uuid,
            Uuid,
            DateTime<Utc>,
            Channel,
            Direction,
            InteractionOutcome,
            bool,
        );
        let rows: Vec<Row> = self
            .find::<interaction_person::Entity>()
            .select_only()
            .columns([
                interaction_person::Column::PersonId,
                interaction_person::Column::InteractionId,
            ])
            .columns([
                interaction::Column::OccurredAt,
                interaction::Column::Channel,
                interaction::Column::Direction,
                interaction::Column::Outcome,
                interaction::Column::Automated,
            ])
            .join(
                JoinType::InnerJoin,
                interaction_person::Relation::Interaction.def(),
            )
            .filter(sql::one_of(
                self.backend(),
                (
                    interaction_person::Entity,
                    interaction_person::Column::PersonId,
                ),
                people,
            ))
            .filter(interaction::Column::Visibility.eq(Visibility::Team))
            .into_tuple()
            .all(&self.conn)
            .await?;
        let mut histories: HashMap<Uuid, Vec<Logged>> = HashMap::new();
        for (person, interaction, occurred_at, channel, direction, outcome, automated) in rows {
            let touchpoint = Touchpoint {
                occurred_at,
                channel,
                direction,
                outcome,
                automated,
            };
            histories.entry(person).or_default().push(Logged {
                interaction,
                touchpoint,
            });
        }
        Ok(histories)
    }

    /// When each person's applications changed after they began.
    pub(super) async fn application_changes_of_people(
        &self,
        people: &[Uuid],
    ) -> Result<HashMap<Uuid, Vec<DateTime<Utc>>>> {
        use application_change::{Column, Entity};
        let rows: Vec<(Uuid, Uuid, DateTime<Utc>)> = self
            .find::<Entity>()
            .select_only()
            .column(application::Column::PersonId)
            .columns([Column::ApplicationId, Column::ChangedAt])
            .join(
                JoinType::InnerJoin,
                application_change::Relation::Application.def(),
            )
            .filter(sql::one_of(
                self.backend(),
                (application::Entity, application::Column::PersonId),
                people,
            ))
            .order_by_asc(Column::ChangedAt)
            .order_by_asc(Column::Id)
            .into_tuple()
            .all(&self.conn)
            .await?;
        let mut begun = HashSet::new();
        let mut changes: HashMap<Uuid, Vec<DateTime<Utc>>> = HashMap::new();
        for (person, application, changed_at) in rows {
            if !begun.insert(application) {
                changes.entry(person).or_default().push(changed_at);
            }
        }
        Ok(changes)
    }

    /// Adds who took part in the newest touch of each of these people.
    async fn add_newest_with(
        &self,
        people: &[Uuid],
        facts: &mut HashMap<Uuid, Facts>,
    ) -> Result<()> {
        use interaction_recruiter::{Column, Entity};
        let mut newest: HashMap<Uuid, Vec<Uuid>> = HashMap::new();
        for person in people {
            let Some(facts) = facts.get(person) else {
                continue;
            };
            let newest_at = facts.newest_touch();
            let touches = facts.history.iter().filter(|logged| {
                logged.touchpoint.is_touch() && Some(logged.touchpoint.occurred_at) == newest_at
            });
            for logged in touches {
                newest.entry(logged.interaction).or_default().push(*person);
            }
        }
        if newest.is_empty() {
            return Ok(());
        }
        let interactions: Vec<_> = newest.keys().copied().collect();
        let rows: Vec<(Uuid, Uuid)> = self
            .find::<Entity>()
            .select_only()
            .columns([Column::InteractionId, Column::RecruiterId])
            .filter(sql::one_of(
                self.backend(),
                Column::InteractionId,
                &interactions,
            ))
            .into_tuple()
            .all(&self.conn)
            .await?;
        for (interaction, recruiter) in rows {
            for person in newest.get(&interaction).into_iter().flatten() {
                if let Some(facts) = facts.get_mut(person) {
                    let known = facts.newest_with.unwrap_or(recruiter);
                    facts.newest_with = Some(known.min(recruiter));
                }
            }
        }
        Ok(())
    }
}
