//! Who has been left hanging, since when and why: lists and totals by the derived columns, and the
//! sentence that says what it is about.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entity::{
    application, application_change,
    enums::{HangingReason, Hat, PromiseState},
    job, person,
    person::Column,
    promise,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbBackend, QueryFilter, QueryOrder, QuerySelect,
    QueryTrait, RelationTrait,
    sea_query::{CaseStatement, Expr, ExprTrait, Func, JoinType, SelectStatement, SimpleExpr},
};
use uuid::Uuid;

use super::{
    KeyValue, Page, PageArgs, Position, SortDirection, Store,
    order::{Order, latest},
    person::PersonFilter,
    sql,
};
use crate::{
    error::Result,
    rules::silence::{self, Change, Promised, Standing, Thresholds},
};

/// All reasons, in the order of their weight.
const REASONS: [HangingReason; 3] = [
    HangingReason::PromiseOverdue,
    HangingReason::ReplyLate,
    HangingReason::OutcomeNotShared,
];

/// Why a person counts as left hanging.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hanging {
    /// The kind of reason.
    pub kind: HangingReason,
    /// Since when.
    pub since: DateTime<Utc>,
    /// One sentence that says it, with the figures.
    pub detail: String,
}

/// A page of people who have been left hanging, and what tells where each stands in the list.
#[derive(Clone, Debug)]
pub struct HangingPage {
    /// The people, those who have waited longest first.
    pub page: Page<person::Model>,
    thresholds: Thresholds,
}

impl HangingPage {
    /// Where a person stands in the list.
    pub fn position(&self, row: &person::Model) -> Position {
        let reasons = silence::reasons(&standing(row), &self.thresholds);
        let since = reasons.into_iter().map(|(_, since)| since).min();
        vec![KeyValue::or_latest(since), KeyValue::Id(row.id)]
    }
}

/// How many people have been left hanging, and for which reasons.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HangingTotals {
    /// All of them; somebody with several reasons counts once.
    pub people: u64,
    /// How many for each reason.
    pub reasons: Vec<(HangingReason, u64)>,
}

/// What a person may be waiting for.
pub fn standing(row: &person::Model) -> Standing {
    Standing {
        awaiting_reply_since: row.awaiting_reply_since,
        promise_due_at: row.promise_due_at,
        news_owed_since: row.news_owed_since,
    }
}

fn column(reason: HangingReason) -> Column {
    match reason {
        HangingReason::ReplyLate => Column::AwaitingReplySince,
        HangingReason::PromiseOverdue => Column::PromiseDueAt,
        HangingReason::OutcomeNotShared => Column::NewsOwedSince,
    }
}

/// That a person has waited too long. Each is spelled as its index is: see the first migration.
fn holds(reason: HangingReason, thresholds: &Thresholds, backend: DbBackend) -> SimpleExpr {
    let since = Expr::col((person::Entity, column(reason)));
    match reason {
        HangingReason::ReplyLate => or_latest("awaiting_reply_since", backend).lt(thresholds.reply),
        HangingReason::PromiseOverdue => since.lt(thresholds.promise),
        HangingReason::OutcomeNotShared => since.lt(thresholds.news),
    }
}

/// A time of a person, or the latest if there is none.
pub(super) fn or_latest(column: &str, backend: DbBackend) -> SimpleExpr {
    Expr::cust(format!("coalesce(person.{column}, {})", latest(backend)))
}

impl Store {
    /// From when on each kind of waiting is too long.
    async fn thresholds(&self) -> Result<Thresholds> {
        Ok(Thresholds::at(self.clock().now(), &*self.settings().await?))
    }

    /// The people whom a filter means by its words on silence.
    pub(super) async fn silence_where(&self, filter: &PersonFilter) -> Result<Condition> {
        let mut all = Condition::all();
        if filter.left_hanging.is_none() && filter.left_hanging_for.is_none() {
            return Ok(all);
        }
        let thresholds = self.thresholds().await?;
        let any_of = |reasons: &[HangingReason]| {
            reasons.iter().fold(Condition::any(), |any, reason| {
                any.add(holds(*reason, &thresholds, self.backend()))
            })
        };
        match filter.left_hanging {
            Some(true) => all = all.add(any_of(&REASONS)),
            Some(false) => {
                for reason in REASONS {
                    let is_none = Expr::col((person::Entity, column(reason))).is_null();
                    all = all.add(holds(reason, &thresholds, self.backend()).not().or(is_none));
                }
            }
            None => {}
        }
        if let Some(reasons) = &filter.left_hanging_for {
            // Any of no reasons is nobody, which an empty condition would not say.
            let nobody = Condition::any().add(Expr::val(false));
            all = all.add(if reasons.is_empty() {
                nobody
            } else {
                any_of(reasons)
            });
        }
        Ok(all)
    }

    /// A page of the people who have been left hanging, those who have waited longest first.
    pub async fn people_left_hanging(
        &self,
        hat: Option<Hat>,
        filter: &PersonFilter,
        args: &PageArgs,
    ) -> Result<HangingPage> {
        let thresholds = self.thresholds().await?;
        let never = || Expr::cust(latest(self.backend()));
        let since = REASONS.map(|reason| -> SimpleExpr {
            let at = Expr::col((person::Entity, column(reason)));
            CaseStatement::new()
                .case(holds(reason, &thresholds, self.backend()), at)
                .finally(never())
                .into()
        });
        let earliest = match self.backend() {
            DbBackend::Postgres => Func::cust("least"),
            _ => Func::cust("min"),
        };
        let order = Order::new(self.backend())
            .time_of(earliest.args(since).into(), SortDirection::Ascending)
            .id((person::Entity, Column::Id), SortDirection::Ascending);
        let list = self.people_where(hat, &among_left_hanging(filter)).await?;
        Ok(HangingPage {
            page: self.page(list, &order, args).await?,
            thresholds,
        })
    }

    /// How many people have been left hanging, in all and for each reason, in one statement.
    pub async fn left_hanging_totals(
        &self,
        hat: Option<Hat>,
        filter: &PersonFilter,
    ) -> Result<HangingTotals> {
        let thresholds = self.thresholds().await?;
        let list = self.people_where(hat, &among_left_hanging(filter)).await?;
        let mut list = list.select_only();
        for reason in REASONS {
            let counts = CaseStatement::new()
                .case(holds(reason, &thresholds, self.backend()), 1)
                .finally(0);
            list = list.expr_as(counts, format!("{reason:?}").to_lowercase());
        }
        let mut totals = SelectStatement::new();
        totals.expr(Expr::cust("count(*)"));
        for reason in REASONS {
            let name = format!("{reason:?}").to_lowercase();
            totals.expr(Expr::cust(format!("coalesce(sum({name}), 0)")));
        }
        totals.from_subquery(list.into_query(), "people");
        let Some(row) = self.conn.query_one(&totals).await? else {
            return Ok(HangingTotals::default());
        };
        let count = |index| -> Result<u64> {
            let count: i64 = row.try_get_by_index(index)?;
            Ok(u64::try_from(count).unwrap_or_default())
        };
        let mut reasons = Vec::new();
        for (index, reason) in (1..).zip(REASONS) {
            reasons.push((reason, count(index)?));
        }
        Ok(HangingTotals {
            people: count(0)?,
            reasons,
        })
    }

    /// How many people have been left hanging.
    pub async fn left_hanging_count(&self, hat: Option<Hat>, filter: &PersonFilter) -> Result<u64> {
        self.people_count(hat, &among_left_hanging(filter)).await
    }

    /// Why each of these people has been left hanging; nothing for those who have not.
    pub async fn left_hanging(
        &self,
        people: &[(Uuid, Standing)],
    ) -> Result<HashMap<(Uuid, Standing), Vec<Hanging>>> {
        let settings = self.settings().await?;
        let now = self.clock().now();
        let thresholds = Thresholds::at(now, &settings);
        let reasons: Vec<_> = people
            .iter()
            .map(|(id, standing)| (*id, *standing, silence::reasons(standing, &thresholds)))
            .filter(|(_, _, reasons)| !reasons.is_empty())
            .collect();
        let with = |kind| -> Vec<Uuid> {
            let has = |reasons: &[(HangingReason, _)]| reasons.iter().any(|(is, _)| *is == kind);
            let with = reasons.iter().filter(|(_, _, reasons)| has(reasons));
            with.map(|(id, ..)| *id).collect()
        };
        let news = self.news_of(&with(HangingReason::OutcomeNotShared)).await?;
        let promises = self.promised(&with(HangingReason::PromiseOverdue)).await?;
        let mut found = HashMap::new();
        for (id, standing, reasons) in reasons {
            let detail = |kind, since| match kind {
                HangingReason::ReplyLate => silence::tell_reply_late(since, now, &settings),
                HangingReason::PromiseOverdue => {
                    silence::tell_promise_overdue(since, now, promises.get(&id))
                }
                HangingReason::OutcomeNotShared => {
                    let changes = news.get(&id).map_or(&[][..], Vec::as_slice);
                    silence::tell_outcome_not_shared(since, now, changes, &settings)
                }
            };
            let told = reasons.into_iter().map(|(kind, since)| Hanging {
                kind,
                since,
                detail: detail(kind, since),
            });
            found.insert((id, standing), told.collect());
        }
        Ok(found)
    }

    /// The changes of each person's applications after they began, with the words for them.
    async fn news_of(&self, people: &[Uuid]) -> Result<HashMap<Uuid, Vec<Change>>> {
        use application_change::{Column as Step, Entity, Relation};
        if people.is_empty() {
            return Ok(HashMap::new());
        }
        let rows = self
            .find::<Entity>()
            .join(JoinType::InnerJoin, Relation::Application.def())
            .join(JoinType::InnerJoin, application::Relation::Job.def())
            .filter(sql::one_of(
                self.backend(),
                (application::Entity, application::Column::PersonId),
                people,
            ))
            .order_by_asc(Step::ChangedAt)
            .order_by_asc(Step::Id)
            .select_only()
            .column(application::Column::PersonId)
            .column(job::Column::Title)
            .column(Step::ApplicationId)
            .columns([Step::ChangedAt, Step::Stage, Step::Milestone, Step::Outcome]);
        let rows: Vec<(Uuid, String, Uuid, DateTime<Utc>, _, _, _)> =
            rows.into_tuple().all(&self.conn).await?;
        let mut begun = std::collections::HashSet::new();
        let mut news: HashMap<Uuid, Vec<Change>> = HashMap::new();
        for (person, job, application, changed_at, stage, milestone, outcome) in rows {
            if !begun.insert(application) {
                news.entry(person).or_default().push(Change {
                    job,
                    changed_at,
                    stage,
                    milestone,
                    outcome,
                });
            }
        }
        Ok(news)
    }

    /// The open promise to each person that falls due first.
    async fn promised(&self, people: &[Uuid]) -> Result<HashMap<Uuid, Promised>> {
        use promise::{Column, Entity};
        if people.is_empty() {
            return Ok(HashMap::new());
        }
        let rows = self
            .find::<Entity>()
            .filter(sql::one_of(self.backend(), Column::PersonId, people))
            .filter(Column::State.eq(PromiseState::Open))
            .order_by_desc(Column::DueAt)
            .order_by_desc(Column::Id)
            .all(&self.conn)
            .await?;
        let promised = |row: promise::Model| {
            let promised = Promised {
                kind: row.kind,
                words: row.words,
            };
            (row.person_id, promised)
        };
        // The earliest comes last and stays.
        Ok(rows.into_iter().map(promised).collect())
    }
}

/// The filter, for the list of those left hanging.
fn among_left_hanging(filter: &PersonFilter) -> PersonFilter {
    PersonFilter {
        left_hanging: Some(true),
        ..filter.clone()
    }
}
