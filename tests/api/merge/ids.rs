//! The id of a merged person leads to the survivor wherever an id may be given.

use serde_json::{Value, json};

use super::scene::{Scene, merge, person, unmerge};
use crate::support::apps;

#[tokio::test]
async fn an_old_id_leads_to_the_survivor_through_a_chain_of_merges() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let (ada, bo, cy) = (
            person(&sam, "Ada").await,
            person(&sam, "Bo").await,
            person(&sam, "Cy").await,
        );
        merge(&sam, &bo, &cy).await;
        merge(&sam, &ada, &bo).await;

        let document = "query ($id: ID!, $both: [ID!]!) {
            node(id: $id) { id }
            nodes(ids: $both) { id }
            candidate(by: { id: $id }) { name }
            introductionPath(to: { id: $id }) { reason } }";
        let given = json!({ "id": cy["id"], "both": [bo["id"], cy["id"]] });
        let seen = sam.query_with(document, given).await;

        assert_eq!(seen["node"], ada);
        assert_eq!(seen["nodes"], json!([ada, ada]));
        assert_eq!(seen["candidate"]["name"], "Ada");
        let stranger = app.stranger();
        let theirs = stranger
            .query_with(
                "query ($id: ID!) { node(id: $id) { id } }",
                json!({ "id": cy["id"] }),
            )
            .await;
        assert_eq!(theirs["node"], Value::Null);
    }
}

#[tokio::test]
async fn mutations_take_an_old_id() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let (ada, bo, cy) = (
            person(&sam, "Ada").await,
            person(&sam, "Bo").await,
            person(&sam, "Cy").await,
        );
        merge(&sam, &ada, &bo).await;

        let input = json!({ "people": [ada, bo], "channel": "MEAL" });
        let talk = "interaction { people { name } }";
        let logged = sam.mutate("logInteraction", input, talk).await;
        let input = json!({ "by": bo, "headline": "Maker" });
        sam.mutate("updateCandidate", input, "candidate { id }")
            .await;
        let input = json!({ "person": bo, "kind": "CALL_BACK", "dueAt": "2026-03-09T09:00:00Z" });
        let promised = sam
            .mutate("makePromise", input, "promise { person { name } }")
            .await;
        let input = json!({ "person": cy, "kind": "FRIEND", "other": bo });
        sam.mutate("addRelationship", input, "__typename").await;
        let record = json!({ "system": "ats", "type": "candidate", "id": "9" });
        let input = json!({ "node": bo["id"], "externalRecord": record });
        let linked = sam.mutate("linkExternalRecord", input, "node { id }").await;
        let input = json!({ "referrer": cy, "referred": { "person": bo } });
        sam.mutate("recordReferral", input, "__typename").await;

        assert_eq!(logged["interaction"]["people"], json!([{ "name": "Ada" }]));
        assert_eq!(promised["promise"]["person"]["name"], "Ada");
        assert_eq!(linked["node"], ada);
        let seen = sam
            .query_with(
                "query ($by: PersonBy!) { person(by: $by) { headline
                 relationships { totalCount } referredBy { totalCount }
                 externalRecords { id } } }",
                json!({ "by": ada }),
            )
            .await;
        assert_eq!(
            seen["person"],
            json!({ "headline": "Maker", "relationships": { "totalCount": 1 },
                    "referredBy": { "totalCount": 1 }, "externalRecords": [{ "id": "9" }] })
        );
        let same = json!({ "person": ada, "kind": "FRIEND", "other": bo });
        let refused = sam.refused("addRelationship", same).await;
        assert_eq!(refused[0].0, "INVALID");
    }
}

#[tokio::test]
async fn filters_take_an_old_id_beside_others() {
    for app in apps().await {
        let scene = Scene::build(&app).await;
        let Scene {
            sam,
            ada,
            finch,
            cy,
            ..
        } = &scene;
        merge(sam, ada, finch).await;

        let document = "query ($ids: [ID!]!) {
            interactions(filter: { people: $ids }) { totalCount }
            promises(filter: { people: $ids }) { totalCount }
            feedback(filter: { people: $ids }) { totalCount }
            jobs(filter: { hiringManagers: $ids }) { totalCount }
            made: referrals(filter: { referrers: $ids }) { totalCount }
            received: referrals(filter: { referred: $ids }) { totalCount } }";
        let by_old = sam
            .query_with(document, json!({ "ids": [finch["id"]] }))
            .await;
        let by_new = sam
            .query_with(document, json!({ "ids": [ada["id"]] }))
            .await;
        let with_cy = sam
            .query_with(document, json!({ "ids": [finch["id"], cy["id"]] }))
            .await;

        assert_eq!(by_old, by_new);
        let counts = |seen: &Value| {
            [
                "interactions",
                "promises",
                "feedback",
                "jobs",
                "made",
                "received",
            ]
            .map(|list| seen[list]["totalCount"].as_u64().unwrap())
        };
        assert_eq!(counts(&by_old), [5, 1, 1, 1, 1, 2]);
        assert_eq!(counts(&with_cy), [5, 1, 1, 1, 3, 2]);
    }
}

#[tokio::test]
async fn a_cursor_from_before_a_merge_goes_on() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let mut people = Vec::new();
        for name in ["Ada", "Bo", "Cy", "Dee"] {
            people.push(person(&sam, name).await);
        }
        let document = "query ($after: String) { candidates(first: 2, after: $after,
            orderBy: { field: NAME, direction: ASC }) { nodes { name } pageInfo { endCursor } } }";
        let first = sam.query_with(document, json!({})).await;
        let after = first["candidates"]["pageInfo"]["endCursor"].clone();

        merge(&sam, &people[3], &people[1]).await;

        let next = sam.query_with(document, json!({ "after": after })).await;
        assert_eq!(
            next["candidates"]["nodes"],
            json!([{ "name": "Cy" }, { "name": "Dee" }])
        );
    }
}

#[tokio::test]
async fn a_sync_of_the_merged_person_updates_the_survivor() {
    for app in apps().await {
        let scene = Scene::build(&app).await;
        let Scene {
            sam, ada, finch, ..
        } = &scene;
        merge(sam, ada, finch).await;
        let syncs = app.with_scope("robot", "sync");
        let record = json!({ "system": "crm", "type": "contact", "id": "77",
                             "person": { "tags": ["Synced"] } });
        let talk = json!({ "system": "crm", "type": "note", "id": "5", "interaction": {
            "people": [{ "node": finch["id"] }], "channel": "CALL",
            "occurredAt": "2026-03-01T09:00:00Z" } });

        let input = json!({ "system": "crm", "records": [record, talk] });
        let done = syncs
            .mutate("syncRecords", input, "results { status id } ")
            .await;

        assert_eq!(done["results"][0]["id"], ada["id"], "{done}");
        assert_eq!(done["results"][1]["status"], "CREATED", "{done}");
        let seen = scene
            .shown(ada, "tags interactions(first: 1) { nodes { channel } }")
            .await;
        assert_eq!(seen["tags"], json!(["Bread", "Rust", "Synced"]));
        assert_eq!(
            seen["interactions"]["nodes"],
            json!([{ "channel": "CALL" }])
        );
        let found = scene
            .shown(
                &json!({ "externalRecord": { "system": "crm", "type": "contact", "id": "77" } }),
                "name",
            )
            .await;
        assert_eq!(found["name"], "Ada Finch");
        unmerge(sam, finch).await;
        let found = scene
            .shown(
                &json!({ "externalRecord": { "system": "crm", "type": "contact", "id": "77" } }),
                "name",
            )
            .await;
        assert_eq!(found["name"], "A. Finch");
    }
}
