//! The rows of a call on their way: read, checked by themselves, and what became of each.

use std::collections::HashMap;

use chrono::SubsecRound;
use entity::{enums::NodeKind, sync_deferred};
use serde_json::Value;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{
    call::{SyncCall, Unreadable, check_key, of_row},
    merge,
    record::{SyncKey, SyncRecord, SyncRef},
    report::{SyncReport, SyncResult, SyncStatus},
};
use crate::{
    error::{Error, Refusal, RefusalKind},
    rules::text,
    store::{Writer, check::Check, record::ExternalKey},
};

/// A row on its way.
pub(super) struct Row {
    /// Its place in the call; none if it had waited.
    pub(super) index: Option<usize>,
    pub(super) key: ExternalKey,
    pub(super) aliases: Vec<ExternalKey>,
    /// Its references say their system.
    pub(super) record: SyncRecord,
    pub(super) kind: Option<NodeKind>,
    /// What it says of its node.
    pub(super) payload: Value,
    pub(super) hash: String,
    /// The recruiter who sent it.
    pub(super) sender: Uuid,
    /// What waited under its names.
    pub(super) waiting: Option<sync_deferred::Model>,
    pub(super) result: Option<SyncResult>,
}

/// All rows: first those of the call, then those that had waited for them.
pub(super) struct Batch {
    pub(super) rows: Vec<Row>,
}

impl Batch {
    pub(super) fn new(call: &SyncCall, w: &Writer) -> Self {
        let rows = call.rows.iter().enumerate();
        let sender = w.viewer().recruiter_id;
        let rows = rows.map(|(index, row)| match &row.0 {
            Ok(record) => Row::new(Some(index), record.clone(), &call.system, sender),
            Err(unreadable) => Row::unreadable(index, unreadable, &call.system, sender),
        });
        Self {
            rows: rows.collect(),
        }
    }

    /// Those that still need a verdict.
    pub(super) fn open(&self) -> impl Iterator<Item = &Row> {
        self.rows.iter().filter(|row| row.result.is_none())
    }

    /// How often each name stands in the call.
    pub(super) fn occurrences(&self) -> HashMap<&ExternalKey, usize> {
        let mut count = HashMap::new();
        for row in self.open() {
            for key in std::iter::once(&row.key).chain(&row.aliases) {
                *count.entry(key).or_default() += 1;
            }
        }
        count
    }

    /// What became of the call.
    pub(super) fn report(&self) -> SyncReport {
        let of_call = self.rows.iter().filter(|row| row.index.is_some());
        let results = of_call.filter_map(|row| row.result.clone()).collect();
        let had_waited = self.rows.iter().filter(|row| row.index.is_none());
        let applied = |row: &&Row| {
            let status = row.result.as_ref().map(|result| result.status);
            !matches!(
                status,
                None | Some(SyncStatus::Deferred | SyncStatus::Rejected)
            )
        };
        SyncReport {
            results,
            resumed: had_waited.filter(applied).count(),
            refusals: Vec::new(),
        }
    }
}

impl Row {
    /// Reads a row, and rejects it if it is wrong in itself.
    pub(super) fn new(
        index: Option<usize>,
        mut record: SyncRecord,
        system: &str,
        sender: Uuid,
    ) -> Self {
        let system = record
            .system
            .get_or_insert_with(|| system.to_owned())
            .clone();
        qualify(&mut record, &system);
        record.source_updated_at = record.source_updated_at.map(|at| at.trunc_subsecs(6));
        let key = ExternalKey {
            system: system.clone(),
            record_type: record.record_type.clone(),
            id: record.id.clone(),
        };
        let of_alias = |alias: &SyncKey| ExternalKey {
            system: alias.system.clone().unwrap_or_else(|| system.clone()),
            record_type: alias.record_type.clone(),
            id: alias.id.clone(),
        };
        let mut aliases: Vec<_> = record.aliases.iter().map(of_alias).collect();
        aliases.retain(|alias| *alias != key);
        let (kind, refusals) = examine(&record, &key, &aliases);
        let payload = kind.map_or(Value::Null, |kind| payload_of(&record, kind));
        let hash = hash_of(&record, &payload);
        let mut row = Self {
            index,
            key,
            aliases,
            record,
            kind,
            payload,
            hash,
            sender,
            waiting: None,
            result: None,
        };
        if !refusals.is_empty() {
            row.reject(refusals);
        }
        row
    }

    fn unreadable(index: usize, unreadable: &Unreadable, system: &str, sender: Uuid) -> Self {
        let mut key = unreadable.key.clone();
        if key.system.is_empty() {
            system.clone_into(&mut key.system);
        }
        let mut row = Self {
            index: Some(index),
            key,
            aliases: Vec::new(),
            record: SyncRecord::default(),
            kind: None,
            payload: Value::Null,
            hash: String::new(),
            sender,
            waiting: None,
            result: None,
        };
        let path: Vec<_> = unreadable.path.iter().map(String::as_str).collect();
        row.reject(vec![Refusal::invalid(&path, unreadable.message.clone())]);
        row
    }

    /// Lays what waited under the row's names below what it says now.
    pub(super) fn resume(&mut self, waiting: sync_deferred::Model) {
        if let Some(kind) = self.kind
            && !waiting.is_applied
        {
            let before = waiting.record.get(field_of(kind));
            self.payload = merge::overlay(before, &self.payload);
        }
        self.waiting = Some(waiting);
    }

    pub(super) fn settle(&mut self, status: SyncStatus, node: Option<Uuid>) {
        self.result = Some(SyncResult {
            index: self.index.unwrap_or_default(),
            key: self.key.clone(),
            status,
            kind: self.kind,
            node,
            refusals: Vec::new(),
            waits_for: Vec::new(),
            matched: None,
            suggested: Vec::new(),
        });
    }

    /// Rejects the row. The paths of the refusals begin at the row.
    pub(super) fn reject(&mut self, mut refusals: Vec<Refusal>) {
        let place = [
            "records".to_owned(),
            self.index.unwrap_or_default().to_string(),
        ];
        for refusal in &mut refusals {
            refusal.path.splice(1..1, place.clone());
        }
        self.settle(SyncStatus::Rejected, None);
        if let Some(result) = &mut self.result {
            result.refusals = refusals;
        }
    }

    /// The refusals of its payload, as paths from the row.
    pub(super) fn under_payload(&self, refusals: Vec<Refusal>) -> Vec<Refusal> {
        let field = self.kind.map_or("", field_of);
        match Error::Refused(refusals).under(&[field]) {
            Error::Refused(refusals) => refusals,
            _ => Vec::new(),
        }
    }
}

/// The field of a record that describes nodes of a kind.
pub(super) fn field_of(kind: NodeKind) -> &'static str {
    match kind {
        NodeKind::Person => "person",
        NodeKind::Company => "company",
        NodeKind::Job => "job",
        NodeKind::Application => "application",
        NodeKind::Interaction => "interaction",
        NodeKind::Relationship => "relationship",
        NodeKind::Referral => "referral",
        NodeKind::Recruiter => "recruiter",
        NodeKind::Feedback => "feedback",
        NodeKind::Promise => "promise",
        NodeKind::Settings => "settings",
    }
}

fn examine(
    record: &SyncRecord,
    key: &ExternalKey,
    aliases: &[ExternalKey],
) -> (Option<NodeKind>, Vec<Refusal>) {
    let mut check = Check::default();
    check_key(key, &[], &mut check);
    for (index, alias) in aliases.iter().enumerate() {
        check_key(alias, &["aliases", &index.to_string()], &mut check);
    }
    if let Some(actor) = &record.actor
        && [&actor.id, &actor.record_type, &actor.email]
            .into_iter()
            .flatten()
            .any(|part| part.contains('\0') || part.len() > text::MAX_OTHER)
    {
        check.invalid(&["actor"], "names nobody");
    }
    let payloads = record.payloads();
    let kind = match payloads[..] {
        [only] => Some(only.kind()),
        [] if record.deleted => None,
        _ => {
            check.add(of_row(
                RefusalKind::Invalid,
                "a record needs exactly one of `person`, `company`, `job`, `application`, \
                 `interaction`, `relationship`, `referral`, `feedback` and `recruiter`, or \
                 `deleted: true`",
            ));
            None
        }
    };
    (kind, check.refusals())
}

fn payload_of(record: &SyncRecord, kind: NodeKind) -> Value {
    let whole = serde_json::to_value(record).unwrap_or_default();
    whole.get(field_of(kind)).cloned().unwrap_or_default()
}

fn hash_of(record: &SyncRecord, payload: &Value) -> String {
    let actor = serde_json::to_value(&record.actor).unwrap_or_default();
    let aliases = serde_json::to_value(&record.aliases).unwrap_or_default();
    let said = serde_json::json!([payload, actor, aliases]).to_string();
    super::hex(&Sha256::digest(said))
}

/// Has each reference of the record say its system, so that it means the same beside the words of
/// other systems.
fn qualify(record: &mut SyncRecord, system: &str) {
    for (_, said) in references(record) {
        if said.record_type.is_some() && said.system.is_none() {
            said.system = Some(system.to_owned());
        }
    }
}

/// All that a record refers to.
pub(super) fn references(record: &mut SyncRecord) -> Vec<(NodeKind, &mut SyncRef)> {
    use NodeKind::{Company, Interaction, Job, Person, Recruiter};
    let mut all: Vec<(NodeKind, Option<&mut SyncRef>)> = Vec::new();
    all.push((Recruiter, record.actor.as_mut()));
    if let Some(person) = &mut record.person {
        all.push((Recruiter, told(&mut person.owner)));
        let positions = person.positions.iter_mut().flatten().flatten();
        all.extend(positions.map(|position| (Company, told(&mut position.company))));
    }
    if let Some(company) = &mut record.company {
        all.push((Recruiter, told(&mut company.owner)));
    }
    if let Some(job) = &mut record.job {
        all.push((Company, told(&mut job.company)));
        all.push((Person, told(&mut job.hiring_manager)));
        all.push((Recruiter, told(&mut job.owner)));
    }
    if let Some(application) = &mut record.application {
        all.push((Person, told(&mut application.person)));
        all.push((Job, told(&mut application.job)));
        all.push((Person, told(&mut application.credited_to)));
    }
    if let Some(interaction) = &mut record.interaction {
        let people = interaction.people.iter_mut().flatten().flatten();
        all.extend(people.map(|said| (Person, Some(said))));
        let recruiters = interaction.recruiters.iter_mut().flatten().flatten();
        all.extend(recruiters.map(|said| (Recruiter, Some(said))));
        all.push((Job, told(&mut interaction.job)));
    }
    if let Some(relationship) = &mut record.relationship {
        all.push((Person, told(&mut relationship.person)));
        all.push((Person, told(&mut relationship.other)));
    }
    if let Some(referral) = &mut record.referral {
        all.push((Person, told(&mut referral.referrer)));
        all.push((Person, told(&mut referral.referred)));
        all.push((Job, told(&mut referral.job)));
    }
    if let Some(feedback) = &mut record.feedback {
        all.push((Person, told(&mut feedback.person)));
        all.push((Recruiter, told(&mut feedback.recruiter)));
        all.push((Job, told(&mut feedback.job)));
        all.push((Interaction, told(&mut feedback.interaction)));
    }
    let told = all.into_iter();
    told.filter_map(|(kind, said)| Some((kind, said?)))
        .collect()
}

fn told(said: &mut super::record::Said<SyncRef>) -> Option<&mut SyncRef> {
    said.as_mut()?.as_mut()
}
