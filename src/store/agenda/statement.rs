//! The statements that read the agenda, as text: each reason is a part of one union, so that a page
//! of people with all their reasons is one statement. Both databases take the same text.

use sea_orm::{DbBackend, Statement, Value};
use uuid::Uuid;

use super::{AgendaFilter, Place, Whose};
use crate::rules::agenda::{self, LOW_SCORE, Thresholds};

/// A statement in the making: its values, in the order of their numbers.
pub(super) struct Parts<'a> {
    tenant: Uuid,
    whose: Whose,
    snoozed: bool,
    thresholds: &'a Thresholds,
    values: Vec<Value>,
}

impl<'a> Parts<'a> {
    pub(super) fn new(tenant: Uuid, filter: &AgendaFilter, thresholds: &'a Thresholds) -> Self {
        Self {
            tenant,
            whose: filter.whose,
            snoozed: filter.snoozed,
            thresholds,
            values: Vec::new(),
        }
    }

    /// Keeps a value, and gives the text that stands for it.
    fn value(&mut self, value: impl Into<Value>) -> String {
        self.values.push(value.into());
        format!("${}", self.values.len())
    }

    pub(super) fn finish(self, backend: DbBackend, text: String) -> Statement {
        Statement::from_sql_and_values(backend, text, self.values)
    }

    /// All reasons that are to be seen: `WITH reason AS (...)`, with `rank`, `person_id`,
    /// `recruiter_id` who is to see to it, `at` by which it is ordered, and `about_id`, the row it
    /// is about.
    pub(super) fn reasons(&mut self) -> String {
        let tenant = self.value(self.tenant);
        let now = self.value(self.thresholds.now);
        let parts = [
            self.promises(&tenant, &now),
            self.of_people(&tenant, &now),
            self.low_feedback(&tenant),
            self.referrals(&tenant),
        ];
        let seen = if self.snoozed { "" } else { "NOT " };
        format!(
            "WITH found (rank, person_id, recruiter_id, at, about_id) AS ({}), \
             reason AS ( \
                SELECT found.* FROM found WHERE {seen}EXISTS ( \
                    SELECT 1 FROM snooze WHERE snooze.tenant_id = {tenant} \
                    AND snooze.recruiter_id = found.recruiter_id \
                    AND snooze.person_id = found.person_id AND snooze.until_at > {now}))",
            parts.join(" UNION ALL ")
        )
    }

    /// That the agenda is that of the recruiter who is to see to it.
    fn of(&mut self, recruiter: &str) -> String {
        match self.whose {
            Whose::Team => String::new(),
            Whose::Recruiter(id) => format!(" AND {recruiter} = {}", self.value(id)),
        }
    }

    fn promises(&mut self, tenant: &str, now: &str) -> String {
        let until = self.value(self.thresholds.promises_until());
        let whose = self.of("promise.recruiter_id");
        format!(
            "SELECT CASE WHEN promise.due_at < {now} THEN 1 ELSE 6 END, \
                promise.person_id, promise.recruiter_id, promise.due_at, promise.id \
             FROM promise WHERE promise.tenant_id = {tenant}{whose} \
             AND promise.state = 'OPEN' AND promise.due_at <= {until}"
        )
    }

    /// What stands on the person's own row.
    fn of_people(&mut self, tenant: &str, now: &str) -> String {
        let replies = self.value(self.thresholds.replies_before());
        let news = self.value(self.thresholds.news_before());
        let whose = self.of("person.keeper_id");
        let part = |rank: i32, column: &str, condition: &str| {
            format!(
                "SELECT {rank}, person.id, person.keeper_id, person.{column}, person.id \
                 FROM person WHERE person.tenant_id = {tenant}{whose} AND person.{column} \
                 {condition}"
            )
        };
        [
            part(2, "awaiting_reply_since", &format!("< {replies}")),
            part(4, "news_owed_since", &format!("< {news}")),
            part(
                8,
                "next_touch_at",
                &format!("<= {now} AND NOT person.do_not_contact"),
            ),
        ]
        .join(" UNION ALL ")
    }

    /// Low scores that no outreach followed.
    fn low_feedback(&mut self, tenant: &str) -> String {
        let from = self.value(self.thresholds.feedback_from());
        let whose = self.of("person.keeper_id");
        format!(
            "SELECT 3, person.id, person.keeper_id, feedback.given_at, feedback.id \
             FROM feedback \
             JOIN person ON person.tenant_id = {tenant} AND person.id = feedback.person_id \
             WHERE feedback.tenant_id = {tenant}{whose} AND feedback.given_at >= {from} \
             AND feedback.score <= {LOW_SCORE} AND NOT person.do_not_contact \
             AND (person.last_outbound_at IS NULL \
                OR person.last_outbound_at <= feedback.given_at)"
        )
    }

    /// Referrals whose referrer is to be told the outcome, or thanked. Where nobody looks after
    /// the referrer, it is for whom they told.
    fn referrals(&mut self, tenant: &str) -> String {
        let thanks = self.value(self.thresholds.referred_before());
        let responsible = "coalesce(person.keeper_id, referral.recruiter_id)";
        let whose = self.of(responsible);
        let part = |rank: i32, at: &str, condition: &str| {
            format!(
                "SELECT {rank}, person.id, {responsible}, referral.{at}, referral.id \
                 FROM referral \
                 JOIN person ON person.tenant_id = {tenant} AND person.id = referral.referrer_id \
                 WHERE referral.tenant_id = {tenant}{whose} AND {condition}"
            )
        };
        let open = "referral.loop_closed_at IS NULL AND referral.status IN \
                    ('HIRED', 'NOT_SELECTED', 'DECLINED', 'WITHDRAWN')";
        let unthanked = format!(
            "referral.acknowledged_at IS NULL AND referral.referred_at < {thanks} \
             AND NOT person.do_not_contact"
        );
        [
            part(5, "status_changed_at", open),
            part(7, "referred_at", &unthanked),
        ]
        .join(" UNION ALL ")
    }

    /// Each person once, where the first of their reasons stands: to follow on [`Self::reasons`].
    pub(super) fn entries(filter: &AgendaFilter) -> String {
        let wanted = wanted(filter);
        format!(
            ", entry AS ( \
                SELECT ranked.person_id, ranked.rank, ranked.at FROM ( \
                    SELECT reason.person_id, reason.rank, reason.at, row_number() OVER ( \
                        PARTITION BY reason.person_id ORDER BY reason.rank, reason.at \
                    ) AS place FROM reason \
                ) AS ranked WHERE ranked.place = 1{wanted})"
        )
    }

    /// Part of the entries: to follow on [`Self::entries`].
    pub(super) fn page(
        &mut self,
        limit: u64,
        backwards: bool,
        (after, before): (Option<&Place>, Option<&Place>),
    ) -> String {
        let mut beyond = Vec::new();
        for (place, sign) in [(after, ">"), (before, "<")] {
            if let Some(place) = place {
                let values = [
                    self.value(place.rank),
                    self.value(place.at),
                    self.value(place.person),
                ];
                beyond.push(format!(
                    "(entry.rank, entry.at, entry.person_id) {sign} ({})",
                    values.join(", ")
                ));
            }
        }
        let beyond = match beyond.as_slice() {
            [] => String::new(),
            some => format!("WHERE {}", some.join(" AND ")),
        };
        let order = if backwards {
            "entry.rank DESC, entry.at DESC, entry.person_id DESC"
        } else {
            "entry.rank, entry.at, entry.person_id"
        };
        let limit = self.value(limit.saturating_add(1));
        format!(", page AS (SELECT entry.* FROM entry {beyond} ORDER BY {order} LIMIT {limit})")
    }

    /// All reasons of the page, with what their sentences tell: to follow on [`Self::page`].
    pub(super) fn page_with_details(&mut self) -> String {
        let tenant = self.value(self.tenant);
        format!(
            " SELECT page.rank AS entry_rank, page.at AS entry_at, reason.*, \
                person.last_touch_at, person.created_at, \
                promise.kind AS promise_kind, promise.words, promise.made_at, \
                referral.status AS referral_status, referred.name AS referred, \
                feedback.score, application.id AS application_id, job.title AS job_title \
             FROM page \
             JOIN reason ON reason.person_id = page.person_id \
             JOIN person ON person.tenant_id = {tenant} AND person.id = page.person_id \
             LEFT JOIN promise ON promise.tenant_id = {tenant} AND promise.id = reason.about_id \
             LEFT JOIN referral ON referral.tenant_id = {tenant} AND referral.id = reason.about_id \
             LEFT JOIN person AS referred \
                ON referred.tenant_id = {tenant} AND referred.id = referral.referred_id \
             LEFT JOIN feedback ON feedback.tenant_id = {tenant} AND feedback.id = reason.about_id \
             LEFT JOIN application ON application.tenant_id = {tenant} AND application.id = ( \
                SELECT changed.id FROM application AS changed \
                JOIN application_change AS change ON change.tenant_id = {tenant} \
                    AND change.application_id = changed.id AND change.changed_at = reason.at \
                WHERE reason.rank = 4 AND changed.tenant_id = {tenant} \
                    AND changed.person_id = reason.person_id \
                    AND EXISTS ( \
                        SELECT 1 FROM application_change AS earlier \
                        WHERE earlier.tenant_id = {tenant} \
                        AND earlier.application_id = changed.id \
                        AND (earlier.changed_at, earlier.id) < (change.changed_at, change.id)) \
                ORDER BY change.id LIMIT 1) \
             LEFT JOIN job ON job.tenant_id = {tenant} AND job.id = application.job_id \
             ORDER BY page.rank, page.at, page.person_id, reason.rank, reason.at, reason.about_id"
        )
    }
}

/// That the person has one of the wanted reasons. The numbers are ours, so that they may stand in
/// the text.
fn wanted(filter: &AgendaFilter) -> String {
    let Some(kinds) = &filter.kinds else {
        return String::new();
    };
    let ranks: Vec<_> = kinds
        .iter()
        .map(|kind| agenda::rank(*kind).to_string())
        .chain(["0".to_owned()])
        .collect();
    format!(
        " AND ranked.person_id IN (SELECT reason.person_id FROM reason WHERE reason.rank IN ({}))",
        ranks.join(", ")
    )
}
