//! Tells good tokens from bad ones.

use std::{collections::HashMap, sync::Arc};

use anyhow::{Context, ensure};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::TimeDelta;

use super::{
    Claims, Rejected,
    claims::{Policy, Written, is_tenant},
    header::Header,
};
use crate::{auth::keys::Keys, clock::Clock, config::IssuerSettings};

/// The longest token that is looked at.
const LONGEST_TOKEN: usize = 8 * 1024;

/// Verifies tokens; a copy shares the keys.
#[derive(Clone)]
pub struct Verifier {
    issuers: Arc<HashMap<String, Issuer>>,
    clock: Clock,
}

struct Issuer {
    keys: Keys,
    policy: Policy,
}

impl Verifier {
    /// A verifier for the tokens of these issuers. Fetches their published keys, and fails when
    /// it cannot: better no server than one that refuses everybody.
    pub async fn new(issuers: &[IssuerSettings], clock: Clock) -> anyhow::Result<Self> {
        ensure!(
            !issuers.is_empty(),
            "no issuer of tokens is set: set RAPPORT_JWT_SECRET, RAPPORT_JWT_PUBLIC_KEY_FILE or \
             RAPPORT_JWKS_URL, with RAPPORT_JWT_ISSUER and RAPPORT_JWT_AUDIENCE"
        );
        let mut known = HashMap::with_capacity(issuers.len());
        for settings in issuers {
            let issuer = Issuer {
                policy: policy(settings)?,
                keys: Keys::new(settings, &clock).await?,
            };
            let twice = known.insert(settings.issuer.clone(), issuer).is_some();
            ensure!(!twice, "the issuer `{}` is set twice", settings.issuer);
        }
        Ok(Self {
            issuers: Arc::new(known),
            clock,
        })
    }

    /// What the token says, if it is to be believed.
    pub async fn verify(&self, token: &str) -> Result<Claims, Rejected> {
        // Before anything is decoded: size is the one thing an attacker has for nothing.
        if token.len() > LONGEST_TOKEN {
            return Err(Rejected("the token is too long"));
        }
        let parts = Parts::of(token).ok_or(Rejected("the token has not three parts"))?;
        let head = decode(parts.header)?;
        let header = Header::read(&head)?;
        let algorithm = header.algorithm()?;
        let body = decode(parts.claims)?;
        let claims = Written::read(&body)?;
        let issuer = self
            .issuers
            .get(&*claims.iss)
            .ok_or(Rejected("the issuer is unknown"))?;
        let key = issuer
            .keys
            .find(header.key_id(), algorithm)
            .await
            .ok_or(Rejected("the issuer has no such key"))?;
        if !key.proves(parts.signed.as_bytes(), parts.signature, algorithm) {
            return Err(Rejected("the signature is wrong"));
        }
        header.check_type(issuer.policy.must_be_access)?;
        claims.judge(&issuer.policy, self.clock.now())
    }
}

fn policy(settings: &IssuerSettings) -> anyhow::Result<Policy> {
    let name = &settings.issuer;
    ensure!(!name.is_empty(), "the name of an issuer is empty");
    ensure!(
        !settings.audience.is_empty(),
        "the audience of the issuer `{name}` is empty"
    );
    if let Some(tenant) = &settings.tenant {
        ensure!(
            is_tenant(tenant),
            "the tenant of the issuer `{name}` must be 1 to 64 letters, digits, `_` and `-`"
        );
    }
    Ok(Policy {
        audience: settings.audience.clone(),
        tenant: settings.tenant.clone(),
        leeway: TimeDelta::from_std(settings.leeway).context("leeway")?,
        max_life: TimeDelta::from_std(settings.max_token_life).context("max-token-life")?,
        must_be_access: settings.require_at_jwt,
    })
}

/// The parts of a token, undecoded.
struct Parts<'a> {
    signed: &'a str,
    header: &'a str,
    claims: &'a str,
    signature: &'a str,
}

impl<'a> Parts<'a> {
    fn of(token: &'a str) -> Option<Self> {
        let (signed, signature) = token.rsplit_once('.')?;
        let (header, claims) = signed.split_once('.')?;
        (!claims.contains('.') && !signature.is_empty()).then_some(Self {
            signed,
            header,
            claims,
            signature,
        })
    }
}

fn decode(part: &str) -> Result<Vec<u8>, Rejected> {
    URL_SAFE_NO_PAD
        .decode(part)
        .map_err(|_| Rejected("the token is not base64url"))
}
