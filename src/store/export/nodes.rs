//! Companies, jobs, applications and interactions, and what ties people together.

use std::collections::HashMap;

use entity::{
    application, application_change, company, enums::NodeKind, feedback, interaction,
    interaction_person, interaction_recruiter, job, relationship,
};
use sea_orm::{ColumnTrait, Condition, QueryFilter};
use uuid::Uuid;

use super::{
    Exported, Names, Of,
    names::{link, maybe},
    next,
    people::{place, said},
};
use crate::{
    error::Result,
    store::{
        Store,
        sync::record::{
            ApplicationChangeRecord, ApplicationRecord, CompanyRecord, FeedbackRecord,
            InteractionRecord, JobRecord, RelationshipRecord,
        },
    },
};

/// The ids of rows.
pub(super) fn ids<T>(rows: &[T], id: impl Fn(&T) -> Uuid) -> Vec<Uuid> {
    rows.iter().map(id).collect()
}

pub(super) fn by_node<T>(rows: Vec<T>, node: impl Fn(&T) -> Uuid) -> HashMap<Uuid, Vec<T>> {
    let mut by_node: HashMap<Uuid, Vec<T>> = HashMap::new();
    for row in rows {
        by_node.entry(node(&row)).or_default().push(row);
    }
    by_node
}

impl Store {
    pub(super) async fn export_companies(&self, of: Of, after: Option<Uuid>) -> Result<Exported> {
        let rows = match of {
            Of::All => self.find::<company::Entity>(),
            Of::Person(person) => {
                let column = entity::position::Column::PersonId;
                let rows = self
                    .hanging_on::<entity::position::Entity>(column, &[person])
                    .await?;
                let known = rows.into_iter().filter_map(|row| row.company_id);
                self.find().filter(company::Column::Id.is_in(known))
            }
        };
        let rows = self.page_of(rows, company::Column::Id, after).await?;
        let of_page = ids(&rows, |row| row.id);
        let mut names = Names::read(self, NodeKind::Company, &of_page).await?;
        let next = next(&rows, |row| row.id);
        let records = rows.into_iter().map(|row| {
            let mut record = names.record(NodeKind::Company, row.id);
            record.company = Some(CompanyRecord {
                name: said(Some(row.name)),
                website: said(row.website),
                place: place(row.city, row.region, row.country),
                owner: said(maybe(NodeKind::Recruiter, row.owner_id)),
            });
            record
        });
        Ok(Exported {
            records: records.collect(),
            next,
        })
    }

    pub(super) async fn export_jobs(&self, of: Of, after: Option<Uuid>) -> Result<Exported> {
        let rows = match of {
            Of::All => self.find::<job::Entity>(),
            Of::Person(person) => {
                let column = application::Column::PersonId;
                let rows = self
                    .hanging_on::<application::Entity>(column, &[person])
                    .await?;
                let known = rows.into_iter().map(|row| row.job_id);
                self.find().filter(job::Column::Id.is_in(known))
            }
        };
        let rows = self.page_of(rows, job::Column::Id, after).await?;
        let of_page = ids(&rows, |row| row.id);
        let mut names = Names::read(self, NodeKind::Job, &of_page).await?;
        let next = next(&rows, |row| row.id);
        // Of one person alone, the others whom a job names are not there to be named.
        let alone = matches!(of, Of::Person(_));
        let records = rows.into_iter().map(|row| {
            let mut record = names.record(NodeKind::Job, row.id);
            let there = |id: Option<Uuid>| id.filter(|_| !alone);
            record.job = Some(Box::new(JobRecord {
                title: said(Some(row.title)),
                status: said(Some(row.status)),
                company: said(maybe(NodeKind::Company, there(row.company_id))),
                hiring_manager: said(maybe(NodeKind::Person, there(row.hiring_manager_id))),
                owner: said(maybe(NodeKind::Recruiter, there(row.owner_id))),
                place: place(row.city, row.region, row.country),
                opened_on: said(row.opened_on),
                closed_on: said(row.closed_on),
            }));
            record
        });
        Ok(Exported {
            records: records.collect(),
            next,
        })
    }

    pub(super) async fn export_applications(
        &self,
        of: Of,
        after: Option<Uuid>,
    ) -> Result<Exported> {
        let rows = self.find::<application::Entity>();
        let rows = match of {
            Of::All => rows,
            Of::Person(person) => rows.filter(application::Column::PersonId.eq(person)),
        };
        let rows = self.page_of(rows, application::Column::Id, after).await?;
        let of_page = ids(&rows, |row| row.id);
        let column = application_change::Column::ApplicationId;
        let mut steps = self
            .hanging_on::<application_change::Entity>(column, &of_page)
            .await?;
        steps.sort_by_key(|step| (step.changed_at, step.id));
        let mut steps = by_node(steps, |step| step.application_id);
        let mut names = Names::read(self, NodeKind::Application, &of_page).await?;
        let next = next(&rows, |row| row.id);
        let records = rows.into_iter().map(|row| {
            let mut record = names.record(NodeKind::Application, row.id);
            let steps = steps.remove(&row.id).unwrap_or_default();
            record.application = Some(Box::new(ApplicationRecord {
                person: said(Some(link(NodeKind::Person, row.person_id))),
                job: said(Some(link(NodeKind::Job, row.job_id))),
                stage: said(row.stage),
                milestone: said(row.milestone),
                outcome: said(row.outcome),
                source: said(row.source),
                applied_at: said(Some(row.applied_at)),
                concluded_at: said(row.concluded_at),
                changes: said(Some(steps.into_iter().map(of_step).collect())),
                credited_to: None,
                credited_to_name: said(row.credited_to_name),
            }));
            record
        });
        Ok(Exported {
            records: records.collect(),
            next,
        })
    }

    /// The interactions in which a person took part.
    pub(super) async fn interactions_of(&self, person: Uuid) -> Result<Vec<Uuid>> {
        let column = interaction_person::Column::PersonId;
        let rows = self
            .hanging_on::<interaction_person::Entity>(column, &[person])
            .await?;
        Ok(rows.into_iter().map(|row| row.interaction_id).collect())
    }

    pub(super) async fn export_interactions(
        &self,
        of: Of,
        after: Option<Uuid>,
    ) -> Result<Exported> {
        let rows = self.find::<interaction::Entity>();
        let rows = match of {
            Of::All => rows,
            Of::Person(person) => {
                let known = self.interactions_of(person).await?;
                rows.filter(crate::store::sql::one_of(
                    self.backend(),
                    (interaction::Entity, interaction::Column::Id),
                    &known,
                ))
            }
        };
        let rows = self.page_of(rows, interaction::Column::Id, after).await?;
        let of_page = ids(&rows, |row| row.id);
        let column = interaction_person::Column::InteractionId;
        let mut people = self
            .hanging_on::<interaction_person::Entity>(column, &of_page)
            .await?;
        if let Of::Person(person) = of {
            people.retain(|row| row.person_id == person);
        }
        let column = interaction_recruiter::Column::InteractionId;
        let ours = self
            .hanging_on::<interaction_recruiter::Entity>(column, &of_page)
            .await?;
        let mut names = Names::read(self, NodeKind::Interaction, &of_page).await?;
        let mut people = by_node(people, |row| row.interaction_id);
        let mut ours = by_node(ours, |row| row.interaction_id);
        let next = next(&rows, |row| row.id);
        let records = rows.into_iter().map(|row| {
            let mut record = names.record(NodeKind::Interaction, row.id);
            record.actor = Some(link(NodeKind::Recruiter, row.author_id));
            let people = people.remove(&row.id).unwrap_or_default();
            let people = people
                .iter()
                .map(|row| link(NodeKind::Person, row.person_id));
            let ours = ours.remove(&row.id).unwrap_or_default();
            let ours = ours
                .iter()
                .map(|row| link(NodeKind::Recruiter, row.recruiter_id));
            record.interaction = Some(Box::new(InteractionRecord {
                people: said(Some(people.collect())),
                recruiters: said(Some(ours.collect())),
                channel: said(Some(row.channel)),
                direction: said(Some(row.direction)),
                outcome: said(Some(row.outcome)),
                automated: said(Some(row.automated)),
                visibility: said(Some(row.visibility)),
                occurred_at: said(Some(row.occurred_at)),
                duration_minutes: said(row.duration_minutes),
                subject: said(row.subject),
                body: said(row.body),
                job: said(maybe(NodeKind::Job, row.job_id)),
            }));
            record
        });
        Ok(Exported {
            records: records.collect(),
            next,
        })
    }

    pub(super) async fn export_relationships(
        &self,
        of: Of,
        after: Option<Uuid>,
    ) -> Result<Exported> {
        let rows = self.find::<relationship::Entity>();
        let rows = match of {
            Of::All => rows,
            Of::Person(person) => rows.filter(
                Condition::any()
                    .add(relationship::Column::PersonId.eq(person))
                    .add(relationship::Column::OtherId.eq(person)),
            ),
        };
        let rows = self.page_of(rows, relationship::Column::Id, after).await?;
        let of_page = ids(&rows, |row| row.id);
        let mut names = Names::read(self, NodeKind::Relationship, &of_page).await?;
        let next = next(&rows, |row| row.id);
        let records = rows.into_iter().map(|row| {
            let mut record = names.record(NodeKind::Relationship, row.id);
            record.relationship = Some(Box::new(RelationshipRecord {
                person: said(Some(link(NodeKind::Person, row.person_id))),
                other: said(Some(link(NodeKind::Person, row.other_id))),
                kind: said(Some(row.kind)),
                since: said(row.since),
                until: said(row.until),
                note: said(row.note),
            }));
            record
        });
        Ok(Exported {
            records: records.collect(),
            next,
        })
    }

    pub(super) async fn export_feedback(&self, of: Of, after: Option<Uuid>) -> Result<Exported> {
        let rows = self.find::<feedback::Entity>();
        let rows = match of {
            Of::All => rows,
            Of::Person(person) => rows.filter(feedback::Column::PersonId.eq(person)),
        };
        let rows = self.page_of(rows, feedback::Column::Id, after).await?;
        let of_page = ids(&rows, |row| row.id);
        let mut names = Names::read(self, NodeKind::Feedback, &of_page).await?;
        let next = next(&rows, |row| row.id);
        let records = rows.into_iter().map(|row| {
            let mut record = names.record(NodeKind::Feedback, row.id);
            record.actor = Some(link(NodeKind::Recruiter, row.author_id));
            record.feedback = Some(Box::new(FeedbackRecord {
                person: said(Some(link(NodeKind::Person, row.person_id))),
                side: said(Some(row.side)),
                score: said(Some(row.score)),
                words: said(row.words),
                given_at: said(Some(row.given_at)),
                recruiter: said(maybe(NodeKind::Recruiter, row.recruiter_id)),
                job: said(maybe(NodeKind::Job, row.job_id)),
                interaction: said(maybe(NodeKind::Interaction, row.interaction_id)),
            }));
            record
        });
        Ok(Exported {
            records: records.collect(),
            next,
        })
    }
}

/// What a step did not change it does not say: a null would clear it.
fn of_step(step: application_change::Model) -> ApplicationChangeRecord {
    ApplicationChangeRecord {
        stage: step.stage.map(Some),
        milestone: step.milestone.map(Some),
        outcome: step.outcome.map(Some),
        reopened: step.reopened.then_some(Some(true)),
        changed_at: said(Some(step.changed_at)),
        note: step.note.map(Some),
    }
}
