//! What follows from a touch that is later than all others, as nearly every touch is when it is
//! logged: it moves on what stands on the person's row, so that no history need be read.

use std::{slice, sync::Arc};

use entity::{
    enums::CadenceReset,
    person,
    reply_wait::{self, Column},
};
use sea_orm::{ColumnTrait, QueryFilter, UpdateMany, sea_query::Expr};

use super::{
    Coming, Consequences,
    columns::{clock, next_touch_at, with_clock},
    waits::{WaitChanges, length},
};
use crate::{
    error::Result,
    rules::{
        cadence::LastTouches,
        interaction::Touchpoint,
        reconnect,
        reply_wait::{Turned, turned},
        settings::Settings,
        silence,
    },
    store::Writer,
};

/// A person, and the touch that is about to be their latest.
pub(super) struct Latest<'a> {
    person: &'a person::Model,
    coming: &'a Coming,
    turned: Turned,
}

impl<'a> Latest<'a> {
    /// None where what follows cannot be told from the person's row.
    pub(super) fn of(person: &'a person::Model, coming: &'a Coming) -> Option<Self> {
        let touch = &coming.logged.touchpoint;
        let is_latest = touch.is_touch() && person.last_touch_at < Some(touch.occurred_at);
        // Neither when they were last spoken with nor which news is owed stands on the row.
        let is_told = touch.is_spoken() || person.cadence_reset != CadenceReset::Spoken;
        (is_latest && is_told && person.news_owed_since.is_none()).then(|| Self {
            person,
            coming,
            turned: turned(&clock(person), touch.direction),
        })
    }

    fn touch(&self) -> &Touchpoint {
        &self.coming.logged.touchpoint
    }

    /// Whether it matters what the tenant has chosen.
    fn goes_by_settings(&self) -> bool {
        self.person.cadence_days.is_none() || self.turned.answered.is_some()
    }

    /// The person's row as it should stand.
    fn row(&self, settings: &Settings) -> person::Model {
        let (person, touch) = (self.person, self.touch());
        let clock = clock(person).after(touch);
        let at = clock.last_touch_at;
        let last = LastTouches {
            touch: at,
            outreach: clock.last_outbound_at,
            spoken: at.filter(|_| touch.is_spoken()),
        };
        person::Model {
            next_touch_at: next_touch_at(person, &last, settings),
            news_owed_since: at.filter(|_| silence::is_interview_held(touch)),
            keeper_id: person
                .owner_id
                .or(self.coming.recruiter)
                .or(person.keeper_id),
            past_depth: person.past_depth + reconnect::past_depth(slice::from_ref(touch)),
            ..with_clock(person, &clock)
        }
    }

    /// The wait that it opens.
    fn opened(&self) -> Option<reply_wait::Model> {
        self.turned.opened.map(|turn| reply_wait::Model {
            tenant_id: self.person.tenant_id,
            person_id: self.person.id,
            turn,
            opened_at: self.touch().occurred_at,
            opened_by_id: self.coming.logged.interaction,
            closed_at: None,
            closed_by_id: None,
            elapsed_seconds: None,
            working_seconds: None,
        })
    }
}

impl Writer {
    /// What follows for this one person. Who they are must be locked.
    pub(super) async fn consequences_of_latest(&self, latest: &Latest<'_>) -> Result<Consequences> {
        let settings = if latest.goes_by_settings() {
            self.settings().await?
        } else {
            Arc::default()
        };
        Ok(Consequences {
            columns: Some(self.update_of_derived(&[latest.row(&settings)])),
            answer: self.answer(latest, &settings),
            waits: WaitChanges {
                fresh: latest.opened().into_iter().collect(),
                ..WaitChanges::default()
            },
        })
    }

    /// Ends the wait that the touch answers.
    fn answer(
        &self,
        latest: &Latest<'_>,
        settings: &Settings,
    ) -> Option<UpdateMany<reply_wait::Entity>> {
        let (turn, since) = latest.turned.answered?;
        let at = latest.touch().occurred_at;
        let (elapsed, working) = length(since, at, settings);
        let update = self
            .update::<reply_wait::Entity>()
            .col_expr(Column::ClosedAt, Expr::val(at))
            .col_expr(
                Column::ClosedById,
                Expr::val(latest.coming.logged.interaction),
            )
            .col_expr(Column::ElapsedSeconds, Expr::val(elapsed))
            .col_expr(Column::WorkingSeconds, Expr::val(working))
            .filter(Column::PersonId.eq(latest.person.id))
            .filter(Column::Turn.eq(turn))
            .filter(Column::OpenedAt.eq(since));
        Some(update)
    }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, TimeDelta, Utc};
    use entity::enums::Channel;
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;
    use crate::{
        rules::{merge::tests::person, reply_clock::tests::history, reply_wait::Logged},
        store::derive::{Facts, derived_state, newest_with},
    };

    fn at(hour: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::hours(hour)
    }

    fn people() -> impl Strategy<Value = person::Model> {
        let reset = prop::sample::select(vec![
            CadenceReset::AnyTouch,
            CadenceReset::Outreach,
            CadenceReset::Spoken,
        ]);
        let days = prop::option::of(1..30);
        let scheduled = prop::option::of(0..30_i64);
        let owner = prop::option::weighted(0.3, Just(Uuid::from_u128(9)));
        (reset, days, scheduled, prop::bool::weighted(0.1), owner).prop_map(
            |(cadence_reset, cadence_days, scheduled, do_not_contact, owner_id)| person::Model {
                cadence_reset,
                cadence_days,
                scheduled_touch_at: scheduled.map(at),
                scheduled_touch_set_at: scheduled.map(|hour| at(hour / 2)),
                do_not_contact,
                owner_id,
                ..person("Ada Finch")
            },
        )
    }

    fn histories() -> impl Strategy<Value = Vec<Logged>> {
        let interview = |mut history: Vec<Touchpoint>| {
            if let Some(touch) = history.last_mut() {
                touch.channel = Channel::Interview;
            }
            history
        };
        let logged = |(id, touchpoint)| Logged {
            interaction: Uuid::from_u128(id),
            touchpoint,
        };
        let history = prop_oneof![history(), history().prop_map(interview)];
        history.prop_map(move |history| (1..).zip(history).map(logged).collect())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn it_is_what_the_whole_history_says(
            person in people(),
            mut history in histories(),
            changes in prop::collection::vec((0..14_i64).prop_map(at), 0..2),
            hour in 10..16_i64,
        ) {
            let Some(last) = history.pop() else { return Ok(()) };
            let touchpoint = Touchpoint { occurred_at: at(hour), ..last.touchpoint };
            let coming = Coming {
                logged: Logged { touchpoint, ..last },
                recruiter: Some(Uuid::from_u128(7)),
            };
            let settings = Settings::default();
            let mut facts = Facts {
                history,
                application_changes: changes,
                ..Facts::default()
            };
            let (before, waits) = derived_state(&person, &facts, &settings);
            facts.newest_with = before.keeper_id;
            let Some(latest) = Latest::of(&before, &coming) else { return Ok(()) };

            facts.newest_with = newest_with(&facts, &coming);
            facts.history.push(coming.logged);
            let (after, mut waits_after) = derived_state(&before, &facts, &settings);
            prop_assert_eq!(latest.row(&settings), after);

            waits_after.retain(|wait| !waits.contains(wait));
            let (answered, opened): (Vec<_>, Vec<_>) = waits_after
                .iter()
                .partition(|wait| wait.closed_by_id == Some(coming.logged.interaction));
            let answered = answered.first().map(|wait| (wait.turn, wait.opened_at));
            prop_assert_eq!(latest.turned.answered, answered);
            prop_assert_eq!(latest.opened(), opened.first().map(|wait| (*wait).clone()));
        }
    }
}
