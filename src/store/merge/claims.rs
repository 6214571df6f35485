//! The claims of two people who become one. All survive: one that says the same as another is a
//! repeat from then on. Only a claim between the two can say nothing while they are one; it is
//! hidden, and an undo brings it back.

use std::collections::{BTreeMap, BTreeSet};

use entity::{
    enums::{ChangeKind, NodeKind},
    event,
    referral::{Column, Entity, Model},
};
use sea_orm::{Condition, QueryFilter, QueryOrder, QuerySelect, sea_query::LockType};
use uuid::Uuid;

use super::{Pair, trail::HiddenClaim};
use crate::{
    error::Result,
    store::{Writer, sql},
};

/// Where moved claims are noted.
pub(super) const PLACE: &str = "referral";
/// Where those of them are noted that became repeats.
pub(super) const PLACE_OF_REPEATS: &str = "repeated_referral";

type Key = (Uuid, Uuid, Option<Uuid>);

/// What becomes of the claims of two people.
#[derive(Debug, Default)]
pub(super) struct Claims {
    /// The merged person's, as the survivor's.
    pub(super) moved: Vec<Model>,
    /// Those of them that became repeats.
    pub(super) repeats: Vec<Uuid>,
    /// Those between the two.
    pub(super) hidden: Vec<HiddenClaim>,
}

fn key(row: &Model) -> Key {
    (row.referrer_id, row.referred_id, row.job_id)
}

fn with(row: &Model, from: Uuid, to: Uuid) -> Model {
    let instead = |person: Uuid| if person == from { to } else { person };
    Model {
        referrer_id: instead(row.referrer_id),
        referred_id: instead(row.referred_id),
        ..row.clone()
    }
}

/// What becomes of the claims of two people.
fn sort(rows: Vec<Model>, pair: Pair) -> Claims {
    let is_merged = |row: &Model| [row.referrer_id, row.referred_id].contains(&pair.merged);
    let (theirs, ours): (Vec<_>, Vec<_>) = rows.into_iter().partition(is_merged);
    let mut told: BTreeSet<_> = ours.iter().map(key).collect();
    let mut claims = Claims::default();
    for row in theirs {
        if [row.referrer_id, row.referred_id].contains(&pair.survivor) {
            let steps = Vec::new();
            claims.hidden.push(HiddenClaim { row, steps });
            continue;
        }
        let mut moved = with(&row, pair.merged, pair.survivor);
        let is_first = told.insert(key(&moved));
        if !is_first && !moved.is_repeat {
            moved.is_repeat = true;
            claims.repeats.push(moved.id);
        }
        claims.moved.push(moved);
    }
    claims
}

impl Writer {
    /// What becomes of the claims of two people.
    pub(super) async fn claims(&self, pair: Pair) -> Result<Claims> {
        let rows = self.claims_of(&[pair.merged, pair.survivor]).await?;
        let mut claims = sort(rows, pair);
        let hidden: Vec<_> = claims.hidden.iter().map(|claim| claim.row.id).collect();
        if !hidden.is_empty() {
            let mut steps = self.referral_status_changes(&hidden).await?;
            for claim in &mut claims.hidden {
                claim.steps = steps.remove(&claim.row.id).unwrap_or_default();
            }
        }
        Ok(claims)
    }

    async fn claims_of(&self, people: &[Uuid]) -> Result<Vec<Model>> {
        let of = Condition::any()
            .add(sql::one_of(self.backend(), Column::ReferrerId, people))
            .add(sql::one_of(self.backend(), Column::ReferredId, people));
        let rows = self.find::<Entity>().filter(of);
        let rows = rows.order_by_asc(Column::Id).lock(LockType::NoKeyUpdate);
        Ok(rows.all(&self.conn).await?)
    }

    /// Stores what becomes of them.
    pub(super) async fn store_claims(
        &self,
        claims: &Claims,
        events: &mut Vec<event::Model>,
    ) -> Result<()> {
        let hidden: Vec<_> = claims.hidden.iter().map(|claim| claim.row.id).collect();
        for id in &hidden {
            events.push(self.event(ChangeKind::Removed, NodeKind::Referral, *id, &[]));
        }
        if !hidden.is_empty() {
            let these = sql::one_of(self.backend(), Column::Id, &hidden);
            self.delete::<Entity>(Condition::all().add(these)).await?;
        }
        self.upsert(claims.moved.clone()).await
    }

    /// Gives the moved claims back, and brings the hidden ones to light.
    pub(super) async fn claims_back(
        &self,
        pair: Pair,
        moved: &[Uuid],
        repeats: &[Uuid],
        hidden: &[HiddenClaim],
        events: &mut Vec<event::Model>,
    ) -> Result<()> {
        if moved.is_empty() && hidden.is_empty() {
            return Ok(());
        }
        let now = self.claims_of(&[pair.survivor]).await?;
        let moved: BTreeSet<_> = moved.iter().chain(repeats).collect();
        let (theirs, ours): (Vec<_>, Vec<_>) =
            now.into_iter().partition(|row| moved.contains(&row.id));
        let theirs = theirs.iter().map(|row| {
            let mut row = with(row, pair.survivor, pair.merged);
            row.is_repeat &= !repeats.contains(&row.id);
            row
        });
        self.upsert(theirs.collect()).await?;
        self.upsert(without_idle_repeats(ours)).await?;
        for claim in self.claims_by_now(hidden).await? {
            let kind = NodeKind::Referral;
            events.push(self.event(ChangeKind::Unmerged, kind, claim.row.id, &[]));
            self.insert(claim.row).await?;
            self.insert_all(claim.steps).await?;
        }
        Ok(())
    }

    /// Hidden claims as they can be told again: of people as they are by now, and leading to no
    /// application that has gone.
    async fn claims_by_now(&self, hidden: &[HiddenClaim]) -> Result<Vec<HiddenClaim>> {
        if hidden.is_empty() {
            return Ok(Vec::new());
        }
        let ids = |of: fn(&Model) -> Option<Uuid>| -> Vec<Uuid> {
            hidden.iter().filter_map(|claim| of(&claim.row)).collect()
        };
        let mut people = ids(|row| Some(row.referrer_id));
        people.extend(ids(|row| Some(row.referred_id)));
        let people = self.people(&people).await?;
        let jobs = self.jobs(&ids(|row| row.job_id)).await?;
        let applications = self.applications(&ids(|row| row.application_id)).await?;
        let by_now = hidden.iter().filter_map(|claim| {
            let mut claim = claim.clone();
            let row = &mut claim.row;
            row.referrer_id = people.get(&row.referrer_id)?.id;
            row.referred_id = people.get(&row.referred_id)?.id;
            if row.job_id.is_some_and(|job| !jobs.contains_key(&job))
                || row.referrer_id == row.referred_id
            {
                return None;
            }
            let is_there = |id: &Uuid| applications.contains_key(id);
            row.application_id = row.application_id.filter(is_there);
            if row.application_id.is_none() {
                claim
                    .steps
                    .retain(|step| step.application_change_id.is_none());
            }
            row.version += 1;
            row.updated_at = self.now();
            Some(claim)
        });
        Ok(by_now.collect())
    }
}

/// Repeats that repeat nothing any more, as claims of their own again.
fn without_idle_repeats(rows: Vec<Model>) -> Vec<Model> {
    let mut first: BTreeMap<Key, bool> = BTreeMap::new();
    for row in rows.iter().filter(|row| !row.is_repeat) {
        first.insert(key(row), true);
    }
    let mut changed = Vec::new();
    for row in rows.into_iter().filter(|row| row.is_repeat) {
        if first.insert(key(&row), true).is_none() {
            changed.push(Model {
                is_repeat: false,
                ..row
            });
        }
    }
    changed
}
