//! Who took part in an interaction, and whom it brought together.

use std::collections::BTreeSet;

use entity::{
    enums::{NodeKind, Visibility},
    interaction::Model,
    interaction_person, interaction_recruiter, person, recruiter,
};
use sea_orm::{ColumnTrait, QueryFilter};
use uuid::Uuid;

use super::touch;
use crate::{
    error::{Error, RefusalKind, Result},
    rules::interaction,
    store::{Writer, person::PersonBy, record::By},
};

/// The most people, and the most recruiters, who may take part in one interaction.
pub(in crate::store) const MOST_PARTICIPANTS: usize = 100;

/// Who took part, resolved.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::store) struct Participants {
    pub(in crate::store) people: BTreeSet<Uuid>,
    pub(in crate::store) recruiters: BTreeSet<Uuid>,
}

impl Participants {
    /// The lists that are others in `after`, as the API names them.
    pub(super) fn differences(&self, after: &Self) -> impl Iterator<Item = &'static str> {
        [
            ("people", self.people != after.people),
            ("recruiters", self.recruiters != after.recruiters),
        ]
        .into_iter()
        .filter_map(|(name, differs)| differs.then_some(name))
    }
}

impl Writer {
    pub(super) async fn people_named(&self, named: &[PersonBy]) -> Result<BTreeSet<Uuid>> {
        let people = self.rows_named(named).await?;
        Ok(people.into_iter().map(|person| person.id).collect())
    }

    /// The people who are meant, each once.
    pub(super) async fn rows_named(&self, named: &[PersonBy]) -> Result<Vec<person::Model>> {
        check_number(named.len(), "people")?;
        let named: Vec<_> = named
            .iter()
            .enumerate()
            .map(|(index, by)| (vec!["people".to_owned(), index.to_string()], by))
            .collect();
        Ok(self.resolve_rows(&named).await?.1)
    }

    pub(super) async fn recruiters_named(&self, named: &[By]) -> Result<BTreeSet<Uuid>> {
        check_number(named.len(), "recruiters")?;
        let named: Vec<_> = named
            .iter()
            .enumerate()
            .map(|(index, by)| (vec!["recruiters".to_owned(), index.to_string()], by))
            .collect();
        let id = recruiter::Column::Id;
        let ids = self
            .resolve::<recruiter::Entity>(NodeKind::Recruiter, id, &named)
            .await?;
        Ok(ids.into_iter().collect())
    }

    pub(super) async fn participants_of(&self, interaction: Uuid) -> Result<Participants> {
        let people = self
            .find::<interaction_person::Entity>()
            .filter(interaction_person::Column::InteractionId.eq(interaction))
            .all(&self.conn)
            .await?;
        let recruiters = self
            .find::<interaction_recruiter::Entity>()
            .filter(interaction_recruiter::Column::InteractionId.eq(interaction))
            .all(&self.conn)
            .await?;
        Ok(Participants {
            people: people.into_iter().map(|row| row.person_id).collect(),
            recruiters: recruiters.into_iter().map(|row| row.recruiter_id).collect(),
        })
    }

    pub(in crate::store) fn participant_rows(
        row: &Model,
        participants: &Participants,
    ) -> (
        Vec<interaction_person::Model>,
        Vec<interaction_recruiter::Model>,
    ) {
        let (tenant_id, interaction_id, occurred_at) = (row.tenant_id, row.id, row.occurred_at);
        let touch_channel = touchpoint(row).and_then(|touch| touch.touch_channel());
        let person = |&person_id: &Uuid| interaction_person::Model {
            tenant_id,
            interaction_id,
            person_id,
            occurred_at,
            touch_channel,
        };
        let recruiter = |&recruiter_id: &Uuid| interaction_recruiter::Model {
            tenant_id,
            interaction_id,
            recruiter_id,
            occurred_at,
            touch_channel,
        };
        let people = participants.people.iter().map(person).collect();
        let recruiters = participants.recruiters.iter().map(recruiter).collect();
        (people, recruiters)
    }

    pub(super) async fn delete_participants(&self, interaction: Uuid) -> Result<()> {
        self.delete_touches(interaction).await?;
        let people = interaction_person::Column::InteractionId.eq(interaction);
        self.delete::<interaction_person::Entity>(people.into())
            .await?;
        let recruiters = interaction_recruiter::Column::InteractionId.eq(interaction);
        self.delete::<interaction_recruiter::Entity>(recruiters.into())
            .await?;
        Ok(())
    }
}

/// The rows of an interaction that tell whom it brought together.
pub(in crate::store) fn touches(
    row: &Model,
    participants: &Participants,
) -> Vec<entity::touch::Model> {
    let is_touch = touchpoint(row).is_some_and(|touch| touch.is_touch());
    let recruiters = participants.recruiters.iter().filter(|_| is_touch);
    let pairs = recruiters.flat_map(|recruiter| {
        let people = participants.people.iter();
        people.map(move |person| (*recruiter, *person))
    });
    touch::rows(row, pairs)
}

fn check_number(count: usize, field: &str) -> Result<()> {
    let message = match count {
        0 => format!("`{field}` is empty; name at least one"),
        count if count > MOST_PARTICIPANTS => {
            format!("`{field}` names more than {MOST_PARTICIPANTS}")
        }
        _ => return Ok(()),
    };
    Err(Error::refused(RefusalKind::Invalid, &[field], message))
}

/// An interaction as all may know of it: nothing, if it is private.
pub(super) fn touchpoint(row: &Model) -> Option<interaction::Touchpoint> {
    (row.visibility == Visibility::Team).then_some(interaction::Touchpoint {
        occurred_at: row.occurred_at,
        channel: row.channel,
        direction: row.direction,
        outcome: row.outcome,
        automated: row.automated,
    })
}
