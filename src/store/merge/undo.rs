//! Undoing a merge: both people are as they were, as far as nothing that happened since speaks
//! against it. What went over goes back, if it is still with the survivor; what the survivor got
//! since stays with them.

use std::collections::BTreeSet;

use entity::{
    company,
    enums::{ChangeKind, NodeKind},
    event, external_record, person, person_merge, position,
};
use sea_orm::{ColumnTrait, Condition, QueryFilter, sea_query::Expr};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    Pair,
    belongings::Kind,
    claims,
    plan::is,
    ties,
    trail::{Noted, Trail, Undoable},
};
use crate::{
    error::{Error, Refusal, RefusalKind, Result},
    rules::merge,
    store::{Store, Writer, record::ExternalKey, sql},
};

/// Where the merged person is named in the input.
const MERGED: [&str; 1] = ["merged"];
/// The columns of `external_record` that name a record.
const KEY: &str =
    "external_record.system, external_record.record_type, external_record.external_id";

/// What undoing a merge did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unmerged {
    /// The person who is somebody of their own again.
    pub person: Uuid,
    /// Whom they had been merged into.
    pub survivor: Uuid,
}

impl Store {
    /// Undoes the merge of a person, who is named by the id they had.
    pub async fn unmerge_people(&self, merged: Uuid) -> Result<Unmerged> {
        self.write(|w| async move { w.unmerge_people(merged).await })
            .await
    }
}

impl Writer {
    /// Undoes the merge of a person.
    ///
    /// # Errors
    /// When nobody was merged under this id, or it is too late, or the survivor was merged in turn.
    pub async fn unmerge_people(&self, merged: Uuid) -> Result<Unmerged> {
        self.one_sync_at_a_time().await?;
        let Undoable { row, mut trail } = self.merge_to_undo(merged).await?;
        let pair = Pair {
            survivor: row.survivor_id,
            merged,
        };
        let survivor = self.hold_both(pair.survivor, pair.survivor).await?.pop();
        let survivor = survivor.ok_or(Error::Retry)?;
        if self.own_people().await?.contains(&pair.survivor) {
            let message = "`merged` is you by now; let somebody else undo it";
            return Err(Error::refused(RefusalKind::Invalid, &MERGED, message));
        }
        let mut others = self.others_into(&row).await?;
        let moved = self.moved(merged).await?;
        let noted = trail.rescue(pair, &moved, &mut others);
        self.insert_many(noted).await?;
        self.restore(&trail).await?;
        let fields = self
            .take_from_survivor(&survivor, &trail, &mut others)
            .await?;
        for other in &others {
            self.put_trail(other).await?;
        }
        let mut events = Vec::new();
        self.rows_back(pair, &trail, &moved, &mut events).await?;
        self.matches_part(pair.survivor, merged).await?;
        self.delete::<person_merge::Entity>(person_merge::Column::MergedId.eq(merged).into())
            .await?;
        self.search_anew(&trail.merged).await?;
        self.derive(&[pair.merged, pair.survivor]).await?;
        self.own_changed.note();
        events.push(self.event(ChangeKind::Unmerged, NodeKind::Person, merged, &[]));
        let fields: Vec<_> = fields.iter().map(String::as_str).collect();
        events.push(self.event(
            ChangeKind::Updated,
            NodeKind::Person,
            pair.survivor,
            &fields,
        ));
        self.insert_many(events).await?;
        Ok(Unmerged {
            person: merged,
            survivor: pair.survivor,
        })
    }

    /// The ties and claims that a merge noted as moved.
    async fn moved(&self, merged: Uuid) -> Result<Noted> {
        Ok(Noted {
            ties: self.noted(merged, ties::PLACE).await?,
            claims: self.noted(merged, claims::PLACE).await?,
            repeats: self.noted(merged, claims::PLACE_OF_REPEATS).await?,
        })
    }

    /// The merge of a person, if it can be undone.
    async fn merge_to_undo(&self, merged: Uuid) -> Result<Undoable> {
        let Some(row) = self.merge_of(merged).await? else {
            let message = "nobody was merged under this id; a merge that was undone needs no other";
            return Err(Refusal::not_found(&MERGED, message).into());
        };
        let refused = |message| Err(Error::refused(RefusalKind::Invalid, &MERGED, message));
        if row.survivor_id != row.into_id {
            return refused(
                "`merged` was merged into somebody who was merged in turn; undo that merge first",
            );
        }
        match self.undoable(row)? {
            Some(undoable) => Ok(undoable),
            None => refused("`merged` was merged more than 30 days ago, which cannot be undone"),
        }
    }

    /// Puts the merged person's row where it was, and what hung on it.
    async fn restore(&self, trail: &Trail) -> Result<()> {
        let mut row = trail.merged.clone();
        row.version += 1;
        row.updated_at = self.now();
        self.insert(row).await?;
        let mut had = trail.had.clone();
        had.positions = self.at_companies_by_now(had.positions).await?;
        self.insert_belongings(&had).await
    }

    /// Positions without companies that have gone; one that told nothing else goes with its company.
    async fn at_companies_by_now(
        &self,
        positions: Vec<position::Model>,
    ) -> Result<Vec<position::Model>> {
        let companies: Vec<_> = positions.iter().filter_map(|row| row.company_id).collect();
        let id = company::Column::Id;
        let known = self.known::<company::Entity>(id, &companies).await?;
        let by_now = positions.into_iter().map(|row| position::Model {
            company_id: row.company_id.filter(|company| known.contains(company)),
            ..row
        });
        let tells = |row: &position::Model| {
            row.company_id.is_some() || row.company_name.is_some() || row.title.is_some()
        };
        Ok(by_now.filter(tells).collect())
    }

    /// Takes from the survivor what the merge brought; returns the fields that changed.
    async fn take_from_survivor(
        &self,
        survivor: &person::Model,
        trail: &Trail,
        others: &mut [Undoable],
    ) -> Result<Vec<String>> {
        let mut left = self.belongings(&[survivor.id]).await?;
        let mut left = left.remove(&survivor.id).unwrap_or_default();
        let taken = left.give_back(&trail.given, others);
        self.store_left(survivor.id, &left, &taken).await?;
        let mut new = merge::give_back(survivor, &trail.before, &trail.after);
        // What this merge had kept from those that followed is theirs to bring now.
        for other in others {
            new = other.trail.fill_again(&new);
        }
        let mut fields = Self::changed_fields(survivor, &new);
        let kinds = [
            ("emails", Kind::Addresses),
            ("phones", Kind::Addresses),
            ("links", Kind::Addresses),
            ("tags", Kind::Labels),
            ("communities", Kind::Labels),
            ("positions", Kind::Positions),
            ("snooze", Kind::Snoozes),
        ];
        let kinds = kinds.into_iter().filter(|(_, kind)| taken.contains(kind));
        fields.extend(kinds.map(|(field, _)| field.to_owned()));
        new.version += 1;
        new.updated_at = self.now();
        self.save(survivor, &new, is(survivor.id)).await?;
        self.search_anew(&new).await?;
        Ok(fields)
    }

    /// Gives back what pointed at the merged person.
    async fn rows_back(
        &self,
        pair: Pair,
        trail: &Trail,
        moved: &Noted,
        events: &mut Vec<event::Model>,
    ) -> Result<()> {
        self.ties_back(pair, &moved.ties, &trail.ties, events)
            .await?;
        self.claims_back(pair, &moved.claims, &moved.repeats, &trail.claims, events)
            .await?;
        self.move_rows_back(pair).await?;
        self.records_back(pair, trail, events).await
    }

    /// The merged person's names lead to them again, as do those of ties and claims that are there
    /// again.
    async fn records_back(&self, pair: Pair, trail: &Trail, events: &[event::Model]) -> Result<()> {
        use external_record::{Column, Entity};
        if !trail.records.is_empty() {
            self.update::<Entity>()
                .col_expr(Column::PersonId, Expr::val(pair.merged))
                .filter(Column::PersonId.eq(pair.survivor))
                .filter(sql::one_of_records(
                    self.backend(),
                    KEY,
                    &borrowed(&trail.records),
                ))
                .exec(&self.conn)
                .await?;
        }
        if trail.lost_records.is_empty() {
            return Ok(());
        }
        let again: BTreeSet<_> = events.iter().map(|event| event.node_id).collect();
        let keys: Vec<_> = trail.lost_records.iter().map(ExternalKey::from).collect();
        let these = sql::one_of_records(self.backend(), KEY, &borrowed(&keys));
        let now = self.find::<Entity>().filter(Condition::all().add(these));
        let now = now.all(&self.conn).await?;
        let back = trail.lost_records.iter().filter_map(|was| {
            let key = ExternalKey::from(was);
            let row = now.iter().find(|row| ExternalKey::from(*row) == key)?;
            let node = was.relationship_id.or(was.referral_id)?;
            again.contains(&node).then(|| external_record::Model {
                relationship_id: was.relationship_id,
                referral_id: was.referral_id,
                deleted_at: was.deleted_at,
                ..row.clone()
            })
        });
        self.upsert(back.collect()).await
    }
}

fn borrowed(keys: &[ExternalKey]) -> Vec<(&str, &str, &str)> {
    let parts = keys.iter().map(|key| {
        (
            key.system.as_str(),
            key.record_type.as_str(),
            key.id.as_str(),
        )
    });
    parts.collect()
}
