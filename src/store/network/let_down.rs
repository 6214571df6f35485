//! Who was let down near a person: what people say of us travels along ties.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use entity::{enums::PromiseState, person, promise};
use sea_orm::{ColumnTrait, Condition, QueryFilter, QuerySelect};
use uuid::Uuid;

use crate::{
    error::Result,
    rules::{
        let_down::{self, LetDown, Limits, Promised},
        network::Walk,
    },
    store::{Store, sql},
};

/// The people near somebody who were let down.
#[derive(Clone, Debug)]
pub struct LetDownNearby {
    /// They, the nearest first, and of those at one distance who has been so for longest.
    pub people: Vec<LetDownPerson>,
    /// There are more people near than were looked at.
    pub truncated: bool,
}

/// Somebody who was let down.
#[derive(Clone, Debug)]
pub struct LetDownPerson {
    /// The person.
    pub person: Uuid,
    /// How many ties away they are.
    pub distance: u32,
    /// Why, the oldest reason first; one at least.
    pub reasons: Vec<LetDown>,
}

impl LetDownNearby {
    fn of(walk: &Walk, reasons: &HashMap<Uuid, Vec<LetDown>>) -> Self {
        let mut people: Vec<_> = walk
            .reached()
            .iter()
            .filter_map(|reached| {
                Some(LetDownPerson {
                    person: reached.person,
                    distance: reached.distance,
                    reasons: reasons.get(&reached.person)?.clone(),
                })
            })
            .collect();
        let since = |person: &LetDownPerson| person.reasons.first().map(|reason| reason.since);
        people.sort_by_key(|person| (person.distance, since(person), person.person));
        Self {
            people,
            truncated: walk.is_truncated(),
        }
    }
}

impl Store {
    /// Who was let down within so many steps of each person.
    pub async fn let_down_nearby(
        &self,
        people: &[Uuid],
        depth: u32,
    ) -> Result<HashMap<Uuid, LetDownNearby>> {
        let walks = self.walks(people, depth).await?;
        let near: HashSet<_> = walks
            .values()
            .flat_map(Walk::reached)
            .map(|reached| reached.person)
            .collect();
        let near: Vec<_> = near.into_iter().collect();
        let reasons = self.let_down(&near).await?;
        Ok(walks
            .into_iter()
            .map(|(root, walk)| (root, LetDownNearby::of(&walk, &reasons)))
            .collect())
    }

    /// Why each of these people counts as let down; nothing of those who do not.
    async fn let_down(&self, people: &[Uuid]) -> Result<HashMap<Uuid, Vec<LetDown>>> {
        let mut reasons: HashMap<Uuid, Vec<LetDown>> = HashMap::new();
        if people.is_empty() {
            return Ok(reasons);
        }
        for (person, reason) in self.let_down_by_clocks(people).await? {
            reasons.entry(person).or_default().push(reason);
        }
        for (person, reason) in self.let_down_by_promises(people).await? {
            reasons.entry(person).or_default().push(reason);
        }
        for reasons in reasons.values_mut() {
            reasons.sort_by_key(|reason| (reason.since, reason.kind, reason.promise));
        }
        Ok(reasons)
    }

    async fn let_down_by_clocks(&self, people: &[Uuid]) -> Result<Vec<(Uuid, LetDown)>> {
        use person::Column;
        type Row = (Uuid, Option<DateTime<Utc>>, Option<DateTime<Utc>>);
        let (now, settings) = (self.clock().now(), self.settings().await?);
        let limits = Limits {
            reply_target: settings.reply_target(),
            silence_limit: settings.silence_limit(),
        };
        let is_late = Condition::any()
            .add(Column::AwaitingReplySince.lt(now - limits.reply_target))
            .add(Column::NewsOwedSince.lt(now - limits.silence_limit));
        let rows: Vec<Row> = self
            .find::<person::Entity>()
            .filter(sql::one_of(
                self.backend(),
                (person::Entity, Column::Id),
                people,
            ))
            .filter(is_late)
            .select_only()
            .columns([
                Column::Id,
                Column::AwaitingReplySince,
                Column::NewsOwedSince,
            ])
            .into_tuple()
            .all(&self.conn)
            .await?;
        let reasons = |(person, reply, news): Row| {
            let reasons = let_down::by_clocks(reply, news, limits, now);
            reasons.into_iter().map(move |reason| (person, reason))
        };
        Ok(rows.into_iter().flat_map(reasons).collect())
    }

    async fn let_down_by_promises(&self, people: &[Uuid]) -> Result<Vec<(Uuid, LetDown)>> {
        use promise::Column;
        let now = self.clock().now();
        let is_unkept = Condition::any()
            .add(Column::State.eq(PromiseState::Broken))
            .add(
                Condition::all()
                    .add(Column::State.eq(PromiseState::Open))
                    .add(Column::DueAt.lt(now)),
            );
        let rows: Vec<promise::Model> = self
            .find::<promise::Entity>()
            .filter(sql::one_of(
                self.backend(),
                (promise::Entity, Column::PersonId),
                people,
            ))
            .filter(is_unkept)
            .all(&self.conn)
            .await?;
        let reason = |row: promise::Model| {
            let promised = Promised {
                id: row.id,
                state: row.state,
                due_at: row.due_at,
                closed_at: row.closed_at,
            };
            Some((row.person_id, promised.let_down(now)?))
        };
        Ok(rows.into_iter().filter_map(reason).collect())
    }
}
