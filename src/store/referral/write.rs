//! Recording a referral, with the person and the tie it tells us of.

use chrono::{DateTime, Utc};
use entity::{
    enums::{ChangeKind, Hat, NodeKind, ReferralStatus},
    referral::{Column, Entity, Model},
    referral_status_change,
};
use sea_orm::ColumnTrait;
use uuid::Uuid;

use super::{claim::Parts, status::after_history};
use crate::{
    error::{Error, Refusal, Result},
    store::{
        Writer,
        person::{PersonBy, PersonDetails},
        record::{By, ExternalKey},
        relationship::Tie,
    },
};

/// A referral to record.
#[derive(Clone, Debug)]
pub struct NewReferral {
    /// Who referred.
    pub referrer: PersonBy,
    /// Who was referred.
    pub referred: Referred,
    /// The job, if it was for one.
    pub job: Option<By>,
    /// The application it led to; the only one for the job, if nothing is said.
    pub application: Option<By>,
    /// The code of what the referrer is to the referred person.
    pub relationship_kind: Option<String>,
    /// The note.
    pub note: Option<String>,
    /// When it was told to us; now, if nothing is said.
    pub referred_at: Option<DateTime<Utc>>,
    /// Its names in other systems.
    pub records: Vec<ExternalKey>,
}

/// Who was referred.
#[derive(Clone, Debug)]
pub enum Referred {
    /// A person who is here.
    Known(PersonBy),
    /// A person to make: perhaps no more than a name.
    New(Box<NewPerson>),
}

/// A person to make.
#[derive(Clone, Debug)]
pub struct NewPerson {
    /// The hat they wear.
    pub hat: Hat,
    /// What is said of them.
    pub said: PersonDetails,
    /// Their names in other systems.
    pub records: Vec<ExternalKey>,
}

/// What recording a referral led to.
#[derive(Clone, Copy, Debug)]
pub struct Recorded {
    /// The referral.
    pub id: Uuid,
    /// It was not there before.
    pub created: bool,
}

/// Where a new one is described.
const REFERRED_NEW: [&str; 2] = ["referred", "new"];

impl Writer {
    /// Records a referral. The same referrer, referred person and job is one referral: a repeat
    /// gives back the one that is there, and so does a repeat of its name in another system.
    pub async fn record_referral(&self, new: &NewReferral) -> Result<Recorded> {
        let parts = self.referral_parts(new).await?;
        if let Some(stored) = self.same_referral(&parts, &new.records).await? {
            if let Some(by) = &new.application {
                self.lead_to(stored, by).await?;
            }
            let linked = self.link_referral(stored, &new.records).await?;
            if linked {
                let fields = ["externalRecords"];
                self.record(ChangeKind::Updated, NodeKind::Referral, stored, &fields)
                    .await?;
            }
            return Ok(Recorded {
                id: stored,
                created: false,
            });
        }
        let referred = match (&new.referred, parts.referred) {
            (Referred::Known(_), Some(referred)) => {
                self.check_circle(parts.referrer, referred).await?;
                referred
            }
            (Referred::New(person), _) => self
                .create_person(person.hat, &person.said, &person.records)
                .await
                .map_err(|error| error.under(&REFERRED_NEW))?,
            (Referred::Known(_), None) => return Err(Error::Unavailable),
        };
        self.tie_referral(&parts, referred, new.relationship_kind.as_deref())
            .await?;
        let application_id = match (&new.application, parts.job) {
            (Some(by), job) => Some(self.application_meant(by, referred, job).await?),
            (None, Some(job)) => self.only_application(referred, job).await?,
            (None, None) => None,
        };
        let mut row = self.blank_referral(&parts, referred);
        row.relationship_kind.clone_from(&new.relationship_kind);
        row.application_id = application_id;
        let id = self.insert_referral(row).await?;
        self.link_referral(id, &new.records).await?;
        self.record(ChangeKind::Created, NodeKind::Referral, id, &[])
            .await?;
        Ok(Recorded { id, created: true })
    }

    /// Stores the tie between referrer and referred, if the referral tells of one.
    async fn tie_referral(&self, parts: &Parts, referred: Uuid, code: Option<&str>) -> Result<()> {
        let (Some(kind), Some(code)) = (&parts.kind, code) else {
            return Ok(());
        };
        let tie = Tie {
            person: parts.referrer,
            other: referred,
            kind: &kind.rule(),
            code,
            since: None,
            until: None,
            note: None,
        };
        self.tie(tie).await.map(|_| ())
    }

    fn blank_referral(&self, parts: &Parts, referred: Uuid) -> Model {
        Model {
            tenant_id: self.tenant(),
            id: self.new_id(),
            referrer_id: parts.referrer,
            referred_id: referred,
            job_id: parts.job,
            application_id: None,
            recruiter_id: self.viewer().recruiter_id,
            relationship_kind: None,
            note: parts.note.clone(),
            status: ReferralStatus::Received,
            status_changed_at: parts.referred_at,
            referred_at: parts.referred_at,
            acknowledged_at: None,
            loop_closed_at: None,
            reward_amount: None,
            reward_currency: None,
            reward_due_on: None,
            reward_paid_on: None,
            is_repeat: false,
            version: 1,
            created_at: self.now(),
            updated_at: self.now(),
        }
    }

    /// Stores a new referral as far as its application has come, with each status on the way.
    async fn insert_referral(&self, row: Model) -> Result<Uuid> {
        let ids: Vec<_> = row.application_id.into_iter().collect();
        let steps = if ids.is_empty() {
            Vec::new()
        } else {
            let steps = self.application_changes(&ids).await?;
            steps.into_values().next().unwrap_or_default()
        };
        let mut history = vec![referral_status_change::Model {
            tenant_id: self.tenant(),
            id: self.new_id(),
            referral_id: row.id,
            application_change_id: None,
            status: row.status,
            changed_at: row.referred_at,
            recruiter_id: row.recruiter_id,
            note: None,
        }];
        history.extend(self.statuses_after(&row, &steps));
        let row = self.insert(after_history(&row, &history)).await?;
        self.insert_all(history).await?;
        Ok(row.id)
    }

    async fn link_referral(&self, id: Uuid, records: &[ExternalKey]) -> Result<bool> {
        self.link_all(NodeKind::Referral, id, records, &["externalRecords"])
            .await
    }

    /// A referral as it is now, locked until the end of the write.
    pub(super) async fn referral_for_change(&self, by: &By, version: Option<i32>) -> Result<Model> {
        let id = self
            .resolve_one::<Entity>(NodeKind::Referral, Column::Id, &["by"], by)
            .await?;
        let row = self.referrals(&[id]).await?.remove(&id);
        let unknown = || Refusal::not_found(&["by"], "there is nothing by this name");
        let row = row.ok_or_else(unknown)?;
        Self::check_version(version, row.version)?;
        Ok(row)
    }

    /// Stores what differs, and leaves one event if anything did.
    pub(super) async fn store_referral(
        &self,
        old: &Model,
        mut new: Model,
        also: &[&str],
    ) -> Result<Uuid> {
        let changed = Self::changed_fields(old, &new);
        let mut fields: Vec<&str> = also.to_vec();
        for field in &changed {
            let field = if field.starts_with("reward") {
                "reward"
            } else {
                field
            };
            if !fields.contains(&field) {
                fields.push(field);
            }
        }
        if fields.is_empty() {
            return Ok(old.id);
        }
        new.version += 1;
        new.updated_at = self.now();
        self.save(old, &new, Column::Id.eq(new.id).into()).await?;
        self.record(ChangeKind::Updated, NodeKind::Referral, new.id, &fields)
            .await?;
        Ok(new.id)
    }
}
