//! Where tests make tokens, good ones and bad ones.

use std::fmt::Write;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use jsonwebtoken::{Algorithm, EncodingKey, crypto};
use serde_json::{Value, json};

use super::{Claims, Rejected, Verifier};
use crate::{
    clock::Clock,
    config::{IssuerSettings, KeySource},
};

pub(super) const ISSUER: &str = "https://id.example";
pub(super) const AUDIENCE: &str = "rapport";
pub(super) const SECRET: &str = "a secret for tests, and for tests alone";

macro_rules! fixture {
    ($name:literal) => {
        include_str!(concat!("../fixtures/", $name))
    };
}
pub(super) use fixture;

/// The time at which the tests' clocks stand.
pub(super) fn now() -> DateTime<Utc> {
    "2026-11-23T12:00:00Z".parse().unwrap()
}

pub(super) fn issuer() -> IssuerSettings {
    IssuerSettings::with_secret(ISSUER, AUDIENCE, SECRET.into())
}

pub(super) fn issuer_with(keys: KeySource) -> IssuerSettings {
    IssuerSettings { keys, ..issuer() }
}

pub(super) async fn verifier(issuer: IssuerSettings) -> Verifier {
    Verifier::new(&[issuer], Clock::frozen(now()))
        .await
        .unwrap()
}

/// The claims of a good token.
pub(super) fn claims() -> Value {
    json!({
        "iss": ISSUER, "aud": AUDIENCE, "sub": "sam", "tenant": "acme", "scope": "read write",
        "iat": now().timestamp(), "exp": now().timestamp() + 3600,
    })
}

/// The claims of a good token but for one.
pub(super) fn claims_with(name: &str, value: Value) -> Value {
    let mut claims = claims();
    claims[name] = value;
    claims
}

/// The claims of a good token without one.
pub(super) fn claims_without(name: &str) -> Value {
    let mut claims = claims();
    claims.as_object_mut().unwrap().remove(name);
    claims
}

pub(super) fn header() -> Value {
    json!({"alg": "HS256", "typ": "JWT"})
}

pub(super) fn base64(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// A token of this header and these claims, just as they are written.
#[expect(
    clippy::needless_pass_by_value,
    reason = "a test says `json!` and no more"
)]
pub(super) fn forged(
    header: impl ToString,
    claims: impl ToString,
    algorithm: Algorithm,
    key: &EncodingKey,
) -> String {
    super::keys::ensure_crypto().unwrap();
    let mut token = format!(
        "{}.{}",
        base64(header.to_string()),
        base64(claims.to_string())
    );
    let signature = crypto::sign(token.as_bytes(), key, algorithm).unwrap();
    write!(token, ".{signature}").unwrap();
    token
}

/// A token signed with the secret.
pub(super) fn signed(header: impl ToString, claims: impl ToString) -> String {
    forged(header, claims, Algorithm::HS256, &secret_key())
}

pub(super) fn secret_key() -> EncodingKey {
    EncodingKey::from_secret(SECRET.as_bytes())
}

pub(super) fn rsa_key() -> EncodingKey {
    EncodingKey::from_rsa_pem(fixture!("rsa_private.pem").as_bytes()).unwrap()
}

pub(super) fn p256_key() -> EncodingKey {
    EncodingKey::from_ec_pem(fixture!("p256_private.pem").as_bytes()).unwrap()
}

pub(super) fn p384_key() -> EncodingKey {
    EncodingKey::from_ec_pem(fixture!("p384_private.pem").as_bytes()).unwrap()
}

pub(super) fn ed25519_key() -> EncodingKey {
    EncodingKey::from_ed_pem(fixture!("ed25519_private.pem").as_bytes()).unwrap()
}

/// What a verifier with the secret thinks of the claims.
pub(super) async fn judged(claims: impl ToString) -> Result<Claims, Rejected> {
    let token = signed(header(), claims);
    verifier(issuer()).await.verify(&token).await
}

/// Asserts that a verifier with the secret refuses the token, for the reason that begins so.
pub(super) async fn assert_refused(token: &str, reason: &str) {
    let shown: String = token.chars().take(120).collect();
    match verifier(issuer()).await.verify(token).await {
        Ok(_) => panic!("accepted: {shown}"),
        Err(why) => assert!(why.to_string().starts_with(reason), "{why}: {shown}"),
    }
}
