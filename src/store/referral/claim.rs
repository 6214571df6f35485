//! A claim before it is recorded: its parts found, and held against the claims that are there.

use chrono::{DateTime, Utc};
use entity::{
    enums::NodeKind,
    job,
    referral::{Column, Entity},
};
use sea_orm::{ColumnTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use super::{
    chain::{ChainDirection, DEEPEST},
    write::{NewReferral, Referred},
};
use crate::{
    error::{Error, RefusalKind, Result},
    rules::{interaction, text},
    store::{Writer, check::Check, record::ExternalKey, relationship::RelationshipKind},
};

/// Where a known referred person is named in the input.
const REFERRED_PERSON: [&str; 2] = ["referred", "person"];
/// A referral's parts, checked and found.
pub(super) struct Parts {
    pub(super) referrer: Uuid,
    /// None for a person to make.
    pub(super) referred: Option<Uuid>,
    pub(super) job: Option<Uuid>,
    pub(super) kind: Option<RelationshipKind>,
    pub(super) note: Option<String>,
    pub(super) referred_at: DateTime<Utc>,
}

impl Writer {
    #[expect(clippy::similar_names, reason = "the words of the domain")]
    pub(super) async fn referral_parts(&self, new: &NewReferral) -> Result<Parts> {
        let mut check = Check::default();
        let note = check.text(&["note"], new.note.as_deref(), text::MAX_BODY);
        let referred_at = new.referred_at.unwrap_or(self.now());
        if let Err(message) = interaction::check_past("referredAt", referred_at, self.now()) {
            check.refuse(RefusalKind::Invalid, &["referredAt"], &message);
        }
        check.finish()?;
        let kind = match &new.relationship_kind {
            Some(code) => Some(self.kind_named(code, &["relationshipKind"]).await?),
            None => None,
        };
        let mut named = vec![(vec!["referrer".to_owned()], &new.referrer)];
        if let Referred::Known(by) = &new.referred {
            named.push((REFERRED_PERSON.map(String::from).to_vec(), by));
        }
        let people = self.resolve_people(&named).await?;
        let referrer = *people.first().ok_or(Error::Unavailable)?;
        let referred = people.get(1).copied();
        if referred == Some(referrer) {
            let message = "`referred` is the referrer; nobody refers themself";
            return Err(Error::refused(
                RefusalKind::Invalid,
                &REFERRED_PERSON,
                message,
            ));
        }
        let job = match &new.job {
            Some(by) => {
                let id = job::Column::Id;
                let job = self.resolve_one::<job::Entity>(NodeKind::Job, id, &["job"], by);
                Some(job.await?)
            }
            None => None,
        };
        Ok(Parts {
            referrer,
            referred,
            job,
            kind,
            note,
            referred_at,
        })
    }

    /// The referral that stands there: the same claim, or one that another system calls by the
    /// same name and that does not contradict. One that does is left to the linking to refuse.
    pub(super) async fn same_referral(
        &self,
        parts: &Parts,
        records: &[ExternalKey],
    ) -> Result<Option<Uuid>> {
        let job = match parts.job {
            Some(job) => Column::JobId.eq(job),
            None => Column::JobId.is_null(),
        };
        let same = self
            .find::<Entity>()
            .filter(Column::ReferrerId.eq(parts.referrer))
            .filter(job);
        let same = if let Some(referred) = parts.referred {
            same.filter(Column::ReferredId.eq(referred))
        } else {
            let named = self.nodes_by_records(NodeKind::Referral, records).await?;
            let Some(id) = named.into_values().next() else {
                return Ok(None);
            };
            same.filter(Column::Id.eq(id))
        };
        // After a merge of two people a claim may stand there twice: the first is the claim.
        let same = same.order_by_asc(Column::IsRepeat);
        let stored = same
            .order_by_asc(Column::ReferredAt)
            .one(&self.conn)
            .await?;
        Ok(stored.map(|row| row.id))
    }

    /// Refuses a referral of somebody who brought us the referrer, however indirectly: a chain
    /// that leads back to where it began tells of no new person.
    #[expect(clippy::similar_names, reason = "the words of the domain")]
    pub(super) async fn check_circle(&self, referrer: Uuid, referred: Uuid) -> Result<()> {
        let mut chains = self
            .referral_chains(&[referrer], ChainDirection::Up, DEEPEST)
            .await?;
        let chain = chains.remove(&referrer).unwrap_or_default();
        if chain.links.iter().all(|link| link.referrer != referred) {
            return Ok(());
        }
        let message = "`referred` stands in the chain that led to the referrer; a referral cannot \
                       lead back to where it came from";
        Err(Error::refused(
            RefusalKind::Invalid,
            &REFERRED_PERSON,
            message,
        ))
    }
}
