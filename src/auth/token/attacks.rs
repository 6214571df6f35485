//! Attacks by the form of a token, its header and its signature: every one is refused, and a
//! good token beside it is not.

use serde_json::json;

use super::{workshop::*, *};
use crate::{auth::viewer::Scope, clock::Clock, config::IssuerSettings};

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
        life: std::time::Duration::from_mins(1),
    };

    let token = sign(&issuer(), &new, &clock).unwrap();

    let said = verifier(issuer()).await.verify(&token).await.unwrap();
    assert_eq!(said.email.as_deref(), Some("sam@acme.example"));
    assert!(said.scopes.allow(Scope::Sync));
    let strict = IssuerSettings {
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
