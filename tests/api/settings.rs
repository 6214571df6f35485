//! What a tenant chooses: read by everybody, changed by administrators, followed at once.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::support::{App, Client, apps};

/// Everything that can be chosen.
const ALL: &str = "replyTargetHours silenceLimitDays defaultCadenceDays attributionWindowDays
    thankWithinDays timeZone workingHours { days from until holidays } version updatedAt";

async fn settings(client: &Client) -> Value {
    let answer = client.query(&format!("{{ settings {{ {ALL} }} }}")).await;
    answer["settings"].clone()
}

async fn update(client: &Client, input: Value) -> Value {
    let payload = client
        .mutate("updateSettings", input, &format!("settings {{ {ALL} }}"))
        .await;
    payload["settings"].clone()
}

fn admin(app: &App) -> Client {
    app.with_scope("lee", "admin")
}

#[tokio::test]
async fn the_defaults_hold_until_somebody_chooses() {
    for app in apps().await {
        let answer = settings(&app.with_scope("sam", "read")).await;

        assert_eq!(
            answer,
            json!({
                "replyTargetHours": 48, "silenceLimitDays": 7, "defaultCadenceDays": null,
                "attributionWindowDays": 180, "thankWithinDays": 3, "timeZone": "UTC",
                "workingHours": {
                    "days": ["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY"],
                    "from": "09:00", "until": "17:00", "holidays": [],
                },
                "version": 0, "updatedAt": null,
            })
        );
    }
}

#[tokio::test]
async fn what_is_omitted_stays_and_null_restores_the_default() {
    for app in apps().await {
        let lee = admin(&app);
        let chosen = json!({
            "replyTargetHours": 24, "silenceLimitDays": 5, "defaultCadenceDays": 30,
            "attributionWindowDays": 365, "thankWithinDays": 1, "timeZone": "Europe/Lisbon",
            "workingHours": {
                "days": ["SATURDAY", "MONDAY", "MONDAY"], "from": "08:30", "until": "24:00",
                "holidays": ["2026-12-25", "2026-01-01"],
            },
        });
        update(&lee, chosen).await;

        let hours = json!({ "days": null, "until": "12:00" });
        let input = json!({ "replyTargetHours": null, "workingHours": hours });
        let after = update(&lee, input).await;

        assert_eq!(
            after,
            json!({
                "replyTargetHours": 48, "silenceLimitDays": 5, "defaultCadenceDays": 30,
                "attributionWindowDays": 365, "thankWithinDays": 1, "timeZone": "Europe/Lisbon",
                "workingHours": {
                    "days": ["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY"],
                    "from": "08:30", "until": "12:00", "holidays": ["2026-01-01", "2026-12-25"],
                },
                "version": 2, "updatedAt": "2026-03-02T09:00:00Z",
            })
        );
        assert_eq!(after, settings(&app.as_recruiter("sam")).await);
        let input = json!({
            "silenceLimitDays": null, "defaultCadenceDays": null, "attributionWindowDays": null,
            "thankWithinDays": null, "timeZone": null, "workingHours": null,
        });
        let mut restored = update(&lee, input).await;
        restored["version"] = json!(0);
        restored["updatedAt"] = json!(null);
        assert_eq!(restored, settings(&app.stranger()).await);
    }
}

#[tokio::test]
async fn a_change_leaves_one_event_with_its_fields_and_no_change_none() {
    for app in apps().await {
        let lee = admin(&app);

        update(&lee, json!({ "replyTargetHours": 24, "timeZone": "UTC" })).await;
        update(
            &lee,
            json!({ "replyTargetHours": 24, "thankWithinDays": 3 }),
        )
        .await;
        update(
            &lee,
            json!({ "workingHours": { "until": "18:00" }, "silenceLimitDays": 9 }),
        )
        .await;

        assert_eq!(
            app.events("SETTINGS").await,
            [
                json!(["UPDATED", ["replyTargetHours"]]),
                json!(["UPDATED", ["silenceLimitDays", "workingHours"]]),
            ]
        );
        assert_eq!(settings(&lee).await["version"], 2);
    }
}

#[tokio::test]
async fn what_cannot_be_chosen_is_refused_by_its_field() {
    for app in apps().await {
        let lee = admin(&app);
        for (input, path) in [
            (json!({ "replyTargetHours": 0 }), "replyTargetHours"),
            (json!({ "silenceLimitDays": 366 }), "silenceLimitDays"),
            (
                json!({ "defaultCadenceDays": 10_000 }),
                "defaultCadenceDays",
            ),
            (json!({ "defaultCadenceDays": 0 }), "defaultCadenceDays"),
            (
                json!({ "attributionWindowDays": -1 }),
                "attributionWindowDays",
            ),
            (json!({ "thankWithinDays": 0 }), "thankWithinDays"),
            (json!({ "timeZone": "Mars/Olympus" }), "timeZone"),
            (
                json!({ "workingHours": { "days": [] } }),
                "workingHours.days",
            ),
            (
                json!({ "workingHours": { "from": "17:00" } }),
                "workingHours.until",
            ),
            (
                json!({ "workingHours": { "holidays": ["0099-01-01"] } }),
                "workingHours.holidays",
            ),
        ] {
            let refused = lee.refused("updateSettings", input.clone()).await;
            let expected = ("INVALID".to_owned(), format!("input.{path}"));
            assert_eq!(refused, [expected], "{input}");
        }
        let all = json!({ "replyTargetHours": 0, "timeZone": "", "thankWithinDays": 4 });
        assert_eq!(lee.refused("updateSettings", all).await.len(), 2);
        assert_eq!(settings(&lee).await["version"], 0);
    }
}

#[tokio::test]
async fn only_an_administrator_who_read_the_latest_version_changes_them() {
    for app in apps().await {
        let lee = admin(&app);
        let input = json!({ "replyTargetHours": 24 });
        assert_eq!(
            app.as_recruiter("sam")
                .denied("updateSettings", input)
                .await,
            "FORBIDDEN"
        );

        update(&lee, json!({ "replyTargetHours": 24, "version": 0 })).await;
        let stale = json!({ "replyTargetHours": 12, "version": 0 });

        let refused = lee.refused("updateSettings", stale).await;
        assert_eq!(
            refused,
            [("CONFLICT".to_owned(), "input.version".to_owned())]
        );
        assert_eq!(settings(&app.stranger()).await["replyTargetHours"], 48);
    }
}

#[tokio::test]
async fn the_default_cadence_is_that_of_people_without_one_at_once() {
    for app in apps().await {
        let (sam, lee) = (app.as_recruiter("sam"), admin(&app));
        for (name, days) in [("Ada", None), ("Ben", Some(14))] {
            let input = json!({ "name": name, "cadenceDays": days });
            sam.mutate("createCandidate", input, "__typename").await;
        }
        let next = async || {
            let answer = sam.query("{ candidates { nodes { nextTouchAt } } }").await;
            let nodes = answer["candidates"]["nodes"].as_array().unwrap();
            [
                nodes[0]["nextTouchAt"].clone(),
                nodes[1]["nextTouchAt"].clone(),
            ]
        };
        let in_days = |days| json!(app.now() + TimeDelta::days(days));

        let before = next().await;
        update(&lee, json!({ "defaultCadenceDays": 30 })).await;
        let with_default = next().await;
        update(&lee, json!({ "defaultCadenceDays": null })).await;

        assert_eq!(before, [Value::Null, in_days(14)]);
        assert_eq!(with_default, [in_days(30), in_days(14)]);
        assert_eq!(next().await, before);
    }
}

#[tokio::test]
async fn a_request_reads_them_once() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        sam.query("{ viewer { scopes } }").await;

        let query = format!("{{ a: settings {{ {ALL} }} b: settings {{ version }} }}");
        assert_eq!(sam.run(&query, json!({})).await.statements, 1);
    }
}

#[tokio::test]
async fn the_credit_of_a_referral_follows_the_attribution_window() {
    for app in apps().await {
        let (sam, lee) = (app.as_recruiter("sam"), admin(&app));
        let person = async |name: &str| {
            let made = sam
                .mutate("createContact", json!({ "name": name }), "contact { id }")
                .await;
            json!({ "id": made["contact"]["id"] })
        };
        let (ada, ben, cleo) = (
            person("Ada").await,
            person("Ben").await,
            person("Cleo").await,
        );
        for (referrer, days) in [(&ada, 100), (&ben, 10)] {
            let at = app.now() - TimeDelta::days(days);
            let referred = json!({ "person": cleo });
            let input = json!({ "referrer": referrer, "referred": referred, "referredAt": at });
            sam.mutate("recordReferral", input, "created").await;
        }
        let credited = async || {
            let list = "{ referrals(orderBy: {field: REFERRED_AT, direction: ASC}) {
                nodes { isCredited } } }";
            sam.query(list).await["referrals"]["nodes"].clone()
        };
        let by = |first, second| json!([{ "isCredited": first }, { "isCredited": second }]);

        assert_eq!(credited().await, by(true, false));
        update(&lee, json!({ "attributionWindowDays": 30 })).await;
        assert_eq!(credited().await, by(false, true));
        update(&lee, json!({ "attributionWindowDays": 9 })).await;
        assert_eq!(credited().await, by(false, false));
    }
}
