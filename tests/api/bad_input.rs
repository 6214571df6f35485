//! What no caller should send: each is refused in words, on both databases alike, and nothing of
//! it is kept.

use std::collections::BTreeMap;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use crate::support::{
    App, Client, KINDS, Shape, World, apps,
    input::{Inputs, Leaf, Variant, document, document_on},
    shape::{list, named, text},
};

/// How many there are of each thing, as the API tells.
async fn totals(client: &Client) -> Value {
    client
        .query(
            "{ candidates { totalCount } contacts { totalCount } companies { totalCount }
               jobs { totalCount } interactions { totalCount } referrals { totalCount }
               promises { totalCount } relationshipKinds { code } nodes: candidates(first: 100) { nodes {
                   version applications { totalCount } relationships { totalCount }
                   externalRecords { id } } } }",
        )
        .await
}

/// Every string of the API with a sign in it that `PostgreSQL` cannot store.
fn with_nul(leaf: &Leaf) -> Vec<Variant> {
    let nul = "Wo\0rds";
    let one = |value: Value| vec![(String::new(), value)];
    match leaf {
        Leaf::Record => ["system", "type", "id"]
            .into_iter()
            .map(|part| {
                let mut record = json!({ "system": "ats", "type": "row", "id": "1" });
                record[part] = json!(nul);
                (part.to_owned(), record)
            })
            .collect(),
        Leaf::Email => one(json!("ada\0@example.com")),
        Leaf::Id | Leaf::Cursor | Leaf::Key | Leaf::Words => one(json!(nul)),
    }
}

/// What was answered to each input that has a NUL in it.
async fn answers_to_nul(app: &App) -> BTreeMap<String, String> {
    let client = app.as_recruiter("sam");
    let own = World::build(&client, "own").await;
    let shape = Shape::read(&client).await;
    let before = totals(&client).await;
    let mut answers = BTreeMap::new();
    for (operation, root) in [("query", "Query"), ("mutation", "Mutation")] {
        for field in shape.fields(root) {
            let name = text(&field["name"]);
            let inputs = Inputs {
                shape: &shape,
                own: &own,
                operation: name,
            };
            let selection = match named(&field["type"]).name {
                payload if payload.ends_with("Payload") => "{ userErrors { code message path } }",
                list if list.ends_with("Connection") => "{ totalCount nodes { __typename } }",
                _ => "{ __typename }",
            };
            for (path, given) in inputs.vary(list(&field["args"]), &with_nul) {
                let document = document(operation, field, &given, selection);
                let answer = client.run(&document, given).await;
                let refused = answer.errors().first().map_or_else(
                    || answer.body["data"][name]["userErrors"].clone(),
                    |error| json!([error["extensions"]["code"], error["message"]]),
                );
                assert!(
                    root == "Query" || !list(&refused).is_empty(),
                    "{name}({path}) was not refused"
                );
                answers.insert(format!("{name}({path})"), refused.to_string());
            }
        }
    }
    for kind in KINDS {
        for field in shape.fields(kind) {
            let inputs = Inputs {
                shape: &shape,
                own: &own,
                operation: kind,
            };
            for (path, mut given) in inputs.vary(list(&field["args"]), &with_nul) {
                let document = document_on(kind, field, &given, "{ __typename }");
                given["node"] = json!(own.id(kind));
                let answer = client.run(&document, given).await;
                let errors = answer.body["errors"][0]["extensions"]["code"].to_string();
                answers.insert(format!("{kind}.{}({path})", text(&field["name"])), errors);
            }
        }
    }
    assert_eq!(before, totals(&client).await, "something was written");
    answers
}

#[tokio::test]
async fn a_nul_is_refused_wherever_it_stands_and_alike_on_both_databases() {
    let mut first: Option<BTreeMap<String, String>> = None;
    for app in apps().await {
        let answers = answers_to_nul(&app).await;

        assert!(answers.len() > 300, "{}", answers.len());
        let ours: Vec<_> = answers
            .iter()
            .filter(|(_, answer)| answer.contains("INTERNAL") || answer.contains("UNAVAILABLE"))
            .collect();
        assert!(ours.is_empty(), "{ours:#?}");
        if let Some(first) = &first {
            for (place, answer) in &answers {
                assert_eq!(first.get(place), Some(answer), "{place}");
            }
        }
        first = Some(answers);
    }
}

async fn message(client: &Client, document: &str) -> (String, String) {
    let answer = client.run(document, json!({})).await;
    let message = text(&answer.body["errors"][0]["message"]).to_owned();
    (answer.code(), message)
}

#[tokio::test]
async fn a_page_is_from_none_to_a_hundred_and_has_one_end() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        for (arguments, named) in [
            ("first: -1", "`first`"),
            ("last: -1", "`last`"),
            ("first: 101", "`first`"),
            ("last: 2147483647", "`last`"),
            ("first: 1, last: 1", "`first` or `last`"),
        ] {
            for list in [
                "candidates",
                "companies",
                "jobs",
                "interactions",
                "promises",
                "referrals",
            ] {
                let document = format!("{{ {list}({arguments}) {{ pageInfo {{ endCursor }} }} }}");
                let (code, message) = message(&sam, &document).await;
                assert_eq!(code, "BAD_USER_INPUT", "{document}");
                assert!(message.contains(named), "{document}: {message}");
            }
        }
        let none = sam.query("{ candidates(first: 0) { nodes { id } } }").await;
        assert_eq!(none["candidates"]["nodes"], json!([]));
    }
}

#[tokio::test]
async fn a_cursor_is_of_its_own_list_and_whole() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        World::build(&sam, "own").await;
        let stranger = app.stranger();
        World::build(&stranger, "other").await;
        let end = async |client: &Client, list: &str| {
            let document = format!("{{ list: {list} {{ pageInfo {{ endCursor }} }} }}");
            let answer = client.query(&document).await;
            text(&answer["list"]["pageInfo"]["endCursor"]).to_owned()
        };
        let good = end(&sam, "candidates").await;
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(&good).unwrap();
        let inner = String::from_utf8(bytes).unwrap();
        let forged = |inner: String| BASE64_URL_SAFE_NO_PAD.encode(inner);

        let bad = [
            good[..good.len() - 4].to_owned(),
            good[1..].to_owned(),
            format!("{good}="),
            String::new(),
            "\0".to_owned(),
            "a".repeat(200_000),
            end(&sam, "contacts").await,
            end(&sam, "candidates(orderBy: {field: CREATED_AT})").await,
            end(&sam, "candidates(orderBy: {field: NAME, direction: DESC})").await,
            end(&stranger, "candidates").await,
            forged(inner.replacen("own", "o\\u0000n", 1)),
            forged(inner.replacen("\"s\"", "\"t\"", 1)),
            forged(inner.replacen("[{", "[{\"l\":null},{", 1)),
            forged("[]".to_owned()),
            forged("[".repeat(3_000)),
        ];
        for (number, cursor) in bad.into_iter().enumerate() {
            for side in ["after", "before"] {
                let document = format!(
                    "query ($cursor: String) {{ candidates({side}: $cursor) {{ nodes {{ id }} }} }}"
                );
                let answer = sam.run(&document, json!({ "cursor": cursor })).await;
                assert_eq!(answer.code(), "BAD_USER_INPUT", "{number} {side}");
                let message = text(&answer.errors()[0]["message"]).to_owned();
                assert!(message.contains("cursor"), "{number}: {message}");
            }
        }
    }
}

#[tokio::test]
async fn a_name_must_say_something() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let before = totals(&sam).await;
        let refused = |path: &str| vec![("INVALID".to_owned(), format!("input.{path}"))];
        for empty in ["", "   ", "\u{200b}", "\t\n"] {
            for (mutation, field) in [
                ("createCandidate", "name"),
                ("createContact", "name"),
                ("createCompany", "name"),
            ] {
                let answer = sam.refused(mutation, json!({ "name": empty })).await;
                assert_eq!(answer, refused(field), "{mutation} {empty:?}");
            }
            let company = sam.refused("createJob", json!({ "title": empty })).await;
            assert_eq!(company, refused("title"), "{empty:?}");
        }
        let long = json!({ "name": "ö".repeat(201) });
        assert_eq!(sam.refused("createCandidate", long).await, refused("name"));
        assert_eq!(before, totals(&sam).await);
    }
}

#[tokio::test]
async fn a_note_has_its_limit_and_so_has_the_body_that_brings_it() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let own = World::build(&sam, "own").await;
        let before = totals(&sam).await;
        let note = |length: usize| {
            json!({ "people": [{ "id": own.id("Candidate") }], "channel": "NOTE",
                    "body": "ö".repeat(length) })
        };

        let long = sam.refused("logInteraction", note(200_000)).await;
        let document = "mutation ($input: LogInteractionInput!) {
            logInteraction(input: $input) { __typename } }";
        let huge = sam.run(document, json!({ "input": note(5_000_000) })).await;

        assert_eq!(long, [("INVALID".into(), "input.body".into())]);
        assert_eq!(
            (huge.status.as_u16(), huge.code()),
            (413, "PAYLOAD_TOO_LARGE".into())
        );
        assert_eq!(before, totals(&sam).await);
        sam.mutate("logInteraction", note(100_000), "interaction { id }")
            .await;
    }
}

#[tokio::test]
async fn times_are_of_this_world() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let own = World::build(&sam, "own").await;
        let before = totals(&sam).await;
        let call = |at: &str| {
            json!({ "people": [{ "id": own.id("Candidate") }], "channel": "CALL",
                    "occurredAt": at })
        };

        for unreadable in [
            "+300000-01-01T00:00:00Z",
            "300000-01-01T00:00:00Z",
            "2026-02-30T00:00:00Z",
            "2026-03-01",
            "",
            "\0",
            "0000-01-01T00:00:00+23:59",
            "9999-12-31T23:59:59-23:59",
        ] {
            let code = sam.denied("logInteraction", call(unreadable)).await;
            assert_eq!(code, "BAD_USER_INPUT", "{unreadable:?}");
            let document = format!(
                "{{ interactions(filter: {{since: {}}}) {{ totalCount }} }}",
                json!(unreadable)
            );
            let code = sam.run(&document, json!({})).await.code();
            assert!(
                ["BAD_USER_INPUT", "GRAPHQL_VALIDATION_FAILED"].contains(&code.as_str()),
                "{unreadable:?}: {code}"
            );
        }
        for impossible in [
            "0000-01-01T00:00:00Z",
            "1899-12-31T23:59:59Z",
            "9999-12-31T23:59:59Z",
            "2026-03-02T09:05:01Z",
        ] {
            let refused = sam.refused("logInteraction", call(impossible)).await;
            assert_eq!(
                refused,
                [("INVALID".into(), "input.occurredAt".into())],
                "{impossible}"
            );
        }
        assert_eq!(before, totals(&sam).await);
    }
}

#[tokio::test]
async fn a_filter_may_reach_beyond_all_times() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        World::build(&sam, "own").await;
        for (since, count) in [("0000-01-01T00:00:00Z", 1), ("9999-12-31T23:59:59Z", 0)] {
            for (list, field) in [
                ("interactions", "since"),
                ("interactions", "updatedSince"),
                ("candidates", "createdSince"),
                ("companies", "updatedSince"),
                ("jobs", "createdSince"),
                ("referrals", "referredSince"),
            ] {
                let document =
                    format!("{{ {list}(filter: {{{field}: \"{since}\"}}) {{ totalCount }} }}");
                let seen = sam.query(&document).await;
                assert_eq!(seen[list]["totalCount"], count, "{document}");
            }
        }
    }
}

#[tokio::test]
async fn what_is_unknown_is_told_at_its_place() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let own = World::build(&sam, "own").await;
        let before = totals(&sam).await;
        let nobody = own.nowhere("nowhere");
        let (ada, known) = (json!({ "id": nobody.id("Candidate") }), own.id("Candidate"));
        let cases = [
            (
                "logInteraction",
                json!({ "people": [{ "id": known }, ada], "channel": "CALL" }),
                "NOT_FOUND",
                "input.people.1",
            ),
            (
                "logInteraction",
                json!({ "people": [{ "id": known }], "channel": "CALL",
                        "recruiters": [own.id("Recruiter"), nobody.id("Recruiter")] }),
                "NOT_FOUND",
                "input.recruiters.1",
            ),
            (
                "logInteraction",
                json!({ "people": [{ "id": own.id("Company") }], "channel": "CALL" }),
                "INVALID",
                "input.people.0",
            ),
            (
                "createJob",
                json!({ "title": "Smith", "company": { "id": nobody.id("Company") } }),
                "NOT_FOUND",
                "input.company",
            ),
            (
                "createCandidate",
                json!({ "name": "Ada Finch", "owner": nobody.id("Recruiter") }),
                "NOT_FOUND",
                "input.owner",
            ),
            (
                "linkExternalRecord",
                json!({ "node": nobody.id("Job"), "externalRecord": own.record("none") }),
                "NOT_FOUND",
                "input.node",
            ),
            (
                "unlinkExternalRecord",
                json!({ "externalRecord": own.record("none") }),
                "NOT_FOUND",
                "input.externalRecord",
            ),
            (
                "updateCandidate",
                json!({ "by": { "email": "nobody@example.com" }, "name": "Ada" }),
                "NOT_FOUND",
                "input.by",
            ),
        ];
        for (mutation, input, code, path) in cases {
            let refused = sam.refused(mutation, input).await;
            assert_eq!(refused, [(code.into(), path.into())], "{mutation}");
        }
        assert_eq!(before, totals(&sam).await);
    }
}

#[tokio::test]
async fn nobody_refers_themself_or_whoever_led_to_them() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let mut ids = Vec::new();
        for name in ["Ada Finch", "Bo Wren", "Cy Crane"] {
            let made = sam
                .mutate(
                    "createCandidate",
                    json!({ "name": name }),
                    "candidate { id }",
                )
                .await;
            ids.push(made["candidate"]["id"].clone());
        }
        let refer = |from: usize, to: usize| json!({ "referrer": { "id": ids[from] }, "referred": { "person": { "id": ids[to] } } });

        let self_made = sam.refused("recordReferral", refer(0, 0)).await;
        for (from, to) in [(0, 1), (1, 2)] {
            sam.mutate("recordReferral", refer(from, to), "referral { id }")
                .await;
        }
        let circle = sam.refused("recordReferral", refer(2, 0)).await;
        let chain = sam
            .query_with(
                "query ($id: ID!) { person(by: {id: $id}) {
                    referralChain(direction: DOWN, depth: 10) { count } } }",
                json!({ "id": ids[0] }),
            )
            .await;

        assert_eq!(self_made[0].0, "INVALID");
        assert!(
            self_made[0].1.starts_with("input.referred"),
            "{self_made:?}"
        );
        assert_eq!(circle, [("INVALID".into(), "input.referred.person".into())]);
        assert_eq!(chain["person"]["referralChain"]["count"], 2);
    }
}
