//! The facts that speak for open promises having been kept, read for all of them at once.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entity::{
    enums::{ApplicationOutcome, Channel, Milestone, PromiseKind, PromiseState},
    promise::Model,
};
use sea_orm::{ConnectionTrait, DbBackend, FromQueryResult, Statement, Value};
use uuid::Uuid;

use crate::{
    error::Result,
    rules::promise::{self, Evidence, Outreach, Step},
    store::{Store, sql},
};

/// Our touches to the person since each promise was made, but for the one in which it was made:
/// the earliest hundred, for what keeps a promise does not come after that many others.
const OUTREACH: &str = "\
SELECT promise_id, interaction_id, channel, occurred_at, with_others
FROM (
    SELECT promise.id AS promise_id, link.interaction_id, talk.channel, link.occurred_at,
        promise.kind = 'INTRODUCE' AND EXISTS (
            SELECT 1 FROM interaction_person AS other
            WHERE other.tenant_id = link.tenant_id
                AND other.interaction_id = link.interaction_id
                AND other.person_id <> link.person_id
        ) AS with_others,
        row_number() OVER (
            PARTITION BY promise.id ORDER BY link.occurred_at, link.interaction_id
        ) AS place
    FROM promise
    JOIN interaction_person AS link ON link.tenant_id = promise.tenant_id
        AND link.person_id = promise.person_id AND link.occurred_at > promise.made_at
    JOIN interaction AS talk ON talk.tenant_id = link.tenant_id AND talk.id = link.interaction_id
    WHERE promise.tenant_id = $2 AND {ids} AND promise.kind <> 'SUBMIT_TO_CLIENT'
        AND (promise.made_in_id IS NULL OR promise.made_in_id <> talk.id)
        AND talk.direction IN ('OUTBOUND', 'MUTUAL')
        AND talk.outcome IN ('REACHED', 'LEFT_MESSAGE')
        AND NOT talk.automated AND talk.visibility = 'TEAM'
) AS outreach
WHERE place <= 100";

/// The dated steps of the applications that each promise is about: the one it names, else the
/// person's, for the job it names if it names one.
const STEPS: &str = "\
SELECT promise.id AS promise_id, step.application_id, step.changed_at, step.stage, step.milestone,
    step.outcome,
    row_number() OVER (
        PARTITION BY promise.id, step.application_id ORDER BY step.changed_at, step.id
    ) AS place
FROM promise
JOIN application ON application.tenant_id = promise.tenant_id AND (
    application.id = promise.application_id
    OR promise.application_id IS NULL AND application.person_id = promise.person_id
        AND (promise.job_id IS NULL OR application.job_id = promise.job_id)
)
JOIN application_change AS step ON step.tenant_id = application.tenant_id
    AND step.application_id = application.id
WHERE promise.tenant_id = $2 AND {ids} AND promise.kind IN ('SUBMIT_TO_CLIENT', 'SHARE_OUTCOME')";

#[derive(FromQueryResult)]
struct OutreachRow {
    promise_id: Uuid,
    interaction_id: Uuid,
    channel: Channel,
    occurred_at: DateTime<Utc>,
    with_others: bool,
}

#[derive(FromQueryResult)]
struct StepRow {
    promise_id: Uuid,
    application_id: Uuid,
    changed_at: DateTime<Utc>,
    stage: Option<String>,
    milestone: Option<Milestone>,
    outcome: Option<ApplicationOutcome>,
    place: i64,
}

impl Store {
    /// The facts that speak for each of these promises having been kept. One that is closed needs
    /// none. What is private speaks for nothing: the promise is the team's.
    pub async fn promise_evidence(&self, ids: &[Uuid]) -> Result<HashMap<Uuid, Vec<Evidence>>> {
        let mut open = self.promises(ids).await?;
        open.retain(|_, promise| promise.state == PromiseState::Open);
        self.evidence_of(&open.into_values().collect::<Vec<_>>())
            .await
    }

    /// The same for rows at hand, whatever became of the promises.
    pub(super) async fn evidence_of(
        &self,
        promises: &[Model],
    ) -> Result<HashMap<Uuid, Vec<Evidence>>> {
        let mut outreach = self.outreach_since(promises).await?;
        let mut steps = self.steps_concerned(promises).await?;
        let found = |promise: &Model| {
            let outreach = outreach.remove(&promise.id).unwrap_or_default();
            let steps = steps.remove(&promise.id).unwrap_or_default();
            let found = promise::evidence(promise.kind, promise.made_at, &outreach, &steps);
            (promise.id, found)
        };
        Ok(promises.iter().map(found).collect())
    }

    async fn outreach_since(&self, promises: &[Model]) -> Result<HashMap<Uuid, Vec<Outreach>>> {
        let is_concerned = |kind| kind != PromiseKind::SubmitToClient;
        let Some(statement) = self.about(promises, is_concerned, OUTREACH) else {
            return Ok(HashMap::new());
        };
        let mut found: HashMap<Uuid, Vec<Outreach>> = HashMap::new();
        for row in self.conn.query_all_raw(statement).await? {
            let row = OutreachRow::from_query_result(&row, "")?;
            found.entry(row.promise_id).or_default().push(Outreach {
                interaction: row.interaction_id,
                at: row.occurred_at,
                channel: row.channel,
                with_others: row.with_others,
            });
        }
        Ok(found)
    }

    async fn steps_concerned(&self, promises: &[Model]) -> Result<HashMap<Uuid, Vec<Step>>> {
        let is_concerned = |kind| {
            matches!(
                kind,
                PromiseKind::SubmitToClient | PromiseKind::ShareOutcome
            )
        };
        let Some(statement) = self.about(promises, is_concerned, STEPS) else {
            return Ok(HashMap::new());
        };
        let mut found: HashMap<Uuid, Vec<Step>> = HashMap::new();
        for row in self.conn.query_all_raw(statement).await? {
            let row = StepRow::from_query_result(&row, "")?;
            found.entry(row.promise_id).or_default().push(Step {
                application: row.application_id,
                at: row.changed_at,
                stage: row.stage,
                milestone: row.milestone,
                outcome: row.outcome,
                is_first: row.place == 1,
            });
        }
        Ok(found)
    }

    /// The statement about the promises of those kinds; none if there is none of them.
    fn about(
        &self,
        promises: &[Model],
        is_concerned: impl Fn(PromiseKind) -> bool,
        text: &str,
    ) -> Option<Statement> {
        let concerned = promises.iter().filter(|promise| is_concerned(promise.kind));
        let ids: Vec<_> = concerned.map(|promise| promise.id).collect();
        if ids.is_empty() {
            return None;
        }
        let (is_one, ids): (_, Value) = match self.backend() {
            DbBackend::Postgres => ("promise.id = ANY($1)", sql::uuid_array(&ids)),
            _ => (
                "promise.id IN (SELECT unhex(value) FROM json_each($1))",
                sql::hex_list(&ids).into(),
            ),
        };
        let text = text.replace("{ids}", is_one);
        let values = [ids, self.tenant().into()];
        Some(Statement::from_sql_and_values(self.backend(), text, values))
    }
}
