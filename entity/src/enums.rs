//! Every word with a fixed list, once, for the database, the rules and the API. The comments here
//! are also the API's reference.

use async_graphql::Enum;
use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// Declares one word list: stored as text, spelled alike in the API.
macro_rules! words {
    ($(#[$about:meta])* $name:ident { $($(#[$meaning:meta])* $value:ident = $text:literal,)+ }) => {
        $(#[$about])*
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord,
            EnumIter, DeriveActiveEnum, Enum, Serialize, Deserialize,
        )]
        #[sea_orm(rs_type = "String", db_type = "Text")]
        pub enum $name {
            $(
                $(#[$meaning])*
                #[sea_orm(string_value = $text)]
                #[serde(rename = $text)]
                #[graphql(name = $text)]
                $value,
            )+
        }
    };
}

words! {
    /// The medium of an interaction.
    Channel {
        /// An e-mail, either way.
        Email = "EMAIL",
        /// A telephone call.
        Call = "CALL",
        /// A call with pictures.
        VideoCall = "VIDEO_CALL",
        /// An SMS or similar to a telephone number.
        TextMessage = "TEXT_MESSAGE",
        /// A message in a chat application.
        Chat = "CHAT",
        /// A message on a social network.
        SocialMessage = "SOCIAL_MESSAGE",
        /// A meeting in person.
        Meeting = "MEETING",
        /// A lunch, a dinner, a coffee together.
        Meal = "MEAL",
        /// A meet-up, a fair, a conference.
        Event = "EVENT",
        /// A job interview.
        Interview = "INTERVIEW",
        /// A letter on paper.
        Letter = "LETTER",
        /// A note to ourselves; nobody outside is reached by it.
        Note = "NOTE",
    }
}

words! {
    /// Who spoke to whom.
    Direction {
        /// From the person to us.
        Inbound = "INBOUND",
        /// From us to the person.
        Outbound = "OUTBOUND",
        /// Both ways at once, as in a conversation.
        Mutual = "MUTUAL",
        /// Among ourselves.
        Internal = "INTERNAL",
    }
}

words! {
    /// Whether an attempt reached the person.
    InteractionOutcome {
        /// The person was reached.
        Reached = "REACHED",
        /// A message was left where the person will find it; this counts as a touch.
        LeftMessage = "LEFT_MESSAGE",
        /// Nobody answered; an attempt, not a touch.
        NoAnswer = "NO_ANSWER",
        /// The message came back undelivered; an attempt, not a touch.
        Bounced = "BOUNCED",
    }
}

words! {
    /// Who may see an interaction.
    Visibility {
        /// Every recruiter of the tenant.
        Team = "TEAM",
        /// Its author and administrators only, in every list, count and figure.
        Private = "PRIVATE",
    }
}

words! {
    /// A role in which a person stands to us. One person may wear both hats and keeps one history.
    Hat {
        /// Somebody we place or might place.
        Candidate = "CANDIDATE",
        /// A hiring manager, an HR leader or another person at a client.
        Contact = "CONTACT",
    }
}

words! {
    /// Which touches start a person's cadence anew.
    CadenceReset {
        /// Any touch, theirs included.
        AnyTouch = "ANY_TOUCH",
        /// A touch by us: OUTBOUND or MUTUAL. The default.
        Outreach = "OUTREACH",
        /// Only what was spoken or in person: call, video call, meeting, meal, event, interview.
        Spoken = "SPOKEN",
    }
}

words! {
    /// Who is expected to speak next.
    Turn {
        /// The person spoke last and waits for us.
        Ours = "OURS",
        /// We spoke last and wait for the person.
        Theirs = "THEIRS",
        /// Nobody waits.
        Nobodys = "NOBODYS",
    }
}

words! {
    /// The kind of address at which a person can be reached.
    ContactPointKind {
        /// An e-mail address.
        Email = "EMAIL",
        /// A telephone number.
        Phone = "PHONE",
        /// The address of a profile or a page on the web.
        Link = "LINK",
    }
}

words! {
    /// The kind of word attached to a person.
    LabelKind {
        /// A tag of the team's own choosing.
        Tag = "TAG",
        /// A community the person belongs to.
        Community = "COMMUNITY",
    }
}

words! {
    /// Whether a job can still be filled.
    JobStatus {
        /// Candidates are sought.
        Open = "OPEN",
        /// Paused, and may open again.
        OnHold = "ON_HOLD",
        /// Filled by somebody.
        Filled = "FILLED",
        /// Given up without a hire.
        Cancelled = "CANCELLED",
    }
}

words! {
    /// A step that means the same in every hiring process, whatever its stages are called.
    Milestone {
        /// The person was put forward to the employer.
        Submitted = "SUBMITTED",
        /// The employer is meeting the person.
        Interviewing = "INTERVIEWING",
        /// The employer made an offer.
        Offered = "OFFERED",
    }
}

words! {
    /// How an application ended.
    ApplicationOutcome {
        /// The person was hired.
        Hired = "HIRED",
        /// The employer chose otherwise.
        NotSelected = "NOT_SELECTED",
        /// The person refused an offer or the job.
        Declined = "DECLINED",
        /// The person left the process.
        Withdrawn = "WITHDRAWN",
    }
}

words! {
    /// How far a referral has come.
    ReferralStatus {
        /// We were told of the person.
        Received = "RECEIVED",
        /// We have spoken to the person.
        Contacted = "CONTACTED",
        /// The person was put forward to the employer.
        Submitted = "SUBMITTED",
        /// The employer is meeting the person.
        Interviewing = "INTERVIEWING",
        /// The person was hired.
        Hired = "HIRED",
        /// The employer chose otherwise.
        NotSelected = "NOT_SELECTED",
        /// The person was not interested.
        Declined = "DECLINED",
        /// The person, or the referrer for them, stepped back.
        Withdrawn = "WITHDRAWN",
    }
}

words! {
    /// What somebody promised to do.
    PromiseKind {
        /// To answer.
        Reply = "REPLY",
        /// To call back.
        CallBack = "CALL_BACK",
        /// To send the résumé to a client.
        SubmitToClient = "SUBMIT_TO_CLIENT",
        /// To tell how it ended, either way.
        ShareOutcome = "SHARE_OUTCOME",
        /// To bring two people together.
        Introduce = "INTRODUCE",
        /// To meet.
        Meet = "MEET",
        /// Anything else; the words say what.
        Other = "OTHER",
    }
}

words! {
    /// What became of a promise.
    PromiseState {
        /// Not done yet; past its due time it is overdue.
        Open = "OPEN",
        /// Done when it was due, or before.
        Kept = "KEPT",
        /// Done, after it was due.
        KeptLate = "KEPT_LATE",
        /// Not done, and we said so.
        Broken = "BROKEN",
        /// The person released us from it.
        Withdrawn = "WITHDRAWN",
    }
}

words! {
    /// In which of their roles a person tells how it was to work with us.
    FeedbackSide {
        /// As a candidate.
        Candidate = "CANDIDATE",
        /// As a client.
        Client = "CLIENT",
    }
}

words! {
    /// Why a person stands on the agenda.
    AgendaReasonKind {
        /// A promise to them is past its due time.
        PromiseOverdue = "PROMISE_OVERDUE",
        /// They wrote, and have waited for an answer longer than the reply target.
        ReplyLate = "REPLY_LATE",
        /// They gave 0 to 6 of 10 in the last 30 days, and nobody has reached out to them since.
        LowFeedback = "LOW_FEEDBACK",
        /// There was news of an application of theirs, or an interview, and nobody has reached out
        /// to them since, for longer than the silence limit.
        OutcomeNotShared = "OUTCOME_NOT_SHARED",
        /// A referral of theirs came to its end, and they do not know how.
        ReferralLoopOpen = "REFERRAL_LOOP_OPEN",
        /// A promise to them falls due within a day.
        PromiseDue = "PROMISE_DUE",
        /// They referred somebody, and were not thanked in the days in which they should be.
        ReferrerNotThanked = "REFERRER_NOT_THANKED",
        /// Their next touch is due.
        TouchDue = "TOUCH_DUE",
    }
}

words! {
    /// A day of the week.
    Weekday {
        /// Monday.
        Monday = "MONDAY",
        /// Tuesday.
        Tuesday = "TUESDAY",
        /// Wednesday.
        Wednesday = "WEDNESDAY",
        /// Thursday.
        Thursday = "THURSDAY",
        /// Friday.
        Friday = "FRIDAY",
        /// Saturday.
        Saturday = "SATURDAY",
        /// Sunday.
        Sunday = "SUNDAY",
    }
}

words! {
    /// Why a person counts as left hanging.
    HangingReason {
        /// They have waited for our reply longer than the tenant's target.
        ReplyLate = "REPLY_LATE",
        /// A promise to them is open and past its due time.
        PromiseOverdue = "PROMISE_OVERDUE",
        /// An application of theirs changed or ended, or an interview was held, longer ago than the
        /// tenant's silence limit, and no touch by us followed.
        OutcomeNotShared = "OUTCOME_NOT_SHARED",
    }
}

words! {
    /// What happened to a node.
    ChangeKind {
        /// The node was made.
        Created = "CREATED",
        /// Fields of the node were changed.
        Updated = "UPDATED",
        /// The node was removed.
        Removed = "REMOVED",
        /// The person was found to be another one, whose node `mergedInto` is: from now on the id
        /// of the one leads to the other, who has all that was theirs. What points at the person
        /// points at the survivor by now, and has no change of its own for that.
        Merged = "MERGED",
        /// A merge was undone, and the node is there again: the person with what was theirs, or a
        /// relationship or referral that the merge had taken away.
        Unmerged = "UNMERGED",
    }
}

words! {
    /// The kinds of things that have an id.
    NodeKind {
        /// A person, under either hat.
        Person = "PERSON",
        /// A company.
        Company = "COMPANY",
        /// A job.
        Job = "JOB",
        /// An application.
        Application = "APPLICATION",
        /// An interaction.
        Interaction = "INTERACTION",
        /// A relationship between two people.
        Relationship = "RELATIONSHIP",
        /// A referral.
        Referral = "REFERRAL",
        /// A recruiter.
        Recruiter = "RECRUITER",
        /// A promise.
        Promise = "PROMISE",
        /// Feedback.
        Feedback = "FEEDBACK",
        /// The tenant's settings.
        Settings = "SETTINGS",
    }
}

words! {
    /// What speaks for it that two people, or two records of other systems, are one person; the
    /// strongest first.
    MatchEvidence {
        /// The same `LinkedIn` profile, by names that do not contradict each other.
        LinkedIn = "LINKEDIN",
        /// The same e-mail address, and the same name.
        EmailAndName = "EMAIL_AND_NAME",
        /// The same `LinkedIn` profile, but names that have nothing in common.
        LinkedInOtherName = "LINKEDIN_OTHER_NAME",
        /// The same e-mail address, but another name.
        EmailOtherName = "EMAIL_OTHER_NAME",
        /// Two e-mail addresses of one mailbox: they differ by what follows a plus, or, at Gmail, by
        /// dots.
        SimilarEmail = "SIMILAR_EMAIL",
        /// The same telephone number, and the same name.
        PhoneAndName = "PHONE_AND_NAME",
    }
}

words! {
    /// What became of a suggestion that two people are one.
    MatchState {
        /// Nobody has decided it yet.
        Open = "OPEN",
        /// Somebody said that they are two. It is never suggested again, nor are they made one by a
        /// sync.
        Dismissed = "DISMISSED",
    }
}
