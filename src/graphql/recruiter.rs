//! What may be asked of recruiters.

use async_graphql::{Context, Enum, Object, SimpleObject};

use super::{
    context::ContextExt,
    error::{At, Result},
    types::recruiter::Recruiter,
};
use crate::auth::viewer;

/// A permission of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "viewer::Scope")]
pub(crate) enum Scope {
    /// See what the team sees.
    Read,
    /// Change it.
    Write,
    /// Write records in bulk for another system; includes `WRITE`.
    Sync,
    /// Settings, and what others keep private; includes `WRITE`.
    Admin,
}

/// You: the recruiter whose token this is, and what it allows.
#[derive(SimpleObject)]
pub(crate) struct Viewer {
    /// Your recruiter.
    recruiter: Option<Recruiter>,
    /// What your token allows, as granted.
    scopes: Vec<Scope>,
}

#[derive(Default)]
pub(crate) struct RecruiterQuery;

#[Object]
impl RecruiterQuery {
    /// You.
    async fn viewer(&self, ctx: &Context<'_>) -> Result<Viewer> {
        let viewer = ctx.store().viewer();
        let row = ctx
            .loaders()
            .recruiters
            .get(viewer.recruiter_id)
            .await
            .at(ctx)?;
        let scopes = viewer::Scope::ALL
            .into_iter()
            .filter(|scope| viewer.scopes.allow(*scope));
        Ok(Viewer {
            recruiter: row.map(Recruiter::from),
            scopes: scopes.map(Scope::from).collect(),
        })
    }
}
