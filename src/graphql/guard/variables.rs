//! Checks the variables of a request against the operation that asks for them, and fills in the
//! defaults.
//!
//! The library meets a missing variable only where a field uses it, as a failure of that field,
//! and does not know the defaults where it weighs `@skip` and `@include`. Here a request whose
//! variables do not fit is refused whole, and what runs has every default in place.

use std::collections::HashMap;

use async_graphql::{
    Name, Positioned, Value, Variables,
    parser::types::{BaseType, Type, VariableDefinition},
};

use super::{
    Code, GuardError,
    index::{Index, Input, TypeInfo},
};

/// The variables with their defaults.
pub(super) fn coerce(
    index: &Index,
    definitions: &[Positioned<VariableDefinition>],
    mut variables: Variables,
) -> Result<Variables, GuardError> {
    for definition in definitions {
        let VariableDefinition {
            name,
            var_type,
            default_value,
            ..
        } = &definition.node;
        let refuse = |problem: &str| {
            let message = format!(
                "Variable \"${}\" of type \"{}\" {problem}.",
                name.node, var_type.node
            );
            Err(GuardError::new(Code::BadUserInput, message).at(definition.pos))
        };
        match (variables.get_mut(&name.node), default_value) {
            (Some(value), _) => {
                if let Err(problem) = fit(index, &var_type.node, value) {
                    return refuse(&problem.to_string());
                }
            }
            (None, Some(default)) => {
                variables.insert(name.node.clone(), default.node.clone());
            }
            (None, None) if !var_type.node.nullable => {
                return refuse("is required and was not given");
            }
            (None, None) => {}
        }
    }
    Ok(variables)
}

/// Where in a variable what is wrong.
#[derive(Debug)]
struct Problem {
    path: Vec<String>,
    what: String,
}

impl Problem {
    fn new(what: impl Into<String>) -> Self {
        Self {
            path: Vec::new(),
            what: what.into(),
        }
    }

    fn under(mut self, segment: impl std::fmt::Display) -> Self {
        self.path.push(segment.to_string());
        self
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if !self.path.is_empty() {
            let path: Vec<_> = self.path.iter().rev().map(String::as_str).collect();
            write!(f, "at \"{}\" ", path.join("."))?;
        }
        f.write_str(&self.what)
    }
}

/// Whether a value fits a type. One value where a list is wanted becomes a list of it, for the
/// price of `$ids` is their number.
fn fit(index: &Index, ty: &Type, value: &mut Value) -> Result<(), Problem> {
    if *value == Value::Null {
        return if ty.nullable {
            Ok(())
        } else {
            Err(Problem::new("must not be null"))
        };
    }
    match &ty.base {
        BaseType::List(inner) => {
            if !matches!(value, Value::List(_)) {
                *value = Value::List(vec![value.clone()]);
            }
            let Value::List(items) = value else {
                return Ok(());
            };
            for (position, item) in items.iter_mut().enumerate() {
                fit(index, inner, item).map_err(|problem| problem.under(position))?;
            }
            Ok(())
        }
        BaseType::Named(name) => fit_named(index, name, value),
    }
}

fn fit_named(index: &Index, name: &str, value: &mut Value) -> Result<(), Problem> {
    let fits = match (name, &*value) {
        ("Int", Value::Number(number)) => number
            .as_i64()
            .is_some_and(|number| i32::try_from(number).is_ok()),
        ("Float", Value::Number(_))
        | ("String" | "ID", Value::String(_))
        | ("Boolean", Value::Boolean(_)) => true,
        ("ID", Value::Number(number)) => !number.is_f64(),
        ("Int", _) => return Err(Problem::new("must be a whole number of 32 bits")),
        ("Float" | "String" | "Boolean" | "ID", _) => false,
        _ => return fit_declared(index, name, value),
    };
    let what = match name {
        "Int" => "must be a whole number of 32 bits",
        "Float" => "must be a number",
        "Boolean" => "must be true or false",
        _ => "must be a string",
    };
    if fits {
        Ok(())
    } else {
        Err(Problem::new(what))
    }
}

/// A type that the schema declares.
fn fit_declared(index: &Index, name: &str, value: &mut Value) -> Result<(), Problem> {
    match index.get(name) {
        Some(TypeInfo::Enum(words)) => match &*value {
            Value::String(word) if words.contains(word) => Ok(()),
            Value::Enum(word) if words.iter().any(|known| *word == **known) => Ok(()),
            _ => Err(Problem::new(format!("must be one of {}", words.join(", ")))),
        },
        Some(TypeInfo::Input { fields, one_of }) => {
            if fields.contains_key(WHOLE) {
                fit_or_wrap(index, name, value);
                return Ok(());
            }
            fit_object(index, name, (fields, *one_of), value)
        }
        // A scalar of ours is read by its own rules where it is used.
        _ => Ok(()),
    }
}

/// The field in which an input may be given whole, as JSON.
const WHOLE: &str = "json";

/// One of many inputs, each of which is answered by itself: where it does not fit it is passed on
/// as it is, and its mutation tells what is wrong with it.
fn fit_or_wrap(index: &Index, name: &str, value: &mut Value) {
    let Some(TypeInfo::Input { fields, one_of }) = index.get(name) else {
        return;
    };
    if fit_object(index, name, (fields, *one_of), &mut value.clone()).is_ok() {
        return;
    }
    let required = fields.iter().filter(|(_, field)| !field.ty.nullable);
    let mut whole: async_graphql::indexmap::IndexMap<_, _> = required
        .map(|(field, _)| (Name::new(field), Value::String(String::new())))
        .collect();
    whole.insert(Name::new(WHOLE), value.clone());
    *value = Value::Object(whole);
}

/// An input object with these fields.
fn fit_object(
    index: &Index,
    name: &str,
    (fields, one_of): (&HashMap<String, Input>, bool),
    value: &mut Value,
) -> Result<(), Problem> {
    let Value::Object(object) = value else {
        return Err(Problem::new(format!(
            "must be an object of type \"{name}\""
        )));
    };
    if let Some(unknown) = object.keys().find(|key| !fields.contains_key(key.as_str())) {
        return Err(
            Problem::new(format!("has a field that \"{name}\" does not know")).under(unknown),
        );
    }
    if one_of && (object.len() != 1 || object.values().any(|value| *value == Value::Null)) {
        return Err(Problem::new(format!(
            "must have exactly one field of \"{name}\", not null"
        )));
    }
    for (key, known) in fields {
        match object.get_mut(key.as_str()) {
            Some(value) => {
                fit(index, &known.ty, value).map_err(|problem| problem.under(key))?;
            }
            None if !known.ty.nullable && known.default.is_none() => {
                return Err(Problem::new("is required and was not given").under(key));
            }
            None => {}
        }
    }
    Ok(())
}

/// The name of a variable that an operation does not define is no error; it is left out, so that
/// nothing can be smuggled past the checks.
pub(super) fn known_only(
    definitions: &[Positioned<VariableDefinition>],
    variables: &mut Variables,
) {
    let known = |name: &Name| {
        definitions
            .iter()
            .any(|definition| definition.node.name.node == *name)
    };
    variables.retain(|name, _| known(name));
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;
    use serde_json::{Value as Json, json};

    use super::*;
    use crate::graphql::guard::testing;

    fn coerced(definitions: &str, variables: Json) -> Result<Json, String> {
        let index = Index::read(&testing::sdl()).unwrap();
        let document =
            parse_query(format!("query ({definitions}) {{ person {{ name }} }}")).unwrap();
        let operation = &document.operations.iter().next().unwrap().1.node;
        coerce(
            &index,
            &operation.variable_definitions,
            Variables::from_json(variables),
        )
        .map(|variables| serde_json::to_value(variables).unwrap())
        .map_err(|error| {
            assert_eq!(error.code, Code::BadUserInput);
            error.message
        })
    }

    #[test]
    fn defaults_are_filled_in_and_lists_made() {
        let filled = coerced("$n: Int = 3, $m: Int, $ids: [ID!]", json!({"ids": 7}));

        assert_eq!(filled.unwrap(), json!({"n": 3, "ids": [7]}));
        assert_eq!(
            coerced("$n: Int = 3", json!({"n": null})).unwrap(),
            json!({"n": null})
        );
    }

    #[test]
    fn what_does_not_fit_is_refused_by_name() {
        let filter = "$f: PersonFilter!";
        let cases = [
            (
                "$id: ID!",
                json!({}),
                "Variable \"$id\" of type \"ID!\" is required and was not given.",
            ),
            (
                "$id: ID!",
                json!({"id": null}),
                "Variable \"$id\" of type \"ID!\" must not be null.",
            ),
            (
                "$n: Int",
                json!({"n": 3_000_000_000_u32}),
                "Variable \"$n\" of type \"Int\" must be a whole number of 32 bits.",
            ),
            (
                "$n: Int",
                json!({"n": "1"}),
                "Variable \"$n\" of type \"Int\" must be a whole number of 32 bits.",
            ),
            (
                "$b: Boolean",
                json!({"b": 1}),
                "Variable \"$b\" of type \"Boolean\" must be true or false.",
            ),
            (
                "$s: [String!]",
                json!({"s": ["a", null]}),
                "Variable \"$s\" of type \"[String!]\" at \"1\" must not be null.",
            ),
            (
                filter,
                json!({"f": {"mood": "MAD"}}),
                "Variable \"$f\" of type \"PersonFilter!\" at \"mood\" must be one of GLAD, SAD.",
            ),
            (
                filter,
                json!({"f": {"all": [{"x": 1}]}}),
                "Variable \"$f\" of type \"PersonFilter!\" at \"all.0.x\" has a field that \"PersonFilter\" does not know.",
            ),
            (
                filter,
                json!({"f": 1}),
                "Variable \"$f\" of type \"PersonFilter!\" must be an object of type \"PersonFilter\".",
            ),
            (
                "$by: PersonBy!",
                json!({"by": {}}),
                "Variable \"$by\" of type \"PersonBy!\" must have exactly one field of \"PersonBy\", not null.",
            ),
            (
                "$by: PersonBy!",
                json!({"by": {"id": 1, "email": "a"}}),
                "Variable \"$by\" of type \"PersonBy!\" must have exactly one field of \"PersonBy\", not null.",
            ),
        ];
        for (definitions, variables, message) in cases {
            assert_eq!(coerced(definitions, variables).unwrap_err(), message);
        }
    }
}
