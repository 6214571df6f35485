//! The agenda of states made by chance, against one worked out row by row.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Utc};
use entity::{
    enums::{PromiseState, ReferralStatus},
    feedback, person, promise, referral, snooze,
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{rfc3339, state::State};
use crate::support::apps;

/// All rows of a state.
#[derive(Default)]
struct Rows {
    people: Vec<person::Model>,
    promises: Vec<promise::Model>,
    referrals: Vec<referral::Model>,
    feedback: Vec<feedback::Model>,
    snoozes: Vec<snooze::Model>,
}

/// One reason: its place in the order, by what it is ordered, whose it is, and for whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Reason {
    rank: usize,
    at: DateTime<Utc>,
    about: Uuid,
    person: Uuid,
    recruiter: Option<Uuid>,
}

const KINDS: [&str; 8] = [
    "PROMISE_OVERDUE",
    "REPLY_LATE",
    "LOW_FEEDBACK",
    "OUTCOME_NOT_SHARED",
    "REFERRAL_LOOP_OPEN",
    "PROMISE_DUE",
    "REFERRER_NOT_THANKED",
    "TOUCH_DUE",
];

/// Chance that can be had again.
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (self.0 >> 33) % end
    }

    fn of<T: Clone>(&mut self, choices: &[T]) -> T {
        let index = usize::try_from(self.below(choices.len() as u64)).unwrap();
        choices[index].clone()
    }

    /// A time near one of the limits, or far from it.
    fn time(&mut self, now: DateTime<Utc>) -> DateTime<Utc> {
        let days = self.of(&[-40, -30, -8, -7, -4, -3, -2, -1, 0, 1, 2]);
        let seconds = self.of(&[-1, 0, 0, 1, 4_000]);
        now + TimeDelta::days(days) + TimeDelta::seconds(seconds)
    }

    fn perhaps(&mut self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        (self.below(3) > 0).then(|| self.time(now))
    }
}

fn made_by(chance: &mut Chance, state: &State<'_>, recruiters: &[Uuid]) -> Rows {
    let now = state.now;
    let mut rows = Rows::default();
    let keepers: Vec<_> = recruiters
        .iter()
        .map(|id| Some(*id))
        .chain([None])
        .collect();
    for number in 0..12 {
        let keeper = chance.of(&keepers);
        rows.people.push(person::Model {
            do_not_contact: chance.below(5) == 0,
            awaiting_reply_since: chance.perhaps(now),
            news_owed_since: chance.perhaps(now),
            next_touch_at: chance.perhaps(now),
            last_outbound_at: chance.perhaps(now),
            ..state.person(&format!("Person {number}"), keeper)
        });
    }
    for _ in 0..16 {
        let (person, recruiter) = (chance.of(&rows.people), chance.of(recruiters));
        rows.promises.push(promise::Model {
            state: chance.of(&[PromiseState::Open, PromiseState::Open, PromiseState::Kept]),
            ..state.promise(&person, recruiter, chance.time(now))
        });
        let score = i32::try_from(chance.below(9)).unwrap();
        let given = chance.time(now);
        let given = state.feedback(&person, recruiter, (score, given));
        rows.feedback.push(given);
        let until = chance.time(now);
        let new = state.snooze(recruiter, &person, until);
        let stands = |row: &snooze::Model| {
            (row.recruiter_id, row.person_id) == (new.recruiter_id, new.person_id)
        };
        if !rows.snoozes.iter().any(stands) {
            rows.snoozes.push(new);
        }
    }
    for pair in 0..8 {
        let people = (&rows.people[pair], &rows.people[pair + 3]);
        let referral = state.referral(people, chance.of(recruiters), chance.time(now));
        rows.referrals.push(referral::Model {
            status: chance.of(&[
                ReferralStatus::Received,
                ReferralStatus::Interviewing,
                ReferralStatus::Hired,
                ReferralStatus::NotSelected,
                ReferralStatus::Declined,
                ReferralStatus::Withdrawn,
            ]),
            status_changed_at: chance.time(now),
            acknowledged_at: chance.perhaps(now),
            loop_closed_at: chance.perhaps(now),
            ..referral
        });
    }
    rows
}

impl Rows {
    async fn put(&self, state: &State<'_>) {
        for row in &self.people {
            state.put(row).await;
        }
        for row in &self.promises {
            state.put(row).await;
        }
        for row in &self.referrals {
            state.put(row).await;
        }
        for row in &self.feedback {
            state.put(row).await;
        }
        for row in &self.snoozes {
            state.put(row).await;
        }
    }

    /// Every reason that holds, snoozed or not.
    fn reasons(&self, now: DateTime<Utc>) -> Vec<Reason> {
        let mut reasons = Vec::new();
        for person in &self.people {
            let older = |at: Option<DateTime<Utc>>, age| at.filter(|at| now - *at > age);
            let mut holds = |rank, at: Option<DateTime<Utc>>, about, recruiter| {
                let person = person.id;
                reasons.extend(at.map(|at| Reason {
                    rank,
                    at,
                    about,
                    person,
                    recruiter,
                }));
            };
            let may = !person.do_not_contact;
            let keeper = person.keeper_id;
            let reply = older(person.awaiting_reply_since, TimeDelta::hours(48));
            holds(1, reply, person.id, keeper);
            let news = older(person.news_owed_since, TimeDelta::days(7));
            holds(3, news, person.id, keeper);
            let touch = person.next_touch_at.filter(|at| may && *at <= now);
            holds(7, touch, person.id, keeper);
            for row in self
                .promises
                .iter()
                .filter(|row| row.person_id == person.id)
            {
                let open = Some(row.due_at).filter(|_| row.state == PromiseState::Open);
                let by = Some(row.recruiter_id);
                holds(0, open.filter(|due| *due < now), row.id, by);
                let soon = open.filter(|due| *due >= now && *due - now <= TimeDelta::days(1));
                holds(5, soon, row.id, by);
            }
            for row in self
                .feedback
                .iter()
                .filter(|row| row.person_id == person.id)
            {
                let reached = person.last_outbound_at.is_some_and(|at| at > row.given_at);
                let fresh = now - row.given_at <= TimeDelta::days(30);
                let low = Some(row.given_at).filter(|_| row.score < 7 && fresh && !reached && may);
                holds(2, low, row.id, keeper);
            }
            for row in self
                .referrals
                .iter()
                .filter(|row| row.referrer_id == person.id)
            {
                let by = keeper.or(Some(row.recruiter_id));
                let ended = !matches!(
                    row.status,
                    ReferralStatus::Received | ReferralStatus::Interviewing
                );
                let open = ended && row.loop_closed_at.is_none();
                holds(4, Some(row.status_changed_at).filter(|_| open), row.id, by);
                let unthanked = row.acknowledged_at.is_none() && may;
                let late = older(Some(row.referred_at), TimeDelta::days(3));
                holds(6, late.filter(|_| unthanked), row.id, by);
            }
        }
        reasons
    }

    fn is_snoozed(&self, reason: &Reason, now: DateTime<Utc>) -> bool {
        self.snoozes.iter().any(|row| {
            row.until_at > now
                && row.person_id == reason.person
                && Some(row.recruiter_id) == reason.recruiter
        })
    }

    /// The agenda as the API should tell it: names, kinds, and what the order goes by.
    fn agenda(&self, now: DateTime<Utc>, of: Option<Uuid>, snoozed: bool) -> Vec<Value> {
        let mut entries: BTreeMap<Uuid, Vec<Reason>> = BTreeMap::new();
        for reason in self.reasons(now) {
            let is_theirs = of.is_none() || of == reason.recruiter;
            if is_theirs && self.is_snoozed(&reason, now) == snoozed {
                entries.entry(reason.person).or_default().push(reason);
            }
        }
        let mut entries: Vec<_> = entries.into_values().collect();
        for reasons in &mut entries {
            reasons.sort();
        }
        entries.sort_by_key(|reasons| (reasons[0].rank, reasons[0].at, reasons[0].person));
        let told = |reasons: &Vec<Reason>| {
            let person = self.people.iter().find(|row| row.id == reasons[0].person);
            let kinds: Vec<_> = reasons.iter().map(|reason| KINDS[reason.rank]).collect();
            json!([person.unwrap().name, kinds, rfc3339(reasons[0].at)])
        };
        entries.iter().map(told).collect()
    }
}

/// What the API tells, page by page, from the front or from the end.
async fn told(
    client: &crate::support::Client,
    arguments: &str,
    (from, size): (&str, usize),
) -> Vec<Value> {
    let (beyond, more, cursor) = match from {
        "first" => ("after", "hasNextPage", "endCursor"),
        _ => ("before", "hasPreviousPage", "startCursor"),
    };
    let mut entries = Vec::new();
    let mut place = String::new();
    loop {
        let page = client
            .query(&format!(
                "{{ agenda({from}: {size}{place}{arguments}) {{
                    nodes {{ person {{ name }} reasons {{ kind since due }} }}
                    pageInfo {{ {more} {cursor} }} totalCount }} }}"
            ))
            .await["agenda"]
            .take();
        let mut nodes = page["nodes"].as_array().unwrap().clone();
        if from == "last" {
            nodes.reverse();
        }
        for node in nodes {
            let reasons = node["reasons"].as_array().unwrap();
            let kinds: Vec<_> = reasons.iter().map(|reason| &reason["kind"]).collect();
            let first = &reasons[0];
            let by_due = ["PROMISE_OVERDUE", "PROMISE_DUE", "TOUCH_DUE"]
                .iter()
                .any(|kind| first["kind"] == *kind);
            let at = &first[if by_due { "due" } else { "since" }];
            entries.push(json!([node["person"]["name"], kinds, at]));
        }
        if page["pageInfo"][more] != true {
            let told = entries.len();
            assert_eq!(page["totalCount"], told, "{arguments} {entries:?}");
            if from == "last" {
                entries.reverse();
            }
            return entries;
        }
        place = format!(", {beyond}: {}", page["pageInfo"][cursor]);
    }
}

/// Some kinds of reasons, and the entries that have one of them.
fn narrowed(chance: &mut Chance, all: &[Value]) -> (String, Vec<Value>) {
    let kinds: Vec<_> = (0..=chance.below(3)).map(|_| chance.of(&KINDS)).collect();
    let has_one = |entry: &&Value| {
        let mut reasons = entry[1].as_array().unwrap().iter();
        reasons.any(|kind| kinds.iter().any(|wanted| kind == wanted))
    };
    let some = all.iter().filter(has_one).cloned().collect();
    (format!(", reasons: [{}]", kinds.join(", ")), some)
}

#[tokio::test]
async fn the_agenda_is_what_the_rows_say_whatever_they_are() {
    for app in apps().await {
        let mut seen = BTreeSet::new();
        for seed in 0..10 {
            let tenant = format!("{}-{seed}", app.tenant);
            let (sam, kim) = (
                app.in_tenant(&tenant, "sam", "read write"),
                app.in_tenant(&tenant, "kim", "read write"),
            );
            for client in [&sam, &kim] {
                client.query("{ viewer { scopes } }").await;
            }
            let state = State::of_tenant(&app, &tenant).await;
            let ids = [state.recruiter("sam").await, state.recruiter("kim").await];
            let rows = made_by(&mut Chance(seed), &state, &ids);
            rows.put(&state).await;

            for snoozed in [false, true] {
                for (arguments, of) in [("", Some(ids[0])), (", team: true", None)] {
                    let arguments = format!("{arguments}, snoozed: {snoozed}");
                    let expected = rows.agenda(state.now, of, snoozed);
                    let kinds = expected
                        .iter()
                        .flat_map(|entry| entry[1].as_array().unwrap());
                    seen.extend(kinds.map(|kind| (snoozed, kind.to_string())));
                    let (reasons, some) = narrowed(&mut Chance(seed + 99), &expected);
                    for (from, size) in [("first", 3), ("first", 100), ("last", 2)] {
                        let found = told(&sam, &arguments, (from, size)).await;
                        assert_eq!(found, expected, "seed {seed}{arguments}");
                        let narrower = format!("{arguments}{reasons}");
                        let found = told(&sam, &narrower, (from, size)).await;
                        assert_eq!(found, some, "seed {seed}{narrower}");
                    }
                }
            }
        }
        assert_eq!(seen.len(), 2 * KINDS.len(), "chance left something out");
    }
}
