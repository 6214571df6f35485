//! Public keys, from PEM and from the entries of a published set.

use anyhow::{anyhow, bail, ensure};
use jsonwebtoken::{
    Algorithm, DecodingKey,
    crypto::aws_lc,
    jwk::{AlgorithmParameters, EllipticCurve, Jwk, KeyAlgorithm, KeyOperations, PublicKeyUse},
};

use super::Key;

/// The least length of an RSA key (RFC 7518, section 3.3).
const LEAST_RSA_BITS: usize = 2048;

const RSA: &[Algorithm] = &[
    Algorithm::RS256,
    Algorithm::RS384,
    Algorithm::RS512,
    Algorithm::PS256,
    Algorithm::PS384,
    Algorithm::PS512,
];
const P256: &[Algorithm] = &[Algorithm::ES256];
const P384: &[Algorithm] = &[Algorithm::ES384];
const ED25519: &[Algorithm] = &[Algorithm::EdDSA];

/// The key in a PEM text.
pub(super) fn from_pem(pem: &str) -> anyhow::Result<Key> {
    let pem = pem.trim();
    ensure!(
        !pem.contains("PRIVATE KEY"),
        "this is a private key: give the public one, for that is all that is needed to check"
    );
    ensure!(
        pem.starts_with("-----BEGIN PUBLIC KEY-----")
            || pem.starts_with("-----BEGIN RSA PUBLIC KEY-----"),
        "it does not begin with `-----BEGIN PUBLIC KEY-----`"
    );
    let pem = pem.as_bytes();
    let (algorithms, decoding) = if let Ok(key) = DecodingKey::from_ed_pem(pem) {
        (ED25519, key)
    } else if let Ok(key) = DecodingKey::from_ec_pem(pem) {
        // An uncompressed point: its length tells the curve.
        match key.try_get_as_bytes()?.len() {
            65 => (P256, key),
            97 => (P384, key),
            _ => bail!("of the elliptic curves, only P-256 and P-384 are accepted"),
        }
    } else if let Ok(key) = DecodingKey::from_rsa_pem(pem) {
        let parts = aws_lc::DEFAULT_PROVIDER
            .key_utils
            .rsa_pub_components_from_public_key;
        let (modulus, exponent) = parts(key.try_get_as_bytes()?)?;
        ensure_long(&modulus)?;
        (
            RSA,
            DecodingKey::from_rsa_raw_components(&modulus, &exponent),
        )
    } else {
        bail!("it is not an RSA, P-256, P-384 or Ed25519 key");
    };
    Ok(Key {
        id: None,
        algorithms,
        decoding,
    })
}

/// The key in an entry of a published set, if it is one that proves tokens.
pub(super) fn from_jwk(jwk: &Jwk) -> anyhow::Result<Key> {
    let common = &jwk.common;
    ensure!(
        matches!(common.public_key_use, None | Some(PublicKeyUse::Signature)),
        "it is not for signatures"
    );
    ensure!(
        common
            .key_operations
            .as_ref()
            .is_none_or(|operations| operations.contains(&KeyOperations::Verify)),
        "it is not for checking signatures"
    );
    let family = match &jwk.algorithm {
        AlgorithmParameters::RSA(_) => RSA,
        AlgorithmParameters::EllipticCurve(key) => match key.curve {
            EllipticCurve::P256 => P256,
            EllipticCurve::P384 => P384,
            _ => bail!("its curve is not accepted"),
        },
        AlgorithmParameters::OctetKeyPair(key) if key.curve == EllipticCurve::Ed25519 => ED25519,
        // A shared secret that is published is none.
        _ => bail!("its type is not accepted"),
    };
    let decoding = DecodingKey::from_jwk(jwk)?;
    if let jsonwebtoken::DecodingKeyKind::RsaModulusExponent { n, .. } = decoding.kind() {
        ensure_long(n)?;
    }
    Ok(Key {
        id: common.key_id.clone(),
        algorithms: narrowed(family, common.key_algorithm)?,
        decoding,
    })
}

/// The one algorithm that an entry names, or else all that its type allows.
fn narrowed(
    family: &'static [Algorithm],
    named: Option<KeyAlgorithm>,
) -> anyhow::Result<&'static [Algorithm]> {
    let Some(named) = named else {
        return Ok(family);
    };
    let position = family
        .iter()
        .position(|algorithm| format!("{algorithm:?}") == named.to_string())
        .ok_or_else(|| anyhow!("its algorithm does not fit its type"))?;
    Ok(&family[position..=position])
}

fn ensure_long(modulus: &[u8]) -> anyhow::Result<()> {
    let digits: &[u8] = match modulus.iter().position(|&byte| byte != 0) {
        Some(first) => &modulus[first..],
        None => bail!("the RSA key is zero"),
    };
    let bits = digits.len() * 8 - digits[0].leading_zeros() as usize;
    ensure!(
        bits >= LEAST_RSA_BITS,
        "the RSA key has {bits} bits, and {LEAST_RSA_BITS} is the least"
    );
    Ok(())
}
