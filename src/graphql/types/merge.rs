//! What merging people looks like outside.

use async_graphql::{ID, InputObject, SimpleObject};
use entity::enums::Hat;
use uuid::Uuid;

use super::record::PersonBy;
use crate::{
    error::Result,
    graphql::{
        id::{self, IdType},
        scalars::DateTime,
    },
    rules::merge::Conflict,
    store::merge::{MergedPerson as Row, Moved, NewMerge},
};

/// Two people who turn out to be one.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct MergePeopleInput {
    /// The person who stays, with their id.
    survivor: PersonBy,
    /// The person who is the survivor, as it turns out.
    merged: PersonBy,
    /// The survivor's version you read. Given, the merge is refused with `CONFLICT` if there is a
    /// newer one.
    survivor_version: Option<i32>,
    /// The merged person's version you read, likewise.
    merged_version: Option<i32>,
    /// Only tell what would happen, and change nothing.
    #[graphql(default)]
    dry_run: bool,
    /// Your key for this call: a repeat with the same key within 30 days answers as the first one
    /// did. A dry run leaves it unused. 1 to 255 bytes.
    pub(crate) idempotency_key: Option<String>,
}

impl MergePeopleInput {
    /// As the store takes it.
    pub(crate) fn read(self) -> Result<NewMerge> {
        Ok(NewMerge {
            survivor: self.survivor.input(&["survivor"])?,
            merged: self.merged.input(&["merged"])?,
            survivor_version: self.survivor_version,
            merged_version: self.merged_version,
            dry_run: self.dry_run,
        })
    }
}

/// A merge to undo.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct UnmergePeopleInput {
    /// The id that the merged person had.
    merged: ID,
}

impl UnmergePeopleInput {
    /// As the store takes it.
    pub(crate) fn read(&self) -> Result<Uuid> {
        id::input(&self.merged, &["merged"], &id::PERSON)
    }
}

/// How much goes from a merged person to the survivor. What both have counts for nothing, and is
/// there once.
#[derive(Clone, Debug, SimpleObject)]
pub(crate) struct MergeMoved {
    /// E-mail addresses.
    emails: usize,
    /// Telephone numbers.
    phones: usize,
    /// Profiles and pages on the web.
    links: usize,
    /// Tags.
    tags: usize,
    /// Communities.
    communities: usize,
    /// Positions.
    positions: usize,
    /// Names in other systems, which lead to the survivor from now on.
    external_records: usize,
    /// Interactions that you may see; private ones of others go too, and are not counted. One in
    /// which both took part counts, and has one participant less.
    interactions: usize,
    /// Relationships to others.
    relationships: usize,
    /// Relationships that end with the merge: those between the two, and those that both have
    /// alike. An undo brings them back.
    relationships_dropped: usize,
    /// Referrals, made or received. Two that say the same both stay.
    referrals: usize,
    /// Referrals of one of the two by the other, which nobody sees while they are one. An undo
    /// brings them back.
    referrals_hidden: usize,
    /// Promises.
    promises: usize,
    /// Pieces of feedback.
    feedback: usize,
    /// Applications.
    applications: usize,
    /// Jobs whose hiring manager they are.
    jobs: usize,
    /// Snoozes of recruiters who have not snoozed the survivor.
    snoozes: usize,
}

impl From<Moved> for MergeMoved {
    fn from(moved: Moved) -> Self {
        Self {
            emails: moved.emails,
            phones: moved.phones,
            links: moved.links,
            tags: moved.tags,
            communities: moved.communities,
            positions: moved.positions,
            external_records: moved.external_records,
            interactions: moved.interactions,
            relationships: moved.relationships,
            relationships_dropped: moved.relationships_dropped,
            referrals: moved.referrals,
            referrals_hidden: moved.referrals_hidden,
            promises: moved.promises,
            feedback: moved.feedback,
            applications: moved.applications,
            jobs: moved.jobs,
            snoozes: moved.snoozes,
        }
    }
}

/// A field in which two merged people differ. One value stays; the other is lost unless the merge
/// is undone.
#[derive(Clone, Debug, SimpleObject)]
pub(crate) struct MergeConflict {
    /// The field, as the API spells it.
    field: String,
    /// The value that stays, as text; the id of a recruiter for `owner`.
    kept: String,
    /// The value that is lost, as text.
    lost: String,
}

impl From<Conflict> for MergeConflict {
    fn from(conflict: Conflict) -> Self {
        let shown = |value: String| match Uuid::parse_str(&value) {
            Ok(row) if conflict.field == "owner" => id::encode(IdType::Recruiter, row).0,
            _ => value,
        };
        Self {
            kept: shown(conflict.kept),
            lost: shown(conflict.lost),
            field: conflict.field,
        }
    }
}

/// Somebody who was merged into a person.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(complex)]
pub(crate) struct MergedPerson {
    #[graphql(skip)]
    pub(crate) recruiter_row: Uuid,
    /// The id they had, which leads to the survivor by now.
    id: ID,
    /// The name they had. Null once it is too late for an undo: then it is forgotten.
    name: Option<String>,
    /// When they were merged.
    merged_at: DateTime,
    /// Until when `unmergePeople` can undo it.
    undoable_until: DateTime,
}

impl From<&Row> for MergedPerson {
    fn from(row: &Row) -> Self {
        Self {
            recruiter_row: row.recruiter,
            id: person_id(row.hat, row.id),
            name: row.name.clone(),
            merged_at: row.merged_at.into(),
            undoable_until: row.undoable_until.into(),
        }
    }
}

/// The id of a person under a hat.
pub(crate) fn person_id(hat: Hat, row: Uuid) -> ID {
    let id_type = match hat {
        Hat::Candidate => IdType::Candidate,
        Hat::Contact => IdType::Contact,
    };
    id::encode(id_type, row)
}
