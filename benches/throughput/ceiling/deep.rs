//! One candidate with what surrounds them: the detail page, and the chain of referrals.

use axum::{Json, extract::State};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    Answered, Asked, Nodes, Shared, answer,
    shape::{Id, Interaction, Named, Time},
};

/// Whom.
#[derive(Deserialize)]
pub(super) struct Whom<I> {
    id: I,
}

#[derive(Serialize)]
pub(super) struct One<T> {
    candidate: Option<T>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Detail {
    id: Id,
    name: Option<String>,
    headline: Option<String>,
    last_touch_at: Option<Time>,
    next_touch_at: Option<Time>,
    turn: String,
    interactions: Nodes<WithRecruiters>,
    referrals_made: Nodes<Made>,
    referred_by: Nodes<Claim>,
}

#[derive(Serialize)]
struct WithRecruiters {
    #[serde(skip)]
    row: Uuid,
    #[serde(flatten)]
    interaction: Interaction,
    recruiters: Vec<Named>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Made {
    id: Id,
    status: String,
    referred_at: Option<Time>,
    referred: Named,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Claim {
    id: Id,
    status: String,
    referred_at: Option<Time>,
    referrer: Named,
}

/// What kind of row it is; its id and another's; whether that other is a candidate; two times;
/// a name, a line and a word.
type DetailRow = (
    i32,
    Uuid,
    Option<Uuid>,
    bool,
    Option<DateTime<Utc>>,
    Option<DateTime<Utc>>,
    Option<String>,
    Option<String>,
    String,
);

pub(super) async fn detail(
    State(state): Shared,
    Json(Asked { variables }): Json<Asked<Whom<String>>>,
) -> Answered<One<Detail>> {
    let rows: Vec<DetailRow> = sqlx::query_as(include_str!("../sql/w2_detail.sql"))
        .bind(state.tenant)
        .bind(variables.id)
        .bind(state.recruiter)
        .fetch_all(&state.pool)
        .await?;
    let mut rows = rows.into_iter();
    let mut candidate = rows.next().map(whom);
    if let Some(candidate) = &mut candidate {
        rows.for_each(|row| add(candidate, row));
    }
    Ok(answer(One { candidate }))
}

fn whom((_, id, _, _, last, next, name, headline, turn): DetailRow) -> Detail {
    Detail {
        id: Id::person(id, true),
        name,
        headline,
        last_touch_at: last.map(Time),
        next_touch_at: next.map(Time),
        turn,
        interactions: Nodes::none(),
        referrals_made: Nodes::none(),
        referred_by: Nodes::none(),
    }
}

fn add(candidate: &mut Detail, row: DetailRow) {
    let (kind, id, other, is_candidate, at, _, name, line, word) = row;
    let touched = &mut candidate.interactions.nodes;
    let person = |id, name| Named {
        id: Id::person(id, is_candidate),
        name,
    };
    let referred_at = at.map(Time);
    match (kind, other, at, name) {
        (1, _, Some(at), Some(channel)) => touched.push(WithRecruiters {
            row: id,
            interaction: Interaction {
                id: Id::interaction(id),
                channel,
                direction: word,
                occurred_at: Time(at),
                subject: line,
            },
            recruiters: Vec::new(),
        }),
        (2, Some(interaction), _, name) => {
            if let Some(node) = touched.iter_mut().find(|node| node.row == interaction) {
                let id = Id::recruiter(id);
                node.recruiters.push(Named { id, name });
            }
        }
        (3, Some(other), _, name) => candidate.referrals_made.nodes.push(Made {
            id: Id::referral(id),
            status: word,
            referred_at,
            referred: person(other, name),
        }),
        (4, Some(other), _, name) => candidate.referred_by.nodes.push(Claim {
            id: Id::referral(id),
            status: word,
            referred_at,
            referrer: person(other, name),
        }),
        _ => {}
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Root {
    id: Id,
    name: String,
    referral_chain: Chain,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Chain {
    count: usize,
    is_truncated: bool,
    links: Vec<Link>,
}

#[derive(Serialize)]
struct Link {
    depth: i32,
    referral: Referral,
    referrer: Named,
    referred: Named,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Referral {
    id: Id,
    status: String,
    referred_at: Time,
}

type LinkRow = (
    i32,
    Uuid,
    String,
    DateTime<Utc>,
    Uuid,
    bool,
    String,
    Uuid,
    bool,
    String,
);

pub(super) async fn chain(
    State(state): Shared,
    Json(Asked { variables }): Json<Asked<Whom<Uuid>>>,
) -> Answered<One<Root>> {
    let rows: Vec<LinkRow> = sqlx::query_as(include_str!("../sql/w5_chain.sql"))
        .bind(state.tenant)
        .bind(variables.id)
        .fetch_all(&state.pool)
        .await?;
    // Whoever is asked for has referred somebody, and so is named by their first link.
    let name = rows.first().map(|row| row.6.clone());
    let is_truncated = rows.last().is_some_and(|row| row.0 > 4);
    let near = rows.into_iter().take_while(|row| row.0 <= 4);
    let links: Vec<_> = near.map(link).collect();
    let candidate = name.map(|name| Root {
        id: Id::person(variables.id, true),
        name,
        referral_chain: Chain {
            count: links.len(),
            is_truncated,
            links,
        },
    });
    Ok(answer(One { candidate }))
}

fn link(row: LinkRow) -> Link {
    let (depth, id, status, at, one, one_is_candidate, name, other, other_is_candidate, others) =
        row;
    Link {
        depth,
        referral: Referral {
            id: Id::referral(id),
            status,
            referred_at: Time(at),
        },
        referrer: Named {
            id: Id::person(one, one_is_candidate),
            name: Some(name),
        },
        referred: Named {
            id: Id::person(other, other_is_candidate),
            name: Some(others),
        },
    }
}
