//! Recruiters whom another system knows: joined with the recruiter of a token by their address, or
//! made so that their work has an author before they first come here themselves.

use entity::recruiter::Model;
use uuid::Uuid;

use super::{
    names::{Finder, Stop, email_key},
    record::RecruiterRecord,
    work::{Task, Work, has, put},
};
use crate::{
    error::RefusalKind,
    rules::{contact_point, text},
    store::record::ExternalKey,
};

impl Work {
    pub(super) fn recruiter(
        &mut self,
        task: &Task<'_>,
        said: &RecruiterRecord,
    ) -> Result<Uuid, Stop> {
        let mut find = Finder::new(&self.names, task.system);
        let name = said.name.as_ref();
        let name = name.map(|name| find.check.line(&["name"], name.as_deref(), text::MAX_NAME));
        let email = said.email.as_ref().map(|email| {
            let email = email.as_deref().filter(|email| !email.trim().is_empty())?;
            let normal = find.check.keep(&["email"], contact_point::email(email))?;
            Some(normal.value)
        });
        let holders = email
            .iter()
            .flatten()
            .filter_map(|email| self.names.recruiters.get(&email_key(email)));
        let holders: Vec<_> = holders.flatten().copied().collect();
        let holder = holders.first().copied();
        if holders.len() > 1 && task.node.is_none_or(|node| !holders.contains(&node)) {
            let message = "several recruiters have this e-mail address; attach the record to one";
            find.check
                .refuse(RefusalKind::Duplicate, &["email"], message);
        }
        if task.node.is_some() && holders.iter().any(|holder| Some(*holder) != task.node) {
            let message = "is another recruiter's here";
            find.check
                .refuse(RefusalKind::Duplicate, &["email"], message);
        }
        find.finish()?;
        let subject = subject_of(task.key);
        let by_subject = self.recruiters.all().find(|row| row.subject == subject);
        let known = task.node.or(holder).or(by_subject.map(|row| row.id));
        let mut row = has(&self.recruiters, known)
            .cloned()
            .unwrap_or_else(|| self.blank_recruiter(subject.clone()));
        // What a recruiter's own token says of them is not for another system to say.
        let is_ours = row.subject == subject;
        let decide = |stored: &Option<String>, said: Option<Option<String>>| match said {
            Some(said) if is_ours || stored.is_none() => said,
            _ => stored.clone(),
        };
        // An export calls one who told no name by their subject.
        let name = name.filter(|name| name.as_deref() != Some(&row.subject));
        row.name = decide(&row.name, name);
        row.email = decide(&row.email, email);
        let id = row.id;
        if let Some(email) = &row.email {
            let key = email_key(email);
            self.names.recruiters.entry(key).or_default().insert(id);
        }
        put!(self.recruiters, row, Vec::new());
        Ok(id)
    }

    fn blank_recruiter(&self, subject: String) -> Model {
        Model {
            tenant_id: self.w.tenant(),
            id: self.w.new_id(),
            subject,
            name: None,
            email: None,
            version: 1,
            created_at: self.w.now(),
            updated_at: self.w.now(),
        }
    }
}

/// What stands for the subject of a token until there is one.
pub(in crate::store) fn subject_of(key: &ExternalKey) -> String {
    format!("{}:{}:{}", key.system, key.record_type, key.id)
}
