//! Companies: made, changed, found, with their people and their jobs.

use serde_json::{Value, json};

use crate::support::{Client, apps};

/// A company of that name; its id.
async fn company(client: &Client, name: &str) -> Value {
    let input = json!({ "name": name });
    let mut made = client
        .mutate("createCompany", input, "company { id }")
        .await;
    made["company"]["id"].take()
}

/// The names of a list of companies.
async fn names(client: &Client, arguments: &str) -> Vec<Value> {
    let document = format!("{{ companies(first: 50 {arguments}) {{ nodes {{ name }} }} }}");
    let data = client.query(&document).await;
    let nodes = data["companies"]["nodes"].as_array().unwrap().clone();
    nodes
        .into_iter()
        .map(|mut node| node["name"].take())
        .collect()
}

#[tokio::test]
async fn what_is_said_of_a_company_is_read_back() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let me = sam.query("{ viewer { recruiter { id } } }").await;
        let input = json!({
            "name": "  Larkspur Instruments ",
            "website": "larkspur.example",
            "place": { "city": "Galway", "region": "Connacht", "country": "ie" },
            "owner": me["viewer"]["recruiter"]["id"],
            "externalRecords": [{ "system": "ats", "type": "client", "id": "7" }],
        });

        let made = sam.mutate("createCompany", input, "company { id }").await;

        let by = json!({ "by": { "externalRecord":
            { "system": "ats", "type": "client", "id": "7" } } });
        let found = sam
            .query_with(
                "query ($by: NodeBy!) { company(by: $by) {
                    id name website place { city region country } version createdAt updatedAt
                    owner { subject } externalRecords { system type id } } }",
                by,
            )
            .await;
        assert_eq!(
            found["company"],
            json!({
                "id": made["company"]["id"],
                "name": "Larkspur Instruments",
                "website": "https://larkspur.example",
                "place": { "city": "Galway", "region": "Connacht", "country": "IE" },
                "version": 1,
                "createdAt": "2026-03-02T09:00:00Z",
                "updatedAt": "2026-03-02T09:00:00Z",
                "owner": { "subject": "sam" },
                "externalRecords": [{ "system": "ats", "type": "client", "id": "7" }],
            })
        );
        let node = sam
            .query_with(
                "query ($id: ID!) { node(id: $id) { ... on Company { name } } }",
                json!({ "id": made["company"]["id"] }),
            )
            .await;
        assert_eq!(node["node"]["name"], "Larkspur Instruments");
    }
}

#[tokio::test]
async fn an_omitted_field_stays_and_null_clears_it() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let input = json!({
            "name": "Larkspur", "website": "larkspur.example",
            "place": { "city": "Galway", "country": "IE" },
        });
        let made = sam.mutate("createCompany", input, "company { id }").await;
        let by = json!({ "id": made["company"]["id"] });
        let selection = "company { name website place { city country } version }";

        let renamed = json!({ "by": by, "name": "Larkspur Two", "place": { "city": null } });
        let renamed = sam.mutate("updateCompany", renamed, selection).await;
        let cleared = json!({ "by": by, "website": null, "place": null });
        let cleared = sam.mutate("updateCompany", cleared, selection).await;

        assert_eq!(
            renamed["company"],
            json!({
                "name": "Larkspur Two", "website": "https://larkspur.example",
                "place": { "city": null, "country": "IE" }, "version": 2,
            })
        );
        assert_eq!(
            cleared["company"],
            json!({
                "name": "Larkspur Two", "website": null,
                "place": { "city": null, "country": null }, "version": 3,
            })
        );
    }
}

#[tokio::test]
async fn saying_the_same_again_changes_nothing() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let id = company(&sam, "Larkspur").await;
        app.advance(chrono::TimeDelta::hours(1));
        let input = json!({ "by": { "id": id }, "name": "Larkspur", "version": 1 });

        let same = sam
            .mutate("updateCompany", input, "company { version updatedAt }")
            .await;

        assert_eq!(
            same["company"],
            json!({ "version": 1, "updatedAt": "2026-03-02T09:00:00Z" })
        );
    }
}

#[tokio::test]
async fn each_mistake_names_its_field() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let id = company(&sam, "Larkspur").await;
        let person = sam
            .mutate(
                "createContact",
                json!({ "name": "Ada Finch" }),
                "contact { id }",
            )
            .await;
        let taken = json!({ "system": "ats", "type": "client", "id": "7" });
        let link = json!({ "node": id, "externalRecord": taken });
        sam.mutate("linkExternalRecord", link, "node { id }").await;
        let unknown = json!({ "externalRecord": { "system": "ats", "type": "x", "id": "9" } });

        for (name, input, code, path) in [
            ("createCompany", json!({ "name": " " }), "INVALID", "name"),
            (
                "createCompany",
                json!({ "name": "a\u{0}b" }),
                "INVALID",
                "name",
            ),
            (
                "createCompany",
                json!({ "name": "n".repeat(201) }),
                "INVALID",
                "name",
            ),
            (
                "createCompany",
                json!({ "name": "A", "website": "ftp://larkspur.example" }),
                "INVALID",
                "website",
            ),
            (
                "createCompany",
                json!({ "name": "A", "place": { "country": "Ireland" } }),
                "INVALID",
                "place.country",
            ),
            (
                "createCompany",
                json!({ "name": "A", "owner": person["contact"]["id"] }),
                "INVALID",
                "owner",
            ),
            (
                "createCompany",
                json!({ "name": "A", "externalRecords": [taken] }),
                "DUPLICATE",
                "externalRecords.0",
            ),
            (
                "updateCompany",
                json!({ "by": { "id": id }, "name": null }),
                "INVALID",
                "name",
            ),
            (
                "updateCompany",
                json!({ "by": { "id": id }, "version": 7, "name": "B" }),
                "CONFLICT",
                "version",
            ),
            (
                "updateCompany",
                json!({ "by": unknown, "name": "B" }),
                "NOT_FOUND",
                "by",
            ),
            (
                "updateCompany",
                json!({ "by": { "id": person["contact"]["id"] } }),
                "INVALID",
                "by",
            ),
        ] {
            let refused = sam.refused(name, input.clone()).await;
            let expected = vec![(code.to_owned(), format!("input.{path}"))];
            assert_eq!(refused, expected, "{input}");
        }
        assert_eq!(names(&sam, "").await, ["Larkspur"]);
    }
}

#[tokio::test]
async fn the_same_key_makes_one_company() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let input = json!({ "name": "Larkspur", "idempotencyKey": "k" });

        let first = sam
            .mutate("createCompany", input.clone(), "company { id }")
            .await;
        let second = sam.mutate("createCompany", input, "company { id }").await;

        assert_eq!(first, second);
        assert_eq!(names(&sam, "").await, ["Larkspur"]);
    }
}

#[tokio::test]
async fn companies_are_found_by_words_place_and_owner() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let me = sam.query("{ viewer { recruiter { id } } }").await;
        let me = me["viewer"]["recruiter"]["id"].as_str().unwrap().to_owned();
        for (name, city, owner) in [
            ("Älpine Glass & Co.", "Zürich", Some(&me)),
            ("Glasswort 100%", "zürich", None),
            ("Brightwater", "Cork", None),
        ] {
            let input = json!({ "name": name, "place": { "city": city }, "owner": owner });
            sam.mutate("createCompany", input, "company { id }").await;
        }

        for (arguments, expected) in [
            (
                "",
                vec!["Älpine Glass & Co.", "Brightwater", "Glasswort 100%"],
            ),
            (
                "orderBy: {field: NAME, direction: DESC}",
                vec!["Glasswort 100%", "Brightwater", "Älpine Glass & Co."],
            ),
            (
                "orderBy: {field: CREATED_AT}, filter: {text: \"GLASS\"}",
                vec!["Älpine Glass & Co.", "Glasswort 100%"],
            ),
            ("filter: {text: \"co alp\"}", vec!["Älpine Glass & Co."]),
            (
                "orderBy: {field: UPDATED_AT}, filter: {city: \"Zürich\"}",
                vec!["Älpine Glass & Co.", "Glasswort 100%"],
            ),
            ("filter: {updatedSince: \"2026-03-02T09:00:01Z\"}", vec![]),
            (
                &format!("filter: {{owners: [\"{me}\"]}}"),
                vec!["Älpine Glass & Co."],
            ),
        ] {
            assert_eq!(names(&sam, arguments).await, expected, "{arguments}");
        }
        let document = "{ companies(filter: {text: \"_ %\"}) { nodes { name } } }";
        let no_words = sam.run(document, json!({})).await;
        assert_eq!(no_words.code(), "BAD_USER_INPUT");
    }
}

#[tokio::test]
async fn pages_follow_one_another_both_ways() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        for name in ["A", "B", "B", "C", "D"] {
            company(&sam, name).await;
        }
        let page = async |arguments: &str| {
            let document = format!(
                "{{ companies({arguments}) {{ totalCount nodes {{ name }}
                    pageInfo {{ startCursor endCursor hasNextPage hasPreviousPage }} }} }}"
            );
            sam.query(&document).await["companies"].take()
        };

        let first = page("first: 2").await;
        let end = first["pageInfo"]["endCursor"].as_str().unwrap();
        let second = page(&format!("first: 2, after: \"{end}\"")).await;
        let start = second["pageInfo"]["startCursor"].as_str().unwrap();
        let back = page(&format!("last: 2, before: \"{start}\"")).await;

        assert_eq!(first["totalCount"], 5);
        assert_eq!(first["nodes"], json!([{ "name": "A" }, { "name": "B" }]));
        assert_eq!(second["nodes"], json!([{ "name": "B" }, { "name": "C" }]));
        assert_eq!(back["nodes"], first["nodes"]);
        assert_eq!(second["pageInfo"]["hasNextPage"], true);
        let document = format!(
            "{{ companies(first: 2, after: \"{end}\", orderBy: {{field: CREATED_AT}}) {{
                nodes {{ name }} }} }}"
        );
        let other_order = sam.run(&document, json!({})).await;
        assert_eq!(other_order.code(), "BAD_USER_INPUT");
    }
}

#[tokio::test]
async fn people_stand_under_each_company_once_at_one_statement() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let (here, there) = (company(&sam, "Here").await, company(&sam, "There").await);
        for (name, positions) in [
            ("Mo Wren", json!([{ "company": { "id": here } }])),
            (
                "Ada Finch",
                json!([
                    { "company": { "id": here }, "title": "Head" },
                    { "company": { "id": here }, "title": "Lead", "endedOn": "2024-01-31" },
                ]),
            ),
            (
                "Lou Crane",
                json!([
                    { "company": { "id": there } },
                    { "company": { "id": here }, "endedOn": "2025-06-30" },
                ]),
            ),
        ] {
            let input = json!({ "name": name, "positions": positions });
            sam.mutate("createContact", input, "contact { id }").await;
        }

        let document = "{ companies { nodes { name
            all: people(first: 2) { totalCount nodes { name } pageInfo { hasNextPage } }
            now: people(currentOnly: true) { totalCount nodes { name } } } } }";
        let answer = sam.run(document, json!({})).await;

        assert_eq!(
            answer.body["data"]["companies"]["nodes"],
            json!([
                {
                    "name": "Here",
                    "all": {
                        "totalCount": 3,
                        "nodes": [{ "name": "Ada Finch" }, { "name": "Lou Crane" }],
                        "pageInfo": { "hasNextPage": true },
                    },
                    "now": {
                        "totalCount": 2,
                        "nodes": [{ "name": "Ada Finch" }, { "name": "Mo Wren" }],
                    },
                },
                {
                    "name": "There",
                    "all": {
                        "totalCount": 1,
                        "nodes": [{ "name": "Lou Crane" }],
                        "pageInfo": { "hasNextPage": false },
                    },
                    "now": { "totalCount": 1, "nodes": [{ "name": "Lou Crane" }] },
                },
            ])
        );
        // The companies, two lists of people, two counts.
        assert_eq!(answer.statements, 5);
        let document = "{ contacts { nodes { positions { companyName company { name } } } } }";
        let answer = sam.run(document, json!({})).await;
        assert_eq!(answer.errors(), &[] as &[Value]);
        // The contacts, their positions, the companies.
        assert_eq!(answer.statements, 3);
        assert_eq!(
            answer.body["data"]["contacts"]["nodes"][2]["positions"],
            json!([{ "companyName": "Here", "company": { "name": "Here" } }])
        );
    }
}

#[tokio::test]
async fn a_reader_may_read_and_a_stranger_sees_nothing() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let id = company(&sam, "Larkspur").await;
        let reader = app.with_scope("rea", "read");
        let stranger = app.stranger();
        let rename = json!({ "by": { "id": id }, "name": "Mine" });

        assert_eq!(names(&reader, "").await, ["Larkspur"]);
        let create = json!({ "name": "A" });
        assert_eq!(reader.denied("createCompany", create).await, "FORBIDDEN");
        assert_eq!(
            reader.denied("updateCompany", rename.clone()).await,
            "FORBIDDEN"
        );
        assert_eq!(names(&stranger, "").await, Vec::<Value>::new());
        let looked = stranger
            .query_with(
                "query ($id: ID!) { node(id: $id) { id } company(by: {id: $id}) { id } }",
                json!({ "id": id }),
            )
            .await;
        assert_eq!(looked, json!({ "node": null, "company": null }));
        assert_eq!(
            stranger.refused("updateCompany", rename).await,
            [("NOT_FOUND".into(), "input.by".into())]
        );
    }
}
