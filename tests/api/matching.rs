//! Who is who: a record that names nobody we know comes to the person whom it speaks for, if that is
//! sure; what is not sure is put before somebody.

use serde_json::{Value, json};

use crate::support::{App, Client, apps};

const RESULTS: &str = "results { status id matched userErrors { code path message }
    suggestions { person { id } reason { evidence shared words } } }
    counts { created updated unchanged rejected deferred }";

fn syncer(app: &App) -> Client {
    app.with_scope("robot", "sync")
}

/// A record of a person: its name there, and what it says.
#[expect(
    clippy::needless_pass_by_value,
    reason = "a record is made of what is made for it"
)]
fn record(system: &str, id: &str, person: Value) -> Value {
    json!({ "system": system, "type": "candidate", "id": id, "person": person })
}

fn person(name: &str, emails: &[&str], links: &[&str], phones: &[&str]) -> Value {
    let values = |all: &[&str]| {
        all.iter()
            .map(|one| json!({ "value": one }))
            .collect::<Value>()
    };
    json!({
        "name": name, "emails": values(emails), "links": values(links), "phones": values(phones),
    })
}

async fn sync(client: &Client, records: Value) -> Value {
    let input = json!({ "system": "ats", "records": records });
    client.mutate("syncRecords", input, RESULTS).await
}

/// The person of a record, with a selection.
async fn whose(client: &Client, system: &str, id: &str, selection: &str) -> Value {
    let document = format!("query ($by: PersonBy!) {{ person(by: $by) {{ {selection} }} }}");
    let record = json!({ "system": system, "type": "candidate", "id": id });
    let by = json!({ "by": { "externalRecord": record } });
    client.query_with(&document, by).await["person"].clone()
}

async fn id_of(client: &Client, system: &str, id: &str) -> String {
    let id = whose(client, system, id, "id").await["id"].clone();
    id.as_str().unwrap().to_owned()
}

async fn suggestions(client: &Client) -> Vec<Value> {
    let document = "{ matchSuggestions(first: 50) { totalCount nodes { id state
        one { name } other { name } reasons { evidence shared words } } } }";
    let list = client.query(document).await["matchSuggestions"].clone();
    let nodes = list["nodes"].as_array().unwrap().clone();
    assert_eq!(list["totalCount"], nodes.len());
    nodes
}

/// Whether the feed tells of a change of a field.
async fn feed_tells_of(app: &App, field: &str) -> bool {
    app.feed_settles().await;
    let feed = "{ changes(first: 500) { nodes { fields } } }";
    let changes = app.as_recruiter("sam").query(feed).await;
    changes.to_string().contains(&format!("\"{field}\""))
}

const KAI: &str = "kai@berg.example";
const LINK: &str = "https://www.linkedin.com/in/kai-berg?trk=x";
const PHONE: &str = "+44 20 7946 0018";

#[tokio::test]
async fn a_record_comes_to_the_person_it_surely_speaks_for() {
    for (said, matched) in [
        (
            person("Kai M. Berg", &["KAI@berg.example"], &[], &[]),
            "EMAIL_AND_NAME",
        ),
        (
            person(
                "K. Berg-Hall",
                &[],
                &["de.linkedin.com/in/Kai-Berg/en"],
                &[],
            ),
            "LINKEDIN",
        ),
    ] {
        for app in apps().await {
            let robot = syncer(&app);
            let first = record("one", "1", person("Kai Berg", &[KAI], &[LINK], &[PHONE]));
            sync(&robot, json!([first])).await;

            let payload = sync(&robot, json!([record("two", "7", said.clone())])).await;

            assert_eq!(payload["results"][0]["status"], "UPDATED", "{payload}");
            assert_eq!(payload["results"][0]["matched"], matched);
            let found = "id matches { record { system id } reason { evidence words } undoneAt }
                externalRecords { system }";
            let kai = whose(&robot, "one", "1", found).await;
            assert_eq!(kai["id"], payload["results"][0]["id"]);
            assert_eq!(
                kai["matches"][0]["record"],
                json!({ "system": "two", "id": "7" })
            );
            assert_eq!(kai["matches"][0]["reason"]["evidence"], matched);
            assert_eq!(kai["externalRecords"].as_array().unwrap().len(), 2);
            assert!(
                feed_tells_of(&app, "matches").await,
                "no event of the match"
            );
            assert!(suggestions(&robot).await.is_empty());
        }
    }
}

#[tokio::test]
async fn what_is_not_sure_is_suggested_and_what_says_nothing_is_not() {
    let cases = [
        (
            person("Lena Berg", &[KAI], &[], &[]),
            Some("EMAIL_OTHER_NAME"),
        ),
        (person("Kai", &[KAI], &[], &[]), Some("EMAIL_OTHER_NAME")),
        (
            person("Kaia Berg", &[KAI], &[], &[]),
            Some("EMAIL_OTHER_NAME"),
        ),
        (
            person("Ida Hall", &[], &[LINK], &[]),
            Some("LINKEDIN_OTHER_NAME"),
        ),
        (
            person("Kai Berg", &["kai+x@berg.example"], &[], &[]),
            Some("SIMILAR_EMAIL"),
        ),
        (
            person("Kai Berg", &["other@berg.example"], &[], &[PHONE]),
            Some("PHONE_AND_NAME"),
        ),
        (person("Lena Berg", &[], &[], &[PHONE]), None),
        (person("Kai Berg", &["other@berg.example"], &[], &[]), None),
        (
            person("Kai Berg", &[], &["https://www.linkedin.com/"], &[]),
            None,
        ),
    ];
    for app in apps().await {
        for (place, (said, evidence)) in cases.iter().enumerate() {
            let tenant = format!("{}-{place}", app.tenant);
            let robot = app.in_tenant(&tenant, "robot", "sync");
            let first = record("one", "1", person("Kai Berg", &[KAI], &[LINK], &[PHONE]));
            sync(&robot, json!([first])).await;

            let payload = sync(&robot, json!([record("two", "7", said.clone())])).await;

            let result = &payload["results"][0];
            assert_eq!(result["status"], "CREATED", "{said}");
            assert_eq!(result["matched"], Value::Null);
            let told = &result["suggestions"];
            assert_eq!(told[0]["reason"]["evidence"].as_str(), *evidence, "{said}");
            let found = suggestions(&robot).await;
            assert_eq!(found.len(), usize::from(evidence.is_some()), "{said}");
            if let (Some(found), Some(evidence)) = (found.first(), evidence) {
                assert_eq!(found["reasons"][0]["evidence"], *evidence);
                assert_eq!(told[0]["person"]["id"], id_of(&robot, "one", "1").await);
            }
        }
    }
}

#[tokio::test]
async fn records_of_one_call_find_one_another() {
    for app in apps().await {
        let robot = syncer(&app);
        let records = json!([
            record("one", "1", person("Kai Berg", &[KAI], &[], &[])),
            record("one", "2", person("Lena Berg", &[KAI], &[], &[])),
            record("two", "1", person("Berg, Kai", &[KAI], &[LINK], &[])),
            record(
                "two",
                "2",
                person("Kai Berg", &["kai@hall.example"], &[LINK], &[])
            ),
        ]);

        let payload = sync(&robot, records.clone()).await;
        let events = app.event_count().await;
        let again = sync(&robot, records).await;

        let matched: Vec<_> = (0..4)
            .map(|at| payload["results"][at]["matched"].clone())
            .collect();
        assert_eq!(
            json!(matched),
            json!([null, null, "LINKEDIN", "LINKEDIN"]),
            "{payload}"
        );
        assert_eq!(payload["results"][0]["id"], payload["results"][3]["id"]);
        assert_ne!(payload["results"][0]["id"], payload["results"][1]["id"]);
        assert_eq!(again["counts"]["unchanged"], 4, "{again}");
        assert_eq!(app.event_count().await, events);
        assert_eq!(suggestions(&robot).await.len(), 1);
    }
}

#[tokio::test]
async fn a_dry_run_tells_whose_a_record_is_and_writes_nothing() {
    for app in apps().await {
        let robot = syncer(&app);
        let both = json!([
            record("one", "1", person("Kai Berg", &[KAI], &[], &[])),
            record(
                "one",
                "2",
                person("Lena Berg", &["lena@berg.example"], &[], &[])
            ),
        ]);
        sync(&robot, both).await;
        let events = app.event_count().await;
        let said = record(
            "two",
            "1",
            person("Kai Berg", &[KAI, "lena@berg.example"], &[], &[]),
        );
        let input = json!({ "system": "ats", "records": [said], "dryRun": true });

        let payload = robot.mutate("syncRecords", input, RESULTS).await;

        assert_eq!(payload["results"][0]["matched"], "EMAIL_AND_NAME");
        assert_eq!(payload["results"][0]["id"], id_of(&robot, "one", "1").await);
        let lena = id_of(&robot, "one", "2").await;
        assert_eq!(
            payload["results"][0]["suggestions"][0]["person"]["id"],
            lena
        );
        assert_eq!(app.event_count().await, events);
        assert!(suggestions(&robot).await.is_empty());
    }
}

#[tokio::test]
async fn a_record_that_is_wrong_brings_nobody_together() {
    for app in apps().await {
        let robot = syncer(&app);
        let mut wrong = record("two", "1", person("Kai Berg", &[KAI], &[LINK], &[]));
        wrong["person"]["place"] = json!({ "country": "Atlantis" });
        let records = json!([
            record("one", "1", person("Kai Berg", &[KAI], &[], &[])),
            wrong,
            record("three", "1", person("Kai Berg", &[], &[LINK], &[])),
        ]);

        let payload = sync(&robot, records).await;

        assert_eq!(payload["counts"]["rejected"], 1, "{payload}");
        assert_eq!(payload["counts"]["created"], 2, "{payload}");
        assert_eq!(payload["results"][2]["matched"], Value::Null);
    }
}

#[tokio::test]
async fn people_whom_a_record_brings_together_are_merged_which_can_be_undone() {
    for app in apps().await {
        let robot = syncer(&app);
        sync(
            &robot,
            json!([record("one", "1", person("Kai Berg", &[KAI], &[], &[]))]),
        )
        .await;
        sync(
            &robot,
            json!([record("two", "1", person("Kai Berg", &[], &[LINK], &[]))]),
        )
        .await;
        let (first, second) = (
            id_of(&robot, "one", "1").await,
            id_of(&robot, "two", "1").await,
        );
        assert_ne!(first, second);

        let both = record("three", "1", person("Kai Berg", &[KAI], &[LINK], &[]));
        let payload = sync(&robot, json!([both])).await;

        assert_eq!(payload["results"][0]["matched"], "LINKEDIN", "{payload}");
        for system in ["one", "two", "three"] {
            assert_eq!(id_of(&robot, system, "1").await, first);
        }
        let undone = robot
            .mutate(
                "unmergePeople",
                json!({ "merged": second }),
                "person { id }",
            )
            .await;
        assert_eq!(undone["person"]["id"], second, "{undone}");
        let more = record("four", "1", person("Kai Berg", &[KAI], &[LINK], &[]));
        let payload = sync(&robot, json!([more])).await;
        assert_eq!(payload["results"][0]["status"], "CREATED", "{payload}");
        assert_eq!(id_of(&robot, "two", "1").await, second);
    }
}

#[tokio::test]
async fn a_person_put_down_here_is_given_records_but_merged_by_nobody() {
    for app in apps().await {
        let robot = syncer(&app);
        let kai = |email: &str| json!({ "name": "Kai Berg", "emails": [{ "value": email }] });
        let made = robot
            .mutate("createCandidate", kai(KAI), "candidate { id }")
            .await;

        let said = record("one", "1", person("Kai Berg", &[KAI], &[], &[]));
        let payload = sync(&robot, json!([said])).await;
        let other = "kai@hall.example";
        robot
            .mutate("createCandidate", kai(other), "candidate { id }")
            .await;
        let said = record("two", "1", person("Kai Berg", &[KAI, other], &[], &[]));
        let between = sync(&robot, json!([said])).await;

        assert_eq!(
            payload["results"][0]["id"], made["candidate"]["id"],
            "{payload}"
        );
        assert_eq!(
            between["results"][0]["id"], made["candidate"]["id"],
            "{between}"
        );
        let people = robot.query("{ candidates { totalCount } }").await;
        assert_eq!(people["candidates"]["totalCount"], 2);
        assert_eq!(suggestions(&robot).await.len(), 1);
    }
}

#[tokio::test]
async fn a_match_that_was_taken_back_is_not_made_again() {
    for app in apps().await {
        let robot = syncer(&app);
        let of =
            |system: &str, id: &str| json!({ "system": system, "type": "candidate", "id": id });
        let mut said = person("Kai Berg", &[KAI, "kai@hall.example"], &[], &[]);
        said["headline"] = json!("Welder");
        let second = record("two", "1", said);
        let records = json!([
            record("one", "1", person("Kai Berg", &[KAI], &[], &[])),
            second,
            { "system": "two", "type": "job", "id": "1", "job": { "title": "Fitter" } },
            { "system": "two", "type": "application", "id": "1", "application": {
                "person": of("two", "1"), "job": { "type": "job", "id": "1" }, "stage": "Screen" } },
            { "system": "two", "type": "call", "id": "1", "interaction": {
                "people": [of("two", "1")], "channel": "CALL",
                "occurredAt": "2026-02-10T10:00:00Z" } },
            { "system": "one", "type": "call", "id": "1", "interaction": {
                "people": [of("one", "1")], "channel": "CALL",
                "occurredAt": "2026-02-11T10:00:00Z" } },
        ]);
        sync(&robot, records.clone()).await;
        let all = "id name headline emails { value } matches { id undoneAt }
            applications(first: 5) { totalCount } interactions(first: 5) { totalCount }";
        let kai = whose(&robot, "one", "1", all).await;
        let id = kai["matches"][0]["id"].clone();

        let undone = robot
            .mutate(
                "undoMatch",
                json!({ "match": id }),
                "person { id } from { id }",
            )
            .await;
        let again = robot.refused("undoMatch", json!({ "match": id })).await;
        let mut changed = records.clone();
        changed[1]["person"]["headline"] = json!("Turner");
        let resent = sync(&robot, changed).await;

        assert_eq!(kai["interactions"]["totalCount"], 2);
        assert_eq!(undone["from"]["id"], kai["id"], "{undone}");
        assert_eq!(again, [("CONFLICT".to_owned(), "input.match".to_owned())]);
        assert_eq!(resent["counts"]["unchanged"], 5, "{resent}");
        assert_eq!(
            resent["results"][1]["id"], undone["person"]["id"],
            "{resent}"
        );
        let (first, second) = (
            whose(&robot, "one", "1", all).await,
            whose(&robot, "two", "1", all).await,
        );
        assert_eq!(first["emails"], json!([{ "value": KAI }]));
        assert_eq!(first["headline"], Value::Null);
        assert_ne!(first["matches"][0]["undoneAt"], Value::Null);
        assert_eq!(second["headline"], "Turner");
        assert_eq!(second["emails"].as_array().unwrap().len(), 2);
        for (person, applications) in [(&first, 0), (&second, 1)] {
            assert_eq!(person["applications"]["totalCount"], applications);
            assert_eq!(person["interactions"]["totalCount"], 1);
        }
        assert!(suggestions(&robot).await.is_empty());
    }
}

#[tokio::test]
async fn a_pair_that_was_dismissed_never_comes_back() {
    for app in apps().await {
        let robot = syncer(&app);
        let records = json!([
            record("one", "1", person("Kai Berg", &[KAI], &[], &[])),
            record("two", "1", person("Lena Berg", &[KAI], &[], &[])),
        ]);
        sync(&robot, records).await;
        let id = suggestions(&robot).await[0]["id"].clone();

        let input = json!({ "suggestion": id });
        let dismissed = robot
            .mutate(
                "dismissMatch",
                input.clone(),
                "suggestion { state dismissedBy { subject } }",
            )
            .await;
        let events = app.event_count().await;
        robot
            .mutate("dismissMatch", input.clone(), "suggestion { state }")
            .await;
        let said = record("two", "1", person("Kai Berg", &[KAI], &[], &[]));
        let payload = sync(&robot, json!([said])).await;

        assert_eq!(dismissed["suggestion"]["state"], "DISMISSED");
        assert_eq!(dismissed["suggestion"]["dismissedBy"]["subject"], "robot");
        assert_eq!(events + 1, app.event_count().await);
        assert_eq!(payload["results"][0]["status"], "UPDATED");
        assert_ne!(
            id_of(&robot, "one", "1").await,
            id_of(&robot, "two", "1").await
        );
        assert!(suggestions(&robot).await.is_empty());
        let refused = robot.refused("acceptMatch", input).await;
        assert_eq!(
            refused,
            [("CONFLICT".to_owned(), "input.suggestion".to_owned())]
        );
        let listed = robot
            .query("{ matchSuggestions(filter: { state: DISMISSED }) { totalCount } }")
            .await;
        assert_eq!(listed["matchSuggestions"]["totalCount"], 1);
    }
}

#[tokio::test]
async fn a_suggestion_that_is_accepted_merges_the_two() {
    for app in apps().await {
        let robot = syncer(&app);
        let records = json!([
            record("one", "1", person("Kai Berg", &[KAI], &[], &[])),
            record("two", "1", person("Kai Hall", &[KAI], &[], &[])),
            record(
                "three",
                "1",
                person("Lena Reed", &["kai+x@berg.example"], &[], &[])
            ),
        ]);
        sync(&robot, records).await;
        let survivor = id_of(&robot, "two", "1").await;
        let found = suggestions(&robot).await;
        let of_names = found
            .iter()
            .find(|found| found["reasons"][0]["evidence"] == "EMAIL_OTHER_NAME");
        let id = of_names.unwrap()["id"].clone();

        let input = json!({ "suggestion": id, "survivor": survivor });
        let accepted = robot
            .mutate("acceptMatch", input.clone(), "person { id }")
            .await;

        assert_eq!(accepted["person"]["id"], survivor, "{accepted}");
        assert_eq!(id_of(&robot, "one", "1").await, survivor);
        let refused = robot.refused("acceptMatch", input).await;
        assert_eq!(
            refused,
            [("NOT_FOUND".to_owned(), "input.suggestion".to_owned())]
        );
        for left in suggestions(&robot).await {
            assert_eq!(left["reasons"][0]["evidence"], "SIMILAR_EMAIL");
        }
    }
}

#[tokio::test]
async fn a_mailbox_of_three_names_suggests_nobody() {
    for app in apps().await {
        let robot = syncer(&app);
        for (id, name) in [("1", "Kai Berg"), ("2", "Lena Hall"), ("3", "Ida Reed")] {
            let said = record("one", id, person(name, &["jobs@agency.example"], &[], &[]));
            sync(&robot, json!([said])).await;
            let expected = usize::from(id == "2");
            assert_eq!(suggestions(&robot).await.len(), expected, "{name}");
        }

        let said = record(
            "two",
            "1",
            person("Kai Berg", &["jobs@agency.example"], &[], &[]),
        );
        let payload = sync(&robot, json!([said])).await;

        assert_eq!(payload["results"][0]["id"], id_of(&robot, "one", "1").await);
        assert!(suggestions(&robot).await.is_empty());
    }
}

#[tokio::test]
async fn who_is_who_costs_a_fixed_number_of_statements() {
    for app in apps().await {
        let mut costs = Vec::new();
        for (round, count) in [5, 60].into_iter().enumerate() {
            let robot = app.in_tenant(&format!("{}-{round}", app.tenant), "robot", "sync");
            let all = |system: &str| -> Value {
                let one = |at: usize| {
                    let name = format!("Kai Berg{at}");
                    let email = format!("kai{}@berg.example", at / 2);
                    record(system, &at.to_string(), person(&name, &[&email], &[], &[]))
                };
                (0..count).map(one).collect()
            };
            sync(&robot, all("one")).await;
            let input = json!({ "system": "ats", "records": all("two") });
            let document = "mutation ($input: SyncRecordsInput!) { syncRecords(input: $input) {
                counts { updated created } } }";
            let answer = robot.run(document, json!({ "input": input })).await;
            assert_eq!(
                answer.body["data"]["syncRecords"]["counts"]["updated"],
                count
            );
            let listed = robot
                .run(
                    "{ matchSuggestions(first: 50) { nodes { one { name matches { id } }
                       other { name } dismissedBy { subject } } } }",
                    json!({}),
                )
                .await;
            costs.push((answer.statements, listed.statements));
        }

        assert_eq!(costs[0], costs[1]);
    }
}
