//! What was promised in the stories, and what became of it.

use entity::enums::PromiseKind;

use super::stories::{MARLO, ODETTE, WINNIE};

/// A promise of a story, by the recruiter of the scene in which it was made. Days count back from today; those to come are negative.
pub(super) struct Promised {
    pub(super) person: usize,
    pub(super) kind: PromiseKind,
    pub(super) words: &'static str,
    /// The day of the scene in which it was made.
    pub(super) made: i64,
    pub(super) due: i64,
    pub(super) end: End,
}

/// What became of a promise of a story.
pub(super) enum End {
    /// Nothing.
    Open,
    /// It was kept in the scene of that day.
    Kept(i64),
    /// It was given up on that day, and this was said of it.
    Broken(i64, &'static str),
}

const fn promised(
    person: usize,
    kind: PromiseKind,
    words: &'static str,
    (made, due): (i64, i64),
    end: End,
) -> Promised {
    Promised {
        person,
        kind,
        words,
        made,
        due,
        end,
    }
}

pub(super) static PROMISED: [Promised; 8] = [
    // Made over lunch, and then silence.
    promised(
        MARLO,
        PromiseKind::SubmitToClient,
        "Send your résumé to the plant this week",
        (112, 108),
        End::Open,
    ),
    promised(
        MARLO,
        PromiseKind::CallBack,
        "Call you with the plant's answer",
        (112, 105),
        End::Broken(60, "Nobody called back."),
    ),
    // Small ones, each kept, over two years.
    promised(
        ODETTE,
        PromiseKind::Other,
        "Ask how your search is going in two weeks, news or not",
        (640, 626),
        End::Kept(626),
    ),
    promised(
        ODETTE,
        PromiseKind::SubmitToClient,
        "Send your résumé to the day ward once it is approved",
        (598, 580),
        End::Kept(584),
    ),
    promised(
        ODETTE,
        PromiseKind::ShareOutcome,
        "Tell you what the ward decides, the day they do",
        (584, 569),
        End::Kept(570),
    ),
    promised(
        ODETTE,
        PromiseKind::ShareOutcome,
        "Tell you first what comes of Tobin's search",
        (500, 439),
        End::Kept(440),
    ),
    promised(
        ODETTE,
        PromiseKind::Introduce,
        "Bring you together with the children's clinic",
        (9, -5),
        End::Open,
    ),
    promised(
        WINNIE,
        PromiseKind::ShareOutcome,
        "Tell you what they say, the day I know",
        (2, -3),
        End::Open,
    ),
];
