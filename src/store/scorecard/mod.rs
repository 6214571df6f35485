//! Scorecards: the figures of a recruiter or of the whole team over a period, and the lists behind
//! them. What is PRIVATE enters none of them.
//!
//! A figure counts what began in the period (a promise made, a wait opened, a referral received)
//! with what has come of it by now, so that nothing leaves a figure by being left undone.

mod cadence;
mod feedback;
mod people;
mod promises;
mod referrals;
mod touches;
mod waits;

use entity::person;
use sea_orm::{
    ConnectionTrait, QueryFilter, QueryResult, Select,
    sea_query::{
        Condition, Expr, ExprTrait, Func, IntoColumnRef, IntoCondition, SelectStatement, SimpleExpr,
    },
};
use uuid::Uuid;

pub use self::{
    cadence::CadenceCoverage,
    people::Group,
    promises::{Promised, SETTLED, Standing, promise_position},
    referrals::{Funnel, Progress, Trust, Yield},
    waits::{Percentiles, ResponseTimes, wait_position},
};
use super::{Page, PageArgs, SortDirection, Store, order::Order};
use crate::{error::Result, rules::scorecard::Period};

/// Whose figures are wanted, and of when.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Scorecard {
    /// One recruiter's; the whole team's, if none is named.
    pub recruiter: Option<Uuid>,
    /// The period.
    pub period: Period,
}

impl Scorecard {
    /// The time lies in the period.
    fn includes(&self, time: impl IntoColumnRef + Copy) -> Condition {
        Condition::all()
            .add(Expr::col(time).gte(self.period.from))
            .add(Expr::col(time).lt(self.period.until))
    }

    /// The column names the recruiter, if there is one to be named.
    fn is_of(&self, recruiter: impl IntoColumnRef) -> Condition {
        let wanted = self.recruiter.map(|wanted| Expr::col(recruiter).eq(wanted));
        Condition::all().add_option(wanted)
    }
}

impl Store {
    /// One row of numbers.
    async fn numbers<const N: usize>(&self, statement: &SelectStatement) -> Result<[u64; N]> {
        let row = self.conn.query_one(statement).await?;
        row.as_ref().map_or(Ok([0; N]), |row| numbers(row, 0))
    }

    /// People who meet a condition, in the order in which they became known: the one order that an
    /// index has for all of them.
    async fn people_who(
        &self,
        condition: Condition,
        args: &PageArgs,
    ) -> Result<Page<person::Model>> {
        let id = (person::Entity, person::Column::Id);
        let order = Order::new(self.backend()).id(id, SortDirection::Ascending);
        self.page(
            self.find::<person::Entity>().filter(condition),
            &order,
            args,
        )
        .await
    }

    /// The people who meet a condition.
    fn people_meeting(&self, condition: Condition) -> Select<person::Entity> {
        self.find::<person::Entity>().filter(condition)
    }
}

/// The numbers of a row, from a column on.
fn numbers<const N: usize>(row: &QueryResult, first: usize) -> Result<[u64; N]> {
    let mut numbers = [0; N];
    for (index, number) in numbers.iter_mut().enumerate() {
        let value: Option<i64> = row.try_get_by_index(first + index)?;
        *number = u64::try_from(value.unwrap_or_default()).unwrap_or_default();
    }
    Ok(numbers)
}

/// How many rows there are.
fn count() -> SimpleExpr {
    Expr::cust("count(*)")
}

/// How many of the rows meet a condition.
fn count_if(condition: impl IntoCondition) -> SimpleExpr {
    Func::count(Expr::case(condition, 1)).into()
}

/// The value is one of a list that is read once and remembered. Wrapped so that PostgreSQL cannot
/// turn it into a join, for which it would look up each value by itself: it takes the list and the
/// values for few, because it plans without knowing the period.
fn told_apart(is_in_list: SimpleExpr) -> SimpleExpr {
    Expr::case(is_in_list, Expr::cust("TRUE"))
        .finally(Expr::cust("FALSE"))
        .into()
}

/// There is a row. Not EXISTS: PostgreSQL would rather read all such rows of the tenant once than
/// look for each person's, taking them for few, because it plans without knowing the period.
fn there_is(mut rows: SelectStatement) -> SimpleExpr {
    rows.clear_selects().expr(Expr::val(1)).limit(1);
    SimpleExpr::SubQuery(None, Box::new(rows.into())).is_not_null()
}
