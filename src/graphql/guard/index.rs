//! What the guard knows of the schema: read once, from the same text that clients read.

use std::collections::HashMap;

use async_graphql::{
    Value,
    parser::{
        parse_schema,
        types::{
            BaseType, FieldDefinition, InputValueDefinition, OperationType, Type, TypeDefinition,
            TypeKind, TypeSystemDefinition,
        },
    },
};

/// The types of the schema by name, and its roots.
pub(super) struct Index {
    types: HashMap<String, TypeInfo>,
    query: String,
    mutation: Option<String>,
    subscription: Option<String>,
}

/// One type of the schema.
pub(super) enum TypeInfo {
    /// An object: a value has exactly this type.
    Object(Fields),
    /// An interface or a union: a value has one of several types.
    Abstract(Fields),
    /// An enum with its words.
    Enum(Vec<String>),
    /// An input object.
    Input {
        /// Its fields.
        fields: HashMap<String, Input>,
        /// Whether exactly one of them is given.
        one_of: bool,
    },
    /// A scalar.
    Scalar,
}

/// The fields of a type by name.
pub(super) type Fields = HashMap<String, Field>;

/// A field of an object or interface.
pub(super) struct Field {
    /// What it gives.
    pub(super) ty: Type,
    /// Its arguments.
    pub(super) arguments: HashMap<String, Input>,
}

/// An argument, or a field of an input object.
pub(super) struct Input {
    /// What it takes.
    pub(super) ty: Type,
    /// What it is when it is not given.
    pub(super) default: Option<Value>,
}

impl Index {
    /// Reads the schema's text.
    pub(super) fn read(sdl: &str) -> anyhow::Result<Self> {
        let mut index = Self {
            types: HashMap::new(),
            query: "Query".to_owned(),
            mutation: None,
            subscription: None,
        };
        for definition in parse_schema(sdl)?.definitions {
            match definition {
                TypeSystemDefinition::Schema(schema) => {
                    let schema = schema.node;
                    let name = |name: async_graphql::Positioned<async_graphql::Name>| {
                        name.node.to_string()
                    };
                    if let Some(query) = schema.query {
                        index.query = name(query);
                    }
                    index.mutation = schema.mutation.map(name).or(index.mutation);
                    index.subscription = schema.subscription.map(name).or(index.subscription);
                }
                TypeSystemDefinition::Type(ty) => index.add(ty.node),
                TypeSystemDefinition::Directive(_) => {}
            }
        }
        Ok(index)
    }

    fn add(&mut self, definition: TypeDefinition) {
        let info = match definition.kind {
            TypeKind::Scalar => TypeInfo::Scalar,
            TypeKind::Object(object) => TypeInfo::Object(fields(object.fields)),
            TypeKind::Interface(interface) => TypeInfo::Abstract(fields(interface.fields)),
            TypeKind::Union(_) => TypeInfo::Abstract(HashMap::new()),
            TypeKind::Enum(words) => TypeInfo::Enum(
                words
                    .values
                    .into_iter()
                    .map(|word| word.node.value.node.to_string())
                    .collect(),
            ),
            TypeKind::InputObject(object) => TypeInfo::Input {
                fields: inputs(object.fields),
                one_of: definition
                    .directives
                    .iter()
                    .any(|d| d.node.name.node == "oneOf"),
            },
        };
        let name = definition.name.node.to_string();
        // An `extend type` adds to what is there, whichever comes first.
        match (self.types.get_mut(&name), info) {
            (Some(TypeInfo::Object(known)), TypeInfo::Object(more))
            | (Some(TypeInfo::Abstract(known)), TypeInfo::Abstract(more)) => known.extend(more),
            (_, info) => drop(self.types.insert(name, info)),
        }
    }

    /// A type by name.
    pub(super) fn get(&self, name: &str) -> Option<&TypeInfo> {
        self.types.get(name)
    }

    /// The name of the type that operations of a kind begin at.
    pub(super) fn root(&self, kind: OperationType) -> Option<&str> {
        match kind {
            OperationType::Query => Some(&self.query),
            OperationType::Mutation => self.mutation.as_deref(),
            OperationType::Subscription => self.subscription.as_deref(),
        }
    }

    /// A field by the names of its type and itself.
    pub(super) fn field(&self, parent: &str, name: &str) -> Option<&Field> {
        match self.types.get(parent)? {
            TypeInfo::Object(fields) | TypeInfo::Abstract(fields) => fields.get(name),
            _ => None,
        }
    }

    /// Whether values of the type have exactly it; a name that is not known counts as one.
    pub(super) fn is_object(&self, name: &str) -> bool {
        !matches!(self.types.get(name), Some(TypeInfo::Abstract(_)))
    }

    /// Whether the type has fields.
    pub(super) fn is_composite(&self, name: &str) -> bool {
        matches!(
            self.types.get(name),
            Some(TypeInfo::Object(_) | TypeInfo::Abstract(_))
        )
    }

    /// Whether an argument of the type can carry words to search for.
    pub(super) fn can_search(&self, argument: &str, ty: &Type) -> bool {
        argument == "text"
            || matches!(self.get(base(ty)), Some(TypeInfo::Input { fields, .. }) if fields.contains_key("text"))
    }
}

/// The name inside the lists and marks of a type.
pub(super) fn base(ty: &Type) -> &str {
    match &ty.base {
        BaseType::Named(name) => name,
        BaseType::List(inner) => base(inner),
    }
}

/// Whether it is a list.
pub(super) fn is_list(ty: &Type) -> bool {
    matches!(ty.base, BaseType::List(_))
}

fn fields(definitions: Vec<async_graphql::Positioned<FieldDefinition>>) -> Fields {
    definitions
        .into_iter()
        .map(|definition| {
            let field = Field {
                ty: definition.node.ty.node,
                arguments: inputs(definition.node.arguments),
            };
            (definition.node.name.node.to_string(), field)
        })
        .collect()
}

fn inputs(
    definitions: Vec<async_graphql::Positioned<InputValueDefinition>>,
) -> HashMap<String, Input> {
    definitions
        .into_iter()
        .map(|definition| {
            let input = Input {
                ty: definition.node.ty.node,
                default: definition.node.default_value.map(|value| value.node),
            };
            (definition.node.name.node.to_string(), input)
        })
        .collect()
}
