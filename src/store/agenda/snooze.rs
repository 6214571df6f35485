//! Snoozes: a recruiter does not wish to be reminded of a person for a while.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entity::{
    enums::{ChangeKind, NodeKind},
    recruiter,
    snooze::{Column, Entity, Model},
};
use sea_orm::{ColumnTrait, Condition, QueryFilter, QueryOrder};
use uuid::Uuid;

use crate::{
    error::Result,
    rules::{agenda, text},
    store::{Store, Writer, check::Check, person::PersonBy, record::By, sql},
};

/// What of a person's is changed by a snooze.
const FIELD: &str = "snooze";

/// Of whom somebody does not wish to be reminded.
#[derive(Clone, Debug)]
pub struct SnoozeOf {
    /// The person.
    pub person: PersonBy,
    /// The recruiter; the viewer, if none is named.
    pub recruiter: Option<By>,
}

/// A snooze to keep.
#[derive(Clone, Debug)]
pub struct NewSnooze {
    /// Of whom.
    pub of: SnoozeOf,
    /// When the reminders come back.
    pub until: DateTime<Utc>,
    /// Why.
    pub reason: Option<String>,
}

impl Store {
    /// Each person's snoozes that last beyond a time, those that end first in front.
    pub async fn snoozes(
        &self,
        at: DateTime<Utc>,
        people: &[Uuid],
    ) -> Result<HashMap<Uuid, Vec<Model>>> {
        let rows = self
            .find::<Entity>()
            .filter(sql::one_of(
                self.backend(),
                (Entity, Column::PersonId),
                people,
            ))
            .filter(Column::UntilAt.gt(at))
            .order_by_asc(Column::UntilAt)
            .order_by_asc(Column::RecruiterId)
            .all(&self.conn)
            .await?;
        let mut snoozes: HashMap<Uuid, Vec<Model>> = HashMap::new();
        for row in rows {
            snoozes.entry(row.person_id).or_default().push(row);
        }
        Ok(snoozes)
    }
}

impl Writer {
    /// Keeps a snooze in the place of the one before, if there was one.
    pub async fn snooze(&self, new: &NewSnooze) -> Result<Model> {
        let mut check = Check::default();
        let reason = check.line(&["reason"], new.reason.as_deref(), text::MAX_OTHER);
        check.keep(&["until"], agenda::check_snooze(new.until, self.now()));
        check.finish()?;
        let (recruiter, person) = self.snoozer_and_person(&new.of).await?;
        let row = Model {
            tenant_id: self.tenant(),
            recruiter_id: recruiter,
            person_id: person,
            until_at: new.until,
            reason,
            snoozed_at: self.now(),
        };
        match self.snooze_between(recruiter, person).await? {
            Some(old) if (old.until_at, &old.reason) == (row.until_at, &row.reason) => {
                return Ok(old);
            }
            Some(old) => {
                self.save(&old, &row, between(recruiter, person)).await?;
            }
            None => {
                self.insert(row.clone()).await?;
            }
        }
        self.record(ChangeKind::Updated, NodeKind::Person, person, &[FIELD])
            .await?;
        Ok(row)
    }

    /// Ends a snooze, if there is one.
    pub async fn unsnooze(&self, of: &SnoozeOf) -> Result<Uuid> {
        let (recruiter, person) = self.snoozer_and_person(of).await?;
        let ended = self.delete::<Entity>(between(recruiter, person)).await?;
        if ended > 0 {
            self.record(ChangeKind::Updated, NodeKind::Person, person, &[FIELD])
                .await?;
        }
        Ok(person)
    }

    /// Who snoozes whom. The person is locked, so that of two snoozes at once one is the newer.
    async fn snoozer_and_person(&self, of: &SnoozeOf) -> Result<(Uuid, Uuid)> {
        let recruiter = match &of.recruiter {
            None => self.viewer().recruiter_id,
            Some(by) => {
                let id = recruiter::Column::Id;
                self.resolve_one::<recruiter::Entity>(NodeKind::Recruiter, id, &["recruiter"], by)
                    .await?
            }
        };
        let person = self.resolve_person(&["person"], &of.person).await?;
        Ok((recruiter, person))
    }

    async fn snooze_between(&self, recruiter: Uuid, person: Uuid) -> Result<Option<Model>> {
        let rows = self.find::<Entity>().filter(between(recruiter, person));
        Ok(rows.one(&self.conn).await?)
    }
}

fn between(recruiter: Uuid, person: Uuid) -> Condition {
    Condition::all()
        .add(Column::RecruiterId.eq(recruiter))
        .add(Column::PersonId.eq(person))
}
