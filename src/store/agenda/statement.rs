//! The statements that read the agenda, as text for both databases.
//!
//! What a reason is found by is said once for each kind (see `source.rs`), and counted as a whole.
//! A page is not cut out of the whole: the reasons of each kind are read in their order, by an
//! index, from where the page begins and no further than it is long; whoever has an earlier reason
//! is left out, for they stand further up.

use entity::enums::AgendaReasonKind;
use sea_orm::{DbBackend, Statement, Value};
use uuid::Uuid;

use super::{
    AgendaFilter, Place, Whose,
    source::{Source, sources},
};
use crate::{
    rules::agenda::{self, Thresholds},
    store::sql,
};

/// Which part of the entries is wanted.
pub(super) struct Part<'a> {
    pub(super) limit: u64,
    pub(super) backwards: bool,
    pub(super) after: Option<&'a Place>,
    pub(super) before: Option<&'a Place>,
}

impl Part<'_> {
    /// Whether entries of this rank can be part of it.
    fn includes(&self, rank: i32) -> bool {
        self.after.is_none_or(|place| rank >= place.rank)
            && self.before.is_none_or(|place| rank <= place.rank)
    }
}

/// A statement in the making: its values, in the order of their numbers.
pub(super) struct Parts {
    backend: DbBackend,
    tenant: String,
    now: String,
    snoozed: bool,
    /// The people who are the viewer, who see nothing of what is owed to them.
    own: String,
    sources: Vec<Source>,
    values: Vec<Value>,
}

impl Parts {
    pub(super) fn new(
        backend: DbBackend,
        tenant: Uuid,
        filter: &AgendaFilter,
        thresholds: &Thresholds,
        own: &[Uuid],
    ) -> Self {
        let mut parts = Self {
            backend,
            tenant: String::new(),
            now: String::new(),
            snoozed: filter.snoozed,
            own: String::new(),
            sources: Vec::new(),
            values: Vec::new(),
        };
        parts.tenant = parts.value(tenant);
        parts.now = parts.value(thresholds.now);
        let own: Vec<_> = own.iter().map(|own| parts.value(*own)).collect();
        parts.own = own.join(", ");
        let keeper = match filter.whose {
            Whose::Team => None,
            Whose::Recruiter(id) => Some(parts.value(id)),
        };
        parts.sources = sources(&mut parts, keeper.as_deref(), thresholds);
        parts
    }

    /// Keeps a value, and gives the text that stands for it.
    pub(super) fn value(&mut self, value: impl Into<Value>) -> String {
        self.values.push(value.into());
        format!("${}", self.values.len())
    }

    pub(super) fn backend(&self) -> DbBackend {
        self.backend
    }

    pub(super) fn tenant(&self) -> &str {
        &self.tenant
    }

    pub(super) fn now(&self) -> &str {
        &self.now
    }

    fn finish(self, text: String) -> Statement {
        Statement::from_sql_and_values(self.backend, text, self.values)
    }

    /// How many people have one of these reasons, or any.
    pub(super) fn count(self, kinds: Option<&[AgendaReasonKind]>) -> Statement {
        let is_wanted = |source: &&Source| {
            kinds.is_none_or(|kinds| kinds.iter().any(|kind| agenda::rank(*kind) == source.rank))
        };
        let wanted = self.sources.iter().filter(is_wanted);
        let people: Vec<_> = wanted.map(|source| self.people_of(source)).collect();
        let text = match people.as_slice() {
            [] => "SELECT 0".to_owned(),
            some => format!(
                "SELECT count(*) FROM (SELECT DISTINCT all_found.person_id FROM ({}) AS all_found) \
                 AS found",
                some.join(" UNION ALL ")
            ),
        };
        self.finish(text)
    }

    /// How many people have each reason: its rank and the number.
    pub(super) fn counts(self) -> Statement {
        let count = |source: &Source| {
            let (rank, people) = (source.rank, self.people_of(source));
            // Where nobody can be found twice there is nothing to be told apart.
            let what = if source.several {
                "DISTINCT found.person_id"
            } else {
                "*"
            };
            format!("SELECT {rank}, count({what}) FROM ({people}) AS found")
        };
        let counts: Vec<_> = self.sources.iter().map(count).collect();
        self.finish(counts.join(" UNION ALL "))
    }

    /// The people who have a reason that is to be seen.
    fn people_of(&self, source: &Source) -> String {
        let seen = self.seen(&source.recruiter, source.person);
        let what = format!("{} AS person_id", source.person);
        source.select(&what, &format!(" AND {seen}"))
    }

    /// Where the entries of the page stand: rank, time and person, in their order.
    pub(super) fn places(
        mut self,
        kinds: Option<&[AgendaReasonKind]>,
        part: &Part<'_>,
    ) -> Statement {
        let limit = self.value(part.limit.saturating_add(1));
        let beyond: Vec<_> = [(part.after, ">"), (part.before, "<")]
            .into_iter()
            .filter_map(|(place, sign)| Some((place?, sign)))
            .map(|(place, sign)| {
                let (at, person) = (self.value(place.at), self.value(place.person));
                (place.rank, sign, at, person)
            })
            .collect();
        let way = if part.backwards { " DESC" } else { "" };
        let mut of_ranks = Vec::new();
        for source in self.sources.iter().filter(|one| part.includes(one.rank)) {
            let Some(wanted) = self.wanted(source, kinds) else {
                continue;
            };
            let beyond = beyond.iter().filter(|(rank, ..)| *rank == source.rank);
            let beyond = beyond.map(|(_, sign, at, person)| source.beyond(sign, at, person));
            let rows = source.rows_that(&beyond.collect::<String>());
            let conditions = [self.seen("candidate.recruiter_id", "candidate.person_id")]
                .into_iter()
                .chain(self.first_of_person(source))
                .chain(wanted);
            let conditions: Vec<_> = conditions.collect();
            of_ranks.push(format!(
                "SELECT * FROM (SELECT candidate.rank, candidate.at, candidate.person_id \
                 FROM ({rows}) AS candidate WHERE {} \
                 ORDER BY candidate.at{way}, candidate.person_id{way} LIMIT {limit}) AS of_rank",
                conditions.join(" AND ")
            ));
        }
        if of_ranks.is_empty() {
            of_ranks.push("SELECT 0 AS rank, $2 AS at, $1 AS person_id WHERE FALSE".to_owned());
        }
        let text = format!(
            "SELECT entry.rank, entry.at, entry.person_id FROM ({}) AS entry \
             ORDER BY entry.rank{way}, entry.at{way}, entry.person_id{way} LIMIT {limit}",
            of_ranks.join(" UNION ALL ")
        );
        self.finish(text)
    }

    /// That no other reason of the candidate's person comes before this one, which is of `source`.
    fn first_of_person(&self, source: &Source) -> impl Iterator<Item = String> {
        let before = self.sources.iter().filter(|one| one.rank < source.rank);
        let before = before.map(|one| self.reason_of_candidate(one, ""));
        let same = source.several.then(|| {
            let earlier = format!(
                " AND ({}, {}) < (candidate.at, candidate.about_id)",
                source.at, source.about
            );
            self.reason_of_candidate(source, &earlier)
        });
        let found = before.chain(same);
        let none = found.map(|one| there_is_no(&one));
        none.collect::<Vec<_>>().into_iter()
    }

    /// That the candidate's person has a wanted reason. Nothing to ask where this one is wanted;
    /// none at all where none of those can be that are not earlier.
    fn wanted(&self, source: &Source, kinds: Option<&[AgendaReasonKind]>) -> Option<Vec<String>> {
        let Some(kinds) = kinds else {
            return Some(Vec::new());
        };
        let is_wanted = |one: &Source| kinds.iter().any(|kind| agenda::rank(*kind) == one.rank);
        if is_wanted(source) {
            return Some(Vec::new());
        }
        let later = self.sources.iter().filter(|one| one.rank > source.rank);
        let wanted = later.filter(|one| is_wanted(one));
        let found = wanted.map(|one| there_is(&self.reason_of_candidate(one, "")));
        let found: Vec<_> = found.collect();
        (!found.is_empty()).then(|| vec![format!("({})", found.join(" OR "))])
    }

    /// A reason of this source which the candidate's person has.
    fn reason_of_candidate(&self, source: &Source, also: &str) -> String {
        let seen = self.seen(&source.recruiter, source.person);
        let of_candidate = format!(
            " AND {} = candidate.person_id{also} AND {seen}",
            source.person
        );
        source.select("1", &of_candidate)
    }

    /// All reasons of these people, with what their sentences tell; each person's in order.
    pub(super) fn details(mut self, people: &[Uuid]) -> Statement {
        let is_one_of = if self.backend == DbBackend::Postgres {
            format!("= ANY({})", self.value(sql::uuid_array(people)))
        } else {
            let people = self.value(sql::hex_list(people));
            format!("IN (SELECT unhex(value) FROM json_each({people}))")
        };
        let of_them = |source: &Source| {
            let is_theirs = format!(" AND {} {is_one_of}", source.person);
            source.rows_that(&is_theirs)
        };
        let all: Vec<_> = self.sources.iter().map(of_them).collect();
        let seen = self.seen("reason.recruiter_id", "reason.person_id");
        let tenant = &self.tenant;
        let text = format!(
            "SELECT reason.*, person.last_touch_at, person.created_at, \
                promise.kind AS promise_kind, promise.words, promise.made_at, \
                referral.status AS referral_status, referred.name AS referred, \
                feedback.score, application.id AS application_id, job.title AS job_title \
             FROM ({all}) AS reason \
             JOIN person ON person.tenant_id = {tenant} AND person.id = reason.person_id \
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
             WHERE {seen} \
             ORDER BY reason.person_id, reason.rank, reason.at, reason.about_id",
            all = all.join(" UNION ALL "),
        );
        self.finish(text)
    }

    /// That a reason is to be seen: it is snoozed by who is to see to it, or is not, whichever is
    /// asked for, and is not the viewer's own.
    fn seen(&self, recruiter: &str, person: &str) -> String {
        let others = match self.own.as_str() {
            "" => String::new(),
            own => format!("{person} NOT IN ({own}) AND "),
        };
        let (tenant, now) = (&self.tenant, &self.now);
        let snooze = format!(
            "SELECT 1 FROM snooze WHERE snooze.tenant_id = {tenant} \
             AND snooze.recruiter_id = {recruiter} AND snooze.person_id = {person} \
             AND snooze.until_at > {now}"
        );
        if self.snoozed {
            // Few are: from them the way to what they hide is short.
            format!("{others}EXISTS ({snooze})")
        } else {
            others + &there_is_no(&snooze)
        }
    }
}

/// There is a row. Not EXISTS: PostgreSQL would rather read all such rows of the tenant once than
/// look for those of each candidate, of whom it does not know how few there are.
fn there_is(rows: &str) -> String {
    format!("coalesce(({rows} LIMIT 1), 0) = 1")
}

/// There is none. Not `IS NULL`: PostgreSQL takes that to be true of one row in two hundred, and
/// would sort what it thinks is left instead of reading the candidates in the order of an index.
fn there_is_no(rows: &str) -> String {
    format!("coalesce(({rows} LIMIT 1), 0) <> 1")
}
