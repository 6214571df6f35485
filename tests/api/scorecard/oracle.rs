//! The figures once more: slow, obvious, and from the rows themselves.

#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    clippy::needless_pass_by_value,
    reason = "a few dozen rows, and the shortest way to say it"
)]

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};
use entity::{
    enums::{
        Direction, FeedbackSide, InteractionOutcome, PromiseState, ReferralStatus, Turn, Visibility,
    },
    feedback, interaction, interaction_person, interaction_recruiter, person, promise, referral,
    referral_status_change, reply_wait, tenant,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::App;

/// All that a tenant has.
pub(super) struct Rows {
    pub(super) tenant: Uuid,
    pub(super) interactions: Vec<interaction::Model>,
    with_people: Vec<interaction_person::Model>,
    with_recruiters: Vec<interaction_recruiter::Model>,
    people: Vec<person::Model>,
    waits: Vec<reply_wait::Model>,
    promises: Vec<promise::Model>,
    referrals: Vec<referral::Model>,
    steps: Vec<referral_status_change::Model>,
    feedback: Vec<feedback::Model>,
}

/// Whose figures, and of when.
pub(super) struct Asked {
    pub(super) recruiter: Option<Uuid>,
    pub(super) from: DateTime<Utc>,
    pub(super) to: DateTime<Utc>,
    pub(super) now: DateTime<Utc>,
}

impl Asked {
    fn includes(&self, time: DateTime<Utc>) -> bool {
        let ends_now = self.to >= self.now;
        let until = if ends_now {
            self.to + TimeDelta::minutes(5)
        } else {
            self.to
        };
        self.from <= time && time < until
    }

    fn is_of(&self, recruiter: Option<Uuid>) -> bool {
        self.recruiter.is_none() || self.recruiter == recruiter
    }
}

type Ids = BTreeSet<Uuid>;

impl Rows {
    #[expect(clippy::disallowed_methods, reason = "a test reads what it wishes")]
    pub(super) async fn read(app: &App) -> Self {
        let db = app.database.writer();
        let tenant = tenant::Entity::find()
            .filter(tenant::Column::Name.eq(&app.tenant))
            .one(db)
            .await
            .unwrap()
            .unwrap()
            .id;
        macro_rules! all {
            ($table:ident) => {
                $table::Entity::find()
                    .filter($table::Column::TenantId.eq(tenant))
                    .all(db)
                    .await
                    .unwrap()
            };
        }
        Self {
            tenant,
            interactions: all!(interaction),
            with_people: all!(interaction_person),
            with_recruiters: all!(interaction_recruiter),
            people: all!(person),
            waits: all!(reply_wait),
            promises: all!(promise),
            referrals: all!(referral),
            steps: all!(referral_status_change),
            feedback: all!(feedback),
        }
    }

    fn took_part(&self, recruiter: Option<Uuid>, interaction: Uuid) -> bool {
        recruiter.is_none()
            || self
                .with_recruiters
                .iter()
                .any(|l| l.interaction_id == interaction && Some(l.recruiter_id) == recruiter)
    }

    fn touches(&self, asked: &Asked) -> Vec<&interaction::Model> {
        let counts = |i: &&interaction::Model| {
            i.visibility == Visibility::Team
                && i.direction != Direction::Internal
                && !i.automated
                && [InteractionOutcome::Reached, InteractionOutcome::LeftMessage]
                    .contains(&i.outcome)
                && asked.includes(i.occurred_at)
                && self.took_part(asked.recruiter, i.id)
        };
        self.interactions.iter().filter(counts).collect()
    }

    fn touched(&self, asked: &Asked) -> Ids {
        let touches: Ids = self.touches(asked).iter().map(|i| i.id).collect();
        let links = self.with_people.iter();
        let links = links.filter(|link| touches.contains(&link.interaction_id));
        links.map(|link| link.person_id).collect()
    }

    /// Everything, as the test asks for it.
    pub(super) fn scorecard(&self, asked: &Asked) -> Value {
        json!({
            "touches": self.touch_figure(asked),
            "peopleTouched": { "numerator": self.touched(asked).len(), "people": list(self.touched(asked)) },
            "responseTime": self.response_time(asked),
            "followThrough": self.follow_through(asked),
            "referrals": self.referrals(asked),
            "referralsPerHundredTouched": self.yields(asked),
            "nps": self.nps(asked, None),
            "clients": self.nps(asked, Some(FeedbackSide::Client)),
            "cadence": self.cadence(asked),
        })
    }

    fn touch_figure(&self, asked: &Asked) -> Value {
        let touches = self.touches(asked);
        let mut channels: Vec<_> = touches.iter().map(|i| i.channel).collect();
        channels.sort_unstable();
        let by_channel: Vec<_> = channels
            .chunk_by(|one, other| one == other)
            .map(|some| json!({ "channel": some[0], "count": some.len() }))
            .collect();
        json!({ "numerator": touches.len(), "byChannel": by_channel,
                "interactions": list(touches.iter().map(|i| i.id).collect()) })
    }

    fn response_time(&self, asked: &Asked) -> Value {
        let answered: Vec<_> = self
            .waits
            .iter()
            .filter(|w| w.turn == Turn::Ours && asked.includes(w.opened_at))
            .filter(|w| {
                w.closed_by_id
                    .is_some_and(|id| self.took_part(asked.recruiter, id))
            })
            .collect();
        let waiting: Ids = self
            .people
            .iter()
            .filter(|p| asked.is_of(p.keeper_id))
            .filter(|p| p.awaiting_reply_since.is_some_and(|at| at < asked.to))
            .map(|p| p.id)
            .collect();
        let times = |seconds: fn(&reply_wait::Model) -> Option<i64>| {
            percentiles(answered.iter().filter_map(|wait| seconds(wait)).collect())
        };
        json!({
            "numerator": answered.len(), "denominator": answered.len() + waiting.len(),
            "openWaits": waiting.len(), "peopleWaiting": list(waiting),
            "elapsed": times(|wait| wait.elapsed_seconds),
            "working": times(|wait| wait.working_seconds),
            "answeredWaits": answered.len(),
        })
    }

    fn promises(&self, asked: &Asked, standing: &str) -> Vec<&promise::Model> {
        let stands = |p: &&promise::Model| {
            standing
                == match p.state {
                    PromiseState::Kept => "KEPT",
                    PromiseState::KeptLate => "KEPT_LATE",
                    PromiseState::Broken => "BROKEN",
                    PromiseState::Withdrawn => "",
                    PromiseState::Open if p.due_at < asked.now => "OVERDUE",
                    PromiseState::Open => "OPEN",
                }
        };
        let made = self.promises.iter().filter(|p| asked.includes(p.made_at));
        made.filter(|p| asked.is_of(Some(p.recruiter_id)))
            .filter(stands)
            .collect()
    }

    fn follow_through(&self, asked: &Asked) -> Value {
        let count = |standing| self.promises(asked, standing).len();
        let settled = count("KEPT") + count("KEPT_LATE") + count("BROKEN") + count("OVERDUE");
        let overdue = self
            .promises(asked, "OVERDUE")
            .iter()
            .map(|p| p.person_id)
            .collect();
        let all = ["KEPT", "KEPT_LATE", "BROKEN", "OVERDUE"];
        let all = all
            .iter()
            .flat_map(|standing| self.promises(asked, standing));
        let all = all.map(|promise| promise.id).collect();
        json!({
            "value": ratio(count("KEPT"), settled, 1.0), "numerator": count("KEPT"),
            "denominator": settled, "openWaits": count("OPEN"), "kept": count("KEPT"),
            "keptLate": count("KEPT_LATE"), "broken": count("BROKEN"),
            "overdue": count("OVERDUE"), "notYetDue": count("OPEN"), "people": list(overdue),
            "promises": list(all),
        })
    }

    fn received(&self, asked: &Asked) -> Vec<&referral::Model> {
        let received = self
            .referrals
            .iter()
            .filter(|r| asked.includes(r.referred_at));
        received
            .filter(|r| asked.is_of(Some(r.recruiter_id)))
            .collect()
    }

    fn referrals(&self, asked: &Asked) -> Value {
        let received = self.received(asked);
        let silent = [ReferralStatus::Received, ReferralStatus::Withdrawn];
        let was_contacted = |r: &&referral::Model| {
            let steps = self.steps.iter().filter(|step| step.referral_id == r.id);
            steps
                .map(|step| step.status)
                .chain([r.status])
                .any(|status| !silent.contains(&status))
        };
        let figure = |some: Vec<&referral::Model>| {
            json!({ "numerator": some.len(), "value": ratio(some.len(), received.len(), 1.0),
                    "referrals": list(some.iter().map(|r| r.id).collect()) })
        };
        let some = |which: &dyn Fn(&&referral::Model) -> bool| {
            figure(received.iter().copied().filter(which).collect())
        };
        let mut all = some(&|_| true);
        all["value"] = json!(received.len());
        json!({ "received": all, "contacted": some(&was_contacted),
                "hired": some(&|r| r.status == ReferralStatus::Hired) })
    }

    fn yields(&self, asked: &Asked) -> Value {
        let people = |standings: &[&str]| -> Ids {
            let promises = standings
                .iter()
                .flat_map(|standing| self.promises(asked, standing));
            promises.map(|p| p.person_id).collect()
        };
        let touched = self.touched(asked);
        let broken = &people(&["BROKEN", "OVERDUE"]) & &touched;
        let kept = &(&people(&["KEPT", "KEPT_LATE"]) & &touched) - &broken;
        let untested = &(&touched - &broken) - &kept;
        let figure = |group: Ids| {
            let made = self.received(asked);
            let made = made
                .iter()
                .filter(|r| group.contains(&r.referrer_id))
                .count();
            json!({ "value": ratio(made, group.len(), 100.0), "numerator": made,
                    "denominator": group.len(), "people": list(group) })
        };
        json!({ "all": figure(touched), "promisesKept": figure(kept),
                "promisesBroken": figure(broken), "untested": figure(untested) })
    }

    fn nps(&self, asked: &Asked, side: Option<FeedbackSide>) -> Value {
        let given: Vec<_> = self
            .feedback
            .iter()
            .filter(|f| asked.includes(f.given_at) && asked.is_of(f.recruiter_id))
            .filter(|f| side.is_none_or(|side| f.side == side))
            .collect();
        let count = |least, most| {
            given
                .iter()
                .filter(|f| (least..=most).contains(&f.score))
                .count()
        };
        let (promoters, passives, detractors) = (count(9, 10), count(7, 8), count(0, 6));
        let touched = self.touched(asked);
        let answered = &given.iter().map(|f| f.person_id).collect::<Ids>() & &touched;
        let net = promoters as f64 - detractors as f64;
        json!({
            "value": (!given.is_empty()).then(|| rounded(100.0 * net / given.len() as f64)),
            "numerator": net as i64, "denominator": given.len(), "promoters": promoters,
            "passives": passives, "detractors": detractors,
            "feedback": list(given.iter().map(|f| f.id).collect()),
            "low": list(given.iter().filter(|f| f.score <= 6).map(|f| f.id).collect()),
            "coverage": { "value": ratio(answered.len(), touched.len(), 1.0),
                          "numerator": answered.len(), "denominator": touched.len(),
                          "people": list(answered) },
        })
    }

    fn cadence(&self, asked: &Asked) -> Value {
        let people = self.people.iter().filter(|p| asked.is_of(p.keeper_id));
        let people: Vec<_> = people
            .filter(|p| p.cadence_days.is_some() && !p.do_not_contact)
            .collect();
        let is_late = |p: &&&person::Model| p.next_touch_at.is_some_and(|at| at < asked.now);
        let late: Ids = people.iter().filter(is_late).map(|p| p.id).collect();
        let on_time = people.len() - late.len();
        json!({ "value": ratio(on_time, people.len(), 1.0), "numerator": on_time,
                "denominator": people.len(), "people": list(late) })
    }
}

/// A list as the test compares it: how many there are, and the first hundred in any order.
fn list(ids: Ids) -> Value {
    assert!(ids.len() <= 100, "the test compares whole lists");
    json!({ "total": ids.len(), "ids": ids })
}

fn ratio(part: usize, whole: usize, times: f64) -> Option<f64> {
    (whole > 0).then(|| rounded(times * part as f64 / whole as f64))
}

/// Computed in another order, the last digits may differ.
pub(super) fn rounded(value: f64) -> f64 {
    (value * 1e9).round() / 1e9
}

fn percentiles(mut seconds: Vec<i64>) -> Value {
    seconds.sort_unstable();
    let Some(last) = seconds.len().checked_sub(1) else {
        return Value::Null;
    };
    let at = |share: f64| {
        let place = share * last as f64;
        let (lower, upper) = (
            seconds[place.floor() as usize],
            seconds[place.ceil() as usize],
        );
        (lower as f64 + (upper - lower) as f64 * (place - place.floor())).round() as i64
    };
    json!({ "medianSeconds": at(0.5), "p90Seconds": at(0.9) })
}
