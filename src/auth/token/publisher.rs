//! A publisher of keys for tests: it answers as it is told.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicUsize, Ordering},
};

use axum::{
    Router,
    body::Body,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use serde_json::{Value, json};

use super::{Verifier, workshop::*};
use crate::{clock::Clock, config::KeySource};

/// What the server answers.
#[derive(Clone)]
pub(super) enum Answer {
    Keys(Vec<Value>),
    /// Keys, and how long they are fresh.
    Fresh(Vec<Value>, &'static str),
    Fails,
    Hangs,
    Floods,
    Html,
    Leads(String),
}

/// An issuer that publishes its keys.
pub(super) struct Issuer {
    pub(super) address: String,
    script: Script,
}

#[derive(Clone)]
struct Script {
    answer: Arc<Mutex<Answer>>,
    asked: Arc<AtomicUsize>,
}

impl Issuer {
    pub(super) async fn open(answer: Answer) -> Self {
        let script = Script {
            answer: Arc::new(Mutex::new(answer)),
            asked: Arc::default(),
        };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let router = Router::new()
            .fallback(get(answered))
            .with_state(script.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { address, script }
    }

    pub(super) fn answers(&self, answer: Answer) {
        *self.script.answer.lock().unwrap() = answer;
    }

    pub(super) fn asked(&self) -> usize {
        self.script.asked.load(Ordering::SeqCst)
    }

    pub(super) fn settings(&self) -> crate::config::IssuerSettings {
        issuer_with(KeySource::JwksUrl(self.address.parse().unwrap()))
    }

    /// A verifier of its tokens, and the clock that the verifier goes by.
    pub(super) async fn verifier(&self) -> (Verifier, Clock) {
        let clock = Clock::frozen(now());
        let verifier = Verifier::new(&[self.settings()], clock.clone()).await;
        (verifier.unwrap(), clock)
    }
}

async fn answered(State(script): State<Script>) -> Response {
    script.asked.fetch_add(1, Ordering::SeqCst);
    let answer = script.answer.lock().unwrap().clone();
    match answer {
        Answer::Keys(keys) => json!({"keys": keys}).to_string().into_response(),
        Answer::Fresh(keys, how_long) => (
            [(header::CACHE_CONTROL, how_long)],
            json!({"keys": keys}).to_string(),
        )
            .into_response(),
        Answer::Fails => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        Answer::Hangs => std::future::pending().await,
        Answer::Floods => Body::from(vec![b' '; 10_000_000]).into_response(),
        Answer::Html => "<html>sign in</html>".into_response(),
        Answer::Leads(to) => (StatusCode::FOUND, [(header::LOCATION, to)]).into_response(),
    }
}
