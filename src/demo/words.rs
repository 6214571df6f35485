//! The words that made-up people, companies and jobs are put together from. No list holds the name
//! of anybody; family names are built from two halves of invented places.

pub(super) const GIVEN: [&str; 64] = [
    "Adair", "Alinta", "Anouk", "Ansel", "Åsa", "Bellamy", "Briar", "Calla", "Cedric", "Cosima",
    "Dario", "Delphine", "Edda", "Elio", "Emrys", "Fenna", "Florin", "Galen", "Greta", "Hollis",
    "Idris", "Ilse", "Imani", "Isolde", "Jarek", "Jovana", "Kasimir", "Keziah", "Lark", "Leif",
    "Linnea", "Lucan", "Maren", "Mirela", "Nadir", "Noor", "Oriel", "Osric", "Paloma", "Perrin",
    "Petra", "Quill", "Rafe", "Renata", "Ronan", "Saoirse", "Selby", "Sorrel", "Tamsin", "Thea",
    "Tiernan", "Ulla", "Uri", "Vesna", "Vidar", "Wilf", "Wren", "Xanthe", "Yara", "Yorick",
    "Zephyr", "Zoë", "Zora", "Ágnes",
];

pub(super) const FAMILY_HEADS: [&str; 40] = [
    "Amber", "Apple", "Ash", "Barley", "Birch", "Bracken", "Bramble", "Brindle", "Clover",
    "Copper", "Ember", "Fallow", "Fern", "Flint", "Gorse", "Harrow", "Hazel", "Heather", "Hollow",
    "Juniper", "Kestrel", "Lark", "Linden", "Marrow", "Meadow", "Moss", "Nettle", "Otter",
    "Pepper", "Plover", "Quill", "Raven", "Rowan", "Saffron", "Sedge", "Sorrel", "Tansy",
    "Thistle", "Willow", "Yarrow",
];

pub(super) const FAMILY_TAILS: [&str; 25] = [
    "beck", "bourne", "bridge", "brook", "by", "combe", "croft", "dale", "fell", "ford", "gate",
    "ham", "holt", "ley", "low", "mere", "mont", "ridge", "shaw", "stead", "thorpe", "water",
    "well", "wick", "worth",
];

/// City, region, country.
pub(super) const PLACES: [(&str, &str, &str); 16] = [
    ("Portland", "Oregon", "US"),
    ("Denver", "Colorado", "US"),
    ("Austin", "Texas", "US"),
    ("Madison", "Wisconsin", "US"),
    ("Providence", "Rhode Island", "US"),
    ("Tucson", "Arizona", "US"),
    ("Halifax", "Nova Scotia", "CA"),
    ("Montréal", "Québec", "CA"),
    ("Leeds", "England", "GB"),
    ("Bristol", "England", "GB"),
    ("Aberdeen", "Scotland", "GB"),
    ("Cork", "Munster", "IE"),
    ("Utrecht", "Utrecht", "NL"),
    ("Malmö", "Skåne", "SE"),
    ("Graz", "Steiermark", "AT"),
    ("Zürich", "Zürich", "CH"),
];

pub(super) const COMPANY_HEADS: [&str; 32] = [
    "Acorn",
    "Beacon",
    "Bluewater",
    "Brightfield",
    "Cobalt",
    "Copperline",
    "Driftwood",
    "Eastgate",
    "Evergreen",
    "Foxglove",
    "Granite",
    "Harbour",
    "Highmoor",
    "Ironbark",
    "Juniper",
    "Kingfisher",
    "Lantern",
    "Longacre",
    "Marigold",
    "Millstone",
    "Northwind",
    "Oakhaven",
    "Pinecrest",
    "Quarry",
    "Redstone",
    "Saltmarsh",
    "Silverbirch",
    "Sundial",
    "Tidewater",
    "Underhill",
    "Whitecap",
    "Windmill",
];

pub(super) const COMPANY_TAILS: [&str; 20] = [
    "Analytics",
    "Builders",
    "Care",
    "Clinics",
    "Components",
    "Dairy",
    "Energy",
    "Foods",
    "Freight",
    "Hospitality",
    "Instruments",
    "Insurance",
    "Labs",
    "Logistics",
    "Outfitters",
    "Payments",
    "Robotics",
    "Software",
    "Systems",
    "Textiles",
];

pub(super) const ROLES: [&str; 24] = [
    "Accountant",
    "Account manager",
    "Backend engineer",
    "Buyer",
    "Charge nurse",
    "Data analyst",
    "Data engineer",
    "Designer",
    "DevOps engineer",
    "Electrician",
    "Embedded engineer",
    "Financial controller",
    "Frontend engineer",
    "Logistics planner",
    "Machine learning engineer",
    "Mechanical engineer",
    "Office manager",
    "Paralegal",
    "Physiotherapist",
    "Product manager",
    "Quality inspector",
    "Site manager",
    "Support engineer",
    "Technical writer",
];

pub(super) const CONTACT_ROLES: [&str; 8] = [
    "Hiring manager",
    "Head of People",
    "Engineering manager",
    "HR business partner",
    "Talent lead",
    "Operations director",
    "Plant manager",
    "Finance director",
];

pub(super) const TAGS: [&str; 16] = [
    "open to relocate",
    "remote only",
    "night shifts",
    "returner",
    "speaks Spanish",
    "speaks German",
    "security cleared",
    "contractor",
    "graduate",
    "people leader",
    "part time",
    "notice 3 months",
    "alumni",
    "speaker",
    "mentor",
    "passive",
];

pub(super) const COMMUNITIES: [&str; 10] = [
    "Rust meet-up",
    "Women in Data",
    "Saturday park run",
    "Chess club",
    "Makers' workshop",
    "Parents' co-operative",
    "Volunteer fire brigade",
    "Choir",
    "Allotment society",
    "Local history group",
];

/// Area codes of North America; 555-0100 to 555-0199 are given to nobody in any of them.
pub(super) const AREA_CODES: [&str; 8] = ["212", "303", "401", "503", "512", "520", "608", "902"];

/// Domains that are reserved for examples.
pub(super) const MAIL_DOMAINS: [&str; 3] = ["example.com", "example.org", "example.net"];

pub(super) const STAGES: [&str; 5] = [
    "Applied",
    "Phone screen",
    "Technical interview",
    "On-site",
    "Offer",
];

pub(super) const SOURCES: [&str; 5] = ["Referral", "Sourced", "Job board", "Careers page", "Event"];
