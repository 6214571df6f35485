//! How relationships fare.

use async_graphql::Context;
use uuid::Uuid;

use super::{
    context::ContextExt,
    error::{At, Result},
    types::health::Health,
};

/// The health of the relationship with a person.
pub(crate) async fn of_person(ctx: &Context<'_>, person: Uuid) -> Result<Option<Health>> {
    let health = ctx.loaders().healths.get(person).await.at(ctx)?;
    Ok(health.map(|health| Health::from(&*health)))
}
