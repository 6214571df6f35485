//! The agenda as a list: its pages, what they cost, and what cannot be asked of it.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{one_of_each, state::State, with_recruiters};
use crate::support::apps;

#[tokio::test]
async fn the_next_page_is_that_of_the_same_agenda_however_late_it_is_asked_for() {
    for app in apps().await {
        let state = with_recruiters(&app, &["sam"]).await;
        let sam = state.recruiter("sam").await;
        for (name, hours) in [("Ada", -3), ("Bo", -2), ("Cy", -1), ("Di", 1), ("Ed", 20)] {
            let person = state.person(name, Some(sam));
            state.put(&person).await;
            state
                .put(&state.promise(&person, sam, state.hours(hours)))
                .await;
        }
        let page = async |arguments: &str| {
            let document = format!(
                "{{ agenda({arguments}) {{ totalCount counts {{ kind people }}
                    nodes {{ person {{ name }} reasons {{ kind }} }}
                    pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }} }} }}"
            );
            app.as_recruiter("sam").query(&document).await["agenda"].take()
        };

        let first = page("first: 2").await;
        app.advance(TimeDelta::hours(2));
        let cursor = &first["pageInfo"]["endCursor"];
        let second = page(&format!("first: 2, after: {cursor}")).await;
        let cursor = &second["pageInfo"]["startCursor"];
        let back = page(&format!("last: 2, before: {cursor}")).await;
        let anew = page("first: 5").await;

        assert_eq!(
            second["nodes"],
            json!([
                { "person": { "name": "Cy" }, "reasons": [{ "kind": "PROMISE_OVERDUE" }] },
                { "person": { "name": "Di" }, "reasons": [{ "kind": "PROMISE_DUE" }] },
            ])
        );
        assert_eq!(second["counts"], first["counts"]);
        assert_eq!(second["totalCount"], 5);
        assert_eq!(second["pageInfo"]["hasNextPage"], true);
        assert_eq!(
            (&back["nodes"], &back["counts"]),
            (&first["nodes"], &first["counts"])
        );
        assert_eq!(
            anew["counts"][0],
            json!({ "kind": "PROMISE_OVERDUE", "people": 4 })
        );
    }
}

#[tokio::test]
async fn a_page_costs_the_same_statements_however_many_stand_on_it() {
    for app in apps().await {
        let state = with_recruiters(&app, &["sam"]).await;
        let sam = state.recruiter("sam").await;
        let client = app.as_recruiter("sam");
        // Recruiters and people are asked for at two depths, and of more entries than the executor
        // polls at once.
        let document = "{ agenda(first: 50) { nodes { person { name owner { name } }
            reasons { kind detail recruiter { name } referral { status referred { name } }
                application { id } } snoozes { until } } } }";
        one_of_each(&state, sam).await;

        let few = client.run(document, json!({})).await;
        for _ in 0..4 {
            one_of_each(&state, sam).await;
        }
        let many = client.run(document, json!({})).await;
        let bare = "{ agenda { nodes { reasons { detail } } } }";
        let bare = client.run(bare, json!({})).await;

        let length = |answer: &Value| answer["data"]["agenda"]["nodes"].as_array().unwrap().len();
        assert_eq!((length(&few.body), length(&many.body)), (8, 40));
        assert_eq!(few.statements, many.statements);
        // Who stands on the page, all their reasons, and the settings that say what is late.
        assert_eq!(bare.statements, 3);
    }
}

#[tokio::test]
async fn an_agenda_that_cannot_be_meant_is_refused_by_name() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let viewer = sam.query("{ viewer { recruiter { id } } }").await;
        let id = &viewer["viewer"]["recruiter"]["id"];
        let elsewhere = app
            .stranger()
            .query("{ viewer { recruiter { id } } }")
            .await;
        let theirs = &elsewhere["viewer"]["recruiter"]["id"];
        let state = State::of(&app).await;
        one_of_each(&state, state.recruiter("sam").await).await;
        let page = sam
            .query("{ agenda(first: 1) { pageInfo { endCursor } } }")
            .await;
        let cursor = &page["agenda"]["pageInfo"]["endCursor"];

        for (arguments, word) in [
            (format!("team: true, recruiter: {{id: {id}}}"), "not both"),
            (format!("recruiter: {{id: {theirs}}}"), "`recruiter`"),
            ("recruiter: {id: \"x\"}".to_owned(), "`recruiter.id`"),
            (
                "recruiter: {email: \"nobody@example.com\"}".to_owned(),
                "`recruiter`",
            ),
            ("first: 101".to_owned(), "`first`"),
            ("after: \"x\"".to_owned(), "`after`"),
            (format!("team: true, after: {cursor}"), "`after`"),
            (format!("snoozed: true, after: {cursor}"), "`after`"),
        ] {
            let answer = sam
                .run(
                    &format!("{{ agenda({arguments}) {{ totalCount }} }}"),
                    json!({}),
                )
                .await;
            assert_eq!(answer.code(), "BAD_USER_INPUT", "{arguments}");
            let message = answer.errors()[0]["message"].as_str().unwrap_or_default();
            assert!(message.contains(word), "{arguments}: {message}");
        }
    }
}
