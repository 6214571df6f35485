//! Signs tokens, for development and scripts.

use std::time::Duration;

use anyhow::{bail, ensure};
use chrono::TimeDelta;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use secrecy::ExposeSecret;
use serde::Serialize;

use super::claims::{is_subject, is_tenant};
use crate::{
    auth::{keys, viewer::Scope},
    clock::Clock,
    config::{IssuerSettings, KeySource, in_words},
};

/// A token to sign.
#[derive(Clone, Copy, Debug)]
pub struct NewToken<'a> {
    /// The tenant.
    pub tenant: &'a str,
    /// The recruiter, by the id that they have where they sign in.
    pub subject: &'a str,
    /// What it allows, in words with spaces between.
    pub scope: &'a str,
    /// The recruiter's name.
    pub name: Option<&'a str>,
    /// The recruiter's e-mail address.
    pub email: Option<&'a str>,
    /// How long it is valid.
    pub life: Duration,
}

#[derive(Serialize)]
struct Written<'a> {
    iss: &'a str,
    aud: &'a str,
    sub: &'a str,
    tenant: &'a str,
    scope: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<&'a str>,
    iat: i64,
    exp: i64,
}

/// Signs a token of the issuer, which must have a secret. Refuses what would be refused later.
pub fn sign(
    issuer: &IssuerSettings,
    token: &NewToken<'_>,
    clock: &Clock,
) -> anyhow::Result<String> {
    let KeySource::Secret(secret) = &issuer.keys else {
        bail!(
            "the issuer `{}` has no secret to sign with: set RAPPORT_JWT_SECRET",
            issuer.issuer
        );
    };
    check(issuer, token)?;
    keys::ensure_crypto()?;
    let now = clock.now();
    let claims = Written {
        iss: &issuer.issuer,
        aud: &issuer.audience,
        sub: token.subject,
        tenant: token.tenant,
        scope: token.scope,
        name: token.name,
        email: token.email,
        iat: now.timestamp(),
        exp: (now + TimeDelta::from_std(token.life)?).timestamp(),
    };
    let mut header = Header::new(Algorithm::HS256);
    header.typ = Some("at+jwt".to_owned());
    let key = EncodingKey::from_secret(secret.expose_secret().as_bytes());
    Ok(jsonwebtoken::encode(&header, &claims, &key)?)
}

fn check(issuer: &IssuerSettings, token: &NewToken<'_>) -> anyhow::Result<()> {
    ensure!(
        is_tenant(token.tenant),
        "--tenant must be 1 to 64 letters, digits, `_` and `-`"
    );
    if let Some(bound) = &issuer.tenant {
        ensure!(
            bound == token.tenant,
            "--tenant: the issuer `{}` speaks for `{bound}` alone",
            issuer.issuer
        );
    }
    ensure!(
        is_subject(token.subject),
        "--subject must be 1 to 255 signs that can be seen"
    );
    for word in token.scope.split(' ').filter(|word| !word.is_empty()) {
        ensure!(
            Scope::ALL.iter().any(|scope| scope.word() == word),
            "--scope: `{word}` is none of read, write, sync and admin"
        );
    }
    ensure!(
        token.life <= issuer.max_token_life && token.life >= Duration::from_secs(1),
        "--ttl must be 1s to {}",
        in_words(issuer.max_token_life)
    );
    Ok(())
}
