//! How a person looks outside, under either hat.

use std::ops::Deref;

use async_graphql::{ID, SimpleObject};
use entity::{
    contact_point,
    enums::{CadenceReset, Hat, LabelKind, Turn},
    label, person, position,
};
use uuid::Uuid;

use super::place::Place;
use crate::{
    graphql::{
        id::{self, IdType},
        page::Listed,
        scalars::{Date, DateTime},
    },
    rules::{reply_clock, silence::Standing},
    store::silence::standing,
};

/// What both hats of a person share: the whole relationship.
#[derive(Clone, Debug, SimpleObject)]
pub(crate) struct PersonFields {
    #[graphql(skip)]
    pub(crate) row: Uuid,
    #[graphql(skip)]
    pub(crate) owner_row: Option<Uuid>,
    #[graphql(skip)]
    pub(crate) keeper_row: Option<Uuid>,
    #[graphql(skip)]
    pub(crate) standing: Standing,
    /// Not for the person themself.
    #[graphql(skip)]
    pub(crate) noted_reason: Option<String>,
    /// The hats the person wears: at least one.
    pub(crate) hats: Vec<Hat>,
    /// The whole name, never empty. A person may be no more than a name.
    pub(crate) name: String,
    /// The given name. Null when unknown.
    pub(crate) given_name: Option<String>,
    /// The family name. Null when unknown.
    pub(crate) family_name: Option<String>,
    /// One line that says who they are, such as a title. Null when none is given.
    pub(crate) headline: Option<String>,
    /// Where they live, as far as known.
    pub(crate) place: Place,
    /// Nobody may contact them: they have no next touch and appear in no suggestion.
    pub(crate) do_not_contact: bool,
    /// Since when nobody may contact them. Null when they may be contacted.
    pub(crate) do_not_contact_since: Option<DateTime>,
    /// The days within which they should be touched again. Null when they have no cadence of their
    /// own: then the tenant's default holds, if it has one.
    pub(crate) cadence_days: Option<i32>,
    /// Which touches start the cadence anew.
    pub(crate) cadence_reset: CadenceReset,
    /// The latest touch, by either side. Null when there was none. Private interactions and failed
    /// or automated ones do not count, here and in the fields below.
    pub(crate) last_touch_at: Option<DateTime>,
    /// The latest touch by them. Null when there was none.
    pub(crate) last_inbound_at: Option<DateTime>,
    /// The latest touch by us. Null when there was none.
    pub(crate) last_outbound_at: Option<DateTime>,
    /// Since when they have waited for our reply: the first touch by them that no outreach of ours
    /// followed. Null when they do not wait.
    pub(crate) awaiting_reply_since: Option<DateTime>,
    /// Since when we have waited for theirs: our first outreach they have not answered. Null when
    /// we do not wait.
    pub(crate) waiting_on_them_since: Option<DateTime>,
    /// Who is expected to speak next.
    pub(crate) turn: Turn,
    /// When the next touch falls due: as scheduled, else by the cadence. A missed date stays, and
    /// lies in the past. Null when neither is set or nobody may contact them.
    pub(crate) next_touch_at: Option<DateTime>,
    /// When the earliest open promise to them falls due, or fell due. Null when none is open.
    pub(crate) promise_due_at: Option<DateTime>,
    /// Grows by one with each change of what is said of the person, not with each touch. Send it
    /// back with an update to learn of changes made meanwhile.
    pub(crate) version: i32,
    /// When the person was made here.
    pub(crate) created_at: DateTime,
    /// When what is said of the person last changed.
    pub(crate) updated_at: DateTime,
}

impl From<person::Model> for PersonFields {
    fn from(row: person::Model) -> Self {
        let turn = reply_clock::turn(row.awaiting_reply_since, row.waiting_on_them_since);
        let hats = [
            (row.is_candidate, Hat::Candidate),
            (row.is_contact, Hat::Contact),
        ];
        Self {
            row: row.id,
            owner_row: row.owner_id,
            keeper_row: row.keeper_id,
            standing: standing(&row),
            noted_reason: row.do_not_contact_reason,
            hats: hats
                .into_iter()
                .filter_map(|(worn, hat)| worn.then_some(hat))
                .collect(),
            name: row.name,
            given_name: row.given_name,
            family_name: row.family_name,
            headline: row.headline,
            place: Place {
                city: row.city,
                region: row.region,
                country: row.country,
            },
            do_not_contact: row.do_not_contact,
            do_not_contact_since: row.do_not_contact_since.map(DateTime),
            cadence_days: row.cadence_days,
            cadence_reset: row.cadence_reset,
            last_touch_at: row.last_touch_at.map(DateTime),
            last_inbound_at: row.last_inbound_at.map(DateTime),
            last_outbound_at: row.last_outbound_at.map(DateTime),
            awaiting_reply_since: row.awaiting_reply_since.map(DateTime),
            waiting_on_them_since: row.waiting_on_them_since.map(DateTime),
            turn,
            next_touch_at: row.next_touch_at.map(DateTime),
            promise_due_at: row.promise_due_at.map(DateTime),
            version: row.version,
            created_at: row.created_at.into(),
            updated_at: row.updated_at.into(),
        }
    }
}

/// A person under the candidate's hat: somebody we place or might place.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(complex)]
pub(crate) struct Candidate {
    /// The id of the person under this hat. Wherever a person is asked for, it means the person.
    pub(crate) id: ID,
    #[graphql(flatten)]
    person: PersonFields,
}

/// A person under the contact's hat: a hiring manager, an HR leader or another client person.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(complex)]
pub(crate) struct Contact {
    /// The id of the person under this hat. Wherever a person is asked for, it means the person.
    pub(crate) id: ID,
    #[graphql(flatten)]
    person: PersonFields,
}

impl From<person::Model> for Candidate {
    fn from(row: person::Model) -> Self {
        Self {
            id: id::encode(IdType::Candidate, row.id),
            person: row.into(),
        }
    }
}

impl From<person::Model> for Contact {
    fn from(row: person::Model) -> Self {
        Self {
            id: id::encode(IdType::Contact, row.id),
            person: row.into(),
        }
    }
}

impl Deref for Candidate {
    type Target = PersonFields;

    fn deref(&self) -> &PersonFields {
        &self.person
    }
}

impl Deref for Contact {
    type Target = PersonFields;

    fn deref(&self) -> &PersonFields {
        &self.person
    }
}

impl Listed for Candidate {
    const CONNECTION: &'static str = "CandidateConnection";
    const EDGE: &'static str = "CandidateEdge";
}

impl Listed for Contact {
    const CONNECTION: &'static str = "ContactConnection";
    const EDGE: &'static str = "ContactEdge";
}

/// An e-mail address, a telephone number or a page on the web.
#[derive(Clone, Debug, SimpleObject)]
pub(crate) struct ContactPoint {
    /// As it was given.
    value: String,
    /// The form by which equal ones are found: an e-mail address in small letters, a telephone
    /// number as E.164 where that can be told, a profile without language and tracking.
    normalized: String,
    /// What it is for, such as `work` or `mobile`. Null when nothing was said.
    label: Option<String>,
}

impl From<&contact_point::Model> for ContactPoint {
    fn from(row: &contact_point::Model) -> Self {
        Self {
            value: row.value.clone(),
            normalized: row.key.clone(),
            label: row.label.clone(),
        }
    }
}

/// Where a person works or worked.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(complex)]
pub(crate) struct Position {
    #[graphql(skip)]
    pub(crate) company_row: Option<Uuid>,
    #[graphql(skip)]
    pub(crate) told_company_name: Option<String>,
    /// The title. Null when unknown.
    title: Option<String>,
    /// The first day. Null when unknown.
    started_on: Option<Date>,
    /// The last day. Null when unknown or when it goes on.
    ended_on: Option<Date>,
}

impl From<&position::Model> for Position {
    fn from(row: &position::Model) -> Self {
        Self {
            company_row: row.company_id,
            told_company_name: row.company_name.clone(),
            title: row.title.clone(),
            started_on: row.started_on.map(Date),
            ended_on: row.ended_on.map(Date),
        }
    }
}

/// The names of those labels that are of a kind.
pub(crate) fn names(rows: &[label::Model], kind: LabelKind) -> Vec<String> {
    rows.iter()
        .filter(|row| row.kind == kind)
        .map(|row| row.name.clone())
        .collect()
}
