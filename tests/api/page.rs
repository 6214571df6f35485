//! Keyset pages: whatever the order and the direction, walking a list meets every row once.

use std::{cmp::Ordering, collections::BTreeSet};

use chrono::{DateTime, TimeDelta, Utc};
use entity::person;
use proptest::{prelude::*, strategy::ValueTree, test_runner::TestRunner};
use rapport::{
    auth::viewer::Scopes,
    store::{
        Caller, KeyValue, PageArgs, SortDirection, Store,
        person::{PersonDetails, PersonFilter, PersonKey, PersonOrder, position},
    },
};
use uuid::Uuid;

use crate::support::{App, apps};

const ORDERS: [PersonOrder; 6] = [
    PersonOrder::Name,
    PersonOrder::LastTouch,
    PersonOrder::NextTouch,
    PersonOrder::AwaitingReply,
    PersonOrder::Updated,
    PersonOrder::Created,
];

/// A walk through a list: its order, the page size, and the way.
#[derive(Clone, Debug)]
struct Walk {
    keys: Vec<PersonKey>,
    size: u64,
    backwards: bool,
}

fn walks() -> impl Strategy<Value = Walk> {
    let key = (0..ORDERS.len(), any::<bool>()).prop_map(|(order, ascending)| {
        let direction = if ascending {
            SortDirection::Ascending
        } else {
            SortDirection::Descending
        };
        (ORDERS[order], direction)
    });
    (prop::collection::vec(key, 1..4), 1..7_u64, any::<bool>()).prop_map(
        |(keys, size, backwards)| Walk {
            keys,
            size,
            backwards,
        },
    )
}

async fn store(app: &App) -> Store {
    let caller = Caller {
        tenant: &app.tenant,
        subject: "sam",
        name: None,
        email: None,
        scopes: Scopes::from_claim("write"),
    };
    Store::new(
        app.database.clone(),
        app.database.viewer(&caller).await.unwrap(),
    )
}

/// Makes people who share names and times, with and without a next touch.
async fn make(store: &Store, app: &App, number: usize) -> Uuid {
    let details = PersonDetails {
        name: Some(["Ada", "Bo", "Cy"][number % 3].to_owned()),
        scheduled_touch_at: Some(
            number
                .is_multiple_of(2)
                .then(|| app.now() + TimeDelta::days([1, 2, 3, 4][number % 4])),
        ),
        ..PersonDetails::default()
    };
    let details = &details;
    let hat = entity::enums::Hat::Candidate;
    store
        .write(|w| async move { w.create_person(hat, details, &[]).await })
        .await
        .unwrap()
}

/// Walks the whole list, and lets `between` change it between the pages.
async fn walk(
    store: &Store,
    walk: &Walk,
    mut between: impl AsyncFnMut(usize),
) -> Vec<person::Model> {
    let mut met: Vec<person::Model> = Vec::new();
    let mut args = PageArgs {
        backwards: walk.backwards,
        ..PageArgs::first(walk.size)
    };
    for number in 0.. {
        let filter = PersonFilter::default();
        let page = store
            .people_page(None, &filter, &walk.keys, &args)
            .await
            .unwrap();
        let more = if walk.backwards {
            page.has_previous
        } else {
            page.has_next
        };
        assert!(page.rows.len() as u64 <= walk.size);
        let edge = if walk.backwards {
            page.rows.first()
        } else {
            page.rows.last()
        };
        let edge = edge.map(|row| position(&walk.keys, row));
        if walk.backwards {
            met.splice(0..0, page.rows);
            args.before = edge;
        } else {
            met.extend(page.rows);
            args.after = edge;
        }
        if !more {
            break;
        }
        between(number).await;
    }
    met
}

fn compare(keys: &[PersonKey], one: &[KeyValue], other: &[KeyValue]) -> Ordering {
    let last = keys.last().unwrap().1;
    let directions = keys
        .iter()
        .filter(|(order, _)| *order != PersonOrder::Created)
        .map(|(_, direction)| *direction)
        .chain([last]);
    let mut pairs = directions.zip(one.iter().zip(other));
    let differing = pairs.find_map(|(direction, (one, other))| match one.cmp(other) {
        Ordering::Equal => None,
        ordering if direction == SortDirection::Descending => Some(ordering.reverse()),
        ordering => Some(ordering),
    });
    differing.unwrap_or(Ordering::Equal)
}

fn some_walks() -> Vec<Walk> {
    let mut runner = TestRunner::deterministic();
    (0..40)
        .map(|_| walks().new_tree(&mut runner).unwrap().current())
        .collect()
}

#[tokio::test]
async fn every_walk_meets_everybody_once_and_in_order() {
    for app in apps().await {
        let store = store(&app).await;
        for number in 0..23 {
            make(&store, &app, number).await;
        }

        for wish in some_walks() {
            let met = walk(&store, &wish, async |_| {}).await;

            let ids: BTreeSet<_> = met.iter().map(|row| row.id).collect();
            assert_eq!((met.len(), ids.len()), (23, 23), "{wish:?}");
            for pair in met.windows(2) {
                let [one, other] = [0, 1].map(|i| position(&wish.keys, &pair[i]));
                assert_eq!(
                    compare(&wish.keys, &one, &other),
                    Ordering::Less,
                    "{wish:?}"
                );
            }
        }
    }
}

#[tokio::test]
async fn people_who_come_and_go_hide_and_repeat_nobody_else() {
    for app in apps().await {
        let store = store(&app).await;
        let mut stay = BTreeSet::new();
        for number in 0..15 {
            stay.insert(make(&store, &app, number).await);
        }

        for wish in some_walks().into_iter().take(8) {
            // Only so often: whoever comes in ahead of every page would be walked to for ever.
            let met = walk(&store, &wish, async |number| {
                if number < 5 {
                    make(&store, &app, number * 7).await;
                }
            })
            .await;

            let met: Vec<_> = met.iter().map(|row| row.id).collect();
            let unique: BTreeSet<_> = met.iter().copied().collect();
            assert_eq!(met.len(), unique.len(), "{wish:?}");
            assert!(unique.is_superset(&stay), "{wish:?}");
            stay = store_ids(&store).await;
        }
    }
}

async fn store_ids(store: &Store) -> BTreeSet<Uuid> {
    let all = Walk {
        keys: vec![(PersonOrder::Created, SortDirection::Ascending)],
        size: 100,
        backwards: false,
    };
    walk(store, &all, async |_| {})
        .await
        .into_iter()
        .map(|row| row.id)
        .collect()
}

#[test]
fn a_missing_time_stands_at_the_end_that_its_meaning_asks_for() {
    let time: DateTime<Utc> = "2026-03-02T09:00:00Z".parse().unwrap();

    assert!(KeyValue::or_earliest(None) < KeyValue::or_earliest(Some(time)));
    assert!(KeyValue::or_latest(None) > KeyValue::or_latest(Some(time)));
}
