//! Feedback: mirrored.

use chrono::SubsecRound;
use entity::{
    enums::{FeedbackSide, NodeKind},
    feedback::Model,
};
use uuid::Uuid;

use super::{
    names::{Finder, Stop},
    record::FeedbackRecord,
    relationship::needed,
    work::{Task, Work, has, put},
};
use crate::{
    error::RefusalKind,
    rules::{interaction::check_past, text},
};

impl Work {
    pub(super) fn feedback(
        &mut self,
        task: &Task<'_>,
        said: &FeedbackRecord,
    ) -> Result<Uuid, Stop> {
        let stored = has(&self.feedback, task.node).cloned();
        let mut find = Finder::new(&self.names, task.system);
        let person = said.person.iter().flatten().next();
        let person = person.map(|said| find.one(NodeKind::Person, &["person"], said));
        let person = needed(person, "person", &mut find);
        let recruiter = find.said(NodeKind::Recruiter, &["recruiter"], &said.recruiter);
        let job = find.said(NodeKind::Job, &["job"], &said.job);
        let interaction = find.said(NodeKind::Interaction, &["interaction"], &said.interaction);
        let score = said.score.flatten();
        match score {
            None => find.check.invalid(&["score"], "is missing"),
            Some(score) if !(0..=10).contains(&score) => {
                find.check.invalid(&["score"], "is not between 0 and 10");
            }
            Some(_) => {}
        }
        let given_at = said.given_at.flatten().map(|at| at.trunc_subsecs(6));
        if let Some(Err(message)) = given_at.map(|at| check_past("givenAt", at, self.w.now())) {
            find.check
                .refuse(RefusalKind::Invalid, &["givenAt"], &message);
        }
        let words = said.words.as_ref();
        let words = words.map(|words| {
            find.check
                .text(&["words"], words.as_deref(), text::MAX_BODY)
        });
        find.finish()?;
        let (Some(person_id), Some(score)) = (person, score) else {
            return Err(Stop::Refused(Vec::new()));
        };
        let mut row = stored.unwrap_or_else(|| self.blank_feedback(task, person_id));
        row.person_id = person_id;
        row.score = score;
        row.side = said.side.flatten().unwrap_or(row.side);
        row.words = words.unwrap_or(row.words);
        row.given_at = given_at.unwrap_or(row.given_at);
        row.recruiter_id = recruiter.unwrap_or(row.recruiter_id);
        row.job_id = job.unwrap_or(row.job_id);
        row.interaction_id = interaction.unwrap_or(row.interaction_id);
        if task.actor_is_known {
            row.author_id = task.actor;
        }
        let id = row.id;
        put!(self.feedback, row, Vec::new());
        Ok(id)
    }

    fn blank_feedback(&self, task: &Task<'_>, person: Uuid) -> Model {
        let is_candidate = self
            .people
            .get(person)
            .is_none_or(|person| person.is_candidate);
        Model {
            tenant_id: self.w.tenant(),
            id: self.w.new_id(),
            person_id: person,
            side: if is_candidate {
                FeedbackSide::Candidate
            } else {
                FeedbackSide::Client
            },
            score: 0,
            words: None,
            given_at: task.at,
            recruiter_id: None,
            job_id: None,
            interaction_id: None,
            author_id: task.actor,
            version: 1,
            created_at: self.w.now(),
            updated_at: self.w.now(),
        }
    }
}
