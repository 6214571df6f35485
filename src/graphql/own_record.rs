//! Which recruiters are people here too, as far as their e-mail addresses do not say it.

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};

use super::{
    context::ContextExt,
    error::{At, Result, UserError, outcome},
    id::{self, IdType},
    person::{Person, person},
    types::{record::PersonBy, recruiter::Recruiter},
};
use crate::{
    error::Result as StoreResult,
    store::{By, own_record::OwnRecord, person::PersonBy as StoredPersonBy},
};

/// A recruiter and the person here who they are.
#[derive(InputObject)]
pub(crate) struct LinkRecruiterPersonInput {
    /// The recruiter.
    recruiter: ID,
    /// The person.
    person: PersonBy,
}

/// A recruiter and a person who is somebody else after all.
#[derive(InputObject)]
pub(crate) struct UnlinkRecruiterPersonInput {
    /// The recruiter.
    recruiter: ID,
    /// The person, linked to the recruiter before.
    person: PersonBy,
}

/// What linking a recruiter with a person leads to.
#[derive(SimpleObject)]
pub(crate) struct LinkRecruiterPersonPayload {
    /// The recruiter. Null when there are `userErrors`.
    recruiter: Option<Recruiter>,
    /// The person. Null when there are `userErrors`.
    person: Option<Person>,
    /// What you can mend; then nothing was written.
    user_errors: Vec<UserError>,
}

/// What parting a recruiter from a person leads to.
#[derive(SimpleObject)]
pub(crate) struct UnlinkRecruiterPersonPayload {
    /// The recruiter. Null when there are `userErrors`.
    recruiter: Option<Recruiter>,
    /// The person. Null when there are `userErrors`.
    person: Option<Person>,
    /// What you can mend; then nothing was written.
    user_errors: Vec<UserError>,
}

#[derive(Default)]
pub(crate) struct OwnRecordMutation;

#[Object]
impl OwnRecordMutation {
    /// Says that a recruiter is a person here: from then on they see nothing of what others noted
    /// about that person, nor the person's feedback and health. A recruiter and a person with the
    /// same e-mail address need no link. Repeating it changes nothing. Scope: `admin`.
    async fn link_recruiter_person(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The two.")] input: LinkRecruiterPersonInput,
    ) -> Result<LinkRecruiterPersonPayload> {
        let written = async {
            let (recruiter, person) = &names(&input.recruiter, input.person)?;
            let store = ctx.store();
            store
                .write(|w| async move { w.link_recruiter_person(recruiter, person).await })
                .await
        };
        let (own, user_errors) = outcome(written.await, ctx)?;
        let (recruiter, person) = both(ctx, own).await?;
        Ok(LinkRecruiterPersonPayload {
            recruiter,
            person,
            user_errors,
        })
    }

    /// Takes back that a recruiter is a person here. Scope: `admin`.
    async fn unlink_recruiter_person(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The two.")] input: UnlinkRecruiterPersonInput,
    ) -> Result<UnlinkRecruiterPersonPayload> {
        let written = async {
            let (recruiter, person) = &names(&input.recruiter, input.person)?;
            let store = ctx.store();
            store
                .write(|w| async move { w.unlink_recruiter_person(recruiter, person).await })
                .await
        };
        let (own, user_errors) = outcome(written.await, ctx)?;
        let (recruiter, person) = both(ctx, own).await?;
        Ok(UnlinkRecruiterPersonPayload {
            recruiter,
            person,
            user_errors,
        })
    }
}

fn names(recruiter: &ID, person: PersonBy) -> StoreResult<(By, StoredPersonBy)> {
    let recruiter = id::input(recruiter, &["recruiter"], &[IdType::Recruiter])?;
    Ok((By::Id(recruiter), person.input(&["person"])?))
}

async fn both(
    ctx: &Context<'_>,
    own: Option<OwnRecord>,
) -> Result<(Option<Recruiter>, Option<Person>)> {
    let Some(own) = own else {
        return Ok((None, None));
    };
    let recruiter = ctx.loaders().recruiters.get(own.recruiter).await.at(ctx)?;
    Ok((
        recruiter.map(Recruiter::from),
        person(ctx, own.person).await?,
    ))
}
