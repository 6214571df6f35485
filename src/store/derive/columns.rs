//! The derived columns of a person: what they should be, and the statement that stores them.

use chrono::{DateTime, Utc};
use entity::person::{Column, Entity, Model};
use sea_orm::{
    DbBackend, QueryFilter, UpdateMany, Value,
    sea_query::{CaseStatement, Expr, ExprTrait},
};

use super::facts::Facts;
use crate::{
    rules::{
        cadence::{self, Cadence, LastTouches},
        reconnect,
        reply_clock::{self, ReplyClock},
        settings::Settings,
        silence,
    },
    store::{Writer, sql},
};

/// Reads one derived column.
type Derived = fn(&Model) -> Value;

/// Each derived column, its type on PostgreSQL, and its value in a row.
pub(super) const COLUMNS: [(Column, &str, Derived); 10] = [
    (Column::LastTouchAt, TIME, |person| {
        person.last_touch_at.into()
    }),
    (Column::LastInboundAt, TIME, |person| {
        person.last_inbound_at.into()
    }),
    (Column::LastOutboundAt, TIME, |person| {
        person.last_outbound_at.into()
    }),
    (Column::AwaitingReplySince, TIME, |person| {
        person.awaiting_reply_since.into()
    }),
    (Column::WaitingOnThemSince, TIME, |person| {
        person.waiting_on_them_since.into()
    }),
    (Column::NextTouchAt, TIME, |person| {
        person.next_touch_at.into()
    }),
    (Column::NewsOwedSince, TIME, |person| {
        person.news_owed_since.into()
    }),
    (Column::PromiseDueAt, TIME, |person| {
        person.promise_due_at.into()
    }),
    (Column::KeeperId, "uuid", |person| person.keeper_id.into()),
    (Column::PastDepth, "integer", |person| {
        person.past_depth.into()
    }),
];

const TIME: &str = "timestamptz";

/// The person's row with its derived columns as the facts say.
pub(super) fn derived(person: &Model, facts: &Facts, settings: &Settings) -> Model {
    let history = facts.touchpoints();
    Model {
        next_touch_at: next_touch_at(person, &LastTouches::of(&history), settings),
        news_owed_since: silence::news_owed_since(&facts.application_changes, &history),
        promise_due_at: facts.promise_due_at,
        keeper_id: person.owner_id.or(facts.newest_with),
        past_depth: reconnect::past_depth(&history),
        ..with_clock(person, &reply_clock::derive(&history))
    }
}

/// The clock as it stands on the person's row.
pub(super) fn clock(person: &Model) -> ReplyClock {
    ReplyClock {
        last_touch_at: person.last_touch_at,
        last_inbound_at: person.last_inbound_at,
        last_outbound_at: person.last_outbound_at,
        awaiting_reply_since: person.awaiting_reply_since,
        waiting_on_them_since: person.waiting_on_them_since,
    }
}

/// The person's row with another clock.
pub(super) fn with_clock(person: &Model, clock: &ReplyClock) -> Model {
    Model {
        last_touch_at: clock.last_touch_at,
        last_inbound_at: clock.last_inbound_at,
        last_outbound_at: clock.last_outbound_at,
        awaiting_reply_since: clock.awaiting_reply_since,
        waiting_on_them_since: clock.waiting_on_them_since,
        ..person.clone()
    }
}

/// When the person should be touched next, by their row and the touches they had.
pub(super) fn next_touch_at(
    person: &Model,
    last: &LastTouches,
    settings: &Settings,
) -> Option<DateTime<Utc>> {
    let cadence = Cadence {
        days: person.cadence_days.or(settings.default_cadence_days),
        reset: person.cadence_reset,
        scheduled_at: person.scheduled_touch_at,
        scheduled_set_at: person.scheduled_touch_set_at,
        created_at: person.created_at,
        do_not_contact: person.do_not_contact,
    };
    cadence::next_touch_at(&cadence, last)
}

impl Writer {
    /// Stores the derived columns of several people, in one statement.
    pub(super) fn update_of_derived(&self, people: &[Model]) -> UpdateMany<Entity> {
        let mut update = self.update::<Entity>();
        for (column, of_type, value) in COLUMNS {
            let typed = |person: &Model| match self.backend() {
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

/// One person's value needs no case to tell people apart, and is by far the most common.
fn value_by_person(people: &[Model], value: impl Fn(&Model) -> Expr) -> Expr {
    if let [only] = people {
        return value(only);
    }
    let mut case = CaseStatement::new();
    for person in people {
        let is_theirs = Expr::col((Entity, Column::Id)).eq(person.id);
        case = case.case(is_theirs, value(person));
    }
    case.into()
}
