//! Logging an interaction: all rows that Rapport writes, in one statement, without a check.

use axum::{Json, extract::State};
use chrono::{DurationRound, TimeDelta};
use rapport::clock::Clock;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    Answered, Asked, Shared, answer,
    shape::{Id, Interaction, Time},
};

#[derive(Deserialize)]
pub(super) struct Input {
    input: New,
}

#[derive(Deserialize)]
struct New {
    people: [Person; 1],
    channel: String,
    subject: String,
    body: String,
}

#[derive(Deserialize)]
struct Person {
    id: Uuid,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Logged {
    log_interaction: Payload,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Payload {
    interaction: Interaction,
    user_errors: [(); 0],
}

pub(super) async fn log(
    State(state): Shared,
    Json(Asked { variables }): Json<Asked<Input>>,
) -> Answered<Logged> {
    let New {
        people: [person],
        channel,
        subject,
        body,
    } = variables.input;
    let now = Clock::system().now();
    let now = now
        .duration_trunc(TimeDelta::microseconds(1))
        .unwrap_or(now);
    let id = Uuid::now_v7();
    sqlx::query(include_str!("../sql/w4_log.sql"))
        .bind(state.tenant)
        .bind(person.id)
        .bind(id)
        .bind(&channel)
        .bind(now)
        .bind(&subject)
        .bind(body)
        .bind(state.recruiter)
        .bind(Uuid::now_v7())
        .execute(&state.pool)
        .await?;
    let interaction = Interaction {
        id: Id::interaction(id),
        channel,
        direction: "MUTUAL".to_owned(),
        occurred_at: Time(now),
        subject: Some(subject),
    };
    let log_interaction = Payload {
        interaction,
        user_errors: [],
    };
    Ok(answer(Logged { log_interaction }))
}
