//! Merging two people who turn out to be one, and undoing it.

use std::sync::Arc;

use async_graphql::{ComplexObject, Context, ID, Object, SimpleObject};
use uuid::Uuid;

use super::{
    context::ContextExt,
    error::{At, Result, UserError, outcome},
    idempotency,
    person::{Person, person},
    recruiter,
    scalars::DateTime,
    types::{
        merge::{
            MergeConflict, MergeMoved, MergePeopleInput, MergedPerson, UnmergePeopleInput,
            person_id,
        },
        recruiter::Recruiter,
    },
};
use crate::store::merge::Merged;

/// What merging two people leads to, or would lead to.
#[derive(SimpleObject)]
pub(crate) struct MergePeoplePayload {
    /// The survivor as they are now; of a dry run, as they are without it. Null when there are
    /// `userErrors`.
    survivor: Option<Person>,
    /// The id of the merged person, which leads to the survivor from now on. Null when there are
    /// `userErrors`.
    merged_id: Option<ID>,
    /// What goes to the survivor. Null when there are `userErrors`.
    moved: Option<MergeMoved>,
    /// The survivor's fields that get the merged person's value, as the API spells them.
    filled: Vec<String>,
    /// The fields in which the two differ, with both values.
    conflicts: Vec<MergeConflict>,
    /// Until when `unmergePeople` can undo it: 30 days. Null when there are `userErrors`.
    undoable_until: Option<DateTime>,
    /// What you can mend; then nothing was written.
    user_errors: Vec<UserError>,
}

/// What undoing a merge leads to.
#[derive(SimpleObject)]
pub(crate) struct UnmergePeoplePayload {
    /// The person who is somebody of their own again. Null when there are `userErrors`.
    person: Option<Person>,
    /// Whom they had been merged into. Null when there are `userErrors`.
    survivor: Option<Person>,
    /// What you can mend; then nothing was written.
    user_errors: Vec<UserError>,
}

#[ComplexObject]
impl MergedPerson {
    /// The recruiter who merged them. Null never, but for a failure.
    async fn merged_by(&self, ctx: &Context<'_>) -> Option<Recruiter> {
        recruiter::named(ctx, Some(self.recruiter_row)).await
    }
}

/// Who was merged into a person.
pub(super) async fn into_person(ctx: &Context<'_>, row: Uuid) -> Result<Vec<MergedPerson>> {
    let merged = ctx.loaders().merged_people.get(row).await.at(ctx)?;
    let merged = merged.unwrap_or_else(|| Arc::new(Vec::new()));
    Ok(merged.iter().map(MergedPerson::from).collect())
}

#[derive(Default)]
pub(crate) struct MergeMutation;

#[Object]
impl MergeMutation {
    /// Makes two people one who turn out to be one. Begin with a dry run: it tells the same and
    /// changes nothing.
    ///
    /// The survivor keeps all that they have. What they lack is filled from the merged person
    /// (`filled`), and where both have something else, the survivor's stays (`conflicts`); of two
    /// dates for the next touch, the one that was set last. Who must not be contacted under one
    /// name must not be contacted under the other. All that hangs on the merged person hangs on the
    /// survivor: addresses, tags, positions, interactions, relationships, referrals, promises,
    /// feedback, applications, jobs, snoozes, names in other systems; and all that follows from
    /// their history follows from both histories. All claims to have referred either of them stay;
    /// a referral of one by the other, and a relationship between the two, is gone as long as they
    /// are one.
    ///
    /// The merged person's id leads to the survivor wherever an id may be given, as do cursors and
    /// what other systems call them. `changes` tells it: `MERGED` of the one, `UPDATED` of the
    /// other. `unmergePeople` undoes it for 30 days.
    ///
    /// Refused: two names of one person, and a merge of yourself, which somebody else must do.
    /// Scope: `write`.
    async fn merge_people(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The two people.")] input: MergePeopleInput,
    ) -> Result<MergePeoplePayload> {
        let once = idempotency::once("mergePeople", input.idempotency_key.as_deref(), &input);
        let written = async {
            let new = input.read()?;
            ctx.store().merge_people(&new, once.as_ref()).await
        };
        let (merged, user_errors) = outcome(written.await, ctx)?;
        let Some(merged) = merged else {
            return Ok(MergePeoplePayload::refused(user_errors));
        };
        let survivor = person(ctx, merged.survivor).await?;
        Ok(MergePeoplePayload::of(merged, survivor))
    }

    /// Undoes a merge within 30 days. Both people are as they were, as far as nothing speaks against
    /// it that happened since: what went to the survivor goes back if the survivor still has it,
    /// fields that the merge filled are as before unless they were changed since, and what the
    /// survivor was given since stays with them. Refused when the survivor was merged in turn; undo
    /// that merge first. `changes` tells it: `UNMERGED` of the one, `UPDATED` of the other.
    /// Scope: `write`.
    async fn unmerge_people(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The merge.")] input: UnmergePeopleInput,
    ) -> Result<UnmergePeoplePayload> {
        let written = async { ctx.store().unmerge_people(input.read()?).await };
        let (undone, user_errors) = outcome(written.await, ctx)?;
        let (back, survivor) = match undone {
            Some(undone) => (
                person(ctx, undone.person).await?,
                person(ctx, undone.survivor).await?,
            ),
            None => (None, None),
        };
        Ok(UnmergePeoplePayload {
            person: back,
            survivor,
            user_errors,
        })
    }
}

impl MergePeoplePayload {
    fn of(merged: Merged, survivor: Option<Person>) -> Self {
        Self {
            survivor,
            merged_id: Some(person_id(merged.hat, merged.merged)),
            moved: Some(merged.moved.into()),
            filled: merged.filled,
            conflicts: merged
                .conflicts
                .into_iter()
                .map(MergeConflict::from)
                .collect(),
            undoable_until: Some(merged.undoable_until.into()),
            user_errors: Vec::new(),
        }
    }

    fn refused(user_errors: Vec<UserError>) -> Self {
        Self {
            survivor: None,
            merged_id: None,
            moved: None,
            filled: Vec::new(),
            conflicts: Vec::new(),
            undoable_until: None,
            user_errors,
        }
    }
}
