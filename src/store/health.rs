//! What is known of many relationships at once, for the rules to say how they fare: a fixed number
//! of statements, and no more of a history than counts.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entity::{
    enums::{Channel, Direction, InteractionOutcome, Visibility},
    feedback, interaction, interaction_person, person,
};
use sea_orm::{
    ColumnTrait, QueryFilter, QuerySelect, QueryTrait, RelationTrait,
    sea_query::{Expr, ExprTrait, JoinType},
};
use uuid::Uuid;

use super::{PageArgs, SortDirection, Store, order::Order, page::parent, promise::PromisesOf, sql};
use crate::{
    error::Result,
    rules::{
        health::{self, CADENCE_DAYS, Feedback, HISTORY, Health, Known, Promises},
        interaction::Touchpoint,
        promise::FollowThrough,
    },
};

/// What a person's row says of their relationship.
type Standing = (
    Uuid,
    Option<i32>,
    Option<DateTime<Utc>>,
    Option<DateTime<Utc>>,
);

impl Store {
    /// How each relationship fares. Those of whom nothing is known have no health, and neither have
    /// the people who are the viewer.
    pub async fn healths(&self, people: &[Uuid]) -> Result<HashMap<Uuid, Health>> {
        let own = self.own_people().await?;
        let people: Vec<_> = people
            .iter()
            .copied()
            .filter(|person| !own.contains(person))
            .collect();
        if people.is_empty() {
            return Ok(HashMap::new());
        }
        let now = self.clock().now();
        let settings = self.settings().await?;
        let mut histories = self.touches_since(&people, now - HISTORY).await?;
        let promises = self.follow_through(PromisesOf::People, &people).await?;
        let feedback = self.latest_feedback(&people).await?;
        let mut healths = HashMap::new();
        for (id, cadence_days, last_touch_at, awaiting_reply_since) in
            self.standings(&people).await?
        {
            let cadence_days = cadence_days.or(settings.default_cadence_days);
            let known = Known {
                last_touch_at,
                cadence_days: cadence_days.unwrap_or(CADENCE_DAYS),
                history: histories.remove(&id).unwrap_or_default(),
                reply_target: settings.reply_target(),
                awaiting_reply_since,
                promises: promises.get(&id).map(due).unwrap_or_default(),
                feedback: feedback.get(&id).copied(),
            };
            healths.extend(health::health(&known, now).map(|health| (id, health)));
        }
        Ok(healths)
    }

    async fn standings(&self, people: &[Uuid]) -> Result<Vec<Standing>> {
        use person::{Column, Entity};
        Ok(self
            .find::<Entity>()
            .select_only()
            .columns([
                Column::Id,
                Column::CadenceDays,
                Column::LastTouchAt,
                Column::AwaitingReplySince,
            ])
            .filter(sql::one_of(self.backend(), (Entity, Column::Id), people))
            .into_tuple()
            .all(&self.conn)
            .await?)
    }

    /// Each person's touches since then, in no order, without what is private.
    async fn touches_since(
        &self,
        people: &[Uuid],
        since: DateTime<Utc>,
    ) -> Result<HashMap<Uuid, Vec<Touchpoint>>> {
        use interaction_person::{Column as Link, Entity as Links};
        type Row = (Uuid, DateTime<Utc>, Channel, Direction);
        let rows: Vec<Row> = self
            .find::<Links>()
            .select_only()
            .columns([Link::PersonId, Link::OccurredAt])
            .columns([interaction::Column::Channel, interaction::Column::Direction])
            .join(
                JoinType::InnerJoin,
                interaction_person::Relation::Interaction.def(),
            )
            .filter(sql::one_of(self.backend(), (Links, Link::PersonId), people))
            .filter(Link::OccurredAt.gte(since))
            .filter(interaction::Column::Visibility.eq(Visibility::Team))
            .filter(interaction::Column::Automated.eq(false))
            .filter(interaction::Column::Direction.ne(Direction::Internal))
            .filter(
                interaction::Column::Outcome
                    .is_in([InteractionOutcome::Reached, InteractionOutcome::LeftMessage]),
            )
            .into_tuple()
            .all(&self.conn)
            .await?;
        let mut touches: HashMap<Uuid, Vec<Touchpoint>> = HashMap::new();
        for (person, occurred_at, channel, direction) in rows {
            touches.entry(person).or_default().push(Touchpoint {
                occurred_at,
                channel,
                direction,
                outcome: InteractionOutcome::Reached,
                automated: false,
            });
        }
        Ok(touches)
    }

    /// The score that each person gave last.
    async fn latest_feedback(&self, people: &[Uuid]) -> Result<HashMap<Uuid, Feedback>> {
        use feedback::{Column, Entity};
        let ids = self
            .find::<Entity>()
            .select_only()
            .column(Column::Id)
            .filter(Expr::col((Entity, Column::PersonId)).eq(parent(self.backend())))
            .into_query();
        let newest = SortDirection::Descending;
        let order = Order::new(self.backend())
            .time((Entity, Column::GivenAt), newest)
            .id((Entity, Column::Id), newest);
        let args = PageArgs::first(1);
        let pages = self
            .nested::<Entity>(people, ids, &order, &args, super::feedback::position)
            .await?;
        let latest = |(person, page): (Uuid, super::Page<feedback::Model>)| {
            let row = page.rows.into_iter().next()?;
            let (score, given_at) = (row.score, row.given_at);
            Some((person, Feedback { score, given_at }))
        };
        Ok(pages.into_iter().filter_map(latest).collect())
    }
}

/// What became of the promises that have fallen due.
fn due(figures: &FollowThrough) -> Promises {
    let small = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
    Promises {
        kept: small(figures.kept),
        failed: small(figures.kept_late + figures.broken + figures.overdue),
    }
}
