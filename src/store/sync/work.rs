//! All that a call reads and changes, in memory.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    sync::{Arc, OnceLock},
};

use chrono::{DateTime, Utc};
use entity::{
    application, application_change, company, contact_point,
    enums::{ChangeKind, NodeKind},
    external_record, feedback, interaction, job, label, person, position, promise,
    promise_reschedule, recruiter, referral, referral_status_change, relationship,
    relationship_kind, sync_deferred,
};
use uuid::Uuid;

use super::{
    batch::Row,
    matching::Matches,
    names::{Lead, Names},
    record::SyncRef,
    rows::{Changes, Lists, Node, Rows},
};
use crate::rules::settings::Settings;
use crate::store::{
    Writer, export::OWN_SYSTEM, interaction::participants::Participants, record::ExternalKey,
    relationship::RelationshipKind, settings::SettingsDetails,
};

/// A claim to have referred somebody: the referrer, the referred, the job.
pub(super) type Claim = (Uuid, Uuid, Option<Uuid>);
/// A living tie as it is stored: the first, the second, the code.
pub(super) type Tie = (Uuid, Uuid, String);

/// All that a call reads and changes.
pub(super) struct Work {
    pub(super) w: Writer,
    pub(super) names: Names,
    pub(super) changes: Changes,
    pub(super) recruiters: Rows<recruiter::Model>,
    pub(super) companies: Rows<company::Model>,
    pub(super) people: Rows<person::Model>,
    pub(super) jobs: Rows<job::Model>,
    pub(super) applications: Rows<application::Model>,
    pub(super) interactions: Rows<interaction::Model>,
    pub(super) relationships: Rows<relationship::Model>,
    pub(super) referrals: Rows<referral::Model>,
    pub(super) feedback: Rows<feedback::Model>,
    pub(super) promises: Rows<promise::Model>,
    pub(super) reschedules: Lists<promise_reschedule::Model>,
    pub(super) addresses: Lists<contact_point::Model>,
    pub(super) labels: Lists<label::Model>,
    pub(super) positions: Lists<position::Model>,
    pub(super) steps: Lists<application_change::Model>,
    pub(super) statuses: Lists<referral_status_change::Model>,
    pub(super) participants: HashMap<Uuid, Participants>,
    /// Referrals of which it is said when their loop was closed. A status that follows from an
    /// application opens it, though it may be older than that.
    pub(super) loops: BTreeMap<Uuid, DateTime<Utc>>,
    /// Interactions whose participants are to be written again, with those who are stored.
    pub(super) gathered: BTreeMap<Uuid, Participants>,
    pub(super) claims: HashMap<Claim, Uuid>,
    pub(super) ties: HashMap<Tie, Uuid>,
    pub(super) kinds: HashMap<String, RelationshipKind>,
    pub(super) new_kinds: Vec<relationship_kind::Model>,
    /// The tenant's settings, where something is said of them; and what.
    pub(super) known_settings: Option<Arc<Settings>>,
    pub(super) settings: Option<SettingsDetails>,
    /// People whose search text is to be written again.
    pub(super) searched: BTreeSet<Uuid>,
    /// People to derive anew.
    pub(super) touched: BTreeSet<Uuid>,
    /// The records, as they will be.
    pub(super) links: BTreeMap<ExternalKey, external_record::Model>,
    /// Nodes of this tenant that are called by our own ids: names that need not be stored.
    pub(super) own: HashSet<ExternalKey>,
    /// The records, as they are stored.
    pub(super) stored_links: HashMap<ExternalKey, external_record::Model>,
    /// Names of this call that no record has yet.
    pub(super) unlinked: HashSet<ExternalKey>,
    /// The stored records of each person, found when first asked for.
    pub(super) stored_of: OnceLock<HashMap<Uuid, BTreeSet<ExternalKey>>>,
    /// The records of each person among those that will be.
    pub(super) put_of: HashMap<Uuid, BTreeSet<ExternalKey>>,
    /// Records that said nothing new, with when they said so.
    pub(super) seen_again: Vec<external_record::Model>,
    /// Nodes that lost a record, and may have to go with it.
    pub(super) left: Vec<(NodeKind, Uuid)>,
    /// What waits from now on, and what does so no longer.
    pub(super) waiting: BTreeMap<ExternalKey, Option<sync_deferred::Model>>,
    /// The marks of waiting records that are too many for this transaction.
    pub(super) ready: Vec<String>,
    /// The listings under way, by system and type.
    pub(super) snapshots: HashMap<(String, String), Uuid>,
    /// Whose records those are that name nobody we know.
    pub(super) matches: Matches,
}

/// What a row is applied with.
#[derive(Clone, Copy)]
pub(super) struct Task<'a> {
    pub(super) system: &'a str,
    pub(super) key: &'a ExternalKey,
    /// The node that the record names, if it names one.
    pub(super) node: Option<Uuid>,
    /// Who did it; the sender if the other system does not say, or names somebody unknown.
    pub(super) actor: Uuid,
    /// The other system says who did it.
    pub(super) actor_is_known: bool,
    /// Whose token brought the record.
    pub(super) sender: Uuid,
    /// When it was changed there, or is told to us.
    pub(super) at: DateTime<Utc>,
    /// The other system says when it was changed.
    pub(super) is_dated: bool,
}

/// Stores a row among those of its kind, and notes what that changes.
macro_rules! put {
    ($work:ident.$rows:ident, $row:expr, $also:expr) => {
        $work
            .$rows
            .put($row, $also, $work.w.now(), &mut $work.changes)
    };
}
pub(super) use put;

impl Work {
    pub(super) fn empty(w: &Writer, names: Names) -> Self {
        Self {
            w: w.clone(),
            names,
            changes: Changes::default(),
            recruiters: Rows::default(),
            companies: Rows::default(),
            people: Rows::default(),
            jobs: Rows::default(),
            applications: Rows::default(),
            interactions: Rows::default(),
            relationships: Rows::default(),
            referrals: Rows::default(),
            feedback: Rows::default(),
            promises: Rows::default(),
            reschedules: Lists::default(),
            addresses: Lists::default(),
            labels: Lists::default(),
            positions: Lists::default(),
            steps: Lists::default(),
            statuses: Lists::default(),
            participants: HashMap::new(),
            loops: BTreeMap::new(),
            gathered: BTreeMap::new(),
            claims: HashMap::new(),
            ties: HashMap::new(),
            kinds: HashMap::new(),
            new_kinds: Vec::new(),
            known_settings: None,
            settings: None,
            searched: BTreeSet::new(),
            touched: BTreeSet::new(),
            links: BTreeMap::new(),
            own: HashSet::new(),
            stored_links: HashMap::new(),
            unlinked: HashSet::new(),
            stored_of: OnceLock::new(),
            put_of: HashMap::new(),
            seen_again: Vec::new(),
            left: Vec::new(),
            waiting: BTreeMap::new(),
            ready: Vec::new(),
            snapshots: HashMap::new(),
            matches: Matches::default(),
        }
    }

    /// A record as it is by now.
    pub(super) fn link(&self, key: &ExternalKey) -> Option<&external_record::Model> {
        self.links.get(key).or_else(|| self.stored_links.get(key))
    }

    /// The recruiter a reference leads to, if it leads to one; nothing is asked of the caller.
    pub(super) fn quietly(&self, kind: NodeKind, said: &SyncRef, system: &str) -> Option<Uuid> {
        super::names::Finder::new(&self.names, system).one(kind, &[], said)
    }

    /// The node that the other system said last time of a field.
    pub(super) fn quietly_said(
        &self,
        kind: NodeKind,
        said: Option<&super::record::Said<SyncRef>>,
        system: &str,
    ) -> Option<Option<Uuid>> {
        let said = said?.as_ref()?;
        Some(
            said.as_ref()
                .and_then(|said| self.quietly(kind, said, system)),
        )
    }

    /// Attaches the row's names to the node it was applied to, with what it said.
    pub(super) fn attach(
        &mut self,
        row: &Row,
        kind: NodeKind,
        node: Uuid,
        payload: &serde_json::Value,
    ) {
        let field = super::batch::field_of(kind);
        let payload = serde_json::json!({ field: payload });
        let known = self.link(&row.key).cloned();
        let is_new = known.is_none();
        let mut link = known.unwrap_or_else(|| self.w.record_row(kind, node, &row.key));
        link.source_updated_at = link.source_updated_at.max(row.record.source_updated_at);
        // What another tenant of ours said is no source's word to be held against later ones.
        let is_ours = row.key.system == OWN_SYSTEM;
        link.payload = (!is_ours).then_some(payload);
        link.payload_hash = Some(row.hash.clone());
        let mut is_named_anew = is_new;
        self.put_link(link);
        for alias in &row.aliases {
            let (alias_link, is_new) = match self.link(alias) {
                // Nothing brings back what was deleted, nor does a name change hands.
                Some(known) if known.deleted_at.is_some() => continue,
                Some(_) if is_ours => continue,
                Some(known) => (known.clone(), false),
                None => (self.w.record_row(kind, node, alias), true),
            };
            is_named_anew |= is_new;
            // What was said under an older name is said under this one now.
            self.put_link(external_record::Model {
                payload: None,
                payload_hash: None,
                source_updated_at: alias_link
                    .source_updated_at
                    .max(row.record.source_updated_at),
                ..alias_link
            });
        }
        if is_named_anew && !self.changes.is_created(kind, node) {
            let fields = vec!["externalRecords".to_owned()];
            self.changes.note(ChangeKind::Updated, kind, node, fields);
        }
        let keys: Vec<_> = std::iter::once(&row.key)
            .chain(&row.aliases)
            .cloned()
            .collect();
        for key in keys {
            let lead = match self.link(&key) {
                Some(link) if link.deleted_at.is_some() => Lead::Gone,
                _ => Lead::Node(kind, node),
            };
            self.names.records.insert(key, lead);
        }
    }

    /// Stores a record, seen in the listing under way if there is one.
    pub(super) fn put_link(&mut self, mut link: external_record::Model) {
        let listing = (link.system.clone(), link.record_type.clone());
        if let Some(snapshot) = self.snapshots.get(&listing) {
            link.seen_in_id = Some(*snapshot);
        }
        let key = ExternalKey::from(&link);
        if let Some(person) = link.person_id {
            self.put_of.entry(person).or_default().insert(key.clone());
        }
        self.links.insert(key, link);
    }

    /// Notes that a record was seen although it brought nothing new.
    pub(super) fn seen(&mut self, row: &Row) {
        let Some(link) = self.link(&row.key) else {
            return;
        };
        let mut link = link.clone();
        if link.deleted_at.is_none() {
            link.source_updated_at = link.source_updated_at.max(row.record.source_updated_at);
        }
        self.put_link(link);
    }
}

/// The node of a record with its kind.
pub(super) fn node_of(link: &external_record::Model) -> Option<(NodeKind, Uuid)> {
    use sea_orm::Iterable;
    NodeKind::iter().find_map(|kind| Some((kind, crate::store::record::node_of(link, kind)?)))
}

/// The kinds in the order in which they refer to one another: each only to those before it.
pub(super) fn rank(kind: NodeKind) -> usize {
    match kind {
        NodeKind::Recruiter | NodeKind::Settings => 0,
        NodeKind::Company => 1,
        NodeKind::Person => 2,
        NodeKind::Job => 3,
        NodeKind::Application => 4,
        NodeKind::Interaction => 5,
        NodeKind::Relationship => 6,
        NodeKind::Referral => 7,
        NodeKind::Feedback | NodeKind::Promise => 8,
    }
}

/// Whether a node of the kind is a row that is there.
pub(super) fn has<M: Node>(rows: &Rows<M>, id: Option<Uuid>) -> Option<&M> {
    id.and_then(|id| rows.get(id))
}
