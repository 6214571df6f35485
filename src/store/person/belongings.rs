//! What hangs on a person: addresses, positions, tags and communities, checked and put into rows.

use entity::{
    company, contact_point,
    enums::{ContactPointKind, LabelKind, NodeKind},
    label, person, person_search, position,
};
use uuid::Uuid;

use super::details::{Address, PersonDetails, PositionDetails};
use crate::{
    error::Result,
    rules::{contact_point as normal, matching, text},
    store::{Writer, check::Check},
};

/// The most addresses, tags or positions a person may have of one kind.
const MOST: usize = 50;

/// The rows that hang on a person; `None` where nothing was said of them.
#[derive(Debug, Default)]
pub(in crate::store) struct Belongings {
    pub(in crate::store) emails: Option<Vec<contact_point::Model>>,
    pub(in crate::store) phones: Option<Vec<contact_point::Model>>,
    pub(in crate::store) links: Option<Vec<contact_point::Model>>,
    pub(in crate::store) positions: Option<Vec<position::Model>>,
    pub(in crate::store) tags: Option<Vec<label::Model>>,
    pub(in crate::store) communities: Option<Vec<label::Model>>,
}

impl Writer {
    /// The rows of what is said to hang on a person, but for the companies of positions.
    pub(super) fn belongings_as_said(
        &self,
        said: &PersonDetails,
        person: &person::Model,
        check: &mut Check,
    ) -> Belongings {
        let country = person.country.as_deref();
        Belongings {
            emails: addresses(
                said.emails.as_ref(),
                ContactPointKind::Email,
                person,
                check,
                normal::email,
            ),
            phones: addresses(
                said.phones.as_ref(),
                ContactPointKind::Phone,
                person,
                check,
                |phone| normal::phone(phone, country),
            ),
            links: addresses(
                said.links.as_ref(),
                ContactPointKind::Link,
                person,
                check,
                normal::link,
            ),
            tags: labels(said.tags.as_ref(), LabelKind::Tag, person, check),
            communities: labels(
                said.communities.as_ref(),
                LabelKind::Community,
                person,
                check,
            ),
            positions: said
                .positions
                .as_ref()
                .map(|said| self.positions_of(said, person, check)),
        }
    }

    fn positions_of(
        &self,
        said: &[PositionDetails],
        person: &person::Model,
        check: &mut Check,
    ) -> Vec<position::Model> {
        too_many(said.len(), "positions", check);
        let row = |(index, said): (usize, &PositionDetails)| {
            let at = index.to_string();
            let path = |field: &'static str| ["positions", at.as_str(), field].map(String::from);
            let title = path("title");
            let name = path("companyName");
            let title = check.line(
                &title.each_ref().map(String::as_str),
                said.title.as_deref(),
                text::MAX_OTHER,
            );
            let company_name = check.line(
                &name.each_ref().map(String::as_str),
                said.company_name.as_deref(),
                text::MAX_OTHER,
            );
            if said
                .started_on
                .zip(said.ended_on)
                .is_some_and(|(start, end)| end < start)
            {
                let ended = path("endedOn");
                check.invalid(
                    &ended.each_ref().map(String::as_str),
                    "lies before `startedOn`",
                );
            }
            if title.is_none() && company_name.is_none() && said.company.is_none() {
                check.invalid(
                    &["positions", &at],
                    "need a title, a company or a companyName",
                );
            }
            position::Model {
                tenant_id: person.tenant_id,
                id: self.new_id(),
                person_id: person.id,
                company_id: None,
                company_name,
                title,
                started_on: said.started_on,
                ended_on: said.ended_on,
                rank: rank(index),
            }
        };
        said.iter().take(MOST).enumerate().map(row).collect()
    }

    pub(super) async fn fill_in_companies(
        &self,
        said: &[PositionDetails],
        rows: &mut [position::Model],
    ) -> Result<()> {
        let named: Vec<_> = said
            .iter()
            .enumerate()
            .filter_map(|(index, position)| {
                let path = [
                    "positions".to_owned(),
                    index.to_string(),
                    "company".to_owned(),
                ];
                Some((path.to_vec(), position.company.as_ref()?))
            })
            .collect();
        let id = company::Column::Id;
        let ids = self
            .resolve::<company::Entity>(NodeKind::Company, id, &named)
            .await?;
        let with_company = rows
            .iter_mut()
            .zip(said)
            .filter(|(_, said)| said.company.is_some());
        for ((row, _), id) in with_company.zip(ids) {
            row.company_id = Some(id);
        }
        Ok(())
    }
}

/// Positions are the same when all but their ids are.
pub(in crate::store) fn same_positions(
    stored: &[position::Model],
    said: &[position::Model],
) -> bool {
    let bare = |row: &position::Model| position::Model {
        id: Uuid::nil(),
        ..row.clone()
    };
    stored.iter().map(bare).eq(said.iter().map(bare))
}

/// What search looks through: names, headline, addresses and positions, as they will be.
pub(in crate::store) fn search_row(
    person: &person::Model,
    said: &Belongings,
    addresses: &[contact_point::Model],
    positions: &[position::Model],
) -> person_search::Model {
    let mut parts: Vec<&str> = vec![&person.name];
    let names = [&person.given_name, &person.family_name, &person.headline];
    parts.extend(names.into_iter().flatten().map(String::as_str));
    let kinds = [
        (ContactPointKind::Email, &said.emails),
        (ContactPointKind::Phone, &said.phones),
        (ContactPointKind::Link, &said.links),
    ];
    for (kind, rows) in kinds {
        let rows = rows.as_deref().unwrap_or(addresses);
        let of_kind = rows.iter().filter(|row| row.kind == kind);
        parts.extend(of_kind.flat_map(|row| [row.key.as_str(), row.value.as_str()]));
    }
    let positions = said.positions.as_deref().unwrap_or(positions);
    for position in positions {
        let words = [&position.title, &position.company_name];
        parts.extend(words.into_iter().flatten().map(String::as_str));
    }
    person_search::Model {
        tenant_id: person.tenant_id,
        person_id: person.id,
        body: text::search_body(parts),
    }
}

fn addresses(
    said: Option<&Vec<Address>>,
    kind: ContactPointKind,
    person: &person::Model,
    check: &mut Check,
    normal: impl Fn(&str) -> std::result::Result<normal::Normal, String>,
) -> Option<Vec<contact_point::Model>> {
    let said = said?;
    let field = match kind {
        ContactPointKind::Email => "emails",
        ContactPointKind::Phone => "phones",
        ContactPointKind::Link => "links",
    };
    too_many(said.len(), field, check);
    let mut rows: Vec<contact_point::Model> = Vec::new();
    for (index, address) in said.iter().take(MOST).enumerate() {
        let at = index.to_string();
        let Some(normal) = check.keep(&[field, &at, "value"], normal(&address.value)) else {
            continue;
        };
        let label = check.line(
            &[field, &at, "label"],
            address.label.as_deref(),
            text::MAX_NAME,
        );
        // The same address twice is one address.
        if rows.iter().all(|row| row.key != normal.key) {
            rows.push(contact_point::Model {
                tenant_id: person.tenant_id,
                person_id: person.id,
                kind,
                mailbox: mailbox_behind(kind, &normal.key),
                key: normal.key,
                value: normal.value,
                label,
                rank: rank(rows.len()),
            });
        }
    }
    Some(rows)
}

/// The mailbox that an e-mail address only is another spelling of.
fn mailbox_behind(kind: ContactPointKind, key: &str) -> Option<String> {
    (kind == ContactPointKind::Email).then(|| matching::behind(key))?
}

fn labels(
    said: Option<&Vec<String>>,
    kind: LabelKind,
    person: &person::Model,
    check: &mut Check,
) -> Option<Vec<label::Model>> {
    let said = said?;
    let field = if kind == LabelKind::Tag {
        "tags"
    } else {
        "communities"
    };
    too_many(said.len(), field, check);
    let mut rows: Vec<label::Model> = Vec::new();
    for (index, name) in said.iter().take(MOST).enumerate() {
        let at = index.to_string();
        let Some(name) = check.keep(&[field, &at], text::required_line(name, text::MAX_NAME))
        else {
            continue;
        };
        let key = text::fold(&name);
        if rows.iter().all(|row| row.key != key) {
            rows.push(label::Model {
                tenant_id: person.tenant_id,
                person_id: person.id,
                kind,
                key,
                name,
            });
        }
    }
    Some(rows)
}

fn too_many(count: usize, field: &str, check: &mut Check) {
    if count > MOST {
        check.invalid(&[field], &format!("has more than {MOST} entries"));
    }
}

fn rank(index: usize) -> i32 {
    i32::try_from(index).unwrap_or(i32::MAX)
}
