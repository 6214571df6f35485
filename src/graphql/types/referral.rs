//! How a referral looks outside.

use std::sync::Arc;

use async_graphql::{Enum, ID, InputObject, SimpleObject};
use entity::{enums::ReferralStatus, referral, referral_status_change};
use uuid::Uuid;

use super::order::OrderDirection;
use crate::{
    error::Result,
    graphql::{
        id::{self, IdType},
        page::Listed,
        scalars::{Date, DateTime},
    },
    rules::referral::is_concluded,
    store::{
        SortDirection,
        referral::{
            Along, ChainDirection, ChainLink, ReferralFilter as Filter, ReferralOrder as Order,
        },
    },
};

/// A claim that one person referred another to us, perhaps for a job. Several people may have
/// referred the same person, and every claim is kept.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(complex)]
pub(crate) struct Referral {
    #[graphql(skip)]
    pub(crate) row: Uuid,
    #[graphql(skip)]
    pub(crate) referrer_row: Uuid,
    #[graphql(skip)]
    pub(crate) referred_row: Uuid,
    #[graphql(skip)]
    pub(crate) job_row: Option<Uuid>,
    #[graphql(skip)]
    pub(crate) application_row: Option<Uuid>,
    #[graphql(skip)]
    pub(crate) recruiter_row: Uuid,
    #[graphql(skip)]
    pub(crate) kind_code: Option<String>,
    /// The id.
    pub(crate) id: ID,
    /// What was said when it was made. Null when nothing was written down.
    note: Option<String>,
    /// How far it has come: the status that is dated latest.
    status: ReferralStatus,
    /// Since when it has had that status.
    status_changed_at: DateTime,
    /// When it was told to us.
    referred_at: DateTime,
    /// When the referrer was thanked. Null when nobody has thanked them yet.
    acknowledged_at: Option<DateTime>,
    /// When the referrer was told the outcome. Null when they do not know it yet.
    loop_closed_at: Option<DateTime>,
    /// It has come to its end, well or not: `HIRED`, `NOT_SELECTED`, `DECLINED` or `WITHDRAWN`.
    is_concluded: bool,
    /// What the referrer is paid for it. Null when nothing was agreed.
    reward: Option<ReferralReward>,
    /// Grows by one with each change.
    version: i32,
    /// When it was recorded here.
    created_at: DateTime,
    /// When it last changed.
    updated_at: DateTime,
}

impl From<referral::Model> for Referral {
    fn from(row: referral::Model) -> Self {
        let reward = row.reward_amount.zip(row.reward_currency);
        let (due_on, paid_on) = (row.reward_due_on.map(Date), row.reward_paid_on.map(Date));
        Self {
            row: row.id,
            referrer_row: row.referrer_id,
            referred_row: row.referred_id,
            job_row: row.job_id,
            application_row: row.application_id,
            recruiter_row: row.recruiter_id,
            kind_code: row.relationship_kind,
            id: id::encode(IdType::Referral, row.id),
            note: row.note,
            status: row.status,
            status_changed_at: row.status_changed_at.into(),
            referred_at: row.referred_at.into(),
            acknowledged_at: row.acknowledged_at.map(DateTime),
            loop_closed_at: row.loop_closed_at.map(DateTime),
            is_concluded: is_concluded(row.status),
            reward: reward.map(|(amount, currency)| ReferralReward {
                amount,
                currency,
                due_on,
                paid_on,
            }),
            version: row.version,
            created_at: row.created_at.into(),
            updated_at: row.updated_at.into(),
        }
    }
}

impl Listed for Referral {
    const CONNECTION: &'static str = "ReferralConnection";
    const EDGE: &'static str = "ReferralEdge";
}

/// What a referrer is paid.
#[derive(Clone, Debug, SimpleObject)]
pub(crate) struct ReferralReward {
    /// The amount in units of the currency: a decimal number as text, such as `1250.50`.
    amount: String,
    /// The currency's code (ISO 4217), such as `EUR`.
    currency: String,
    /// The day on which it is due. Null when none was agreed.
    due_on: Option<Date>,
    /// The day on which it was paid. Null when it has not been.
    paid_on: Option<Date>,
}

/// One dated step of a referral.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(complex)]
pub(crate) struct ReferralStatusChange {
    #[graphql(skip)]
    pub(crate) recruiter_row: Uuid,
    /// The status it came to.
    status: ReferralStatus,
    /// When it came to it.
    changed_at: DateTime,
    /// What was said of it. Null when nothing was written down.
    note: Option<String>,
}

impl From<&referral_status_change::Model> for ReferralStatusChange {
    fn from(row: &referral_status_change::Model) -> Self {
        Self {
            recruiter_row: row.recruiter_id,
            status: row.status,
            changed_at: row.changed_at.into(),
            note: row.note.clone(),
        }
    }
}

/// Which way a chain of referrals is followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "ChainDirection")]
pub(crate) enum ReferralChainDirection {
    /// To those who referred the person, to those who referred these, and so on.
    Up,
    /// To those whom the person referred, to those whom these referred, and so on.
    Down,
}

/// One referral in a chain.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(complex)]
pub(crate) struct ReferralChainLink {
    #[graphql(skip)]
    pub(crate) referral_row: Uuid,
    #[graphql(skip)]
    pub(crate) referrer_row: Uuid,
    #[graphql(skip)]
    pub(crate) referred_row: Uuid,
    #[graphql(skip)]
    pub(crate) along: Arc<Along>,
    /// How many referrals away from the person it is: 1 for their own. One that can be reached in
    /// several ways stands there once, with the shortest.
    depth: u32,
}

impl ReferralChainLink {
    /// A link, with what came along with its chain.
    pub(crate) fn new(link: &ChainLink, along: &Arc<Along>) -> Self {
        Self {
            along: Arc::clone(along),
            referral_row: link.referral,
            referrer_row: link.referrer,
            referred_row: link.referred,
            depth: link.depth,
        }
    }
}

/// Narrows a list of referrals. Every part that is given must hold.
#[derive(Clone, Debug, Default, InputObject)]
pub(crate) struct ReferralFilter {
    /// It has come this far: one of these statuses.
    statuses: Option<Vec<ReferralStatus>>,
    /// One of these people referred.
    referrers: Option<Vec<ID>>,
    /// One of these people was referred.
    referred: Option<Vec<ID>>,
    /// For one of these jobs.
    jobs: Option<Vec<ID>>,
    /// One of these recruiters was told.
    recruiters: Option<Vec<ID>>,
    /// The referrer was thanked (true), or was not (false).
    acknowledged: Option<bool>,
    /// The referrer was told the outcome (true), or was not (false).
    loop_closed: Option<bool>,
    /// It was told to us at or after this time.
    referred_since: Option<DateTime>,
    /// It was changed at or after this time.
    updated_since: Option<DateTime>,
}

impl ReferralFilter {
    /// As the store takes it.
    pub(crate) fn read(self) -> Result<Filter> {
        Ok(Filter {
            statuses: self.statuses,
            referrers: people(self.referrers, "filter.referrers")?,
            referred: people(self.referred, "filter.referred")?,
            jobs: id::arguments(self.jobs, "filter.jobs", IdType::Job)?,
            recruiters: id::arguments(self.recruiters, "filter.recruiters", IdType::Recruiter)?,
            acknowledged: self.acknowledged,
            loop_closed: self.loop_closed,
            referred_since: self.referred_since.map(|at| at.0),
            updated_since: self.updated_since.map(|at| at.0),
        })
    }
}

fn people(given: Option<Vec<ID>>, name: &str) -> Result<Option<Vec<Uuid>>> {
    let read = |given: Vec<ID>| {
        given
            .iter()
            .map(|id| id::argument(id, name, &id::PERSON))
            .collect()
    };
    given.map(read).transpose()
}

/// What a list of referrals is sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub(crate) enum ReferralOrderField {
    /// When it was told to us.
    ReferredAt,
    /// When it was last changed.
    UpdatedAt,
}

/// The order of a list of referrals.
#[derive(Clone, Copy, Debug, InputObject)]
pub(crate) struct ReferralOrder {
    /// What it is sorted by.
    field: ReferralOrderField,
    /// Which way it runs.
    #[graphql(default_with = "OrderDirection::Desc")]
    direction: OrderDirection,
}

impl ReferralOrder {
    /// As the store takes it; newest first, if the caller has no wish.
    pub(crate) fn read(order: Option<Self>) -> (Order, SortDirection) {
        let Some(order) = order else {
            return (Order::Referred, SortDirection::Descending);
        };
        let by = match order.field {
            ReferralOrderField::ReferredAt => Order::Referred,
            ReferralOrderField::UpdatedAt => Order::Updated,
        };
        (by, order.direction.into())
    }
}
