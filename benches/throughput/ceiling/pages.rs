//! Pages of candidates: by last touch, with their histories, and by a search.

use axum::{Json, extract::State};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    Answered, Asked, Candidates, Nodes, Shared, answer,
    shape::{Id, Interaction, Time},
};

/// Where a page begins.
#[derive(Deserialize)]
pub(super) struct After {
    at: DateTime<Utc>,
    id: Uuid,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Touched {
    id: Id,
    name: String,
    headline: Option<String>,
    last_touch_at: Option<Time>,
    next_touch_at: Option<Time>,
    turn: &'static str,
}

type TouchedRow = (
    Uuid,
    String,
    Option<String>,
    Option<DateTime<Utc>>,
    Option<DateTime<Utc>>,
    bool,
    bool,
);

pub(super) async fn by_last_touch(
    State(state): Shared,
    Json(Asked { variables }): Json<Asked<After>>,
) -> Answered<Candidates<Touched>> {
    let rows: Vec<TouchedRow> = sqlx::query_as(include_str!("../sql/w1_page.sql"))
        .bind(state.tenant)
        .bind(variables.at)
        .bind(variables.id)
        .fetch_all(&state.pool)
        .await?;
    let touched = |(id, name, headline, last, next, awaits, waited_for): TouchedRow| Touched {
        id: Id::person(id, true),
        name,
        headline,
        last_touch_at: last.map(Time),
        next_touch_at: next.map(Time),
        turn: match (awaits, waited_for) {
            (true, _) => "OURS",
            (false, true) => "THEIRS",
            (false, false) => "NOBODYS",
        },
    };
    let nodes = rows.into_iter().map(touched).collect();
    let candidates = Nodes { nodes };
    Ok(answer(Candidates { candidates }))
}

#[derive(Serialize)]
pub(super) struct WithHistory {
    id: Id,
    name: String,
    interactions: Nodes<Interaction>,
}

type HistoryRow = (
    Uuid,
    String,
    Uuid,
    String,
    String,
    DateTime<Utc>,
    Option<String>,
);

pub(super) async fn histories(
    State(state): Shared,
    Json(Asked { variables }): Json<Asked<After>>,
) -> Answered<Candidates<WithHistory>> {
    let rows: Vec<HistoryRow> = sqlx::query_as(include_str!("../sql/w3_histories.sql"))
        .bind(state.tenant)
        .bind(variables.at)
        .bind(variables.id)
        .bind(state.recruiter)
        .fetch_all(&state.pool)
        .await?;
    let mut nodes: Vec<WithHistory> = Vec::with_capacity(20);
    let mut last = None;
    for (person, name, id, channel, direction, occurred_at, subject) in rows {
        if last != Some(person) {
            last = Some(person);
            nodes.push(WithHistory {
                id: Id::person(person, true),
                name,
                interactions: Nodes::none(),
            });
        }
        if let Some(node) = nodes.last_mut() {
            node.interactions.nodes.push(Interaction {
                id: Id::interaction(id),
                channel,
                direction,
                occurred_at: Time(occurred_at),
                subject,
            });
        }
    }
    let candidates = Nodes { nodes };
    Ok(answer(Candidates { candidates }))
}

/// What is searched for.
#[derive(Deserialize)]
pub(super) struct Search {
    text: String,
    tag: String,
}

#[derive(Serialize)]
pub(super) struct Found {
    id: Id,
    name: String,
    headline: Option<String>,
    place: Place,
}

#[derive(Serialize)]
struct Place {
    city: Option<String>,
    country: Option<String>,
}

type FoundRow = (Uuid, String, Option<String>, Option<String>, Option<String>);

pub(super) async fn search(
    State(state): Shared,
    Json(Asked { variables }): Json<Asked<Search>>,
) -> Answered<Candidates<Found>> {
    let rows: Vec<FoundRow> = sqlx::query_as(include_str!("../sql/w6_search.sql"))
        .bind(state.tenant)
        .bind(format!("%{}%", variables.text))
        .bind(variables.tag.to_lowercase())
        .fetch_all(&state.pool)
        .await?;
    let found = |(id, name, headline, city, country): FoundRow| Found {
        id: Id::person(id, true),
        name,
        headline,
        place: Place { city, country },
    };
    let nodes = rows.into_iter().map(found).collect();
    let candidates = Nodes { nodes };
    Ok(answer(Candidates { candidates }))
}
