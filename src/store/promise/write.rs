//! Promises made, corrected and removed.

use chrono::{DateTime, Utc};
use entity::{
    application,
    enums::{ChangeKind, NodeKind, PromiseKind, PromiseState},
    interaction, job,
    promise::{Column, Entity, Model},
    recruiter,
};
use sea_orm::ColumnTrait;
use uuid::Uuid;

use crate::{
    error::{Error, Refusal, RefusalKind, Result},
    rules::{interaction::check_past, promise},
    store::{
        OfTenant, Writer,
        check::Check,
        person::PersonBy,
        record::{By, ExternalKey, found_or_refused},
    },
};

/// A promise to make.
#[derive(Clone, Debug)]
pub struct NewPromise {
    /// To whom.
    pub person: PersonBy,
    /// What was promised.
    pub details: PromiseDetails,
    /// When; when the interaction took place, if one is named, else now.
    pub made_at: Option<DateTime<Utc>>,
    /// The interaction in which it was made.
    pub made_in: Option<By>,
    /// Its names in other systems.
    pub records: Vec<ExternalKey>,
}

/// What was promised, and by whom.
#[derive(Clone, Debug)]
pub struct PromiseDetails {
    /// The kind.
    pub kind: PromiseKind,
    /// What was said.
    pub words: Option<String>,
    /// When it falls due.
    pub due_at: DateTime<Utc>,
    /// Who made it, if it was not the caller.
    pub recruiter: Option<By>,
    /// The job it is about.
    pub job: Option<By>,
    /// The application it is about.
    pub application: Option<By>,
}

/// Corrections to a promise. `None` says nothing; `Some(None)` clears what is stored.
#[derive(Clone, Debug, Default)]
pub struct PromiseChanges {
    /// The kind.
    pub kind: Option<PromiseKind>,
    /// What was said.
    pub words: Option<Option<String>>,
    /// Who is to keep it.
    pub recruiter: Option<By>,
    /// The job it is about.
    pub job: Option<Option<By>>,
    /// The application it is about.
    pub application: Option<Option<By>>,
}

impl Writer {
    /// Makes a promise.
    pub async fn make_promise(&self, new: &NewPromise) -> Result<Uuid> {
        let made_in = match &new.made_in {
            Some(by) => Some(self.interaction_seen(&["madeIn"], by).await?),
            None => None,
        };
        let told_in = made_in.as_ref().map(|row| row.occurred_at);
        let made_at = new.made_at.or(told_in).unwrap_or(self.now());
        if let Err(message) = check_past("madeAt", made_at, self.now()) {
            return Err(Error::refused(RefusalKind::Invalid, &["madeAt"], message));
        }
        let person = self.resolve_person(&["person"], &new.person).await?;
        let mut row = self
            .promise_row(&new.details, self.viewer().recruiter_id, made_at)
            .await?;
        row.person_id = person;
        row.made_in_id = made_in.map(|row| row.id);
        let id = self.insert(row).await?.id;
        let path = ["externalRecords"];
        self.link_all(NodeKind::Promise, id, &new.records, &path)
            .await?;
        self.derive_promise_dues(&[person]).await?;
        self.record(ChangeKind::Created, NodeKind::Promise, id, &[])
            .await?;
        Ok(id)
    }

    /// Corrects what is said of a promise. Its times have mutations of their own.
    pub async fn update_promise(
        &self,
        by: &By,
        said: &PromiseChanges,
        version: Option<i32>,
    ) -> Result<Uuid> {
        let old = self.promise_for_change(by, version).await?;
        let mut new = old.clone();
        let mut check = Check::default();
        new.kind = said.kind.unwrap_or(old.kind);
        if let Some(words) = &said.words {
            new.words = check.text(&["words"], words.as_deref(), promise::MAX_WORDS);
        }
        check_said(new.kind, new.words.as_deref(), &mut check);
        check.finish()?;
        if let Some(by) = &said.recruiter {
            new.recruiter_id = self.recruiter_named(by).await?;
        }
        if let Some(job) = &said.job {
            new.job_id = self.job_named(job.as_ref()).await?;
        }
        if let Some(application) = &said.application {
            new.application_id = self.application_named(application.as_ref()).await?;
        }
        self.store_promise(&old, new, &[]).await
    }

    /// Removes a promise, as if it had never been made.
    pub async fn remove_promise(&self, by: &By, version: Option<i32>) -> Result<Uuid> {
        let row = self.promise_for_change(by, version).await?;
        self.delete::<Entity>(Column::Id.eq(row.id).into()).await?;
        self.derive_promise_dues(&[row.person_id]).await?;
        self.record(ChangeKind::Removed, NodeKind::Promise, row.id, &[])
            .await?;
        Ok(row.id)
    }

    /// The row of a promise made at that time, by `recruiter` if nobody is named. Its person is
    /// still to be put in.
    pub(super) async fn promise_row(
        &self,
        said: &PromiseDetails,
        recruiter: Uuid,
        made_at: DateTime<Utc>,
    ) -> Result<Model> {
        let mut check = Check::default();
        let words = check.text(&["words"], said.words.as_deref(), promise::MAX_WORDS);
        check_said(said.kind, said.words.as_deref(), &mut check);
        check_due(said.due_at, made_at, &mut check);
        check.finish()?;
        let recruiter_id = match &said.recruiter {
            Some(by) => self.recruiter_named(by).await?,
            None => recruiter,
        };
        Ok(Model {
            tenant_id: self.tenant(),
            id: self.new_id(),
            person_id: Uuid::nil(),
            recruiter_id,
            kind: said.kind,
            words,
            made_at,
            due_at: said.due_at,
            state: PromiseState::Open,
            closed_at: None,
            closing_note: None,
            job_id: self.job_named(said.job.as_ref()).await?,
            application_id: self.application_named(said.application.as_ref()).await?,
            made_in_id: None,
            kept_by_id: None,
            version: 1,
            created_at: self.now(),
            updated_at: self.now(),
        })
    }

    async fn recruiter_named(&self, by: &By) -> Result<Uuid> {
        let id = recruiter::Column::Id;
        self.resolve_one::<recruiter::Entity>(NodeKind::Recruiter, id, &["recruiter"], by)
            .await
    }

    async fn job_named(&self, by: Option<&By>) -> Result<Option<Uuid>> {
        self.named::<job::Entity>(NodeKind::Job, job::Column::Id, "job", by)
            .await
    }

    async fn application_named(&self, by: Option<&By>) -> Result<Option<Uuid>> {
        let (kind, id) = (NodeKind::Application, application::Column::Id);
        self.named::<application::Entity>(kind, id, "application", by)
            .await
    }

    /// The node that is meant, if one is.
    pub(in crate::store) async fn named<E: OfTenant>(
        &self,
        kind: NodeKind,
        id: E::Column,
        field: &str,
        by: Option<&By>,
    ) -> Result<Option<Uuid>> {
        match by {
            Some(by) => Ok(Some(self.resolve_one::<E>(kind, id, &[field], by).await?)),
            None => Ok(None),
        }
    }

    /// An interaction that the viewer may see.
    pub(super) async fn interaction_seen(
        &self,
        path: &[&str],
        by: &By,
    ) -> Result<interaction::Model> {
        let id = self.id_by(NodeKind::Interaction, by).await?;
        let row = match id {
            Some(id) => self.interactions(&[id]).await?.remove(&id),
            None => None,
        };
        let unknown = || Refusal::not_found(path, "there is nothing by this name");
        Ok(row.ok_or_else(unknown)?)
    }

    /// A promise as it is now, which nobody else changes until the end of the write.
    pub(super) async fn promise_for_change(&self, by: &By, version: Option<i32>) -> Result<Model> {
        let named = [(vec!["by".to_owned()], by)];
        let mut rows = self.promises_for_change(&named).await?;
        let row = rows.pop().ok_or(Error::Unavailable)?;
        Self::check_version(version, row.version)?;
        Ok(row)
    }

    /// Several promises. It is their people who are locked: whoever changes a promise must derive
    /// its person anew, so that no two can change one promise side by side.
    pub(super) async fn promises_for_change(
        &self,
        named: &[(Vec<String>, &By)],
    ) -> Result<Vec<Model>> {
        let key = |by: &By| match by {
            By::External(key) => Some(key.clone()),
            By::Id(_) => None,
        };
        let keys: Vec<_> = named.iter().filter_map(|(_, by)| key(by)).collect();
        let by_record = self.nodes_by_records(NodeKind::Promise, &keys).await?;
        let id = |by: &By| match by {
            By::Id(id) => Some(*id),
            By::External(key) => by_record.get(key).copied(),
        };
        let ids: Vec<_> = named.iter().map(|(_, by)| id(by)).collect();
        let wanted: Vec<_> = ids.iter().copied().flatten().collect();
        let before = self.promises(&wanted).await?;
        let people: Vec<_> = before.values().map(|row| row.person_id).collect();
        self.hold_people(&people).await?;
        // Read again: they may have changed while we waited for the people.
        let rows = self.promises(&wanted).await?;
        let known = rows.keys().copied().collect();
        let paths = named.iter().map(|(path, _)| path.as_slice());
        let found = found_or_refused(paths, &ids, &known)?;
        Ok(found
            .iter()
            .filter_map(|id| rows.get(id).cloned())
            .collect())
    }

    /// Stores what differs, derives the person anew, and leaves one event if anything did.
    pub(super) async fn store_promise(
        &self,
        old: &Model,
        mut new: Model,
        also: &[&str],
    ) -> Result<Uuid> {
        let mut fields = Self::changed_fields(old, &new);
        fields.extend(also.iter().map(|field| (*field).to_owned()));
        if fields.is_empty() {
            return Ok(old.id);
        }
        new.version += 1;
        new.updated_at = self.now();
        self.save(old, &new, Column::Id.eq(new.id).into()).await?;
        if (old.state, old.due_at) != (new.state, new.due_at) {
            self.derive_promise_dues(&[new.person_id]).await?;
        }
        let fields: Vec<_> = fields.iter().map(String::as_str).collect();
        self.record(ChangeKind::Updated, NodeKind::Promise, new.id, &fields)
            .await?;
        Ok(new.id)
    }
}

/// Notes a promise of which nobody could tell what it was.
pub(in crate::store) fn check_said(kind: PromiseKind, words: Option<&str>, check: &mut Check) {
    if kind == PromiseKind::Other && words.is_none_or(|words| words.trim().is_empty()) {
        check.invalid(
            &["words"],
            "is needed for a promise of kind OTHER: say what was promised",
        );
    }
}

/// Notes a due time that lies before the promise.
pub(in crate::store) fn check_due(
    due_at: DateTime<Utc>,
    made_at: DateTime<Utc>,
    check: &mut Check,
) {
    if due_at < made_at {
        let made_at = made_at.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true);
        let message = format!("lies before the promise was made, which was {made_at}");
        check.invalid(&["dueAt"], &message);
    }
}
