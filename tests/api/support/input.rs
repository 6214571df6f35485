//! Inputs made from the schema: the least that an operation accepts, and the same with one thing
//! in it changed. What it cannot make sense of it refuses, so that a new input is thought about.

use serde_json::{Map, Value, json};

use super::{
    KINDS, World,
    shape::{Shape, in_lists, is_required, list, named, text},
};

/// Strings that lead to something, by their names; all other strings are words.
const CURSORS: [&str; 2] = ["after", "before"];
const WORDS: [&str; 37] = [
    "amount",
    "body",
    "city",
    "code",
    "communities",
    "community",
    "companyName",
    "country",
    "currency",
    "exceptOrigins",
    "familyName",
    "givenName",
    "headline",
    "inverseCode",
    "inverseName",
    "kind",
    "kinds",
    "label",
    "name",
    "note",
    "origin",
    "origins",
    "reason",
    "region",
    "relationshipKind",
    "source",
    "stage",
    "subject",
    "system",
    "tags",
    "text",
    "timeZone",
    "title",
    "type",
    "value",
    "website",
    "words",
];

/// Makes the inputs of one operation.
pub(crate) struct Inputs<'a> {
    pub(crate) shape: &'a Shape,
    /// Whose things are named where something must be named.
    pub(crate) own: &'a World,
    /// The operation, which tells what a bare `by` names.
    pub(crate) operation: &'a str,
}

/// One input among many: where it differs from the least, and all of it.
pub(crate) type Variant = (String, Value);

/// What a leaf of an input is.
pub(crate) enum Leaf {
    /// An id of any type.
    Id,
    /// An external record.
    Record,
    Email,
    Cursor,
    Key,
    /// Words that lead nowhere.
    Words,
}

impl Inputs<'_> {
    /// The least value that an argument or an input field accepts.
    pub(crate) fn least(&self, input: &Value) -> Value {
        let name = text(&input["name"]);
        let of = named(&input["type"]);
        let value = match (of.kind, of.name) {
            ("SCALAR", "ID") if name == "recruiter" => json!(self.own.id("Recruiter")),
            ("SCALAR", "ID") => json!(self.own.id("Candidate")),
            ("SCALAR", "String") => json!(least_text(name)),
            ("SCALAR", "Boolean") => json!(true),
            ("SCALAR", "Int") => json!(1),
            ("SCALAR", "DateTime") => json!(least_time(name)),
            ("SCALAR", "Date") => json!("2026-03-01"),
            ("SCALAR", "TimeOfDay") => json!("09:00"),
            ("ENUM", enumeration) => {
                list(&self.shape.of(enumeration)["enumValues"])[0]["name"].clone()
            }
            ("INPUT_OBJECT", "NodeBy" | "PersonBy" | "RecruiterBy") => {
                json!({ "id": self.own.id(self.kind_named(name)) })
            }
            ("INPUT_OBJECT", "ExternalRecordInput") => {
                json!({ "system": "tests", "type": "least", "id": self.operation })
            }
            ("INPUT_OBJECT", "SyncRecordInput") => synced(self.operation, &json!({})),
            ("INPUT_OBJECT", object) => self.least_object(object),
            (kind, of) => panic!("how is `{name}: {of}` ({kind}) filled?"),
        };
        in_lists(&input["type"], value)
    }

    fn least_object(&self, object: &str) -> Value {
        let fields = list(&self.shape.of(object)["inputFields"]);
        let mut least: Map<_, _> = fields
            .iter()
            .filter(|field| is_required(field))
            .map(|field| (text(&field["name"]).to_owned(), self.least(field)))
            .collect();
        if self.shape.is_one_of(object) {
            least.insert(text(&fields[0]["name"]).to_owned(), self.least(&fields[0]));
        }
        // A person needs a name, in one part or in several.
        if fields.iter().any(|field| field["name"] == "familyName") {
            least.insert("name".to_owned(), json!("Ada Finch"));
        }
        // Two people can be made one only once.
        if object == "MergePeopleInput" {
            least.insert("dryRun".to_owned(), json!(true));
        }
        Value::Object(least)
    }

    /// What kind of thing a `by` of this name names.
    fn kind_named(&self, name: &str) -> &'static str {
        let operation = self.operation.to_lowercase().replace("donotcontact", "");
        match name {
            "application" => "Application",
            "job" => "Job",
            "recruiter" => "Recruiter",
            "company" => "Company",
            "person" | "referred" | "people" | "hiringManager" | "to" | "survivor" => "Candidate",
            "other" | "referrer" | "from" | "merged" => "Contact",
            "interaction" | "madeIn" => "Interaction",
            "keepPromises" => "Promise",
            "by" => KINDS
                .into_iter()
                .rev()
                .find(|kind| operation.contains(&kind.to_lowercase()))
                .unwrap_or("Candidate"),
            _ => panic!("what does `{name}` of {} name?", self.operation),
        }
    }

    /// All arguments of a field: the least of them, with one leaf anywhere in them as `leaf`
    /// makes it, for each leaf it makes anything of.
    pub(crate) fn vary(
        &self,
        args: &[Value],
        leaf: &dyn Fn(&Leaf) -> Vec<Variant>,
    ) -> Vec<Variant> {
        let least: Map<_, _> = args
            .iter()
            .filter(|arg| is_required(arg))
            .map(|arg| (text(&arg["name"]).to_owned(), self.least(arg)))
            .collect();
        self.vary_fields(args, &least, false, leaf)
    }

    fn vary_fields(
        &self,
        fields: &[Value],
        least: &Map<String, Value>,
        alone: bool,
        leaf: &dyn Fn(&Leaf) -> Vec<Variant>,
    ) -> Vec<Variant> {
        let mut variants = Vec::new();
        for field in fields {
            let name = text(&field["name"]);
            for (path, value) in self.vary_one(field, leaf) {
                let mut whole = if alone { Map::new() } else { least.clone() };
                whole.insert(name.to_owned(), in_lists(&field["type"], value));
                let path = format!("{name}.{path}");
                variants.push((path.trim_end_matches('.').to_owned(), Value::Object(whole)));
            }
        }
        variants
    }

    fn vary_one(&self, input: &Value, leaf: &dyn Fn(&Leaf) -> Vec<Variant>) -> Vec<Variant> {
        let name = text(&input["name"]);
        let of = named(&input["type"]);
        match (of.kind, of.name) {
            ("SCALAR", "ID") => leaf(&Leaf::Id),
            ("SCALAR", "String") => leaf(&leaf_of(name)),
            ("SCALAR", "Boolean" | "Int" | "DateTime" | "Date" | "TimeOfDay") | ("ENUM", _) => {
                Vec::new()
            }
            ("INPUT_OBJECT", "ExternalRecordInput") => leaf(&Leaf::Record),
            ("INPUT_OBJECT", "SyncRecordInput") => self.vary_synced(leaf),
            ("INPUT_OBJECT", object) => {
                let fields = list(&self.shape.of(object)["inputFields"]);
                let alone = self.shape.is_one_of(object);
                let least = self.least_object(object);
                self.vary_fields(fields, least.as_object().unwrap(), alone, leaf)
            }
            (kind, of) => panic!("how is `{name}: {of}` ({kind}) varied?"),
        }
    }
}

impl Inputs<'_> {
    /// A record that names something in each of the ways in which a record can.
    fn vary_synced(&self, leaf: &dyn Fn(&Leaf) -> Vec<Variant>) -> Vec<Variant> {
        let named = |variants: Vec<Variant>, wrap: fn(Value) -> Value| {
            let of = move |(path, value): Variant| {
                let said = json!({ "owner": wrap(value) });
                (path, synced(self.operation, &said))
            };
            variants.into_iter().map(of).collect::<Vec<_>>()
        };
        let mut all = named(leaf(&Leaf::Record), |record| record);
        all.extend(named(leaf(&Leaf::Id), |id| json!({ "node": id })));
        all.extend(named(leaf(&Leaf::Email), |email| json!({ "email": email })));
        all
    }
}

/// A person of another system of whom this is said.
fn synced(operation: &str, said: &Value) -> Value {
    let mut person = said.clone();
    person["name"] = json!("Ada Finch");
    json!({ "type": "least", "id": operation, "person": person })
}

fn leaf_of(name: &str) -> Leaf {
    match name {
        "email" => Leaf::Email,
        "idempotencyKey" => Leaf::Key,
        name if CURSORS.contains(&name) => Leaf::Cursor,
        name if WORDS.contains(&name) => Leaf::Words,
        _ => panic!("is `{name}` a reference or words? say so in this file"),
    }
}

/// A time that the field accepts.
fn least_time(name: &str) -> &str {
    match name {
        "dueAt" => "2026-03-09T09:00:00Z",
        "until" => "2026-03-03T09:00:00Z",
        _ => "2026-03-01T09:00:00Z",
    }
}

/// Words that the field accepts.
fn least_text(name: &str) -> &str {
    match name {
        "kind" | "relationshipKind" => "COUSIN",
        "code" => "GODPARENT_OF",
        "email" | "value" => "ada@example.com",
        "country" => "NZ",
        _ => "Words",
    }
}

/// A document that asks one field of `Query` or `Mutation` with all of its arguments given as
/// variables, of which those not given are left out.
pub(crate) fn document(operation: &str, field: &Value, given: &Value, selection: &str) -> String {
    let (declared, passed) = pass(field, given);
    let name = text(&field["name"]);
    let declared = parenthesised(&declared);
    format!(
        "{operation} {declared} {{ {name}{} {selection} }}",
        parenthesised(&passed)
    )
}

/// A document that asks one field of an object that is reached by its id.
pub(crate) fn document_on(owner: &str, field: &Value, given: &Value, selection: &str) -> String {
    let (mut declared, passed) = pass(field, given);
    declared.push("$node: ID!".to_owned());
    let name = text(&field["name"]);
    format!(
        "query {} {{ node(id: $node) {{ ... on {owner} {{ {name}{} {selection} }} }} }}",
        parenthesised(&declared),
        parenthesised(&passed)
    )
}

fn pass(field: &Value, given: &Value) -> (Vec<String>, Vec<String>) {
    list(&field["args"])
        .iter()
        .filter(|arg| !given[text(&arg["name"])].is_null())
        .map(|arg| {
            let name = text(&arg["name"]);
            let of = super::shape::written(&arg["type"]);
            (format!("${name}: {of}"), format!("{name}: ${name}"))
        })
        .unzip()
}

fn parenthesised(parts: &[String]) -> String {
    if parts.is_empty() {
        String::new()
    } else {
        format!("({})", parts.join(", "))
    }
}
