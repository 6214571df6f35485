//! Suggestions: whom it is worth to meet again, why, and whom never.

use serde_json::{Value, json};

use crate::support::{Client, apps};

async fn candidate(client: &Client, name: &str, fields: Value) -> String {
    let mut input = json!({ "name": name, "place": { "city": "Málaga", "country": "ES" } });
    if let (Value::Object(input), Value::Object(fields)) = (&mut input, fields) {
        input.extend(fields);
    }
    let made = client
        .mutate("createCandidate", input, "candidate { id }")
        .await;
    made["candidate"]["id"].as_str().unwrap().to_owned()
}

async fn touch(client: &Client, person: &str, channel: &str, day: &str, fields: Value) {
    let mut input = json!({
        "people": [{ "id": person }], "channel": channel, "direction": "MUTUAL",
        "occurredAt": format!("{day}T12:00:00Z"),
    });
    if let (Value::Object(input), Value::Object(fields)) = (&mut input, fields) {
        input.extend(fields);
    }
    client
        .mutate("logInteraction", input, "interaction { id }")
        .await;
}

async fn refer(client: &Client, from: &str, status: &str) {
    let input = json!({
        "referrer": { "id": from }, "referred": { "new": { "name": "Somebody new" } },
    });
    let made = client
        .mutate("recordReferral", input, "referral { id }")
        .await;
    let input = json!({ "by": { "id": made["referral"]["id"] }, "status": status });
    client
        .mutate("changeReferralStatus", input, "referral { id }")
        .await;
}

const RECONNECT: &str =
    "query ($place: PlaceFilter, $community: String, $hat: Hat, $limit: Int! = 10) {
    reconnect(place: $place, community: $community, hat: $hat, limit: $limit) {
        person { name } score reason lastTouchAt parts { kind points maximum reason } } }";

async fn reconnect(client: &Client, given: Value) -> Vec<Value> {
    let found = client.query_with(RECONNECT, given).await;
    found["reconnect"].as_array().unwrap().clone()
}

fn names(found: &[Value]) -> Vec<&str> {
    let found = found.iter();
    found
        .map(|found| found["person"]["name"].as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn people_are_ranked_by_depth_referrals_and_time_each_with_its_reason() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let (deep, giver, old, written) = (
            candidate(&sam, "Deep", json!({})).await,
            candidate(&sam, "Giver", json!({})).await,
            candidate(&sam, "Old", json!({})).await,
            candidate(&sam, "Written", json!({})).await,
        );
        for day in ["2025-11-02", "2025-11-09", "2025-11-16"] {
            touch(&sam, &deep, "MEAL", day, json!({})).await;
        }
        touch(&sam, &deep, "CALL", "2025-11-20", json!({})).await;
        touch(&sam, &giver, "VIDEO_CALL", "2026-01-01", json!({})).await;
        refer(&sam, &giver, "HIRED").await;
        refer(&sam, &giver, "CONTACTED").await;
        touch(&sam, &old, "CALL", "2024-01-01", json!({})).await;
        touch(&sam, &written, "EMAIL", "2026-01-15", json!({})).await;

        let found = reconnect(&sam, json!({})).await;
        let answer = sam.run(RECONNECT, json!({ "limit": 1 })).await;

        // 50 × 10/20 + 20 × 101/365; 50 × 2/12 + 30 × 4/7 + 20 × 59/365; 50 × 1/11 + 20; 20 × 45/365.
        assert_eq!(names(&found), ["Deep", "Giver", "Old", "Written"]);
        let scores: Vec<_> = found.iter().map(|found| found["score"].clone()).collect();
        assert_eq!(scores, [30, 28, 24, 2]);
        assert_eq!(
            found[0]["parts"],
            json!([
                { "kind": "DEPTH", "points": 25, "maximum": 50,
                  "reason": "spoke with us 4 times: 3 in person, 1 by voice" },
                { "kind": "REFERRALS", "points": 0, "maximum": 30,
                  "reason": "brought no referral yet" },
                { "kind": "TIME_SINCE", "points": 5, "maximum": 20,
                  "reason": "not touched for 101 days" },
            ])
        );
        assert_eq!(
            found[1]["reason"],
            "spoke with us once: 1 by video; brought 2 referrals, 1 hired; not touched for 59 days"
        );
        assert_eq!(found[1]["lastTouchAt"], "2026-01-01T12:00:00Z");
        // The ranking, the reasons, the people: whatever the number.
        assert_eq!(answer.statements, 3);
        assert_eq!(sam.run(RECONNECT, json!({})).await.statements, 3);
    }
}

#[tokio::test]
async fn nobody_is_suggested_who_should_not_be() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let (none, day) = (json!({}), "2025-12-01");
        let next = |at: &str| json!({ "nextTouchAt": at });
        let silent = candidate(&sam, "Do not contact", none.clone()).await;
        let lately = candidate(&sam, "Touched lately", none.clone()).await;
        let soon = candidate(&sam, "Planned soon", next("2026-03-10T09:00:00Z")).await;
        let _never = candidate(&sam, "Never touched", none.clone()).await;
        let secret = candidate(&sam, "Private alone", none.clone()).await;
        let later = candidate(&sam, "Planned later", next("2026-06-10T09:00:00Z")).await;
        let overdue = candidate(&sam, "Overdue", json!({ "cadenceDays": 14 })).await;
        let mixed = candidate(&sam, "Mixed", none.clone()).await;
        for person in [&silent, &lately, &soon, &later, &overdue] {
            touch(&sam, person, "MEAL", day, none.clone()).await;
        }
        touch(&sam, &lately, "CALL", "2026-02-15", none.clone()).await;
        let private = json!({ "visibility": "PRIVATE" });
        touch(&sam, &secret, "MEAL", day, private.clone()).await;
        touch(&sam, &mixed, "EMAIL", day, none.clone()).await;
        touch(&sam, &mixed, "MEAL", "2026-02-20", private).await;
        let input = json!({ "by": { "id": silent }, "doNotContact": true });
        sam.mutate("setDoNotContact", input, "person { id }").await;

        let found = reconnect(&sam, json!({})).await;
        let stranger = reconnect(&app.stranger(), json!({})).await;

        assert_eq!(names(&found), ["Planned later", "Overdue", "Mixed"]);
        // The private meal counts for nothing, also for whoever wrote it down.
        assert_eq!(found[2]["parts"][0]["points"], 0);
        assert_eq!(found[2]["lastTouchAt"], "2025-12-01T12:00:00Z");
        assert!(stranger.is_empty());
    }
}

#[tokio::test]
async fn a_touch_that_is_edited_or_removed_counts_no_more() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let ada = candidate(&sam, "Ada", json!({})).await;
        touch(&sam, &ada, "EMAIL", "2025-11-01", json!({})).await;
        let input = json!({
            "people": [{ "id": ada }], "channel": "MEAL", "occurredAt": "2025-12-01T12:00:00Z",
        });
        let made = sam
            .mutate("logInteraction", input, "interaction { id }")
            .await;
        let by = json!({ "id": made["interaction"]["id"] });
        let depth = async || {
            let found = reconnect(&sam, json!({})).await;
            found[0]["parts"][0]["points"].clone()
        };

        let meal = depth().await;
        let input = json!({ "by": by, "channel": "CALL" });
        sam.mutate("updateInteraction", input, "interaction { id }")
            .await;
        let call = depth().await;
        let input = json!({ "by": by });
        sam.mutate("removeInteraction", input, "__typename").await;

        assert_eq!((meal, call, depth().await), (json!(11), json!(4), json!(0)));
    }
}

#[tokio::test]
async fn suggestions_are_narrowed_to_a_place_a_community_and_a_hat() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let here = json!({ "communities": ["Women in Data"] });
        let away = json!({ "place": { "city": "Cork", "region": "Munster", "country": "IE" } });
        let ada = candidate(&sam, "Ada", here).await;
        let bea = candidate(&sam, "Bea", json!({})).await;
        let cal = candidate(&sam, "Cal", away).await;
        for (person, day) in [
            (&ada, "2025-10-01"),
            (&bea, "2025-11-01"),
            (&cal, "2025-12-01"),
        ] {
            touch(&sam, person, "MEAL", day, json!({})).await;
        }
        let input = json!({ "by": { "id": bea }, "hat": "CONTACT" });
        let added = sam
            .run(
                "mutation ($input: HatInput!) { addHat(input: $input) { userErrors { message } } }",
                json!({ "input": input }),
            )
            .await;
        let lunch = async |city: &str| {
            let document = "query ($city: String!) { lunch(city: $city) { person { name } } }";
            let found = sam.query_with(document, json!({ "city": city })).await;
            names(found["lunch"].as_array().unwrap()).join(" ")
        };

        let cases = [
            (json!({}), vec!["Ada", "Bea", "Cal"]),
            (json!({ "limit": 2 }), vec!["Ada", "Bea"]),
            (json!({ "place": { "city": "MALAGA" } }), vec!["Ada", "Bea"]),
            (json!({ "place": { "country": "ie" } }), vec!["Cal"]),
            (
                json!({ "place": { "region": "Munster", "city": "cork" } }),
                vec!["Cal"],
            ),
            (json!({ "community": "women in data" }), vec!["Ada"]),
            (json!({ "community": "nobody's" }), vec![]),
            (json!({ "hat": "CANDIDATE" }), vec!["Ada", "Bea", "Cal"]),
        ];
        for (given, expected) in cases {
            assert_eq!(
                names(&reconnect(&sam, given.clone()).await),
                expected,
                "{given}"
            );
        }
        assert_eq!(added.errors(), &[] as &[Value]);
        assert_eq!(
            names(&reconnect(&sam, json!({ "hat": "CONTACT" })).await),
            ["Bea"]
        );
        assert_eq!(lunch("malaga").await, "Ada Bea");
        assert_eq!(lunch("CORK").await, "Cal");
        assert_eq!(lunch("Nowhere").await, "");
    }
}

#[tokio::test]
async fn limits_out_of_bounds_and_lunch_nowhere_are_refused() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        for query in [
            "{ reconnect(limit: 0) { score } }",
            "{ reconnect(limit: 51) { score } }",
            "{ lunch(city: \"Cork\", limit: -1) { score } }",
            "{ lunch(city: \" \") { score } }",
            "{ lunch(city: \"a\\u0000b\") { score } }",
            "{ reconnect(community: \"a\\u0000b\") { score } }",
        ] {
            assert_eq!(
                sam.run(query, json!({})).await.code(),
                "BAD_USER_INPUT",
                "{query}"
            );
        }
    }
}
