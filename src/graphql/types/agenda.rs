//! How the agenda looks outside.

use async_graphql::{InputObject, MergedObject, SimpleObject};
use chrono::Utc;
use entity::{enums::AgendaReasonKind, snooze};
use uuid::Uuid;

use super::record::{NodeBy, PersonBy};
use crate::{
    error::Result,
    graphql::{
        id::IdType,
        page::{Connection, Listed},
        scalars::DateTime,
    },
    store::agenda::{self as stored, AgendaFilter, NewSnooze, SnoozeOf},
};

/// One person who is to be seen to, with all the reasons why.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(complex)]
pub(crate) struct AgendaEntry {
    #[graphql(skip)]
    pub(crate) person_row: Uuid,
    #[graphql(skip)]
    pub(crate) as_of: chrono::DateTime<Utc>,
    /// Why: each reason that holds, the most pressing kind first, then the oldest.
    pub(crate) reasons: Vec<AgendaReason>,
}

impl AgendaEntry {
    /// As it looks at the limits that the tenant has set.
    pub(crate) fn of(entry: stored::AgendaEntry) -> Self {
        let (as_of, thresholds) = (entry.thresholds.now, entry.thresholds);
        let reason = |reason: stored::AgendaReason| AgendaReason {
            recruiter_row: reason.recruiter,
            about_row: reason.about,
            application_row: reason.application,
            kind: reason.kind,
            since: reason.matter.since().into(),
            due: reason.matter.due(&thresholds).map(DateTime),
            detail: reason.matter.sentence(as_of),
        };
        Self {
            person_row: entry.person,
            as_of,
            reasons: entry.reasons.into_iter().map(reason).collect(),
        }
    }
}

impl Listed for AgendaEntry {
    // It goes into the agenda's own connection, which has more fields.
    const CONNECTION: &'static str = "AgendaEntries";
    const EDGE: &'static str = "AgendaEntryEdge";
}

/// Why a person is to be seen to.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(complex)]
pub(crate) struct AgendaReason {
    #[graphql(skip)]
    pub(crate) recruiter_row: Option<Uuid>,
    #[graphql(skip)]
    pub(crate) about_row: Uuid,
    #[graphql(skip)]
    pub(crate) application_row: Option<Uuid>,
    /// The kind of reason.
    pub(crate) kind: AgendaReasonKind,
    /// When it began: the promise was made, they wrote, they gave their score, there was news, the
    /// referral came to its end, they referred somebody, or they were last touched (if never, when
    /// they were made here).
    since: DateTime,
    /// When it was or is to be done: the promise's due time, the next touch, or `since` plus the
    /// tenant's reply target, silence limit or days for thanks. Null for `LOW_FEEDBACK` and
    /// `REFERRAL_LOOP_OPEN`, for which nothing sets a time.
    due: Option<DateTime>,
    /// One sentence, in English, that says why, with the figures in it.
    detail: String,
}

/// How many people are on the agenda for one kind of reason.
#[derive(Clone, Debug, SimpleObject)]
pub(crate) struct AgendaCount {
    /// The kind of reason.
    pub(crate) kind: AgendaReasonKind,
    /// The people who have it. One who has several kinds of reasons is counted at each.
    pub(crate) people: i64,
}

/// Part of an agenda. Its cursors carry the time for which it was read, so that the next page is
/// that of the same agenda, however much later it is asked for.
#[derive(MergedObject)]
#[graphql(name = "AgendaEntryConnection")]
pub(crate) struct AgendaConnection(pub(crate) Connection<AgendaEntry>, pub(crate) AgendaCounts);

/// What an agenda tells beside its entries.
pub(crate) struct AgendaCounts {
    pub(crate) filter: AgendaFilter,
    pub(crate) as_of: chrono::DateTime<Utc>,
}

/// A recruiter does not wish to be reminded of a person for a while.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(complex)]
pub(crate) struct Snooze {
    #[graphql(skip)]
    pub(crate) recruiter_row: Uuid,
    /// When the reminders come back.
    until: DateTime,
    /// Why. Null when no reason was given.
    reason: Option<String>,
    /// When it was asked for.
    snoozed_at: DateTime,
}

impl From<snooze::Model> for Snooze {
    fn from(row: snooze::Model) -> Self {
        Self {
            recruiter_row: row.recruiter_id,
            until: row.until_at.into(),
            reason: row.reason,
            snoozed_at: row.snoozed_at.into(),
        }
    }
}

/// A person to leave off an agenda for a while.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct SnoozeAgendaEntryInput {
    /// Whom. They need not be on the agenda now.
    person: PersonBy,
    /// When they may come back: a time to come, at most a year ahead.
    until: DateTime,
    /// Why; one line of at most 500 characters.
    reason: Option<String>,
    /// Whose agenda it is; omitted or null: yours.
    recruiter: Option<NodeBy>,
}

impl SnoozeAgendaEntryInput {
    /// As the store takes it.
    pub(crate) fn read(self) -> Result<NewSnooze> {
        Ok(NewSnooze {
            of: snooze_of(self.person, self.recruiter)?,
            until: self.until.0,
            reason: self.reason,
        })
    }
}

/// A person who is to come back to an agenda.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct UnsnoozeAgendaEntryInput {
    /// Whom.
    person: PersonBy,
    /// Whose agenda it is; omitted or null: yours.
    recruiter: Option<NodeBy>,
}

impl UnsnoozeAgendaEntryInput {
    /// As the store takes it.
    pub(crate) fn read(self) -> Result<SnoozeOf> {
        snooze_of(self.person, self.recruiter)
    }
}

fn snooze_of(person: PersonBy, recruiter: Option<NodeBy>) -> Result<SnoozeOf> {
    let read = |by: NodeBy| by.input(&["recruiter"], IdType::Recruiter);
    Ok(SnoozeOf {
        person: person.input(&["person"])?,
        recruiter: recruiter.map(read).transpose()?,
    })
}
