//! Suggestions: whom it is worth to meet again.

use async_graphql::{ComplexObject, Context, Object};
use entity::enums::Hat;

use super::{
    context::ContextExt,
    error::{At, Result},
    person::{Person, known_person},
    types::{place::PlaceFilter, reconnect::ReconnectSuggestion},
};
use crate::{error::Error, rules::reconnect::MOST, store::reconnect::ReconnectFilter};

#[ComplexObject]
impl ReconnectSuggestion {
    /// The person.
    async fn person(&self, ctx: &Context<'_>) -> Result<Person> {
        known_person(ctx, self.row).await
    }
}

async fn suggestions(
    ctx: &Context<'_>,
    filter: ReconnectFilter,
    limit: i32,
) -> Result<Vec<ReconnectSuggestion>> {
    let most = u64::try_from(limit)
        .ok()
        .filter(|_| (1..=MOST).contains(&limit));
    let wrong = || Error::bad_input(format!("`limit` must be from 1 to {MOST}"));
    let most = most.ok_or_else(wrong).at(ctx)?;
    let found = ctx.store().people_to_reconnect(&filter, most).await;
    Ok(found
        .at(ctx)?
        .into_iter()
        .map(ReconnectSuggestion::from)
        .collect())
}

#[derive(Default)]
pub(crate) struct ReconnectQuery;

#[Object]
impl ReconnectQuery {
    /// People worth meeting again, the highest score first; of equals who was not touched for
    /// longest. Never people whom nobody may contact, whom the team touched in the last 30 days or
    /// never, or whose next touch falls due within 14 days; those whose next touch is overdue are
    /// suggested. Private interactions do not count.
    async fn reconnect(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who live there; anywhere, if omitted.")] place: Option<PlaceFilter>,
        #[graphql(desc = "Who belong to this community, whatever its capitals and accents.")]
        community: Option<String>,
        #[graphql(desc = "Who wear this hat; either, if omitted.")] hat: Option<Hat>,
        #[graphql(desc = "At most so many: 1 to 50.", default = 10)] limit: i32,
    ) -> Result<Vec<ReconnectSuggestion>> {
        let place = place.unwrap_or_default();
        let filter = ReconnectFilter {
            hat,
            city: place.city,
            region: place.region,
            country: place.country,
            community,
        };
        suggestions(ctx, filter, limit).await
    }

    /// Whom to take to lunch in a city: the same as `reconnect`, for those who live there.
    async fn lunch(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The city, whatever its capitals and accents; not empty.")] city: String,
        #[graphql(
            desc = "The country, as ISO 3166-1 alpha-2, where the city's name is not enough."
        )]
        country: Option<String>,
        #[graphql(desc = "Who belong to this community, whatever its capitals and accents.")]
        community: Option<String>,
        #[graphql(desc = "Who wear this hat; either, if omitted.")] hat: Option<Hat>,
        #[graphql(desc = "At most so many: 1 to 50.", default = 10)] limit: i32,
    ) -> Result<Vec<ReconnectSuggestion>> {
        if city.trim().is_empty() {
            return Err(Error::bad_input("`city` is empty; say where you lunch")).at(ctx);
        }
        let filter = ReconnectFilter {
            hat,
            city: Some(city),
            country,
            community,
            region: None,
        };
        suggestions(ctx, filter, limit).await
    }
}
