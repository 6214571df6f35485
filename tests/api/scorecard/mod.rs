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
      people(standing: OVERDUE, first: 100) { totalCount nodes { id } } }
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
