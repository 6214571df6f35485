//! What happened in the stories, touchpoint by touchpoint.

use entity::enums::Channel;

use super::{
    lines::{Line, note, ours, theirs, together},
    stories::{CORWIN, INES, MARLO, ODETTE, PELL, ROBIN, SAM, TOBIN, WINNIE},
};

/// One touchpoint of a story.
pub(super) struct Scene {
    pub(super) person: usize,
    pub(super) days_ago: i64,
    pub(super) author: usize,
    pub(super) line: Line,
}

const fn scene(person: usize, days_ago: i64, author: usize, line: Line) -> Scene {
    Scene {
        person,
        days_ago,
        author,
        line,
    }
}

pub(super) static SCENES: [Scene; 29] = [
    // The one we let down: a lunch, a promise, and silence.
    scene(
        MARLO,
        118,
        ROBIN,
        together(
            Channel::Call,
            "First conversation",
            "{name} called after a friend named us. Tired of nights, would move for a day shift.",
        ),
    ),
    scene(
        MARLO,
        112,
        ROBIN,
        together(
            Channel::Meal,
            "Lunch",
            "Lunch with {name} at the diner by the mill. I promised to send his résumé to the plant this week and to call him with the answer.",
        ),
    ),
    scene(
        MARLO,
        104,
        ROBIN,
        theirs(
            Channel::Email,
            "My résumé",
            "Hello, did my résumé reach them? I have not heard either way. {name}",
        ),
    ),
    scene(
        MARLO,
        90,
        ROBIN,
        theirs(
            Channel::Email,
            "Still waiting",
            "Hello again. I only wish to know if it was sent. {name}",
        ),
    ),
    scene(
        MARLO,
        61,
        ROBIN,
        theirs(
            Channel::TextMessage,
            "No hard feelings",
            "I took something else through another agency. My cousin Jo is a machinist too and is looking, but I would not send you Jo's résumé. {name}",
        ),
    ),
    scene(
        MARLO,
        60,
        ROBIN,
        note("{name} has a cousin, Jo, same trade, looking. Lost, because nobody called back."),
    ),
    // The one we followed up, every two weeks, whether or not there was news.
    scene(
        ODETTE,
        640,
        SAM,
        together(
            Channel::Call,
            "First conversation",
            "{name} wants days, close to the school. Nothing fits yet; promised to ask every two weeks.",
        ),
    ),
    scene(
        ODETTE,
        626,
        SAM,
        ours(
            Channel::Email,
            "How is the search going?",
            "Hello {name}, nothing new from me yet. How is your search going?",
        ),
    ),
    scene(
        ODETTE,
        625,
        SAM,
        theirs(
            Channel::Email,
            "Re: How is the search going?",
            "Nothing yet, but thank you for asking. {name}",
        ),
    ),
    scene(
        ODETTE,
        612,
        SAM,
        ours(
            Channel::Email,
            "Two weeks later",
            "Hello {name}, one clinic is opening a day ward in autumn. I asked them to tell me first.",
        ),
    ),
    scene(
        ODETTE,
        598,
        SAM,
        together(
            Channel::Call,
            "Two weeks later",
            "{name} had an interview elsewhere, did not like it. I send her résumé to the day ward once it is approved.",
        ),
    ),
    scene(
        ODETTE,
        584,
        SAM,
        ours(
            Channel::Email,
            "The day ward",
            "Hello {name}, the ward is approved. Your résumé is with them since this morning; you hear from me the day they decide.",
        ),
    ),
    scene(
        ODETTE,
        570,
        SAM,
        together(
            Channel::Meal,
            "Coffee",
            "Coffee with {name}. They chose somebody from inside; told her the same day. She laughed and named two friends.",
        ),
    ),
    scene(
        ODETTE,
        501,
        SAM,
        theirs(
            Channel::Email,
            "My friend Tobin",
            "You are the only one who calls back, so: please call Tobin. {name}",
        ),
    ),
    scene(
        ODETTE,
        500,
        SAM,
        ours(
            Channel::Email,
            "Thank you",
            "Hello {name}, Tobin and I speak this week, and you will be the first to know what comes of it. Thank you for the trust.",
        ),
    ),
    scene(
        TOBIN,
        497,
        SAM,
        together(
            Channel::Call,
            "First conversation",
            "{name} manages a ward of thirty and wants a smaller one.",
        ),
    ),
    scene(
        ODETTE,
        440,
        SAM,
        ours(
            Channel::Email,
            "Tobin starts on Monday",
            "Hello {name}, Tobin signed. You should hear it from me first.",
        ),
    ),
    scene(
        INES,
        377,
        SAM,
        together(
            Channel::VideoCall,
            "First conversation",
            "Tobin's colleague {name}: wants to work with children.",
        ),
    ),
    scene(
        PELL,
        248,
        SAM,
        together(
            Channel::Meeting,
            "First conversation",
            "{name} came by with Ines. Two clinics are interested.",
        ),
    ),
    scene(
        WINNIE,
        58,
        SAM,
        together(
            Channel::Call,
            "First conversation",
            "{name} was told by Pell that we answer. Wants to work with children.",
        ),
    ),
    scene(
        ODETTE,
        10,
        SAM,
        ours(
            Channel::Email,
            "Two weeks later",
            "Hello {name}, the children's clinic asks for somebody like you, days only. Shall we talk tomorrow?",
        ),
    ),
    scene(
        ODETTE,
        9,
        SAM,
        together(
            Channel::Call,
            "The children's clinic",
            "{name} is delighted. Sent her résumé at once.",
        ),
    ),
    scene(
        WINNIE,
        2,
        SAM,
        ours(
            Channel::TextMessage,
            "Good luck",
            "Good luck this afternoon, {name}! I tell you what they say the day I know.",
        ),
    ),
    scene(
        WINNIE,
        1,
        SAM,
        theirs(
            Channel::Email,
            "After the interview",
            "It went well! When do you think they decide? {name}",
        ),
    ),
    // The one who let us down: a search we worked on, and no answer since.
    scene(
        CORWIN,
        298,
        ROBIN,
        together(
            Channel::Meeting,
            "Briefing",
            "{name} needs four machinists before winter.",
        ),
    ),
    scene(
        CORWIN,
        150,
        ROBIN,
        theirs(
            Channel::Email,
            "Send me profiles",
            "Please send what you have by Friday. {name}",
        ),
    ),
    scene(
        CORWIN,
        147,
        ROBIN,
        ours(
            Channel::Email,
            "Three profiles",
            "Hello {name}, here are three people who could start next month.",
        ),
    ),
    scene(
        CORWIN,
        133,
        ROBIN,
        ours(
            Channel::Email,
            "Your thoughts?",
            "Hello {name}, did you find time for the three profiles?",
        ),
    ),
    scene(
        CORWIN,
        105,
        ROBIN,
        ours(
            Channel::Email,
            "Shall I release them?",
            "Hello {name}, the three have other offers. Shall I release them?",
        ),
    ),
];
