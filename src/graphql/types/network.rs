//! How the people around a person look outside.

use async_graphql::{Enum, SimpleObject};
use uuid::Uuid;

use crate::{
    graphql::scalars::DateTime,
    rules::{
        let_down::{LetDown, LetDownKind},
        network::{MOST_TIES, Reached, TieId},
    },
    store::network::LetDownPerson,
};

/// What ties two people.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub(crate) enum NetworkTieType {
    /// A relationship, whether it holds or has ended: they know each other either way.
    Relationship,
    /// One referred the other to us.
    Referral,
}

/// A tie between two people on a way through the network. `from` stands nearer to where the way
/// begins.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(complex)]
pub(crate) struct NetworkTie {
    #[graphql(skip)]
    pub(crate) from_row: Uuid,
    #[graphql(skip)]
    pub(crate) to_row: Uuid,
    #[graphql(skip)]
    pub(crate) tie: TieId,
    /// What it is.
    #[graphql(name = "type")]
    tie_type: NetworkTieType,
}

impl NetworkTie {
    /// A tie that leads from one person to the other.
    pub(crate) fn new(from_row: Uuid, to_row: Uuid, tie: TieId) -> Self {
        Self {
            from_row,
            to_row,
            tie,
            tie_type: match tie {
                TieId::Relationship(_) => NetworkTieType::Relationship,
                TieId::Referral(_) => NetworkTieType::Referral,
            },
        }
    }
}

/// Somebody in a person's network.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(complex)]
pub(crate) struct NetworkPerson {
    #[graphql(skip)]
    pub(crate) row: Uuid,
    /// How many ties away they are by the shortest way: 1 for those the person knows.
    distance: u32,
    /// The ties by which they were reached: to people who are one tie nearer. One at least, 10 at
    /// most.
    ties: Vec<NetworkTie>,
}

impl From<&Reached> for NetworkPerson {
    fn from(reached: &Reached) -> Self {
        let ties = reached.ties.iter().take(MOST_TIES);
        Self {
            row: reached.person,
            distance: reached.distance,
            ties: ties
                .map(|(near, tie)| NetworkTie::new(*near, reached.person, *tie))
                .collect(),
        }
    }
}

/// How many people are within some steps of a person.
#[derive(Clone, Debug, SimpleObject)]
pub(crate) struct Reach {
    /// How many people: each counts once, the person themself does not. 1,000 at most.
    pub(crate) count: usize,
    /// How many stand at each distance, from 1 on, as far as there is anybody.
    pub(crate) by_distance: Vec<ReachAtDistance>,
    /// There are more: counting ended at 1,000 people, the nearest.
    pub(crate) is_truncated: bool,
}

/// How many people stand at one distance.
#[derive(Clone, Debug, SimpleObject)]
pub(crate) struct ReachAtDistance {
    /// How many ties away they are.
    pub(crate) distance: u32,
    /// How many people.
    pub(crate) count: usize,
}

/// Why somebody counts as let down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "LetDownKind")]
pub(crate) enum LetDownReasonKind {
    /// A promise to them was broken, and we said so.
    PromiseBroken,
    /// A promise to them is past its due time, and still open.
    PromiseOverdue,
    /// They have waited for our answer for longer than the reply target (48 hours unless your
    /// tenant chose otherwise).
    ReplyLate,
    /// An application of theirs moved, or an interview was held, longer ago than the silence limit
    /// (7 days unless your tenant chose otherwise), and nobody has spoken to them since.
    OutcomeNotShared,
}

/// One reason why somebody counts as let down.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(complex)]
pub(crate) struct LetDownReason {
    #[graphql(skip)]
    pub(crate) promise_row: Option<Uuid>,
    /// The reason.
    kind: LetDownReasonKind,
    /// Since when: the promise was broken or fell due, they wrote, or the news came.
    since: DateTime,
}

impl From<&LetDown> for LetDownReason {
    fn from(reason: &LetDown) -> Self {
        Self {
            promise_row: reason.promise,
            kind: reason.kind.into(),
            since: reason.since.into(),
        }
    }
}

/// Somebody near a person who was let down.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(complex)]
pub(crate) struct LetDownNeighbour {
    #[graphql(skip)]
    pub(crate) row: Uuid,
    /// How many ties away they are by the shortest way.
    distance: u32,
    /// Why, the oldest reason first; one at least.
    reasons: Vec<LetDownReason>,
}

impl From<&LetDownPerson> for LetDownNeighbour {
    fn from(person: &LetDownPerson) -> Self {
        Self {
            row: person.person,
            distance: person.distance,
            reasons: person.reasons.iter().map(LetDownReason::from).collect(),
        }
    }
}

/// What became of the search for an introduction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub(crate) enum IntroductionOutcome {
    /// There is a way.
    Found,
    /// You need none: you have touched the person yourself in the last year.
    AlreadyTouched,
    /// You have touched nobody in the last year whom you may contact.
    NobodyTouched,
    /// The person is too far from everybody you have touched, or from the person named by `from`.
    OutOfReach,
}

/// Somebody on the way to a person.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(complex)]
pub(crate) struct IntroductionStep {
    #[graphql(skip)]
    pub(crate) row: Uuid,
    /// When you last touched them. Null but for the first on the way, and for the first too when
    /// you named them with `from`.
    pub(crate) touched_by_you_at: Option<DateTime>,
    /// The ties between them and the one before, 10 at most. Empty for the first.
    pub(crate) ties: Vec<NetworkTie>,
}
