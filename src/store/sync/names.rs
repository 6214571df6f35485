//! What every name in a call leads to: records of other systems, addresses and ids of ours. All are
//! read beforehand, and those that rows of the call bring are added as they are applied.

use std::collections::{BTreeSet, HashMap, HashSet};

use entity::enums::NodeKind;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{
    call::{ReadId, check_key},
    record::{Said, SyncRef},
};
use crate::{
    error::{Refusal, RefusalKind},
    rules::contact_point,
    store::{check::Check, record::ExternalKey},
};

/// What a record is known to lead to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lead {
    Node(NodeKind, Uuid),
    /// It was deleted there.
    Gone,
}

/// Something that a record waits for: exactly one of the three.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Awaited {
    /// The kind of node.
    pub kind: NodeKind,
    /// A record of another system.
    pub record: Option<ExternalKey>,
    /// The address of a person or a recruiter.
    pub email: Option<String>,
    /// Somebody of whom no more than a name is told.
    pub name: Option<String>,
}

impl Awaited {
    pub(super) fn record(kind: NodeKind, key: ExternalKey) -> Self {
        Self {
            kind,
            record: Some(key),
            email: None,
            name: None,
        }
    }

    fn email(kind: NodeKind, email: String) -> Self {
        Self {
            kind,
            record: None,
            email: Some(email),
            name: None,
        }
    }

    /// Somebody who is named in words only.
    pub(super) fn name(kind: NodeKind, name: String) -> Self {
        Self {
            kind,
            record: None,
            email: None,
            name: Some(name),
        }
    }

    /// The one form by which what waits for it is found.
    pub(super) fn mark(&self) -> String {
        match (&self.record, &self.email) {
            (Some(key), _) => mark_of_record(key),
            (None, Some(email)) => mark_of_email(email),
            (None, None) => String::new(),
        }
    }
}

pub(super) fn mark_of_record(key: &ExternalKey) -> String {
    hash(&["record", &key.system, &key.record_type, &key.id])
}

pub(super) fn mark_of_email(email: &str) -> String {
    hash(&["email", email])
}

fn hash(parts: &[&str]) -> String {
    let digest = Sha256::digest(serde_json::json!(parts).to_string());
    super::hex(&digest)
}

/// Why a row is not applied.
#[derive(Debug)]
pub(super) enum Stop {
    Refused(Vec<Refusal>),
    Waits(Vec<Awaited>),
}

/// All names that are known in a call.
#[derive(Debug)]
pub(super) struct Names {
    pub(super) records: HashMap<ExternalKey, Lead>,
    /// People by the normal form of each of their addresses.
    pub(super) people: HashMap<String, BTreeSet<Uuid>>,
    /// Recruiters by address.
    pub(super) recruiters: HashMap<String, BTreeSet<Uuid>>,
    /// Nodes that were named by id, and are there.
    pub(super) nodes: HashSet<(NodeKind, Uuid)>,
    /// Who the merged people are by now who were named by id.
    pub(super) survivors: HashMap<Uuid, Uuid>,
    pub(super) read_id: ReadId,
}

/// The form in which an address is compared, whoever's it is.
pub(super) fn email_key(email: &str) -> String {
    let normal = contact_point::email(email).map(|normal| normal.key);
    normal.unwrap_or_else(|_| email.trim().to_lowercase())
}

/// The record that a reference names, if it names one.
pub(super) fn key_of(said: &SyncRef, system: &str) -> Option<ExternalKey> {
    Some(ExternalKey {
        system: said.system.clone().unwrap_or_else(|| system.to_owned()),
        record_type: said.record_type.clone()?,
        id: said.id.clone()?,
    })
}

/// Finds what a row refers to, and gathers all that is wrong or missing.
pub(super) struct Finder<'a> {
    pub(super) names: &'a Names,
    /// The system that a reference means if it names none.
    pub(super) system: &'a str,
    pub(super) check: Check,
    waits: Vec<Awaited>,
}

impl<'a> Finder<'a> {
    pub(super) fn new(names: &'a Names, system: &'a str) -> Self {
        Self {
            names,
            system,
            check: Check::default(),
            waits: Vec::new(),
        }
    }

    /// Notes that the row waits.
    pub(super) fn wait(&mut self, awaited: Awaited) {
        if !self.waits.contains(&awaited) {
            self.waits.push(awaited);
        }
    }

    /// The node that is meant.
    pub(super) fn one(&mut self, kind: NodeKind, path: &[&str], said: &SyncRef) -> Option<Uuid> {
        let by_record = said.record_type.is_some() || said.id.is_some();
        let ways = [by_record, said.email.is_some(), said.node.is_some()];
        if ways.iter().filter(|way| **way).count() != 1 {
            let message = "names nothing, or in several ways: give `type` and `id`, or `email`, or \
                           `node`";
            self.check.invalid(path, message);
            return None;
        }
        if let Some(node) = &said.node {
            return self.by_id(kind, path, node);
        }
        if let Some(email) = &said.email {
            return self.by_email(kind, path, email);
        }
        let Some(key) = key_of(said, self.system) else {
            self.check.invalid(path, "needs both `type` and `id`");
            return None;
        };
        self.by_record(kind, path, key)
    }

    /// The node that is said of an optional field: nothing said, cleared, or the node.
    pub(super) fn said(
        &mut self,
        kind: NodeKind,
        path: &[&str],
        said: &Said<SyncRef>,
    ) -> Option<Option<Uuid>> {
        match said {
            None => None,
            Some(None) => Some(None),
            Some(Some(said)) => self.one(kind, path, said).map(Some),
        }
    }

    /// The nodes of a list.
    pub(super) fn all(&mut self, kind: NodeKind, field: &str, said: &[SyncRef]) -> BTreeSet<Uuid> {
        let each = said.iter().enumerate();
        each.filter_map(|(index, said)| self.one(kind, &[field, &index.to_string()], said))
            .collect()
    }

    fn by_id(&mut self, kind: NodeKind, path: &[&str], node: &str) -> Option<Uuid> {
        let by_now = |id: Uuid| self.names.survivors.get(&id).copied().unwrap_or(id);
        match (self.names.read_id)(node).map(|(named, id)| (named, by_now(id))) {
            Some((named, id)) if named == kind && self.names.nodes.contains(&(kind, id)) => {
                Some(id)
            }
            _ => {
                let message = "there is nothing by this name";
                self.check.refuse(RefusalKind::NotFound, path, message);
                None
            }
        }
    }

    fn by_email(&mut self, kind: NodeKind, path: &[&str], email: &str) -> Option<Uuid> {
        let key = email_key(email);
        let known = match kind {
            NodeKind::Person => self.names.people.get(&key),
            NodeKind::Recruiter => self.names.recruiters.get(&key),
            _ => {
                let message = "has no e-mail address; name it by its record";
                self.check.invalid(path, message);
                return None;
            }
        };
        let known: Vec<_> = known.into_iter().flatten().copied().collect();
        match known[..] {
            [one] => Some(one),
            [] if key.contains('\0') || key.len() > 500 => {
                self.check.invalid(path, "holds no e-mail address");
                None
            }
            [] => {
                self.wait(Awaited::email(kind, key));
                None
            }
            _ => {
                let message = "several have this e-mail address; name the one you mean by its \
                               record";
                self.check.invalid(path, message);
                None
            }
        }
    }

    fn by_record(&mut self, kind: NodeKind, path: &[&str], key: ExternalKey) -> Option<Uuid> {
        match self.names.records.get(&key) {
            Some(Lead::Node(of, node)) if *of == kind => Some(*node),
            Some(Lead::Node(..)) => {
                let message = "is a record of another kind of node";
                self.check.invalid(path, message);
                None
            }
            Some(Lead::Gone) => {
                let message = format!(
                    "the {} {} `{}` was deleted there",
                    key.system, key.record_type, key.id
                );
                self.check.refuse(RefusalKind::NotFound, path, &message);
                None
            }
            None => {
                let mut check = Check::default();
                check_key(&key, path, &mut check);
                let refusals = check.refusals();
                if refusals.is_empty() {
                    self.wait(Awaited::record(kind, key));
                }
                self.check.add(refusals);
                None
            }
        }
    }

    /// Fails if anything is wrong, else if anything is missing.
    pub(super) fn finish(self) -> Result<(), Stop> {
        let refusals = self.check.refusals();
        if !refusals.is_empty() {
            return Err(Stop::Refused(refusals));
        }
        if self.waits.is_empty() {
            Ok(())
        } else {
            Err(Stop::Waits(self.waits))
        }
    }
}
