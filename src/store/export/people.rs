//! People with all that is known of them, and recruiters.

use std::collections::HashMap;

use entity::{
    contact_point,
    enums::{ContactPointKind, Hat, LabelKind, NodeKind},
    interaction_recruiter, label, person, position, recruiter,
};
use sea_orm::{ColumnTrait, QueryFilter};
use uuid::Uuid;

use super::{
    Exported, Names, Of,
    names::maybe,
    next,
    nodes::{by_node, ids},
};
use crate::{
    error::Result,
    store::{
        Store,
        sync::record::{
            AddressRecord, PersonRecord, PlaceRecord, PositionRecord, RecruiterRecord, Said,
        },
    },
};

/// What hangs on the people of a page.
struct Details {
    points: HashMap<Uuid, Vec<contact_point::Model>>,
    labels: HashMap<Uuid, Vec<label::Model>>,
    positions: HashMap<Uuid, Vec<position::Model>>,
}

/// A value that is said, null included: an import of it leaves nothing as it was.
#[expect(
    clippy::unnecessary_wraps,
    reason = "an export says every field, and this reads better than `Some` of an option"
)]
pub(super) fn said<T>(value: Option<T>) -> Said<T> {
    Some(value)
}

/// A place, if any part of it is known.
#[expect(clippy::unnecessary_wraps, reason = "it is a field that is said")]
pub(super) fn place(
    city: Option<String>,
    region: Option<String>,
    country: Option<String>,
) -> Said<PlaceRecord> {
    let is_known = city.is_some() || region.is_some() || country.is_some();
    Some(is_known.then_some(PlaceRecord {
        city: said(city),
        region: said(region),
        country: said(country),
    }))
}

impl Store {
    pub(super) async fn export_recruiters(&self, of: Of, after: Option<Uuid>) -> Result<Exported> {
        let rows = match of {
            Of::All => self.find::<recruiter::Entity>(),
            Of::Person(person) => {
                let met = self.recruiters_who_met(person).await?;
                self.find().filter(recruiter::Column::Id.is_in(met))
            }
        };
        let rows = self.page_of(rows, recruiter::Column::Id, after).await?;
        let of_page = ids(&rows, |row| row.id);
        let mut names = Names::read(self, NodeKind::Recruiter, &of_page).await?;
        let next = next(&rows, |row| row.id);
        let records = rows.into_iter().map(|row| {
            let mut record = names.record(NodeKind::Recruiter, row.id);
            record.recruiter = Some(RecruiterRecord {
                // One who signed in once and told no name is known by nothing but the subject.
                name: said(row.name.or(Some(row.subject))),
                email: said(row.email),
            });
            record
        });
        Ok(Exported {
            records: records.collect(),
            next,
        })
    }

    async fn recruiters_who_met(&self, person: Uuid) -> Result<Vec<Uuid>> {
        let interactions = self.interactions_of(person).await?;
        let column = interaction_recruiter::Column::InteractionId;
        let met = self.hanging_on::<interaction_recruiter::Entity>(column, &interactions);
        let mut met: Vec<_> = met.await?.into_iter().map(|row| row.recruiter_id).collect();
        let column = person::Column::Id;
        let row = self.hanging_on::<person::Entity>(column, &[person]).await?;
        met.extend(row.first().and_then(|row| row.owner_id));
        Ok(met)
    }

    pub(super) async fn export_people(&self, of: Of, after: Option<Uuid>) -> Result<Exported> {
        let rows = match of {
            Of::All => self.find::<person::Entity>(),
            Of::Person(person) => self.find().filter(person::Column::Id.eq(person)),
        };
        let rows = self.page_of(rows, person::Column::Id, after).await?;
        let of_page = ids(&rows, |row| row.id);
        let mut details = self.details_of(&of_page).await?;
        let mut names = Names::read(self, NodeKind::Person, &of_page).await?;
        let next = next(&rows, |row| row.id);
        let records = rows.into_iter().map(|row| {
            let mut record = names.record(NodeKind::Person, row.id);
            record.person = Some(Box::new(details.person(row)));
            record
        });
        Ok(Exported {
            records: records.collect(),
            next,
        })
    }

    async fn details_of(&self, people: &[Uuid]) -> Result<Details> {
        let points = contact_point::Column::PersonId;
        let mut points = self
            .hanging_on::<contact_point::Entity>(points, people)
            .await?;
        points.sort_by_key(|point| point.rank);
        let labels = label::Column::PersonId;
        let mut labels = self.hanging_on::<label::Entity>(labels, people).await?;
        labels.sort_by_cached_key(|label| label.key.clone());
        let positions = position::Column::PersonId;
        let mut positions = self
            .hanging_on::<position::Entity>(positions, people)
            .await?;
        positions.sort_by_key(|position| position.rank);
        Ok(Details {
            points: by_node(points, |row| row.person_id),
            labels: by_node(labels, |row| row.person_id),
            positions: by_node(positions, |row| row.person_id),
        })
    }
}

impl Details {
    fn person(&mut self, row: person::Model) -> PersonRecord {
        let points = self.points.remove(&row.id).unwrap_or_default();
        let labels = self.labels.remove(&row.id).unwrap_or_default();
        let positions = self.positions.remove(&row.id).unwrap_or_default();
        let hats = [
            (row.is_candidate, Hat::Candidate),
            (row.is_contact, Hat::Contact),
        ];
        let hats = hats
            .into_iter()
            .filter_map(|(wears, hat)| wears.then_some(hat));
        PersonRecord {
            hats: said(Some(hats.collect())),
            name: said(Some(row.name)),
            given_name: said(row.given_name),
            family_name: said(row.family_name),
            headline: said(row.headline),
            place: place(row.city, row.region, row.country),
            emails: addresses(&points, ContactPointKind::Email),
            phones: addresses(&points, ContactPointKind::Phone),
            links: addresses(&points, ContactPointKind::Link),
            positions: said(Some(positions.into_iter().map(of_position).collect())),
            tags: words(&labels, LabelKind::Tag),
            communities: words(&labels, LabelKind::Community),
            owner: said(maybe(NodeKind::Recruiter, row.owner_id)),
            do_not_contact: said(Some(row.do_not_contact)),
            do_not_contact_reason: said(row.do_not_contact_reason),
            cadence_days: said(row.cadence_days),
            cadence_reset: said(Some(row.cadence_reset)),
            scheduled_touch_at: said(row.scheduled_touch_at),
            scheduled_touch_set_at: said(row.scheduled_touch_set_at),
        }
    }
}

fn of_position(row: position::Model) -> PositionRecord {
    PositionRecord {
        company: said(maybe(NodeKind::Company, row.company_id)),
        company_name: said(row.company_name),
        title: said(row.title),
        started_on: said(row.started_on),
        ended_on: said(row.ended_on),
    }
}

fn addresses(points: &[contact_point::Model], kind: ContactPointKind) -> Said<Vec<AddressRecord>> {
    let points = points.iter().filter(|point| point.kind == kind);
    let addresses = points.map(|point| AddressRecord {
        value: point.value.clone(),
        label: point.label.clone(),
    });
    said(Some(addresses.collect()))
}

fn words(labels: &[label::Model], kind: LabelKind) -> Said<Vec<String>> {
    let labels = labels.iter().filter(|label| label.kind == kind);
    said(Some(labels.map(|label| label.name.clone()).collect()))
}
