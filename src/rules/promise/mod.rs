//! When a promise is kept, when it is overdue, how well promises are followed through, and which
//! facts speak for one having been kept.

use chrono::{DateTime, Utc};
use entity::enums::{ApplicationOutcome, Channel, Milestone, PromiseKind, PromiseState};
use uuid::Uuid;

/// The longest words of a promise.
pub const MAX_WORDS: usize = 2_000;
/// The most facts that are shown for one promise: the earliest decide whether it was in time.
pub const MOST_EVIDENCE: usize = 5;

/// What a promise is that was done at `kept_at`: kept up to the moment it was due, late after it.
pub fn kept(kept_at: DateTime<Utc>, due_at: DateTime<Utc>) -> PromiseState {
    if kept_at <= due_at {
        PromiseState::Kept
    } else {
        PromiseState::KeptLate
    }
}

/// Whether a promise was done, in time or not.
pub fn is_kept(state: PromiseState) -> bool {
    matches!(state, PromiseState::Kept | PromiseState::KeptLate)
}

/// Whether a promise should have been done by now and nothing became of it.
pub fn is_overdue(state: PromiseState, due_at: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    state == PromiseState::Open && due_at < now
}

/// Whether what is promised is done with the person themself, so that only an interaction in which
/// they took part can have kept it. A résumé is sent to somebody else.
pub fn is_kept_with_the_person(kind: PromiseKind) -> bool {
    match kind {
        PromiseKind::Reply
        | PromiseKind::CallBack
        | PromiseKind::Meet
        | PromiseKind::ShareOutcome => true,
        PromiseKind::SubmitToClient | PromiseKind::Introduce | PromiseKind::Other => false,
    }
}

/// How promises were followed through. Open ones that are not due yet, and those the person
/// released us from, say nothing of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FollowThrough {
    /// Done when due, or before.
    pub kept: u64,
    /// Done after they were due.
    pub kept_late: u64,
    /// Not done, and we said so.
    pub broken: u64,
    /// Open past their due time.
    pub overdue: u64,
}

impl FollowThrough {
    /// Counts `number` promises of a state; those that are open must be overdue.
    pub fn add(&mut self, state: PromiseState, number: u64) {
        match state {
            PromiseState::Kept => self.kept += number,
            PromiseState::KeptLate => self.kept_late += number,
            PromiseState::Broken => self.broken += number,
            PromiseState::Open => self.overdue += number,
            PromiseState::Withdrawn => {}
        }
    }

    /// `KEPT + KEPT_LATE + BROKEN + overdue`.
    pub fn denominator(&self) -> u64 {
        self.kept + self.kept_late + self.broken + self.overdue
    }

    /// `KEPT / (KEPT + KEPT_LATE + BROKEN + overdue)`; none when nothing has fallen due.
    #[expect(
        clippy::cast_precision_loss,
        reason = "nobody makes 2^52 promises, and a share need not be exact"
    )]
    pub fn ratio(&self) -> Option<f64> {
        let denominator = self.denominator();
        (denominator > 0).then(|| self.kept as f64 / denominator as f64)
    }
}

/// A touch by us to the person, after the promise was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outreach {
    /// The interaction.
    pub interaction: Uuid,
    /// When it happened.
    pub at: DateTime<Utc>,
    /// The medium.
    pub channel: Channel,
    /// Somebody else from outside took part.
    pub with_others: bool,
}

/// A dated step of an application that the promise is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The application.
    pub application: Uuid,
    /// When it came to this.
    pub at: DateTime<Utc>,
    /// The job's own word for it.
    pub stage: Option<String>,
    /// What it means everywhere.
    pub milestone: Option<Milestone>,
    /// How it ended, if it ended with this step.
    pub outcome: Option<ApplicationOutcome>,
    /// It is where the application began.
    pub is_first: bool,
}

/// In which way a fact speaks for a promise having been kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EvidenceKind {
    /// We reached out to the person in the way that was promised.
    Outreach,
    /// An application of the person reached the client.
    Submission,
    /// We reached out to the person after there was news of an application.
    News,
}

/// A fact that speaks for a promise having been kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// In which way.
    pub kind: EvidenceKind,
    /// When it happened: when the promise was kept, if this kept it.
    pub at: DateTime<Utc>,
    /// The interaction, where there is one.
    pub interaction: Option<Uuid>,
    /// The application, where there is one.
    pub application: Option<Uuid>,
    /// The fact in one sentence.
    pub sentence: String,
}

/// The facts that speak for a promise having been kept, the earliest first. What is said here is
/// shown, not decided: only a recruiter knows whether that call was the call.
pub fn evidence(
    kind: PromiseKind,
    made_at: DateTime<Utc>,
    outreach: &[Outreach],
    steps: &[Step],
) -> Vec<Evidence> {
    let outreach = outreach.iter().filter(|touch| touch.at > made_at);
    let mut found: Vec<_> = match kind {
        PromiseKind::SubmitToClient => submissions(made_at, steps),
        PromiseKind::ShareOutcome => outreach
            .filter_map(|touch| Some(told(touch, latest_news(touch.at, made_at, steps)?)))
            .collect(),
        _ => outreach
            .filter(|touch| is_as_promised(kind, touch))
            .map(reached)
            .collect(),
    };
    found.sort_by_key(|fact| (fact.at, fact.interaction, fact.application));
    found.truncate(MOST_EVIDENCE);
    found
}

/// Whether this is the kind of touch that was promised.
fn is_as_promised(kind: PromiseKind, touch: &Outreach) -> bool {
    use Channel::{Call, Event, Interview, Meal, Meeting, VideoCall};
    match kind {
        PromiseKind::CallBack => matches!(touch.channel, Call | VideoCall),
        PromiseKind::Meet => matches!(touch.channel, Meeting | Meal | Event | Interview),
        PromiseKind::Introduce => touch.with_others,
        _ => true,
    }
}

/// Each application that came before the client for the first time after the promise.
fn submissions(made_at: DateTime<Utc>, steps: &[Step]) -> Vec<Evidence> {
    let reaching =
        |step: &&Step| step.milestone.is_some() || step.outcome == Some(ApplicationOutcome::Hired);
    let first_of = |step: &&Step| {
        let mut same = steps.iter().filter(reaching);
        same.all(|other| other.application != step.application || step.at <= other.at)
    };
    let mut found: Vec<Evidence> = Vec::new();
    for step in steps.iter().filter(reaching).filter(first_of) {
        let is_new = found
            .iter()
            .all(|f| f.application != Some(step.application));
        if is_new && step.at >= made_at {
            found.push(Evidence {
                kind: EvidenceKind::Submission,
                at: step.at,
                interaction: None,
                application: Some(step.application),
                sentence: format!("The application came before the client: {}.", name(step)),
            });
        }
    }
    found
}

/// The latest there was to tell at that time: how an application ended, whenever it did, or a step
/// it took after the promise. Where an application begins is no news.
fn latest_news(at: DateTime<Utc>, made_at: DateTime<Utc>, steps: &[Step]) -> Option<&Step> {
    let is_news = |step: &&Step| step.outcome.is_some() || (!step.is_first && step.at >= made_at);
    let known = steps.iter().filter(is_news).filter(|step| step.at <= at);
    known.max_by_key(|step| (step.outcome.is_some(), step.at))
}

fn reached(touch: &Outreach) -> Evidence {
    Evidence {
        kind: EvidenceKind::Outreach,
        at: touch.at,
        interaction: Some(touch.interaction),
        application: None,
        sentence: format!("We reached out to them {}.", through(touch.channel)),
    }
}

fn told(touch: &Outreach, news: &Step) -> Evidence {
    let way = through(touch.channel);
    let what = match news.outcome {
        Some(_) => format!("ended ({})", name(news)),
        None => format!("came to {}", name(news)),
    };
    let on = news.at.format("%Y-%m-%d");
    Evidence {
        kind: EvidenceKind::News,
        at: touch.at,
        interaction: Some(touch.interaction),
        application: Some(news.application),
        sentence: format!("We reached out to them {way} after the application {what} on {on}."),
    }
}

/// What a step is called.
fn name(step: &Step) -> String {
    let common = match (step.outcome, step.milestone) {
        (Some(ApplicationOutcome::Hired), _) => "hired",
        (Some(ApplicationOutcome::NotSelected), _) => "not selected",
        (Some(ApplicationOutcome::Declined), _) => "declined",
        (Some(ApplicationOutcome::Withdrawn), _) => "withdrawn",
        (None, Some(Milestone::Submitted)) => "submitted",
        (None, Some(Milestone::Interviewing)) => "interviewing",
        (None, Some(Milestone::Offered)) => "offered",
        (None, None) => "",
    };
    match (step.stage.as_deref(), common) {
        (None, "") => "another stage".to_owned(),
        (None, common) => common.to_owned(),
        (Some(stage), "") => format!("\u{201c}{stage}\u{201d}"),
        (Some(_), common) if step.outcome.is_some() => common.to_owned(),
        (Some(stage), common) => format!("\u{201c}{stage}\u{201d} ({common})"),
    }
}

fn through(channel: Channel) -> &'static str {
    match channel {
        Channel::Email => "by e-mail",
        Channel::Call => "by telephone",
        Channel::VideoCall => "by video call",
        Channel::TextMessage => "by text message",
        Channel::Chat => "by chat",
        Channel::SocialMessage => "on a social network",
        Channel::Meeting => "in a meeting",
        Channel::Meal => "over a meal",
        Channel::Event => "at an event",
        Channel::Interview => "in an interview",
        Channel::Letter => "by letter",
        Channel::Note => "in a note",
    }
}

#[cfg(test)]
mod tests;
