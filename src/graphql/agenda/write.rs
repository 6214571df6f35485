//! What may be done with the agenda.

use async_graphql::{Context, Object, SimpleObject};

use crate::graphql::{
    context::ContextExt,
    error::{Result, UserError, outcome},
    person::{Person, person},
    types::agenda::{Snooze, SnoozeAgendaEntryInput, UnsnoozeAgendaEntryInput},
};

/// What snoozing a person leads to.
#[derive(SimpleObject)]
pub(crate) struct SnoozeAgendaEntryPayload {
    /// The person. Null when there are `userErrors`.
    person: Option<Person>,
    /// The snooze. Null when there are `userErrors`.
    snooze: Option<Snooze>,
    /// What you can mend; then nothing was written.
    user_errors: Vec<UserError>,
}

/// What ending a snooze leads to.
#[derive(SimpleObject)]
pub(crate) struct UnsnoozeAgendaEntryPayload {
    /// The person. Null when there are `userErrors`.
    person: Option<Person>,
    /// What you can mend; then nothing was written.
    user_errors: Vec<UserError>,
}

#[derive(Default)]
pub(crate) struct AgendaMutation;

#[Object]
impl AgendaMutation {
    /// Leaves a person off a recruiter's agenda until a time, whatever the reasons for which they
    /// are or will be on it. Snoozed again, the new time and reason take the place of the old. You
    /// may do so for another recruiter too, such as one who is away. Scope: `write`.
    async fn snooze_agenda_entry(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whom, and until when.")] input: SnoozeAgendaEntryInput,
    ) -> Result<SnoozeAgendaEntryPayload> {
        let written = async {
            let new = &input.read()?;
            let store = ctx.store();
            store.write(|w| async move { w.snooze(new).await }).await
        };
        let (row, user_errors) = outcome(written.await, ctx)?;
        let snoozed = match &row {
            Some(row) => person(ctx, row.person_id).await?,
            None => None,
        };
        Ok(SnoozeAgendaEntryPayload {
            person: snoozed,
            snooze: row.map(Snooze::from),
            user_errors,
        })
    }

    /// Brings a person back to a recruiter's agenda. Somebody who is not snoozed stays as they are.
    /// Scope: `write`.
    async fn unsnooze_agenda_entry(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whom.")] input: UnsnoozeAgendaEntryInput,
    ) -> Result<UnsnoozeAgendaEntryPayload> {
        let written = async {
            let of = &input.read()?;
            let store = ctx.store();
            store.write(|w| async move { w.unsnooze(of).await }).await
        };
        let (row, user_errors) = outcome(written.await, ctx)?;
        let back = match row {
            Some(row) => person(ctx, row).await?,
            None => None,
        };
        Ok(UnsnoozeAgendaEntryPayload {
            person: back,
            user_errors,
        })
    }
}
