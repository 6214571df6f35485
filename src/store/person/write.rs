//! Writes to people. Each leaves one event, and none when it changed nothing.

use entity::{
    contact_point,
    enums::{ChangeKind, ContactPointKind, Hat, LabelKind, NodeKind},
    label, person, person_search, position,
};
use sea_orm::{ColumnTrait, Condition, QueryFilter, QueryOrder};
use uuid::Uuid;

use super::{
    PersonBy,
    belongings::{Belongings, same_positions, search_row},
    details::PersonDetails,
};
use crate::{
    error::{Error, Refusal, RefusalKind, Result},
    rules::text,
    store::{
        Writer,
        check::Check,
        record::{By, ExternalKey},
    },
};

/// What an upsert did.
#[derive(Clone, Copy, Debug)]
pub struct Upserted {
    /// The node.
    pub id: Uuid,
    /// It was made.
    pub created: bool,
    /// It was there, and differs now.
    pub updated: bool,
}

/// Whether a person may be contacted, and why not.
#[derive(Clone, Debug)]
pub struct DoNotContact {
    /// Nobody may contact them.
    pub forbidden: bool,
    /// Why.
    pub reason: Option<String>,
}

/// A changed row and the API names of what changed.
struct Change {
    person: person::Model,
    fields: Vec<String>,
}

impl Writer {
    /// Makes a person who wears one hat.
    pub async fn create_person(
        &self,
        hat: Hat,
        said: &PersonDetails,
        records: &[ExternalKey],
    ) -> Result<Uuid> {
        let mut person = self.blank_person(hat);
        let belongings = self.apply(said, &mut person).await?;
        self.derive_new(&mut person).await?;
        let search = search_row(&person, &belongings, &[], &[]);
        self.insert(person.clone()).await?;
        self.insert(search).await?;
        if belongings.emails.is_some() {
            // A recruiter may have one of these addresses.
            self.own_changed.note();
        }
        let addresses = [belongings.emails, belongings.phones, belongings.links];
        self.insert_all(addresses.into_iter().flatten().flatten().collect())
            .await?;
        let labels = [belongings.tags, belongings.communities];
        self.insert_all(labels.into_iter().flatten().flatten().collect())
            .await?;
        self.insert_all(belongings.positions.unwrap_or_default())
            .await?;
        self.link_all(NodeKind::Person, person.id, records, &["externalRecords"])
            .await?;
        self.record(ChangeKind::Created, NodeKind::Person, person.id, &[])
            .await?;
        Ok(person.id)
    }

    /// Changes what is said of a person. `version` is the one the caller read, if it cares.
    pub async fn update_person(
        &self,
        by: &PersonBy,
        hat: Option<Hat>,
        said: &PersonDetails,
        version: Option<i32>,
    ) -> Result<Uuid> {
        let id = self.resolve_person(&["by"], by).await?;
        let old = self.person_for_change(id, hat, version).await?;
        self.change_person(old, said, |_| {}).await?;
        Ok(id)
    }

    /// Makes the person whom the record names, or changes them where they differ.
    pub async fn upsert_person(
        &self,
        record: &ExternalKey,
        hat: Hat,
        said: &PersonDetails,
    ) -> Result<Upserted> {
        let mut check = Check::default();
        record.check(&["externalRecord"], &mut check);
        check.finish()?;
        let named = self
            .id_by(NodeKind::Person, &By::External(record.clone()))
            .await?;
        let Some(id) = named else {
            return self.make_named(record, hat, said).await;
        };
        let old = self.person_for_change(id, None, None).await?;
        let updated = self
            .change_person(old, said, |person| wear(person, hat, true))
            .await?;
        Ok(Upserted {
            id,
            created: false,
            updated,
        })
    }

    /// Makes the person whom no record named a moment ago.
    async fn make_named(
        &self,
        record: &ExternalKey,
        hat: Hat,
        said: &PersonDetails,
    ) -> Result<Upserted> {
        let made = self.create_person(hat, said, std::slice::from_ref(record));
        match made.await {
            Ok(id) => Ok(Upserted {
                id,
                created: true,
                updated: false,
            }),
            // Another writer may have been quicker: then theirs is the person to change.
            Err(refused @ Error::Refused(_)) => {
                let by = By::External(record.clone());
                let meanwhile = self.id_by(NodeKind::Person, &by).await?;
                Err(meanwhile.map_or(refused, |_| Error::Retry))
            }
            Err(other) => Err(other),
        }
    }

    /// Puts a hat on, or takes it off. The last hat stays on.
    pub async fn set_hat(&self, by: &PersonBy, hat: Hat, worn: bool) -> Result<Uuid> {
        let id = self.resolve_person(&["by"], by).await?;
        let old = self.person_for_change(id, None, None).await?;
        let mut after = old.clone();
        wear(&mut after, hat, worn);
        if !after.is_candidate && !after.is_contact {
            let message = "this is the person's only hat; put the other one on first";
            return Err(Error::refused(RefusalKind::Invalid, &["hat"], message));
        }
        self.change_person(old, &PersonDetails::default(), |person| {
            wear(person, hat, worn);
        })
        .await?;
        Ok(id)
    }

    /// Says whether a person may be contacted. Somebody who may not has no next touch.
    pub async fn set_do_not_contact(&self, by: &PersonBy, wish: &DoNotContact) -> Result<Uuid> {
        let mut check = Check::default();
        let reason = check.line(&["reason"], wish.reason.as_deref(), text::MAX_OTHER);
        check.finish()?;
        let id = self.resolve_person(&["by"], by).await?;
        let old = self.person_for_change(id, None, None).await?;
        let now = self.now();
        self.change_person(old, &PersonDetails::default(), |person| {
            person.do_not_contact_since = match (wish.forbidden, person.do_not_contact) {
                (true, true) => person.do_not_contact_since,
                (true, false) => Some(now),
                (false, _) => None,
            };
            person.do_not_contact = wish.forbidden;
            person.do_not_contact_reason = reason.clone().filter(|_| wish.forbidden);
        })
        .await?;
        Ok(id)
    }

    pub(in crate::store) fn blank_person(&self, hat: Hat) -> person::Model {
        let now = self.now();
        person::Model {
            tenant_id: self.tenant(),
            id: self.new_id(),
            is_candidate: hat == Hat::Candidate,
            is_contact: hat == Hat::Contact,
            name: String::new(),
            name_key: String::new(),
            given_name: None,
            family_name: None,
            headline: None,
            city: None,
            city_key: None,
            region: None,
            country: None,
            owner_id: None,
            do_not_contact: false,
            do_not_contact_reason: None,
            do_not_contact_since: None,
            cadence_days: None,
            cadence_reset: entity::enums::CadenceReset::Outreach,
            scheduled_touch_at: None,
            scheduled_touch_set_at: None,
            last_touch_at: None,
            last_inbound_at: None,
            last_outbound_at: None,
            awaiting_reply_since: None,
            waiting_on_them_since: None,
            next_touch_at: None,
            news_owed_since: None,
            promise_due_at: None,
            keeper_id: None,
            past_depth: 0,
            version: 1,
            created_at: now,
            updated_at: now,
        }
    }

    /// A person as they are now, who wears the hat and has the version, if any is asked for.
    async fn person_for_change(
        &self,
        id: Uuid,
        hat: Option<Hat>,
        version: Option<i32>,
    ) -> Result<person::Model> {
        let person = self.people(&[id]).await?.remove(&id);
        let wears = |person: &person::Model| match hat {
            None => true,
            Some(Hat::Candidate) => person.is_candidate,
            Some(Hat::Contact) => person.is_contact,
        };
        let Some(person) = person.filter(wears) else {
            return Err(Refusal::not_found(&["by"], "there is nothing by this name").into());
        };
        Self::check_version(version, person.version)?;
        Ok(person)
    }

    /// Stores what differs, and returns whether anything did.
    async fn change_person(
        &self,
        old: person::Model,
        said: &PersonDetails,
        change: impl Fn(&mut person::Model),
    ) -> Result<bool> {
        let mut new = old.clone();
        let belongings = self.apply(said, &mut new).await?;
        change(&mut new);
        let mut changed = Change {
            person: new,
            fields: Vec::new(),
        };
        self.replace_belongings(belongings, &mut changed).await?;
        let Change {
            person: mut new,
            mut fields,
        } = changed;
        self.derive_changed(&old, &mut new).await?;
        fields.extend(Self::changed_fields(&old, &new));
        if fields.is_empty() {
            return Ok(false);
        }
        new.version += 1;
        new.updated_at = self.now();
        self.save(&old, &new, person::Column::Id.eq(new.id).into())
            .await?;
        let fields: Vec<_> = fields.iter().map(String::as_str).collect();
        self.record(ChangeKind::Updated, NodeKind::Person, new.id, &fields)
            .await?;
        Ok(true)
    }

    /// Replaces the rows that hang on the person where they differ, and the search text with them.
    async fn replace_belongings(&self, said: Belongings, change: &mut Change) -> Result<()> {
        let person = change.person.clone();
        let only = [person.id];
        let addresses = self
            .contact_points(&only)
            .await?
            .remove(&person.id)
            .unwrap_or_default();
        let positions = self
            .positions(&only)
            .await?
            .remove(&person.id)
            .unwrap_or_default();
        let search = search_row(&person, &said, &addresses, &positions);
        let kinds = [
            (ContactPointKind::Email, said.emails, "emails"),
            (ContactPointKind::Phone, said.phones, "phones"),
            (ContactPointKind::Link, said.links, "links"),
        ];
        for (kind, rows, field) in kinds {
            let Some(rows) = rows else { continue };
            let same = addresses
                .iter()
                .filter(|row| row.kind == kind)
                .eq(rows.iter());
            if !same {
                let of_kind = Condition::all()
                    .add(contact_point::Column::PersonId.eq(person.id))
                    .add(contact_point::Column::Kind.eq(kind));
                self.delete::<contact_point::Entity>(of_kind).await?;
                self.insert_all(rows).await?;
                // A recruiter may have one of these addresses.
                self.own_changed.note();
                change.fields.push(field.to_owned());
            }
        }
        self.replace_labels(said.tags, LabelKind::Tag, change)
            .await?;
        self.replace_labels(said.communities, LabelKind::Community, change)
            .await?;
        if let Some(rows) = said.positions
            && !same_positions(&positions, &rows)
        {
            let of_person = position::Column::PersonId.eq(person.id);
            self.delete::<position::Entity>(of_person.into()).await?;
            self.insert_all(rows).await?;
            change.fields.push("positions".to_owned());
        }
        self.put_search_row(search).await
    }

    async fn replace_labels(
        &self,
        rows: Option<Vec<label::Model>>,
        kind: LabelKind,
        change: &mut Change,
    ) -> Result<()> {
        let Some(mut rows) = rows else { return Ok(()) };
        let of_kind = Condition::all()
            .add(label::Column::PersonId.eq(change.person.id))
            .add(label::Column::Kind.eq(kind));
        let stored = self
            .find::<label::Entity>()
            .filter(of_kind.clone())
            .order_by_asc(label::Column::Key)
            .all(&self.conn)
            .await?;
        rows.sort_by(|one, other| one.key.cmp(&other.key));
        if stored != rows {
            self.delete::<label::Entity>(of_kind).await?;
            self.insert_all(rows).await?;
            let field = if kind == LabelKind::Tag {
                "tags"
            } else {
                "communities"
            };
            change.fields.push(field.to_owned());
        }
        Ok(())
    }

    async fn put_search_row(&self, row: person_search::Model) -> Result<()> {
        let stored = self
            .find::<person_search::Entity>()
            .filter(person_search::Column::PersonId.eq(row.person_id))
            .one(&self.conn)
            .await?;
        match stored {
            Some(stored) if stored.body == row.body => Ok(()),
            Some(stored) => {
                let key = person_search::Column::PersonId.eq(row.person_id).into();
                self.save(&stored, &row, key).await.map(|_| ())
            }
            None => self.insert(row).await.map(|_| ()),
        }
    }
}

fn wear(person: &mut person::Model, hat: Hat, worn: bool) {
    match hat {
        Hat::Candidate => person.is_candidate = worn,
        Hat::Contact => person.is_contact = worn,
    }
}
