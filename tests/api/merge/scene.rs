//! Two records of one person, with one of everything that can hang on a person.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::support::{App, Client};

/// The people of the scene, as `by` arguments.
pub(super) struct Scene {
    pub(super) sam: Client,
    /// Who is to survive.
    pub(super) ada: Value,
    /// Who is Ada, as it turns out: a contact.
    pub(super) finch: Value,
    /// Whom both know.
    pub(super) cy: Value,
    /// Whom only the merged one knows.
    pub(super) dee: Value,
    pub(super) job: Value,
}

/// The node of a payload, as a `by` argument.
fn by(node: &Value) -> Value {
    json!({ "id": node["id"] })
}

/// Makes a person with no more than a name.
pub(super) async fn person(client: &Client, name: &str) -> Value {
    let input = json!({ "name": name });
    let made = client
        .mutate("createCandidate", input, "candidate { id }")
        .await;
    by(&made["candidate"])
}

/// Merges one into the other.
pub(super) async fn merge(client: &Client, survivor: &Value, merged: &Value) -> Value {
    let input = json!({ "survivor": survivor, "merged": merged });
    client
        .mutate("mergePeople", input, "survivor { id name version }")
        .await
}

/// Undoes a merge.
pub(super) async fn unmerge(client: &Client, merged: &Value) -> Value {
    let input = json!({ "merged": merged["id"] });
    let selection = "person { id name } survivor { id name }";
    client.mutate("unmergePeople", input, selection).await
}

impl Scene {
    pub(super) async fn build(app: &App) -> Self {
        let sam = app.as_recruiter("sam");
        let ada = sam
            .mutate("createCandidate", ada_input(), "candidate { id }")
            .await;
        let finch = sam
            .mutate("createContact", finch_input(), "contact { id }")
            .await;
        let (cy, dee) = (person(&sam, "Cy").await, person(&sam, "Dee").await);
        let job = json!({ "title": "Maker", "hiringManager": by(&finch["contact"]) });
        let job = sam.mutate("createJob", job, "job { id }").await;
        let scene = Self {
            ada: by(&ada["candidate"]),
            finch: by(&finch["contact"]),
            cy,
            dee,
            job: by(&job["job"]),
            sam,
        };
        scene.talk(app).await;
        scene.tie().await;
        scene.hang(app).await;
        scene
    }

    async fn talk(&self, app: &App) {
        let Self { ada, finch, cy, .. } = self;
        let log = async |client: &Client, days: i64, people: Value, mut input: Value| {
            input["people"] = people;
            input["occurredAt"] = json!(app.now() - TimeDelta::days(days));
            client
                .mutate("logInteraction", input, "interaction { id }")
                .await;
        };
        let email = |direction| json!({ "channel": "EMAIL", "direction": direction });
        log(&self.sam, 30, json!([ada]), email("OUTBOUND")).await;
        log(&self.sam, 20, json!([finch]), email("INBOUND")).await;
        log(&self.sam, 19, json!([finch]), email("OUTBOUND")).await;
        log(
            &self.sam,
            10,
            json!([ada, finch]),
            json!({ "channel": "MEAL" }),
        )
        .await;
        log(&self.sam, 5, json!([finch, cy]), email("INBOUND")).await;
        let private = json!({ "channel": "NOTE", "visibility": "PRIVATE", "body": "Mine" });
        log(&app.as_recruiter("kim"), 3, json!([finch]), private).await;
    }

    async fn tie(&self) {
        let Self {
            sam,
            ada,
            finch,
            cy,
            dee,
            ..
        } = self;
        for (person, kind, other) in [
            (finch, "COUSIN", cy),
            (ada, "COUSIN", cy),
            (finch, "COLLEAGUE", ada),
            (dee, "MANAGER_OF", finch),
            (finch, "FRIEND", dee),
        ] {
            let input = json!({ "person": person, "kind": kind, "other": other });
            sam.mutate("addRelationship", input, "__typename").await;
        }
        for (referrer, referred) in [(cy, ada), (cy, finch), (finch, dee), (ada, finch)] {
            let input = json!({ "referrer": referrer, "referred": { "person": referred } });
            sam.mutate("recordReferral", input, "__typename").await;
        }
    }

    async fn hang(&self, app: &App) {
        let Self {
            sam, finch, job, ..
        } = self;
        let input = json!({ "person": finch, "kind": "SUBMIT_TO_CLIENT",
                            "dueAt": app.now() + TimeDelta::days(2) });
        sam.mutate("makePromise", input, "__typename").await;
        let input = json!({ "person": finch, "side": "CLIENT", "score": 9 });
        sam.mutate("recordFeedback", input, "__typename").await;
        let input = json!({ "person": finch, "job": job, "stage": "Applied",
                            "appliedAt": app.now() - TimeDelta::days(15) });
        sam.mutate("createApplication", input, "__typename").await;
        let input = json!({ "person": finch, "until": app.now() + TimeDelta::days(9) });
        sam.mutate("snoozeAgendaEntry", input, "__typename").await;
        let kim = app
            .as_recruiter("kim")
            .query("{ viewer { recruiter { id } } }")
            .await;
        let input = json!({ "person": finch, "recruiter": kim["viewer"]["recruiter"]["id"] });
        let admin = app.with_scope("ann", "admin");
        admin
            .mutate("linkRecruiterPerson", input, "__typename")
            .await;
        // Somebody was merged into the one who is to be merged.
        let earlier = person(sam, "Ada F.").await;
        merge(sam, finch, &earlier).await;
    }

    /// What the API shows of a person, by any id.
    pub(super) async fn shown(&self, person: &Value, selection: &str) -> Value {
        let document = format!("query ($by: PersonBy!) {{ person(by: $by) {{ {selection} }} }}");
        let mut seen = self
            .sam
            .query_with(&document, json!({ "by": person }))
            .await;
        seen["person"].take()
    }
}

fn ada_input() -> Value {
    json!({
        "name": "Ada Finch", "headline": "Maker",
        "emails": [{ "value": "ada@finch.example" }], "tags": ["Rust"],
        "phones": [{ "value": "+353 1 555 0101" }],
        "positions": [{ "companyName": "Loom", "title": "Weaver" }],
        "externalRecords": [{ "system": "ats", "type": "candidate", "id": "1" }],
    })
}

fn finch_input() -> Value {
    json!({
        "name": "A. Finch", "givenName": "Ada", "headline": "Baker",
        "place": { "city": "Cork", "country": "IE" }, "cadenceDays": 14,
        "emails": [{ "value": "a.finch@bakery.example" }, { "value": "ada@finch.example" }],
        "tags": ["rust", "Bread"], "communities": ["Bakers of Cork"],
        "positions": [{ "companyName": "Loom", "title": "Weaver" },
                      { "companyName": "Bakery", "title": "Baker" }],
        "externalRecords": [{ "system": "crm", "type": "contact", "id": "77" }],
    })
}
