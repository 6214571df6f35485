//! scratch
use rapport::{auth::viewer::Scopes, clock::Clock, graphql, store::{Caller, Database, DatabaseOptions, Store}};
use std::time::Duration;
#[tokio::test]
async fn scratch() {
    for url in std::env::var("URLS").unwrap_or("sqlite::memory:".into()).split(',') {
    let db = Database::connect(&DatabaseOptions { url: url.into(), connections: 4, acquire_timeout: Duration::from_secs(5), statement_timeout: Duration::from_secs(10), open_to_new_tenants: true }, Clock::system()).await.unwrap();
    db.migrate().await.unwrap();
    let name = uuid::Uuid::new_v4().to_string();
    let v = db.viewer(&Caller { tenant: &name, subject: "sam", name: Some("Sam"), email: None, scopes: Scopes::from_claim("read write admin") }).await.unwrap();
    let schema = graphql::schema();
    for q in std::fs::read_to_string("/tmp/q.graphql").unwrap().split("---") {
        let store = Store::new(db.clone(), v.clone());
        let r = schema.execute(graphql::with_store(async_graphql::Request::new(q), store.clone())).await;
        eprintln!("{}\n-> {} ({} statements)", q.trim(), serde_json::to_string(&r).unwrap(), store.statements());
    }
    }
}
