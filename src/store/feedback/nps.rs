//! The net promoter score of many, with how many of the people we touched were heard at all: whoever
//! was never asked tells nothing. Two statements, whatever the number of recruiters, jobs or
//! companies.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entity::{
    enums::{Direction, FeedbackSide, InteractionOutcome, Visibility},
    feedback, interaction, interaction_person, interaction_recruiter, job, person, position,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect, QueryTrait,
    RelationTrait, Select,
    sea_query::{Expr, IntoColumnRef, JoinType, SelectStatement, SimpleExpr, UnionType},
};
use uuid::Uuid;

use crate::{
    error::Result,
    rules::feedback::{PASSIVE_FROM, PROMOTER_FROM, Tally},
    store::{Store, sql},
};

/// What the score is told of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NpsOf {
    /// The whole tenant: its id is the only key.
    Tenant,
    /// Recruiters: feedback about them.
    Recruiters,
    /// Jobs: feedback about them.
    Jobs,
    /// Companies: feedback about their jobs, and that of their people as clients.
    Companies,
}

/// Which feedback counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct NpsWindow {
    /// Given at or after this time.
    pub since: DateTime<Utc>,
    /// Given before this time; at any time since, if none is named.
    pub until: Option<DateTime<Utc>>,
    /// Given in this role; in either, if none is named.
    pub side: Option<FeedbackSide>,
}

/// A net promoter score, and what it rests on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NetPromoterScore {
    /// How many gave which kind of score.
    pub tally: Tally,
    /// How many people gave feedback.
    pub people_heard: u32,
    /// How many people were touched.
    pub people_touched: u32,
    /// How many of these gave feedback.
    pub touched_and_heard: u32,
}

impl Store {
    /// The score of each of these; one without feedback and touches has none.
    pub async fn net_promoter_scores(
        &self,
        of: NpsOf,
        ids: &[Uuid],
        window: NpsWindow,
    ) -> Result<HashMap<Uuid, NetPromoterScore>> {
        let mut scores: HashMap<Uuid, NetPromoterScore> = HashMap::new();
        for row in self
            .conn
            .query_all(&self.nps_tallies(of, ids, window))
            .await?
        {
            let number = |index| row.try_get_by_index::<i64>(index).map(small);
            let score = scores.entry(row.try_get_by_index(0)?).or_default();
            score.tally = Tally {
                promoters: number(1)?.into(),
                passives: number(2)?.into(),
                detractors: number(3)?.into(),
            };
            score.people_heard = number(4)?;
        }
        for row in self
            .conn
            .query_all(&self.nps_coverage(of, ids, window))
            .await?
        {
            let number = |index| row.try_get_by_index::<i64>(index).map(small);
            let score = scores.entry(row.try_get_by_index(0)?).or_default();
            score.people_touched = number(1)?;
            score.touched_and_heard = number(2)?;
        }
        Ok(scores)
    }

    /// How many gave which kind of score, and how many gave any.
    fn nps_tallies(&self, of: NpsOf, ids: &[Uuid], window: NpsWindow) -> SelectStatement {
        let scores = [
            format!("said.score >= {PROMOTER_FROM}"),
            format!("said.score >= {PASSIVE_FROM} AND said.score < {PROMOTER_FROM}"),
            format!("said.score < {PASSIVE_FROM}"),
        ];
        let mut tallies = SelectStatement::new();
        tallies.column("parent_id");
        for score in scores {
            tallies.expr(Expr::cust(format!("count(CASE WHEN {score} THEN 1 END)")));
        }
        tallies
            .expr(Expr::cust("count(DISTINCT said.person_id)"))
            .from_subquery(self.nps_said(of, ids, window), "said")
            .group_by_col("parent_id")
            .to_owned()
    }

    /// How many people were touched, and how many of them gave feedback.
    fn nps_coverage(&self, of: NpsOf, ids: &[Uuid], window: NpsWindow) -> SelectStatement {
        let heard = SelectStatement::new()
            .distinct()
            .columns(["parent_id", "person_id"])
            .from_subquery(self.nps_said(of, ids, window), "said")
            .to_owned();
        let is_same = Expr::cust(
            "heard.parent_id = touched.parent_id AND heard.person_id = touched.person_id",
        );
        SelectStatement::new()
            .column(("touched", "parent_id"))
            .expr(Expr::cust("count(touched.person_id)"))
            .expr(Expr::cust("count(heard.person_id)"))
            .from_subquery(self.nps_touched(of, ids, window), "touched")
            .join_subquery(JoinType::LeftJoin, heard, "heard", is_same)
            .group_by_col(("touched", "parent_id"))
            .to_owned()
    }

    /// The feedback of the window, each beside what it is about.
    fn nps_said(&self, of: NpsOf, ids: &[Uuid], window: NpsWindow) -> SelectStatement {
        use feedback::{Column, Entity};
        let about = |rows: Select<Entity>, parent: SimpleExpr| {
            rows.select_only()
                .expr_as(parent, "parent_id")
                .columns([Column::Id, Column::Score, Column::PersonId])
                .filter(given_in(window))
                .into_query()
        };
        let rows = self.find::<Entity>();
        match of {
            NpsOf::Tenant => about(rows, column((Entity, Column::TenantId))),
            NpsOf::Recruiters => {
                let parent = (Entity, Column::RecruiterId);
                about(self.among(rows, parent, ids), column(parent))
            }
            NpsOf::Jobs => {
                let parent = (Entity, Column::JobId);
                about(self.among(rows, parent, ids), column(parent))
            }
            NpsOf::Companies => {
                let of_job = rows.join(JoinType::InnerJoin, feedback::Relation::Job.def());
                let of_job = self.among(of_job, COMPANY_OF_JOB, ids);
                let clients = self
                    .find::<Entity>()
                    .filter(Column::Side.eq(FeedbackSide::Client))
                    .join(JoinType::InnerJoin, feedback::Relation::Person.def());
                let clients = self.employed_by(clients, ids);
                let mut said = about(of_job, column(COMPANY_OF_JOB));
                // Once, if it is about a job and by a client.
                said.union(UnionType::Distinct, about(clients, column(EMPLOYER)));
                said
            }
        }
    }

    /// The people touched in the window, each once beside whom or what it was about.
    fn nps_touched(&self, of: NpsOf, ids: &[Uuid], window: NpsWindow) -> SelectStatement {
        use interaction_person::{Column as Link, Entity as Links, Relation};
        let all = || {
            let rows = self
                .find::<Links>()
                .join(JoinType::InnerJoin, Relation::Interaction.def())
                .join(JoinType::InnerJoin, Relation::Person.def())
                .filter(is_touch())
                .filter(Link::OccurredAt.gte(window.since));
            let rows = match window.until {
                Some(until) => rows.filter(Link::OccurredAt.lt(until)),
                None => rows,
            };
            match window.side {
                None => rows,
                Some(FeedbackSide::Candidate) => rows.filter(person::Column::IsCandidate.eq(true)),
                Some(FeedbackSide::Client) => rows.filter(person::Column::IsContact.eq(true)),
            }
        };
        let about = |rows: Select<Links>, parent: SimpleExpr| {
            rows.select_only()
                .distinct()
                .expr_as(parent, "parent_id")
                .column(Link::PersonId)
                .into_query()
        };
        match of {
            NpsOf::Tenant => about(all(), column((Links, Link::TenantId))),
            NpsOf::Recruiters => {
                use interaction_recruiter::{Column, Entity, Relation};
                let with = Relation::Interaction.def().rev();
                let rows = all().join(JoinType::InnerJoin, with);
                let parent = (Entity, Column::RecruiterId);
                about(self.among(rows, parent, ids), column(parent))
            }
            NpsOf::Jobs => {
                let parent = (interaction::Entity, interaction::Column::JobId);
                about(self.among(all(), parent, ids), column(parent))
            }
            NpsOf::Companies => {
                let job = interaction::Relation::Job.def();
                let of_job = all().join(JoinType::InnerJoin, job);
                let of_job = self.among(of_job, COMPANY_OF_JOB, ids);
                let employed = self.employed_by(all(), ids);
                let mut touched = about(of_job, column(COMPANY_OF_JOB));
                touched.union(UnionType::Distinct, about(employed, column(EMPLOYER)));
                touched
            }
        }
    }

    fn among<E: EntityTrait>(
        &self,
        rows: Select<E>,
        parent: impl IntoColumnRef,
        ids: &[Uuid],
    ) -> Select<E> {
        rows.filter(sql::one_of(self.backend(), parent, ids))
    }

    /// Those rows, joined with people, whose people work at one of these companies.
    fn employed_by<E: EntityTrait>(&self, rows: Select<E>, companies: &[Uuid]) -> Select<E> {
        let position = position::Relation::Person.def().rev();
        let rows = rows
            .join(JoinType::InnerJoin, position)
            .filter(position::Column::EndedOn.is_null());
        self.among(rows, EMPLOYER, companies)
    }
}

/// The company of a job.
const COMPANY_OF_JOB: (job::Entity, job::Column) = (job::Entity, job::Column::CompanyId);
/// The company of a position.
const EMPLOYER: (position::Entity, position::Column) =
    (position::Entity, position::Column::CompanyId);

fn column(column: impl IntoColumnRef) -> SimpleExpr {
    Expr::col(column)
}

fn given_in(window: NpsWindow) -> Condition {
    use feedback::Column;
    Condition::all()
        .add(Column::GivenAt.gte(window.since))
        .add_option(window.until.map(|until| Column::GivenAt.lt(until)))
        .add_option(window.side.map(|side| Column::Side.eq(side)))
}

/// What counts as a touch, as `rules::interaction` says it of one: private ones are in no figure.
fn is_touch() -> Condition {
    use interaction::Column;
    let reached = [InteractionOutcome::Reached, InteractionOutcome::LeftMessage];
    Condition::all()
        .add(Column::Visibility.eq(Visibility::Team))
        .add(Column::Direction.ne(Direction::Internal))
        .add(Column::Automated.eq(false))
        .add(Column::Outcome.is_in(reached))
}

fn small(number: i64) -> u32 {
    u32::try_from(number).unwrap_or_default()
}
