//! Two people who turn out to be one. The merged person's row is deleted, and all that pointed at it
//! points at the survivor; their id leads there from then on. What an undo needs is kept beside it
//! for as long as one is possible.
//!
//! A merge is one transaction of a fixed number of statements, whatever the two have behind them.
//! It takes turns with the tenant's syncs and other merges, and holds both people, so that whoever
//! writes to the merged person meanwhile waits, finds them gone, and writes to the survivor.

mod belongings;
mod claims;
mod merged_ids;
mod plan;
mod rows;
mod ties;
mod trail;
mod undo;
mod write;

use chrono::{DateTime, Utc};
use entity::{enums::Hat, person};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub use self::{merged_ids::MergedPerson, undo::Unmerged, write::NewMerge};
use crate::rules::merge::Conflict;

/// The two of a merge.
#[derive(Clone, Copy, Debug)]
struct Pair {
    /// Who stays.
    survivor: Uuid,
    /// Who is the survivor from now on.
    merged: Uuid,
}

/// What a merge did, or would do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Merged {
    /// Who stays.
    pub survivor: Uuid,
    /// Whose id leads to the survivor now.
    pub merged: Uuid,
    /// The hat under which the merged person's id is told.
    pub hat: Hat,
    /// What went to the survivor.
    pub moved: Moved,
    /// The survivor's fields that were filled.
    pub filled: Vec<String>,
    /// The fields in which the two differed.
    pub conflicts: Vec<Conflict>,
    /// Until when it can be undone.
    pub undoable_until: DateTime<Utc>,
}

/// How much went to the survivor. What both had counts for nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moved {
    /// E-mail addresses.
    pub emails: usize,
    /// Telephone numbers.
    pub phones: usize,
    /// Profiles and pages.
    pub links: usize,
    /// Tags.
    pub tags: usize,
    /// Communities.
    pub communities: usize,
    /// Positions.
    pub positions: usize,
    /// Names in other systems.
    pub external_records: usize,
    /// Interactions that the viewer may see.
    pub interactions: usize,
    /// Relationships.
    pub relationships: usize,
    /// Relationships that ended with the merge: those between the two, and those that both had.
    pub relationships_dropped: usize,
    /// Referrals, made or received.
    pub referrals: usize,
    /// Referrals between the two, which nobody sees while they are one.
    pub referrals_hidden: usize,
    /// Promises.
    pub promises: usize,
    /// Feedback.
    pub feedback: usize,
    /// Applications.
    pub applications: usize,
    /// Jobs they are the hiring manager of.
    pub jobs: usize,
    /// Snoozes.
    pub snoozes: usize,
}

/// The hat under which a person's id is told: the candidate's, unless they are only a contact.
fn hat_of(person: &person::Model) -> Hat {
    if person.is_contact && !person.is_candidate {
        Hat::Contact
    } else {
        Hat::Candidate
    }
}
