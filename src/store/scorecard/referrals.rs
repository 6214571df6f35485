//! Referrals received in the period, how far they have come, and who makes them: the people to
//! whom promises were kept, or those to whom they were broken.

use entity::{
    enums::ReferralStatus,
    person, promise,
    referral::{Column, Entity, Model},
    referral_status_change,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, Iterable, QueryFilter, QuerySelect, QueryTrait, Select,
    sea_query::{Alias, Condition, Expr, ExprTrait, Func, IntoIden, SelectStatement, SimpleExpr},
};

use super::{Scorecard, Standing, count, count_if, numbers, there_is};
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

/// Some promise of which it can be said whether it was kept.
const SETTLED: [Standing; 4] = [
    Standing::Kept,
    Standing::KeptLate,
    Standing::Broken,
    Standing::Overdue,
];
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
        self.page(referrals, &order, args).await
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

    /// The referrals that people touched in the period made in it.
    pub async fn referrals_of_touched(&self, card: &Scorecard) -> Result<u64> {
        let referrers = self.people_meeting(self.touched(card)).filter(
            Expr::col((person::Entity, person::Column::Id)).equals((Entity, Column::ReferrerId)),
        );
        let referrals = self.referrals_received(card);
        self.count(referrals.filter(there_is(referrers.select_only().into_query())))
            .await
    }

    /// The referrals of those touched people to whom promises were kept, and of those to whom a
    /// promise was broken.
    pub async fn yields_of_tested(&self, card: &Scorecard) -> Result<(Yield, Yield)> {
        let mut yields = (Yield::default(), Yield::default());
        for row in self.conn.query_all(&self.tested(card)).await? {
            let [is_broken, people, referrals] = numbers(&row, 0)?;
            let found = Yield { people, referrals };
            if is_broken == 0 {
                yields.0 = found;
            } else {
                yields.1 = found;
            }
        }
        Ok(yields)
    }

    fn tested(&self, card: &Scorecard) -> SelectStatement {
        use promise::Column as Promise;
        let is_broken = Expr::case(self.stand(&BROKEN), 1).finally(0);
        let trust = self
            .promises_made(card)
            .filter(self.stand(&SETTLED))
            .select_only()
            .column(Promise::PersonId)
            .expr_as(Func::max(is_broken), "is_broken")
            .group_by(Promise::PersonId)
            .into_query();
        let made = self
            .referrals_received(card)
            .filter(
                Expr::col((Entity, Column::ReferrerId))
                    .equals((person::Entity, person::Column::Id)),
            )
            .select_only()
            .expr(count())
            .into_query();
        let sum = Func::sum(SimpleExpr::SubQuery(None, Box::new(made.into())));
        let mut people = self.people_meeting(self.touched(card)).select_only();
        let tested = Alias::new("tested").into_iden();
        let broken = Expr::col((tested.clone(), "is_broken"));
        let query = QuerySelect::query(&mut people);
        query
            .expr(broken.clone().cast_as("bigint"))
            .expr(count())
            .expr(Expr::from(sum).cast_as("bigint"))
            .join_subquery(
                sea_orm::sea_query::JoinType::InnerJoin,
                trust,
                tested.clone(),
                Expr::col((tested, "person_id")).equals((person::Entity, person::Column::Id)),
            )
            .add_group_by([broken]);
        query.to_owned()
    }

    /// The person was touched, and has this experience with our promises.
    pub(super) fn trusts(&self, card: &Scorecard, trust: Trust) -> Condition {
        let to_them = |standings: &[Standing]| self.promised(card, standings);
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
