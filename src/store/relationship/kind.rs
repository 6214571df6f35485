//! Kinds of relationships: the built-in ones, and those a tenant added.

use std::collections::HashMap;

use entity::relationship_kind::{Column, Entity, Model};
use sea_orm::QueryOrder;

use crate::{
    auth::viewer::Scope,
    error::{Error, Refusal, RefusalKind, Result},
    rules::{
        relationship::{self, BUILT_IN, Kind},
        text,
    },
    store::{Store, Writer, check::Check},
};

/// The most kinds a tenant may add: they are listed, and read, all at once.
const MOST: usize = 200;

/// A kind of relationship with its inverse.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RelationshipKind {
    /// The code under which ties are stored.
    pub code: String,
    /// How it reads from the first person: "Robin is *manager of* Jo".
    pub name: String,
    /// The code seen from the other person; the same for a symmetric kind.
    pub inverse_code: String,
    /// How it reads from the other person.
    pub inverse_name: String,
    /// Every tenant has it.
    pub is_built_in: bool,
}

impl RelationshipKind {
    /// As the rules take it.
    pub fn rule(&self) -> Kind<'_> {
        Kind {
            code: &self.code,
            name: &self.name,
            inverse_code: &self.inverse_code,
            inverse_name: &self.inverse_name,
        }
    }

    /// The same kind, seen from the side that has `code`.
    #[must_use]
    pub fn seen_as(self, code: &str) -> Self {
        if code == self.code {
            return self;
        }
        Self {
            code: self.inverse_code,
            name: self.inverse_name,
            inverse_code: self.code,
            inverse_name: self.name,
            is_built_in: self.is_built_in,
        }
    }
}

impl From<&Kind<'_>> for RelationshipKind {
    fn from(kind: &Kind<'_>) -> Self {
        Self {
            code: kind.code.to_owned(),
            name: kind.name.to_owned(),
            inverse_code: kind.inverse_code.to_owned(),
            inverse_name: kind.inverse_name.to_owned(),
            is_built_in: true,
        }
    }
}

impl From<Model> for RelationshipKind {
    fn from(row: Model) -> Self {
        Self {
            code: row.code,
            name: row.name,
            inverse_code: row.inverse_code,
            inverse_name: row.inverse_name,
            is_built_in: false,
        }
    }
}

/// A kind to add.
#[derive(Clone, Debug)]
pub struct NewRelationshipKind {
    /// The code.
    pub code: String,
    /// How it reads from the first person.
    pub name: String,
    /// The code seen from the other person; the same code, if nothing is said.
    pub inverse_code: Option<String>,
    /// How it reads from the other person; the same name, if nothing is said.
    pub inverse_name: Option<String>,
}

impl Store {
    /// All kinds: the built-in ones, then the tenant's own by code.
    pub async fn relationship_kinds(&self) -> Result<Vec<RelationshipKind>> {
        let own = self.own_kinds().await?;
        Ok(BUILT_IN
            .iter()
            .map(RelationshipKind::from)
            .chain(own)
            .collect())
    }

    /// The kinds with these codes, on either side, each as it is stored. Nothing is read while all
    /// are built in.
    pub async fn relationship_kinds_by_code(
        &self,
        codes: &[String],
    ) -> Result<HashMap<String, RelationshipKind>> {
        let mut kinds = HashMap::new();
        let mut others = Vec::new();
        for code in codes {
            match relationship::built_in(code) {
                Some(kind) => drop(kinds.insert(code.clone(), kind.into())),
                None => others.push(code),
            }
        }
        if others.is_empty() {
            return Ok(kinds);
        }
        let own = self.own_kinds().await?;
        for code in others {
            let kind = own
                .iter()
                .find(|kind| kind.code == *code || kind.inverse_code == *code);
            if let Some(kind) = kind {
                kinds.insert(code.clone(), kind.clone());
            }
        }
        Ok(kinds)
    }

    async fn own_kinds(&self) -> Result<Vec<RelationshipKind>> {
        let rows = self.find::<Entity>().order_by_asc(Column::Code);
        let rows = rows.all(&self.conn).await?;
        Ok(rows.into_iter().map(RelationshipKind::from).collect())
    }
}

impl Writer {
    /// The kind that has the code given at `path` on either side.
    pub(in crate::store) async fn kind_named(
        &self,
        code: &str,
        path: &[&str],
    ) -> Result<RelationshipKind> {
        let found = self
            .relationship_kinds_by_code(&[code.to_owned()])
            .await?
            .remove(code);
        let unknown = "there is no kind with this code; take one from `relationshipKinds`";
        found.ok_or_else(|| Refusal::not_found(path, unknown).into())
    }

    /// Adds a kind to the tenant's own. No event is left: a kind is no node, and never changes.
    pub async fn add_relationship_kind(&self, new: &NewRelationshipKind) -> Result<String> {
        self.viewer().scopes.require(Scope::Admin)?;
        let row = self.kind_row(new)?;
        let own = self.own_kinds().await?;
        let mut check = Check::default();
        for (field, code) in [("code", &row.code), ("inverseCode", &row.inverse_code)] {
            let is_own = own
                .iter()
                .any(|kind| kind.code == *code || kind.inverse_code == *code);
            if is_own || relationship::built_in(code).is_some() {
                let message = format!("there is a kind with the code `{code}` already");
                check.refuse(RefusalKind::Duplicate, &[field], &message);
                break;
            }
        }
        if own.len() >= MOST {
            check.invalid(
                &["code"],
                &format!("would be the tenant's {}st kind", MOST + 1),
            );
        }
        check.finish()?;
        let code = row.code.clone();
        // Another call with the same code may have got in between; asked again, it is a duplicate.
        self.insert(row).await.map_err(|error| match error {
            Error::Internal(cause)
                if cause
                    .downcast_ref()
                    .is_some_and(crate::store::failure::is_duplicate) =>
            {
                Error::Retry
            }
            other => other,
        })?;
        Ok(code)
    }

    /// The row of a new kind, if what is said of it is right.
    pub(in crate::store) fn kind_row(&self, new: &NewRelationshipKind) -> Result<Model> {
        let mut check = Check::default();
        let inverse_code = new.inverse_code.as_ref().unwrap_or(&new.code);
        check.keep(&["code"], relationship::check_code(&new.code));
        if new.inverse_code.is_some() {
            check.keep(&["inverseCode"], relationship::check_code(inverse_code));
        }
        let name = check.keep(&["name"], text::required_line(&new.name, text::MAX_NAME));
        let said = new.inverse_name.as_ref().unwrap_or(&new.name);
        let inverse_name = if new.inverse_name.is_some() {
            check.keep(&["inverseName"], text::required_line(said, text::MAX_NAME))
        } else {
            name.clone()
        };
        if *inverse_code == new.code && name != inverse_name {
            let message =
                "differs from `name`, yet both sides have one code: give an `inverseCode`";
            check.invalid(&["inverseName"], message);
        }
        check.finish()?;
        Ok(Model {
            tenant_id: self.tenant(),
            code: new.code.clone(),
            name: name.unwrap_or_default(),
            inverse_code: inverse_code.clone(),
            inverse_name: inverse_name.unwrap_or_default(),
            created_at: self.now(),
        })
    }
}
