//! The events that writes leave behind, as the database has them and as the feed comes to tell them.

use std::time::Duration;

use sea_orm::{ConnectionTrait, Statement};
use serde_json::{Value, json};

use super::App;

impl App {
    /// The events of this tenant's nodes of a kind, in order: the change, then its fields.
    pub(crate) async fn events(&self, kind: &str) -> Vec<Value> {
        let text = format!(
            "SELECT change, fields FROM event JOIN tenant ON tenant.id = event.tenant_id
             WHERE tenant.name = '{}' AND node_kind = '{kind}' ORDER BY event.id",
            self.tenant
        );
        let database = self.database.reader();
        let statement = Statement::from_string(database.get_database_backend(), text);
        let rows = database.query_all_raw(statement).await.unwrap();
        let event = |row: &sea_orm::QueryResult| {
            let change: String = row.try_get_by_index(0).unwrap();
            let fields: Value = row.try_get_by_index(1).unwrap();
            json!([change, fields])
        };
        rows.iter().map(event).collect()
    }

    /// Waits until the feed tells every event of this tenant. On PostgreSQL it holds an event back
    /// until all that began before it has ended, in other tests too.
    pub(crate) async fn feed_settles(&self) {
        let admin = self.with_scope("feed-watcher", "read admin");
        for _ in 0..6_000 {
            let told = admin.query("{ changes(first: 1) { totalCount } }").await;
            if told["changes"]["totalCount"] == self.event_count().await {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("the feed has held events back for two minutes");
    }
}
