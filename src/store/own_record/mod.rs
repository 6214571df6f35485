//! Own record: a recruiter may be a person here too, and never sees what others noted about them.
//! This is the one place that says which people the viewer is; what is taken from them is beside it.
//!
//! The answer is kept for some seconds, so that for a viewer who is nobody here it costs nothing.
//! A write of this process that may change it forgets it at once; another node's is seen when the
//! time is over. Until then the viewer sees what they saw a moment ago.

mod veil;

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use entity::{
    contact_point,
    enums::{ChangeKind, ContactPointKind, NodeKind},
    recruiter, recruiter_person,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, QueryFilter, QuerySelect, QueryTrait,
    sea_query::{ExprTrait, SelectStatement, UnionType},
};
use uuid::Uuid;

use super::{Store, Writer, person::PersonBy, record::By};
use crate::{
    auth::viewer::Scope,
    error::{Refusal, Result},
    rules::contact_point as normal,
};

/// Tells that a write may have changed who is who.
#[derive(Clone, Debug, Default)]
pub(super) struct Changed(Arc<AtomicBool>);

impl Changed {
    /// Notes a change.
    pub(super) fn note(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether one was noted; then no longer.
    pub(super) fn take(&self) -> bool {
        self.0.swap(false, Ordering::Relaxed)
    }
}

/// A recruiter and the person here who they are.
#[derive(Clone, Copy, Debug)]
pub struct OwnRecord {
    /// The recruiter.
    pub recruiter: Uuid,
    /// The person.
    pub person: Uuid,
}

impl Store {
    /// The people here who are the viewer: by the e-mail address of their tokens, or linked to them
    /// by an administrator. Nearly always none.
    pub async fn own_people(&self) -> Result<Arc<[Uuid]>> {
        let viewer = self.viewer();
        let directory = self.database.directory();
        let now = self.clock().now();
        if let Some(own) = directory.own_people(viewer, now) {
            return Ok(own);
        }
        let query = self.own_people_query();
        let rows = if self.conn.is_transaction() {
            self.conn.query_all(&query).await?
        } else {
            // To know who calls is the directory's part, and none of the request's own statements.
            self.conn.uncounted().query_all(&query).await?
        };
        let people = rows.iter().map(|row| row.try_get_by_index(0));
        let people: Vec<Uuid> = people.collect::<std::result::Result<_, _>>()?;
        let people: Arc<[Uuid]> = people.into();
        // What a transaction sees may yet be undone.
        if !self.conn.is_transaction() {
            directory.keep_own_people(viewer, Arc::clone(&people), now);
        }
        Ok(people)
    }

    /// Whether the person is the viewer.
    pub async fn is_viewer(&self, person: Uuid) -> Result<bool> {
        Ok(self.own_people().await?.contains(&person))
    }

    fn own_people_query(&self) -> SelectStatement {
        let mut query = self
            .find::<recruiter_person::Entity>()
            .select_only()
            .column(recruiter_person::Column::PersonId)
            .filter(recruiter_person::Column::RecruiterId.eq(self.viewer().recruiter_id))
            .into_query();
        let email = self.viewer().email.as_deref();
        if let Some(address) = email.and_then(|email| normal::email(email).ok()) {
            let by_email = self
                .find::<contact_point::Entity>()
                .select_only()
                .column(contact_point::Column::PersonId)
                .filter(contact_point::Column::Kind.eq(ContactPointKind::Email))
                .filter(contact_point::Column::Key.eq(address.key));
            query.union(UnionType::Distinct, by_email.into_query());
        }
        query
    }
}

impl Writer {
    /// Says that a recruiter is a person here.
    pub async fn link_recruiter_person(
        &self,
        recruiter: &By,
        person: &PersonBy,
    ) -> Result<OwnRecord> {
        let own = self.own_record(recruiter, person).await?;
        if self.own_record_link(own).await?.is_none() {
            self.insert(recruiter_person::Model {
                tenant_id: self.tenant(),
                recruiter_id: own.recruiter,
                person_id: own.person,
            })
            .await?;
            self.own_record_changed(own).await?;
        }
        Ok(own)
    }

    /// Takes back that a recruiter is a person here.
    pub async fn unlink_recruiter_person(
        &self,
        recruiter: &By,
        person: &PersonBy,
    ) -> Result<OwnRecord> {
        use recruiter_person::Column;
        let own = self.own_record(recruiter, person).await?;
        if self.own_record_link(own).await?.is_none() {
            let message = "the recruiter is not linked to this person; an e-mail address that both \
                           have is changed at the person";
            return Err(Refusal::not_found(&["person"], message).into());
        }
        let link = Column::RecruiterId.eq(own.recruiter);
        self.delete::<recruiter_person::Entity>(link.and(Column::PersonId.eq(own.person)).into())
            .await?;
        self.own_record_changed(own).await?;
        Ok(own)
    }

    /// The two, both locked, by one who may say so.
    async fn own_record(&self, recruiter: &By, person: &PersonBy) -> Result<OwnRecord> {
        self.viewer().scopes.require(Scope::Admin)?;
        let id = recruiter::Column::Id;
        let path = ["recruiter"];
        let recruiter = self
            .resolve_one::<recruiter::Entity>(NodeKind::Recruiter, id, &path, recruiter)
            .await?;
        let person = self.resolve_person(&["person"], person).await?;
        Ok(OwnRecord { recruiter, person })
    }

    async fn own_record_link(&self, own: OwnRecord) -> Result<Option<recruiter_person::Model>> {
        let link = self
            .find::<recruiter_person::Entity>()
            .filter(recruiter_person::Column::RecruiterId.eq(own.recruiter))
            .filter(recruiter_person::Column::PersonId.eq(own.person));
        Ok(link.one(&self.conn).await?)
    }

    async fn own_record_changed(&self, own: OwnRecord) -> Result<()> {
        self.own_changed.note();
        let fields = ["ownRecords"];
        self.record(
            ChangeKind::Updated,
            NodeKind::Recruiter,
            own.recruiter,
            &fields,
        )
        .await
    }
}
