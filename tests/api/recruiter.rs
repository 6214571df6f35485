//! Recruiters: as their tokens made them, in lists, with the people they look after.

use serde_json::json;

use crate::support::apps;

#[tokio::test]
async fn a_recruiter_appears_with_their_first_token() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");

        let seen = sam
            .query("{ viewer { recruiter { id subject name email createdAt } scopes } }")
            .await;

        let me = &seen["viewer"]["recruiter"];
        assert_eq!(me["subject"], "sam");
        assert_eq!(me["createdAt"], "2026-03-02T09:00:00Z");
        assert_eq!(seen["viewer"]["scopes"], json!(["READ", "WRITE"]));
        let found = sam
            .query_with(
                "query ($id: ID!) { recruiter(by: {id: $id}) { subject } node(id: $id) { id } }",
                json!({ "id": me["id"] }),
            )
            .await;
        assert_eq!(found["recruiter"]["subject"], "sam");
        assert_eq!(found["node"]["id"], me["id"]);
    }
}

#[tokio::test]
async fn recruiters_are_listed_by_name_and_found_by_words() {
    for app in apps().await {
        for subject in ["zed", "Bea", "ann_1", "anna"] {
            app.as_recruiter(subject).query("{ __typename }").await;
            app.as_recruiter(subject)
                .query("{ viewer { scopes } }")
                .await;
        }
        let ann = app.as_recruiter("anna");
        let list = async |arguments: &str| {
            let document = format!(
                "{{ recruiters({arguments}) {{ totalCount nodes {{ subject }}
                    pageInfo {{ endCursor }} }} }}"
            );
            ann.query(&document).await["recruiters"].take()
        };

        let all = list("first: 3").await;
        let end = all["pageInfo"]["endCursor"].as_str().unwrap();
        let rest = list(&format!("after: \"{end}\"")).await;
        let newest = list("first: 1, orderBy: {field: CREATED_AT, direction: DESC}").await;
        let words = list("filter: {text: \"N_1\"}").await;

        assert_eq!(
            all["nodes"],
            json!([{ "subject": "ann_1" }, { "subject": "anna" }, { "subject": "Bea" }])
        );
        assert_eq!(all["totalCount"], 4);
        assert_eq!(rest["nodes"], json!([{ "subject": "zed" }]));
        assert_eq!(newest["nodes"], json!([{ "subject": "anna" }]));
        assert_eq!(words["nodes"], json!([{ "subject": "ann_1" }]));
        let none = list("filter: {email: \"ann@example.com\"}").await;
        assert_eq!(none["totalCount"], 0);
        let nobody = ann
            .query("{ recruiter(by: {email: \"ann@example.com\"}) { id } }")
            .await;
        assert_eq!(nobody["recruiter"], json!(null));
    }
}

#[tokio::test]
async fn people_stand_under_whoever_looks_after_them_longest_untouched_first() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let me = sam.query("{ viewer { recruiter { id } } }").await;
        let me = &me["viewer"]["recruiter"]["id"];
        for (name, owner, touched) in [
            ("Mo Wren", me.clone(), Some("2026-02-01T09:00:00Z")),
            ("Ada Finch", me.clone(), Some("2026-01-01T09:00:00Z")),
            ("Lou Crane", me.clone(), None),
            ("Ida Heron", json!(null), None),
        ] {
            let input = json!({ "name": name, "owner": owner });
            let made = sam
                .mutate("createCandidate", input, "candidate { id }")
                .await;
            if let Some(at) = touched {
                let person = json!([{ "id": made["candidate"]["id"] }]);
                let call = json!({ "people": person, "channel": "CALL", "occurredAt": at });
                sam.mutate("logInteraction", call, "interaction { id }")
                    .await;
            }
        }

        let document = "{ recruiters { nodes { externalRecords { id }
            people(first: 2) { totalCount nodes { name } pageInfo { hasNextPage } }
            contacts: people(hat: CONTACT) { totalCount } } } }";
        let answer = sam.run(document, json!({})).await;

        assert_eq!(
            answer.body["data"]["recruiters"]["nodes"],
            json!([{
                "externalRecords": [],
                "people": {
                    "totalCount": 3,
                    "nodes": [{ "name": "Lou Crane" }, { "name": "Ada Finch" }],
                    "pageInfo": { "hasNextPage": true },
                },
                "contacts": { "totalCount": 0 },
            }])
        );
        // Recruiters, their records, two lists of people and two counts.
        assert_eq!(answer.statements, 6);
    }
}

#[tokio::test]
async fn another_tenant_sees_nobody() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let me = sam.query("{ viewer { recruiter { id } } }").await;
        let stranger = app.stranger();

        let seen = stranger
            .query_with(
                "query ($id: ID!) { recruiter(by: {id: $id}) { id }
                    recruiters { nodes { subject } } }",
                json!({ "id": me["viewer"]["recruiter"]["id"] }),
            )
            .await;

        assert_eq!(
            seen,
            json!({ "recruiter": null, "recruiters": { "nodes": [{ "subject": "stranger" }] } })
        );
    }
}
