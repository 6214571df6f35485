//! What the mutations of referrals take.

use async_graphql::{InputObject, MaybeUndefined, OneofObject};
use entity::enums::{Hat, ReferralStatus};

use super::{
    person_details::PersonDetailsInput,
    record::{ExternalRecordInput, NodeBy, PersonBy, keys},
};
use crate::{
    error::Result,
    graphql::{
        id::IdType,
        scalars::{Date, DateTime},
    },
    store::{
        By,
        referral::{
            NewPerson, NewReferral, ReferralDetails, Referred, RewardDetails, StatusChange,
        },
    },
};

/// A person to make, of whom we were told. A name is enough: "Jo's cousin" will do.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct NewReferredPersonInput {
    /// The hat they wear.
    #[graphql(default_with = "Hat::Candidate")]
    hat: Hat,
    #[graphql(flatten)]
    details: PersonDetailsInput,
    /// What other systems call them; each record may name one person only.
    external_records: Option<Vec<ExternalRecordInput>>,
}

/// Who was referred: exactly one of these.
#[derive(Clone, Debug, OneofObject)]
pub(crate) enum ReferredInput {
    /// A person who is here.
    Person(PersonBy),
    /// A person to make in the same stroke.
    New(Box<NewReferredPersonInput>),
}

impl ReferredInput {
    fn read(self) -> Result<Referred> {
        match self {
            Self::Person(by) => Ok(Referred::Known(by.input(&["referred", "person"])?)),
            Self::New(new) => Ok(Referred::New(Box::new(NewPerson {
                hat: new.hat,
                said: new
                    .details
                    .details()
                    .map_err(|error| error.under(&["referred", "new"]))?,
                records: keys(new.external_records),
            }))),
        }
    }
}

/// A referral to record.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct RecordReferralInput {
    /// Who referred.
    referrer: PersonBy,
    /// Who was referred: not the referrer, nor anybody in the chain that led to the referrer, as
    /// far as 10 referrals up.
    referred: ReferredInput,
    /// The job, if it was for one.
    job: Option<NodeBy>,
    /// The application that it led to: one of the referred person, and for the job, if one is
    /// named. Omitted or null: their only one for the job, if they have just one.
    application: Option<NodeBy>,
    /// What the referrer is to the referred person, as a code of `relationshipKinds` from either
    /// side, such as `COUSIN`. Given, their relationship is recorded too, unless it stands there.
    relationship_kind: Option<String>,
    /// What was said; at most 100,000 characters.
    note: Option<String>,
    /// When it was told to us: any time since 1900, at most 5 minutes ahead. Omitted or null: now.
    referred_at: Option<DateTime>,
    /// Its names in other systems; each may name one referral only.
    external_records: Option<Vec<ExternalRecordInput>>,
    /// A key of your choice, 1 to 255 bytes: the same input under the same key is recorded once.
    pub(crate) idempotency_key: Option<String>,
}

impl RecordReferralInput {
    /// As the store takes it.
    pub(crate) fn read(self) -> Result<NewReferral> {
        Ok(NewReferral {
            referrer: self.referrer.input(&["referrer"])?,
            referred: self.referred.read()?,
            job: self
                .job
                .map(|job| job.input(&["job"], IdType::Job))
                .transpose()?,
            application: self
                .application
                .map(|by| by.input(&["application"], IdType::Application))
                .transpose()?,
            relationship_kind: self.relationship_kind,
            note: self.note,
            referred_at: self.referred_at.map(|at| at.0),
            records: keys(self.external_records),
        })
    }
}

/// Changes to a referral. An omitted field is left as it is; null clears it.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct UpdateReferralInput {
    /// The referral.
    by: NodeBy,
    /// The version you read. Given, it is refused with `CONFLICT` if there is a newer one.
    pub(crate) version: Option<i32>,
    /// The application that it led to: one of the referred person, and for the referral's job, if
    /// it names one. Its history is then the referral's, too; null takes that away again.
    application: MaybeUndefined<NodeBy>,
    /// What was said; at most 100,000 characters.
    note: MaybeUndefined<String>,
}

impl UpdateReferralInput {
    /// As the store takes it.
    pub(crate) fn read(self) -> Result<(By, ReferralDetails)> {
        let application = match Option::<Option<NodeBy>>::from(self.application) {
            Some(Some(by)) => Some(Some(by.input(&["application"], IdType::Application)?)),
            Some(None) => Some(None),
            None => None,
        };
        let details = ReferralDetails {
            application,
            note: self.note.into(),
        };
        Ok((self.by.input(&["by"], IdType::Referral)?, details))
    }
}

/// A change of a referral's status.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct ChangeReferralStatusInput {
    /// The referral.
    by: NodeBy,
    /// The version you read. Given, it is refused with `CONFLICT` if there is a newer one.
    pub(crate) version: Option<i32>,
    /// The status: any but the one it had at that time.
    status: ReferralStatus,
    /// When it changed: not before it was told to us, at most 5 minutes ahead. Omitted or null:
    /// now.
    changed_at: Option<DateTime>,
    /// What was said of it; at most 100,000 characters.
    note: Option<String>,
}

impl ChangeReferralStatusInput {
    /// As the store takes it.
    pub(crate) fn read(self) -> Result<(By, StatusChange)> {
        let change = StatusChange {
            status: self.status,
            changed_at: self.changed_at.map(|at| at.0),
            note: self.note,
        };
        Ok((self.by.input(&["by"], IdType::Referral)?, change))
    }
}

/// Thanks to a referrer.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct AcknowledgeReferralInput {
    /// The referral.
    pub(crate) by: NodeBy,
    /// The version you read. Given, it is refused with `CONFLICT` if there is a newer one.
    pub(crate) version: Option<i32>,
    /// When the referrer was thanked: not before the referral, at most 5 minutes ahead. Omitted or
    /// null: now, or the time that is known if they were thanked before.
    pub(crate) acknowledged_at: Option<DateTime>,
}

/// News of the outcome to a referrer.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct CloseReferralLoopInput {
    /// The referral. It must be concluded.
    pub(crate) by: NodeBy,
    /// The version you read. Given, it is refused with `CONFLICT` if there is a newer one.
    pub(crate) version: Option<i32>,
    /// When the referrer was told: not before the outcome, at most 5 minutes ahead. Omitted or
    /// null: now, or the time that is known if they were told before.
    pub(crate) loop_closed_at: Option<DateTime>,
}

/// What a referrer is paid. An omitted field is left as it is; null clears it.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct SetReferralRewardInput {
    /// The referral.
    by: NodeBy,
    /// The version you read. Given, it is refused with `CONFLICT` if there is a newer one.
    pub(crate) version: Option<i32>,
    /// The amount in units of the currency: a decimal number as text, such as `1250.50`; at most 12
    /// digits, then at most 4 after a point. Without an amount there is no reward, so clear the
    /// other fields with it.
    amount: MaybeUndefined<String>,
    /// The currency's code of three capitals (ISO 4217), such as `EUR`: needed beside an amount.
    currency: MaybeUndefined<String>,
    /// The day on which it is due.
    due_on: MaybeUndefined<Date>,
    /// The day on which it was paid: not to come.
    paid_on: MaybeUndefined<Date>,
}

impl SetReferralRewardInput {
    /// As the store takes it.
    pub(crate) fn read(self) -> Result<(By, RewardDetails)> {
        let day = |given: MaybeUndefined<Date>| {
            Option::<Option<Date>>::from(given).map(|day| day.map(|day| day.0))
        };
        let details = RewardDetails {
            amount: self.amount.into(),
            currency: self.currency.into(),
            due_on: day(self.due_on),
            paid_on: day(self.paid_on),
        };
        Ok((self.by.input(&["by"], IdType::Referral)?, details))
    }
}
