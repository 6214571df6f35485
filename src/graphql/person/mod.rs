//! What may be asked of people.

use std::sync::Arc;

use async_graphql::{ComplexObject, Context, ID, Interface, Object};
use entity::{
    contact_point,
    enums::{CadenceReset, ContactPointKind, Hat, LabelKind, NodeKind, Turn},
    person,
};
use uuid::Uuid;

use super::{
    application, company,
    context::ContextExt,
    error::{At, Result},
    interaction,
    nullable::or_null,
    page::{Connection, ListName, Listed, Window},
    record, referral, relationship,
    scalars::DateTime,
    types::{
        application::{Application, ApplicationFilter},
        company::Company,
        interaction::{Interaction, InteractionFilter},
        person::{
            Candidate, Contact, ContactPoint, PersonFields, PersonFilter, PersonOrder, Position,
            names,
        },
        place::Place,
        record::{ExternalRecord, PersonBy},
        recruiter::Recruiter,
        referral::{Referral, ReferralChainDirection},
        relationship::{RelationshipFilter, Tie},
    },
};
use crate::{
    error::Error,
    store::{application::ApplicationsOf, person::position, referral::Role},
};

pub(crate) use self::write::PersonMutation;

mod write;

/// Anyone outside, stored once: under the candidate's hat, the contact's, or both. Where a field
/// leads to a person, it leads to the candidate if they wear that hat, else to the contact.
#[expect(
    clippy::duplicated_attributes,
    reason = "several fields take arguments of one name"
)]
#[derive(Clone, Debug, Interface)]
#[graphql(
    field(name = "id", ty = "&ID", desc = "The id of the person under this hat."),
    field(
        name = "hats",
        ty = "&Vec<Hat>",
        desc = "The hats the person wears: at least one."
    ),
    field(name = "name", ty = "&String", desc = "The whole name, never empty."),
    field(
        name = "given_name",
        ty = "&Option<String>",
        desc = "The given name. Null when unknown."
    ),
    field(
        name = "family_name",
        ty = "&Option<String>",
        desc = "The family name. Null when unknown."
    ),
    field(
        name = "headline",
        ty = "&Option<String>",
        desc = "One line that says who they are. Null when none is given."
    ),
    field(
        name = "place",
        ty = "&Place",
        desc = "Where they live, as far as known."
    ),
    field(
        name = "do_not_contact",
        ty = "&bool",
        desc = "Nobody may contact them."
    ),
    field(
        name = "do_not_contact_reason",
        ty = "&Option<String>",
        desc = "Why nobody may contact them. Null when they may be contacted or no reason was given."
    ),
    field(
        name = "do_not_contact_since",
        ty = "&Option<DateTime>",
        desc = "Since when nobody may contact them. Null when they may be contacted."
    ),
    field(
        name = "cadence_days",
        ty = "&Option<i32>",
        desc = "The days within which they should be touched again. Null when there is no cadence."
    ),
    field(
        name = "cadence_reset",
        ty = "&CadenceReset",
        desc = "Which touches start the cadence anew."
    ),
    field(
        name = "last_touch_at",
        ty = "&Option<DateTime>",
        desc = "The latest touch, by either side. Null when there was none."
    ),
    field(
        name = "last_inbound_at",
        ty = "&Option<DateTime>",
        desc = "The latest touch by them. Null when there was none."
    ),
    field(
        name = "last_outbound_at",
        ty = "&Option<DateTime>",
        desc = "The latest touch by us. Null when there was none."
    ),
    field(
        name = "awaiting_reply_since",
        ty = "&Option<DateTime>",
        desc = "Since when they have waited for our reply. Null when they do not wait."
    ),
    field(
        name = "waiting_on_them_since",
        ty = "&Option<DateTime>",
        desc = "Since when we have waited for theirs. Null when we do not wait."
    ),
    field(name = "turn", ty = "&Turn", desc = "Who is expected to speak next."),
    field(
        name = "next_touch_at",
        ty = "&Option<DateTime>",
        desc = "When the next touch falls due; a missed date stays. Null when none is planned."
    ),
    field(
        name = "version",
        ty = "&i32",
        desc = "Grows by one with each change of what is said of the person."
    ),
    field(
        name = "created_at",
        ty = "&DateTime",
        desc = "When the person was made here."
    ),
    field(
        name = "updated_at",
        ty = "&DateTime",
        desc = "When what is said of the person last changed."
    ),
    field(
        name = "emails",
        ty = "Result<Vec<ContactPoint>>",
        desc = "Their e-mail addresses, the best first."
    ),
    field(
        name = "phones",
        ty = "Result<Vec<ContactPoint>>",
        desc = "Their telephone numbers, the best first."
    ),
    field(
        name = "links",
        ty = "Result<Vec<ContactPoint>>",
        desc = "Their profiles and pages on the web."
    ),
    field(
        name = "positions",
        ty = "Result<Vec<Position>>",
        desc = "Where they work or worked, the present position first."
    ),
    field(
        name = "tags",
        ty = "Result<Vec<String>>",
        desc = "Their tags, by name."
    ),
    field(
        name = "communities",
        ty = "Result<Vec<String>>",
        desc = "The communities they belong to, by name."
    ),
    field(
        name = "owner",
        ty = "Option<Recruiter>",
        desc = "The recruiter who looks after them. Null when nobody does."
    ),
    field(
        name = "external_records",
        ty = "Result<Vec<ExternalRecord>>",
        desc = "What other systems call them."
    ),
    field(
        name = "as_candidate",
        ty = "Option<Candidate>",
        desc = "The same person under the candidate's hat. Null when they do not wear it."
    ),
    field(
        name = "as_contact",
        ty = "Option<Contact>",
        desc = "The same person under the contact's hat. Null when they do not wear it."
    ),
    field(
        name = "interactions",
        ty = "Result<Connection<Interaction>>",
        desc = "Their interactions that you may see, newest first.",
        arg(
            name = "filter",
            ty = "Option<InteractionFilter>",
            desc = "Which ones; all, if omitted."
        ),
        arg(
            name = "first",
            ty = "Option<i32>",
            desc = "So many from the front: 0 to 100; 20 if `last` is omitted too."
        ),
        arg(
            name = "after",
            ty = "Option<String>",
            desc = "Only what follows this cursor."
        ),
        arg(
            name = "last",
            ty = "Option<i32>",
            desc = "So many from the end: 0 to 100."
        ),
        arg(
            name = "before",
            ty = "Option<String>",
            desc = "Only what precedes this cursor."
        )
    ),
    field(
        name = "relationships",
        ty = "Result<Connection<Tie>>",
        desc = "Their ties to other people as they see them, the latest recorded first.",
        arg(
            name = "filter",
            ty = "Option<RelationshipFilter>",
            desc = "Which ones; all that hold, if omitted."
        ),
        arg(
            name = "first",
            ty = "Option<i32>",
            desc = "So many from the front: 0 to 100; 20 if `last` is omitted too."
        ),
        arg(
            name = "after",
            ty = "Option<String>",
            desc = "Only what follows this cursor."
        ),
        arg(
            name = "last",
            ty = "Option<i32>",
            desc = "So many from the end: 0 to 100."
        ),
        arg(
            name = "before",
            ty = "Option<String>",
            desc = "Only what precedes this cursor."
        )
    ),
    field(
        name = "applications",
        ty = "Result<Connection<Application>>",
        desc = "Their applications, newest first.",
        arg(
            name = "filter",
            ty = "Option<ApplicationFilter>",
            desc = "Which ones; all, if omitted."
        ),
        arg(
            name = "first",
            ty = "Option<i32>",
            desc = "So many from the front: 0 to 100; 20 if `last` is omitted too."
        ),
        arg(
            name = "after",
            ty = "Option<String>",
            desc = "Only what follows this cursor."
        ),
        arg(
            name = "last",
            ty = "Option<i32>",
            desc = "So many from the end: 0 to 100."
        ),
        arg(
            name = "before",
            ty = "Option<String>",
            desc = "Only what precedes this cursor."
        )
    ),
    field(
        name = "referrals_made",
        ty = "Result<Connection<Referral>>",
        desc = "The referrals they made, newest first.",
        arg(
            name = "first",
            ty = "Option<i32>",
            desc = "So many from the front: 0 to 100; 20 if `last` is omitted too."
        ),
        arg(
            name = "after",
            ty = "Option<String>",
            desc = "Only what follows this cursor."
        ),
        arg(
            name = "last",
            ty = "Option<i32>",
            desc = "So many from the end: 0 to 100."
        ),
        arg(
            name = "before",
            ty = "Option<String>",
            desc = "Only what precedes this cursor."
        )
    ),
    field(
        name = "referred_by",
        ty = "Result<Connection<Referral>>",
        desc = "Every claim to have referred them, the earliest first; `isCredited` tells whose counts.",
        arg(
            name = "first",
            ty = "Option<i32>",
            desc = "So many from the front: 0 to 100; 20 if `last` is omitted too."
        ),
        arg(
            name = "after",
            ty = "Option<String>",
            desc = "Only what follows this cursor."
        ),
        arg(
            name = "last",
            ty = "Option<i32>",
            desc = "So many from the end: 0 to 100."
        ),
        arg(
            name = "before",
            ty = "Option<String>",
            desc = "Only what precedes this cursor."
        )
    ),
    field(
        name = "referral_chain",
        ty = "Result<referral::ReferralChain>",
        desc = "Who referred them and who referred those, or whom they referred and whom those referred.",
        arg(
            name = "direction",
            ty = "ReferralChainDirection",
            desc = "Which way it is followed."
        ),
        arg(
            name = "depth",
            ty = "i32",
            desc = "How many referrals far: 1 to 10.",
            default = 4
        )
    )
)]
pub(crate) enum Person {
    /// A person who wears the candidate's hat.
    Candidate(Candidate),
    /// A person who wears the contact's hat only.
    Contact(Contact),
}

impl Listed for Person {
    const CONNECTION: &'static str = "PersonConnection";
    const EDGE: &'static str = "PersonEdge";
}

impl From<person::Model> for Person {
    fn from(row: person::Model) -> Self {
        if row.is_candidate {
            Self::Candidate(row.into())
        } else {
            Self::Contact(row.into())
        }
    }
}

/// The fields of a person that lead to other nouns, for each hat by itself. Flattened into the
/// hats like the plain ones they would be copied before they are known: on the way they lead to
/// the other hat, which then has none of them.
macro_rules! fields_of_each_hat {
    ($($hat:ident),+) => {$(
        #[ComplexObject]
        impl $hat {
            /// Their e-mail addresses, the best first.
            async fn emails(&self, ctx: &Context<'_>) -> Result<Vec<ContactPoint>> {
                self.contact_points(ctx, ContactPointKind::Email).await
            }

            /// Their telephone numbers, the best first.
            async fn phones(&self, ctx: &Context<'_>) -> Result<Vec<ContactPoint>> {
                self.contact_points(ctx, ContactPointKind::Phone).await
            }

            /// Their profiles and pages on the web.
            async fn links(&self, ctx: &Context<'_>) -> Result<Vec<ContactPoint>> {
                self.contact_points(ctx, ContactPointKind::Link).await
            }

            /// Where they work or worked, the present position first.
            async fn positions(&self, ctx: &Context<'_>) -> Result<Vec<Position>> {
                let rows = ctx.loaders().positions.get(self.row).await.at(ctx)?;
                Ok(rows
                    .map(|rows| rows.iter().map(Position::from).collect())
                    .unwrap_or_default())
            }

            /// Their tags, by name.
            async fn tags(&self, ctx: &Context<'_>) -> Result<Vec<String>> {
                self.labels(ctx, LabelKind::Tag).await
            }

            /// The communities they belong to, by name.
            async fn communities(&self, ctx: &Context<'_>) -> Result<Vec<String>> {
                self.labels(ctx, LabelKind::Community).await
            }

            /// The recruiter who looks after them. Null when nobody does.
            async fn owner(&self, ctx: &Context<'_>) -> Option<Recruiter> {
let outcome = async {
                let Some(row) = self.owner_row else {
                    return Ok(None);
                };
                Ok(ctx
                    .loaders()
                    .recruiters
                    .get(row)
                    .await
                    .at(ctx)?
                    .map(Recruiter::from))
};
or_null(ctx, outcome.await)
}

            /// What other systems call them.
            async fn external_records(&self, ctx: &Context<'_>) -> Result<Vec<ExternalRecord>> {
                record::of(ctx, NodeKind::Person, self.row).await
            }

            /// The same person under the candidate's hat. Null when they do not wear it.
            async fn as_candidate(&self, ctx: &Context<'_>) -> Option<Candidate> {
or_null(ctx, candidate(ctx, self.row).await)
}

            /// The same person under the contact's hat. Null when they do not wear it.
            async fn as_contact(&self, ctx: &Context<'_>) -> Option<Contact> {
or_null(ctx, contact(ctx, self.row).await)
}

            /// Their interactions that you may see, newest first.
            async fn interactions(
                &self,
                ctx: &Context<'_>,
                #[graphql(desc = "Which ones; all, if omitted.")] filter: Option<InteractionFilter>,
                #[graphql(desc = "So many from the front: 0 to 100; 20 if `last` is omitted too.")]
                first: Option<i32>,
                #[graphql(desc = "Only what follows this cursor.")] after: Option<String>,
                #[graphql(desc = "So many from the end: 0 to 100.")] last: Option<i32>,
                #[graphql(desc = "Only what precedes this cursor.")] before: Option<String>,
            ) -> Result<Connection<Interaction>> {
                let window = Window {
                    first,
                    after,
                    last,
                    before,
                };
                interaction::of_person(ctx, self.row, filter, window).await
            }

            /// Their applications, newest first.
            async fn applications(
                &self,
                ctx: &Context<'_>,
                #[graphql(desc = "Which ones; all, if omitted.")] filter: Option<ApplicationFilter>,
                #[graphql(desc = "So many from the front: 0 to 100; 20 if `last` is omitted too.")]
                first: Option<i32>,
                #[graphql(desc = "Only what follows this cursor.")] after: Option<String>,
                #[graphql(desc = "So many from the end: 0 to 100.")] last: Option<i32>,
                #[graphql(desc = "Only what precedes this cursor.")] before: Option<String>,
            ) -> Result<Connection<Application>> {
                let window = Window {
                    first,
                    after,
                    last,
                    before,
                };
                application::under(ctx, ApplicationsOf::People, self.row, filter, window).await
            }

            /// Their ties to other people as they see them, the latest recorded first.
            async fn relationships(
                &self,
                ctx: &Context<'_>,
                #[graphql(desc = "Which ones; all that hold, if omitted.")] filter: Option<
                    RelationshipFilter,
                >,
                #[graphql(desc = "So many from the front: 0 to 100; 20 if `last` is omitted too.")]
                first: Option<i32>,
                #[graphql(desc = "Only what follows this cursor.")] after: Option<String>,
                #[graphql(desc = "So many from the end: 0 to 100.")] last: Option<i32>,
                #[graphql(desc = "Only what precedes this cursor.")] before: Option<String>,
            ) -> Result<Connection<Tie>> {
                let window = Window {
                    first,
                    after,
                    last,
                    before,
                };
                relationship::of_person(ctx, self.row, filter, window).await
            }

            /// The referrals they made, newest first.
            async fn referrals_made(
                &self,
                ctx: &Context<'_>,
                #[graphql(desc = "So many from the front: 0 to 100; 20 if `last` is omitted too.")]
                first: Option<i32>,
                #[graphql(desc = "Only what follows this cursor.")] after: Option<String>,
                #[graphql(desc = "So many from the end: 0 to 100.")] last: Option<i32>,
                #[graphql(desc = "Only what precedes this cursor.")] before: Option<String>,
            ) -> Result<Connection<Referral>> {
                let window = Window {
                    first,
                    after,
                    last,
                    before,
                };
                referral::of_person(ctx, self.row, Role::Referrer, window).await
            }

            /// Every claim to have referred them, the earliest first; `isCredited` tells whose counts.
            async fn referred_by(
                &self,
                ctx: &Context<'_>,
                #[graphql(desc = "So many from the front: 0 to 100; 20 if `last` is omitted too.")]
                first: Option<i32>,
                #[graphql(desc = "Only what follows this cursor.")] after: Option<String>,
                #[graphql(desc = "So many from the end: 0 to 100.")] last: Option<i32>,
                #[graphql(desc = "Only what precedes this cursor.")] before: Option<String>,
            ) -> Result<Connection<Referral>> {
                let window = Window {
                    first,
                    after,
                    last,
                    before,
                };
                referral::of_person(ctx, self.row, Role::Referred, window).await
            }

            /// Who referred them and who referred those, or whom they referred and whom those referred.
            async fn referral_chain(
                &self,
                ctx: &Context<'_>,
                #[graphql(desc = "Which way it is followed.")] direction: ReferralChainDirection,
                #[graphql(desc = "How many referrals far: 1 to 10.", default = 4)] depth: i32,
            ) -> Result<referral::ReferralChain> {
                referral::chain_of_person(ctx, self.row, direction, depth).await
            }
        }
    )+};
}

fields_of_each_hat!(Candidate, Contact);

impl PersonFields {
    async fn contact_points(
        &self,
        ctx: &Context<'_>,
        kind: ContactPointKind,
    ) -> Result<Vec<ContactPoint>> {
        let rows = ctx
            .loaders()
            .contact_points
            .get(self.row)
            .await
            .at(ctx)?
            .unwrap_or_default();
        let of_kind = rows
            .iter()
            .filter(|row: &&contact_point::Model| row.kind == kind);
        Ok(of_kind.map(ContactPoint::from).collect())
    }

    async fn labels(&self, ctx: &Context<'_>, kind: LabelKind) -> Result<Vec<String>> {
        let rows = ctx
            .loaders()
            .labels
            .get(self.row)
            .await
            .at(ctx)?
            .unwrap_or_default();
        Ok(names(&rows, kind))
    }
}

#[ComplexObject]
impl Position {
    /// The company, if it is one of ours. Null when it is not.
    async fn company(&self, ctx: &Context<'_>) -> Option<Company> {
        let outcome = async {
            match self.company_row {
                Some(row) => company::one(ctx, row).await,
                None => Ok(None),
            }
        };
        or_null(ctx, outcome.await)
    }

    /// The employer's name: the company's own, if it is one of ours, else as it was told. Null when
    /// unknown.
    async fn company_name(&self, ctx: &Context<'_>) -> Option<String> {
        let outcome = async {
            let Some(row) = self.company_row else {
                return Ok(self.told_company_name.clone());
            };
            Ok(ctx
                .loaders()
                .companies
                .get(row)
                .await
                .at(ctx)?
                .map(|company| company.name))
        };
        or_null(ctx, outcome.await)
    }
}

/// A person under the candidate's hat, if they wear it.
pub(crate) async fn candidate(ctx: &Context<'_>, row: Uuid) -> Result<Option<Candidate>> {
    let row = ctx.loaders().people.get(row).await.at(ctx)?;
    Ok(row.filter(|row| row.is_candidate).map(Candidate::from))
}

/// A person under the contact's hat, if they wear it.
pub(crate) async fn contact(ctx: &Context<'_>, row: Uuid) -> Result<Option<Contact>> {
    let row = ctx.loaders().people.get(row).await.at(ctx)?;
    Ok(row.filter(|row| row.is_contact).map(Contact::from))
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

/// A person to whom a row points, and who therefore must be there.
pub(crate) async fn known_person(ctx: &Context<'_>, row: Uuid) -> Result<Person> {
    let gone = || Error::Internal(anyhow::anyhow!("a row points at a person who is not there"));
    person(ctx, row).await?.ok_or_else(gone).at(ctx)
}

/// The row of the person who is meant, if somebody is.
async fn meant(ctx: &Context<'_>, by: PersonBy) -> Result<Option<Uuid>> {
    let by = by.argument().at(ctx)?;
    ctx.store().person_id_by(&by).await.at(ctx)
}

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
    let name = format!("{hat:?} {order:?}");
    let tenant = ctx.store().viewer().tenant_id;
    let list = ListName::new(&[tenant.as_bytes(), b"people", name.as_bytes()]);
    let window = window.read(&list).at(ctx)?;
    let store = ctx.store().clone();
    let page = store
        .people_page(Some(hat), &filter, &[order], &window)
        .await
        .at(ctx)?;
    let filter = Arc::new(filter);
    let total = Arc::new(move || -> super::batch::Loading<_> {
        let (store, filter) = (store.clone(), Arc::clone(&filter));
        Box::pin(async move {
            store
                .people_count(Some(hat), &filter)
                .await
                .map_err(Arc::new)
        })
    });
    Ok(Connection::new(
        page,
        &list,
        total,
        |row| position(&[order], row),
        T::from,
    ))
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
        let outcome = async {
            match meant(ctx, by).await? {
                Some(row) => candidate(ctx, row).await,
                None => Ok(None),
            }
        };
        or_null(ctx, outcome.await)
    }

    /// One contact. Null when nobody by this name wears that hat.
    async fn contact(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whom.")] by: PersonBy,
    ) -> Option<Contact> {
        let outcome = async {
            match meant(ctx, by).await? {
                Some(row) => contact(ctx, row).await,
                None => Ok(None),
            }
        };
        or_null(ctx, outcome.await)
    }

    /// One person, under whichever hat. Null when there is nobody by this name.
    async fn person(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whom.")] by: PersonBy,
    ) -> Option<Person> {
        let outcome = async {
            match meant(ctx, by).await? {
                Some(row) => person(ctx, row).await,
                None => Ok(None),
            }
        };
        or_null(ctx, outcome.await)
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
