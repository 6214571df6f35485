//! The keys that prove tokens. A key says which algorithms it is for; a token never does.

mod fetch;
mod jwks;
mod public;

use std::sync::{Arc, Once};

use anyhow::{Context, ensure};
use jsonwebtoken::{
    Algorithm, DecodingKey, EncodingKey,
    crypto::{self, CryptoProvider, aws_lc},
};
use secrecy::ExposeSecret;

use self::jwks::Jwks;
use crate::{
    clock::Clock,
    config::{IssuerSettings, KeySource, LEAST_SECRET},
};

/// One key.
pub(super) struct Key {
    /// Its name in the set that it came from.
    id: Option<String>,
    algorithms: &'static [Algorithm],
    decoding: DecodingKey,
}

impl Key {
    /// Whether this key made the signature over the message, with an algorithm of its own.
    pub(super) fn proves(&self, message: &[u8], signature: &str, algorithm: Algorithm) -> bool {
        self.algorithms.contains(&algorithm)
            && crypto::verify(signature, message, &self.decoding, algorithm).unwrap_or(false)
    }

    fn of_secret(secret: &[u8]) -> Self {
        Self {
            id: None,
            algorithms: &[Algorithm::HS256],
            decoding: DecodingKey::from_secret(secret),
        }
    }
}

/// The keys of one issuer.
pub(super) enum Keys {
    /// One that only a new start changes.
    Fixed(Arc<Key>),
    /// Those that the issuer publishes.
    Published(Arc<Jwks>),
}

impl Keys {
    /// The keys that the settings name. A published set is fetched, so that a wrong address is
    /// found at the start and not by the first caller.
    pub(super) async fn new(settings: &IssuerSettings, clock: &Clock) -> anyhow::Result<Self> {
        ensure_crypto()?;
        match &settings.keys {
            KeySource::Secret(secret) => {
                let secret = secret.expose_secret().as_bytes();
                ensure!(
                    secret.len() >= LEAST_SECRET,
                    "the secret of the issuer `{}` has fewer than {LEAST_SECRET} bytes",
                    settings.issuer
                );
                Ok(Self::Fixed(Arc::new(Key::of_secret(secret))))
            }
            KeySource::PublicKey(pem) => public::from_pem(pem)
                .with_context(|| format!("the public key of the issuer `{}`", settings.issuer))
                .map(|key| Self::Fixed(Arc::new(key))),
            KeySource::JwksUrl(url) => Jwks::fetched(url.clone(), clock.clone())
                .await
                .with_context(|| format!("the key set of the issuer `{}`", settings.issuer))
                .map(|jwks| Self::Published(Arc::new(jwks))),
        }
    }

    /// The key for a token with this header, if the issuer has it.
    pub(super) async fn find(&self, id: Option<&str>, algorithm: Algorithm) -> Option<Arc<Key>> {
        match self {
            Self::Fixed(key) => Some(Arc::clone(key)),
            Self::Published(jwks) => jwks.find(id, algorithm).await,
        }
    }
}

/// Chooses the library for cryptography and tries it: left alone, it would be found missing by
/// the first token, and by a panic.
pub(super) fn ensure_crypto() -> anyhow::Result<()> {
    static CHOSEN: Once = Once::new();
    CHOSEN.call_once(|| {
        // Refused only where a choice was made before, and then the trial below judges it.
        let _ = CryptoProvider::install_default(&aws_lc::DEFAULT_PROVIDER);
    });
    let key = [0x5a; 32];
    let algorithm = Algorithm::HS256;
    let signature = crypto::sign(b"trial", &EncodingKey::from_secret(&key), algorithm)?;
    ensure!(
        Key::of_secret(&key).proves(b"trial", &signature, algorithm),
        "the cryptography library does not work"
    );
    Ok(())
}
