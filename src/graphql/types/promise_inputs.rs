//! What the mutations of promises take.

use async_graphql::{ID, InputObject, MaybeUndefined, OneofObject};
use entity::enums::PromiseKind;

use super::record::{ExternalRecordInput, NodeBy, PersonBy, keys};
use crate::{
    error::Result,
    graphql::{
        id::{self, IdType},
        scalars::DateTime,
    },
    store::{
        By,
        promise::{
            EvidenceBy, Keeping, NewPromise, PromiseChanges, PromiseDetails, PromiseInInteraction,
        },
    },
};

/// What was promised, and by whom.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct PromiseDetailsInput {
    /// What was promised.
    kind: PromiseKind,
    /// What was said; at most 2,000 characters. Needed for the kind `OTHER`.
    words: Option<String>,
    /// When it falls due; not before it was made.
    due_at: DateTime,
    /// The recruiter who made it. Omitted or null: you; in an interaction in which only one
    /// recruiter took part, that one.
    recruiter: Option<ID>,
    /// The job it is about.
    job: Option<NodeBy>,
    /// The application it is about. Named, only this one is looked at for evidence.
    application: Option<NodeBy>,
}

impl PromiseDetailsInput {
    fn read(self) -> Result<PromiseDetails> {
        let application = self
            .application
            .map(|by| by.input(&["application"], IdType::Application));
        let job = self.job.map(|by| by.input(&["job"], IdType::Job));
        Ok(PromiseDetails {
            kind: self.kind,
            words: self.words,
            due_at: self.due_at.0,
            recruiter: recruiter(self.recruiter)?,
            job: job.transpose()?,
            application: application.transpose()?,
        })
    }
}

fn recruiter(given: Option<ID>) -> Result<Option<By>> {
    let read = |id: ID| id::input(&id, &["recruiter"], &[IdType::Recruiter]).map(By::Id);
    given.map(read).transpose()
}

/// A promise to make.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct MakePromiseInput {
    /// To whom.
    person: PersonBy,
    #[graphql(flatten)]
    details: PromiseDetailsInput,
    /// When it was made: any time since 1900, at most 5 minutes ahead. Omitted or null: when the
    /// interaction took place, if `madeIn` names one, else now.
    made_at: Option<DateTime>,
    /// The interaction in which it was made: one that you may see.
    made_in: Option<NodeBy>,
    /// Its names in other systems; each may name one promise only.
    external_records: Option<Vec<ExternalRecordInput>>,
    /// A key of your choice, 1 to 255 bytes: the same input under the same key is made once.
    pub(crate) idempotency_key: Option<String>,
}

impl MakePromiseInput {
    /// As the store takes it.
    pub(crate) fn read(self) -> Result<NewPromise> {
        let made_in = self
            .made_in
            .map(|by| by.input(&["madeIn"], IdType::Interaction));
        Ok(NewPromise {
            person: self.person.input(&["person"])?,
            details: self.details.read()?,
            made_at: self.made_at.map(|at| at.0),
            made_in: made_in.transpose()?,
            records: keys(self.external_records),
        })
    }
}

/// A promise made in the interaction that is logged, when that happened.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct InteractionPromiseInput {
    /// To whom of those who took part. Omitted or null: to the only one.
    person: Option<PersonBy>,
    #[graphql(flatten)]
    details: PromiseDetailsInput,
}

impl InteractionPromiseInput {
    fn read(self) -> Result<PromiseInInteraction> {
        let person = self.person.map(|by| by.input(&["person"]));
        Ok(PromiseInInteraction {
            person: person.transpose()?,
            details: self.details.read()?,
        })
    }
}

/// The promises that are made in an interaction.
pub(crate) fn made_in(
    given: Option<Vec<InteractionPromiseInput>>,
) -> Result<Vec<PromiseInInteraction>> {
    let read = |(index, promise): (usize, InteractionPromiseInput)| {
        let path = ["promises", &index.to_string()];
        promise.read().map_err(|error| error.under(&path))
    };
    let given = given.unwrap_or_default();
    given.into_iter().enumerate().map(read).collect()
}

/// The promises that are kept by an interaction.
pub(crate) fn kept_by(given: Option<Vec<NodeBy>>) -> Result<Vec<By>> {
    let read = |(index, by): (usize, NodeBy)| {
        by.input(&["keepPromises", &index.to_string()], IdType::Promise)
    };
    let given = given.unwrap_or_default();
    given.into_iter().enumerate().map(read).collect()
}

/// Corrections to a promise. An omitted field is left as it is; null clears it where not said
/// otherwise.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct UpdatePromiseInput {
    /// The promise.
    by: NodeBy,
    /// The version you read. Given, it is refused with `CONFLICT` if there is a newer one.
    pub(crate) version: Option<i32>,
    /// What was promised; null leaves it.
    kind: Option<PromiseKind>,
    /// What was said; at most 2,000 characters. It cannot be cleared of the kind `OTHER`.
    words: MaybeUndefined<String>,
    /// The recruiter who is to keep it; null leaves it.
    recruiter: Option<ID>,
    /// The job it is about.
    job: MaybeUndefined<NodeBy>,
    /// The application it is about.
    application: MaybeUndefined<NodeBy>,
}

impl UpdatePromiseInput {
    /// As the store takes it.
    pub(crate) fn read(self) -> Result<(By, PromiseChanges)> {
        let node = |given: MaybeUndefined<NodeBy>, field: &'static str, kind: IdType| {
            let read = |by: Option<NodeBy>| by.map(|by| by.input(&[field], kind)).transpose();
            Option::<Option<NodeBy>>::from(given).map(read).transpose()
        };
        let changes = PromiseChanges {
            kind: self.kind,
            words: self.words.into(),
            recruiter: recruiter(self.recruiter)?,
            job: node(self.job, "job", IdType::Job)?,
            application: node(self.application, "application", IdType::Application)?,
        };
        Ok((self.by.input(&["by"], IdType::Promise)?, changes))
    }
}

/// What kept a promise: exactly one of these.
#[derive(Clone, Debug, OneofObject)]
pub(crate) enum PromiseEvidenceInput {
    /// An interaction that you may see: not before the promise, and with the person, unless what
    /// was promised is done with others (`SUBMIT_TO_CLIENT`, `INTRODUCE`, `OTHER`).
    Interaction(NodeBy),
    /// For a promise of kind `SUBMIT_TO_CLIENT`: an application that came before the client since.
    Application(NodeBy),
}

impl PromiseEvidenceInput {
    fn read(self) -> Result<EvidenceBy> {
        Ok(match self {
            Self::Interaction(by) => {
                let path = ["evidence", "interaction"];
                EvidenceBy::Interaction(by.input(&path, IdType::Interaction)?)
            }
            Self::Application(by) => {
                let path = ["evidence", "application"];
                EvidenceBy::Application(by.input(&path, IdType::Application)?)
            }
        })
    }
}

/// A promise that was kept.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct KeepPromiseInput {
    /// The promise.
    by: NodeBy,
    /// The version you read. Given, it is refused with `CONFLICT` if there is a newer one.
    pub(crate) version: Option<i32>,
    /// What kept it, as its `evidence` shows or as you know. It was kept when this took place.
    evidence: Option<PromiseEvidenceInput>,
    /// When it was kept, where no `evidence` tells: not before it was made, at most 5 minutes
    /// ahead. Omitted or null: now, or the time that is known if it was kept before.
    kept_at: Option<DateTime>,
    /// What is said of it; at most 100,000 characters. Omitted or null: nothing more than before.
    note: Option<String>,
}

impl KeepPromiseInput {
    /// As the store takes it.
    pub(crate) fn read(self) -> Result<(By, Keeping)> {
        let keeping = Keeping {
            kept_at: self.kept_at.map(|at| at.0),
            evidence: self.evidence.map(PromiseEvidenceInput::read).transpose()?,
            note: self.note,
        };
        Ok((self.by.input(&["by"], IdType::Promise)?, keeping))
    }
}

/// A promise that was broken.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct BreakPromiseInput {
    /// The promise.
    pub(crate) by: NodeBy,
    /// The version you read. Given, it is refused with `CONFLICT` if there is a newer one.
    pub(crate) version: Option<i32>,
    /// When we said so: not before it was made, at most 5 minutes ahead. Omitted or null: now, or
    /// the time that is known if it was broken before.
    pub(crate) broken_at: Option<DateTime>,
    /// Why; at most 100,000 characters. Omitted or null: nothing more than before.
    pub(crate) note: Option<String>,
}

/// A promise from which the person released us.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct WithdrawPromiseInput {
    /// The promise.
    pub(crate) by: NodeBy,
    /// The version you read. Given, it is refused with `CONFLICT` if there is a newer one.
    pub(crate) version: Option<i32>,
    /// When they did: not before it was made, at most 5 minutes ahead. Omitted or null: now, or
    /// the time that is known if it was withdrawn before.
    pub(crate) withdrawn_at: Option<DateTime>,
    /// Why; at most 100,000 characters. Omitted or null: nothing more than before.
    pub(crate) note: Option<String>,
}

/// A promise to take up again.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct ReopenPromiseInput {
    /// The promise.
    pub(crate) by: NodeBy,
    /// The version you read. Given, it is refused with `CONFLICT` if there is a newer one.
    pub(crate) version: Option<i32>,
}

/// A promise to put off. The due time it had is kept.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct ReschedulePromiseInput {
    /// The promise. It must be open.
    pub(crate) by: NodeBy,
    /// The version you read. Given, it is refused with `CONFLICT` if there is a newer one.
    pub(crate) version: Option<i32>,
    /// When it falls due now; not before it was made.
    pub(crate) due_at: DateTime,
    /// Why; at most 100,000 characters.
    pub(crate) note: Option<String>,
}

/// A promise to remove.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct RemovePromiseInput {
    /// The promise.
    pub(crate) by: NodeBy,
    /// The version you read. Given, it is refused with `CONFLICT` if there is a newer one.
    pub(crate) version: Option<i32>,
}
