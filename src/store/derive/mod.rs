//! The derived state of a person, found again from the whole history: columns of their row, and the
//! waits of either side.
//!
//! Late imports arrive in any order, so patching the last burst would keep a clock running that an
//! older reply had already stopped. PRIVATE interactions stay out: what is derived is seen by all.

mod chosen;
mod columns;
mod copies;
mod doctor;
mod facts;
mod latest;
mod waits;

use std::collections::HashMap;

use entity::{person, reply_wait};
use sea_orm::UpdateMany;
use uuid::Uuid;

pub use self::doctor::{Difference, Examined};
pub(crate) use self::facts::Facts;
use self::{
    columns::{COLUMNS, derived},
    latest::Latest,
    waits::{Expected, WaitChanges, differences},
};
use super::{Writer, together::Together};
use crate::{
    error::Result,
    rules::{reply_wait::Logged, settings::Settings, silence::is_interview_held},
};

/// How many people are derived at once where it concerns many.
const CHUNK: u64 = 200;

/// A touchpoint that is about to be stored, and who of ours takes part.
#[derive(Clone, Copy, Debug)]
pub(super) struct Coming {
    /// The touchpoint; not a private one.
    pub(super) logged: Logged,
    /// The recruiter with the smallest id who takes part.
    pub(super) recruiter: Option<Uuid>,
}

impl Coming {
    /// Whether anything follows from it.
    fn matters(&self) -> bool {
        let touchpoint = &self.logged.touchpoint;
        touchpoint.is_touch() || is_interview_held(touchpoint)
    }
}

/// What storing a touchpoint changes beside it.
#[derive(Default)]
pub(super) struct Consequences {
    columns: Option<UpdateMany<person::Entity>>,
    /// Ends a wait where it stands.
    answer: Option<UpdateMany<reply_wait::Entity>>,
    waits: WaitChanges,
}

/// A person's row and waits as they should stand.
pub(crate) fn derived_state(
    person: &person::Model,
    facts: &Facts,
    settings: &Settings,
) -> (person::Model, Vec<reply_wait::Model>) {
    let rows = expected(person, settings).rows(&facts.history);
    (derived(person, facts, settings), rows)
}

impl Writer {
    /// Puts what is derived into the row of a person who is about to be made.
    pub(super) async fn derive_new(&self, person: &mut person::Model) -> Result<()> {
        let settings = self.settings().await?;
        *person = derived(person, &Facts::default(), &settings);
        Ok(())
    }

    /// Puts what is derived into `new` where anything of the row that it follows from has changed.
    pub(super) async fn derive_changed(
        &self,
        old: &person::Model,
        new: &mut person::Model,
    ) -> Result<()> {
        let follows_from = |person: &person::Model| {
            (
                person.cadence_days,
                person.cadence_reset,
                person.scheduled_touch_at,
                person.scheduled_touch_set_at,
                person.do_not_contact,
                person.owner_id,
            )
        };
        if follows_from(old) != follows_from(new) {
            let settings = self.settings().await?;
            let facts = self.facts(std::slice::from_ref(new)).await?.remove(&new.id);
            *new = derived(new, &facts.unwrap_or_default(), &settings);
        }
        Ok(())
    }

    /// Derives what stands beside these people anew and stores what differs. The people must be
    /// locked, or two writers would each miss the other's interaction.
    pub(super) async fn derive(&self, people: &[Uuid]) -> Result<()> {
        let people: Vec<_> = self.people(people).await?.into_values().collect();
        if people.is_empty() {
            return Ok(());
        }
        let settings = self.settings().await?;
        let ids: Vec<_> = people.iter().map(|person| person.id).collect();
        let facts = self.facts(&people).await?;
        let mut stored = self.waits_of(&ids).await?;
        let mut columns = Vec::new();
        let mut waits = WaitChanges::default();
        for person in &people {
            let Some(facts) = facts.get(&person.id) else {
                continue;
            };
            let new = derived(person, facts, &settings);
            if new != *person {
                columns.push(new);
            }
            let wanted = expected(person, &settings).rows(&facts.history);
            waits.add(differences(
                stored.remove(&person.id).unwrap_or_default(),
                wanted,
            ));
        }
        if people.len() > 1 {
            self.update_many(&columns, &COLUMNS.map(|(column, ..)| column))
                .await?;
            return self.put_many_waits(waits).await;
        }
        let columns = (!columns.is_empty()).then(|| self.update_of_derived(&columns));
        let consequences = Consequences {
            columns,
            answer: None,
            waits,
        };
        let mut together = Together::default();
        self.add_consequences(consequences, &mut together).await?;
        self.send(together).await
    }

    /// What follows for these people from one touchpoint that is about to be stored. The people
    /// must be locked. What the touchpoint cannot change is not even read.
    pub(super) async fn consequences(
        &self,
        people: &[person::Model],
        coming: Option<Coming>,
    ) -> Result<Consequences> {
        let Some(coming) = coming.filter(Coming::matters) else {
            return Ok(Consequences::default());
        };
        if let [person] = people
            && let Some(latest) = Latest::of(person, &coming)
        {
            return self.consequences_of_latest(&latest).await;
        }
        let ids: Vec<_> = people.iter().map(|person| person.id).collect();
        let settings = self.settings().await?;
        let mut histories = self.histories(&ids).await?;
        // A touch settles what is owed and owes nothing but an interview's news, so that nothing
        // need be asked of applications unless news is owed already.
        let is_owed = people.iter().any(|person| person.news_owed_since.is_some());
        let mut changes = if is_owed {
            self.application_changes_of_people(&ids).await?
        } else {
            HashMap::default()
        };
        let mut columns = Vec::new();
        let mut waits = WaitChanges::default();
        for person in people {
            let mut facts = Facts {
                history: histories.remove(&person.id).unwrap_or_default(),
                application_changes: changes.remove(&person.id).unwrap_or_default(),
                promise_due_at: person.promise_due_at,
                newest_with: person.keeper_id,
            };
            waits.add(expected(person, &settings).changes_by(&facts.history, coming.logged));
            facts.newest_with = newest_with(&facts, &coming);
            facts.history.push(coming.logged);
            let new = derived(person, &facts, &settings);
            if new != *person {
                columns.push(new);
            }
        }
        let columns = (!columns.is_empty()).then(|| self.update_of_derived(&columns));
        Ok(Consequences {
            columns,
            answer: None,
            waits,
        })
    }

    /// Adds what follows to what is sent together.
    pub(super) async fn add_consequences(
        &self,
        consequences: Consequences,
        together: &mut Together,
    ) -> Result<()> {
        if let Some(columns) = consequences.columns {
            together.update(columns);
        }
        if let Some(answer) = consequences.answer {
            together.update(answer);
        }
        self.put_waits(consequences.waits, together).await
    }
}

fn expected<'a>(person: &person::Model, settings: &'a Settings) -> Expected<'a> {
    Expected {
        tenant_id: person.tenant_id,
        person_id: person.id,
        settings,
    }
}

/// Who took part in the newest touch once this one is stored. Until then it is whom the person's
/// row names, which stands there for people without an owner only; for others nobody asks.
fn newest_with(facts: &Facts, coming: &Coming) -> Option<Uuid> {
    let touch = coming.logged.touchpoint;
    let newest_before = facts.newest_touch();
    if !touch.is_touch() || Some(touch.occurred_at) < newest_before {
        return facts.newest_with;
    }
    match (facts.newest_with, coming.recruiter) {
        (Some(known), Some(new)) if Some(touch.occurred_at) == newest_before => {
            Some(known.min(new))
        }
        (known, new) => new.or(known),
    }
}
