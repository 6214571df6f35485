//! How feedback looks outside.

use async_graphql::{Enum, ID, InputObject, MaybeUndefined, SimpleObject};
use entity::{enums::FeedbackSide, feedback};
use uuid::Uuid;

use super::{
    order::OrderDirection,
    record::{ExternalRecordInput, NodeBy, PersonBy, keys},
};
use crate::{
    error::Result,
    graphql::{
        id::{self, IdType},
        page::Listed,
        scalars::DateTime,
    },
    store::{
        By, SortDirection,
        feedback::{FeedbackDetails, FeedbackFilter as Filter, NetPromoterScore, NewFeedback},
    },
};

/// What a person said of working with us. You do not see what others entered of what you said
/// yourself, if you are a person here too.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(complex)]
pub(crate) struct Feedback {
    #[graphql(skip)]
    pub(crate) row: Uuid,
    #[graphql(skip)]
    pub(crate) person_row: Uuid,
    #[graphql(skip)]
    pub(crate) recruiter_row: Option<Uuid>,
    #[graphql(skip)]
    pub(crate) job_row: Option<Uuid>,
    #[graphql(skip)]
    pub(crate) interaction_row: Option<Uuid>,
    #[graphql(skip)]
    pub(crate) author_row: Uuid,
    /// The id.
    pub(crate) id: ID,
    /// In which role they spoke.
    side: FeedbackSide,
    /// How likely they are to recommend us: from 0 to 10.
    score: i32,
    /// What they said. Null when they gave a score only.
    words: Option<String>,
    /// When they gave it.
    given_at: DateTime,
    /// Grows by one with each change.
    version: i32,
    /// When it was recorded here.
    created_at: DateTime,
    /// When it last changed.
    updated_at: DateTime,
}

impl From<feedback::Model> for Feedback {
    fn from(row: feedback::Model) -> Self {
        Self {
            row: row.id,
            person_row: row.person_id,
            recruiter_row: row.recruiter_id,
            job_row: row.job_id,
            interaction_row: row.interaction_id,
            author_row: row.author_id,
            id: id::encode(IdType::Feedback, row.id),
            side: row.side,
            score: row.score,
            words: row.words,
            given_at: row.given_at.into(),
            version: row.version,
            created_at: row.created_at.into(),
            updated_at: row.updated_at.into(),
        }
    }
}

impl Listed for Feedback {
    const CONNECTION: &'static str = "FeedbackConnection";
    const EDGE: &'static str = "FeedbackEdge";
}

/// Narrows a list of feedback. Every part that is given must hold.
#[derive(Clone, Debug, Default, InputObject)]
pub(crate) struct FeedbackFilter {
    /// One of these people gave it.
    people: Option<Vec<ID>>,
    /// It is about one of these recruiters.
    recruiters: Option<Vec<ID>>,
    /// It is about one of these jobs.
    jobs: Option<Vec<ID>>,
    /// It is about a job of one of these companies.
    companies: Option<Vec<ID>>,
    /// They spoke in this role.
    side: Option<FeedbackSide>,
    /// The score is at least this.
    min_score: Option<i32>,
    /// The score is at most this: 6 for all detractors.
    max_score: Option<i32>,
    /// It was given at or after this time.
    since: Option<DateTime>,
    /// It was given before this time.
    until: Option<DateTime>,
}

impl FeedbackFilter {
    /// As the store takes it.
    pub(crate) fn read(self) -> Result<Filter> {
        let people = self.people.map(|people| {
            people
                .iter()
                .map(|id| id::argument(id, "filter.people", &id::PERSON))
                .collect()
        });
        Ok(Filter {
            people: people.transpose()?,
            recruiters: id::arguments(self.recruiters, "filter.recruiters", IdType::Recruiter)?,
            jobs: id::arguments(self.jobs, "filter.jobs", IdType::Job)?,
            companies: id::arguments(self.companies, "filter.companies", IdType::Company)?,
            side: self.side,
            min_score: self.min_score,
            max_score: self.max_score,
            since: self.since.map(|at| at.0),
            until: self.until.map(|at| at.0),
        })
    }
}

/// What a list of feedback is sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub(crate) enum FeedbackOrderField {
    /// When it was given.
    GivenAt,
}

/// The order of a list of feedback.
#[derive(Clone, Copy, Debug, InputObject)]
pub(crate) struct FeedbackOrder {
    /// What it is sorted by.
    #[graphql(name = "field")]
    _field: FeedbackOrderField,
    /// Which way it runs.
    #[graphql(default_with = "OrderDirection::Desc")]
    direction: OrderDirection,
}

impl FeedbackOrder {
    /// As the store takes it; newest first, if the caller has no wish.
    pub(crate) fn read(order: Option<Self>) -> SortDirection {
        order.map_or(SortDirection::Descending, |order| order.direction.into())
    }
}

/// The net promoter score: the percentage of promoters (9 and 10) less that of detractors (0 to 6).
/// Source: Frederick F. Reichheld, "The One Number You Need to Grow", Harvard Business Review,
/// December 2003. It tells little without its coverage: whoever was never asked is not in it.
/// Figures are the same for every viewer; private interactions are in none.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(name = "NetPromoterScore")]
pub(crate) struct Nps {
    /// From -100 to 100. Null when there is no feedback.
    score: Option<f64>,
    /// How many scores it is made of.
    n: u64,
    /// How many gave 9 or 10.
    promoters: u64,
    /// How many gave 7 or 8.
    passives: u64,
    /// How many gave 0 to 6.
    detractors: u64,
    /// How many people gave feedback.
    people_heard: u32,
    /// How many of those whom we touched in the same time were heard at all.
    coverage: NpsCoverage,
}

/// How many of the people we touched gave feedback.
#[derive(Clone, Debug, SimpleObject)]
pub(crate) struct NpsCoverage {
    /// The people touched in the same time: about the same job or company, or with the same recruiter.
    people_touched: u32,
    /// Those of them who gave feedback in that time.
    people_heard: u32,
    /// The second divided by the first: from 0 to 1. Null when nobody was touched.
    ratio: Option<f64>,
}

impl From<NetPromoterScore> for Nps {
    fn from(figures: NetPromoterScore) -> Self {
        let (touched, heard) = (figures.people_touched, figures.touched_and_heard);
        Self {
            score: figures.tally.net_promoter_score(),
            n: figures.tally.count(),
            promoters: figures.tally.promoters,
            passives: figures.tally.passives,
            detractors: figures.tally.detractors,
            people_heard: figures.people_heard,
            coverage: NpsCoverage {
                people_touched: touched,
                people_heard: heard,
                ratio: (touched > 0).then(|| f64::from(heard) / f64::from(touched)),
            },
        }
    }
}

/// Feedback to record.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct RecordFeedbackInput {
    /// Who gave it.
    person: PersonBy,
    /// In which role they spoke. Omitted or null: by the person's only hat; whoever wears both must
    /// have it said.
    side: Option<FeedbackSide>,
    /// How likely they are to recommend us: from 0 to 10.
    score: i32,
    /// What they said; at most 100,000 characters.
    words: Option<String>,
    /// When they gave it: any time since 1900, at most 5 minutes ahead. Omitted or null: now.
    given_at: Option<DateTime>,
    /// The recruiter it is about. Omitted or null: about none in particular.
    recruiter: Option<ID>,
    /// The job it is about.
    job: Option<NodeBy>,
    /// The interaction it is about: one that you may see.
    interaction: Option<NodeBy>,
    /// Its names in other systems; each may name one thing only.
    external_records: Option<Vec<ExternalRecordInput>>,
    /// A key of your choice, 1 to 255 bytes: the same input under the same key is recorded once.
    pub(crate) idempotency_key: Option<String>,
}

impl RecordFeedbackInput {
    /// As the store takes it.
    pub(crate) fn read(self) -> Result<NewFeedback> {
        Ok(NewFeedback {
            person: self.person.input(&["person"])?,
            score: self.score,
            records: keys(self.external_records),
            details: FeedbackDetails {
                side: self.side,
                score: None,
                words: Some(self.words),
                given_at: self.given_at.map(|at| at.0),
                recruiter: Some(self.recruiter.as_ref().map(recruiter).transpose()?),
                job: Some(node(self.job, "job", IdType::Job)?),
                interaction: Some(node(self.interaction, "interaction", IdType::Interaction)?),
            },
        })
    }
}

/// Changes to feedback. An omitted field is left as it is.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct UpdateFeedbackInput {
    /// The feedback.
    by: NodeBy,
    /// The version you read. Given, the update is refused with `CONFLICT` if there is a newer one.
    pub(crate) version: Option<i32>,
    /// In which role they spoke; null leaves it.
    side: Option<FeedbackSide>,
    /// The score, from 0 to 10; null leaves it.
    score: Option<i32>,
    /// What they said; null clears it.
    words: MaybeUndefined<String>,
    /// When they gave it; null leaves it.
    given_at: Option<DateTime>,
    /// The recruiter it is about; null clears it.
    recruiter: MaybeUndefined<ID>,
    /// The job it is about; null clears it.
    job: MaybeUndefined<NodeBy>,
    /// The interaction it is about: one that you may see; null clears it.
    interaction: MaybeUndefined<NodeBy>,
}

impl UpdateFeedbackInput {
    /// As the store takes it.
    pub(crate) fn read(self) -> Result<(By, FeedbackDetails)> {
        let about = Option::<Option<ID>>::from(self.recruiter);
        let job = Option::<Option<NodeBy>>::from(self.job);
        let interaction = Option::<Option<NodeBy>>::from(self.interaction);
        let details = FeedbackDetails {
            side: self.side,
            score: self.score,
            words: self.words.into(),
            given_at: self.given_at.map(|at| at.0),
            recruiter: about
                .map(|about| about.as_ref().map(recruiter).transpose())
                .transpose()?,
            job: job.map(|job| node(job, "job", IdType::Job)).transpose()?,
            interaction: interaction
                .map(|about| node(about, "interaction", IdType::Interaction))
                .transpose()?,
        };
        Ok((self.by.input(&["by"], IdType::Feedback)?, details))
    }
}

/// Feedback to remove.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct RemoveFeedbackInput {
    /// The feedback.
    pub(crate) by: NodeBy,
    /// The version you read. Given, the removal is refused with `CONFLICT` if there is a newer one.
    pub(crate) version: Option<i32>,
}

fn recruiter(given: &ID) -> Result<By> {
    let id = id::input(given, &["recruiter"], &[IdType::Recruiter])?;
    Ok(By::Id(id))
}

fn node(given: Option<NodeBy>, field: &str, kind: IdType) -> Result<Option<By>> {
    given.map(|by| by.input(&[field], kind)).transpose()
}
