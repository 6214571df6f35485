//! Published key sets: rotation, outages and floods, against a publisher that follows a script.

use chrono::TimeDelta;
use jsonwebtoken::{Algorithm, EncodingKey, jwk::Jwk};
use serde_json::{Value, json};

use super::{
    Verifier,
    publisher::{Answer, Issuer},
    workshop::*,
};
use crate::clock::Clock;

/// The public half of the key, as a set names it.
fn jwk(id: &str, key: &EncodingKey, algorithm: Algorithm) -> Value {
    super::keys::ensure_crypto().unwrap();
    let mut jwk = serde_json::to_value(Jwk::from_encoding_key(key, algorithm).unwrap()).unwrap();
    jwk["kid"] = json!(id);
    jwk
}

fn old_key() -> Value {
    jwk("old", &p256_key(), Algorithm::ES256)
}

fn new_key() -> Value {
    jwk("new", &ed25519_key(), Algorithm::EdDSA)
}

/// A token that is good when it is made, however the clock was moved before.
fn old_token(clock: &Clock) -> String {
    let header = json!({"alg": "ES256", "kid": "old"});
    forged(header, claims_at(clock), Algorithm::ES256, &p256_key())
}

fn new_token(clock: &Clock) -> String {
    let header = json!({"alg": "EdDSA", "kid": "new"});
    forged(header, claims_at(clock), Algorithm::EdDSA, &ed25519_key())
}

fn token_of_unknown(id: usize, clock: &Clock) -> String {
    let header = json!({"alg": "ES256", "kid": format!("random-{id}")});
    forged(header, claims_at(clock), Algorithm::ES256, &p256_key())
}

fn claims_at(clock: &Clock) -> Value {
    let mut claims = claims();
    claims["iat"] = json!(clock.now().timestamp());
    claims["exp"] = json!(clock.now().timestamp() + 60);
    claims
}

#[tokio::test]
async fn a_new_key_is_found_at_once_and_an_old_one_forgotten() {
    let issuer = Issuer::open(Answer::Keys(vec![old_key()])).await;
    let (verifier, clock) = issuer.verifier().await;
    assert!(verifier.verify(&old_token(&clock)).await.is_ok());

    issuer.answers(Answer::Keys(vec![new_key()]));

    assert!(verifier.verify(&new_token(&clock)).await.is_ok());
    assert!(verifier.verify(&old_token(&clock)).await.is_err());
    assert_eq!(issuer.asked(), 2, "the start, and one for the new key");
}

#[tokio::test]
async fn a_key_that_is_withdrawn_is_gone_when_the_set_is_renewed() {
    let issuer = Issuer::open(Answer::Keys(vec![old_key(), new_key()])).await;
    let (verifier, clock) = issuer.verifier().await;
    issuer.answers(Answer::Keys(vec![new_key()]));

    clock.advance(TimeDelta::seconds(599));
    assert!(verifier.verify(&old_token(&clock)).await.is_ok());
    clock.advance(TimeDelta::seconds(1));

    assert!(verifier.verify(&old_token(&clock)).await.is_err());
    assert!(verifier.verify(&new_token(&clock)).await.is_ok());
}

#[tokio::test]
async fn the_answer_says_how_long_it_is_fresh_within_bounds() {
    let cases = [
        ("max-age=300", 300),
        ("public, max-age=0", 60),
        ("no-store", 60),
        ("max-age=\"120\"", 120),
        ("max-age=99999999", 24 * 3600),
    ];
    for (how_long, seconds) in cases {
        let issuer = Issuer::open(Answer::Fresh(vec![old_key()], how_long)).await;
        let (verifier, clock) = issuer.verifier().await;

        clock.advance(TimeDelta::seconds(seconds - 1));
        verifier.verify(&old_token(&clock)).await.unwrap();
        assert_eq!(issuer.asked(), 1, "{how_long}");
        clock.advance(TimeDelta::seconds(1));
        verifier.verify(&old_token(&clock)).await.unwrap();
        assert_eq!(issuer.asked(), 2, "{how_long}");
    }
}

#[tokio::test]
async fn an_outage_of_a_day_is_survived_and_not_more() {
    let issuer = Issuer::open(Answer::Keys(vec![old_key()])).await;
    let (verifier, clock) = issuer.verifier().await;

    for broken in [Answer::Fails, Answer::Html, Answer::Floods, Answer::Hangs] {
        issuer.answers(broken);
        clock.advance(TimeDelta::hours(1));
        assert!(verifier.verify(&old_token(&clock)).await.is_ok());
        let asked = issuer.asked();
        assert!(verifier.verify(&old_token(&clock)).await.is_ok());
        assert_eq!(issuer.asked(), asked, "a failure is followed by silence");
    }
    issuer.answers(Answer::Fails);
    clock.advance(TimeDelta::hours(20));
    assert!(verifier.verify(&old_token(&clock)).await.is_err());

    issuer.answers(Answer::Keys(vec![old_key()]));
    clock.advance(TimeDelta::seconds(15));
    assert!(verifier.verify(&old_token(&clock)).await.is_ok());
}

#[tokio::test]
async fn a_flood_of_unknown_keys_asks_once_and_delays_no_rotation() {
    let issuer = Issuer::open(Answer::Keys(vec![old_key()])).await;
    let (verifier, clock) = issuer.verifier().await;

    let flood = (0..1_000).map(|id| {
        let (verifier, token) = (verifier.clone(), token_of_unknown(id, &clock));
        tokio::spawn(async move { verifier.verify(&token).await })
    });
    for one in flood.collect::<Vec<_>>() {
        assert!(one.await.unwrap().is_err());
    }
    assert_eq!(issuer.asked(), 2, "the start, and one for all of the flood");

    issuer.answers(Answer::Keys(vec![new_key()]));
    clock.advance(TimeDelta::seconds(15));
    assert!(verifier.verify(&new_token(&clock)).await.is_ok());
}

#[tokio::test]
async fn failures_do_not_open_the_way_for_a_flood() {
    let issuer = Issuer::open(Answer::Keys(vec![old_key()])).await;
    let (verifier, clock) = issuer.verifier().await;
    issuer.answers(Answer::Fails);

    for id in 0..100 {
        assert!(
            verifier
                .verify(&token_of_unknown(id, &clock))
                .await
                .is_err()
        );
    }

    assert_eq!(issuer.asked(), 2);
}

#[tokio::test]
async fn a_caller_who_hangs_up_does_not_stop_the_asking() {
    let issuer = Issuer::open(Answer::Keys(vec![old_key()])).await;
    let (verifier, clock) = issuer.verifier().await;
    issuer.answers(Answer::Keys(vec![new_key()]));

    let token = token_of_unknown(1, &clock);
    let one = tokio::spawn({
        let verifier = verifier.clone();
        async move { verifier.verify(&token).await }
    });
    while issuer.asked() < 2 {
        tokio::task::yield_now().await;
    }
    one.abort();

    assert!(verifier.verify(&new_token(&clock)).await.is_ok());
}

#[tokio::test]
async fn a_clock_that_is_set_back_stops_nothing() {
    let issuer = Issuer::open(Answer::Keys(vec![old_key()])).await;
    let (verifier, clock) = issuer.verifier().await;
    assert!(verifier.verify(&token_of_unknown(1, &clock)).await.is_err());

    clock.advance(TimeDelta::hours(-1));
    assert!(verifier.verify(&old_token(&clock)).await.is_ok());

    issuer.answers(Answer::Keys(vec![new_key()]));
    assert!(verifier.verify(&new_token(&clock)).await.is_ok());
}

#[tokio::test]
async fn without_keys_there_is_no_start() {
    let secret = json!({"kty": "oct", "kid": "old", "k": base64(SECRET)});
    let many = (0..51).map(|_| old_key()).collect();
    let elsewhere = Issuer::open(Answer::Keys(vec![old_key()])).await;
    let beginnings = [
        Answer::Fails,
        Answer::Html,
        Answer::Floods,
        Answer::Hangs,
        Answer::Keys(Vec::new()),
        Answer::Keys(vec![secret]),
        Answer::Keys(many),
        Answer::Leads(elsewhere.address.clone()),
    ];
    for answer in beginnings {
        let issuer = Issuer::open(answer).await;
        let started = Verifier::new(&[issuer.settings()], Clock::frozen(now())).await;
        assert!(started.is_err());
    }
    assert_eq!(elsewhere.asked(), 0, "no other host is asked");
}

#[tokio::test]
async fn keys_for_other_ends_prove_nothing() {
    let with = |name: &str, value: Value| {
        let mut key = old_key();
        key[name] = value;
        key
    };
    let useless = [
        with("use", json!("enc")),
        with("key_ops", json!(["encrypt"])),
        with("alg", json!("ES384")),
        with("alg", json!("HS256")),
        with("crv", json!("P-521")),
        with("kty", json!("new")),
        json!({"kty": "RSA", "kid": "old", "n": base64([0xff; 128]), "e": "AQAB"}),
        json!("old"),
    ];
    for key in useless {
        let issuer = Issuer::open(Answer::Keys(vec![new_key(), key.clone()])).await;
        let (verifier, clock) = issuer.verifier().await;
        assert!(verifier.verify(&old_token(&clock)).await.is_err(), "{key}");
        assert!(verifier.verify(&new_token(&clock)).await.is_ok(), "{key}");
    }
    let useful = with("key_ops", json!(["verify"]));
    let issuer = Issuer::open(Answer::Keys(vec![useful])).await;
    let (verifier, clock) = issuer.verifier().await;
    assert!(verifier.verify(&old_token(&clock)).await.is_ok());
}

#[tokio::test]
async fn a_token_without_key_id_is_proved_by_the_only_key_that_could() {
    let token = |clock: &Clock| {
        let header = json!({"alg": "ES256"});
        forged(header, claims_at(clock), Algorithm::ES256, &p256_key())
    };
    let issuer = Issuer::open(Answer::Keys(vec![old_key(), new_key()])).await;
    let (verifier, clock) = issuer.verifier().await;
    assert!(verifier.verify(&token(&clock)).await.is_ok());

    let two = vec![old_key(), jwk("other", &p256_key(), Algorithm::ES256)];
    let issuer = Issuer::open(Answer::Keys(two)).await;
    let (verifier, clock) = issuer.verifier().await;
    assert!(verifier.verify(&token(&clock)).await.is_err());
}

#[tokio::test]
async fn a_token_cannot_send_us_anywhere() {
    let trap = Issuer::open(Answer::Keys(vec![new_key()])).await;
    let issuer = Issuer::open(Answer::Keys(vec![old_key()])).await;
    let (verifier, clock) = issuer.verifier().await;
    let baits = [
        json!({"jku": trap.address}),
        json!({"x5u": trap.address}),
        json!({"jwk": new_key()}),
        json!({"x5c": ["MIIB"]}),
    ];
    for bait in baits {
        for id in ["old", "new"] {
            let mut header = bait.clone();
            header["alg"] = json!("EdDSA");
            header["kid"] = json!(id);
            let token = forged(header, claims_at(&clock), Algorithm::EdDSA, &ed25519_key());
            assert!(verifier.verify(&token).await.is_err(), "{bait}");
        }
    }
    let mut foreign = claims_at(&clock);
    foreign["iss"] = json!(trap.address);
    let header = json!({"alg": "EdDSA", "kid": "new"});
    let token = forged(header, foreign, Algorithm::EdDSA, &ed25519_key());
    assert!(verifier.verify(&token).await.is_err());

    assert_eq!(trap.asked(), 0);
}
