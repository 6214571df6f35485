//! Records as rows of CSV. Every cell is quoted, and one that a spreadsheet would take for a formula
//! begins with an apostrophe: the words in it were written by strangers.

use entity::enums::NodeKind;
use serde_json::Value;

/// What makes a cell a formula in one spreadsheet or another.
const FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];
/// Tells a spreadsheet that the file is UTF-8.
const MARK: &str = "\u{feff}";

/// A column: its name, and where in a record its cell stands.
type Column = (&'static str, &'static str);

const OF_ALL: [Column; 4] = [
    ("System", "/system"),
    ("Type", "/type"),
    ("ID", "/id"),
    ("Known As", "/aliases"),
];

/// The columns for records of one kind.
#[derive(Clone, Copy, Debug)]
pub struct Table {
    kind: NodeKind,
    columns: &'static [Column],
}

impl Table {
    /// The table of a kind.
    pub fn of(kind: NodeKind) -> Self {
        let columns = match kind {
            NodeKind::Person => &PERSON[..],
            NodeKind::Company => &COMPANY,
            NodeKind::Job => &JOB,
            NodeKind::Application => &APPLICATION,
            NodeKind::Interaction => &INTERACTION,
            NodeKind::Relationship => &RELATIONSHIP,
            NodeKind::Referral => &REFERRAL,
            NodeKind::Feedback => &FEEDBACK,
            NodeKind::Recruiter => &RECRUITER,
            NodeKind::Promise => &PROMISE,
            NodeKind::Settings => &[],
        };
        Self { kind, columns }
    }

    /// Whose table it is.
    pub fn kind(&self) -> NodeKind {
        self.kind
    }

    fn columns(&self) -> impl Iterator<Item = &Column> {
        OF_ALL.iter().chain(self.columns)
    }

    /// The first line.
    pub fn header(&self) -> String {
        let names = self.columns().map(|(name, _)| (*name).to_owned());
        format!("{MARK}{}", line(names))
    }

    /// The row of a record.
    pub fn row(&self, record: &Value) -> String {
        line(
            self.columns()
                .map(|(_, place)| record.pointer(place).map_or_else(String::new, text)),
        )
    }
}

fn line(cells: impl Iterator<Item = String>) -> String {
    let cells: Vec<_> = cells.map(|cell| quoted(&cell)).collect();
    format!("{}\r\n", cells.join(","))
}

fn quoted(cell: &str) -> String {
    let guard = if cell.starts_with(FORMULA) { "'" } else { "" };
    format!("\"{guard}{}\"", cell.replace('"', "\"\""))
}

/// A value as people read it: lists in one cell, of addresses and names the address or the name.
fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(items) => {
            let items: Vec<_> = items
                .iter()
                .map(text)
                .filter(|item| !item.is_empty())
                .collect();
            items.join("; ")
        }
        Value::Object(fields) => {
            let mut known = ["value", "id", "companyName", "stage"].into_iter();
            let known = known.find_map(|name| fields.get(name).filter(|value| !value.is_null()));
            known.map(text).unwrap_or_default()
        }
        other => other.to_string(),
    }
}

const PERSON: [Column; 18] = [
    ("Hats", "/person/hats"),
    ("Name", "/person/name"),
    ("First Name", "/person/givenName"),
    ("Last Name", "/person/familyName"),
    ("Headline", "/person/headline"),
    ("Email", "/person/emails/0/value"),
    ("Personal Email", "/person/emails/1/value"),
    ("Mobile", "/person/phones/0/value"),
    ("Alternate Phone", "/person/phones/1/value"),
    ("LinkedIn", "/person/links/0/value"),
    ("City", "/person/place/city"),
    ("State", "/person/place/region"),
    ("Country", "/person/place/country"),
    ("Company", "/person/positions/0/companyName"),
    ("Title", "/person/positions/0/title"),
    ("Tags", "/person/tags"),
    ("Communities", "/person/communities"),
    ("Do Not Contact", "/person/doNotContact"),
];
const COMPANY: [Column; 5] = [
    ("Name", "/company/name"),
    ("Website", "/company/website"),
    ("City", "/company/place/city"),
    ("State", "/company/place/region"),
    ("Country", "/company/place/country"),
];
const JOB: [Column; 8] = [
    ("Title", "/job/title"),
    ("Status", "/job/status"),
    ("Company", "/job/company"),
    ("City", "/job/place/city"),
    ("State", "/job/place/region"),
    ("Country", "/job/place/country"),
    ("Opened On", "/job/openedOn"),
    ("Closed On", "/job/closedOn"),
];
const APPLICATION: [Column; 8] = [
    ("Person", "/application/person"),
    ("Job", "/application/job"),
    ("Stage", "/application/stage"),
    ("Milestone", "/application/milestone"),
    ("Outcome", "/application/outcome"),
    ("Source", "/application/source"),
    ("Applied At", "/application/appliedAt"),
    ("Concluded At", "/application/concludedAt"),
];
const INTERACTION: [Column; 10] = [
    ("Occurred At", "/interaction/occurredAt"),
    ("Channel", "/interaction/channel"),
    ("Direction", "/interaction/direction"),
    ("Outcome", "/interaction/outcome"),
    ("Visibility", "/interaction/visibility"),
    ("People", "/interaction/people"),
    ("Recruiters", "/interaction/recruiters"),
    ("Minutes", "/interaction/durationMinutes"),
    ("Subject", "/interaction/subject"),
    ("Body", "/interaction/body"),
];
const RELATIONSHIP: [Column; 6] = [
    ("Person", "/relationship/person"),
    ("Other", "/relationship/other"),
    ("Kind", "/relationship/kind"),
    ("Since", "/relationship/since"),
    ("Until", "/relationship/until"),
    ("Note", "/relationship/note"),
];
const REFERRAL: [Column; 7] = [
    ("Referrer", "/referral/referrer"),
    ("Referred", "/referral/referred"),
    ("Job", "/referral/job"),
    ("Status", "/referral/status"),
    ("Relationship", "/referral/relationshipKind"),
    ("Referred At", "/referral/referredAt"),
    ("Note", "/referral/note"),
];
const FEEDBACK: [Column; 6] = [
    ("Person", "/feedback/person"),
    ("Side", "/feedback/side"),
    ("Score", "/feedback/score"),
    ("Words", "/feedback/words"),
    ("Given At", "/feedback/givenAt"),
    ("Recruiter", "/feedback/recruiter"),
];
const PROMISE: [Column; 8] = [
    ("Person", "/promise/person"),
    ("Recruiter", "/promise/recruiter"),
    ("Kind", "/promise/kind"),
    ("Words", "/promise/words"),
    ("Made At", "/promise/madeAt"),
    ("Due At", "/promise/dueAt"),
    ("State", "/promise/state"),
    ("Closed At", "/promise/closedAt"),
];
const RECRUITER: [Column; 2] = [("Name", "/recruiter/name"), ("Email", "/recruiter/email")];

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_row_is_quoted_and_no_cell_is_a_formula() {
        let record = json!({"system": "hrms", "type": "candidate", "id": "007", "aliases": [{"system": "ats", "type": "candidate", "id": "88"}], "person": {
            "hats": ["CANDIDATE", "CONTACT"], "name": "=HYPERLINK(\"http://x.example\")",
            "givenName": "@SUM(A1)", "familyName": "-1+1", "headline": "says \"hi\"\r\nand more",
            "phones": [{"value": "+44 7700 900456"}], "tags": ["a", "b;c"], "doNotContact": false,
        }});

        let table = Table::of(NodeKind::Person);

        assert!(
            table
                .header()
                .starts_with("\u{feff}\"System\",\"Type\",\"ID\",\"Known As\",\"Hats\"")
        );
        assert_eq!(
            table.row(&record),
            "\"hrms\",\"candidate\",\"007\",\"88\",\"CANDIDATE; CONTACT\",\
             \"'=HYPERLINK(\"\"http://x.example\"\")\",\"'@SUM(A1)\",\"'-1+1\",\
             \"says \"\"hi\"\"\r\nand more\",\"\",\"\",\"'+44 7700 900456\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\
             \"a; b;c\",\"\",\"false\"\r\n"
        );
    }
}
