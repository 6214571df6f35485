//! Relationships: mirrored, but for the note. A tie that stands there already, told from either
//! side, is the tie that is meant.

use entity::{enums::NodeKind, relationship::Model};
use uuid::Uuid;

use super::{
    merge,
    names::{Finder, Stop},
    record::RelationshipRecord,
    work::{Task, Work, has, put},
};
use crate::{
    error::RefusalKind,
    rules::{relationship, text},
    store::relationship::RelationshipKind,
};

impl Work {
    pub(super) fn relationship(
        &mut self,
        task: &Task<'_>,
        before: Option<&RelationshipRecord>,
        said: &RelationshipRecord,
    ) -> Result<Uuid, Stop> {
        let mut find = Finder::new(&self.names, task.system);
        let person = said.person.iter().flatten().next();
        let other = said.other.iter().flatten().next();
        let person = needed(
            person.map(|said| find.one(NodeKind::Person, &["person"], said)),
            "person",
            &mut find,
        );
        let other = needed(
            other.map(|said| find.one(NodeKind::Person, &["other"], said)),
            "other",
            &mut find,
        );
        let code = said.kind.clone().flatten();
        let kind = code.as_deref().and_then(|code| {
            let kind = self.kinds.get(code);
            if kind.is_none() {
                let message = "there is no kind with this code; take one from `relationshipKinds`";
                find.check.refuse(RefusalKind::NotFound, &["kind"], message);
            }
            kind.cloned()
        });
        if code.is_none() {
            find.check.invalid(&["kind"], "is missing");
        }
        if person.is_some() && person == other {
            find.check.invalid(
                &["other"],
                "is the same person; a relationship ties two people",
            );
        }
        self.check_days(said, &mut find);
        let note = said.note.as_ref();
        let note = note.map(|note| find.check.text(&["note"], note.as_deref(), text::MAX_BODY));
        find.finish()?;
        let (Some(person), Some(other), Some(kind), Some(code)) = (person, other, kind, code)
        else {
            return Err(Stop::Refused(Vec::new()));
        };
        let (first, second) = kind.rule().stored_order(&code, person, other);
        let until = said.until.flatten();
        let living = (first, second, kind.code.clone());
        let same = self.ties.get(&living).copied().filter(|_| until.is_none());
        let stored = has(&self.relationships, task.node.or(same)).cloned();
        let mut row = stored.unwrap_or_else(|| self.blank_tie(first, second, &kind));
        // Another tie may stand there as this one is now told; then this one is left as it was.
        let is_free = until.is_some() || same.is_none_or(|same| same == row.id);
        if is_free {
            (row.person_id, row.other_id) = (first, second);
            row.kind.clone_from(&kind.code);
            row.until = said.until.unwrap_or(row.until);
            row.ended = row.until.is_some();
        }
        row.since = said.since.unwrap_or(row.since);
        let note_before = before.and_then(|before| before.note.as_ref());
        row.note = merge::local(&row.note, note_before, note.as_ref());
        let id = row.id;
        if !row.ended {
            self.ties.insert(living, id);
        } else if self.ties.get(&living) == Some(&id) {
            self.ties.remove(&living);
        }
        put!(self.relationships, row, Vec::new());
        Ok(id)
    }

    /// A tie that is not there yet.
    pub(super) fn blank_tie(&self, first: Uuid, second: Uuid, kind: &RelationshipKind) -> Model {
        Model {
            tenant_id: self.w.tenant(),
            id: self.w.new_id(),
            person_id: first,
            other_id: second,
            kind: kind.code.clone(),
            since: None,
            until: None,
            ended: false,
            note: None,
            version: 1,
            created_at: self.w.now(),
            updated_at: self.w.now(),
        }
    }

    fn check_days(&self, said: &RelationshipRecord, find: &mut Finder<'_>) {
        let today = self.w.now().date_naive();
        for (field, day) in [("since", said.since), ("until", said.until)] {
            if let Some(day) = day.flatten() {
                find.check
                    .keep(&[field], relationship::check_past_day(day, today));
            }
        }
        let days = said.since.flatten().zip(said.until.flatten());
        if days.is_some_and(|(since, until)| until < since) {
            find.check
                .invalid(&["since"], "lies after the day on which it ended");
        }
    }
}

/// Notes that something is missing of which nothing was said.
pub(super) fn needed<T>(said: Option<Option<T>>, field: &str, find: &mut Finder<'_>) -> Option<T> {
    if said.is_none() {
        find.check.invalid(&[field], "is missing");
    }
    said.flatten()
}
