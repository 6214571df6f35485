//! Jobs: made, changed, found, under their companies and with their applications.

use serde_json::{Value, json};

use crate::support::{Client, apps};

async fn made(client: &Client, name: &str, noun: &str, input: Value) -> Value {
    let selection = format!("{noun} {{ id }}");
    client.mutate(name, input, &selection).await[noun]["id"].take()
}

async fn titles(client: &Client, arguments: &str) -> Vec<Value> {
    let document = format!("{{ jobs(first: 50 {arguments}) {{ nodes {{ title }} }} }}");
    let data = client.query(&document).await;
    let nodes = data["jobs"]["nodes"].as_array().unwrap().clone();
    nodes
        .into_iter()
        .map(|mut node| node["title"].take())
        .collect()
}

#[tokio::test]
async fn what_is_said_of_a_job_is_read_back() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let me = sam.query("{ viewer { recruiter { id } } }").await;
        let record = json!({ "system": "ats", "type": "client", "id": "7" });
        let company = json!({ "name": "Larkspur", "externalRecords": [record] });
        made(&sam, "createCompany", "company", company).await;
        let manager =
            json!({ "name": "Ada Finch", "emails": [{ "value": "ada@larkspur.example" }] });
        let manager = made(&sam, "createContact", "contact", manager).await;
        let input = json!({
            "title": "Instrument maker",
            "company": { "externalRecord": record },
            "hiringManager": { "email": "Ada@Larkspur.example" },
            "owner": me["viewer"]["recruiter"]["id"],
            "place": { "city": "Galway" },
            "openedOn": "2026-02-01",
            "externalRecords": [{ "system": "ats", "type": "job", "id": "12" }],
        });

        let selection = "job { title status company { name } hiringManager { id } owner { subject }
            place { city } openedOn closedOn version externalRecords { type id } }";
        let made = sam.mutate("createJob", input, selection).await;

        assert_eq!(
            made["job"],
            json!({
                "title": "Instrument maker",
                "status": "OPEN",
                "company": { "name": "Larkspur" },
                "hiringManager": { "id": manager },
                "owner": { "subject": "sam" },
                "place": { "city": "Galway" },
                "openedOn": "2026-02-01",
                "closedOn": null,
                "version": 1,
                "externalRecords": [{ "type": "job", "id": "12" }],
            })
        );
        let closed = json!({
            "by": { "externalRecord": { "system": "ats", "type": "job", "id": "12" } },
            "status": "FILLED", "closedOn": "2026-03-01", "hiringManager": null,
        });
        let selection =
            "job { title status closedOn hiringManager { id } company { name } version }";
        let closed = sam.mutate("updateJob", closed, selection).await;
        assert_eq!(
            closed["job"],
            json!({
                "title": "Instrument maker", "status": "FILLED", "closedOn": "2026-03-01",
                "hiringManager": null, "company": { "name": "Larkspur" }, "version": 2,
            })
        );
    }
}

#[tokio::test]
async fn each_mistake_names_its_field() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let job = json!({ "title": "Maker", "openedOn": "2026-02-01" });
        let id = made(&sam, "createJob", "job", job).await;
        let nothing = json!({ "externalRecord": { "system": "a", "type": "b", "id": "c" } });

        for (name, input, code, path) in [
            ("createJob", json!({ "title": "" }), "INVALID", "title"),
            (
                "createJob",
                json!({ "title": "A", "openedOn": "2026-02-02", "closedOn": "2026-02-01" }),
                "INVALID",
                "closedOn",
            ),
            (
                "createJob",
                json!({ "title": "A", "openedOn": "1066-10-14" }),
                "INVALID",
                "openedOn",
            ),
            (
                "createJob",
                json!({ "title": "A", "company": { "id": id } }),
                "INVALID",
                "company",
            ),
            (
                "createJob",
                json!({ "title": "A", "company": nothing }),
                "NOT_FOUND",
                "company",
            ),
            (
                "createJob",
                json!({ "title": "A", "hiringManager": { "email": "no@body.example" } }),
                "NOT_FOUND",
                "hiringManager",
            ),
            (
                "updateJob",
                json!({ "by": { "id": id }, "closedOn": "2026-01-31" }),
                "INVALID",
                "closedOn",
            ),
            (
                "updateJob",
                json!({ "by": { "id": id }, "version": 2 }),
                "CONFLICT",
                "version",
            ),
            ("updateJob", json!({ "by": nothing }), "NOT_FOUND", "by"),
        ] {
            let refused = sam.refused(name, input.clone()).await;
            let expected = vec![(code.to_owned(), format!("input.{path}"))];
            assert_eq!(refused, expected, "{input}");
        }
        assert_eq!(titles(&sam, "").await, ["Maker"]);
    }
}

#[tokio::test]
async fn jobs_are_found_by_what_they_have() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let larkspur = json!({ "name": "Larkspur" });
        let company = made(&sam, "createCompany", "company", larkspur).await;
        let manager = json!({ "name": "Ada Finch" });
        let manager = made(&sam, "createContact", "contact", manager).await;
        for (title, status, company, manager) in [
            ("Maker", "OPEN", json!({ "id": company }), Value::Null),
            ("Mender", "FILLED", json!({ "id": company }), Value::Null),
            ("Tuner", "OPEN", Value::Null, json!({ "id": manager })),
        ] {
            let input = json!({
                "title": title, "status": status, "company": company, "hiringManager": manager,
            });
            made(&sam, "createJob", "job", input).await;
        }

        for (arguments, expected) in [
            (
                "orderBy: {field: TITLE, direction: DESC}".to_owned(),
                vec!["Tuner", "Mender", "Maker"],
            ),
            ("filter: {text: \"m\"}".to_owned(), vec!["Maker", "Mender"]),
            (
                "filter: {statuses: [OPEN]}".to_owned(),
                vec!["Maker", "Tuner"],
            ),
            ("filter: {statuses: []}".to_owned(), vec![]),
            (
                format!("filter: {{companies: [{company}], statuses: [FILLED]}}"),
                vec!["Mender"],
            ),
            (
                format!("filter: {{hiringManagers: [{manager}]}}"),
                vec!["Tuner"],
            ),
            (
                "filter: {createdSince: \"2026-03-02T09:00:00Z\"}, orderBy: {field: CREATED_AT}"
                    .to_owned(),
                vec!["Maker", "Mender", "Tuner"],
            ),
        ] {
            assert_eq!(titles(&sam, &arguments).await, expected, "{arguments}");
        }
        let document = "{ companies { nodes { jobs(first: 1) { totalCount nodes { title
            company { name } hiringManager { name } applications { totalCount nodes { id } } } }
            open: jobs(filter: {statuses: [OPEN]}) { nodes { title } } } } }";
        let answer = sam.run(document, json!({})).await;
        assert_eq!(
            answer.body["data"]["companies"]["nodes"],
            json!([{
                "jobs": { "totalCount": 2, "nodes": [{
                    "title": "Mender",
                    "company": { "name": "Larkspur" },
                    "hiringManager": null,
                    "applications": { "totalCount": 0, "nodes": [] },
                }] },
                "open": { "nodes": [{ "title": "Maker" }] },
            }])
        );
        // Companies, two lists of jobs and a count, the jobs' company, applications and a count.
        assert_eq!(answer.statements, 7);
    }
}

#[tokio::test]
async fn an_interaction_tells_the_job_it_was_about() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let job = made(&sam, "createJob", "job", json!({ "title": "Maker" })).await;
        let person = json!({ "name": "Mo Wren" });
        let person = made(&sam, "createCandidate", "candidate", person).await;
        let input = json!({
            "people": [{ "id": person }], "channel": "CALL", "job": { "id": job },
        });

        let logged = sam
            .mutate("logInteraction", input, "interaction { job { title } }")
            .await;

        assert_eq!(logged["interaction"]["job"]["title"], "Maker");
    }
}

#[tokio::test]
async fn a_reader_may_read_and_a_stranger_sees_nothing() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let id = made(&sam, "createJob", "job", json!({ "title": "Maker" })).await;
        let company = made(&sam, "createCompany", "company", json!({ "name": "L" })).await;
        let person = made(&sam, "createContact", "contact", json!({ "name": "A" })).await;
        let me = sam.query("{ viewer { recruiter { id } } }").await;
        let reader = app.with_scope("rea", "read");
        let stranger = app.stranger();
        let change = json!({ "by": { "id": id }, "title": "Mine" });

        assert_eq!(titles(&reader, "").await, ["Maker"]);
        let create = json!({ "title": "A" });
        assert_eq!(reader.denied("createJob", create).await, "FORBIDDEN");
        assert_eq!(
            reader.denied("updateJob", change.clone()).await,
            "FORBIDDEN"
        );
        assert_eq!(titles(&stranger, "").await, Vec::<Value>::new());
        assert_eq!(
            stranger.refused("updateJob", change).await,
            [("NOT_FOUND".into(), "input.by".into())]
        );
        for (field, value) in [
            ("company", json!({ "id": company })),
            ("hiringManager", json!({ "id": person })),
            ("owner", me["viewer"]["recruiter"]["id"].clone()),
        ] {
            let input = json!({ "title": "Mine", field: value });
            assert_eq!(
                stranger.refused("createJob", input).await,
                [("NOT_FOUND".into(), format!("input.{field}"))]
            );
        }
        let filter = format!("filter: {{companies: [{company}]}}");
        assert_eq!(titles(&stranger, &filter).await, Vec::<Value>::new());
    }
}
