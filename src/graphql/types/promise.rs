//! How a promise looks outside.

use async_graphql::{Enum, ID, InputObject, SimpleObject};
use entity::{
    enums::{PromiseKind, PromiseState},
    promise, promise_reschedule,
};
use uuid::Uuid;

use super::order::OrderDirection;
use crate::{
    error::Result,
    graphql::{
        id::{self, IdType},
        page::Listed,
        scalars::DateTime,
    },
    rules::promise as rules,
    store::{
        SortDirection,
        promise::{PromiseFilter as Filter, PromiseOrder as Order},
    },
};

/// Something that a recruiter said they would do for a person, with a due time. It belongs to the
/// team: everybody sees it, whoever may see the interaction in which it was made.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(complex)]
pub(crate) struct Promise {
    #[graphql(skip)]
    pub(crate) row: Uuid,
    #[graphql(skip)]
    pub(crate) person_row: Uuid,
    #[graphql(skip)]
    pub(crate) recruiter_row: Uuid,
    #[graphql(skip)]
    pub(crate) job_row: Option<Uuid>,
    #[graphql(skip)]
    pub(crate) application_row: Option<Uuid>,
    #[graphql(skip)]
    pub(crate) made_in_row: Option<Uuid>,
    #[graphql(skip)]
    pub(crate) kept_by_row: Option<Uuid>,
    /// The id.
    pub(crate) id: ID,
    /// What was promised.
    kind: PromiseKind,
    /// What was said. Null when nothing was written down; never of kind `OTHER`.
    words: Option<String>,
    /// When it was made.
    made_at: DateTime,
    /// When it falls due; `reschedules` tells the due times it had before.
    pub(crate) due_at: DateTime,
    /// What became of it.
    pub(crate) state: PromiseState,
    /// When it was kept, broken or withdrawn. Null while it is open.
    closed_at: Option<DateTime>,
    /// What was said when it was kept, broken or withdrawn. Null when nothing was written down.
    closing_note: Option<String>,
    /// Grows by one with each change.
    version: i32,
    /// When it was recorded here.
    created_at: DateTime,
    /// When it last changed.
    updated_at: DateTime,
}

impl From<promise::Model> for Promise {
    fn from(row: promise::Model) -> Self {
        Self {
            row: row.id,
            person_row: row.person_id,
            recruiter_row: row.recruiter_id,
            job_row: row.job_id,
            application_row: row.application_id,
            made_in_row: row.made_in_id,
            kept_by_row: row.kept_by_id,
            id: id::encode(IdType::Promise, row.id),
            kind: row.kind,
            words: row.words,
            made_at: row.made_at.into(),
            due_at: row.due_at.into(),
            state: row.state,
            closed_at: row.closed_at.map(DateTime),
            closing_note: row.closing_note,
            version: row.version,
            created_at: row.created_at.into(),
            updated_at: row.updated_at.into(),
        }
    }
}

impl Listed for Promise {
    const CONNECTION: &'static str = "PromiseConnection";
    const EDGE: &'static str = "PromiseEdge";
}

/// A due time that a promise had before it was put off.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(complex)]
pub(crate) struct PromiseReschedule {
    #[graphql(skip)]
    pub(crate) recruiter_row: Uuid,
    /// When it was to fall due until then.
    due_at: DateTime,
    /// When it was put off.
    rescheduled_at: DateTime,
    /// What was said of it. Null when nothing was written down.
    note: Option<String>,
}

impl From<&promise_reschedule::Model> for PromiseReschedule {
    fn from(row: &promise_reschedule::Model) -> Self {
        Self {
            recruiter_row: row.recruiter_id,
            due_at: row.due_at.into(),
            rescheduled_at: row.rescheduled_at.into(),
            note: row.note.clone(),
        }
    }
}

/// In which way a fact speaks for a promise having been kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "rules::EvidenceKind")]
pub(crate) enum PromiseEvidenceKind {
    /// We reached out to the person in the way that was promised: to call back takes a call or a
    /// video call; to meet takes a meeting, a meal, an event or an interview; to introduce takes
    /// somebody else from outside; anything else takes any outreach.
    Outreach,
    /// For a promise to send the résumé to a client: an application of the person came before the
    /// client for the first time.
    Submission,
    /// For a promise to tell how it ended: we reached out to the person after an application of
    /// theirs ended, or moved on since the promise.
    News,
}

/// A fact that speaks for a promise having been kept. Only a recruiter knows whether it did:
/// `keepPromise` with it as `evidence` confirms it.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(complex)]
pub(crate) struct PromiseEvidence {
    #[graphql(skip)]
    pub(crate) interaction_row: Option<Uuid>,
    #[graphql(skip)]
    pub(crate) application_row: Option<Uuid>,
    /// In which way.
    kind: PromiseEvidenceKind,
    /// When it happened: when the promise was kept, if this is what kept it.
    at: DateTime,
    /// Confirming it would make the promise `KEPT`; else it would be `KEPT_LATE`.
    in_time: bool,
    /// The fact in one English sentence.
    sentence: String,
}

impl PromiseEvidence {
    /// The evidence of a promise that is due then.
    pub(crate) fn new(fact: &rules::Evidence, due_at: DateTime) -> Self {
        Self {
            interaction_row: fact.interaction,
            application_row: fact.application,
            kind: fact.kind.into(),
            at: fact.at.into(),
            in_time: rules::kept(fact.at, due_at.0) == PromiseState::Kept,
            sentence: fact.sentence.clone(),
        }
    }
}

/// How promises were followed through. Open ones that are not due yet, and those from which the
/// person released us, are in none of the figures.
#[derive(Clone, Debug, SimpleObject)]
pub(crate) struct FollowThrough {
    /// How many were kept when due, or before: the numerator.
    kept: u64,
    /// How many were kept after they were due.
    kept_late: u64,
    /// How many were broken, and we said so.
    broken: u64,
    /// How many are open past their due time.
    overdue: u64,
    /// How many fell due: `kept` + `keptLate` + `broken` + `overdue`.
    denominator: u64,
    /// `kept` / `denominator`, from 0 to 1. Null when nothing has fallen due.
    ratio: Option<f64>,
}

impl From<rules::FollowThrough> for FollowThrough {
    fn from(figures: rules::FollowThrough) -> Self {
        Self {
            kept: figures.kept,
            kept_late: figures.kept_late,
            broken: figures.broken,
            overdue: figures.overdue,
            denominator: figures.denominator(),
            ratio: figures.ratio(),
        }
    }
}

/// Narrows a list of promises. Every part that is given must hold.
#[derive(Clone, Debug, Default, InputObject)]
pub(crate) struct PromiseFilter {
    /// Made to one of these people.
    people: Option<Vec<ID>>,
    /// Made by one of these recruiters.
    recruiters: Option<Vec<ID>>,
    /// About one of these jobs.
    jobs: Option<Vec<ID>>,
    /// About one of these applications.
    applications: Option<Vec<ID>>,
    /// One of these things was promised.
    kinds: Option<Vec<PromiseKind>>,
    /// One of these became of it.
    states: Option<Vec<PromiseState>>,
    /// It is open past its due time (true), or is not (false).
    overdue: Option<bool>,
    /// It falls due at or after this time.
    due_since: Option<DateTime>,
    /// It falls due before this time.
    due_until: Option<DateTime>,
    /// It was made at or after this time.
    made_since: Option<DateTime>,
    /// It was changed at or after this time.
    updated_since: Option<DateTime>,
}

impl PromiseFilter {
    /// As the store takes it.
    pub(crate) fn read(self) -> Result<Filter> {
        let people = self.people.map(|people| {
            people
                .iter()
                .map(|id| id::argument(id, "filter.people", &id::PERSON))
                .collect()
        });
        let name = "filter.applications";
        Ok(Filter {
            people: people.transpose()?,
            recruiters: id::arguments(self.recruiters, "filter.recruiters", IdType::Recruiter)?,
            jobs: id::arguments(self.jobs, "filter.jobs", IdType::Job)?,
            applications: id::arguments(self.applications, name, IdType::Application)?,
            kinds: self.kinds,
            states: self.states,
            overdue: self.overdue,
            due_since: self.due_since.map(|at| at.0),
            due_until: self.due_until.map(|at| at.0),
            made_since: self.made_since.map(|at| at.0),
            updated_since: self.updated_since.map(|at| at.0),
        })
    }
}

/// What a list of promises is sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub(crate) enum PromiseOrderField {
    /// When it falls due.
    DueAt,
    /// When it was last changed.
    UpdatedAt,
}

/// The order of a list of promises.
#[derive(Clone, Copy, Debug, InputObject)]
pub(crate) struct PromiseOrder {
    /// What it is sorted by.
    field: PromiseOrderField,
    /// Which way it runs.
    #[graphql(default_with = "OrderDirection::Asc")]
    direction: OrderDirection,
}

impl PromiseOrder {
    /// As the store takes it; the one that is due first first, if the caller has no wish.
    pub(crate) fn read(order: Option<Self>) -> (Order, SortDirection) {
        let Some(order) = order else {
            return (Order::Due, SortDirection::Ascending);
        };
        let by = match order.field {
            PromiseOrderField::DueAt => Order::Due,
            PromiseOrderField::UpdatedAt => Order::Updated,
        };
        (by, order.direction.into())
    }
}
