//! The events that writes leave behind, which the API does not show yet.

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
}
