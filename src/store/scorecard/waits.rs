//! How long people waited for us, and who waits still.

use entity::{
    enums::Turn,
    interaction_recruiter::{self, Column::InteractionId},
    person,
    reply_wait::{Column, Entity, Model},
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, QueryFilter, QueryResult, QuerySelect, QueryTrait,
    Select,
    sea_query::{Alias, Condition, Expr, ExprTrait, IntoIden, SelectStatement, SimpleExpr},
};

use super::{Scorecard, count, there_is, told_apart};
use crate::{
    error::Result,
    rules::scorecard::{between, float, neighbours},
    store::{KeyValue, Page, PageArgs, Position, SortDirection, Store, order::Order},
};

/// The middle and the slow end of some times, in seconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Percentiles {
    /// Half took no longer.
    pub median: f64,
    /// Nine in ten took no longer.
    pub p90: f64,
}

/// How soon we answered.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ResponseTimes {
    /// How many waits we ended.
    pub answered: u64,
    /// By the clock on the wall; none without answers.
    pub elapsed: Option<Percentiles>,
    /// By our working hours; none without answers.
    pub working: Option<Percentiles>,
}

impl Store {
    /// How soon the waits that opened in the period were answered.
    pub async fn response_times(&self, card: &Scorecard) -> Result<ResponseTimes> {
        match self.backend() {
            DbBackend::Postgres => self.response_times_by_aggregates(card).await,
            _ => self.response_times_by_places(card).await,
        }
    }

    async fn response_times_by_aggregates(&self, card: &Scorecard) -> Result<ResponseTimes> {
        let percentiles = |column: &str| {
            Expr::cust(format!(
                "percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY reply_wait.{column})"
            ))
        };
        let statement = self
            .answered(card)
            .select_only()
            .expr(count())
            .expr(percentiles("elapsed_seconds"))
            .expr(percentiles("working_seconds"))
            .into_query();
        let Some(row) = self.conn.query_one(&statement).await? else {
            return Ok(ResponseTimes::default());
        };
        let [answered] = super::numbers(&row, 0)?;
        Ok(ResponseTimes {
            answered,
            elapsed: percentiles_of(&row, 1)?,
            working: percentiles_of(&row, 2)?,
        })
    }

    /// SQLite has no percentiles: it ranks the times, and gives those between which they lie.
    async fn response_times_by_places(&self, card: &Scorecard) -> Result<ResponseTimes> {
        let times = self
            .answered(card)
            .select_only()
            .columns([Column::ElapsedSeconds, Column::WorkingSeconds])
            .into_query();
        let ranked = |column: &str| {
            SelectStatement::new()
                .expr(Expr::cust(format!("{column} AS seconds")))
                .expr(Expr::cust(format!(
                    "row_number() OVER (ORDER BY {column}) - 1 AS place"
                )))
                .expr(Expr::cust("count(*) OVER () - 1 AS last"))
                .from_subquery(times.clone(), Alias::new("times").into_iden())
                .and_where(Expr::cust(format!("{column} IS NOT NULL")))
                .to_owned()
        };
        let mut found = Vec::new();
        for column in ["elapsed_seconds", "working_seconds"] {
            let statement = SelectStatement::new()
                .expr(Expr::cust("place, seconds, last"))
                .from_subquery(ranked(column), Alias::new("ranked").into_iden())
                .and_where(Expr::cust(
                    "place IN (last * 5 / 10, last * 5 / 10 + 1, last * 9 / 10, last * 9 / 10 + 1)",
                ))
                .to_owned();
            found.push(times_at_places(&self.conn.query_all(&statement).await?)?);
        }
        Ok(ResponseTimes {
            answered: found[0].0,
            elapsed: found[0].1,
            working: found[1].1,
        })
    }

    /// The waits that opened in the period and were answered since, by the recruiter if there is
    /// one. All of them, that is: PostgreSQL would look for the answer of each among the links,
    /// for it plans without knowing the period.
    fn answered(&self, card: &Scorecard) -> Select<Entity> {
        self.answered_by(card, |answers| {
            told_apart(Expr::col((Entity, Column::ClosedById)).in_subquery(answers))
        })
    }

    /// The same, to be read no further than a page is long.
    fn answered_one_by_one(&self, card: &Scorecard) -> Select<Entity> {
        self.answered_by(card, |mut answers| {
            let link = (interaction_recruiter::Entity, InteractionId);
            answers.and_where(Expr::col(link).equals((Entity, Column::ClosedById)));
            there_is(answers)
        })
    }

    fn answered_by(
        &self,
        card: &Scorecard,
        is_answer: impl Fn(SelectStatement) -> SimpleExpr,
    ) -> Select<Entity> {
        use interaction_recruiter::Column as Link;
        // Nobody answers before there is a question; this narrows what is read of theirs.
        let answers = |recruiter| {
            self.find::<interaction_recruiter::Entity>()
                .select_only()
                .column(Link::InteractionId)
                .filter(Link::RecruiterId.eq(recruiter))
                .filter(Link::OccurredAt.gte(card.period.from))
                .into_query()
        };
        let by_recruiter = card
            .recruiter
            .map(|recruiter| is_answer(answers(recruiter)));
        self.find::<Entity>()
            .filter(opened(card))
            // Of the columns that tell it, the one that the index holds.
            .filter(Column::ClosedById.is_not_null())
            .filter(Condition::all().add_option(by_recruiter))
    }

    /// A page of the answered waits, the latest first.
    pub async fn answered_waits(&self, card: &Scorecard, args: &PageArgs) -> Result<Page<Model>> {
        let order = Order::new(self.backend())
            .time((Entity, Column::OpenedAt), SortDirection::Descending)
            .id((Entity, Column::PersonId), SortDirection::Descending);
        self.page(self.answered_one_by_one(card), &order, args)
            .await
    }

    /// How many people wait for us.
    pub async fn people_waiting(&self, card: &Scorecard) -> Result<u64> {
        self.count(self.people_meeting(waiting(card))).await
    }
}

/// Where an answered wait stands in their list.
pub fn wait_position(row: &Model) -> Position {
    vec![KeyValue::Time(row.opened_at), KeyValue::Id(row.person_id)]
}

fn opened(card: &Scorecard) -> Condition {
    Condition::all()
        .add(Column::Turn.eq(Turn::Ours))
        .add(card.includes((Entity, Column::OpenedAt)))
}

/// The person waits for us, since before the period ended. Those who began to wait before it began
/// wait all the more.
pub(super) fn waiting(card: &Scorecard) -> Condition {
    let since = (person::Entity, person::Column::AwaitingReplySince);
    Condition::all()
        .add(Expr::col(since).lt(card.period.until))
        .add(card.is_of((person::Entity, person::Column::KeeperId)))
}

fn percentiles_of(row: &QueryResult, column: usize) -> Result<Option<Percentiles>> {
    let both: Option<Vec<f64>> = row.try_get_by_index(column)?;
    Ok(match both.as_deref() {
        Some(&[median, p90]) => Some(Percentiles { median, p90 }),
        _ => None,
    })
}

/// How many times there are, and their percentiles.
fn times_at_places(rows: &[QueryResult]) -> Result<(u64, Option<Percentiles>)> {
    let mut count = 0;
    let mut seconds = std::collections::HashMap::new();
    for row in rows {
        let [place, time, last] = super::numbers(row, 0)?;
        count = last + 1;
        seconds.insert(place, time);
    }
    let percentile = |tenths| {
        let (lower, upper, way) = neighbours(count, tenths)?;
        let at = |place: u64| seconds.get(&place).map(|time| float(*time));
        Some(between(at(lower)?, at(upper)?, way))
    };
    let percentiles = percentile(5).zip(percentile(9));
    Ok((
        count,
        percentiles.map(|(median, p90)| Percentiles { median, p90 }),
    ))
}
