//! Leaving somebody off the agenda for a while.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{seen, state::State, with_recruiters};
use crate::support::{App, Client, apps};

/// Two recruiters and somebody who waits for both: for an answer of Sam's and for a promise of
/// Kim's. The ids of the person and of Kim.
async fn waiting(app: &App) -> (Value, Value) {
    let state: State<'_> = with_recruiters(app, &["sam", "kim"]).await;
    let (sam, kim) = (state.recruiter("sam").await, state.recruiter("kim").await);
    let ada = entity::person::Model {
        awaiting_reply_since: Some(state.days(-3)),
        ..state.person("Ada", Some(sam))
    };
    state.put(&ada).await;
    state.put(&state.promise(&ada, kim, state.days(-1))).await;
    let kim = app.as_recruiter("kim");
    let found = kim
        .query("{ viewer { recruiter { id } } candidates { nodes { id } } }")
        .await;
    let id = &found["candidates"]["nodes"][0]["id"];
    (id.clone(), found["viewer"]["recruiter"]["id"].clone())
}

async fn snooze(client: &Client, mut input: Value, person: &Value) -> Value {
    input["person"] = json!({ "id": person });
    client
        .mutate(
            "snoozeAgendaEntry",
            input,
            "person { name } snooze { until reason snoozedAt recruiter { subject } }",
        )
        .await
}

#[tokio::test]
async fn a_snooze_hides_what_its_recruiter_is_to_see_to_until_its_time() {
    for app in apps().await {
        let (ada, _) = waiting(&app).await;
        let (sam, kim) = (app.as_recruiter("sam"), app.as_recruiter("kim"));
        let input = json!({ "until": "2026-03-02T12:00:00Z", "reason": "on holiday" });

        let payload = snooze(&sam, input, &ada).await;

        let kept = json!({ "until": "2026-03-02T12:00:00Z", "reason": "on holiday",
            "snoozedAt": "2026-03-02T09:00:00Z", "recruiter": { "subject": "sam" } });
        assert_eq!(payload["person"]["name"], "Ada");
        assert_eq!(payload["snooze"], kept);
        assert_eq!(seen(&sam, "").await, json!([]));
        let sams = json!([["Ada", ["REPLY_LATE"]]]);
        let kims = json!([["Ada", ["PROMISE_OVERDUE"]]]);
        assert_eq!(seen(&sam, "snoozed: true").await, sams);
        assert_eq!(seen(&kim, "").await, kims);
        assert_eq!(seen(&kim, "snoozed: true").await, json!([]));
        assert_eq!(seen(&kim, "team: true").await, kims);
        assert_eq!(seen(&kim, "team: true, snoozed: true").await, sams);
        let told = "{ agenda(snoozed: true) { totalCount counts { people }
            nodes { snoozes { until reason snoozedAt recruiter { subject } } } } }";
        let told = sam.query(told).await;
        assert_eq!(told["agenda"]["nodes"][0]["snoozes"], json!([kept]));
        assert_eq!(told["agenda"]["totalCount"], 1);
        assert_eq!(told["agenda"]["counts"][1]["people"], 1);

        app.advance(TimeDelta::hours(3));
        let sam = app.as_recruiter("sam");
        assert_eq!(seen(&sam, "").await, sams);
        assert_eq!(seen(&sam, "snoozed: true").await, json!([]));
    }
}

#[tokio::test]
async fn snoozed_again_the_new_time_holds_and_unsnoozed_none_does() {
    for app in apps().await {
        let (ada, _) = waiting(&app).await;
        let sam = app.as_recruiter("sam");
        let on_it = json!([["Ada", ["REPLY_LATE"]]]);
        let later = json!({ "until": "2026-03-09T09:00:00Z", "reason": "later" });
        snooze(&sam, later, &ada).await;

        let sooner = json!({ "until": "2026-03-02T10:00:00Z" });
        let again = snooze(&sam, sooner, &ada).await;
        assert_eq!(again["snooze"]["reason"], Value::Null);
        assert_eq!(seen(&sam, "").await, json!([]));
        let back = json!({ "person": { "id": ada } });
        for _ in 0..2 {
            let payload = sam
                .mutate("unsnoozeAgendaEntry", back.clone(), "person { name }")
                .await;
            assert_eq!(payload["person"]["name"], "Ada");
            assert_eq!(seen(&sam, "").await, on_it);
        }
    }
}

#[tokio::test]
async fn whoever_may_write_snoozes_for_another() {
    for app in apps().await {
        let (ada, kim_id) = waiting(&app).await;
        let (sam, kim) = (app.as_recruiter("sam"), app.as_recruiter("kim"));
        let input = json!({ "until": "2026-03-09T09:00:00Z", "recruiter": { "id": kim_id } });

        let payload = snooze(&sam, input, &ada).await;

        assert_eq!(payload["snooze"]["recruiter"]["subject"], "kim");
        assert_eq!(seen(&kim, "").await, json!([]));
        assert_eq!(seen(&sam, "").await, json!([["Ada", ["REPLY_LATE"]]]));
        let back = json!({ "person": { "id": ada }, "recruiter": { "id": kim_id } });
        sam.mutate("unsnoozeAgendaEntry", back, "person { id }")
            .await;
        assert_eq!(seen(&kim, "").await, json!([["Ada", ["PROMISE_OVERDUE"]]]));
    }
}

#[tokio::test]
async fn a_snooze_into_the_past_or_for_more_than_a_year_is_refused_by_field() {
    for app in apps().await {
        let (ada, _) = waiting(&app).await;
        let sam = app.as_recruiter("sam");
        let invalid = |field: &str| ("INVALID".to_owned(), format!("input.{field}"));
        for until in [
            "2026-03-01T09:00:00Z",
            "2026-03-02T09:00:00Z",
            "2027-03-02T09:00:01Z",
        ] {
            let input = json!({ "person": { "id": ada }, "until": until });
            assert_eq!(
                sam.refused("snoozeAgendaEntry", input).await,
                [invalid("until")],
                "{until}"
            );
        }
        let input = json!({ "person": { "id": ada }, "until": "2020-01-01T00:00:00Z",
            "reason": "x".repeat(501) });
        assert_eq!(
            sam.refused("snoozeAgendaEntry", input).await,
            [invalid("reason"), invalid("until")]
        );
        let nobody = json!({ "externalRecord": { "system": "ats", "type": "x", "id": "1" } });
        let input = json!({ "person": nobody, "until": "2026-03-09T09:00:00Z" });
        assert_eq!(
            sam.refused("snoozeAgendaEntry", input).await,
            [("NOT_FOUND".to_owned(), "input.person".to_owned())]
        );
        let last = json!({ "until": "2027-03-02T09:00:00Z" });
        snooze(&sam, last, &ada).await;
    }
}

#[tokio::test]
async fn each_change_of_a_snooze_is_one_event_of_the_person() {
    for app in apps().await {
        let (ada, _) = waiting(&app).await;
        let sam = app.as_recruiter("sam");
        let until = |day: &str| json!({ "until": format!("2026-03-{day}T09:00:00Z") });
        let mut events = Vec::new();
        for input in [until("09"), until("09"), until("10")] {
            snooze(&sam, input, &ada).await;
            events.push(State::of(&app).await.events_of_people().await);
        }
        for _ in 0..2 {
            let back = json!({ "person": { "id": ada } });
            sam.mutate("unsnoozeAgendaEntry", back, "person { id }")
                .await;
            events.push(State::of(&app).await.events_of_people().await);
        }

        let lengths: Vec<_> = events.iter().map(Vec::len).collect();
        assert_eq!(lengths, [1, 1, 2, 3, 3]);
        assert_eq!(events[4], vec![json!(["snooze"]); 3]);
    }
}
