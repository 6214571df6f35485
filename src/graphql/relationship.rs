//! What may be asked of relationships and done with them.

use async_graphql::{ComplexObject, Context, Object, SimpleObject};
use entity::enums::NodeKind;
use uuid::Uuid;

use super::{
    context::ContextExt,
    error::{At, Result, UserError, outcome},
    id::IdType,
    idempotency,
    nested::{Lists, Part},
    page::Window,
    person::{Person, known_person},
    record,
    types::{
        record::ExternalRecord,
        relationship::{
            AddRelationshipInput, AddRelationshipKindInput, EndRelationshipInput, Relationship,
            RelationshipFilter, RelationshipKind, Tie, UpdateRelationshipInput,
        },
    },
};
use crate::{
    error::Error,
    store::relationship::{self, NewRelationshipKind},
};

#[ComplexObject]
impl Relationship {
    /// The person from whom it is read.
    async fn person(&self, ctx: &Context<'_>) -> Result<Person> {
        known_person(ctx, self.person_row).await
    }

    /// The other person.
    async fn other(&self, ctx: &Context<'_>) -> Result<Person> {
        known_person(ctx, self.other_row).await
    }

    /// What `person` is to `other`.
    async fn kind(&self, ctx: &Context<'_>) -> Result<RelationshipKind> {
        kind(ctx, &self.kind_code, true).await
    }

    /// Its names in other systems.
    async fn external_records(&self, ctx: &Context<'_>) -> Result<Vec<ExternalRecord>> {
        record::of(ctx, NodeKind::Relationship, self.row).await
    }
}

#[ComplexObject]
impl Tie {
    /// What the person whose list this is, is to the other: a manager's list has `MANAGER_OF`
    /// where that of those they manage has `REPORTS_TO`.
    async fn kind(&self, ctx: &Context<'_>) -> Result<RelationshipKind> {
        let tie = &self.relationship;
        kind(ctx, &tie.kind_code, tie.person_row == self.seen_from).await
    }

    /// The other person.
    async fn other(&self, ctx: &Context<'_>) -> Result<Person> {
        let tie = &self.relationship;
        let is_first = tie.person_row == self.seen_from;
        known_person(
            ctx,
            if is_first {
                tie.other_row
            } else {
                tie.person_row
            },
        )
        .await
    }
}

/// A kind by a code of it, as seen from that code's side or from the opposite one.
pub(crate) async fn kind(
    ctx: &Context<'_>,
    code: &str,
    from_its_side: bool,
) -> Result<RelationshipKind> {
    let found = ctx
        .loaders()
        .relationship_kinds
        .get(code.to_owned())
        .await
        .at(ctx)?;
    let unknown = || Error::Internal(anyhow::anyhow!("a tie has a kind that nobody knows"));
    let kind = found.ok_or_else(unknown).at(ctx)?;
    let opposite = kind.rule().opposite(code).to_owned();
    let seen_as = if from_its_side { code } else { &opposite };
    Ok(kind.seen_as(seen_as).into())
}

/// The kind that has the code, as seen from that side.
pub(crate) async fn kind_seen_as(ctx: &Context<'_>, code: &str) -> Result<RelationshipKind> {
    kind(ctx, code, true).await
}

/// The ties of a person.
const OF_PERSON: Lists<relationship::RelationshipFilter, entity::relationship::Model> = Lists {
    name: "person.relationships",
    pages: |loaders| &loaders.relationships_of_people,
    counts: |loaders| &loaders.relationships_of_people_counts,
    position: relationship::position,
};

/// The relationships of a person, as they see them, the latest recorded first.
pub(crate) fn of_person<'a>(
    ctx: &'a Context<'a>,
    person: Uuid,
    filter: Option<RelationshipFilter>,
    window: Window,
) -> Part<'a, Tie> {
    Box::pin(async move {
        let filter = filter.unwrap_or_default().read();
        let tie = |row| Tie {
            seen_from: person,
            relationship: Relationship::from(row),
        };
        OF_PERSON.seen_from(ctx, person, filter, window, tie).await
    })
}

/// A relationship by its row.
pub(crate) async fn one(ctx: &Context<'_>, row: Uuid) -> Result<Option<Relationship>> {
    Ok(ctx
        .loaders()
        .relationships
        .get(row)
        .await
        .at(ctx)?
        .map(Relationship::from))
}

async fn written_one(ctx: &Context<'_>, row: Option<Uuid>) -> Result<Option<Relationship>> {
    match row {
        Some(row) => one(ctx, row).await,
        None => Ok(None),
    }
}

#[derive(Default)]
pub(crate) struct RelationshipQuery;

#[Object]
impl RelationshipQuery {
    /// The kinds of relationships: the built-in ones, then your tenant's own by code; some dozens
    /// in all, 217 at most. Each stands there once, from the side under which it is stored.
    async fn relationship_kinds(&self, ctx: &Context<'_>) -> Result<Vec<RelationshipKind>> {
        let kinds = ctx.store().relationship_kinds().await.at(ctx)?;
        Ok(kinds.into_iter().map(RelationshipKind::from).collect())
    }
}

/// What adding a relationship leads to.
#[derive(SimpleObject)]
pub(crate) struct AddRelationshipPayload {
    /// The relationship. Null when there are `userErrors`.
    relationship: Option<Relationship>,
    /// What you can mend; then nothing was written.
    user_errors: Vec<UserError>,
}

/// What changing a relationship leads to.
#[derive(SimpleObject)]
pub(crate) struct UpdateRelationshipPayload {
    /// The relationship as it is now. Null when there are `userErrors`.
    relationship: Option<Relationship>,
    /// What you can mend; then nothing was written.
    user_errors: Vec<UserError>,
}

/// What ending a relationship leads to.
#[derive(SimpleObject)]
pub(crate) struct EndRelationshipPayload {
    /// The relationship as it is now. Null when there are `userErrors`.
    relationship: Option<Relationship>,
    /// What you can mend; then nothing was written.
    user_errors: Vec<UserError>,
}

/// What adding a kind of relationship leads to.
#[derive(SimpleObject)]
pub(crate) struct AddRelationshipKindPayload {
    /// The kind. Null when there are `userErrors`.
    relationship_kind: Option<RelationshipKind>,
    /// What you can mend; then nothing was written.
    user_errors: Vec<UserError>,
}

#[derive(Default)]
pub(crate) struct RelationshipMutation;

#[Object]
impl RelationshipMutation {
    /// Adds a tie between two people. One that stands there already, told from either side, is
    /// answered as it is: nothing else that you say of it is written. Scope: `write`.
    async fn add_relationship(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The relationship.")] input: AddRelationshipInput,
    ) -> Result<AddRelationshipPayload> {
        let once = idempotency::once("addRelationship", input.idempotency_key.as_deref(), &input);
        let written = async {
            let new = &input.read()?;
            let add = |w: crate::store::Writer| async move { w.add_relationship(new).await };
            ctx.store().write_once(once.as_ref(), add).await
        };
        let (row, user_errors) = outcome(written.await, ctx)?;
        Ok(AddRelationshipPayload {
            relationship: written_one(ctx, row).await?,
            user_errors,
        })
    }

    /// Changes what is said of a relationship. Scope: `write`.
    async fn update_relationship(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The changes.")] input: UpdateRelationshipInput,
    ) -> Result<UpdateRelationshipPayload> {
        let written = async {
            let version = input.version;
            let (by, said) = &input.read()?;
            let store = ctx.store();
            store
                .write(|w| async move { w.update_relationship(by, said, version).await })
                .await
        };
        let (row, user_errors) = outcome(written.await, ctx)?;
        Ok(UpdateRelationshipPayload {
            relationship: written_one(ctx, row).await?,
            user_errors,
        })
    }

    /// Says that a relationship no longer holds; it stays on record. Scope: `write`.
    async fn end_relationship(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which one, and since when.")] input: EndRelationshipInput,
    ) -> Result<EndRelationshipPayload> {
        let written = async {
            let (version, until) = (input.version, input.until.map(|day| day.0));
            let by = &input.by.input(&["by"], IdType::Relationship)?;
            let store = ctx.store();
            store
                .write(|w| async move { w.end_relationship(by, until, version).await })
                .await
        };
        let (row, user_errors) = outcome(written.await, ctx)?;
        Ok(EndRelationshipPayload {
            relationship: written_one(ctx, row).await?,
            user_errors,
        })
    }

    /// Adds a kind of relationship to your tenant's own. A code that a kind has already, on either
    /// side, is refused with `DUPLICATE`. Scope: `admin`.
    async fn add_relationship_kind(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The kind.")] input: AddRelationshipKindInput,
    ) -> Result<AddRelationshipKindPayload> {
        let new = &NewRelationshipKind::from(input);
        let written = ctx
            .store()
            .write(|w| async move { w.add_relationship_kind(new).await })
            .await;
        let (code, user_errors) = outcome(written, ctx)?;
        let relationship_kind = match code {
            Some(code) => Some(kind_seen_as(ctx, &code).await?),
            None => None,
        };
        Ok(AddRelationshipKindPayload {
            relationship_kind,
            user_errors,
        })
    }
}
