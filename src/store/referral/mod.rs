//! Referrals: claims that a person referred another, read by id, in lists, and under both people.

mod along;
mod chain;
mod claim;
pub(super) mod follow;
mod reward;
pub(super) mod status;
mod tree;
mod write;

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entity::{
    enums::ReferralStatus,
    referral::{Column, Entity, Model},
    referral_status_change,
};
use sea_orm::{
    ColumnTrait, Condition, QueryFilter, QueryOrder, QuerySelect, QueryTrait, Select,
    sea_query::{Expr, ExprTrait},
};
use uuid::Uuid;

pub use self::{
    along::Along,
    chain::{Chain, ChainDirection, ChainLink, DEEPEST},
    follow::ReferralDetails,
    reward::RewardDetails,
    status::StatusChange,
    tree::ReferralTree,
    write::{NewPerson, NewReferral, Recorded, Referred},
};
use super::{
    KeyValue, Page, PageArgs, Position, SortDirection, Store, order::Order, page::parent, sql,
};
use crate::{
    error::Result,
    rules::referral::{self, Claim},
};

/// Which referrals are wanted. Every part that is given must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct ReferralFilter {
    /// It has come this far.
    pub statuses: Option<Vec<ReferralStatus>>,
    /// One of these people referred.
    pub referrers: Option<Vec<Uuid>>,
    /// One of these people was referred.
    pub referred: Option<Vec<Uuid>>,
    /// For one of these jobs.
    pub jobs: Option<Vec<Uuid>>,
    /// One of these recruiters was told.
    pub recruiters: Option<Vec<Uuid>>,
    /// The referrer was thanked, or was not.
    pub acknowledged: Option<bool>,
    /// The referrer was told the outcome, or was not.
    pub loop_closed: Option<bool>,
    /// It was told at or after this time.
    pub referred_since: Option<DateTime<Utc>>,
    /// It was changed at or after this time.
    pub updated_since: Option<DateTime<Utc>>,
}

/// What a list of referrals is sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ReferralOrder {
    /// When it was told to us.
    Referred,
    /// When it was last changed.
    Updated,
}

impl ReferralOrder {
    /// Where a referral stands in this order.
    pub fn position(self, row: &Model) -> Position {
        let time = match self {
            Self::Referred => row.referred_at,
            Self::Updated => row.updated_at,
        };
        vec![KeyValue::Time(time), KeyValue::Id(row.id)]
    }
}

/// On which side of a referral a person stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// They referred somebody: the newest comes first.
    Referrer,
    /// They were referred: the earliest claim comes first.
    Referred,
}

impl Role {
    fn column(self) -> Column {
        match self {
            Self::Referrer => Column::ReferrerId,
            Self::Referred => Column::ReferredId,
        }
    }

    /// Which way the list of a person in this role runs.
    pub fn direction(self) -> SortDirection {
        match self {
            Self::Referrer => SortDirection::Descending,
            Self::Referred => SortDirection::Ascending,
        }
    }
}

impl Store {
    /// Referrals by id.
    pub async fn referrals(&self, ids: &[Uuid]) -> Result<HashMap<Uuid, Model>> {
        let mut rows = self.rows_of_ids::<Entity>(Column::Id, ids).await?;
        self.veil_referrals(&mut rows).await?;
        Ok(rows.into_iter().map(|row| (row.id, row)).collect())
    }

    /// A page of referrals.
    pub async fn referrals_page(
        &self,
        filter: &ReferralFilter,
        order: (ReferralOrder, SortDirection),
        args: &PageArgs,
    ) -> Result<Page<Model>> {
        let column = match order.0 {
            ReferralOrder::Referred => Column::ReferredAt,
            ReferralOrder::Updated => Column::UpdatedAt,
        };
        let order = Order::new(self.backend())
            .time((Entity, column), order.1)
            .id((Entity, Column::Id), order.1);
        let list = self.referrals_where(filter);
        let mut page = self.page(list, &order, args).await?;
        self.veil_referrals(&mut page.rows).await?;
        Ok(page)
    }

    /// How many referrals meet the filter.
    pub async fn referrals_count(&self, filter: &ReferralFilter) -> Result<u64> {
        self.count(self.referrals_where(filter)).await
    }

    /// The referrals in which each person has the role.
    pub async fn referrals_of_people(
        &self,
        people: &[Uuid],
        role: Role,
        args: &PageArgs,
    ) -> Result<HashMap<Uuid, Page<Model>>> {
        let ids = self
            .find::<Entity>()
            .select_only()
            .column(Column::Id)
            .filter(Expr::col((Entity, role.column())).eq(parent(self.backend())))
            .into_query();
        let order = Order::new(self.backend())
            .time((Entity, Column::ReferredAt), role.direction())
            .id((Entity, Column::Id), role.direction());
        let position = |row: &Model| ReferralOrder::Referred.position(row);
        let mut pages = self
            .nested::<Entity>(people, ids, &order, args, position)
            .await?;
        let rows = pages.values_mut().flat_map(|page| &mut page.rows);
        self.veil_referrals(rows).await?;
        Ok(pages)
    }

    /// In how many referrals each person has the role.
    pub async fn referrals_of_people_counts(
        &self,
        people: &[Uuid],
        role: Role,
    ) -> Result<HashMap<Uuid, u64>> {
        let person = (Entity, role.column());
        let rows =
            self.find::<Entity>()
                .select_only()
                .filter(sql::one_of(self.backend(), person, people));
        self.counts(rows.into_query(), person).await
    }

    /// The referral that has the credit for each referred person, by all claims to them.
    pub async fn credited_referrals(&self, referred: &[Uuid]) -> Result<HashMap<Uuid, Uuid>> {
        type Row = (Uuid, Uuid, DateTime<Utc>, ReferralStatus, DateTime<Utc>);
        let rows: Vec<Row> = self
            .find::<Entity>()
            .select_only()
            .columns([
                Column::ReferredId,
                Column::Id,
                Column::ReferredAt,
                Column::Status,
                Column::StatusChangedAt,
            ])
            .filter(sql::one_of(
                self.backend(),
                (Entity, Column::ReferredId),
                referred,
            ))
            .into_tuple()
            .all(&self.conn)
            .await?;
        let mut claims: HashMap<Uuid, Vec<Claim>> = HashMap::new();
        for (person, id, referred_at, status, status_changed_at) in rows {
            let claim = Claim {
                id,
                referred_at,
                status,
                status_changed_at,
            };
            claims.entry(person).or_default().push(claim);
        }
        let now = self.clock().now();
        let window = self.settings().await?.attribution_window();
        let credited = |claims: &[Claim]| referral::credited(claims, window, now);
        Ok(claims
            .into_iter()
            .filter_map(|(person, claims)| Some((person, credited(&claims)?)))
            .collect())
    }

    /// The dated steps of each referral, the earliest first.
    pub async fn referral_status_changes(
        &self,
        referrals: &[Uuid],
    ) -> Result<HashMap<Uuid, Vec<referral_status_change::Model>>> {
        use referral_status_change::{Column, Entity};
        let rows = self
            .find::<Entity>()
            .filter(sql::one_of(
                self.backend(),
                (Entity, Column::ReferralId),
                referrals,
            ))
            .order_by_asc(Column::ChangedAt)
            .order_by_asc(Column::Id);
        let mut rows = self.rows_together(rows).await?;
        self.veil_statuses(&mut rows).await?;
        let mut changes: HashMap<Uuid, Vec<_>> = HashMap::new();
        for row in rows {
            changes.entry(row.referral_id).or_default().push(row);
        }
        Ok(changes)
    }

    fn referrals_where(&self, filter: &ReferralFilter) -> Select<Entity> {
        let among = |column: Column, ids: &Option<Vec<Uuid>>| {
            let ids = ids.as_deref();
            ids.map(|ids| sql::one_of(self.backend(), (Entity, column), ids))
        };
        let people = |column: Column, ids: &Option<Vec<Uuid>>| {
            let ids = ids.as_deref();
            ids.map(|ids| self.is_one_of_people((Entity, column), ids))
        };
        let has = |column: Column, wanted: bool| {
            if wanted {
                column.is_not_null()
            } else {
                column.is_null()
            }
        };
        let statuses = filter.statuses.clone();
        let meets = Condition::all()
            .add_option(statuses.map(|statuses| Column::Status.is_in(statuses)))
            .add_option(people(Column::ReferrerId, &filter.referrers))
            .add_option(people(Column::ReferredId, &filter.referred))
            .add_option(among(Column::JobId, &filter.jobs))
            .add_option(among(Column::RecruiterId, &filter.recruiters))
            .add_option(
                filter
                    .acknowledged
                    .map(|wanted| has(Column::AcknowledgedAt, wanted)),
            )
            .add_option(
                filter
                    .loop_closed
                    .map(|wanted| has(Column::LoopClosedAt, wanted)),
            )
            .add_option(
                filter
                    .referred_since
                    .map(|since| Column::ReferredAt.gte(since)),
            )
            .add_option(
                filter
                    .updated_since
                    .map(|since| Column::UpdatedAt.gte(since)),
            );
        self.find::<Entity>().filter(meets)
    }
}
