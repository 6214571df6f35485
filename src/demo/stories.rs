//! The people whose stories the demo tells: one we let down and the cousin whom we lost with him,
//! one we followed up and who repaid it with a chain of referrals, and one who let us down.

use entity::enums::ReferralStatus;

/// A person with a part in a story. They stand at the head of all people, in this order.
pub(super) struct Role {
    pub(super) given: &'static str,
    pub(super) family: &'static str,
    pub(super) title: &'static str,
    pub(super) headline: &'static str,
    pub(super) is_contact: bool,
    pub(super) cadence_days: Option<i32>,
    /// Their recruiter's place in the list of recruiters.
    pub(super) owner: usize,
    /// How many days before today we came to know them.
    pub(super) known_days: i64,
    /// We have heard of them, and have neither an address nor a record in the ATS.
    pub(super) is_hearsay: bool,
}

const fn candidate(
    given: &'static str,
    family: &'static str,
    title: &'static str,
    headline: &'static str,
    owner: usize,
    known_days: i64,
) -> Role {
    Role {
        given,
        family,
        title,
        headline,
        is_contact: false,
        cadence_days: Some(14),
        owner,
        known_days,
        is_hearsay: false,
    }
}

/// The recruiter who follows up.
pub(super) const SAM: usize = 0;
/// The recruiter who fell silent.
pub(super) const ROBIN: usize = 1;

pub(super) const MARLO: usize = 0;
pub(super) const ODETTE: usize = 1;
pub(super) const TOBIN: usize = 2;
pub(super) const INES: usize = 3;
pub(super) const PELL: usize = 4;
pub(super) const WINNIE: usize = 5;
pub(super) const CORWIN: usize = 6;
pub(super) const JO: usize = 7;

pub(super) static CAST: [Role; 8] = [
    candidate(
        "Marlo",
        "Finchley",
        "Machinist",
        "Twelve years on five-axis mills",
        ROBIN,
        120,
    ),
    candidate(
        "Odette",
        "Larkmere",
        "Charge nurse",
        "Looks for a day position",
        SAM,
        640,
    ),
    candidate(
        "Tobin",
        "Quillshaw",
        "Ward manager",
        "Wants a smaller ward",
        SAM,
        500,
    ),
    candidate(
        "Ines",
        "Brackenby",
        "Physiotherapist",
        "Wants to work with children",
        SAM,
        380,
    ),
    candidate(
        "Pell",
        "Hollowell",
        "Occupational therapist",
        "Works with his hands",
        SAM,
        250,
    ),
    candidate(
        "Winnie",
        "Copperwell",
        "Speech therapist",
        "New in town",
        SAM,
        60,
    ),
    Role {
        is_contact: true,
        ..candidate(
            "Corwin",
            "Ashgrove",
            "Plant manager",
            "Leads the mill",
            ROBIN,
            300,
        )
    },
    Role {
        cadence_days: None,
        is_hearsay: true,
        ..candidate(
            "Jo",
            "Finchley",
            "Machinist",
            "Machinist, looking; nobody sent us the résumé",
            ROBIN,
            60,
        )
    },
];

/// Two people of one family, of whom only one ever heard from us.
pub(super) const COUSINS: (usize, usize) = (MARLO, JO);

/// One link of the chain that grew from following up.
pub(super) struct Link {
    pub(super) referrer: usize,
    pub(super) referred: usize,
    pub(super) kind: &'static str,
    pub(super) status: ReferralStatus,
}

pub(super) static CHAIN: [Link; 4] = [
    Link {
        referrer: ODETTE,
        referred: TOBIN,
        kind: "FRIEND",
        status: ReferralStatus::Hired,
    },
    Link {
        referrer: TOBIN,
        referred: INES,
        kind: "COLLEAGUE",
        status: ReferralStatus::Hired,
    },
    Link {
        referrer: INES,
        referred: PELL,
        kind: "FORMER_COLLEAGUE",
        status: ReferralStatus::Hired,
    },
    Link {
        referrer: PELL,
        referred: WINNIE,
        kind: "CLASSMATE",
        status: ReferralStatus::Interviewing,
    },
];
