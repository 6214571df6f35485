//! Rules of the language that the library's own validation does not keep.

use async_graphql::{
    Name, Positioned,
    parser::types::{
        BaseType, ExecutableDocument, Field, OperationDefinition, OperationType, Selection,
        SelectionSet, Type, VariableDefinition,
    },
};
use async_graphql_value::Value as Literal;

use super::{
    GuardError,
    index::{Index, Input, TypeInfo},
    merge,
};

/// Refuses a document that breaks one of them.
pub(super) fn check(index: &Index, document: &ExecutableDocument) -> Result<(), GuardError> {
    if let Some(fragment) = document.fragments.get("on") {
        return Err(GuardError::invalid("A fragment cannot be named \"on\".").at(fragment.pos));
    }
    for (_, operation) in document.operations.iter() {
        let Some(root) = index.root(operation.node.ty) else {
            continue;
        };
        one_root_field(document, operation, root)?;
        merge::check(index, document, &operation.node.selection_set.node, root)?;
        let usage = Usage {
            index,
            document,
            operation: &operation.node,
        };
        usage.set(&operation.node.selection_set.node, Some(root))?;
    }
    Ok(())
}

/// A subscription has exactly one root field, and not one that describes the schema.
fn one_root_field(
    document: &ExecutableDocument,
    operation: &Positioned<OperationDefinition>,
    root: &str,
) -> Result<(), GuardError> {
    if operation.node.ty != OperationType::Subscription {
        return Ok(());
    }
    let fields = merge::collect(document, &operation.node.selection_set.node, root);
    let described = fields.iter().any(|(_, same)| {
        same.iter()
            .any(|entry| entry.field.node.name.node.starts_with("__"))
    });
    if fields.len() != 1 || described {
        return Err(GuardError::invalid(
            "A subscription must select exactly one field of the root.",
        )
        .at(operation.pos));
    }
    Ok(())
}

/// Where an operation uses its variables.
///
/// Fragments are followed wherever they are spread: the document was counted before, so that is
/// bounded work.
struct Usage<'a> {
    index: &'a Index,
    document: &'a ExecutableDocument,
    operation: &'a OperationDefinition,
}

impl<'a> Usage<'a> {
    fn set(&self, set: &'a SelectionSet, parent: Option<&'a str>) -> Result<(), GuardError> {
        for selection in &set.items {
            for directive in selection.node.directives() {
                let flag = Type {
                    base: BaseType::Named(Name::new("Boolean")),
                    nullable: false,
                };
                if matches!(directive.node.name.node.as_str(), "skip" | "include")
                    && let Some(value) = directive.node.get_argument("if")
                {
                    self.value(value, &value.node, &flag, false)?;
                }
            }
            match &selection.node {
                Selection::Field(field) => self.field(field, parent)?,
                Selection::InlineFragment(inline) => {
                    let on = inline.node.type_condition.as_ref();
                    let parent = on.map_or(parent, |on| Some(on.node.on.node.as_str()));
                    self.set(&inline.node.selection_set.node, parent)?;
                }
                Selection::FragmentSpread(spread) => {
                    if let Some(fragment) =
                        self.document.fragments.get(&spread.node.fragment_name.node)
                    {
                        let on = &fragment.node.type_condition.node.on.node;
                        self.set(&fragment.node.selection_set.node, Some(on))?;
                    }
                }
            }
        }
        Ok(())
    }

    fn field(
        &self,
        field: &'a Positioned<Field>,
        parent: Option<&'a str>,
    ) -> Result<(), GuardError> {
        let name = field.node.name.node.as_str();
        if name == "__typename" {
            return type_name(field);
        }
        let known = parent.and_then(|parent| self.index.field(parent, name));
        if let Some(known) = known {
            for (argument, value) in &field.node.arguments {
                if let Some(input) = known.arguments.get(argument.node.as_str()) {
                    self.input(value, &value.node, input)?;
                }
            }
        }
        let inner = known.map(|known| super::index::base(&known.ty));
        self.set(&field.node.selection_set.node, inner)
    }

    fn input(
        &self,
        at: &Positioned<Literal>,
        value: &Literal,
        input: &Input,
    ) -> Result<(), GuardError> {
        self.value(
            at,
            value,
            &input.ty,
            input
                .default
                .as_ref()
                .is_some_and(|default| *default != async_graphql::Value::Null),
        )
    }

    /// Walks a literal to the variables in it.
    fn value(
        &self,
        at: &Positioned<Literal>,
        value: &Literal,
        ty: &Type,
        has_default: bool,
    ) -> Result<(), GuardError> {
        match (value, &ty.base) {
            (Literal::Variable(name), _) => self.variable(at, name, ty, has_default),
            (Literal::List(items), BaseType::List(inner)) => items
                .iter()
                .try_for_each(|item| self.value(at, item, inner, false)),
            (Literal::Object(given), BaseType::Named(name)) => {
                let Some(TypeInfo::Input { fields, one_of }) = self.index.get(name) else {
                    return Ok(());
                };
                for (key, value) in given {
                    let Some(field) = fields.get(key.as_str()) else {
                        continue;
                    };
                    // Exactly one field is given, and a variable in it must not be null.
                    let strict = Type {
                        nullable: field.ty.nullable && !one_of,
                        ..field.ty.clone()
                    };
                    let has_default = field.default.is_some();
                    self.value(at, value, &strict, has_default)?;
                }
                Ok(())
            }
            (single, BaseType::List(inner)) => self.value(at, single, inner, false),
            _ => Ok(()),
        }
    }

    fn variable(
        &self,
        at: &Positioned<Literal>,
        name: &Name,
        ty: &Type,
        has_default: bool,
    ) -> Result<(), GuardError> {
        let mut definitions = self.operation.variable_definitions.iter();
        match definitions.find(|definition| definition.node.name.node == *name) {
            Some(definition) if !allowed(&definition.node, ty, has_default) => {
                let given = &definition.node.var_type.node;
                let message = format!(
                    "Variable \"${name}\" of type \"{given}\" used in position expecting type \"{ty}\"."
                );
                Err(GuardError::invalid(message).at(at.pos))
            }
            _ => Ok(()),
        }
    }
}

/// Whether a variable may stand where a type is wanted.
fn allowed(variable: &VariableDefinition, wanted: &Type, has_default: bool) -> bool {
    let given = &variable.var_type.node;
    if !wanted.nullable && given.nullable {
        let default = variable.default_value.as_ref();
        let defaulted = default.is_some_and(|default| default.node != async_graphql::Value::Null);
        return (defaulted || has_default)
            && fits(
                &Type {
                    nullable: false,
                    ..given.clone()
                },
                wanted,
            );
    }
    fits(given, wanted)
}

fn fits(given: &Type, wanted: &Type) -> bool {
    if given.nullable && !wanted.nullable {
        return false;
    }
    match (&given.base, &wanted.base) {
        (BaseType::Named(given), BaseType::Named(wanted)) => given == wanted,
        (BaseType::List(given), BaseType::List(wanted)) => fits(given, wanted),
        _ => false,
    }
}

/// The library looks at nothing that stands at a `__typename`.
fn type_name(field: &Positioned<Field>) -> Result<(), GuardError> {
    if let Some((argument, _)) = field.node.arguments.first() {
        return Err(GuardError::invalid(format!(
            "Unknown argument \"{}\" on field \"__typename\".",
            argument.node
        ))
        .at(argument.pos));
    }
    if !field.node.selection_set.node.items.is_empty() {
        return Err(
            GuardError::invalid("Field \"__typename\" has no fields to select.").at(field.pos),
        );
    }
    let known = |name: &str| matches!(name, "skip" | "include");
    if let Some(unknown) = field
        .node
        .directives
        .iter()
        .find(|d| !known(&d.node.name.node))
    {
        return Err(GuardError::invalid(format!(
            "Unknown directive \"@{}\".",
            unknown.node.name.node
        ))
        .at(unknown.pos));
    }
    Ok(())
}

#[cfg(test)]
mod tests;
