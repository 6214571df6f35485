//! Greenhouse's own records, pushed as `examples/greenhouse_sync.py` pushes them: a second push
//! changes nothing, whether it asks first or repeats itself blindly.

use std::{fs, path::Path};

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::support::{Client, apps};

/// One of the records that Greenhouse sends.
fn sample(name: &str) -> Value {
    let file = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("samples/greenhouse")
        .join(name);
    serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap()
}

fn record(kind: &str, id: &Value) -> Value {
    let id = id.as_str().map_or_else(|| id.to_string(), str::to_owned);
    json!({ "system": "greenhouse", "type": kind, "id": id })
}

fn by(kind: &str, id: &Value) -> Value {
    json!({ "externalRecord": record(kind, id) })
}

fn each(list: &Value) -> impl Iterator<Item = &Value> {
    list.as_array().unwrap().iter()
}

fn points(list: &Value) -> Value {
    each(list)
        .map(|point| json!({ "value": point["value"], "label": point["type"] }))
        .collect()
}

/// How a push treats what may be there already.
#[derive(Clone, Copy, Debug)]
enum Manner {
    /// Looks each record up; creates it, or updates it with what it should say.
    AskFirst,
    /// Creates everything under its idempotency key, as a script does that lost the answers.
    Repeat,
}

/// A kind of node with the mutations that make and change it.
struct Noun {
    name: &'static str,
    create: &'static str,
    update: Option<&'static str>,
}

const JOB: Noun = Noun {
    name: "job",
    create: "createJob",
    update: Some("updateJob"),
};
const APPLICATION: Noun = Noun {
    name: "application",
    create: "createApplication",
    update: Some("updateApplication"),
};
const INTERACTION: Noun = Noun {
    name: "interaction",
    create: "logInteraction",
    update: Some("updateInteraction"),
};
/// Recording a referral again gives back the one that is there.
const REFERRAL: Noun = Noun {
    name: "referral",
    create: "recordReferral",
    update: None,
};

struct Push<'a> {
    api: &'a Client,
    manner: Manner,
}

impl Push<'_> {
    async fn all(&self) {
        let candidate = sample("candidate.json");
        self.person(&candidate).await;
        for application in each(&candidate["applications"]) {
            self.application(&candidate["id"], application).await;
        }
        let feed = sample("activity_feed.json");
        for note in each(&feed["notes"]) {
            let says = json!({
                "channel": "NOTE", "occurredAt": note["created_at"], "body": note["body"],
                "subject": format!("Note by {}", note["user"]["name"].as_str().unwrap()),
                "visibility": "TEAM",
            });
            self.interaction(&candidate["id"], ("note", note), says)
                .await;
        }
        for email in each(&feed["emails"]) {
            let says = json!({
                "channel": "EMAIL", "direction": "OUTBOUND", "occurredAt": email["created_at"],
                "subject": email["subject"], "body": email["body"], "visibility": "TEAM",
            });
            self.interaction(&candidate["id"], ("email", email), says)
                .await;
        }
    }

    async fn person(&self, candidate: &Value) {
        let past = each(&candidate["employments"]).map(|job| {
            json!({
                "title": job["title"], "companyName": job["company_name"],
                "startedOn": day(&job["start_date"]), "endedOn": day(&job["end_date"]),
            })
        });
        let now = json!({ "title": candidate["title"], "companyName": candidate["company"] });
        let input = json!({
            "externalRecord": record("candidate", &candidate["id"]),
            "givenName": candidate["first_name"], "familyName": candidate["last_name"],
            "emails": points(&candidate["email_addresses"]),
            "phones": points(&candidate["phone_numbers"]),
            "tags": candidate["tags"],
            "positions": std::iter::once(now).chain(past).collect::<Value>(),
        });
        self.api.mutate("upsertPerson", input, "created").await;
    }

    async fn application(&self, candidate: &Value, application: &Value) {
        let (id, job) = (&application["id"], &application["jobs"][0]);
        let says = json!({ "title": job["name"] });
        self.settle(&JOB, ("job", &job["id"]), says, json!({}))
            .await;
        let is_rejected = application["status"] == "rejected";
        let says = json!({
            "stage": application["current_stage"]["name"],
            "outcome": if is_rejected { json!("NOT_SELECTED") } else { Value::Null },
            "source": application["source"]["public_name"],
        });
        let only_new = json!({
            "person": by("candidate", candidate), "job": by("job", &job["id"]),
            "appliedAt": application["applied_at"], "concludedAt": application["rejected_at"],
        });
        self.settle(&APPLICATION, ("application", id), says, only_new)
            .await;
        self.referral(candidate, application).await;
    }

    /// Whom the application is credited to is known by no more than a name.
    async fn referral(&self, candidate: &Value, application: &Value) {
        let user = &application["credited_to"];
        let referrer = json!({
            "externalRecord": record("user", &user["id"]), "hat": "CONTACT",
            "givenName": user["first_name"], "familyName": user["last_name"],
        });
        self.api.mutate("upsertPerson", referrer, "created").await;
        let says = json!({
            "referrer": by("user", &user["id"]),
            "referred": { "person": by("candidate", candidate) },
            "job": by("job", &application["jobs"][0]["id"]),
            "referredAt": application["applied_at"],
        });
        let id = json!(format!("{}:{}", application["id"], user["id"]));
        self.settle(&REFERRAL, ("credited_to", &id), says, json!({}))
            .await;
    }

    async fn interaction(&self, candidate: &Value, (kind, it): (&str, &Value), says: Value) {
        let only_new = json!({ "people": [by("candidate", candidate)] });
        self.settle(&INTERACTION, (kind, &it["id"]), says, only_new)
            .await;
    }

    /// Creates what is not known; has what is known say what it should.
    async fn settle(&self, noun: &Noun, (kind, id): (&str, &Value), says: Value, only_new: Value) {
        let by = by(kind, id);
        let known = match self.manner {
            Manner::AskFirst => self.look_up(noun, &by).await,
            Manner::Repeat => Value::Null,
        };
        let mut input = says;
        let fields = input.as_object_mut().unwrap();
        let mutation = match noun.update {
            Some(update) if !known.is_null() => {
                fields.insert("by".into(), by);
                update
            }
            _ => {
                fields.extend(only_new.as_object().unwrap().clone());
                fields.insert("externalRecords".into(), json!([record(kind, id)]));
                let key = format!("greenhouse/{kind}/{id}");
                fields.insert("idempotencyKey".into(), json!(key));
                noun.create
            }
        };
        let selection = format!("{} {{ id }}", noun.name);
        let settled = self.api.mutate(mutation, input, &selection).await;
        if !known.is_null() {
            assert_eq!(settled[noun.name], known);
        }
    }

    async fn look_up(&self, noun: &Noun, by: &Value) -> Value {
        let name = noun.name;
        let document = format!("query ($by: NodeBy!) {{ {name}(by: $by) {{ id }} }}");
        let found = self.api.query_with(&document, json!({ "by": by })).await;
        found[name].clone()
    }
}

fn day(time: &Value) -> Value {
    time.as_str().map_or(Value::Null, |time| json!(time[..10]))
}

/// All that can be seen of the push, with the version of each node.
const EVERYTHING: &str = r#"{
    candidate(by: { externalRecord: { system: "greenhouse", type: "candidate", id: "53883394" } }) {
        id name version updatedAt tags emails { value label } phones { value label }
        positions { title companyName startedOn endedOn }
        lastTouchAt lastOutboundAt lastInboundAt turn waitingOnThemSince
        externalRecords { system type id linkedAt }
        applications { totalCount nodes { id version updatedAt stage outcome source appliedAt
            concludedAt job { title version updatedAt } externalRecords { type id } } }
        referredBy { totalCount nodes { id version updatedAt status isCredited referredAt
            referrer { name version updatedAt hats } job { title }
            externalRecords { type id } } }
        interactions { totalCount nodes { id version updatedAt occurredAt channel direction
            subject body people { name } externalRecords { type id } } }
    }
    candidates { totalCount } contacts { totalCount } jobs { totalCount }
    interactions { totalCount } referrals { totalCount }
}"#;

#[tokio::test]
async fn a_candidate_is_found_by_the_greenhouse_id_with_all_that_was_pushed() {
    for app in apps().await {
        let sync = app.as_recruiter("nightly-sync");

        let push = Push {
            api: &sync,
            manner: Manner::AskFirst,
        };
        push.all().await;

        let found = &sync.query(EVERYTHING).await["candidate"];
        assert_eq!(found["name"], "John Locke");
        assert_eq!(found["tags"], json!(["Python", "Ruby"]));
        assert_eq!(found["positions"][1]["companyName"], "Greenhouse");
        let [latest, earlier] = &found["applications"]["nodes"].as_array().unwrap()[..] else {
            panic!("not two applications: {found}");
        };
        assert_eq!(latest["externalRecords"][0]["id"], "69102626");
        assert_eq!(latest["stage"], "Take Home Test");
        assert_eq!(latest["outcome"], "NOT_SELECTED");
        assert_eq!(latest["concludedAt"], "2017-09-27T12:11:40.877Z");
        assert_eq!(latest["job"]["title"], "DevOps Engineer");
        assert_eq!(
            (&earlier["outcome"], &earlier["concludedAt"]),
            (&Value::Null, &Value::Null)
        );
        // Both claims are kept; after all these years neither has the credit any more.
        let claims: Vec<_> = each(&found["referredBy"]["nodes"])
            .map(|claim| json!([claim["referrer"]["name"], claim["isCredited"]]))
            .collect();
        assert_eq!(claims.len(), 2);
        for name in ["Bob Smith", "Joel Job Admin"] {
            assert!(claims.contains(&json!([name, false])), "{claims:?}");
        }
        let feed: Vec<_> = each(&found["interactions"]["nodes"])
            .map(|it| {
                json!([
                    it["channel"],
                    it["direction"],
                    it["externalRecords"][0]["id"]
                ])
            })
            .collect();
        assert_eq!(
            feed,
            [
                json!(["EMAIL", "OUTBOUND", "234675"]),
                json!(["NOTE", "INTERNAL", "123456"]),
            ]
        );
        assert_eq!(found["lastOutboundAt"], "2014-04-01T15:55:06Z");
        assert_eq!(found["turn"], "THEIRS");
    }
}

#[tokio::test]
async fn a_second_push_changes_nothing() {
    for app in apps().await {
        for manner in [Manner::AskFirst, Manner::Repeat] {
            let sync = app.as_recruiter("nightly-sync");
            let push = |manner| Push { api: &sync, manner };
            push(Manner::AskFirst).all().await;
            let before = sync.query(EVERYTHING).await;

            app.advance(TimeDelta::minutes(7));
            push(manner).all().await;

            assert_eq!(before, sync.query(EVERYTHING).await, "{manner:?}");
            assert_eq!(before["candidate"]["version"], 1);
            assert_eq!(before["candidates"]["totalCount"], 1);
            assert_eq!(before["contacts"]["totalCount"], 2);
            assert_eq!(before["jobs"]["totalCount"], 2);
            assert_eq!(before["interactions"]["totalCount"], 2);
            assert_eq!(before["referrals"]["totalCount"], 2);
        }
    }
}
