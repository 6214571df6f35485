//! Undoing a merge, with writes in between.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::scene::{Scene, merge, person, unmerge};
use crate::support::apps;

#[tokio::test]
async fn what_was_added_since_stays_with_the_survivor() {
    for app in apps().await {
        let scene = Scene::build(&app).await;
        let Scene {
            sam,
            ada,
            finch,
            dee,
            ..
        } = &scene;
        merge(sam, ada, finch).await;
        let input = json!({ "people": [finch], "channel": "CALL" });
        sam.mutate("logInteraction", input, "__typename").await;
        let input = json!({ "person": dee, "kind": "MENTOR_OF", "other": ada });
        sam.mutate("addRelationship", input, "__typename").await;
        let input = json!({ "by": ada, "headline": "Master", "givenName": "Adah",
                            "tags": ["Rust", "Bread", "New"] });
        sam.mutate("updateCandidate", input, "__typename").await;

        unmerge(sam, finch).await;

        let selection = "givenName headline place { city } tags hats lastTouchAt
            interactions { totalCount } relationships { nodes { kind { code } } }
            mergedPeople { name }";
        let survivor = scene.shown(ada, selection).await;
        assert_eq!(survivor["givenName"], "Adah");
        assert_eq!(survivor["headline"], "Master");
        assert_eq!(survivor["place"]["city"], Value::Null);
        assert_eq!(survivor["tags"], json!(["New", "Rust"]));
        assert_eq!(survivor["hats"], json!(["CANDIDATE"]));
        assert_eq!(survivor["interactions"]["totalCount"], 3);
        assert_eq!(survivor["lastTouchAt"], "2026-03-02T09:00:00Z");
        assert_eq!(survivor["mergedPeople"], json!([]));
        let back = scene.shown(finch, selection).await;
        assert_eq!(back["givenName"], "Ada");
        assert_eq!(back["headline"], "Baker");
        assert_eq!(back["tags"], json!(["Bread", "rust"]));
        assert_eq!(back["interactions"]["totalCount"], 4);
        assert_eq!(back["lastTouchAt"], "2026-02-25T09:00:00Z");
        assert_eq!(back["mergedPeople"], json!([{ "name": "Ada F." }]));
    }
}

#[tokio::test]
async fn what_went_away_since_does_not_come_back() {
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
        let talks = scene
            .shown(ada, "interactions { nodes { id channel people { id } } }")
            .await;
        let with_cy = |talk: &&Value| talk["people"].as_array().unwrap().len() == 2;
        let talks = talks["interactions"]["nodes"].as_array().unwrap().clone();
        let talk = talks.iter().find(with_cy).unwrap();
        let input = json!({ "by": { "id": talk["id"] }, "people": [cy] });
        sam.mutate("updateInteraction", input, "__typename").await;
        let meal = talks.iter().find(|talk| talk["channel"] == "MEAL").unwrap();
        let input = json!({ "by": { "id": meal["id"] } });
        sam.mutate("removeInteraction", input, "__typename").await;

        unmerge(sam, finch).await;

        let back = scene.shown(finch, "interactions { totalCount }").await;
        assert_eq!(back["interactions"]["totalCount"], 2);
        let seen = scene.shown(cy, "interactions { totalCount }").await;
        assert_eq!(seen["interactions"]["totalCount"], 1);
    }
}

#[tokio::test]
async fn a_merge_is_undone_before_the_one_it_rests_on() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let (ada, bo, cy) = (
            person(&sam, "Ada").await,
            person(&sam, "Bo").await,
            person(&sam, "Cy").await,
        );
        let input = json!({ "people": [cy], "channel": "CALL" });
        sam.mutate("logInteraction", input, "__typename").await;
        merge(&sam, &bo, &cy).await;
        merge(&sam, &ada, &bo).await;

        let early = sam
            .refused("unmergePeople", json!({ "merged": cy["id"] }))
            .await;
        unmerge(&sam, &bo).await;
        let between = sam
            .query_with(
                "query ($id: ID!) { node(id: $id) { id } }",
                json!({ "id": cy["id"] }),
            )
            .await;
        let undone = unmerge(&sam, &cy).await;

        assert_eq!(early, [("INVALID".to_owned(), "input.merged".to_owned())]);
        assert_eq!(between["node"], bo);
        assert_eq!(undone["person"]["name"], "Cy");
        let seen = sam
            .query("{ candidates { nodes { name interactions { totalCount } } } }")
            .await;
        assert_eq!(
            seen["candidates"]["nodes"],
            json!([
                { "name": "Ada", "interactions": { "totalCount": 0 } },
                { "name": "Bo", "interactions": { "totalCount": 0 } },
                { "name": "Cy", "interactions": { "totalCount": 1 } },
            ])
        );
    }
}

#[tokio::test]
async fn after_thirty_days_a_merge_stays() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let (ada, bo) = (person(&sam, "Ada").await, person(&sam, "Bo").await);
        let never = sam
            .refused("unmergePeople", json!({ "merged": bo["id"] }))
            .await;
        merge(&sam, &ada, &bo).await;

        app.advance(TimeDelta::days(30) + TimeDelta::seconds(1));
        let sam = app.as_recruiter("sam");
        let late = sam
            .refused("unmergePeople", json!({ "merged": bo["id"] }))
            .await;
        let seen = sam
            .query_with(
                "query ($by: PersonBy!) { person(by: $by) { name mergedPeople { name } } }",
                json!({ "by": bo }),
            )
            .await;
        let cy = person(&sam, "Cy").await;
        merge(&sam, &ada, &cy).await;
        let later = sam
            .refused("unmergePeople", json!({ "merged": bo["id"] }))
            .await;

        assert_eq!(never, [("NOT_FOUND".to_owned(), "input.merged".to_owned())]);
        assert_eq!(late, [("INVALID".to_owned(), "input.merged".to_owned())]);
        assert_eq!(later, late);
        assert_eq!(
            seen["person"],
            json!({ "name": "Ada", "mergedPeople": [{ "name": null }] })
        );
    }
}

#[tokio::test]
async fn a_stranger_can_neither_merge_nor_undo() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let (ada, bo) = (person(&sam, "Ada").await, person(&sam, "Bo").await);
        merge(&sam, &ada, &bo).await;

        let stranger = app.stranger();
        let refused = stranger
            .refused("unmergePeople", json!({ "merged": bo["id"] }))
            .await;

        assert_eq!(
            refused,
            [("NOT_FOUND".to_owned(), "input.merged".to_owned())]
        );
    }
}
