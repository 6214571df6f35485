//! Full listings of another system's records: those that a listing did not name are gone there. A
//! listing says so only when its end is told, never because it broke off.

use chrono::{DateTime, Utc};
use entity::{
    external_record,
    sync_snapshot::{Column, Entity, Model},
};
use sea_orm::{ColumnTrait, Condition, QueryFilter, QuerySelect, sea_query::Expr};
use uuid::Uuid;

use super::{
    call::{MOST_RECORDS, SyncCall, SyncRow},
    record::SyncRecord,
    report::SyncStatus,
};
use crate::{
    auth::viewer::Scope,
    error::{Error, Refusal, RefusalKind, Result},
    rules::text,
    store::{Store, Writer, check::Check},
};

/// A listing that was begun.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// Its id.
    pub id: Uuid,
    /// The other system.
    pub system: String,
    /// The kind of record there.
    pub record_type: String,
    /// When it began.
    pub begun_at: DateTime<Utc>,
}

/// What completing a listing led to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Completed {
    /// How many records the listing could have named.
    pub known: u64,
    /// How many of them it did not name; they are noted as deleted.
    pub gone: u64,
}

impl Store {
    /// Begins a listing of all records of a type. One that is under way is given up for it.
    pub async fn begin_snapshot(&self, system: &str, record_type: &str) -> Result<Snapshot> {
        self.viewer().scopes.require(Scope::Sync)?;
        let mut check = Check::default();
        let parts = [("system", system), ("type", record_type)];
        for (field, value) in parts {
            check.keep(&[field], text::required_line(value, text::MAX_OTHER));
        }
        check.finish()?;
        self.write(|w| async move { w.begin_snapshot(system, record_type).await })
            .await
    }

    /// Ends a listing: records of its system and type that it did not name are noted as deleted.
    /// Refused if these are more than so many percent of all.
    pub async fn complete_snapshot(&self, id: Uuid, most_gone_percent: i32) -> Result<Completed> {
        self.viewer().scopes.require(Scope::Sync)?;
        if !(0..=100).contains(&most_gone_percent) {
            let message = "`mostGonePercent` is not between 0 and 100";
            let path = ["mostGonePercent"];
            return Err(Error::refused(RefusalKind::Invalid, &path, message));
        }
        self.write(|w| async move { w.complete_snapshot(id, most_gone_percent).await })
            .await
    }
}

impl Writer {
    async fn begin_snapshot(&self, system: &str, record_type: &str) -> Result<Snapshot> {
        self.one_sync_at_a_time().await?;
        self.update::<Entity>()
            .col_expr(Column::ClosedAt, Expr::val(self.now()))
            .filter(Column::System.eq(system))
            .filter(Column::RecordType.eq(record_type))
            .filter(Column::ClosedAt.is_null())
            .exec(&self.conn)
            .await?;
        let row = Model {
            tenant_id: self.tenant(),
            id: self.new_id(),
            system: system.to_owned(),
            record_type: record_type.to_owned(),
            recruiter_id: self.viewer().recruiter_id,
            begun_at: self.now(),
            closed_at: None,
        };
        let row = self.insert(row).await?;
        Ok(Snapshot {
            id: row.id,
            system: row.system,
            record_type: row.record_type,
            begun_at: row.begun_at,
        })
    }

    async fn complete_snapshot(&self, id: Uuid, most_gone_percent: i32) -> Result<Completed> {
        self.one_sync_at_a_time().await?;
        let row = self.find::<Entity>().filter(Column::Id.eq(id));
        let unknown = || Refusal::not_found(&["snapshot"], "there is no listing by this id");
        let row = row.one(&self.conn).await?.ok_or_else(unknown)?;
        if row.closed_at.is_some() {
            let message = "the listing was completed already, or given up for a newer one; begin \
                           another";
            return Err(Error::refused(
                RefusalKind::Conflict,
                &["snapshot"],
                message,
            ));
        }
        let known = self.count(self.listed(&row)).await?;
        let unseen = Condition::any()
            .add(external_record::Column::SeenInId.is_null())
            .add(external_record::Column::SeenInId.ne(id));
        let gone: Vec<String> = self
            .listed(&row)
            .filter(unseen)
            .select_only()
            .column(external_record::Column::ExternalId)
            .into_tuple()
            .all(&self.conn)
            .await?;
        let count = gone.len() as u64;
        if count * 100 > known * u64::try_from(most_gone_percent).unwrap_or_default() {
            let message = format!(
                "the listing named {} of {known} records; {count} would be noted as deleted, more \
                 than {most_gone_percent} %. Send what is missing, or raise `mostGonePercent`",
                known - count
            );
            let path = ["mostGonePercent"];
            return Err(Error::refused(RefusalKind::Invalid, &path, message));
        }
        for ids in gone.chunks(MOST_RECORDS) {
            self.note_gone(&row, ids).await?;
        }
        let closed = Model {
            closed_at: Some(self.now()),
            ..row.clone()
        };
        self.save(&row, &closed, Column::Id.eq(id).into()).await?;
        Ok(Completed { known, gone: count })
    }

    /// The living records that the listing could have named.
    fn listed(&self, snapshot: &Model) -> sea_orm::Select<external_record::Entity> {
        use external_record::Column;
        self.find::<external_record::Entity>()
            .filter(Column::System.eq(&snapshot.system))
            .filter(Column::RecordType.eq(&snapshot.record_type))
            .filter(Column::DeletedAt.is_null())
            // What was attached by hand since then is none of its business.
            .filter(
                Condition::any()
                    .add(Column::LinkedAt.lte(snapshot.begun_at))
                    .add(Column::Payload.is_not_null()),
            )
    }

    /// As if the other system had told of each that it was deleted.
    async fn note_gone(&self, snapshot: &Model, ids: &[String]) -> Result<()> {
        let deleted = |id: &String| {
            SyncRow::from(SyncRecord {
                record_type: snapshot.record_type.clone(),
                id: id.clone(),
                deleted: true,
                ..SyncRecord::default()
            })
        };
        let call = SyncCall {
            system: snapshot.system.clone(),
            rows: ids.iter().map(deleted).collect(),
            dry_run: false,
            atomic: false,
            origin: None,
            once: None,
            read_id: |_| None,
        };
        let w = self.with_origin(Some(&call.origin()));
        let (report, _) = w.take_records(&call).await?;
        if report.count(SyncStatus::Deleted) == ids.len() {
            return Ok(());
        }
        Err(Error::Retry)
    }
}
