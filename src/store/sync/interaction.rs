//! Interactions: mirrored. What is private stays so.

use chrono::SubsecRound;
use entity::enums::{Channel, NodeKind, Visibility};
use uuid::Uuid;

use super::{
    names::{Finder, Stop},
    record::InteractionRecord,
    work::{Task, Work, has, put},
};
use crate::{
    error::Error,
    store::interaction::{
        InteractionDetails,
        participants::{MOST_PARTICIPANTS, Participants},
    },
};

impl Work {
    pub(super) fn interaction(
        &mut self,
        task: &Task<'_>,
        said: &InteractionRecord,
    ) -> Result<Uuid, Stop> {
        let stored = has(&self.interactions, task.node).cloned();
        let mut find = Finder::new(&self.names, task.system);
        let mut row = stored.clone().unwrap_or_else(|| {
            let channel = said.channel.flatten().unwrap_or(Channel::Note);
            self.w.blank_interaction(channel)
        });
        let people = said.people.as_ref().map(|people| {
            let people = people.as_deref().unwrap_or_default();
            check_number("people", people.len(), 1, &mut find);
            find.all(NodeKind::Person, "people", people)
        });
        let recruiters = said.recruiters.as_ref().map(|recruiters| {
            let recruiters = recruiters.as_deref().unwrap_or_default();
            check_number("recruiters", recruiters.len(), 0, &mut find);
            find.all(NodeKind::Recruiter, "recruiters", recruiters)
        });
        let job = find.said(NodeKind::Job, &["job"], &said.job);
        if stored.is_none() {
            needed(said, &mut find);
        }
        let is_new = stored.is_none();
        self.w
            .interaction_as_said(&details(said), &mut row, is_new, &mut find.check);
        find.finish()?;
        row.job_id = job.unwrap_or(row.job_id);
        if stored
            .as_ref()
            .is_some_and(|stored| stored.visibility == Visibility::Private)
        {
            row.visibility = Visibility::Private;
        }
        if is_new || task.actor_is_known {
            row.author_id = task.actor;
        }
        let before = self.participants.get(&row.id).cloned().unwrap_or_default();
        // Whoever stood in for an actor who had not arrived steps aside.
        let stood_in = task.actor_is_known && before.recruiters == [task.sender].into();
        let after = Participants {
            people: people.unwrap_or_else(|| before.people.clone()),
            recruiters: match recruiters {
                // Somebody of ours took part in whatever is no mere note of a machine.
                Some(recruiters) if !recruiters.is_empty() => recruiters,
                _ if is_new || stood_in || before.recruiters.is_empty() => [task.actor].into(),
                _ => before.recruiters.clone(),
            },
        };
        let id = row.id;
        // The links say when it was, and whether it was a touch.
        let is_changed = self.interactions.get(id) != Some(&row);
        let mut fields = Vec::new();
        if !is_new && after.people != before.people {
            fields.push("people".to_owned());
        }
        if !is_new && after.recruiters != before.recruiters {
            fields.push("recruiters".to_owned());
        }
        if after != before || is_changed {
            self.gathered.entry(id).or_insert_with(|| before.clone());
        }
        self.touched.extend(before.people.union(&after.people));
        self.participants.insert(id, after);
        put!(self.interactions, row, fields);
        Ok(id)
    }

    /// Brings along the promises of interactions that were at another time, or with others, than was
    /// said before. Few interactions have any.
    pub(super) async fn promises_follow(&self) -> Result<(), Error> {
        let known = self.gathered.keys().copied();
        let known: Vec<_> = known
            .filter(|id| self.interactions.before(*id).is_some())
            .collect();
        for id in self.w.talks_with_promises(&known).await? {
            if let (Some(old), Some(new), Some(with)) = (
                self.interactions.before(id),
                self.interactions.get(id),
                self.participants.get(&id),
            ) {
                self.w.promises_follow(old, new, &with.people).await?;
            }
        }
        Ok(())
    }
}

fn check_number(field: &str, count: usize, least: usize, find: &mut Finder<'_>) {
    if count < least {
        find.check.invalid(&[field], "is empty; name at least one");
    } else if count > MOST_PARTICIPANTS {
        find.check
            .invalid(&[field], &format!("names more than {MOST_PARTICIPANTS}"));
    }
}

/// What an interaction cannot do without.
fn needed(said: &InteractionRecord, find: &mut Finder<'_>) {
    if said.people.is_none() {
        find.check.invalid(&["people"], "is missing");
    }
    if said.channel.flatten().is_none() {
        find.check.invalid(&["channel"], "is missing");
    }
    if said.occurred_at.flatten().is_none() {
        find.check.invalid(&["occurredAt"], "is missing");
    }
}

fn details(said: &InteractionRecord) -> InteractionDetails {
    InteractionDetails {
        channel: said.channel.flatten(),
        direction: said.direction.flatten(),
        outcome: said.outcome.flatten(),
        automated: said.automated.flatten(),
        visibility: said.visibility.flatten(),
        occurred_at: said.occurred_at.flatten().map(|at| at.trunc_subsecs(6)),
        duration_minutes: said.duration_minutes,
        subject: said.subject.clone(),
        body: said.body.clone(),
        ..InteractionDetails::default()
    }
}
