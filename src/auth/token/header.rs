//! The head of a token: which algorithm and key it says were used. It is believed in nothing;
//! it must only be such that our own choice of key and algorithm can be tried.

use std::borrow::Cow;

use jsonwebtoken::Algorithm;
use serde::{Deserialize, Deserializer, de::IgnoredAny};

use super::Rejected;

/// The longest name of a key.
const LONGEST_KEY_ID: usize = 200;

/// The head, with what we look at. Keys in the token and addresses of keys (`jwk`, `jku`,
/// `x5c`, `x5u`) are not even read: whoever makes a token would choose them.
#[derive(Deserialize)]
pub(super) struct Header<'a> {
    #[serde(borrow)]
    alg: Cow<'a, str>,
    #[serde(borrow, default)]
    kid: Present<Text<'a>>,
    #[serde(borrow, default)]
    typ: Present<Text<'a>>,
    #[serde(default)]
    crit: Present<IgnoredAny>,
    #[serde(default)]
    b64: Present<IgnoredAny>,
}

/// A text that need not be copied.
#[derive(Deserialize)]
pub(super) struct Text<'a>(#[serde(borrow)] pub(super) Cow<'a, str>);

/// A value that may be left out, but not be null.
pub(super) struct Present<T>(pub(super) Option<T>);

impl<T> Default for Present<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Present<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        T::deserialize(from).map(|value| Self(Some(value)))
    }
}

impl<'a> Header<'a> {
    /// Reads the head and refuses what would need an understanding that we do not have.
    pub(super) fn read(json: &'a [u8]) -> Result<Self, Rejected> {
        let header: Self = object(json).ok_or(Rejected("the header cannot be read"))?;
        if header.crit.0.is_some() || header.b64.0.is_some() {
            return Err(Rejected("the header has extensions"));
        }
        if header.key_id().is_some_and(|id| !is_key_id(id)) {
            return Err(Rejected("the key id is none"));
        }
        Ok(header)
    }

    /// The algorithm, spelled exactly as its standard does.
    pub(super) fn algorithm(&self) -> Result<Algorithm, Rejected> {
        Ok(match &*self.alg {
            "HS256" => Algorithm::HS256,
            "RS256" => Algorithm::RS256,
            "RS384" => Algorithm::RS384,
            "RS512" => Algorithm::RS512,
            "PS256" => Algorithm::PS256,
            "PS384" => Algorithm::PS384,
            "PS512" => Algorithm::PS512,
            "ES256" => Algorithm::ES256,
            "ES384" => Algorithm::ES384,
            "EdDSA" => Algorithm::EdDSA,
            _ => return Err(Rejected("the algorithm is not accepted")),
        })
    }

    /// The name of the key.
    pub(super) fn key_id(&self) -> Option<&str> {
        self.kid.0.as_ref().map(|id| &*id.0)
    }

    /// Refuses a token that is meant for something other than access.
    pub(super) fn check_type(&self, must_be_access: bool) -> Result<(), Rejected> {
        let typ = self.typ.0.as_ref().map(|typ| typ.0.to_ascii_lowercase());
        let fits = match typ.as_deref() {
            Some("at+jwt" | "application/at+jwt") => true,
            Some("jwt") | None => !must_be_access,
            Some(_) => false,
        };
        if fits {
            Ok(())
        } else {
            Err(Rejected("the token is of another type"))
        }
    }
}

/// Reads an object. Only an object: the derived readers would take a list of the values too.
pub(super) fn object<'a, T: Deserialize<'a>>(json: &'a [u8]) -> Option<T> {
    if json.trim_ascii_start().first() != Some(&b'{') {
        return None;
    }
    serde_json::from_slice(json).ok()
}

/// Key ids are names, addresses or base64. They reach no file and no database here, and those
/// that look as if they were made to are refused before anybody may come to depend on that.
fn is_key_id(id: &str) -> bool {
    let is_sign = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~:/+=@#".contains(&byte);
    (1..=LONGEST_KEY_ID).contains(&id.len()) && id.bytes().all(is_sign) && !id.contains("..")
}
