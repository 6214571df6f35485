//! What may be asked of response times.

use async_graphql::Context;
use uuid::Uuid;

use super::{
    context::ContextExt,
    error::{At, Result},
    types::reply_wait::ResponseTimes,
};

/// How fast we answered a person, and they us.
pub(crate) async fn of_person(ctx: &Context<'_>, person: Uuid) -> Result<ResponseTimes> {
    let waits = ctx.loaders().reply_waits.get(person).await.at(ctx)?;
    Ok(ResponseTimes::of(&waits.unwrap_or_default()))
}
