//! People: made, changed, found.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::support::{Client, apps};

#[tokio::test]
async fn a_name_is_enough_for_a_candidate() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");

        let made = sam
            .mutate(
                "createCandidate",
                json!({ "name": "Jo's cousin" }),
                "candidate { id name hats }",
            )
            .await;

        assert_eq!(made["candidate"]["name"], "Jo's cousin");
        assert_eq!(made["candidate"]["hats"], json!(["CANDIDATE"]));
    }
}

#[tokio::test]
async fn a_second_call_with_the_same_key_makes_nobody_else() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let input = json!({ "name": "Ada Finch", "idempotencyKey": "form-1" });

        let first = sam
            .mutate("createCandidate", input.clone(), "candidate { id }")
            .await;
        let second = sam
            .mutate("createCandidate", input, "candidate { id }")
            .await;
        let other = json!({ "name": "Ida Finch", "idempotencyKey": "form-1" });
        let refused = sam.refused("createCandidate", other).await;

        assert_eq!(first, second);
        assert_eq!(
            refused,
            [(
                "IDEMPOTENCY_KEY_REUSED".into(),
                "input.idempotencyKey".into()
            )]
        );
        let count = sam.query("{ candidates { totalCount } }").await;
        assert_eq!(count["candidates"]["totalCount"], 1);
    }
}

async fn made(client: &Client, said: Value) -> Value {
    let mut made = client
        .mutate("createCandidate", said, "candidate { id }")
        .await;
    made["candidate"]["id"].take()
}

/// The names on a list of candidates.
async fn names(client: &Client, arguments: &str) -> Vec<String> {
    let document = format!("{{ candidates({arguments}) {{ totalCount nodes {{ name }} }} }}");
    let seen = client.query(&document).await;
    let nodes = seen["candidates"]["nodes"].as_array().unwrap();
    assert_eq!(seen["candidates"]["totalCount"], nodes.len(), "{arguments}");
    let name = |node: &Value| node["name"].as_str().unwrap().to_owned();
    nodes.iter().map(name).collect()
}

#[tokio::test]
async fn one_person_wears_two_hats_and_never_none() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let id = made(&sam, json!({ "name": "Ada" })).await;
        let hat = |hat: &str| json!({ "by": { "id": id }, "hat": hat });
        let hats = "person { hats asCandidate { id } asContact { id name } version }";

        let both = sam.mutate("addHat", hat("CONTACT"), hats).await;
        let again = sam.mutate("addHat", hat("CONTACT"), hats).await;
        let contact = sam.mutate("dropHat", hat("CANDIDATE"), hats).await;
        let none = sam.refused("dropHat", hat("CONTACT")).await;

        assert_eq!(both["person"]["hats"], json!(["CANDIDATE", "CONTACT"]));
        assert_eq!(both["person"]["asCandidate"]["id"], id);
        assert_eq!(both["person"]["version"], 2);
        assert_eq!(both, again);
        let other_id = &both["person"]["asContact"]["id"];
        assert_ne!(other_id, &id);
        assert_eq!(contact["person"]["hats"], json!(["CONTACT"]));
        assert_eq!(contact["person"]["asCandidate"], Value::Null);
        assert_eq!(none, [("INVALID".into(), "input.hat".into())]);
        let seen = sam
            .query_with(
                "query ($old: ID!, $new: ID!) {
                    candidate(by: {id: $old}) { id } contact(by: {id: $old}) { name }
                    old: node(id: $old) { id } new: node(id: $new) { id }
                    candidates { totalCount } contacts { totalCount } }",
                json!({ "old": id, "new": other_id }),
            )
            .await;
        assert_eq!(seen["candidate"], Value::Null);
        assert_eq!(seen["contact"]["name"], "Ada");
        assert_eq!(seen["old"], Value::Null);
        assert_eq!(seen["new"]["id"], *other_id);
        assert_eq!(
            (
                &seen["candidates"]["totalCount"],
                &seen["contacts"]["totalCount"]
            ),
            (&json!(0), &json!(1))
        );
    }
}

#[tokio::test]
async fn an_omitted_field_stays_and_null_clears_it() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let viewer = sam.query("{ viewer { recruiter { id } } }").await;
        let id = made(
            &sam,
            json!({
                "givenName": "Ada", "familyName": "Finch", "headline": "Smith",
                "owner": viewer["viewer"]["recruiter"]["id"],
                "place": { "city": "Port Ellery", "country": "nz" }, "tags": ["night owl"],
                "emails": [{ "value": "Ada@Example.com", "label": "home" }],
                "positions": [{ "companyName": "Anvil & Sons", "title": "Smith" }],
            }),
        )
        .await;
        let all = "candidate { name givenName headline owner { subject } place { city country }
            tags emails { value normalized label } positions { title companyName } version }";
        let update = async |mut said: Value| {
            said["by"] = json!({ "id": id });
            sam.mutate("updateCandidate", said, all).await["candidate"].take()
        };

        let same = update(json!({ "headline": "Smith" })).await;
        let cleared = update(json!({ "headline": null, "owner": null, "place": null,
            "tags": null, "emails": null, "positions": null }))
        .await;

        assert_eq!(
            same,
            json!({
                "name": "Ada Finch", "givenName": "Ada", "headline": "Smith",
                "owner": { "subject": "sam" },
                "place": { "city": "Port Ellery", "country": "NZ" }, "tags": ["night owl"],
                "emails": [{ "value": "Ada@Example.com", "normalized": "ada@example.com",
                    "label": "home" }],
                "positions": [{ "title": "Smith", "companyName": "Anvil & Sons" }],
                "version": 1,
            })
        );
        assert_eq!(
            cleared,
            json!({
                "name": "Ada Finch", "givenName": "Ada", "headline": null, "owner": null,
                "place": { "city": null, "country": null }, "tags": [], "emails": [],
                "positions": [], "version": 2,
            })
        );
    }
}

#[tokio::test]
async fn an_update_of_what_has_changed_since_is_a_conflict() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let id = made(&sam, json!({ "name": "Ada" })).await;
        let update = |version: i32, name: &str| json!({ "by": { "id": id }, "version": version, "name": name });

        sam.mutate(
            "updateCandidate",
            update(1, "Ada Finch"),
            "candidate { id }",
        )
        .await;
        let late = sam.refused("updateCandidate", update(1, "Ada Wren")).await;
        let early = sam.refused("updateCandidate", update(3, "Ada Wren")).await;

        let conflict = [("CONFLICT".to_owned(), "input.version".to_owned())];
        assert_eq!(
            (late.as_slice(), early.as_slice()),
            (&conflict[..], &conflict[..])
        );
        assert_eq!(names(&sam, "first: 5").await, ["Ada Finch"]);
    }
}

#[tokio::test]
async fn an_upsert_that_says_nothing_new_changes_nothing() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let input = json!({
            "externalRecord": { "system": "ats", "type": "candidate", "id": "17" },
            "name": "Ada Finch", "emails": [{ "value": "ada@example.com" }],
            "phones": [{ "value": "+64 21 555 0123" }], "tags": ["night owl"],
            "positions": [{ "companyName": "Anvil & Sons", "startedOn": "2020-01-01" }],
        });
        let all = "created updated person { id version updatedAt }";

        let first = sam.mutate("upsertPerson", input.clone(), all).await;
        app.advance(TimeDelta::hours(1));
        let second = sam.mutate("upsertPerson", input.clone(), all).await;
        let mut other = input;
        other["headline"] = json!("Smith");
        let third = sam.mutate("upsertPerson", other.clone(), all).await;
        other["hat"] = json!("CONTACT");
        let fourth = sam.mutate("upsertPerson", other, all).await;

        let told = |answer: &Value| (answer["created"].clone(), answer["updated"].clone());
        assert_eq!(told(&first), (json!(true), json!(false)));
        assert_eq!(told(&second), (json!(false), json!(false)));
        assert_eq!(second["person"], first["person"]);
        assert_eq!(told(&third), (json!(false), json!(true)));
        assert_eq!(third["person"]["version"], 2);
        assert_eq!(fourth["person"]["version"], 3);
    }
}

#[tokio::test]
async fn people_are_listed_in_six_orders_either_way() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        for (name, touched, cadence) in [
            ("bea", Some("2026-02-01T09:00:00Z"), Some(10)),
            ("Ádám", None, Some(90)),
            ("Cy", Some("2026-01-01T09:00:00Z"), None),
        ] {
            let id = made(&sam, json!({ "name": name, "cadenceDays": cadence })).await;
            app.advance(TimeDelta::seconds(1));
            if let Some(at) = touched {
                let input = json!({ "people": [{ "id": id }], "channel": "EMAIL",
                    "direction": "INBOUND", "occurredAt": at });
                sam.mutate("logInteraction", input, "interaction { id }")
                    .await;
            }
        }

        for (field, expected) in [
            ("NAME", ["Ádám", "bea", "Cy"]),
            ("CREATED_AT", ["bea", "Ádám", "Cy"]),
            ("UPDATED_AT", ["bea", "Ádám", "Cy"]),
            ("LAST_TOUCH_AT", ["Ádám", "Cy", "bea"]),
            ("NEXT_TOUCH_AT", ["bea", "Ádám", "Cy"]),
            ("AWAITING_REPLY_SINCE", ["Cy", "bea", "Ádám"]),
        ] {
            let up = names(&sam, &format!("orderBy: {{field: {field}}}")).await;
            let mut down = names(
                &sam,
                &format!("orderBy: {{field: {field}, direction: DESC}}"),
            )
            .await;
            down.reverse();
            assert_eq!(up, expected, "{field}");
            assert_eq!(down, expected, "{field} down");
        }
    }
}

#[tokio::test]
async fn filters_answer_what_recruiters_ask() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let viewer = sam.query("{ viewer { recruiter { id } } }").await;
        let me = &viewer["viewer"]["recruiter"]["id"];
        let company = sam
            .mutate(
                "createCompany",
                json!({ "name": "Anvil" }),
                "company { id }",
            )
            .await;
        let company = &company["company"]["id"];
        let ada = made(
            &sam,
            json!({ "name": "Ada", "owner": me, "tags": ["Night Owl", "smith"],
                "communities": ["Córdoba Choir"],
                "place": { "city": "Åkersund", "region": "Örebro", "country": "SE" },
                "positions": [{ "company": { "id": company } }],
                "emails": [{ "value": "ada@example.com" }] }),
        )
        .await;
        let bo = made(&sam, json!({ "name": "Bo", "tags": ["smith"] })).await;
        let referral = json!({ "referrer": { "id": bo }, "referred": { "person": { "id": ada } } });
        sam.mutate("recordReferral", referral, "referral { id }")
            .await;
        let stop = json!({ "by": { "id": bo }, "doNotContact": true });
        sam.mutate("setDoNotContact", stop, "person { id }").await;
        let call = json!({ "people": [{ "id": ada }], "channel": "CALL" });
        sam.mutate("logInteraction", call, "interaction { id }")
            .await;

        let (me, company) = (me.to_string(), company.to_string());
        for (filter, expected) in [
            (format!("owners: [{me}]"), vec!["Ada"]),
            ("withoutOwner: true".into(), vec!["Bo"]),
            ("withoutOwner: false".into(), vec!["Ada"]),
            ("tags: [\"NIGHT owl\"]".into(), vec!["Ada"]),
            ("tags: [\"smith\"]".into(), vec!["Ada", "Bo"]),
            ("tags: [\"smith\", \"night owl\"]".into(), vec!["Ada"]),
            ("communities: [\"cordoba choir\"]".into(), vec!["Ada"]),
            ("place: {city: \"akersund\"}".into(), vec!["Ada"]),
            (
                "place: {country: \"se\", region: \"Örebro\"}".into(),
                vec!["Ada"],
            ),
            (format!("companies: [{company}]"), vec!["Ada"]),
            ("email: \"ADA@example.com\"".into(), vec!["Ada"]),
            ("hasReferred: true".into(), vec!["Bo"]),
            ("hasReferred: false".into(), vec!["Ada"]),
            ("doNotContact: true".into(), vec!["Bo"]),
            ("doNotContact: false".into(), vec!["Ada"]),
            (
                "notTouchedSince: \"2026-03-01T00:00:00Z\"".into(),
                vec!["Bo"],
            ),
            ("createdSince: \"2026-03-02T09:00:01Z\"".into(), vec![]),
            (
                "updatedSince: \"2026-03-02T09:00:00Z\"".into(),
                vec!["Ada", "Bo"],
            ),
            ("owners: []".into(), vec![]),
        ] {
            let arguments = format!("filter: {{{filter}}}, orderBy: {{field: NAME}}");
            assert_eq!(names(&sam, &arguments).await, expected, "{filter}");
        }
    }
}

#[tokio::test]
async fn words_are_found_whatever_their_accents_and_short_ones_by_their_beginning() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        for (name, email) in [
            ("Zoë Löfgren", "zoe.l@example.com"),
            ("Li Wu", "wu@example.com"),
            ("Ωmega Ödland 李", "o@example.com"),
        ] {
            made(
                &sam,
                json!({ "name": name, "emails": [{ "value": email }] }),
            )
            .await;
        }

        for (text, expected) in [
            ("zoe", vec!["Zoë Löfgren"]),
            ("ZOË lofg", vec!["Zoë Löfgren"]),
            ("fgre", vec!["Zoë Löfgren"]),
            ("wu", vec!["Li Wu"]),
            ("u", vec![]),
            ("w", vec!["Li Wu"]),
            ("li", vec!["Li Wu"]),
            ("李", vec!["Ωmega Ödland 李"]),
            ("zoe.l@example.com", vec!["Zoë Löfgren"]),
            ("wu zoe", vec![]),
            ("OR", vec![]),
            ("\\\"li\\\" AND %wu_", vec![]),
        ] {
            let found = names(&sam, &format!("filter: {{text: \"{text}\"}}")).await;
            assert_eq!(found, expected, "{text}");
        }
        for nothing in ["", "  ", "%", "*", "\\\""] {
            let document =
                format!("{{ candidates(filter: {{text: \"{nothing}\"}}) {{ totalCount }} }}");
            let code = sam.run(&document, json!({})).await.code();
            assert_eq!(code, "BAD_USER_INPUT", "{nothing:?}");
        }
    }
}

#[tokio::test]
async fn what_is_changed_is_what_is_found() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let id = made(&sam, json!({ "name": "Ada Finch" })).await;
        let input = json!({ "by": { "id": id }, "name": "Ida Wren", "headline": "falconer" });

        sam.mutate("updateCandidate", input, "candidate { id }")
            .await;

        assert_eq!(names(&sam, "filter: {text: \"finch\"}").await, [""; 0]);
        assert_eq!(names(&sam, "filter: {text: \"wren\"}").await, ["Ida Wren"]);
        let tags = json!({ "by": { "id": id }, "tags": ["Owl", "owl ", "ÖWL", "smith"] });
        let tagged = sam.mutate("setTags", tags, "person { tags version }").await;
        assert_eq!(tagged["person"]["tags"], json!(["Owl", "smith"]));
        assert_eq!(tagged["person"]["version"], 3);
    }
}

#[tokio::test]
async fn an_address_that_two_share_names_neither() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let shared = json!([{ "value": "desk@example.com" }]);
        let ada = made(&sam, json!({ "name": "Ada", "emails": shared })).await;
        let by = json!({ "email": "Desk@Example.com" });
        let alone = sam
            .query_with(
                "query ($by: PersonBy!) { person(by: $by) { id } }",
                json!({ "by": by }),
            )
            .await;
        made(&sam, json!({ "name": "Bo", "emails": shared })).await;

        let asked = sam
            .run(
                "query ($by: PersonBy!) { person(by: $by) { id } viewer { scopes } }",
                json!({ "by": by }),
            )
            .await;
        let written = json!({ "by": by, "owner": null });
        let written = sam.refused("setOwner", written).await;

        assert_eq!(alone["person"]["id"], ada);
        assert_eq!(asked.code(), "BAD_USER_INPUT");
        assert_eq!(asked.body["data"]["person"], Value::Null);
        assert_eq!(asked.errors()[0]["path"], json!(["person"]));
        assert_eq!(written, [("INVALID".into(), "input.by".into())]);
        let both = names(&sam, "filter: {email: \"desk@example.com\"}").await;
        assert_eq!(both.len(), 2);
    }
}

#[tokio::test]
async fn an_address_written_twice_is_one_address() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let twice = json!([{ "value": "ada@example.com" }, { "value": "ADA@example.com" }]);
        let id = made(&sam, json!({ "name": "Ada", "emails": twice })).await;

        let found = sam
            .query("{ person(by: {email: \"ada@example.com\"}) { id emails { normalized } } }")
            .await;

        let once = json!([{ "normalized": "ada@example.com" }]);
        assert_eq!(found["person"], json!({ "id": id, "emails": once }));
        let owner = json!({ "by": { "email": "ada@example.com" }, "owner": null });
        sam.mutate("setOwner", owner, "person { id }").await;
    }
}

#[tokio::test]
async fn calls_side_by_side_with_one_key_make_one_person() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        sam.query("{ viewer { scopes } }").await;

        let calls: Vec<_> = (0..8)
            .map(|_| {
                let sam = sam.clone();
                let input = json!({ "name": "Ada", "idempotencyKey": "once" });
                tokio::spawn(async move { made(&sam, input).await })
            })
            .collect();
        let mut ids = Vec::new();
        for call in calls {
            ids.push(call.await.unwrap());
        }

        ids.dedup();
        assert_eq!(ids.len(), 1);
        assert_eq!(names(&sam, "first: 5").await, ["Ada"]);
    }
}

#[tokio::test]
async fn upserts_side_by_side_of_one_record_make_one_person() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        sam.query("{ viewer { scopes } }").await;

        let calls: Vec<_> = (0..8)
            .map(|_| {
                let sam = sam.clone();
                let record = json!({ "system": "ats", "type": "candidate", "id": "9" });
                let input = json!({ "externalRecord": record, "name": "Ada" });
                tokio::spawn(async move {
                    sam.mutate("upsertPerson", input, "created person { id }")
                        .await
                })
            })
            .collect();
        let mut created = 0;
        for call in calls {
            created += u32::from(call.await.unwrap()["created"] == true);
        }

        assert_eq!(created, 1);
        assert_eq!(names(&sam, "first: 5").await, ["Ada"]);
    }
}
