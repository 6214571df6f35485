//! Who is who: what may be asked of it, and what somebody decides.

use std::sync::Arc;

use async_graphql::{ComplexObject, Context, ID, Object, SimpleObject};
use uuid::Uuid;

use super::{
    context::ContextExt,
    error::{At, Result, UserError, outcome},
    id::{self, PERSON},
    nullable::or_null,
    page::{Connection, ListName, Window},
    person::{Person, known_person, person},
    types::{
        matching::{
            AcceptMatchInput, DismissMatchInput, MatchReason, MatchSuggestion,
            MatchSuggestionFilter, RecordMatch, UndoMatchInput,
        },
        recruiter::Recruiter,
    },
};
use crate::{
    error::{Refusal, Result as Outcome},
    rules::matching::Finding,
    store::{matching, sync::Suggested},
};

#[ComplexObject]
impl MatchSuggestion {
    /// One of the two: the one who was here first.
    async fn one(&self, ctx: &Context<'_>) -> Result<Person> {
        known_person(ctx, self.one_row).await
    }

    /// The other.
    async fn other(&self, ctx: &Context<'_>) -> Result<Person> {
        known_person(ctx, self.other_row).await
    }

    /// Who said that they are two. Null while nobody has.
    async fn dismissed_by(&self, ctx: &Context<'_>) -> Option<Recruiter> {
        or_null(ctx, recruiter(ctx, self.dismissed_by_row).await)
    }
}

#[ComplexObject]
impl RecordMatch {
    /// Who took it back. Null while it holds.
    async fn undone_by(&self, ctx: &Context<'_>) -> Option<Recruiter> {
        or_null(ctx, recruiter(ctx, self.undone_by_row).await)
    }
}

async fn recruiter(ctx: &Context<'_>, row: Option<Uuid>) -> Result<Option<Recruiter>> {
    let Some(row) = row else {
        return Ok(None);
    };
    let row = ctx.loaders().recruiters.get(row).await.at(ctx)?;
    Ok(row.map(Recruiter::from))
}

/// The records that were given to a person by what they say.
pub(crate) async fn of_person(ctx: &Context<'_>, person: Uuid) -> Result<Vec<RecordMatch>> {
    let rows = ctx.loaders().matches.get(person).await.at(ctx)?;
    let rows = rows.map(|rows| rows.iter().map(RecordMatch::from).collect());
    Ok(rows.unwrap_or_default())
}

/// Somebody who was here, and may be the person of a record.
pub(crate) struct SuggestedPerson(Suggested);

/// Somebody who was here, and may be the person of a record.
#[Object]
impl SuggestedPerson {
    /// Who. Null if they are not here any more.
    async fn person(&self, ctx: &Context<'_>) -> Option<Person> {
        or_null(ctx, person(ctx, self.0.person).await)
    }

    /// What speaks for it.
    async fn reason(&self) -> MatchReason {
        Finding {
            evidence: self.0.evidence,
            key: self.0.key.clone(),
        }
        .into()
    }
}

impl From<Suggested> for SuggestedPerson {
    fn from(suggested: Suggested) -> Self {
        Self(suggested)
    }
}

#[derive(Default)]
pub(crate) struct MatchingQuery;

#[Object]
impl MatchingQuery {
    /// Pairs of people who may be one, as what is known of them says, the newest first. Records of
    /// which that is sure are given to their person by the sync itself; see `matches` of a person.
    async fn match_suggestions(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which ones; open ones, if omitted.")] filter: Option<
            MatchSuggestionFilter,
        >,
        #[graphql(desc = "So many from the front: 0 to 100; 20 if `last` is omitted too.")]
        first: Option<i32>,
        #[graphql(desc = "Only what follows this cursor.")] after: Option<String>,
        #[graphql(desc = "So many from the end: 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what precedes this cursor.")] before: Option<String>,
    ) -> Result<Connection<MatchSuggestion>> {
        let filter = filter.unwrap_or_default().read().at(ctx)?;
        let store = ctx.store().clone();
        let tenant = store.viewer().tenant_id;
        let name = ListName::new(&[tenant.as_bytes(), b"matchSuggestions"]);
        let window = Window {
            first,
            after,
            last,
            before,
        };
        let window = window.read(&name).at(ctx)?;
        let page = store.suggestions_page(&filter, &window).await.at(ctx)?;
        let total = Arc::new(move || -> super::batch::Loading<_> {
            let (store, filter) = (store.clone(), filter.clone());
            Box::pin(async move { store.suggestions_count(&filter).await.map_err(Arc::new) })
        });
        Ok(Connection::new(
            page,
            &name,
            total,
            matching::position,
            MatchSuggestion::from,
        ))
    }
}

/// What accepting a suggestion leads to.
#[derive(SimpleObject)]
pub(crate) struct AcceptMatchPayload {
    /// The one person that the two are from now on. Null when there are `userErrors`.
    person: Option<Person>,
    /// What you can mend; then nothing was written.
    user_errors: Vec<UserError>,
}

/// What dismissing a suggestion leads to.
#[derive(SimpleObject)]
pub(crate) struct DismissMatchPayload {
    /// The suggestion. Null when there are `userErrors`.
    suggestion: Option<MatchSuggestion>,
    /// What you can mend; then nothing was written.
    user_errors: Vec<UserError>,
}

/// What taking a match back leads to.
#[derive(SimpleObject)]
pub(crate) struct UndoMatchPayload {
    /// The record's own person, who is new. Null when there are `userErrors`.
    person: Option<Person>,
    /// Whom the record was taken from. Null when there are `userErrors`.
    from: Option<Person>,
    /// What you can mend; then nothing was written.
    user_errors: Vec<UserError>,
}

#[derive(Default)]
pub(crate) struct MatchingMutation;

#[Object]
impl MatchingMutation {
    /// Says of two people who may be one that they are: merges them, as `mergePeople` does, which can
    /// be undone as any merge. Refused with `NOT_FOUND` if one of them is merged or gone already, and
    /// with `CONFLICT` if somebody said that they are two. Scope: `write`.
    async fn accept_match(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The suggestion, and who stays.")] input: AcceptMatchInput,
    ) -> Result<AcceptMatchPayload> {
        let store = ctx.store();
        let accepted = async {
            let suggestion = read(&input.suggestion, "suggestion")?;
            let survivor = input.survivor.as_ref();
            let survivor = survivor.map(|survivor| id::input(survivor, &["survivor"], &PERSON));
            let survivor = survivor.transpose()?;
            store
                .write(|w| async move { w.accept_match(suggestion, survivor).await })
                .await
        };
        let (stays, user_errors) = outcome(accepted.await, ctx)?;
        let person = match stays {
            Some(stays) => person(ctx, stays).await?,
            None => None,
        };
        Ok(AcceptMatchPayload {
            person,
            user_errors,
        })
    }

    /// Says of two people who may be one that they are two. They are never suggested again, and no
    /// sync makes them one. Repeating it changes nothing. Scope: `write`.
    async fn dismiss_match(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The suggestion.")] input: DismissMatchInput,
    ) -> Result<DismissMatchPayload> {
        let store = ctx.store();
        let dismissed = async {
            let suggestion = read(&input.suggestion, "suggestion")?;
            store
                .write(|w| async move { w.dismiss_match(suggestion).await })
                .await
        };
        let (suggestion, user_errors) = outcome(dismissed.await, ctx)?;
        Ok(DismissMatchPayload {
            suggestion: suggestion.map(MatchSuggestion::from),
            user_errors,
        })
    }

    /// Takes back that a record was given to a person by what it says. The record gets a person of
    /// its own, made from its last words; the applications, interactions and whatever else came by
    /// reference to it go with it, what only names our person stays. The two are kept apart from then
    /// on. Refused with `CONFLICT` if it was taken back already, or the record belongs to somebody
    /// else by now. Scope: `write`.
    async fn undo_match(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The match.")] input: UndoMatchInput,
    ) -> Result<UndoMatchPayload> {
        let store = ctx.store();
        let undone = async {
            let matched = read(&input.matched, "match")?;
            store
                .write(|w| async move { w.undo_match(matched, id::read).await })
                .await
        };
        let (undone, user_errors) = outcome(undone.await, ctx)?;
        let (person, from) = match undone {
            Some(undone) => (
                person(ctx, undone.person).await?,
                person(ctx, undone.from).await?,
            ),
            None => (None, None),
        };
        Ok(UndoMatchPayload {
            person,
            from,
            user_errors,
        })
    }
}

/// The row behind an id that is no node's.
fn read(given: &ID, field: &str) -> Outcome<Uuid> {
    let unknown = || Refusal::not_found(&[field], "there is nothing by this id");
    Ok(Uuid::try_parse(given).map_err(|_| unknown())?)
}
