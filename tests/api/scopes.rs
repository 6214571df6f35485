//! What each scope may ask and do: the table that is the promise, held against every field of the
//! schema.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::support::{
    App, Client, Shape, World, apps,
    input::{Inputs, document},
    shape::{list, named, text},
};

/// Every scope there is, and a token without any that we know.
const SCOPES: [&str; 5] = ["", "read", "write", "sync", "admin"];

/// Whoever is let in may read.
const READ: &[&str] = &["read", "write", "sync", "admin"];
const WRITE: &[&str] = &["write", "sync", "admin"];
const SYNC: &[&str] = &["sync"];
const ADMIN: &[&str] = &["admin"];

/// Which scopes open which field, each by itself.
const TABLE: &[(&str, &[&str])] = &[
    ("agenda", READ),
    ("application", READ),
    ("candidate", READ),
    ("candidates", READ),
    ("changes", READ),
    ("companies", READ),
    ("company", READ),
    ("contact", READ),
    ("contacts", READ),
    ("feedback", READ),
    ("feedbackItem", READ),
    ("interaction", READ),
    ("interactions", READ),
    ("introductionPath", READ),
    ("job", READ),
    ("jobs", READ),
    ("leftHangingTotals", READ),
    ("lunch", READ),
    ("matchSuggestions", READ),
    ("node", READ),
    ("nodes", READ),
    ("nps", READ),
    ("peopleDue", READ),
    ("peopleLeftHanging", READ),
    ("person", READ),
    ("promise", READ),
    ("promises", READ),
    ("reconnect", READ),
    ("recruiter", READ),
    ("recruiters", READ),
    ("referral", READ),
    ("referrals", READ),
    ("relationshipKinds", READ),
    ("scorecard", READ),
    ("settings", READ),
    ("syncDeferred", SYNC),
    ("viewer", READ),
    ("acceptMatch", WRITE),
    ("acknowledgeReferral", WRITE),
    ("addHat", WRITE),
    ("addRelationship", WRITE),
    ("addRelationshipKind", ADMIN),
    ("breakPromise", WRITE),
    ("beginSnapshot", SYNC),
    ("changeReferralStatus", WRITE),
    ("closeReferralLoop", WRITE),
    ("completeSnapshot", SYNC),
    ("createApplication", WRITE),
    ("createCandidate", WRITE),
    ("createCompany", WRITE),
    ("createContact", WRITE),
    ("createJob", WRITE),
    ("dismissMatch", WRITE),
    ("dropHat", WRITE),
    ("endRelationship", WRITE),
    ("keepPromise", WRITE),
    ("linkExternalRecord", WRITE),
    ("linkRecruiterPerson", ADMIN),
    ("logInteraction", WRITE),
    ("makePromise", WRITE),
    ("mergePeople", WRITE),
    ("recordApplicationChange", WRITE),
    ("recordFeedback", WRITE),
    ("recordReferral", WRITE),
    ("removeApplicationChange", WRITE),
    ("removeFeedback", WRITE),
    ("removeInteraction", WRITE),
    ("removePromise", WRITE),
    ("reopenPromise", WRITE),
    ("reschedulePromise", WRITE),
    ("setDoNotContact", WRITE),
    ("setOwner", WRITE),
    ("setReferralReward", WRITE),
    ("setTags", WRITE),
    ("snoozeAgendaEntry", WRITE),
    ("syncRecords", SYNC),
    ("undoMatch", WRITE),
    ("unlinkExternalRecord", WRITE),
    ("unmergePeople", WRITE),
    ("unlinkRecruiterPerson", ADMIN),
    ("unsnoozeAgendaEntry", WRITE),
    ("updateApplication", WRITE),
    ("updateCandidate", WRITE),
    ("updateCompany", WRITE),
    ("updateContact", WRITE),
    ("updateFeedback", WRITE),
    ("updateInteraction", WRITE),
    ("updateJob", WRITE),
    ("updatePromise", WRITE),
    ("updateReferral", WRITE),
    ("updateRelationship", WRITE),
    ("updateSettings", ADMIN),
    ("upsertPerson", WRITE),
    ("withdrawPromise", WRITE),
];

#[tokio::test]
async fn each_scope_opens_what_the_table_says_and_no_more() {
    for app in apps().await {
        let own = world(&app).await;
        let shape = Shape::read(&app.as_recruiter("sam")).await;
        let table: BTreeMap<_, _> = TABLE.iter().copied().collect();
        let mut seen = 0;
        for (operation, root) in [("query", "Query"), ("mutation", "Mutation")] {
            for field in shape.fields(root) {
                let name = text(&field["name"]);
                let Some(opened_by) = table.get(name) else {
                    panic!("`{name}` is new: say in the table which scopes open it");
                };
                seen += 1;
                let inputs = Inputs {
                    shape: &shape,
                    own: &own,
                    operation: name,
                };
                let given = least_arguments(&inputs, field);
                let selection = match named(&field["type"]).kind {
                    "SCALAR" | "ENUM" => "",
                    _ => "{ __typename }",
                };
                let document = document(operation, field, &given, selection);
                for scope in SCOPES {
                    let caller = app.with_scope("sam", scope);
                    let answer = caller.run(&document, given.clone()).await;
                    let code = &answer.body["errors"][0]["extensions"]["code"];
                    if opened_by.contains(&scope) {
                        assert_eq!(code, &Value::Null, "{name} with `{scope}`");
                    } else {
                        assert_eq!(code, "FORBIDDEN", "{name} with `{scope}`");
                    }
                }
            }
        }
        assert_eq!(seen, TABLE.len(), "the table names a field that is gone");
    }
}

fn least_arguments(inputs: &Inputs<'_>, field: &Value) -> Value {
    list(&field["args"])
        .iter()
        .filter(|arg| crate::support::shape::is_required(arg))
        .map(|arg| (text(&arg["name"]).to_owned(), inputs.least(arg)))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

#[tokio::test]
async fn a_token_without_a_scope_leaves_no_trace() {
    for app in apps().await {
        let nobody = app.with_scope("nobody", "");

        let asked = nobody.run("{ __typename }", json!({})).await;
        let shape = nobody
            .run("{ __schema { queryType { name } } }", json!({}))
            .await;

        assert_eq!(
            (asked.status.as_u16(), asked.code()),
            (403, "FORBIDDEN".into())
        );
        assert_eq!(shape.code(), "FORBIDDEN");
        let seen = app
            .as_recruiter("sam")
            .query("{ recruiters { nodes { subject } } }")
            .await;
        assert_eq!(seen["recruiters"]["nodes"], json!([{ "subject": "sam" }]));
    }
}

async fn world(app: &App) -> World {
    let client: Client = app.as_recruiter("sam");
    World::build(&client, "ownworld").await
}
