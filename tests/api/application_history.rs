//! The dated steps of applications, and referrals that follow them.

use serde_json::{Value, json};

use crate::support::{Client, apps};

struct Cast {
    referrer: Value,
    person: Value,
    job: Value,
}

async fn cast(client: &Client) -> Cast {
    let mut people = Vec::new();
    for name in ["Jo", "Mo"] {
        let made = client.mutate(
            "createCandidate",
            json!({ "name": name }),
            "candidate { id }",
        );
        people.push(made.await["candidate"]["id"].clone());
    }
    let job = client
        .mutate("createJob", json!({ "title": "Maker" }), "job { id }")
        .await;
    Cast {
        referrer: people[0].clone(),
        person: people[1].clone(),
        job: job["job"]["id"].clone(),
    }
}

impl Cast {
    async fn apply(&self, client: &Client) -> Value {
        let input = json!({ "person": { "id": self.person }, "job": { "id": self.job },
                            "stage": "Applied", "appliedAt": "2026-02-01T09:00:00Z" });
        let made = client
            .mutate("createApplication", input, "application { id }")
            .await;
        made["application"]["id"].clone()
    }

    async fn refer(&self, client: &Client, mut input: Value) -> Value {
        input["referrer"] = json!({ "id": self.referrer });
        input["referred"] = json!({ "person": { "id": self.person } });
        input["referredAt"] = json!("2026-02-02T09:00:00Z");
        let made = client
            .mutate("recordReferral", input, "referral { id }")
            .await;
        made["referral"]["id"].clone()
    }
}

/// A step on a day of February 2026.
async fn step(client: &Client, application: &Value, day: u32, mut said: Value) -> Value {
    said["by"] = json!({ "id": application });
    said["changedAt"] = json!(format!("2026-02-{day:02}T09:00:00Z"));
    let all = "application { stage milestone outcome stageChangedAt concludedAt version
               history { stage milestone outcome reopened changedAt } }";
    let mut changed = client.mutate("recordApplicationChange", said, all).await;
    changed["application"].take()
}

/// Status, since which day, and all statuses with their days.
async fn referral(client: &Client, id: &Value) -> (String, Vec<(String, String)>, Value) {
    let seen = client
        .query_with(
            "query ($id: ID!) { node(id: $id) { ... on Referral { status statusChangedAt
                statusHistory { status changedAt } application { id } } } }",
            json!({ "id": id }),
        )
        .await;
    let node = &seen["node"];
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let steps = node["statusHistory"].as_array().unwrap().iter();
    let steps = steps.map(|step| {
        (
            text(&step["status"]),
            text(&step["changedAt"])[8..10].to_owned(),
        )
    });
    (
        text(&node["status"]),
        steps.collect(),
        node["application"]["id"].clone(),
    )
}

fn days(steps: &[(&str, &str)]) -> Vec<(String, String)> {
    steps
        .iter()
        .map(|(status, day)| ((*status).into(), (*day).into()))
        .collect()
}

#[tokio::test]
async fn steps_may_come_in_any_order_and_the_latest_stands() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let cast = cast(&sam).await;
        let id = cast.apply(&sam).await;

        let ended = step(&sam, &id, 20, json!({ "outcome": "NOT_SELECTED" })).await;
        let before = step(
            &sam,
            &id,
            10,
            json!({ "stage": "On-site", "milestone": "INTERVIEWING" }),
        )
        .await;
        let earlier = step(
            &sam,
            &id,
            5,
            json!({ "stage": "Screen", "milestone": "SUBMITTED" }),
        )
        .await;
        let same = step(&sam, &id, 12, json!({ "stage": "On-site" })).await;
        let reopened = step(&sam, &id, 22, json!({ "outcome": null })).await;

        assert_eq!(
            (&ended["stage"], &ended["outcome"]),
            (&json!("Applied"), &json!("NOT_SELECTED"))
        );
        assert_eq!(before["stage"], "On-site");
        assert_eq!(before["outcome"], "NOT_SELECTED");
        assert_eq!(
            (&earlier["stage"], &earlier["milestone"]),
            (&json!("On-site"), &json!("INTERVIEWING"))
        );
        assert_eq!(earlier["stageChangedAt"], "2026-02-10T09:00:00Z");
        assert_eq!(same["version"], earlier["version"], "nothing new");
        assert_eq!(
            (&reopened["outcome"], &reopened["concludedAt"]),
            (&Value::Null, &Value::Null)
        );
        let stages: Vec<_> = reopened["history"]
            .as_array()
            .unwrap()
            .iter()
            .map(|step| {
                (
                    step["changedAt"].as_str().unwrap()[8..10].to_owned(),
                    step["stage"].clone(),
                    step["reopened"].clone(),
                )
            })
            .collect();
        assert_eq!(
            stages,
            [
                ("01".to_owned(), json!("Applied"), json!(false)),
                ("05".to_owned(), json!("Screen"), json!(false)),
                ("10".to_owned(), json!("On-site"), json!(false)),
                ("20".to_owned(), Value::Null, json!(false)),
                ("22".to_owned(), Value::Null, json!(true)),
            ]
        );
        let gone = json!({ "by": { "id": id }, "changedAt": "2026-02-22T09:00:00Z" });
        let after = sam
            .mutate(
                "removeApplicationChange",
                gone.clone(),
                "application { outcome concludedAt }",
            )
            .await;
        assert_eq!(
            after["application"],
            json!({ "outcome": "NOT_SELECTED", "concludedAt": "2026-02-20T09:00:00Z" })
        );
        for (name, input, code, path) in [
            (
                "removeApplicationChange",
                gone,
                "NOT_FOUND",
                "input.changedAt",
            ),
            (
                "recordApplicationChange",
                json!({ "by": { "id": id } }),
                "INVALID",
                "input",
            ),
            (
                "recordApplicationChange",
                json!({ "by": { "id": id }, "stage": "x", "changedAt": "2026-01-31T09:00:00Z" }),
                "INVALID",
                "input.changedAt",
            ),
            (
                "updateApplication",
                json!({ "by": { "id": id }, "appliedAt": "2026-02-07T09:00:00Z" }),
                "INVALID",
                "input.appliedAt",
            ),
        ] {
            assert_eq!(sam.refused(name, input).await, [(code.into(), path.into())]);
        }
    }
}

#[tokio::test]
async fn a_referral_follows_the_application_it_led_to() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let cast = cast(&sam).await;
        let told = cast.refer(&sam, json!({ "job": { "id": cast.job } })).await;
        let application = cast.apply(&sam).await;

        assert_eq!(
            referral(&sam, &told).await,
            (
                "RECEIVED".into(),
                days(&[("RECEIVED", "02")]),
                application.clone()
            )
        );
        step(&sam, &application, 9, json!({ "stage": "Hired!" })).await;
        assert_eq!(
            referral(&sam, &told).await.0,
            "RECEIVED",
            "the words of a stage say nothing"
        );
        step(&sam, &application, 10, json!({ "milestone": "SUBMITTED" })).await;
        step(&sam, &application, 14, json!({ "milestone": "OFFERED" })).await;
        step(&sam, &application, 18, json!({ "outcome": "DECLINED" })).await;
        // An older fact does not undo what was told of the referral itself.
        let by_hand = json!({ "by": { "id": told }, "status": "WITHDRAWN",
                              "changedAt": "2026-02-20T09:00:00Z" });
        sam.mutate("changeReferralStatus", by_hand, "referral { id }")
            .await;
        step(&sam, &application, 19, json!({ "outcome": null })).await;

        let (status, steps, _) = referral(&sam, &told).await;
        assert_eq!(status, "WITHDRAWN");
        assert_eq!(
            steps,
            days(&[
                ("RECEIVED", "02"),
                ("SUBMITTED", "10"),
                ("INTERVIEWING", "14"),
                ("DECLINED", "18"),
                ("INTERVIEWING", "19"),
                ("WITHDRAWN", "20")
            ])
        );
        step(&sam, &application, 25, json!({ "outcome": "HIRED" })).await;
        assert_eq!(referral(&sam, &told).await.0, "HIRED");
        let gone = json!({ "by": { "id": application }, "changedAt": "2026-02-25T09:00:00Z" });
        sam.mutate("removeApplicationChange", gone, "application { id }")
            .await;
        assert_eq!(referral(&sam, &told).await.0, "WITHDRAWN");
        let seen = sam
            .query_with(
                "query ($id: ID!) { application(by: {id: $id}) { referrals { id referrer { name } } } }",
                json!({ "id": application }),
            )
            .await;
        assert_eq!(
            seen["application"]["referrals"],
            json!([{ "id": told, "referrer": { "name": "Jo" } }])
        );
    }
}

#[tokio::test]
async fn a_referral_told_late_is_as_far_as_its_application() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let cast = cast(&sam).await;
        let application = cast.apply(&sam).await;
        let early = json!({ "by": { "id": application }, "milestone": "SUBMITTED",
                            "changedAt": "2026-02-01T12:00:00Z" });
        sam.mutate("recordApplicationChange", early, "application { id }")
            .await;

        let told = cast.refer(&sam, json!({ "job": { "id": cast.job } })).await;

        let (status, steps, linked) = referral(&sam, &told).await;
        assert_eq!(
            (status.as_str(), linked),
            ("SUBMITTED", application.clone())
        );
        assert_eq!(steps, days(&[("RECEIVED", "02"), ("SUBMITTED", "02")]));
    }
}

#[tokio::test]
async fn of_several_applications_the_caller_says_which() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let cast = cast(&sam).await;
        let first = cast.apply(&sam).await;
        let second = cast.apply(&sam).await;
        step(&sam, &second, 12, json!({ "outcome": "HIRED" })).await;
        let told = cast.refer(&sam, json!({ "job": { "id": cast.job } })).await;
        assert_eq!(referral(&sam, &told).await.2, Value::Null);
        let link = async |application: Value| {
            let input = json!({ "by": { "id": told }, "application": application });
            sam.mutate("updateReferral", input, "referral { id }").await;
            referral(&sam, &told).await
        };

        let hired = link(json!({ "id": second })).await;
        let unlinked = link(Value::Null).await;

        assert_eq!((hired.0.as_str(), hired.2), ("HIRED", second));
        assert_eq!(
            (unlinked.0.as_str(), unlinked.1),
            ("RECEIVED", days(&[("RECEIVED", "02")]))
        );
        let other = cast_of_another_job(&sam, &cast).await;
        for wrong in [json!({ "id": other }), json!({ "id": cast.job })] {
            let input = json!({ "by": { "id": told }, "application": wrong });
            let refused = sam.refused("updateReferral", input).await;
            assert_eq!(refused[0].0, "INVALID");
            assert!(refused[0].1.starts_with("input.application"), "{refused:?}");
        }
        let explicit = json!({ "application": { "id": first } });
        let without_job = cast.refer(&sam, explicit).await;
        assert_eq!(referral(&sam, &without_job).await.2, first);
    }
}

/// An application of the same person for another job.
async fn cast_of_another_job(client: &Client, cast: &Cast) -> Value {
    let job = client
        .mutate("createJob", json!({ "title": "Baker" }), "job { id }")
        .await;
    let input = json!({ "person": { "id": cast.person }, "job": { "id": job["job"]["id"] } });
    let made = client
        .mutate("createApplication", input, "application { id }")
        .await;
    made["application"]["id"].clone()
}
