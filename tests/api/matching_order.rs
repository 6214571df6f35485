//! Whichever system is synced first, in whatever pieces: who is who comes to the same end, and two
//! people are never one.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::support::{Client, apps};

const SYSTEMS: [&str; 6] = [
    "greenhouse",
    "lever",
    "bamboohr",
    "frappe",
    "merge",
    "opencats",
];
const GIVEN: [&str; 10] = [
    "Kai", "Lena", "Ida", "Jörg", "Paula", "Paul", "Maria", "Mario", "Søren", "Xenia",
];
const FAMILY: [&str; 8] = [
    "Berg",
    "Hall",
    "Müller",
    "Reed",
    "O'Brien",
    "de la Cruz",
    "Ødegård",
    "Finch",
];
const PEOPLE: usize = 16;

/// A number that is the same for the same seed, and looks like chance.
fn chance(seed: usize, salt: usize) -> usize {
    let mut state = (seed as u64) << 20 ^ salt as u64;
    for _ in 0..3 {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407)
            .rotate_left(29);
    }
    usize::try_from(state >> 40).unwrap()
}

/// One human's name, as one system or another has it. Neighbours have the same family name and the
/// same mailbox, as families do.
fn name(human: usize, salt: usize) -> String {
    let (given, family) = (GIVEN[human % 10], FAMILY[human / 2 % 8]);
    match chance(human, salt) % 5 {
        0 => format!("{family}, {given}"),
        1 => format!("{given} M. {family}"),
        2 => format!("{given} {family}").to_uppercase(),
        3 => format!("{given} {family}")
            .replace('ü', "ue")
            .replace('ö', "oe"),
        _ => format!("{given} {family}"),
    }
}

/// What one system says of a human: some of their addresses.
fn record(human: usize, place: usize) -> Value {
    let has = |salt: usize| !chance(human, place * 16 + salt).is_multiple_of(3);
    let mut emails = Vec::new();
    if has(1) {
        emails.push(json!({ "value": format!("own{human}@people.example") }));
    }
    if has(2) {
        emails.push(json!({ "value": format!("work{human}@firm.example") }));
    }
    if has(3) {
        emails.push(json!({ "value": format!("family{}@home.example", human / 2) }));
    }
    if chance(human, place).is_multiple_of(7) {
        emails.push(json!({ "value": "jobs@agency.example" }));
    }
    let links = if has(4) && !human.is_multiple_of(3) {
        json!([{ "value": format!("https://www.linkedin.com/in/someone-{human}") }])
    } else {
        json!([])
    };
    let updated = format!("2026-01-{:02}T{:02}:00:00Z", human % 28 + 1, place);
    json!({
        "system": SYSTEMS[place], "type": "candidate", "id": human.to_string(),
        "sourceUpdatedAt": updated,
        "person": {
            "name": name(human, place), "emails": emails, "links": links,
            "phones": [{ "value": "+44 20 7946 0018" }],
            "headline": format!("{} in {}", human, SYSTEMS[place]),
        },
    })
}

/// Six accounts of the same people, some of whom are not in all of them.
fn accounts() -> Vec<Value> {
    let mut all = Vec::new();
    for (place, system) in SYSTEMS.iter().enumerate() {
        all.push(json!({ "system": system, "type": "job", "id": "1", "job": {
            "title": format!("Fitter of {system}") } }));
        for human in (0..PEOPLE).filter(|human| !chance(*human, 900 + place).is_multiple_of(4)) {
            let of = json!({ "type": "candidate", "id": human.to_string() });
            all.push(record(human, place));
            all.push(
                json!({ "system": system, "type": "call", "id": human.to_string(),
                "interaction": { "people": [of], "channel": "CALL",
                "occurredAt": format!("2026-02-{:02}T10:00:00Z", human % 28 + 1) } }),
            );
            if chance(human, 800 + place).is_multiple_of(2) {
                all.push(json!({ "system": system, "type": "application",
                    "id": human.to_string(), "application": {
                    "person": of, "job": { "type": "job", "id": "1" }, "stage": "Screen",
                    "appliedAt": "2026-01-02T00:00:00Z" } }));
            }
        }
    }
    all
}

fn shuffled(mut list: Vec<Value>, seed: usize) -> Vec<Value> {
    for place in (1..list.len()).rev() {
        list.swap(place, chance(seed, 70_000 + place) % (place + 1));
    }
    list
}

async fn send(client: &Client, records: &[Value]) -> Value {
    let input = json!({ "system": "none", "records": records });
    let selection = "counts { created updated unchanged stale deferred rejected }";
    client.mutate("syncRecords", input, selection).await["counts"].clone()
}

/// Each person, by the records that are theirs.
async fn people(client: &Client) -> BTreeMap<BTreeSet<(String, String)>, Value> {
    let list = client
        .query(
            "{ candidates(first: 100) { totalCount nodes { name headline emails { value }
               externalRecords { system id } lastTouchAt
               applications(first: 20) { totalCount nodes { job { title } } }
               interactions(first: 20) { totalCount } } } }",
        )
        .await["candidates"]
        .clone();
    let nodes = list["nodes"].as_array().unwrap().clone();
    assert_eq!(list["totalCount"], nodes.len());
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let read = |mut person: Value| {
        let records = person["externalRecords"].as_array().unwrap().iter();
        let records = records.map(|record| (text(&record["system"]), text(&record["id"])));
        let records = records.collect();
        person["externalRecords"] = Value::Null;
        for list in ["/emails", "/applications/nodes"] {
            let list = person.pointer_mut(list).unwrap().as_array_mut().unwrap();
            list.sort_by_key(Value::to_string);
        }
        (records, person)
    };
    nodes.into_iter().map(read).collect()
}

#[tokio::test]
async fn any_system_first_in_any_pieces_comes_to_the_same_people() {
    for app in apps().await {
        let mut ends = Vec::new();
        for (seed, chunk) in [(0, 1_000), (1, 37), (2, 9), (3, 2)] {
            let client = app.in_tenant(&format!("{}-{seed}", app.tenant), "robot", "sync");
            let all = match seed {
                0 => accounts(),
                // The systems one after the other, the last first.
                1 => accounts().into_iter().rev().collect(),
                seed => shuffled(accounts(), seed),
            };
            for chunk in all.chunks(chunk) {
                let counts = send(&client, chunk).await;
                assert_eq!(counts["rejected"], 0, "{counts}");
            }
            let end = people(&client).await;
            let again = send(&client, &all).await;
            assert_eq!(again["unchanged"], all.len(), "{again}");
            assert_eq!(people(&client).await, end);
            ends.push(end);
        }

        let (mut pairs, mut found) = (0, 0);
        for records in ends[0].keys() {
            let humans: BTreeSet<_> = records.iter().map(|(_, human)| human).collect();
            assert_eq!(humans.len(), 1, "two people were made one: {records:?}");
            found += records.len() * (records.len() - 1);
        }
        for human in 0..PEOPLE {
            let of = |records: &BTreeSet<(String, String)>| {
                let theirs = records.iter().filter(|(_, id)| *id == human.to_string());
                theirs.count()
            };
            let count: usize = ends[0].keys().map(of).sum();
            pairs += count * count.saturating_sub(1);
        }
        assert!(
            found * 100 >= pairs * 90,
            "{found} of {pairs} pairs were found"
        );
        for end in &ends[1..] {
            assert_eq!(end, &ends[0]);
        }
    }
}
