//! The fields of a person that lead to other nouns.

use async_graphql::{ComplexObject, Context};
use entity::{
    contact_point,
    enums::{ContactPointKind, LabelKind, NodeKind},
};

use super::{candidate, contact};
use crate::{
    graphql::{
        application, company,
        context::ContextExt,
        error::{At, Result},
        feedback, health, interaction, matching, merge, network,
        nullable::or_null,
        page::{Connection, Window},
        promise, record, recruiter, referral, relationship, reply_wait, silence,
        types::{
            application::{Application, ApplicationFilter},
            company::Company,
            feedback::Feedback,
            health::Health,
            interaction::{Interaction, InteractionFilter},
            matching::RecordMatch,
            merge::MergedPerson,
            network::Reach,
            person::{Candidate, Contact, ContactPoint, PersonFields, Position, names},
            promise::{FollowThrough, Promise, PromiseFilter},
            record::ExternalRecord,
            recruiter::Recruiter,
            referral::{Referral, ReferralChainDirection},
            relationship::{RelationshipFilter, Tie},
            reply_wait::ResponseTimes,
            silence::LeftHanging,
        },
    },
    store::{
        application::ApplicationsOf, feedback::FeedbackOf, promise::PromisesOf, referral::Role,
    },
};

/// The fields of a person that lead to other nouns, for each hat by itself. Flattened into the
/// hats like the plain ones they would be copied before they are known: on the way they lead to
/// the other hat, which then has none of them.
macro_rules! fields_of_each_hat {
    ($($hat:ident),+) => {$(
        #[ComplexObject]
        impl $hat {
            /// Their e-mail addresses, the best first.
            pub(crate) async fn emails(&self, ctx: &Context<'_>) -> Result<Vec<ContactPoint>> {
                self.contact_points(ctx, ContactPointKind::Email).await
            }

            /// Their telephone numbers, the best first.
            pub(crate) async fn phones(&self, ctx: &Context<'_>) -> Result<Vec<ContactPoint>> {
                self.contact_points(ctx, ContactPointKind::Phone).await
            }

            /// Their profiles and pages on the web.
            pub(crate) async fn links(&self, ctx: &Context<'_>) -> Result<Vec<ContactPoint>> {
                self.contact_points(ctx, ContactPointKind::Link).await
            }

            /// Where they work or worked, the present position first.
            pub(crate) async fn positions(&self, ctx: &Context<'_>) -> Result<Vec<Position>> {
                let rows = ctx.loaders().positions.get(self.row).await.at(ctx)?;
                Ok(rows
                    .map(|rows| rows.iter().map(Position::from).collect())
                    .unwrap_or_default())
            }

            /// Their tags, by name.
            pub(crate) async fn tags(&self, ctx: &Context<'_>) -> Result<Vec<String>> {
                self.labels(ctx, LabelKind::Tag).await
            }

            /// The communities they belong to, by name.
            pub(crate) async fn communities(&self, ctx: &Context<'_>) -> Result<Vec<String>> {
                self.labels(ctx, LabelKind::Community).await
            }

            /// The recruiter who looks after them. Null when nobody does.
            pub(crate) async fn owner(&self, ctx: &Context<'_>) -> Option<Recruiter> {
                recruiter::named(ctx, self.owner_row).await
            }

            /// The recruiter who keeps in touch with them: their owner, else one who took part in
            /// the newest touch. Null when there is neither.
            pub(crate) async fn keeper(&self, ctx: &Context<'_>) -> Option<Recruiter> {
                recruiter::named(ctx, self.keeper_row).await
            }

            /// That they have been left hanging, and why. Null when they have not.
            pub(crate) async fn left_hanging(&self, ctx: &Context<'_>) -> Option<LeftHanging> {
                silence::of_person(ctx, self.row, self.standing).await
            }

            /// How fast we answered them, and they us.
            pub(crate) async fn response_times(&self, ctx: &Context<'_>) -> Result<ResponseTimes> {
                reply_wait::of_person(ctx, self.row).await
            }

            /// What other systems call them.
            pub(crate) async fn external_records(&self, ctx: &Context<'_>) -> Result<Vec<ExternalRecord>> {
                record::of(ctx, NodeKind::Person, self.row).await
            }

            /// The records of other systems that were given to them by what these say, not by their names, the newest first. Those that were taken back are among them.
            pub(crate) async fn matches(&self, ctx: &Context<'_>) -> Result<Vec<RecordMatch>> {
                matching::of_person(ctx, self.row).await
            }

            /// Who was merged into them, the newest first: found to be them, and undone by
            /// `unmergePeople` while that is possible.
            pub(crate) async fn merged_people(&self, ctx: &Context<'_>) -> Result<Vec<MergedPerson>> {
                merge::into_person(ctx, self.row).await
            }

            /// The same person under the candidate's hat. Null when they do not wear it.
            pub(crate) async fn as_candidate(&self, ctx: &Context<'_>) -> Option<Candidate> {
                or_null(ctx, candidate(ctx, self.row).await)
            }

            /// The same person under the contact's hat. Null when they do not wear it.
            pub(crate) async fn as_contact(&self, ctx: &Context<'_>) -> Option<Contact> {
                or_null(ctx, contact(ctx, self.row).await)
            }

            /// Their interactions that you may see, newest first.
            pub(crate) async fn interactions(
                &self,
                ctx: &Context<'_>,
                #[graphql(desc = "Which ones; all, if omitted.")] filter: Option<InteractionFilter>,
                #[graphql(desc = "So many from the front: 0 to 100; 20 if `last` is omitted too.")]
                first: Option<i32>,
                #[graphql(desc = "Only what follows this cursor.")] after: Option<String>,
                #[graphql(desc = "So many from the end: 0 to 100.")] last: Option<i32>,
                #[graphql(desc = "Only what precedes this cursor.")] before: Option<String>,
            ) -> Result<Connection<Interaction>> {
                let window = Window { first, after, last, before };
                interaction::of_person(ctx, self.row, filter, window).await
            }

            /// Their applications, newest first.
            pub(crate) async fn applications(
                &self,
                ctx: &Context<'_>,
                #[graphql(desc = "Which ones; all, if omitted.")] filter: Option<ApplicationFilter>,
                #[graphql(desc = "So many from the front: 0 to 100; 20 if `last` is omitted too.")]
                first: Option<i32>,
                #[graphql(desc = "Only what follows this cursor.")] after: Option<String>,
                #[graphql(desc = "So many from the end: 0 to 100.")] last: Option<i32>,
                #[graphql(desc = "Only what precedes this cursor.")] before: Option<String>,
            ) -> Result<Connection<Application>> {
                let window = Window { first, after, last, before };
                application::under(ctx, ApplicationsOf::People, self.row, filter, window).await
            }

            /// Their ties to other people as they see them, the latest recorded first.
            pub(crate) async fn relationships(
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
                let window = Window { first, after, last, before };
                relationship::of_person(ctx, self.row, filter, window).await
            }

            /// The referrals they made, newest first.
            pub(crate) async fn referrals_made(
                &self,
                ctx: &Context<'_>,
                #[graphql(desc = "So many from the front: 0 to 100; 20 if `last` is omitted too.")]
                first: Option<i32>,
                #[graphql(desc = "Only what follows this cursor.")] after: Option<String>,
                #[graphql(desc = "So many from the end: 0 to 100.")] last: Option<i32>,
                #[graphql(desc = "Only what precedes this cursor.")] before: Option<String>,
            ) -> Result<Connection<Referral>> {
                let window = Window { first, after, last, before };
                referral::of_person(ctx, self.row, Role::Referrer, window).await
            }

            /// Every claim to have referred them, the earliest first; `isCredited` tells whose counts.
            pub(crate) async fn referred_by(
                &self,
                ctx: &Context<'_>,
                #[graphql(desc = "So many from the front: 0 to 100; 20 if `last` is omitted too.")]
                first: Option<i32>,
                #[graphql(desc = "Only what follows this cursor.")] after: Option<String>,
                #[graphql(desc = "So many from the end: 0 to 100.")] last: Option<i32>,
                #[graphql(desc = "Only what precedes this cursor.")] before: Option<String>,
            ) -> Result<Connection<Referral>> {
                let window = Window { first, after, last, before };
                referral::of_person(ctx, self.row, Role::Referred, window).await
            }

            /// The promises made to them, the one that is due first first.
            pub(crate) async fn promises(
                &self,
                ctx: &Context<'_>,
                #[graphql(desc = "Which ones; all, if omitted.")] filter: Option<PromiseFilter>,
                #[graphql(desc = "So many from the front: 0 to 100; 20 if `last` is omitted too.")]
                first: Option<i32>,
                #[graphql(desc = "Only what follows this cursor.")] after: Option<String>,
                #[graphql(desc = "So many from the end: 0 to 100.")] last: Option<i32>,
                #[graphql(desc = "Only what precedes this cursor.")] before: Option<String>,
            ) -> Result<Connection<Promise>> {
                let window = Window { first, after, last, before };
                promise::under(ctx, PromisesOf::People, self.row, filter, window).await
            }

            /// How the promises made to them were followed through.
            pub(crate) async fn follow_through(&self, ctx: &Context<'_>) -> Result<FollowThrough> {
                promise::follow_through(ctx, PromisesOf::People, self.row).await
            }

            /// What they said of working with us, newest first. Nothing of what others entered, when
            /// they are you.
            pub(crate) async fn feedback(
                &self,
                ctx: &Context<'_>,
                #[graphql(desc = "So many from the front: 0 to 100; 20 if `last` is omitted too.")]
                first: Option<i32>,
                #[graphql(desc = "Only what follows this cursor.")] after: Option<String>,
                #[graphql(desc = "So many from the end: 0 to 100.")] last: Option<i32>,
                #[graphql(desc = "Only what precedes this cursor.")] before: Option<String>,
            ) -> Result<Connection<Feedback>> {
                let window = Window { first, after, last, before };
                feedback::under(ctx, FeedbackOf::People, self.row, window).await
            }

            /// How well the relationship with them fares, with the reasons. Null when nothing is
            /// known that it could be told by (they were never touched, nothing we promised has
            /// fallen due, they gave no feedback), and when they are you.
            pub(crate) async fn health(&self, ctx: &Context<'_>) -> Option<Health> {
                or_null(ctx, health::of_person(ctx, self.row).await)
            }

            /// Why nobody may contact them. Null when they may be contacted, when no reason was given,
            /// and when they are you.
            pub(crate) async fn do_not_contact_reason(&self, ctx: &Context<'_>) -> Option<String> {
                or_null(ctx, Box::pin(self.reason_told(ctx)).await)
            }

            /// Who referred them and who referred those, or whom they referred and whom those referred.
            pub(crate) async fn referral_chain(
                &self,
                ctx: &Context<'_>,
                #[graphql(desc = "Which way it is followed.")] direction: ReferralChainDirection,
                #[graphql(desc = "How many referrals far: 1 to 10.", default = 4)] depth: i32,
            ) -> Result<referral::ReferralChain> {
                referral::chain_of_person(ctx, self.row, direction, depth).await
            }

            /// Whom they referred, whom those referred, and so on, with what came of it at every node.
            pub(crate) async fn referral_tree(
                &self,
                ctx: &Context<'_>,
                #[graphql(desc = "How many referrals far: 1 to 10.", default = 4)] depth: i32,
            ) -> Result<referral::ReferralTree> {
                referral::tree_of_person(ctx, self.row, depth).await
            }

            /// The people they are tied to by relationships and referrals, those whom these are tied to, and so on.
            pub(crate) async fn network(
                &self,
                ctx: &Context<'_>,
                #[graphql(desc = "How many ties far: 1 to 4.", default = 2)] depth: i32,
            ) -> Result<network::Network> {
                network::of_person(ctx, self.row, depth).await
            }

            /// How many people are within some ties of them.
            pub(crate) async fn reach(
                &self,
                ctx: &Context<'_>,
                #[graphql(desc = "How many ties far: 1 to 4.", default = 2)] depth: i32,
            ) -> Result<Reach> {
                network::reach(ctx, self.row, depth).await
            }

            /// Who, within some ties of them, was let down by us.
            pub(crate) async fn let_down_nearby(
                &self,
                ctx: &Context<'_>,
                #[graphql(desc = "How many ties far: 1 to 4.", default = 2)] depth: i32,
            ) -> Result<network::LetDownNearby> {
                network::let_down_nearby(ctx, self.row, depth).await
            }
        }
    )+};
}

fields_of_each_hat!(Candidate, Contact);

impl PersonFields {
    async fn reason_told(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        if self.noted_reason.is_none() || ctx.store().is_viewer(self.row).await.at(ctx)? {
            return Ok(None);
        }
        Ok(self.noted_reason.clone())
    }

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
