//! The shape of the API, read from the server by introspection, for tests that hold for every
//! field there is or will be.

use std::collections::BTreeMap;

use rapport::graphql;
use serde_json::{Value, json};

use super::Client;

/// What every tool that speaks GraphQL sends first.
pub(crate) const INTROSPECTION: &str = "
query IntrospectionQuery {
  __schema {
    description
    queryType { name } mutationType { name } subscriptionType { name }
    types { ...FullType }
    directives { name description locations args(includeDeprecated: true) { ...InputValue } }
  }
}
fragment FullType on __Type {
  kind name description
  fields(includeDeprecated: true) {
    name description args(includeDeprecated: true) { ...InputValue }
    type { ...TypeRef } isDeprecated deprecationReason
  }
  inputFields(includeDeprecated: true) { ...InputValue }
  interfaces { ...TypeRef }
  enumValues(includeDeprecated: true) { name description isDeprecated deprecationReason }
  possibleTypes { ...TypeRef }
}
fragment InputValue on __InputValue { name description type { ...TypeRef } defaultValue }
fragment TypeRef on __Type {
  kind name
  ofType { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name
    ofType { kind name ofType { kind name } } } } } } }
}";

/// The types of the API by name.
pub(crate) struct Shape {
    types: BTreeMap<String, Value>,
    sdl: String,
}

/// A named type, within whatever lists and whether null or not.
pub(crate) struct Named<'a> {
    pub(crate) kind: &'a str,
    pub(crate) name: &'a str,
}

impl Shape {
    /// Reads it as a client would.
    pub(crate) async fn read(client: &Client) -> Self {
        let answer = client.query(INTROSPECTION).await;
        let types = answer["__schema"]["types"].as_array().unwrap();
        let types = types
            .iter()
            .map(|t| (text(&t["name"]).to_owned(), t.clone()))
            .filter(|(name, _)| !name.starts_with("__"))
            .collect();
        let sdl = graphql::sdl();
        Self { types, sdl }
    }

    /// All types.
    pub(crate) fn types(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.types.iter().map(|(name, t)| (name.as_str(), t))
    }

    /// One type.
    pub(crate) fn of(&self, name: &str) -> &Value {
        &self.types[name]
    }

    /// The fields of an object or an interface.
    pub(crate) fn fields(&self, name: &str) -> &[Value] {
        list(&self.of(name)["fields"])
    }

    /// The field of an object.
    pub(crate) fn field(&self, owner: &str, name: &str) -> &Value {
        let mut fields = self.fields(owner).iter();
        fields
            .rfind(|field| field["name"] == name)
            .unwrap_or_else(|| panic!("no {owner}.{name}"))
    }

    /// Whether exactly one of the type's fields is given at a time.
    pub(crate) fn is_one_of(&self, name: &str) -> bool {
        self.sdl.contains(&format!("input {name} @oneOf"))
    }

    /// A selection of all that a type holds, so many levels deep, with two rows of each list.
    pub(crate) fn select(&self, type_name: &str, depth: u32) -> String {
        let mut parts = vec!["__typename".to_owned()];
        let of = self.of(type_name);
        if of["kind"] == "INTERFACE" {
            for possible in list(&of["possibleTypes"]) {
                let name = text(&possible["name"]);
                // One type is enough to see all that a shared name would otherwise select twice.
                parts.push(format!("... on {name} {{ {} }}", self.select(name, depth)));
            }
            return parts.join(" ");
        }
        for field in self.fields(type_name) {
            let Named { kind, name } = named(&field["type"]);
            let Some(arguments) = plain_arguments(field) else {
                continue;
            };
            let field = text(&field["name"]);
            if matches!(kind, "SCALAR" | "ENUM") {
                parts.push(format!("{field}{arguments}"));
            } else if depth > 0 {
                // A connection and its edges are no level of their own.
                let wrapper = ["Connection", "Edge"].iter().any(|end| name.ends_with(end));
                if field == "nodes" {
                    continue;
                }
                let inner = match name {
                    // Its types have fields of one name and different types.
                    "Node" => "__typename id".to_owned(),
                    _ => self.select(name, if wrapper { depth } else { depth - 1 }),
                };
                parts.push(format!("{field}{arguments} {{ {inner} }}"));
            }
        }
        parts.join(" ")
    }
}

/// The arguments with which a field can be selected without knowing anything; none if it cannot.
pub(crate) fn plain_arguments(field: &Value) -> Option<String> {
    let args = list(&field["args"]);
    if args.iter().any(|arg| arg["name"] == "first") {
        return Some("(first: 2)".to_owned());
    }
    let needed: Vec<_> = args.iter().filter(|arg| is_required(arg)).collect();
    match needed[..] {
        [] => Some(String::new()),
        [only] if only["name"] == "direction" => Some("(direction: DOWN)".to_owned()),
        _ => None,
    }
}

/// Whether an argument or an input field must be given.
pub(crate) fn is_required(input: &Value) -> bool {
    input["type"]["kind"] == "NON_NULL" && input["defaultValue"].is_null()
}

/// The type behind lists and exclamation marks.
pub(crate) fn named(type_ref: &Value) -> Named<'_> {
    if type_ref["ofType"].is_null() {
        let (kind, name) = (text(&type_ref["kind"]), text(&type_ref["name"]));
        return Named { kind, name };
    }
    named(&type_ref["ofType"])
}

/// The type as it is written.
pub(crate) fn written(type_ref: &Value) -> String {
    match text(&type_ref["kind"]) {
        "NON_NULL" => format!("{}!", written(&type_ref["ofType"])),
        "LIST" => format!("[{}]", written(&type_ref["ofType"])),
        _ => text(&type_ref["name"]).to_owned(),
    }
}

/// The value in as many lists as the type asks for.
pub(crate) fn in_lists(type_ref: &Value, value: Value) -> Value {
    match text(&type_ref["kind"]) {
        "NON_NULL" => in_lists(&type_ref["ofType"], value),
        "LIST" => json!([in_lists(&type_ref["ofType"], value)]),
        _ => value,
    }
}

pub(crate) fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

pub(crate) fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
