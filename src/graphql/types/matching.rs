//! Who is who, as the API shows it: people who may be one, and records that were given to a person
//! by what they say.

use async_graphql::{ID, InputObject, SimpleObject};
use entity::{
    enums::{MatchEvidence, MatchState},
    match_suggestion, record_match,
};
use uuid::Uuid;

use super::{
    super::{
        id::{self, PERSON},
        page::Listed,
        scalars::DateTime,
    },
    sync::SyncKey,
};
use crate::{
    error::Result,
    rules::matching::Finding,
    store::{
        ExternalKey,
        matching::{SuggestionFilter as Filter, found_of},
    },
};

/// Two people who may be one, as what is known of them says. A sync finds them; somebody decides:
/// `acceptMatch` merges the two, `dismissMatch` says that they are two, for good.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(complex)]
pub(crate) struct MatchSuggestion {
    #[graphql(skip)]
    pub(crate) one_row: Uuid,
    #[graphql(skip)]
    pub(crate) other_row: Uuid,
    #[graphql(skip)]
    pub(crate) dismissed_by_row: Option<Uuid>,
    /// Its id, for `acceptMatch` and `dismissMatch` only.
    id: ID,
    /// What speaks for it, the strongest first. Empty if nothing does, but somebody said that the
    /// two are two: by taking a match back, for one.
    reasons: Vec<MatchReason>,
    /// What became of it.
    state: MatchState,
    /// When it was first suggested.
    suggested_at: DateTime,
    /// When somebody said that they are two. Null while nobody has.
    dismissed_at: Option<DateTime>,
}

impl From<match_suggestion::Model> for MatchSuggestion {
    fn from(row: match_suggestion::Model) -> Self {
        let found = found_of(&row.evidence).into_iter();
        Self {
            one_row: row.one_id,
            other_row: row.other_id,
            dismissed_by_row: row.dismissed_by_id,
            id: plain_id(row.id),
            reasons: found.map(MatchReason::from).collect(),
            state: row.state,
            suggested_at: row.suggested_at.into(),
            dismissed_at: row.dismissed_at.map(DateTime),
        }
    }
}

impl Listed for MatchSuggestion {
    const CONNECTION: &'static str = "MatchSuggestionConnection";
    const EDGE: &'static str = "MatchSuggestionEdge";
}

/// What speaks for it that two are one.
#[derive(Clone, Debug, SimpleObject)]
pub(crate) struct MatchReason {
    /// What it is.
    evidence: MatchEvidence,
    /// The address that both have, in its normal form; of similar ones the mailbox behind them.
    shared: String,
    /// The same in a sentence.
    words: String,
}

impl From<Finding> for MatchReason {
    fn from(found: Finding) -> Self {
        let key = &found.key;
        let words = match found.evidence {
            MatchEvidence::LinkedIn => format!("Both have the LinkedIn profile {key}."),
            MatchEvidence::EmailAndName => {
                format!("Both have the e-mail address {key}, and the same name.")
            }
            MatchEvidence::LinkedInOtherName => {
                format!("Both have the LinkedIn profile {key}, but their names differ altogether.")
            }
            MatchEvidence::EmailOtherName => {
                format!("Both have the e-mail address {key}, but under different names.")
            }
            MatchEvidence::SimilarEmail => {
                format!("Their e-mail addresses differ, but lead to one mailbox, {key}.")
            }
            MatchEvidence::PhoneAndName => {
                format!("Both have the telephone number {key}, and the same name.")
            }
        };
        Self {
            evidence: found.evidence,
            words,
            shared: found.key,
        }
    }
}

/// Which suggestions are wanted.
#[derive(Clone, Debug, Default, InputObject)]
pub(crate) struct MatchSuggestionFilter {
    /// What became of them: `OPEN`, if omitted.
    state: Option<MatchState>,
    /// Only those of which the strongest reason is one of these; all, if omitted or empty.
    evidence: Option<Vec<MatchEvidence>>,
    /// Only those of this person, under either hat.
    person: Option<ID>,
}

impl MatchSuggestionFilter {
    pub(crate) fn read(self) -> Result<Filter> {
        let person = self.person.as_ref();
        let person = person.map(|person| id::argument(person, "filter.person", &PERSON));
        Ok(Filter {
            state: self.state,
            evidence: self.evidence.unwrap_or_default(),
            person: person.transpose()?,
        })
    }
}

/// A record of another system that was given to a person by what it says, because its own name led
/// to nobody. `undoMatch` takes it back.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(complex)]
pub(crate) struct RecordMatch {
    #[graphql(skip)]
    pub(crate) undone_by_row: Option<Uuid>,
    /// Its id, for `undoMatch` only.
    id: ID,
    /// The record.
    record: SyncKey,
    /// What spoke for it.
    reason: MatchReason,
    /// When it was done.
    matched_at: DateTime,
    /// When it was taken back. Null while it holds.
    undone_at: Option<DateTime>,
}

impl From<&record_match::Model> for RecordMatch {
    fn from(row: &record_match::Model) -> Self {
        let record = ExternalKey {
            system: row.system.clone(),
            record_type: row.record_type.clone(),
            id: row.external_id.clone(),
        };
        let found = Finding {
            evidence: row.evidence,
            key: row.key.clone(),
        };
        Self {
            undone_by_row: row.undone_by_id,
            id: plain_id(row.id),
            record: record.into(),
            reason: found.into(),
            matched_at: row.matched_at.into(),
            undone_at: row.undone_at.map(DateTime),
        }
    }
}

/// An id of what is no node.
fn plain_id(row: Uuid) -> ID {
    row.simple().to_string().into()
}

/// A suggestion to accept.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct AcceptMatchInput {
    /// The suggestion, as `matchSuggestions` named it.
    pub(crate) suggestion: ID,
    /// Which of the two stays, under either hat; the one who was here first, if omitted.
    pub(crate) survivor: Option<ID>,
}

/// A suggestion to dismiss.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct DismissMatchInput {
    /// The suggestion, as `matchSuggestions` named it.
    pub(crate) suggestion: ID,
}

/// A match to take back.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct UndoMatchInput {
    /// The match, as `matches` of a person named it.
    #[graphql(name = "match")]
    pub(crate) matched: ID,
}
