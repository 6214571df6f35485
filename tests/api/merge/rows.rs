//! Every row that points at a person goes along, and an undo brings the same rows back. Which tables
//! there are is asked of the database: a new one that a merge does not know fails here.

use rapport::graphql::id;
use sea_orm::{ConnectionTrait, DbBackend, Statement};
use serde_json::{Value, json};
use uuid::Uuid;

use super::scene::{Scene, merge, unmerge};
use crate::support::{App, apps};

/// What differs after an undo for good reason, or is no data of the people.
const LEFT_OUT: [&str; 7] = [
    "event",
    "idempotency",
    // An undo says that the two are two.
    "match_suggestion",
    "person_merge",
    "person_merge_row",
    "person_search_row",
    "seaql_migrations",
];

async fn ask(app: &App, sql: String) -> Vec<Vec<String>> {
    let reader = app.database.reader();
    let statement = Statement::from_string(app.database.backend(), sql);
    let rows = reader.query_all_raw(statement).await.unwrap();
    let cells = |row: &sea_orm::QueryResult| {
        let names = row.column_names();
        let cell = |index| row.try_get_by_index::<Option<String>>(index).unwrap();
        (0..names.len())
            .map(|index| cell(index).unwrap_or_else(|| "null".to_owned()))
            .collect()
    };
    rows.iter().map(cells).collect()
}

/// The columns that point at a person: table and column.
async fn pointing_at_people(app: &App) -> Vec<(String, String)> {
    let sql = match app.database.backend() {
        DbBackend::Postgres => {
            "SELECT source.relname::text, pg_attribute.attname::text FROM pg_constraint \
             JOIN pg_class source ON source.oid = conrelid \
             JOIN pg_class target ON target.oid = confrelid \
             JOIN pg_attribute ON attrelid = conrelid AND attnum = ANY (conkey) \
             WHERE contype = 'f' AND target.relname = 'person' \
             AND attname <> 'tenant_id' ORDER BY 1, 2"
        }
        _ => {
            "SELECT tables.name, keys.\"from\" FROM sqlite_master tables \
             JOIN pragma_foreign_key_list(tables.name) keys \
             WHERE tables.type = 'table' AND keys.\"table\" = 'person' \
             AND keys.\"from\" <> 'tenant_id' ORDER BY 1, 2"
        }
    };
    let found = ask(app, sql.to_owned()).await;
    found
        .into_iter()
        .map(|row| (row[0].clone(), row[1].clone()))
        .collect()
}

fn literal(app: &App, id: Uuid) -> String {
    match app.database.backend() {
        DbBackend::Postgres => format!("'{id}'::uuid"),
        _ => format!("x'{}'", id.simple()),
    }
}

fn row_of(person: &Value) -> Uuid {
    id::read(person["id"].as_str().unwrap()).unwrap().1
}

/// How many rows point at the person from there.
async fn count(app: &App, (table, column): &(String, String), person: &Value) -> usize {
    let person = literal(app, row_of(person));
    let sql = format!("SELECT '' FROM {table} WHERE {column} = {person}");
    ask(app, sql).await.len()
}

/// All that the tenant has, row by row.
async fn everything(app: &App) -> Vec<String> {
    let (tables, columns) = match app.database.backend() {
        DbBackend::Postgres => (
            "SELECT table_name::text FROM information_schema.columns \
             WHERE table_schema = 'public' AND column_name = 'tenant_id'",
            "SELECT column_name::text FROM information_schema.columns \
             WHERE table_schema = 'public' AND table_name = '{table}'",
        ),
        _ => (
            "SELECT tables.name FROM sqlite_master tables \
             JOIN pragma_table_info(tables.name) info \
             WHERE tables.type = 'table' AND info.name = 'tenant_id'",
            "SELECT name FROM pragma_table_info('{table}')",
        ),
    };
    let mut all = Vec::new();
    for table in ask(app, tables.to_owned()).await {
        let table = &table[0];
        if LEFT_OUT.contains(&table.as_str()) {
            continue;
        }
        let columns = ask(app, columns.replace("{table}", table)).await;
        let kept = columns.iter().map(|row| row[0].as_str()).filter(|column| {
            // Both are new versions of what they were, and a tie that came back is too.
            !(["version", "updated_at"].contains(column))
        });
        let cell = |column: &str| match app.database.backend() {
            DbBackend::Postgres => format!("coalesce(CAST({column} AS TEXT), '-')"),
            _ => format!(
                "coalesce(CASE typeof({column}) WHEN 'blob' THEN hex({column}) \
                 ELSE CAST({column} AS TEXT) END, '-')"
            ),
        };
        let cells: Vec<_> = kept.map(cell).collect();
        let sql = format!(
            "SELECT {} FROM {table} WHERE tenant_id = (SELECT id FROM tenant WHERE name = '{}')",
            cells.join(" || '|' || "),
            app.tenant
        );
        let rows = ask(app, sql).await;
        all.extend(rows.into_iter().map(|row| format!("{table}: {}", row[0])));
    }
    all.sort();
    all
}

/// Has a sync give the merged person a record by what it says, and find two whom they may be: the
/// survivor, who is older, and somebody younger.
async fn who_is_who(app: &App) {
    let robot = app.with_scope("robot", "sync");
    let link = json!([{ "value": "https://www.linkedin.com/in/greta-sable" }]);
    let mail = |address: &str| json!([{ "value": address }]);
    for (system, kind, id, person) in [
        (
            "crm",
            "contact",
            "77",
            json!({ "name": "Greta Sable", "links": link }),
        ),
        (
            "crm",
            "contact",
            "78",
            json!({ "name": "Greta Sable", "links": link }),
        ),
        (
            "ats",
            "candidate",
            "1",
            json!({ "name": "Ada Finch", "emails": mail("ada@finch.example") }),
        ),
        (
            "ats",
            "candidate",
            "9",
            json!({ "name": "Ottilie Quist", "emails": mail("a.finch+new@bakery.example") }),
        ),
    ] {
        let record = json!({ "type": kind, "id": id, "person": person });
        let input = json!({ "system": system, "records": [record] });
        robot
            .mutate("syncRecords", input, "counts { created }")
            .await;
    }
}

#[tokio::test]
async fn a_merge_knows_every_table_that_points_at_people() {
    for app in apps().await {
        let scene = Scene::build(&app).await;
        who_is_who(&app).await;
        let places = pointing_at_people(&app).await;
        assert!(places.len() > 15, "{places:?}");
        for place in &places {
            assert!(
                count(&app, place, &scene.finch).await > 0,
                "{place:?} is new: give the scene a row of it, and tell merge what becomes of it"
            );
        }

        merge(&scene.sam, &scene.ada, &scene.finch).await;

        for place in &places {
            assert_eq!(count(&app, place, &scene.finch).await, 0, "{place:?}");
        }
    }
}

#[tokio::test]
async fn an_undo_restores_every_row() {
    for app in apps().await {
        let scene = Scene::build(&app).await;
        let before = everything(&app).await;

        merge(&scene.sam, &scene.ada, &scene.finch).await;
        let merged = everything(&app).await;
        unmerge(&scene.sam, &scene.finch).await;

        assert_ne!(merged, before);
        let after = everything(&app).await;
        let differs = |one: &[String], other: &[String]| -> Vec<String> {
            let only = one.iter().filter(|row| !other.contains(row));
            only.cloned().collect()
        };
        assert_eq!(differs(&before, &after), Vec::<String>::new(), "lost");
        assert_eq!(differs(&after, &before), Vec::<String>::new(), "added");
    }
}

#[tokio::test]
async fn merges_undone_in_any_order_restore_every_row() {
    for app in apps().await {
        let scene = Scene::build(&app).await;
        let Scene {
            sam,
            ada,
            finch,
            dee,
            ..
        } = &scene;
        // What two of the merged people share is neither's alone while they are one.
        let input = json!({ "people": [finch, dee], "channel": "MEETING",
                            "occurredAt": "2026-02-20T12:00:00Z" });
        sam.mutate("logInteraction", input, "__typename").await;
        for person in [finch, dee] {
            let input = json!({ "by": person, "tags": ["Rust", "Shared"] });
            sam.mutate("setTags", input, "__typename").await;
            let input = json!({ "by": person, "doNotContact": true });
            sam.mutate("setDoNotContact", input, "__typename").await;
        }
        let before = everything(&app).await;
        merge(sam, ada, finch).await;
        merge(sam, ada, dee).await;

        unmerge(sam, finch).await;
        let between = scene.shown(ada, "doNotContact tags").await;
        unmerge(sam, dee).await;

        assert_eq!(
            between["doNotContact"], true,
            "Dee must still not be contacted"
        );
        assert_eq!(between["tags"], json!(["Rust", "Shared"]));
        let after = everything(&app).await;
        // The ties between the two merged people went with the second merge, which is gone.
        let told: Vec<_> = after.iter().filter(|row| !before.contains(row)).collect();
        assert_eq!(told, Vec::<&String>::new());
    }
}
