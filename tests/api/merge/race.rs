//! Merges beside other writers, and what is derived after a storm of both.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::scene::person;
use crate::{
    doctor::{Die, differences},
    support::{App, Client, apps},
};

async fn talks(client: &Client, person: &Value) -> Value {
    let document = "query ($by: PersonBy!) { person(by: $by) { interactions { totalCount } } }";
    let seen = client.query_with(document, json!({ "by": person })).await;
    seen["person"]["interactions"]["totalCount"].clone()
}

#[tokio::test]
async fn no_write_is_lost_beside_a_merge() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        for _ in 0..5 {
            let (ada, bo) = (person(&sam, "Ada").await, person(&sam, "Bo").await);
            let log = || async {
                for _ in 0..4 {
                    let input = json!({ "people": [bo], "channel": "CALL" });
                    sam.mutate("logInteraction", input, "__typename").await;
                }
            };
            let merging = async {
                let input = json!({ "survivor": ada, "merged": bo });
                sam.mutate("mergePeople", input, "__typename").await;
            };

            futures_util::join!(log(), log(), merging, log());

            assert_eq!(talks(&sam, &ada).await, 12);
            assert_eq!(talks(&sam, &bo).await, 12);
        }
        assert_eq!(differences(&app, false).await, []);
    }
}

#[tokio::test]
async fn two_merges_at_once_end() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        for _ in 0..5 {
            let (ada, bo) = (person(&sam, "Ada").await, person(&sam, "Bo").await);
            let attempt = |survivor: &Value, merged: &Value| {
                let input = json!({ "input": { "survivor": survivor, "merged": merged } });
                let sam = sam.clone();
                async move {
                    let document = "mutation ($input: MergePeopleInput!) {
                        mergePeople(input: $input) { userErrors { code } } }";
                    sam.query_with(document, input).await["mergePeople"]["userErrors"].clone()
                }
            };

            let (one, other) = futures_util::join!(attempt(&ada, &bo), attempt(&bo, &ada));

            // The one that comes second finds that they are one already.
            let refused = json!([{ "code": "INVALID" }]);
            assert!([&one, &other].contains(&&json!([])), "{one} {other}");
            assert!([&one, &other].contains(&&refused), "{one} {other}");
        }
    }
}

/// Touches, merges and undoes at random.
async fn storm(app: &App, sam: &Client, die: &mut Die) {
    let mut people = Vec::new();
    for name in ["Ada", "Bo", "Cy", "Dee"] {
        people.push(person(sam, name).await);
    }
    let mut merged: Vec<Value> = Vec::new();
    for round in 0..60 {
        match die.below(6) {
            0..=2 => {
                let (one, other) = (die.pick(&people).clone(), die.pick(&people).clone());
                let direction = *die.pick(&["INBOUND", "OUTBOUND"]);
                let hours = i64::try_from(die.below(40)).unwrap();
                let input = json!({ "people": [one, other], "channel": "EMAIL",
                    "direction": direction, "occurredAt": app.now() - TimeDelta::hours(hours) });
                sam.mutate("logInteraction", input, "__typename").await;
            }
            3 => {
                let by = die.pick(&people).clone();
                let days = die.pick(&[json!(7), Value::Null]).clone();
                let input = json!({ "by": by, "cadenceDays": days });
                sam.mutate("updateCandidate", input, "__typename").await;
            }
            4 => {
                let (one, other) = (die.pick(&people).clone(), die.pick(&people).clone());
                let input = json!({ "input": { "survivor": one, "merged": other } });
                let document = "mutation ($input: MergePeopleInput!) { mergePeople(input: $input) {
                    mergedId } }";
                let done = sam.query_with(document, input).await;
                if let Value::String(id) = &done["mergePeople"]["mergedId"] {
                    merged.push(json!(id));
                }
            }
            _ => {
                if let Some(id) = merged.pop() {
                    let input = json!({ "merged": id });
                    sam.mutate("unmergePeople", input, "__typename").await;
                }
            }
        }
        if round % 10 == 9 {
            assert_eq!(differences(app, false).await, [], "round {round}");
        }
    }
}

#[tokio::test]
async fn after_a_storm_of_merges_all_that_is_derived_is_right() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        for seed in [3, 11] {
            storm(&app, &sam, &mut Die::new(seed)).await;
        }
    }
}
