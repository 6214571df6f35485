//! People: made, changed, found.

use serde_json::json;

use crate::support::apps;

#[tokio::test]
async fn a_name_is_enough_for_a_candidate() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");

        let made = sam
            .mutate(
                "createCandidate",
                json!({ "name": "Jo's cousin" }),
                "candidate { id name hats }",
            )
            .await;

        assert_eq!(made["candidate"]["name"], "Jo's cousin");
        assert_eq!(made["candidate"]["hats"], json!(["CANDIDATE"]));
    }
}

#[tokio::test]
async fn a_second_call_with_the_same_key_makes_nobody_else() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let input = json!({ "name": "Ada Finch", "idempotencyKey": "form-1" });

        let first = sam
            .mutate("createCandidate", input.clone(), "candidate { id }")
            .await;
        let second = sam
            .mutate("createCandidate", input, "candidate { id }")
            .await;
        let other = json!({ "name": "Ida Finch", "idempotencyKey": "form-1" });
        let refused = sam.refused("createCandidate", other).await;

        assert_eq!(first, second);
        assert_eq!(
            refused,
            [(
                "IDEMPOTENCY_KEY_REUSED".into(),
                "input.idempotencyKey".into()
            )]
        );
        let count = sam.query("{ candidates { totalCount } }").await;
        assert_eq!(count["candidates"]["totalCount"], 1);
    }
}
