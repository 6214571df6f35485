//! Applications: made, moved from stage to stage, concluded, and read under people and jobs.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::support::{Client, apps};

/// A candidate and a job; their ids.
async fn cast(client: &Client) -> (Value, Value) {
    let person = json!({ "name": "Mo Wren" });
    let person = client
        .mutate("createCandidate", person, "candidate { id }")
        .await;
    let job = client
        .mutate("createJob", json!({ "title": "Maker" }), "job { id }")
        .await;
    (person["candidate"]["id"].clone(), job["job"]["id"].clone())
}

const ALL: &str =
    "application { stage outcome source appliedAt stageChangedAt concludedAt version }";

/// An application that runs; its id.
async fn applied(client: &Client, person: &Value, job: &Value, at: &str) -> Value {
    let input = json!({
        "person": { "id": person }, "job": { "id": job }, "appliedAt": at, "stage": "Applied",
    });
    let made = client
        .mutate("createApplication", input, "application { id }")
        .await;
    made["application"]["id"].clone()
}

#[tokio::test]
async fn an_application_joins_a_person_and_a_job() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let (person, job) = cast(&sam).await;
        let input = json!({
            "person": { "id": person }, "job": { "id": job },
            "stage": "Screening", "source": "Referral", "appliedAt": "2026-02-20T10:00:00+01:00",
            "externalRecords": [{ "system": "ats", "type": "application", "id": "3" }],
        });

        let made = sam
            .mutate("createApplication", input, "application { id }")
            .await;

        let by = json!({ "by": { "externalRecord":
            { "system": "ats", "type": "application", "id": "3" } } });
        let found = sam
            .query_with(
                "query ($by: NodeBy!) { application(by: $by) { id person { id } job { title }
                    stage outcome source appliedAt stageChangedAt concludedAt version
                    externalRecords { id } } }",
                by,
            )
            .await;
        assert_eq!(
            found["application"],
            json!({
                "id": made["application"]["id"],
                "person": { "id": person },
                "job": { "title": "Maker" },
                "stage": "Screening",
                "outcome": null,
                "source": "Referral",
                "appliedAt": "2026-02-20T09:00:00Z",
                "stageChangedAt": "2026-02-20T09:00:00Z",
                "concludedAt": null,
                "version": 1,
                "externalRecords": [{ "id": "3" }],
            })
        );
    }
}

#[tokio::test]
async fn a_new_stage_is_dated_and_the_same_stage_is_not() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let (person, job) = cast(&sam).await;
        let id = applied(&sam, &person, &job, "2026-02-20T09:00:00Z").await;
        let change = async |stage: &str, at: Option<&str>| {
            let input = json!({ "by": { "id": id }, "stage": stage, "stageChangedAt": at });
            let mut changed = sam.mutate("updateApplication", input, ALL).await;
            changed["application"]["stageChangedAt"].take()
        };

        assert_eq!(change("Applied", None).await, "2026-02-20T09:00:00Z");
        assert_eq!(change("Interview", None).await, "2026-03-02T09:00:00Z");
        app.advance(TimeDelta::hours(1));
        assert_eq!(change("Interview", None).await, "2026-03-02T09:00:00Z");
        let told = Some("2026-03-01T12:00:00Z");
        assert_eq!(change("Offer", told).await, "2026-03-01T12:00:00Z");
        assert_eq!(change("Signed", None).await, "2026-03-02T10:00:00Z");
    }
}

#[tokio::test]
async fn an_outcome_concludes_and_its_removal_reopens() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let (person, job) = cast(&sam).await;
        let id = applied(&sam, &person, &job, "2026-02-20T09:00:00Z").await;
        let change = async |mut input: Value| {
            input["by"] = json!({ "id": id });
            let mut changed = sam.mutate("updateApplication", input, ALL).await;
            let application = changed["application"].take();
            (
                application["outcome"].clone(),
                application["concludedAt"].clone(),
            )
        };

        let hired = change(json!({ "outcome": "HIRED" })).await;
        app.advance(TimeDelta::hours(1));
        let again = change(json!({ "outcome": "HIRED" })).await;
        let reopened = change(json!({ "outcome": null })).await;
        let told = json!({ "outcome": "DECLINED", "concludedAt": "2026-03-01T00:00:00Z" });
        let declined = change(told).await;

        assert_eq!(hired, (json!("HIRED"), json!("2026-03-02T09:00:00Z")));
        assert_eq!(again, hired);
        assert_eq!(reopened, (Value::Null, Value::Null));
        assert_eq!(declined, (json!("DECLINED"), json!("2026-03-01T00:00:00Z")));
    }
}

#[tokio::test]
async fn each_mistake_names_its_field() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let (person, job) = cast(&sam).await;
        let id = applied(&sam, &person, &job, "2026-02-20T09:00:00Z").await;
        let create = |mut input: Value| {
            let named = json!({ "person": { "id": person }, "job": { "id": job } });
            for (field, value) in named.as_object().unwrap() {
                if input.get(field).is_none() {
                    input[field] = value.clone();
                }
            }
            ("createApplication", input)
        };
        let update = |mut input: Value| {
            input["by"] = json!({ "id": id });
            ("updateApplication", input)
        };

        for ((name, input), code, path) in [
            (
                create(json!({ "appliedAt": "2026-03-02T09:06:00Z" })),
                "INVALID",
                "appliedAt",
            ),
            (
                create(json!({ "appliedAt": "2026-03-01T09:00:00Z",
                    "stageChangedAt": "2026-02-01T09:00:00Z" })),
                "INVALID",
                "stageChangedAt",
            ),
            (
                create(json!({ "concludedAt": "2026-03-02T09:00:00Z" })),
                "INVALID",
                "concludedAt",
            ),
            (
                create(json!({ "stage": "s".repeat(201) })),
                "INVALID",
                "stage",
            ),
            (
                create(json!({ "person": { "email": "no@body.example" } })),
                "NOT_FOUND",
                "person",
            ),
            (
                create(json!({ "person": { "id": job } })),
                "INVALID",
                "person",
            ),
            (create(json!({ "job": { "id": person } })), "INVALID", "job"),
            (
                update(json!({ "outcome": "HIRED", "concludedAt": "2026-02-01T09:00:00Z" })),
                "INVALID",
                "concludedAt",
            ),
            (
                update(json!({ "outcome": "HIRED", "concludedAt": null })),
                "INVALID",
                "concludedAt",
            ),
            (
                update(json!({ "version": 4, "stage": "Offer" })),
                "CONFLICT",
                "version",
            ),
        ] {
            let refused = sam.refused(name, input.clone()).await;
            let expected = vec![(code.to_owned(), format!("input.{path}"))];
            assert_eq!(refused, expected, "{input}");
        }
    }
}

#[tokio::test]
async fn applications_stand_newest_first_under_people_and_jobs() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let (person, job) = cast(&sam).await;
        // The same person may apply again, and an import brings the older one later.
        let second = applied(&sam, &person, &job, "2026-02-20T09:00:00Z").await;
        let first = applied(&sam, &person, &job, "2025-02-20T09:00:00Z").await;
        let end = json!({ "by": { "id": first }, "outcome": "NOT_SELECTED" });
        sam.mutate("updateApplication", end, ALL).await;

        let document = "{
            candidates { nodes {
                applications { totalCount nodes { id } }
                running: applications(filter: {concluded: false}) { nodes { id } }
            } }
            jobs { nodes { applications(first: 1) {
                totalCount nodes { id person { name } } pageInfo { hasNextPage } } } }
            }";
        let answer = sam.run(document, json!({})).await;

        let data = &answer.body["data"];
        assert_eq!(
            data["candidates"]["nodes"],
            json!([{
                "applications": { "totalCount": 2, "nodes": [{ "id": second }, { "id": first }] },
                "running": { "nodes": [{ "id": second }] },
            }])
        );
        assert_eq!(
            data["jobs"]["nodes"],
            json!([{ "applications": {
                "totalCount": 2,
                "nodes": [{ "id": second, "person": { "name": "Mo Wren" } }],
                "pageInfo": { "hasNextPage": true },
            } }])
        );
    }
}

#[tokio::test]
async fn the_same_key_makes_one_application() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let (person, job) = cast(&sam).await;
        let input = json!({
            "person": { "id": person }, "job": { "id": job }, "idempotencyKey": "k",
        });

        let first = sam
            .mutate("createApplication", input.clone(), "application { id }")
            .await;
        let second = sam
            .mutate("createApplication", input, "application { id }")
            .await;

        assert_eq!(first, second);
    }
}

#[tokio::test]
async fn a_reader_may_read_and_a_stranger_sees_nothing() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let (person, job) = cast(&sam).await;
        let id = applied(&sam, &person, &job, "2026-02-20T09:00:00Z").await;
        let reader = app.with_scope("rea", "read");
        let stranger = app.stranger();
        let create = json!({ "person": { "id": person }, "job": { "id": job } });
        let change = json!({ "by": { "id": id }, "stage": "Offer" });
        let look = "query ($id: ID!) { application(by: {id: $id}) { stage } node(id: $id) { id } }";

        let seen = reader.query_with(look, json!({ "id": id })).await;
        assert_eq!(seen["application"]["stage"], "Applied");
        assert_eq!(
            reader.denied("createApplication", create.clone()).await,
            "FORBIDDEN"
        );
        assert_eq!(
            reader.denied("updateApplication", change.clone()).await,
            "FORBIDDEN"
        );
        let seen = stranger.query_with(look, json!({ "id": id })).await;
        assert_eq!(seen, json!({ "application": null, "node": null }));
        assert_eq!(
            stranger.refused("createApplication", create).await,
            [("NOT_FOUND".into(), "input.person".into())]
        );
        assert_eq!(
            stranger.refused("updateApplication", change).await,
            [("NOT_FOUND".into(), "input.by".into())]
        );
    }
}
