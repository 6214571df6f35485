//! Two people who turn out to be one.

mod ids;
mod race;
mod rows;
mod scene;
mod undo;

use serde_json::{Value, json};

use self::scene::{Scene, merge, person};
use crate::support::{App, apps};

const MOVED: &str = "moved { emails phones tags communities positions externalRecords
    interactions relationships relationshipsDropped referrals referralsHidden promises feedback
    applications jobs snoozes }";

#[tokio::test]
async fn a_dry_run_tells_what_a_merge_does_and_changes_nothing() {
    for app in apps().await {
        let scene = Scene::build(&app).await;
        let Scene {
            sam, ada, finch, ..
        } = &scene;
        let selection = format!(
            "survivor {{ name }} mergedId {MOVED} filled conflicts {{ field kept lost }} \
             undoableUntil"
        );
        let mut input = json!({ "survivor": ada, "merged": finch, "dryRun": true });
        let events = app.event_count().await;

        let told = sam.mutate("mergePeople", input.clone(), &selection).await;
        assert_eq!(app.event_count().await, events);
        assert_eq!(scene.shown(finch, "name").await["name"], "A. Finch");
        input["dryRun"] = json!(false);
        let done = sam.mutate("mergePeople", input, &selection).await;

        assert_eq!(told, done);
        assert_eq!(
            done["moved"],
            json!({
                "emails": 1, "phones": 0, "tags": 1, "communities": 1, "positions": 1,
                "externalRecords": 1, "interactions": 4, "relationships": 2,
                "relationshipsDropped": 2, "referrals": 2, "referralsHidden": 1, "promises": 1,
                "feedback": 1, "applications": 1, "jobs": 1, "snoozes": 1,
            })
        );
        assert_eq!(
            done["filled"],
            json!(["hats", "givenName", "place", "cadenceDays"])
        );
        assert_eq!(
            done["conflicts"],
            json!([
                { "field": "name", "kept": "Ada Finch", "lost": "A. Finch" },
                { "field": "headline", "kept": "Maker", "lost": "Baker" },
            ])
        );
        let by_old_id = json!({ "id": done["mergedId"] });
        assert_eq!(scene.shown(&by_old_id, "name").await["name"], "Ada Finch");
        assert_eq!(done["undoableUntil"], "2026-04-01T09:00:00Z");
    }
}

#[tokio::test]
async fn the_survivor_has_what_both_had() {
    for app in apps().await {
        let scene = Scene::build(&app).await;
        let Scene {
            sam, ada, finch, ..
        } = &scene;

        merge(sam, ada, finch).await;

        let seen = scene
            .shown(
                ada,
                "hats emails { value } tags communities positions { title } place { city }
                 externalRecords { system } interactions { totalCount nodes { people { name } } }
                 relationships { totalCount } referralsMade { totalCount }
                 referredBy { totalCount } promises { totalCount } applications { totalCount }
                 lastInboundAt lastTouchAt awaitingReplySince
                 mergedPeople { name mergedBy { subject } }",
            )
            .await;
        assert_eq!(seen["hats"], json!(["CANDIDATE", "CONTACT"]));
        assert_eq!(
            seen["emails"],
            json!([{ "value": "ada@finch.example" }, { "value": "a.finch@bakery.example" }])
        );
        assert_eq!(seen["tags"], json!(["Bread", "Rust"]));
        assert_eq!(
            seen["positions"],
            json!([{ "title": "Weaver" }, { "title": "Baker" }])
        );
        assert_eq!(seen["place"]["city"], "Cork");
        assert_eq!(seen["interactions"]["totalCount"], 5);
        // Both took part in the meal, and are one.
        let people = list(&seen["interactions"]["nodes"]);
        let meal: Vec<_> = people
            .map(|node| node["people"].as_array().unwrap().len())
            .collect();
        assert_eq!(meal, [2, 1, 1, 1, 1]);
        assert_eq!(seen["relationships"]["totalCount"], 3);
        // Cy had referred both: two claims, both of which survive.
        assert_eq!(seen["referredBy"]["totalCount"], 2);
        assert_eq!(seen["referralsMade"]["totalCount"], 1);
        assert_eq!(seen["promises"]["totalCount"], 1);
        assert_eq!(seen["applications"]["totalCount"], 1);
        assert_eq!(seen["awaitingReplySince"], "2026-02-25T09:00:00Z");
        let merged = list(&seen["mergedPeople"]).map(|merged| merged["name"].clone());
        let merged: Vec<_> = merged.collect();
        assert_eq!(merged, ["A. Finch", "Ada F."]);
        let found = sam
            .query("{ contacts(filter: { text: \"bakery\" }) { nodes { name } } }")
            .await;
        assert_eq!(found["contacts"]["nodes"], json!([{ "name": "Ada Finch" }]));
    }
}

fn list(value: &Value) -> std::slice::Iter<'_, Value> {
    value.as_array().unwrap().iter()
}

#[tokio::test]
async fn who_must_not_be_contacted_under_one_name_must_not_under_the_other() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let (ada, finch) = (person(&sam, "Ada").await, person(&sam, "A. Finch").await);
        let input = json!({ "by": finch, "doNotContact": true, "reason": "Asked us" });
        sam.mutate("setDoNotContact", input, "__typename").await;

        let input = json!({ "survivor": ada, "merged": finch });
        let merged = sam
            .mutate(
                "mergePeople",
                input,
                "filled survivor { doNotContact doNotContactReason nextTouchAt }",
            )
            .await;

        assert_eq!(merged["filled"], json!(["doNotContact"]));
        assert_eq!(
            merged["survivor"],
            json!({ "doNotContact": true, "doNotContactReason": "Asked us", "nextTouchAt": null })
        );
    }
}

#[tokio::test]
async fn what_cannot_be_merged_is_refused() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let (ada, bo) = (person(&sam, "Ada").await, person(&sam, "Bo").await);
        let theirs = person(&app.stranger(), "Theirs").await;
        let cy = person(&sam, "Cy").await;
        merge(&sam, &ada, &cy).await;

        for (survivor, merged, more, expected) in [
            (&ada, &ada, json!({}), ("INVALID", "input.merged")),
            (&ada, &cy, json!({}), ("INVALID", "input.merged")),
            (&ada, &theirs, json!({}), ("NOT_FOUND", "input.merged")),
            (&theirs, &ada, json!({}), ("NOT_FOUND", "input.survivor")),
            (
                &ada,
                &bo,
                json!({ "survivorVersion": 1 }),
                ("CONFLICT", "input.survivorVersion"),
            ),
            (
                &ada,
                &bo,
                json!({ "mergedVersion": 2 }),
                ("CONFLICT", "input.mergedVersion"),
            ),
        ] {
            let mut input = json!({ "survivor": survivor, "merged": merged });
            let more = more.as_object().unwrap().clone();
            input.as_object_mut().unwrap().extend(more);
            let refused = sam.refused("mergePeople", input).await;
            assert_eq!(refused, [(expected.0.to_owned(), expected.1.to_owned())]);
        }
        let reader = app.with_scope("rae", "read");
        let input = json!({ "survivor": ada, "merged": bo });
        assert_eq!(reader.denied("mergePeople", input).await, "FORBIDDEN");
        let input = json!({ "merged": cy["id"] });
        assert_eq!(reader.denied("unmergePeople", input).await, "FORBIDDEN");
    }
}

#[tokio::test]
async fn nobody_merges_their_own_record() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let bo = person(&sam, "Bo").await;
        let input = json!({ "name": "Kim", "emails": [{ "value": "kim@staff.example" }] });
        let kim = sam
            .mutate("createCandidate", input, "candidate { id }")
            .await;
        let kim = json!({ "id": kim["candidate"]["id"] });
        let own = app.with_address(&app.tenant, "kim", "read write", Some("kim@staff.example"));

        for (survivor, merged, field) in [(&kim, &bo, "survivor"), (&bo, &kim, "merged")] {
            let input = json!({ "survivor": survivor, "merged": merged, "dryRun": true });
            let refused = own.refused("mergePeople", input).await;
            assert_eq!(refused, [("INVALID".to_owned(), format!("input.{field}"))]);
        }
    }
}

#[tokio::test]
async fn the_same_key_merges_once() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let (ada, bo) = (person(&sam, "Ada").await, person(&sam, "Bo").await);
        let input = json!({ "survivor": ada, "merged": bo, "idempotencyKey": "m1" });
        let selection = "mergedId undoableUntil survivor { name }";

        let first = sam.mutate("mergePeople", input.clone(), selection).await;
        let again = sam.mutate("mergePeople", input, selection).await;

        assert_eq!(first, again);
    }
}

#[tokio::test]
async fn a_merge_costs_a_fixed_number_of_statements() {
    for app in apps().await {
        let cost = async |talks: usize| {
            let sam = app.as_recruiter("sam");
            let (ada, bo) = (person(&sam, "Ada").await, person(&sam, "Bo").await);
            for _ in 0..talks {
                let input = json!({ "people": [bo], "channel": "CALL" });
                sam.mutate("logInteraction", input, "__typename").await;
            }
            let document = "mutation ($input: MergePeopleInput!) { mergePeople(input: $input) {
                moved { interactions } } }";
            let input = json!({ "input": { "survivor": ada, "merged": bo } });
            let answer = sam.run(document, input).await;
            let moved = &answer.body["data"]["mergePeople"]["moved"]["interactions"];
            assert_eq!(moved, talks);
            answer.statements
        };

        let few = cost(2).await;
        let many = cost(40).await;

        assert_eq!(few, many);
    }
}

/// Where the feed ends now.
async fn end_of_feed(app: &App) -> Value {
    app.feed_settles().await;
    let feed = "{ changes(first: 500) { pageInfo { endCursor } } }";
    app.as_recruiter("rae").query(feed).await["changes"]["pageInfo"]["endCursor"].take()
}

/// What the feed told of people, from a place on.
async fn told(app: &App, after: &Value) -> Vec<Value> {
    app.feed_settles().await;
    let document = "query ($after: String) { changes(after: $after, kinds: [PERSON]) { nodes {
        change nodeId fields mergedInto { id } node { id } } } }";
    let reader = app.as_recruiter("rae");
    let seen = reader.query_with(document, json!({ "after": after })).await;
    list(&seen["changes"]["nodes"]).cloned().collect()
}

#[tokio::test]
async fn the_feed_tells_of_a_merge_and_of_its_undo() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let (ada, bo) = (person(&sam, "Ada").await, person(&sam, "Bo").await);
        let input = json!({ "by": bo, "tags": ["Rust"] });
        sam.mutate("setTags", input, "__typename").await;
        let before = end_of_feed(&app).await;

        merge(&sam, &ada, &bo).await;
        let merged = told(&app, &before).await;
        let after = end_of_feed(&app).await;
        scene::unmerge(&sam, &bo).await;
        let undone = told(&app, &after).await;

        assert_eq!(
            merged,
            [
                json!({ "change": "MERGED", "nodeId": bo["id"], "fields": [], "mergedInto": ada,
                        "node": ada }),
                json!({ "change": "UPDATED", "nodeId": ada["id"], "fields": ["tags"],
                        "mergedInto": null, "node": ada }),
            ]
        );
        let what = |change: &Value| (change["change"].clone(), change["nodeId"].clone());
        let undone: Vec<_> = undone.iter().map(what).collect();
        assert_eq!(
            undone,
            [
                (json!("UNMERGED"), bo["id"].clone()),
                (json!("UPDATED"), ada["id"].clone()),
            ]
        );
    }
}
