//! What may be asked of the tenant's settings and done with them.

use async_graphql::{Context, Object, SimpleObject};

use super::{
    context::ContextExt,
    error::{At, Result, UserError, outcome},
    types::settings::{Settings, UpdateSettingsInput},
};
use crate::store::settings::SettingsDetails;

/// What changing the settings leads to.
#[derive(SimpleObject)]
pub(crate) struct UpdateSettingsPayload {
    /// The settings as they are now. Null when there are `userErrors`.
    settings: Option<Settings>,
    /// What you can mend; then nothing was written.
    user_errors: Vec<UserError>,
}

#[derive(Default)]
pub(crate) struct SettingsQuery;

#[Object]
impl SettingsQuery {
    /// What your tenant chose.
    async fn settings(&self, ctx: &Context<'_>) -> Result<Settings> {
        Ok(ctx.store().stored_settings().await.at(ctx)?.into())
    }
}

#[derive(Default)]
pub(crate) struct SettingsMutation;

#[Object]
impl SettingsMutation {
    /// Changes what your tenant chose. Scope: `admin`.
    async fn update_settings(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The changes.")] input: UpdateSettingsInput,
    ) -> Result<UpdateSettingsPayload> {
        let version = input.version;
        let said = &SettingsDetails::from(input);
        let store = ctx.store();
        let written = store
            .write(|w| async move { w.update_settings(said, version).await })
            .await;
        let (done, user_errors) = outcome(written, ctx)?;
        let settings = match done {
            Some(()) => Some(store.stored_settings().await.at(ctx)?.into()),
            None => None,
        };
        Ok(UpdateSettingsPayload {
            settings,
            user_errors,
        })
    }
}
