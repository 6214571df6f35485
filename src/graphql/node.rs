//! Anything that has an id, by its id.

use async_graphql::{Context, ID, Interface, Object};
use uuid::Uuid;

use super::{
    context::ContextExt,
    error::{At, Result},
    id::{self, IdType},
    interaction,
    nullable::or_null,
    promise, referral, relationship,
    types::{
        application::Application,
        company::Company,
        interaction::Interaction,
        job::Job,
        person::{Candidate, Contact},
        promise::Promise,
        recruiter::Recruiter,
        referral::Referral,
        relationship::Relationship,
    },
};
use crate::error::Error;

/// How many ids `nodes` takes at once.
const MOST_IDS: usize = 100;

/// Anything that has an id.
#[derive(Interface)]
#[graphql(field(
    name = "id",
    ty = "&ID",
    desc = "The id: opaque, unique among all nodes."
))]
pub(crate) enum Node {
    /// A person under the candidate's hat.
    Candidate(Candidate),
    /// A person under the contact's hat.
    Contact(Contact),
    /// An interaction.
    Interaction(Interaction),
    /// A company.
    Company(Company),
    /// A job.
    Job(Job),
    /// An application.
    Application(Application),
    /// A recruiter.
    Recruiter(Recruiter),
    /// A relationship.
    Relationship(Relationship),
    /// A referral.
    Referral(Referral),
    /// A promise.
    Promise(Promise),
}

/// The node of a type and row. A person under a hat they do not wear is not there.
pub(crate) async fn load(ctx: &Context<'_>, id_type: IdType, row: Uuid) -> Result<Option<Node>> {
    let loaders = ctx.loaders();
    Ok(match id_type {
        IdType::Candidate => {
            let person = loaders.people.get(row).await.at(ctx)?;
            person
                .filter(|row| row.is_candidate)
                .map(|row| Node::Candidate(row.into()))
        }
        IdType::Contact => {
            let person = loaders.people.get(row).await.at(ctx)?;
            person
                .filter(|row| row.is_contact)
                .map(|row| Node::Contact(row.into()))
        }
        IdType::Interaction => interaction::one(ctx, row).await?.map(Node::Interaction),
        IdType::Relationship => relationship::one(ctx, row).await?.map(Node::Relationship),
        IdType::Referral => referral::one(ctx, row).await?.map(Node::Referral),
        IdType::Promise => promise::one(ctx, row).await?.map(Node::Promise),
        IdType::Company => loaders
            .companies
            .get(row)
            .await
            .at(ctx)?
            .map(|row| Node::Company(row.into())),
        IdType::Job => loaders
            .jobs
            .get(row)
            .await
            .at(ctx)?
            .map(|row| Node::Job(row.into())),
        IdType::Application => {
            let application = loaders.applications.get(row).await.at(ctx)?;
            application.map(|row| Node::Application(row.into()))
        }
        IdType::Recruiter => {
            let recruiter = loaders.recruiters.get(row).await.at(ctx)?;
            recruiter.map(|row| Node::Recruiter(row.into()))
        }
    })
}

#[derive(Default)]
pub(crate) struct NodeQuery;

#[Object]
impl NodeQuery {
    /// Anything by its id. Null when there is nothing by this id that you may see.
    async fn node(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The id, as an `id` field gave it.")] id: ID,
    ) -> Option<Node> {
        let outcome = async {
            let Some((id_type, row)) = id::decode(&id) else {
                let message = "`id` is not an id; take it from an `id` field";
                return Err(Error::bad_input(message)).at(ctx);
            };
            load(ctx, id_type, row).await
        };
        or_null(ctx, outcome.await)
    }

    /// Several things by their ids, in the order of the ids; null where there is nothing by an id
    /// that you may see.
    async fn nodes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The ids; at most 100.")] ids: Vec<ID>,
    ) -> Result<Vec<Option<Node>>> {
        if ids.len() > MOST_IDS {
            return Err(Error::bad_input("`ids` has more than 100 entries")).at(ctx);
        }
        let nodes = ids.iter().map(async |id| match id::decode(id) {
            Some((id_type, row)) => load(ctx, id_type, row).await,
            None => Ok(None),
        });
        futures_util::future::try_join_all(nodes).await
    }
}
