//! Takes back that a record was given to a person by what it says: the record gets a person of its
//! own, made from its last words, and the two are kept apart from then on. What came by references
//! to the record, such as its applications and interactions, goes with it; what only names our
//! person stays with them.

use entity::{
    application,
    enums::{ChangeKind, NodeKind},
    external_record, feedback, interaction_person, job, record_match, referral, relationship,
};
use sea_orm::{ColumnTrait, Condition, QueryFilter, QuerySelect, QueryTrait};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::{
    ReadId,
    batch::{Batch, Row, references},
    call::SyncCall,
    matching::LeftOut,
    merge,
    names::{Lead, Stop, key_of},
    record::{PersonRecord, SyncRecord},
    report::SyncStatus,
    work::{Task, Work, rank},
};
use crate::{
    error::{Error, Refusal, RefusalKind, Result},
    store::{OfTenant, Writer, record::ExternalKey},
};

/// What taking a match back led to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Undone {
    /// The record's own person, who is new.
    pub person: Uuid,
    /// Whom the record was taken from.
    pub from: Uuid,
}

/// Fields that a record of a person fills alone, so that they are empty without it.
const ALONE: [&str; 4] = ["givenName", "familyName", "headline", "place"];
/// Lists of a person, which are empty where no record fills them.
const LISTS: [&str; 6] = [
    "emails",
    "phones",
    "links",
    "tags",
    "communities",
    "positions",
];

impl Writer {
    /// Gives a record that was given to a person by what it says a person of its own.
    pub async fn undo_match(&self, id: Uuid, read_id: ReadId) -> Result<Undone> {
        self.one_sync_at_a_time().await?;
        let (matched, link) = self.match_to_undo(id).await?;
        let key = ExternalKey::from(&link);
        let from = matched.person_id;
        let call = SyncCall {
            system: key.system.clone(),
            rows: Vec::new(),
            dry_run: false,
            atomic: false,
            origin: None,
            once: None,
            read_id,
        };
        let mut batch = Batch { rows: Vec::new() };
        let row = self.row_again(&link).ok_or(Error::Unavailable)?;
        batch.rows.push(row);
        for link in self.records_about(from).await? {
            let names_it = |row: &Row| {
                let mut record = row.record.clone();
                let named = references(&mut record);
                let mut keys = named
                    .iter()
                    .filter_map(|(_, said)| key_of(said, &row.key.system));
                keys.any(|named| named == key)
            };
            batch.rows.extend(self.row_again(&link).filter(names_it));
        }
        let left_out = LeftOut {
            records: [key.clone()].into(),
            ..LeftOut::default()
        };
        let mut work = Work::load(self, &call, &mut batch, &left_out).await?;
        let person = work.part(&key, &link, &matched).map_err(refused)?;
        work.follow(&mut batch);
        work.changes.note(
            ChangeKind::Updated,
            NodeKind::Person,
            from,
            vec!["externalRecords".into(), "matches".into()],
        );
        work.store().await?;
        self.upsert(vec![record_match::Model {
            undone_at: Some(self.now()),
            undone_by_id: Some(self.viewer().recruiter_id),
            ..matched
        }])
        .await?;
        self.keep_apart(from, person).await?;
        Ok(Undone { person, from })
    }

    async fn match_to_undo(
        &self,
        id: Uuid,
    ) -> Result<(record_match::Model, external_record::Model)> {
        let row = self.find::<record_match::Entity>();
        let row = row.filter(record_match::Column::Id.eq(id));
        let unknown = || Refusal::not_found(&["match"], "there is no match by this id");
        let matched = row.one(&self.conn).await?.ok_or_else(unknown)?;
        let link = self
            .find::<external_record::Entity>()
            .filter(external_record::Column::System.eq(&matched.system))
            .filter(external_record::Column::RecordType.eq(&matched.record_type))
            .filter(external_record::Column::ExternalId.eq(&matched.external_id));
        let link = link.one(&self.conn).await?;
        let is_theirs = |link: &external_record::Model| {
            matched.undone_at.is_none() && link.person_id == Some(matched.person_id)
        };
        match link.filter(is_theirs) {
            Some(link) if link.payload.is_some() => Ok((matched, link)),
            _ => {
                let message = "it was taken back, or the record has come to another person since";
                Err(Error::refused(RefusalKind::Conflict, &["match"], message))
            }
        }
    }

    /// A record that says once more what it said last.
    fn row_again(&self, link: &external_record::Model) -> Option<Row> {
        let mut whole = link.payload.as_ref()?.as_object()?.clone();
        whole.insert("type".into(), link.record_type.clone().into());
        whole.insert("id".into(), link.external_id.clone().into());
        let record = SyncRecord::deserialize(Value::Object(whole)).ok()?;
        let sender = self.viewer().recruiter_id;
        let mut row = Row::new(None, record, &link.system, sender);
        // It is to be looked at, although it says nothing new.
        row.hash = String::new();
        Some(row)
    }

    /// The records of all that has to do with a person.
    async fn records_about(&self, person: Uuid) -> Result<Vec<external_record::Model>> {
        use external_record::Column as Record;
        let mut links = Vec::new();
        macro_rules! about {
            ($($record:ident: $table:ident $id:ident by $($column:ident)|+;)+) => {$(
                let any = Condition::any()$(.add($table::Column::$column.eq(person)))+;
                links.extend(
                    self.records_of::<$table::Entity>(Record::$record, $table::Column::$id, any)
                        .await?,
                );
            )+};
        }
        about! {
            ApplicationId: application Id by PersonId;
            InteractionId: interaction_person InteractionId by PersonId;
            RelationshipId: relationship Id by PersonId | OtherId;
            ReferralId: referral Id by ReferrerId | ReferredId;
            FeedbackId: feedback Id by PersonId;
            JobId: job Id by HiringManagerId;
        }
        Ok(links)
    }

    async fn records_of<E: OfTenant>(
        &self,
        record: external_record::Column,
        id: E::Column,
        theirs: Condition,
    ) -> Result<Vec<external_record::Model>> {
        let nodes = self.find::<E>().filter(theirs).select_only().column(id);
        let links = self.find::<external_record::Entity>();
        let links = links.filter(record.in_subquery(nodes.into_query()));
        Ok(links.all(&self.conn).await?)
    }
}

impl Work {
    /// Parts a record from its person: that one is left with what others say, and the record's
    /// own, who is told, is made from its words.
    fn part(
        &mut self,
        key: &ExternalKey,
        link: &external_record::Model,
        matched: &record_match::Model,
    ) -> Result<Uuid, Stop> {
        let words = |link: &external_record::Model| link.payload.as_ref()?.get("person").cloned();
        let own = words(link).unwrap_or(Value::Null);
        let mut others = self.others(matched.person_id, &[key]);
        others.sort_by_key(|(at, key, _)| (*at, *key));
        let rest = merge::together(others.iter().map(|(_, _, said)| said));
        let mut all = others;
        all.push((link.source_updated_at, key, own.clone()));
        all.sort_by_key(|(at, key, _)| (*at, *key));
        let before = merge::together(all.iter().map(|(_, _, said)| said));
        let rest = without(rest, matched.before.as_ref(), &before);
        let task = Task {
            system: &key.system,
            key,
            node: Some(matched.person_id),
            actor: self.w.viewer().recruiter_id,
            actor_is_known: false,
            at: self.w.now(),
            is_dated: false,
        };
        let read = |said: &Value| PersonRecord::deserialize(said).unwrap_or_default();
        self.person(&task, Some(&read(&before)), &read(&rest))?;
        let person = self.person(&Task { node: None, ..task }, None, &read(&own))?;
        self.put_link(external_record::Model {
            person_id: Some(person),
            ..link.clone()
        });
        let lead = Lead::Node(NodeKind::Person, person);
        self.names.records.insert(key.clone(), lead);
        Ok(person)
    }

    /// Has what refers to the record follow it to its new person.
    fn follow(&mut self, batch: &mut Batch) {
        let mut order: Vec<usize> = (1..batch.rows.len()).collect();
        order.sort_by_key(|place| (batch.rows[*place].kind.map_or(0, rank), *place));
        for place in order {
            let row = &mut batch.rows[place];
            let stored = self.link(&row.key).cloned();
            self.apply(row);
            let is_rejected = row.result.as_ref();
            let is_rejected =
                is_rejected.is_some_and(|result| result.status == SyncStatus::Rejected);
            if is_rejected {
                // It stays where it is; nothing waits for it.
                self.waiting.remove(&row.key);
            }
            // It said nothing new, so the next time it says the same it is known still.
            if let (Some(stored), Some(now)) = (stored, self.links.get_mut(&row.key)) {
                now.payload.clone_from(&stored.payload);
                now.payload_hash.clone_from(&stored.payload_hash);
            }
        }
        self.follow_applications();
    }
}

/// What is left of a person's words without a record: what others say, or else what was said here
/// before the record came. What only the record said is no longer said.
fn without(rest: Value, here: Option<&Value>, before: &Value) -> Value {
    let mut rest = match rest {
        Value::Object(rest) if !rest.is_empty() => rest,
        _ => here.and_then(Value::as_object).cloned().unwrap_or_default(),
    };
    let said = |rest: &Map<String, Value>, field: &str| {
        !rest.contains_key(field) && before.get(field).is_some()
    };
    for field in ALONE {
        if said(&rest, field) {
            let nothing = match field {
                "place" => json!({ "city": null, "region": null, "country": null }),
                _ => Value::Null,
            };
            rest.insert(field.into(), nothing);
        }
    }
    for field in LISTS {
        if said(&rest, field) {
            rest.insert(field.into(), json!([]));
        }
    }
    Value::Object(rest)
}

/// What keeps a record from having a person of its own.
fn refused(stop: Stop) -> Error {
    match stop {
        Stop::Refused(refusals) => Error::Refused(refusals),
        Stop::Waits(_) => {
            let message =
                "the record names something that is not here any more; send it again first";
            Error::refused(RefusalKind::Conflict, &["match"], message)
        }
    }
}
