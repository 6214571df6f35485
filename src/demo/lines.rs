//! What is said: the touchpoints that histories are put together from. `{name}` stands for the
//! person's given name.

use entity::enums::{Channel, Direction, InteractionOutcome};

use crate::rules::interaction::Touchpoint;

/// One kind of touchpoint with its words.
#[derive(Debug)]
pub(super) struct Line {
    pub(super) channel: Channel,
    pub(super) direction: Direction,
    pub(super) outcome: InteractionOutcome,
    pub(super) automated: bool,
    pub(super) subject: Option<&'static str>,
    pub(super) body: &'static str,
}

impl Line {
    /// As the rules see it.
    pub(super) fn at(&self, occurred_at: chrono::DateTime<chrono::Utc>) -> Touchpoint {
        Touchpoint {
            occurred_at,
            channel: self.channel,
            direction: self.direction,
            outcome: self.outcome,
            automated: self.automated,
        }
    }
}

const fn line(
    channel: Channel,
    direction: Direction,
    subject: &'static str,
    body: &'static str,
) -> Line {
    Line {
        channel,
        direction,
        outcome: InteractionOutcome::Reached,
        automated: false,
        subject: Some(subject),
        body,
    }
}

pub(super) const fn ours(channel: Channel, subject: &'static str, body: &'static str) -> Line {
    line(channel, Direction::Outbound, subject, body)
}

pub(super) const fn theirs(channel: Channel, subject: &'static str, body: &'static str) -> Line {
    line(channel, Direction::Inbound, subject, body)
}

pub(super) const fn together(channel: Channel, subject: &'static str, body: &'static str) -> Line {
    line(channel, Direction::Mutual, subject, body)
}

pub(super) const fn note(body: &'static str) -> Line {
    Line {
        subject: None,
        ..line(Channel::Note, Direction::Internal, "", body)
    }
}

const fn attempt(outcome: InteractionOutcome, body: &'static str) -> Line {
    Line {
        outcome,
        subject: None,
        ..line(Channel::Call, Direction::Outbound, "", body)
    }
}

pub(super) static OURS: [Line; 14] = [
    ours(
        Channel::Email,
        "How is the search going?",
        "Hello {name}, two weeks have passed: how is your search going, and has anything changed in what you look for?",
    ),
    ours(
        Channel::Email,
        "A role that made me think of you",
        "Hello {name}, a team I know well is growing. The work is close to what you described over coffee. Shall I send the outline?",
    ),
    ours(
        Channel::Email,
        "Feedback from the client",
        "Hello {name}, they enjoyed the conversation. They want one more person to meet you before they decide; I will call tomorrow.",
    ),
    ours(
        Channel::Email,
        "Your CV went out today",
        "Hello {name}, as promised your CV went to the hiring manager this morning. You will hear from me by Friday either way.",
    ),
    ours(
        Channel::TextMessage,
        "Tomorrow",
        "Hi {name}, good luck tomorrow! Call me when you are out.",
    ),
    ours(
        Channel::TextMessage,
        "Quick question",
        "Hi {name}, is the notice period still the same? The client asks.",
    ),
    ours(
        Channel::SocialMessage,
        "Saw your talk",
        "Hi {name}, I saw the recording of your talk. The part about migrations was very good.",
    ),
    ours(
        Channel::SocialMessage,
        "Hello",
        "Hi {name}, we met at the meet-up last month. May I tell you about a team nearby?",
    ),
    ours(
        Channel::Chat,
        "Salary range",
        "The range is confirmed in writing now, {name}. It is what you asked for.",
    ),
    ours(
        Channel::Email,
        "Interview details",
        "Hello {name}, attached are the address, the names of the three people and how long each talk takes.",
    ),
    ours(
        Channel::Email,
        "Sorry it took so long",
        "Hello {name}, I owed you an answer since last week. The position was put on hold; I did not want you to guess.",
    ),
    ours(
        Channel::Email,
        "Thank you for the introduction",
        "Hello {name}, your friend and I spoke this morning. Thank you for the trust; I will tell you how it goes.",
    ),
    ours(
        Channel::Letter,
        "A card",
        "A handwritten card to {name} for the first day in the new position.",
    ),
    ours(
        Channel::Email,
        "Checking in",
        "Hello {name}, nothing to sell this time. How are the first weeks?",
    ),
];

pub(super) static THEIRS: [Line; 12] = [
    theirs(
        Channel::Email,
        "Re: How is the search going?",
        "Still looking. I had one offer and turned it down because of the commute. {name}",
    ),
    theirs(
        Channel::Email,
        "Any news?",
        "Hi, did the hiring manager say anything? No hurry, I only wonder. {name}",
    ),
    theirs(
        Channel::Email,
        "Updated CV",
        "Here is the new version with the last project in it. {name}",
    ),
    theirs(
        Channel::Email,
        "Somebody you should meet",
        "A former colleague of mine is thinking of a change. May I give them your number? {name}",
    ),
    theirs(
        Channel::TextMessage,
        "Out of the interview",
        "That went well I think! They asked a lot about on-call.",
    ),
    theirs(
        Channel::TextMessage,
        "Running late",
        "Train is late, will be there 10 past.",
    ),
    theirs(
        Channel::SocialMessage,
        "Re: Hello",
        "Sure, happy to hear more. Evenings are best.",
    ),
    theirs(
        Channel::Chat,
        "Start date",
        "Could we start a week later? My daughter's school begins that Monday.",
    ),
    theirs(
        Channel::Email,
        "Another opening here",
        "We will need one more on the team by spring; can we talk about the profile? {name}",
    ),
    theirs(
        Channel::Email,
        "Thoughts on the candidates",
        "The second one is close. I would like to hear more about how they work with others. {name}",
    ),
    theirs(
        Channel::Email,
        "Thank you",
        "Whatever comes of it: you were the only one who called back. {name}",
    ),
    theirs(
        Channel::Email,
        "Declining, with thanks",
        "I have decided to stay where I am for another year. Please keep in touch. {name}",
    ),
];

pub(super) static TOGETHER: [Line; 12] = [
    together(
        Channel::Call,
        "First conversation",
        "Spoke for half an hour with {name}: what the last team was like, what must not happen again, what a good day is.",
    ),
    together(
        Channel::Call,
        "Catching up",
        "Called {name}. Happy enough, would move for a shorter week. Next call in a month.",
    ),
    together(
        Channel::Call,
        "After the interview",
        "{name} liked the team and is unsure about the product. Wants to see the code before deciding.",
    ),
    together(
        Channel::VideoCall,
        "Briefing",
        "Went through the role with {name}: team of six, two open questions about the budget.",
    ),
    together(
        Channel::Meeting,
        "At their office",
        "Met {name} on site. Saw the floor and the team; the mood is good.",
    ),
    together(
        Channel::Meal,
        "Lunch",
        "Lunch with {name}. Talked about children, bicycles and why the last agency was a disappointment.",
    ),
    together(
        Channel::Meal,
        "Coffee",
        "Coffee with {name} near the station. Knows half of the town.",
    ),
    together(
        Channel::Event,
        "Meet-up",
        "Ran into {name} at the meet-up; introduced two people who should know each other.",
    ),
    together(
        Channel::Interview,
        "First interview",
        "{name} met the hiring manager. Strong on experience, asked good questions.",
    ),
    together(
        Channel::Interview,
        "Second interview",
        "{name} met the team. They want to go on.",
    ),
    together(
        Channel::VideoCall,
        "Offer talk",
        "Went through the offer with {name} line by line.",
    ),
    together(
        Channel::Call,
        "Reference",
        "{name} gave a reference, warm and with examples.",
    ),
];

pub(super) static ATTEMPTS: [Line; 3] = [
    attempt(
        InteractionOutcome::NoAnswer,
        "Called {name}, nobody answered.",
    ),
    attempt(
        InteractionOutcome::LeftMessage,
        "Left a message for {name} to call back.",
    ),
    attempt(
        InteractionOutcome::NoAnswer,
        "Tried {name} again at lunch time.",
    ),
];

pub(super) static NOTES: [Line; 4] = [
    note("{name} prefers to be called after six."),
    note("Do not mention the former employer to {name}; it ended badly."),
    note("{name} is a possible mentor for the graduates' evening."),
    note("Ask {name} about the robotics team next time."),
];

pub(super) static ACKNOWLEDGEMENT: Line = Line {
    automated: true,
    ..ours(
        Channel::Email,
        "We received your message",
        "Dear {name}, this is to confirm that your message arrived. Somebody will answer soon.",
    )
};
