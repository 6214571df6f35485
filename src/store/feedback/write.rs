//! Writes to feedback. Each leaves one event, and none when it changed nothing.

use chrono::{DateTime, Utc};
use entity::{
    enums::{ChangeKind, FeedbackSide, NodeKind},
    feedback::{Column, Entity, Model},
    job, person, recruiter,
};
use sea_orm::{ColumnTrait, QueryFilter, sea_query::Expr};
use uuid::Uuid;

use crate::{
    error::{Error, Refusal, RefusalKind, Result},
    rules::{feedback, interaction, text},
    store::{
        Writer,
        check::Check,
        person::PersonBy,
        record::{By, ExternalKey},
    },
};

/// Feedback to record.
#[derive(Clone, Debug)]
pub struct NewFeedback {
    /// Who gave it.
    pub person: PersonBy,
    /// The score.
    pub score: i32,
    /// The rest of what is said of it.
    pub details: FeedbackDetails,
    /// Its names in other systems.
    pub records: Vec<ExternalKey>,
}

/// What is said of feedback. `None` says nothing; `Some(None)` clears what is stored.
#[derive(Clone, Debug, Default)]
pub struct FeedbackDetails {
    /// In which role they spoke; by their only hat, if nothing is said.
    pub side: Option<FeedbackSide>,
    /// The score.
    pub score: Option<i32>,
    /// What they said.
    pub words: Option<Option<String>>,
    /// When they gave it; now, if nothing is said.
    pub given_at: Option<DateTime<Utc>>,
    /// The recruiter it is about.
    pub recruiter: Option<Option<By>>,
    /// The job it is about.
    pub job: Option<Option<By>>,
    /// The interaction it is about: one that the viewer may see.
    pub interaction: Option<Option<By>>,
}

impl Writer {
    /// Records what a person said of working with us.
    pub async fn record_feedback(&self, new: &NewFeedback) -> Result<Uuid> {
        let named = [(vec!["person".to_owned()], &new.person)];
        let (_, people) = self.resolve_rows(&named).await?;
        let person = people.first().ok_or(Error::Unavailable)?;
        let side = new.details.side;
        let side = side.or(feedback::only_side(person.is_candidate, person.is_contact));
        let blank = self.blank_feedback(person, side, new.score);
        let row = self.apply_feedback(&new.details, blank, side).await?;
        let id = row.id;
        self.insert(row).await?;
        self.link_all(NodeKind::Feedback, id, &new.records, &["externalRecords"])
            .await?;
        self.record(ChangeKind::Created, NodeKind::Feedback, id, &[])
            .await?;
        Ok(id)
    }

    /// Changes what is said of feedback.
    pub async fn update_feedback(
        &self,
        by: &By,
        said: &FeedbackDetails,
        version: Option<i32>,
    ) -> Result<Uuid> {
        let old = self.feedback_for_change(by, version).await?;
        let mut new = self
            .apply_feedback(said, old.clone(), Some(old.side))
            .await?;
        let fields = Self::changed_fields(&old, &new);
        if fields.is_empty() {
            return Ok(old.id);
        }
        new.version += 1;
        new.updated_at = self.now();
        self.save(&old, &new, Column::Id.eq(new.id).into()).await?;
        let fields: Vec<_> = fields.iter().map(String::as_str).collect();
        self.record(ChangeKind::Updated, NodeKind::Feedback, new.id, &fields)
            .await?;
        Ok(new.id)
    }

    /// Removes feedback.
    pub async fn remove_feedback(&self, by: &By, version: Option<i32>) -> Result<Uuid> {
        let row = self.feedback_for_change(by, version).await?;
        self.delete::<Entity>(Column::Id.eq(row.id).into()).await?;
        self.record(ChangeKind::Removed, NodeKind::Feedback, row.id, &[])
            .await?;
        Ok(row.id)
    }

    /// Feedback about an interaction that is about to be removed stays, about none.
    pub(in crate::store) async fn part_feedback_from(&self, interaction: Uuid) -> Result<()> {
        let about = self
            .find::<Entity>()
            .filter(Column::InteractionId.eq(interaction));
        for row in about.all(&self.conn).await? {
            let change = self
                .update::<Entity>()
                .col_expr(Column::InteractionId, Expr::val(None::<Uuid>))
                .col_expr(Column::Version, Expr::val(row.version + 1))
                .col_expr(Column::UpdatedAt, Expr::val(self.now()))
                .filter(Column::Id.eq(row.id));
            change.exec(&self.conn).await?;
            let fields = ["interaction"];
            self.record(ChangeKind::Updated, NodeKind::Feedback, row.id, &fields)
                .await?;
        }
        Ok(())
    }

    fn blank_feedback(
        &self,
        person: &person::Model,
        side: Option<FeedbackSide>,
        score: i32,
    ) -> Model {
        let now = self.now();
        Model {
            tenant_id: self.tenant(),
            id: self.new_id(),
            person_id: person.id,
            side: side.unwrap_or(FeedbackSide::Candidate),
            score,
            words: None,
            given_at: now,
            recruiter_id: None,
            job_id: None,
            interaction_id: None,
            author_id: self.viewer().recruiter_id,
            version: 1,
            created_at: now,
            updated_at: now,
        }
    }

    /// Puts what is said into the row. `side` is none where it must be said and was not.
    async fn apply_feedback(
        &self,
        said: &FeedbackDetails,
        mut row: Model,
        side: Option<FeedbackSide>,
    ) -> Result<Model> {
        let mut check = Check::default();
        row.score = said.score.unwrap_or(row.score);
        check.keep(&["score"], feedback::check_score(row.score));
        match said.side.or(side) {
            Some(side) => row.side = side,
            None => check.invalid(
                &["side"],
                "is needed: the person is a candidate and a contact",
            ),
        }
        if let Some(words) = &said.words {
            row.words = check.text(&["words"], words.as_deref(), text::MAX_BODY);
        }
        if let Some(at) = said.given_at {
            if let Err(message) = interaction::check_past("givenAt", at, self.now()) {
                check.refuse(RefusalKind::Invalid, &["givenAt"], &message);
            }
            row.given_at = at;
        }
        check.finish()?;
        if let Some(by) = &said.recruiter {
            let id = recruiter::Column::Id;
            let found =
                self.named::<recruiter::Entity>(NodeKind::Recruiter, id, "recruiter", by.as_ref());
            row.recruiter_id = found.await?;
        }
        if let Some(by) = &said.job {
            let found =
                self.named::<job::Entity>(NodeKind::Job, job::Column::Id, "job", by.as_ref());
            row.job_id = found.await?;
        }
        if let Some(by) = &said.interaction {
            row.interaction_id = match by {
                Some(by) => Some(self.seen_interaction(by).await?),
                None => None,
            };
        }
        Ok(row)
    }

    /// An interaction that the viewer may see.
    async fn seen_interaction(&self, by: &By) -> Result<Uuid> {
        let id = self.id_by(NodeKind::Interaction, by).await?;
        let id = id.unwrap_or_default();
        let unknown = || Refusal::not_found(&["interaction"], "there is nothing by this name");
        let rows = self.interactions(&[id]).await?;
        Ok(rows.get(&id).ok_or_else(unknown)?.id)
    }

    /// Feedback that the viewer may see, and so may change; locked until the end of the write.
    async fn feedback_for_change(&self, by: &By, version: Option<i32>) -> Result<Model> {
        let id = self
            .resolve_one::<Entity>(NodeKind::Feedback, Column::Id, &["by"], by)
            .await?;
        let row = self.feedback(&[id]).await?.remove(&id);
        let unknown = || Refusal::not_found(&["by"], "there is nothing by this name");
        let row = row.ok_or_else(unknown)?;
        Self::check_version(version, row.version)?;
        Ok(row)
    }
}
