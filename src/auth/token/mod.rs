//! Tokens: what is accepted, what is refused, and how one is signed.
//!
//! The library for JWT only checks signatures here. What a token must say beside that is our own
//! policy, for the library's defaults accept far more than is safe: no issuer, no audience, an
//! unknown `crit`, a life of ten years.

mod bearer;
mod claims;
mod header;
mod sign;
mod verify;

#[cfg(test)]
mod attacks;
#[cfg(test)]
mod false_claims;
#[cfg(test)]
mod false_keys;
#[cfg(test)]
mod published;
#[cfg(test)]
mod publisher;
#[cfg(test)]
mod workshop;

use std::fmt;

use chrono::{DateTime, Utc};

pub use bearer::bearer;
pub use claims::is_tenant;
pub use sign::{NewToken, sign};
pub use verify::Verifier;

#[cfg(test)]
use super::keys;
use super::viewer::Scopes;

/// What a valid token says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claims {
    /// The tenant, by the name that its tokens give it.
    pub tenant: String,
    /// The recruiter, by the id that they have where they sign in.
    pub subject: String,
    /// What the token allows.
    pub scopes: Scopes,
    /// The recruiter's name.
    pub name: Option<String>,
    /// The recruiter's e-mail address.
    pub email: Option<String>,
    /// When the token ends: connections that live on must be closed then.
    pub expires_at: DateTime<Utc>,
}

/// Why a token is refused: for our log alone, since whoever sent it learns from every detail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rejected(&'static str);

impl fmt::Display for Rejected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl std::error::Error for Rejected {}
