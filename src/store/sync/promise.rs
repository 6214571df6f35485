//! Promises: what was said is the source's; when it falls due and what became of it is decided here
//! once somebody here has said so.

use chrono::{DateTime, SubsecRound, Utc};
use entity::{
    enums::{NodeKind, PromiseKind, PromiseState},
    promise::Model,
    promise_reschedule::Model as Reschedule,
};
use uuid::Uuid;

use super::{
    names::{Finder, Stop},
    record::{PromiseRecord, Said},
    relationship::needed,
    work::{Task, Work, has, put},
};
use crate::{
    error::RefusalKind,
    rules::{interaction::check_past, promise},
    store::promise::write::{check_due, check_said},
};

impl Work {
    pub(super) fn promise(
        &mut self,
        task: &Task<'_>,
        before: Option<&PromiseRecord>,
        said: &PromiseRecord,
    ) -> Result<Uuid, Stop> {
        let stored = has(&self.promises, task.node).cloned();
        let mut find = Finder::new(&self.names, task.system);
        let person = said.person.iter().flatten().next();
        let person = person.map(|said| find.one(NodeKind::Person, &["person"], said));
        let person = match &stored {
            Some(stored) if person.is_none() => Some(stored.person_id),
            _ => needed(person, "person", &mut find),
        };
        let mut row = stored
            .clone()
            .unwrap_or_else(|| self.blank_promise(task, said));
        let recruiter = find.said(NodeKind::Recruiter, &["recruiter"], &said.recruiter);
        let job = find.said(NodeKind::Job, &["job"], &said.job);
        let application = find.said(NodeKind::Application, &["application"], &said.application);
        let made_in = find.said(NodeKind::Interaction, &["madeIn"], &said.made_in);
        let kept_by = find.said(NodeKind::Interaction, &["keptBy"], &said.kept_by);
        if stored.is_none() {
            needed(said.kind.flatten().map(Some), "kind", &mut find);
            needed(said.due_at.flatten().map(Some), "dueAt", &mut find);
        }
        self.promise_as_said(&mut row, before, said, &mut find);
        find.finish()?;
        let Some(person) = person else {
            return Err(Stop::Refused(Vec::new()));
        };
        self.touched.insert(person);
        self.touched
            .extend(stored.as_ref().map(|stored| stored.person_id));
        row.person_id = person;
        row.recruiter_id = recruiter.flatten().unwrap_or(row.recruiter_id);
        row.job_id = job.unwrap_or(row.job_id);
        row.application_id = application.unwrap_or(row.application_id);
        row.made_in_id = made_in.unwrap_or(row.made_in_id);
        if row.state != PromiseState::Open {
            row.kept_by_id = kept_by.unwrap_or(row.kept_by_id);
        }
        let fields = self.reschedule(&row, task, said);
        let id = row.id;
        put!(self.promises, row, fields);
        Ok(id)
    }

    fn promise_as_said(
        &self,
        row: &mut Model,
        before: Option<&PromiseRecord>,
        said: &PromiseRecord,
        find: &mut Finder<'_>,
    ) {
        let check = &mut find.check;
        let now = self.w.now();
        row.kind = said.kind.flatten().unwrap_or(row.kind);
        if let Some(words) = &said.words {
            row.words = check.text(&["words"], words.as_deref(), promise::MAX_WORDS);
        }
        check_said(row.kind, row.words.as_deref(), check);
        row.made_at = time(said.made_at).unwrap_or(row.made_at);
        let due_before = before.and_then(|before| time(before.due_at));
        if let Some(due_at) = time(said.due_at)
            && due_before.is_none_or(|before| before == row.due_at)
        {
            row.due_at = due_at;
        }
        check_due(row.due_at, row.made_at, check);
        let state_before = before.and_then(|before| before.state.flatten());
        let state = said.state.flatten().unwrap_or(row.state);
        if row.state == state_before.unwrap_or(PromiseState::Open) && state != row.state {
            row.state = state;
            row.closed_at = time(said.closed_at).or(Some(now));
        } else if row.state == state {
            row.closed_at = time(said.closed_at).or(row.closed_at);
        }
        if row.state == PromiseState::Open {
            (row.closed_at, row.closing_note) = (None, None);
        } else if let Some(note) = &said.closing_note {
            row.closing_note = check.text(&["closingNote"], note.as_deref(), promise::MAX_WORDS);
        }
        for (field, at) in [("madeAt", Some(row.made_at)), ("closedAt", row.closed_at)] {
            if let Some(Err(message)) = at.map(|at| check_past(field, at, now)) {
                check.refuse(RefusalKind::Invalid, &[field], &message);
            }
        }
    }

    /// Adds the due times it had before that are not known yet. Those known here stay.
    fn reschedule(&mut self, row: &Model, task: &Task<'_>, said: &PromiseRecord) -> Vec<String> {
        let mut all = self.reschedules.get(row.id).to_vec();
        let known = all.len();
        for said in said.reschedules.iter().flatten().flatten() {
            let (Some(due_at), Some(rescheduled_at)) =
                (time(said.due_at), time(said.rescheduled_at))
            else {
                continue;
            };
            let is_same =
                |row: &Reschedule| (row.due_at, row.rescheduled_at) == (due_at, rescheduled_at);
            if !all.iter().any(is_same) {
                all.push(Reschedule {
                    tenant_id: row.tenant_id,
                    id: self.w.new_id(),
                    promise_id: row.id,
                    due_at,
                    rescheduled_at,
                    recruiter_id: task.actor,
                    note: said.note.clone().flatten(),
                });
            }
        }
        if all.len() == known {
            return Vec::new();
        }
        self.reschedules.put(row.id, all);
        vec!["reschedules".to_owned()]
    }

    fn blank_promise(&self, task: &Task<'_>, said: &PromiseRecord) -> Model {
        let now = self.w.now();
        let made_at = time(said.made_at).unwrap_or(task.at);
        Model {
            tenant_id: self.w.tenant(),
            id: self.w.new_id(),
            person_id: Uuid::nil(),
            recruiter_id: task.actor,
            kind: said.kind.flatten().unwrap_or(PromiseKind::Reply),
            words: None,
            made_at,
            due_at: time(said.due_at).unwrap_or(made_at),
            state: PromiseState::Open,
            closed_at: None,
            closing_note: None,
            job_id: None,
            application_id: None,
            made_in_id: None,
            kept_by_id: None,
            version: 1,
            created_at: now,
            updated_at: now,
        }
    }
}

fn time(said: Said<DateTime<Utc>>) -> Option<DateTime<Utc>> {
    Some(said.flatten()?.trunc_subsecs(6))
}
