//! Referrals: recorded with no more than a name, followed to their end, and chained.

use chrono::TimeDelta;
use sea_orm::DbBackend;
use serde_json::{Value, json};

use crate::support::{Client, apps};

async fn candidate(client: &Client, name: &str) -> String {
    let input = json!({ "name": name });
    let made = client
        .mutate("createCandidate", input, "candidate { id }")
        .await;
    made["candidate"]["id"].as_str().unwrap().to_owned()
}

fn claim(from: &str, to: &str) -> Value {
    json!({ "referrer": { "id": from }, "referred": { "person": { "id": to } } })
}

const WHOLE: &str = "created referral { id status statusChangedAt referredAt isConcluded version
    isCredited acknowledgedAt loopClosedAt referrer { name } referred { id name }
    recruiter { subject } relationshipKind { code }
    reward { amount currency dueOn paidOn }
    statusHistory { status changedAt note recruiter { subject } } }";

async fn record(client: &Client, input: Value) -> Value {
    client.mutate("recordReferral", input, WHOLE).await
}

/// A mutation of one referral.
async fn change(client: &Client, name: &str, id: &Value, fields: Value) -> Value {
    let selection = WHOLE.trim_start_matches("created ");
    let payload = client.mutate(name, about(id, fields), selection).await;
    payload["referral"].clone()
}

fn about(id: &Value, fields: Value) -> Value {
    let mut input = json!({ "by": { "id": id } });
    if let (Value::Object(input), Value::Object(fields)) = (&mut input, fields) {
        input.extend(fields);
    }
    input
}

fn refusal(code: &str, path: &str) -> Vec<(String, String)> {
    vec![(code.to_owned(), path.to_owned())]
}

fn texts(list: &Value, read: impl Fn(&Value) -> &Value) -> Vec<String> {
    let nodes = list.as_array().unwrap().iter();
    nodes
        .map(|node| read(node).as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn a_cousin_of_whom_we_know_a_name_is_referred_in_one_call() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let jo = candidate(&sam, "Jo Reed").await;
        let input = json!({
            "referrer": { "id": jo },
            "referred": { "new": { "name": "Jo's cousin" } },
            "relationshipKind": "COUSIN",
            "note": "Would not send the resume to them.",
            "idempotencyKey": "call-1",
        });

        let first = record(&sam, input.clone()).await;
        let repeat = record(&sam, input).await;

        assert_eq!(first["created"], true);
        assert_eq!(repeat["created"], false);
        let referral = &first["referral"];
        assert_eq!(referral["id"], repeat["referral"]["id"]);
        assert_eq!(referral["referred"]["name"], "Jo's cousin");
        assert_eq!(referral["recruiter"]["subject"], "sam");
        assert_eq!(referral["relationshipKind"]["code"], "COUSIN");
        assert_eq!(referral["status"], "RECEIVED");
        assert_eq!(referral["referredAt"], "2026-03-02T09:00:00Z");
        assert_eq!(referral["statusHistory"].as_array().unwrap().len(), 1);
        let document = "query ($id: ID!) { person(by: { id: $id }) {
            relationships { nodes { kind { code } other { name } } }
            referralsMade { totalCount nodes { referred { name } } } } }";
        let data = sam.query_with(document, json!({ "id": jo })).await;
        let person = &data["person"];
        assert_eq!(
            person["relationships"]["nodes"],
            json!([{ "kind": { "code": "COUSIN" }, "other": { "name": "Jo's cousin" } }])
        );
        assert_eq!(person["referralsMade"]["totalCount"], 1);
    }
}

#[tokio::test]
async fn the_same_claim_is_one_referral_and_keeps_its_names() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let (jo, kit) = (
            candidate(&sam, "Jo Reed").await,
            candidate(&sam, "Kit Dale").await,
        );
        let key = json!({ "system": "greenhouse", "type": "referral", "id": "7" });
        let mut named = claim(&jo, &kit);
        named["externalRecords"] = json!([key]);
        let new = json!({
            "referrer": { "id": jo }, "referred": { "new": { "name": "Lou" } },
            "externalRecords": [{ "system": "greenhouse", "type": "referral", "id": "8" }],
        });

        let first = record(&sam, claim(&jo, &kit)).await;
        let repeat = record(&sam, named.clone()).await;
        let lou = record(&sam, new.clone()).await;
        let lou_again = record(&sam, new).await;
        let mut other = claim(&kit, &jo);
        other["referred"] = json!({ "new": { "name": "Max" } });
        other["externalRecords"] = json!([key]);
        let taken = sam.refused("recordReferral", other).await;

        assert_eq!(repeat["created"], false);
        assert_eq!(first["referral"], repeat["referral"]);
        assert_eq!(lou["created"], true);
        assert_eq!(lou["referral"], lou_again["referral"]);
        assert_eq!(taken, refusal("DUPLICATE", "input.externalRecords.0"));
        let by = "query ($by: NodeBy!) { referral(by: $by) { id externalRecords { id } } }";
        let by_record = json!({ "by": { "externalRecord": key } });
        let found = sam.query_with(by, by_record).await;
        assert_eq!(found["referral"]["id"], first["referral"]["id"]);
        let people = sam.query("{ candidates { totalCount } }").await;
        assert_eq!(people["candidates"]["totalCount"], 3);
    }
}

#[tokio::test]
async fn what_is_no_referral_is_refused_by_field_and_nothing_is_half_written() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let (jo, kit, lou) = (
            candidate(&sam, "Jo Reed").await,
            candidate(&sam, "Kit Dale").await,
            candidate(&sam, "Lou Hill").await,
        );
        record(&sam, claim(&jo, &kit)).await;
        record(&sam, claim(&kit, &lou)).await;
        let with = |field: &str, value: Value| {
            let mut input = claim(&lou, &jo);
            input["referred"] = json!({ "new": { "name": "Max" } });
            input[field] = value;
            input
        };
        let person = "input.referred.person";
        let cases = [
            (claim(&jo, &jo), "INVALID", person),
            (claim(&kit, &jo), "INVALID", person),
            (claim(&lou, &jo), "INVALID", person),
            (
                with("referred", json!({ "new": { "name": " " } })),
                "INVALID",
                "input.referred.new.name",
            ),
            (
                with("referrer", json!({ "email": "x@example.com" })),
                "NOT_FOUND",
                "input.referrer",
            ),
            (
                with("relationshipKind", json!("NEMESIS")),
                "NOT_FOUND",
                "input.relationshipKind",
            ),
            (
                with("referredAt", json!("2026-03-02T09:06:00Z")),
                "INVALID",
                "input.referredAt",
            ),
            (with("note", json!("a\u{0}b")), "INVALID", "input.note"),
            (
                with(
                    "externalRecords",
                    json!([{ "system": "", "type": "t", "id": "1" }]),
                ),
                "INVALID",
                "input.externalRecords.0.system",
            ),
        ];

        for (input, code, path) in cases {
            let refused = sam.refused("recordReferral", input.clone()).await;
            assert_eq!(refused, refusal(code, path), "{input}");
        }
        let data = sam
            .query("{ candidates { totalCount } referrals { totalCount } }")
            .await;
        assert_eq!(data["candidates"]["totalCount"], 3);
        assert_eq!(data["referrals"]["totalCount"], 2);
    }
}

#[tokio::test]
async fn statuses_may_be_told_in_any_order() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let (jo, kit) = (
            candidate(&sam, "Jo Reed").await,
            candidate(&sam, "Kit Dale").await,
        );
        let mut input = claim(&jo, &kit);
        input["referredAt"] = json!("2026-01-01T00:00:00Z");
        let id = record(&sam, input).await["referral"]["id"].clone();
        let status = "changeReferralStatus";
        let at = |status: &str, day: &str| json!({ "status": status, "changedAt": format!("2026-{day}T00:00:00Z") });

        change(&sam, status, &id, at("INTERVIEWING", "02-10")).await;
        let late = change(&sam, status, &id, at("CONTACTED", "01-05")).await;
        let same = change(&sam, status, &id, at("INTERVIEWING", "02-11")).await;
        let too_early = json!({ "status": "HIRED", "changedAt": "2025-12-31T00:00:00Z" });
        let before = sam.refused(status, about(&id, too_early)).await;
        let stale = json!({ "status": "HIRED", "version": 1 });
        let stale = sam.refused(status, about(&id, stale)).await;

        assert_eq!(late["status"], "INTERVIEWING");
        assert_eq!(late["version"], 3);
        assert_eq!(same, late);
        assert_eq!(
            texts(&late["statusHistory"], |step| &step["status"]),
            ["RECEIVED", "CONTACTED", "INTERVIEWING"]
        );
        assert_eq!(before, refusal("INVALID", "input.changedAt"));
        assert_eq!(stale, refusal("CONFLICT", "input.version"));
    }
}

#[tokio::test]
async fn the_referrer_is_thanked_and_told_the_outcome() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let (jo, kit) = (
            candidate(&sam, "Jo Reed").await,
            candidate(&sam, "Kit Dale").await,
        );
        let id = record(&sam, claim(&jo, &kit)).await["referral"]["id"].clone();
        let loop_ = "closeReferralLoop";

        let open = sam.refused(loop_, about(&id, json!({}))).await;
        app.advance(TimeDelta::days(1));
        let sam = app.as_recruiter("sam");
        let thanked = change(&sam, "acknowledgeReferral", &id, json!({})).await;
        let hired = json!({ "status": "HIRED" });
        change(&sam, "changeReferralStatus", &id, hired).await;
        app.advance(TimeDelta::days(1));
        let sam = app.as_recruiter("sam");
        let thanked_again = change(&sam, "acknowledgeReferral", &id, json!({})).await;
        let too_early = json!({ "loopClosedAt": "2026-03-03T08:00:00Z" });
        let too_early = sam.refused(loop_, about(&id, too_early)).await;
        let closed = change(&sam, loop_, &id, json!({})).await;
        let reopened = json!({ "status": "WITHDRAWN" });
        app.advance(TimeDelta::hours(1));
        let reopened = change(&sam, "changeReferralStatus", &id, reopened).await;

        assert_eq!(open, refusal("INVALID", "input.by"));
        assert_eq!(thanked["acknowledgedAt"], "2026-03-03T09:00:00Z");
        assert_eq!(thanked_again["acknowledgedAt"], thanked["acknowledgedAt"]);
        assert_eq!(too_early, refusal("INVALID", "input.loopClosedAt"));
        assert_eq!(closed["loopClosedAt"], "2026-03-04T09:00:00Z");
        assert_eq!(closed["isConcluded"], true);
        assert_eq!(reopened["loopClosedAt"], Value::Null);
    }
}

#[tokio::test]
async fn a_reward_is_money_with_a_currency() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let (jo, kit) = (
            candidate(&sam, "Jo Reed").await,
            candidate(&sam, "Kit Dale").await,
        );
        let id = record(&sam, claim(&jo, &kit)).await["referral"]["id"].clone();
        let reward = "setReferralReward";
        let agreed = json!({ "amount": "1250.50", "currency": "EUR", "dueOn": "2026-09-01" });

        for (fields, path) in [
            (json!({ "amount": "12,5", "currency": "EUR" }), "amount"),
            (json!({ "amount": "12", "currency": "euro" }), "currency"),
            (json!({ "amount": "12" }), "currency"),
            (json!({ "dueOn": "2026-09-01" }), "dueOn"),
            (
                json!({ "amount": "1", "currency": "EUR", "paidOn": "2026-03-04" }),
                "paidOn",
            ),
        ] {
            let refused = sam.refused(reward, about(&id, fields)).await;
            assert_eq!(refused, refusal("INVALID", &format!("input.{path}")));
        }
        change(&sam, reward, &id, agreed).await;
        let paid = change(&sam, reward, &id, json!({ "paidOn": "2026-03-02" })).await;
        let nothing = json!({ "amount": null, "currency": null, "dueOn": null, "paidOn": null });
        let cleared = change(&sam, reward, &id, nothing).await;

        let expected = json!({
            "amount": "1250.50", "currency": "EUR", "dueOn": "2026-09-01", "paidOn": "2026-03-02",
        });
        assert_eq!(paid["reward"], expected);
        assert_eq!(cleared["reward"], Value::Null);
    }
}

#[tokio::test]
async fn the_earliest_claim_within_the_window_has_the_credit() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let (jo, kit, lou) = (
            candidate(&sam, "Jo Reed").await,
            candidate(&sam, "Kit Dale").await,
            candidate(&sam, "Lou Hill").await,
        );
        for (referrer, day) in [(&jo, "2026-02-01"), (&kit, "2025-10-01")] {
            let mut input = claim(referrer, &lou);
            input["referredAt"] = json!(format!("{day}T00:00:00Z"));
            record(&sam, input).await;
        }
        let credit = async |client: &Client| {
            let document = "query ($id: ID!) { person(by: { id: $id }) {
                referredBy { nodes { isCredited referrer { name } } } } }";
            let data = client.query_with(document, json!({ "id": lou })).await;
            data["person"]["referredBy"]["nodes"].clone()
        };

        let now = credit(&sam).await;
        app.advance(TimeDelta::days(60));
        let later = credit(&app.as_recruiter("sam")).await;

        let expected = |kit: bool, jo: bool| {
            json!([
                { "isCredited": kit, "referrer": { "name": "Kit Dale" } },
                { "isCredited": jo, "referrer": { "name": "Jo Reed" } },
            ])
        };
        assert_eq!(now, expected(true, false));
        assert_eq!(later, expected(false, true));
    }
}

#[tokio::test]
async fn a_chain_is_followed_both_ways_as_far_as_asked() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let mut people = Vec::new();
        for index in 0..6 {
            people.push(candidate(&sam, &format!("Link {index}")).await);
        }
        for pair in people.windows(2) {
            record(&sam, claim(&pair[0], &pair[1])).await;
        }
        // A shorter way to the same person.
        record(&sam, claim(&people[0], &people[2])).await;
        let document = "query ($id: ID!, $direction: ReferralChainDirection!, $depth: Int! = 4) {
            person(by: { id: $id }) { referralChain(direction: $direction, depth: $depth) {
                count isTruncated links(limit: 3) {
                    depth referral { id } referrer { name } referred { name }
            } } } }";
        let chain = async |from: usize, direction: &str, depth: Option<i32>| {
            let mut variables = json!({ "id": people[from], "direction": direction });
            if let Some(depth) = depth {
                variables["depth"] = json!(depth);
            }
            let answer = sam.run(document, variables).await;
            (
                answer.body["data"]["person"]["referralChain"].clone(),
                answer,
            )
        };

        let (down, answer) = chain(0, "DOWN", None).await;
        let (all, _) = chain(0, "DOWN", Some(10)).await;
        let (up, _) = chain(5, "UP", Some(2)).await;
        let (none, _) = chain(0, "UP", None).await;

        assert_eq!(down["count"], 6);
        assert_eq!(down["isTruncated"], false);
        assert_eq!(all, down);
        let links = down["links"].as_array().unwrap();
        let depths: Vec<_> = links.iter().map(|link| link["depth"].clone()).collect();
        assert_eq!(depths, [1, 1, 2]);
        // The person, and the chain with its referrals and its people, which SQLite is asked for one
        // after the other.
        let statements = match app.database.backend() {
            DbBackend::Postgres => 2,
            _ => 4,
        };
        assert_eq!(answer.statements, statements);
        assert_eq!(up["count"], 2);
        assert_eq!(up["isTruncated"], true);
        assert_eq!(
            texts(&up["links"], |link| &link["referrer"]["name"]),
            ["Link 4", "Link 3"]
        );
        assert_eq!(
            none,
            json!({ "count": 0, "isTruncated": false, "links": [] })
        );
        let (_, deep) = chain(0, "DOWN", Some(11)).await;
        assert_eq!(deep.code(), "BAD_USER_INPUT");
    }
}

#[tokio::test]
async fn lists_are_filtered_and_nested_ones_cost_one_statement_each() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let (jo, kit) = (
            candidate(&sam, "Jo Reed").await,
            candidate(&sam, "Kit Dale").await,
        );
        let mut ids = Vec::new();
        for index in 0..4 {
            let referrer = if index == 3 { &kit } else { &jo };
            let new = json!({ "new": { "name": format!("New {index}") } });
            let input = json!({ "referrer": { "id": referrer }, "referred": new });
            ids.push(record(&sam, input).await["referral"]["id"].clone());
        }
        change(&sam, "acknowledgeReferral", &ids[1], json!({})).await;
        let declined = json!({ "status": "DECLINED" });
        change(&sam, "changeReferralStatus", &ids[2], declined).await;
        let list = async |filter: Value| {
            let document = "query ($filter: ReferralFilter) {
                referrals(filter: $filter) { totalCount nodes { referred { name } } } }";
            let data = sam.query_with(document, json!({ "filter": filter })).await;
            let nodes = &data["referrals"]["nodes"];
            texts(nodes, |node| &node["referred"]["name"])
        };

        let by_jo = list(json!({ "referrers": [jo] })).await;
        let thanked = list(json!({ "acknowledged": true })).await;
        let concluded = list(json!({ "statuses": ["DECLINED"], "loopClosed": false })).await;
        let future = list(json!({ "updatedSince": "2026-03-03T00:00:00Z" })).await;

        assert_eq!(by_jo, ["New 2", "New 1", "New 0"]);
        assert_eq!(thanked, ["New 1"]);
        assert_eq!(concluded, ["New 2"]);
        assert!(future.is_empty());
        let plain = "{ candidates(first: 10) { nodes { name } } }";
        let nested = "{ candidates(first: 10) { nodes { name
            referralsMade(first: 2) { nodes { id isCredited referred { name }
                statusHistory { status } } }
            referredBy(first: 2) { nodes { id } }
            referralChain(direction: DOWN) { count } } } }";
        let plain = sam.run(plain, json!({})).await.statements;
        let answer = sam.run(nested, json!({})).await;
        assert_eq!(answer.errors(), &[] as &[Value]);
        // Made, received, chains; then credit, people and history of those made.
        // Six fields, and the settings, by which the credit goes.
        assert_eq!(answer.statements, plain + 7);
    }
}

#[tokio::test]
async fn a_reader_writes_nothing_and_a_stranger_finds_nothing() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let (jo, kit) = (
            candidate(&sam, "Jo Reed").await,
            candidate(&sam, "Kit Dale").await,
        );
        let id = record(&sam, claim(&jo, &kit)).await["referral"]["id"].clone();
        let (reader, stranger) = (app.with_scope("rae", "read"), app.stranger());
        let hired = json!({ "status": "HIRED" });

        for (name, input) in [
            ("recordReferral", claim(&jo, &kit)),
            ("changeReferralStatus", about(&id, hired)),
            ("acknowledgeReferral", about(&id, json!({}))),
            ("closeReferralLoop", about(&id, json!({}))),
            ("setReferralReward", about(&id, json!({}))),
        ] {
            assert_eq!(reader.denied(name, input.clone()).await, "FORBIDDEN");
            let refused = stranger.refused(name, input).await;
            assert!(refused.iter().all(|(code, _)| code == "NOT_FOUND"));
        }
        let document = "query ($id: ID!) { node(id: $id) { __typename }
            referral(by: { id: $id }) { id } referrals { totalCount } }";
        let theirs = stranger.query_with(document, json!({ "id": id })).await;
        let expected = json!({ "node": null, "referral": null, "referrals": { "totalCount": 0 } });
        assert_eq!(theirs, expected);
        let ours = reader.query_with(document, json!({ "id": id })).await;
        assert_eq!(ours["node"]["__typename"], "Referral");
        assert_eq!(ours["referrals"]["totalCount"], 1);
    }
}
