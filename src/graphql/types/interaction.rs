//! How an interaction looks outside.

use async_graphql::{Enum, ID, InputObject, MaybeUndefined, SimpleObject};
use entity::{
    enums::{Channel, Direction, InteractionOutcome, Visibility},
    interaction,
};
use uuid::Uuid;

use super::{
    order::OrderDirection,
    promise_inputs::{InteractionPromiseInput, kept_by, made_in},
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
        interaction::{
            InteractionDetails, InteractionFilter as Filter, InteractionOrder as Order,
            NewInteraction,
        },
    },
};

/// A touchpoint with one or more people.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(complex)]
pub(crate) struct Interaction {
    #[graphql(skip)]
    pub(crate) row: Uuid,
    #[graphql(skip)]
    pub(crate) author_row: Uuid,
    #[graphql(skip)]
    pub(crate) job_row: Option<Uuid>,
    /// The id.
    pub(crate) id: ID,
    /// The medium.
    channel: Channel,
    /// Who spoke to whom.
    direction: Direction,
    /// Whether the person was reached.
    outcome: InteractionOutcome,
    /// It was sent by a machine: it never counts as a touch and never stops a clock.
    automated: bool,
    /// Who may see it.
    visibility: Visibility,
    /// When it happened.
    occurred_at: DateTime,
    /// How long it took, in minutes. Null when unknown.
    duration_minutes: Option<i32>,
    /// What it was about, in one line. Null when nothing was said.
    subject: Option<String>,
    /// What was said. Null when nothing was written down.
    body: Option<String>,
    /// Grows by one with each change.
    version: i32,
    /// When it was logged.
    created_at: DateTime,
    /// When it last changed.
    updated_at: DateTime,
}

impl From<interaction::Model> for Interaction {
    fn from(row: interaction::Model) -> Self {
        Self {
            row: row.id,
            author_row: row.author_id,
            job_row: row.job_id,
            id: id::encode(IdType::Interaction, row.id),
            channel: row.channel,
            direction: row.direction,
            outcome: row.outcome,
            automated: row.automated,
            visibility: row.visibility,
            occurred_at: row.occurred_at.into(),
            duration_minutes: row.duration_minutes,
            subject: row.subject,
            body: row.body,
            version: row.version,
            created_at: row.created_at.into(),
            updated_at: row.updated_at.into(),
        }
    }
}

impl Listed for Interaction {
    const CONNECTION: &'static str = "InteractionConnection";
    const EDGE: &'static str = "InteractionEdge";
}

/// Narrows a list of interactions. Every part that is given must hold. Other people's PRIVATE
/// interactions are in no list.
#[derive(Clone, Debug, Default, InputObject)]
pub(crate) struct InteractionFilter {
    /// One of these media.
    channels: Option<Vec<Channel>>,
    /// One of these directions.
    directions: Option<Vec<Direction>>,
    /// One of these people took part.
    people: Option<Vec<ID>>,
    /// One of these recruiters took part.
    recruiters: Option<Vec<ID>>,
    /// It was about one of these jobs.
    jobs: Option<Vec<ID>>,
    /// It happened at or after this time.
    since: Option<DateTime>,
    /// It happened before this time.
    until: Option<DateTime>,
    /// It was changed at or after this time.
    updated_since: Option<DateTime>,
    /// It was sent by a machine (true), or was not (false).
    automated: Option<bool>,
    /// Who may see it.
    visibility: Option<Visibility>,
}

impl InteractionFilter {
    /// As the store takes it.
    pub(crate) fn read(self) -> Result<Filter> {
        let people = self.people.map(|people| {
            people
                .iter()
                .map(|id| id::argument(id, "filter.people", &id::PERSON))
                .collect()
        });
        Ok(Filter {
            channels: self.channels,
            directions: self.directions,
            people: people.transpose()?,
            recruiters: id::arguments(self.recruiters, "filter.recruiters", IdType::Recruiter)?,
            jobs: id::arguments(self.jobs, "filter.jobs", IdType::Job)?,
            since: self.since.map(|at| at.0),
            until: self.until.map(|at| at.0),
            updated_since: self.updated_since.map(|at| at.0),
            automated: self.automated,
            visibility: self.visibility,
            shared_touches: false,
        })
    }
}

/// What a list of interactions is sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub(crate) enum InteractionOrderField {
    /// When it happened.
    OccurredAt,
    /// When it was last changed.
    UpdatedAt,
}

/// The order of a list of interactions.
#[derive(Clone, Copy, Debug, InputObject)]
pub(crate) struct InteractionOrder {
    /// What it is sorted by.
    field: InteractionOrderField,
    /// Which way it runs.
    #[graphql(default_with = "OrderDirection::Desc")]
    direction: OrderDirection,
}

impl InteractionOrder {
    /// As the store takes it; newest first, if the caller has no wish.
    pub(crate) fn read(order: Option<Self>) -> (Order, SortDirection) {
        match order {
            None => (Order::Occurred, SortDirection::Descending),
            Some(Self {
                field: InteractionOrderField::OccurredAt,
                direction,
            }) => (Order::Occurred, direction.into()),
            Some(Self {
                field: InteractionOrderField::UpdatedAt,
                direction,
            }) => (Order::Updated, direction.into()),
        }
    }
}

/// An interaction to log.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct LogInteractionInput {
    /// Who took part from outside, from 1 to 100; naming somebody twice is naming them once.
    people: Vec<PersonBy>,
    /// The recruiters who took part, from 1 to 100. Omitted or null: you.
    recruiters: Option<Vec<ID>>,
    /// The medium.
    channel: Channel,
    /// Who spoke to whom. Omitted or null: `MUTUAL` for what is spoken or in person, `INTERNAL` for
    /// a note; the written media must say.
    direction: Option<Direction>,
    /// Whether the person was reached.
    #[graphql(default_with = "InteractionOutcome::Reached")]
    outcome: InteractionOutcome,
    /// It was sent by a machine.
    #[graphql(default)]
    automated: bool,
    /// Who may see it.
    #[graphql(default_with = "Visibility::Team")]
    visibility: Visibility,
    /// When it happened: any time since 1900, at most 5 minutes ahead. Omitted or null: now.
    occurred_at: Option<DateTime>,
    /// How long it took, in minutes: at most 10080, a week.
    duration_minutes: Option<i32>,
    /// What it was about, in one line; at most 500 characters.
    subject: Option<String>,
    /// What was said; at most 100,000 characters.
    body: Option<String>,
    /// The job it was about.
    job: Option<NodeBy>,
    /// The promises made in it, at most 20: "over lunch I said I would send her résumé". They are
    /// made when it happened.
    promises: Option<Vec<InteractionPromiseInput>>,
    /// The open promises that were kept by it, at most 20: when it happened, on time or late.
    keep_promises: Option<Vec<NodeBy>>,
    /// Its names in other systems; each may name one interaction only.
    external_records: Option<Vec<ExternalRecordInput>>,
    /// A key of your choice, 1 to 255 bytes: the same input under the same key is logged once, and
    /// a repeat is answered as the first call was.
    pub(crate) idempotency_key: Option<String>,
}

impl LogInteractionInput {
    /// As the store takes it.
    pub(crate) fn read(self) -> Result<NewInteraction> {
        Ok(NewInteraction {
            people: people(self.people)?,
            channel: self.channel,
            records: keys(self.external_records),
            promises: made_in(self.promises)?,
            keep_promises: kept_by(self.keep_promises)?,
            details: InteractionDetails {
                people: None,
                recruiters: recruiters(self.recruiters)?,
                channel: None,
                direction: self.direction,
                outcome: Some(self.outcome),
                automated: Some(self.automated),
                visibility: Some(self.visibility),
                occurred_at: self.occurred_at.map(|at| at.0),
                duration_minutes: Some(self.duration_minutes),
                subject: Some(self.subject),
                body: Some(self.body),
                job: match self.job {
                    Some(job) => Some(Some(job.input(&["job"], IdType::Job)?)),
                    None => None,
                },
            },
        })
    }
}

/// Changes to an interaction. An omitted field is left as it is.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct UpdateInteractionInput {
    /// The interaction.
    by: NodeBy,
    /// The version you read. Given, the update is refused with `CONFLICT` if there is a newer one.
    pub(crate) version: Option<i32>,
    /// Who took part from outside, as a whole list; null leaves it.
    people: Option<Vec<PersonBy>>,
    /// The recruiters who took part, as a whole list; null leaves it.
    recruiters: Option<Vec<ID>>,
    /// The medium; null leaves it.
    channel: Option<Channel>,
    /// Who spoke to whom. Omitted or null while the channel changes: as the new channel says.
    direction: Option<Direction>,
    /// Whether the person was reached; null leaves it.
    outcome: Option<InteractionOutcome>,
    /// It was sent by a machine; null leaves it.
    automated: Option<bool>,
    /// Who may see it; null leaves it.
    visibility: Option<Visibility>,
    /// When it happened; null leaves it.
    occurred_at: Option<DateTime>,
    /// How long it took, in minutes; null clears it.
    duration_minutes: MaybeUndefined<i32>,
    /// What it was about, in one line; null clears it.
    subject: MaybeUndefined<String>,
    /// What was said; null clears it.
    body: MaybeUndefined<String>,
    /// The job it was about; null clears it.
    job: MaybeUndefined<NodeBy>,
}

impl UpdateInteractionInput {
    /// As the store takes it.
    pub(crate) fn read(self) -> Result<(By, InteractionDetails)> {
        let job = match Option::<Option<NodeBy>>::from(self.job) {
            Some(Some(job)) => Some(Some(job.input(&["job"], IdType::Job)?)),
            Some(None) => Some(None),
            None => None,
        };
        let details = InteractionDetails {
            people: self.people.map(people).transpose()?,
            recruiters: recruiters(self.recruiters)?,
            channel: self.channel,
            direction: self.direction,
            outcome: self.outcome,
            automated: self.automated,
            visibility: self.visibility,
            occurred_at: self.occurred_at.map(|at| at.0),
            duration_minutes: self.duration_minutes.into(),
            subject: self.subject.into(),
            body: self.body.into(),
            job,
        };
        Ok((self.by.input(&["by"], IdType::Interaction)?, details))
    }
}

fn people(named: Vec<PersonBy>) -> Result<Vec<crate::store::person::PersonBy>> {
    let person = |(index, by): (usize, PersonBy)| by.input(&["people", &index.to_string()]);
    named.into_iter().enumerate().map(person).collect()
}

fn recruiters(named: Option<Vec<ID>>) -> Result<Option<Vec<By>>> {
    let recruiter = |(index, id): (usize, &ID)| {
        let path = ["recruiters", &index.to_string()];
        Ok(By::Id(id::input(id, &path, &[IdType::Recruiter])?))
    };
    named
        .map(|named| named.iter().enumerate().map(recruiter).collect())
        .transpose()
}

/// An interaction to remove.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct RemoveInteractionInput {
    /// The interaction.
    pub(crate) by: NodeBy,
    /// The version you read. Given, the removal is refused with `CONFLICT` if there is a newer one.
    pub(crate) version: Option<i32>,
}
