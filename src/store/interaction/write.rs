//! Writes to interactions. Each derives the people's columns anew, since everything that clocks
//! and cadences know comes from here.

use std::collections::BTreeSet;

use entity::{
    enums::{ChangeKind, NodeKind, Visibility},
    event,
    interaction::{Column, Entity, Model},
    person,
};
use sea_orm::ColumnTrait;
use uuid::Uuid;

use super::{
    details::{InteractionDetails, NewInteraction},
    participants::{Participants, touches, touchpoint},
    touch,
};
use crate::{
    error::{Error, Refusal, Result},
    rules::reply_wait::Logged,
    store::{Writer, derive::Coming, promise::Talk, record::By, together::Together},
};

/// An interaction whose people are locked.
struct Held {
    row: Model,
    /// Promises were made in it, or kept by it.
    has_promises: bool,
}

impl Writer {
    /// Logs an interaction.
    pub async fn log_interaction(&self, new: &NewInteraction) -> Result<Model> {
        let people = self.rows_named(&new.people).await?;
        let participants = Participants {
            people: people.iter().map(|person| person.id).collect(),
            recruiters: match &new.details.recruiters {
                Some(named) => self.recruiters_named(named).await?,
                None => BTreeSet::from([self.viewer().recruiter_id]),
            },
        };
        let mut row = self.blank_interaction(new.channel);
        self.apply_interaction(&new.details, &mut row, true).await?;
        let id = row.id;
        let coming = coming(&row, &participants);
        let consequences = self.consequences(&people, coming).await?;
        let occurred_at = row.occurred_at;
        let (with_people, with_recruiters) = Self::participant_rows(&row, &participants);
        let mut together = Together::default();
        together.insert(vec![row.clone()]);
        together.insert(with_people);
        together.insert(with_recruiters);
        let mut touches = touches(&row, &participants);
        let further_touches = touch::beyond_one_statement(&mut touches);
        together.insert(touches);
        together.insert(vec![self.event(
            ChangeKind::Created,
            NodeKind::Interaction,
            id,
            &[],
        )]);
        self.add_consequences(consequences, &mut together).await?;
        self.send(together).await?;
        self.insert_touches(further_touches).await?;
        let path = ["externalRecords"];
        self.link_all(NodeKind::Interaction, id, &new.records, &path)
            .await?;
        let talk = Talk {
            id,
            occurred_at,
            people: &participants.people,
            recruiters: &participants.recruiters,
        };
        self.promises_in(talk, &new.promises, &new.keep_promises)
            .await?;
        Ok(row)
    }

    /// Changes what is said of an interaction.
    pub async fn update_interaction(
        &self,
        by: &By,
        said: &InteractionDetails,
        version: Option<i32>,
    ) -> Result<Uuid> {
        let known = self.interaction_for_change(by).await?;
        let before = self.participants_of(known.id).await?;
        let after = Participants {
            people: match &said.people {
                Some(named) => self.people_named(named).await?,
                None => before.people.clone(),
            },
            recruiters: match &said.recruiters {
                Some(named) => self.recruiters_named(named).await?,
                None => before.recruiters.clone(),
            },
        };
        let touched: BTreeSet<_> = before.people.union(&after.people).copied().collect();
        let held = self.hold(known.id, &before, &touched).await?;
        Self::check_version(version, held.row.version)?;
        let mut new = held.row.clone();
        self.apply_interaction(said, &mut new, false).await?;
        let mut fields = Self::changed_fields(&held.row, &new);
        fields.extend(before.differences(&after).map(str::to_owned));
        if fields.is_empty() {
            return Ok(new.id);
        }
        new.version += 1;
        new.updated_at = self.now();
        self.replace(&held.row, &new, &after).await?;
        self.derive(&touched.into_iter().collect::<Vec<_>>())
            .await?;
        if held.has_promises {
            self.promises_follow(&held.row, &new, &after.people).await?;
        }
        let fields: Vec<_> = fields.iter().map(String::as_str).collect();
        self.record(ChangeKind::Updated, NodeKind::Interaction, new.id, &fields)
            .await?;
        Ok(new.id)
    }

    /// Removes an interaction; the people's clocks are as if it had never been.
    pub async fn remove_interaction(&self, by: &By, version: Option<i32>) -> Result<Uuid> {
        let known = self.interaction_for_change(by).await?;
        let before = self.participants_of(known.id).await?;
        let held = self.hold(known.id, &before, &before.people).await?;
        let row = held.row;
        Self::check_version(version, row.version)?;
        if held.has_promises {
            self.promises_let_go(row.id).await?;
        }
        self.delete_participants(row.id).await?;
        self.part_feedback_from(row.id).await?;
        self.delete::<Entity>(Column::Id.eq(row.id).into()).await?;
        self.derive(&before.people.into_iter().collect::<Vec<_>>())
            .await?;
        self.insert(event::Model {
            private_to: (row.visibility == Visibility::Private).then_some(row.author_id),
            ..self.event(ChangeKind::Removed, NodeKind::Interaction, row.id, &[])
        })
        .await?;
        Ok(row.id)
    }

    /// Locks those whom a change to an interaction touches, and reads it once they stand still. If
    /// others take part by then, the change begins anew.
    async fn hold(
        &self,
        interaction: Uuid,
        before: &Participants,
        touched: &BTreeSet<Uuid>,
    ) -> Result<Held> {
        let promised = self.people_promised_in(interaction).await?;
        let locked: Vec<_> = touched.union(&promised).copied().collect();
        self.known::<person::Entity>(person::Column::Id, &locked)
            .await?;
        let row = self.interaction_for_change(&By::Id(interaction)).await?;
        if self.participants_of(interaction).await? != *before {
            return Err(Error::Retry);
        }
        Ok(Held {
            row,
            has_promises: !promised.is_empty(),
        })
    }

    /// Stores an interaction as it is now, with those who take part in it.
    async fn replace(&self, old: &Model, new: &Model, after: &Participants) -> Result<()> {
        self.save(old, new, Column::Id.eq(new.id).into()).await?;
        self.delete_participants(new.id).await?;
        let (people, recruiters) = Self::participant_rows(new, after);
        self.insert_all(people).await?;
        self.insert_all(recruiters).await?;
        self.insert_touches(touches(new, after)).await
    }

    /// An interaction that the viewer may see, and so may change.
    async fn interaction_for_change(&self, by: &By) -> Result<Model> {
        let id = self.id_by(NodeKind::Interaction, by).await?;
        let row = match id {
            Some(id) => self.interactions(&[id]).await?.remove(&id),
            None => None,
        };
        let unknown = || Refusal::not_found(&["by"], "there is nothing by this name").into();
        row.ok_or_else(unknown)
    }
}

/// What clocks and cadences will know of an interaction: nothing, if it is private.
fn coming(row: &Model, participants: &Participants) -> Option<Coming> {
    let touchpoint = touchpoint(row)?;
    Some(Coming {
        logged: Logged {
            interaction: row.id,
            touchpoint,
        },
        recruiter: participants.recruiters.first().copied(),
    })
}
