//! What may be done with people.

use async_graphql::{Context, MaybeUndefined, Object, SimpleObject};
use entity::enums::Hat;
use uuid::Uuid;

use super::{Person, candidate, contact, person};
use crate::{
    error::Result as Written,
    graphql::{
        context::ContextExt,
        error::{Result, UserError, outcome},
        idempotency,
        types::{
            person::{Candidate, Contact},
            person_details::PersonDetailsInput,
            person_inputs::{
                CreateCandidateInput, CreateContactInput, HatInput, SetDoNotContactInput,
                SetOwnerInput, SetTagsInput, UpdateCandidateInput, UpdateContactInput,
                UpsertPersonInput,
            },
            record::{PersonBy, keys},
        },
    },
    store::{ExternalKey, Once, Writer, person::DoNotContact},
};

/// Declares what a mutation leads to: one node, and what the caller can mend.
macro_rules! payload {
    ($(#[$about:meta])* $name:ident { $(#[$meaning:meta])* $field:ident: $type:ty }) => {
        $(#[$about])*
        #[derive(SimpleObject)]
        pub(crate) struct $name {
            $(#[$meaning])*
            $field: Option<$type>,
            /// What you can mend; then nothing was written.
            user_errors: Vec<UserError>,
        }
    };
}

payload! {
    /// What making a candidate leads to.
    CreateCandidatePayload {
        /// The candidate. Null when there are `userErrors`.
        candidate: Candidate
    }
}

payload! {
    /// What making a contact leads to.
    CreateContactPayload {
        /// The contact. Null when there are `userErrors`.
        contact: Contact
    }
}

payload! {
    /// What changing a candidate leads to.
    UpdateCandidatePayload {
        /// The candidate as they are now. Null when there are `userErrors`.
        candidate: Candidate
    }
}

payload! {
    /// What changing a contact leads to.
    UpdateContactPayload {
        /// The contact as they are now. Null when there are `userErrors`.
        contact: Contact
    }
}

payload! {
    /// What putting a hat on leads to.
    AddHatPayload {
        /// The person as they are now. Null when there are `userErrors`.
        person: Person
    }
}

payload! {
    /// What taking a hat off leads to.
    DropHatPayload {
        /// The person as they are now. Null when there are `userErrors`.
        person: Person
    }
}

payload! {
    /// What setting an owner leads to.
    SetOwnerPayload {
        /// The person as they are now. Null when there are `userErrors`.
        person: Person
    }
}

payload! {
    /// What setting tags leads to.
    SetTagsPayload {
        /// The person as they are now. Null when there are `userErrors`.
        person: Person
    }
}

payload! {
    /// What forbidding or allowing contact leads to.
    SetDoNotContactPayload {
        /// The person as they are now. Null when there are `userErrors`.
        person: Person
    }
}

/// What an upsert leads to.
#[derive(SimpleObject)]
pub(crate) struct UpsertPersonPayload {
    /// The person as they are now. Null when there are `userErrors`.
    person: Option<Person>,
    /// Whether the person was made by this call.
    created: bool,
    /// Whether the person was there and was changed by this call. When both are false, nothing
    /// differed and nothing was written.
    updated: bool,
    /// What you can mend; then nothing was written.
    user_errors: Vec<UserError>,
}

#[derive(Default)]
pub(crate) struct PersonMutation;

#[Object]
impl PersonMutation {
    /// Makes a candidate. Scope: `write`.
    async fn create_candidate(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The candidate.")] input: CreateCandidateInput,
    ) -> Result<CreateCandidatePayload> {
        let once = idempotency::once("createCandidate", input.idempotency_key.as_deref(), &input);
        let records = keys(input.external_records);
        let written = create(ctx, Hat::Candidate, input.details, records, once).await;
        let (row, user_errors) = outcome(written, ctx)?;
        let candidate = match row {
            Some(row) => candidate(ctx, row).await?,
            None => None,
        };
        Ok(CreateCandidatePayload {
            candidate,
            user_errors,
        })
    }

    /// Makes a contact. Scope: `write`.
    async fn create_contact(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The contact.")] input: CreateContactInput,
    ) -> Result<CreateContactPayload> {
        let once = idempotency::once("createContact", input.idempotency_key.as_deref(), &input);
        let records = keys(input.external_records);
        let written = create(ctx, Hat::Contact, input.details, records, once).await;
        let (row, user_errors) = outcome(written, ctx)?;
        let contact = match row {
            Some(row) => contact(ctx, row).await?,
            None => None,
        };
        Ok(CreateContactPayload {
            contact,
            user_errors,
        })
    }

    /// Changes what is said of a candidate. Scope: `write`.
    async fn update_candidate(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The changes.")] input: UpdateCandidateInput,
    ) -> Result<UpdateCandidatePayload> {
        let hat = Some(Hat::Candidate);
        let written = update(ctx, input.by, hat, input.details, input.version).await;
        let (row, user_errors) = outcome(written, ctx)?;
        let candidate = match row {
            Some(row) => candidate(ctx, row).await?,
            None => None,
        };
        Ok(UpdateCandidatePayload {
            candidate,
            user_errors,
        })
    }

    /// Changes what is said of a contact. Scope: `write`.
    async fn update_contact(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The changes.")] input: UpdateContactInput,
    ) -> Result<UpdateContactPayload> {
        let hat = Some(Hat::Contact);
        let written = update(ctx, input.by, hat, input.details, input.version).await;
        let (row, user_errors) = outcome(written, ctx)?;
        let contact = match row {
            Some(row) => contact(ctx, row).await?,
            None => None,
        };
        Ok(UpdateContactPayload {
            contact,
            user_errors,
        })
    }

    /// Makes the person whom a record of another system names, or changes them where they differ:
    /// repeating it changes nothing. Scope: `write`.
    async fn upsert_person(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The person.")] input: UpsertPersonInput,
    ) -> Result<UpsertPersonPayload> {
        let written = async {
            let record = &ExternalKey::from(input.external_record);
            let said = &input.details.details()?;
            let hat = input.hat;
            ctx.store()
                .write(|w| async move { w.upsert_person(record, hat, said).await })
                .await
        };
        let (done, user_errors) = outcome(written.await, ctx)?;
        let person = match done {
            Some(done) => person(ctx, done.id).await?,
            None => None,
        };
        Ok(UpsertPersonPayload {
            person,
            created: done.is_some_and(|done| done.created),
            updated: done.is_some_and(|done| done.updated),
            user_errors,
        })
    }

    /// Puts a hat on a person: a candidate who became a hiring manager wears both. A hat that is
    /// worn already stays. Scope: `write`.
    async fn add_hat(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The person and the hat.")] input: HatInput,
    ) -> Result<AddHatPayload> {
        let (person, user_errors) = set_hat(ctx, input, true).await?;
        Ok(AddHatPayload {
            person,
            user_errors,
        })
    }

    /// Takes a hat off a person; their history stays. The last hat cannot be taken off.
    /// Scope: `write`.
    async fn drop_hat(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The person and the hat.")] input: HatInput,
    ) -> Result<DropHatPayload> {
        let (person, user_errors) = set_hat(ctx, input, false).await?;
        Ok(DropHatPayload {
            person,
            user_errors,
        })
    }

    /// Says who looks after a person. Scope: `write`.
    async fn set_owner(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The person and the recruiter.")] input: SetOwnerInput,
    ) -> Result<SetOwnerPayload> {
        let owner = input
            .owner
            .map_or(MaybeUndefined::Null, MaybeUndefined::Value);
        let details = PersonDetailsInput {
            owner,
            ..Default::default()
        };
        let (person, user_errors) = set(ctx, input.by, details).await?;
        Ok(SetOwnerPayload {
            person,
            user_errors,
        })
    }

    /// Replaces the tags of a person. Scope: `write`.
    async fn set_tags(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The person and all their tags.")] input: SetTagsInput,
    ) -> Result<SetTagsPayload> {
        let tags = MaybeUndefined::Value(input.tags);
        let details = PersonDetailsInput {
            tags,
            ..Default::default()
        };
        let (person, user_errors) = set(ctx, input.by, details).await?;
        Ok(SetTagsPayload {
            person,
            user_errors,
        })
    }

    /// Says whether a person may be contacted. Somebody who may not has no next touch and appears
    /// in no suggestion. Scope: `write`.
    async fn set_do_not_contact(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The person and the wish.")] input: SetDoNotContactInput,
    ) -> Result<SetDoNotContactPayload> {
        let written = async {
            let by = &input.by.input(&["by"])?;
            let wish = &DoNotContact {
                forbidden: input.do_not_contact,
                reason: input.reason,
            };
            ctx.store()
                .write(|w| async move { w.set_do_not_contact(by, wish).await })
                .await
        };
        let (person, user_errors) = changed(ctx, written.await).await?;
        Ok(SetDoNotContactPayload {
            person,
            user_errors,
        })
    }
}

async fn create(
    ctx: &Context<'_>,
    hat: Hat,
    details: PersonDetailsInput,
    records: Vec<ExternalKey>,
    once: Option<Once>,
) -> Written<Uuid> {
    let (said, records) = (&details.details()?, records.as_slice());
    let create = |w: Writer| async move { w.create_person(hat, said, records).await };
    ctx.store().write_once(once.as_ref(), create).await
}

async fn update(
    ctx: &Context<'_>,
    by: PersonBy,
    hat: Option<Hat>,
    details: PersonDetailsInput,
    version: Option<i32>,
) -> Written<Uuid> {
    let by = &by.input(&["by"])?;
    let said = &details.details()?;
    ctx.store()
        .write(|w| async move { w.update_person(by, hat, said, version).await })
        .await
}

async fn set(
    ctx: &Context<'_>,
    by: PersonBy,
    details: PersonDetailsInput,
) -> Result<(Option<Person>, Vec<UserError>)> {
    let written = update(ctx, by, None, details, None).await;
    changed(ctx, written).await
}

async fn set_hat(
    ctx: &Context<'_>,
    input: HatInput,
    worn: bool,
) -> Result<(Option<Person>, Vec<UserError>)> {
    let written = async {
        let by = &input.by.input(&["by"])?;
        ctx.store()
            .write(|w| async move { w.set_hat(by, input.hat, worn).await })
            .await
    };
    changed(ctx, written.await).await
}

/// The person after a write.
async fn changed(
    ctx: &Context<'_>,
    written: Written<Uuid>,
) -> Result<(Option<Person>, Vec<UserError>)> {
    let (row, user_errors) = outcome(written, ctx)?;
    let person = match row {
        Some(row) => person(ctx, row).await?,
        None => None,
    };
    Ok((person, user_errors))
}
