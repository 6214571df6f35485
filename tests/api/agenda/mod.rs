//! What a recruiter should do next, and why.

mod page;
mod random;
mod snooze;
mod state;

use chrono::{DateTime, TimeDelta, Utc};
use entity::enums::{PromiseKind, PromiseState, ReferralStatus};
use serde_json::{Value, json};
use state::State;

use crate::support::{App, Client, apps};

/// Names and kinds, in the order of the agenda.
async fn seen(client: &Client, arguments: &str) -> Value {
    let arguments = if arguments.is_empty() {
        String::new()
    } else {
        format!("({arguments})")
    };
    let document =
        format!("{{ agenda{arguments} {{ nodes {{ person {{ name }} reasons {{ kind }} }} }} }}");
    let answer = client.query(&document).await;
    let nodes = answer["agenda"]["nodes"].as_array().unwrap();
    nodes
        .iter()
        .map(|node| {
            let reasons = node["reasons"].as_array().unwrap();
            let kinds: Vec<_> = reasons.iter().map(|reason| &reason["kind"]).collect();
            json!([node["person"]["name"], kinds])
        })
        .collect()
}

/// A server on which the recruiters have appeared.
async fn with_recruiters<'a>(app: &'a App, subjects: &[&str]) -> State<'a> {
    for subject in subjects {
        app.as_recruiter(subject)
            .query("{ viewer { scopes } }")
            .await;
    }
    State::of(app).await
}

/// One person for each reason, named after it, made in no order.
async fn one_of_each(state: &State<'_>, sam: uuid::Uuid) {
    let person = |name: &str| state.person(name, Some(sam));
    let touch = entity::person::Model {
        next_touch_at: Some(state.days(-3)),
        last_touch_at: Some(state.days(-17)),
        ..person("touch")
    };
    let news = entity::person::Model {
        news_owed_since: Some(state.days(-9)),
        ..person("news")
    };
    let reply = entity::person::Model {
        awaiting_reply_since: Some(state.days(-3)),
        ..person("reply")
    };
    let (thanks, told, unhappy) = (person("thanks"), person("loop"), person("unhappy"));
    let (soon, late, cousin) = (person("soon"), person("late"), person("Bo Finch"));
    for row in [
        &touch, &news, &reply, &thanks, &told, &unhappy, &soon, &late, &cousin,
    ] {
        state.put(row).await;
    }
    let in_time = state.promise(&soon, sam, state.hours(5));
    let words = Some("Send the résumé".to_owned());
    let overdue = entity::promise::Model {
        kind: PromiseKind::Other,
        words,
        ..state.promise(&late, sam, state.days(-2))
    };
    for row in [in_time, overdue] {
        state.put(&row).await;
    }
    let unthanked = state.referral((&thanks, &cousin), sam, state.days(-4));
    let hired = entity::referral::Model {
        status: ReferralStatus::Hired,
        status_changed_at: state.days(-2),
        acknowledged_at: Some(state.days(-10)),
        ..state.referral((&told, &cousin), sam, state.days(-10))
    };
    for row in [unthanked, hired] {
        state.put(&row).await;
    }
    state
        .put(&state.feedback(&unhappy, sam, (3, state.days(-1))))
        .await;
}

#[tokio::test]
async fn each_reason_has_its_place_its_times_and_its_sentence() {
    for app in apps().await {
        let state = with_recruiters(&app, &["sam"]).await;
        one_of_each(&state, state.recruiter("sam").await).await;

        let answer = app
            .as_recruiter("sam")
            .query(
                "{ agenda { nodes { person { name }
                    reasons { kind since due detail recruiter { subject }
                        referral { referred { name } } application { id }
                        promise { state } feedback { score } }
                    snoozes { until } } } }",
            )
            .await;

        let at = |days: i64| json!(rfc3339(state.days(days)));
        let expected = [
            (
                "late",
                "PROMISE_OVERDUE",
                at(-20),
                at(-2),
                "“Send the résumé” was promised, and has been overdue for 2 days.",
            ),
            (
                "reply",
                "REPLY_LATE",
                at(-3),
                at(-1),
                "They wrote 3 days ago and have had no answer.",
            ),
            (
                "unhappy",
                "LOW_FEEDBACK",
                at(-1),
                Value::Null,
                "They gave 3 of 10 1 day ago and have not heard from us since.",
            ),
            (
                "news",
                "OUTCOME_NOT_SHARED",
                at(-9),
                at(-2),
                "There was news for them 9 days ago and they have not heard from us since.",
            ),
            (
                "loop",
                "REFERRAL_LOOP_OPEN",
                at(-2),
                Value::Null,
                "Bo Finch, whom they referred, was hired 2 days ago, and they have not been told.",
            ),
            (
                "soon",
                "PROMISE_DUE",
                at(-20),
                json!(rfc3339(state.hours(5))),
                "Sending the résumé to the client was promised, and is due in 5 hours.",
            ),
            (
                "thanks",
                "REFERRER_NOT_THANKED",
                at(-4),
                at(-1),
                "They referred Bo Finch 4 days ago and have not been thanked.",
            ),
            (
                "touch",
                "TOUCH_DUE",
                at(-17),
                at(-3),
                "A touch was due 3 days ago; the last one was 17 days ago.",
            ),
        ]
        .map(|(name, kind, since, due, detail)| {
            let referral = match kind {
                "REFERRAL_LOOP_OPEN" | "REFERRER_NOT_THANKED" => {
                    json!({ "referred": { "name": "Bo Finch" } })
                }
                _ => Value::Null,
            };
            let promise = match kind {
                "PROMISE_OVERDUE" | "PROMISE_DUE" => json!({ "state": "OPEN" }),
                _ => Value::Null,
            };
            let feedback = match kind {
                "LOW_FEEDBACK" => json!({ "score": 3 }),
                _ => Value::Null,
            };
            json!({ "person": { "name": name }, "snoozes": [], "reasons": [{
                "kind": kind, "since": since, "due": due, "detail": detail,
                "recruiter": { "subject": "sam" }, "referral": referral, "application": null,
                "promise": promise, "feedback": feedback }] })
        });
        assert_eq!(answer["agenda"]["nodes"], json!(expected));
    }
}

fn rfc3339(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true)
}

#[tokio::test]
async fn one_person_with_several_reasons_is_one_entry_where_the_first_reason_stands() {
    for app in apps().await {
        let state = with_recruiters(&app, &["sam"]).await;
        let sam = state.recruiter("sam").await;
        let ada = entity::person::Model {
            next_touch_at: Some(state.days(-30)),
            awaiting_reply_since: Some(state.days(-30)),
            ..state.person("Ada", Some(sam))
        };
        let bo = state.person("Bo", Some(sam));
        let cy = entity::person::Model {
            next_touch_at: Some(state.days(-40)),
            ..state.person("Cy", Some(sam))
        };
        for row in [&cy, &ada, &bo] {
            state.put(row).await;
        }
        for (person, due) in [(&ada, -1), (&bo, -2), (&ada, -3)] {
            state
                .put(&state.promise(person, sam, state.days(due)))
                .await;
        }
        let client = app.as_recruiter("sam");

        let all = seen(&client, "").await;
        let only_touches = seen(&client, "reasons: [TOUCH_DUE]").await;
        let none = seen(&client, "reasons: []").await;

        let ada = json!([
            "Ada",
            [
                "PROMISE_OVERDUE",
                "PROMISE_OVERDUE",
                "REPLY_LATE",
                "TOUCH_DUE"
            ]
        ]);
        let cy = json!(["Cy", ["TOUCH_DUE"]]);
        assert_eq!(all, json!([ada, ["Bo", ["PROMISE_OVERDUE"]], cy]));
        assert_eq!(only_touches, json!([ada, cy]));
        assert_eq!(none, json!([]));
        let counted = client
            .query(
                "{ agenda(reasons: [TOUCH_DUE], first: 1) { totalCount counts { kind people } } }",
            )
            .await;
        let counts = [
            ("PROMISE_OVERDUE", 2),
            ("REPLY_LATE", 1),
            ("LOW_FEEDBACK", 0),
            ("OUTCOME_NOT_SHARED", 0),
            ("REFERRAL_LOOP_OPEN", 0),
            ("PROMISE_DUE", 0),
            ("REFERRER_NOT_THANKED", 0),
            ("TOUCH_DUE", 2),
        ]
        .map(|(kind, people)| json!({ "kind": kind, "people": people }));
        assert_eq!(
            counted["agenda"],
            json!({ "totalCount": 2, "counts": counts })
        );
    }
}

#[tokio::test]
async fn a_reason_begins_to_hold_when_its_time_is_over_and_not_before() {
    for app in apps().await {
        let state = with_recruiters(&app, &["sam"]).await;
        let sam = state.recruiter("sam").await;
        let cousin = state.person("cousin", None);
        state.put(&cousin).await;
        let second = TimeDelta::seconds(1);
        let client = app.as_recruiter("sam");
        let person = |name: &str| state.person(name, Some(sam));
        let rows = [
            entity::person::Model {
                awaiting_reply_since: Some(state.hours(-48)),
                ..person("reply")
            },
            entity::person::Model {
                news_owed_since: Some(state.days(-7)),
                ..person("news")
            },
            entity::person::Model {
                next_touch_at: Some(state.now + second),
                ..person("touch")
            },
            person("thanks"),
            person("promise"),
            person("soon"),
            person("old score"),
        ];
        for row in &rows {
            state.put(row).await;
        }
        let [_, _, _, thanks, promise, soon, score] = &rows;
        state
            .put(&state.referral((thanks, &cousin), sam, state.days(-3)))
            .await;
        state.put(&state.promise(promise, sam, state.now)).await;
        let tomorrow = state.hours(24) + second;
        state.put(&state.promise(soon, sam, tomorrow)).await;
        state
            .put(&state.feedback(score, sam, (6, state.days(-30))))
            .await;

        let before = seen(&client, "").await;
        app.advance(second);
        let after = seen(&client, "").await;

        assert_eq!(
            before,
            json!([
                ["old score", ["LOW_FEEDBACK"]],
                ["promise", ["PROMISE_DUE"]]
            ])
        );
        assert_eq!(
            after,
            json!([
                ["promise", ["PROMISE_OVERDUE"]],
                ["reply", ["REPLY_LATE"]],
                ["news", ["OUTCOME_NOT_SHARED"]],
                ["soon", ["PROMISE_DUE"]],
                ["thanks", ["REFERRER_NOT_THANKED"]],
                ["touch", ["TOUCH_DUE"]],
            ])
        );
    }
}

#[tokio::test]
async fn news_of_an_application_names_it() {
    for app in apps().await {
        let state = with_recruiters(&app, &["sam"]).await;
        let sam = state.recruiter("sam").await;
        let ada = entity::person::Model {
            news_owed_since: Some(state.days(-9)),
            ..state.person("Ada", Some(sam))
        };
        state.put(&ada).await;
        let job = state.job("Data Engineer");
        state.put(&job).await;
        let (first, second) = (state.days(-20), state.days(-9));
        let moved = state.application(&ada, &job, first);
        let applied = state.application(&ada, &job, second);
        for row in [&moved, &applied] {
            state.put(row).await;
        }
        // To apply is no news, even when another application moves on at that time.
        for (application, at) in [(&applied, second), (&moved, first), (&moved, second)] {
            let change = state.application_change(application, sam, at);
            state.put(&change).await;
        }

        let answer = app
            .as_recruiter("sam")
            .query("{ agenda { nodes { reasons { detail application { appliedAt } } } } }")
            .await;

        let expected = json!([{
            "detail": "There was news of their application for Data Engineer 9 days ago and they \
                       have not heard from us since.",
            "application": { "appliedAt": rfc3339(state.days(-20)) },
        }]);
        assert_eq!(answer["agenda"]["nodes"][0]["reasons"], expected);
    }
}

#[tokio::test]
async fn low_feedback_stays_until_somebody_reaches_out() {
    for app in apps().await {
        let state = with_recruiters(&app, &["sam"]).await;
        let sam = state.recruiter("sam").await;
        for (name, score, outreach) in [
            ("never reached", 0, None),
            ("reached before", 6, Some(-6)),
            ("told over lunch", 5, Some(-5)),
            ("reached since", 0, Some(-4)),
            ("content", 7, None),
        ] {
            let person = entity::person::Model {
                last_outbound_at: outreach.map(|days| state.days(days)),
                ..state.person(name, Some(sam))
            };
            state.put(&person).await;
            let given = state.days(-5);
            state
                .put(&state.feedback(&person, sam, (score, given)))
                .await;
        }

        let on_it = seen(&app.as_recruiter("sam"), "").await;

        assert_eq!(
            on_it,
            json!([
                ["never reached", ["LOW_FEEDBACK"]],
                ["reached before", ["LOW_FEEDBACK"]],
                ["told over lunch", ["LOW_FEEDBACK"]],
            ])
        );
    }
}

#[tokio::test]
async fn a_promise_is_for_whoever_gave_it_and_all_else_for_whoever_looks_after_the_person() {
    for app in apps().await {
        let state = with_recruiters(&app, &["sam", "kim"]).await;
        let (sam, kim) = (state.recruiter("sam").await, state.recruiter("kim").await);
        let waiting = |name: &str, keeper| entity::person::Model {
            awaiting_reply_since: Some(state.days(-3)),
            ..state.person(name, keeper)
        };
        let (sams, kims) = (waiting("Sam's", Some(sam)), waiting("Kim's", Some(kim)));
        let nobodys = waiting("Nobody's", None);
        for row in [&sams, &kims, &nobodys] {
            state.put(row).await;
        }
        state.put(&state.promise(&sams, kim, state.days(-1))).await;
        for (referrer, referred) in [(&kims, &sams), (&nobodys, &sams)] {
            state
                .put(&state.referral((referrer, referred), sam, state.days(-4)))
                .await;
        }
        let closed = entity::promise::Model {
            state: PromiseState::Broken,
            ..state.promise(&nobodys, sam, state.days(-1))
        };
        state.put(&closed).await;
        let client = app.as_recruiter("sam");
        let kim_id = app
            .as_recruiter("kim")
            .query("{ viewer { recruiter { id } } }")
            .await;
        let kim_id = &kim_id["viewer"]["recruiter"]["id"];

        let mine = seen(&client, "").await;
        let kims = seen(&client, &format!("recruiter: {{id: {kim_id}}}")).await;
        let team = seen(&client, "team: true").await;

        assert_eq!(
            mine,
            json!([
                ["Sam's", ["REPLY_LATE"]],
                ["Nobody's", ["REFERRER_NOT_THANKED"]],
            ])
        );
        assert_eq!(
            kims,
            json!([
                ["Sam's", ["PROMISE_OVERDUE"]],
                ["Kim's", ["REPLY_LATE", "REFERRER_NOT_THANKED"]],
            ])
        );
        assert_eq!(
            team,
            json!([
                ["Sam's", ["PROMISE_OVERDUE", "REPLY_LATE"]],
                ["Kim's", ["REPLY_LATE", "REFERRER_NOT_THANKED"]],
                ["Nobody's", ["REPLY_LATE", "REFERRER_NOT_THANKED"]],
            ])
        );
        let whose = client
            .query(
                "{ agenda(team: true, last: 1) { nodes { reasons { recruiter { subject } } } } }",
            )
            .await;
        assert_eq!(
            whose["agenda"]["nodes"][0]["reasons"],
            json!([{ "recruiter": null }, { "recruiter": { "subject": "sam" } }])
        );
    }
}

#[tokio::test]
async fn whom_nobody_may_contact_is_there_for_what_is_owed_only() {
    for app in apps().await {
        let state = with_recruiters(&app, &["sam"]).await;
        let sam = state.recruiter("sam").await;
        let ada = entity::person::Model {
            do_not_contact: true,
            next_touch_at: Some(state.days(-3)),
            awaiting_reply_since: Some(state.days(-3)),
            news_owed_since: Some(state.days(-9)),
            ..state.person("Ada", Some(sam))
        };
        let bo = state.person("Bo", None);
        for row in [&ada, &bo] {
            state.put(row).await;
        }
        for hours in [-1, 1] {
            state
                .put(&state.promise(&ada, sam, state.hours(hours)))
                .await;
        }
        let ended = entity::referral::Model {
            status: ReferralStatus::Declined,
            ..state.referral((&ada, &bo), sam, state.days(-9))
        };
        state.put(&ended).await;
        state
            .put(&state.feedback(&ada, sam, (0, state.days(-1))))
            .await;

        let on_it = seen(&app.as_recruiter("sam"), "").await;

        let owed = [
            "PROMISE_OVERDUE",
            "REPLY_LATE",
            "OUTCOME_NOT_SHARED",
            "REFERRAL_LOOP_OPEN",
            "PROMISE_DUE",
        ];
        assert_eq!(on_it, json!([["Ada", owed]]));
    }
}

#[tokio::test]
async fn a_private_interaction_puts_nobody_on_the_agenda() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let made = sam
            .mutate(
                "createCandidate",
                json!({ "name": "Ada" }),
                "candidate { id }",
            )
            .await;
        let input = json!({
            "people": [{ "id": made["candidate"]["id"] }], "channel": "EMAIL",
            "direction": "INBOUND", "visibility": "PRIVATE", "occurredAt": "2026-02-01T09:00:00Z",
        });
        sam.mutate("logInteraction", input, "interaction { id }")
            .await;

        assert_eq!(seen(&sam, "team: true").await, json!([]));
    }
}
