//! What each kind of reason is found by: the rows, whom they concern, who is to see to them, and
//! the time by which they stand in order.

use super::statement::Parts;
use crate::{
    rules::agenda::{LOW_SCORE, Thresholds},
    store::order::latest,
};

/// The rows behind one kind of reason, in parts of a statement.
pub(super) struct Source {
    /// Where the kind stands in the order of the reasons.
    pub(super) rank: i32,
    from: String,
    /// Whom it concerns.
    pub(super) person: &'static str,
    /// Who is to see to it.
    pub(super) recruiter: String,
    /// By what it is ordered.
    pub(super) at: String,
    /// The row it is about.
    pub(super) about: &'static str,
    holds: String,
    /// One person may have several of the kind.
    pub(super) several: bool,
}

impl Source {
    /// The reasons of which something more is true: ` AND ...`.
    pub(super) fn rows_that(&self, also: &str) -> String {
        let Self {
            rank,
            person,
            recruiter,
            at,
            about,
            ..
        } = self;
        let columns = format!(
            "{rank} AS rank, {person} AS person_id, {recruiter} AS recruiter_id, {at} AS at, \
             {about} AS about_id"
        );
        self.select(&columns, also)
    }

    /// Something of the reasons of which something more is true: ` AND ...`.
    pub(super) fn select(&self, what: &str, also: &str) -> String {
        let Self { from, holds, .. } = self;
        format!("SELECT {what} FROM {from} WHERE {holds}{also}")
    }

    /// That a reason stands beyond a place.
    pub(super) fn beyond(&self, sign: &str, at: &str, person: &str) -> String {
        let (own_at, own_person) = (&self.at, self.person);
        // The time by itself too, by which an index is entered at the place.
        format!(" AND {own_at} {sign}= {at} AND ({own_at}, {own_person}) {sign} ({at}, {person})")
    }
}

/// All kinds, in the order of the reasons: those that `recruiter` is to see to, if one is given.
pub(super) fn sources(
    parts: &mut Parts,
    recruiter: Option<&str>,
    thresholds: &Thresholds,
) -> Vec<Source> {
    let mut all = promises(parts, recruiter, thresholds);
    all.extend(of_people(parts, recruiter, thresholds));
    all.push(low_feedback(parts, recruiter, thresholds));
    all.extend(referrals(parts, recruiter, thresholds));
    all.sort_by_key(|source| source.rank);
    all
}

/// That the recruiter whose agenda it is is to see to it.
fn of(responsible: &str, recruiter: Option<&str>) -> String {
    recruiter.map_or_else(String::new, |recruiter| {
        format!(" AND {responsible} = {recruiter}")
    })
}

fn promises(parts: &mut Parts, recruiter: Option<&str>, thresholds: &Thresholds) -> Vec<Source> {
    let until = parts.value(thresholds.promises_until());
    let (tenant, now) = (parts.tenant(), parts.now());
    let whose = of("promise.recruiter_id", recruiter);
    let source = |rank, due: String| Source {
        rank,
        from: "promise".to_owned(),
        person: "promise.person_id",
        recruiter: "promise.recruiter_id".to_owned(),
        at: "promise.due_at".to_owned(),
        about: "promise.id",
        holds: format!("promise.tenant_id = {tenant}{whose} AND promise.state = 'OPEN' AND {due}"),
        several: true,
    };
    vec![
        source(1, format!("promise.due_at < {now}")),
        source(
            6,
            format!("promise.due_at >= {now} AND promise.due_at <= {until}"),
        ),
    ]
}

/// What stands on the person's own row.
fn of_people(parts: &mut Parts, recruiter: Option<&str>, thresholds: &Thresholds) -> Vec<Source> {
    let replies = parts.value(thresholds.replies_before());
    let news = parts.value(thresholds.news_before());
    let (tenant, now) = (parts.tenant(), parts.now());
    let whose = of("person.keeper_id", recruiter);
    let latest = latest(parts.backend());
    let source = |rank, at: String, until: String| Source {
        rank,
        from: "person".to_owned(),
        person: "person.id",
        recruiter: "person.keeper_id".to_owned(),
        holds: format!("person.tenant_id = {tenant}{whose} AND {at} {until}"),
        at,
        about: "person.id",
        several: false,
    };
    // As the indexes have it: of all people, and of those of one recruiter.
    let column = |name: &str| match recruiter {
        None => format!("coalesce(person.{name}, {latest})"),
        Some(_) => format!("person.{name}"),
    };
    vec![
        source(2, column("awaiting_reply_since"), format!("< {replies}")),
        source(4, "person.news_owed_since".to_owned(), format!("< {news}")),
        source(
            8,
            column("next_touch_at"),
            format!("<= {now} AND NOT person.do_not_contact"),
        ),
    ]
}

/// Low scores that no outreach followed.
fn low_feedback(parts: &mut Parts, recruiter: Option<&str>, thresholds: &Thresholds) -> Source {
    let from = parts.value(thresholds.feedback_from());
    let tenant = parts.tenant();
    let whose = of("person.keeper_id", recruiter);
    Source {
        rank: 3,
        from: format!(
            "feedback JOIN person ON person.tenant_id = {tenant} AND person.id = feedback.person_id"
        ),
        person: "feedback.person_id",
        recruiter: "person.keeper_id".to_owned(),
        at: "feedback.given_at".to_owned(),
        about: "feedback.id",
        holds: format!(
            "feedback.tenant_id = {tenant}{whose} AND feedback.given_at >= {from} \
             AND feedback.score <= {LOW_SCORE} AND NOT person.do_not_contact \
             AND (person.last_outbound_at IS NULL \
                OR person.last_outbound_at <= feedback.given_at)"
        ),
        several: true,
    }
}

/// Referrals whose referrer is to be told the outcome, or thanked. Where nobody looks after the
/// referrer, it is for whom they told.
fn referrals(parts: &mut Parts, recruiter: Option<&str>, thresholds: &Thresholds) -> Vec<Source> {
    let thanks = parts.value(thresholds.referred_before());
    let tenant = parts.tenant();
    let responsible = "coalesce(person.keeper_id, referral.recruiter_id)";
    let whose = of(responsible, recruiter);
    let source = |rank, at: &str, condition: String| Source {
        rank,
        from: format!(
            "referral JOIN person ON person.tenant_id = {tenant} AND person.id = referral.referrer_id"
        ),
        person: "referral.referrer_id",
        recruiter: responsible.to_owned(),
        at: at.to_owned(),
        about: "referral.id",
        holds: format!("referral.tenant_id = {tenant}{whose} AND {condition}"),
        several: true,
    };
    let open = "referral.loop_closed_at IS NULL \
                AND referral.status IN ('HIRED', 'NOT_SELECTED', 'DECLINED', 'WITHDRAWN')";
    let unthanked = format!(
        "referral.acknowledged_at IS NULL AND referral.referred_at < {thanks} \
         AND NOT person.do_not_contact"
    );
    vec![
        source(5, "referral.status_changed_at", open.to_owned()),
        source(7, "referral.referred_at", unthanked),
    ]
}
