//! What a referrer is paid.

use chrono::NaiveDate;
use entity::referral::Model;
use uuid::Uuid;

use crate::{
    error::Result,
    rules::{referral, relationship},
    store::{Writer, check::Check, record::By},
};

/// What is said of a reward. `None` says nothing; `Some(None)` clears what is stored.
#[derive(Clone, Debug, Default)]
pub struct RewardDetails {
    /// A decimal text.
    pub amount: Option<Option<String>>,
    /// ISO 4217.
    pub currency: Option<Option<String>>,
    /// When it is due.
    pub due_on: Option<Option<NaiveDate>>,
    /// When it was paid.
    pub paid_on: Option<Option<NaiveDate>>,
}

impl Writer {
    /// Changes what the referrer is paid.
    pub async fn set_referral_reward(
        &self,
        by: &By,
        said: &RewardDetails,
        version: Option<i32>,
    ) -> Result<Uuid> {
        let old = self.referral_for_change(by, version).await?;
        let said_of = said.clone();
        let new = Model {
            reward_amount: said_of.amount.unwrap_or_else(|| old.reward_amount.clone()),
            reward_currency: said_of
                .currency
                .unwrap_or_else(|| old.reward_currency.clone()),
            reward_due_on: said_of.due_on.unwrap_or(old.reward_due_on),
            reward_paid_on: said_of.paid_on.unwrap_or(old.reward_paid_on),
            ..old.clone()
        };
        let mut check = Check::default();
        if let Some(amount) = &new.reward_amount {
            check.keep(&["amount"], referral::check_amount(amount));
        }
        if let Some(currency) = &new.reward_currency {
            check.keep(&["currency"], referral::check_currency(currency));
        }
        match (&new.reward_amount, &new.reward_currency) {
            (Some(_), None) => check.invalid(&["currency"], "is missing beside the amount"),
            (None, Some(_)) => check.invalid(&["amount"], "is missing beside the currency"),
            _ => {}
        }
        if new.reward_amount.is_none() {
            for (field, day) in [("dueOn", new.reward_due_on), ("paidOn", new.reward_paid_on)] {
                if day.is_some() {
                    check.invalid(&[field], "needs an amount beside it");
                }
            }
        }
        if let Some(Some(paid_on)) = said.paid_on {
            let today = self.now().date_naive();
            check.keep(&["paidOn"], relationship::check_past_day(paid_on, today));
        }
        check.finish()?;
        self.store_referral(&old, new, &[]).await
    }
}
