//! Referrals received in the period, how far they have come, and who makes them: the people to
//! whom promises were kept, or those to whom they were broken.

use entity::{
    enums::ReferralStatus,
    promise,
    referral::{Column, Entity, Model},
    referral_status_change,
};
use sea_orm::{
    ColumnTrait, Iterable, QueryFilter, QuerySelect, QueryTrait, Select,
    sea_query::{Condition, Expr, ExprTrait, Func, JoinType, SelectStatement},
};

use super::{SETTLED, Scorecard, Standing, count, count_if, there_is};
use crate::{
    error::Result,
    rules::scorecard::{per_hundred, tells_of_contact},
    store::{Page, PageArgs, SortDirection, Store, order::Order},
};

/// How far a referral has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Progress {
    /// We were told of the person.
    Received,
    /// We have spoken to the person.
    Contacted,
    /// The person was hired.
    Hired,
}

/// How many referrals have come how far. Each includes those that have come further.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Funnel {
    /// We were told of the person.
    pub received: u64,
    /// We have spoken to the person.
    pub contacted: u64,
    /// The person was hired.
    pub hired: u64,
}

/// What a touched person's experience with our promises was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Trust {
    /// Promises made to them in the period were kept, and none was broken or is overdue.
    Kept,
    /// A promise made to them in the period was broken or is overdue.
    Broken,
    /// No promise made to them in the period has fallen due.
    Untested,
}

/// How many referrals some touched people made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Yield {
    /// The people.
    pub people: u64,
    /// Their referrals in the period.
    pub referrals: u64,
}

impl Yield {
    /// Referrals for each hundred people; none without people.
    pub fn per_hundred(&self) -> Option<f64> {
        per_hundred(self.referrals, self.people)
    }
}

/// Not kept.
const BROKEN: [Standing; 2] = [Standing::Broken, Standing::Overdue];

impl Store {
    /// How far the referrals of the period have come.
    pub async fn referral_funnel(&self, card: &Scorecard) -> Result<Funnel> {
        let referrals = self
            .referrals_received(card)
            .select_only()
            .expr(count())
            .expr(count_if(self.has_come(Progress::Contacted)))
            .expr(count_if(self.has_come(Progress::Hired)));
        let [received, contacted, hired] = self.numbers(&referrals.into_query()).await?;
        Ok(Funnel {
            received,
            contacted,
            hired,
        })
    }

    /// A page of the referrals of the period that have come so far, the newest first.
    pub async fn referrals_that_came(
        &self,
        card: &Scorecard,
        progress: Progress,
        args: &PageArgs,
    ) -> Result<Page<Model>> {
        let order = Order::new(self.backend())
            .time((Entity, Column::ReferredAt), SortDirection::Descending)
            .id((Entity, Column::Id), SortDirection::Descending);
        let referrals = self
            .referrals_received(card)
            .filter(self.has_come(progress));
        let mut page = self.page(referrals, &order, args).await?;
        self.veil_referrals(&mut page.rows).await?;
        Ok(page)
    }

    /// How many referrals of the period have come so far.
    pub async fn referrals_that_came_count(
        &self,
        card: &Scorecard,
        progress: Progress,
    ) -> Result<u64> {
        self.count(
            self.referrals_received(card)
                .filter(self.has_come(progress)),
        )
        .await
    }

    /// How many touched people there are, and how many referrals they made in the period: those
    /// to whom promises were kept, those to whom a promise was broken, and the others.
    pub async fn referral_yields(&self, card: &Scorecard) -> Result<[Yield; 3]> {
        // In one row: to group by what was found would sort all who were touched.
        let mut statement = SelectStatement::new();
        for experience in ["= 0", "= 1", "IS NULL"] {
            let has = || Expr::cust(format!("tested.is_broken {experience}"));
            let made = Expr::case(has(), Expr::cust("coalesce(made.referrals, 0)"));
            statement
                .expr(count_if(has()))
                .expr(Func::sum(made).cast_as("bigint"));
        }
        statement
            .from_subquery(self.ids_of_touched(card), "touched")
            .join_subquery(
                JoinType::LeftJoin,
                self.tested(card),
                "tested",
                Expr::cust("tested.person_id = touched.person_id"),
            )
            .join_subquery(
                JoinType::LeftJoin,
                self.made(card),
                "made",
                Expr::cust("made.person_id = touched.person_id"),
            );
        let numbers: [u64; 6] = self.numbers(&statement).await?;
        Ok([0, 2, 4].map(|at| Yield {
            people: numbers[at],
            referrals: numbers[at + 1],
        }))
    }

    /// The people with promises of which it can be said whether they were kept, and whether one
    /// of them was not.
    fn tested(&self, card: &Scorecard) -> SelectStatement {
        let is_broken = Expr::case(self.stand(&BROKEN), 1).finally(0);
        self.promises_made(card)
            .filter(self.stand(&SETTLED))
            .select_only()
            .column(promise::Column::PersonId)
            .expr_as(Func::max(is_broken).cast_as("bigint"), "is_broken")
            .group_by(promise::Column::PersonId)
            .into_query()
    }

    /// How many referrals each person made.
    fn made(&self, card: &Scorecard) -> SelectStatement {
        self.referrals_received(card)
            .select_only()
            .column_as(Column::ReferrerId, "person_id")
            .expr_as(count(), "referrals")
            .group_by(Column::ReferrerId)
            .into_query()
    }

    /// The person was touched, and has this experience with our promises.
    pub(super) fn trusts(&self, card: &Scorecard, trust: Trust) -> Condition {
        let to_them = |standings: &[Standing]| self.promised_in(card, standings);
        let experience = match trust {
            Trust::Kept => Condition::all()
                .add(to_them(&SETTLED))
                .add(to_them(&BROKEN).not()),
            Trust::Broken => Condition::all().add(to_them(&BROKEN)),
            Trust::Untested => Condition::all().add(to_them(&SETTLED).not()),
        };
        self.touched(card).add(experience)
    }

    fn referrals_received(&self, card: &Scorecard) -> Select<Entity> {
        self.find::<Entity>()
            .filter(card.includes((Entity, Column::ReferredAt)))
            .filter(card.is_of((Entity, Column::RecruiterId)))
    }

    fn has_come(&self, progress: Progress) -> Condition {
        match progress {
            Progress::Received => Condition::all(),
            Progress::Hired => Condition::all().add(Column::Status.eq(ReferralStatus::Hired)),
            Progress::Contacted => {
                use referral_status_change::Column as Step;
                let telling = || ReferralStatus::iter().filter(|status| tells_of_contact(*status));
                let steps = self
                    .find::<referral_status_change::Entity>()
                    .filter(
                        Expr::col((referral_status_change::Entity, Step::ReferralId))
                            .equals((Entity, Column::Id)),
                    )
                    .filter(Step::Status.is_in(telling()));
                Condition::any()
                    .add(Column::Status.is_in(telling()))
                    .add(there_is(steps.select_only().into_query()))
            }
        }
    }
}
