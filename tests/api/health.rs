//! The health of relationships: its score and its reasons, through the API.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::support::{App, Client, apps};

const HEALTH: &str = "health { score band components { kind points maximum why } }";

async fn candidate(client: &Client, name: &str, cadence: Option<i32>) -> Value {
    let input = json!({ "name": name, "cadenceDays": cadence });
    let made = client
        .mutate("createCandidate", input, "candidate { id }")
        .await;
    json!({ "id": made["candidate"]["id"] })
}

async fn log(app: &App, client: &Client, person: &Value, channel: &str, hours: i64, also: Value) {
    let at = app.now() - TimeDelta::hours(hours);
    let mut input = json!({ "people": [person], "channel": channel, "occurredAt": at });
    for (field, value) in also.as_object().unwrap() {
        input[field] = value.clone();
    }
    client.mutate("logInteraction", input, "__typename").await;
}

async fn health(client: &Client, person: &Value) -> Value {
    let query = format!("query ($id: ID!) {{ person(by: {{id: $id}}) {{ {HEALTH} }} }}");
    client.query_with(&query, person.clone()).await["person"]["health"].clone()
}

#[tokio::test]
async fn the_score_comes_with_its_reasons() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let ada = candidate(&sam, "Ada", Some(14)).await;
        let (inbound, outbound) = (
            json!({ "direction": "INBOUND" }),
            json!({ "direction": "OUTBOUND" }),
        );
        log(&app, &sam, &ada, "EMAIL", 28 * 24, inbound).await;
        log(&app, &sam, &ada, "EMAIL", 23 * 24, outbound).await;
        log(&app, &sam, &ada, "MEAL", 21 * 24, json!({})).await;
        let at = app.now() - TimeDelta::days(2);
        let said = json!({ "person": ada, "score": 8, "givenAt": at });
        sam.mutate("recordFeedback", said, "__typename").await;

        // 35 * (42 - 21) / 28, 15, 15 * (8 - 5) / 6, 10 / 2, 5 * 8 / 10: 57.75 of 80.
        let expected = json!({
            "score": 72, "band": "STRONG", "components": [
                { "kind": "RECENCY", "points": 26.25, "maximum": 35,
                  "why": "The last touch was 21 days ago; the cadence is 14 days." },
                { "kind": "RECIPROCITY", "points": 15.0, "maximum": 15,
                  "why": "In the last 12 months they reached out twice and we twice." },
                { "kind": "RESPONSE_TIME", "points": 7.5, "maximum": 15,
                  "why": "The median wait for our answer was 5 days (target 2 days), over 1 answer \
                          in the last 12 months." },
                { "kind": "DEPTH", "points": 5.0, "maximum": 10,
                  "why": "In the last 6 months we met once and had 0 calls." },
                { "kind": "FEEDBACK", "points": 4.0, "maximum": 5,
                  "why": "Their latest feedback, of 2026-02-28, was 8 of 10." },
            ],
        });
        assert_eq!(health(&sam, &ada).await, expected);
    }
}

#[tokio::test]
async fn settings_say_what_is_expected_of_us() {
    for app in apps().await {
        let (sam, lee) = (app.as_recruiter("sam"), app.with_scope("lee", "admin"));
        let ada = candidate(&sam, "Ada", None).await;
        log(
            &app,
            &sam,
            &ada,
            "EMAIL",
            72,
            json!({ "direction": "INBOUND" }),
        )
        .await;
        let of = |health: &Value, kind: &str| {
            let parts = health["components"].as_array().unwrap();
            let part = parts.iter().find(|part| part["kind"] == kind);
            part.map(|part| part["points"].as_f64().unwrap())
        };

        let before = health(&sam, &ada).await;
        let input = json!({ "replyTargetHours": 18, "defaultCadenceDays": 1 });
        lee.mutate("updateSettings", input, "__typename").await;
        let after = health(&sam, &ada).await;
        let patient = json!({ "replyTargetHours": 100 });
        lee.mutate("updateSettings", patient, "__typename").await;
        let at_last = health(&sam, &ada).await;

        // 72 hours are halfway between 48 and 192, less a third; and four times 18.
        assert_eq!(
            (of(&before, "RECENCY"), of(&before, "RESPONSE_TIME")),
            (Some(35.0), Some(12.5))
        );
        assert_eq!(
            (of(&after, "RECENCY"), of(&after, "RESPONSE_TIME")),
            (Some(0.0), Some(0.0))
        );
        assert_eq!(of(&at_last, "RESPONSE_TIME"), None);
    }
}

#[tokio::test]
async fn of_somebody_nothing_is_known_of_there_is_none() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let ada = candidate(&sam, "Ada", Some(14)).await;
        let secret = json!({ "visibility": "PRIVATE" });
        log(&app, &sam, &ada, "MEAL", 1, secret).await;
        log(&app, &sam, &ada, "NOTE", 1, json!({})).await;
        log(
            &app,
            &sam,
            &ada,
            "CALL",
            1,
            json!({ "outcome": "NO_ANSWER" }),
        )
        .await;

        assert_eq!(health(&sam, &ada).await, Value::Null);
        // One who wrote a moment ago has one.
        log(
            &app,
            &sam,
            &ada,
            "CHAT",
            0,
            json!({ "direction": "INBOUND" }),
        )
        .await;
        assert_eq!(health(&sam, &ada).await["score"], 58);
    }
}

#[tokio::test]
async fn a_page_of_people_costs_a_fixed_number_of_statements() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let query = format!("{{ candidates(first: 50) {{ nodes {{ {HEALTH} }} }} }}");
        let mut costs = Vec::new();
        for round in 0..2 {
            for name in 0..5 {
                let ada = candidate(&sam, &format!("Ada {round} {name}"), None).await;
                log(&app, &sam, &ada, "MEAL", 24 * (name + 1), json!({})).await;
            }
            let answer = sam.run(&query, json!({})).await;
            assert_eq!(answer.errors(), &[] as &[Value]);
            costs.push(answer.statements);
        }

        // The page; then settings, touches, promises, feedback and standings.
        assert_eq!(costs, [6, 6]);
    }
}
