//! Jobs: mirrored, but for who looks after them.

use entity::enums::NodeKind;
use uuid::Uuid;

use super::{
    company::place,
    merge,
    names::{Finder, Stop},
    record::JobRecord,
    work::{Task, Work, has, put},
};
use crate::store::job::{JobDetails, write::apply_said};

impl Work {
    pub(super) fn job(
        &mut self,
        task: &Task<'_>,
        before: Option<&JobRecord>,
        said: &JobRecord,
    ) -> Result<Uuid, Stop> {
        let mut row = has(&self.jobs, task.node)
            .cloned()
            .unwrap_or_else(|| self.w.blank_job());
        let mut find = Finder::new(&self.names, task.system);
        let company = find.said(NodeKind::Company, &["company"], &said.company);
        let manager = find.said(NodeKind::Person, &["hiringManager"], &said.hiring_manager);
        let owner = find.said(NodeKind::Recruiter, &["owner"], &said.owner);
        let details = JobDetails {
            title: said.title.clone().flatten(),
            status: said.status.flatten(),
            place: place(&said.place),
            opened_on: said.opened_on,
            closed_on: said.closed_on,
            ..JobDetails::default()
        };
        apply_said(&details, &mut row, &mut find.check);
        find.finish()?;
        row.company_id = company.unwrap_or(row.company_id);
        row.hiring_manager_id = manager.unwrap_or(row.hiring_manager_id);
        let owner_before = self.quietly_said(
            NodeKind::Recruiter,
            before.map(|before| &before.owner),
            task.system,
        );
        row.owner_id = merge::local(&row.owner_id, owner_before.as_ref(), owner.as_ref());
        let id = row.id;
        put!(self.jobs, row, Vec::new());
        Ok(id)
    }
}
