//! Nothing crosses from one tenant to another. The schema is walked field by field: wherever a
//! thing can be named, a thing of another tenant is named, and the answer must be that for a thing
//! that is nowhere.

use std::{cell::RefCell, collections::BTreeMap};

use serde_json::{Value, json};

use crate::support::{
    Answer, App, Client, KINDS, Shape, World, apps,
    input::{Inputs, Leaf, Variant, document, document_on},
    shape::{list, named, text},
};

/// The words that stand in all that is another tenant's.
const THEIRS: &str = "quokkatheirs";
/// Words of the same length that stand nowhere.
const NOBODYS: &str = "quokkanobody";

/// How deep what is found is looked at.
const DEPTH: u32 = 2;

/// Two tenants side by side, and what is nowhere.
struct Neighbours {
    shape: Shape,
    us: Client,
    ours: World,
    them: Client,
    theirs: World,
    nowhere: World,
    /// Cursors of their lists, by the field.
    cursors: RefCell<BTreeMap<String, String>>,
}

impl Neighbours {
    async fn of(app: &App) -> Self {
        let client = |tenant: &str, mark: &str| {
            let email = World::recruiter_email(mark);
            let tenant = format!("{}-{tenant}", app.tenant);
            app.with_address(&tenant, "sam", "read write sync admin", Some(&email))
        };
        let (us, them) = (client("us", "quokkaours"), client("them", THEIRS));
        let ours = World::build(&us, "quokkaours").await;
        let theirs = World::build(&them, THEIRS).await;
        Self {
            shape: Shape::read(&us).await,
            nowhere: theirs.nowhere(NOBODYS),
            cursors: RefCell::default(),
            us,
            ours,
            them,
            theirs,
        }
    }

    fn inputs<'a>(&'a self, operation: &'a str) -> Inputs<'a> {
        Inputs {
            shape: &self.shape,
            own: &self.ours,
            operation,
        }
    }

    /// The arguments that name their things, beside the same that name nothing.
    fn pairs(&self, root: &str, field: &Value, list_name: &str) -> Vec<(Variant, Variant)> {
        let inputs = self.inputs(text(&field["name"]));
        let is_query = root != "Mutation";
        let cursors = self.cursors.borrow();
        let cursor = cursors.get(list_name).map_or("", String::as_str);
        let vary = |world: &World, cursor: &str| {
            inputs.vary(list(&field["args"]), &|leaf: &Leaf| {
                leads(world, leaf, cursor, is_query)
            })
        };
        let theirs = vary(&self.theirs, cursor);
        let nowhere = vary(&self.nowhere, "bm8gY3Vyc29yIG9mIG91cnM");
        theirs.into_iter().zip(nowhere).collect()
    }

    /// A cursor of their own list, which they may use.
    async fn learn_cursor(&self, list_name: &str, field: &Value, node: Option<(&str, &str)>) {
        let is_list = list(&field["args"])
            .iter()
            .any(|arg| arg["name"] == "after");
        if !is_list {
            return;
        }
        let selection = "{ pageInfo { endCursor } }";
        let (document, variables) = match node {
            None => (document("query", field, &json!({}), selection), json!({})),
            Some((owner, id)) => (
                document_on(owner, field, &json!({}), selection),
                json!({ "node": id }),
            ),
        };
        let answer = self.them.query_with(&document, variables).await;
        let found = if node.is_some() {
            &answer["node"]
        } else {
            &answer
        };
        let cursor = &found[text(&field["name"])]["pageInfo"]["endCursor"];
        if let Some(cursor) = cursor.as_str() {
            self.cursors
                .borrow_mut()
                .insert(list_name.to_owned(), cursor.to_owned());
        }
    }

    fn selection(&self, field: &Value, depth: u32) -> String {
        let of = named(&field["type"]);
        match of.kind {
            "SCALAR" | "ENUM" => String::new(),
            _ => format!("{{ {} }}", self.shape.select(of.name, depth)),
        }
    }

    /// Asks both ways and compares. Returns what was answered.
    async fn compare(&self, place: &str, document: &str, theirs: Value, nowhere: Value) -> Value {
        let seen = self.us.run(document, theirs.clone()).await;
        let blank = self.us.run(document, nowhere.clone()).await;

        assert!(!is_too_much(&seen), "{place}: {}", seen.body);
        let text = seen.body.to_string();
        assert!(!text.contains("INTERNAL"), "{place}: {text}");
        let seen_words = without_echo(&seen.body, &theirs);
        assert!(
            !seen_words.contains(THEIRS),
            "{place} tells of them: {text}"
        );
        assert_eq!(
            seen_words,
            without_echo(&blank.body, &nowhere),
            "{place} tells theirs from what is nowhere"
        );
        seen.body
    }

    /// Everything that they can see of what is theirs.
    async fn their_world(&self) -> Value {
        let mut seen = Vec::new();
        for kind in KINDS {
            let selection = self.shape.select(kind, DEPTH);
            let document = format!(
                "query ($id: ID!) {{ node(id: $id) {{ ... on {kind} {{ {selection} }} }} }}"
            );
            let id = json!({ "id": self.theirs.id(kind) });
            seen.push(self.them.query_with(&document, id).await);
        }
        let mut totals = Vec::new();
        for field in self.shape.fields("Query") {
            if named(&field["type"]).name.ends_with("Connection") {
                totals.push(format!("{} {{ totalCount }}", text(&field["name"])));
            }
        }
        seen.push(
            self.them
                .query(&format!("{{ {} }}", totals.join(" ")))
                .await,
        );
        json!(seen)
    }
}

/// Everything that leads to `world`, in the same order for any world.
fn leads(world: &World, leaf: &Leaf, cursor: &str, is_query: bool) -> Vec<Variant> {
    let each = |value: &dyn Fn(&str) -> Value| {
        let kinds = KINDS.iter();
        kinds
            .map(|kind| ((*kind).to_owned(), value(kind)))
            .collect()
    };
    let one = |value: String| vec![(String::new(), json!(value))];
    match leaf {
        Leaf::Id => each(&|kind| json!(world.id(kind))),
        Leaf::Record => each(&|kind| world.record(kind)),
        Leaf::Email => vec![
            ("person".to_owned(), json!(world.email())),
            (
                "recruiter".to_owned(),
                json!(World::recruiter_email(&world.mark)),
            ),
        ],
        Leaf::Cursor => one(cursor.to_owned()),
        Leaf::Key => one(world.key()),
        // What is written is the writer's own affair; what is searched for is not.
        Leaf::Words if is_query => one(world.mark.clone()),
        Leaf::Words => Vec::new(),
    }
}

fn is_too_much(answer: &Answer) -> bool {
    let code = &answer.body["errors"][0]["extensions"]["code"];
    [
        "QUERY_TOO_COMPLEX",
        "QUERY_TOO_DEEP",
        "GRAPHQL_VALIDATION_FAILED",
        "RATE_LIMITED",
    ]
    .iter()
    .any(|refused| code == refused)
}

/// The answer without what the caller said: each string of the input is a blank.
fn without_echo(body: &Value, given: &Value) -> String {
    let mut strings = Vec::new();
    strings_of(given, &mut strings);
    // The longest first: one may be part of another.
    strings.sort_by_key(|said| std::cmp::Reverse(said.len()));
    strings
        .iter()
        .filter(|said| said.len() > 6)
        .fold(body.to_string(), |text, said| text.replace(*said, "_"))
}

fn strings_of<'a>(value: &'a Value, into: &mut Vec<&'a str>) {
    match value {
        Value::String(said) => into.push(said),
        Value::Array(items) => items.iter().for_each(|item| strings_of(item, into)),
        Value::Object(fields) => fields.values().for_each(|field| strings_of(field, into)),
        _ => {}
    }
}

#[tokio::test]
async fn a_query_finds_nothing_of_another_tenant() {
    for app in apps().await {
        let tenants = Neighbours::of(&app).await;
        let mut asked = 0;
        for field in tenants.shape.fields("Query") {
            let name = text(&field["name"]);
            tenants.learn_cursor(name, field, None).await;
            let selection = tenants.selection(field, DEPTH);
            for ((path, theirs), (_, nowhere)) in tenants.pairs("Query", field, name) {
                let document = document("query", field, &theirs, &selection);
                let place = format!("{name}({path})");
                tenants.compare(&place, &document, theirs, nowhere).await;
                asked += 1;
            }
        }
        // Nine look-ups of ids alone are asked for nine kinds each.
        assert!(asked > 150, "{asked}");
    }
}

#[tokio::test]
async fn an_edge_leads_to_nothing_of_another_tenant() {
    for app in apps().await {
        let tenants = Neighbours::of(&app).await;
        let mut asked = 0;
        for (owner, of) in tenants.shape.types() {
            // A figure of a scorecard has no id; a test beside the others of scorecards does this.
            let is_figure = owner.ends_with("Figure");
            if of["kind"] != "OBJECT" || is_figure || ["Query", "Mutation"].contains(&owner) {
                continue;
            }
            for field in list(&of["fields"]) {
                let name = format!("{owner}.{}", text(&field["name"]));
                if let Some(kind) = KINDS.iter().find(|kind| **kind == owner) {
                    let node = Some((owner, tenants.theirs.id(kind)));
                    tenants.learn_cursor(&name, field, node).await;
                }
                for ((path, theirs), (_, nowhere)) in tenants.pairs(owner, field, &name) {
                    assert!(KINDS.contains(&owner), "{name}({path}) cannot be reached");
                    let selection = tenants.selection(field, DEPTH - 1);
                    let document = document_on(owner, field, &theirs, &selection);
                    let from_ours = |mut given: Value| {
                        given["node"] = json!(tenants.ours.id(owner));
                        given
                    };
                    let place = format!("{name}({path})");
                    let (theirs, nowhere) = (from_ours(theirs), from_ours(nowhere));
                    tenants.compare(&place, &document, theirs, nowhere).await;
                    asked += 1;
                }
            }
        }
        assert!(asked > 40, "{asked}");
    }
}

#[tokio::test]
async fn a_mutation_reaches_nothing_of_another_tenant() {
    for app in apps().await {
        let tenants = Neighbours::of(&app).await;
        // A referral told again is the first one: the least of them is told beforehand.
        let least = json!({
            "referrer": { "id": tenants.ours.id("Contact") },
            "referred": { "person": { "id": tenants.ours.id("Candidate") } },
        });
        tenants.us.mutate("recordReferral", least, "created").await;
        let before = tenants.their_world().await;
        let mut probes = Vec::new();
        for field in tenants.shape.fields("Mutation") {
            for pair in tenants.pairs("Mutation", field, "") {
                probes.push((names_anew(text(&field["name"]), &pair.0.0), field, pair));
            }
        }
        // What takes their names for something of ours comes last: names are each tenant's own.
        probes.sort_by_key(|(anew, ..)| *anew);

        for (anew, field, ((path, theirs), (_, nowhere))) in &probes {
            let name = text(&field["name"]);
            let leaves = tenants.shape.select(named(&field["type"]).name, 0);
            let each = match name {
                "syncRecords" => "results { status userErrors { code message path } }",
                _ => "",
            };
            let selection = format!("{{ {leaves} {each} userErrors {{ code message path }} }}");
            let document = document("mutation", field, theirs, &selection);
            let place = format!("{name}({path})");
            let answer = tenants
                .compare(&place, &document, theirs.clone(), nowhere.clone())
                .await;
            let refused = answer["errors"].is_array()
                || !list(&answer["data"][name]["userErrors"]).is_empty();
            assert!(*anew || refused, "{place} was not refused: {answer}");
        }

        assert!(probes.len() > 400, "{}", probes.len());
        assert_eq!(before, tenants.their_world().await);
    }
}

/// Whether the probe gives a name to something of ours instead of naming what is there.
fn names_anew(mutation: &str, path: &str) -> bool {
    let record = path.contains("externalRecord");
    path.contains("idempotencyKey")
        // Each record of a sync is answered by itself, and may wait for what is never to come.
        || mutation == "syncRecords"
        || path.contains("externalRecords.")
        || record && ["linkExternalRecord", "upsertPerson"].contains(&mutation)
}

#[tokio::test]
async fn the_same_names_in_two_tenants_are_two_things() {
    for app in apps().await {
        let tenants = Neighbours::of(&app).await;
        // Ours takes the very names of theirs.
        let record = tenants.theirs.record("Candidate");
        let input = json!({
            "externalRecord": record, "name": "Ours", "emails": [{ "value": tenants.theirs.email() }],
        });

        let made = tenants.us.mutate("upsertPerson", input, "created").await;

        assert_eq!(made["created"], true);
        let by_both = "query ($record: ExternalRecordInput!, $email: String!) {
            a: person(by: {externalRecord: $record}) { name }
            b: person(by: {email: $email}) { name } }";
        let given = json!({ "record": record, "email": tenants.theirs.email() });
        assert_eq!(
            tenants.us.query_with(by_both, given.clone()).await,
            json!({ "a": { "name": "Ours" }, "b": { "name": "Ours" } })
        );
        assert_eq!(
            tenants.them.query_with(by_both, given).await,
            json!({ "a": { "name": THEIRS }, "b": { "name": THEIRS } })
        );
    }
}
