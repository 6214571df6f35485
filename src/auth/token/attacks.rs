//! The attacks on single tokens: every one is refused, and a good token beside it is not.

use jsonwebtoken::{Algorithm, EncodingKey, jwk::Jwk};
use serde_json::{Value, json};

use super::{workshop::*, *};
use crate::{auth::viewer::Scope, clock::Clock, config::KeySource};

#[tokio::test]
async fn a_good_token_is_believed() {
    let claims = claims_with("name", json!("Sam Sample"));

    let said = judged(claims).await.unwrap();

    assert_eq!(said.tenant, "acme");
    assert_eq!(said.subject, "sam");
    assert_eq!(said.name.as_deref(), Some("Sam Sample"));
    assert!(said.scopes.allow(Scope::Write) && !said.scopes.allow(Scope::Admin));
    assert_eq!(said.expires_at, now() + chrono::TimeDelta::hours(1));
}

#[tokio::test]
async fn what_we_sign_is_believed() {
    let clock = Clock::frozen(now());
    let new = NewToken {
        tenant: "acme",
        subject: "sam",
        scope: "read sync",
        name: None,
        email: Some("sam@acme.example"),
        life: std::time::Duration::from_secs(60),
    };

    let token = sign(&issuer(), &new, &clock).unwrap();

    let said = verifier(issuer()).await.verify(&token).await.unwrap();
    assert_eq!(said.email.as_deref(), Some("sam@acme.example"));
    assert!(said.scopes.allow(Scope::Sync));
    let strict = crate::config::IssuerSettings {
        require_at_jwt: true,
        ..issuer()
    };
    assert!(verifier(strict).await.verify(&token).await.is_ok());
}

#[tokio::test]
async fn no_signature_is_no_proof() {
    let good = signed(header(), claims());
    let (_, signature) = good.rsplit_once('.').unwrap();
    for name in ["none", "None", "NONE", "nOnE"] {
        let unsigned = format!(
            "{}.{}",
            base64(json!({"alg": name}).to_string()),
            base64(claims().to_string())
        );
        assert_refused(&unsigned, "").await;
        assert_refused(&format!("{unsigned}."), "").await;
        assert_refused(&format!("{unsigned}.{signature}"), "the algorithm").await;
    }
}

#[tokio::test]
async fn the_algorithm_is_spelled_as_it_is() {
    for alg in [
        json!(""),
        json!(null),
        json!(0),
        json!(["HS256"]),
        json!("hs256"),
        json!("HS257"),
    ] {
        assert_refused(&signed(json!({"alg": alg}), claims()), "the ").await;
    }
    assert_refused(&signed(json!({"typ": "JWT"}), claims()), "the header").await;
    assert_refused(&signed(json!(["HS256"]), claims()), "the header").await;
}

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
async fn a_broken_signature_is_refused() {
    let good = signed(header(), claims());
    let other = signed(header(), claims_with("sub", json!("eve")));
    let (message, signature) = good.rsplit_once('.').unwrap();
    let (_, others_signature) = other.rsplit_once('.').unwrap();
    for length in [1, 8, 16, 31] {
        let bytes =
            base64::Engine::decode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, signature)
                .unwrap();
        assert_refused(
            &format!("{message}.{}", base64(&bytes[..length])),
            "the signature",
        )
        .await;
    }
    let flipped = if signature.starts_with('A') { "B" } else { "A" };
    assert_refused(
        &format!("{message}.{flipped}{}", &signature[1..]),
        "the signature",
    )
    .await;
    assert_refused(&format!("{message}.{others_signature}"), "the signature").await;
    assert_refused(&format!("{message}."), "").await;
    assert_refused(message, "").await;
    assert_refused(&format!("{message}.{signature}="), "").await;
    assert_refused(&format!("{good}.{signature}"), "").await;
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

#[tokio::test]
async fn a_key_id_is_a_name() {
    let long = "k".repeat(5000);
    let wrong = [
        json!("../../../../dev/null"),
        json!("' UNION SELECT 'key' --"),
        json!("key\0"),
        json!(long),
        json!(7),
        json!(["key"]),
        json!(""),
        json!(null),
    ];
    for id in wrong {
        assert_refused(
            &signed(json!({"alg": "HS256", "kid": id}), claims()),
            "the ",
        )
        .await;
    }
    let named = signed(json!({"alg": "HS256", "kid": "2026-11"}), claims());
    assert!(verifier(issuer()).await.verify(&named).await.is_ok());
}

#[tokio::test]
async fn extensions_and_doubles_in_the_header_are_refused() {
    let wrong = [
        r#"{"alg":"HS256","crit":["x"]}"#,
        r#"{"alg":"HS256","crit":[]}"#,
        r#"{"alg":"HS256","crit":null}"#,
        r#"{"alg":"HS256","b64":false}"#,
        r#"{"alg":"HS256","b64":true}"#,
        r#"{"alg":"HS256","alg":"HS256"}"#,
        r#"{"alg":"HS256","alg":"none"}"#,
        r#"{"alg":"HS256"} {}"#,
        r#"{"alg":"HS256","typ":"dpop+jwt"}"#,
        r#"{"alg":"HS256","typ":["JWT"]}"#,
        r#"{"alg":"HS256","typ":null}"#,
    ];
    for header in wrong {
        assert_refused(&signed(header, claims()), "the ").await;
    }
}

#[tokio::test]
async fn times_are_times() {
    let second = now().timestamp();
    let wrong = [
        ("exp", json!(second - 5)),
        ("exp", json!(null)),
        ("exp", json!((second + 60).to_string())),
        ("exp", json!(-1)),
        ("exp", json!(true)),
        ("exp", json!(1e300)),
        ("exp", json!(u64::MAX)),
        ("exp", json!([second + 60])),
        ("exp", json!(second + 10 * 365 * 86400)),
        ("nbf", json!(second + 6)),
        ("nbf", json!(null)),
        ("nbf", json!("0")),
        ("iat", json!(second + 6)),
        ("iat", json!(second - 86400)),
        ("iat", json!("0")),
    ];
    for (name, value) in wrong {
        assert!(
            judged(claims_with(name, value.clone())).await.is_err(),
            "{name} {value}"
        );
    }
    assert!(judged(claims_without("exp")).await.is_err());
    let odd = claims().to_string();
    for number in ["NaN", "1e999", "Infinity"] {
        let odd = odd.replace(&(second + 3600).to_string(), number);
        assert!(judged(odd).await.is_err(), "{number}");
    }
    assert!(
        judged(claims_with("exp", json!(second as f64 + 60.5)))
            .await
            .is_ok()
    );
    assert!(judged(claims_without("iat")).await.is_ok());
    let mut long = claims_without("iat");
    long["exp"] = json!(second + 86400 + 6);
    assert!(judged(long).await.is_err());
}

#[tokio::test]
async fn the_leeway_is_kept_exactly() {
    for leeway in [5, 60] {
        let issuer = crate::config::IssuerSettings {
            leeway: std::time::Duration::from_secs(leeway),
            ..issuer()
        };
        let verifier = verifier(issuer).await;
        let is_accepted = async |name: &str, seconds: i64| {
            let token = signed(
                header(),
                claims_with(name, json!(now().timestamp() + seconds)),
            );
            verifier.verify(&token).await.is_ok()
        };
        let leeway = i64::try_from(leeway).unwrap();
        assert!(is_accepted("exp", 1 - leeway).await);
        assert!(!is_accepted("exp", -leeway).await);
        for name in ["nbf", "iat"] {
            assert!(is_accepted(name, leeway).await, "{name}");
            assert!(!is_accepted(name, leeway + 1).await, "{name}");
        }
    }
}

#[tokio::test]
async fn the_issuer_is_ours_byte_for_byte() {
    let wrong = [
        json!("https://id.example.evil"),
        json!("https://id.exampl"),
        json!("https://id.example/"),
        json!("HTTPS://id.example"),
        json!(""),
        json!([ISSUER]),
        json!(null),
    ];
    for issuer in wrong {
        assert!(
            judged(claims_with("iss", issuer.clone())).await.is_err(),
            "{issuer}"
        );
    }
    assert!(judged(claims_without("iss")).await.is_err());
}

#[tokio::test]
async fn the_audience_holds_ours() {
    let wrong = [
        json!("other"),
        json!("rap"),
        json!("Rapport"),
        json!([]),
        json!(["other"]),
        json!([["rapport"]]),
        json!(["rapport", 1]),
        json!(1),
        json!({"rapport": true}),
        json!(null),
    ];
    for audience in wrong {
        assert!(
            judged(claims_with("aud", audience.clone())).await.is_err(),
            "{audience}"
        );
    }
    assert!(judged(claims_without("aud")).await.is_err());
    assert!(
        judged(claims_with("aud", json!(["other", "rapport"])))
            .await
            .is_ok()
    );
}

#[tokio::test]
async fn the_subject_is_somebody() {
    let long = "s".repeat(10_000);
    let wrong = [
        json!(""),
        json!("  \t"),
        json!(7),
        json!(["sam"]),
        json!(null),
        json!("sam\0"),
        json!("\u{202e}mas"),
        json!("s\u{200b}am"),
        json!(long),
        json!("s".repeat(256)),
    ];
    for subject in wrong {
        assert!(judged(claims_with("sub", subject)).await.is_err());
    }
    assert!(judged(claims_without("sub")).await.is_err());
    let surrogate = claims().to_string().replace("\"sam\"", r#""\ud800""#);
    assert!(judged(surrogate).await.is_err());
    assert!(
        judged(claims_with("sub", json!("auth0|5f7c8ec7c33c6c004bbafe82")))
            .await
            .is_ok()
    );
}

#[tokio::test]
async fn the_tenant_is_a_plain_name() {
    let wrong = [
        json!(""),
        json!("*"),
        json!("%"),
        json!(["acme"]),
        json!({"id": "acme"}),
        json!("' OR '1'='1"),
        json!("acme\0"),
        json!("a".repeat(65)),
        json!(null),
        json!("ácme"),
    ];
    for tenant in wrong {
        assert!(
            judged(claims_with("tenant", tenant.clone())).await.is_err(),
            "{tenant}"
        );
    }
    assert!(judged(claims_without("tenant")).await.is_err());
}

#[tokio::test]
async fn an_issuer_bound_to_a_tenant_speaks_for_no_other() {
    let bound = crate::config::IssuerSettings {
        tenant: Some("acme".to_owned()),
        ..issuer()
    };
    let verifier = verifier(bound).await;

    let silent = signed(header(), claims_without("tenant"));
    assert_eq!(verifier.verify(&silent).await.unwrap().tenant, "acme");
    let same = signed(header(), claims());
    assert_eq!(verifier.verify(&same).await.unwrap().tenant, "acme");
    for other in [json!("globex"), json!("ACME"), json!(""), json!(null)] {
        let other = signed(header(), claims_with("tenant", other));
        assert!(verifier.verify(&other).await.is_err());
    }
}

#[tokio::test]
async fn one_issuers_key_proves_nothing_of_another() {
    let other_secret = "another secret for tests, and tests alone";
    let other = crate::config::IssuerSettings::with_secret("other", "else", other_secret.into());
    let verifier = Verifier::new(&[issuer(), other], Clock::frozen(now()))
        .await
        .unwrap();
    let mut theirs = claims_with("iss", json!("other"));

    assert!(verifier.verify(&signed(header(), claims())).await.is_ok());
    assert!(verifier.verify(&signed(header(), &theirs)).await.is_err());
    let key = EncodingKey::from_secret(other_secret.as_bytes());
    let with_our_audience = forged(header(), &theirs, Algorithm::HS256, &key);
    assert!(verifier.verify(&with_our_audience).await.is_err());
    theirs["aud"] = json!("else");
    let good = forged(header(), &theirs, Algorithm::HS256, &key);
    assert!(verifier.verify(&good).await.is_ok());
}

#[tokio::test]
async fn id_tokens_are_not_for_access() {
    for (name, value) in [
        ("nonce", json!("n")),
        ("at_hash", json!("h")),
        ("typ", json!("ID")),
    ] {
        assert!(judged(claims_with(name, value)).await.is_err(), "{name}");
    }
    let strict = crate::config::IssuerSettings {
        require_at_jwt: true,
        ..issuer()
    };
    let verifier = verifier(strict).await;
    let access = json!({"alg": "HS256", "typ": "AT+JWT"});
    assert!(verifier.verify(&signed(access, claims())).await.is_ok());
    assert!(verifier.verify(&signed(header(), claims())).await.is_err());
    assert!(
        verifier
            .verify(&signed(json!({"alg": "HS256"}), claims()))
            .await
            .is_err()
    );
}

#[tokio::test]
async fn other_claims_are_of_their_types_and_stand_once() {
    let wrong = [
        ("scope", json!(["read"])),
        ("scope", json!(null)),
        ("name", json!({"given": "Sam"})),
        ("name", json!("Sam\0")),
        ("name", json!("S".repeat(256))),
        ("email", json!(7)),
    ];
    for (name, value) in wrong {
        assert!(
            judged(claims_with(name, value.clone())).await.is_err(),
            "{name} {value}"
        );
    }
    let twice = claims()
        .to_string()
        .replacen('{', r#"{"tenant":"globex","#, 1);
    assert!(judged(twice).await.is_err());
    let listed = json!([ISSUER, "sam", AUDIENCE, now().timestamp() + 60]);
    assert!(judged(listed).await.is_err());
    let scopeless = judged(claims_without("scope")).await.unwrap();
    assert!(!scopeless.scopes.allow(Scope::Read));
    let nameless = judged(claims_with("name", Value::Null)).await.unwrap();
    assert_eq!(nameless.name, None);
}

#[tokio::test]
async fn size_and_depth_harm_nobody() {
    for length in [100_000, 2_000_000] {
        assert_refused(&"a".repeat(length), "the token is too long").await;
        let long = signed(header(), claims_with("x", json!("x".repeat(length))));
        assert_refused(&long, "the token is too long").await;
    }
    let deep = format!("{}{}", "[".repeat(20_000), "]".repeat(20_000));
    let deep = claims()
        .to_string()
        .replacen('{', &format!(r#"{{"x":{deep},"#), 1);
    assert_refused(&signed(header(), deep), "the token is too long").await;
    let less = format!("{}{}", "[".repeat(2_000), "]".repeat(2_000));
    let less = claims()
        .to_string()
        .replacen('{', &format!(r#"{{"aud":{less},"#), 1);
    assert!(judged(less).await.is_err());
    for odd in ["", ".", "..", "...", "a.b.c", "é.é.é", "\0.\0.\0"] {
        assert_refused(odd, "").await;
    }
}
