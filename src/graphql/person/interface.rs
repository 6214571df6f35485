//! The interface that both hats implement. The framework wants its fields spelled out.

use async_graphql::{ID, Interface};
use entity::{
    enums::{CadenceReset, Hat, Turn},
    person,
};

use crate::graphql::{
    network::{LetDownNearby, Network},
    page::{Connection, Listed},
    referral::{ReferralChain, ReferralTree},
    scalars::DateTime,
    types::{
        application::{Application, ApplicationFilter},
        feedback::Feedback,
        health::Health,
        interaction::{Interaction, InteractionFilter},
        matching::RecordMatch,
        merge::MergedPerson,
        network::Reach,
        person::{Candidate, Contact, ContactPoint, Position},
        place::Place,
        promise::{FollowThrough, Promise, PromiseFilter},
        record::ExternalRecord,
        recruiter::Recruiter,
        referral::{Referral, ReferralChainDirection},
        relationship::{RelationshipFilter, Tie},
        reply_wait::ResponseTimes,
        silence::LeftHanging,
    },
};

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
        ty = "Option<String>",
        desc = "Why nobody may contact them. Null when they may be contacted, when no reason was given, and when they are you."
    ),
    field(
        name = "do_not_contact_since",
        ty = "&Option<DateTime>",
        desc = "Since when nobody may contact them. Null when they may be contacted."
    ),
    field(
        name = "cadence_days",
        ty = "&Option<i32>",
        desc = "The days within which they should be touched again. Null when they have no cadence of their own: then the tenant's default holds, if it has one."
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
        name = "keeper",
        ty = "Option<Recruiter>",
        desc = "The recruiter who keeps in touch with them: their owner, else one who took part in the newest touch. Null when there is neither."
    ),
    field(
        name = "left_hanging",
        ty = "Option<LeftHanging>",
        desc = "That they have been left hanging, and why. Null when they have not."
    ),
    field(
        name = "response_times",
        ty = "Result<ResponseTimes>",
        desc = "How fast we answered them, and they us."
    ),
    field(
        name = "external_records",
        ty = "Result<Vec<ExternalRecord>>",
        desc = "What other systems call them."
    ),
    field(
        name = "matches",
        ty = "Result<Vec<RecordMatch>>",
        desc = "The records of other systems that were given to them by what these say, not by their names, the newest first. Those that were taken back are among them."
    ),
    field(
        name = "merged_people",
        ty = "Result<Vec<MergedPerson>>",
        desc = "Who was merged into them, the newest first: found to be them, and undone by `unmergePeople` while that is possible."
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
        name = "promises",
        ty = "Result<Connection<Promise>>",
        desc = "The promises made to them, the one that is due first first.",
        arg(
            name = "filter",
            ty = "Option<PromiseFilter>",
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
        name = "follow_through",
        ty = "Result<FollowThrough>",
        desc = "How the promises made to them were followed through."
    ),
    field(
        name = "promise_due_at",
        ty = "&Option<DateTime>",
        desc = "When the earliest open promise to them falls due, or fell due. Null when none is open."
    ),
    field(
        name = "feedback",
        ty = "Result<Connection<Feedback>>",
        desc = "What they said of working with us, newest first. Nothing of what others entered, when they are you.",
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
        name = "health",
        ty = "Option<Health>",
        desc = "How well the relationship with them fares, with the reasons. Null when nothing is known that it could be told by (they were never touched, nothing we promised has fallen due, they gave no feedback), and when they are you."
    ),
    field(
        name = "referral_chain",
        ty = "Result<ReferralChain>",
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
    ),
    field(
        name = "referral_tree",
        ty = "Result<ReferralTree>",
        desc = "Whom they referred, whom those referred, and so on, with what came of it at every node.",
        arg(
            name = "depth",
            ty = "i32",
            desc = "How many referrals far: 1 to 10.",
            default = 4
        )
    ),
    field(
        name = "network",
        ty = "Result<Network>",
        desc = "The people they are tied to by relationships and referrals, those whom these are tied to, and so on.",
        arg(
            name = "depth",
            ty = "i32",
            desc = "How many ties far: 1 to 4.",
            default = 2
        )
    ),
    field(
        name = "reach",
        ty = "Result<Reach>",
        desc = "How many people are within some ties of them.",
        arg(
            name = "depth",
            ty = "i32",
            desc = "How many ties far: 1 to 4.",
            default = 2
        )
    ),
    field(
        name = "let_down_nearby",
        ty = "Result<LetDownNearby>",
        desc = "Who, within some ties of them, was let down by us.",
        arg(
            name = "depth",
            ty = "i32",
            desc = "How many ties far: 1 to 4.",
            default = 2
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
