//! Promises and the interactions in which they are made and kept: written with them, and brought
//! along when they are changed or removed.

use std::collections::{BTreeSet, HashSet};

use chrono::{DateTime, Utc};
use entity::{
    enums::{ChangeKind, NodeKind, PromiseState},
    interaction,
    promise::{Column, Entity, Model},
};
use sea_orm::{ColumnTrait, Condition, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::{
    close::{is_closed, kept_in, not_with_the_person, opened},
    write::PromiseDetails,
};
use crate::{
    error::{Error, RefusalKind, Result},
    rules::promise as rules,
    store::{Writer, person::PersonBy, record::By, sql},
};

/// The most promises that are made, and the most that are kept, in one interaction.
const MOST: usize = 20;

/// A promise made in an interaction that is logged.
#[derive(Clone, Debug)]
pub struct PromiseInInteraction {
    /// To whom of those who took part; to the only one, if nothing is said.
    pub person: Option<PersonBy>,
    /// What was promised.
    pub details: PromiseDetails,
}

/// An interaction with those who took part.
#[derive(Clone, Copy, Debug)]
pub(in crate::store) struct Talk<'a> {
    pub(in crate::store) id: Uuid,
    pub(in crate::store) occurred_at: DateTime<Utc>,
    pub(in crate::store) people: &'a BTreeSet<Uuid>,
    pub(in crate::store) recruiters: &'a BTreeSet<Uuid>,
}

impl Writer {
    /// Makes and keeps the promises that an interaction told of. It must be stored, and its people
    /// locked.
    pub(in crate::store) async fn promises_in(
        &self,
        talk: Talk<'_>,
        made: &[PromiseInInteraction],
        kept: &[By],
    ) -> Result<()> {
        check_number(made.len(), "promises")?;
        check_number(kept.len(), "keepPromises")?;
        if !made.is_empty() {
            self.made_in(talk, made).await?;
        }
        if !kept.is_empty() {
            self.kept_in(talk, kept).await?;
        }
        Ok(())
    }

    async fn made_in(&self, talk: Talk<'_>, made: &[PromiseInInteraction]) -> Result<()> {
        let mut rows = Vec::with_capacity(made.len());
        for (index, promise) in made.iter().enumerate() {
            let row = self.one_made_in(talk, promise).await;
            rows.push(row.map_err(|error| error.under(&["promises", &index.to_string()]))?);
        }
        let event = |row: &Model| self.event(ChangeKind::Created, NodeKind::Promise, row.id, &[]);
        let events: Vec<_> = rows.iter().map(event).collect();
        let people: Vec<_> = rows.iter().map(|row| row.person_id).collect();
        self.insert_all(rows).await?;
        self.derive_promise_dues(&people).await?;
        self.insert_all(events).await
    }

    async fn one_made_in(&self, talk: Talk<'_>, promise: &PromiseInInteraction) -> Result<Model> {
        let me = self.viewer().recruiter_id;
        // Who logs what a colleague did does not make their promises.
        let recruiter = match talk.recruiters.first() {
            Some(only) if talk.recruiters.len() == 1 => *only,
            _ => me,
        };
        let person_id = match (&promise.person, talk.people.first()) {
            (Some(by), _) => self.resolve_person(&["person"], by).await?,
            (None, Some(only)) if talk.people.len() == 1 => *only,
            _ => {
                let message = "`person` is needed: several people took part";
                return Err(Error::refused(RefusalKind::Invalid, &["person"], message));
            }
        };
        if !talk.people.contains(&person_id) {
            let message = "`person` took no part in the interaction";
            return Err(Error::refused(RefusalKind::Invalid, &["person"], message));
        }
        let row = self
            .promise_row(&promise.details, recruiter, talk.occurred_at)
            .await?;
        Ok(Model {
            person_id,
            made_in_id: Some(talk.id),
            ..row
        })
    }

    async fn kept_in(&self, talk: Talk<'_>, kept: &[By]) -> Result<()> {
        let path = |index: usize| vec!["keepPromises".to_owned(), index.to_string()];
        let named = kept.iter().enumerate();
        let named: Vec<_> = named.map(|(index, by)| (path(index), by)).collect();
        let promises = self.promises_for_change(&named).await?;
        let mut seen = HashSet::new();
        for ((path, _), old) in named.iter().zip(promises) {
            let path: Vec<_> = path.iter().map(String::as_str).collect();
            if !seen.insert(old.id) {
                continue;
            }
            if old.state != PromiseState::Open {
                return Err(is_closed(&old, &path));
            }
            if talk.occurred_at < old.made_at {
                let message = "the interaction took place before the promise was made";
                return Err(Error::refused(RefusalKind::Invalid, &path, message));
            }
            if !is_with_the_person(&old, talk.people) {
                return Err(not_with_the_person(&path));
            }
            let new = kept_in(&old, (talk.id, talk.occurred_at));
            self.store_promise(&old, new, &[]).await?;
        }
        Ok(())
    }

    /// The people to whom promises were made in this interaction, or kept by it.
    pub(in crate::store) async fn people_promised_in(&self, talk: Uuid) -> Result<BTreeSet<Uuid>> {
        let promises = self.promises_naming(talk).await?;
        Ok(promises.into_iter().map(|row| row.person_id).collect())
    }

    /// Those of these interactions that promises name.
    pub(in crate::store) async fn talks_with_promises(
        &self,
        talks: &[Uuid],
    ) -> Result<BTreeSet<Uuid>> {
        if talks.is_empty() {
            return Ok(BTreeSet::new());
        }
        let one_of = |column| sql::one_of(self.backend(), (Entity, column), talks);
        let naming = Condition::any()
            .add(one_of(Column::MadeInId))
            .add(one_of(Column::KeptById));
        let named: Vec<(Option<Uuid>, Option<Uuid>)> = self
            .find::<Entity>()
            .filter(naming)
            .select_only()
            .columns([Column::MadeInId, Column::KeptById])
            .into_tuple()
            .all(&self.conn)
            .await?;
        let talks: BTreeSet<_> = talks.iter().copied().collect();
        let named = named.into_iter().flat_map(|(made, kept)| [made, kept]);
        let named = named.flatten().filter(|talk| talks.contains(talk));
        Ok(named.collect())
    }

    /// Brings along the promises of an interaction that was changed. Those that were made in it
    /// were made when it took place; those that it kept were kept then, or are open again if it can
    /// no longer have kept them. `people` are those who took part, all locked.
    pub(in crate::store) async fn promises_follow(
        &self,
        old: &interaction::Model,
        new: &interaction::Model,
        people: &BTreeSet<Uuid>,
    ) -> Result<()> {
        for before in self.promises_naming(old.id).await? {
            let mut after = before.clone();
            let was_made_then = before.made_in_id == Some(old.id)
                && before.made_at == old.occurred_at
                && new.occurred_at <= before.due_at;
            if was_made_then {
                after.made_at = new.occurred_at;
            }
            if before.kept_by_id == Some(new.id) {
                let may_have_kept =
                    new.occurred_at >= after.made_at && is_with_the_person(&after, people);
                after = if may_have_kept {
                    kept_in(&after, (new.id, new.occurred_at))
                } else {
                    opened(&after)
                };
            }
            self.store_promise(&before, after, &[]).await?;
        }
        Ok(())
    }

    /// Lets go of an interaction that is to be removed. The promises made in it stay; those that
    /// it kept are open again, for what kept them has never been.
    pub(in crate::store) async fn promises_let_go(&self, talk: Uuid) -> Result<()> {
        for before in self.promises_naming(talk).await? {
            let mut after = before.clone();
            if before.kept_by_id == Some(talk) {
                after = opened(&after);
            }
            after.made_in_id = before.made_in_id.filter(|made_in| *made_in != talk);
            self.store_promise(&before, after, &[]).await?;
        }
        Ok(())
    }

    async fn promises_naming(&self, talk: Uuid) -> Result<Vec<Model>> {
        let naming = Condition::any()
            .add(Column::MadeInId.eq(talk))
            .add(Column::KeptById.eq(talk));
        let rows = self
            .find::<Entity>()
            .filter(naming)
            .order_by_asc(Column::Id);
        Ok(rows.all(&self.conn).await?)
    }
}

/// Whether these people are enough to keep the promise.
fn is_with_the_person(promise: &Model, people: &BTreeSet<Uuid>) -> bool {
    !rules::is_kept_with_the_person(promise.kind) || people.contains(&promise.person_id)
}

fn check_number(count: usize, field: &str) -> Result<()> {
    if count <= MOST {
        return Ok(());
    }
    let message = format!("`{field}` has more than {MOST} entries");
    Err(Error::refused(RefusalKind::Invalid, &[field], message))
}
