//! People: read by id, by name, by address, and in lists.

pub(super) mod belongings;
pub(super) mod details;
mod list;
pub(super) mod write;

use std::collections::{BTreeSet, HashMap};

use entity::{
    contact_point,
    enums::{ContactPointKind, NodeKind},
    label, person, position,
};
use sea_orm::{
    ColumnTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
    sea_query::{Expr, ExprTrait, LockType, SelectStatement},
};
use uuid::Uuid;

pub(super) use self::details::country;
pub use self::{
    details::{Address, PersonDetails, PositionDetails},
    list::{PersonFilter, PersonKey, PersonOrder, position},
    write::{DoNotContact, Upserted},
};
use super::{
    Store, Writer,
    record::{By, ExternalKey, found_or_refused},
    sql,
};
use crate::{
    error::{Error, Refusal, Result},
    rules::contact_point as normal,
};

/// How a person is named by a caller.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum PersonBy {
    /// By our id or a record of another system.
    Node(By),
    /// By an e-mail address.
    Email(String),
}

impl Store {
    /// People by id. The id of somebody who was merged into another leads to that one.
    pub async fn people(&self, ids: &[Uuid]) -> Result<HashMap<Uuid, person::Model>> {
        let mut people = self.people_there(ids).await?;
        let missing = ids.iter().filter(|id| !people.contains_key(id));
        let missing: Vec<_> = missing.copied().collect();
        let survivors = self.survivors(&missing).await?;
        if !survivors.is_empty() {
            let ids: Vec<_> = survivors.values().copied().collect();
            let rows = self.people_there(&ids).await?;
            let led = survivors
                .into_iter()
                .filter_map(|(merged, survivor)| Some((merged, rows.get(&survivor)?.clone())));
            people.extend(led);
        }
        Ok(people)
    }

    async fn people_there(&self, ids: &[Uuid]) -> Result<HashMap<Uuid, person::Model>> {
        let rows = self.rows_of_ids::<person::Entity>(person::Column::Id, ids);
        let rows = rows.await?;
        Ok(rows.into_iter().map(|row| (row.id, row)).collect())
    }

    /// The person who is meant, in one statement unless it is by the id of a merged one. An address
    /// that several people share names none of them.
    pub async fn person_by(&self, by: &PersonBy) -> Result<Option<person::Model>> {
        let id = Expr::col((person::Entity, person::Column::Id));
        let is_meant = match by {
            PersonBy::Node(By::Id(wanted)) => {
                return Ok(self.people(&[*wanted]).await?.remove(wanted));
            }
            PersonBy::Node(By::External(key)) => match self.node_named(NodeKind::Person, key) {
                Some(named) => id.eq(named),
                None => return Ok(None),
            },
            PersonBy::Email(email) => match normal::email(email) {
                Ok(address) => id.in_subquery(self.with_email(&address.key)),
                Err(_) => return Ok(None),
            },
        };
        let people = self.find::<person::Entity>().filter(is_meant).limit(2);
        let mut people = self.rows_together(people).await?;
        if people.len() > 1 {
            return Err(Error::bad_input(
                "several people have this e-mail address; list them with the filter `email` and \
                 choose by id",
            ));
        }
        Ok(people.pop())
    }

    /// The ids of the people who have an address.
    fn with_email(&self, key: &str) -> SelectStatement {
        self.find::<contact_point::Entity>()
            .filter(contact_point::Column::Kind.eq(ContactPointKind::Email))
            .filter(contact_point::Column::Key.eq(key))
            .select_only()
            .column(contact_point::Column::PersonId)
            .into_query()
    }

    /// The people who have each of the addresses, spelled as asked for.
    pub(super) async fn people_by_emails(
        &self,
        emails: &[String],
    ) -> Result<HashMap<String, Vec<Uuid>>> {
        let keys: Vec<_> = emails
            .iter()
            .filter_map(|email| Some((email, normal::email(email).ok()?.key)))
            .collect();
        if keys.is_empty() {
            return Ok(HashMap::new());
        }
        let rows: Vec<(String, Uuid)> = self
            .find::<contact_point::Entity>()
            .select_only()
            .columns([contact_point::Column::Key, contact_point::Column::PersonId])
            .filter(contact_point::Column::Kind.eq(ContactPointKind::Email))
            .filter(contact_point::Column::Key.is_in(keys.iter().map(|(_, key)| key)))
            .into_tuple()
            .all(&self.conn)
            .await?;
        let having = |wanted: &str| {
            rows.iter()
                .filter(|(key, _)| key == wanted)
                .map(|(_, person)| *person)
                .collect()
        };
        Ok(keys
            .into_iter()
            .map(|(email, key)| (email.clone(), having(&key)))
            .collect())
    }

    /// Each person's addresses of all kinds, in their order.
    pub async fn contact_points(
        &self,
        people: &[Uuid],
    ) -> Result<HashMap<Uuid, Vec<contact_point::Model>>> {
        use contact_point::{Column, Entity};
        let rows = self
            .find::<Entity>()
            .filter(sql::one_of(self.backend(), Column::PersonId, people))
            .order_by_asc(Column::Rank);
        let rows = self.rows_together(rows).await?;
        Ok(by_person(rows, |row| row.person_id))
    }

    /// Each person's tags and communities, by name.
    pub async fn labels(&self, people: &[Uuid]) -> Result<HashMap<Uuid, Vec<label::Model>>> {
        use label::{Column, Entity};
        let rows = self
            .find::<Entity>()
            .filter(sql::one_of(self.backend(), Column::PersonId, people))
            .order_by_asc(Column::Key);
        let rows = self.rows_together(rows).await?;
        Ok(by_person(rows, |row| row.person_id))
    }

    /// Each person's positions, in their order.
    pub async fn positions(&self, people: &[Uuid]) -> Result<HashMap<Uuid, Vec<position::Model>>> {
        use position::{Column, Entity};
        let rows = self
            .find::<Entity>()
            .filter(sql::one_of(self.backend(), Column::PersonId, people))
            .order_by_asc(Column::Rank);
        let rows = self.rows_together(rows).await?;
        Ok(by_person(rows, |row| row.person_id))
    }
}

fn by_person<R>(rows: Vec<R>, person: impl Fn(&R) -> Uuid) -> HashMap<Uuid, Vec<R>> {
    let mut people: HashMap<Uuid, Vec<R>> = HashMap::new();
    for row in rows {
        people.entry(person(&row)).or_default().push(row);
    }
    people
}

impl Writer {
    /// The ids of the people who are meant, each there and locked until the end of the write.
    pub(super) async fn resolve_people(
        &self,
        named: &[(Vec<String>, &PersonBy)],
    ) -> Result<Vec<Uuid>> {
        Ok(self.resolve_rows(named).await?.0)
    }

    /// The ids of the people who are meant, in the order in which they were named, and their rows,
    /// locked until the end of the write.
    pub(super) async fn resolve_rows(
        &self,
        named: &[(Vec<String>, &PersonBy)],
    ) -> Result<(Vec<Uuid>, Vec<person::Model>)> {
        let mut keys: Vec<ExternalKey> = Vec::new();
        let mut emails: Vec<String> = Vec::new();
        for (_, by) in named {
            match by {
                PersonBy::Node(By::External(key)) => keys.push(key.clone()),
                PersonBy::Email(email) => emails.push(email.clone()),
                PersonBy::Node(By::Id(_)) => {}
            }
        }
        let by_record = self.nodes_by_records(NodeKind::Person, &keys).await?;
        let by_email = self.people_by_emails(&emails).await?;
        refuse_shared(named, &by_email)?;
        let mut ids: Vec<_> = named
            .iter()
            .map(|(_, by)| match by {
                PersonBy::Node(By::Id(id)) => Some(*id),
                PersonBy::Node(By::External(key)) => by_record.get(key).copied(),
                PersonBy::Email(email) => match by_email.get(email)?.as_slice() {
                    [id] => Some(*id),
                    _ => None,
                },
            })
            .collect();
        let rows = self.people_led_to(&mut ids).await?;
        let known = rows.keys().copied().collect();
        let found = found_or_refused(named.iter().map(|(path, _)| path.as_slice()), &ids, &known)?;
        // Somebody named twice is one person.
        let unique: BTreeSet<_> = found.iter().copied().collect();
        let rows = unique.iter().filter_map(|id| rows.get(id).cloned());
        Ok((found, rows.collect()))
    }

    /// The people whose ids these are, locked. The id of somebody who was merged into another, be
    /// it a moment ago, becomes the id of that one.
    async fn people_led_to(
        &self,
        ids: &mut [Option<Uuid>],
    ) -> Result<HashMap<Uuid, person::Model>> {
        let wanted: Vec<_> = ids.iter().copied().flatten().collect();
        let mut rows = self.people_locked(&wanted).await?;
        let missing = wanted.into_iter().filter(|id| !rows.contains_key(id));
        let missing: Vec<_> = missing.collect();
        let survivors = self.survivors(&missing).await?;
        if !survivors.is_empty() {
            for id in ids.iter_mut().flatten() {
                *id = survivors.get(id).copied().unwrap_or(*id);
            }
            let led_to: Vec<_> = survivors.into_values().collect();
            rows.extend(self.people_locked(&led_to).await?);
        }
        Ok(rows)
    }

    /// People by id, who stay as they are until the end of the write; locked in one order, so that
    /// two writes cannot block one another.
    async fn people_locked(&self, ids: &[Uuid]) -> Result<HashMap<Uuid, person::Model>> {
        if ids.is_empty() {
            return Ok(HashMap::new());
        }
        let people = self
            .find::<person::Entity>()
            .filter(sql::one_of(
                self.backend(),
                (person::Entity, person::Column::Id),
                ids,
            ))
            .order_by_asc(person::Column::Id)
            .lock(LockType::NoKeyUpdate)
            .all(&self.conn)
            .await?;
        Ok(people.into_iter().map(|row| (row.id, row)).collect())
    }

    /// The id of the one person who is meant, there and locked until the end of the write.
    pub(super) async fn resolve_person(&self, path: &[&str], by: &PersonBy) -> Result<Uuid> {
        let path = path.iter().map(|part| (*part).to_owned()).collect();
        let found = self.resolve_people(&[(path, by)]).await?;
        found.first().copied().ok_or(Error::Unavailable)
    }
}

/// An address that several people share names none of them, which is told apart from an address
/// that nobody has: the caller must choose.
fn refuse_shared(
    named: &[(Vec<String>, &PersonBy)],
    by_email: &HashMap<String, Vec<Uuid>>,
) -> Result<()> {
    let is_shared = |by: &PersonBy| match by {
        PersonBy::Email(email) => by_email.get(email).is_some_and(|ids| ids.len() > 1),
        PersonBy::Node(_) => false,
    };
    let refusals: Vec<_> = named
        .iter()
        .filter(|(_, by)| is_shared(by))
        .map(|(path, _)| {
            let path: Vec<_> = path.iter().map(String::as_str).collect();
            let message = "several people have this e-mail address; name the one you mean by id";
            Refusal::invalid(&path, message)
        })
        .collect();
    if refusals.is_empty() {
        Ok(())
    } else {
        Err(Error::Refused(refusals))
    }
}
