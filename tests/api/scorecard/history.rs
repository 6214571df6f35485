//! Histories made up at random, the same for the same seed: what the API derives from is logged,
//! changed and removed through it; the rest is written as rows.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use entity::{
    enums::{Channel, FeedbackSide, PromiseKind, PromiseState, Turn},
    feedback, person, promise, reply_wait,
};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, Iterable, ModelTrait, QueryFilter,
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::oracle::Rows;
use crate::support::{App, Client};

/// Numbers that look random and are not (Marsaglia, "Xorshift RNGs", 2003).
pub(super) struct Chance(u64);

impl Chance {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % bound as u64).unwrap()
    }

    fn percent(&mut self, share: usize) -> bool {
        self.below(100) < share
    }

    fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }

    /// Some of them, at least one.
    fn some<T: Clone>(&mut self, of: &[T], most: usize) -> Vec<T> {
        (0..=self.below(most))
            .map(|_| self.pick(of).clone())
            .collect()
    }

    /// A time of the last so many days, to the minute.
    fn time(&mut self, app: &App, days: usize) -> DateTime<Utc> {
        let minutes = i64::try_from(self.below(days * 24 * 60)).unwrap();
        app.now() - TimeDelta::minutes(minutes)
    }
}

/// Who is in the histories.
pub(super) struct Cast {
    pub(super) recruiters: Vec<(Client, String)>,
    people: Vec<String>,
}

/// The row behind an id of the API.
pub(super) fn row(id: &str) -> Uuid {
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(id).unwrap();
    Uuid::from_slice(&bytes[1..]).unwrap()
}

pub(super) async fn cast(app: &App, chance: &mut Chance) -> Cast {
    let mut recruiters = Vec::new();
    for subject in ["sam", "robin", "kit"] {
        let client = app.as_recruiter(subject);
        let seen = client.query("{ viewer { recruiter { id } } }").await;
        let id = seen["viewer"]["recruiter"]["id"].as_str().unwrap();
        recruiters.push((client, id.to_owned()));
    }
    let sam = &recruiters[0].0;
    let mut people = Vec::new();
    for number in 0..24 {
        let hat = *chance.pick(&["Candidate", "Contact"]);
        let days = chance.percent(60).then(|| 1 + chance.below(400));
        let input = json!({ "name": format!("Person {number}"), "cadenceDays": days });
        let hat_field = hat.to_lowercase();
        let made = sam
            .mutate(
                &format!("create{hat}"),
                input,
                &format!("{hat_field} {{ id }}"),
            )
            .await;
        let id = made[&hat_field]["id"].as_str().unwrap().to_owned();
        if chance.percent(15) {
            let input = json!({ "by": { "id": id }, "doNotContact": true });
            sam.mutate("setDoNotContact", input, "person { id }").await;
        }
        people.push(id);
    }
    Cast { recruiters, people }
}

/// What is said of an interaction.
fn said(app: &App, cast: &Cast, chance: &mut Chance) -> Value {
    let channels: Vec<_> = Channel::iter().collect();
    let people = chance.some(&cast.people, 3);
    let people: Vec<_> = people.iter().map(|id| json!({ "id": id })).collect();
    let ids: Vec<_> = cast.recruiters.iter().map(|(_, id)| id.clone()).collect();
    json!({
        "people": people,
        "recruiters": chance.some(&ids[..2], 2),
        "channel": chance.pick(&channels),
        "direction": chance.pick(&["INBOUND", "OUTBOUND", "MUTUAL", "INTERNAL"]),
        "outcome": chance.pick(&["REACHED", "REACHED", "LEFT_MESSAGE", "NO_ANSWER", "BOUNCED"]),
        "automated": chance.percent(10),
        "visibility": chance.pick(&["TEAM", "TEAM", "TEAM", "PRIVATE"]),
        "occurredAt": chance.time(app, 900),
    })
}

/// Logs interactions, changes some of them and removes others.
pub(super) async fn talk(app: &App, cast: &Cast, chance: &mut Chance, count: usize) {
    let sam = &cast.recruiters[0].0;
    for _ in 0..count {
        let made = sam
            .mutate(
                "logInteraction",
                said(app, cast, chance),
                "interaction { id }",
            )
            .await;
        let by = json!({ "id": made["interaction"]["id"] });
        match chance.below(10) {
            0 => {
                sam.mutate("removeInteraction", json!({ "by": by }), "removedId")
                    .await;
            }
            1 | 2 => {
                let mut edit = said(app, cast, chance);
                edit["by"] = by;
                sam.mutate("updateInteraction", edit, "interaction { id }")
                    .await;
            }
            _ => {}
        }
    }
}

/// Records referrals, and follows some of them up.
pub(super) async fn refer(app: &App, cast: &Cast, chance: &mut Chance, count: usize) {
    let statuses = [
        "CONTACTED",
        "HIRED",
        "DECLINED",
        "WITHDRAWN",
        "NOT_SELECTED",
    ];
    for number in 0..count {
        let (client, _) = chance.pick(&cast.recruiters);
        let input = json!({
            "referrer": { "id": chance.pick(&cast.people) },
            "referred": { "new": { "name": format!("Cousin {number}") } },
            "referredAt": chance.time(app, 900),
        });
        let made = client
            .mutate("recordReferral", input, "referral { id }")
            .await;
        for _ in 0..chance.below(3) {
            let input = json!({
                "by": { "id": made["referral"]["id"] }, "status": chance.pick(&statuses),
            });
            // The same status again is refused, and that is as well.
            let document = "mutation ($input: ChangeReferralStatusInput!) {
                changeReferralStatus(input: $input) { userErrors { code } } }";
            client.run(document, json!({ "input": input })).await;
        }
    }
}

/// Writes promises, waits and feedback, and who looks after whom.
pub(super) async fn remember(app: &App, cast: &Cast, chance: &mut Chance, count: usize) {
    let rows = Rows::read(app).await;
    let tenant_id = rows.tenant;
    let recruiters: Vec<_> = cast.recruiters.iter().map(|(_, id)| row(id)).collect();
    let people: Vec<_> = cast.people.iter().map(|id| row(id)).collect();
    let states: Vec<_> = PromiseState::iter().collect();
    let sides: Vec<_> = FeedbackSide::iter().collect();
    let (mut promises, mut feedback, mut waits) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..count {
        let made_at = chance.time(app, 900);
        let days = i64::try_from(chance.below(300)).unwrap();
        promises.push(promise::Model {
            tenant_id,
            id: Uuid::now_v7(),
            person_id: *chance.pick(&people),
            recruiter_id: *chance.pick(&recruiters),
            kind: PromiseKind::Reply,
            words: None,
            made_at,
            due_at: made_at + TimeDelta::days(days),
            state: *chance.pick(&states),
            closed_at: None,
            closing_note: None,
            job_id: None,
            application_id: None,
            made_in_id: None,
            kept_by_id: None,
            version: 1,
            created_at: made_at,
            updated_at: made_at,
        });
        let given_at = chance.time(app, 900);
        feedback.push(feedback::Model {
            tenant_id,
            id: Uuid::now_v7(),
            person_id: *chance.pick(&people),
            side: *chance.pick(&sides),
            score: i32::try_from(chance.below(11)).unwrap(),
            words: None,
            given_at,
            recruiter_id: chance.percent(80).then(|| *chance.pick(&recruiters)),
            job_id: None,
            interaction_id: None,
            author_id: recruiters[0],
            version: 1,
            created_at: given_at,
            updated_at: given_at,
        });
        // Whole minutes, of which a tenth is whole seconds: no figure stands between two seconds.
        let minutes = i64::try_from(1 + chance.below(9_000)).unwrap();
        let opened_at = chance.time(app, 900);
        let answer = chance
            .percent(80)
            .then(|| chance.pick(&rows.interactions).id);
        waits.push(reply_wait::Model {
            tenant_id,
            person_id: *chance.pick(&people),
            turn: *chance.pick(&[Turn::Ours, Turn::Ours, Turn::Theirs]),
            opened_at,
            opened_by_id: chance.pick(&rows.interactions).id,
            closed_at: answer.map(|_| opened_at + TimeDelta::minutes(minutes)),
            closed_by_id: answer,
            elapsed_seconds: answer.map(|_| minutes * 60),
            working_seconds: answer.map(|_| minutes / 3 * 60),
        });
    }
    replace_waits(app, tenant_id, waits).await;
    insert(app, promises).await;
    insert(app, feedback).await;
    for person in people {
        let keeper = chance.percent(80).then(|| *chance.pick(&recruiters));
        look_after(app, tenant_id, person, keeper).await;
    }
}

pub(super) async fn insert<M>(app: &App, rows: Vec<M>)
where
    M: ModelTrait + IntoActiveModel<<M::Entity as EntityTrait>::ActiveModel>,
    <M::Entity as EntityTrait>::ActiveModel: Send,
{
    let rows = rows
        .into_iter()
        .map(|row| row.into_active_model().reset_all());
    M::Entity::insert_many(rows)
        .exec_without_returning(app.database.writer())
        .await
        .unwrap();
}

/// An answer came after its question, as a wait's answer always does: the answers of others' times
/// that chance has put together are dated to suit.
#[expect(clippy::disallowed_methods, reason = "a test writes what it wishes")]
async fn replace_waits(app: &App, tenant: Uuid, waits: Vec<reply_wait::Model>) {
    reply_wait::Entity::delete_many()
        .filter(reply_wait::Column::TenantId.eq(tenant))
        .exec(app.database.writer())
        .await
        .unwrap();
    let rows = Rows::read(app).await;
    let follows = |wait: &reply_wait::Model| {
        let answer = rows
            .interactions
            .iter()
            .find(|i| Some(i.id) == wait.closed_by_id);
        answer.is_none_or(|answer| answer.occurred_at >= wait.opened_at)
    };
    insert(app, waits.into_iter().filter(follows).collect()).await;
}

#[expect(clippy::disallowed_methods, reason = "a test writes what it wishes")]
async fn look_after(app: &App, tenant: Uuid, id: Uuid, keeper: Option<Uuid>) {
    person::Entity::update_many()
        .col_expr(
            person::Column::KeeperId,
            sea_orm::sea_query::Expr::val(keeper),
        )
        .filter(person::Column::TenantId.eq(tenant))
        .filter(person::Column::Id.eq(id))
        .exec(app.database.writer())
        .await
        .unwrap();
}
