//! The derived columns of a person, found again from the whole history.
//!
//! Late imports arrive in any order, so patching the last burst would keep a clock running that an
//! older reply had already stopped. PRIVATE interactions stay out: what is derived is seen by all.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entity::{
    enums::{Channel, Direction, InteractionOutcome, Visibility},
    interaction, interaction_person, person,
};
use sea_orm::{
    ColumnTrait, DbBackend, QueryFilter, QuerySelect, RelationTrait, UpdateMany, Value,
    sea_query::{Expr, ExprTrait, JoinType},
};
use uuid::Uuid;

use super::{Store, Writer, sql};
use crate::{
    error::Result,
    rules::{
        cadence::{self, Cadence},
        interaction::Touchpoint,
        reconnect, reply_clock,
    },
};

/// Reads one derived column.
type Derived = fn(&person::Model) -> Value;

/// Each derived column, its type on PostgreSQL, and its value in a row.
const COLUMNS: [(person::Column, &str, Derived); 7] = [
    (person::Column::LastTouchAt, TIME, |person| {
        person.last_touch_at.into()
    }),
    (person::Column::LastInboundAt, TIME, |person| {
        person.last_inbound_at.into()
    }),
    (person::Column::LastOutboundAt, TIME, |person| {
        person.last_outbound_at.into()
    }),
    (person::Column::AwaitingReplySince, TIME, |person| {
        person.awaiting_reply_since.into()
    }),
    (person::Column::WaitingOnThemSince, TIME, |person| {
        person.waiting_on_them_since.into()
    }),
    (person::Column::NextTouchAt, TIME, |person| {
        person.next_touch_at.into()
    }),
    (person::Column::PastDepth, "integer", |person| {
        person.past_depth.into()
    }),
];

const TIME: &str = "timestamptz";

/// When the person should be touched next, by their row and their history.
pub(super) fn next_touch_at(
    person: &person::Model,
    history: &[Touchpoint],
) -> Option<DateTime<Utc>> {
    let cadence = Cadence {
        days: person.cadence_days,
        reset: person.cadence_reset,
        scheduled_at: person.scheduled_touch_at,
        scheduled_set_at: person.scheduled_touch_set_at,
        created_at: person.created_at,
        do_not_contact: person.do_not_contact,
    };
    cadence::next_touch_at(&cadence, history)
}

impl Store {
    /// Each person's whole history, in no order, without what is private.
    async fn histories(&self, people: &[Uuid]) -> Result<HashMap<Uuid, Vec<Touchpoint>>> {
        type Row = (
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
            .column(interaction_person::Column::PersonId)
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
        let mut histories: HashMap<Uuid, Vec<Touchpoint>> = HashMap::new();
        for (person, occurred_at, channel, direction, outcome, automated) in rows {
            let touchpoint = Touchpoint {
                occurred_at,
                channel,
                direction,
                outcome,
                automated,
            };
            histories.entry(person).or_default().push(touchpoint);
        }
        Ok(histories)
    }
}

impl Writer {
    /// Puts the next touch into `new` where anything it follows from has changed.
    pub(super) async fn derive_next_touch(
        &self,
        old: &person::Model,
        new: &mut person::Model,
    ) -> Result<()> {
        let follows_from = |person: &person::Model| {
            (
                person.cadence_days,
                person.cadence_reset,
                person.scheduled_touch_at,
                person.scheduled_touch_set_at,
                person.do_not_contact,
            )
        };
        if follows_from(old) != follows_from(new) {
            let history = self
                .histories(&[new.id])
                .await?
                .remove(&new.id)
                .unwrap_or_default();
            new.next_touch_at = next_touch_at(new, &history);
        }
        Ok(())
    }

    /// Derives the columns of these people anew and stores those that differ. The people must be
    /// locked, or two writers would each miss the other's interaction.
    pub(super) async fn derive(&self, people: &[Uuid]) -> Result<()> {
        let people: Vec<_> = self.people(people).await?.into_values().collect();
        if let Some(update) = self.derived_after(&people, None).await? {
            update.exec(&self.conn).await?;
        }
        Ok(())
    }

    /// The change of these people's columns, if any, that follows from their stored history and
    /// from one touchpoint that is about to be stored. The people must be locked.
    pub(super) async fn derived_after(
        &self,
        people: &[person::Model],
        coming: Option<Touchpoint>,
    ) -> Result<Option<UpdateMany<person::Entity>>> {
        if people.is_empty() {
            return Ok(None);
        }
        let ids: Vec<_> = people.iter().map(|person| person.id).collect();
        let mut histories = self.histories(&ids).await?;
        let mut changed = Vec::new();
        for old in people {
            let mut history = histories.remove(&old.id).unwrap_or_default();
            history.extend(coming);
            let new = derived(old, &history);
            if new != *old {
                changed.push(new);
            }
        }
        Ok((!changed.is_empty()).then(|| self.update_of_derived(&changed)))
    }

    /// Stores the derived columns of several people, in one statement.
    fn update_of_derived(&self, people: &[person::Model]) -> UpdateMany<person::Entity> {
        use person::Column;
        let mut update = self.update::<person::Entity>();
        for (column, of_type, value) in COLUMNS {
            let typed = |person: &person::Model| match self.backend() {
                // Alone in a CASE, a null would be taken for text.
                DbBackend::Postgres => Expr::val(value(person)).cast_as(of_type),
                _ => Expr::val(value(person)),
            };
            update = update.col_expr(column, value_by_person(people, typed));
        }
        let ids: Vec<_> = people.iter().map(|person| person.id).collect();
        update.filter(sql::one_of(self.backend(), Column::Id, &ids))
    }
}

/// The person's row with its derived columns as the history says.
fn derived(person: &person::Model, history: &[Touchpoint]) -> person::Model {
    let clock = reply_clock::derive(history);
    person::Model {
        last_touch_at: clock.last_touch_at,
        last_inbound_at: clock.last_inbound_at,
        last_outbound_at: clock.last_outbound_at,
        awaiting_reply_since: clock.awaiting_reply_since,
        waiting_on_them_since: clock.waiting_on_them_since,
        next_touch_at: next_touch_at(person, history),
        past_depth: reconnect::past_depth(history),
        ..person.clone()
    }
}

/// One person's value needs no case to tell people apart, and is by far the most common.
fn value_by_person(people: &[person::Model], typed: impl Fn(&person::Model) -> Expr) -> Expr {
    if let [only] = people {
        return typed(only);
    }
    let mut case = sea_orm::sea_query::CaseStatement::new();
    for person in people {
        let is_theirs = Expr::col((person::Entity, person::Column::Id)).eq(person.id);
        case = case.case(is_theirs, typed(person));
    }
    case.into()
}
