//! Rows of tables in memory: as they are stored, and as they will be.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use entity::enums::{ChangeKind, NodeKind};
use sea_orm::ModelTrait;
use uuid::Uuid;

use crate::store::Writer;

/// A table of nodes.
pub(super) trait Node: ModelTrait + Clone + PartialEq {
    const KIND: NodeKind;
    fn id(&self) -> Uuid;
    fn version(&self) -> i32;
    /// Notes a change in the row itself.
    fn changed(&mut self, version: i32, at: DateTime<Utc>);
}

macro_rules! nodes {
    ($($table:ident $kind:ident,)+) => {$(
        impl Node for entity::$table::Model {
            const KIND: NodeKind = NodeKind::$kind;

            fn id(&self) -> Uuid {
                self.id
            }

            fn version(&self) -> i32 {
                self.version
            }

            fn changed(&mut self, version: i32, at: DateTime<Utc>) {
                self.version = version;
                self.updated_at = at;
            }
        }
    )+};
}

nodes! {
    recruiter Recruiter,
    company Company,
    person Person,
    job Job,
    application Application,
    interaction Interaction,
    relationship Relationship,
    referral Referral,
    feedback Feedback,
    promise Promise,
}

/// Rows by id.
#[derive(Debug)]
pub(super) struct Rows<M> {
    stored: HashMap<Uuid, M>,
    now: BTreeMap<Uuid, M>,
}

impl<M> Default for Rows<M> {
    fn default() -> Self {
        Self {
            stored: HashMap::new(),
            now: BTreeMap::new(),
        }
    }
}

impl<M: Node> Rows<M> {
    pub(super) fn read(&mut self, rows: impl IntoIterator<Item = M>) {
        self.stored
            .extend(rows.into_iter().map(|row| (row.id(), row)));
    }

    pub(super) fn get(&self, id: Uuid) -> Option<&M> {
        self.now.get(&id).or_else(|| self.stored.get(&id))
    }

    /// A row as it is stored.
    pub(super) fn before(&self, id: Uuid) -> Option<&M> {
        self.stored.get(&id)
    }

    /// All rows, as they will be.
    pub(super) fn all(&self) -> impl Iterator<Item = &M> {
        let unchanged = self
            .stored
            .iter()
            .filter(|(id, _)| !self.now.contains_key(id));
        unchanged.map(|(_, row)| row).chain(self.now.values())
    }

    /// Puts a row, and notes which of its fields that changes. `also` are fields that stand in
    /// other tables.
    pub(super) fn put(
        &mut self,
        mut row: M,
        also: Vec<String>,
        at: DateTime<Utc>,
        changes: &mut Changes,
    ) {
        let id = row.id();
        let Some(before) = self.get(id) else {
            changes.note(ChangeKind::Created, M::KIND, id, Vec::new());
            self.now.insert(id, row);
            return;
        };
        let mut fields = Writer::changed_fields(before, &row);
        fields.retain(|field| field != "version" && field != "updatedAt");
        fields.extend(also);
        if fields.is_empty() {
            return;
        }
        let version = self.stored.get(&id).map_or(1, |row| row.version() + 1);
        row.changed(version, at);
        changes.note(ChangeKind::Updated, M::KIND, id, fields);
        self.now.insert(id, row);
    }

    /// The rows to store: new ones, and those that differ from what is stored.
    pub(super) fn changed(&self) -> (Vec<M>, Vec<M>) {
        let differs = |row: &&M| self.stored.get(&row.id()) != Some(*row);
        let rows = self.now.values().filter(differs).cloned();
        rows.partition(|row| !self.stored.contains_key(&row.id()))
    }
}

/// Rows that hang on nodes, by node.
#[derive(Debug)]
pub(super) struct Lists<M> {
    stored: HashMap<Uuid, Vec<M>>,
    now: BTreeMap<Uuid, Vec<M>>,
}

impl<M> Default for Lists<M> {
    fn default() -> Self {
        Self {
            stored: HashMap::new(),
            now: BTreeMap::new(),
        }
    }
}

impl<M: Clone + PartialEq> Lists<M> {
    pub(super) fn read(&mut self, lists: HashMap<Uuid, Vec<M>>) {
        self.stored.extend(lists);
    }

    pub(super) fn get(&self, node: Uuid) -> &[M] {
        let list = self.now.get(&node).or_else(|| self.stored.get(&node));
        list.map_or(&[], Vec::as_slice)
    }

    pub(super) fn put(&mut self, node: Uuid, list: Vec<M>) {
        self.now.insert(node, list);
    }

    /// The nodes whose stored rows go, and the rows that come.
    pub(super) fn changed(&self) -> (Vec<Uuid>, Vec<M>) {
        let empty = Vec::new();
        let (mut gone, mut come) = (Vec::new(), Vec::new());
        for (node, list) in &self.now {
            let stored = self.stored.get(node).unwrap_or(&empty);
            if stored != list {
                if !stored.is_empty() {
                    gone.push(*node);
                }
                come.extend(list.iter().cloned());
            }
        }
        (gone, come)
    }
}

impl<M: Clone + PartialEq> Lists<M> {
    /// The ids of rows that go, and the rows that come or differ: for rows that others refer to,
    /// which must not go and come back.
    pub(super) fn changed_by(&self, id: impl Fn(&M) -> Uuid) -> (Vec<Uuid>, Vec<M>) {
        let (mut gone, mut come) = (Vec::new(), Vec::new());
        for (node, list) in &self.now {
            let stored = self.stored.get(node).map_or(&[][..], Vec::as_slice);
            let is_gone = |row: &&M| list.iter().all(|other| id(other) != id(row));
            gone.extend(stored.iter().filter(is_gone).map(&id));
            come.extend(list.iter().filter(|row| !stored.contains(row)).cloned());
        }
        (gone, come)
    }
}

/// What happened to each node: one event each, however many rows of a call changed it.
#[derive(Debug, Default)]
pub(super) struct Changes {
    order: Vec<(NodeKind, Uuid)>,
    of: HashMap<(NodeKind, Uuid), Change>,
}

#[derive(Debug)]
struct Change {
    kind: ChangeKind,
    fields: BTreeSet<String>,
    /// How often it was noted.
    times: usize,
}

impl Changes {
    pub(super) fn note(
        &mut self,
        change: ChangeKind,
        kind: NodeKind,
        id: Uuid,
        fields: Vec<String>,
    ) {
        let noted = self.of.entry((kind, id)).or_insert_with(|| {
            self.order.push((kind, id));
            Change {
                kind: change,
                fields: BTreeSet::new(),
                times: 0,
            }
        });
        noted.times += 1;
        if change == ChangeKind::Removed {
            noted.kind = change;
        }
        noted.fields.extend(fields);
    }

    /// How often something was noted of a node so far.
    pub(super) fn times(&self, kind: NodeKind, id: Uuid) -> usize {
        self.of.get(&(kind, id)).map_or(0, |change| change.times)
    }

    pub(super) fn is_created(&self, kind: NodeKind, id: Uuid) -> bool {
        let change = self.of.get(&(kind, id));
        change.is_some_and(|change| change.kind == ChangeKind::Created)
    }

    pub(super) fn all(&self) -> impl Iterator<Item = (ChangeKind, NodeKind, Uuid, Vec<&str>)> {
        self.order.iter().filter_map(|node| {
            let change = self.of.get(node)?;
            let fields = match change.kind {
                ChangeKind::Updated => change.fields.iter().map(String::as_str).collect(),
                _ => Vec::new(),
            };
            Some((change.kind, node.0, node.1, fields))
        })
    }
}
