//! Scorecards: the figures of a recruiter and of the team, and the lists behind them.

mod history;
mod oracle;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use self::{
    history::{Chance, row},
    oracle::{Asked, Rows, rounded},
};
use crate::support::{App, Client, apps};

const WHOLE: &str = "query ($recruiter: RecruiterBy, $from: DateTime!, $to: DateTime) {
  scorecard(recruiter: $recruiter, from: $from, to: $to) {
    touches { numerator byChannel { channel count }
      interactions(first: 100) { totalCount nodes { id } } }
    peopleTouched { numerator people(first: 100) { totalCount nodes { id } } }
    responseTime { numerator denominator openWaits
      elapsed { medianSeconds p90Seconds } working { medianSeconds p90Seconds }
      answeredWaits(first: 100) { totalCount nodes { openedAt } }
      peopleWaiting(first: 100) { totalCount nodes { id } } }
    followThrough { value numerator denominator openWaits kept keptLate broken overdue notYetDue
      people(standing: OVERDUE, first: 100) { totalCount nodes { id } }
      promises(first: 100) { totalCount nodes { id } } }
    referrals {
      received { value numerator referrals(first: 100) { totalCount nodes { id } } }
      contacted { value numerator referrals(first: 100) { totalCount nodes { id } } }
      hired { value numerator referrals(first: 100) { totalCount nodes { id } } } }
    referralsPerHundredTouched {
      all { ...group } promisesKept { ...group } promisesBroken { ...group } untested { ...group } }
    nps { ...nps }
    clients: nps(side: CLIENT) { ...nps }
    cadence { value numerator denominator
      people(overdue: true, first: 100) { totalCount nodes { id } } }
  }
}
fragment group on PeopleFigure {
  value numerator denominator people(first: 100) { totalCount nodes { id } }
}
fragment nps on NpsFigure {
  value numerator denominator promoters passives detractors coverage { ...group }
  feedback(first: 100) { totalCount nodes { id } }
  low: feedback(maxScore: 6, first: 100) { totalCount nodes { id } }
}";

/// The answer with each list as its length and the rows behind its ids.
fn simplified(answer: Value) -> Value {
    match answer {
        Value::Object(fields) if fields.contains_key("nodes") => {
            let nodes = fields["nodes"].as_array().unwrap();
            let ids = nodes.iter().filter_map(|node| node["id"].as_str());
            let mut ids: Vec<_> = ids.map(row).collect();
            ids.sort_unstable();
            if ids.is_empty() && !nodes.is_empty() {
                assert_eq!(fields["totalCount"], nodes.len());
                return json!(nodes.len());
            }
            json!({ "total": fields["totalCount"], "ids": ids })
        }
        Value::Object(fields) => fields
            .into_iter()
            .map(|(name, value)| match name.as_str() {
                "answeredWaits" => (name, value["totalCount"].clone()),
                "value" => (
                    name,
                    value.as_f64().map_or(Value::Null, |v| json!(rounded(v))),
                ),
                _ => (name, simplified(value)),
            })
            .collect::<serde_json::Map<_, _>>()
            .into(),
        other => other,
    }
}

/// Numbers alike, whether they were written whole or not.
fn alike(value: &Value) -> Value {
    match value {
        Value::Number(number) => json!(number.as_f64()),
        Value::Array(values) => values.iter().map(alike).collect(),
        Value::Object(fields) => fields
            .iter()
            .map(|(name, value)| (name.clone(), alike(value)))
            .collect::<serde_json::Map<_, _>>()
            .into(),
        other => other.clone(),
    }
}

fn days_ago(app: &App, days: i64) -> DateTime<Utc> {
    app.now() - TimeDelta::days(days)
}

async fn compare(
    app: &App,
    client: &Client,
    rows: &Rows,
    recruiter: Option<&str>,
    days: (i64, i64),
) {
    let (from, to) = (days_ago(app, days.0), days_ago(app, days.1));
    let by = recruiter.map(|id| json!({ "id": id }));
    let mut variables = json!({ "recruiter": by, "from": from, "to": to });
    if days.1 == 0 {
        variables["to"] = Value::Null;
    }
    let seen = client.query_with(WHOLE, variables).await;
    let asked = Asked {
        recruiter: recruiter.map(row),
        from,
        to,
        now: app.now(),
    };

    let (found, expected) = (
        simplified(seen["scorecard"].clone()),
        rows.scorecard(&asked),
    );

    for (figure, expected) in expected.as_object().unwrap() {
        let place = format!("{figure} of {recruiter:?} over {days:?}");
        assert_eq!(alike(&found[figure]), alike(expected), "{place}");
    }
}

#[tokio::test]
async fn the_figures_are_those_of_a_slow_and_obvious_computation() {
    for app in apps().await {
        for seed in [1, 2] {
            let mut chance = Chance::new(seed);
            let cast = history::cast(&app, &mut chance).await;
            history::talk(&app, &cast, &mut chance, 60).await;
            history::refer(&app, &cast, &mut chance, 25).await;
            history::remember(&app, &cast, &mut chance, 60).await;
            let rows = Rows::read(&app).await;

            let (kit, _) = &cast.recruiters[2];
            let whose: Vec<_> = cast.recruiters.iter().map(|(_, id)| Some(&**id)).collect();
            for recruiter in [None].into_iter().chain(whose) {
                for days in [
                    (730, 0),
                    (90, 0),
                    (600, 300),
                    (400, 100),
                    (1_400, 700),
                    (20, 10),
                ] {
                    compare(&app, kit, &rows, recruiter, days).await;
                }
            }
        }
    }
}

async fn person(client: &Client, name: &str) -> String {
    let input = json!({ "name": name, "cadenceDays": 14 });
    let made = client
        .mutate("createCandidate", input, "candidate { id }")
        .await;
    made["candidate"]["id"].as_str().unwrap().to_owned()
}

async fn log(client: &Client, person: &str, said: Value) {
    let mut input = json!({ "people": [{ "id": person }], "channel": "EMAIL",
                            "direction": "OUTBOUND", "occurredAt": "2026-02-02T10:00:00Z" });
    for (field, value) in said.as_object().unwrap() {
        input[field] = value.clone();
    }
    client
        .mutate("logInteraction", input, "interaction { id }")
        .await;
}

#[tokio::test]
async fn a_recruiter_has_their_own_touches_and_the_team_has_all() {
    for app in apps().await {
        let (sam, robin) = (app.as_recruiter("sam"), app.as_recruiter("robin"));
        let (ada, ben) = (person(&sam, "Ada").await, person(&sam, "Ben").await);
        log(&sam, &ada, json!({})).await;
        log(
            &sam,
            &ada,
            json!({ "channel": "MEAL", "direction": "MUTUAL" }),
        )
        .await;
        log(&robin, &ben, json!({ "direction": "INBOUND" })).await;
        log(&robin, &ben, json!({ "automated": true })).await;
        log(
            &robin,
            &ben,
            json!({ "channel": "CALL", "outcome": "NO_ANSWER" }),
        )
        .await;
        log(
            &robin,
            &ben,
            json!({ "channel": "NOTE", "direction": "INTERNAL" }),
        )
        .await;
        log(
            &robin,
            &ben,
            json!({ "occurredAt": "2026-03-01T00:00:00Z" }),
        )
        .await;

        let query = "query ($by: RecruiterBy) {
            scorecard(recruiter: $by, from: \"2026-02-01T00:00:00Z\", to: \"2026-03-01T00:00:00Z\") {
              recruiter { subject } window { from to }
              touches { value denominator openWaits byChannel { channel count } }
              peopleTouched { value people { nodes { name } } }
              responseTime { value numerator openWaits peopleWaiting { nodes { name } } }
              followThrough { value denominator } nps { value coverage { value } } } }";
        let team = sam.query_with(query, json!({})).await;
        let viewer = sam.query("{ viewer { recruiter { id } } }").await;
        let by = json!({ "by": { "id": viewer["viewer"]["recruiter"]["id"] } });
        let own = sam.query_with(query, by).await;

        assert_eq!(
            team["scorecard"]["touches"]["byChannel"],
            json!([{ "channel": "EMAIL", "count": 2 }, { "channel": "MEAL", "count": 1 }])
        );
        assert_eq!(team["scorecard"]["peopleTouched"]["value"], 2.0);
        // Ben was written to on the first of March, at which the period has ended: the wait is over.
        assert_eq!(team["scorecard"]["responseTime"]["openWaits"], 0);
        assert_eq!(team["scorecard"]["recruiter"], Value::Null);
        let own = &own["scorecard"];
        assert_eq!(own["recruiter"]["subject"], "sam");
        assert_eq!(own["touches"]["value"], 2.0);
        assert_eq!(own["touches"]["denominator"], Value::Null);
        assert_eq!(
            own["peopleTouched"]["people"]["nodes"],
            json!([{ "name": "Ada" }])
        );
        assert_eq!(
            own["followThrough"],
            json!({ "value": null, "denominator": 0 })
        );
        assert_eq!(
            own["nps"],
            json!({ "value": null, "coverage": { "value": 0.0 } })
        );
        assert_eq!(
            own["window"],
            json!({ "from": "2026-02-01T00:00:00Z", "to": "2026-03-01T00:00:00Z" })
        );
    }
}

#[tokio::test]
async fn what_is_private_enters_no_figure_not_even_its_authors() {
    for app in apps().await {
        let sam = app.with_scope("sam", "admin");
        let ada = person(&sam, "Ada").await;
        log(
            &sam,
            &ada,
            json!({ "visibility": "PRIVATE", "direction": "INBOUND" }),
        )
        .await;

        let seen = sam
            .query(
                "{ scorecard(from: \"2026-01-01T00:00:00Z\") {
                     touches { numerator interactions { totalCount nodes { id } } }
                     peopleTouched { numerator people { totalCount } }
                     responseTime { numerator openWaits } } }",
            )
            .await;

        assert_eq!(
            seen["scorecard"],
            json!({ "touches": { "numerator": 0, "interactions": { "totalCount": 0, "nodes": [] } },
                    "peopleTouched": { "numerator": 0, "people": { "totalCount": 0 } },
                    "responseTime": { "numerator": 0, "openWaits": 0 } })
        );
    }
}

#[tokio::test]
async fn what_was_logged_a_moment_ago_is_in_a_period_that_ends_now() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let ada = person(&sam, "Ada").await;
        log(&sam, &ada, json!({ "occurredAt": app.now() })).await;
        log(
            &sam,
            &ada,
            json!({ "occurredAt": app.now() + TimeDelta::minutes(4) }),
        )
        .await;

        let touches = |to: Value| {
            let sam = sam.clone();
            async move {
                let query = "query ($to: DateTime) {
                    scorecard(from: \"2026-01-01T00:00:00Z\", to: $to) { touches { numerator } } }";
                let seen = sam.query_with(query, json!({ "to": to })).await;
                seen["scorecard"]["touches"]["numerator"].clone()
            }
        };

        assert_eq!(touches(Value::Null).await, 2);
        assert_eq!(touches(json!(app.now())).await, 2);
        assert_eq!(touches(json!(app.now() - TimeDelta::minutes(1))).await, 0);
    }
}

#[tokio::test]
async fn a_period_that_cannot_be_is_refused_by_the_field_that_is_wrong() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let now = app.now();
        let day = TimeDelta::days(1);
        let cases = [
            (now - day, Some(now - day * 2), "`to` is not after `from`"),
            (now - day, Some(now - day), "`to` is not after `from`"),
            (now + day, None, "`from` is in the future"),
            (now - day, Some(now + day), "`to` is in the future"),
            (
                now - day * 732,
                None,
                "`from` is more than two years before `to`",
            ),
        ];
        for (from, to, why) in cases {
            let answer = sam
                .run(
                    "query ($from: DateTime!, $to: DateTime) {
                        scorecard(from: $from, to: $to) { window { from } } }",
                    json!({ "from": from, "to": to }),
                )
                .await;

            assert_eq!(answer.code(), "BAD_USER_INPUT");
            let message = answer.errors()[0]["message"].as_str().unwrap();
            assert!(message.starts_with(why), "{message}");
            assert_eq!(answer.errors()[0]["path"], json!(["scorecard"]));
        }
    }
}

#[tokio::test]
async fn a_scorecard_costs_the_same_number_of_statements_however_much_there_is() {
    for app in apps().await {
        let mut chance = Chance::new(7);
        let cast = history::cast(&app, &mut chance).await;
        let (sam, id) = &cast.recruiters[0];
        let by = json!({ "recruiter": { "id": id }, "from": days_ago(&app, 700) });
        let empty = sam.run(WHOLE, by.clone()).await;
        history::talk(&app, &cast, &mut chance, 30).await;
        history::refer(&app, &cast, &mut chance, 5).await;
        history::remember(&app, &cast, &mut chance, 40).await;

        let full = sam.run(WHOLE, by).await;
        let few = "query ($from: DateTime!) { scorecard(from: $from) { touches { value }
            peopleTouched { value } responseTime { value } followThrough { value } } }";
        let few = sam.run(few, json!({ "from": days_ago(&app, 700) })).await;

        assert_eq!(full.errors(), &[] as &[Value]);
        assert_eq!(empty.statements, full.statements);
        // One for each figure, two for response times; SQLite ranks each kind of time by itself.
        let ranked = u64::from(app.url.starts_with("sqlite"));
        assert_eq!(few.statements, 5 + ranked);
    }
}

#[tokio::test]
async fn every_list_is_read_page_by_page() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        for number in 0..5 {
            let ada = person(&sam, &format!("Person {number}")).await;
            log(&sam, &ada, json!({})).await;
        }
        let query = "query ($after: String) { scorecard(from: \"2026-01-01T00:00:00Z\") {
            peopleTouched { people(first: 2, after: $after) {
              nodes { name } pageInfo { hasNextPage endCursor } } } } }";
        let mut names = Vec::new();
        let mut after = Value::Null;
        loop {
            let seen = sam.query_with(query, json!({ "after": after })).await;
            let people = &seen["scorecard"]["peopleTouched"]["people"];
            let nodes = people["nodes"].as_array().unwrap().iter();
            names.extend(nodes.map(|node| node["name"].as_str().unwrap().to_owned()));
            if people["pageInfo"]["hasNextPage"] == false {
                break;
            }
            after = people["pageInfo"]["endCursor"].clone();
        }

        let expected: Vec<_> = (0..5).map(|number| format!("Person {number}")).collect();
        assert_eq!(names, expected);
    }
}

#[tokio::test]
async fn nobody_has_the_scorecard_of_a_recruiter_who_is_not_there() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");

        let seen = sam
            .query(
                "{ scorecard(recruiter: {email: \"nobody@example.com\"},
                     from: \"2026-01-01T00:00:00Z\") { touches { value } } }",
            )
            .await;

        assert_eq!(seen["scorecard"], Value::Null);
    }
}

#[tokio::test]
async fn a_cursor_of_another_tenant_is_none_of_these_lists() {
    for app in apps().await {
        let (sam, stranger) = (app.as_recruiter("sam"), app.stranger());
        let theirs = person(&stranger, "Theirs").await;
        log(&stranger, &theirs, json!({})).await;
        let query = "query ($after: String) { scorecard(from: \"2026-01-01T00:00:00Z\") {
            peopleTouched { people(after: $after) { nodes { id } pageInfo { endCursor } } } } }";
        let seen = stranger
            .query(&query.replace("$after: String", "$after: String = null"))
            .await;
        let people = &seen["scorecard"]["peopleTouched"]["people"];
        let cursor = &people["pageInfo"]["endCursor"];
        assert!(cursor.is_string());

        let foreign = sam.run(query, json!({ "after": cursor })).await;
        let nonsense = sam.run(query, json!({ "after": "bm9uc2Vuc2U" })).await;

        assert_eq!(foreign.code(), "BAD_USER_INPUT");
        assert_eq!(foreign.errors(), nonsense.errors());
    }
}

#[tokio::test]
async fn who_has_the_tenants_cadence_counts_among_those_with_one() {
    for app in apps().await {
        let (sam, lee) = (app.as_recruiter("sam"), app.with_scope("lee", "admin"));
        person(&sam, "Ada").await;
        for name in ["Ben", "Cy"] {
            let input = json!({ "name": name });
            sam.mutate("createCandidate", input, "__typename").await;
        }
        let figure = async || {
            let query = "{ scorecard(from: \"2026-01-01T00:00:00Z\") { cadence {
                numerator denominator people(overdue: false) { totalCount } } } }";
            sam.query(query).await["scorecard"]["cadence"].clone()
        };
        let counts = |count: i64| json!({ "numerator": count, "denominator": count, "people": { "totalCount": count } });

        assert_eq!(figure().await, counts(1));
        let input = json!({ "defaultCadenceDays": 30 });
        lee.mutate("updateSettings", input, "__typename").await;
        assert_eq!(figure().await, counts(3));
    }
}
