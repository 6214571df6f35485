//! Which columns are read. A page that shows four fields of a person need not read thirty columns:
//! that costs the database, the wire and the decoder more than everything else about the row.
//!
//! What a column is read for is said in one table below. A column that the table leaves open, and
//! every column of the other tables, is always read; a new field of the API is therefore right
//! before it is fast. What is not read is left at its default, so only the paths that fill the API's
//! objects leave anything out (see [`Store::showing`]); all others read whole rows.

use std::{collections::HashSet, iter, sync::Arc};

use entity::{
    enums::{CadenceReset, InteractionOutcome, Visibility},
    interaction, person, recruiter, referral,
};
use sea_orm::{
    ConnectionTrait, DbErr, EntityTrait, FromQueryResult, Iterable, QueryFilter, QueryResult,
    QuerySelect, QueryTrait, Select, sea_query::SelectStatement,
};
use uuid::Uuid;

use super::{
    Store,
    gathering::{Found, Start, read_column},
    sql,
};
use crate::error::Result;

/// The names of the API's fields that a request selects anywhere.
#[derive(Clone, Debug, Default)]
pub struct Shown(Option<Arc<HashSet<String>>>);

impl Shown {
    /// Only what these fields show.
    pub fn fields(names: HashSet<String>) -> Self {
        Self(Some(Arc::new(names)))
    }

    /// Whether anybody asks if more rows follow those of a page.
    pub(super) fn what_follows(&self) -> bool {
        self.any(&["hasNextPage", "hasPreviousPage"])
    }

    /// Whether any of these fields is shown.
    pub(super) fn any(&self, fields: &[&str]) -> bool {
        self.0
            .as_ref()
            .is_none_or(|names| fields.iter().any(|field| names.contains(*field)))
    }
}

/// A table whose rows belong to a tenant.
pub(crate) trait OfTenant: EntityTrait {
    /// The column that names the tenant.
    const TENANT: Self::Column;

    /// The columns that are read to show these fields.
    fn columns(_: &Shown) -> Columns<Self> {
        Columns {
            read: Self::Column::iter().collect(),
            mask: u64::MAX,
        }
    }

    /// Reads a row whose columns are these, from their start on.
    fn row(
        row: &QueryResult,
        start: &Start,
        _columns: &Columns<Self>,
        _tenant: Uuid,
    ) -> std::result::Result<Self::Model, DbErr> {
        Self::Model::from_query_result(row, &start.prefix)
    }
}

/// Some columns of a table, in the order of the table.
pub(crate) struct Columns<E: EntityTrait> {
    pub(super) read: Vec<E::Column>,
    /// A bit for each column of the table that may be left out.
    mask: u64,
}

impl<E: EntityTrait> Columns<E> {
    /// A query for these.
    fn of(&self, query: Select<E>) -> SelectStatement {
        let query = query.select_only();
        query.columns(self.read.iter().copied()).into_query()
    }
}

/// Reads the columns of a row one after the other.
struct Cells<'r> {
    row: &'r QueryResult,
    next: usize,
    mask: u64,
}

impl Cells<'_> {
    fn take<T: sea_orm::TryGetable>(&mut self, left_out: T) -> std::result::Result<T, DbErr> {
        let is_read = self.mask & 1 == 1;
        self.mask >>= 1;
        if !is_read {
            return Ok(left_out);
        }
        self.next += 1;
        self.row.try_get_by_index(self.next - 1)
    }

    fn always<T: sea_orm::TryGetable>(&mut self) -> std::result::Result<T, DbErr> {
        self.mask >>= 1;
        self.next += 1;
        self.row.try_get_by_index(self.next - 1)
    }
}

/// Says for which fields of the API each column of a table is read: all columns but the tenant's,
/// in the order of the table. Columns by which lists are sorted are always read. What is not read is
/// at the default of its type, or at the value given here.
macro_rules! shown {
    ($table:ident { $($column:ident $name:ident $(for $($field:literal)|+ $(or $left_out:path)?)?,)+ }) => {
        impl OfTenant for $table::Entity {
            const TENANT: Self::Column = $table::Column::TenantId;

            fn columns(shown: &Shown) -> Columns<Self> {
                let mut columns = Columns { read: Vec::new(), mask: 0 };
                let mut bit = 1;
                $(
                    if true $(&& shown.any(&[$($field),+]))? {
                        columns.read.push($table::Column::$name);
                        columns.mask |= bit;
                    }
                    bit <<= 1;
                )+
                let _ = bit;
                columns
            }

            fn row(
                row: &QueryResult,
                start: &Start,
                columns: &Columns<Self>,
                tenant_id: Uuid,
            ) -> std::result::Result<Self::Model, DbErr> {
                let mut cells = Cells { row, next: start.place, mask: columns.mask };
                Ok($table::Model {
                    tenant_id,
                    $($column: shown!(@cell cells $($($field)+ $($left_out)?)?),)+
                })
            }
        }
    };
    (@cell $cells:ident) => { $cells.always()? };
    (@cell $cells:ident $($field:literal)+) => { $cells.take(Default::default())? };
    (@cell $cells:ident $($field:literal)+ $left_out:path) => { $cells.take($left_out)? };
}

shown!(person {
    id Id,
    is_candidate IsCandidate,
    is_contact IsContact,
    name Name,
    name_key NameKey,
    given_name GivenName for "givenName",
    family_name FamilyName for "familyName",
    headline Headline for "headline",
    city City for "place",
    city_key CityKey for "place",
    region Region for "place",
    country Country for "place",
    owner_id OwnerId for "owner",
    do_not_contact DoNotContact for "doNotContact" | "doNotContactReason",
    do_not_contact_reason DoNotContactReason for "doNotContactReason",
    do_not_contact_since DoNotContactSince for "doNotContactSince",
    cadence_days CadenceDays for "cadenceDays",
    cadence_reset CadenceReset for "cadenceReset" or CadenceReset::Outreach,
    scheduled_touch_at ScheduledTouchAt for "nextTouchAt",
    scheduled_touch_set_at ScheduledTouchSetAt for "nextTouchAt",
    last_touch_at LastTouchAt,
    last_inbound_at LastInboundAt for "lastInboundAt",
    last_outbound_at LastOutboundAt for "lastOutboundAt",
    awaiting_reply_since AwaitingReplySince,
    waiting_on_them_since WaitingOnThemSince for "waitingOnThemSince" | "turn",
    next_touch_at NextTouchAt,
    news_owed_since NewsOwedSince,
    promise_due_at PromiseDueAt,
    keeper_id KeeperId for "keeper",
    past_depth PastDepth for "pastDepth",
    version Version for "version",
    created_at CreatedAt for "createdAt",
    updated_at UpdatedAt,
});

shown!(interaction {
    id Id,
    channel Channel,
    direction Direction,
    outcome Outcome for "outcome" or InteractionOutcome::Reached,
    automated Automated for "automated",
    visibility Visibility for "visibility" or Visibility::Private,
    occurred_at OccurredAt,
    duration_minutes DurationMinutes for "durationMinutes",
    subject Subject for "subject",
    body Body for "body",
    author_id AuthorId,
    job_id JobId for "job",
    version Version for "version",
    created_at CreatedAt for "createdAt",
    updated_at UpdatedAt,
});

shown!(recruiter {
    id Id,
    subject Subject,
    name Name,
    email Email for "email",
    version Version for "version",
    created_at CreatedAt for "createdAt",
    updated_at UpdatedAt for "updatedAt",
});

shown!(referral {
    id Id,
    referrer_id ReferrerId,
    referred_id ReferredId,
    job_id JobId for "job",
    application_id ApplicationId for "application",
    recruiter_id RecruiterId,
    relationship_kind RelationshipKind for "relationshipKind" | "kind",
    note Note for "note",
    status Status,
    status_changed_at StatusChangedAt,
    referred_at ReferredAt,
    acknowledged_at AcknowledgedAt for "acknowledgedAt",
    loop_closed_at LoopClosedAt for "loopClosedAt",
    reward_amount RewardAmount for "reward",
    reward_currency RewardCurrency for "reward",
    reward_due_on RewardDueOn for "reward",
    reward_paid_on RewardPaidOn for "reward",
    is_repeat IsRepeat,
    version Version for "version",
    created_at CreatedAt for "createdAt",
    updated_at UpdatedAt,
});

/// Says of each other entity which column names its tenant.
macro_rules! whole {
    ($($table:ident),+ $(,)?) => {
        $(impl OfTenant for entity::$table::Entity {
            const TENANT: Self::Column = entity::$table::Column::TenantId;
        })+
    };
}

whole!(
    application,
    application_change,
    company,
    contact_point,
    event,
    external_record,
    feedback,
    idempotency,
    interaction_person,
    interaction_recruiter,
    job,
    label,
    match_suggestion,
    person_merge,
    person_merge_row,
    person_search,
    position,
    promise,
    promise_reschedule,
    record_match,
    recruiter_person,
    referral_status_change,
    relationship,
    relationship_kind,
    reply_wait,
    snooze,
    sync_deferred,
    sync_snapshot,
    tenant_settings,
    touch,
);

impl Store {
    /// A handle that reads of each row only what these fields show. For filling the API's objects
    /// and nothing else: whatever is decided by a row must see all of it.
    #[must_use]
    pub fn showing(&self, shown: &Shown) -> Self {
        Self {
            shown: shown.clone(),
            ..self.clone()
        }
    }

    /// The rows that a query finds.
    pub(super) async fn rows<E: OfTenant>(&self, query: Select<E>) -> Result<Vec<E::Model>> {
        let columns = E::columns(&self.shown);
        let query = columns.of(query);
        let rows = self.conn.query_all(&query).await?;
        self.read(rows, &Start::default(), &columns)
    }

    /// The same. It may go to the database with what others ask at once.
    pub(super) async fn rows_together<E: OfTenant>(
        &self,
        query: Select<E>,
    ) -> Result<Vec<E::Model>> {
        let columns = E::columns(&self.shown);
        let query = columns.of(query);
        let read = columns.read.iter().copied().map(read_column);
        let found = self.conn.found(&query, read.collect()).await?;
        self.read(found.rows, &found.start, &columns)
    }

    /// The rows that a query finds, each with the id that the query selects by this name before its
    /// columns. It may go to the database with what others ask at once.
    pub(super) async fn rows_with_ids<E: OfTenant>(
        &self,
        query: &SelectStatement,
        id: &'static str,
    ) -> Result<Vec<(Uuid, E::Model)>> {
        let columns = E::columns(&self.shown);
        let id = iter::once((id, "uuid"));
        let read = id.chain(columns.read.iter().copied().map(read_column));
        let Found { rows, mut start } = self.conn.found(query, read.collect()).await?;
        let ids = rows.iter().map(|row| row.try_get_by_index(start.place));
        let ids: Vec<Uuid> = ids.collect::<std::result::Result<_, _>>()?;
        start.place += 1;
        let rows = self.read::<E>(rows, &start, &columns)?;
        Ok(ids.into_iter().zip(rows).collect())
    }

    /// The rows with these ids, which this column holds. They may be asked for with what others ask
    /// at once.
    pub(super) async fn rows_of_ids<E: OfTenant>(
        &self,
        id: E::Column,
        ids: &[Uuid],
    ) -> Result<Vec<E::Model>> {
        let is_one = sql::one_of(self.backend(), (E::default(), id), ids);
        self.rows_together(self.find::<E>().filter(is_one)).await
    }

    /// The rows of a table in what was found.
    fn read<E: OfTenant>(
        &self,
        rows: Vec<QueryResult>,
        start: &Start,
        columns: &Columns<E>,
    ) -> Result<Vec<E::Model>> {
        let read = |row| Ok(E::row(&row, start, columns, self.tenant())?);
        rows.into_iter().map(read).collect()
    }
}
