//! States put straight into the tables, such as histories would leave them.

use chrono::{DateTime, TimeDelta, Utc};
use entity::{
    application, application_change,
    enums::{CadenceReset, FeedbackSide, JobStatus, PromiseKind, PromiseState, ReferralStatus},
    feedback, job, person, promise, recruiter, referral, snooze,
};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};
use uuid::Uuid;

use crate::support::App;

/// A tenant's tables.
pub(super) struct State<'a> {
    app: &'a App,
    pub(super) tenant: Uuid,
    pub(super) now: DateTime<Utc>,
}

impl<'a> State<'a> {
    /// The tables of the app's tenant, which must have appeared.
    pub(super) async fn of(app: &'a App) -> Self {
        Self::of_tenant(app, &app.tenant).await
    }

    /// The tables of a tenant, which must have appeared.
    #[expect(clippy::disallowed_methods, reason = "there is no store here")]
    pub(super) async fn of_tenant(app: &'a App, name: &str) -> Self {
        let tenant = entity::tenant::Entity::find()
            .filter(entity::tenant::Column::Name.eq(name))
            .one(app.database.writer())
            .await
            .unwrap();
        Self {
            app,
            tenant: tenant.unwrap().id,
            now: app.now(),
        }
    }

    /// The recruiter with this subject, who must have appeared.
    #[expect(clippy::disallowed_methods, reason = "there is no store here")]
    pub(super) async fn recruiter(&self, subject: &str) -> Uuid {
        let row = recruiter::Entity::find()
            .filter(recruiter::Column::TenantId.eq(self.tenant))
            .filter(recruiter::Column::Subject.eq(subject))
            .one(self.app.database.writer())
            .await
            .unwrap();
        row.unwrap().id
    }

    /// Puts a row into its table.
    pub(super) async fn put<M>(&self, row: &M)
    where
        M: Clone + sea_orm::ModelTrait + IntoActiveModel<<M::Entity as EntityTrait>::ActiveModel>,
        <M::Entity as EntityTrait>::ActiveModel: Send,
    {
        let row = row.clone().into_active_model().reset_all();
        M::Entity::insert(row)
            .exec_without_returning(self.app.database.writer())
            .await
            .unwrap();
    }

    /// The fields told by each event of a person.
    #[expect(clippy::disallowed_methods, reason = "there is no store here")]
    pub(super) async fn events_of_people(&self) -> Vec<serde_json::Value> {
        let events = entity::event::Entity::find()
            .filter(entity::event::Column::TenantId.eq(self.tenant))
            .filter(entity::event::Column::NodeKind.eq(entity::enums::NodeKind::Person))
            .all(self.app.database.writer())
            .await
            .unwrap();
        events.into_iter().map(|event| event.fields).collect()
    }

    pub(super) fn days(&self, days: i64) -> DateTime<Utc> {
        self.now + TimeDelta::days(days)
    }

    pub(super) fn hours(&self, hours: i64) -> DateTime<Utc> {
        self.now + TimeDelta::hours(hours)
    }

    /// A candidate of whom nothing is known.
    pub(super) fn person(&self, name: &str, keeper: Option<Uuid>) -> person::Model {
        person::Model {
            tenant_id: self.tenant,
            id: Uuid::now_v7(),
            is_candidate: true,
            is_contact: false,
            name: name.to_owned(),
            name_key: name.to_lowercase(),
            given_name: None,
            family_name: None,
            headline: None,
            city: None,
            city_key: None,
            region: None,
            country: None,
            owner_id: keeper,
            do_not_contact: false,
            do_not_contact_reason: None,
            do_not_contact_since: None,
            cadence_days: None,
            cadence_reset: CadenceReset::Outreach,
            scheduled_touch_at: None,
            scheduled_touch_set_at: None,
            last_touch_at: None,
            last_inbound_at: None,
            last_outbound_at: None,
            awaiting_reply_since: None,
            waiting_on_them_since: None,
            next_touch_at: None,
            news_owed_since: None,
            promise_due_at: None,
            keeper_id: keeper,
            past_depth: 0,
            version: 1,
            created_at: self.days(-100),
            updated_at: self.days(-100),
        }
    }

    /// A promise that is open.
    pub(super) fn promise(
        &self,
        person: &person::Model,
        recruiter: Uuid,
        due_at: DateTime<Utc>,
    ) -> promise::Model {
        promise::Model {
            tenant_id: self.tenant,
            id: Uuid::now_v7(),
            person_id: person.id,
            recruiter_id: recruiter,
            kind: PromiseKind::SubmitToClient,
            words: None,
            made_at: self.days(-20),
            due_at,
            state: PromiseState::Open,
            closed_at: None,
            closing_note: None,
            job_id: None,
            application_id: None,
            made_in_id: None,
            kept_by_id: None,
            version: 1,
            created_at: self.days(-20),
            updated_at: self.days(-20),
        }
    }

    /// A referral of the second person by the first.
    pub(super) fn referral(
        &self,
        people: (&person::Model, &person::Model),
        recruiter: Uuid,
        referred_at: DateTime<Utc>,
    ) -> referral::Model {
        referral::Model {
            tenant_id: self.tenant,
            id: Uuid::now_v7(),
            referrer_id: people.0.id,
            referred_id: people.1.id,
            job_id: None,
            application_id: None,
            recruiter_id: recruiter,
            relationship_kind: None,
            note: None,
            status: ReferralStatus::Received,
            status_changed_at: referred_at,
            referred_at,
            acknowledged_at: None,
            loop_closed_at: None,
            reward_amount: None,
            reward_currency: None,
            reward_due_on: None,
            reward_paid_on: None,
            is_repeat: false,
            version: 1,
            created_at: referred_at,
            updated_at: referred_at,
        }
    }

    /// A score.
    pub(super) fn feedback(
        &self,
        person: &person::Model,
        author: Uuid,
        (score, given_at): (i32, DateTime<Utc>),
    ) -> feedback::Model {
        feedback::Model {
            tenant_id: self.tenant,
            id: Uuid::now_v7(),
            person_id: person.id,
            side: FeedbackSide::Candidate,
            score,
            words: None,
            given_at,
            recruiter_id: None,
            job_id: None,
            interaction_id: None,
            author_id: author,
            version: 1,
            created_at: given_at,
            updated_at: given_at,
        }
    }

    /// A snooze that was asked for yesterday.
    pub(super) fn snooze(
        &self,
        recruiter: Uuid,
        person: &person::Model,
        until_at: DateTime<Utc>,
    ) -> snooze::Model {
        snooze::Model {
            tenant_id: self.tenant,
            recruiter_id: recruiter,
            person_id: person.id,
            until_at,
            reason: None,
            snoozed_at: self.days(-1),
        }
    }

    /// A job that is open.
    pub(super) fn job(&self, title: &str) -> job::Model {
        job::Model {
            tenant_id: self.tenant,
            id: Uuid::now_v7(),
            title: title.to_owned(),
            title_key: title.to_lowercase(),
            status: JobStatus::Open,
            company_id: None,
            hiring_manager_id: None,
            owner_id: None,
            city: None,
            region: None,
            country: None,
            opened_on: None,
            closed_on: None,
            version: 1,
            created_at: self.days(-100),
            updated_at: self.days(-100),
        }
    }

    /// An application that runs.
    pub(super) fn application(
        &self,
        person: &person::Model,
        job: &job::Model,
        applied_at: DateTime<Utc>,
    ) -> application::Model {
        application::Model {
            tenant_id: self.tenant,
            id: Uuid::now_v7(),
            person_id: person.id,
            job_id: job.id,
            stage: None,
            milestone: None,
            outcome: None,
            source: None,
            credited_to_name: None,
            applied_at,
            stage_changed_at: applied_at,
            concluded_at: None,
            version: 1,
            created_at: applied_at,
            updated_at: applied_at,
        }
    }

    /// A step of an application.
    pub(super) fn application_change(
        &self,
        application: &application::Model,
        recruiter: Uuid,
        changed_at: DateTime<Utc>,
    ) -> application_change::Model {
        application_change::Model {
            tenant_id: self.tenant,
            id: Uuid::now_v7(),
            application_id: application.id,
            stage: None,
            milestone: None,
            outcome: None,
            reopened: false,
            is_dated: true,
            changed_at,
            recruiter_id: recruiter,
            note: None,
        }
    }
}
