//! Writes to interactions. Each derives the people's columns anew, since everything that clocks
//! and cadences know comes from here.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use entity::{
    enums::{ChangeKind, Channel, Direction, InteractionOutcome, NodeKind, Visibility},
    event,
    interaction::{Column, Entity, Model},
    interaction_person, interaction_recruiter, job, person, recruiter,
};
use sea_orm::{ColumnTrait, QueryFilter};
use uuid::Uuid;

use super::touch;
use crate::{
    error::{Error, Refusal, RefusalKind, Result},
    rules::{interaction, reply_wait::Logged, text},
    store::{
        Writer,
        check::Check,
        derive::Coming,
        person::PersonBy,
        promise::{PromiseInInteraction, Talk},
        record::{By, ExternalKey},
        together::Together,
    },
};

/// The most people, and the most recruiters, who may take part in one interaction.
pub(in crate::store) const MOST_PARTICIPANTS: usize = 100;
/// The longest duration: a week.
const MOST_MINUTES: i32 = 7 * 24 * 60;

/// An interaction to log.
#[derive(Clone, Debug)]
pub struct NewInteraction {
    /// Who took part from outside; naming somebody twice is naming them once.
    pub people: Vec<PersonBy>,
    /// The medium.
    pub channel: Channel,
    /// The rest of what is said of it.
    pub details: InteractionDetails,
    /// Its names in other systems.
    pub records: Vec<ExternalKey>,
    /// The promises made in it.
    pub promises: Vec<PromiseInInteraction>,
    /// The promises kept by it.
    pub keep_promises: Vec<By>,
}

/// What is said of an interaction. `None` says nothing; `Some(None)` clears what is stored.
#[derive(Clone, Debug, Default)]
pub struct InteractionDetails {
    /// Who took part from outside.
    pub people: Option<Vec<PersonBy>>,
    /// Who took part of ours; the caller, if nothing is said.
    pub recruiters: Option<Vec<By>>,
    /// The medium.
    pub channel: Option<Channel>,
    /// Who spoke to whom; by the channel, if nothing is said.
    pub direction: Option<Direction>,
    /// Whether the person was reached.
    pub outcome: Option<InteractionOutcome>,
    /// It was sent by a machine.
    pub automated: Option<bool>,
    /// Who may see it.
    pub visibility: Option<Visibility>,
    /// When it happened; now, if nothing is said.
    pub occurred_at: Option<DateTime<Utc>>,
    /// How long it took.
    pub duration_minutes: Option<Option<i32>>,
    /// What it was about, in one line.
    pub subject: Option<Option<String>>,
    /// What was said.
    pub body: Option<Option<String>>,
    /// The job it was about.
    pub job: Option<Option<By>>,
}

/// Who took part, resolved.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::store) struct Participants {
    pub(in crate::store) people: BTreeSet<Uuid>,
    pub(in crate::store) recruiters: BTreeSet<Uuid>,
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
        let old = self.interaction_for_change(by).await?;
        let before = self.participants_of(old.id).await?;
        let people = match &said.people {
            Some(named) => self.people_named(named).await?,
            None => before.people.clone(),
        };
        let recruiters = match &said.recruiters {
            Some(named) => self.recruiters_named(named).await?,
            None => before.recruiters.clone(),
        };
        let promised = self.people_promised_in(old.id).await?;
        let touched: BTreeSet<_> = before.people.union(&people).copied().collect();
        let locked: Vec<_> = touched.union(&promised).copied().collect();
        let touched: Vec<_> = touched.into_iter().collect();
        self.known::<person::Entity>(person::Column::Id, &locked)
            .await?;
        // Read again: it may have changed while we waited for the people.
        let old = self.interaction_for_change(&By::Id(old.id)).await?;
        Self::check_version(version, old.version)?;
        let mut new = old.clone();
        self.apply_interaction(said, &mut new, false).await?;
        let mut fields = Self::changed_fields(&old, &new);
        let after = Participants { people, recruiters };
        if after.people != before.people {
            fields.push("people".to_owned());
        }
        if after.recruiters != before.recruiters {
            fields.push("recruiters".to_owned());
        }
        if fields.is_empty() {
            return Ok(old.id);
        }
        new.version += 1;
        new.updated_at = self.now();
        self.save(&old, &new, Column::Id.eq(new.id).into()).await?;
        self.delete_participants(new.id).await?;
        let (people, recruiters) = Self::participant_rows(&new, &after);
        self.insert_all(people).await?;
        self.insert_all(recruiters).await?;
        self.insert_touches(touches(&new, &after)).await?;
        self.derive(&touched).await?;
        if !promised.is_empty() {
            self.promises_follow(&old, &new, &after.people).await?;
        }
        let fields: Vec<_> = fields.iter().map(String::as_str).collect();
        self.record(ChangeKind::Updated, NodeKind::Interaction, new.id, &fields)
            .await?;
        Ok(new.id)
    }

    /// Removes an interaction; the people's clocks are as if it had never been.
    pub async fn remove_interaction(&self, by: &By, version: Option<i32>) -> Result<Uuid> {
        let row = self.interaction_for_change(by).await?;
        let people = self.participants_of(row.id).await?.people;
        let promised = self.people_promised_in(row.id).await?;
        let locked: Vec<_> = people.union(&promised).copied().collect();
        self.known::<person::Entity>(person::Column::Id, &locked)
            .await?;
        let row = self.interaction_for_change(&By::Id(row.id)).await?;
        Self::check_version(version, row.version)?;
        if !promised.is_empty() {
            self.promises_let_go(row.id).await?;
        }
        self.delete_participants(row.id).await?;
        self.part_feedback_from(row.id).await?;
        self.delete::<Entity>(Column::Id.eq(row.id).into()).await?;
        let people: Vec<_> = people.into_iter().collect();
        self.derive(&people).await?;
        self.insert(event::Model {
            private_to: (row.visibility == Visibility::Private).then_some(row.author_id),
            ..self.event(ChangeKind::Removed, NodeKind::Interaction, row.id, &[])
        })
        .await?;
        Ok(row.id)
    }

    pub(in crate::store) fn blank_interaction(&self, channel: Channel) -> Model {
        let now = self.now();
        Model {
            tenant_id: self.tenant(),
            id: self.new_id(),
            channel,
            direction: Direction::Internal,
            outcome: InteractionOutcome::Reached,
            automated: false,
            visibility: Visibility::Team,
            occurred_at: now,
            duration_minutes: None,
            subject: None,
            body: None,
            author_id: self.viewer().recruiter_id,
            job_id: None,
            version: 1,
            created_at: now,
            updated_at: now,
        }
    }

    /// Puts what is said into the row. On a new row, and when the channel changes, the direction
    /// follows from the channel unless it is said.
    async fn apply_interaction(
        &self,
        said: &InteractionDetails,
        row: &mut Model,
        is_new: bool,
    ) -> Result<()> {
        let mut check = Check::default();
        self.interaction_as_said(said, row, is_new, &mut check);
        check.finish()?;
        if let Some(job) = &said.job {
            row.job_id = match job {
                Some(by) => {
                    let id = job::Column::Id;
                    Some(
                        self.resolve_one::<job::Entity>(NodeKind::Job, id, &["job"], by)
                            .await?,
                    )
                }
                None => None,
            };
        }
        Ok(())
    }

    /// The same but for what names other nodes.
    pub(in crate::store) fn interaction_as_said(
        &self,
        said: &InteractionDetails,
        row: &mut Model,
        is_new: bool,
        check: &mut Check,
    ) {
        let channel = said.channel.unwrap_or(row.channel);
        row.outcome = said.outcome.unwrap_or(row.outcome);
        if let Some(direction) = said.direction {
            row.direction = direction;
        } else if is_new || channel != row.channel {
            match interaction::default_direction(channel, row.outcome) {
                Some(direction) => row.direction = direction,
                None => check.invalid(
                    &["direction"],
                    "is needed for this channel: say INBOUND or OUTBOUND",
                ),
            }
        }
        row.channel = channel;
        row.automated = said.automated.unwrap_or(row.automated);
        row.visibility = said.visibility.unwrap_or(row.visibility);
        if let Some(at) = said.occurred_at {
            if let Err(message) = interaction::check_occurred_at(at, self.now()) {
                check.refuse(RefusalKind::Invalid, &["occurredAt"], &message);
            }
            row.occurred_at = at;
        }
        if let Some(minutes) = said.duration_minutes {
            if minutes.is_some_and(|minutes| !(0..=MOST_MINUTES).contains(&minutes)) {
                check.invalid(&["durationMinutes"], "is not between 0 and 10080 (a week)");
            }
            row.duration_minutes = minutes;
        }
        if let Some(subject) = &said.subject {
            row.subject = check.line(&["subject"], subject.as_deref(), text::MAX_SUBJECT);
        }
        if let Some(body) = &said.body {
            row.body = check.text(&["body"], body.as_deref(), text::MAX_BODY);
        }
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

    async fn people_named(&self, named: &[PersonBy]) -> Result<BTreeSet<Uuid>> {
        let people = self.rows_named(named).await?;
        Ok(people.into_iter().map(|person| person.id).collect())
    }

    /// The people who are meant, each once.
    async fn rows_named(&self, named: &[PersonBy]) -> Result<Vec<person::Model>> {
        check_number(named.len(), "people")?;
        let named: Vec<_> = named
            .iter()
            .enumerate()
            .map(|(index, by)| (vec!["people".to_owned(), index.to_string()], by))
            .collect();
        Ok(self.resolve_rows(&named).await?.1)
    }

    async fn recruiters_named(&self, named: &[By]) -> Result<BTreeSet<Uuid>> {
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

    async fn participants_of(&self, interaction: Uuid) -> Result<Participants> {
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

    async fn delete_participants(&self, interaction: Uuid) -> Result<()> {
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

/// An interaction as all may know of it: nothing, if it is private.
fn touchpoint(row: &Model) -> Option<interaction::Touchpoint> {
    (row.visibility == Visibility::Team).then_some(interaction::Touchpoint {
        occurred_at: row.occurred_at,
        channel: row.channel,
        direction: row.direction,
        outcome: row.outcome,
        automated: row.automated,
    })
}
