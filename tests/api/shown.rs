//! A request reads of each row only what its fields show. Whatever is selected beside it, a field
//! says the same.

use serde_json::{Value, json};

use super::support::{
    Client, Shape, World, apps,
    shape::{named, plain_arguments},
};

/// The types whose rows are not always read as a whole.
const NARROWED: [&str; 5] = [
    "Candidate",
    "Contact",
    "Interaction",
    "Referral",
    "Recruiter",
];

/// What stands in the columns that may be left out.
const TOLD: [&str; 9] = [
    "Shown",
    "Person",
    "\"headline\":\"shown\"",
    "\"city\":\"shown\"",
    "asked us not to",
    "\"cadenceDays\":14",
    "\"subject\":\"shown\"",
    "\"body\":\"shown\"",
    "recruiter@shown.example",
];

#[tokio::test]
async fn a_field_alone_says_what_it_says_among_all_others() {
    for app in apps().await {
        let address = World::recruiter_email("shown");
        let sam = app.with_address(&app.tenant, "sam", "read write admin", Some(&address));
        let world = World::build(&sam, "shown").await;
        fill(&sam, &world).await;
        let shape = Shape::read(&sam).await;
        let mut told = String::new();
        for kind in NARROWED {
            let all = node(&sam, &world, kind, &shape.select(kind, 1)).await;
            told.push_str(&all.to_string());
            for field in shape.fields(kind) {
                let name = field["name"].as_str().unwrap();
                let Some(arguments) = plain_arguments(field) else {
                    continue;
                };
                let of = named(&field["type"]);
                let inner = match of.kind {
                    "SCALAR" | "ENUM" => String::new(),
                    _ => format!("{{ {} }}", shape.select(of.name, 0)),
                };
                let alone = node(&sam, &world, kind, &format!("{name}{arguments} {inner}")).await;
                assert!(holds(&all[name], &alone[name]), "{kind}.{name}: {alone}");
            }
        }
        // A column that no field asked for would stand at its default in both.
        for word in TOLD {
            assert!(told.contains(word), "{word} is not told: {told}");
        }
        assert!(!told.contains("1970-01-01"), "{told}");
    }
}

/// A chain brings its rows by a way of its own.
#[tokio::test]
async fn a_link_of_a_chain_shows_of_its_rows_what_they_show_by_themselves() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let world = World::build(&sam, "shown").await;
        let shape = Shape::read(&sam).await;
        let mut fields = Vec::new();
        for (field, kind) in [
            ("referral", "Referral"),
            ("referrer", "Contact"),
            ("referred", "Candidate"),
        ] {
            let selection = format!("... on {kind} {{ {} }}", shape.select(kind, 0));
            let alone = node(&sam, &world, kind, &selection).await;
            assert!(alone["id"].is_string(), "{kind}");
            fields.push((field, format!("{field} {{ {selection} }}"), alone));
        }

        let all = fields.iter().map(|(_, shown, _)| shown.as_str());
        let all = all.collect::<Vec<_>>().join(" ");
        let root = json!({ "id": world.id("Contact") });
        for (field, shown, alone) in &fields {
            for shown in [shown, &all] {
                let query = format!(
                    "query ($id: ID!) {{ person(by: {{id: $id}}) {{
                        referralChain(direction: DOWN) {{ links {{ {shown} }} }} }} }}"
                );
                let answer = sam.run(&query, root.clone()).await;
                let links = &answer.body["data"]["person"]["referralChain"]["links"];
                let mut of_links = links.as_array().unwrap().iter();
                assert!(
                    of_links.any(|link| link[field] == *alone),
                    "{field}: {links}, not {alone}"
                );
            }
        }
    }
}

/// Gives the person and the referral what no other test of the walk needs.
async fn fill(sam: &Client, world: &World) {
    let by = json!({ "id": world.id("Candidate") });
    let input = json!({
        "by": by, "givenName": "Shown", "familyName": "Person", "nextTouchAt": "2026-05-01T09:00:00Z",
        "cadenceReset": "SPOKEN",
    });
    sam.mutate("updateCandidate", input, "candidate { id }")
        .await;
    let input = json!({
        "people": [by], "channel": "MEAL", "occurredAt": "2026-01-02T12:00:00Z",
        "durationMinutes": 90, "subject": "Lunch", "body": "Long",
    });
    sam.mutate("logInteraction", input, "interaction { id }")
        .await;
    let input = json!({
        "by": { "id": world.id("Contact") }, "doNotContact": true, "reason": "asked us not to",
    });
    sam.mutate("setDoNotContact", input, "person { id }").await;
    let input = json!({ "by": { "id": world.id("Referral") } });
    sam.mutate("acknowledgeReferral", input, "referral { id }")
        .await;
}

async fn node(sam: &Client, world: &World, kind: &str, selection: &str) -> Value {
    let id = world.id(kind);
    let query = format!("{{ node(id: \"{id}\") {{ ... on {kind} {{ {selection} }} }} }}");
    sam.query(&query).await["node"].take()
}

/// Whether all that `part` tells stands in `whole` too.
fn holds(whole: &Value, part: &Value) -> bool {
    match (whole, part) {
        (Value::Object(whole), Value::Object(part)) => part
            .iter()
            .all(|(key, part)| whole.get(key).is_some_and(|whole| holds(whole, part))),
        (Value::Array(whole), Value::Array(part)) => {
            whole.len() == part.len() && whole.iter().zip(part).all(|(w, p)| holds(w, p))
        }
        (whole, part) => whole == part,
    }
}
