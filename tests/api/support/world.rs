//! One of everything, made through the API in one tenant, each thing marked with one word.

use std::collections::BTreeMap;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use uuid::Uuid;

use super::Client;

/// The types that have an id.
pub(crate) const KINDS: [&str; 10] = [
    "Candidate",
    "Contact",
    "Company",
    "Job",
    "Application",
    "Interaction",
    "Relationship",
    "Referral",
    "Recruiter",
    "Promise",
];

/// What leads to the things of a tenant, or to nothing at all.
#[derive(Clone)]
pub(crate) struct World {
    /// The word that stands in all that was written.
    pub(crate) mark: String,
    ids: BTreeMap<&'static str, String>,
}

impl World {
    /// Makes one of everything. The client's address must be that of [`World::recruiter_email`].
    pub(crate) async fn build(client: &Client, mark: &str) -> Self {
        let mut world = Self {
            mark: mark.to_owned(),
            ids: BTreeMap::new(),
        };
        let viewer = client.query("{ viewer { recruiter { id } } }").await;
        world.keep("Recruiter", &viewer["viewer"]["recruiter"]["id"]);
        world.people_and_companies(client).await;
        world.what_joins_them(client).await;
        for kind in KINDS {
            let input = json!({ "node": world.id(kind), "externalRecord": world.record(kind) });
            client
                .mutate("linkExternalRecord", input, "node { id }")
                .await;
        }
        world
    }

    /// The same words as another's, leading to nothing: ids of the same types that nobody has.
    pub(crate) fn nowhere(&self, mark: &str) -> Self {
        let unknown = |id: &String| {
            let mut bytes = BASE64_URL_SAFE_NO_PAD.decode(id).unwrap();
            bytes[1..].copy_from_slice(Uuid::now_v7().as_bytes());
            BASE64_URL_SAFE_NO_PAD.encode(bytes)
        };
        Self {
            mark: mark.to_owned(),
            ids: self.ids.iter().map(|(k, id)| (*k, unknown(id))).collect(),
        }
    }

    pub(crate) fn id(&self, kind: &str) -> &str {
        &self.ids[kind]
    }

    /// The record that names the thing of this kind.
    pub(crate) fn record(&self, kind: &str) -> Value {
        json!({ "system": format!("ats-{}", self.mark), "type": kind, "id": "1" })
    }

    pub(crate) fn email(&self) -> String {
        format!("person@{}.example", self.mark)
    }

    pub(crate) fn recruiter_email(mark: &str) -> String {
        format!("recruiter@{mark}.example")
    }

    /// The key under which everything was made.
    pub(crate) fn key(&self) -> String {
        format!("key-{}", self.mark)
    }

    fn keep(&mut self, kind: &'static str, id: &Value) {
        self.ids.insert(kind, id.as_str().unwrap().to_owned());
    }

    async fn make(&mut self, client: &Client, kind: &'static str, name: &str, mut input: Value) {
        input["idempotencyKey"] = json!(self.key());
        let field = format!("{}{}", kind[..1].to_lowercase(), &kind[1..]);
        let made = client
            .mutate(name, input, &format!("{field} {{ id }}"))
            .await;
        self.keep(kind, &made[&field]["id"]);
    }

    async fn people_and_companies(&mut self, client: &Client) {
        let mark = self.mark.clone();
        let owner = self.id("Recruiter").to_owned();
        let place = json!({ "city": mark, "region": mark, "country": "NZ" });
        let company = json!({ "name": mark, "owner": owner, "place": place });
        self.make(client, "Company", "createCompany", company).await;
        let company = json!({ "id": self.id("Company") });
        let person = json!({
            "name": mark, "owner": owner, "emails": [{ "value": self.email() }],
            "place": place, "tags": [mark], "communities": [mark], "headline": mark,
            "positions": [{ "company": company, "title": mark }], "cadenceDays": 14,
        });
        self.make(client, "Candidate", "createCandidate", person)
            .await;
        let contact = json!({ "name": format!("{mark} contact"), "owner": owner });
        self.make(client, "Contact", "createContact", contact).await;
        let contact = json!({ "id": self.id("Contact") });
        let job = json!({
            "title": mark, "company": company, "hiringManager": contact, "owner": owner,
            "place": place,
        });
        self.make(client, "Job", "createJob", job).await;
    }

    async fn what_joins_them(&mut self, client: &Client) {
        let mark = self.mark.clone();
        let by = |id: &str| json!({ "id": id });
        let (candidate, contact) = (by(self.id("Candidate")), by(self.id("Contact")));
        let (job, mark) = (by(self.id("Job")), &mark);
        let input = json!({ "person": candidate, "job": job, "stage": mark, "source": mark });
        self.make(client, "Application", "createApplication", input)
            .await;
        let input = json!({
            "people": [candidate], "channel": "EMAIL", "direction": "INBOUND", "subject": mark,
            "body": mark, "job": job,
        });
        self.make(client, "Interaction", "logInteraction", input)
            .await;
        let input = json!({
            "person": candidate, "other": contact, "kind": "REPORTS_TO", "note": mark,
        });
        self.make(client, "Relationship", "addRelationship", input)
            .await;
        let input = json!({
            "referrer": contact, "referred": { "person": candidate }, "job": job, "note": mark,
        });
        self.make(client, "Referral", "recordReferral", input).await;
        let input = json!({
            "person": candidate, "kind": "CALL_BACK", "words": mark, "job": job,
            "dueAt": "2026-03-09T09:00:00Z", "application": by(self.id("Application")),
            "madeIn": by(self.id("Interaction")),
        });
        self.make(client, "Promise", "makePromise", input).await;
    }
}
