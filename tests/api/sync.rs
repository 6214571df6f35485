//! Records of other systems: any order, again and again, and what recruiters edited stays.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::support::{App, Client, apps};

const RESULTS: &str = "results { index key { system type id } status id
    userErrors { code path message } waitsFor { kind record { type id } email name } matched }
    counts { created updated unchanged stale deferred rejected deleted resumed }";

fn syncer(app: &App) -> Client {
    app.with_scope("robot", "sync")
}

async fn sync(client: &Client, records: Value) -> Value {
    let input = json!({ "system": "ats", "records": records });
    client.mutate("syncRecords", input, RESULTS).await
}

fn statuses(payload: &Value) -> Vec<String> {
    let results = payload["results"].as_array().unwrap().iter();
    let status = |result: &Value| result["status"].as_str().unwrap().to_owned();
    results.map(status).collect()
}

fn candidate(id: &str, name: &str) -> Value {
    json!({ "type": "candidate", "id": id, "person": { "name": name } })
}

fn of(kind: &str, id: &str) -> Value {
    json!({ "type": kind, "id": id })
}

async fn person(client: &Client, id: &str) -> Value {
    let document = "query ($by: PersonBy!) { person(by: $by) {
        id name headline doNotContact tags emails { value } owner { subject } lastTouchAt
        interactions(first: 10) { totalCount } } }";
    let by =
        json!({ "by": { "externalRecord": { "system": "ats", "type": "candidate", "id": id } } });
    client.query_with(document, by).await["person"].clone()
}

/// An account with one of each kind, every record before what it refers to.
fn account() -> Value {
    json!([
        { "type": "score", "id": "1", "feedback": {
            "person": of("candidate", "1"), "score": 9, "recruiter": of("user", "1"),
            "job": of("job", "1"), "interaction": of("call", "1"),
            "givenAt": "2026-02-20T10:00:00Z" } },
        { "type": "referral", "id": "1", "sourceUpdatedAt": "2026-02-01T00:00:00Z", "referral": {
            "referrer": of("candidate", "2"), "referred": of("candidate", "1"),
            "job": of("job", "1"), "relationshipKind": "COUSIN",
            "referredAt": "2026-01-01T00:00:00Z" } },
        { "type": "tie", "id": "1", "relationship": {
            "person": of("contact", "1"), "other": of("candidate", "2"), "kind": "MANAGER_OF" } },
        { "type": "call", "id": "1", "actor": of("user", "1"), "interaction": {
            "people": [of("candidate", "1")], "channel": "CALL", "job": of("job", "1"),
            "occurredAt": "2026-02-10T10:00:00Z" } },
        { "type": "application", "id": "1", "sourceUpdatedAt": "2026-02-12T00:00:00Z",
          "application": {
            "person": of("candidate", "1"), "job": of("job", "1"), "stage": "Onsite",
            "milestone": "INTERVIEWING", "appliedAt": "2026-01-05T00:00:00Z",
            "changes": [
                { "stage": "Screen", "changedAt": "2026-01-08T00:00:00Z" },
                { "stage": "Onsite", "milestone": "INTERVIEWING",
                  "changedAt": "2026-02-01T00:00:00Z" }] } },
        { "type": "job", "id": "1", "job": {
            "title": "Fitter", "company": of("firm", "1"), "hiringManager": of("contact", "1"),
            "owner": of("user", "1") } },
        { "type": "candidate", "id": "1", "person": {
            "name": "Jo Reed", "emails": [{ "value": "jo@example.com" }], "tags": ["welding"],
            "owner": { "email": "sam@firm.example" },
            "positions": [{ "title": "Welder", "company": of("firm", "1") }] } },
        candidate("2", "Kit Dale"),
        { "type": "contact", "id": "1", "person": { "name": "Max Hill", "hats": ["CONTACT"] } },
        { "type": "firm", "id": "1", "company": { "name": "Hill & Sons" } },
        { "type": "user", "id": "1", "recruiter": {
            "name": "Sam Wren", "email": "sam@firm.example" } },
    ])
}

#[tokio::test]
async fn one_call_takes_every_kind_in_any_order_and_a_second_changes_nothing() {
    for app in apps().await {
        let robot = syncer(&app);

        let first = sync(&robot, account()).await;
        let events = app.event_count().await;
        let again = sync(&robot, account()).await;

        assert_eq!(statuses(&first), vec!["CREATED"; 11], "{first}");
        assert_eq!(statuses(&again), vec!["UNCHANGED"; 11]);
        assert_eq!(app.event_count().await, events);
        let jo = person(&robot, "1").await;
        assert_eq!(jo["lastTouchAt"], "2026-02-10T10:00:00Z");
        assert_eq!(jo["owner"]["subject"], "ats:user:1");
        let referral = robot
            .query("{ referrals { nodes { status referredAt } totalCount } }")
            .await;
        assert_eq!(referral["referrals"]["totalCount"], 1);
        assert_eq!(referral["referrals"]["nodes"][0]["status"], "INTERVIEWING");
    }
}

#[tokio::test]
async fn what_arrives_before_its_parent_waits_for_it() {
    for app in apps().await {
        let robot = syncer(&app);
        let all = account();
        let mut resumed = 0;

        for record in all.as_array().unwrap() {
            let payload = sync(&robot, json!([record])).await;
            assert_eq!(payload["counts"]["rejected"], 0, "{payload}");
            resumed += payload["counts"]["resumed"].as_u64().unwrap();
        }

        let waiting = robot
            .query("{ syncDeferred { totalCount nodes { key { type id } waitsFor { kind } } } }")
            .await;
        assert_eq!(waiting["syncDeferred"]["totalCount"], 0, "{waiting}");
        assert!(resumed >= 6, "{resumed}");
        let again = sync(&robot, all).await;
        assert_eq!(statuses(&again), vec!["UNCHANGED"; 11], "{again}");
        let jo = person(&robot, "1").await;
        assert_eq!(jo["interactions"]["totalCount"], 1);
    }
}

#[tokio::test]
async fn a_row_that_waits_is_listed_with_what_it_waits_for() {
    for app in apps().await {
        let robot = syncer(&app);
        let call = json!({ "type": "call", "id": "9", "interaction": {
            "people": [of("candidate", "7"), { "email": "kit@example.com" }], "channel": "CALL",
            "occurredAt": "2026-02-10T10:00:00Z" } });

        let waits = sync(&robot, json!([call])).await;
        let listed = robot
            .query("{ syncDeferred(system: \"ats\") { nodes { key { type id } waitsFor { kind record { type id } email } } } }")
            .await;
        let half = sync(&robot, json!([candidate("7", "Jo Reed")])).await;
        let mut kit = candidate("8", "Kit Dale");
        kit["person"]["emails"] = json!([{ "value": "KIT@example.com" }]);
        let whole = sync(&robot, json!([kit])).await;

        assert_eq!(statuses(&waits), ["DEFERRED"]);
        assert_eq!(
            listed["syncDeferred"]["nodes"],
            json!([{ "key": of("call", "9"), "waitsFor": [
                { "kind": "PERSON", "record": of("candidate", "7"), "email": null },
                { "kind": "PERSON", "record": null, "email": "kit@example.com" }] }])
        );
        assert_eq!(half["counts"]["resumed"], 0);
        assert_eq!(whole["counts"]["resumed"], 1, "{whole}");
        assert_eq!(person(&robot, "8").await["interactions"]["totalCount"], 1);
    }
}

#[tokio::test]
async fn a_row_that_is_wrong_is_rejected_alone() {
    for app in apps().await {
        let robot = syncer(&app);
        let long = "x".repeat(2 << 20);
        let records = json!([
            candidate("1", "Jo Reed"),
            { "type": "candidate", "id": "2", "person": { "name": 17 } },
            { "type": "candidate", "id": "3", "person": { "name": "Kit", "headline": long } },
            { "type": "candidate", "id": "4", "person": { "name": "Lou", "mood": "glad" } },
            { "type": "candidate", "id": "5" },
            { "type": "candidate", "id": "6", "person": {
                "name": "Max", "emails": [{ "value": "nobody" }] } },
            { "type": "note", "id": "7", "interaction": {
                "people": [of("candidate", "1")], "channel": "SMOKE", "occurredAt": "now" } },
            { "type": "note", "id": "8", "interaction": {
                "people": [{ "node": "x" }], "channel": "NOTE",
                "occurredAt": "2026-02-10T10:00:00Z" } },
            "rubbish",
            { "id": 9, "company": { "name": "Hill" } },
        ]);

        let payload = sync(&robot, records).await;

        let expected: Vec<_> = std::iter::once("CREATED")
            .chain(std::iter::repeat_n("REJECTED", 9))
            .collect();
        assert_eq!(statuses(&payload), expected, "{payload}");
        let path = |index: usize| {
            let path = payload["results"][index]["userErrors"][0]["path"].as_array();
            let parts = path.unwrap().iter().map(|part| part.as_str().unwrap());
            parts.collect::<Vec<_>>().join(".")
        };
        assert_eq!(path(1), "input.records.1.person.name");
        assert_eq!(path(2), "input.records.2.person.headline");
        assert_eq!(path(5), "input.records.5.person.emails.0.value");
        assert_eq!(path(7), "input.records.7.interaction.people.0");
        assert_eq!(payload["counts"]["created"], 1);
    }
}

#[tokio::test]
async fn an_atomic_call_is_all_or_nothing_and_a_dry_run_writes_nothing() {
    for app in apps().await {
        let robot = syncer(&app);
        let wrong = json!({ "type": "candidate", "id": "2", "person": { "name": " " } });
        let records = json!([candidate("1", "Jo Reed"), wrong]);
        let call = |flag: &str| json!({ "system": "ats", "records": records, flag: true });

        let dry = robot.mutate("syncRecords", call("dryRun"), RESULTS).await;
        let atomic = robot.refused("syncRecords", call("atomic")).await;
        let none = robot.query("{ candidates { totalCount } }").await;
        let real = sync(&robot, records.clone()).await;

        assert_eq!(statuses(&dry), ["CREATED", "REJECTED"]);
        assert_eq!(dry["counts"], real["counts"]);
        assert_eq!(dry["results"][0]["id"], Value::Null);
        assert_eq!(atomic, [("INVALID".to_owned(), "input".to_owned())]);
        assert_eq!(none["candidates"]["totalCount"], 0);
        assert_eq!(statuses(&real), ["CREATED", "REJECTED"]);
    }
}

#[tokio::test]
async fn older_news_never_overwrites_newer() {
    for app in apps().await {
        let robot = syncer(&app);
        let at = |name: &str, day: &str| {
            let mut record = candidate("1", name);
            record["sourceUpdatedAt"] = json!(format!("2026-02-{day}T00:00:00Z"));
            record
        };

        sync(&robot, json!([at("Jo Reed", "10")])).await;
        let older = sync(&robot, json!([at("J. Reed", "09")])).await;
        let newer = sync(&robot, json!([at("Jo B. Reed", "11")])).await;
        let twice = sync(&robot, json!([at("Jo C. Reed", "13"), at("Jo", "12")])).await;

        assert_eq!(statuses(&older), ["STALE"]);
        assert_eq!(statuses(&newer), ["UPDATED"]);
        assert_eq!(statuses(&twice), ["UPDATED", "STALE"]);
        assert_eq!(person(&robot, "1").await["name"], "Jo C. Reed");
    }
}

#[tokio::test]
async fn what_was_deleted_stays_deleted() {
    for app in apps().await {
        let robot = syncer(&app);
        sync(&robot, account()).await;
        let gone = |kind: &str, id: &str| json!({ "type": kind, "id": id, "deleted": true });

        let deleted = sync(
            &robot,
            json!([
                gone("candidate", "9"),
                gone("score", "1"),
                gone("call", "1")
            ]),
        )
        .await;
        let again = sync(&robot, json!([gone("call", "1"), candidate("9", "Lou")])).await;
        let revived = sync(&robot, json!([account()[3]])).await;

        assert_eq!(statuses(&deleted), vec!["DELETED"; 3], "{deleted}");
        assert_eq!(statuses(&again), ["UNCHANGED", "STALE"]);
        assert_eq!(statuses(&revived), ["STALE"]);
        let jo = person(&robot, "1").await;
        assert_eq!(jo["interactions"]["totalCount"], 0);
        assert_eq!(jo["lastTouchAt"], Value::Null);
        let kept = sync(&robot, json!([gone("candidate", "1")])).await;
        assert_eq!(statuses(&kept), ["DELETED"]);
        // Jo applied and was referred: that is not forgotten.
        let people = robot.query("{ candidates { totalCount } }").await;
        assert_eq!(people["candidates"]["totalCount"], 2);
    }
}

#[tokio::test]
async fn recruiters_keep_what_they_edited() {
    for app in apps().await {
        let (robot, sam) = (syncer(&app), app.as_recruiter("sam"));
        let says = |headline: &str, emails: &[&str], tags: &[&str]| {
            let emails: Vec<_> = emails
                .iter()
                .map(|value| json!({ "value": value }))
                .collect();
            json!([{ "type": "candidate", "id": "1", "person": {
                "name": "Jo Reed", "headline": headline, "emails": emails, "tags": tags,
                "doNotContact": headline == "Stop", "owner": { "email": "kim@firm.example" } } }])
        };
        let kim =
            json!([{ "type": "user", "id": "1", "recruiter": { "email": "kim@firm.example" } }]);
        sync(&robot, kim).await;
        sync(
            &robot,
            says("Stop", &["a@example.com", "b@example.com"], &["x"]),
        )
        .await;
        let jo = person(&sam, "1").await;
        assert_eq!(jo["owner"]["subject"], "ats:user:1");
        let me = sam.query("{ viewer { recruiter { id } } }").await;
        let edit = json!({
            "by": { "id": jo["id"] }, "headline": "Ours", "tags": ["x", "ours"],
            "emails": [{ "value": "b@example.com" }, { "value": "ours@example.com" }],
            "owner": me["viewer"]["recruiter"]["id"],
        });
        sam.mutate("updateCandidate", edit, "candidate { id }")
            .await;

        let again = sync(
            &robot,
            says(
                "Go",
                &["a@example.com", "b@example.com", "c@example.com"],
                &["y"],
            ),
        )
        .await;

        assert_eq!(statuses(&again), ["UPDATED"]);
        let jo = person(&sam, "1").await;
        assert_eq!(jo["headline"], "Go");
        assert_eq!(jo["owner"]["subject"], "sam");
        assert_eq!(jo["tags"], json!(["ours", "y"]));
        assert_eq!(
            jo["emails"],
            json!([{ "value": "b@example.com" }, { "value": "c@example.com" }, { "value": "ours@example.com" }])
        );
        assert_eq!(jo["doNotContact"], true);
    }
}

#[tokio::test]
async fn a_private_note_is_its_authors_alone() {
    for app in apps().await {
        let robot = syncer(&app);
        let note = json!([
            candidate("1", "Jo Reed"),
            { "type": "note", "id": "1", "actor": of("user", "1"), "interaction": {
                "people": [of("candidate", "1")], "channel": "NOTE", "visibility": "PRIVATE",
                "occurredAt": "2026-02-10T10:00:00Z", "body": "between us" } },
        ]);
        sync(&robot, note).await;
        let kim =
            json!([{ "type": "user", "id": "1", "recruiter": { "email": "Kim@firm.example" } }]);
        let came = sync(&robot, kim).await;

        let tenant = &app.tenant;
        let kim = app.with_address(tenant, "kim", "read", Some("kim@firm.example"));
        let seen = |jo: Value| jo["interactions"]["totalCount"].clone();

        assert_eq!(came["counts"]["resumed"], 1);
        assert_eq!(seen(person(&kim, "1").await), 1);
        assert_eq!(seen(person(&robot, "1").await), 0);
        assert_eq!(seen(person(&app.as_recruiter("sam"), "1").await), 0);
        let people = kim.query("{ recruiters { nodes { subject } } }").await;
        assert_eq!(people["recruiters"]["nodes"].as_array().unwrap().len(), 3);
    }
}

#[tokio::test]
async fn a_renamed_record_gets_another_name_not_another_node() {
    for app in apps().await {
        let robot = syncer(&app);
        sync(&robot, json!([candidate("old", "Jo Reed")])).await;
        let mut renamed = candidate("new", "Jo Reed");
        renamed["aliases"] = json!([of("candidate", "old")]);

        let first = sync(&robot, json!([renamed])).await;
        let again = sync(&robot, json!([renamed])).await;
        let two = sync(&robot, json!([candidate("other", "Kit")])).await;
        let mut taken = candidate("other", "Kit");
        taken["aliases"] = json!([of("candidate", "new")]);
        let refused = sync(&robot, json!([taken])).await;

        assert_eq!(statuses(&first), ["UPDATED"]);
        assert_eq!(statuses(&again), ["UNCHANGED"]);
        assert_eq!(person(&robot, "old").await, person(&robot, "new").await);
        assert_eq!(statuses(&two), ["CREATED"]);
        assert_eq!(refused["results"][0]["userErrors"][0]["code"], "DUPLICATE");
    }
}

#[tokio::test]
async fn a_repeat_under_one_key_is_answered_as_the_first_time() {
    for app in apps().await {
        let robot = syncer(&app);
        let call = |name: &str| json!({ "system": "ats", "records": [candidate("1", name)], "idempotencyKey": "k" });

        let first = robot.mutate("syncRecords", call("Jo Reed"), RESULTS).await;
        let repeat = robot.mutate("syncRecords", call("Jo Reed"), RESULTS).await;
        let other = robot.refused("syncRecords", call("Kit")).await;

        assert_eq!(statuses(&first), ["CREATED"]);
        assert_eq!(first, repeat);
        let path = "input.idempotencyKey".to_owned();
        assert_eq!(other, [("IDEMPOTENCY_KEY_REUSED".to_owned(), path)]);
    }
}

#[tokio::test]
async fn a_listing_says_what_is_gone_only_when_it_is_complete() {
    for app in apps().await {
        let robot = syncer(&app);
        let all: Vec<_> = (0..20)
            .map(|n| candidate(&n.to_string(), "Jo Reed"))
            .collect();
        sync(&robot, json!(all)).await;
        let begin = || {
            robot.mutate(
                "beginSnapshot",
                json!({ "system": "ats", "type": "candidate" }),
                "snapshot { id }",
            )
        };
        let broken_off = begin().await["snapshot"]["id"].clone();
        let id = begin().await["snapshot"]["id"].clone();
        app.advance(TimeDelta::minutes(1));

        sync(&robot, json!(all[..15])).await;
        let too_many = robot
            .refused("completeSnapshot", json!({ "snapshot": id }))
            .await;
        sync(&robot, json!(all[15..19])).await;
        let done = robot
            .mutate("completeSnapshot", json!({ "snapshot": id }), "known gone")
            .await;
        let closed = robot
            .refused("completeSnapshot", json!({ "snapshot": broken_off }))
            .await;

        assert_eq!(
            too_many,
            [("INVALID".to_owned(), "input.mostGonePercent".to_owned())]
        );
        assert_eq!(done, json!({ "known": 20, "gone": 1, "userErrors": null }));
        assert_eq!(
            closed,
            [("CONFLICT".to_owned(), "input.snapshot".to_owned())]
        );
        assert_eq!(statuses(&sync(&robot, json!([all[19]])).await), ["STALE"]);
        assert_eq!(
            statuses(&sync(&robot, json!([all[18]])).await),
            ["UNCHANGED"]
        );
    }
}

#[tokio::test]
async fn a_call_costs_the_same_statements_for_ten_records_and_for_five_hundred() {
    for app in apps().await {
        let robot = syncer(&app);
        let document = "mutation ($input: SyncRecordsInput!) {
            syncRecords(input: $input) { counts { created updated unchanged rejected deferred } } }";
        let records = |system: &str, times: usize| {
            let mut all = Vec::new();
            for time in 0..times {
                for record in account().as_array().unwrap() {
                    let text = record
                        .to_string()
                        .replace("\"id\":\"", &format!("\"id\":\"{time}-"));
                    let text = text.replace('@', &format!("{time}.{system}@"));
                    all.push(serde_json::from_str::<Value>(&text).unwrap());
                }
            }
            json!({ "input": { "system": system, "records": all } })
        };

        let few = robot.run(document, records("few", 1)).await;
        let many = robot.run(document, records("many", 45)).await;
        let few_again = robot.run(document, records("few", 1)).await;
        let many_again = robot.run(document, records("many", 45)).await;

        let count =
            |answer: &crate::support::Answer| answer.body["data"]["syncRecords"]["counts"].clone();
        assert_eq!(count(&many)["created"], 495, "{:?}", many.body);
        assert_eq!(count(&many_again)["unchanged"], 495);
        assert_eq!(few.statements, many.statements);
        assert_eq!(few_again.statements, many_again.statements);
    }
}

#[tokio::test]
async fn two_tenants_never_meet() {
    for app in apps().await {
        let (robot, stranger) = (syncer(&app), app.stranger());
        sync(&robot, account()).await;
        let call = account()[3].clone();

        let waits = sync(&stranger, json!([call])).await;

        assert_eq!(statuses(&waits), ["DEFERRED"]);
        let here = robot.query("{ syncDeferred { totalCount } }").await;
        assert_eq!(here["syncDeferred"]["totalCount"], 0);
    }
}
