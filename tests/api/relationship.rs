//! Relationships: told from either side, stored once, read from both.

use serde_json::{Value, json};

use crate::support::{Client, apps};

async fn candidate(client: &Client, name: &str) -> String {
    let input = json!({ "name": name });
    let made = client
        .mutate("createCandidate", input, "candidate { id }")
        .await;
    made["candidate"]["id"].as_str().unwrap().to_owned()
}

fn tie(person: &str, kind: &str, other: &str) -> Value {
    json!({ "person": { "id": person }, "kind": kind, "other": { "id": other } })
}

async fn add(client: &Client, input: Value) -> Value {
    let selection = "relationship { id version isEnded until person { name } other { name } \
                     kind { code name inverseCode isBuiltIn } }";
    let payload = client.mutate("addRelationship", input, selection).await;
    payload["relationship"].clone()
}

/// The ties of a person: kind and name of the other.
async fn ties(client: &Client, person: &str, filter: Value) -> Vec<(String, String)> {
    let document = "query ($id: ID!, $filter: RelationshipFilter) {
        person(by: { id: $id }) { relationships(filter: $filter) {
            totalCount nodes { kind { code } other { name } }
        } } }";
    let variables = json!({ "id": person, "filter": filter });
    let data = client.query_with(document, variables).await;
    let list = &data["person"]["relationships"];
    let nodes = list["nodes"].as_array().unwrap();
    assert_eq!(list["totalCount"], nodes.len());
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    nodes
        .iter()
        .map(|node| (text(&node["kind"]["code"]), text(&node["other"]["name"])))
        .collect()
}

fn refusal(code: &str, path: &str) -> Vec<(String, String)> {
    vec![(code.to_owned(), path.to_owned())]
}

#[tokio::test]
async fn a_tie_told_from_either_side_is_one_and_reads_from_both() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let (robin, jo) = (
            candidate(&sam, "Robin Vale").await,
            candidate(&sam, "Jo Reed").await,
        );

        let told = add(&sam, tie(&jo, "REPORTS_TO", &robin)).await;
        let again = add(&sam, tie(&robin, "MANAGER_OF", &jo)).await;

        assert_eq!(told, again);
        assert_eq!(told["person"]["name"], "Robin Vale");
        assert_eq!(told["other"]["name"], "Jo Reed");
        assert_eq!(told["kind"]["code"], "MANAGER_OF");
        assert_eq!(told["kind"]["inverseCode"], "REPORTS_TO");
        let of = async |person: &str| ties(&sam, person, Value::Null).await;
        assert_eq!(
            of(&robin).await,
            [("MANAGER_OF".into(), "Jo Reed".to_owned())]
        );
        assert_eq!(
            of(&jo).await,
            [("REPORTS_TO".into(), "Robin Vale".to_owned())]
        );
        let managers = json!({ "kinds": ["REPORTS_TO"] });
        assert_eq!(ties(&sam, &jo, managers.clone()).await.len(), 1);
        assert_eq!(ties(&sam, &robin, managers).await.len(), 0);
    }
}

#[tokio::test]
async fn a_tie_that_ended_stays_on_record_and_may_begin_anew() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let (a, b) = (
            candidate(&sam, "Ash Moor").await,
            candidate(&sam, "Bo Lake").await,
        );
        let tie = tie(&a, "COLLEAGUE", &b);
        let first = add(&sam, tie.clone()).await;
        let by = json!({ "id": first["id"] });

        let end = json!({ "by": by, "version": 1 });
        let selection = "relationship { isEnded until version }";
        let ended = sam.mutate("endRelationship", end.clone(), selection).await;
        let stale = sam.refused("endRelationship", end).await;
        let again = sam
            .mutate("endRelationship", json!({ "by": by }), selection)
            .await;
        let second = add(&sam, tie).await;

        let expected = json!({ "isEnded": true, "until": "2026-03-02", "version": 2 });
        assert_eq!(ended["relationship"], expected);
        assert_eq!(again["relationship"], expected);
        assert_eq!(stale, refusal("CONFLICT", "input.version"));
        assert_ne!(first["id"], second["id"]);
        assert_eq!(ties(&sam, &a, Value::Null).await.len(), 1);
        let all = json!({ "includeEnded": true });
        assert_eq!(ties(&sam, &a, all).await.len(), 2);
    }
}

#[tokio::test]
async fn since_and_note_can_be_said_later_and_cleared() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let (a, b) = (
            candidate(&sam, "Ash Moor").await,
            candidate(&sam, "Bo Lake").await,
        );
        let id = add(&sam, tie(&a, "FRIEND", &b)).await["id"].clone();
        let update = async |fields: Value| {
            let mut input = json!({ "by": { "id": id } });
            input
                .as_object_mut()
                .unwrap()
                .extend(fields.as_object().unwrap().clone());
            let selection = "relationship { since note version }";
            let payload = sam.mutate("updateRelationship", input, selection).await;
            payload["relationship"].clone()
        };

        let said = update(json!({ "since": "2019-05-01", "note": "Met at a fair." })).await;
        let same = update(json!({ "note": "Met at a fair." })).await;
        let cleared = update(json!({ "note": null })).await;

        let expected = json!({ "since": "2019-05-01", "note": "Met at a fair.", "version": 2 });
        assert_eq!(said, expected);
        assert_eq!(same, expected);
        assert_eq!(
            cleared,
            json!({ "since": "2019-05-01", "note": null, "version": 3 })
        );
    }
}

#[tokio::test]
async fn what_is_no_tie_is_refused_by_field() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let (a, b) = (
            candidate(&sam, "Ash Moor").await,
            candidate(&sam, "Bo Lake").await,
        );
        let with = |field: &str, value: Value| {
            let mut input = tie(&a, "FRIEND", &b);
            input[field] = value;
            input
        };
        let cases = [
            (with("other", json!({ "id": a })), "INVALID", "input.other"),
            (with("kind", json!("NEMESIS")), "NOT_FOUND", "input.kind"),
            (with("since", json!("2026-03-04")), "INVALID", "input.since"),
            (with("until", json!("1899-12-31")), "INVALID", "input.until"),
            (with("note", json!("a\u{0}b")), "INVALID", "input.note"),
            (
                with("other", json!({ "email": "nobody@example.com" })),
                "NOT_FOUND",
                "input.other",
            ),
        ];

        for (input, code, path) in cases {
            let refused = sam.refused("addRelationship", input.clone()).await;
            assert_eq!(refused, refusal(code, path), "{input}");
        }
        let mut backwards = with("since", json!("2020-02-02"));
        backwards["until"] = json!("2020-02-01");
        let refused = sam.refused("addRelationship", backwards).await;
        assert_eq!(refused, refusal("INVALID", "input.since"));
        assert!(ties(&sam, &a, Value::Null).await.is_empty());
    }
}

#[tokio::test]
async fn a_tenant_adds_kinds_of_its_own() {
    for app in apps().await {
        let admin = app.with_scope("ada", "read admin");
        let host = json!({
            "code": "HOST_OF", "name": "host of",
            "inverseCode": "GUEST_OF", "inverseName": "guest of",
        });
        let selection = "relationshipKind { code inverseName isSymmetric isBuiltIn }";

        let made = admin
            .mutate("addRelationshipKind", host.clone(), selection)
            .await;
        let twice = admin.refused("addRelationshipKind", host.clone()).await;
        let guest = json!({ "code": "GUEST_OF", "name": "guest of" });
        let inverse = admin.refused("addRelationshipKind", guest).await;
        let built_in = json!({ "code": "COUSIN", "name": "cousin of" });
        let built_in = admin.refused("addRelationshipKind", built_in).await;
        let lower = json!({ "code": "host", "name": " " });
        let lower = admin.refused("addRelationshipKind", lower).await;

        assert_eq!(
            made["relationshipKind"],
            json!({
                "code": "HOST_OF", "inverseName": "guest of",
                "isSymmetric": false, "isBuiltIn": false,
            })
        );
        for refused in [twice, inverse, built_in] {
            assert_eq!(refused, refusal("DUPLICATE", "input.code"));
        }
        assert_eq!(lower.len(), 2);
        let (a, b) = (
            candidate(&admin, "Ash Moor").await,
            candidate(&admin, "Bo Lake").await,
        );
        add(&admin, tie(&a, "GUEST_OF", &b)).await;
        assert_eq!(
            ties(&admin, &a, Value::Null).await,
            [("GUEST_OF".into(), "Bo Lake".to_owned())]
        );
        let kinds = "{ relationshipKinds { code } }";
        let ours = admin.query(kinds).await;
        let theirs = app.stranger().query(kinds).await;
        let count = |data: &Value| data["relationshipKinds"].as_array().unwrap().len();
        assert_eq!(count(&ours), count(&theirs) + 1);
        let denied = app
            .as_recruiter("sam")
            .denied("addRelationshipKind", host)
            .await;
        assert_eq!(denied, "FORBIDDEN");
    }
}

#[tokio::test]
async fn a_reader_writes_nothing_and_a_stranger_finds_nothing() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let (a, b) = (
            candidate(&sam, "Ash Moor").await,
            candidate(&sam, "Bo Lake").await,
        );
        let made = add(&sam, tie(&a, "FRIEND", &b)).await;
        let by = json!({ "by": { "id": made["id"] } });
        let (reader, stranger) = (app.with_scope("rae", "read"), app.stranger());

        for (name, input) in [
            ("addRelationship", tie(&a, "FRIEND", &b)),
            ("updateRelationship", by.clone()),
            ("endRelationship", by.clone()),
        ] {
            assert_eq!(reader.denied(name, input.clone()).await, "FORBIDDEN");
            let refused = stranger.refused(name, input).await;
            assert!(refused.iter().all(|(code, _)| code == "NOT_FOUND"));
        }
        let node = "query ($id: ID!) { node(id: $id) { __typename id } }";
        let id = json!({ "id": made["id"] });
        let ours = reader.query_with(node, id.clone()).await;
        assert_eq!(ours["node"]["__typename"], "Relationship");
        assert_eq!(ours["node"]["id"], made["id"]);
        let theirs = stranger.query_with(node, id).await;
        assert_eq!(theirs["node"], Value::Null);
    }
}

#[tokio::test]
async fn ties_of_many_people_cost_one_statement_and_page_in_order() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let hub = candidate(&sam, "Hub Hart").await;
        for index in 0..5 {
            let other = candidate(&sam, &format!("Spoke {index}")).await;
            let (one, two) = if index % 2 == 0 {
                (&hub, &other)
            } else {
                (&other, &hub)
            };
            add(&sam, tie(one, "MENTOR_OF", two)).await;
        }
        let document = "query ($after: String) { candidates(first: 10) { nodes { name
            relationships(first: 2, after: $after) {
                nodes { kind { code } other { name } } pageInfo { endCursor hasNextPage }
            } } } }";
        let plain = sam.run("{ candidates(first: 10) { nodes { name } } }", json!({}));
        let plain = plain.await.statements;

        let answer = sam.run(document, json!({})).await;

        assert_eq!(answer.errors(), &[] as &[Value]);
        // The ties, and the people at their other ends.
        assert_eq!(answer.statements, plain + 2);
        let page = "query ($id: ID!, $after: String) { person(by: { id: $id }) {
            relationships(first: 2, after: $after) {
                nodes { other { name } } pageInfo { endCursor hasNextPage }
            } } }";
        let (mut names, mut after) = (Vec::new(), Value::Null);
        loop {
            let variables = json!({ "id": hub, "after": after });
            let data = sam.query_with(page, variables).await;
            let list = &data["person"]["relationships"];
            for node in list["nodes"].as_array().unwrap() {
                names.push(node["other"]["name"].as_str().unwrap().to_owned());
            }
            if list["pageInfo"]["hasNextPage"] == false {
                break;
            }
            after = list["pageInfo"]["endCursor"].clone();
        }
        assert_eq!(names, [4, 3, 2, 1, 0].map(|index| format!("Spoke {index}")));
    }
}
