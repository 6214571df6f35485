//! The made-up world keeps the rules of the real one.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, TimeDelta, Utc};
use entity::{
    contact_point, enums::PromiseState, event, interaction, interaction_person, job, label, person,
    person_search, promise, referral,
};
use migration::{Migrator, MigratorTrait};
use sea_orm::{Database, DatabaseConnection, EntityTrait, PaginatorTrait};
use uuid::Uuid;

use super::{stories, *};
use crate::rules::{self, interaction::Touchpoint, reconnect, reply_clock};

fn now() -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::days(20_000) + TimeDelta::hours(15)
}

fn world(people: usize, interactions: usize) -> World {
    let today = now().duration_trunc(TimeDelta::days(1)).unwrap();
    let tenant = make_tenant(today);
    let (recruiters, _) = recruiters(&tenant, &[]);
    World::new(
        &Plan {
            people,
            interactions,
        },
        tenant.id,
        recruiters,
        today,
    )
}

async fn filled() -> DatabaseConnection {
    let mut options = sea_orm::ConnectOptions::new("sqlite::memory:");
    options.max_connections(1);
    let database = Database::connect(options).await.unwrap();
    Migrator::up(&database, None).await.unwrap();
    let clock = Clock::frozen(now());
    let filled = fill(&database, &Plan::default(), &clock, &ProgressBar::hidden()).await;
    assert_eq!(filled.unwrap(), Filled::Anew);
    database
}

#[test]
fn the_same_day_makes_up_the_same_world() {
    let (one, other) = (world(400, 4_000), world(400, 4_000));

    let rows = |world: &World| {
        world
            .people
            .iter()
            .map(|p| p.row.clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(rows(&one), rows(&other));
    assert_eq!(one.network.referrals, other.network.referrals);
    assert_eq!(one.promises.rows, other.promises.rows);
    assert_eq!(one.feedback, other.feedback);
    let all = 0..one.interactions.len();
    let texts = |world: &World| histories::Rows::of(world, all.clone()).interactions;
    assert_eq!(texts(&one), texts(&other));
}

#[test]
fn most_people_have_a_handful_of_interactions_and_a_few_have_hundreds() {
    let world = world(2_000, 20_000);
    let rows = histories::Rows::of(&world, 0..world.interactions.len());

    let mut counts: HashMap<Uuid, usize> = HashMap::new();
    for row in &rows.people {
        *counts.entry(row.person_id).or_default() += 1;
    }
    let mut counts: Vec<_> = counts.into_values().collect();
    counts.sort_unstable();
    assert_eq!(rows.interactions.len(), 20_000);
    assert!(
        counts[counts.len() / 2] < 10,
        "{}",
        counts[counts.len() / 2]
    );
    assert!(*counts.last().unwrap() > 150, "{:?}", counts.last());
}

#[test]
fn nothing_happens_before_the_person_is_known_or_after_today() {
    let world = world(800, 8_000);
    let rows = histories::Rows::of(&world, 0..world.interactions.len());
    let known: HashMap<_, _> = world
        .people
        .iter()
        .map(|p| (p.row.id, p.row.created_at))
        .collect();

    for row in &rows.people {
        assert!(row.occurred_at >= known[&row.person_id] && row.occurred_at < world.today);
    }
    for referral in &world.network.referrals {
        assert!(known[&referral.referrer_id] <= referral.referred_at);
        assert!(referral.status_changed_at <= world.today);
    }
}

#[test]
fn referrals_go_at_least_four_deep_and_some_people_were_referred_twice() {
    let world = world(400, 4_000);
    let referrals = &world.network.referrals;
    let above: HashMap<_, _> = referrals
        .iter()
        .rev()
        .map(|r| (r.referred_id, r.referrer_id))
        .collect();
    let depth = |person: Uuid| {
        std::iter::successors(Some(person), |person| above.get(person).copied()).count() - 1
    };

    let deep = referrals
        .iter()
        .filter(|r| depth(r.referred_id) >= 4)
        .count();
    assert!(deep >= 5, "{deep}");
    assert!(above.len() < referrals.len());
}

#[test]
fn the_stories_stand_in_the_derived_columns() {
    let world = world(400, 4_000);
    let person = |index: usize| &world.people[index].row;

    let let_down = person(stories::MARLO);
    assert_eq!(
        let_down.awaiting_reply_since,
        Some(world.days_ago(104) + TimeDelta::hours(8))
    );
    let followed_up = person(stories::ODETTE);
    assert!(followed_up.last_outbound_at > Some(world.days_ago(14)));
    let silent = person(stories::CORWIN);
    assert_eq!(
        silent.waiting_on_them_since,
        Some(world.days_ago(147) + TimeDelta::hours(12))
    );
    let hires = stories::CHAIN
        .iter()
        .filter(|link| link.status == HIRED)
        .count();
    assert_eq!(hires, 3);
}

#[test]
fn the_one_who_follows_up_lets_no_two_weeks_go_by() {
    let world = world(60, 600);
    let ours = |index: usize| {
        let places = world.outreach(index).into_iter();
        let mut times: Vec<_> = places.map(|place| world.interactions[place].at).collect();
        times.push(world.today);
        times
    };

    for person in [
        stories::ODETTE,
        stories::TOBIN,
        stories::INES,
        stories::PELL,
        stories::WINNIE,
    ] {
        let times = ours(person);
        let gaps = times.windows(2).map(|pair| pair[1] - pair[0]);
        assert!(gaps.max() <= Some(TimeDelta::days(14)), "{person}");
    }
    let lunch = world.days_ago(112) + TimeDelta::hours(12);
    assert_eq!(ours(stories::MARLO)[1..], [lunch, world.today]);
}

#[test]
fn promises_are_kept_late_broken_overdue_and_withdrawn_and_some_recruiters_keep_more() {
    let world = world(2_000, 20_000);
    let rows = &world.promises.rows;
    let count = |is: &dyn Fn(&promise::Model) -> bool| rows.iter().filter(|row| is(row)).count();
    let kept_in_time_by = |recruiter: usize| {
        let recruiter = world.recruiter(recruiter);
        let theirs = count(&|row| row.recruiter_id == recruiter);
        let kept = |row: &promise::Model| row.state == PromiseState::Kept;
        100 * count(&|row| row.recruiter_id == recruiter && kept(row)) / theirs
    };

    assert!((800..2_000).contains(&rows.len()), "{}", rows.len());
    for state in [
        PromiseState::Kept,
        PromiseState::KeptLate,
        PromiseState::Broken,
        PromiseState::Withdrawn,
    ] {
        assert!(count(&|row| row.state == state) > 20, "{state:?}");
    }
    let open = |row: &promise::Model| row.state == PromiseState::Open;
    assert!(count(&|row| open(row) && row.due_at < world.today) > 10);
    assert!(count(&|row| open(row) && row.due_at > world.today) > 5);
    assert!(kept_in_time_by(stories::SAM) > 85);
    assert!((40..65).contains(&kept_in_time_by(stories::ROBIN)));
    assert!(!world.promises.reschedules.is_empty());
    assert!((200..600).contains(&world.feedback.len()));
}

#[test]
fn promises_keep_the_order_of_time() {
    let world = world(800, 8_000);
    let all = histories::Rows::of(&world, 0..world.interactions.len());
    let at: HashMap<_, _> = all.interactions.iter().map(|i| (i.id, i)).collect();
    let took_part: HashSet<_> = all
        .people
        .iter()
        .map(|p| (p.interaction_id, p.person_id))
        .collect();

    for row in &world.promises.rows {
        let made_in = row.made_in_id.unwrap();
        assert_eq!(at[&made_in].occurred_at, row.made_at);
        assert!(took_part.contains(&(made_in, row.person_id)));
        assert!(row.made_at < row.due_at && row.updated_at <= world.today);
        assert_eq!(row.state == PromiseState::Open, row.closed_at.is_none());
        let Some(closed_at) = row.closed_at else {
            continue;
        };
        assert!(row.made_at < closed_at && closed_at <= world.today);
        if rules::promise::is_kept(row.state) {
            assert_eq!(row.state, rules::promise::kept(closed_at, row.due_at));
        }
        if let Some(kept_by) = row.kept_by_id {
            assert_eq!(at[&kept_by].occurred_at, closed_at);
            assert!(took_part.contains(&(kept_by, row.person_id)));
        }
    }
}

const HIRED: entity::enums::ReferralStatus = entity::enums::ReferralStatus::Hired;

#[tokio::test]
#[expect(
    clippy::disallowed_methods,
    reason = "reads back what every tenant would see"
)]
async fn the_rows_read_back_as_the_entities_and_agree_with_the_rules() {
    let database = filled().await;

    let people = person::Entity::find().all(&database).await.unwrap();
    let interactions = interaction::Entity::find().all(&database).await.unwrap();
    let links = interaction_person::Entity::find()
        .all(&database)
        .await
        .unwrap();
    let by_id: HashMap<_, _> = interactions.iter().map(|i| (i.id, i)).collect();
    let mut histories: HashMap<Uuid, Vec<Touchpoint>> = HashMap::new();
    for link in &links {
        let row = by_id[&link.interaction_id];
        assert_eq!(row.occurred_at, link.occurred_at);
        histories
            .entry(link.person_id)
            .or_default()
            .push(Touchpoint {
                occurred_at: row.occurred_at,
                channel: row.channel,
                direction: row.direction,
                outcome: row.outcome,
                automated: row.automated,
            });
    }
    for person in &people {
        let clock = reply_clock::derive(histories.get(&person.id).map_or(&[], Vec::as_slice));
        assert_eq!(person.awaiting_reply_since, clock.awaiting_reply_since);
        assert_eq!(person.last_touch_at, clock.last_touch_at);
        let history = histories.get(&person.id).map_or(&[][..], Vec::as_slice);
        assert_eq!(person.past_depth, reconnect::past_depth(history));
    }
    assert_eq!((people.len(), interactions.len()), (400, 4_000));
    assert_eq!(
        person_search::Entity::find()
            .count(&database)
            .await
            .unwrap(),
        400
    );
    assert!(
        contact_point::Entity::find()
            .count(&database)
            .await
            .unwrap()
            > 400
    );
    assert!(label::Entity::find().all(&database).await.unwrap().len() > 300);
    assert!(referral::Entity::find().all(&database).await.unwrap().len() > 50);
    assert!(
        job::Entity::find()
            .all(&database)
            .await
            .unwrap()
            .iter()
            .any(|j| j.hiring_manager_id.is_some())
    );
}

#[tokio::test]
async fn what_is_derived_is_what_the_store_would_have_derived() {
    let file = std::env::temp_dir().join(format!("rapport-demo-{}.db", Uuid::new_v4()));
    let options = crate::store::DatabaseOptions {
        url: format!("sqlite:{}", file.display()),
        connections: 1,
        acquire_timeout: std::time::Duration::from_secs(30),
        statement_timeout: std::time::Duration::from_secs(30),
        open_to_new_tenants: true,
    };
    let clock = Clock::frozen(now());
    let database = crate::store::Database::connect(&options, clock.clone())
        .await
        .unwrap();
    database.migrate().await.unwrap();
    let bar = ProgressBar::hidden();
    fill(database.writer(), &Plan::default(), &clock, &bar)
        .await
        .unwrap();

    let tenant = database.tenant(TENANT, false).await.unwrap();
    let (mut people, mut after) = (0, None);
    loop {
        let examined = database.examine(tenant, after, false).await.unwrap();
        assert_eq!(examined.differences, []);
        people += examined.people;
        after = examined.last;
        if after.is_none() {
            break;
        }
    }

    assert_eq!(people, 400);
    database.close().await;
    std::fs::remove_file(file).unwrap();
}

#[tokio::test]
#[expect(
    clippy::disallowed_methods,
    reason = "reads back what every tenant would see"
)]
async fn each_node_left_one_event_and_filling_again_changes_nothing() {
    let database = filled().await;
    let events = event::Entity::find().all(&database).await.unwrap();
    let nodes: HashSet<_> = events.iter().map(|event| event.node_id).collect();

    let clock = Clock::frozen(now());
    let again = fill(&database, &Plan::default(), &clock, &ProgressBar::hidden())
        .await
        .unwrap();

    assert_eq!(again, Filled::Before);
    assert_eq!(nodes.len(), events.len());
    assert_eq!(
        event::Entity::find().count(&database).await.unwrap(),
        events.len() as u64
    );
}
