//! Attacks with keys that are not the issuer's, or not what they are taken for.

use jsonwebtoken::{Algorithm, EncodingKey, jwk::Jwk};
use serde_json::json;

use super::{Verifier, workshop::*};
use crate::{clock::Clock, config::KeySource};

#[tokio::test]
async fn a_public_key_is_no_secret() {
    let pem = fixture!("rsa_public.pem");
    let verifier = verifier(issuer_with(KeySource::PublicKey(pem.to_owned()))).await;
    let body: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
    let der = base64::Engine::decode(&base64::engine::general_purpose::STANDARD, &body).unwrap();
    let jwk = Jwk::from_encoding_key(&rsa_key(), Algorithm::RS256).unwrap();
    let secrets: [Vec<u8>; 9] = [
        pem.into(),
        pem.trim_end().into(),
        pem.replace('\n', "\r\n").into(),
        der,
        fixture!("rsa_public_pkcs1.pem").into(),
        body.into(),
        serde_json::to_vec(&jwk).unwrap(),
        pem.trim_end().replace('\n', "\r\n").into(),
        Vec::new(),
    ];
    for (name, algorithm) in [("HS256", Algorithm::HS256), ("HS512", Algorithm::HS512)] {
        for secret in &secrets {
            let key = EncodingKey::from_secret(secret);
            let token = forged(json!({"alg": name}), claims(), algorithm, &key);
            assert!(verifier.verify(&token).await.is_err());
        }
    }
    let good = forged(
        json!({"alg": "RS256"}),
        claims(),
        Algorithm::RS256,
        &rsa_key(),
    );
    assert!(verifier.verify(&good).await.is_ok());
}

#[tokio::test]
async fn a_secret_issuer_takes_no_other_keys() {
    let others = [
        ("RS256", Algorithm::RS256, rsa_key()),
        ("ES256", Algorithm::ES256, p256_key()),
        ("EdDSA", Algorithm::EdDSA, ed25519_key()),
        ("HS256", Algorithm::HS256, EncodingKey::from_secret(b"")),
        (
            "HS256",
            Algorithm::HS256,
            EncodingKey::from_secret(b"secret"),
        ),
    ];
    for (name, algorithm, key) in others {
        let token = forged(json!({"alg": name}), claims(), algorithm, &key);
        assert_refused(&token, "the signature").await;
    }
    let longer = forged(
        json!({"alg": "HS512"}),
        claims(),
        Algorithm::HS512,
        &secret_key(),
    );
    assert_refused(&longer, "the algorithm").await;
}

#[tokio::test]
async fn a_weak_secret_is_refused_at_the_start() {
    for secret in ["", "secret", "changeme", "0123456789012345678901234567890"] {
        let issuer = issuer_with(KeySource::Secret(secret.into()));
        let refused = Verifier::new(&[issuer], Clock::frozen(now())).await;
        assert!(refused.is_err(), "{secret}");
    }
}

#[tokio::test]
async fn each_public_key_proves_its_own_algorithms_only() {
    let keys = [
        (
            fixture!("rsa_public.pem"),
            "RS256",
            Algorithm::RS256,
            rsa_key(),
        ),
        (
            fixture!("rsa_public_pkcs1.pem"),
            "PS384",
            Algorithm::PS384,
            rsa_key(),
        ),
        (
            fixture!("p256_public.pem"),
            "ES256",
            Algorithm::ES256,
            p256_key(),
        ),
        (
            fixture!("p384_public.pem"),
            "ES384",
            Algorithm::ES384,
            p384_key(),
        ),
        (
            fixture!("ed25519_public.pem"),
            "EdDSA",
            Algorithm::EdDSA,
            ed25519_key(),
        ),
    ];
    for (pem, own, _, _) in &keys {
        let verifier = verifier(issuer_with(KeySource::PublicKey((*pem).to_owned()))).await;
        for (_, name, algorithm, key) in &keys {
            let token = forged(json!({"alg": name}), claims(), *algorithm, key);
            let same = own == name
                || (own.ends_with("S256") && own.starts_with('R') && *name == "PS384")
                || (*own == "PS384" && *name == "RS256");
            assert_eq!(verifier.verify(&token).await.is_ok(), same, "{own} {name}");
        }
    }
}

#[tokio::test]
async fn a_signature_of_zeros_is_refused() {
    let pem = fixture!("p256_public.pem").to_owned();
    let verifier = verifier(issuer_with(KeySource::PublicKey(pem))).await;
    let good = forged(
        json!({"alg": "ES256"}),
        claims(),
        Algorithm::ES256,
        &p256_key(),
    );
    let (message, _) = good.rsplit_once('.').unwrap();

    let token = format!("{message}.{}", base64([0; 64]));

    assert!(verifier.verify(&token).await.is_err());
}

#[tokio::test]
async fn a_public_key_that_cannot_do_is_refused_at_the_start() {
    let wrong = [
        fixture!("rsa_private.pem"),
        fixture!("rsa_short_public.pem"),
        "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----",
        "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----",
        "",
    ];
    for pem in wrong {
        let issuer = issuer_with(KeySource::PublicKey(pem.to_owned()));
        assert!(
            Verifier::new(&[issuer], Clock::frozen(now()))
                .await
                .is_err()
        );
    }
}
