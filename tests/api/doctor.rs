//! What is derived is what follows from the histories, whatever was done in whatever order; and
//! what is not is found and mended.

use chrono::{DateTime, TimeDelta, Utc};
use rapport::store::Difference;
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};

use crate::support::{App, Client, apps};

/// All that is wrong in the app's tenant.
pub(crate) async fn differences(app: &App, mend: bool) -> Vec<Difference> {
    let tenant = app.database.tenant(&app.tenant, false).await.unwrap();
    let mut found = Vec::new();
    let mut after = None;
    loop {
        let examined = app.database.examine(tenant, after, mend).await.unwrap();
        found.extend(examined.differences);
        after = examined.last;
        if after.is_none() {
            return found;
        }
    }
}

/// A die that falls the same way in each run.
pub(crate) struct Die(u64);

impl Die {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn below(&mut self, count: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % count
    }

    pub(crate) fn pick<'a, T>(&mut self, choices: &'a [T]) -> &'a T {
        let place = self.below(choices.len() as u64);
        &choices[usize::try_from(place).unwrap()]
    }
}

/// What the storm blows through.
struct Storm<'a> {
    client: &'a Client,
    die: Die,
    now: DateTime<Utc>,
    people: Vec<Value>,
    interactions: Vec<Value>,
    applications: Vec<Value>,
    job: Value,
}

impl Storm<'_> {
    fn some_time(&mut self) -> Value {
        // Few different times, for order matters most where times are equal.
        let hours = i64::try_from(self.die.below(40)).unwrap();
        json!(self.now - TimeDelta::hours(hours * 12))
    }

    fn touch(&mut self) -> Value {
        let channel = *self
            .die
            .pick(&["EMAIL", "CALL", "INTERVIEW", "MEAL", "NOTE"]);
        let direction = *self
            .die
            .pick(&["INBOUND", "OUTBOUND", "MUTUAL", "INTERNAL"]);
        let outcome = *self
            .die
            .pick(&["REACHED", "REACHED", "LEFT_MESSAGE", "NO_ANSWER"]);
        let visibility = *self.die.pick(&["TEAM", "TEAM", "TEAM", "PRIVATE"]);
        json!({ "channel": channel, "direction": direction, "outcome": outcome,
                "visibility": visibility, "automated": self.die.below(8) == 0,
                "occurredAt": self.some_time() })
    }

    fn some_people(&mut self) -> Value {
        let one = self.die.pick(&self.people).clone();
        let other = self.die.pick(&self.people).clone();
        json!([{ "id": one }, { "id": other }])
    }

    async fn blow(&mut self) {
        match self.die.below(10) {
            0..=3 => {
                let mut input = self.touch();
                input["people"] = self.some_people();
                let made = self
                    .client
                    .mutate("logInteraction", input, "interaction { id }")
                    .await;
                self.interactions.push(made["interaction"]["id"].clone());
            }
            4 | 5 if !self.interactions.is_empty() => {
                let mut input = self.touch();
                input["by"] = json!({ "id": self.die.pick(&self.interactions) });
                if self.die.below(2) == 0 {
                    input["people"] = self.some_people();
                }
                self.client
                    .mutate("updateInteraction", input, "interaction { id }")
                    .await;
            }
            6 if !self.interactions.is_empty() => {
                let place = self.die.below(self.interactions.len() as u64);
                let gone = self.interactions.remove(usize::try_from(place).unwrap());
                let input = json!({ "by": { "id": gone } });
                self.client
                    .mutate("removeInteraction", input, "removedId")
                    .await;
            }
            7 if self.applications.len() < 3 => {
                let input = json!({ "person": { "id": self.die.pick(&self.people) },
                    "job": { "id": self.job }, "stage": "Applied",
                    "appliedAt": self.now - TimeDelta::days(30) });
                let made = self
                    .client
                    .mutate("createApplication", input, "application { id }")
                    .await;
                self.applications.push(made["application"]["id"].clone());
            }
            7 | 8 if !self.applications.is_empty() => {
                let stage = *self.die.pick(&["Screen", "On-site"]);
                let outcome = *self.die.pick(&[Some("HIRED"), None, Some("WITHDRAWN")]);
                let input = json!({ "by": { "id": self.die.pick(&self.applications) },
                    "stage": stage, "outcome": outcome, "changedAt": self.some_time() });
                self.client
                    .mutate("recordApplicationChange", input, "application { id }")
                    .await;
            }
            _ => {
                let owner = if self.die.below(2) == 0 {
                    Value::Null
                } else {
                    let seen = self.client.query("{ viewer { recruiter { id } } }").await;
                    seen["viewer"]["recruiter"]["id"].clone()
                };
                let days = self.die.pick(&[json!(7), json!(30), Value::Null]).clone();
                let input = json!({ "by": { "id": self.die.pick(&self.people) },
                                    "owner": owner, "cadenceDays": days });
                self.client
                    .mutate("updateCandidate", input, "candidate { id }")
                    .await;
            }
        }
    }
}

#[tokio::test]
async fn after_a_storm_of_writes_all_that_is_derived_is_right() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let mut people = Vec::new();
        for name in ["Ada", "Bo", "Cy"] {
            let input = json!({ "name": name });
            let made = sam
                .mutate("createCandidate", input, "candidate { id }")
                .await;
            people.push(made["candidate"]["id"].clone());
        }
        let job = sam
            .mutate("createJob", json!({ "title": "Maker" }), "job { id }")
            .await;
        let mut storm = Storm {
            client: &sam,
            die: Die::new(7),
            now: app.now(),
            people,
            interactions: Vec::new(),
            applications: Vec::new(),
            job: job["job"]["id"].clone(),
        };

        for round in 0..90 {
            storm.blow().await;
            if round % 15 == 14 {
                assert_eq!(differences(&app, false).await, [], "round {round}");
            }
        }
    }
}

#[tokio::test]
async fn what_is_wrong_is_found_and_mended() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let made = sam
            .mutate(
                "createCandidate",
                json!({ "name": "Ada" }),
                "candidate { id }",
            )
            .await;
        let ada = json!([{ "id": made["candidate"]["id"] }]);
        for (direction, hour) in [("INBOUND", 7), ("OUTBOUND", 8), ("INBOUND", 9)] {
            let at = format!("2026-03-01T{hour:02}:00:00Z");
            let input = json!({ "people": ada, "channel": "EMAIL", "direction": direction,
                                "occurredAt": at });
            sam.mutate("logInteraction", input, "interaction { id }")
                .await;
        }
        assert_eq!(differences(&app, false).await, []);
        let of_tenant = format!(
            "tenant_id = (SELECT id FROM tenant WHERE name = '{}')",
            app.tenant
        );
        for broken in [
            "UPDATE person SET awaiting_reply_since = NULL, keeper_id = NULL WHERE",
            "UPDATE reply_wait SET elapsed_seconds = 1 WHERE closed_at IS NOT NULL AND",
            "DELETE FROM reply_wait WHERE turn = 'THEIRS' AND",
        ] {
            let sql = format!("{broken} {of_tenant}");
            app.database
                .writer()
                .execute_unprepared(&sql)
                .await
                .unwrap();
        }

        let found = differences(&app, false).await;
        let mended = differences(&app, true).await;

        let places: Vec<_> = found.iter().map(|found| found.place.as_str()).collect();
        assert_eq!(
            places,
            [
                "awaiting_reply_since",
                "keeper_id",
                "reply_wait Ours 2026-03-01T07:00:00Z",
                "reply_wait Theirs 2026-03-01T08:00:00Z",
            ]
        );
        assert_eq!(
            (found[0].stored.as_str(), found[0].expected.as_str()),
            ("null", "2026-03-01T09:00:00Z")
        );
        assert_eq!(mended, found);
        assert_eq!(differences(&app, false).await, []);
        let seen = sam
            .query("{ candidates { nodes { awaitingReplySince } } }")
            .await;
        assert_eq!(
            seen["candidates"]["nodes"][0]["awaitingReplySince"],
            "2026-03-01T09:00:00Z"
        );
    }
}
