//! What is exported comes back: into an empty tenant without a loss, into its own without a trace.

use chrono::TimeDelta;
use rapport::{import::run::Tally, store::export::KINDS};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Source, exported, import, named, same};
use crate::support::{App, Client, World, apps};

/// A tenant with everything that can be said of anything.
async fn build(app: &App) {
    let admin = app.with_scope("admin", "read write admin");
    let kind = json!({
        "code": "TAUGHT", "name": "teacher", "inverseCode": "TAUGHT_BY",
        "inverseName": "pupil",
    });
    admin
        .mutate("addRelationshipKind", kind, "relationshipKind { code }")
        .await;
    let settings = json!({
        "replyTargetHours": 24, "defaultCadenceDays": 21, "timeZone": "Asia/Kolkata",
        "workingHours": {"from": "10:00", "until": "18:30", "holidays": ["2026-12-25"]},
    });
    admin
        .mutate("updateSettings", settings, "settings { version }")
        .await;
    let sam = app.with_address(&app.tenant, "sam", "read write", Some("sam@example.com"));
    let world = World::build(&sam, "round").await;
    // Nobody else has a name for what follows.
    let bo = json!({
        "name": "Bo Wren", "headline": "=cmd", "cadenceDays": 30, "cadenceReset": "SPOKEN",
        "phones": [{"value": "+44 7700 900123", "label": "mobile"}], "tags": ["Zug", "äpfel"],
    });
    let bo = made(&sam, "createCandidate", bo, "candidate").await;
    let forbidden = json!({"by": bo, "doNotContact": true, "reason": "asked us"});
    sam.mutate("setDoNotContact", forbidden, "person { id }")
        .await;
    promises(app, &sam, &bo).await;
    referrals(&sam, &bo, &json!({"id": world.id("Contact")})).await;
    let note = json!({
        "people": [bo], "channel": "NOTE", "body": "mine\nalone", "visibility": "PRIVATE",
        "occurredAt": "2026-02-01T10:00:00.123456Z",
    });
    made(&sam, "logInteraction", note, "interaction").await;
    steps(&sam, &bo, &json!({"id": world.id("Job")})).await;
}

async fn made(client: &Client, mutation: &str, input: Value, field: &str) -> Value {
    let payload = client
        .mutate(mutation, input, &format!("{field} {{ id }}"))
        .await;
    json!({"id": payload[field]["id"]})
}

async fn promises(app: &App, sam: &Client, bo: &Value) {
    let call = json!({"people": [bo], "channel": "CALL", "occurredAt": "2026-02-20T10:00:00Z"});
    let call = made(sam, "logInteraction", call, "interaction").await;
    for (kind, days) in [("REPLY", 3), ("MEET", 5), ("OTHER", 9)] {
        let due = app.now() + TimeDelta::days(days);
        let promise = json!({
            "person": bo, "kind": kind, "words": "as I said", "dueAt": due, "madeIn": call,
            "madeAt": "2026-02-20T10:00:00Z",
        });
        let promise = made(sam, "makePromise", promise, "promise").await;
        let later = json!({"by": promise, "dueAt": due + TimeDelta::days(1), "note": "ill"});
        match kind {
            "REPLY" => {
                let kept = json!({"by": promise, "note": "done"});
                sam.mutate("keepPromise", kept, "promise { id }").await;
            }
            "MEET" => {
                sam.mutate("reschedulePromise", later, "promise { id }")
                    .await;
            }
            _ => {
                sam.mutate("breakPromise", json!({"by": promise}), "promise { id }")
                    .await;
            }
        }
    }
}

async fn referrals(sam: &Client, bo: &Value, contact: &Value) {
    let referral = json!({
        "referrer": bo, "referred": {"person": contact}, "relationshipKind": "TAUGHT",
        "note": "knows the trade", "referredAt": "2026-01-05T09:00:00Z",
    });
    let referral = made(sam, "recordReferral", referral, "referral").await;
    let reward = json!({
        "by": referral, "amount": "250.50", "currency": "EUR", "dueOn": "2026-06-01",
    });
    sam.mutate("setReferralReward", reward, "referral { id }")
        .await;
    for status in ["CONTACTED", "DECLINED"] {
        let moved = json!({"by": referral, "status": status, "note": status.to_lowercase()});
        sam.mutate("changeReferralStatus", moved, "referral { id }")
            .await;
    }
    for mutation in ["acknowledgeReferral", "closeReferralLoop"] {
        sam.mutate(mutation, json!({"by": referral}), "referral { id }")
            .await;
    }
}

async fn steps(sam: &Client, bo: &Value, job: &Value) {
    let application = json!({
        "person": bo, "job": job, "appliedAt": "2026-01-10T09:00:00Z", "source": "a friend",
    });
    let application = made(sam, "createApplication", application, "application").await;
    for said in [
        json!({"stage": "Screen"}),
        json!({"outcome": "NOT_SELECTED"}),
        json!({"outcome": null}),
        json!({"stage": "Offer", "milestone": "OFFERED"}),
    ] {
        let mut said = said;
        said["by"] = application.clone();
        sam.mutate("updateApplication", said, "application { id }")
            .await;
    }
}

async fn import_lines(app: &App, tenant: &str, lines: &[Value]) -> Tally {
    let lines: Vec<_> = lines.iter().map(Value::to_string).collect();
    let outcome = import(app, tenant, Source::records(lines.join("\n").as_bytes())).await;
    assert_eq!(outcome.rejected, "");
    outcome.tally()
}

#[tokio::test]
async fn an_export_fills_an_empty_tenant_without_a_loss() {
    for app in apps().await {
        build(&app).await;
        let lines = exported(&app, &app.tenant).await;
        let other = Uuid::now_v7().to_string();

        let tally = import_lines(&app, &other, &lines).await;

        assert_eq!((tally.deferred, tally.rejected), (0, 0), "{tally:?}");
        let copy = exported(&app, &other).await;
        same(&named(&copy), &named(&lines));
        for kind in KINDS {
            let kind = format!("{kind:?}").to_lowercase();
            let is_there = lines.iter().any(|line| line[&kind].is_object());
            assert!(is_there, "nothing of the kind {kind}");
        }
        let again = import_lines(&app, &other, &lines).await;
        assert_eq!((again.created, again.updated), (0, 0), "{again:?}");
        same(&named(&exported(&app, &other).await), &named(&lines));
    }
}

#[tokio::test]
async fn an_export_that_comes_home_changes_nothing() {
    for app in apps().await {
        build(&app).await;
        let lines = exported(&app, &app.tenant).await;
        import_lines(&app, &app.tenant, &lines[..1]).await; // now the importer is there too
        let (before, events) = (exported(&app, &app.tenant).await, app.event_count().await);

        let tally = import_lines(&app, &app.tenant, &before).await;

        assert_eq!(tally.unchanged, before.len() as u64, "{tally:?}");
        assert_eq!(exported(&app, &app.tenant).await, before);
        assert_eq!(app.event_count().await, events);
    }
}
