//! Companies: mirrored, but for who looks after them.

use entity::enums::NodeKind;
use uuid::Uuid;

use super::{
    merge,
    names::{Finder, Stop},
    record::{CompanyRecord, PlaceRecord, Said},
    work::{Task, Work, has, put},
};
use crate::store::{
    company::{CompanyDetails, write::apply_said},
    place::PlaceDetails,
};

impl Work {
    pub(super) fn company(
        &mut self,
        task: &Task<'_>,
        before: Option<&CompanyRecord>,
        said: &CompanyRecord,
    ) -> Result<Uuid, Stop> {
        let mut row = has(&self.companies, task.node)
            .cloned()
            .unwrap_or_else(|| self.w.blank_company());
        let mut find = Finder::new(&self.names, task.system);
        let owner = find.said(NodeKind::Recruiter, &["owner"], &said.owner);
        let details = CompanyDetails {
            name: said.name.clone().flatten(),
            website: said.website.clone(),
            place: place(&said.place),
            owner: None,
        };
        apply_said(&details, &mut row, &mut find.check);
        find.finish()?;
        let owner_before = self.quietly_said(
            NodeKind::Recruiter,
            before.map(|before| &before.owner),
            task.system,
        );
        row.owner_id = merge::local(&row.owner_id, owner_before.as_ref(), owner.as_ref());
        let id = row.id;
        put!(self.companies, row, Vec::new());
        Ok(id)
    }
}

/// What a record says of a place; a null clears all of it.
pub(super) fn place(said: &Said<PlaceRecord>) -> PlaceDetails {
    match said {
        None => PlaceDetails::default(),
        Some(None) => PlaceDetails {
            city: Some(None),
            region: Some(None),
            country: Some(None),
        },
        Some(Some(said)) => PlaceDetails {
            city: said.city.clone(),
            region: said.region.clone(),
            country: said.country.clone(),
        },
    }
}
