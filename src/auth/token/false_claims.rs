//! Attacks by what a token claims: every one is refused, and a good token beside it is not.

use jsonwebtoken::{Algorithm, EncodingKey};
use serde_json::{Value, json};

use super::{Verifier, workshop::*};
use crate::{auth::viewer::Scope, clock::Clock};

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
        judged(claims_with("exp", json!(1_795_435_260.5)))
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
