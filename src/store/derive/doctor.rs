//! Holds what is stored of derived state against what follows from the histories, some people at a
//! time, and mends it where that is wished for.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use chrono::{DateTime, Utc};
use entity::{person, reply_wait};
use sea_orm::{ColumnTrait, IdenStatic, QueryFilter, QueryOrder, QuerySelect, Value};
use uuid::Uuid;

use super::{
    CHUNK,
    columns::{COLUMNS, derived},
    expected,
};
use crate::{
    auth::viewer::{Scope, Scopes, Viewer},
    error::Result,
    store::{Database, Store, Writer},
};

/// Something stored that does not follow from the history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Whose it is.
    pub person_id: Uuid,
    /// The column of `person`, or the table, the key and the column of a row that belongs to them.
    pub place: String,
    /// What is stored.
    pub stored: String,
    /// What should be.
    pub expected: String,
}

/// What one step of an examination found.
#[derive(Clone, Debug, Default)]
pub struct Examined {
    /// How many people were looked at.
    pub people: usize,
    /// The last of them; none when there were none left.
    pub last: Option<Uuid>,
    /// What is wrong with them.
    pub differences: Vec<Difference>,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            person_id,
            place,
            stored,
            expected,
        } = self;
        write!(
            f,
            "person {person_id}: {place} is {stored}, should be {expected}"
        )
    }
}

impl Database {
    /// Examines people of a tenant, some at a time: those who follow the given one in the order of
    /// ids. What differs from what should be is told, and mended if that is wished for.
    pub async fn examine(
        &self,
        tenant_id: Uuid,
        after: Option<Uuid>,
        mend: bool,
    ) -> Result<Examined> {
        // Nobody's own handle: what is mended is no change that anybody made, and leaves no event.
        let viewer = Viewer {
            tenant_id,
            recruiter_id: Uuid::nil(),
            email: None,
            scopes: Scopes::from_claim(Scope::Admin.word()),
        };
        Store::new(self.clone(), viewer).examine(after, mend).await
    }
}

impl Store {
    /// Examines the people who follow the given one in the order of ids, so many as are held in
    /// memory at once. What seems wrong is looked at again with the people locked, since others
    /// may write meanwhile, and is mended if that is wished for.
    async fn examine(&self, after: Option<Uuid>, mend: bool) -> Result<Examined> {
        use person::{Column, Entity};
        let people = self
            .find::<Entity>()
            .filter(Column::Id.gt(after.unwrap_or_default()))
            .order_by_asc(Column::Id)
            .limit(CHUNK)
            .all(&self.conn)
            .await?;
        let suspects = self.differences(&people).await?;
        let suspects: BTreeSet<_> = suspects.iter().map(|found| found.person_id).collect();
        let suspects = Vec::from_iter(suspects);
        let differences = if suspects.is_empty() {
            Vec::new()
        } else {
            let suspects = &suspects;
            self.write(|w| async move { w.examine_locked(suspects, mend).await })
                .await?
        };
        Ok(Examined {
            people: people.len(),
            last: people.last().map(|person| person.id),
            differences,
        })
    }

    /// What is stored of these people and does not follow from their histories.
    async fn differences(&self, people: &[person::Model]) -> Result<Vec<Difference>> {
        let ids: Vec<_> = people.iter().map(|person| person.id).collect();
        let settings = self.settings().await?;
        let facts = self.facts(people).await?;
        let mut waits = self.waits_of(&ids).await?;
        let mut found = self.wrong_copies(&ids).await?.differences();
        for person in people {
            let Some(facts) = facts.get(&person.id) else {
                continue;
            };
            let wanted = derived(person, facts, &settings);
            found.extend(differing_columns(person, &wanted));
            let wanted = expected(person, &settings).rows(&facts.history);
            let stored = waits.remove(&person.id).unwrap_or_default();
            found.extend(differing_waits(&stored, &wanted));
        }
        Ok(found)
    }
}

impl Writer {
    async fn examine_locked(&self, people: &[Uuid], mend: bool) -> Result<Vec<Difference>> {
        self.known::<person::Entity>(person::Column::Id, people)
            .await?;
        self.lock_copies(people).await?;
        let mut rows: Vec<_> = self.people(people).await?.into_values().collect();
        rows.sort_by_key(|person| person.id);
        let differences = self.differences(&rows).await?;
        if mend && !differences.is_empty() {
            let copies = self.wrong_copies(people).await?;
            self.mend_copies(copies).await?;
            self.derive(people).await?;
        }
        Ok(differences)
    }
}

fn differing_columns(stored: &person::Model, wanted: &person::Model) -> Vec<Difference> {
    let differing = COLUMNS.into_iter().filter_map(|(column, _, value)| {
        let (is, should) = (value(stored), value(wanted));
        (is != should).then(|| Difference {
            person_id: stored.id,
            place: column.as_str().to_owned(),
            stored: shown(&is),
            expected: shown(&should),
        })
    });
    differing.collect()
}

fn differing_waits(stored: &[reply_wait::Model], wanted: &[reply_wait::Model]) -> Vec<Difference> {
    let mut rows: BTreeMap<_, (Option<_>, Option<_>)> = BTreeMap::new();
    for row in stored {
        rows.entry((row.opened_at, row.turn)).or_default().0 = Some(row);
    }
    for row in wanted {
        rows.entry((row.opened_at, row.turn)).or_default().1 = Some(row);
    }
    let differing = rows.into_iter().filter(|(_, (is, should))| is != should);
    let differing = differing.filter_map(|((opened_at, turn), (is, should))| {
        Some(Difference {
            person_id: is.or(should)?.person_id,
            place: format!("reply_wait {turn:?} {}", time(opened_at)),
            stored: shown_wait(is),
            expected: shown_wait(should),
        })
    });
    differing.collect()
}

pub(super) fn shown(value: &Value) -> String {
    match value {
        Value::ChronoDateTimeUtc(Some(at)) => time(*at),
        Value::Uuid(Some(id)) => id.to_string(),
        Value::Int(Some(number)) => number.to_string(),
        Value::String(Some(word)) => word.clone(),
        _ => "null".to_owned(),
    }
}

fn shown_wait(row: Option<&reply_wait::Model>) -> String {
    let Some(row) = row else {
        return "no row".to_owned();
    };
    let closed = row.closed_at.map_or_else(|| "open".to_owned(), time);
    let seconds = |seconds: Option<i64>| seconds.map_or("-".to_owned(), |s| s.to_string());
    format!(
        "from {} to {} {closed}, {} s, {} s of work",
        row.opened_by_id,
        row.closed_by_id.map_or("-".to_owned(), |id| id.to_string()),
        seconds(row.elapsed_seconds),
        seconds(row.working_seconds),
    )
}

pub(super) fn time(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true)
}
