//! Writes to relationships. Each leaves one event, and none when it changed nothing.

use chrono::NaiveDate;
use entity::{
    enums::{ChangeKind, NodeKind},
    relationship::{Column, Entity, Model},
};
use sea_orm::{ColumnTrait, QueryFilter};
use uuid::Uuid;

use crate::{
    error::{Error, Refusal, RefusalKind, Result},
    rules::{relationship, text},
    store::{Writer, check::Check, person::PersonBy, record::By},
};

/// A relationship to add, as seen from `person`.
#[derive(Clone, Debug)]
pub struct NewRelationship {
    /// The person from whom it is seen.
    pub person: PersonBy,
    /// The other.
    pub other: PersonBy,
    /// The code of what the person is to the other.
    pub kind: String,
    /// When it began.
    pub since: Option<NaiveDate>,
    /// When it ended: given, it no longer holds.
    pub until: Option<NaiveDate>,
    /// The note.
    pub note: Option<String>,
}

/// What is said of a relationship. `None` says nothing; `Some(None)` clears what is stored.
#[derive(Clone, Debug, Default)]
pub struct RelationshipDetails {
    /// When it began.
    pub since: Option<Option<NaiveDate>>,
    /// The note.
    pub note: Option<Option<String>>,
}

/// A tie between two people who are known and locked.
pub(in crate::store) struct Tie<'a> {
    pub(in crate::store) person: Uuid,
    pub(in crate::store) other: Uuid,
    pub(in crate::store) kind: &'a relationship::Kind<'a>,
    /// The code seen from `person`.
    pub(in crate::store) code: &'a str,
    pub(in crate::store) since: Option<NaiveDate>,
    pub(in crate::store) until: Option<NaiveDate>,
    pub(in crate::store) note: Option<String>,
}

impl Writer {
    /// Adds a relationship. One that stands there already, told from either side, is given back as
    /// it is.
    pub async fn add_relationship(&self, new: &NewRelationship) -> Result<Uuid> {
        let mut check = Check::default();
        self.check_days(new.since, new.until, &mut check);
        let note = check.text(&["note"], new.note.as_deref(), text::MAX_BODY);
        check.finish()?;
        let kind = self.kind_named(&new.kind, &["kind"]).await?;
        let named = [
            (vec!["person".to_owned()], &new.person),
            (vec!["other".to_owned()], &new.other),
        ];
        let people = self.resolve_people(&named).await?;
        let [person, other] = people[..] else {
            return Err(Error::Unavailable);
        };
        if person == other {
            let message = "`other` is the same person; a relationship ties two people";
            return Err(Error::refused(RefusalKind::Invalid, &["other"], message));
        }
        let tie = Tie {
            person,
            other,
            kind: &kind.rule(),
            code: &new.kind,
            since: new.since,
            until: new.until,
            note,
        };
        self.tie(tie).await
    }

    /// Stores a tie in the one order its kind prescribes, unless it stands there.
    pub(in crate::store) async fn tie(&self, tie: Tie<'_>) -> Result<Uuid> {
        let (first, second) = tie.kind.stored_order(tie.code, tie.person, tie.other);
        let mut same = self
            .find::<Entity>()
            .filter(Column::PersonId.eq(first))
            .filter(Column::OtherId.eq(second))
            .filter(Column::Kind.eq(tie.kind.code))
            .filter(Column::Ended.eq(tie.until.is_some()));
        if let Some(until) = tie.until {
            // Two people may have been colleagues more than once.
            same = same.filter(Column::Until.eq(until));
        }
        if let Some(stored) = same.one(&self.conn).await? {
            return Ok(stored.id);
        }
        let row = Model {
            tenant_id: self.tenant(),
            id: self.new_id(),
            person_id: first,
            other_id: second,
            kind: tie.kind.code.to_owned(),
            since: tie.since,
            until: tie.until,
            ended: tie.until.is_some(),
            note: tie.note,
            version: 1,
            created_at: self.now(),
            updated_at: self.now(),
        };
        let id = self.insert(row).await?.id;
        self.record(ChangeKind::Created, NodeKind::Relationship, id, &[])
            .await?;
        Ok(id)
    }

    /// Changes what is said of a relationship.
    pub async fn update_relationship(
        &self,
        by: &By,
        said: &RelationshipDetails,
        version: Option<i32>,
    ) -> Result<Uuid> {
        let old = self.relationship_for_change(by, version).await?;
        let mut new = old.clone();
        let mut check = Check::default();
        if let Some(since) = said.since {
            new.since = since;
            self.check_days(since, new.until, &mut check);
        }
        if let Some(note) = &said.note {
            new.note = check.text(&["note"], note.as_deref(), text::MAX_BODY);
        }
        check.finish()?;
        self.store_relationship(&old, new).await
    }

    /// Ends a relationship on a day, today if none is given. One that has ended keeps its day
    /// unless another is given.
    pub async fn end_relationship(
        &self,
        by: &By,
        until: Option<NaiveDate>,
        version: Option<i32>,
    ) -> Result<Uuid> {
        let old = self.relationship_for_change(by, version).await?;
        let mut new = old.clone();
        new.until = match until {
            None if old.ended => old.until,
            until => until.or_else(|| Some(self.now().date_naive())),
        };
        new.ended = true;
        let mut check = Check::default();
        self.check_days(None, until, &mut check);
        if is_before(new.until, new.since) {
            check.invalid(&["until"], "lies before the day on which it began");
        }
        check.finish()?;
        self.store_relationship(&old, new).await
    }

    /// A relationship as it is now, locked until the end of the write.
    async fn relationship_for_change(&self, by: &By, version: Option<i32>) -> Result<Model> {
        let kind = NodeKind::Relationship;
        let id = self
            .resolve_one::<Entity>(kind, Column::Id, &["by"], by)
            .await?;
        let row = self.relationships(&[id]).await?.remove(&id);
        let unknown = || Refusal::not_found(&["by"], "there is nothing by this name");
        let row = row.ok_or_else(unknown)?;
        Self::check_version(version, row.version)?;
        Ok(row)
    }

    async fn store_relationship(&self, old: &Model, mut new: Model) -> Result<Uuid> {
        let fields = Self::changed_fields(old, &new);
        if fields.is_empty() {
            return Ok(old.id);
        }
        new.version += 1;
        new.updated_at = self.now();
        self.save(old, &new, Column::Id.eq(new.id).into()).await?;
        let fields: Vec<_> = fields
            .iter()
            .map(|field| if field == "ended" { "isEnded" } else { field })
            .collect();
        self.record(ChangeKind::Updated, NodeKind::Relationship, new.id, &fields)
            .await?;
        Ok(new.id)
    }

    fn check_days(&self, since: Option<NaiveDate>, until: Option<NaiveDate>, check: &mut Check) {
        let today = self.now().date_naive();
        for (field, day) in [("since", since), ("until", until)] {
            if let Some(day) = day {
                check.keep(&[field], relationship::check_past_day(day, today));
            }
        }
        if is_before(until, since) {
            check.invalid(&["since"], "lies after the day on which it ended");
        }
    }
}

fn is_before(one: Option<NaiveDate>, other: Option<NaiveDate>) -> bool {
    one.zip(other).is_some_and(|(one, other)| one < other)
}
