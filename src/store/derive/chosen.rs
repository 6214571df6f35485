//! What follows for everybody when the tenant chooses another default cadence or other working
//! hours: worked out by the database where it can, some thousand people at a time, so that a large
//! tenant costs seconds and no memory. All goes into the transaction of the choice, so that nobody
//! ever sees the one without the other.

use chrono::{DateTime, Utc};
use entity::{
    enums::{CadenceReset, Channel, Turn},
    interaction_person, person, reply_wait,
};
use sea_orm::{
    ActiveEnum, ColumnTrait, Condition, ConnectionTrait, DbBackend, Iterable, QueryFilter,
    QueryOrder, QuerySelect, QueryTrait, Statement, Value,
    sea_query::{BinOper, Expr, ExprTrait, Func, LockType, Order, SelectStatement, SimpleExpr},
};
use uuid::Uuid;

use crate::{
    error::Result,
    rules::{interaction::is_conversation, settings::Settings, working_hours},
    store::{Writer, sql},
};

/// How many people are seen to by one statement.
const SPAN: u64 = 10_000;
/// How many waits one statement changes: SQLite carries at most 32,766 values,
/// of which each takes four.
const ROWS: usize = 1_000;

/// People in the order of their ids: after the one, up to the other.
#[derive(Clone, Copy)]
struct Span {
    after: Uuid,
    last: Uuid,
}

impl Span {
    fn includes(self, id: impl ExprTrait + Clone) -> Condition {
        Condition::all()
            .add(id.clone().gt(self.after))
            .add(id.lte(self.last))
    }
}

/// A wait whose time within the working hours is another by now.
type Recounted = (Uuid, Turn, DateTime<Utc>, i64);

impl Writer {
    /// Moves the next touches of all who follow the tenant's default cadence: to be called when
    /// that has changed, after it was stored.
    pub async fn default_cadence_changed(&self) -> Result<()> {
        use person::{Column, Entity};
        let days = self.settings().await?.default_cadence_days;
        let mut after = Uuid::nil();
        while let Some(last) = self.lock_span(after).await? {
            let span = Span { after, last };
            let next = self.next_touch_by_default(days);
            let stored = Expr::col((Entity, Column::NextTouchAt));
            let differs = stored.binary(BinOper::Custom("IS DISTINCT FROM"), next.clone());
            self.update::<Entity>()
                .col_expr(Column::NextTouchAt, next)
                .filter(span.includes(Expr::col((Entity, Column::Id))))
                .filter(Column::CadenceDays.is_null())
                .filter(Column::DoNotContact.eq(false))
                .filter(differs)
                .exec(&self.conn)
                .await?;
            after = last;
        }
        Ok(())
    }

    /// Counts anew how much of each answered wait lay in the working hours: to be called when these
    /// or the time zone have changed, after they were stored.
    pub async fn working_hours_changed(&self) -> Result<()> {
        let settings = self.settings().await?;
        let mut after = Uuid::nil();
        while let Some(last) = self.lock_span(after).await? {
            let recounted = self.recounted(Span { after, last }, &settings).await?;
            for some in recounted.chunks(ROWS) {
                self.store_recounted(some).await?;
            }
            after = last;
        }
        Ok(())
    }

    /// Locks the next people, for who logs an interaction with one of them reads the settings
    /// after having locked them: what others wrote by the old settings is seen here, and what they
    /// write later goes by the new ones. Gives the last of them; none if nobody is left.
    async fn lock_span(&self, after: Uuid) -> Result<Option<Uuid>> {
        use person::{Column, Entity};
        let mut span = self
            .find::<Entity>()
            .select_only()
            .column(Column::Id)
            .filter(Column::Id.gt(after))
            .order_by_asc(Column::Id)
            .limit(SPAN);
        if self.backend() == DbBackend::Postgres {
            span = span.lock(LockType::NoKeyUpdate);
        }
        let last = SelectStatement::new()
            .column(Column::Id)
            .from_subquery(span.into_query(), "span")
            .order_by(Column::Id, Order::Desc)
            .limit(1)
            .to_owned();
        let row = self.conn.query_one(&last).await?;
        Ok(row.map(|row| row.try_get_by_index(0)).transpose()?)
    }

    /// When somebody without a cadence of their own should be touched next: what
    /// [`rules::cadence`](crate::rules::cadence) says, in terms of what stands on their row.
    fn next_touch_by_default(&self, days: Option<i32>) -> SimpleExpr {
        use person::{Column, Entity};
        let column = |column: Column| Expr::col((Entity, column));
        let set_at = Func::coalesce([
            column(Column::ScheduledTouchSetAt),
            column(Column::CreatedAt),
        ]);
        let is_consumed = column(Column::LastOutboundAt).gt(set_at);
        let is_scheduled = Condition::all()
            .add(column(Column::ScheduledTouchAt).is_not_null())
            .add(Func::coalesce([is_consumed, Expr::val(false)]).eq(false));
        let Some(days) = days else {
            return Expr::case(is_scheduled, column(Column::ScheduledTouchAt)).into();
        };
        let resets_by = |reset: CadenceReset| column(Column::CadenceReset).eq(reset);
        let last = Expr::case(
            resets_by(CadenceReset::AnyTouch),
            column(Column::LastTouchAt),
        )
        .case(resets_by(CadenceReset::Spoken), self.last_spoken())
        .finally(column(Column::LastOutboundAt));
        let from = Func::coalesce([last.into(), column(Column::CreatedAt)]);
        let by_cadence = sql::days_after(self.backend(), from.into(), days);
        Expr::case(is_scheduled, column(Column::ScheduledTouchAt))
            .finally(by_cadence)
            .into()
    }

    /// The last time at which somebody was spoken with.
    fn last_spoken(&self) -> SimpleExpr {
        use interaction_person::{Column, Entity};
        let spoken = Channel::iter().filter(|channel| is_conversation(*channel));
        let last = self
            .find::<Entity>()
            .select_only()
            .column_as(Column::OccurredAt.max(), "last")
            .filter(
                Expr::col((Entity, Column::PersonId)).equals((person::Entity, person::Column::Id)),
            )
            .filter(Column::TouchChannel.is_in(spoken));
        SimpleExpr::SubQuery(None, Box::new(last.into_query().into()))
    }

    /// The answered waits of these people that are counted otherwise now.
    async fn recounted(&self, span: Span, settings: &Settings) -> Result<Vec<Recounted>> {
        use reply_wait::{Column, Entity};
        type Row = (Uuid, Turn, DateTime<Utc>, DateTime<Utc>, Option<i64>);
        let answered: Vec<Row> = self
            .find::<Entity>()
            .select_only()
            .columns([Column::PersonId, Column::Turn])
            .columns([Column::OpenedAt, Column::ClosedAt, Column::WorkingSeconds])
            .filter(span.includes(Expr::col((Entity, Column::PersonId))))
            .filter(Column::ClosedAt.is_not_null())
            .into_tuple()
            .all(&self.conn)
            .await?;
        let recounted = answered.into_iter().filter_map(|row| {
            let (person, turn, opened_at, closed_at, stored) = row;
            let (zone, hours) = (settings.time_zone, &settings.working_hours);
            let seconds = working_hours::seconds_between(opened_at, closed_at, zone, hours);
            (stored != Some(seconds)).then_some((person, turn, opened_at, seconds))
        });
        Ok(recounted.collect())
    }

    async fn store_recounted(&self, waits: &[Recounted]) -> Result<()> {
        let mut values: Vec<Value> = vec![self.tenant().into()];
        let rows = waits.iter().map(|(person, turn, opened_at, seconds)| {
            let first = values.len() + 1;
            values.extend([
                Value::from(*person),
                turn.to_value().into(),
                (*opened_at).into(),
                (*seconds).into(),
            ]);
            let [second, third, fourth] = [first + 1, first + 2, first + 3];
            format!("(${first}, ${second}, ${third}, ${fourth})")
        });
        let rows: Vec<_> = rows.collect();
        let text = format!(
            "UPDATE reply_wait SET working_seconds = told.column4 \
             FROM (VALUES {}) AS told \
             WHERE reply_wait.tenant_id = $1 AND reply_wait.person_id = told.column1 \
             AND reply_wait.turn = told.column2 AND reply_wait.opened_at = told.column3",
            rows.join(", ")
        );
        let statement = Statement::from_sql_and_values(self.backend(), text, values);
        self.conn.execute_raw(statement).await?;
        Ok(())
    }
}
