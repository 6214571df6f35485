//! People: what another system mirrors, what recruiters decide, and the lists both fill.

use chrono::{DateTime, SubsecRound, Utc};
use entity::{
    contact_point,
    enums::{CadenceReset, ContactPointKind, Hat, LabelKind, NodeKind},
    label, person,
};
use uuid::Uuid;

use super::{
    company::place,
    merge,
    names::{Finder, Stop},
    record::{AddressRecord, PersonRecord, PositionRecord},
    work::{Task, Work, has, put},
};
use crate::rules::cadence;
use crate::store::{
    check::Check,
    person::{
        Address, PersonDetails, PositionDetails,
        belongings::{Belongings, same_positions, search_row},
    },
};

const CONTACT_POINTS: [(ContactPointKind, &str); 3] = [
    (ContactPointKind::Email, "emails"),
    (ContactPointKind::Phone, "phones"),
    (ContactPointKind::Link, "links"),
];
const LABELS: [(LabelKind, &str); 2] = [
    (LabelKind::Tag, "tags"),
    (LabelKind::Community, "communities"),
];

impl Work {
    pub(super) fn person(
        &mut self,
        task: &Task<'_>,
        before: Option<&PersonRecord>,
        said: &PersonRecord,
    ) -> Result<Uuid, Stop> {
        let stored = has(&self.people, task.node).cloned();
        let mut row = stored
            .clone()
            .unwrap_or_else(|| self.w.blank_person(Hat::Candidate));
        let mut find = Finder::new(&self.names, task.system);
        let owner = find.said(NodeKind::Recruiter, &["owner"], &said.owner);
        let mut belongings = self
            .w
            .person_as_said(&details(said), &mut row, &mut find.check);
        let companies = companies(&mut find, said);
        if let Some(Some(days)) = said.cadence_days {
            find.check.keep(&["cadenceDays"], cadence::check_days(days));
        }
        find.finish()?;
        if let Some(positions) = &mut belongings.positions {
            for (row, company) in positions.iter_mut().zip(companies) {
                row.company_id = company;
            }
        }
        // What was said before was right when it was said.
        let mut scratch = row.clone();
        let before_rows = before.map(|before| {
            self.w
                .person_as_said(&details(before), &mut scratch, &mut Check::default())
        });
        let owner_before = self.quietly_said(
            NodeKind::Recruiter,
            before.map(|before| &before.owner),
            task.system,
        );
        row.owner_id = merge::local(&row.owner_id, owner_before.as_ref(), owner.as_ref());
        wear(&mut row, stored.as_ref(), before, said);
        plan(&mut row, before, said);
        self.forbid(&mut row, before, said);
        let fields = self.gather(&row, before_rows.as_ref(), &belongings);
        let id = row.id;
        self.note_names(id);
        put!(self.people, row, fields);
        self.searched.insert(id);
        self.touched.insert(id);
        Ok(id)
    }

    /// The person's addresses, labels and positions as they will be; the fields that differ.
    fn gather(
        &mut self,
        row: &person::Model,
        before: Option<&Belongings>,
        said: &Belongings,
    ) -> Vec<String> {
        let mut fields = Vec::new();
        let id = row.id;
        let stored = self.addresses.get(id).to_vec();
        let mut addresses = Vec::new();
        for (kind, field) in CONTACT_POINTS {
            let (old, new) = addresses_of(kind, &stored, before, said);
            if old != new {
                fields.push(field.to_owned());
            }
            addresses.extend(new);
        }
        self.addresses.put(id, addresses);
        let stored = self.labels.get(id).to_vec();
        let mut labels = Vec::new();
        for (kind, field) in LABELS {
            let (old, new) = labels_of(kind, &stored, before, said);
            if old != new {
                fields.push(field.to_owned());
            }
            labels.extend(new);
        }
        self.labels.put(id, labels);
        if let Some(positions) = &said.positions
            && !same_positions(self.positions.get(id), positions)
        {
            fields.push("positions".to_owned());
            self.positions.put(id, positions.clone());
        }
        fields
    }

    /// Other rows may name the person by an address that this one brings.
    fn note_names(&mut self, id: Uuid) {
        let emails = self.addresses.get(id).iter();
        let emails: Vec<_> = emails
            .filter(|address| address.kind == ContactPointKind::Email)
            .map(|address| address.key.clone())
            .collect();
        for email in emails {
            self.names.people.entry(email).or_default().insert(id);
        }
    }

    /// Nobody who must not be contacted may be again because another system says so.
    fn forbid(&self, row: &mut person::Model, before: Option<&PersonRecord>, said: &PersonRecord) {
        let reason = said.do_not_contact_reason.clone().map(|reason| {
            Check::default().line(
                &["doNotContactReason"],
                reason.as_deref(),
                crate::rules::text::MAX_OTHER,
            )
        });
        if said.do_not_contact == Some(Some(true)) && !row.do_not_contact {
            row.do_not_contact = true;
            row.do_not_contact_since = Some(self.w.now());
            row.do_not_contact_reason = reason.flatten();
        } else if row.do_not_contact {
            let before = before.and_then(|before| before.do_not_contact_reason.as_ref());
            row.do_not_contact_reason =
                merge::local(&row.do_not_contact_reason, before, reason.as_ref());
        }
    }

    /// The search text of a person as they will be.
    pub(super) fn search_row(&self, id: Uuid) -> Option<entity::person_search::Model> {
        let row = self.people.get(id)?;
        let (addresses, positions) = (self.addresses.get(id), self.positions.get(id));
        Some(search_row(
            row,
            &Belongings::default(),
            addresses,
            positions,
        ))
    }
}

/// When they should be touched again, which recruiters decide once they have.
fn plan(row: &mut person::Model, before: Option<&PersonRecord>, said: &PersonRecord) {
    let reset_before = before.and_then(|before| before.cadence_reset.flatten());
    if let Some(reset) = said.cadence_reset.flatten()
        && row.cadence_reset == reset_before.unwrap_or(CadenceReset::Outreach)
    {
        row.cadence_reset = reset;
    }
    let time = |at: Option<DateTime<Utc>>| at.map(|at| at.trunc_subsecs(6));
    let said = &PersonRecord {
        scheduled_touch_at: said.scheduled_touch_at.map(time),
        scheduled_touch_set_at: said.scheduled_touch_set_at.map(time),
        cadence_days: said.cadence_days,
        ..PersonRecord::default()
    };
    macro_rules! local {
        ($($field:ident),+) => {$(
            let told = before.and_then(|before| before.$field.as_ref());
            row.$field = merge::local(&row.$field, told, said.$field.as_ref());
        )+};
    }
    local!(cadence_days, scheduled_touch_at, scheduled_touch_set_at);
}

/// Hats that a system says are put on, and those it says no longer are taken off, but for the last.
fn wear(
    row: &mut person::Model,
    stored: Option<&person::Model>,
    before: Option<&PersonRecord>,
    said: &PersonRecord,
) {
    let Some(Some(said)) = &said.hats else { return };
    let worn = |person: &person::Model| {
        let hats = [
            (person.is_candidate, Hat::Candidate),
            (person.is_contact, Hat::Contact),
        ];
        let hats = hats.into_iter().filter(|(worn, _)| *worn);
        hats.map(|(_, hat)| hat).collect::<Vec<_>>()
    };
    let stored = stored.map(worn).unwrap_or_default();
    let before = before.and_then(|before| before.hats.clone().flatten());
    let hats = merge::union(&stored, &before.unwrap_or_default(), said, |hat| *hat);
    if !hats.is_empty() {
        row.is_candidate = hats.contains(&Hat::Candidate);
        row.is_contact = hats.contains(&Hat::Contact);
    }
}

fn addresses_of(
    kind: ContactPointKind,
    stored: &[contact_point::Model],
    before: Option<&Belongings>,
    said: &Belongings,
) -> (Vec<contact_point::Model>, Vec<contact_point::Model>) {
    let of = |belongings: &Belongings| match kind {
        ContactPointKind::Email => belongings.emails.clone(),
        ContactPointKind::Phone => belongings.phones.clone(),
        ContactPointKind::Link => belongings.links.clone(),
    };
    let stored: Vec<_> = stored
        .iter()
        .filter(|row| row.kind == kind)
        .cloned()
        .collect();
    let Some(said) = of(said) else {
        return (stored.clone(), stored);
    };
    let before = before.and_then(of).unwrap_or_default();
    let mut merged = merge::union(&stored, &before, &said, |row| row.key.clone());
    for (rank, row) in (0..).zip(&mut merged) {
        row.rank = rank;
    }
    (stored, merged)
}

fn labels_of(
    kind: LabelKind,
    stored: &[label::Model],
    before: Option<&Belongings>,
    said: &Belongings,
) -> (Vec<label::Model>, Vec<label::Model>) {
    let of = |belongings: &Belongings| match kind {
        LabelKind::Tag => belongings.tags.clone(),
        LabelKind::Community => belongings.communities.clone(),
    };
    let stored: Vec<_> = stored
        .iter()
        .filter(|row| row.kind == kind)
        .cloned()
        .collect();
    let Some(said) = of(said) else {
        return (stored.clone(), stored);
    };
    let before = before.and_then(of).unwrap_or_default();
    let mut merged = merge::union(&stored, &before, &said, |row| row.key.clone());
    merged.sort_by(|one, other| one.key.cmp(&other.key));
    (stored, merged)
}

fn companies(find: &mut Finder<'_>, said: &PersonRecord) -> Vec<Option<Uuid>> {
    let positions = said.positions.iter().flatten().flatten().enumerate();
    positions
        .map(|(index, position)| {
            let index = index.to_string();
            let path = ["positions", &index, "company"];
            find.said(NodeKind::Company, &path, &position.company)
                .flatten()
        })
        .collect()
}

/// What a record says of a person, as a mutation says it.
fn details(said: &PersonRecord) -> PersonDetails {
    let place = place(&said.place);
    PersonDetails {
        name: said.name.clone().flatten(),
        given_name: said.given_name.clone(),
        family_name: said.family_name.clone(),
        headline: said.headline.clone(),
        city: place.city,
        region: place.region,
        country: place.country,
        emails: said.emails.clone().map(addresses),
        phones: said.phones.clone().map(addresses),
        links: said.links.clone().map(addresses),
        positions: said
            .positions
            .as_ref()
            .map(|positions| positions.iter().flatten().map(position_details).collect()),
        tags: said.tags.clone().map(Option::unwrap_or_default),
        communities: said.communities.clone().map(Option::unwrap_or_default),
        ..PersonDetails::default()
    }
}

fn addresses(said: Option<Vec<AddressRecord>>) -> Vec<Address> {
    let said = said.unwrap_or_default().into_iter();
    said.map(|address| Address {
        value: address.value,
        label: address.label,
    })
    .collect()
}

fn position_details(said: &PositionRecord) -> PositionDetails {
    // Whether there is a company is all that matters here; which one is found beside.
    let company = said.company.iter().flatten().next();
    PositionDetails {
        company: company.map(|_| crate::store::By::Id(Uuid::nil())),
        company_name: said.company_name.clone().flatten(),
        title: said.title.clone().flatten(),
        started_on: said.started_on.flatten(),
        ended_on: said.ended_on.flatten(),
    }
}

/// The order in which a person's addresses stand in memory.
pub(super) fn sort_addresses(rows: &mut [contact_point::Model]) {
    let place = |kind| CONTACT_POINTS.iter().position(|(known, _)| *known == kind);
    rows.sort_by_key(|row| (place(row.kind), row.rank));
}

/// The order in which a person's labels stand in memory.
pub(super) fn sort_labels(rows: &mut [label::Model]) {
    let place = |kind| LABELS.iter().position(|(known, _)| *known == kind);
    rows.sort_by(|one, other| (place(one.kind), &one.key).cmp(&(place(other.kind), &other.key)));
}
