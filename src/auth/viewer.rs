//! The caller of one request: a recruiter of a tenant, and what their token allows.

use uuid::Uuid;

use crate::error::{Error, Result};

/// A recruiter of a tenant, as proved by a token.
#[derive(Clone, Debug)]
pub struct Viewer {
    /// Their tenant.
    pub tenant_id: Uuid,
    /// The recruiter.
    pub recruiter_id: Uuid,
    /// Their e-mail address, as their tokens told it.
    pub email: Option<String>,
    /// What the token allows.
    pub scopes: Scopes,
}

/// One permission of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// See what the team sees.
    Read,
    /// Change it.
    Write,
    /// Write records in bulk for another system; includes `write`.
    Sync,
    /// Settings and what others keep private; includes `write`.
    Admin,
}

impl Scope {
    /// All scopes.
    pub const ALL: [Self; 4] = [Self::Read, Self::Write, Self::Sync, Self::Admin];

    /// The word in the token's `scope` claim.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::Sync => "sync",
            Self::Admin => "admin",
        }
    }
}

/// The scopes of a token.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Scopes(u8);

impl Scopes {
    /// Reads a `scope` claim; words we do not know are another service's and mean nothing here.
    pub fn from_claim(claim: &str) -> Self {
        let mut scopes = Self::default();
        for scope in Scope::ALL {
            if claim.split(' ').any(|word| word == scope.word()) {
                scopes.0 |= 1 << scope as u8;
            }
        }
        scopes
    }

    /// Whether the token names the scope, or one that includes it.
    pub fn allow(self, scope: Scope) -> bool {
        let has = |scope: Scope| self.0 & (1 << scope as u8) != 0;
        match scope {
            Scope::Read => self.0 != 0,
            Scope::Write => has(Scope::Write) || has(Scope::Sync) || has(Scope::Admin),
            Scope::Sync => has(Scope::Sync),
            Scope::Admin => has(Scope::Admin),
        }
    }

    /// Fails unless the scope is allowed.
    pub fn require(self, scope: Scope) -> Result<()> {
        if self.allow(scope) {
            Ok(())
        } else {
            Err(Error::Forbidden(scope.word()))
        }
    }
}
