//! The agenda: who is to be seen to, and why, found by the database from what is stored. Nothing of
//! it is stored itself but the snoozes, so that it is never out of date.

mod snooze;
mod source;
mod statement;

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use entity::enums::{AgendaReasonKind, PromiseKind, ReferralStatus};
use sea_orm::{ConnectionTrait, QueryResult};
use uuid::Uuid;

pub use self::snooze::{NewSnooze, SnoozeOf};
use self::statement::{Part, Parts};
use super::{KeyValue, Page, PageArgs, Position, Store};
use crate::{
    error::{Error, Result},
    rules::agenda::{self, Matter, Thresholds},
};

/// Whose agenda it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Whose {
    /// That of one recruiter: what is theirs to see to.
    Recruiter(Uuid),
    /// That of all, with what is nobody's.
    Team,
}

/// Which part of the agenda is wanted.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct AgendaFilter {
    /// Whose it is.
    pub whose: Whose,
    /// Only people who have one of these reasons.
    pub kinds: Option<BTreeSet<AgendaReasonKind>>,
    /// What is snoozed, instead of what is not.
    pub snoozed: bool,
}

impl AgendaFilter {
    /// The wanted reasons, if not all are.
    fn kinds(&self) -> Option<Vec<AgendaReasonKind>> {
        let kinds = self.kinds.as_ref()?;
        Some(kinds.iter().copied().collect())
    }
}

/// One person who is to be seen to.
#[derive(Clone, Debug)]
pub struct AgendaEntry {
    /// The person.
    pub person: Uuid,
    /// Why: what comes first, first.
    pub reasons: Vec<AgendaReason>,
    /// The limits by which the reasons hold, and the time for which the agenda is.
    pub thresholds: Thresholds,
    place: Place,
}

/// Why a person is to be seen to.
#[derive(Clone, Debug)]
pub struct AgendaReason {
    /// The kind.
    pub kind: AgendaReasonKind,
    /// What is to be done.
    pub matter: Matter,
    /// Who is to see to it, if anybody.
    pub recruiter: Option<Uuid>,
    /// The promise, the referral or the feedback it is about.
    pub about: Uuid,
    /// The application it is about.
    pub application: Option<Uuid>,
}

/// Where an entry stands: by its first reason, then by how old that is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Place {
    rank: i32,
    at: DateTime<Utc>,
    person: Uuid,
}

impl AgendaEntry {
    /// Where the entry stands, and the time for which the agenda is: the next page must be that of
    /// the same agenda, however long the reader stayed on this one.
    pub fn position(&self) -> Position {
        vec![
            KeyValue::Text(self.place.rank.to_string()),
            KeyValue::Time(self.place.at),
            KeyValue::Id(self.place.person),
            KeyValue::Time(self.thresholds.now),
        ]
    }
}

/// The place and the time that a position tells.
fn place_of(position: &Position) -> Result<(Place, DateTime<Utc>)> {
    let read = || match position.as_slice() {
        [
            KeyValue::Text(rank),
            KeyValue::Time(at),
            KeyValue::Id(person),
            KeyValue::Time(as_of),
        ] => {
            let (at, person) = (*at, *person);
            let rank = rank.parse().ok()?;
            Some((Place { rank, at, person }, *as_of))
        }
        _ => None,
    };
    read().ok_or_else(|| Error::bad_input("this cursor is not one of this list"))
}

/// The time of which the agenda is asked for: that of the page before, else now.
pub fn as_of(args: &PageArgs, now: DateTime<Utc>) -> Result<DateTime<Utc>> {
    let told = args.after.as_ref().or(args.before.as_ref());
    let told = told.map(place_of).transpose()?;
    Ok(told.map_or(now, |(_, as_of)| as_of.min(now)))
}

impl Store {
    /// The limits that hold, for a time.
    async fn agenda_thresholds(&self, now: DateTime<Utc>) -> Result<Thresholds> {
        let settings = self.settings().await?;
        Ok(Thresholds {
            now,
            reply_target: settings.reply_target(),
            silence_limit: settings.silence_limit(),
            thank_within: settings.thank_within(),
        })
    }

    /// A page of the agenda as it is at a time.
    pub async fn agenda_page(
        &self,
        filter: &AgendaFilter,
        as_of: DateTime<Utc>,
        args: &PageArgs,
    ) -> Result<Page<AgendaEntry>> {
        let place = |position: &Option<Position>| {
            let place = position.as_ref().map(place_of).transpose();
            Ok::<_, Error>(place?.map(|(place, _)| place))
        };
        let (after, before) = (place(&args.after)?, place(&args.before)?);
        let parts = self.agenda_parts(filter, as_of).await?;
        let part = Part {
            limit: args.limit,
            backwards: args.backwards,
            after: after.as_ref(),
            before: before.as_ref(),
        };
        let kinds = filter.kinds();
        let places = parts.places(kinds.as_deref(), &part);
        let mut entries = Vec::new();
        let thresholds = self.agenda_thresholds(as_of).await?;
        for row in self.conn.query_all_raw(places).await? {
            entries.push(entry_of(&row, thresholds)?);
        }
        self.add_reasons(filter, as_of, &mut entries).await?;
        Ok(Page::of(entries, args))
    }

    /// Adds all their reasons to the entries.
    async fn add_reasons(
        &self,
        filter: &AgendaFilter,
        as_of: DateTime<Utc>,
        entries: &mut [AgendaEntry],
    ) -> Result<()> {
        if entries.is_empty() {
            return Ok(());
        }
        let people: Vec<_> = entries.iter().map(|entry| entry.person).collect();
        let details = self.agenda_parts(filter, as_of).await?.details(&people);
        let mut reasons: HashMap<Uuid, Vec<AgendaReason>> = HashMap::new();
        for row in self.conn.query_all_raw(details).await? {
            let person = row.try_get("", "person_id")?;
            reasons.entry(person).or_default().push(reason_of(&row)?);
        }
        for entry in entries {
            entry.reasons = reasons.remove(&entry.person).unwrap_or_default();
        }
        Ok(())
    }

    async fn agenda_parts(&self, filter: &AgendaFilter, as_of: DateTime<Utc>) -> Result<Parts> {
        let thresholds = self.agenda_thresholds(as_of).await?;
        let own = self.own_people().await?;
        Ok(Parts::new(
            self.backend(),
            self.tenant(),
            filter,
            &thresholds,
            &own,
        ))
    }

    /// How many people the agenda has.
    pub async fn agenda_count(&self, filter: &AgendaFilter, as_of: DateTime<Utc>) -> Result<u64> {
        let kinds = filter.kinds();
        let parts = self.agenda_parts(filter, as_of).await?;
        let row = self
            .conn
            .query_one_raw(parts.count(kinds.as_deref()))
            .await?;
        let count: i64 = row.map_or(Ok(0), |row| row.try_get_by_index(0))?;
        Ok(u64::try_from(count).unwrap_or_default())
    }

    /// How many people have each reason, whichever reasons the list is narrowed to.
    pub async fn agenda_counts(
        &self,
        filter: &AgendaFilter,
        as_of: DateTime<Utc>,
    ) -> Result<HashMap<AgendaReasonKind, u64>> {
        let parts = self.agenda_parts(filter, as_of).await?;
        let mut counts = HashMap::new();
        for row in self.conn.query_all_raw(parts.counts()).await? {
            let kind = kind_at(row.try_get_by_index(0)?)?;
            let count: i64 = row.try_get_by_index(1)?;
            counts.insert(kind, u64::try_from(count).unwrap_or_default());
        }
        Ok(counts)
    }
}

fn kind_at(rank: i32) -> Result<AgendaReasonKind> {
    let unknown = || Error::Internal(anyhow::anyhow!("no reason has the rank {rank}"));
    agenda::at_rank(rank).ok_or_else(unknown)
}

fn entry_of(row: &QueryResult, thresholds: Thresholds) -> Result<AgendaEntry> {
    let person = row.try_get("", "person_id")?;
    Ok(AgendaEntry {
        person,
        reasons: Vec::new(),
        thresholds,
        place: Place {
            rank: row.try_get("", "rank")?,
            at: row.try_get("", "at")?,
            person,
        },
    })
}

fn reason_of(row: &QueryResult) -> Result<AgendaReason> {
    let kind = kind_at(row.try_get("", "rank")?)?;
    Ok(AgendaReason {
        kind,
        matter: matter_of(row, kind)?,
        recruiter: row.try_get("", "recruiter_id")?,
        about: row.try_get("", "about_id")?,
        application: row.try_get("", "application_id")?,
    })
}

fn matter_of(row: &QueryResult, kind: AgendaReasonKind) -> Result<Matter> {
    let at = row.try_get("", "at")?;
    Ok(match kind {
        AgendaReasonKind::PromiseOverdue | AgendaReasonKind::PromiseDue => Matter::Promise {
            kind: row.try_get::<PromiseKind>("", "promise_kind")?,
            words: row.try_get("", "words")?,
            made_at: row.try_get("", "made_at")?,
            due_at: at,
        },
        AgendaReasonKind::ReplyLate => Matter::Reply { since: at },
        AgendaReasonKind::LowFeedback => Matter::Feedback {
            score: row.try_get("", "score")?,
            given_at: at,
        },
        AgendaReasonKind::OutcomeNotShared => Matter::News {
            since: at,
            job: row.try_get("", "job_title")?,
        },
        AgendaReasonKind::ReferralLoopOpen => Matter::Loop {
            status: row.try_get::<ReferralStatus>("", "referral_status")?,
            referred: row.try_get("", "referred")?,
            since: at,
        },
        AgendaReasonKind::ReferrerNotThanked => Matter::Thanks {
            referred: row.try_get("", "referred")?,
            referred_at: at,
        },
        AgendaReasonKind::TouchDue => Matter::Touch {
            due_at: at,
            last_at: row.try_get("", "last_touch_at")?,
            known_since: row.try_get("", "created_at")?,
        },
    })
}
