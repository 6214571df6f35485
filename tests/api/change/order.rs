//! No change is skipped and none comes out of its node's order, whoever writes at the same time.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend, TransactionTrait};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{candidate, page, read};
use crate::support::{App, Client, apps};

const WRITERS: usize = 8;
/// What each writer writes: a candidate of their own and a change of a shared one, each time.
const TURNS: usize = 10;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn eight_writers_hide_nothing_from_two_readers() {
    for app in apps().await {
        let sam = app.as_recruiter("sam");
        let shared = [
            candidate(&sam, "Ada Finch").await,
            candidate(&sam, "Mo Wren").await,
        ];
        let busy = Arc::new(AtomicUsize::new(WRITERS));

        let readers: Vec<_> = (0..2)
            .map(|_| tokio::spawn(follow(sam.clone(), Arc::clone(&busy))))
            .collect();
        let writers: Vec<_> = (0..WRITERS)
            .map(|writer| {
                let client = app.as_recruiter(&format!("writer-{writer}"));
                let busy = Arc::clone(&busy);
                let shared = shared.clone();
                tokio::spawn(async move {
                    write(&client, writer, &shared).await;
                    busy.fetch_sub(1, Ordering::SeqCst);
                })
            })
            .collect();
        for writer in writers {
            writer.await.unwrap();
        }

        for reader in readers {
            let seen = reader.await.unwrap();
            let ids: BTreeSet<_> = seen.iter().map(|change| change["id"].to_string()).collect();
            assert_eq!(ids.len(), seen.len(), "something was told twice");
            assert_eq!(seen.len(), expected(), "something was not told");
            assert_in_order(&seen);
        }
    }
}

const fn expected() -> usize {
    2 + WRITERS * TURNS * 2
}

async fn write(client: &Client, writer: usize, shared: &[Value; 2]) {
    for turn in 0..TURNS {
        candidate(client, &format!("Candidate {writer}-{turn}")).await;
        let headline = format!("Welder {writer}-{turn}");
        let update = json!({ "by": { "id": shared[turn % 2] }, "headline": headline });
        client
            .mutate("updateCandidate", update, "candidate { id }")
            .await;
    }
}

/// Reads on while somebody writes, and then whatever is left.
async fn follow(client: Client, busy: Arc<AtomicUsize>) -> Vec<Value> {
    let mut seen = Vec::new();
    let mut after = Value::Null;
    while busy.load(Ordering::SeqCst) > 0 {
        let page = page(&client, json!({ "after": after, "first": 7 })).await;
        seen.extend(page["nodes"].as_array().unwrap().iter().cloned());
        after = page["pageInfo"]["endCursor"].clone();
    }
    let left = expected().saturating_sub(seen.len());
    let (rest, _) = read(&client, json!({ "after": after }), left).await;
    seen.extend(rest);
    seen
}

/// Ids of changes grow with the time at which they are made, and a node is held while they are.
fn assert_in_order(changes: &[Value]) {
    let mut last: BTreeMap<String, String> = BTreeMap::new();
    for change in changes {
        let (node, id) = (change["nodeId"].to_string(), change["id"].to_string());
        if let Some(before) = last.insert(node, id.clone()) {
            assert!(before < id, "{before} was told before {id}");
        }
    }
}

/// A change by hand, in a transaction that is not finished.
async fn unfinished(app: &App, like: &Value) -> (DatabaseTransaction, Uuid) {
    let transaction = app.database.writer().begin().await.unwrap();
    let id = change_by_hand(&transaction, like).await;
    (transaction, id)
}

/// Another change of the node that a change is about.
async fn change_by_hand(transaction: &DatabaseTransaction, like: &Value) -> Uuid {
    let id = Uuid::now_v7();
    let like = like["id"].as_str().unwrap();
    let sql = format!(
        "INSERT INTO event (tenant_id, id, occurred_at, actor_id, node_kind, node_id, change, fields) \
         SELECT tenant_id, '{id}', occurred_at, actor_id, node_kind, node_id, 'UPDATED', fields \
         FROM event WHERE id = '{like}'"
    );
    let done = transaction.execute_unprepared(&sql).await.unwrap();
    assert_eq!(done.rows_affected(), 1);
    id
}

#[tokio::test]
async fn what_is_committed_late_is_told_all_the_same() {
    for app in apps().await {
        if app.database.backend() != DbBackend::Postgres {
            continue;
        }
        let sam = app.as_recruiter("sam");
        candidate(&sam, "Ada Finch").await;
        let (first, start) = read(&sam, json!({}), 1).await;

        let (late, id) = unfinished(&app, &first[0]).await;
        candidate(&sam, "Mo Wren").await;
        let meanwhile = page(&sam, json!({ "after": start })).await;
        late.commit().await.unwrap();

        // Without the rule the reader would be past the late one by now.
        let mut seen = meanwhile["nodes"].as_array().unwrap().clone();
        let after = &meanwhile["pageInfo"]["endCursor"];
        let (rest, _) = read(&sam, json!({ "after": after }), 2 - seen.len()).await;
        seen.extend(rest);
        assert_eq!(seen.len(), 2);
        assert_eq!(seen[0]["id"], json!(id.to_string()));
        assert_eq!(seen[1]["change"], "CREATED");
    }
}

#[tokio::test]
async fn a_transaction_that_waited_for_a_node_is_told_after_the_one_it_waited_for() {
    for app in apps().await {
        if app.database.backend() != DbBackend::Postgres {
            continue;
        }
        let sam = app.as_recruiter("sam");
        let ada = candidate(&sam, "Ada Finch").await;
        let (first, start) = read(&sam, json!({}), 1).await;

        // It begins first, and so has the lower number, but comes to the node second.
        let waiting = app.database.writer().begin().await.unwrap();
        let begin = "SELECT pg_current_xact_id()";
        waiting.execute_unprepared(begin).await.unwrap();
        let update = json!({ "by": { "id": ada }, "headline": "Welder" });
        sam.mutate("updateCandidate", update, "candidate { id }")
            .await;
        let second = change_by_hand(&waiting, &first[0]).await;
        waiting.commit().await.unwrap();

        let (seen, _) = read(&sam, json!({ "after": start }), 2).await;
        assert_eq!(seen.len(), 2);
        assert_eq!(seen[0]["fields"], json!(["headline"]));
        assert_eq!(seen[1]["id"], json!(second.to_string()));
    }
}
