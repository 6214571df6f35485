//! The network of a person: who is near, how to get an introduction, and who was let down nearby.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, EntityTrait, IntoActiveModel};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{App, Client, apps};

async fn candidate(client: &Client, name: &str) -> String {
    let input = json!({ "name": name });
    let made = client
        .mutate("createCandidate", input, "candidate { id }")
        .await;
    made["candidate"]["id"].as_str().unwrap().to_owned()
}

async fn candidates<const N: usize>(client: &Client, names: [&str; N]) -> [String; N] {
    let mut ids = Vec::new();
    for name in names {
        ids.push(candidate(client, name).await);
    }
    ids.try_into().unwrap()
}

async fn tie(client: &Client, person: &str, kind: &str, other: &str) -> String {
    let input = json!({ "person": { "id": person }, "kind": kind, "other": { "id": other } });
    let made = client
        .mutate("addRelationship", input, "relationship { id }")
        .await;
    made["relationship"]["id"].as_str().unwrap().to_owned()
}

async fn refer(client: &Client, from: &str, to: &str) {
    let input = json!({
        "referrer": { "id": from }, "referred": { "person": { "id": to } },
        "relationshipKind": "FRIEND",
    });
    client.mutate("recordReferral", input, "created").await;
}

async fn touch(client: &Client, person: &str, fields: Value) {
    let mut input = json!({
        "people": [{ "id": person }], "channel": "MEAL", "occurredAt": "2026-02-01T12:00:00Z",
    });
    if let (Value::Object(input), Value::Object(fields)) = (&mut input, fields) {
        input.extend(fields);
    }
    client
        .mutate("logInteraction", input, "interaction { id }")
        .await;
}

/// The row behind an id.
fn row_of(id: &str) -> Uuid {
    use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(id).unwrap();
    Uuid::from_slice(&bytes[1..]).unwrap()
}

/// What is stored of a person, of whatever tenant.
#[expect(clippy::disallowed_methods, reason = "a test looks behind the API")]
async fn stored(app: &App, id: &str) -> entity::person::Model {
    use sea_orm::{ColumnTrait, QueryFilter};
    let rows = entity::person::Entity::find().filter(entity::person::Column::Id.eq(row_of(id)));
    rows.one(app.database.reader()).await.unwrap().unwrap()
}

/// A person with thousands of ties, written behind the API; the first of them that were tied.
async fn hub(app: &App, hub: &str, ties: usize) -> Vec<Uuid> {
    let hub = stored(app, hub).await;
    let people: Vec<_> = (0..ties)
        .map(|index| entity::person::Model {
            id: Uuid::now_v7(),
            name: format!("Spoke {index}"),
            name_key: format!("spoke {index}"),
            ..hub.clone()
        })
        .collect();
    let edges = people.iter().map(|person| entity::relationship::Model {
        tenant_id: hub.tenant_id,
        id: Uuid::now_v7(),
        person_id: hub.id,
        other_id: person.id,
        kind: "FRIEND".to_owned(),
        since: None,
        until: None,
        ended: false,
        note: None,
        version: 1,
        created_at: hub.created_at,
        updated_at: hub.created_at,
    });
    let edges: Vec<_> = edges.map(IntoActiveModel::into_active_model).collect();
    let ids = people.iter().map(|person| person.id).collect();
    let writer = app.database.writer();
    for some in people.chunks(500) {
        let rows = some.iter().cloned().map(IntoActiveModel::into_active_model);
        let rows: Vec<entity::person::ActiveModel> = rows.collect();
        entity::person::Entity::insert_many(rows)
            .exec_without_returning(writer)
            .await
            .unwrap();
    }
    for some in edges.chunks(500) {
        entity::relationship::Entity::insert_many(some.to_vec())
            .exec_without_returning(writer)
            .await
            .unwrap();
    }
    ids
}

/// Names, distances, and by which ties from whom.
async fn network(client: &Client, person: &str, depth: i32) -> (Value, u64) {
    let document = "query ($id: ID!, $depth: Int!) { person(by: { id: $id }) {
        reach(depth: $depth) { count isTruncated byDistance { distance count } }
        network(depth: $depth) { count isTruncated people(first: 100) {
            distance person { name } ties { type kind { code } from { name } to { name }
                relationship { isEnded } referral { status } } } } } }";
    let answer = client
        .run(document, json!({ "id": person, "depth": depth }))
        .await;
    assert_eq!(answer.errors(), &[] as &[Value]);
    (answer.body["data"]["person"].clone(), answer.statements)
}

fn names(people: &Value) -> Vec<(String, i64)> {
    let people = people.as_array().unwrap().iter();
    people
        .map(|found| {
            let name = found["person"]["name"].as_str().unwrap().to_owned();
            (name, found["distance"].as_i64().unwrap())
        })
        .collect()
}

fn near(people: &[(&str, i64)]) -> Vec<(String, i64)> {
    let people = people.iter();
    people
        .map(|(name, distance)| ((*name).to_owned(), *distance))
        .collect()
}

#[tokio::test]
async fn a_network_has_each_person_once_and_as_near_as_they_are() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let [jo, kit, lou, max, ned] = candidates(&sam, ["Jo", "Kit", "Lou", "Max", "Ned"]).await;
        tie(&sam, &jo, "REPORTS_TO", &kit).await;
        let ended = tie(&sam, &kit, "FRIEND", &lou).await;
        let end = json!({ "by": { "id": ended } });
        sam.mutate("endRelationship", end, "relationship { id }")
            .await;
        refer(&sam, &max, &lou).await;
        // A circle, and a longer way round.
        tie(&sam, &max, "FRIEND", &jo).await;
        tie(&sam, &max, "FRIEND", &ned).await;
        touch(&sam, &kit, json!({})).await;

        let (one, _) = network(&sam, &jo, 1).await;
        let (two, _) = network(&sam, &jo, 2).await;
        let (four, _) = network(&sam, &jo, 4).await;

        let people = names(&one["network"]["people"]);
        assert_eq!(people, near(&[("Kit", 1), ("Max", 1)]));
        let mut people = names(&two["network"]["people"]);
        assert_eq!(people[..2], near(&[("Kit", 1), ("Max", 1)]));
        people.sort();
        assert_eq!(
            people,
            near(&[("Kit", 1), ("Lou", 2), ("Max", 1), ("Ned", 2)])
        );
        assert_eq!(four["network"], two["network"]);
        let reach = json!({
            "count": 4, "isTruncated": false,
            "byDistance": [{ "distance": 1, "count": 2 }, { "distance": 2, "count": 2 }],
        });
        assert_eq!(two["reach"], reach);
        let people = two["network"]["people"].as_array().unwrap();
        let by = |name: &str| {
            let found = people.iter().find(|found| found["person"]["name"] == name);
            found.unwrap()["ties"].clone()
        };
        assert_eq!(
            by("Kit"),
            json!([{ "type": "RELATIONSHIP", "kind": { "code": "REPORTS_TO" },
                "from": { "name": "Jo" }, "to": { "name": "Kit" },
                "relationship": { "isEnded": false }, "referral": null }])
        );
        // Over Kit by a friendship that has ended, and over Max as a friend whom he referred.
        let lou = by("Lou");
        let lou = lou.as_array().unwrap();
        assert_eq!(lou.len(), 3);
        assert!(lou.iter().any(|tie| tie["relationship"]["isEnded"] == true));
        let referral = lou.iter().find(|tie| tie["type"] == "REFERRAL").unwrap();
        assert_eq!(referral["from"]["name"], "Max");
        assert_eq!(referral["kind"]["code"], "FRIEND");
        assert_eq!(referral["referral"]["status"], "RECEIVED");
    }
}

#[tokio::test]
async fn a_hub_is_cut_and_says_so_and_costs_no_more_statements() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let [jo, kit] = candidates(&sam, ["Jo", "Kit"]).await;
        tie(&sam, &jo, "FRIEND", &kit).await;
        let (_, small) = network(&sam, &jo, 2).await;
        hub(&app, &kit, 5_000).await;

        let (from_hub, _) = network(&sam, &kit, 1).await;
        let (from_jo, large) = network(&sam, &jo, 4).await;

        for found in [&from_hub, &from_jo] {
            assert_eq!(found["network"]["count"], 1_000);
            assert_eq!(found["network"]["isTruncated"], true);
            assert_eq!(found["reach"]["isTruncated"], true);
            let people = found["network"]["people"].as_array().unwrap();
            assert_eq!(people.len(), 100);
        }
        assert_eq!(
            from_jo["reach"]["byDistance"],
            json!([{ "distance": 1, "count": 1 }, { "distance": 2, "count": 999 }])
        );
        let all = "query ($id: ID!) { person(by: { id: $id }) { network(depth: 1) {
            people(first: 1000) { person { name } } } } }";
        let all = sam.query_with(all, json!({ "id": kit })).await;
        let people = all["person"]["network"]["people"].as_array().unwrap();
        let unique: std::collections::HashSet<_> = people.iter().map(Value::to_string).collect();
        assert_eq!(unique.len(), 1_000);
        // The person, two steps, then relationships and people; kinds are built in.
        assert!(large <= small, "{large} after {small}");
    }
}

#[tokio::test]
async fn the_networks_of_many_people_cost_as_many_statements_as_that_of_one() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let mut people = Vec::new();
        for index in 0..8 {
            people.push(candidate(&sam, &format!("Link {index}")).await);
        }
        for pair in people.windows(2) {
            tie(&sam, &pair[0], "FRIEND", &pair[1]).await;
        }
        let document = "query ($first: Int!) { candidates(first: $first) { nodes {
            reach(depth: 3) { count } network(depth: 3) { people(first: 5) { person { name }
                ties { kind { code } } } } letDownNearby(depth: 3) { count } } } }";

        let one = sam.run(document, json!({ "first": 1 })).await;
        let all = sam.run(document, json!({ "first": 8 })).await;

        assert_eq!(all.errors(), &[] as &[Value]);
        assert_eq!(one.statements, all.statements);
        let nodes = all.body["data"]["candidates"]["nodes"].as_array().unwrap();
        let counts: Vec<_> = nodes
            .iter()
            .map(|node| node["reach"]["count"].clone())
            .collect();
        assert_eq!(counts, [3, 4, 5, 6, 6, 5, 4, 3]);
    }
}

const PATH: &str = "query ($to: PersonBy!, $from: PersonBy) {
    introductionPath(to: $to, from: $from) { outcome reason length steps {
        person { name } touchedByYouAt lastTouchAt ties { type kind { code } from { name } } } } }";

async fn path(client: &Client, to: &str, from: Option<&str>) -> Value {
    let from = from.map(|id| json!({ "id": id }));
    let given = json!({ "to": { "id": to }, "from": from });
    client.query_with(PATH, given).await["introductionPath"].clone()
}

fn way(path: &Value) -> Vec<&str> {
    let steps = path["steps"].as_array().unwrap().iter();
    steps
        .map(|step| step["person"]["name"].as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn an_introduction_begins_with_whom_you_touched_last() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let people = ["Ada", "Bea", "Cal", "Dan", "Eve", "Far"];
        let [ada, bea, cal, dan, eve, far] = candidates(&sam, people).await;
        for (one, other) in [(&ada, &cal), (&bea, &cal), (&cal, &dan), (&eve, &ada)] {
            tie(&sam, one, "FORMER_COLLEAGUE", other).await;
        }
        touch(&sam, &ada, json!({ "occurredAt": "2026-01-10T12:00:00Z" })).await;
        touch(&sam, &bea, json!({ "occurredAt": "2026-01-20T12:00:00Z" })).await;

        let to_dan = path(&sam, &dan, None).await;
        let to_bea = path(&sam, &bea, None).await;
        let to_far = path(&sam, &far, None).await;
        let from_eve = path(&sam, &dan, Some(&eve)).await;
        let of_robin = path(&app.as_recruiter("robin"), &dan, None).await;

        assert_eq!(to_dan["outcome"], "FOUND");
        assert_eq!(to_dan["length"], 2);
        assert_eq!(
            to_dan["reason"],
            "2 ties from somebody you touched on 2026-01-20"
        );
        assert_eq!(way(&to_dan), ["Bea", "Cal", "Dan"]);
        let steps = &to_dan["steps"];
        assert_eq!(steps[0]["touchedByYouAt"], "2026-01-20T12:00:00Z");
        assert_eq!(steps[0]["lastTouchAt"], "2026-01-20T12:00:00Z");
        assert_eq!(steps[1]["lastTouchAt"], Value::Null);
        assert_eq!(
            steps[1]["ties"],
            json!([{ "type": "RELATIONSHIP", "kind": { "code": "FORMER_COLLEAGUE" },
                "from": { "name": "Bea" } }])
        );
        assert_eq!(to_bea["outcome"], "ALREADY_TOUCHED");
        assert_eq!(
            (to_bea["length"].as_i64(), way(&to_bea)),
            (Some(0), vec!["Bea"])
        );
        assert_eq!(to_far["outcome"], "OUT_OF_REACH");
        assert_eq!((&to_far["length"], way(&to_far)), (&Value::Null, vec![]));
        assert_eq!(way(&from_eve), ["Eve", "Ada", "Cal", "Dan"]);
        assert_eq!(of_robin["outcome"], "NOBODY_TOUCHED");
    }
}

#[tokio::test]
async fn an_introduction_stands_on_touches_of_ones_own_of_the_last_year() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let robin = app.as_recruiter("robin");
        let [ada, bea, dan] = candidates(&sam, ["Ada", "Bea", "Dan"]).await;
        tie(&sam, &ada, "FRIEND", &bea).await;
        tie(&sam, &bea, "FRIEND", &dan).await;
        let nothing = [
            json!({ "occurredAt": "2025-03-01T12:00:00Z" }),
            json!({ "channel": "NOTE" }),
            json!({ "channel": "CALL", "outcome": "NO_ANSWER" }),
            json!({ "channel": "EMAIL", "direction": "OUTBOUND", "automated": true }),
        ];
        for fields in nothing {
            touch(&sam, &bea, fields).await;
        }
        touch(&robin, &bea, json!({})).await;

        let before = path(&sam, &dan, None).await;
        touch(&sam, &ada, json!({ "visibility": "PRIVATE" })).await;
        let private = path(&sam, &dan, None).await;
        let of_robin = path(&robin, &dan, None).await;
        for person in [&ada, &bea] {
            let input = json!({ "by": { "id": person }, "doNotContact": true });
            sam.mutate("setDoNotContact", input, "person { id }").await;
        }

        assert_eq!(before["outcome"], "NOBODY_TOUCHED");
        assert_eq!(way(&private), ["Ada", "Bea", "Dan"]);
        assert_eq!(way(&of_robin), ["Bea", "Dan"]);
        // Whoever may not be contacted can introduce nobody, unless they are named.
        let outcome = path(&sam, &dan, None).await["outcome"].clone();
        assert_eq!(outcome, "NOBODY_TOUCHED");
        let outcome = path(&sam, &dan, Some(&ada)).await["outcome"].clone();
        assert_eq!(outcome, "OUT_OF_REACH");
        assert_eq!(way(&path(&sam, &dan, Some(&bea)).await), ["Bea", "Dan"]);
    }
}

#[tokio::test]
async fn the_one_who_can_introduce_us_is_found_among_thousands() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let [kit, dan] = candidates(&sam, ["Kit", "Dan"]).await;
        let spokes = hub(&app, &kit, 5_000).await;
        tie(&sam, &kit, "FRIEND", &dan).await;
        let kit_row = stored(&app, &kit).await;
        let known = sam
            .query("{ candidates(filter: { text: \"Kit\" }) { nodes { id } } }")
            .await;
        let mut bytes = vec![1];
        bytes.extend(spokes[4_321].as_bytes());
        let spoke = BASE64_URL_SAFE_NO_PAD.encode(bytes);
        touch(&sam, &spoke, json!({})).await;

        let found = path(&sam, &dan, None).await;

        assert_eq!(known["candidates"]["nodes"][0]["id"], kit);
        assert_eq!(kit_row.name, "Kit");
        assert_eq!(way(&found), ["Spoke 4321", "Kit", "Dan"]);
    }
}

#[tokio::test]
async fn a_path_to_oneself_and_walks_out_of_bounds_are_refused() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let [ada, bea] = candidates(&sam, ["Ada", "Bea"]).await;
        let stranger = app.stranger();
        let theirs = candidate(&stranger, "Theirs").await;
        let by = |id: &str| json!({ "id": id });

        for (given, word) in [
            (json!({ "to": by(&ada), "from": by(&ada) }), "oneself"),
            (json!({ "to": by(&ada), "from": by(&theirs) }), "`from`"),
            (json!({ "to": by("nonsense") }), "`to.id`"),
            (
                json!({ "to": by(&ada), "from": by("nonsense") }),
                "`from.id`",
            ),
        ] {
            let answer = sam.run(PATH, given).await;
            assert_eq!(answer.code(), "BAD_USER_INPUT");
            let message = answer.errors()[0]["message"].as_str().unwrap();
            assert!(message.contains(word), "{message}");
        }
        let unknown = sam.query_with(PATH, json!({ "to": by(&theirs) })).await;
        assert_eq!(unknown, json!({ "introductionPath": null }));
        for field in ["network", "reach", "letDownNearby", "referralTree"] {
            for depth in [0, 5, -1] {
                let depth = if field == "referralTree" && depth == 5 {
                    11
                } else {
                    depth
                };
                let document = format!(
                    "query ($id: ID!) {{ person(by: {{ id: $id }}) {{ \
                     {field}(depth: {depth}) {{ __typename }} }} }}"
                );
                let answer = sam.run(&document, by(&bea)).await;
                assert_eq!(answer.code(), "BAD_USER_INPUT", "{field} {depth}");
            }
        }
        let too_many = "query ($id: ID!) { person(by: { id: $id }) {
            network { people(first: 1001) { distance } } } }";
        assert_eq!(sam.run(too_many, by(&bea)).await.code(), "BAD_USER_INPUT");
    }
}

/// Writes what other capabilities keep on a person, and a promise to them.
async fn let_down(
    app: &App,
    id: &str,
    change: impl FnOnce(&mut entity::person::ActiveModel),
    promise: Option<(entity::enums::PromiseState, DateTime<Utc>)>,
) {
    let row = stored(app, id).await;
    let (tenant_id, person_id, created_at) = (row.tenant_id, row.id, row.created_at);
    let mut row = row.into_active_model();
    change(&mut row);
    if row.is_changed() {
        row.update(app.database.writer()).await.unwrap();
    }
    let Some((state, due_at)) = promise else {
        return;
    };
    let recruiter_id = recruiter(app, tenant_id).await;
    let promise = entity::promise::Model {
        tenant_id,
        id: Uuid::now_v7(),
        person_id,
        recruiter_id,
        kind: entity::enums::PromiseKind::SubmitToClient,
        words: None,
        made_at: created_at,
        due_at,
        state,
        closed_at: None,
        closing_note: None,
        job_id: None,
        application_id: None,
        made_in_id: None,
        kept_by_id: None,
        version: 1,
        created_at,
        updated_at: created_at,
    };
    entity::promise::Entity::insert(promise.into_active_model())
        .exec_without_returning(app.database.writer())
        .await
        .unwrap();
}

#[expect(clippy::disallowed_methods, reason = "a test looks behind the API")]
async fn recruiter(app: &App, tenant: Uuid) -> Uuid {
    use entity::recruiter::{Column, Entity};
    use sea_orm::{ColumnTrait, QueryFilter};
    let row = Entity::find().filter(Column::TenantId.eq(tenant));
    row.one(app.database.reader()).await.unwrap().unwrap().id
}

#[tokio::test]
async fn whoever_was_let_down_nearby_is_told_with_the_reason() {
    use entity::enums::PromiseState::{Broken, Kept, Open};
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let people = ["Jo", "Late", "News", "Broken", "Fine", "Soon", "Far"];
        let [jo, late, news, broken, fine, soon, far] = candidates(&sam, people).await;
        for (one, other) in [
            (&jo, &late),
            (&late, &news),
            (&jo, &broken),
            (&jo, &fine),
            (&fine, &soon),
            (&soon, &far),
        ] {
            tie(&sam, one, "FRIEND", other).await;
        }
        let now = app.now();
        let ago = |hours: i64| Set(Some(now - TimeDelta::hours(hours)));
        let_down(&app, &late, |row| row.awaiting_reply_since = ago(49), None).await;
        let_down(
            &app,
            &news,
            |row| row.news_owed_since = ago(8 * 24),
            Some((Open, now - TimeDelta::days(20))),
        )
        .await;
        let_down(
            &app,
            &broken,
            |_| (),
            Some((Broken, now + TimeDelta::days(1))),
        )
        .await;
        let_down(
            &app,
            &fine,
            |row| row.awaiting_reply_since = ago(47),
            Some((Kept, now - TimeDelta::days(1))),
        )
        .await;
        let_down(&app, &soon, |_| (), Some((Open, now + TimeDelta::days(1)))).await;
        let_down(&app, &far, |row| row.awaiting_reply_since = ago(490), None).await;
        let document = "query ($id: ID!) { person(by: { id: $id }) { letDownNearby {
            count isTruncated people { distance person { name reach { count } }
                reasons { kind since promise { state person { name } } } } } } }";

        let found = sam.query_with(document, json!({ "id": jo })).await;

        let found = &found["person"]["letDownNearby"];
        assert_eq!(
            (&found["count"], &found["isTruncated"]),
            (&json!(3), &json!(false))
        );
        let people = found["people"].as_array().unwrap();
        let told: Vec<_> = people
            .iter()
            .map(|person| {
                let reasons = person["reasons"].as_array().unwrap().iter();
                let kinds: Vec<_> = reasons
                    .map(|reason| reason["kind"].as_str().unwrap())
                    .collect();
                (
                    person["person"]["name"].as_str().unwrap(),
                    person["distance"].as_i64().unwrap(),
                    kinds,
                )
            })
            .collect();
        assert_eq!(
            told,
            [
                ("Late", 1, vec!["REPLY_LATE"]),
                ("Broken", 1, vec!["PROMISE_BROKEN"]),
                ("News", 2, vec!["PROMISE_OVERDUE", "OUTCOME_NOT_SHARED"]),
            ]
        );
        assert_eq!(people[0]["reasons"][0]["since"], "2026-02-28T08:00:00Z");
        assert_eq!(people[0]["person"]["reach"]["count"], 4);
        assert_eq!(people[0]["reasons"][0]["promise"], Value::Null);
        assert_eq!(
            people[1]["reasons"][0]["promise"],
            json!({ "state": "BROKEN", "person": { "name": "Broken" } })
        );
        assert_eq!(people[2]["reasons"][0]["promise"]["state"], "OPEN");
    }
}
