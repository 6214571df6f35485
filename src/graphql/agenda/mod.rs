//! What may be asked of the agenda.

use std::sync::Arc;

use async_graphql::{ComplexObject, Context, Object};
use entity::enums::AgendaReasonKind;
use uuid::Uuid;

use super::{
    application,
    batch::Loading,
    context::ContextExt,
    error::{At, Result},
    feedback,
    nullable::or_null,
    page::{Connection, ListName, Window},
    person::{Person, known_person},
    promise, recruiter, referral,
    types::{
        agenda::{AgendaConnection, AgendaCount, AgendaCounts, AgendaEntry, AgendaReason, Snooze},
        application::Application,
        feedback::Feedback,
        promise::Promise,
        recruiter::{Recruiter, RecruiterBy},
        referral::Referral,
    },
};
use crate::{
    error::Error,
    rules::agenda::ORDER,
    store::agenda::{AgendaEntry as Entry, AgendaFilter, Whose, as_of},
};

pub(crate) use self::write::AgendaMutation;

mod write;

#[ComplexObject]
impl AgendaEntry {
    /// The person.
    async fn person(&self, ctx: &Context<'_>) -> Result<Person> {
        known_person(ctx, self.person_row).await
    }

    /// The snoozes of this person by those who are to see to the reasons above, those that end
    /// first in front. Empty unless the agenda was asked for with `snoozed: true`.
    async fn snoozes(&self, ctx: &Context<'_>) -> Result<Vec<Snooze>> {
        let key = (self.as_of, self.person_row);
        let found = ctx.loaders().snoozes.get(key).await.at(ctx)?;
        let found = found.unwrap_or_default();
        let concerns = |recruiter: Uuid| {
            let mut reasons = self.reasons.iter();
            reasons.any(|reason| reason.recruiter_row == Some(recruiter))
        };
        let snoozes = found.iter().filter(|row| concerns(row.recruiter_id));
        Ok(snoozes.cloned().map(Snooze::from).collect())
    }
}

#[ComplexObject]
impl AgendaReason {
    /// Who is to see to it: who gave the promise; for all else who looks after the person, that is
    /// their owner, else who took part in their newest touch; for referrals of somebody whom nobody
    /// looks after, who was told. Null when it is nobody's: such reasons are on the team's agenda
    /// only.
    async fn recruiter(&self, ctx: &Context<'_>) -> Option<Recruiter> {
        recruiter::named(ctx, self.recruiter_row).await
    }

    /// The promise it is about. Null unless the kind is `PROMISE_OVERDUE` or `PROMISE_DUE`.
    async fn promise(&self, ctx: &Context<'_>) -> Option<Promise> {
        let is_about = matches!(
            self.kind,
            AgendaReasonKind::PromiseOverdue | AgendaReasonKind::PromiseDue
        );
        let row = is_about.then_some(self.about_row)?;
        or_null(ctx, promise::one(ctx, row).await)
    }

    /// The feedback it is about. Null unless the kind is `LOW_FEEDBACK`.
    async fn feedback(&self, ctx: &Context<'_>) -> Option<Feedback> {
        let is_about = self.kind == AgendaReasonKind::LowFeedback;
        let row = is_about.then_some(self.about_row)?;
        or_null(ctx, feedback::one(ctx, row).await)
    }

    /// The referral it is about. Null unless the kind is `REFERRAL_LOOP_OPEN` or
    /// `REFERRER_NOT_THANKED`.
    async fn referral(&self, ctx: &Context<'_>) -> Option<Referral> {
        let is_about = matches!(
            self.kind,
            AgendaReasonKind::ReferralLoopOpen | AgendaReasonKind::ReferrerNotThanked
        );
        let row = is_about.then_some(self.about_row)?;
        or_null(ctx, referral::one(ctx, row).await)
    }

    /// The application it is about. Null unless the kind is `OUTCOME_NOT_SHARED` and the news is
    /// that of an application; an interview that was held is news too.
    async fn application(&self, ctx: &Context<'_>) -> Option<Application> {
        let row = self.application_row?;
        or_null(ctx, application::one(ctx, row).await)
    }
}

#[ComplexObject]
impl Snooze {
    /// Whose agenda it concerns. Null never, but for a failure.
    async fn recruiter(&self, ctx: &Context<'_>) -> Option<Recruiter> {
        recruiter::named(ctx, self.recruiter_row).await
    }
}

/// What an agenda tells beside its entries.
#[Object]
impl AgendaCounts {
    /// How many people have each kind of reason, in the order of the kinds, whichever `reasons` the
    /// list is narrowed to. It is counted only when selected, in one go for all kinds.
    async fn counts(&self, ctx: &Context<'_>) -> Result<Vec<AgendaCount>> {
        let counted = ctx.store().agenda_counts(&self.filter, self.as_of);
        let counted = counted.await.at(ctx)?;
        let count = |kind: AgendaReasonKind| {
            let people = counted.get(&kind).copied().unwrap_or_default();
            let people = i64::try_from(people).unwrap_or(i64::MAX);
            AgendaCount { kind, people }
        };
        Ok(ORDER.into_iter().map(count).collect())
    }
}

#[derive(Default)]
pub(crate) struct AgendaQuery;

#[Object]
impl AgendaQuery {
    /// Who is to be seen to, and why: yours, unless another recruiter's or the team's is asked for.
    /// One person with several reasons is one entry. The people whose first reason is the most
    /// pressing come first (a promise overdue, a reply late, low feedback, an outcome not passed
    /// on, a referral loop open, a promise due within a day, a referrer not thanked, a touch due),
    /// among these whose reason is the oldest. People whom nobody may contact are on it for what
    /// is owed to them, but not for touches, thanks or low feedback.
    #[expect(clippy::too_many_arguments, reason = "the arguments of the API")]
    async fn agenda(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whose; yours, if omitted. Not together with `team: true`.")]
        recruiter: Option<RecruiterBy>,
        #[graphql(
            desc = "That of all recruiters, with what is nobody's to see to.",
            default = false
        )]
        team: bool,
        #[graphql(
            desc = "Only people who have one of these reasons; the entry still tells all of \
                    theirs, and the order is that of the whole agenda."
        )]
        reasons: Option<Vec<AgendaReasonKind>>,
        #[graphql(
            desc = "What is snoozed, instead of what is not. A snooze hides the reasons that its \
                    recruiter is to see to, on their agenda and on the team's.",
            default = false
        )]
        snoozed: bool,
        #[graphql(desc = "So many from the front: 0 to 100; 20 if `last` is omitted too.")]
        first: Option<i32>,
        #[graphql(desc = "Only what follows this cursor.")] after: Option<String>,
        #[graphql(desc = "So many from the end: 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what precedes this cursor.")] before: Option<String>,
    ) -> Result<AgendaConnection> {
        let filter = AgendaFilter {
            whose: whose(ctx, recruiter, team).await?,
            kinds: reasons.map(|kinds| kinds.into_iter().collect()),
            snoozed,
        };
        let window = Window {
            first,
            after,
            last,
            before,
        };
        list(ctx, filter, window).await
    }
}

async fn whose(ctx: &Context<'_>, recruiter: Option<RecruiterBy>, team: bool) -> Result<Whose> {
    let Some(by) = recruiter else {
        let viewer = ctx.store().viewer().recruiter_id;
        return Ok(if team {
            Whose::Team
        } else {
            Whose::Recruiter(viewer)
        });
    };
    if team {
        return Err(Error::bad_input(
            "give `recruiter` or `team: true`, not both",
        ))
        .at(ctx);
    }
    let by = by.named("recruiter").at(ctx)?;
    let found = ctx.store().recruiter_id_by(&by).await.at(ctx)?;
    let known = match found {
        Some(row) => ctx.loaders().recruiters.get(row).await.at(ctx)?,
        None => None,
    };
    let unknown = || Error::bad_input("`recruiter` names nobody");
    Ok(Whose::Recruiter(known.ok_or_else(unknown).at(ctx)?.id))
}

async fn list(ctx: &Context<'_>, filter: AgendaFilter, window: Window) -> Result<AgendaConnection> {
    let store = ctx.store().clone();
    let tenant = store.viewer().tenant_id;
    let name = format!("{:?} {}", filter.whose, filter.snoozed);
    let name = ListName::new(&[tenant.as_bytes(), b"agenda", name.as_bytes()]);
    let args = window.read(&name).at(ctx)?;
    let as_of = as_of(&args, store.clock().now()).at(ctx)?;
    let page = store.agenda_page(&filter, as_of, &args).await.at(ctx)?;
    let counted = Arc::new(filter.clone());
    let total = Arc::new(move || -> Loading<_> {
        let (store, filter) = (store.clone(), Arc::clone(&counted));
        Box::pin(async move { store.agenda_count(&filter, as_of).await.map_err(Arc::new) })
    });
    let entries = Connection::new(page, &name, total, Entry::position, AgendaEntry::of);
    Ok(AgendaConnection(entries, AgendaCounts { filter, as_of }))
}
