//! Referrals with their dated steps, and promises with the due times they had before.

use entity::{enums::NodeKind, promise, promise_reschedule, referral, referral_status_change};
use sea_orm::{ColumnTrait, Condition, QueryFilter};
use uuid::Uuid;

use super::{
    Exported, Names, Of,
    names::{link, maybe},
    next,
    nodes::{by_node, ids},
    people::said,
};
use crate::{
    error::Result,
    store::{
        Store,
        sync::record::{PromiseRecord, ReferralChangeRecord, ReferralRecord, RescheduleRecord},
    },
};

impl Store {
    pub(super) async fn export_referrals(&self, of: Of, after: Option<Uuid>) -> Result<Exported> {
        let rows = self.find::<referral::Entity>();
        let rows = match of {
            Of::All => rows,
            Of::Person(person) => rows.filter(
                Condition::any()
                    .add(referral::Column::ReferrerId.eq(person))
                    .add(referral::Column::ReferredId.eq(person)),
            ),
        };
        let rows = self.page_of(rows, referral::Column::Id, after).await?;
        let of_page = ids(&rows, |row| row.id);
        let mut names = Names::read(self, NodeKind::Referral, &of_page).await?;
        let statuses = self.statuses_told(&of_page).await?;
        let mut statuses = by_node(statuses, |row| row.referral_id);
        let next = next(&rows, |row| row.id);
        let records = rows.into_iter().map(|row| {
            let mut record = names.record(NodeKind::Referral, row.id);
            record.actor = Some(link(NodeKind::Recruiter, row.recruiter_id));
            let statuses = statuses.remove(&row.id).unwrap_or_default();
            record.referral = Some(Box::new(ReferralRecord {
                referrer: said(Some(link(NodeKind::Person, row.referrer_id))),
                referred: said(Some(link(NodeKind::Person, row.referred_id))),
                job: said(maybe(NodeKind::Job, row.job_id)),
                relationship_kind: said(row.relationship_kind),
                note: said(row.note),
                status: said(Some(row.status)),
                referred_at: said(Some(row.referred_at)),
                application: said(maybe(NodeKind::Application, row.application_id)),
                acknowledged_at: said(row.acknowledged_at),
                loop_closed_at: said(row.loop_closed_at),
                reward_amount: said(row.reward_amount),
                reward_currency: said(row.reward_currency),
                reward_due_on: said(row.reward_due_on),
                reward_paid_on: said(row.reward_paid_on),
                changes: said(Some(statuses.into_iter().map(of_status).collect())),
                referrer_name: None,
            }));
            record
        });
        Ok(Exported {
            records: records.collect(),
            next,
        })
    }

    /// The steps that do not follow from an application: those do so again wherever it goes.
    async fn statuses_told(
        &self,
        referrals: &[Uuid],
    ) -> Result<Vec<referral_status_change::Model>> {
        use referral_status_change::{Column, Entity};
        let mut steps = self
            .hanging_on::<Entity>(Column::ReferralId, referrals)
            .await?;
        steps.retain(|step| step.application_change_id.is_none());
        steps.sort_by_key(|step| (step.changed_at, step.id));
        Ok(steps)
    }

    pub(super) async fn export_promises(&self, of: Of, after: Option<Uuid>) -> Result<Exported> {
        let rows = self.find::<promise::Entity>();
        let rows = match of {
            Of::All => rows,
            Of::Person(person) => rows.filter(promise::Column::PersonId.eq(person)),
        };
        let rows = self.page_of(rows, promise::Column::Id, after).await?;
        let of_page = ids(&rows, |row| row.id);
        let mut names = Names::read(self, NodeKind::Promise, &of_page).await?;
        let column = promise_reschedule::Column::PromiseId;
        let mut before = self
            .hanging_on::<promise_reschedule::Entity>(column, &of_page)
            .await?;
        before.sort_by_key(|row| (row.rescheduled_at, row.id));
        let mut before = by_node(before, |row| row.promise_id);
        let next = next(&rows, |row| row.id);
        let records = rows.into_iter().map(|row| {
            let mut record = names.record(NodeKind::Promise, row.id);
            let before = before.remove(&row.id).unwrap_or_default();
            record.promise = Some(Box::new(PromiseRecord {
                person: said(Some(link(NodeKind::Person, row.person_id))),
                recruiter: said(Some(link(NodeKind::Recruiter, row.recruiter_id))),
                kind: said(Some(row.kind)),
                words: said(row.words),
                made_at: said(Some(row.made_at)),
                due_at: said(Some(row.due_at)),
                state: said(Some(row.state)),
                closed_at: said(row.closed_at),
                closing_note: said(row.closing_note),
                job: said(maybe(NodeKind::Job, row.job_id)),
                application: said(maybe(NodeKind::Application, row.application_id)),
                made_in: said(maybe(NodeKind::Interaction, row.made_in_id)),
                kept_by: said(maybe(NodeKind::Interaction, row.kept_by_id)),
                reschedules: said(Some(before.into_iter().map(of_reschedule).collect())),
            }));
            record
        });
        Ok(Exported {
            records: records.collect(),
            next,
        })
    }
}

fn of_status(step: referral_status_change::Model) -> ReferralChangeRecord {
    ReferralChangeRecord {
        status: said(Some(step.status)),
        changed_at: said(Some(step.changed_at)),
        note: said(step.note),
    }
}

fn of_reschedule(row: promise_reschedule::Model) -> RescheduleRecord {
    RescheduleRecord {
        due_at: said(Some(row.due_at)),
        rescheduled_at: said(Some(row.rescheduled_at)),
        note: said(row.note),
    }
}
