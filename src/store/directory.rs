//! Who has called before: tenants by name and recruiters by the subject of their tokens. Both
//! appear with their first valid token, and stay in memory so that a request need not ask again.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use entity::{external_record, recruiter, tenant};
use moka::sync::Cache;
use sea_orm::{
    ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
    sea_query::{Expr, ExprTrait, OnConflict},
};
use uuid::Uuid;

use super::{database::Database, failure, record::ExternalKey, sync::subject_of, words};
use crate::{
    auth::viewer::{Scope, Scopes, Viewer},
    error::{Error, Result},
};

/// How many callers are remembered; the rest are looked up again.
const REMEMBERED: u64 = 10_000;
/// How long it is remembered which people a recruiter is: until another node's write is seen.
const OWN_PEOPLE_FOR: TimeDelta = TimeDelta::seconds(10);

/// What a token says of its bearer.
#[derive(Clone, Debug)]
pub struct Caller<'a> {
    /// The tenant's name.
    pub tenant: &'a str,
    /// The token's subject.
    pub subject: &'a str,
    /// The recruiter's name, if told.
    pub name: Option<&'a str>,
    /// The recruiter's e-mail address, if told.
    pub email: Option<&'a str>,
    /// What the token allows.
    pub scopes: Scopes,
}

#[derive(Debug)]
pub(super) struct Directory {
    open: bool,
    tenants: Cache<String, Uuid>,
    recruiters: Cache<(Uuid, String), Known>,
    own_people: Cache<(Uuid, Uuid), OwnPeople>,
}

/// The people who a recruiter is, by the address they had when it was asked.
#[derive(Clone, Debug)]
struct OwnPeople {
    email: Option<String>,
    people: Arc<[Uuid]>,
    asked_at: DateTime<Utc>,
}

#[derive(Clone, Debug)]
struct Known {
    id: Uuid,
    name: Option<String>,
    email: Option<String>,
}

impl Directory {
    pub(super) fn new(open: bool) -> Self {
        Self {
            open,
            tenants: Cache::new(REMEMBERED),
            recruiters: Cache::new(REMEMBERED),
            own_people: Cache::new(REMEMBERED),
        }
    }

    /// The people who the viewer is, if it is remembered.
    pub(super) fn own_people(&self, viewer: &Viewer, now: DateTime<Utc>) -> Option<Arc<[Uuid]>> {
        let key = (viewer.tenant_id, viewer.recruiter_id);
        let known = self.own_people.get(&key)?;
        let holds = known.email == viewer.email && now - known.asked_at < OWN_PEOPLE_FOR;
        holds.then_some(known.people)
    }

    /// Remembers which people the viewer is.
    pub(super) fn keep_own_people(
        &self,
        viewer: &Viewer,
        people: Arc<[Uuid]>,
        asked_at: DateTime<Utc>,
    ) {
        let key = (viewer.tenant_id, viewer.recruiter_id);
        let own = OwnPeople {
            email: viewer.email.clone(),
            people,
            asked_at,
        };
        self.own_people.insert(key, own);
    }

    /// Forgets which people the recruiters of a tenant are.
    pub(super) fn forget_own_people(&self, tenant: Uuid) {
        for (key, _) in &self.own_people {
            if key.0 == tenant {
                self.own_people.invalidate(key.as_ref());
            }
        }
    }
}

impl Database {
    /// The viewer whom a token names.
    ///
    /// # Errors
    /// `Forbidden` when the token allows nothing at all: then nothing is made for it either.
    /// `Unauthenticated` when the tenant is not known here and may not appear by itself.
    pub async fn viewer(&self, caller: &Caller<'_>) -> Result<Viewer> {
        caller.scopes.require(Scope::Read)?;
        let tenant_id = self.tenant(caller.tenant, self.directory().open).await?;
        let recruiter = self.recruiter(tenant_id, caller).await?;
        Ok(Viewer {
            tenant_id,
            recruiter_id: recruiter.id,
            email: recruiter.email,
            scopes: caller.scopes,
        })
    }

    /// The id of the tenant of that name, which is made if it is new and `may_appear`.
    ///
    /// # Errors
    /// `Unauthenticated` when it is new and may not appear.
    pub async fn tenant(&self, name: &str, may_appear: bool) -> Result<Uuid> {
        if let Some(id) = self.directory().tenants.get(name) {
            return Ok(id);
        }
        let found = self.tenant_by_name(name).await?;
        let id = match found {
            Some(id) => id,
            None if may_appear => self.make_tenant(name).await?,
            None => return Err(Error::Unauthenticated),
        };
        self.directory().tenants.insert(name.to_owned(), id);
        Ok(id)
    }

    /// The ids and names of all tenants, in the order in which they came.
    #[expect(
        clippy::disallowed_methods,
        reason = "a tenant is found before there is a viewer"
    )]
    pub async fn tenants(&self) -> Result<Vec<(Uuid, String)>> {
        let rows = tenant::Entity::find().order_by_asc(tenant::Column::Id);
        let rows = rows.all(self.reader()).await?;
        Ok(rows.into_iter().map(|row| (row.id, row.name)).collect())
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "a tenant is found before there is a viewer"
    )]
    async fn tenant_by_name(&self, name: &str) -> Result<Option<Uuid>> {
        let row = tenant::Entity::find().filter(tenant::Column::Name.eq(name));
        Ok(row.one(self.reader()).await?.map(|tenant| tenant.id))
    }

    /// Two first requests may meet here: the second finds the row of the first.
    async fn make_tenant(&self, name: &str) -> Result<Uuid> {
        let now = self.clock().now();
        let row = tenant::Model {
            id: self.new_id(),
            name: name.to_owned(),
            created_at: now,
        };
        let id = row.id;
        let inserted = tenant::Entity::insert(row.into_active_model())
            .on_conflict(
                OnConflict::column(tenant::Column::Name)
                    .do_nothing()
                    .to_owned(),
            )
            .exec_without_returning(self.writer())
            .await?;
        if inserted > 0 {
            return Ok(id);
        }
        self.tenant_by_name(name).await?.ok_or(Error::Unavailable)
    }

    async fn recruiter(&self, tenant_id: Uuid, caller: &Caller<'_>) -> Result<Known> {
        let key = (tenant_id, caller.subject.to_owned());
        if let Some(known) = self.directory().recruiters.get(&key)
            && known.says(caller)
        {
            return Ok(known);
        }
        let stored = match self.recruiter_by_subject(tenant_id, caller.subject).await? {
            Some(stored) => stored,
            None => match self.join_recruiter(tenant_id, caller).await? {
                Some(joined) => joined,
                None => self.make_recruiter(tenant_id, caller).await?,
            },
        };
        let known = Known {
            id: stored.id,
            name: stored.name,
            email: stored.email,
        };
        let known = if known.says(caller) {
            known
        } else {
            self.rename_recruiter(tenant_id, known, caller).await?
        };
        self.directory().recruiters.insert(key, known.clone());
        Ok(known)
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "a recruiter is found before there is a viewer"
    )]
    async fn recruiter_by_subject(
        &self,
        tenant_id: Uuid,
        subject: &str,
    ) -> Result<Option<recruiter::Model>> {
        Ok(recruiter::Entity::find()
            .filter(recruiter::Column::TenantId.eq(tenant_id))
            .filter(recruiter::Column::Subject.eq(subject))
            .one(self.reader())
            .await?)
    }

    /// The recruiter whom another system told us of before they came here themselves: known by
    /// their address, and theirs from now on.
    #[expect(
        clippy::disallowed_methods,
        reason = "a recruiter is found before there is a viewer"
    )]
    async fn join_recruiter(
        &self,
        tenant_id: Uuid,
        caller: &Caller<'_>,
    ) -> Result<Option<recruiter::Model>> {
        use recruiter::{Column, Entity};
        let Some(email) = caller.email else {
            return Ok(None);
        };
        let address = words::small_letters(self.backend(), "recruiter.email");
        let told = external_record::Entity::find()
            .filter(external_record::Column::TenantId.eq(tenant_id))
            .filter(external_record::Column::RecruiterId.is_not_null())
            .find_also_related(Entity)
            .filter(address.eq(email.trim().to_ascii_lowercase()))
            .all(self.reader())
            .await?;
        let is_of_no_token = |(record, recruiter): &(_, Option<recruiter::Model>)| {
            let subject = subject_of(&ExternalKey::from(record));
            recruiter
                .as_ref()
                .is_some_and(|known| known.subject == subject)
        };
        let Some(known) = told
            .into_iter()
            .find(is_of_no_token)
            .and_then(|found| found.1)
        else {
            return Ok(None);
        };
        let joined = Entity::update_many()
            .col_expr(Column::Subject, Expr::val(caller.subject))
            .col_expr(Column::UpdatedAt, Expr::val(self.clock().now()))
            .col_expr(Column::Version, Expr::col(Column::Version).add(1))
            .filter(Column::TenantId.eq(tenant_id))
            .filter(Column::Id.eq(known.id))
            .filter(Column::Subject.eq(known.subject))
            .exec(self.writer())
            .await;
        match joined {
            // Another request of theirs was quicker.
            Err(error) if failure::is_duplicate(&error) => {}
            other => {
                other?;
            }
        }
        self.recruiter_by_subject(tenant_id, caller.subject).await
    }

    async fn make_recruiter(
        &self,
        tenant_id: Uuid,
        caller: &Caller<'_>,
    ) -> Result<recruiter::Model> {
        let now = self.clock().now();
        let row = recruiter::Model {
            tenant_id,
            id: self.new_id(),
            subject: caller.subject.to_owned(),
            name: caller.name.map(str::to_owned),
            email: caller.email.map(str::to_owned),
            version: 1,
            created_at: now,
            updated_at: now,
        };
        let columns = [recruiter::Column::TenantId, recruiter::Column::Subject];
        recruiter::Entity::insert(row.into_active_model())
            .on_conflict(OnConflict::columns(columns).do_nothing().to_owned())
            .exec_without_returning(self.writer())
            .await?;
        let row = self.recruiter_by_subject(tenant_id, caller.subject).await?;
        row.ok_or(Error::Unavailable)
    }

    /// Takes over the name and the address that a newer token tells.
    #[expect(
        clippy::disallowed_methods,
        reason = "a recruiter is found before there is a viewer"
    )]
    async fn rename_recruiter(
        &self,
        tenant_id: Uuid,
        known: Known,
        caller: &Caller<'_>,
    ) -> Result<Known> {
        let name = caller.name.map_or(known.name, |name| Some(name.to_owned()));
        let email = caller
            .email
            .map_or(known.email, |email| Some(email.to_owned()));
        recruiter::Entity::update_many()
            .col_expr(recruiter::Column::Name, Expr::val(name.clone()))
            .col_expr(recruiter::Column::Email, Expr::val(email.clone()))
            .col_expr(recruiter::Column::UpdatedAt, Expr::val(self.clock().now()))
            .col_expr(
                recruiter::Column::Version,
                Expr::col(recruiter::Column::Version).add(1),
            )
            .filter(recruiter::Column::TenantId.eq(tenant_id))
            .filter(recruiter::Column::Id.eq(known.id))
            .exec(self.writer())
            .await?;
        Ok(Known {
            id: known.id,
            name,
            email,
        })
    }
}

impl Known {
    /// Whether nothing the token tells is new. A token that tells no name takes none away.
    fn says(&self, caller: &Caller<'_>) -> bool {
        caller
            .name
            .is_none_or(|name| self.name.as_deref() == Some(name))
            && caller
                .email
                .is_none_or(|email| self.email.as_deref() == Some(email))
    }
}
