//! Interactions: logged, changed, removed, and seen by those who may.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::support::{App, Client, apps};

async fn candidate(client: &Client, name: &str) -> Value {
    let made = client
        .mutate(
            "createCandidate",
            json!({ "name": name }),
            "candidate { id }",
        )
        .await;
    made["candidate"]["id"].clone()
}

/// The recruiter of this name, and their id.
async fn recruiter(app: &App, subject: &str) -> (Client, Value) {
    let client = app.as_recruiter(subject);
    let seen = client.query("{ viewer { recruiter { id } } }").await;
    let id = seen["viewer"]["recruiter"]["id"].clone();
    (client, id)
}

/// What logging it shows of it.
async fn log(client: &Client, input: Value, selection: &str) -> Value {
    let selection = format!("interaction {{ {selection} }}");
    let mut made = client.mutate("logInteraction", input, &selection).await;
    made["interaction"].take()
}

async fn count(client: &Client) -> Value {
    let seen = client.query("{ interactions { totalCount } }").await;
    seen["interactions"]["totalCount"].clone()
}

#[tokio::test]
async fn several_people_and_recruiters_take_part_each_once() {
    for app in apps().await {
        let (sam, me) = recruiter(&app, "sam").await;
        let (_, rae) = recruiter(&app, "rae").await;
        let (ada, bo) = (candidate(&sam, "Ada").await, candidate(&sam, "Bo").await);

        let seen = log(
            &sam,
            json!({
                "people": [{ "id": ada }, { "id": bo }, { "id": ada }],
                "recruiters": [me, rae, me],
                "channel": "MEAL", "durationMinutes": 90,
                "subject": " Lunch ", "body": "They know\r\neach other.",
                "occurredAt": "2026-03-01T12:00:00+01:00",
            }),
            "people { name } recruiters { subject } author { subject } direction outcome
             visibility automated durationMinutes subject body occurredAt version",
        )
        .await;

        let mut named = seen.clone();
        for (list, key) in [("people", "name"), ("recruiters", "subject")] {
            named[list]
                .as_array_mut()
                .unwrap()
                .sort_by_key(|one| one[key].to_string());
        }
        assert_eq!(
            named,
            json!({
                "people": [{ "name": "Ada" }, { "name": "Bo" }],
                "recruiters": [{ "subject": "rae" }, { "subject": "sam" }],
                "author": { "subject": "sam" }, "direction": "MUTUAL", "outcome": "REACHED",
                "visibility": "TEAM", "automated": false, "durationMinutes": 90,
                "subject": "Lunch", "body": "They know\neach other.",
                "occurredAt": "2026-03-01T11:00:00Z", "version": 1,
            })
        );
    }
}

#[tokio::test]
async fn the_direction_follows_from_the_channel_unless_it_is_said() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let ada = candidate(&sam, "Ada").await;
        let people = json!([{ "id": ada }]);

        for channel in [
            "MEETING",
            "MEAL",
            "EVENT",
            "VIDEO_CALL",
            "INTERVIEW",
            "CALL",
        ] {
            let input = json!({ "people": people, "channel": channel });
            let seen = log(&sam, input, "direction").await;
            assert_eq!(seen["direction"], "MUTUAL", "{channel}");
        }
        let note = json!({ "people": people, "channel": "NOTE" });
        assert_eq!(log(&sam, note, "direction").await["direction"], "INTERNAL");
        let missed = json!({ "people": people, "channel": "CALL", "outcome": "NO_ANSWER" });
        assert_eq!(
            log(&sam, missed, "direction").await["direction"],
            "OUTBOUND"
        );
        for channel in ["EMAIL", "TEXT_MESSAGE", "CHAT", "SOCIAL_MESSAGE", "LETTER"] {
            let input = json!({ "people": people, "channel": channel });
            assert_eq!(
                sam.refused("logInteraction", input).await,
                [("INVALID".into(), "input.direction".into())],
                "{channel}"
            );
        }
    }
}

#[tokio::test]
async fn it_happened_between_1900_and_five_minutes_from_now() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let ada = candidate(&sam, "Ada").await;
        let call =
            |at: &str| json!({ "people": [{ "id": ada }], "channel": "CALL", "occurredAt": at });

        for good in ["1900-01-01T00:00:00Z", "2026-03-02T09:05:00Z"] {
            assert_eq!(
                log(&sam, call(good), "occurredAt").await["occurredAt"],
                good
            );
        }
        for bad in ["1899-12-31T23:59:59.999999Z", "2026-03-02T09:05:00.000001Z"] {
            assert_eq!(
                sam.refused("logInteraction", call(bad)).await,
                [("INVALID".into(), "input.occurredAt".into())]
            );
        }
        assert_eq!(count(&sam).await, 2);
    }
}

#[tokio::test]
async fn lists_of_participants_have_their_limits() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let ada = candidate(&sam, "Ada").await;
        let with = |people: Value| json!({ "people": people, "channel": "CALL" });

        let nobody = sam.refused("logInteraction", with(json!([]))).await;
        let crowd = vec![json!({ "id": ada }); 101];
        let crowd = sam.refused("logInteraction", with(json!(crowd))).await;
        let mut input = with(json!([{ "id": ada }]));
        input["recruiters"] = json!([]);
        let unled = sam.refused("logInteraction", input.clone()).await;
        input["recruiters"] = Value::Null;
        input["durationMinutes"] = json!(-1);
        let backwards = sam.refused("logInteraction", input).await;

        let refused = |field: &str| [("INVALID".to_owned(), format!("input.{field}"))];
        assert_eq!(nobody, refused("people"));
        assert_eq!(crowd, refused("people"));
        assert_eq!(unled, refused("recruiters"));
        assert_eq!(backwards, refused("durationMinutes"));
        assert_eq!(count(&sam).await, 0);
    }
}

#[tokio::test]
async fn a_key_logs_once_and_a_record_names_once() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let ada = candidate(&sam, "Ada").await;
        let input = |key: &str, record: &str| {
            json!({ "people": [{ "id": ada }], "channel": "CALL", "idempotencyKey": key,
                    "externalRecords": [{ "system": "ats", "type": "activity", "id": record }] })
        };

        let first = log(&sam, input("k1", "1"), "id").await;
        app.advance(TimeDelta::seconds(5));
        let again = log(&sam, input("k1", "1"), "id").await;
        let other = sam.refused("logInteraction", input("k1", "2")).await;
        let taken = sam.refused("logInteraction", input("k2", "1")).await;
        // A refusal is no first call: the key is still free.
        log(&sam, input("k2", "2"), "id").await;

        assert_eq!(first, again);
        assert_eq!(other[0].0, "IDEMPOTENCY_KEY_REUSED");
        assert_eq!(
            taken,
            [("DUPLICATE".into(), "input.externalRecords.0".into())]
        );
        assert_eq!(count(&sam).await, 2);
        let found = sam
            .query(
                "{ interaction(by: {externalRecord: {system: \"ats\", type: \"activity\", id: \"1\"}})
                   { id } }",
            )
            .await;
        assert_eq!(found["interaction"], first);
    }
}

#[tokio::test]
async fn an_update_changes_what_it_says_and_only_that() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let (ada, bo) = (candidate(&sam, "Ada").await, candidate(&sam, "Bo").await);
        let made = log(
            &sam,
            json!({ "people": [{ "id": ada }], "channel": "EMAIL", "direction": "INBOUND",
                    "subject": "Hello", "body": "Words", "durationMinutes": 3 }),
            "id",
        )
        .await;
        let by = json!({ "id": made["id"] });
        app.advance(TimeDelta::minutes(1));

        let all = "interaction { channel direction subject body durationMinutes version updatedAt
            people { name lastInboundAt } }";
        let same = json!({ "by": by, "version": 1, "subject": "Hello" });
        let same = sam.mutate("updateInteraction", same, all).await;
        let changed = json!({ "by": by, "version": 1, "subject": null, "people": [{ "id": bo }] });
        let changed = sam.mutate("updateInteraction", changed, all).await;
        let late = json!({ "by": by, "version": 1, "body": "Mine" });
        let late = sam.refused("updateInteraction", late).await;
        let spoken = json!({ "by": by, "channel": "CALL" });
        let spoken = sam.mutate("updateInteraction", spoken, all).await;

        assert_eq!(same["interaction"]["version"], 1);
        assert_eq!(same["interaction"]["updatedAt"], "2026-03-02T09:00:00Z");
        let changed = &changed["interaction"];
        assert_eq!(
            (&changed["subject"], &changed["body"]),
            (&Value::Null, &json!("Words"))
        );
        assert_eq!(changed["version"], 2);
        assert_eq!(
            changed["people"],
            json!([{ "name": "Bo", "lastInboundAt": "2026-03-02T09:00:00Z" }])
        );
        assert_eq!(late, [("CONFLICT".into(), "input.version".into())]);
        assert_eq!(spoken["interaction"]["direction"], "MUTUAL");
        let left = sam
            .query_with(
                "query ($id: ID!) { person(by: {id: $id}) { lastInboundAt
                    interactions { totalCount } } }",
                json!({ "id": ada }),
            )
            .await;
        assert_eq!(
            left["person"],
            json!({ "lastInboundAt": null, "interactions": { "totalCount": 0 } })
        );
    }
}

#[tokio::test]
async fn what_is_removed_is_gone_with_its_names() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let ada = candidate(&sam, "Ada").await;
        let input = json!({ "people": [{ "id": ada }], "channel": "CALL",
            "externalRecords": [{ "system": "ats", "type": "activity", "id": "1" }] });
        let made = log(&sam, input.clone(), "id").await;
        let by = json!({ "id": made["id"] });

        let late = json!({ "by": by, "version": 7 });
        let late = sam.refused("removeInteraction", late).await;
        let removed = sam
            .mutate("removeInteraction", json!({ "by": by }), "removedId")
            .await;
        let again = sam.refused("removeInteraction", json!({ "by": by })).await;

        assert_eq!(late, [("CONFLICT".into(), "input.version".into())]);
        assert_eq!(removed["removedId"], made["id"]);
        assert_eq!(again, [("NOT_FOUND".into(), "input.by".into())]);
        let gone = sam
            .query_with(
                "query ($id: ID!) { node(id: $id) { id } interaction(by: {id: $id}) { id } }",
                json!({ "id": made["id"] }),
            )
            .await;
        assert_eq!(gone, json!({ "node": null, "interaction": null }));
        // Its record is free to name another.
        log(&sam, input, "id").await;
    }
}

#[tokio::test]
async fn a_private_one_is_for_its_author_and_for_admins() {
    for app in apps().await {
        let (sam, _) = recruiter(&app, "sam").await;
        let (rae, rae_id) = recruiter(&app, "rae").await;
        let admin = app.with_scope("root", "read admin");
        let ada = candidate(&sam, "Ada").await;
        let record = json!({ "system": "ats", "type": "note", "id": "7" });
        let made = log(
            &sam,
            // Taking part does not open it.
            json!({ "people": [{ "id": ada }], "channel": "EMAIL", "direction": "INBOUND",
                    "visibility": "PRIVATE", "body": "a secret", "recruiters": [rae_id],
                    "externalRecords": [record] }),
            "id",
        )
        .await;
        let id = &made["id"];
        let document = "query ($id: ID!, $ada: ID!, $record: ExternalRecordInput!) {
            node(id: $id) { id } nodes(ids: [$id]) { id }
            interaction(by: {id: $id}) { body }
            named: interaction(by: {externalRecord: $record}) { body }
            interactions { totalCount nodes { body } pageInfo { endCursor } }
            private: interactions(filter: {visibility: PRIVATE}) { totalCount }
            person(by: {id: $ada}) { lastTouchAt lastInboundAt awaitingReplySince turn
                interactions { totalCount nodes { body } } } }";
        let variables = json!({ "id": id, "ada": ada, "record": record });
        let look = async |client: &Client| client.query_with(document, variables.clone()).await;

        let (mine, theirs, all) = (look(&sam).await, look(&rae).await, look(&admin).await);

        assert_eq!(mine["interaction"]["body"], "a secret");
        assert_eq!(mine["interactions"]["totalCount"], 1);
        assert_eq!(all["person"]["interactions"]["totalCount"], 1);
        assert_eq!(all["named"]["body"], "a secret");
        assert_eq!(
            theirs,
            json!({
                "node": null, "nodes": [null], "interaction": null, "named": null,
                "interactions": { "totalCount": 0, "nodes": [], "pageInfo": { "endCursor": null } },
                "private": { "totalCount": 0 },
                "person": { "lastTouchAt": null, "lastInboundAt": null,
                    "awaitingReplySince": null, "turn": "NOBODYS",
                    "interactions": { "totalCount": 0, "nodes": [] } },
            })
        );
        // What is seen of a person is the same for all, so it tells nobody of it.
        assert_eq!(mine["person"]["lastTouchAt"], Value::Null);
    }
}

#[tokio::test]
async fn a_private_one_cannot_be_changed_by_others() {
    for app in apps().await {
        let (sam, _) = recruiter(&app, "sam").await;
        let (rae, _) = recruiter(&app, "rae").await;
        let ada = candidate(&sam, "Ada").await;
        let own = json!({ "system": "ats", "type": "note", "id": "7" });
        let note = json!({ "people": [{ "id": ada }], "channel": "NOTE", "visibility": "PRIVATE",
                           "body": "mine", "externalRecords": [own] });
        let made = log(&sam, note, "id").await;
        let by = json!({ "id": made["id"] });

        let changed = json!({ "by": by, "visibility": "TEAM" });
        let changed = rae.refused("updateInteraction", changed).await;
        let removed = rae.refused("removeInteraction", json!({ "by": by })).await;
        let record = json!({ "system": "ats", "type": "note", "id": "8" });
        let named = json!({ "node": made["id"], "externalRecord": record });
        let named = rae.refused("linkExternalRecord", named).await;
        let unnamed = json!({ "externalRecord": own });
        let unnamed = rae.refused("unlinkExternalRecord", unnamed).await;

        let unknown = |path: &str| [("NOT_FOUND".to_owned(), path.to_owned())];
        assert_eq!(changed, unknown("input.by"));
        assert_eq!(removed, unknown("input.by"));
        assert_eq!(named, unknown("input.node"));
        assert_eq!(unnamed, unknown("input.externalRecord"));
        let opened = json!({ "by": by, "visibility": "TEAM" });
        sam.mutate("updateInteraction", opened, "interaction { id }")
            .await;
        assert_eq!(count(&rae).await, 1);
    }
}

#[tokio::test]
async fn a_page_of_people_with_their_talks_costs_the_same_for_one_as_for_twenty() {
    for app in apps().await {
        let (sam, me) = recruiter(&app, "sam").await;
        let outsider = json!({ "name": "Zed" });
        let outsider = sam
            .mutate("createContact", outsider, "contact { id }")
            .await;
        let mut people = vec![outsider["contact"]["id"].clone()];
        for number in 0..20 {
            let id = candidate(&sam, &format!("Person {number:02}")).await;
            for hour in 0..7 {
                let input = json!({ "people": [{ "id": id }], "channel": "CALL",
                    "recruiters": [me],
                    "occurredAt": format!("2026-03-01T{hour:02}:00:00Z") });
                log(&sam, input, "id").await;
            }
            if let Some(before) = people.last() {
                let input = json!({ "referrer": { "id": before },
                    "referred": { "person": { "id": id } } });
                sam.mutate("recordReferral", input, "referral { id }").await;
            }
            people.push(id);
        }
        let cost = async |first: u32| {
            let document = format!(
                "{{ candidates(first: {first}) {{ nodes {{ name
                    interactions(first: 5) {{ nodes {{ channel recruiters {{ subject }}
                        people {{ name }} }} }}
                    referralsMade(first: 5) {{ nodes {{ status referred {{ name }} }} }}
                    referredBy(first: 5) {{ nodes {{ isCredited referrer {{ name }} }} }} }} }} }}"
            );
            let answer = sam.run(&document, json!({})).await;
            assert!(answer.errors().is_empty(), "{:?}", answer.errors());
            let nodes = answer.body["data"]["candidates"]["nodes"].clone();
            (answer.statements, nodes)
        };

        let (few, _) = cost(1).await;
        let (many, nodes) = cost(20).await;

        assert_eq!(few, many);
        for (number, person) in nodes.as_array().unwrap().iter().enumerate() {
            let talks = person["interactions"]["nodes"].as_array().unwrap();
            assert_eq!(talks.len(), 5);
            assert!(
                talks
                    .iter()
                    .all(|talk| talk["people"] == json!([{ "name": person["name"] }]))
            );
            let referred = &person["referralsMade"]["nodes"][0]["referred"]["name"];
            if number < 19 {
                assert_eq!(referred, &json!(format!("Person {:02}", number + 1)));
            }
        }
    }
}

#[tokio::test]
async fn many_lists_that_are_asked_for_at_once_are_each_answered() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let input = json!({ "name": "Ada", "tags": ["alumni"] });
        let made = sam
            .mutate("createCandidate", input, "candidate { id }")
            .await;
        let ada = &made["candidate"]["id"];
        for subject in ["first", "second", "third"] {
            app.advance(TimeDelta::minutes(1));
            let input = json!({ "people": [{ "id": ada }], "channel": "CALL", "subject": subject });
            sam.mutate("logInteraction", input, "interaction { id }")
                .await;
        }
        // More than go to the database in one statement, and of several kinds.
        let list = |n| format!("l{n}: interactions(first: {n}) {{ nodes {{ subject }} }} ");
        let lists = (1..=40).map(list).collect::<Vec<_>>().concat();
        let query = format!(
            "query ($id: ID!) {{ person(by: {{ id: $id }}) {{ \
             tags referredBy {{ nodes {{ id }} }} emails {{ value }} {lists} }} }}"
        );

        let answer = sam.run(&query, json!({ "id": ada })).await;

        let person = &answer.body["data"]["person"];
        assert_eq!(person["tags"], json!(["alumni"]), "{}", answer.body);
        assert_eq!(person["referredBy"]["nodes"], json!([]));
        let all = ["third", "second", "first"];
        for n in 1..=40_usize {
            let nodes = person[format!("l{n}")]["nodes"].as_array().unwrap();
            let subjects: Vec<_> = nodes.iter().map(|node| &node["subject"]).collect();
            assert_eq!(subjects, all[..n.min(3)], "{n}");
        }
    }
}
