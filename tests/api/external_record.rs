//! The names that other systems give to our nodes: given, refused, taken away.

use serde_json::json;

use crate::support::apps;

#[tokio::test]
async fn a_record_that_names_somebody_else_is_refused_at_its_field() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let record = json!({ "system": "ats", "type": "candidate", "id": "1" });
        let ada = json!({ "externalRecord": record, "name": "Ada Finch" });
        sam.mutate("upsertPerson", ada, "created").await;
        let mo = sam
            .mutate(
                "createCandidate",
                json!({ "name": "Mo Wren" }),
                "candidate { id }",
            )
            .await;

        let link = json!({ "node": mo["candidate"]["id"], "externalRecord": record });
        let refused = sam.refused("linkExternalRecord", link).await;

        assert_eq!(
            refused,
            [("DUPLICATE".into(), "input.externalRecord".into())]
        );
    }
}

#[tokio::test]
async fn a_record_can_be_given_and_taken_away() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let mo = sam
            .mutate(
                "createCandidate",
                json!({ "name": "Mo Wren" }),
                "candidate { id }",
            )
            .await;
        let record = json!({ "system": "payroll", "type": "employee", "id": "88" });
        let by = json!({ "by": { "externalRecord": record } });
        let look_up = "query ($by: PersonBy!) { person(by: $by) { name } }";

        let link = json!({ "node": mo["candidate"]["id"], "externalRecord": record });
        sam.mutate("linkExternalRecord", link, "node { id }").await;
        let linked = sam.query_with(look_up, by.clone()).await;
        let unlink = json!({ "externalRecord": record });
        let gone = sam
            .mutate("unlinkExternalRecord", unlink.clone(), "unlinked")
            .await;
        let unlinked = sam.query_with(look_up, by).await;
        let again = sam.refused("unlinkExternalRecord", unlink).await;

        assert_eq!(linked["person"]["name"], "Mo Wren");
        assert_eq!(gone["unlinked"], true);
        assert_eq!(unlinked["person"], json!(null));
        assert_eq!(again, [("NOT_FOUND".into(), "input.externalRecord".into())]);
    }
}
