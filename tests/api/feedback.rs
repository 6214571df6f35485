//! Feedback from candidates and from clients, and the net promoter score of many.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::support::{App, Client, apps};

async fn person(client: &Client, hat: &str, name: &str) -> Value {
    let field = hat.to_lowercase();
    let (mutation, wanted) = (format!("create{hat}"), format!("{field} {{ id }}"));
    let input = json!({ "name": name });
    let made = client.mutate(&mutation, input, &wanted).await;
    json!({ "id": made[&field]["id"] })
}

async fn record(client: &Client, input: Value) -> Value {
    let all = "feedback { id score side words givenAt version person { name } recruiter { subject }
        job { title } interaction { subject } author { subject } externalRecords { id } }";
    let payload = client.mutate("recordFeedback", input, all).await;
    payload["feedback"].clone()
}

async fn own_id(client: &Client) -> Value {
    client.query("{ viewer { recruiter { id } } }").await["viewer"]["recruiter"]["id"].clone()
}

async fn touch(client: &Client, people: &[&Value], at: Value, job: Option<&Value>) -> Value {
    let input = json!({ "people": people, "channel": "CALL", "occurredAt": at, "job": job });
    let made = client
        .mutate("logInteraction", input, "interaction { id }")
        .await;
    made["interaction"]["id"].clone()
}

async fn job(client: &Client, title: &str, company: Option<&Value>) -> Value {
    let input = json!({ "title": title, "company": company });
    let made = client.mutate("createJob", input, "job { id }").await;
    json!({ "id": made["job"]["id"] })
}

#[tokio::test]
async fn what_somebody_said_is_kept_with_all_it_is_about() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let ada = person(&sam, "Candidate", "Ada").await;
        let job = job(&sam, "Cook", None).await;
        let about = json!({ "people": [ada], "channel": "MEAL", "subject": "Lunch" });
        let lunch = sam.mutate("logInteraction", about, "interaction { id }");
        let lunch = json!({ "id": lunch.await["interaction"]["id"] });

        let said = record(
            &sam,
            json!({
                "person": ada, "score": 10, "words": " Always called back. ", "job": job,
                "interaction": lunch, "recruiter": own_id(&sam).await,
                "externalRecords": [{ "system": "survey", "type": "answer", "id": "7" }],
            }),
        )
        .await;

        assert_eq!(
            said,
            json!({
                "id": said["id"], "score": 10, "side": "CANDIDATE", "words": "Always called back.",
                "givenAt": app.now(), "version": 1, "person": { "name": "Ada" },
                "recruiter": { "subject": "sam" }, "job": { "title": "Cook" },
                "interaction": { "subject": "Lunch" }, "author": { "subject": "sam" },
                "externalRecords": [{ "id": "7" }],
            })
        );
        let again = "{ feedbackItem(by: {externalRecord: {system: \"survey\", type: \"answer\",
            id: \"7\"}}) { id } }";
        assert_eq!(sam.query(again).await["feedbackItem"]["id"], said["id"]);
    }
}

#[tokio::test]
async fn the_side_is_that_of_the_only_hat_and_must_be_said_of_two() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let (ada, ben) = (
            person(&sam, "Candidate", "Ada").await,
            person(&sam, "Contact", "Ben").await,
        );
        let both = json!({ "by": ben, "hat": "CANDIDATE" });

        let of_ada = record(&sam, json!({ "person": ada, "score": 0 })).await;
        let of_ben = record(&sam, json!({ "person": ben, "score": 0 })).await;
        sam.mutate("addHat", both, "__typename").await;
        let unsaid = json!({ "person": ben, "score": 0 });
        let refused = sam.refused("recordFeedback", unsaid).await;
        let said = json!({ "person": ben, "score": 0, "side": "CLIENT" });

        assert_eq!(
            (&of_ada["side"], &of_ben["side"]),
            (&json!("CANDIDATE"), &json!("CLIENT"))
        );
        assert_eq!(refused, [("INVALID".to_owned(), "input.side".to_owned())]);
        assert_eq!(record(&sam, said).await["side"], "CLIENT");
    }
}

#[tokio::test]
async fn what_cannot_be_is_refused_by_its_field() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let ada = person(&sam, "Candidate", "Ada").await;
        let secret = json!({ "people": [ada], "channel": "CALL", "visibility": "PRIVATE" });
        let lee = app.as_recruiter("lee");
        let secret = lee
            .mutate("logInteraction", secret, "interaction { id }")
            .await;
        let secret = json!({ "id": secret["interaction"]["id"] });
        let later = app.now() + TimeDelta::minutes(6);
        for (wrong, code, field) in [
            (json!({ "score": 11 }), "INVALID", "score"),
            (json!({ "score": -1 }), "INVALID", "score"),
            (json!({ "givenAt": later }), "INVALID", "givenAt"),
            (json!({ "words": "x".repeat(100_001) }), "INVALID", "words"),
            (json!({ "interaction": secret }), "NOT_FOUND", "interaction"),
            (
                json!({ "person": { "email": "no@body.example" } }),
                "NOT_FOUND",
                "person",
            ),
        ] {
            let mut input = json!({ "person": ada, "score": 5 });
            for (field, value) in wrong.as_object().unwrap() {
                input[field] = value.clone();
            }
            let refused = sam.refused("recordFeedback", input).await;
            assert_eq!(refused, [(code.to_owned(), format!("input.{field}"))]);
        }
        let said = record(&sam, json!({ "person": ada, "score": 5 })).await;
        let by = json!({ "id": said["id"] });
        let worse = json!({ "by": by, "score": 11, "givenAt": later });
        assert_eq!(sam.refused("updateFeedback", worse).await.len(), 2);
        assert_eq!(app.events("FEEDBACK").await.len(), 1);
    }
}

#[tokio::test]
async fn a_change_leaves_one_event_and_minds_the_version() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let ada = person(&sam, "Candidate", "Ada").await;
        let input = json!({ "person": ada, "score": 5, "words": "Meh", "idempotencyKey": "k" });
        let said = record(&sam, input.clone()).await;
        assert_eq!(record(&sam, input).await["id"], said["id"]);
        let by = json!({ "id": said["id"] });

        let better = json!({ "by": by, "score": 8, "words": null, "version": 1 });
        let after = sam
            .mutate(
                "updateFeedback",
                better.clone(),
                "feedback { score words version }",
            )
            .await;
        let same = json!({ "by": by, "score": 8 });
        sam.mutate("updateFeedback", same, "__typename").await;
        let stale = sam.refused("updateFeedback", better).await;
        let gone = sam
            .mutate("removeFeedback", json!({ "by": by }), "removedId")
            .await;

        assert_eq!(
            after["feedback"],
            json!({ "score": 8, "words": null, "version": 2 })
        );
        assert_eq!(stale, [("CONFLICT".to_owned(), "input.version".to_owned())]);
        assert_eq!(gone["removedId"], said["id"]);
        assert_eq!(
            sam.refused("removeFeedback", json!({ "by": by })).await[0].0,
            "NOT_FOUND"
        );
        assert_eq!(
            app.events("FEEDBACK").await,
            [
                json!(["CREATED", []]),
                json!(["UPDATED", ["score", "words"]]),
                json!(["REMOVED", []]),
            ]
        );
    }
}

#[tokio::test]
async fn feedback_stays_when_the_interaction_it_is_about_is_removed() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let ada = person(&sam, "Candidate", "Ada").await;
        let call = touch(&sam, &[&ada], json!(app.now()), None).await;
        let call = json!({ "id": call });
        let said = record(
            &sam,
            json!({ "person": ada, "score": 5, "interaction": call }),
        )
        .await;

        sam.mutate("removeInteraction", json!({ "by": call }), "removedId")
            .await;

        let query = "query ($id: ID!) { node(id: $id) { ... on Feedback { version score
            interaction { id } } } }";
        let left = sam.query_with(query, json!({ "id": said["id"] })).await;
        assert_eq!(
            left["node"],
            json!({ "version": 2, "score": 5, "interaction": null })
        );
        assert_eq!(
            app.events("FEEDBACK").await[1],
            json!(["UPDATED", ["interaction"]])
        );
    }
}

#[tokio::test]
async fn lists_are_narrowed_and_stand_under_people_jobs_and_recruiters() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let own = own_id(&sam).await;
        let (ada, ben) = (
            person(&sam, "Candidate", "Ada").await,
            person(&sam, "Contact", "Ben").await,
        );
        let cook = job(&sam, "Cook", None).await;
        for (who, score, days) in [(&ada, 3, 30), (&ada, 9, 10), (&ben, 7, 20)] {
            let about = (score == 9).then_some(&cook);
            let at = app.now() - TimeDelta::days(days);
            let input = json!({
                "person": who, "score": score, "givenAt": at, "job": about, "recruiter": own,
            });
            record(&sam, input).await;
        }
        let scores = async |filter: &str| {
            let query = format!("{{ feedback{filter} {{ totalCount nodes {{ score }} }} }}");
            let list = sam.query(&query).await["feedback"].clone();
            let nodes = list["nodes"].as_array().unwrap();
            assert_eq!(list["totalCount"], nodes.len());
            nodes
                .iter()
                .map(|node| node["score"].as_i64().unwrap())
                .collect::<Vec<_>>()
        };

        assert_eq!(scores("").await, [9, 7, 3]);
        assert_eq!(
            scores("(orderBy: {field: GIVEN_AT, direction: ASC})").await,
            [3, 7, 9]
        );
        assert_eq!(scores("(filter: {maxScore: 6})").await, [3]);
        assert_eq!(
            scores("(filter: {minScore: 7, side: CANDIDATE})").await,
            [9]
        );
        assert_eq!(
            scores(&format!("(filter: {{people: [{}]}})", ben["id"])).await,
            [7]
        );
        assert_eq!(
            scores(&format!("(filter: {{jobs: [{}]}})", cook["id"])).await,
            [9]
        );
        let since = "(filter: {since: \"2026-02-01T00:00:00Z\", until: \"2026-02-20T00:00:00Z\"})";
        assert_eq!(scores(since).await, [7]);
        let nested = "{ candidates { nodes { feedback(first: 1) { totalCount nodes { score } } } }
            jobs { nodes { feedback { nodes { score } } } }
            recruiters { nodes { feedback { totalCount } } } }";
        let answer = sam.query(nested).await;
        let of_ada = json!({ "totalCount": 2, "nodes": [{ "score": 9 }] });
        assert_eq!(
            answer["candidates"]["nodes"],
            json!([{ "feedback": of_ada }])
        );
        let of_job = json!({ "nodes": [{ "score": 9 }] });
        assert_eq!(answer["jobs"]["nodes"], json!([{ "feedback": of_job }]));
        let of_sam = json!({ "totalCount": 3 });
        assert_eq!(
            answer["recruiters"]["nodes"],
            json!([{ "feedback": of_sam }])
        );
    }
}

/// A tenant in which two recruiters touched four people about two jobs, and three of them spoke.
async fn scored(app: &App) -> (Client, Client) {
    let (sam, lee) = (app.as_recruiter("sam"), app.as_recruiter("lee"));
    let company = sam
        .mutate("createCompany", json!({ "name": "Kiln" }), "company { id }")
        .await;
    let kiln = json!({ "id": company["company"]["id"] });
    let (cook, host) = (
        job(&sam, "Cook", Some(&kiln)).await,
        job(&sam, "Host", None).await,
    );
    let (ada, ben) = (
        person(&sam, "Candidate", "Ada").await,
        person(&sam, "Candidate", "Ben").await,
    );
    let (cleo, dan) = (
        person(&sam, "Candidate", "Cleo").await,
        person(&sam, "Contact", "Dan").await,
    );
    let positions = json!([{ "company": kiln, "title": "Chef" }]);
    let works = json!({ "by": dan, "positions": positions });
    sam.mutate("updateContact", works, "__typename").await;
    let at = json!(app.now() - TimeDelta::days(5));
    touch(&sam, &[&ada, &ben], at.clone(), Some(&cook)).await;
    touch(&lee, &[&cleo], at.clone(), Some(&host)).await;
    touch(&lee, &[&dan], at.clone(), None).await;
    // None of these is a touch that others see in the window.
    let outside = json!(app.now() - TimeDelta::days(90));
    touch(&sam, &[&cleo], outside.clone(), Some(&cook)).await;
    let secret =
        json!({ "people": [cleo], "channel": "CALL", "visibility": "PRIVATE", "job": cook });
    sam.mutate("logInteraction", secret, "__typename").await;
    let missed =
        json!({ "people": [cleo], "channel": "CALL", "outcome": "NO_ANSWER", "job": cook });
    sam.mutate("logInteraction", missed, "__typename").await;
    let (own, other) = (own_id(&sam).await, own_id(&lee).await);
    for (who, score, about, job, given) in [
        (&ada, 9, &own, Some(&cook), &at),
        (&ada, 10, &own, Some(&cook), &at),
        (&ben, 3, &own, Some(&cook), &at),
        (&cleo, 8, &other, Some(&host), &at),
        (&dan, 0, &other, None, &at),
        (&dan, 10, &other, None, &outside),
    ] {
        let input = json!({
            "person": who, "score": score, "recruiter": about, "job": job, "givenAt": given,
        });
        record(&sam, input).await;
    }
    (sam, lee)
}

const FIGURES: &str = "score n promoters passives detractors peopleHeard
    coverage { peopleTouched peopleHeard ratio }";

fn figures(score: f64, counts: [u32; 3], heard: u32, covered: (u32, u32)) -> Value {
    let [promoters, passives, detractors] = counts;
    json!({
        "score": score, "n": promoters + passives + detractors, "promoters": promoters,
        "passives": passives, "detractors": detractors, "peopleHeard": heard,
        "coverage": {
            "peopleTouched": covered.1, "peopleHeard": covered.0,
            "ratio": f64::from(covered.0) / f64::from(covered.1),
        },
    })
}

#[tokio::test]
async fn the_net_promoter_score_is_told_with_n_and_coverage() {
    for app in apps().await {
        let (sam, _) = scored(&app).await;
        let month = "since: \"2026-02-01T00:00:00Z\"";
        let of_tenant = async |args: &str| {
            let query = format!("{{ nps({args}) {{ {FIGURES} }} }}");
            sam.query(&query).await["nps"].clone()
        };

        assert_eq!(of_tenant(month).await, figures(0.0, [2, 1, 2], 4, (4, 4)));
        let candidates = format!("{month}, side: CANDIDATE");
        assert_eq!(
            of_tenant(&candidates).await,
            figures(25.0, [2, 1, 1], 3, (3, 3))
        );
        let clients = format!("{month}, side: CLIENT");
        assert_eq!(
            of_tenant(&clients).await,
            figures(-100.0, [0, 0, 1], 1, (1, 1))
        );
        let before = "since: \"2025-01-01T00:00:00Z\", until: \"2026-02-01T00:00:00Z\"";
        assert_eq!(
            of_tenant(before).await,
            figures(100.0, [1, 0, 0], 1, (0, 1))
        );
        let never = of_tenant("since: \"2027-01-01T00:00:00Z\"").await;
        assert_eq!((&never["score"], &never["n"]), (&Value::Null, &json!(0)));
        assert_eq!(never["coverage"]["ratio"], Value::Null);
    }
}

#[tokio::test]
async fn recruiters_jobs_and_companies_have_theirs_in_a_fixed_number_of_statements() {
    for app in apps().await {
        let (sam, _) = scored(&app).await;
        let nps = format!("nps(since: \"2026-02-01T00:00:00Z\") {{ {FIGURES} }}");
        let query = format!(
            "{{ recruiters {{ nodes {{ {nps} }} }} jobs {{ nodes {{ title {nps} }} }}
               companies {{ nodes {{ {nps} }} }} }}"
        );

        let answer = sam.run(&query, json!({})).await;

        let data = &answer.body["data"];
        let recruiters = data["recruiters"]["nodes"].as_array().unwrap();
        let by_sam = figures(100.0 / 3.0, [2, 0, 1], 2, (2, 2));
        let by_lee = figures(-50.0, [0, 1, 1], 2, (2, 2));
        assert!(
            recruiters.contains(&json!({ "nps": by_sam })),
            "{recruiters:?}"
        );
        assert!(
            recruiters.contains(&json!({ "nps": by_lee })),
            "{recruiters:?}"
        );
        let of_cook = figures(100.0 / 3.0, [2, 0, 1], 2, (2, 2));
        let of_host = figures(0.0, [0, 1, 0], 1, (1, 1));
        let jobs = data["jobs"]["nodes"].as_array().unwrap();
        assert!(
            jobs.contains(&json!({ "title": "Cook", "nps": of_cook })),
            "{jobs:?}"
        );
        assert!(
            jobs.contains(&json!({ "title": "Host", "nps": of_host })),
            "{jobs:?}"
        );
        // The jobs of the company, and Dan, who works there.
        let of_kiln = figures(0.0, [2, 0, 2], 3, (3, 3));
        assert_eq!(data["companies"]["nodes"], json!([{ "nps": of_kiln }]));
        // The three lists, and two statements for the scores of each.
        assert_eq!(answer.statements, 9);
    }
}

#[tokio::test]
async fn a_period_that_ends_before_it_begins_is_refused() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let at = "2026-02-01T00:00:00Z";
        let query = format!("{{ nps(since: \"{at}\", until: \"{at}\") {{ n }} }}");

        let answer = sam.run(&query, json!({})).await;

        assert_eq!(answer.code(), "BAD_USER_INPUT");
        assert!(answer.text.contains("`until`"), "{}", answer.text);
    }
}
