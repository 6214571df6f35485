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
    /// How many seconds later than now the latest time was.
    later: i64,
    people: Vec<Value>,
    interactions: Vec<Value>,
    applications: Vec<Value>,
    referrals: Vec<Value>,
    admin: &'a Client,
    job: Value,
}

impl Storm<'_> {
    fn some_time(&mut self) -> Value {
        // Few different times, for order matters most where times are equal.
        let hours = i64::try_from(self.die.below(40)).unwrap();
        json!(self.now - TimeDelta::hours(hours * 12))
    }

    /// Later than all before, half of the time: what follows then is found in another way.
    fn time_of_touch(&mut self) -> Value {
        if self.die.below(2) == 0 {
            return self.some_time();
        }
        self.later += 1;
        // A clock may be ahead of ours a little.
        json!(self.now + TimeDelta::seconds(self.later))
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
                "occurredAt": self.time_of_touch() })
    }

    fn some_people(&mut self) -> Value {
        let one = self.die.pick(&self.people).clone();
        if self.die.below(2) == 0 {
            return json!([{ "id": one }]);
        }
        let other = self.die.pick(&self.people).clone();
        json!([{ "id": one }, { "id": other }])
    }

    /// A promise, a referral, what becomes of one, or another choice of the tenant.
    async fn blow_elsewhere(&mut self) {
        match self.die.below(5) {
            0 => {
                let input = json!({ "person": { "id": self.die.pick(&self.people) },
                    "kind": "CALL_BACK", "madeAt": self.now - TimeDelta::days(21),
                    "dueAt": self.some_time() });
                self.client
                    .mutate("makePromise", input, "promise { id }")
                    .await;
            }
            1 => {
                let referrer = self
                    .client
                    .mutate("createContact", json!({ "name": "Jo" }), "contact { id }")
                    .await;
                let input = json!({ "referrer": { "id": referrer["contact"]["id"] },
                    "referred": { "person": { "id": self.die.pick(&self.people) } },
                    "job": { "id": self.job }, "referredAt": self.some_time() });
                let made = self
                    .client
                    .mutate("recordReferral", input, "referral { id }")
                    .await;
                self.referrals.push(made["referral"]["id"].clone());
            }
            2 if !self.referrals.is_empty() => {
                let status = *self.die.pick(&["CONTACTED", "WITHDRAWN"]);
                let input = json!({ "by": { "id": self.die.pick(&self.referrals) },
                    "status": status });
                self.client
                    .mutate("changeReferralStatus", input, "referral { id }")
                    .await;
            }
            3 => {
                let zone = *self.die.pick(&["UTC", "Asia/Tokyo", "America/Lima"]);
                let hours = *self.die.pick(&["08:00", "10:00"]);
                let days = self.die.pick(&[json!(10), json!(45), Value::Null]).clone();
                let input = json!({ "timeZone": zone, "defaultCadenceDays": days,
                                    "workingHours": { "from": hours } });
                self.admin
                    .mutate("updateSettings", input, "settings { version }")
                    .await;
            }
            _ => {
                let reset = *self.die.pick(&["ANY_TOUCH", "OUTREACH", "SPOKEN"]);
                let soon = json!(self.now + TimeDelta::days(3));
                let next = self.die.pick(&[soon, Value::Null]).clone();
                let input = json!({ "by": { "id": self.die.pick(&self.people) },
                    "cadenceReset": reset, "nextTouchAt": next });
                self.client
                    .mutate("updateCandidate", input, "candidate { id }")
                    .await;
            }
        }
    }

    async fn blow(&mut self) {
        match self.die.below(13) {
            10.. => self.blow_elsewhere().await,
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
        let (sam, lee) = (app.as_recruiter("sam"), app.with_scope("lee", "admin"));
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
            later: 0,
            people,
            interactions: Vec::new(),
            applications: Vec::new(),
            referrals: Vec::new(),
            admin: &lee,
            job: job["job"]["id"].clone(),
        };

        for round in 0..150 {
            storm.blow().await;
            if round % 5 == 4 {
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

/// Ada, who wrote, was answered and came by referral to an interview; nothing is wrong with it.
async fn sound(app: &App) -> Client {
    let sam = app.as_recruiter("sam");
    let made = async |name, input, field| {
        let made = sam.mutate(name, input, &format!("{field} {{ id }}")).await;
        json!({ "id": made[field]["id"] })
    };
    let ada = made("createCandidate", json!({ "name": "Ada" }), "candidate").await;
    let jo = made("createContact", json!({ "name": "Jo" }), "contact").await;
    let job = made("createJob", json!({ "title": "Maker" }), "job").await;
    for (direction, people) in [("INBOUND", json!([ada])), ("OUTBOUND", json!([ada, jo]))] {
        let input = json!({ "people": people, "channel": "EMAIL", "direction": direction,
                            "occurredAt": "2026-03-01T07:00:00Z" });
        made("logInteraction", input, "interaction").await;
    }
    let input = json!({ "referrer": jo, "referred": { "person": ada }, "job": job,
                        "referredAt": "2026-01-01T00:00:00Z" });
    made("recordReferral", input, "referral").await;
    let input = json!({ "person": ada, "job": job, "stage": "On-site",
        "milestone": "INTERVIEWING", "appliedAt": "2026-02-01T00:00:00Z" });
    made("createApplication", input, "application").await;
    assert_eq!(differences(app, false).await, []);
    sam
}

#[tokio::test]
async fn what_stands_twice_and_differs_is_found_and_mended() {
    for app in apps().await {
        let sam = sound(&app).await;
        let of_tenant = format!(
            "tenant_id = (SELECT id FROM tenant WHERE name = '{}')",
            app.tenant
        );
        for (broken, expected) in [
            (
                "UPDATE interaction_person SET touch_channel = NULL WHERE",
                vec!["interaction_person"; 3],
            ),
            (
                "UPDATE interaction_recruiter SET occurred_at = '2026-02-01T00:00:00+00:00' WHERE",
                vec!["interaction_recruiter"; 2],
            ),
            ("DELETE FROM touch WHERE", vec!["touch"; 3]),
            (
                "UPDATE touch SET occurred_at = '2026-02-01T00:00:00+00:00' WHERE",
                vec!["touch"; 6],
            ),
            (
                "UPDATE application SET stage = 'Screen', milestone = NULL WHERE",
                vec!["application"; 2],
            ),
            (
                "UPDATE referral SET status = 'HIRED' WHERE",
                vec!["referral"],
            ),
            (
                "DELETE FROM referral_status_change WHERE application_change_id IS NOT NULL AND",
                vec!["referral"],
            ),
        ] {
            let sql = format!("{broken} {of_tenant}");
            let database = app.database.writer();
            database.execute_unprepared(&sql).await.unwrap();

            let found = differences(&app, false).await;
            let mended = differences(&app, true).await;

            let tables = found.iter().map(|found| found.place.split(' ').next());
            let tables: Vec<_> = tables.flatten().collect();
            assert_eq!(tables, expected, "{broken}: {found:?}");
            assert_eq!(mended, found, "{broken}");
            assert_eq!(differences(&app, false).await, [], "{broken}");
        }
        let document = "{ candidates { nodes { referredBy { nodes { status
            statusHistory { status } } } applications { nodes { stage } } } } }";
        let seen = sam.query(document).await;
        let ada = &seen["candidates"]["nodes"][0];
        assert_eq!(
            ada["applications"]["nodes"],
            json!([{ "stage": "On-site" }])
        );
        assert_eq!(
            ada["referredBy"]["nodes"],
            json!([{ "status": "INTERVIEWING",
                "statusHistory": [{ "status": "RECEIVED" }, { "status": "INTERVIEWING" }] }])
        );
        assert_eq!(app.events("REFERRAL").await.len(), 2);
    }
}
