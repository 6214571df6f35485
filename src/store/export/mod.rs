//! A tenant's nodes as the records that the sync takes: page by page in the order of their ids,
//! with a fixed number of statements for a page. What an export says, an import takes back.

mod names;
mod nodes;
mod people;
mod referrals;
mod tenant;

use entity::enums::{ContactPointKind, NodeKind};
use sea_orm::{ColumnTrait, QueryFilter, QueryOrder, QuerySelect, Select};
use uuid::Uuid;

use self::names::Names;
pub use self::names::OWN_SYSTEM;
pub(super) use self::names::kind_of;
use super::{OfTenant, Store, sql, sync::record::SyncRecord};
use crate::{auth::viewer::Scope, error::Result, rules::contact_point};

/// How many nodes a page holds.
const PAGE: u64 = 500;

/// The kinds of nodes that are exported, each behind those that it names.
pub const KINDS: [NodeKind; 11] = [
    NodeKind::Settings,
    NodeKind::Recruiter,
    NodeKind::Company,
    NodeKind::Person,
    NodeKind::Job,
    NodeKind::Application,
    NodeKind::Interaction,
    NodeKind::Relationship,
    NodeKind::Referral,
    NodeKind::Feedback,
    NodeKind::Promise,
];

/// A page of an export.
#[derive(Debug)]
pub struct Exported {
    /// The records.
    pub records: Vec<SyncRecord>,
    /// Where the next page begins; none behind the last one.
    pub next: Option<Uuid>,
}

/// Which nodes to export.
#[derive(Clone, Copy, Debug)]
pub enum Of {
    /// All of the tenant.
    All,
    /// What there is of one person: themself, and what hangs on them.
    Person(Uuid),
}

impl Store {
    /// The nodes of a kind behind `after`. Nothing is held back, private notes included: that takes
    /// an administrator.
    pub async fn export(&self, kind: NodeKind, of: Of, after: Option<Uuid>) -> Result<Exported> {
        self.viewer.scopes.require(Scope::Admin)?;
        match kind {
            NodeKind::Recruiter => self.export_recruiters(of, after).await,
            NodeKind::Company => self.export_companies(of, after).await,
            NodeKind::Person => self.export_people(of, after).await,
            NodeKind::Job => self.export_jobs(of, after).await,
            NodeKind::Application => self.export_applications(of, after).await,
            NodeKind::Interaction => self.export_interactions(of, after).await,
            NodeKind::Relationship => self.export_relationships(of, after).await,
            NodeKind::Referral => self.export_referrals(of, after).await,
            NodeKind::Feedback => self.export_feedback(of, after).await,
            NodeKind::Promise => self.export_promises(of, after).await,
            NodeKind::Settings => self.export_settings(of, after).await,
        }
    }

    /// The one person with that e-mail address; none if several share it.
    pub async fn person_by_email(&self, email: &str) -> Result<Option<Uuid>> {
        let Ok(normal) = contact_point::email(email) else {
            return Ok(None);
        };
        let points = self
            .find::<entity::contact_point::Entity>()
            .filter(entity::contact_point::Column::Kind.eq(ContactPointKind::Email))
            .filter(entity::contact_point::Column::Key.eq(normal.key));
        let points = self.rows(points.limit(2)).await?;
        Ok(match points.as_slice() {
            [point] => Some(point.person_id),
            _ => None,
        })
    }

    /// A page of a table.
    async fn page_of<E: OfTenant>(
        &self,
        rows: Select<E>,
        id: E::Column,
        after: Option<Uuid>,
    ) -> Result<Vec<E::Model>> {
        let rows = match after {
            Some(after) => rows.filter(id.gt(after)),
            None => rows,
        };
        self.rows(rows.order_by_asc(id).limit(PAGE)).await
    }

    /// The rows of a table that hang on some nodes.
    async fn hanging_on<E: OfTenant>(
        &self,
        column: E::Column,
        ids: &[Uuid],
    ) -> Result<Vec<E::Model>> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let of = sql::one_of(self.backend(), (E::default(), column), ids);
        self.rows(self.find::<E>().filter(of)).await
    }
}

/// Where the next page begins, if this one was full.
fn next<T>(rows: &[T], id: impl Fn(&T) -> Uuid) -> Option<Uuid> {
    let is_full = u64::try_from(rows.len()).is_ok_and(|count| count >= PAGE);
    rows.last().filter(|_| is_full).map(id)
}
