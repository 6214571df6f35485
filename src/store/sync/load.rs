//! Reads all that a call's rows name, table by table: how many statements that takes depends on
//! the kinds in the call, not on the rows.

use std::collections::{BTreeSet, HashMap, HashSet};

use entity::{
    application, company,
    enums::{ContactPointKind, NodeKind},
    external_record, feedback, interaction, interaction_person, interaction_recruiter, job, person,
    recruiter, referral, relationship, sync_snapshot,
};
use sea_orm::{
    ColumnTrait, Condition, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, LockType},
};
use uuid::Uuid;

use super::{
    batch::{Batch, references},
    call::SyncCall,
    matching::LeftOut,
    names::{Lead, Names, email_key, key_of},
    person::{sort_addresses, sort_labels},
    record::SyncRecord,
    recruiter::subject_of,
    report::SyncStatus,
    work::{Work, node_of},
};
use crate::{
    error::{Error, Result},
    store::{
        OfTenant, Writer, interaction::participants::Participants, record::ExternalKey, sql, words,
    },
};

const COLUMNS: &str =
    "external_record.system, external_record.record_type, external_record.external_id";

/// What the rows of a call name, by how it is named.
#[derive(Default)]
struct Named {
    keys: HashSet<ExternalKey>,
    people: BTreeSet<String>,
    recruiters: BTreeSet<String>,
    ids: HashMap<NodeKind, BTreeSet<Uuid>>,
}

impl Work {
    pub(super) async fn load(
        w: &Writer,
        call: &SyncCall,
        batch: &mut Batch,
        left_out: &LeftOut,
    ) -> Result<Self> {
        let names = Names {
            records: HashMap::new(),
            people: HashMap::new(),
            recruiters: HashMap::new(),
            nodes: HashSet::new(),
            survivors: HashMap::new(),
            read_id: call.read_id,
        };
        let mut work = Self::empty(w, names);
        work.load_snapshots(batch).await?;
        let own: HashSet<_> = keys_of(batch).cloned().collect();
        work.load_links(&own).await?;
        work.settle_unchanged(batch);
        work.load_waiting(batch).await?;
        let own: HashSet<_> = keys_of(batch).cloned().collect();
        work.load_links(&own).await?;
        work.load_siblings(batch).await?;
        work.load_matches(batch, left_out).await?;
        let wanted = work.wanted(batch);
        work.load_links(&wanted.keys).await?;
        work.load_recruiters(batch, &wanted).await?;
        work.load_people(batch, &wanted).await?;
        work.load_rest(batch, &wanted).await?;
        Ok(work)
    }

    /// Rows that say what they said last time need nothing more to be read.
    fn settle_unchanged(&mut self, batch: &mut Batch) {
        let places: Vec<_> = {
            let count = batch.occurrences();
            let rows = batch.rows.iter().enumerate();
            let same = rows.filter(|(_, row)| {
                let link = self.stored_links.get(&row.key);
                let names = std::iter::once(&row.key).chain(&row.aliases);
                row.result.is_none()
                    && !row.record.deleted
                    && names.clone().all(|key| count.get(key) == Some(&1))
                    && names.clone().all(|key| self.stored_links.contains_key(key))
                    && link.is_some_and(|link| {
                        let is_older = row
                            .record
                            .source_updated_at
                            .zip(link.source_updated_at)
                            .is_some_and(|(said, known)| said < known);
                        link.deleted_at.is_none()
                            && !is_older
                            && link.payload_hash.as_ref() == Some(&row.hash)
                            && node_of(link).is_some_and(|(kind, _)| Some(kind) == row.kind)
                    })
            });
            same.map(|(place, _)| place).collect()
        };
        for place in places {
            let row = &mut batch.rows[place];
            let node = self.stored_links.get(&row.key).and_then(node_of);
            row.settle(SyncStatus::Unchanged, node.map(|(_, node)| node));
            self.seen(&batch.rows[place]);
        }
    }

    async fn load_snapshots(&mut self, batch: &Batch) -> Result<()> {
        use sync_snapshot::{Column, Entity};
        let mut systems: Vec<_> = batch.open().map(|row| row.key.system.clone()).collect();
        systems.sort_unstable();
        systems.dedup();
        let rows = self
            .w
            .find::<Entity>()
            .filter(Column::ClosedAt.is_null())
            .filter(sql::one_of_texts(
                self.w.backend(),
                Expr::col(Column::System),
                &systems,
            ));
        for row in rows.all(&self.w.conn).await? {
            self.snapshots.insert((row.system, row.record_type), row.id);
        }
        Ok(())
    }

    /// Reads the records of these names that were not read yet.
    async fn load_links(&mut self, keys: &HashSet<ExternalKey>) -> Result<()> {
        let keys: Vec<_> = keys
            .iter()
            .filter(|key| !self.stored_links.contains_key(*key))
            .map(|key| {
                (
                    key.system.as_str(),
                    key.record_type.as_str(),
                    key.id.as_str(),
                )
            })
            // Nothing that is kept has a NUL in it, and PostgreSQL would not even look for one.
            .filter(|key| ![key.0, key.1, key.2].iter().any(|part| part.contains('\0')))
            .collect();
        if keys.is_empty() {
            return Ok(());
        }
        let rows = self
            .w
            .find::<external_record::Entity>()
            .filter(sql::one_of_records(self.w.backend(), COLUMNS, &keys));
        let rows = rows.all(&self.w.conn).await?;
        self.keep_links(rows);
        Ok(())
    }

    pub(super) fn keep_links(&mut self, rows: Vec<external_record::Model>) {
        for row in rows {
            let key = ExternalKey::from(&row);
            let lead = match node_of(&row) {
                Some((kind, node)) => Some(Lead::Node(kind, node)),
                None => row.deleted_at.map(|_| Lead::Gone),
            };
            if let Some(lead) = lead {
                self.names.records.insert(key.clone(), lead);
            }
            self.stored_links.insert(key, row);
        }
    }

    /// The other records of the people whom the rows name: what all of them say counts.
    async fn load_siblings(&mut self, batch: &Batch) -> Result<()> {
        use external_record::Column;
        let people = self.nodes_of(batch, NodeKind::Person);
        if people.is_empty() {
            return Ok(());
        }
        let rows = self.w.find::<external_record::Entity>().filter(sql::one_of(
            self.w.backend(),
            Column::PersonId,
            &people,
        ));
        let rows = rows.all(&self.w.conn).await?;
        self.keep_links(rows);
        Ok(())
    }

    /// The nodes of a kind that the open rows are records of.
    fn nodes_of(&self, batch: &Batch, kind: NodeKind) -> Vec<Uuid> {
        let keys = batch
            .open()
            .flat_map(|row| std::iter::once(&row.key).chain(&row.aliases));
        let nodes: BTreeSet<_> = keys
            .filter_map(|key| node_of(self.stored_links.get(key)?))
            .filter(|(of, _)| *of == kind)
            .map(|(_, node)| node)
            .collect();
        nodes.into_iter().collect()
    }

    /// All that the open rows refer to, and what their nodes' records referred to before.
    fn wanted(&self, batch: &Batch) -> Named {
        let mut named = Named::default();
        for row in batch.open() {
            named.note(&mut row.record.clone(), &row.key.system, self.names.read_id);
            if let Some(kind) = row.kind {
                let waited = serde_json::json!({
                    "type": "", "id": "", super::batch::field_of(kind): row.payload,
                });
                named.note_said(&waited, &row.key.system, self.names.read_id);
            }
            if let Some(recruiter) = &row.record.recruiter {
                let email = recruiter.email.iter().flatten();
                named.recruiters.extend(email.map(|email| email_key(email)));
            }
        }
        for link in self.stored_links.values() {
            if let Some(serde_json::Value::Object(payload)) = &link.payload {
                let mut whole = payload.clone();
                whole.insert("type".into(), "".into());
                whole.insert("id".into(), "".into());
                named.note_said(&whole.into(), &link.system, self.names.read_id);
            }
        }
        named
    }

    async fn load_recruiters(&mut self, batch: &Batch, named: &Named) -> Result<()> {
        use recruiter::{Column, Entity};
        let mut ids: BTreeSet<_> = self
            .nodes_of(batch, NodeKind::Recruiter)
            .into_iter()
            .collect();
        ids.extend(named.ids_of(NodeKind::Recruiter));
        let ids: Vec<_> = ids.into_iter().collect();
        let of_kind = |row: &&super::batch::Row| row.kind == Some(NodeKind::Recruiter);
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
    async fn load_people(&mut self, batch: &Batch, named: &Named) -> Result<()> {
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

    async fn load_addresses(&mut self, named: &Named) -> Result<()> {
        let emails: Vec<_> = named.people.iter().cloned().collect();
        for (email, people) in self.w.people_by_emails(&emails).await? {
            let same = self.names.people.entry(email_key(&email)).or_default();
            same.extend(people);
        }
        Ok(())
    }

    /// Reads and locks everything else, after the people, as every write does.
    async fn load_rest(&mut self, batch: &Batch, named: &Named) -> Result<()> {
        macro_rules! nodes {
            ($rows:ident $table:ident $kind:ident) => {{
                let mut ids: BTreeSet<_> =
                    self.nodes_of(batch, NodeKind::$kind).into_iter().collect();
                ids.extend(named.ids_of(NodeKind::$kind));
                let ids: Vec<_> = ids.into_iter().collect();
                let rows = self
                    .w
                    .locked::<$table::Entity>($table::Column::Id, &ids)
                    .await?;
                let nodes = rows.iter().map(|row| (NodeKind::$kind, row.id));
                self.names.nodes.extend(nodes);
                self.$rows.read(rows);
                ids
            }};
        }
        nodes!(companies company Company);
        nodes!(jobs job Job);
        let applications = nodes!(applications application Application);
        let interactions = nodes!(interactions interaction Interaction);
        nodes!(relationships relationship Relationship);
        nodes!(referrals referral Referral);
        nodes!(feedback feedback Feedback);
        let with = self.w.participants_in_bulk(&interactions).await?;
        let mut people = with.values().flat_map(|with| with.people.iter());
        if people.any(|person| self.people.get(*person).is_none()) {
            // Somebody joined between the two looks, and is not locked.
            return Err(Error::Retry);
        }
        self.participants = with;
        self.load_claims(batch, applications).await?;
        self.load_ties(batch).await
    }

    /// Referrals of the people who were referred or apply in this call, with all applications of
    /// those people: which referral led to which application follows from both.
    async fn load_claims(&mut self, batch: &Batch, applications: Vec<Uuid>) -> Result<()> {
        let concerns = |kind: Option<NodeKind>| {
            matches!(kind, Some(NodeKind::Application | NodeKind::Referral))
        };
        if !batch.open().any(|row| concerns(row.kind)) {
            return Ok(());
        }
        let backend = self.w.backend();
        let mut people: BTreeSet<Uuid> = self.people_of(batch, concerns);
        people.extend(
            applications
                .iter()
                .filter_map(|id| Some(self.applications.get(*id)?.person_id)),
        );
        people.extend(self.referrals.all().map(|row| row.referred_id));
        let people: Vec<_> = people.into_iter().collect();
        let column = (referral::Entity, referral::Column::ReferredId);
        let rows = self
            .w
            .find::<referral::Entity>()
            .filter(sql::one_of(backend, column, &people))
            .order_by_asc(referral::Column::Id)
            .lock(LockType::NoKeyUpdate);
        self.referrals.read(rows.all(&self.w.conn).await?);
        for row in self.referrals.all() {
            let claim = (row.referrer_id, row.referred_id, row.job_id);
            self.claims.insert(claim, row.id);
        }
        let column = (application::Entity, application::Column::PersonId);
        let rows = self
            .w
            .find::<application::Entity>()
            .filter(sql::one_of(backend, column, &people))
            .order_by_asc(application::Column::Id)
            .lock(LockType::NoKeyUpdate);
        self.applications.read(rows.all(&self.w.conn).await?);
        let applications: Vec<_> = self.applications.all().map(|row| row.id).collect();
        self.steps
            .read(self.w.application_changes(&applications).await?);
        let referrals: Vec<_> = self.referrals.all().map(|row| row.id).collect();
        self.statuses
            .read(self.w.referral_status_changes(&referrals).await?);
        Ok(())
    }

    /// The living ties among the people of the call, and the kinds that ties can be of.
    async fn load_ties(&mut self, batch: &Batch) -> Result<()> {
        use relationship::{Column, Entity};
        let concerns = |kind: Option<NodeKind>| {
            matches!(kind, Some(NodeKind::Relationship | NodeKind::Referral))
        };
        if !batch.open().any(|row| concerns(row.kind)) {
            return Ok(());
        }
        let backend = self.w.backend();
        let people: Vec<_> = self.people_of(batch, concerns).into_iter().collect();
        let rows = self
            .w
            .find::<Entity>()
            .filter(sql::one_of(backend, (Entity, Column::PersonId), &people))
            .filter(sql::one_of(backend, (Entity, Column::OtherId), &people))
            .filter(Column::Ended.eq(false))
            .order_by_asc(Column::Id)
            .lock(LockType::NoKeyUpdate);
        self.relationships.read(rows.all(&self.w.conn).await?);
        for row in self.relationships.all().filter(|row| !row.ended) {
            let tie = (row.person_id, row.other_id, row.kind.clone());
            self.ties.insert(tie, row.id);
        }
        for kind in self.w.relationship_kinds().await? {
            self.kinds.insert(kind.inverse_code.clone(), kind.clone());
            self.kinds.insert(kind.code.clone(), kind);
        }
        Ok(())
    }

    /// The people who are there already and whom rows of these kinds refer to.
    fn people_of(
        &self,
        batch: &Batch,
        concerns: impl Fn(Option<NodeKind>) -> bool,
    ) -> BTreeSet<Uuid> {
        let mut people = BTreeSet::new();
        for row in batch.open().filter(|row| concerns(row.kind)) {
            for (kind, said) in references(&mut row.record.clone()) {
                if kind == NodeKind::Person {
                    people.extend(self.quietly(kind, said, &row.key.system));
                }
            }
        }
        people
    }

    /// What other records say of a person, each with when and under which name.
    pub(super) fn others(
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

fn keys_of(batch: &Batch) -> impl Iterator<Item = &ExternalKey> {
    batch
        .open()
        .flat_map(|row| std::iter::once(&row.key).chain(&row.aliases))
}

impl Named {
    fn ids_of(&self, kind: NodeKind) -> impl Iterator<Item = Uuid> + '_ {
        self.ids.get(&kind).into_iter().flatten().copied()
    }

    fn note_said(&mut self, whole: &serde_json::Value, system: &str, read_id: super::ReadId) {
        use serde::Deserialize;
        if let Ok(mut record) = SyncRecord::deserialize(whole) {
            self.note(&mut record, system, read_id);
        }
    }

    fn note(&mut self, record: &mut SyncRecord, system: &str, read_id: super::ReadId) {
        for (kind, said) in references(record) {
            self.keys.extend(key_of(said, system));
            if let Some(email) = &said.email {
                match kind {
                    NodeKind::Recruiter => self.recruiters.insert(email_key(email)),
                    _ => self.people.insert(email.clone()),
                };
            }
            if let Some((kind, id)) = said.node.as_deref().and_then(read_id) {
                self.ids.entry(kind).or_default().insert(id);
            }
        }
    }
}

impl Writer {
    /// Rows that stay as they are until the end of the write, locked in the order of their ids.
    async fn locked<E: OfTenant>(&self, id: E::Column, ids: &[Uuid]) -> Result<Vec<E::Model>> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let rows = self
            .find::<E>()
            .filter(sql::one_of(self.backend(), (E::default(), id), ids))
            .order_by_asc(id)
            .lock(LockType::NoKeyUpdate);
        Ok(rows.all(&self.conn).await?)
    }

    async fn applications_in_bulk(&self, ids: &[Uuid]) -> Result<Vec<application::Model>> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        Ok(self.applications(ids).await?.into_values().collect())
    }

    /// Who took part in each interaction, private ones too.
    async fn participants_in_bulk(&self, ids: &[Uuid]) -> Result<HashMap<Uuid, Participants>> {
        let mut with: HashMap<Uuid, Participants> = HashMap::new();
        if ids.is_empty() {
            return Ok(with);
        }
        let column = interaction_person::Column::InteractionId;
        let people = self
            .find::<interaction_person::Entity>()
            .filter(sql::one_of(self.backend(), column, ids));
        for row in people.all(&self.conn).await? {
            with.entry(row.interaction_id)
                .or_default()
                .people
                .insert(row.person_id);
        }
        let column = interaction_recruiter::Column::InteractionId;
        let recruiters = self
            .find::<interaction_recruiter::Entity>()
            .filter(sql::one_of(self.backend(), column, ids));
        for row in recruiters.all(&self.conn).await? {
            with.entry(row.interaction_id)
                .or_default()
                .recruiters
                .insert(row.recruiter_id);
        }
        Ok(with)
    }
}
