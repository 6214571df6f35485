//! Writes to companies. Each leaves one event, and none when it changed nothing.

use entity::{
    company::{Column, Entity, Model},
    enums::{ChangeKind, NodeKind},
};
use sea_orm::ColumnTrait;
use uuid::Uuid;

use crate::{
    error::{Error, Result},
    rules::{contact_point, text},
    store::{
        Writer,
        check::Check,
        place::PlaceDetails,
        record::{By, ExternalKey},
    },
};

/// What is said of a company. `None` says nothing and leaves what is stored; `Some(None)` clears
/// it.
#[derive(Clone, Debug, Default)]
pub struct CompanyDetails {
    /// The name.
    pub name: Option<String>,
    /// The website.
    pub website: Option<Option<String>>,
    /// Where it is.
    pub place: PlaceDetails,
    /// Who looks after it.
    pub owner: Option<Option<Uuid>>,
}

impl Writer {
    /// Makes a company.
    pub async fn create_company(
        &self,
        said: &CompanyDetails,
        records: &[ExternalKey],
    ) -> Result<Uuid> {
        let mut company = self.blank_company();
        self.apply_company(said, &mut company).await?;
        let id = company.id;
        self.insert(company).await?;
        self.link_all(NodeKind::Company, id, records, &["externalRecords"])
            .await?;
        self.record(ChangeKind::Created, NodeKind::Company, id, &[])
            .await?;
        Ok(id)
    }

    /// Changes what is said of a company. `version` is the one the caller read, if it cares.
    pub async fn update_company(
        &self,
        by: &By,
        said: &CompanyDetails,
        version: Option<i32>,
    ) -> Result<Uuid> {
        let id = self
            .resolve_one::<Entity>(NodeKind::Company, Column::Id, &["by"], by)
            .await?;
        let old = self.companies(&[id]).await?.remove(&id);
        let old = old.ok_or(Error::Unavailable)?;
        Self::check_version(version, old.version)?;
        let mut new = old.clone();
        self.apply_company(said, &mut new).await?;
        let fields = Self::changed_fields(&old, &new);
        if fields.is_empty() {
            return Ok(id);
        }
        new.version += 1;
        new.updated_at = self.now();
        self.save(&old, &new, Column::Id.eq(id).into()).await?;
        let fields: Vec<_> = fields.iter().map(String::as_str).collect();
        self.record(ChangeKind::Updated, NodeKind::Company, id, &fields)
            .await?;
        Ok(id)
    }

    pub(in crate::store) fn blank_company(&self) -> Model {
        let now = self.now();
        Model {
            tenant_id: self.tenant(),
            id: self.new_id(),
            name: String::new(),
            name_key: String::new(),
            website: None,
            city: None,
            region: None,
            country: None,
            owner_id: None,
            version: 1,
            created_at: now,
            updated_at: now,
        }
    }

    async fn apply_company(&self, said: &CompanyDetails, company: &mut Model) -> Result<()> {
        let mut check = Check::default();
        apply_said(said, company, &mut check);
        check.finish()?;
        if let Some(owner) = said.owner {
            company.owner_id = match owner {
                Some(owner) => Some(self.resolve_owner(owner).await?),
                None => None,
            };
        }
        Ok(())
    }
}

/// Puts into the row what is said, but for the owner.
pub(in crate::store) fn apply_said(said: &CompanyDetails, company: &mut Model, check: &mut Check) {
    if let Some(name) = &said.name {
        let name = check.keep(&["name"], text::required_line(name, text::MAX_NAME));
        company.name = name.unwrap_or_default();
        company.name_key = text::fold(&company.name);
    } else if company.name.is_empty() {
        check.invalid(&["name"], "is missing");
    }
    if let Some(website) = &said.website {
        company.website = website
            .as_deref()
            .filter(|website| !website.trim().is_empty())
            .and_then(|website| check.keep(&["website"], contact_point::link(website)))
            .map(|link| link.value);
    }
    said.place.apply(
        (&mut company.city, &mut company.region, &mut company.country),
        check,
    );
}
