//! The recruiters and the people that a call names, and all that is said of them.

use std::collections::{BTreeSet, HashMap};

use entity::{
    enums::{ContactPointKind, NodeKind},
    external_record, person, recruiter,
};
use sea_orm::{
    Condition, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, LockType},
};
use uuid::Uuid;

use super::Named;
use crate::{
    error::Result,
    store::{
        record::ExternalKey,
        sql,
        sync::{
            batch::{Batch, Row},
            names::{Lead, email_key},
            person::{sort_addresses, sort_labels},
            recruiter::subject_of,
            work::Work,
        },
        words,
    },
};

impl Work {
    pub(super) async fn load_recruiters(&mut self, batch: &Batch, named: &Named) -> Result<()> {
        use recruiter::{Column, Entity};
        let mut ids: BTreeSet<_> = self
            .nodes_of(batch, NodeKind::Recruiter)
            .into_iter()
            .collect();
        ids.extend(named.ids_of(NodeKind::Recruiter));
        let ids: Vec<_> = ids.into_iter().collect();
        let of_kind = |row: &&Row| row.kind == Some(NodeKind::Recruiter);
        let subjects = batch.open().filter(of_kind).map(|row| subject_of(&row.key));
        let subjects: Vec<_> = subjects.filter(|subject| !subject.contains('\0')).collect();
        let emails: Vec<_> = named
            .recruiters
            .iter()
            .filter(|email| !email.contains('\0'))
            .cloned()
            .collect();
        if ids.is_empty() && subjects.is_empty() && emails.is_empty() {
            return Ok(());
        }
        let backend = self.w.backend();
        let address = words::small_letters(backend, "recruiter.email");
        let rows = self.w.find::<Entity>().filter(
            Condition::any()
                .add(sql::one_of(backend, (Entity, Column::Id), &ids))
                .add(sql::one_of_texts(
                    backend,
                    Expr::col((Entity, Column::Subject)),
                    &subjects,
                ))
                .add(sql::one_of_texts(backend, address, &emails)),
        );
        let rows = rows.order_by_asc(Column::Id).lock(LockType::NoKeyUpdate);
        for row in rows.all(&self.w.conn).await? {
            self.names.nodes.insert((NodeKind::Recruiter, row.id));
            if let Some(email) = &row.email {
                let same = self.names.recruiters.entry(email_key(email)).or_default();
                same.insert(row.id);
            }
            self.recruiters.read([row]);
        }
        Ok(())
    }

    /// Reads and locks all people whom the call can change or touch, in the order of their ids;
    /// what hangs on them is read of those who are rows themselves.
    pub(super) async fn load_people(&mut self, batch: &Batch, named: &Named) -> Result<()> {
        self.load_addresses(named).await?;
        let mut own: BTreeSet<_> = self.matches.people().collect();
        own.extend(self.nodes_of(batch, NodeKind::Person));
        let own: Vec<_> = own.into_iter().collect();
        let interactions = self.nodes_of(batch, NodeKind::Interaction);
        let applications = self.nodes_of(batch, NodeKind::Application);
        let mut ids: BTreeSet<Uuid> = own.iter().copied().collect();
        let by_id: Vec<_> = named.ids_of(NodeKind::Person).collect();
        self.names.survivors = self.w.survivors(&by_id).await?;
        ids.extend(by_id);
        ids.extend(self.names.survivors.values());
        ids.extend(self.names.people.values().flatten());
        ids.extend(self.names.records.values().filter_map(|lead| match lead {
            Lead::Node(NodeKind::Person, node) => Some(*node),
            _ => None,
        }));
        let with = self.w.participants_in_bulk(&interactions).await?;
        ids.extend(with.values().flat_map(|with| with.people.iter()));
        let rows = self.w.applications_in_bulk(&applications).await?;
        ids.extend(rows.iter().map(|row| row.person_id));
        let promises = self.nodes_of(batch, NodeKind::Promise);
        let rows = self.w.promises(&promises).await?;
        ids.extend(rows.values().map(|row| row.person_id));
        let ids: Vec<_> = ids.into_iter().collect();
        let rows = self
            .w
            .locked::<person::Entity>(person::Column::Id, &ids)
            .await?;
        let nodes = rows.iter().map(|row| (NodeKind::Person, row.id));
        self.names.nodes.extend(nodes);
        self.people.read(rows);
        if own.is_empty() {
            return Ok(());
        }
        let mut addresses = self.w.contact_points(&own).await?;
        for rows in addresses.values_mut() {
            sort_addresses(rows);
        }
        for rows in addresses.values() {
            let emails = rows
                .iter()
                .filter(|row| row.kind == ContactPointKind::Email);
            for row in emails {
                self.names
                    .people
                    .entry(row.key.clone())
                    .or_default()
                    .insert(row.person_id);
            }
        }
        self.addresses.read(addresses);
        let mut labels = self.w.labels(&own).await?;
        for rows in labels.values_mut() {
            sort_labels(rows);
        }
        self.labels.read(labels);
        self.positions.read(self.w.positions(&own).await?);
        Ok(())
    }

    pub(super) async fn load_addresses(&mut self, named: &Named) -> Result<()> {
        let emails: Vec<_> = named.people.iter().cloned().collect();
        for (email, people) in self.w.people_by_emails(&emails).await? {
            let same = self.names.people.entry(email_key(&email)).or_default();
            same.extend(people);
        }
        Ok(())
    }

    /// What other records say of a person, each with when and under which name.
    pub(in crate::store::sync) fn others(
        &self,
        person: Uuid,
        own: &[&ExternalKey],
    ) -> Vec<(
        Option<chrono::DateTime<chrono::Utc>>,
        &ExternalKey,
        serde_json::Value,
    )> {
        let stored = self.stored_of.get_or_init(|| of_people(&self.stored_links));
        let known = [stored.get(&person), self.put_of.get(&person)];
        let keys: BTreeSet<_> = known.into_iter().flatten().flatten().collect();
        let others = keys.into_iter().filter(|key| !own.contains(key));
        others
            .filter_map(|key| {
                let link = self.link(key)?;
                let said = link.payload.as_ref()?.get("person")?;
                let is_theirs = link.person_id == Some(person);
                is_theirs.then(|| (link.source_updated_at, key, said.clone()))
            })
            .collect()
    }
}

/// The names of the records of each person.
fn of_people(
    links: &HashMap<ExternalKey, external_record::Model>,
) -> HashMap<Uuid, BTreeSet<ExternalKey>> {
    let mut of: HashMap<Uuid, BTreeSet<ExternalKey>> = HashMap::new();
    for (key, link) in links {
        if let Some(person) = link.person_id {
            of.entry(person).or_default().insert(key.clone());
        }
    }
    of
}
