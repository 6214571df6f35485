//! Merging two people.

use entity::{
    enums::{ChangeKind, NodeKind},
    event, external_record, person, person_merge, person_merge_row,
};
use sea_orm::{ColumnTrait, Condition, QueryFilter, sea_query::Expr};
use uuid::Uuid;

use super::{
    Merged, Pair, claims, hat_of,
    plan::{Plan, is},
    ties,
};
use crate::{
    error::{Error, RefusalKind, Result},
    store::{
        Once, Store, Writer,
        person::{
            PersonBy,
            belongings::{Belongings, search_row},
        },
    },
};

/// Two people to make one.
#[derive(Clone, Debug)]
pub struct NewMerge {
    /// Who stays.
    pub survivor: PersonBy,
    /// Who turns out to be the survivor.
    pub merged: PersonBy,
    /// The survivor's version that was read, if the caller cares.
    pub survivor_version: Option<i32>,
    /// The merged person's, likewise.
    pub merged_version: Option<i32>,
    /// Only tell what would happen.
    pub dry_run: bool,
}

impl Store {
    /// Makes two people one, or tells what that would do. A repeat under the same key is told what
    /// the first one did.
    pub async fn merge_people(&self, new: &NewMerge, once: Option<&Once>) -> Result<Merged> {
        if let Some(once) = once {
            once.check()?;
        }
        let once = once.filter(|_| !new.dry_run);
        self.write(|w| async move {
            if let Some(once) = once
                && let Some(answer) = w.done_before(once).await?.and_then(|row| row.answer)
            {
                return serde_json::from_value(answer).map_err(|e| Error::Internal(e.into()));
            }
            let merged = w.merge_named(new).await?;
            if let Some(once) = once {
                let answer = serde_json::to_value(&merged);
                let answer = answer.map_err(|error| Error::Internal(error.into()))?;
                w.remember(once, merged.survivor, Some(answer)).await?;
            }
            Ok(merged)
        })
        .await
    }
}

impl Writer {
    /// Makes two people one. Both ids must be of people who are there.
    ///
    /// # Errors
    /// When both are the same person, or one of them is the viewer.
    pub async fn merge_people(&self, survivor: Uuid, merged: Uuid) -> Result<Merged> {
        self.one_sync_at_a_time().await?;
        let plan = self.plan_of(survivor, merged).await?;
        self.carry_out(plan).await
    }

    async fn merge_named(&self, new: &NewMerge) -> Result<Merged> {
        self.one_sync_at_a_time().await?;
        let named = [
            (vec!["survivor".to_owned()], &new.survivor),
            (vec!["merged".to_owned()], &new.merged),
        ];
        let (ids, rows) = self.resolve_rows(&named).await?;
        let [survivor, merged] = ids[..] else {
            return Err(Error::Unavailable);
        };
        let read = [
            (survivor, "survivorVersion", new.survivor_version),
            (merged, "mergedVersion", new.merged_version),
        ];
        for (id, field, version) in read {
            let row = rows.iter().find(|row| row.id == id);
            check_version(field, version, row.map_or(0, |row| row.version))?;
        }
        let plan = self.plan_of(survivor, merged).await?;
        if new.dry_run {
            return Ok(plan.report(self.now()));
        }
        self.carry_out(plan).await
    }

    /// What a merge would do, with both people held and the tenant's syncs held back.
    async fn plan_of(&self, survivor: Uuid, merged: Uuid) -> Result<Plan> {
        if survivor == merged {
            let message = "`merged` is the survivor: these two are one person already";
            return Err(Error::refused(RefusalKind::Invalid, &["merged"], message));
        }
        let mut rows = self.hold_both(survivor, merged).await?;
        let place = rows.iter().position(|row| row.id == survivor);
        let survivor_row = place.map(|place| rows.swap_remove(place));
        // Whoever is not there any more was merged meanwhile, or is gone.
        let (Some(survivor_row), Some(merged_row)) = (survivor_row, rows.pop()) else {
            return Err(Error::Retry);
        };
        let own = self.own_people().await?;
        for (field, id) in [("survivor", survivor), ("merged", merged)] {
            if own.contains(&id) {
                let message = format!(
                    "`{field}` is you; what a merge tells of a person is not told to themself, so \
                     let somebody else do it"
                );
                return Err(Error::refused(RefusalKind::Invalid, &[field], message));
            }
        }
        self.plan(survivor_row, merged_row).await
    }

    /// Does what was planned: what points at the merged person goes first, for their row cannot be
    /// deleted before.
    async fn carry_out(&self, plan: Plan) -> Result<Merged> {
        let Pair { survivor, merged } = plan.pair;
        let mut new = plan.filled.person.clone();
        new.version += 1;
        new.updated_at = self.now();
        self.forget_old_trails().await?;
        self.note_merge(&plan, &new).await?;
        let mut events = Vec::new();
        self.store_ties(&plan.ties, &mut events).await?;
        self.store_claims(&plan.claims, &mut events).await?;
        self.upsert(plan.records_meanwhile(self.now())).await?;
        self.move_rows(plan.pair).await?;
        self.update::<external_record::Entity>()
            .col_expr(external_record::Column::PersonId, Expr::val(survivor))
            .filter(external_record::Column::PersonId.eq(merged))
            .exec(&self.conn)
            .await?;
        self.matches_follow(merged, survivor).await?;
        // What is left of the merged person says the same of the survivor, or is derived.
        self.delete::<person::Entity>(is(merged)).await?;
        self.insert_belongings(&plan.given).await?;
        self.save(&plan.survivor, &new, is(survivor)).await?;
        self.search_anew(&new).await?;
        self.derive(&[survivor]).await?;
        if plan.had.may_tell_who_is_who() {
            self.own_changed.note();
        }
        events.push(event::Model {
            merged_into_id: Some(survivor),
            ..self.event(ChangeKind::Merged, NodeKind::Person, merged, &[])
        });
        let fields = plan.changed_fields();
        let fields: Vec<_> = fields.iter().map(String::as_str).collect();
        events.push(self.event(ChangeKind::Updated, NodeKind::Person, survivor, &fields));
        self.insert_many(events).await?;
        Ok(plan.report(self.now()))
    }

    /// Stores the merge, with what an undo will need.
    async fn note_merge(&self, plan: &Plan, after: &person::Model) -> Result<()> {
        let Pair { survivor, merged } = plan.pair;
        self.insert(person_merge::Model {
            tenant_id: self.tenant(),
            merged_id: merged,
            hat: hat_of(&plan.merged),
            survivor_id: survivor,
            into_id: survivor,
            recruiter_id: self.viewer().recruiter_id,
            merged_at: self.now(),
            trail: Some(plan.trail(after).json()?),
        })
        .await?;
        let row = |place: &str, row_id: Uuid| person_merge_row::Model {
            tenant_id: self.tenant(),
            merged_id: merged,
            place: place.to_owned(),
            row_id,
        };
        let ties = plan.ties.moved.iter();
        let mut rows: Vec<_> = ties.map(|tie| row(ties::PLACE, tie.id)).collect();
        let claims = plan.claims.moved.iter();
        rows.extend(claims.map(|claim| row(claims::PLACE, claim.id)));
        let repeats = plan.claims.repeats.iter();
        rows.extend(repeats.map(|id| row(claims::PLACE_OF_REPEATS, *id)));
        self.insert_many(rows).await
    }

    /// Stores what search looks through for a person.
    pub(super) async fn search_anew(&self, person: &person::Model) -> Result<()> {
        let only = [person.id];
        let addresses = self.contact_points(&only).await?.remove(&person.id);
        let positions = self.positions(&only).await?.remove(&person.id);
        let row = search_row(
            person,
            &Belongings::default(),
            &addresses.unwrap_or_default(),
            &positions.unwrap_or_default(),
        );
        self.put_search_row(row).await
    }

    /// The rows that a merge noted at a place.
    pub(super) async fn noted(&self, merged: Uuid, place: &str) -> Result<Vec<Uuid>> {
        use person_merge_row::{Column, Entity};
        use sea_orm::QuerySelect;
        let rows = self
            .find::<Entity>()
            .select_only()
            .column(Column::RowId)
            .filter(
                Condition::all()
                    .add(Column::MergedId.eq(merged))
                    .add(Column::Place.eq(place)),
            );
        Ok(rows.into_tuple().all(&self.conn).await?)
    }
}

fn check_version(field: &str, read: Option<i32>, stored: i32) -> Result<()> {
    match read {
        Some(read) if read != stored => {
            let message = format!(
                "the person has version {stored} by now, not {read}; read them again and repeat \
                 the merge"
            );
            Err(Error::refused(RefusalKind::Conflict, &[field], message))
        }
        _ => Ok(()),
    }
}
