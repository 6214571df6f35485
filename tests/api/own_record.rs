//! A recruiter who is a person here too never sees what others noted about them, whichever way
//! they look.

use serde_json::{Value, json};

use crate::support::{
    App, Client, Shape, World, apps,
    shape::{list, named, text},
};

/// The word that stands in all that others noted.
const NOTED: &str = "quokkanoted";
const EMAIL: &str = "eve@example.com";

/// Eve, a recruiter who is also a candidate, and what Sam noted about her.
struct Noted {
    eve: Client,
    eve_as_admin: Client,
    sam: Client,
    /// Her id as a candidate.
    own: Value,
    /// Everything that was noted, by its id.
    nodes: Vec<Value>,
}

async fn made(client: &Client, name: &str, input: Value, field: &str) -> Value {
    let payload = client
        .mutate(name, input, &format!("{field} {{ id }}"))
        .await;
    payload[field]["id"].clone()
}

/// `email` is Eve's as a recruiter.
async fn noted(app: &App, email: Option<&str>) -> Noted {
    let sam = app.with_scope("sam", "read write sync");
    let eve = |scope| app.with_address(&app.tenant, "eve", scope, email);
    let person = json!({ "name": "Eve", "emails": [{ "value": " Eve@Example.com" }] });
    let own = made(&sam, "createCandidate", person, "candidate").await;
    let jo = made(&sam, "createContact", json!({ "name": "Jo" }), "contact").await;
    let job = made(&sam, "createJob", json!({ "title": "Cook" }), "job").await;
    let (by, jo, job) = (
        json!({ "id": own }),
        json!({ "id": jo }),
        json!({ "id": job }),
    );
    let mut nodes = vec![own.clone()];
    for (channel, also) in [
        ("NOTE", json!({})),
        ("MEAL", json!({})),
        ("CALL", json!({ "direction": "INTERNAL" })),
        ("CALL", json!({ "visibility": "PRIVATE" })),
    ] {
        let mut input = json!({
            "people": [by, jo], "channel": channel, "subject": NOTED, "body": NOTED, "job": job,
        });
        for (field, value) in also.as_object().unwrap() {
            input[field] = value.clone();
        }
        nodes.push(made(&sam, "logInteraction", input, "interaction").await);
    }
    let tie = json!({ "person": by, "other": jo, "kind": "COUSIN", "note": NOTED });
    nodes.push(made(&sam, "addRelationship", tie, "relationship").await);
    let referral = json!({ "referrer": jo, "referred": { "person": by }, "note": NOTED });
    let referral = made(&sam, "recordReferral", referral, "referral").await;
    let change = json!({ "by": { "id": referral }, "status": "CONTACTED", "note": NOTED });
    sam.mutate("changeReferralStatus", change, "__typename")
        .await;
    nodes.push(referral.clone());
    let me =
        sam.query("{ viewer { recruiter { id } } }").await["viewer"]["recruiter"]["id"].clone();
    let said = json!({ "person": by, "score": 3, "words": NOTED, "job": job, "recruiter": me });
    nodes.push(made(&sam, "recordFeedback", said, "feedback").await);
    let promise = json!({
        "person": by, "kind": "CALL_BACK", "words": NOTED, "dueAt": "2026-03-09T09:00:00Z",
    });
    let promise = made(&sam, "makePromise", promise, "promise").await;
    let later = json!({
        "by": { "id": promise }, "dueAt": "2026-03-12T09:00:00Z", "note": NOTED,
    });
    sam.mutate("reschedulePromise", later, "__typename").await;
    nodes.push(promise);
    let applied = json!({ "person": by, "job": job });
    let applied = made(&sam, "createApplication", applied, "application").await;
    let led_to = json!({ "by": { "id": referral }, "application": { "id": applied } });
    sam.mutate("updateReferral", led_to, "__typename").await;
    let step = json!({ "by": { "id": applied }, "stage": "Talks", "note": NOTED });
    sam.mutate("recordApplicationChange", step, "__typename")
        .await;
    nodes.push(applied);
    let forbidden = json!({ "by": by, "doNotContact": true, "reason": NOTED });
    sam.mutate("setDoNotContact", forbidden, "__typename").await;
    Noted {
        eve: eve("read write sync"),
        eve_as_admin: eve("read write sync admin"),
        sam,
        own,
        nodes,
    }
}

/// Every query without required arguments, and every node, with what they lead to.
async fn all_that_is_shown(client: &Client, shape: &Shape, noted: &Noted) -> String {
    let mut shown = String::new();
    for field in shape.fields("Query") {
        let args = list(&field["args"]).iter();
        if args.clone().any(crate::support::shape::is_required) {
            continue;
        }
        let of = named(&field["type"]);
        let document = |depth| match of.kind {
            "SCALAR" | "ENUM" => format!("{{ {} }}", text(&field["name"])),
            _ => {
                let selection = shape.select(of.name, depth);
                format!("{{ {} {{ {selection} }} }}", text(&field["name"]))
            }
        };
        let mut answer = client.run(&document(2), json!({})).await;
        if answer.body["errors"][0]["extensions"]["code"] == "QUERY_TOO_COMPLEX" {
            answer = client.run(&document(1), json!({})).await;
        }
        assert_eq!(answer.errors(), &[] as &[Value], "{}", document(1));
        shown.push_str(&answer.text);
    }
    for kind in crate::support::KINDS {
        let selection = shape.select(kind, 2);
        let document = format!(
            "query ($ids: [ID!]!) {{ nodes(ids: $ids) {{ ... on {kind} {{ {selection} }} }} }}"
        );
        for node in &noted.nodes {
            let answer = client.run(&document, json!({ "ids": [node] })).await;
            assert_eq!(answer.errors(), &[] as &[Value], "{document}");
            shown.push_str(&answer.text);
        }
    }
    shown
}

#[tokio::test]
async fn no_field_of_the_api_tells_them_what_was_noted() {
    for app in apps().await {
        let noted = noted(&app, Some(EMAIL)).await;
        let shape = Shape::read(&noted.sam).await;

        let to_sam = all_that_is_shown(&noted.sam, &shape, &noted).await;
        let to_eve = all_that_is_shown(&noted.eve, &shape, &noted).await;
        let to_admin = all_that_is_shown(&noted.eve_as_admin, &shape, &noted).await;

        // What Sam sees proves that the walk leads there.
        assert!(
            to_sam.matches(NOTED).count() > 30,
            "{}",
            to_sam.matches(NOTED).count()
        );
        assert!(to_sam.contains("\"health\":{"), "{to_sam}");
        for to_eve in [to_eve, to_admin] {
            assert!(!to_eve.contains(NOTED), "{to_eve}");
        }
    }
}

#[tokio::test]
async fn what_was_noted_stands_in_no_list_and_no_count() {
    for app in apps().await {
        let noted = noted(&app, Some(EMAIL)).await;
        let query = "query ($id: ID!) {
            person(by: {id: $id}) { name health { score } doNotContact doNotContactReason
                interactions { totalCount nodes { channel subject } } feedback { totalCount }
                relationships { nodes { relationship { note } } } referredBy { nodes { note
                    statusHistory { note } } } }
            interactions { totalCount } feedback { totalCount }
            jobs { nodes { feedback { totalCount } } }
            nps(since: \"2026-01-01T00:00:00Z\") { n } }";

        for eve in [&noted.eve, &noted.eve_as_admin] {
            let seen = eve.query_with(query, json!({ "id": noted.own })).await;

            let silent = json!([{ "note": null }, { "note": null }]);
            assert_eq!(
                seen,
                json!({
                    "person": {
                        "name": "Eve", "health": null, "doNotContact": true,
                        "doNotContactReason": null,
                        "interactions": {
                            "totalCount": 1, "nodes": [{ "channel": "MEAL", "subject": null }],
                        },
                        "feedback": { "totalCount": 0 },
                        "relationships": { "nodes": [{ "relationship": { "note": null } }] },
                        "referredBy": { "nodes": [{ "note": null, "statusHistory": silent }] },
                    },
                    "interactions": { "totalCount": 1 }, "feedback": { "totalCount": 0 },
                    "jobs": { "nodes": [{ "feedback": { "totalCount": 0 } }] },
                    // Figures of many are the same for all.
                    "nps": { "n": 1 },
                })
            );
        }
    }
}

#[tokio::test]
async fn nobody_stands_on_an_agenda_of_their_own() {
    for app in apps().await {
        let noted = noted(&app, Some(EMAIL)).await;
        let at = app.now() - chrono::TimeDelta::days(4);
        let wrote = json!({
            "people": [{ "id": noted.own }], "channel": "EMAIL", "direction": "INBOUND",
            "occurredAt": at,
        });
        // The meal of today would be the answer.
        let meal = json!({ "by": { "id": noted.nodes[2] } });
        noted
            .sam
            .mutate("removeInteraction", meal, "removedId")
            .await;
        let call = json!({ "by": { "id": noted.nodes[4] } });
        noted
            .sam
            .mutate("removeInteraction", call, "removedId")
            .await;
        noted
            .sam
            .mutate("logInteraction", wrote, "__typename")
            .await;
        let query = "{ agenda(team: true) { totalCount nodes { person { name } } } }";

        let to_sam = noted.sam.query(query).await;
        let to_eve = noted.eve.query(query).await;

        let eve = json!({ "totalCount": 1, "nodes": [{ "person": { "name": "Eve" } }] });
        assert_eq!(to_sam["agenda"], eve);
        assert_eq!(to_eve["agenda"], json!({ "totalCount": 0, "nodes": [] }));
    }
}

#[tokio::test]
async fn what_they_wrote_themselves_they_see() {
    for app in apps().await {
        let noted = noted(&app, Some(EMAIL)).await;
        let input = json!({
            "people": [{ "id": noted.own }], "channel": "NOTE", "subject": "Mine", "body": "Mine",
        });
        noted
            .eve
            .mutate("logInteraction", input, "__typename")
            .await;
        let said = json!({ "person": { "id": noted.own }, "score": 9, "words": "Mine" });
        noted.eve.mutate("recordFeedback", said, "__typename").await;

        let query = "{ interactions(filter: {channels: [NOTE]}) { nodes { body } }
            feedback { nodes { words } } }";
        let seen = noted.eve.query(query).await;

        let mine = |field: &str| json!({ "nodes": [{ field: "Mine" }] });
        assert_eq!(
            seen,
            json!({ "interactions": mine("body"), "feedback": mine("words") })
        );
    }
}

#[tokio::test]
async fn an_administrator_says_who_is_who_where_the_address_does_not() {
    for app in apps().await {
        let noted = noted(&app, None).await;
        let lee = app.with_scope("lee", "admin");
        let feedback = async || {
            let list = noted.eve.query("{ feedback { totalCount } }").await;
            list["feedback"]["totalCount"].clone()
        };
        let own = async || {
            let viewer = noted.eve.query("{ viewer { ownRecords { name } } }").await;
            viewer["viewer"]["ownRecords"].clone()
        };
        let viewer = noted.eve.query("{ viewer { recruiter { id } } }").await;
        let recruiter = viewer["viewer"]["recruiter"]["id"].clone();
        let both = json!({ "recruiter": recruiter, "person": { "email": EMAIL } });
        assert_eq!((feedback().await, own().await), (json!(1), json!([])));

        let denied = noted.eve.denied("linkRecruiterPerson", both.clone()).await;
        let wanted = "recruiter { subject } person { name }";
        let linked = lee
            .mutate("linkRecruiterPerson", both.clone(), wanted)
            .await;
        lee.mutate("linkRecruiterPerson", both.clone(), wanted)
            .await;

        assert_eq!(denied, "FORBIDDEN");
        assert_eq!(linked["recruiter"]["subject"], "eve");
        assert_eq!(linked["person"]["name"], "Eve");
        assert_eq!(
            (feedback().await, own().await),
            (json!(0), json!([{ "name": "Eve" }]))
        );
        lee.mutate("unlinkRecruiterPerson", both.clone(), wanted)
            .await;
        assert_eq!((feedback().await, own().await), (json!(1), json!([])));
        let again = lee.refused("unlinkRecruiterPerson", both).await;
        assert_eq!(again, [("NOT_FOUND".to_owned(), "input.person".to_owned())]);
        let linked = json!(["UPDATED", ["ownRecords"]]);
        assert_eq!(app.events("RECRUITER").await, [linked.clone(), linked]);
    }
}

#[tokio::test]
async fn an_address_counts_as_soon_as_it_is_known() {
    for app in apps().await {
        let noted = noted(&app, Some("eve.other@example.com")).await;
        let feedback = async || {
            let list = noted.eve.query("{ feedback { totalCount } }").await;
            list["feedback"]["totalCount"].clone()
        };
        assert_eq!(feedback().await, 1);

        let emails = json!([{ "value": "EVE.other@example.com" }]);
        let input = json!({ "by": { "id": noted.own }, "emails": emails });
        noted
            .sam
            .mutate("updateCandidate", input, "__typename")
            .await;

        assert_eq!(feedback().await, 0);
        // Another address of the token, and she is nobody here again.
        let renamed = app.with_address(&app.tenant, "eve", "read", Some("eve.new@example.com"));
        let list = renamed.query("{ feedback { totalCount } }").await;
        assert_eq!(list["feedback"]["totalCount"], 1);
    }
}

#[tokio::test]
async fn a_viewer_who_is_nobody_here_pays_nothing_for_it() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        World::build(&sam, "quokkaworld").await;
        let query = "{ interactions { nodes { subject } } }";
        sam.run(query, json!({})).await;

        assert_eq!(sam.run(query, json!({})).await.statements, 1);
    }
}
