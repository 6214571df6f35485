//! Where a reader goes on, and what they are told when they cannot.

use entity::event;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, IntoActiveModel,
    QueryFilter,
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{candidate, page, read};
use crate::support::{App, Client, apps};

/// The code with which a cursor is refused.
async fn refused(client: &Client, after: &Value) -> String {
    let feed = "query ($after: String) { changes(after: $after) { pageInfo { endCursor } } }";
    client.run(feed, json!({ "after": after })).await.code()
}

#[expect(clippy::disallowed_methods, reason = "the test looks behind the API")]
async fn event_of(app: &App, change: &Value) -> event::Model {
    let id: Uuid = change["id"].as_str().unwrap().parse().unwrap();
    event::Entity::find()
        .filter(event::Column::Id.eq(id))
        .one(app.database.writer())
        .await
        .unwrap()
        .unwrap()
}

#[expect(clippy::disallowed_methods, reason = "the test looks behind the API")]
async fn forget(app: &App, event: &event::Model) {
    event::Entity::delete_many()
        .filter(event::Column::Id.eq(event.id))
        .exec(app.database.writer())
        .await
        .unwrap();
}

#[tokio::test]
async fn a_poller_keeps_its_place_over_empty_pages() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");

        let nothing_yet = page(&sam, json!({})).await;
        let before_all = nothing_yet["pageInfo"]["endCursor"].clone();
        candidate(&sam, "Ada Finch").await;
        let (first, after_first) = read(&sam, json!({ "after": before_all }), 1).await;
        let idle = page(&sam, json!({ "after": after_first })).await;
        let still = idle["pageInfo"]["endCursor"].clone();
        candidate(&sam, "Mo Wren").await;
        let (second, _) = read(&sam, json!({ "after": still }), 1).await;

        assert_eq!(nothing_yet["nodes"], json!([]));
        assert!(before_all.is_string());
        assert_eq!((idle["nodes"].clone(), still), (json!([]), after_first));
        assert_eq!((first.len(), second.len()), (1, 1));
        assert_ne!(first[0]["id"], second[0]["id"]);
    }
}

#[tokio::test]
async fn a_reader_may_begin_now() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        candidate(&sam, "Ada Finch").await;
        let (_, end) = read(&sam, json!({}), 1).await;

        let now = page(&sam, json!({ "first": 0 })).await;
        candidate(&sam, "Mo Wren").await;
        let (from_now, _) = read(&sam, json!({ "after": now["pageInfo"]["endCursor"] }), 1).await;
        let kept = page(&sam, json!({ "after": end, "first": 0 })).await;

        assert_eq!(now["pageInfo"]["endCursor"], end);
        assert_eq!(now["pageInfo"]["hasNextPage"], false);
        assert_eq!(from_now.len(), 1);
        // With a cursor, nothing is skipped.
        assert_eq!(kept["pageInfo"]["endCursor"], end);
        assert_eq!(kept["pageInfo"]["hasNextPage"], true);
    }
}

#[tokio::test]
async fn pages_of_a_long_feed_hold_everything_once() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        candidate(&sam, "Ada Finch").await;
        let (first, _) = read(&sam, json!({}), 1).await;
        let event = event_of(&app, &first[0]).await;
        let rows = (0..1_200).map(|_| {
            let id = Uuid::now_v7();
            event::Model {
                id,
                ..event.clone()
            }
            .into_active_model()
            .reset_all()
        });
        event::Entity::insert_many(rows)
            .exec_without_returning(app.database.writer())
            .await
            .unwrap();
        read(&sam, json!({}), 1_201).await;

        let (mut seen, mut lengths, mut after) = (Vec::new(), Vec::new(), Value::Null);
        loop {
            let page = page(&sam, json!({ "after": after, "first": 500 })).await;
            let nodes = page["nodes"].as_array().unwrap();
            lengths.push(nodes.len());
            seen.extend(nodes.iter().map(|change| change["id"].to_string()));
            after = page["pageInfo"]["endCursor"].clone();
            if page["pageInfo"]["hasNextPage"] == false {
                break;
            }
        }

        assert_eq!(lengths, [500, 500, 201]);
        seen.sort();
        seen.dedup();
        assert_eq!(seen.len(), 1_201);
    }
}

#[tokio::test]
async fn a_page_has_500_changes_at_most() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        for first in [-1, 501] {
            let feed = "query ($first: Int) { changes(first: $first) { nodes { id } } }";

            let answer = sam.run(feed, json!({ "first": first })).await;

            assert_eq!(answer.code(), "BAD_USER_INPUT", "{first}");
        }
        let origins: Vec<_> = (0..21).map(|origin| origin.to_string()).collect();
        let feed = "query ($origins: [String!]) { changes(origins: $origins) { nodes { id } } }";
        let answer = sam.run(feed, json!({ "origins": origins })).await;
        assert_eq!(answer.code(), "BAD_USER_INPUT");
    }
}

#[tokio::test]
async fn a_cursor_of_another_history_is_refused_by_name() {
    for app in apps().await {
        let (sam, stranger) = (app.as_recruiter("sam"), app.stranger());
        candidate(&sam, "Ada Finch").await;
        candidate(&stranger, "Mo Wren").await;
        let (changes, ours) = read(&sam, json!({}), 1).await;
        let (_, theirs) = read(&stranger, json!({}), 1).await;
        let list = sam.query("{ candidates { pageInfo { endCursor } } }").await;
        let of_a_list = list["candidates"]["pageInfo"]["endCursor"].clone();

        for after in [&theirs, &of_a_list, &json!("no cursor"), &json!("")] {
            assert_eq!(refused(&sam, after).await, "CURSOR_FROM_ANOTHER_HISTORY");
        }
        // As after a restore to an earlier time, in which something else happened since.
        let event = event_of(&app, &changes[0]).await;
        forget(&app, &event).await;
        assert_eq!(refused(&sam, &ours).await, "CURSOR_FROM_ANOTHER_HISTORY");
    }
}

#[tokio::test]
async fn a_cursor_from_before_what_is_kept_is_refused_by_name() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        candidate(&sam, "Ada Finch").await;
        let (changes, old) = read(&sam, json!({}), 1).await;
        candidate(&sam, "Mo Wren").await;
        read(&sam, json!({}), 2).await;

        let event = event_of(&app, &changes[0]).await;
        forget(&app, &event).await;

        assert_eq!(refused(&sam, &old).await, "CURSOR_TOO_OLD");
        assert_eq!(read(&sam, json!({}), 1).await.0.len(), 1);
    }
}

#[tokio::test]
async fn the_events_of_a_dump_from_a_busier_server_are_told_in_their_order() {
    for app in apps().await {
        if app.database.backend() != DbBackend::Postgres {
            continue;
        }
        let sam = app.as_recruiter("sam");
        candidate(&sam, "Ada Finch").await;
        candidate(&sam, "Mo Wren").await;
        let (before, cursor) = read(&sam, json!({}), 2).await;
        let tenant = event_of(&app, &before[0]).await.tenant_id;
        let sql = format!(
            "UPDATE event SET xact = 4000000000000 + position WHERE tenant_id = '{tenant}'"
        );
        let writer = app.database.writer();
        writer.execute_unprepared(&sql).await.unwrap();

        app.database.migrate().await.unwrap();
        candidate(&sam, "Jo Tern").await;

        let (after, _) = read(&sam, json!({}), 3).await;
        assert_eq!(after[..2], before[..]);
        assert_eq!(refused(&sam, &cursor).await, "CURSOR_FROM_ANOTHER_HISTORY");
    }
}
