//! What a caller may say of an interaction, checked and put into its row.

use chrono::{DateTime, Utc};
use entity::{
    enums::{Channel, Direction, InteractionOutcome, NodeKind, Visibility},
    interaction::Model,
    job,
};

use crate::{
    error::{RefusalKind, Result},
    rules::{interaction, text},
    store::{
        Writer,
        check::Check,
        person::PersonBy,
        promise::PromiseInInteraction,
        record::{By, ExternalKey},
    },
};

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

impl Writer {
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
    pub(super) async fn apply_interaction(
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
}
