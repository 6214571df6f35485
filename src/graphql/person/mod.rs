//! What may be asked of people.

use async_graphql::{Context, Object};
use entity::{enums::Hat, person};
use uuid::Uuid;

use super::{
    context::ContextExt,
    error::{At, Result},
    list::List,
    nullable::or_null,
    page::{Connection, Listed, Window},
    types::{
        person::{Candidate, Contact},
        person_filter::{PersonFilter, PersonOrder},
        record::PersonBy,
    },
};
use crate::{
    error::Error,
    store::{
        self, By,
        person::{PersonFilter as Filter, PersonKey, position},
    },
};

pub(crate) use self::{interface::Person, write::PersonMutation};

mod fields;
mod interface;
mod write;

/// A person under the candidate's hat, if they wear it.
pub(crate) async fn candidate(ctx: &Context<'_>, row: Uuid) -> Result<Option<Candidate>> {
    let row = ctx.loaders().people.get(row).await.at(ctx)?;
    Ok(row.and_then(as_candidate))
}

fn as_candidate(row: person::Model) -> Option<Candidate> {
    row.is_candidate.then(|| Candidate::from(row))
}

fn as_contact(row: person::Model) -> Option<Contact> {
    row.is_contact.then(|| Contact::from(row))
}

/// A person under the contact's hat, if they wear it.
pub(crate) async fn contact(ctx: &Context<'_>, row: Uuid) -> Result<Option<Contact>> {
    let row = ctx.loaders().people.get(row).await.at(ctx)?;
    Ok(row.and_then(as_contact))
}

/// A person, under the first hat they wear.
pub(crate) async fn person(ctx: &Context<'_>, row: Uuid) -> Result<Option<Person>> {
    Ok(ctx
        .loaders()
        .people
        .get(row)
        .await
        .at(ctx)?
        .map(Person::from))
}

/// What is stored of a person.
pub(crate) async fn person_row(ctx: &Context<'_>, row: Uuid) -> Result<Option<person::Model>> {
    ctx.loaders().people.get(row).await.at(ctx)
}

/// A person to whom a row points, and who therefore must be there.
pub(crate) async fn known_person(ctx: &Context<'_>, row: Uuid) -> Result<Person> {
    let gone = || Error::Internal(anyhow::anyhow!("a row points at a person who is not there"));
    person(ctx, row).await?.ok_or_else(gone).at(ctx)
}

/// The person who is meant, if somebody is. Those named by id are looked for together.
async fn meant(ctx: &Context<'_>, by: PersonBy) -> Result<Option<person::Model>> {
    match by.argument().at(ctx)? {
        store::person::PersonBy::Node(By::Id(row)) => ctx.loaders().people.get(row).await.at(ctx),
        by => ctx.showing().person_by(&by).await.at(ctx),
    }
}

/// All people of the tenant under one hat.
const PEOPLE: List<(Hat, Filter), (Hat, PersonKey), person::Model> = List {
    name: "people",
    page: |store, (hat, filter), (_, order), args| {
        Box::pin(async move { store.people_page(Some(*hat), filter, &[order], args).await })
    },
    count: |store, (hat, filter)| Box::pin(store.people_count(Some(*hat), filter)),
    position: |(_, order), row| position(&[order], row),
};

/// A list of people under one hat.
async fn list<T: Listed + From<person::Model>>(
    ctx: &Context<'_>,
    hat: Hat,
    filter: Option<PersonFilter>,
    order_by: Option<PersonOrder>,
    window: Window,
) -> Result<Connection<T>> {
    let filter = filter.unwrap_or_default().read().at(ctx)?;
    let order = PersonOrder::read(order_by);
    PEOPLE.part(ctx, (hat, filter), (hat, order), window).await
}

#[derive(Default)]
pub(crate) struct PersonQuery;

#[Object]
impl PersonQuery {
    /// One candidate. Null when nobody by this name wears that hat.
    async fn candidate(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whom.")] by: PersonBy,
    ) -> Option<Candidate> {
        let outcome = meant(ctx, by).await;
        or_null(ctx, outcome.map(|row| row.and_then(as_candidate)))
    }

    /// One contact. Null when nobody by this name wears that hat.
    async fn contact(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whom.")] by: PersonBy,
    ) -> Option<Contact> {
        let outcome = meant(ctx, by).await;
        or_null(ctx, outcome.map(|row| row.and_then(as_contact)))
    }

    /// One person, under whichever hat. Null when there is nobody by this name.
    async fn person(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whom.")] by: PersonBy,
    ) -> Option<Person> {
        or_null(ctx, meant(ctx, by).await.map(|row| row.map(Person::from)))
    }

    /// Candidates, by name unless another order is wished for.
    #[expect(clippy::too_many_arguments, reason = "the arguments of the API")]
    async fn candidates(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whom; all, if omitted.")] filter: Option<PersonFilter>,
        #[graphql(desc = "In which order; by name, if omitted.")] order_by: Option<PersonOrder>,
        #[graphql(desc = "So many from the front: 0 to 100; 20 if `last` is omitted too.")]
        first: Option<i32>,
        #[graphql(desc = "Only what follows this cursor.")] after: Option<String>,
        #[graphql(desc = "So many from the end: 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what precedes this cursor.")] before: Option<String>,
    ) -> Result<Connection<Candidate>> {
        let window = Window {
            first,
            after,
            last,
            before,
        };
        list(ctx, Hat::Candidate, filter, order_by, window).await
    }

    /// Contacts, by name unless another order is wished for.
    #[expect(clippy::too_many_arguments, reason = "the arguments of the API")]
    async fn contacts(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whom; all, if omitted.")] filter: Option<PersonFilter>,
        #[graphql(desc = "In which order; by name, if omitted.")] order_by: Option<PersonOrder>,
        #[graphql(desc = "So many from the front: 0 to 100; 20 if `last` is omitted too.")]
        first: Option<i32>,
        #[graphql(desc = "Only what follows this cursor.")] after: Option<String>,
        #[graphql(desc = "So many from the end: 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what precedes this cursor.")] before: Option<String>,
    ) -> Result<Connection<Contact>> {
        let window = Window {
            first,
            after,
            last,
            before,
        };
        list(ctx, Hat::Contact, filter, order_by, window).await
    }
}
