//! What becomes of a promise: kept, broken, withdrawn, taken up again, or put off.

use chrono::{DateTime, Utc};
use entity::{
    application,
    enums::{NodeKind, PromiseState},
    interaction_person,
    promise::Model,
    promise_reschedule,
};
use sea_orm::{ColumnTrait, QueryFilter};
use uuid::Uuid;

use super::write::check_due;
use crate::{
    error::{Error, RefusalKind, Result},
    rules::{interaction::check_past, promise as rules, text},
    store::{Writer, check::Check, record::By},
};

/// How often one promise may be put off: its due times are always read together.
const MOST_RESCHEDULES: usize = 200;

/// Where the evidence is named.
const BY_INTERACTION: [&str; 2] = ["evidence", "interaction"];
const BY_APPLICATION: [&str; 2] = ["evidence", "application"];

/// How a promise was kept.
#[derive(Clone, Debug, Default)]
pub struct Keeping {
    /// When; when the evidence says, if there is any, else now.
    pub kept_at: Option<DateTime<Utc>>,
    /// What kept it.
    pub evidence: Option<EvidenceBy>,
    /// What is said of it.
    pub note: Option<String>,
}

/// What kept a promise.
#[derive(Clone, Debug)]
pub enum EvidenceBy {
    /// An interaction.
    Interaction(By),
    /// An application that came before the client.
    Application(By),
}

impl Writer {
    /// Notes that a promise was kept. One that was kept before stays so; the time and the evidence
    /// may be corrected.
    pub async fn keep_promise(
        &self,
        by: &By,
        keeping: &Keeping,
        version: Option<i32>,
    ) -> Result<Uuid> {
        let old = self.promise_for_change(by, version).await?;
        if old.state != PromiseState::Open && !rules::is_kept(old.state) {
            return Err(is_closed(&old, &["by"]));
        }
        let (new, path) = match &keeping.evidence {
            Some(EvidenceBy::Interaction(by)) => (
                self.kept_by_interaction(&old, by).await?,
                &BY_INTERACTION[..],
            ),
            Some(EvidenceBy::Application(by)) => (
                self.kept_by_application(&old, by).await?,
                &BY_APPLICATION[..],
            ),
            None => (kept_without_evidence(&old, keeping), &["keptAt"][..]),
        };
        let at = new.closed_at.or(keeping.kept_at).unwrap_or(self.now());
        let mut check = Check::default();
        if keeping.kept_at.is_some_and(|said| said != at) {
            check.invalid(
                &["keptAt"],
                "differs from when the evidence took place; leave it out",
            );
        }
        self.check_closing(&old, ("keptAt", path, at), &mut check);
        let note = check.text(&["note"], keeping.note.as_deref(), text::MAX_BODY);
        check.finish()?;
        let new = Model {
            state: rules::kept(at, old.due_at),
            closed_at: Some(at),
            closing_note: note.or(new.closing_note.clone()),
            ..new
        };
        self.store_promise(&old, new, &[]).await
    }

    /// Notes that a promise was not kept and that we said so, or that the person released us from
    /// it. What was closed so before stays so; the time and the note may be corrected.
    pub async fn close_promise(
        &self,
        by: &By,
        state: PromiseState,
        (field, at): (&str, Option<DateTime<Utc>>),
        note: Option<&str>,
        version: Option<i32>,
    ) -> Result<Uuid> {
        let old = self.promise_for_change(by, version).await?;
        if old.state != PromiseState::Open && old.state != state {
            return Err(is_closed(&old, &["by"]));
        }
        let at = at.or(old.closed_at).unwrap_or(self.now());
        let mut check = Check::default();
        self.check_closing(&old, (field, &[field], at), &mut check);
        let note = check.text(&["note"], note, text::MAX_BODY);
        check.finish()?;
        let new = Model {
            state,
            closed_at: Some(at),
            closing_note: note.or(old.closing_note.clone()),
            ..old.clone()
        };
        self.store_promise(&old, new, &[]).await
    }

    /// Takes up a promise again, as if nothing had become of it.
    pub async fn reopen_promise(&self, by: &By, version: Option<i32>) -> Result<Uuid> {
        let old = self.promise_for_change(by, version).await?;
        let new = opened(&old);
        self.store_promise(&old, new, &[]).await
    }

    /// Puts off an open promise. The due time it had is kept.
    pub async fn reschedule_promise(
        &self,
        by: &By,
        due_at: DateTime<Utc>,
        note: Option<&str>,
        version: Option<i32>,
    ) -> Result<Uuid> {
        let old = self.promise_for_change(by, version).await?;
        if old.state != PromiseState::Open {
            return Err(is_closed(&old, &["by"]));
        }
        let mut check = Check::default();
        check_due(due_at, old.made_at, &mut check);
        let note = check.text(&["note"], note, text::MAX_BODY);
        check.finish()?;
        if due_at == old.due_at {
            return Ok(old.id);
        }
        let before = self.promise_reschedules(&[old.id]).await?;
        if before.get(&old.id).map_or(0, Vec::len) >= MOST_RESCHEDULES {
            let message = format!("`dueAt` was moved {MOST_RESCHEDULES} times, which is the most");
            return Err(Error::refused(RefusalKind::Invalid, &["dueAt"], message));
        }
        self.insert(promise_reschedule::Model {
            tenant_id: self.tenant(),
            id: self.new_id(),
            promise_id: old.id,
            due_at: old.due_at,
            rescheduled_at: self.now(),
            recruiter_id: self.viewer().recruiter_id,
            note,
        })
        .await?;
        let new = Model {
            due_at,
            ..old.clone()
        };
        self.store_promise(&old, new, &["reschedules"]).await
    }

    /// The promise, kept by an interaction that the viewer may see.
    async fn kept_by_interaction(&self, old: &Model, by: &By) -> Result<Model> {
        let interaction = self.interaction_seen(&BY_INTERACTION, by).await?;
        if rules::is_kept_with_the_person(old.kind) {
            let took_part = self
                .find::<interaction_person::Entity>()
                .filter(interaction_person::Column::InteractionId.eq(interaction.id))
                .filter(interaction_person::Column::PersonId.eq(old.person_id))
                .one(&self.conn)
                .await?;
            if took_part.is_none() {
                return Err(not_with_the_person(&BY_INTERACTION));
            }
        }
        Ok(kept_in(old, (interaction.id, interaction.occurred_at)))
    }

    /// The promise, kept by an application that came before the client since.
    async fn kept_by_application(&self, old: &Model, by: &By) -> Result<Model> {
        let (kind, column) = (NodeKind::Application, application::Column::Id);
        let id = self
            .resolve_one::<application::Entity>(kind, column, &BY_APPLICATION, by)
            .await?;
        let found = self.evidence_of(std::slice::from_ref(old)).await?;
        let facts = found.get(&old.id).map_or(&[][..], Vec::as_slice);
        let is_it = |fact: &&rules::Evidence| {
            fact.kind == rules::EvidenceKind::Submission && fact.application == Some(id)
        };
        let Some(fact) = facts.iter().find(is_it) else {
            let message = "this application is no evidence of the promise: it takes one of the \
                           person's, which came before the client after a promise of kind \
                           SUBMIT_TO_CLIENT was made";
            return Err(Error::refused(
                RefusalKind::Invalid,
                &BY_APPLICATION,
                message,
            ));
        };
        Ok(Model {
            closed_at: Some(fact.at),
            application_id: Some(id),
            kept_by_id: None,
            ..old.clone()
        })
    }

    /// Notes a time at which the promise cannot have been closed.
    fn check_closing(
        &self,
        promise: &Model,
        (field, path, at): (&str, &[&str], DateTime<Utc>),
        check: &mut Check,
    ) {
        if let Err(message) = check_past(field, at, self.now()) {
            check.refuse(RefusalKind::Invalid, path, &message);
        } else if at < promise.made_at {
            check.invalid(path, "lies before the promise was made");
        }
    }
}

/// The promise, done when the caller says, or as it was. Evidence of another time is none.
fn kept_without_evidence(old: &Model, keeping: &Keeping) -> Model {
    let mut new = old.clone();
    if keeping.kept_at.is_some() && keeping.kept_at != old.closed_at {
        new.kept_by_id = None;
        new.closed_at = keeping.kept_at;
    }
    new
}

/// The promise, kept by the interaction, when that took place.
pub(super) fn kept_in(promise: &Model, (interaction, occurred_at): (Uuid, DateTime<Utc>)) -> Model {
    Model {
        state: rules::kept(occurred_at, promise.due_at),
        closed_at: Some(occurred_at),
        kept_by_id: Some(interaction),
        ..promise.clone()
    }
}

/// The promise before anything became of it.
pub(super) fn opened(promise: &Model) -> Model {
    Model {
        state: PromiseState::Open,
        closed_at: None,
        closing_note: None,
        kept_by_id: None,
        ..promise.clone()
    }
}

/// The refusal of what can be done with open promises only.
pub(super) fn is_closed(promise: &Model, path: &[&str]) -> Error {
    let became = match promise.state {
        PromiseState::Open => "open",
        PromiseState::Kept => "kept",
        PromiseState::KeptLate => "kept late",
        PromiseState::Broken => "broken",
        PromiseState::Withdrawn => "withdrawn",
    };
    let message = format!("the promise was {became} already; reopen it first");
    Error::refused(RefusalKind::Invalid, path, message)
}

/// The refusal of an interaction that the person knows nothing of.
pub(super) fn not_with_the_person(path: &[&str]) -> Error {
    let message = "the person to whom the promise was made took no part in this interaction";
    Error::refused(RefusalKind::Invalid, path, message)
}
